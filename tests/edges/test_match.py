"""Matching against every possible matching, and its laws; thinning against scikit-image, and its laws."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import ndimage
from skimage.morphology import thin

from kernelkit.edges import match as module
from kernelkit.edges.match import edge_mask, match, thinned, tolerance_of
from kernelkit.errors import InputError, LimitError, ShapeError

POINTS = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), max_size=5, unique=True)
MASKS = st.tuples(st.integers(1, 12), st.integers(1, 12)).flatmap(lambda shape: arrays(bool, shape))
TOLERANCES = st.sampled_from([0, 1, 1.5, 2, 3])
EIGHT = np.ones((3, 3))


def distances(found, truth, pairs):
    """Return the distance of every pair."""
    return [math.dist(found[i], truth[j]) for i, j in pairs]


def best_of_all(found, truth, tolerance):
    """Return the most pairs and their least total distance, by trying every matching."""
    if len(found) > len(truth):
        found, truth = truth, found
    best = (0, 0.0)
    for chosen in itertools.permutations(range(len(truth)), len(found)):
        near = [d for d in distances(found, truth, enumerate(chosen)) if d <= tolerance]
        best = min(best, (-len(near), math.fsum(near)))
    return -best[0], best[1]


@settings(max_examples=150)
@given(POINTS, POINTS, TOLERANCES)
def test_pairs_are_the_most_and_the_nearest_of_all_matchings(found, truth, tolerance):
    pairs = match(found, truth, tolerance=tolerance)
    lengths = distances(found, truth, pairs)
    assert all(length <= tolerance for length in lengths)
    assert len(set(pairs[:, 0])) == len(set(pairs[:, 1])) == len(pairs)
    assert (np.diff(pairs[:, 0]) > 0).all()
    most, least = best_of_all(found, truth, tolerance)
    assert len(pairs) == most
    assert math.fsum(lengths) == pytest.approx(least)


@given(MASKS, TOLERANCES)
def test_a_map_matches_itself_pixel_by_pixel(mask, tolerance):
    places = np.argwhere(mask)
    pairs = match(places, places, tolerance=tolerance)
    assert np.array_equal(pairs, np.stack([np.arange(len(places))] * 2, axis=1))


@given(MASKS, st.data(), TOLERANCES)
def test_the_number_of_pairs_survives_exchange_flips_and_transposition(mask, data, tolerance):
    other = data.draw(arrays(bool, mask.shape))

    def number(one, two):
        return len(match(np.argwhere(one), np.argwhere(two), tolerance=tolerance))

    expected = number(mask, other)
    assert number(other, mask) == expected
    for turned in (np.flipud, np.fliplr, np.transpose):
        assert number(turned(mask), turned(other)) == expected


@given(MASKS, st.data())
def test_a_larger_tolerance_never_loses_a_pair(mask, data):
    other = data.draw(arrays(bool, mask.shape))
    numbers = [
        len(match(np.argwhere(mask), np.argwhere(other), tolerance=t)) for t in (0, 1, 1.5, 2.9, 4, 20)
    ]
    assert numbers == sorted(numbers)
    assert numbers[0] == (mask & other).sum()
    assert numbers[-1] == min(mask.sum(), other.sum())


def test_one_pair_more_is_worth_any_distance():
    """The found point at 0 lies on a true one, and leaves it so that there are two pairs."""
    pairs = match([[0], [4]], [[0], [-4]], tolerance=4)
    assert pairs.tolist() == [[0, 1], [1, 0]]


def test_points_between_pixels_and_in_space_are_matched():
    truth = np.array([[0.5, 1.25, 3.0], [9, 9, 9]])
    pairs = match(truth[::-1] + 0.1, truth, tolerance=0.2)
    assert pairs.tolist() == [[0, 1], [1, 0]]


def test_maps_too_dense_for_the_tolerance_are_refused(monkeypatch):
    monkeypatch.setattr(module, "MOST_NEIGHBOURS", 100)
    dense = np.argwhere(np.ones((11, 11)))
    with pytest.raises(LimitError, match=r"441 pairs.*at most 100"):
        match(dense[:21], dense[:21], tolerance=1000)


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        (([[0, 1]], [[0]], 1), ShapeError, "2 coordinates, true points 1"),
        (([0, 1], [[0, 1]], 1), ShapeError, "one point a row"),
        (([[0, math.nan]], [[0, 1]], 1), InputError, "finite"),
        (([[0, 1]], [[0, 1]], -1), InputError, "at least 0"),
        (([[0, 1]], [[0, 1]], math.nan), InputError, "at least 0"),
        (([], [], math.inf), InputError, "at least 0"),
    ],
)
def test_bad_points_and_tolerances_are_refused(arguments, error, words):
    found, truth, tolerance = arguments
    with pytest.raises(error, match=words):
        match(found, truth, tolerance=tolerance)


def test_the_benchmark_tolerance_of_its_images():
    """Images of 321 x 481: 4.337 pixels, known in the field as 4.3."""
    assert tolerance_of((321, 481)) == tolerance_of((481, 321)) == pytest.approx(4.337, abs=1e-3)


@settings(max_examples=200)
@given(MASKS)
def test_thinning_agrees_with_scikit_image(mask):
    assert np.array_equal(thinned(mask), thin(mask))
    assert np.array_equal(thinned(np.asfortranarray(mask)), thin(mask))


@pytest.mark.parametrize("seed", range(8))
def test_thinning_of_thick_shapes_agrees_with_scikit_image(seed):
    """Smoothed noise: blobs, holes, bridges, and shapes on the border."""
    noise = ndimage.gaussian_filter(np.random.default_rng(seed).normal(size=(60, 70)), 3)
    assert np.array_equal(thinned(noise > 0), thin(noise > 0))


@given(MASKS)
def test_thinning_keeps_pieces_and_holes_and_is_done_once(mask):
    thin_mask = thinned(mask)
    assert not (thin_mask & ~mask).any()
    assert ndimage.label(thin_mask, EIGHT)[1] == ndimage.label(mask, EIGHT)[1]
    outside = [ndimage.label(np.pad(~m, 1, constant_values=True))[1] for m in (thin_mask, mask)]
    assert outside[0] == outside[1]
    assert np.array_equal(thinned(thin_mask), thin_mask)


def test_a_line_of_any_width_thins_to_one_pixel():
    for width in range(1, 8):
        band = np.zeros((40, 20))
        band[:, 6 : 6 + width] = 1
        inner = thinned(band)[8:-8]
        assert (inner.sum(axis=1) == 1).all()
        assert abs(np.argwhere(inner)[:, 1] - (6 + (width - 1) / 2)).max() <= 0.5


@pytest.mark.parametrize("encoding", [bool, np.uint8, np.int16, float])
def test_edges_are_what_is_not_zero(encoding):
    mask = np.array([[0, 1], [1, 0]])
    assert np.array_equal(edge_mask(mask.astype(encoding)), mask == 1)
    if encoding is not bool:
        assert np.array_equal(edge_mask(mask.astype(encoding) * 100), mask == 1)


@pytest.mark.parametrize(
    ("edges", "words"),
    [
        ([["a"]], "numbers or truth"),
        ([[1j]], "numbers or truth"),
        ([[]], "pixels"),
        (3, "pixels"),
        ([math.nan], "NaN"),
    ],
)
def test_maps_that_say_nothing_are_refused(edges, words):
    with pytest.raises(InputError, match=words):
        edge_mask(edges)


def test_thinning_is_of_two_axes():
    with pytest.raises(ShapeError, match="two axes"):
        thinned(np.ones((3, 3, 3)))
