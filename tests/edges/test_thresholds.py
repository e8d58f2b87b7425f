"""Thresholds as numbers, quantiles and multiples of the noise."""

from __future__ import annotations

import math

import numpy as np
import pytest

from kernelkit.edges.canny import canny
from kernelkit.edges.prepared import prepared
from kernelkit.edges.thresholds import Noise, Quantile, levels
from kernelkit.errors import InputError


def test_a_quantile_is_that_of_what_is_known():
    magnitude = np.array([0.0, 1, 2, 3, 4, math.nan])
    assert levels(Quantile(0.5), Quantile(1), lambda: 1.0, magnitude) == (2, 4)
    assert levels(1, Quantile(0.75), lambda: 1.0, magnitude) == (1, 3)


def test_noise_is_asked_for_only_where_it_counts():
    def never():
        raise AssertionError

    assert levels(1, 2, never) == (1, 2)
    assert levels(Noise(2), Noise(3), lambda: 5.0, np.ones(3)) == (10, 15)


@pytest.mark.parametrize(("sigma", "kernel"), [(1.0, None), (2.0, None), (1.0, "sobel"), (0.0, "scharr")])
@pytest.mark.parametrize("times", [1.5, 2.5])
def test_the_magnitude_of_noise_exceeds_multiples_as_rayleigh_says(sigma, kernel, times):
    """P(magnitude > t sigma) = exp(-t**2 / 2) for two independent normal components."""
    image = np.random.default_rng(3).normal(100, 9, (400, 400))
    ready = prepared(image, sigma=sigma, kernel=kernel, boundary="reflect", mask=None)
    low, _ = ready.levels(Noise(times), Noise(times))
    inside = ready.magnitude[10:-10, 10:-10]
    assert (inside > low).mean() == pytest.approx(math.exp(-(times**2) / 2), rel=0.1)


def test_without_thresholds_noise_alone_makes_no_edges():
    image = np.random.default_rng(4).normal(100, 9, (300, 300))
    assert not canny(image).any()
    image[:, 150:] += 60
    found = canny(image)
    assert found[:, 145:155].any(axis=1).mean() > 0.95
    assert not found[:, :130].any()


@pytest.mark.parametrize("share", [-0.1, 1.1, math.nan])
def test_a_quantile_is_a_share(share):
    with pytest.raises(InputError, match="share"):
        Quantile(share)


@pytest.mark.parametrize("times", [-1, math.nan])
def test_a_multiple_is_not_negative(times):
    with pytest.raises(InputError, match="multiple"):
        Noise(times)


def test_low_above_high_is_refused_whatever_the_words():
    with pytest.raises(InputError, match="lies above"):
        canny(np.random.default_rng(0).normal(size=(20, 20)), low=Quantile(0.9), high=Quantile(0.5))


def test_multiples_of_a_noise_that_is_not_known_are_refused_and_shares_of_nothing_are_0():
    image = np.full((9, 9), math.nan)
    with pytest.raises(InputError, match="noise of the image is not known"):
        canny(image)
    assert not canny(image, low=Quantile(0.5), high=Quantile(0.5)).any()
