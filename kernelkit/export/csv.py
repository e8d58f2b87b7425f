"""Comma-separated values: one line a tap, exact and rounded."""

from __future__ import annotations

import csv
import re
from typing import TYPE_CHECKING, NamedTuple

from kernelkit.errors import ExpressionError, KernelkitError
from kernelkit.exact.kernel import Kernel
from kernelkit.exact.names import axis_names
from kernelkit.exact.rational import counted, rational, written
from kernelkit.export.json import uneven
from kernelkit.export.rounding import digits

if TYPE_CHECKING:
    from collections.abc import Sequence
    from fractions import Fraction

    from kernelkit.export.base import Sheet

_HINT = "a table of taps such as 1,-2,1, or a header such as offset,tap and one line a tap"

_COLUMNS = "columns are offset on a line, or x, y, z, or x0, x1, ... in array order; tap; and float, which is not read"

_ROUNDED = "float"
"""The column of nearest floats: written beside the exact taps, and not read back."""

_PLACE = "place"
"""The column of nodes of uneven cells, whose kernels are not read back."""

_WORD = re.compile(r"[^\W\d_][\w .()]*")
_NUMBERED = re.compile(r"x[0-9]+")
_NOT_NAMES = {"nan", "inf", "infinity"}


class _Line(NamedTuple):
    """The cells of one line, and its number in the text, counted from 1."""

    number: int
    cells: list[str]


def render(sheet: Sheet) -> str:
    """Write a header and one line a tap, for correlation: ``(K f)(x) = sum tap * f(x + offset)``.

    CSV has no comments, so the header says all there is room for: the offset (one column an axis in array
    order, the last is x), the exact tap and the nearest float64.  On uneven cells the column is called
    ``place``, has all nodes, and is not read back: such places are no offsets in samples.

    Raises
    ------
    LimitError
        A tap beyond the range of float64, or with too many digits to write.
    """
    ndim = sheet.kernel.ndim
    names = (_PLACE if sheet.nodes else "offset",) if ndim == 1 else axis_names(ndim)
    lines = [",".join([*names, "tap", _ROUNDED])]
    lines += [",".join([*map(written, offset), written(tap), digits(tap)]) for offset, tap in sheet.taps]
    return "\n".join(lines)


def parse(text: str) -> Kernel:
    r"""Read a kernel from lines of offsets and taps, or from a plain table of taps.

    A first line of names says what the columns are, in any order and in upper or lower case: ``tap``, and
    ``offset`` for a kernel on a line, ``x``, ``y`` and ``z``, or ``x0``, ``x1``, ... in array order; ``float``
    is not read.  Without such a line all numbers are taps: rows are y, columns x, one column or one row is a
    kernel on a line along x, and offset 0 is the middle, as in `Kernel.from_array`.

    Cells are separated by semicolons, tabs, commas or blanks, whichever of these the text holds first in this
    order, and may be quoted.  Lines that begin with ``#`` are comments, but for one of names.

    Raises
    ------
    ExpressionError
        A column nobody knows or one too few, or a cell that is no exact number.

    Examples
    --------
    >>> parse("offset,tap,float\n-1,-1/2,-0.5\n1,1/2,0.5")
    Kernel({-1: -1/2, 1: 1/2})
    >>> parse("x,y,tap\n1,0,5") == parse("tap;y;x\n5;0;1") == Kernel({(0, 1): 5})
    True
    >>> parse("1,-2,1")
    Kernel({-1: 1, 0: -2, 1: 1})
    """
    header, lines = _lines(text)
    if header is None:
        if not lines:
            raise ExpressionError("the csv text is empty", next=_HINT)
        return _table(lines)
    axes, tap = _columns(header)
    if not lines:
        raise ExpressionError("the csv text holds no taps below its names of columns", next=_HINT)
    pairs = []
    for line in lines:
        _check_length(line, len(header.cells))
        pairs.append(([_number(line, axis) for axis in axes], _number(line, tap)))
    return Kernel(pairs)


