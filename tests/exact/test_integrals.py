"""Integrals as kernels: classical rules, their degrees, and Euler and Maclaurin's formula."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st
from strategies import rationals

from kernelkit.errors import InputError, LimitError, ShapeError, UnknownNameError
from kernelkit.exact.certify import certify
from kernelkit.exact.functional import integral
from kernelkit.exact.integrals import (
    LARGEST_RULE,
    Ends,
    RunningIntegral,
    adams_bashforth,
    adams_moulton,
    bernoulli,
    end_correction,
    gregory,
    newton_cotes,
    running_integral,
)
from kernelkit.exact.kernel import Kernel


def degree_of(kernel: Kernel, lower, upper) -> int:
    return certify(kernel, integral(lower, upper)).degree_of_exactness


def antiderivative(coefficients: list[int], x: Fraction) -> Fraction:
    return sum((c * x ** (k + 1) / (k + 1) for k, c in enumerate(coefficients)), Fraction(0))


def at(coefficients: list[int], x: Fraction) -> Fraction:
    return sum((c * x**k for k, c in enumerate(coefficients)), Fraction(0))


@pytest.mark.parametrize("points", range(2, 13))
def test_closed_newton_cotes_is_exact_through_points_minus_one_and_one_more_for_odd(points):
    rule = newton_cotes(points)
    assert degree_of(rule, 0, points - 1) == points - 1 + points % 2
    assert rule.flipped().shifted(points - 1) == rule
    assert any(tap < 0 for _, tap in rule.taps) is (points >= 9 and points != 10)


@pytest.mark.parametrize("points", range(1, 11))
def test_open_newton_cotes_is_exact_through_points_minus_one_and_one_more_for_odd(points):
    rule = newton_cotes(points, ends="open")
    assert degree_of(rule, 0, points + 1) == points - 1 + points % 2
    assert rule.flipped().shifted(points + 1) == rule
    assert any(tap < 0 for _, tap in rule.taps) is (points >= 3 and points != 4)


@pytest.mark.parametrize("points", range(2, 9))
def test_newton_cotes_integrates_numpys_interpolating_polynomial(points):
    """The taps are the integrals of the Lagrange polynomials, as NumPy's polynomials integrate them."""
    nodes = range(points)
    for i, (_, tap) in enumerate(newton_cotes(points).taps):
        lagrange = np.polynomial.Polynomial.fromroots([x for x in nodes if x != i])
        weight = lagrange.integ()(points - 1) / lagrange(i)
        # eight samples at most: float arithmetic keeps twelve digits of these
        assert abs(weight - float(tap)) < 1e-9


@pytest.mark.parametrize("steps", range(1, 9))
def test_adams_weights_are_exact_through_their_number_minus_one(steps):
    assert degree_of(adams_bashforth(steps), 0, 1) == steps - 1
    assert degree_of(adams_moulton(steps), 0, 1) == steps - 1
    assert max(x for (x,), _ in adams_bashforth(steps).taps) == 0
    assert max(x for (x,), _ in adams_moulton(steps).taps) == 1


@given(st.integers(0, 6), st.integers(0, 6))
def test_gregory_is_exact_through_its_differences_and_one_more_for_even(differences, more):
    samples = differences + 1 + max(more, 1)
    rule = gregory(samples, differences=differences)
    assert degree_of(rule, 0, samples - 1) >= differences + (differences % 2 == 0)
    assert rule.flipped().shifted(samples - 1) == rule


def test_gregory_without_differences_is_the_trapezoidal_rule():
    for samples in range(2, 7):
        ends = Kernel({0: "1/2"}) + Kernel({samples - 1: "1/2"})
        assert gregory(samples) == Kernel(dict.fromkeys(range(1, samples - 1), 1), ndim=1) + ends


@given(st.lists(st.integers(-9, 9), min_size=1, max_size=5), st.integers(2, 8))
def test_gregory_integrates_polynomials_as_calculus_does(coefficients, samples):
    """Degree 4 needs differences of order 4."""
    rule = gregory(samples + 4, differences=4)
    computed = sum(tap * at(coefficients, x) for (x,), tap in rule.taps)
    assert computed == antiderivative(coefficients, Fraction(samples + 3))


@pytest.mark.parametrize("differences", range(8))
def test_end_corrections_are_those_of_euler_and_maclaurin(differences):
    """On polynomials through the degree: -f/2 + sum B_2k / (2k)! f^(2k-1), all at the end."""
    kernel = end_correction(differences)
    numbers = [sympy.bernoulli(k) for k in range(differences + 3)]
    for k in range(differences + 1):
        expected = Fraction(-1, 2) * (0**k)
        if k % 2:
            expected += Fraction(int(numbers[k + 1].p), int(numbers[k + 1].q)) / (k + 1)
        assert kernel.moment((k,)) == expected


def test_bernoulli_numbers_are_those_of_sympy_with_minus_one_half():
    for k, number in enumerate(bernoulli(20)):
        known = sympy.bernoulli(k) if k != 1 else sympy.Rational(-1, 2)
        assert number == Fraction(int(known.p), int(known.q))
    assert bernoulli(0) == [1]


# ---------------------------------------------------------------------------------------------------------
# running integrals


