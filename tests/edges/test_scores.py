"""Scores of edges: published cases, laws of perfect, doubled and displaced edges, curves against NumPy."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from golden.tables import ids, rows
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from kernelkit.edges.match import thinned, tolerance_of
from kernelkit.edges.scores import Counts, count, curve, even_thresholds, figure_of_merit, scores
from kernelkit.edges.truth import Disc, HalfPlane, Polygon, scene
from kernelkit.errors import InputError, ShapeError

MASKS = st.tuples(st.integers(1, 9), st.integers(1, 9)).flatmap(lambda shape: arrays(bool, shape))
SCENES = [
    pytest.param(scene(HalfPlane(0.3, (20, 22)), (40, 45)), id="half-plane"),
    pytest.param(scene(Disc((20, 21), 14.3), (41, 43)), id="disc"),
    pytest.param(scene(Polygon(((3, 4), (6, 33), (30, 28), (28, 9))), (36, 40)), id="polygon"),
]
COLUMN = np.zeros((10, 20))
COLUMN[:, 5] = 1


def counts_of(matched, total):
    """Return counts whose precision and recall are one share."""
    return Counts(matched, total, matched, total)


@pytest.mark.parametrize("row", rows("cases_filters", "ods-ois", key="ask"), ids=ids)
def test_scores_from_counts(row):
    expected = row["expected"]
    found = scores(
        [[Counts(*counts) for counts in image] for image in row["input"]["counts_per_image_per_threshold"]]
    )
    assert found.best == expected["ods_threshold_index"]
    assert found.ods.f == Fraction(expected["ods_F"])
    assert found.ods.precision == Fraction(expected["ods_P"])
    assert found.ods.recall == Fraction(expected["ods_R"])
    assert found.ois.f == Fraction(expected["ois_F"])


@pytest.mark.parametrize("row", rows("cases_filters", "fom-images", key="ask"), ids=ids)
@pytest.mark.parametrize("encoding", [(np.uint8, 1), (np.uint8, 255), (bool, 1), (float, -0.5)])
def test_the_figure_of_merit_of_images_in_every_encoding(row, encoding):
    kind, value = encoding
    found, truth = (np.array(row["input"][key]) for key in ("found", "ground_truth"))
    expected = pytest.approx(float(Fraction(row["expected"]["fom"])), abs=1e-12)
    assert figure_of_merit((found * value).astype(kind), (truth * value).astype(kind)) == expected


@pytest.mark.parametrize("row", [row for row in rows("analysis") if row["id"].startswith("fom/")], ids=ids)
def test_the_figure_of_merit_of_displaced_missing_and_doubled_lines(row):
    """The published distances, each as a pixel beside a true column."""
    found = np.zeros_like(COLUMN)
    for index, distance in enumerate(row["distances_of_found_pixels"]):
        found[index % row["n_ideal"], 5 + distance] = 1
    assert figure_of_merit(found, COLUMN) == pytest.approx(float(Fraction(row["fom"])), abs=1e-12)


@given(MASKS, st.data())
def test_the_figure_of_merit_is_pratts_sum_over_nearest_pixels(truth, data):
    found = data.draw(arrays(bool, truth.shape))
    if not truth.any():
        with pytest.raises(InputError, match="marks no edge"):
            figure_of_merit(found, truth)
        return
    places = np.argwhere(truth)
    squares = [((places - place) ** 2).sum(axis=1).min() for place in np.argwhere(found)]
    expected = sum(1 / (1 + square / 9) for square in squares) / max(truth.sum(), found.sum())
    for turned in (lambda mask: mask, np.flipud, np.fliplr, np.transpose):
        assert figure_of_merit(turned(found), turned(truth)) == pytest.approx(expected)


def test_the_scale_says_where_a_pixel_counts_one_half():
    far = np.roll(COLUMN, 5, axis=1)
    assert figure_of_merit(far, COLUMN, scale=1 / 25) == pytest.approx(0.5)


@pytest.mark.parametrize("known", SCENES)
def test_a_perfect_detection_scores_one(known):
    pixels = known.pixels
    assert figure_of_merit(pixels, pixels) == 1
    for tolerance in (0, 1, 2.5):
        assert count(pixels, [pixels] * 3, tolerance=tolerance).f == 1
    perfect = thinned(pixels)
    found = scores([curve(perfect * 0.8, [perfect], thresholds=even_thresholds(3), tolerance=0)] * 2)
    assert found.ods.f == found.ois.f == 1


@pytest.mark.parametrize("known", SCENES)
def test_an_edge_one_pixel_aside_needs_a_tolerance_of_one(known):
    """Within less than one pixel only what both maps have is right; within one everything is."""
    pixels = np.pad(known.pixels, 1)
    aside = np.roll(pixels, 1, axis=0)
    counts = [count(aside, [pixels], tolerance=t) for t in (0, 0.99, 1, 2)]
    assert counts[0] == counts[1]
    assert counts[0].matched_found == (aside & pixels).sum()
    assert counts[2].f == counts[3].f == 1


def test_a_doubled_edge_is_not_rewarded():
    """A matching that is not one to one would call all of it right."""
    doubled = COLUMN + np.roll(COLUMN, 1, axis=1)
    assert count(doubled, [COLUMN], tolerance=3) == Counts(10, 10, 10, 20)
    assert count(COLUMN, [doubled], tolerance=3) == Counts(10, 20, 10, 10)


@given(MASKS, st.data())
def test_counts_of_one_annotator_survive_exchange_and_flips(truth, data):
    found = data.draw(arrays(bool, truth.shape))
    expected = count(found, [truth], tolerance=1.5)
    exchanged = count(truth, [found], tolerance=1.5)
    assert (exchanged.precision, exchanged.recall) == (expected.recall, expected.precision)
    assert exchanged.f == expected.f
    for turned in (np.flipud, np.fliplr, np.transpose):
        assert count(turned(found), [turned(truth)], tolerance=1.5) == expected


@given(MASKS, st.data())
def test_within_no_tolerance_counts_are_those_of_sets(truth, data):
    """Several annotators: right is what any of them has, the truth is what all of them have."""
    found, other = (data.draw(arrays(bool, truth.shape)) for _ in range(2))
    expected = Counts(
        int((found & truth).sum() + (found & other).sum()),
        int(truth.sum() + other.sum()),
        int((found & (truth | other)).sum()),
        int(found.sum()),
    )
    assert count(found, [truth, other], tolerance=0) == expected


def test_an_edge_that_one_of_two_annotators_drew_is_right_and_costs_recall():
    aside = np.roll(COLUMN, 8, axis=1)
    found = count(COLUMN + aside, [COLUMN, COLUMN + aside], tolerance=1)
    assert found.precision == found.recall == 1
    found = count(aside, [COLUMN, aside], tolerance=1)
    assert (found.precision, found.recall) == (1, Fraction(1, 2))


def test_a_curve_counts_lines_as_strong_as_the_threshold():
    """Three columns of strengths 2, 6 and 9, of which the one of 6 is true."""
    strength = sum(np.roll(COLUMN, 4 * k, axis=1) * value for k, value in enumerate((2, 6, 9)))
    truth = np.roll(COLUMN, 4, axis=1)
    found = curve(strength, [truth], thresholds=[1, 6, 7, 10], tolerance=1)
    assert found == (
        Counts(10, 10, 10, 30),
        Counts(10, 10, 10, 20),
        Counts(0, 10, 0, 10),
        Counts(0, 10, 0, 0),
    )
    assert [counts.f for counts in found] == [Fraction(1, 2), Fraction(2, 3), 0, 0]


def test_a_curve_thins_what_it_counts():
    """A band three wide is one line, and is not two thirds wrong."""
    band = COLUMN + np.roll(COLUMN, 1, axis=1) + np.roll(COLUMN, -1, axis=1)
    (found,) = curve(band, [COLUMN], thresholds=[0.5], tolerance=1)
    assert found.precision == 1
    assert count(band, [COLUMN], tolerance=1).precision == Fraction(1, 3)


def test_a_step_far_above_the_noise_is_found_at_its_place():
    """Of a step a hundred times the noise every pixel is found, and nothing else."""
    known = scene(HalfPlane(0, (16, 15.5)), (32, 32), high=100, noise=1, seed=3)
    slope = np.abs(np.diff(known.image, axis=1, prepend=known.image[:, :1]))
    found = scores([curve(slope, [known.pixels], thresholds=even_thresholds(9, largest=100), tolerance=1)])
    assert found.ods.f == 1
    assert found.curve[-1].recall > 0


@given(st.lists(st.tuples(*[st.integers(0, 12)] * 2), min_size=2, max_size=6, unique_by=lambda pair: pair[0]))
def test_average_precision_is_numpys_interpolation_at_a_hundred_and_one_recalls(points):
    found = scores([[Counts(matched, 12, right, 12) for matched, right in points]]).average_precision
    recalls, precisions = np.array(sorted(points)).T / 12
    samples = np.interp(np.arange(101) / 100, recalls, precisions, left=0, right=0)
    assert float(found) == pytest.approx(samples.sum() / 100, abs=1e-9)


def test_average_precision_of_a_straight_curve():
    """Precision falls from 1 to 1/2 as recall grows from 0 to 1: the sum of 1 - k/200 over 0 to 100, over 100."""
    line = [Counts(k, 10, 20 - k, 20) for k in range(11)]
    assert scores([line]).average_precision == Fraction(7575, 10000)
    assert scores([line[::-1]]).average_precision == Fraction(7575, 10000)
    assert scores([[counts_of(1, 2)] * 3]).average_precision is None


def test_the_best_precision_of_a_recall_counts():
    low, high, end = Counts(1, 2, 1, 4), Counts(1, 2, 3, 4), Counts(2, 2, 1, 2)
    assert scores([[low, high, end]]).average_precision == scores([[high, low, end]]).average_precision
    assert scores([[low, high, end]]).average_precision == scores([[high, end]]).average_precision


def test_scores_of_a_set_are_of_pooled_counts_and_not_means_of_images():
    """A large image weighs more; the image scale is at least the set's."""
    large, small = [counts_of(90, 100), counts_of(10, 100)], [counts_of(1, 10), counts_of(10, 10)]
    found = scores([large, small])
    assert (found.best, found.ods.f) == (0, Fraction(91, 110))
    assert found.ois.f == Fraction(100, 110)


