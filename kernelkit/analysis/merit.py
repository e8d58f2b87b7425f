"""Pratt's figure of merit: one score for the distances between found and ideal edge pixels."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from fractions import Fraction
from numbers import Rational, Real
from typing import SupportsIndex, TypeGuard

from kernelkit.errors import InputError, LimitError
from kernelkit.exact.rational import Exact, rational, whole

MOST_PIXELS = 10_000_000
"""Found pixels of one score; more is refused."""

MOST_DISTINCT = 2_000
"""Distinct exact distances of one score: their sum has a denominator of as many factors."""


def figure_of_merit(
    distances: Iterable[Exact], ideal_count: SupportsIndex, *, scale: Exact = Fraction(1, 9)
) -> Fraction | float:
    """Return Pratt's figure of merit, between 0 (nothing found) and 1 (found and ideal edges agree).

    It is ``sum 1 / (1 + scale * d^2) / max(ideal_count, number of distances)``: misplaced pixels, missing
    pixels and surplus pixels all lower it.

    Parameters
    ----------
    distances
        One number a found pixel: its distance to the nearest ideal pixel, in pixels.
    ideal_count
        Number of ideal edge pixels, at least 1.
    scale
        Weight of a squared distance, 1/9 as published.  A pixel 3 away then counts one half.

    Returns
    -------
    Fraction or float
        Exact unless a distance is a float, of Python or of an array library.

    Raises
    ------
    InputError
        A distance that is negative, infinite or no number, an ideal count below 1, a scale that is not positive,
        or beyond the range of floats where a distance is a float.
    LimitError
        More than `MOST_PIXELS` distances, or more than `MOST_DISTINCT` distinct exact ones.

    References
    ----------
    Abdou and Pratt, Quantitative design and evaluation of enhancement/thresholding edge detectors, Proc. IEEE
    67 (1979), 753-763.

    Examples
    --------
    >>> figure_of_merit([1, 1, 1], 3)
    Fraction(9, 10)
    >>> figure_of_merit([0, 0], 4)
    Fraction(1, 2)
    """
    ideal = whole(ideal_count, what="a number of ideal pixels")
    if ideal < 1:
        raise InputError(
            f"the number of ideal pixels must be at least 1, not {ideal}",
            why="without an ideal edge there is no distance to it",
        )
    weight = rational(scale, what="a scale")
    if weight <= 0:
        raise InputError(f"a scale must be positive, not {weight}", next="scale='1/9' is the published one")
    exact, rounded = _counted(distances)
    bottom = max(ideal, exact.total() + rounded.total())
    if rounded:
        return _rounded_sum(exact, rounded, weight) / bottom
    if len(exact) > MOST_DISTINCT:
        raise LimitError(
            f"more than {MOST_DISTINCT} distinct exact distances",
            next="give them as floats: the score is then rounded",
        )
    return sum((n / (1 + weight * d * d) for d, n in exact.items()), Fraction(0)) / bottom


def _rounded_sum(exact: Counter[Fraction], rounded: Counter[float], weight: Fraction) -> float:
    """Return the sum over all distances, in floats."""
    try:
        factor = float(weight)
        sizes = [(float(d), n) for d, n in exact.items()] + list(rounded.items())
    except OverflowError as large:
        raise InputError(
            "a scale or a distance is beyond the range of floats", next="give all distances exactly"
        ) from large
    return math.fsum(n / (1 + factor * d * d) for d, n in sizes)


def _counted(distances: Iterable[Exact]) -> tuple[Counter[Fraction], Counter[float]]:
    """Return how often each distance occurs, of the exact ones and of the floats."""
    if isinstance(distances, str) or not isinstance(distances, Iterable):
        raise InputError(
            f"distances are numbers, one a found pixel, not {distances!r}"[:200],
            next="figure_of_merit([0, 1, 1], 3)",
        )
    if getattr(distances, "ndim", 1) != 1:
        raise InputError(
            "distances are one number a found pixel, not a table of them", next="distances[found] or .ravel()"
        )
    exact: Counter[Fraction] = Counter()
    rounded: Counter[float] = Counter()
    for count, distance in enumerate(distances):
        if count == MOST_PIXELS:
            raise LimitError(f"at most {MOST_PIXELS:,} distances are scored")
        if _is_rounded(distance):
            size = float(distance)
            if not math.isfinite(size):
                raise InputError(f"a distance must be finite, not {distance}")
            rounded[size] += 1
        else:
            exact[_exact(distance)] += 1
    for least in (min(exact, default=0), min(rounded, default=0)):
        if least < 0:
            raise InputError(f"a distance cannot be negative, as {least} is")
    return exact, rounded


def _exact(distance: Exact) -> Fraction:
    try:
        return rational(distance, what="a distance")
    except TypeError as array:
        # an array of several numbers offers to be an index, and refuses when it is asked
        raise InputError(f"a distance is a number, not {distance!r}"[:200]) from array


def _is_rounded(distance: object) -> TypeGuard[float]:
    """Whether a number is a float; float32, which distance transforms return, is no subclass of Python's."""
    return isinstance(distance, Real) and not isinstance(distance, Rational)
