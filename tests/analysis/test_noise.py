"""Noise gains against exact roots, filtered noise, and the laws of products."""

import decimal
import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import ndimage
from strategies import kernels, rationals

from kernelkit import Kernel, derivative, derive
from kernelkit.analysis.noise import noise_gain
from kernelkit.errors import InputError, LimitError


def long_root(kernel):
    """Return the root of the sum of squares to 700 digits."""
    with decimal.localcontext(prec=700):
        total = sum((tap * tap for _, tap in kernel.taps), Fraction(0))
        return (decimal.Decimal(total.numerator) / total.denominator).sqrt()


@given(kernel=kernels(2), power=st.integers(-300, 140))
def test_the_root_is_rounded_once_at_any_size(kernel, power):
    """Far below and above the range in which squares of floats exist."""
    scaled = kernel * Fraction(10) ** power
    assert noise_gain(scaled) == float(long_root(scaled))


@pytest.mark.parametrize("taps", ["47/83 1/83", "77/146 1/146", "47/166 1/166"])
def test_roots_next_to_the_middle_between_two_floats(taps):
    """Cut off after 64 binary places, these three roots lie exactly half way, and would be rounded down."""
    kernel = Kernel(enumerate(taps.split()))
    assert noise_gain(kernel) == float(long_root(kernel))


@given(kernel=kernels(1), other=kernels(1), factor=rationals())
def test_products_multiply_and_factors_come_out(kernel, other, factor):
    assert noise_gain(kernel.outer(other)) == pytest.approx(noise_gain(kernel) * noise_gain(other))
    assert noise_gain(kernel * factor) == pytest.approx(abs(float(factor)) * noise_gain(kernel))
    assert noise_gain(kernel.shifted(3)) == noise_gain(kernel.flipped()) == noise_gain(kernel)


def test_filtered_noise_has_the_deviation_that_is_said():
    noise = np.random.default_rng(5).normal(size=(700, 700))
    sobel = Kernel.from_array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]) / 8
    answer = ndimage.correlate(noise, np.array(sobel.dense(), dtype=float))
    assert answer.std() == pytest.approx(noise_gain(sobel), rel=0.01)
    assert noise_gain(sobel) == math.sqrt(3 / 16)


@pytest.mark.parametrize("points", [3, 5, 9])
def test_the_slope_of_a_fitted_line_has_the_deviation_of_statistics(points):
    """On n points that is sqrt(12 / (n (n^2 - 1))), and no kernel for d/dx on them has less."""
    half = points // 2
    fit = derive(derivative(1), range(-half, half + 1), accuracy=1, prefer="least-norm")
    best = math.sqrt(12 / (points * (points**2 - 1)))
    assert noise_gain(fit) == pytest.approx(best, rel=1e-15)
    assert noise_gain(derive(derivative(1), range(-half, half + 1))) >= best * (1 - 1e-15)


def test_a_kernel_without_taps_lets_nothing_through():
    assert noise_gain(Kernel({}, ndim=3)) == 0


@pytest.mark.parametrize("given_", [[-1, 0, 1], None, "sobel", np.ones(3)])
def test_what_is_no_kernel_is_refused(given_):
    with pytest.raises(InputError, match="belongs to a Kernel"):
        noise_gain(given_)


def test_a_root_beyond_floats_is_refused():
    with pytest.raises(LimitError, match="too large for a float"):
        noise_gain(Kernel({0: 10**400}))
