"""Stencils: where samples are taken, relative to the output point."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import SupportsIndex

from kernelkit.errors import InputError, LimitError, ShapeError
from kernelkit.exact.rational import Exact, rational, whole, written

Offset = tuple[Fraction, ...]
Points = Iterable[Exact | Sequence[Exact]]
"""Points as users write them: numbers in one dimension, tuples of numbers in any."""

MOST_POINTS = 2048
"""Points of one stencil; more is refused."""


@dataclass(frozen=True, slots=True)
class Stencil:
    """A set of offsets without taps, in axis order (the last axis is x).

    Attributes
    ----------
    ndim
        Number of axes.
    offsets
        Distinct offsets, ascending.

    Examples
    --------
    >>> Stencil.of([2, "1/2", 0])
    Stencil({0, 1/2, 2})
    """

    ndim: int
    offsets: tuple[Offset, ...]

    @classmethod
    def of(cls, points: Points | Stencil) -> Stencil:
        """Read points given as numbers or as tuples of numbers.

        Raises
        ------
        InputError
            No point, a repeated point, or a coordinate that is no exact number.
        ShapeError
            Points of different dimension.
        LimitError
            More than `MOST_POINTS` points.
        """
        if isinstance(points, Stencil):
            return points
        if isinstance(points, str) or not isinstance(points, Iterable):
            raise InputError(
                f"points are numbers or tuples of numbers, not {points!r}"[:200],
                next="[-1, 0, 1] and line(-1, 1) are points",
            )
        read: list[Offset] = []
        for point in points:
            read.append(read_offset(point))
            if len(read) > MOST_POINTS:
                raise LimitError(f"a stencil has at most {MOST_POINTS} points", next="take fewer points")
        if not read:
            raise InputError("a stencil needs at least one point", next="give offsets such as -1, 0, 1")
        dimensions = sorted({len(point) for point in read})
        if len(dimensions) > 1:
            raise ShapeError(
                f"points of dimension {dimensions[0]} and {dimensions[-1]} cannot be mixed",
                next="give every point the same number of coordinates",
            )
        if len(set(read)) < len(read):
            twice = next(point for point in read if read.count(point) > 1)
            raise InputError(
                f"the point {offset_text(twice)} is given {read.count(twice)} times",
                why="two taps at one point are one tap, so the kernel would not be determined",
                next="give each point once",
            )
        return cls(dimensions[0], tuple(sorted(read)))

    def __len__(self) -> int:
        return len(self.offsets)

    def __repr__(self) -> str:
        return f"Stencil({{{', '.join(map(offset_text, self.offsets))}}})"


def read_offset(point: Exact | Sequence[Exact]) -> Offset:
    """Read one point: a number in one dimension, a sequence of numbers in any."""
    if isinstance(point, Sequence) and not isinstance(point, str):
        if not point:
            raise ShapeError("a point needs at least one coordinate, not an empty tuple")
        return tuple(rational(x, what="a coordinate") for x in point)
    return (rational(point, what="an offset"),)


def offset_text(offset: Offset) -> str:
    """Write an offset: ``-1/2`` in one dimension, ``(0, 1)`` in more."""
    if len(offset) == 1:
        return written(offset[0])
    return f"({', '.join(map(written, offset))})"


def box_text(stencil: Stencil) -> str:
    """Say where points are: ``(-1, -1) to (1, 1)`` for a whole box of lattice points, else ``given``."""
    low, high = (tuple(map(pick, zip(*stencil.offsets, strict=True))) for pick in (min, max))
    size = math.prod(int(b - a) + 1 for a, b in zip(low, high, strict=True))
    whole_box = size == len(stencil) and all(
        (x - y).denominator == 1 for p in stencil.offsets for x, y in zip(p, low, strict=True)
    )
    return f"{offset_text(low)} to {offset_text(high)}" if whole_box else "given"


def line(first: Exact, last: Exact, *, step: Exact = 1) -> Stencil:
    """Points ``first, first + step, ..., last`` on a line, both ends included.

    Raises
    ------
    InputError
        ``step`` is not positive, or ``last`` is not reached from ``first`` in whole steps.

    Examples
    --------
    >>> line(-1, 1)
    Stencil({-1, 0, 1})
    >>> line("-1/2", "3/2")
    Stencil({-1/2, 1/2, 3/2})
    """
    start, stop = rational(first, what="the first point"), rational(last, what="the last point")
    width = rational(step, what="the step")
    if width <= 0:
        raise InputError(f"the step must be positive, not {written(width)}")
    count = (stop - start) / width + 1
    if count < 1 or count.denominator != 1:
        raise InputError(
            f"no points run from {written(start)} to {written(stop)} in steps of {written(width)}",
            next="give the smaller end first, and a whole number of steps between them",
        )
    if count > MOST_POINTS:
        raise LimitError(f"a stencil has at most {MOST_POINTS} points", next="take fewer points")
    return Stencil(1, tuple((start + k * width,) for k in range(int(count))))


def central(size: int) -> Stencil:
    """Return ``size`` points of unit step centred on 0; half-integers when ``size`` is even.

    Examples
    --------
    >>> central(3), central(2)
    (Stencil({-1, 0, 1}), Stencil({-1/2, 1/2}))
    """
    size = whole(size, what="a number of points")
    if size < 1:
        raise InputError("a central stencil needs at least one point")
    if size > MOST_POINTS:
        raise LimitError(f"a stencil has at most {MOST_POINTS} points", next="take fewer points")
    return line(Fraction(1 - size, 2), Fraction(size - 1, 2))


def box(radius: SupportsIndex | Sequence[SupportsIndex], *, ndim: int = 2) -> Stencil:
    """All lattice points with ``|offset| <= radius`` on every axis.

    Parameters
    ----------
    radius
        One radius for all axes, or one per axis (then ``ndim`` follows from it).
    ndim
        Number of axes.

    Examples
    --------
    >>> len(box(1)), len(box(1, ndim=3)), len(box((0, 2)))
    (9, 27, 5)
    """
    each = radius if isinstance(radius, Sequence) else (radius,) * ndim
    radii = tuple(whole(r, what="a radius") for r in each)
    _check_radii(radii, math.prod(2 * r + 1 for r in radii))
    return Stencil(
        len(radii),
        tuple(tuple(map(Fraction, p)) for p in itertools.product(*(range(-r, r + 1) for r in radii))),
    )


def cross(radius: int, *, ndim: int = 2) -> Stencil:
    """Return the lattice points on the axes with ``|offset| <= radius``.

    Examples
    --------
    >>> cross(1)
    Stencil({(-1, 0), (0, -1), (0, 0), (0, 1), (1, 0)})
    """
    radius = whole(radius, what="a radius")
    _check_radii((radius,) * ndim, 2 * radius * ndim + 1)
    points = {
        tuple(Fraction(k if axis == i else 0) for i in range(ndim))
        for axis in range(ndim)
        for k in range(-radius, radius + 1)
    }
    return Stencil(ndim, tuple(sorted(points)))


def _check_radii(radii: tuple[int, ...], count: int) -> None:
    if not radii:
        raise ShapeError("a stencil needs at least one axis")
    if min(radii) < 0:
        raise InputError("a radius must not be negative")
    if count > MOST_POINTS:
        raise LimitError(f"a stencil has at most {MOST_POINTS} points", next="take fewer points")
