"""Which points to use when none are given: centred, one-sided, upwind-biased or staggered."""

from __future__ import annotations

import enum
import math
from fractions import Fraction

from kernelkit.errors import LimitError, UnknownNameError
from kernelkit.exact.factor import Factor, Point
from kernelkit.exact.offsets import MOST_POINTS


class Side(enum.StrEnum):
    """Where the samples lie, seen from the evaluation point."""

    CENTRAL = "central"
    FORWARD = "forward"
    BACKWARD = "backward"
    UPWIND = "upwind"
    DOWNWIND = "downwind"
    STAGGERED = "staggered"

    @classmethod
    def _missing_(cls, value: object) -> Side:
        raise UnknownNameError(f"no side is called {value!r}", next=f"sides are {', '.join(cls)}")


def points_for(factor: Factor, degree: int, side: Side, step: Fraction) -> list[Fraction]:
    """Return the fewest points on a side whose kernel treats polynomials through ``degree`` exactly.

    Parameters
    ----------
    factor
        One axis of the target.
    degree
        Degree of exactness needed on this axis.
    side
        Where the samples may lie.
    step
        Spacing of the axis; the points returned are in units of samples.
    """
    if isinstance(factor, Point):
        low = high = factor.at / step
        parity = factor.order
        fewest = max(degree, factor.order) + 1
        if not factor.order and side is not Side.STAGGERED and low.denominator == 1:
            return [low]
    else:
        low, high = factor.lower / step, factor.upper / step
        parity = 0
        fewest = max(degree, 0) + 1
    if fewest > MOST_POINTS:
        raise LimitError(
            f"{fewest} points are above the limit of {MOST_POINTS}", next="ask for a lower accuracy"
        )
    if side in {Side.CENTRAL, Side.STAGGERED}:
        return _symmetric((low + high) / 2, fewest, parity, side)
    first, last = math.ceil(low), math.floor(high)
    if side is Side.FORWARD:
        start = first
    elif side is Side.BACKWARD:
        start = last - fewest + 1
    elif side is Side.UPWIND:
        start = math.ceil(low) - (fewest + fewest % 2) // 2
    else:
        start = math.floor(high) - (fewest - 1) + (fewest + fewest % 2) // 2
    return [Fraction(start + k) for k in range(fewest)]


def _symmetric(middle: Fraction, fewest: int, parity: int, side: Side) -> list[Fraction]:
    """Return points as evenly about the middle as they lie, one fewer where symmetry gains a degree.

    On n points symmetric about the middle, a kernel of the target's parity gains one degree when n - parity
    is odd: the next moment vanishes by itself.
    """
    shift = Fraction(1, 2) if side is Side.STAGGERED else Fraction(0)
    doubled = 2 * (middle - shift)
    if side is Side.CENTRAL and doubled.denominator != 1:
        start = math.ceil(middle - Fraction(fewest, 2))
        return [Fraction(start + k) for k in range(fewest)]
    if side is Side.STAGGERED:
        # points at middle +- 1/2, +- 3/2, ...: always an even number
        size = fewest - 1 if (fewest - 1) % 2 == 0 and (fewest - 1 - parity) % 2 else fewest
        size += size % 2
    else:
        odd = middle.denominator == 1  # symmetric lattice sets about a lattice point have odd size
        size = fewest - 1 if (fewest - 1) % 2 == odd and (fewest - 1 - parity) % 2 else fewest
        size += size % 2 != odd
    size = max(size, parity + 1)
    start_at = middle - Fraction(size - 1, 2)
    return [start_at + k for k in range(size)]
