"""Drawings of kernels: exact where the taps are short, in decimals where they are long."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING

from kernelkit.exact.names import axis_names
from kernelkit.exact.offsets import offset_text
from kernelkit.exact.rational import written
from kernelkit.explain.paragraphs import WIDTH
from kernelkit.export.text import layout
from kernelkit.export.wording import short

if TYPE_CHECKING:
    from kernelkit.exact.kernel import Kernel
    from kernelkit.exact.offsets import Offset

LONGEST_TAP = 10**9
"""Size of a tap up to which taps are drawn exactly."""

LONGEST_DENOMINATOR = 10**7
"""Common denominator up to which taps are drawn exactly."""

SMALLEST, LARGEST = Fraction(1, 10**4), 10**6
"""Sizes of the largest tap between which decimals without powers of ten are readable."""

MOST_ROWS = 24
"""Rows of a drawing in decimals; taps of a larger kernel are only counted."""


def drawn(kernel: Kernel) -> str:
    """Draw the taps of a kernel for a terminal.

    Taps over a short common denominator are drawn exactly; others in decimals, in a row or in grids, with as many
    digits as there is room for.
    """
    whole = math.lcm(*(tap.denominator for _, tap in kernel.taps))
    if whole <= LONGEST_DENOMINATOR and all(abs(tap) <= LONGEST_TAP for _, tap in kernel.taps):
        return layout(kernel)
    size = max(abs(tap) for _, tap in kernel.taps)
    if SMALLEST <= size <= LARGEST:
        largest = math.floor(math.log10(size))
        for digits in (6, 5, 4, 3):
            text = _in_decimals(kernel, max(digits - 1 - largest, 0))
            if text is not None:
                return text
    if len(kernel) <= MOST_ROWS:
        return "\n".join(f"  {offset_text(offset):<16}{short(tap)}" for offset, tap in kernel.taps)
    return f"  {len(kernel)} taps, from {offset_text(kernel.origin)} on; json and csv list them"


def _in_decimals(kernel: Kernel, decimals: int) -> str | None:
    taps = dict(kernel.taps)
    columns = _filled(sorted({offset[-1] for offset in taps}))
    rows = sorted({offset[-2:-1] for offset in taps})
    slices = sorted({offset[:-2] for offset in taps})
    blocks = [_block(taps, rows, columns, before, decimals) for before in slices]
    lines = "\n\n".join(blocks).splitlines()
    return "\n".join(lines) if len(lines) <= MOST_ROWS and max(map(len, lines)) <= WIDTH else None


def _filled(places: list[Fraction]) -> list[Fraction]:
    """Return coordinates with the samples between them; uneven ones as they are."""
    low, high = places[0], places[-1]
    if high - low > WIDTH or any((place - low).denominator != 1 for place in places):
        return places
    return [low + i for i in range(int(high - low) + 1)]


def _block(
    taps: dict[Offset, Fraction], rows: list[Offset], columns: list[Fraction], before: Offset, decimals: int
) -> str:
    """Draw the taps that share all coordinates but the last two."""
    ndim = len(next(iter(taps)))
    names = axis_names(ndim)
    corner = "offset" if ndim == 1 else f"{names[-2]} \\ {names[-1]}"
    cells = [[corner, *map(written, columns)]]
    for row in rows:
        label = "tap" if ndim == 1 else written(row[0])
        values = (taps.get((*before, *row, column)) for column in columns)
        cells.append([label, *("0" if value is None else f"{float(value):.{decimals}f}" for value in values)])
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = []
    for label, *numbers in cells:
        entries = (number.rjust(width) for number, width in zip(numbers, widths[1:], strict=True))
        lines.append(f"  {label:<{widths[0]}}  {'  '.join(entries)}")
    if before:
        place = ", ".join(f"{name} = {written(x)}" for name, x in zip(names, before, strict=False))
        lines.insert(0, f"  {place}")
    return "\n".join(lines)
