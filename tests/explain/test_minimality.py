"""The story of a proof: bound, example, verdict."""

import json

import pytest
from exact.oracles import kernels_with_fewest_taps

from kernelkit import biharmonic, box, certify, derivative, derive, integral, laplacian, line, minimal, value
from kernelkit.errors import UnknownNameError
from kernelkit.explain.minimality import prove, told


def flat(text: str) -> str:
    return " ".join(text.split())


def test_a_minimal_kernel_is_called_minimal():
    text = flat(prove(certify(derive(derivative(2)), derivative(2))))
    assert "has at least 3 taps (Vandermonde)" in text
    assert "x (x + 1) is zero on both points, but its d^2/dx^2 is 2" in text
    assert text.endswith("This kernel has 3 taps, so it is minimal: the bound is attained.")


def test_an_undecided_kernel_is_not_called_minimal():
    text = flat(prove(certify(derive(biharmonic(2)), biharmonic(2))))
    assert "has at least 9 taps (catalecticants)" in text
    assert text.endswith(
        "This kernel has 13 taps. The bound alone does not say whether some kernel has fewer; "
        "kernelkit minimal searches for the fewest taps."
    )


def test_a_searched_kernel_is_called_the_smallest_on_its_points():
    """Three points give a second derivative accuracy 2 only about their middle, so ahead of 0 it takes four."""
    target, points = derivative(2), line(0, 5)
    smallest = kernels_with_fewest_taps(target.moment, points.offsets, 3)
    kernel = derive(target, points, accuracy=2, prefer="fewest")
    assert len(kernel) == len(smallest[0]) == 4
    text = flat(prove(certify(kernel, target), searched=points))
    assert "has at least 3 taps (Vandermonde)" in text
    assert text.endswith("On the 6 points given none has fewer, by exhaustive search.")


@pytest.mark.parametrize(
    ("target", "example"),
    [
        # 2 x (x + 1/2) = 2 x^2 + x, x (x + 2) = x^2 + 2 x, x + 1/2 = (2 x + 1) / 2
        (
            derivative(2).on_grid("1/2"),
            "For example on the offsets -1, 0: 2 x (x + 1/2) is zero on both points, but its d^2/dx^2 is 4.",
        ),
        (
            derivative(2).on_grid(2),
            "For example on the offsets -1, 0: x (x + 2) is zero on both points, but its d^2/dx^2 is 2.",
        ),
        (
            derivative(1).on_grid("1/2"),
            "For example on the offset -1: 2 (x + 1/2) is zero on the point, but its d/dx is 2.",
        ),
    ],
)
def test_the_example_is_in_the_unit_of_the_spacing(target, example):
    assert example in flat(prove(certify(derive(target), target)))


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
