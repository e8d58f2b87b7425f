"""Pratt's figure of merit against its formula, its limits, and what lowers it."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import ndimage
from strategies import positive, rationals

from kernelkit.analysis import merit
from kernelkit.analysis.merit import MOST_DISTINCT, figure_of_merit
from kernelkit.errors import ExpressionError, InputError, LimitError

DISTANCES = st.lists(rationals(8).map(abs), max_size=12)


@given(distances=DISTANCES, ideal=st.integers(1, 15), scale=positive())
def test_the_score_is_the_published_sum(distances, ideal, scale):
    total = Fraction(0)
    for d in distances:
        total += 1 / (1 + scale * d**2)
    found = figure_of_merit(distances, ideal, scale=scale)
    assert isinstance(found, Fraction)
    assert found == total / max(ideal, len(distances))
    assert 0 <= found <= 1


@given(distances=DISTANCES, ideal=st.integers(1, 15), scale=positive())
def test_floats_give_the_exact_score_rounded(distances, ideal, scale):
    exact = figure_of_merit(distances, ideal, scale=scale)
    rounded = figure_of_merit(np.array([float(d) for d in distances]), ideal, scale=scale)
    assert rounded == pytest.approx(float(exact), rel=1e-14)
    mixed = [float(d) if i % 2 else d for i, d in enumerate(distances)]
    assert figure_of_merit(mixed, ideal, scale=scale) == pytest.approx(float(exact), rel=1e-14)


@given(distances=DISTANCES.filter(bool), ideal=st.integers(1, 15), further=positive(), at=st.integers(0, 11))
def test_every_kind_of_mistake_lowers_the_score(distances, ideal, further, at):
    here = figure_of_merit(distances, ideal)
    displaced = list(distances)
    displaced[at % len(distances)] += further
    assert figure_of_merit(displaced, ideal) < here
    assert figure_of_merit(distances[1:], max(ideal, len(distances))) < figure_of_merit(
        distances, max(ideal, len(distances))
    )
    best = [Fraction(0)] * ideal
    assert figure_of_merit([*best, further], ideal) < figure_of_merit(best, ideal) == 1


def test_a_pixel_three_away_counts_half_unless_the_scale_is_another():
    """1 / (1 + 9/9), the weight that Abdou and Pratt chose."""
    assert figure_of_merit([3], 1) == Fraction(1, 2)
    assert figure_of_merit([3], 1, scale=1) == Fraction(1, 10)


def test_pictures_of_edges_by_their_distance_transform():
    """A column found one pixel beside the ideal one, with one pixel missing and one astray."""
    ideal = np.zeros((8, 12), dtype=bool)
    ideal[:, 4] = True
    found = np.zeros_like(ideal)
    found[1:, 5] = True
    found[0, 8] = True
    distances = ndimage.distance_transform_edt(~ideal)[found]
    assert figure_of_merit(distances, 8) == pytest.approx((7 * 0.9 + 9 / 25) / 8, rel=1e-14)
    assert figure_of_merit(distances.astype(np.float32), np.int64(8)) == pytest.approx(
        (7 * 0.9 + 9 / 25) / 8, rel=1e-6
    )
    assert figure_of_merit(distances.astype(int), 8) == (7 * Fraction(9, 10) + Fraction(9, 25)) / 8
    assert figure_of_merit((d for d in [1, 1]), 2) == Fraction(9, 10)


@pytest.mark.parametrize(
    ("distances", "ideal", "scale", "words"),
    [
        ([-1], 1, 1, "cannot be negative"),
        ([0.0, -0.5], 1, 1, "cannot be negative"),
        ([math.nan], 1, 1, "must be finite"),
        ([math.inf], 1, 1, "must be finite"),
        ([None], 1, 1, "a distance"),
        ("123", 1, 1, "one a found pixel"),
        (3, 1, 1, "one a found pixel"),
        ([1], 0, 1, "at least 1, not 0"),
        ([1], -2, 1, "at least 1, not -2"),
        ([1], 1.5, 1, "number of ideal pixels"),
        ([1], 1, 0, "scale must be positive"),
        ([1], 1, "-1/9", "scale must be positive"),
        ([1.0], 1, 10**400, "beyond the range of floats"),
        ([1.0, 10**400], 1, 1, "beyond the range of floats"),
    ],
)
def test_what_cannot_be_scored_is_refused(distances, ideal, scale, words):
    with pytest.raises(InputError, match=words):
        figure_of_merit(distances, ideal, scale=scale)


def test_distances_in_words_are_refused():
    with pytest.raises(ExpressionError, match="a distance 'far' is not an exact number"):
        figure_of_merit(["1/2", "far"], 1)


def test_work_is_bounded(monkeypatch):
    with pytest.raises(LimitError, match="distinct exact distances"):
        figure_of_merit(range(MOST_DISTINCT + 1), 1)
    assert figure_of_merit([float(d) for d in range(MOST_DISTINCT + 1)], 1) > 0
    monkeypatch.setattr(merit, "MOST_PIXELS", 3)
    with pytest.raises(LimitError, match="at most 3 distances"):
        figure_of_merit(iter([0, 1, 2, 3]), 1)