def _lines(text: str) -> tuple[_Line | None, list[_Line]]:
    """Return the line of names, where there is one, and those of numbers, all without what only separates."""
    kept: list[tuple[int, str]] = []
    names: tuple[int, str] | None = None
    for number, raw in enumerate(text.removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}").splitlines(), 1):
        row = raw.strip(" ")
        if not row.lstrip().startswith("#"):
            kept.append((number, row))
        elif not any(row for _, row in kept):
            # numpy.savetxt writes the names of columns as a comment
            names = number, row.lstrip().lstrip("# ")
    everything = "\n".join(row for _, row in kept)
    separator = next((mark for mark in ";\t," if mark in everything), " ")
    lines = [_Line(number, _cells(number, row, separator)) for number, row in kept]
    lines = _without_last_separator([line for line in lines if any(line.cells)])
    if names is not None:
        commented = _Line(names[0], _cells(names[0], names[1].replace('"', ""), separator))
        if _is_header(commented) and "tap" in map(str.casefold, commented.cells):
            return commented, lines
    return (lines[0], lines[1:]) if lines and _is_header(lines[0]) else (None, lines)


def _cells(number: int, row: str, separator: str) -> list[str]:
    if separator == " ":
        return [cell.strip('"') for cell in row.split()]
    try:
        read = next(csv.reader([row], delimiter=separator, skipinitialspace=True, strict=True), [])
    except csv.Error as damaged:
        raise ExpressionError(
            f"line {number} of the csv text cannot be read: {damaged}", next=_HINT
        ) from damaged
    return [cell.strip() for cell in read]


def _without_last_separator(lines: list[_Line]) -> list[_Line]:
    """Drop the empty cell behind a separator that ends every line."""
    if all(line.cells[-1] == "" for line in lines):
        return [_Line(line.number, line.cells[:-1]) for line in lines]
    return lines


def _is_header(line: _Line) -> bool:
    cells = [cell.casefold() for cell in line.cells]
    return "tap" in cells or all(_WORD.fullmatch(cell) and cell not in _NOT_NAMES for cell in cells)


def _columns(header: _Line) -> tuple[list[int], int]:
    """Return the places of the axes, in array order, and that of the taps."""
    names = [cell.casefold() for cell in header.cells]
    if _PLACE in names:
        raise uneven()
    known = {"tap", _ROUNDED, "offset", *axis_names(3)}
    for name in names:
        if name not in known and not _NUMBERED.fullmatch(name):
            raise ExpressionError(
                f"the csv text has a column {name!r}"[:120] + ", which says nothing", next=_COLUMNS
            )
        if names.count(name) > 1:
            raise ExpressionError(f"the csv text has two columns called {name!r}", next=_COLUMNS)
    if "tap" not in names:
        raise ExpressionError("the csv text has names of columns, but none called 'tap'", next=_COLUMNS)
    axes = [name for name in names if name not in {"tap", _ROUNDED}]
    if not axes:
        raise ExpressionError("the csv text holds no offsets beside the taps", next=_COLUMNS)
    numbered = [f"x{i}" for i in range(len(axes))]
    ways: list[Sequence[str]] = [["offset"], numbered]
    if len(axes) <= len("zyx"):
        ways.append(axis_names(len(axes)))
    for way in ways:
        if set(way) == set(axes):
            return [names.index(name) for name in way], names.index("tap")
    raise ExpressionError(
        f"offsets along {', '.join(axes)} are not those of a kernel"[:200],
        why="on two axes they are y and x, on three z, y and x",
        next=_COLUMNS,
    )


def _table(lines: list[_Line]) -> Kernel:
    columns = len(lines[0].cells)
    rows = []
    for line in lines:
        _check_length(line, columns)
        rows.append([_number(line, column) for column in range(columns)])
    if len(rows) == 1:
        return Kernel.from_array(rows[0])
    return Kernel.from_array([row[0] for row in rows] if columns == 1 else rows)


def _check_length(line: _Line, columns: int) -> None:
    if len(line.cells) != columns:
        raise ExpressionError(
            f"line {line.number} of the csv text has {counted(len(line.cells), 'column')}, not {columns}",
            why="it ends with a separator" if line.cells[-1] == "" else "",
            next=_HINT,
        )


def _number(line: _Line, column: int) -> Fraction:
    cell = line.cells[column]
    if not cell:
        raise ExpressionError(
            f"line {line.number} of the csv text has an empty cell", next="write 0 for a tap of zero"
        )
    try:
        return rational(cell)
    except KernelkitError as unread:
        has_comma = "," in cell and "." not in cell
        raise ExpressionError(
            f"line {line.number} of the csv text: {unread.what}"[:200],
            next="write decimals with a point: 0.5" if has_comma else _HINT,
        ) from unread
