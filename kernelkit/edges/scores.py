"""Scores of found edges against true ones: figure of merit, precision and recall, ODS, OIS, average precision."""

from __future__ import annotations

import math
from bisect import bisect_left
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from kernelkit.analysis.merit import figure_of_merit as merit_of
from kernelkit.edges.match import checked_tolerance, edge_mask, match, thinned
from kernelkit.errors import InputError, ShapeError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import ArrayLike, NDArray

RECALLS = 100
"""Average precision samples the curve at recalls 0, 1/100, ..., 1."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many pixels of the truth were found, and how many found pixels are right.

    Counts of images add up to the counts of a set.  A share of nothing is 0: precision where nothing was found,
    recall where there was nothing to find.

    Parameters
    ----------
    matched_truth, truth
        Pixels of all annotators that were matched, and all of them.
    matched_found, found
        Found pixels that some annotator has, and all of them.

    Examples
    --------
    >>> counts = Counts(90, 100, 95, 160)
    >>> counts.recall, counts.precision, counts.f
    (Fraction(9, 10), Fraction(19, 32), Fraction(171, 239))
    """

    matched_truth: int
    truth: int
    matched_found: int
    found: int

    def __post_init__(self) -> None:
        if not (0 <= self.matched_truth <= self.truth and 0 <= self.matched_found <= self.found):
            raise InputError(f"matched pixels are some of all pixels, which does not hold for {self}")

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            self.matched_truth + other.matched_truth,
            self.truth + other.truth,
            self.matched_found + other.matched_found,
            self.found + other.found,
        )

    @property
    def recall(self) -> Fraction:
        """Share of the truth that was found."""
        return Fraction(self.matched_truth, self.truth or 1)

    @property
    def precision(self) -> Fraction:
        """Share of the found pixels that are right."""
        return Fraction(self.matched_found, self.found or 1)

    @property
    def f(self) -> Fraction:
        """Harmonic mean of precision and recall, 0 where both are."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else Fraction(0)


@dataclass(frozen=True, slots=True)
class Scores:
    """Scores of a detector over a set of images.

    Parameters
    ----------
    curve
        Counts of all images together, one a threshold.
    best
        Index of the threshold with the largest F in `curve`, the first of equals.
    ois
        Counts of all images, each at the threshold with its own largest F.
    """

    curve: tuple[Counts, ...]
    best: int
    ois: Counts

    @property
    def ods(self) -> Counts:
        """Counts of all images at the one threshold that is best for the set."""
        return self.curve[self.best]

    @property
    def average_precision(self) -> Fraction | None:
        """Precision summed over recalls 0, 1/100, ..., 1, over 100: the Berkeley benchmark's average precision.

        Precision is interpolated linearly between the recalls of the curve, the best one where a recall occurs
        twice, and is 0 below the least and above the largest recall.  So it grows with the span of the thresholds,
        and a perfect curve from 0 to 1 has 1.01.  None where all recalls are equal: that is no curve.
        """
        precisions: dict[Fraction, Fraction] = {}
        for counts in self.curve:
            precisions[counts.recall] = max(counts.precision, precisions.get(counts.recall, Fraction(0)))
        if len(precisions) == 1:
            return None
        recalls = sorted(precisions)
        total = Fraction(0)
        for step in range(RECALLS + 1):
            recall = Fraction(step, RECALLS)
            right = bisect_left(recalls, recall)
            if right == len(recalls) or recall < recalls[0]:
                continue
            left = max(right - 1, 0)
            low, high = precisions[recalls[left]], precisions[recalls[right]]
            # at the least recall both ends are one
            width = recalls[right] - recalls[left] or Fraction(1)
            total += high + (low - high) * (recalls[right] - recall) / width
        return total / RECALLS


def scores(curves: Sequence[Sequence[Counts]]) -> Scores:
    """Return the scores of a detector from the counts of every image at every threshold.

    ODS ("optimal dataset scale") pools the counts of all images at one threshold, OIS ("optimal image scale") at
    the best threshold of each image.  F is compared at the given thresholds, never between them.

    Parameters
    ----------
    curves
        One an image: its counts, one a threshold, as `curve` returns.  All images have the same thresholds.

    Raises
    ------
    InputError
        No image, or no threshold.
    ShapeError
        Images with different numbers of thresholds.

    References
    ----------
    Arbelaez, Maire, Fowlkes and Malik, Contour detection and hierarchical image segmentation, IEEE PAMI 33 (2011),
    898-916.

    Examples
    --------
    >>> one = [Counts(90, 100, 95, 160), Counts(80, 100, 84, 100)]
    >>> other = [Counts(60, 80, 60, 150), Counts(50, 80, 52, 90)]
    >>> both = scores([one, other])
    >>> both.best, both.ods.precision, both.ods.recall
    (1, Fraction(68, 95), Fraction(13, 18))
    """
    lengths = sorted({len(curve) for curve in curves})
    if not lengths or lengths[0] == 0:
        raise InputError("scores need counts of at least one image at one threshold")
    if len(lengths) > 1:
        raise ShapeError(
            f"all images have the same thresholds; here their numbers are {lengths}",
            next="count every image with the same thresholds=",
        )
    pooled = tuple(_sum(column) for column in zip(*curves, strict=True))
    best = max(range(len(pooled)), key=lambda index: pooled[index].f)
    return Scores(pooled, best, _sum([max(curve, key=lambda counts: counts.f) for curve in curves]))


def curve(
    strength: ArrayLike, truths: Sequence[ArrayLike], *, thresholds: Sequence[float], tolerance: float
) -> tuple[Counts, ...]:
    """Return the counts of one image at every threshold, as the Berkeley benchmark makes them.

    Found are pixels whose strength is at least the threshold, thinned to lines one pixel wide.  A threshold that is
    a value of the map is touchy: rounding decides then whether its pixels are found.

    Parameters
    ----------
    strength
        Map of two axes, such as a gradient magnitude after suppression; the stronger, the surer.
    truths
        Maps of true edges, one an annotator: ``[truth]`` where there is one.
    thresholds
        Rising positive strengths, such as those of `even_thresholds`.
    tolerance
        Largest distance of a right pixel from a true one, in pixels; that of the benchmark is
        `kernelkit.edges.match.tolerance_of`.

    Raises
    ------
    InputError
        Thresholds that are none, not positive or do not rise, or what `count` refuses.
    ShapeError
        Maps whose shapes differ, or with other than two axes.
    """
    import numpy as np

    edge_mask(strength, what="a map of strengths")
    levels = np.asarray(thresholds, dtype=float)
    if (
        levels.ndim != 1
        or not levels.size
        or not np.isfinite(levels).all()
        or (np.diff(levels, prepend=0) <= 0).any()
    ):
        raise InputError(
            "thresholds are positive numbers that rise, at least one",
            why="every pixel is at least as strong as 0",
            next="thresholds=even_thresholds(99)",
        )
    masks = _masks(truths, np.shape(strength))
    return tuple(_counted(thinned(np.asarray(strength) >= level), masks, tolerance) for level in levels)


def even_thresholds(number: int, *, largest: float = 1.0) -> list[float]:
    """Return thresholds at even steps between 0 and the largest strength of a set, both left out.

    Examples
    --------
    >>> even_thresholds(3, largest=255)
    [63.75, 127.5, 191.25]
    """
    if number < 1 or not (math.isfinite(largest) and largest > 0):
        raise InputError(
            f"thresholds are at least one, below a positive strength; not {number} below {largest}",
            why="without an edge of some strength there is nothing to set a threshold for",
        )
    return [largest * step / (number + 1) for step in range(1, number + 1)]


def count(found: ArrayLike, truths: Sequence[ArrayLike], *, tolerance: float) -> Counts:
    """Return how many found and true pixels have a partner, one to one, within a tolerance.

    Each annotator is matched alone.  A found pixel is right where any annotator has it; the truth is the pixels of
    all annotators, so recall is lowered by what only one of them drew.  Maps are counted as they are: `thinned`
    makes them thin.

    Parameters
    ----------
    found
        Map of found edges; what is not zero is one.
    truths
        Maps of true edges, one an annotator: ``[truth]`` where there is one.
    tolerance
        Largest distance of a right pixel from a true one, in pixels, itself allowed.

    Raises
    ------
    InputError
        Maps that `edge_mask` refuses, no annotator, a tolerance that is no distance.
    LimitError
        Maps so dense for the tolerance that `match` refuses them.
    ShapeError
        Maps whose shapes differ.

    Examples
    --------
    >>> count([[1, 1, 0, 0]], [[[0, 1, 0, 1]], [[1, 0, 0, 0]]], tolerance=1)
    Counts(matched_truth=2, truth=3, matched_found=2, found=2)
    """
    mask = edge_mask(found)
    return _counted(mask, _masks(truths, mask.shape), tolerance)


def figure_of_merit(found: ArrayLike, truth: ArrayLike, *, scale: float = 1 / 9) -> float:
    """Return Pratt's figure of merit of found edges, between 0 (nothing found) and 1 (the maps agree).

    It is ``sum 1 / (1 + scale * d^2) / max(true pixels, found pixels)`` over the found pixels, d the distance to the
    nearest true one.  It is no matching: many found pixels may share a true one.

    Parameters
    ----------
    found, truth
        Maps of edges; what is not zero is one.
    scale
        Weight of a squared distance, 1/9 as published.  A pixel 3 away then counts one half.

    Raises
    ------
    InputError
        Maps that `edge_mask` refuses, a truth without edges, a scale that is not positive and finite.
    ShapeError
        Maps whose shapes differ.

    References
    ----------
    Abdou and Pratt, Quantitative design and evaluation of enhancement/thresholding edge detectors, Proc. IEEE
    67 (1979), 753-763.

    Examples
    --------
    >>> figure_of_merit([[0, 1, 1, 0]], [[0, 1, 0, 0]])
    0.95
    """
    from scipy import ndimage  # type: ignore[import-untyped]  # scipy ships no types

    mask = edge_mask(found)
    (true,) = _masks([truth], mask.shape)
    if not (math.isfinite(scale) and scale > 0):
        raise InputError(f"a scale is a positive number, not {scale}", next="scale=1/9 is the published one")
    if not true.any():
        raise InputError(
            "the truth marks no edge",
            why="without a true edge there is no distance to it",
            next="kernelkit.edges.scores.count needs none",
        )
    distances = ndimage.distance_transform_edt(~true)[mask]
    return float(merit_of(distances.tolist(), int(true.sum()), scale=Fraction(scale)))


def _counted(found: NDArray[np.bool_], truths: list[NDArray[np.bool_]], tolerance: float) -> Counts:
    """Return the counts of one map against all annotators."""
    import numpy as np

    checked_tolerance(tolerance)
    places = np.argwhere(found)
    right = np.zeros(len(places), dtype=bool)
    matched = 0
    for truth in truths:
        pairs = match(places, np.argwhere(truth), tolerance=tolerance)
        right[pairs[:, 0]] = True
        matched += len(pairs)
    return Counts(matched, sum(int(truth.sum()) for truth in truths), int(right.sum()), len(places))


def _masks(truths: Sequence[ArrayLike], shape: tuple[int, ...]) -> list[NDArray[np.bool_]]:
    """Return the annotators' maps, all of the shape of the found one."""
    masks = [edge_mask(truth, what="a map of true edges") for truth in truths]
    if not masks:
        raise InputError("the truth is at least one map", next="[truth]")
    for mask in masks:
        if mask.shape != shape:
            raise ShapeError(
                f"the truth has shape {mask.shape}, the found edges {shape}",
                next="maps as large as the found one; in Python a list of them, [truth] for one",
            )
    return masks


def _sum(counts: Sequence[Counts]) -> Counts:
    """Return the counts of all images together."""
    return sum(counts, start=Counts(0, 0, 0, 0))
