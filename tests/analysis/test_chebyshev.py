"""Symbols as polynomials in s = sin^2(w/2), and the extremes of polynomials on [0, 1]."""

from __future__ import annotations

import cmath
import math
from fractions import Fraction

import numpy as np
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st
from strategies import kernels, rationals

from kernelkit.analysis.chebyshev import (
    HIGHEST_OFFSET,
    cosine_polynomial,
    extremes,
    greatest_sine_product,
    sine_polynomial,
)
from kernelkit.errors import LimitError, OffGridError, ShapeError
from kernelkit.exact.kernel import Kernel

POLYNOMIALS = st.lists(rationals(), max_size=6).map(tuple)


def value(polynomial, s):
    return sum(float(c) * s**k for k, c in enumerate(polynomial))


@given(kernels(whole=True), st.floats(-4, 4))
def test_real_and_imaginary_part_are_the_two_polynomials(kernel, w):
    s = math.sin(w / 2) ** 2
    wave = sum(float(tap) * cmath.exp(1j * float(x) * w) for (x,), tap in kernel.taps)
    assert wave.real == pytest.approx(value(cosine_polynomial(kernel), s), abs=1e-10)
    assert wave.imag == pytest.approx(math.sin(w) * value(sine_polynomial(kernel), s), abs=1e-10)


@pytest.mark.parametrize("k", [1, 2, 5, 12, 31])
def test_coefficients_are_those_of_chebyshev_polynomials(k):
    s = sympy.Symbol("s")
    cosine = cosine_polynomial(Kernel({-k: 1, k: 1}) / 2)
    sine = sine_polynomial(Kernel({-k: -1, k: 1}) / 2)
    assert list(cosine) == sympy.Poly(sympy.chebyshevt(k, 1 - 2 * s), s).all_coeffs()[::-1]
    assert list(sine) == sympy.Poly(sympy.chebyshevu(k - 1, 1 - 2 * s), s).all_coeffs()[::-1]


def test_the_zero_kernel_has_no_coefficients():
    assert cosine_polynomial(Kernel({}, ndim=1)) == sine_polynomial(Kernel({}, ndim=1)) == ()
    assert sine_polynomial(Kernel({-1: 1, 1: 1})) == ()


@given(POLYNOMIALS)
def test_extremes_bound_a_fine_sample_and_are_attained(polynomial):
    samples = value(polynomial, np.linspace(0, 1, 2001)) + np.zeros(2001)
    least, greatest = extremes(polynomial)
    for peak, sampled in ((least, samples.min()), (greatest, samples.max())):
        assert float(peak.value) == pytest.approx(sampled, abs=2e-4)
        assert float(peak.value) == pytest.approx(value(polynomial, peak.s), abs=1e-10)
    assert least.value <= samples.min() + 1e-12
    assert greatest.value >= samples.max() - 1e-12


@given(POLYNOMIALS)
def test_the_greatest_sine_product_bounds_a_fine_sample_and_is_attained(polynomial):
    w = np.linspace(0, math.pi, 4001)
    samples = abs(np.sin(w) * value(polynomial, np.sin(w / 2) ** 2))
    peak = greatest_sine_product(polynomial)
    assert peak.value >= samples.max() - 1e-12
    at = 2 * math.asin(math.sqrt(peak.s))
    assert float(peak.value) == pytest.approx(
        abs(math.sin(at) * value(polynomial, peak.s)), rel=1e-7, abs=1e-12
    )


@pytest.mark.parametrize(
    ("coefficients", "least", "greatest"),
    [
        ((), Fraction(0), Fraction(0)),
        ((Fraction(7),), Fraction(7), Fraction(7)),
        ((0, 1, -1), Fraction(0), Fraction(1, 4)),
        # (2 s^2 - 1)^2: the place of the minimum is irrational, its value is not
        ((1, 0, -4, 0, 4), Fraction(0), Fraction(1)),
        # s - s^3: neither place nor value is rational
        ((0, 1, 0, -1), Fraction(0), 2 / math.sqrt(27)),
    ],
)
def test_rational_extremes_are_exact(coefficients, least, greatest):
    low, high = extremes(tuple(map(Fraction, coefficients)))
    assert low.value == least
    assert high.value == pytest.approx(greatest, rel=4e-16)
    assert isinstance(low.value, Fraction)
    assert isinstance(high.value, Fraction) is isinstance(greatest, Fraction)


def test_a_sine_alone_reaches_one_exactly():
    assert greatest_sine_product((Fraction(1),)).value == Fraction(1)
    # |sin w cos w| is 1/2 at an irrational s
    assert greatest_sine_product((Fraction(1), Fraction(-2))).value == Fraction(1, 2)
    assert greatest_sine_product(()).value == 0


def test_irrational_extremes_are_right_to_the_last_digits():
    """The largest value of 2/3 sin w - 1/12 sin 2w, doubled, from its known place in sixty digits."""
    root = sympy.sqrt(6)
    # the derivative 4/3 cos w - 1/3 cos 2w is 0 where cos w = 1 - sqrt(6)/2
    cosine = 1 - root / 2
    exact = sympy.sqrt(1 - cosine**2) * (sympy.Rational(4, 3) - cosine / 3)
    found = greatest_sine_product((Fraction(1), Fraction(2, 3)))
    assert found.value == pytest.approx(float(sympy.N(exact, 60)), rel=3e-16)


@pytest.mark.parametrize(
    ("kernel", "error", "what"),
    [
        (Kernel({(0, 1): 1}), ShapeError, "a polynomial in s is for kernels on a line, not on 2 axes"),
        (Kernel({"1/2": 1}), OffGridError, "the offset 1/2 is no whole number of samples"),
        (Kernel({513: 1}), LimitError, "the offset 513 is beyond 512, the highest degree that is expanded"),
    ],
)
def test_kernels_without_such_polynomials_are_refused(kernel, error, what):
    for expand in (cosine_polynomial, sine_polynomial):
        with pytest.raises(error) as refused:
            expand(kernel)
        assert refused.value.what == what


def test_the_highest_offset_is_expanded():
    polynomial = cosine_polynomial(Kernel({HIGHEST_OFFSET: 1}))
    assert len(polynomial) == HIGHEST_OFFSET + 1
    # cos(512 pi) = 1
    assert sum(polynomial) == 1
