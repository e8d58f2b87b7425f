"""A table of taps, and what is proved of them."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from kernelkit.exact.names import axis_names
from kernelkit.exact.rational import written
from kernelkit.export.rounding import digits
from kernelkit.export.wording import convolving, sentences

if TYPE_CHECKING:
    from kernelkit.exact.kernel import Kernel
    from kernelkit.export.base import Sheet

WIDEST_GRID = 12
"""Columns of a grid; a wider kernel is listed."""


def render(sheet: Sheet) -> str:
    """Write a table of offsets and taps, a grid in two dimensions, then target, accuracy, error and scaling.

    Raises
    ------
    LimitError
        A tap beyond the range of float64, or with too many digits to write.
    """
    kernel = sheet.kernel
    xs = sorted({offset[-1] for offset, _ in kernel.taps})
    grid = kernel.ndim == len("yx") and 0 < len(xs) <= WIDEST_GRID
    table = _grid(kernel, xs) if grid else _list(sheet)
    facts = [f"- {line}" for line in sentences(sheet)]
    return "\n".join([*table, "", *facts, *convolving(sheet, "- To convolve instead, negate the offsets.")])


def _list(sheet: Sheet) -> list[str]:
    names = ["offset"] if sheet.kernel.ndim == 1 else list(axis_names(sheet.kernel.ndim))
    rows = [[*map(written, offset), written(tap), digits(tap)] for offset, tap in sheet.taps]
    return _table([[*names, "tap", "float"], *rows])


def _grid(kernel: Kernel, xs: list[Fraction]) -> list[str]:
    taps = dict(kernel.taps)
    ys = sorted({y for (y, _), _ in kernel.taps})
    rows = [[f"y = {written(y)}", *(written(taps.get((y, x), Fraction(0))) for x in xs)] for y in ys]
    return _table([["", *(f"x = {written(x)}" for x in xs)], *rows])


def _table(rows: list[list[str]]) -> list[str]:
    widths = [max(4, *map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        "| " + " | ".join(cell.rjust(w) for cell, w in zip(row, widths, strict=True)) + " |" for row in rows
    ]
    return [lines[0], "|" + "|".join("-" * (w + 1) + ":" for w in widths) + "|", *lines[1:]]
