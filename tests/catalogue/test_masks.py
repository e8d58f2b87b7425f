"""Whole taps, products along the axes, and transposes."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import given
from strategies import kernels, nonzero

from kernelkit.catalogue.masks import product, swapped, transposed, whole_taps
from kernelkit.exact.kernel import Kernel


@given(kernels(fewest=1))
def test_whole_taps_are_whole_have_no_common_factor_and_are_a_positive_multiple(kernel):
    mask = whole_taps(kernel)
    taps = [tap for _, tap in mask.taps]
    assert all(tap.denominator == 1 for tap in taps)
    assert math.gcd(*(tap.numerator for tap in taps)) == 1
    ratios = {tap / dict(kernel.taps)[offset] for offset, tap in mask.taps}
    assert len(ratios) == 1
    assert ratios.pop() > 0


@given(kernels(fewest=1), nonzero())
def test_whole_taps_do_not_depend_on_the_scale_but_on_the_sign(kernel, factor):
    assert whole_taps(kernel * factor) == whole_taps(kernel) * (1 if factor > 0 else -1)


def test_a_kernel_without_taps_is_its_own_mask():
    nothing = Kernel({}, ndim=2)
    assert whole_taps(nothing) == nothing


def test_the_product_of_factors_is_the_outer_product_of_their_arrays():
    y, x = [1, 4, 6, 4, 1], [-1, -2, 0, 2, 1]
    taps = np.array(product([Kernel.from_array(y), Kernel.from_array(x)]).dense(), dtype=int)
    assert np.array_equal(taps, np.multiply.outer(y, x))


@given(kernels(3, fewest=1))
def test_a_transpose_exchanges_the_powers_in_moments(kernel):
    for alpha in [(1, 2, 3), (0, 1, 0), (2, 0, 1)]:
        assert transposed(kernel, 0).moment(swapped(alpha, 0)) == kernel.moment(alpha)
        assert transposed(kernel, 1).moment(swapped(alpha, 1)) == kernel.moment(alpha)


@given(kernels(2))
def test_transposing_twice_changes_nothing(kernel):
    assert transposed(transposed(kernel, 0), 0) == kernel


def test_a_transpose_is_the_transpose_of_the_array():
    mask = [[1, 2, 3], [4, 5, 6], [7, 8, 9]]
    assert transposed(Kernel.from_array(mask), 0) == Kernel.from_array(np.transpose(mask))
