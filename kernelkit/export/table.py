"""Tables of results: aligned text, json, csv and markdown from the same rows."""

from __future__ import annotations

import csv
import io
import json
import math
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from kernelkit.errors import InputError, UnknownNameError
from kernelkit.exact.rational import written

SCHEMA = "kernelkit/1"
TABLE_FORMATS = {
    "text": "for reading in a terminal",
    "json": "for scripts; exact numbers are text p/q",
    "csv": "one line a row, with a header",
    "markdown": "for pages",
}
DIGITS = 4
"""Significant digits of rounded numbers in text and markdown; json and csv keep all."""

LONGEST_FRACTION = 9
"""Characters of an exact number in text; longer ones are rounded."""

Value = str | int | float | Fraction | bool | None


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table.

    Attributes
    ----------
    key
        Its name in json and csv, by which rows are sorted.
    title
        Its heading in text and markdown.
    words
        What it holds, with its unit, in one line.
    by_size
        Whether rows are sorted by the size of its values, as of errors with a sign.
    """

    key: str
    title: str
    words: str
    by_size: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of values under named columns."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Value, ...], ...]

    def sorted_by(self, key: str) -> Table:
        """Return the rows in ascending order of a column, those without a value last; ``-key`` descends.

        A column is named by its key or its title; errors with a sign are ordered by their size.

        Raises
        ------
        UnknownNameError
            No column has that key.
        """
        name = key.removeprefix("-")
        keys = [column.key for column in self.columns]
        place = next((i for i, column in enumerate(self.columns) if name in {column.key, column.title}), None)
        if place is None:
            raise UnknownNameError(f"no column is called {name!r}", next=f"columns are {', '.join(keys)}")
        by_size = self.columns[place].by_size
        filled = [row for row in self.rows if row[place] is not None]
        empty = [row for row in self.rows if row[place] is None]
        texts = any(isinstance(row[place], str) for row in filled)
        filled.sort(
            key=lambda row: _order(row[place], texts=texts, by_size=by_size), reverse=key.startswith("-")
        )
        return Table(self.columns, tuple(filled + empty))

    def without_empty_columns(self) -> Table:
        """Return the table without columns that hold nothing."""
        kept = [i for i in range(len(self.columns)) if any(row[i] is not None for row in self.rows)]
        return Table(
            tuple(self.columns[i] for i in kept), tuple(tuple(row[i] for i in kept) for row in self.rows)
        )

    def _repr_html_(self) -> str:
        """Show the table in a notebook."""
        import html

        head = "".join(
            f'<th title="{html.escape(c.words)}">{html.escape(c.title)}</th>' for c in self.columns
        )
        body = "".join(
            "<tr>" + "".join(f"<td>{html.escape(shown(value))}</td>" for value in row) + "</tr>"
            for row in self.rows
        )
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _order(value: Value, *, texts: bool, by_size: bool) -> Any:  # noqa: ANN401 - numbers of all kinds compare
    if texts or isinstance(value, str) or value is None:
        return str(value)
    return abs(value) if by_size else value


def render_table(table: Table, format: str = "text") -> str:
    """Write a table in one of `TABLE_FORMATS`.

    Raises
    ------
    UnknownNameError
        No such format.
    InputError
        A table without columns.
    """
    if format not in TABLE_FORMATS:
        raise UnknownNameError(
            f"no format for tables is called {format!r}", next=f"formats are {', '.join(TABLE_FORMATS)}"
        )
    if not table.columns:
        raise InputError("a table needs at least one column")
    if format == "json":
        return json.dumps({"schema": SCHEMA, "columns": _described(table), "rows": records(table)}, indent=2)
    if format == "csv":
        return _csv(table)
    cells = [[column.title for column in table.columns], *([shown(v) for v in row] for row in table.rows)]
    right = [all(not isinstance(row[i], str) for row in table.rows) for i in range(len(table.columns))]
    return _markdown(cells, right) if format == "markdown" else _text(cells, right)


def records(table: Table) -> list[dict[str, object]]:
    """Return the rows as plain values by key: exact numbers as text, numbers that are not finite as None."""
    keys = [column.key for column in table.columns]
    return [dict(zip(keys, map(_plain, row), strict=True)) for row in table.rows]


def shown(value: Value) -> str:
    """Write a value for reading: short exact numbers as they are, others rounded; a dash for nothing.

    Examples
    --------
    >>> shown(Fraction(-1, 48)), shown(0.0123456), shown(None), shown(True)
    ('-1/48', '0.01235', '-', 'yes')
    """
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Fraction):
        short = value.numerator.bit_length() + value.denominator.bit_length() <= 4 * LONGEST_FRACTION
        text = written(value) if short else ""
        return text if short and len(text) <= LONGEST_FRACTION else f"{float(value):.{DIGITS}g}"
    if isinstance(value, float):
        return f"{value:.{DIGITS}g}"
    return str(value)


def _plain(value: Value) -> object:
    if isinstance(value, Fraction):
        return written(value)
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _described(table: Table) -> dict[str, str]:
    return {column.key: column.words for column in table.columns}


def _csv(table: Table) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(column.key for column in table.columns)
    for record in records(table):
        writer.writerow("" if value is None else value for value in record.values())
    return out.getvalue().rstrip("\n")


def _text(cells: list[list[str]], right: list[bool]) -> str:
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = [
        "  ".join(
            cell.rjust(w) if to_right else cell.ljust(w)
            for cell, w, to_right in zip(row, widths, right, strict=True)
        ).rstrip()
        for row in cells
    ]
    return "\n".join([lines[0], "  ".join("-" * w for w in widths), *lines[1:]])


def _markdown(cells: list[list[str]], right: list[bool]) -> str:
    safe = [[cell.replace("|", "\\|") for cell in row] for row in cells]
    widths = [max(3, *map(len, column)) for column in zip(*safe, strict=True)]
    lines = [
        "| "
        + " | ".join(
            cell.rjust(w) if to_right else cell.ljust(w)
            for cell, w, to_right in zip(row, widths, right, strict=True)
        )
        + " |"
        for row in safe
    ]
    rule = "|".join(
        "-" * (w + 1) + (":" if to_right else "-") for w, to_right in zip(widths, right, strict=True)
    )
    return "\n".join([lines[0], f"|{rule}|", *lines[1:]])
