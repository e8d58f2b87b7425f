"""The story of a proof: bound, example, verdict."""

import json

import pytest

from kernelkit import biharmonic, box, certify, derivative, derive, integral, laplacian, minimal, value
from kernelkit.errors import UnknownNameError
from kernelkit.explain.minimality import prove, told


def flat(text: str) -> str:
    return " ".join(text.split())


def test_a_minimal_kernel_is_called_minimal():
    text = flat(prove(certify(derive(derivative(2)), derivative(2))))
    assert "has at least 3 taps (Vandermonde)" in text
    assert "x (x + 1) is zero on all 2 points, but its d^2/dx^2 is 2" in text
    assert text.endswith("This kernel has 3 taps, so it is minimal: the bound is attained.")


def test_an_undecided_kernel_is_not_called_minimal():
    text = flat(prove(certify(derive(biharmonic(2)), biharmonic(2))))
    assert "Between 9 and 13 the theorem does not decide" in text


def test_the_seven_point_laplacian_is_minimal_in_space():
    assert flat(prove(certify(derive(laplacian(3)), laplacian(3)))).endswith(
        "it is minimal: the bound is attained."
    )


def test_the_answer_in_text_states_scope_and_search():
    text = flat(told(minimal(laplacian(2), within=box(1), accuracy=2), "text"))
    assert "the fewest taps for d^2/dx^2 + d^2/dy^2: 5" in text
    assert "On them 2 kernels have 5 taps." in text


def test_the_answer_in_json_is_the_example_and_what_is_proved():
    entries = json.loads(told(minimal(integral(-1, 1), accuracy=5), "json"))
    assert entries["minimal"]["taps"] == len(entries["taps"]) == 3
    assert entries["minimal"]["lower_bound"] == 2


def test_a_value_at_a_sample_is_one_tap_without_error():
    assert "without any error" in told(minimal(value()), "text")


def test_other_formats_are_refused():
    with pytest.raises(UnknownNameError, match="formats are text, json"):
        told(minimal(derivative(1)), "html")
