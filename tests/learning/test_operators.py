"""Operators of learned taps: simplest scales, and kernels that compute them exactly within the region."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st

from kernelkit.exact.certify import certify
from kernelkit.exact.functional import derivative, laplacian
from kernelkit.learning.operators import operators_of, simplest_between
from kernelkit.learning.region import region_of
from kernelkit.learning.statistics import stated


def operators(taps, errors):
    found = stated(taps, errors)
    region = region_of(found, 0.999, 0, 0)
    return [candidate.kernel for candidate in operators_of(region, found.kernel())]


@drawn(st.fractions(-5, 5, max_denominator=300), st.fractions(0, 1, max_denominator=300))
def test_no_fraction_with_a_smaller_denominator_lies_between(low, width):
    high = low + width
    found = simplest_between(low, high)
    assert low <= found <= high
    smaller = range(1, found.denominator)
    assert not any(-(-low * d // 1) <= high * d // 1 for d in smaller)


@pytest.mark.parametrize(
    ("taps", "target", "accuracy"),
    [
        ([[0.1, 0.82, 0.12], [0.79, -3.71, 0.83], [0.13, 0.81, 0.11]], laplacian(2), 2),
        ([[-0.21, 0.0, 0.21], [-0.6, 0.01, 0.59], [-0.21, 0.0, 0.21]], 2 * derivative((0, 1)), 2),
        ([1.02, -2.99, 3.01, -1.04], -derivative(3), 1),
    ],
)
def test_the_operator_that_noise_allows_is_met_exactly(taps, target, accuracy):
    found = operators(taps, 0.02)
    assert certify(found[0], target).consistent
    assert certify(found[0], target).accuracy >= accuracy
    learned = np.array(taps)
    dense = np.zeros(learned.shape)
    for offset, tap in found[0].taps:
        dense[tuple(int(x) + (n - 1) // 2 for x, n in zip(offset, learned.shape, strict=True))] = float(tap)
    assert np.abs(dense - learned).max() < 0.1


def test_arbitrary_taps_compute_nothing():
    """That every kernel has some value to accuracy 1 is not worth saying."""
    assert operators(np.random.default_rng(0).normal(size=(3, 3)), 1e-4) == []


def test_scales_are_the_simplest_in_their_interval():
    (best, *_) = operators([-0.333, 0.001, 0.3335], 0.001)
    assert certify(best, Fraction(2, 3) * derivative(1)).consistent
