"""Kernels as arrays: where taps stand, and whole numbers that stand for taps."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from strategies import kernels

from kernelkit import Kernel
from kernelkit.identification.grid import LARGEST, floats, marks, places


@given(kernel=kernels(2, whole=True, fewest=1))
def test_floats_are_the_dense_taps_over_the_largest(kernel):
    dense = np.array(kernel.dense(), dtype=float)
    assert np.allclose(floats(kernel) * abs(dense).max(), dense, rtol=1e-15, atol=0)


@pytest.mark.parametrize("factor", [Fraction(10) ** 400, Fraction(1, 10**400)])
def test_taps_beyond_the_range_of_floats_have_floats_too(factor):
    assert floats(Kernel({-1: -1, 1: 2}) * factor).tolist() == [-0.5, 0, 1]


@given(kernel=kernels(2, whole=True, fewest=1))
def test_marks_are_equal_exactly_where_taps_are(kernel):
    dense, array = np.array(kernel.dense(), dtype=object), marks(kernel)
    for a, m in zip(dense.ravel(), array.ravel(), strict=True):
        for b, n in zip(dense.ravel(), array.ravel(), strict=True):
            assert (a == b) == (m == n)
            assert (a == -b) == (m == -n)


def test_taps_within_twice_the_tolerance_share_a_mark_and_tiny_ones_have_none():
    kernel = Kernel({0: 1, 1: "1.001", 2: "-1.0015", 3: "0.0005", 4: 2})
    assert marks(kernel, Fraction(1, 1000)).tolist() == [1, 1, -1, 0, 2]
    assert marks(kernel).tolist() == [2, 3, -4, 1, 5]


def test_half_sample_kernels_have_arrays_and_uneven_ones_have_none():
    assert floats(Kernel({"-1/2": -1, "1/2": 1})).tolist() == [-1, 1]
    assert floats(Kernel({0: -1, "1/2": 1})) is None
    assert marks(Kernel({0: -1, "1/2": 1})) is None


def test_kernels_without_taps_or_spread_too_wide_have_none():
    assert places(Kernel({}, ndim=2)) is None
    assert places(Kernel({0: 1, LARGEST: 1})) is None