@pytest.mark.parametrize("offsets", [(-1, 0), (-2, -1, 0), (-2, -1, 0, 1), (0, 1), (-1,), (0,)])
def test_the_running_integral_of_a_polynomial_is_its_antiderivative(offsets):
    """Steps between outputs are the integrals over the cells, exactly through the rule's degree."""
    running = running_integral(offsets)
    degree = degree_of(running.rule, -1, 0)
    coefficients = [3, -1, 4, 1, -5][: degree + 1]
    samples = [at(coefficients, Fraction(n)) for n in range(9)]
    found = running.accumulated(samples)
    first = max(0, -min(offsets))
    assert len(found) == 1 + len(samples) - max(0, *offsets) - first
    for i, y in enumerate(found):
        n = Fraction(first - 1 + i)
        assert y - found[0] == antiderivative(coefficients, n) - antiderivative(
            coefficients, Fraction(first - 1)
        )
    assert found[0] == 0


@given(st.lists(rationals(), min_size=3, max_size=9))
def test_differences_of_the_running_integral_are_the_rule(samples):
    """D y = rule f, sample by sample, for any data."""
    running = running_integral((-2, -1, 0))
    found = running.accumulated(samples)
    for i in range(1, len(found)):
        step = sum(tap * found[i + int(x)] for (x,), tap in running.difference.taps)
        assert step == sum(tap * samples[i + 1 + int(x)] for (x,), tap in running.rule.taps)


def test_no_finite_kernel_is_a_running_integral():
    """The difference of any kernel has moment zero 0, the cell has 1: for every rule."""
    for offsets in ((-1, 0), (-3, -2, -1, 0), (0, 1, 2)):
        running = running_integral(offsets)
        assert running.rule.moment((0,)) == 1
        assert (running.difference @ Kernel({-1: 5, 0: "1/3", 7: 2})).moment((0,)) == 0
        assert running.proof == (
            "Were y = K f with finitely many taps, then y[n] - y[n-1] would be the kernel D K, where D f = f[n] - "
            "f[n-1]. The taps of D add up to 0, so those of D K do, whatever K is; but the cell from n-1 to n holds "
            "1 for f = 1. So a running integral needs its own last value: a recursion."
        )


@pytest.mark.parametrize(
    ("offsets", "recursion"),
    [
        ((-1, 0), "y[n] = y[n-1] + 1/2 f[n-1] + 1/2 f[n]"),
        ((-2, -1, 0), "y[n] = y[n-1] - 1/12 f[n-2] + 2/3 f[n-1] + 5/12 f[n]"),
        ((-1, 0, 1), "y[n] = y[n-1] + 5/12 f[n-1] + 2/3 f[n] - 1/12 f[n+1]"),
        ((0,), "y[n] = y[n-1] + 1 f[n]"),
    ],
)
def test_recursions_are_written_with_their_samples(offsets, recursion):
    assert running_integral(offsets).recursion == recursion
    assert isinstance(running_integral(offsets), RunningIntegral)


# ---------------------------------------------------------------------------------------------------------
# refusals


@pytest.mark.parametrize(
    ("call", "error", "text"),
    [
        (lambda: newton_cotes(1), InputError, "the rule needs at least 2 samples"),
        (lambda: newton_cotes(0, ends=Ends.OPEN), InputError, "the rule needs at least 1 sample"),
        (
            lambda: newton_cotes(LARGEST_RULE + 1),
            LimitError,
            "a rule has at most 512 samples",
        ),
        (
            lambda: newton_cotes(3, ends="half"),
            UnknownNameError,
            "no ends are called 'half'\n  next: ends are closed and open",
        ),
        (lambda: adams_bashforth(0), InputError, "the rule needs at least 1 sample"),
        (lambda: adams_moulton(0), InputError, "the rule needs at least 1 sample"),
        (lambda: end_correction(-1), InputError, "the rule needs at least 1 sample"),
        (lambda: gregory(1), InputError, "the rule needs at least 2 samples"),
        (
            lambda: gregory(3, differences=3),
            InputError,
            "differences of order 3 need 4 samples, and there are 3\n  next: gregory(4, differences=3)",
        ),
        (
            lambda: running_integral(("-1/2", "1/2")),
            InputError,
            "a recursion reads whole samples\n  next: give whole offsets such as -1, 0",
        ),
        (
            lambda: running_integral([(0, 0), (0, 1)]),
            ShapeError,
            "points of dimension 2 do not fit a target on 1 axis\n"
            "  next: give one coordinate an axis, as box(1, ndim=3) does in space",
        ),
    ],
)
def test_rules_that_do_not_exist_are_refused_with_a_reason(call, error, text):
    with pytest.raises(error) as refused:
        call()
    assert str(refused.value) == text


def test_long_gregory_rules_integrate_smooth_functions_to_the_ends_error():
    """The sum of exp over [0, 6] with end differences: the error falls with the differences kept."""
    errors = []
    for differences in (0, 2, 4):
        rule = gregory(61, differences=differences)
        computed = math.fsum(float(tap) * math.exp(float(x) / 10) for (x,), tap in rule.taps) / 10
        errors.append(abs(computed - (math.exp(6) - 1)))
    assert errors[0] > 30 * errors[1] > 30 * 30 * errors[2]
