"""Kernels with one symbol an axis, against exact kernels for numbers put in their place."""

from fractions import Fraction

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from kernelkit import Kernel, certify, derivative, derive, integral, laplacian, operator, value
from kernelkit.errors import InputError, ShapeError
from kernelkit.symbolic.axes import on_axes, record, text

TARGETS = {
    "d2": derivative(2),
    "dxdy": derivative((1, 1)),
    "dxxdy": derivative((1, 2)),
    "laplacian": laplacian(2),
    "anisotropic": operator("2*dxx + dyy - 2/3*dxy"),
    "mixed orders": operator("1 - dxx + dy"),
    "space": laplacian(3),
    "four axes": laplacian(4),
}
NAMES = ("h0", "h1", "h2", "h3")
STEPS = st.fractions(min_value=Fraction(1, 7), max_value=9, max_denominator=7)


def put(expression, steps):
    number = sympy.sympify(expression).subs(
        {sympy.Symbol(n, positive=True): sympy.Rational(s.numerator, s.denominator) for n, s in steps.items()}
    )
    return Fraction(int(number.p), int(number.q))


@pytest.mark.parametrize("name", TARGETS)
@pytest.mark.parametrize(
    ("accuracy", "side"), [(2, "central"), (4, "central"), (1, "forward"), (3, "backward")]
)
@settings(max_examples=12)
@given(numbers=st.lists(STEPS, min_size=4, max_size=4))
def test_numbers_in_place_of_symbols_give_the_kernel_on_that_grid(name, accuracy, side, numbers):
    target = TARGETS[name]
    names = NAMES[: target.ndim]
    steps = dict(zip(names, numbers, strict=False))
    symbolic = on_axes(target, names, accuracy=accuracy, side=side)
    on_grid = target.on_grid([steps[n] for n in names])
    found = Kernel([(offset, put(tap, steps)) for offset, tap in symbolic.taps])
    assert certify(found, on_grid).accuracy >= accuracy
    assert found == derive(on_grid, accuracy=accuracy, side=side)
    error = {alpha: put(c, steps) for c, alpha in symbolic.leading_error}
    assert error == {term.derivative: term.coefficient for term in certify(found, on_grid).leading_terms}


def test_a_number_and_a_name_can_be_mixed():
    symbolic = on_axes(laplacian(2), ["1/2", "h"])
    assert {offset: str(tap) for offset, tap in symbolic.taps}[(Fraction(1), Fraction(0))] == "4"


def test_a_value_has_no_error_and_no_accuracy():
    symbolic = on_axes(value(), ["h"])
    assert (symbolic.accuracy, symbolic.leading_error) == (None, ())
    assert "kernel - exact  none" in text(symbolic)


def test_an_error_is_written_as_the_first_terms_of_a_series():
    """Central d/dx errs by h^2/6 d^3/dx^3 f first, on either axis."""
    written = text(on_axes(derivative((1, 1)), ["hy", "hx"]))
    error = "kernel - exact  hy^2/6 d^4/dxdy^3 f + hx^2/6 d^4/dx^3dy f + ..."
    assert error in written.splitlines()


def test_the_record_is_plain_and_names_the_axes():
    plain = record(on_axes(derivative((1, 1)), ["hy", "hx"]))
    assert plain["axes"] == ["y", "x"]
    assert plain["taps"][0] == {"offset": ["-1", "-1"], "tap": "1/(4*hx*hy)"}
    assert plain["leading_error"][0] == {"coefficient": "hy**2/6", "derivative": [3, 1], "h_power": 2}


@pytest.mark.parametrize(
    ("target", "spacings", "error", "words"),
    [
        (laplacian(2), ["h"], ShapeError, "1 spacings do not fit 2 axes"),
        (
            integral(0, 1),
            ["h"],
            InputError,
            "spacings as symbols are for derivatives and values at the origin",
        ),
        (
            derivative(1, at="1/2"),
            ["h"],
            InputError,
            "spacings as symbols are for derivatives and values at the origin",
        ),
        (derivative(1), ["h+1"], InputError, "a spacing is a name or a positive number"),
        (derivative(1), ["0"], InputError, "a spacing must be positive"),
    ],
)
def test_what_does_not_fit_is_refused(target, spacings, error, words):
    with pytest.raises(error) as caught:
        on_axes(target, spacings)
    assert words in str(caught.value)
