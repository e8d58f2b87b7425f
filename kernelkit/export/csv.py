"""Comma-separated values: one line a tap, exact and rounded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kernelkit.errors import ExpressionError, KernelkitError
from kernelkit.exact.kernel import Kernel
from kernelkit.exact.names import axis_names
from kernelkit.exact.rational import counted, rational, written
from kernelkit.export.rounding import digits

if TYPE_CHECKING:
    from fractions import Fraction

    from kernelkit.export.base import Sheet

_HINT = "a table of taps such as 1,-2,1, or a header such as offset,tap and one line a tap"


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
    r"""Read a kernel from lines of offsets and taps, or from a plain table of taps.

    With a column called ``tap`` in the first line, the columns before it are offsets and those behind it are not
    read.  Without, all numbers are taps: rows are y, columns x, one column or one row is a kernel on a line,
    and offset 0 is the middle, as in `Kernel.from_array`.

    Raises
    ------
    ExpressionError
        A line has too few columns or holds something else than exact numbers.

    Examples
    --------
    >>> parse("offset,tap,float\n-1,-1/2,-0.5\n1,1/2,0.5")
    Kernel({-1: -1/2, 1: 1/2})
    >>> parse("1,-2,1")
    Kernel({-1: 1, 0: -2, 1: 1})
    """
    lines = [(number, line.split(",")) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    if not lines:
        raise ExpressionError("the csv text is empty", next=_HINT)
    header = [cell.strip() for cell in lines[0][1]]
    if "tap" not in header:
        return _table(lines)
    axes = header.index("tap")
    if len(lines) == 1 or axes < 1:
        raise ExpressionError("the csv text holds no taps with offsets", next=_HINT)
    pairs = []
    for number, row in lines[1:]:
        _check_length(number, row, len(header))
        pairs.append(([_number(number, x) for x in row[:axes]], _number(number, row[axes])))
    return Kernel(pairs)


def _table(lines: list[tuple[int, list[str]]]) -> Kernel:
    rows = []
    for number, row in lines:
        _check_length(number, row, len(lines[0][1]))
        rows.append([_number(number, cell) for cell in row])
    if len(rows) == 1:
        return Kernel.from_array(rows[0])
    return Kernel.from_array([row[0] for row in rows] if len(rows[0]) == 1 else rows)


def _check_length(number: int, row: list[str], columns: int) -> None:
    if len(row) != columns:
        raise ExpressionError(
            f"line {number} of the csv text has {counted(len(row), 'column')}, not {columns}", next=_HINT
        )


def _number(number: int, cell: str) -> Fraction:
    try:
        return rational(cell)
    except KernelkitError as unread:
        raise ExpressionError(f"line {number} of the csv text: {unread.what}", next=_HINT) from unread
