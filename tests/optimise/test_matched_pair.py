"""Matched pairs: the law D(w) = i w P(w), products, and their derivatives."""

from fractions import Fraction

import numpy as np
import pytest
from optimise.waves import X_GRADIENT, symbol_at

from kernelkit import Kernel, Stencil, box, certify, cross, derivative, value
from kernelkit.errors import InputError
from kernelkit.optimise.band import read_band
from kernelkit.optimise.matched_pair import (
    free_of_product,
    least_square_pair,
    pair_family,
    product,
    product_taps,
)
from kernelkit.optimise.symmetric_family import symmetric_family

FARID = Kernel.from_array(["0.037659", "0.249153", "0.426375", "0.249153", "0.037659"])
FARID_SLOPE = Kernel.from_array(["-0.104550", "-0.292315", "0", "0.292315", "0.104550"])


def mismatch(smoother, slope, limit):
    waves = np.linspace(0, limit, 2001)
    return np.mean(np.abs(symbol_at(slope, (waves,)) - 1j * waves * symbol_at(smoother, (waves,))) ** 2)


def test_the_least_square_pair_is_better_matched_than_that_of_farid_and_simoncelli():
    """On the same five points, over the band for which it is made."""
    family = pair_family(box(2), 2)
    free = least_square_pair(family, read_band("1/2"), 10**15)
    smoother, slope = family.kernels(free)
    gain = FARID.moment((0,))
    published = mismatch(FARID / gain, FARID_SLOPE / FARID_SLOPE.moment((1,)), np.pi / 2)
    assert mismatch(smoother, slope, np.pi / 2) < published / 100
    assert certify(smoother, value()).accuracy == 2
    assert certify(slope, derivative(1)).accuracy == 2


@pytest.mark.parametrize("place", range(3))
def test_other_pairs_are_matched_worse(place):
    family = pair_family(box(2), 2)
    free = least_square_pair(family, read_band("1/2"), 10**18)
    least = mismatch(*family.kernels(free), np.pi / 2)
    for step in (Fraction(1, 200), Fraction(-1, 200)):
        moved = [x + step * (i == place) for i, x in enumerate(free)]
        assert mismatch(*family.kernels(moved), np.pi / 2) > least


@pytest.mark.parametrize(
    ("target", "stencil", "axis"),
    [(X_GRADIENT, box(2), 1), (derivative((1, 0)), box(1), 0), (derivative((0, 0, 1)), box(1, ndim=3), 2)],
    ids=["x", "y", "space"],
)
def test_taps_of_products_and_their_slopes_are_those_of_exact_products(target, stencil, axis):
    pair = pair_family(stencil, 2)
    groups = symmetric_family(target, stencil, 2).orbits
    free = [Fraction(k + 1, 10) for k in range(pair.freedom)]
    floats = np.array(free, dtype=float)
    taps, slopes = product_taps(pair, groups, axis, floats)
    exact = dict(product(pair.kernels(free), stencil.ndim, axis).taps)
    assert taps == pytest.approx([float(exact.get(g.offsets[0], 0) * g.signs[0]) for g in groups], abs=1e-15)
    for j in range(pair.freedom):
        step = np.zeros(pair.freedom)
        step[j] = 1e-6
        above, below = (product_taps(pair, groups, axis, floats + s)[0] for s in (step, -step))
        assert slopes[:, j] == pytest.approx((above - below) / 2e-6, abs=1e-8)


def test_a_product_is_a_derivative_along_one_axis_and_a_smoother_along_the_others():
    pair = (Kernel.from_array([1, 2, 1]) / 4, Kernel.from_array([-1, 0, 1]) / 2)
    assert product(pair, 2, 1) == Kernel.from_array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]) / 8
    assert product(pair, 2, 0) == Kernel.from_array([[-1, -2, -1], [0, 0, 0], [1, 2, 1]]) / 8
    assert certify(product(pair, 3, 0), derivative((1, 0, 0))).consistent


@pytest.mark.parametrize(("ndim", "axis", "gain"), [(2, 1, 1), (2, 0, "3/2"), (3, 1, 2)])
def test_free_values_are_read_back_from_products_only(ndim, axis, gain):
    pair = pair_family(box(2, ndim=ndim), 2, Fraction(gain))
    free = [Fraction(k + 1, 7) for k in range(pair.freedom)]
    kernel = product(pair.kernels(free), ndim, axis)
    assert kernel.moment(tuple(int(a == axis) for a in range(ndim))) == Fraction(gain)
    assert free_of_product(pair, kernel, axis) == free
    corner = (2,) * ndim
    assert free_of_product(pair, kernel + Kernel({corner: 1, tuple(-x for x in corner): -1}), axis) is None


@pytest.mark.parametrize("stencil", [cross(1), Stencil.of([(y, x) for y in (0, 1) for x in (2, 3)])])
def test_points_that_are_no_box_with_equal_sides_are_refused(stencil):
    with pytest.raises(InputError, match="needs a box"):
        pair_family(stencil, 2)
