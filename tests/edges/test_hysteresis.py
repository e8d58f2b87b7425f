"""Hysteresis: weak samples stay where a strong one is connected to them; skimage agrees."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from skimage.filters import apply_hysteresis_threshold

from kernelkit.edges.hysteresis import held, hysteresis
from kernelkit.errors import InputError, ShapeError
from kernelkit.filtering import native_engine


@given(st.integers(1, 3), st.integers(0, 2**31))
def test_as_scikit_image_in_any_number_of_axes(ndim, seed):
    """On four neighbours it is the same, thresholds between samples, as there they have to be exceeded."""
    strength = np.random.default_rng(seed).integers(1, 9, (7, 6, 5)[:ndim])
    wanted = apply_hysteresis_threshold(strength, 4.5, 7.5)
    assert np.array_equal(hysteresis(strength, 4.5, 7.5, connectivity=1), wanted)


@given(st.integers(1, 4), st.integers(1, 4), st.integers(0, 2**31))
def test_a_flood_keeps_what_labels_keep(ndim, reach, seed):
    """Compiled or by SciPy; on a random map edges wind through all axes and end at all borders."""
    shape = (9, 8, 7, 3)[:ndim]
    levels = np.random.default_rng(seed).choice(3, shape, p=[0.55, 0.44, 0.01]).astype(np.uint8)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(native_engine, "_native", None)
        wanted = held(levels.copy(), min(reach, ndim))
    assert np.array_equal(held(levels.copy(), min(reach, ndim)), wanted)
    assert np.array_equal(hysteresis(levels.T, 1, 2, connectivity=min(reach, ndim)), wanted.T)


def test_diagonal_neighbours_count_unless_told_otherwise():
    strength = np.eye(4)
    strength[3, 3] = 2
    assert hysteresis(strength, 1, 2).sum() == 4
    assert hysteresis(strength, 1, 2, connectivity=1).sum() == 1


def test_thresholds_count_themselves_and_nothing_is_nothing():
    assert hysteresis([0, 1.0, math.nan, 1, 2], 1, 2).tolist() == [False, False, False, True, True]
    assert hysteresis([0.0, 0, 3], 0, 0).tolist() == [False, False, True]


@pytest.mark.parametrize(
    ("low", "high"), [(2, 1), (-1, 1), (0, -1), (math.nan, 1), (0, math.nan), ("weak", 1), (None, 1)]
)
def test_thresholds_that_cannot_be_are_refused(low, high):
    with pytest.raises(InputError, match="threshold"):
        hysteresis([1.0, 2.0], low, high)


@pytest.mark.parametrize("connectivity", [0, 3, 1.5])
def test_a_connectivity_is_a_number_of_axes(connectivity):
    with pytest.raises(InputError, match="connectivity"):
        hysteresis(np.ones((3, 3)), 1, 1, connectivity=connectivity)


def test_one_number_is_no_strength():
    with pytest.raises(ShapeError):
        hysteresis(1.0, 0, 1)
