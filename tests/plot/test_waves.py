"""Frequencies of a figure: close enough for the fastest turn of the phase, and bounded."""

from __future__ import annotations

import math

import pytest
from plot.pictures import HALF, SOBEL

from kernelkit import Kernel
from kernelkit.errors import LimitError
from kernelkit.plot.waves import FARTHEST_TAP, MOST_PRODUCTS, steps_to_pi


@pytest.mark.parametrize("farthest", [1, 10, 100, 4096])
def test_the_farthest_tap_turns_the_phase_by_less_than_a_sixteenth_of_a_half_turn_a_step(farthest):
    steps = steps_to_pi([HALF, Kernel({-farthest: 1})], 1)
    assert farthest * math.pi / steps <= math.pi / 16
    assert steps >= 512


def test_in_the_plane_a_quarter_of_a_half_turn_is_the_most():
    assert steps_to_pi([SOBEL], 2) == 100
    assert 128 * math.pi / steps_to_pi([Kernel({(0, 128): 1})], 2) <= math.pi / 4


@pytest.mark.parametrize("ndim", [1, 2])
def test_taps_too_far_away_are_refused(ndim):
    place = (0,) * (ndim - 1) + (FARTHEST_TAP[ndim] + 1,)
    with pytest.raises(LimitError, match="turns the phase too often"):
        steps_to_pi([Kernel({place: 1})], ndim)


def test_work_is_bounded_over_all_kernels_together():
    square = Kernel({(y, x): 1 for y in range(-20, 20) for x in range(-20, 20)})
    frequencies = (2 * steps_to_pi([square, square], 2) + 1) ** 2
    assert 2 * 1600 * frequencies < MOST_PRODUCTS < 3 * 1600 * frequencies
    with pytest.raises(LimitError, match="4,800 taps as far as 20 samples takes too long"):
        steps_to_pi([square, square, square], 2)
