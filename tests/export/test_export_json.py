"""JSON: exact, complete, and read back to an equal kernel."""

import json
from fractions import Fraction

import pytest
from hypothesis import given
from strategies import kernels

from kernelkit import Kernel, certify, derivative, derive, laplacian, value
from kernelkit.errors import ExpressionError, KernelkitError
from kernelkit.export.base import render
from kernelkit.export.json import parse, spacing


@given(kernel=kernels())
def test_round_trip_gives_an_equal_kernel(kernel):
    assert parse(render(kernel, "json")) == kernel


def test_an_empty_kernel_keeps_its_axes():
    assert parse(render(Kernel({}, ndim=3), "json")) == Kernel({}, ndim=3)


def test_a_bare_kernel_claims_no_target():
    assert "target" not in json.loads(render(Kernel({0: 1}), "json"))


def test_a_kernel_without_error_has_accuracy_null():
    entries = json.loads(render(certify(Kernel({0: 1}), value()), "json"))
    assert (entries["accuracy"], entries["leading_error"]) == (None, [])


def test_exact_numbers_are_text():
    entries = json.loads(render(certify(derive(derivative(1), accuracy=16), derivative(1)), "json"))
    assert {"offset": ["8"], "tap": "-1/102960"} in entries["taps"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"taps": {}}',
        '{"taps": [{"offset": "0", "tap": "1"}]}',
        '{"taps": [{"offset": ["0"]}]}',
    ],
)
def test_other_json_is_refused(text):
    with pytest.raises(ExpressionError):
        parse(text)


def test_numbers_that_are_not_exact_are_refused():
    with pytest.raises(KernelkitError, match="binary float"):
        parse('{"taps": [{"offset": [0], "tap": 0.1}]}')
    assert parse('{"taps": [{"offset": [0], "tap": 0.5}]}') == Kernel({0: "1/2"})


@pytest.mark.parametrize("steps", [["1/2"], ["2"], ["1"]])
def test_the_spacing_reads_back(steps):
    target = derivative(2).on_grid(steps)
    assert spacing(render(certify(derive(target), target), "json")) == list(map(Fraction, steps))


def test_each_axis_has_its_spacing():
    target = laplacian(2).on_grid(("1/2", 2))
    assert spacing(render(certify(derive(target), target), "json")) == [Fraction(1, 2), 2]


@pytest.mark.parametrize("more", ["", ', "spacing": null'])
def test_a_record_need_not_name_a_spacing(more):
    assert spacing('{"taps": []' + more + ', "dim": 1}') is None


@pytest.mark.parametrize("given", ['"1/2"', "2", "{}", "true"])
def test_a_spacing_that_is_no_list_is_refused(given):
    """Passing over it would certify the kernel on another grid than its own."""
    with pytest.raises(ExpressionError) as refused:
        spacing('{"taps": [], "dim": 1, "spacing": ' + given + "}")
    assert str(refused.value) == (
        'the spacing of this JSON is no list\n  next: a spacing is one number an axis: "spacing": ["1/2"]'
    )


def test_symbols_are_not_read_back():
    with pytest.raises(ExpressionError) as refused:
        parse('{"taps": [{"offset": ["1"], "tap": "1/(2*h)"}]}')
    assert str(refused.value) == (
        "a number '1/(2*h)' is not an exact number\n"
        "  why:  kernels with symbols are not read back\n"
        "  next: give spacings as numbers"
    )
