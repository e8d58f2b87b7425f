"""The joint region: its level by simulation, and its intervals hold at once."""

import numpy as np
import pytest

from kernelkit.errors import InputError
from kernelkit.exact.kernel import Kernel
from kernelkit.learning.pairs import pairs
from kernelkit.learning.region import Candidate, region_of
from kernelkit.learning.statistics import estimate, stated

TAPS = np.array([1.0, -2.0, 1.0])


def region(seed, sigma=0.3, confidence=0.9):
    rng = np.random.default_rng(seed)
    x = np.cumsum(rng.normal(size=40))
    y = np.correlate(x, TAPS, "valid")
    return region_of(estimate(pairs(x, y + sigma * rng.normal(size=y.shape), 3)), confidence, 0, 0)


@pytest.mark.parametrize("confidence", [0.5, 0.9])
def test_the_truth_lies_in_the_region_at_its_confidence(confidence):
    found = [region(seed, confidence=confidence) for seed in range(800)]
    assert np.mean([r.holds(TAPS) for r in found]) == pytest.approx(confidence, abs=0.05)
    at_once = np.mean([np.all(np.abs(r.taps - TAPS) <= r.reach) for r in found])
    assert at_once >= confidence - 0.03


def test_a_region_without_noise_is_as_wide_as_rounding():
    found = region(0, sigma=0.0)
    assert found.holds(TAPS)
    assert found.reach.max() == pytest.approx(2e-9, rel=0.01)
    assert not found.holds(TAPS + np.array([0, 0, 1e-7]))


def test_candidates_lie_in_window_and_region():
    found = region(1)
    assert found.candidate(Kernel({-1: 1, 0: -2, 1: 1}), "fractions").how == "fractions"
    assert found.candidate(Kernel({-1: 1, 0: -3, 1: 1}), "fractions") is None
    assert found.candidate(Kernel({-1: 1, 0: -2, 2: 1}), "fractions") is None
    assert found.candidate(Kernel({"-1/2": 1, "1/2": 1}), "fractions") is None


def test_plain_kernels_come_before_contrived_ones_as_near():
    found = region(2, sigma=2.0)
    plain, contrived = (
        Candidate(kernel, "catalogue", "", 0.5)
        for kernel in (Kernel({-1: 1, 0: -2, 1: 1}), Kernel({-1: "100/101", 0: "-200/101", 1: "100/101"}))
    )
    assert found.rank(plain) < found.rank(contrived)


@pytest.mark.parametrize("size", [0.0, 1e-75])
def test_taps_of_zero_without_noise_have_a_region_around_zero(size):
    """There is no largest tap to measure rounding by; tiny taps are no zeros."""
    x = np.random.default_rng(0).normal(size=20)
    found = region_of(estimate(pairs(x, size * x[1:-1], 3)), 0.999, 0, 0)
    assert found.holds(np.array([0, size, 0]))
    assert not found.holds(np.array([0, size + 1e-6 * (size or 1), 0]))


@pytest.mark.parametrize(("output", "channel"), [(1, 0), (0, 5), (-1, 0), (0, -1)])
def test_channels_that_were_not_learned_are_refused(output, channel):
    with pytest.raises(InputError, match="channel"):
        region_of(stated([1, -1], 0.1), 0.9, output, channel)
