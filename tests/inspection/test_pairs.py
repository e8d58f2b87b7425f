"""Pairs of filters: equal, negated, a quarter of a period apart."""

import dataclasses

import numpy as np
import pytest
from inspection.layers import plane

from kernelkit.inspection.gabor import fit_gabor
from kernelkit.inspection.pairs import neighbours, phase_pairs


def test_equal_and_negated_filters_find_each_other():
    noise = np.random.default_rng(0).normal(size=(4, 3, 7, 7))
    found = neighbours(np.concatenate([noise, -3 * noise[1:2], noise[2:3] + 0.01 * noise[3:4]]))
    assert (found[1].other, found[1].relation) == (4, "negated")
    assert (found[4].other, found[4].relation) == (1, "negated")
    assert (found[5].other, found[5].relation) == (2, "equal")
    assert found[0].relation == "other"
    assert found[1].cosine == pytest.approx(-1)


def test_units_do_not_matter_and_zeros_are_like_nothing():
    found = neighbours([[1e-200, 2e-200], [1e200, 2e200], [0, 0]])
    assert found[0].cosine == pytest.approx(1)
    assert found[2] is None
    assert neighbours([[1.0, 2.0]]) == [None]


@pytest.mark.parametrize("angle", [0, 60, 179])
def test_quarter_periods_are_paired_across_the_seam_of_directions(angle):
    fits = [
        fit_gabor(plane(11, angle=angle, frequency=0.2, phase=20)),
        fit_gabor(plane(11, angle=angle + 60, frequency=0.2)),
        fit_gabor(plane(11, angle=angle + 3, frequency=0.21, phase=-75)),
        None,
    ]
    assert phase_pairs(fits) == [(0, 2)]


def test_each_filter_is_in_one_pair_the_best_ones_first():
    phases = [0, 80, 91]
    fits = [fit_gabor(plane(11, frequency=0.2, phase=p)) for p in phases]
    assert phase_pairs(fits) == [(0, 2)]


@pytest.mark.parametrize(
    "change",
    [{"frequency": 0.3}, {"angle": 20}, {"phase": 0}, {"phase": 180}, {"along": 0.8, "frequency": 0.2}],
)
def test_other_waves_are_no_pair(change):
    second = {"frequency": 0.2, "phase": 90, "angle": 0} | change
    assert phase_pairs([fit_gabor(plane(11, frequency=0.2)), fit_gabor(plane(11, **second))]) == []


def test_poor_fits_and_other_colours_are_no_pair():
    one, other = fit_gabor(plane(11)), fit_gabor(plane(11, phase=90))
    assert phase_pairs([one, other], [(1, 0), (0.8, 0.6)]) == [(0, 1)]
    assert phase_pairs([one, other], [(1, 0), (0.6, 0.8)]) == []
    assert phase_pairs([one, dataclasses.replace(other, r_squared=0.7)]) == []
    assert phase_pairs([one, dataclasses.replace(other, at_limit=True)]) == []
