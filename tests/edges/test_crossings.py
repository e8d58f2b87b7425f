"""Zero crossings: their places on lines, and how many of them noise has, by Rice's formula."""

from __future__ import annotations

import math

import numpy as np
import pytest

from kernelkit.edges.crossings import crossings
from kernelkit.edges.smoothing import derivative


def test_places_are_exact_for_cubics():
    """The cubic (x - 3.3)(x + 1)(x - 9) is that through any four of its samples."""
    x = np.arange(8.0)
    found = crossings((x - 3.3) * (x + 1) * (x - 9), 0)
    assert found.start.tolist() == [3]
    assert found.share[0] == pytest.approx(0.3, abs=1e-12)
    assert not found.rises[0]


def test_at_the_ends_places_are_those_of_straight_lines():
    assert crossings(np.array([-1.0, 3]), 0).share.tolist() == [0.25]
    assert crossings(np.array([1.0, -3, -7, -8]), 0).share.tolist() == [0.25]


@pytest.mark.parametrize(
    "line", [[0.0, 0, 0], [1.0, 0, 1], [1.0, 0, 0, -1], [1, math.nan, -1], [math.nan, 0, 1]]
)
def test_what_does_not_change_sign_from_one_sample_to_the_next_or_across_one_zero_is_no_crossing(line):
    assert not crossings(np.array(line, float), 0).start.size


def test_a_zero_between_opposite_signs_is_one_crossing_along_either_axis():
    field = np.array([[-2.0, -1, 0, 1, 3]] * 2)
    for turned, axis in ((field, 1), (field.T, 0)):
        found = crossings(turned, axis)
        assert found.share.tolist() == [0, 0]
        assert found.rises.all()
    assert not crossings(field, 0).start.size


@pytest.mark.parametrize("sigma", [2, 3, 4])
def test_noise_crosses_zero_as_often_as_rice_says(sigma):
    """sqrt(-r''(0)) / pi crossings per pixel: of white noise under a Laplacian of Gaussian sqrt(3 / 2) / (pi sigma).

    Rice, Mathematical analysis of random noise, Bell System Technical Journal 24 (1945), section 3.3.  Of samples one
    apart it is arccos(r(1)) / pi, and crossings that come in pairs between samples are lost, so few at these widths.
    """
    image = np.random.default_rng(5).normal(size=(700, 700))
    field = sum(derivative(image, orders, sigma=sigma, boundary="wrap") for orders in ((2, 0), (0, 2)))
    wanted = math.sqrt(1.5) / (math.pi * sigma)
    for axis in (0, 1):
        assert len(crossings(field, axis).start) / field.size == pytest.approx(wanted, rel=0.03)