def test_shares_of_nothing_are_zero():
    nothing = count(np.zeros((3, 3)), [np.zeros((3, 3))], tolerance=1)
    assert nothing == Counts(0, 0, 0, 0)
    assert (nothing.precision, nothing.recall, nothing.f) == (0, 0, 0)


def test_thresholds_are_even_and_the_benchmarks_for_strengths_to_one():
    assert even_thresholds(99) == pytest.approx(np.arange(1, 100) / 100)
    assert even_thresholds(4, largest=10) == [2, 4, 6, 8]


@pytest.mark.parametrize(
    ("make", "error", "words"),
    [
        (lambda: Counts(3, 2, 0, 0), InputError, "some of all"),
        (lambda: Counts(0, 2, -1, 0), InputError, "some of all"),
        (lambda: scores([]), InputError, "at least one image"),
        (lambda: scores([[]]), InputError, "at least one image"),
        (lambda: scores([[counts_of(1, 2)], [counts_of(1, 2)] * 2]), ShapeError, r"\[1, 2\]"),
        (lambda: count(COLUMN, [], tolerance=1), InputError, "at least one map"),
        (lambda: count(COLUMN, COLUMN, tolerance=1), ShapeError, r"\[truth\] for one"),
        (lambda: count(COLUMN, [COLUMN[1:]], tolerance=1), ShapeError, r"\(9, 20\).*\(10, 20\)"),
        (lambda: count(COLUMN, [COLUMN], tolerance=-1), InputError, "tolerance"),
        (lambda: count(COLUMN * math.nan, [COLUMN], tolerance=1), InputError, "NaN"),
        (lambda: figure_of_merit(COLUMN, COLUMN[1:]), ShapeError, "shape"),
        (lambda: figure_of_merit(COLUMN, COLUMN, scale=0), InputError, "scale"),
        (lambda: even_thresholds(0), InputError, "at least one"),
        (lambda: even_thresholds(3, largest=0), InputError, "positive strength"),
        (lambda: curve(COLUMN, [COLUMN], thresholds=[], tolerance=1), InputError, "rise"),
        (lambda: curve(COLUMN, [COLUMN], thresholds=[0.5, 0.5], tolerance=1), InputError, "rise"),
        (lambda: curve(COLUMN, [COLUMN], thresholds=[math.nan], tolerance=1), InputError, "rise"),
        (lambda: curve(COLUMN, [COLUMN], thresholds=[0, 1], tolerance=1), InputError, "positive"),
        (
            lambda: curve(np.ones((2, 2, 2)), [np.ones((2, 2, 2))], thresholds=[1], tolerance=1),
            ShapeError,
            "axes",
        ),
    ],
)
def test_what_cannot_be_scored_is_refused(make, error, words):
    with pytest.raises(error, match=words):
        make()


def test_the_benchmark_tolerance_scales_with_the_image():
    """An edge three pixels aside is right in a large image, and wrong in a small one."""
    for size, right in ((100, False), (300, True)):
        truth, found = np.zeros((size, size)), np.zeros((size, size))
        truth[:, 50], found[:, 53] = 1, 1
        assert (count(found, [truth], tolerance=tolerance_of((size, size))).f == 1) is right
