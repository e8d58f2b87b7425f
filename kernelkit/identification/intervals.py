"""Readings as integrals: over which interval or box the taps of a mean integrate."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING

from kernelkit.exact.functional import integral
from kernelkit.identification.reading import Form, Reading, rank, read, simple_part
from kernelkit.identification.tolerance import Tolerance, recognised

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kernelkit.exact.kernel_moments import Moments

REACH = 1
"""Samples by which an interval may reach beyond the taps when it is read from their spread alone."""

Box = tuple[tuple[Fraction, Fraction], ...]


def integral_readings(series: Moments, forms: Sequence[Form], tolerance: Tolerance) -> list[Reading]:
    """Return the integrals over intervals or boxes that a kernel with a sum other than zero computes, best first.

    Parameters
    ----------
    series
        The moments of the kernel.
    forms
        Its Taylor series from degree 0, as `kernelkit.identification.reading.leading_forms` returns it.
    tolerance
        How far each tap may be off.
    """
    kernel = series.kernel
    sides = [{offset[axis] for offset, _ in kernel.taps} for axis in range(kernel.ndim)]
    if any(len(side) < 2 for side in sides):
        return []  # a single tap along an axis samples it and integrates nothing
    zero = (0,) * kernel.ndim
    found: dict[str, Reading] = {}
    for box, require in _boxes(sides, forms, tolerance):
        if any(a >= b for a, b in box):
            continue
        target = integral(box)
        scale = simple_part(forms[0][zero] / target.moment(zero), zero, Fraction(1), tolerance)
        if require == 1 and scale != 1 and any(len(side) > 2 for side in sides):
            continue  # any symmetric mean integrates linear functions over its own points: that says nothing
        reading = read(series, target, scale, tolerance, require=require)
        if reading is not None:
            found.setdefault(target.name, reading)
    return sorted(found.values(), key=lambda reading: (-rank(reading), reading.scale != 1))


def _boxes(
    sides: Sequence[set[Fraction]], forms: Sequence[Form], tolerance: Tolerance
) -> Iterator[tuple[Box, int]]:
    """Yield boxes that may be meant, each with a degree through which agreement is no proof of it.

    A box read from moments agrees with as many of them as it has numbers; one more must agree before it is
    worth saying, unless the box is a natural one: between samples, or over all points.
    """
    ndim = len(sides)
    zero = (0,) * ndim
    total, of_total = forms[0][zero], tolerance.of_moment(zero)
    middles, lengths, blurs = [], [], []
    for axis in range(ndim):
        unit = tuple(int(i == axis) for i in range(ndim))
        twice = tuple(2 * k for k in unit)
        middle = forms[1].get(unit, Fraction(0)) / total
        square = 2 * forms[2].get(twice, Fraction(0)) / total
        blur = (tolerance.of_moment(unit) + abs(middle) * of_total) / abs(total)
        spread = (tolerance.of_moment(twice) + abs(square) * of_total) / abs(total) + 2 * abs(middle) * blur
        middles.append(middle)
        blurs.append(blur)
        lengths.append(_root(recognised(12 * (square - middle * middle), 12 * spread)))
    if all(lengths):
        ends = [
            (recognised(m - length / 2, blur), recognised(m + length / 2, blur))
            for m, length, blur in zip(middles, lengths, blurs, strict=True)
            if length
        ]
        halves = all((2 * end).denominator == 1 for pair in ends for end in pair)
        near = all(
            min(side) - REACH <= a and b <= max(side) + REACH
            for side, (a, b) in zip(sides, ends, strict=True)
        )
        if near:
            yield tuple(ends), 2 if halves else 3
    if ndim == 1 and total > 0:
        blur = blurs[0] + of_total
        yield ((recognised(middles[0] - total / 2, blur), recognised(middles[0] + total / 2, blur)),), 2
    yield tuple((min(side), max(side)) for side in sides), 1


def _root(square: Fraction) -> Fraction | None:
    """Return the rational square root of a positive number; None where there is none."""
    if square <= 0:
        return None
    top, bottom = math.isqrt(square.numerator), math.isqrt(square.denominator)
    return Fraction(top, bottom) if (top * top, bottom * bottom) == square.as_integer_ratio() else None
