"""A Fortran 2008 module of constants."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from kernelkit.export.rounding import digits
from kernelkit.export.wording import comment, convolving, fits_int, listed, note, sentences

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kernelkit.export.base import Sheet

PER_STATEMENT = 200
"""Lines of one array constructor; Fortran 2008 allows 255 continuation lines."""


def render(sheet: Sheet) -> str:
    """Write a module of real64 parameters; offsets off the lattice are rounded.

    Raises
    ------
    LimitError
        A tap or offset beyond the range of float64.
    """
    taps = listed(sheet)
    ndim, name = sheet.kernel.ndim, sheet.name
    whole = fits_int(sheet)
    kind = "integer" if whole else "real(real64)"
    places = [
        ", ".join(str(int(x)) if whole else f"{digits(x)}_real64" for x in offset) for offset, _ in taps
    ]
    rows = [(place, "") for place in (places if ndim > 1 else textwrap.wrap(", ".join(places), 100))]
    values = [(f"{digits(tap)}_real64", note((offset, tap))) for offset, tap in taps]
    shape = f"[{name}_ndim, {name}_count]" if ndim > 1 else ""
    lines = [
        *sentences(sheet),
        f"{name}_offsets({':, ' if ndim > 1 else ''}i) belongs to {name}_taps(i)."
        + (" Samples are taken in a row, one a tap." if sheet.nodes else ""),
        *convolving(sheet),
    ]
    return "\n".join(
        [
            comment(lines, "!"),
            f"module {name}",
            "  use, intrinsic :: iso_fortran_env, only: real64",
            "  implicit none",
            f"  integer, parameter :: {name}_ndim = {ndim}, {name}_count = {len(taps)}",
            *_parameter(kind, f"{name}_offsets", rows, shape, bounds=shape.strip("[]") or f"{name}_count"),
            *_parameter("real(real64)", f"{name}_taps", values, "", bounds=f"{name}_count"),
            f"end module {name}",
        ]
    )


def _parameter(
    kind: str, name: str, rows: Sequence[tuple[str, str]], shape: str, *, bounds: str
) -> list[str]:
    """Declare an array constant, in parts when one statement would be too long."""
    lines = []
    if len(rows) > PER_STATEMENT:
        parts = [rows[i : i + PER_STATEMENT] for i in range(0, len(rows), PER_STATEMENT)]
        rows = [(f"{name}_{k}", "") for k in range(1, len(parts) + 1)]
        for (part_name, _), part in zip(rows, parts, strict=True):
            size = sum(row.rstrip(",").count(",") + 1 for row, _ in part)
            lines += [f"  {kind}, parameter, private :: {part_name}({size}) = [ &", *_entries(part), "    ]"]
    start, end = ("reshape([ &", f"    ], {shape})") if shape else ("[ &", "    ]")
    return [*lines, f"  {kind}, parameter :: {name}({bounds}) = {start}", *_entries(rows), end]


def _entries(rows: Sequence[tuple[str, str]]) -> list[str]:
    """Write the lines of an array constructor, each with its remark."""
    texts = [row.rstrip(",") + ("," if i < len(rows) - 1 else "") for i, (row, _) in enumerate(rows)]
    width = max(map(len, texts))
    return [
        f"    {text.ljust(width)} &  ! {remark}" if remark else f"    {text} &"
        for text, (_, remark) in zip(texts, rows, strict=True)
    ]
