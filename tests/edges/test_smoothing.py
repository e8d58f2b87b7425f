"""Gaussian derivatives of whole taps: exact sums, exact to second order, close to the Gaussian's own."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from scipy import ndimage

from kernelkit.edges.smoothing import BITS, derivative, rounding_of, slopes, taps


@pytest.mark.parametrize("sigma", [0, 0.3, 0.5, 1, 2.5, 10, 40, 100])
@pytest.mark.parametrize("order", [0, 1, 2])
def test_taps_have_few_digits_and_exactly_the_moment_of_a_derivative(sigma, order):
    line = taps(sigma, order, BITS // 2)
    exact = [Fraction(tap) for tap in line]
    unit = max(tap.denominator for tap in exact)
    places = range(-(len(line) // 2), len(line) // 2 + 1)
    assert sum(map(abs, exact)) * unit <= 2 ** (BITS // 2) + len(line)
    assert np.array_equal(line[::-1], line if order != 1 else -line)
    moments = [
        sum(tap * place**power for tap, place in zip(exact, places, strict=True))
        for power in range(order + 1)
    ]
    assert moments == [0] * order + [math.factorial(order)]


@pytest.mark.parametrize("sigma", [1, 3, 10, 40, 100])
@pytest.mark.parametrize("order", [0, 1, 2])
def test_the_shape_of_taps_is_that_of_the_sampled_derivative(sigma, order):
    """But for a few units of their digits, one tap by another; at the centre those of all others together."""
    line = taps(sigma, order, BITS // 2)
    x = np.arange(len(line)) - len(line) // 2
    wanted = np.exp(-0.5 * (x / sigma) ** 2) * (x**0, x, x**2 - sigma**2)[order]
    wanted[x == 0] -= wanted.sum() if order == 2 else 0
    wanted *= math.factorial(order) / (wanted * x**order).sum()
    off = np.abs(line - wanted) * max(Fraction(tap).denominator for tap in line)
    assert off[x != 0].max() <= 0.5 + 0.5 * 2**order
    assert off[x == 0] <= 2 + 2 * math.sqrt(len(line))


@pytest.mark.parametrize("sigma", [1, 2, 5])
@pytest.mark.parametrize("orders", [(0, 0), (0, 1), (1, 0), (0, 2), (1, 1)])
def test_as_scipy_up_to_what_sampling_does(sigma, orders):
    image = np.random.default_rng(0).normal(size=(80, 90))
    wanted = ndimage.gaussian_filter(image, sigma, orders, mode="mirror", truncate=6)
    found = derivative(image, orders, sigma=sigma, boundary="reflect")
    assert np.abs(found - wanted).max() <= 2e-4 * np.abs(wanted).max() + 1e-5


def test_without_smoothing_they_are_central_differences():
    line = np.array([3.0, 8, 1, 1, 9])
    assert derivative(line, (1,), sigma=0, boundary="edge")[1:-1].tolist() == [-1, -3.5, 4]
    assert derivative(line, (2,), sigma=0, boundary="edge")[1:-1].tolist() == [-12, 7, 8]
    assert derivative(line, (0,), sigma=0, boundary="edge").tolist() == line.tolist()


@pytest.mark.parametrize("shape", [(37,), (23, 31), (11, 12, 13)])
def test_sums_of_whole_samples_are_exact(shape):
    """So they equal those of Python's integers, and a constant of any size goes without a trace."""
    image = np.random.default_rng(1).integers(0, 2**16, shape)
    orders = (1,) + (0,) * (len(shape) - 1)
    found = derivative(image, orders, sigma=1.5, boundary="wrap")
    exact = image.astype(object)
    for axis, order in enumerate(orders):
        line = taps(1.5, order, BITS // len(shape))
        reach = len(line) // 2
        exact = sum(Fraction(tap) * np.roll(exact, reach - place, axis) for place, tap in enumerate(line))
    assert np.array_equal(found, exact.astype(float))
    assert np.array_equal(derivative(image - 2**15, orders, sigma=1.5, boundary="wrap"), found)


def test_a_kernel_takes_the_gradient_of_the_smoothed_image():
    y, x = np.mgrid[:20, :30]
    found = slopes(3 * y + 4 * x, sigma=1, kernel="scharr", boundary="edge")
    assert np.allclose(found[:, 8:-8, 8:-8], np.array([3, 4])[:, None, None])


def test_rounding_is_known_of_images_that_are_not():
    assert rounding_of(np.full(3, np.nan)) == 0
    assert 0 < rounding_of([np.inf, 1.0]) == rounding_of([-1.0, 0.5])
