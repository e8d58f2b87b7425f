"""Gaussian derivatives of whole taps: exact sums, exact to second order, close to the Gaussian's own."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import ndimage

from kernelkit.edges.smoothing import BITS, derivative, rounding_of, slopes, taps


@pytest.mark.parametrize("sigma", [0, 0.3, 0.5, 1, 2.5, 10, 40, 100])
@pytest.mark.parametrize("order", [0, 1, 2])
def test_taps_are_whole_and_few_enough_digits_for_sums_to_be_exact(sigma, order):
    line, gain = taps(sigma, order, BITS // 2)
    places = np.arange(len(line)) - len(line) // 2
    assert (line == np.rint(line)).all()
    assert np.abs(line).sum() <= 2 ** (BITS // 2) + len(line)
    assert np.array_equal(line[::-1], line if order != 1 else -line)
    assert gain > 0
    if order == 2:
        assert line.sum() == 0
    assert (line * places**order).sum() / (1, 1, 2)[order] == gain


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
    exact, gain = image.astype(object), 1.0
    for axis, order in enumerate(orders):
        line, unit = taps(1.5, order, BITS // len(shape))
        gain *= unit
        reach = len(line) // 2
        exact = sum(int(tap) * np.roll(exact, reach - place, axis) for place, tap in enumerate(line))
    assert np.array_equal(found, (exact / 1).astype(float) / gain)
    assert np.array_equal(derivative(image - 2**15, orders, sigma=1.5, boundary="wrap"), found)


def test_a_kernel_takes_the_gradient_of_the_smoothed_image():
    y, x = np.mgrid[:20, :30]
    found = slopes(3 * y + 4 * x, sigma=1, kernel="scharr", boundary="edge")
    assert np.allclose(found[:, 8:-8, 8:-8], np.array([3, 4])[:, None, None])


def test_rounding_is_known_of_images_that_are_not():
    assert rounding_of(np.full(3, np.nan)) == 0
    assert 0 < rounding_of([np.inf, 1.0]) == rounding_of([-1.0, 0.5])
