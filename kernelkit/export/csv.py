"""Comma-separated values: one line a tap, exact and rounded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kernelkit.errors import ExpressionError, KernelkitError
from kernelkit.exact.kernel import Kernel
from kernelkit.exact.names import axis_names
from kernelkit.exact.rational import rational, written
from kernelkit.export.rounding import digits

if TYPE_CHECKING:
    from kernelkit.export.base import Sheet


def render(sheet: Sheet) -> str:
    """Write a header and one line a tap, for correlation: ``(K f)(x) = sum tap * f(x + offset)``.

    CSV has no comments, so the header says all there is room for: the offset (one column an axis in array
    order, the last is x), the exact tap and the nearest float64.

    Raises
    ------
    LimitError
        A tap beyond the range of float64, or with too many digits to write.
    """
    ndim = sheet.kernel.ndim
    names = ("offset",) if ndim == 1 else axis_names(ndim)
    lines = [",".join([*names, "tap", "float"])]
    lines += [
        ",".join([*map(written, offset), written(tap), digits(tap)]) for offset, tap in sheet.kernel.taps
    ]
    return "\n".join(lines)


def parse(text: str) -> Kernel:
    r"""Read a kernel back from lines of offsets, the exact tap, and a rounded tap that is not read.

    The columns before the one called ``tap`` are offsets; without a header the last column is the tap.

    Raises
    ------
    ExpressionError
        A line has too few columns or holds something else than exact numbers.

    Examples
    --------
    >>> parse("offset,tap,float\n-1,-1/2,-0.5\n1,1/2,0.5")
    Kernel({-1: -1/2, 1: 1/2})
    """
    lines = [line.split(",") for line in text.splitlines() if line.strip()]
    hint = "a kernel in csv has a header such as offset,tap,float and one line a tap"
    if not lines:
        raise ExpressionError("the csv text is empty", next=hint)
    header = [cell.strip() for cell in lines[0]]
    axes = header.index("tap") if "tap" in header else len(header) - 1
    rows = lines[1:] if "tap" in header else lines
    if not rows or axes < 1:
        raise ExpressionError("the csv text holds no taps with offsets", next=hint)
    pairs = []
    for number, row in enumerate(rows, start=len(lines) - len(rows) + 1):
        if len(row) != len(header):
            raise ExpressionError(
                f"line {number} of the csv text has {len(row)} columns, not {len(header)}", next=hint
            )
        try:
            pairs.append(([rational(x) for x in row[:axes]], rational(row[axes])))
        except KernelkitError as unread:
            raise ExpressionError(f"line {number} of the csv text: {unread.what}", next=hint) from unread
    return Kernel(pairs)
