"""What noisy taps are nearest to: Gaussians by their definition, known kernels by their published taps."""

import math

import numpy as np
import pytest

from kernelkit import Kernel
from kernelkit.learning.nature import nature_of

SOBEL = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])


@pytest.mark.parametrize("sigma", [0.6, 1.0, 2.5])
@pytest.mark.parametrize("factor", [1, 3])
def test_samples_of_a_gaussian_are_told_with_their_sigma(sigma, factor):
    y, x = np.mgrid[-4:5, -4:5]
    taps = np.exp(-(x**2 + y**2) / (2 * sigma**2))
    found = nature_of(Kernel.from_array(factor * taps / taps.sum()), 1e-6)
    assert found.kind == "smoothing"
    assert found.nearest == f"a sampled Gaussian of sigma {sigma:.2f}"
    assert found.gap < 0.002
    spread = math.sqrt((x**2 * taps).sum() / taps.sum())
    assert found.deviation == (pytest.approx(spread, rel=1e-3),) * 2


def test_a_mask_with_noise_is_nearest_to_the_mask():
    noise = np.random.default_rng(0).normal(scale=0.03, size=(3, 3))
    found = nature_of(Kernel.from_array(SOBEL + noise), 0.1)
    assert found.nearest.endswith(" times sobel-3-x")
    assert found.gap == pytest.approx(abs(noise).max() / abs(SOBEL + noise).max(), abs=0.02)
    assert found.deviation == ()


def test_white_noise_is_near_nothing():
    found = nature_of(Kernel.from_array(np.random.default_rng(0).normal(size=(5, 5))), 1e-3)
    assert (found.nearest, found.statement) == ("", "")


def test_no_taps_are_near_nothing():
    assert nature_of(Kernel({}, ndim=2), 1e-3).nearest == ""
