"""Functionals: exact moments, linear combinations, places and spacings."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
import sympy
from exact.oracles import exponents
from hypothesis import given
from hypothesis import strategies as st
from strategies import as_functional, functionals, nonzero, offsets, operators, positive, rationals

from kernelkit.errors import InputError, LimitError, ShapeError
from kernelkit.exact.certify import certify
from kernelkit.exact.derive import derive
from kernelkit.exact.functional import (
    HIGHEST_ORDER,
    Functional,
    biharmonic,
    derivative,
    from_polynomial,
    integral,
    laplacian,
    value,
)
from kernelkit.exact.names import axis_names, derivative_text
from kernelkit.exact.offsets import line

INTEGRATE = "\n  next: an integral is a target of its own: integral(0, 1) (--integral 0,1)"
X, Y = sympy.symbols("x y")


def exact(number: sympy.Rational) -> Fraction:
    return Fraction(int(number.p), int(number.q))


@given(st.integers(0, 4), st.integers(0, 4), offsets(2, largest=3), st.integers(0, 5), st.integers(0, 5))
def test_moments_of_derivatives_are_those_of_calculus(dy, dx, at, ky, kx):
    """The moment is the derivative of the monomial at the place, as SymPy differentiates it."""
    monomial = Y**ky * X**kx
    place = {
        Y: sympy.Rational(at[0].numerator, at[0].denominator),
        X: sympy.Rational(at[1].numerator, at[1].denominator),
    }
    expected = sympy.Poly(monomial, Y, X).diff((Y, dy), (X, dx)).as_expr().subs(place)
    assert derivative((dy, dx), at=at).moment((ky, kx)) == exact(expected)


@given(rationals(3), positive(3), rationals(3), positive(3), st.integers(0, 4), st.integers(0, 4))
def test_moments_of_integrals_are_those_of_calculus(a, length, c, height, ky, kx):
    found = integral([(a, a + length), (c, c + height)]).moment((ky, kx))
    rational = [sympy.Rational(q.numerator, q.denominator) for q in (a, a + length, c, c + height)]
    expected = sympy.integrate(Y**ky, (Y, *rational[:2])) * sympy.integrate(X**kx, (X, *rational[2:]))
    assert found == exact(expected)


@given(functionals(2), functionals(2), nonzero(), nonzero())
def test_moments_are_linear(f, g, a, b):
    both = f * a + b * g
    for alpha in exponents(2, 4):
        assert both.moment(alpha) == a * f.moment(alpha) + b * g.moment(alpha)


@given(functionals(1), nonzero())
def test_functionals_obey_the_laws_of_a_vector_space(f, a):
    assert f * 2 == 2 * f == f + f
    assert -f == f * -1
    assert (f - f).terms == ()
    assert (f - f).name == "zero"
    assert f * a / a == f * a * (1 / a) == f
    assert (f - f) + f == f - (f - f) == f


@given(functionals(2), functionals(2), functionals(2))
def test_terms_have_one_canonical_order(f, g, h):
    assert (f + g) + h == h + (g + f)
    assert hash(f + g) == hash(g + f)


@given(functionals(2), positive(4), positive(4))
def test_spacing_divides_moments_by_its_powers(f, hy, hx):
    """Samples h apart: the monomial in units of samples is that in lengths over h to its degree."""
    on_grid = f.on_grid((hy, hx))
    for ky, kx in exponents(2, 4):
        assert on_grid.moment((ky, kx)) == f.moment((ky, kx)) / (hy**ky * hx**kx)
    assert on_grid.on_grid(1) == f
    assert f.on_grid(hy) == f.on_grid((hy, hy))


@given(operators(1), positive(4), st.integers(-3, 0))
def test_kernels_scale_with_the_spacing_to_minus_the_order(operator, h, first):
    """A derivative of order d on a grid of spacing h has the unit kernel over h^d."""
    target = as_functional(operator)
    points = line(first, first + target.order + 1)
    assert derive(target.on_grid(h), points) == derive(target, points) / h**target.order


@given(st.integers(0, 3), rationals(3), st.integers(2, 6))
def test_moving_the_place_moves_the_kernel(order, at, size):
    """The kernel of a derivative elsewhere is that at the origin, shifted."""
    points = [Fraction(k) for k in range(-2, max(size, order + 1) - 2)]
    there = derive(derivative(order, at=at), [x + at for x in points])
    assert there == derive(derivative(order), points).shifted(at)


@given(operators(2))
def test_a_polynomial_and_the_sum_of_its_derivatives_are_one_functional(operator):
    assert from_polynomial(operator, 2) == as_functional(operator)
    found = from_polynomial(operator, 2)
    assert found.homogeneous
    assert found.order == sum(next(iter(operator)))


def test_orders_count_derivatives_up_and_integrals_down():
    assert derivative(3).order == 3
    assert value().order == 0
    assert integral(0, 1).order == -1
    assert integral([(0, 1), (0, 1)]).order == -2
    assert (derivative(2) + value()).order == 2
    assert not (derivative(2) + value()).homogeneous
    assert (derivative(1) - derivative(1)).order == 0
    assert (derivative(1) - derivative(1)).homogeneous


def test_a_value_is_the_derivative_of_order_zero():
    assert value(at="1/3") == derivative(0, at="1/3")
    assert value(ndim=3) == derivative((0, 0, 0))
    assert value(at=(1, "1/2")) == derivative((0, 0), at=(1, "1/2"))
    assert value(at=1, ndim=2) == derivative((0, 0), at=(1, 1))


def test_laplacian_and_biharmonic_are_sums_of_pure_derivatives():
    assert laplacian(1) == derivative(2)
    assert laplacian(3) == derivative((2, 0, 0)) + derivative((0, 2, 0)) + derivative((0, 0, 2))
    assert biharmonic(2) == derivative((4, 0)) + 2 * derivative((2, 2)) + derivative((0, 4))
    assert laplacian(2, at=(1, 2)) == derivative((2, 0), at=(1, 2)) + derivative((0, 2), at=(1, 2))
    assert biharmonic(1, at=1) == derivative(4, at=1)


def test_integers_of_numpy_are_orders():
    assert derivative(np.int64(2)) == derivative(2)
    assert derivative([np.int64(2), 1]) == derivative((2, 1))


@pytest.mark.parametrize(
    ("target", "name"),
    [
        (derivative(1), "d/dx"),
        (derivative(2), "d^2/dx^2"),
        (derivative((1, 2)), "d^3/dx^2dy"),
        (derivative((1, 0, 1)), "d^2/dxdz"),
        (derivative((1, 0, 0, 2)), "d^3/dx0dx3^2"),
        (derivative((2, 1, 1, 0, 1, 0)), "d^5/dx0^2dx1dx2dx4"),
        (value(), "value"),
        (value(at="-1/2"), "value at x = -1/2"),
        (derivative((0, 1), at=(0, "1/2")), "d/dx at (y, x) = (0, 1/2)"),
        (integral(0, "1/2"), "integral over [0, 1/2]"),
        (integral([(-1, 1), (0, 2)]), "integral over [-1, 1] x [0, 2]"),
        (-1 * derivative(2), "-d^2/dx^2"),
        (derivative(2) * "3/2", "3/2 d^2/dx^2"),
        (2 * value() - derivative(1), "-d/dx + 2 value"),
        (derivative(1, at=1) - derivative(1), "d/dx at x = 1 - d/dx"),
        (derivative(1, at=1) - value(at=1), "d/dx - value at x = 1"),
        (laplacian(2).on_grid((1, 2)), "d^2/dx^2 + d^2/dy^2"),
        (value() - value(), "zero"),
    ],
)
def test_names_are_written_as_in_mathematics(target, name):
    assert target.name == name
    assert repr(target) == f"Functional({name})"


def product(first: Functional, second: Functional) -> Functional:
    """Return the functional on two axes that acts as ``first`` along y and ``second`` along x."""
    ((a, f),), ((b, g),) = first.terms, second.terms
    return Functional(2, ((a * b, f + g),), first.spacing + second.spacing)


@pytest.mark.parametrize(
    ("target", "name"),
    [
        (product(integral(0, 1), derivative(1)), "d/dx integrated over [0, 1] along y"),
        (product(derivative(2, at=1), integral(0, 1)), "d^2/dy^2 integrated over [0, 1] along x at y = 1"),
        (product(value(), integral(0, 1)), "value integrated over [0, 1] along x"),
    ],
)
def test_a_derivative_along_one_axis_integrated_along_another_has_a_name(target, name):
    assert target.name == name
    assert target.order == target.terms[0][1][0].order + target.terms[0][1][1].order
    assert certify(derive(target), target).consistent


def test_axes_are_named_from_the_last_one():
    assert [axis_names(n) for n in (1, 2, 3)] == [("x",), ("y", "x"), ("z", "y", "x")]
    assert axis_names(5) == ("x0", "x1", "x2", "x3", "x4")
    assert derivative_text((0, 0)) == "1"
    assert derivative_text((1, 1, 4)) == "d^6/dx^4dydz"


def test_the_highest_order_is_accepted():
    assert derivative(HIGHEST_ORDER).moment((HIGHEST_ORDER,)) == math.factorial(HIGHEST_ORDER)


@pytest.mark.parametrize(
    ("call", "error", "text"),
    [
        (
            lambda: derivative(-1),
            InputError,
            "a derivative's order must not be negative: -1" + INTEGRATE,
        ),
        (
            lambda: derivative((2, -1)),
            InputError,
            "a derivative's order must not be negative: 2, -1" + INTEGRATE,
        ),
        (lambda: derivative(2.0), InputError, "a derivative's order must be a whole number, not 2.0"),
        (lambda: derivative((2, 0.5)), InputError, "a derivative's order must be a whole number, not 0.5"),
        (
            lambda: derivative(513),
            LimitError,
            "order 513 is above the limit of 512\n"
            "  why:  the taps of such a kernel have hundreds of digits and no use in floating point\n"
            "  next: ask for an order of at most 512",
        ),
        (lambda: derivative(()), LimitError, "a functional has 1 to 6 axes, not 0\n  next: take 1 to 6 axes"),
        (
            lambda: derivative((0,) * 7),
            LimitError,
            "a functional has 1 to 6 axes, not 7\n  next: take 1 to 6 axes",
        ),
        (lambda: laplacian(0), LimitError, "a functional has 1 to 6 axes, not 0\n  next: take 1 to 6 axes"),
        (lambda: biharmonic(7), LimitError, "a functional has 1 to 6 axes, not 7\n  next: take 1 to 6 axes"),
        (lambda: value(ndim=7), LimitError, "a functional has 1 to 6 axes, not 7\n  next: take 1 to 6 axes"),
        (
            lambda: derivative((1, 1), at=(1, 2, 3)),
            ShapeError,
            "a point with 3 coordinates does not fit 2 axes",
        ),
        (
            lambda: integral(0),
            InputError,
            "an integral needs both limits\n  next: integral(0, 1), or integral([(0, 1), (0, 1)])",
        ),
        (
            lambda: integral("01"),
            InputError,
            "an integral needs both limits\n  next: integral(0, 1), or integral([(0, 1), (0, 1)])",
        ),
        (
            lambda: integral((0, 1)),
            InputError,
            "a box is given as one (lower, upper) an axis\n  next: integral(0, 1) is the integral over [0, 1]",
        ),
        (
            lambda: integral([(0, 1, 2)]),
            ShapeError,
            "an interval has two limits, not 3\n  next: 0,1 is the interval from 0 to 1",
        ),
        (lambda: integral([]), LimitError, "a functional has 1 to 6 axes, not 0\n  next: take 1 to 6 axes"),
        (
            lambda: integral(1, 0),
            InputError,
            "the interval [1, 0] is empty\n  next: give the lower limit, then a higher one",
        ),
        (
            lambda: integral([(0, 1), ("1/2", "1/2")]),
            InputError,
            "the interval [1/2, 1/2] is empty\n  next: give the lower limit, then a higher one",
        ),
        (
            lambda: from_polynomial({(2,): Fraction(0)}, 1),
            InputError,
            "the operator is zero\n  why:  all its terms cancel\n  next: dxx is the second derivative along x",
        ),
        (
            lambda: laplacian(2).moment((1,)),
            ShapeError,
            "a moment of a 2-dimensional functional needs 2 exponents",
        ),
        (
            lambda: laplacian(2).on_grid((1, 2, 3)),
            ShapeError,
            "3 spacings cannot serve 2 axes\n  next: give one, or one an axis",
        ),
        (
            lambda: laplacian(2).on_grid((1, 0)),
            InputError,
            "a spacing must be positive: 1, 0\n"
            "  why:  samples zero apart are one sample, and a negative spacing only reverses the axis\n"
            "  next: give the distance between neighbouring samples",
        ),
        (
            lambda: derivative(1).on_grid("-1/2"),
            InputError,
            "a spacing must be positive: -1/2\n"
            "  why:  samples zero apart are one sample, and a negative spacing only reverses the axis\n"
            "  next: give the distance between neighbouring samples",
        ),
        (lambda: derivative(1) / 0, InputError, "a functional cannot be divided by zero"),
        (lambda: laplacian(2.0), InputError, "a number of axes must be a whole number, not 2.0"),
        (lambda: biharmonic("2"), InputError, "a number of axes must be a whole number, not '2'"),
        (
            lambda: derivative(1) + laplacian(2),
            ShapeError,
            "functionals on 1 axis, spacing (1), and on 2 axes, spacing (1, 1), cannot be added",
        ),
        (
            lambda: derivative(1) - derivative(1).on_grid("1/2"),
            ShapeError,
            "functionals on 1 axis, spacing (1), and on 1 axis, spacing (1/2), cannot be added",
        ),
    ],
)
def test_what_is_no_functional_is_refused_with_a_reason(call, error, text):
    with pytest.raises(error) as refused:
        call()
    assert str(refused.value) == text


@pytest.mark.parametrize("other", [1, "d", None])
def test_only_functionals_are_added_to_functionals(other):
    with pytest.raises(TypeError):
        derivative(1) + other
    with pytest.raises(TypeError):
        derivative(1) - other


@given(functionals(2), positive(3), positive(3), st.integers(0, 4), st.integers(0, 4))
def test_moments_in_samples_times_the_units_are_those_without_a_grid(target, hy, hx, ky, kx):
    """The grid says where samples are; what the target makes of a monomial does not depend on it."""
    on_grid = target.on_grid((hy, hx))
    assert on_grid.units((ky, kx)) == hy**ky * hx**kx
    assert on_grid.moment((ky, kx)) * on_grid.units((ky, kx)) == target.moment((ky, kx))
