"""A Fortran 2008 module of constants."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from kernelkit.export.rounding import digits
from kernelkit.export.wording import comment, fits_int, listed, note, sentences

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
    taps = listed(sheet.kernel)
    ndim = sheet.kernel.ndim
    whole = fits_int(sheet.kernel)
    kind = "integer" if whole else "real(real64)"
    places = [
        ", ".join(str(int(x)) if whole else f"{digits(x)}_real64" for x in offset) for offset, _ in taps
    ]
    rows = [(place, "") for place in (places if ndim > 1 else textwrap.wrap(", ".join(places), 100))]
    values = [(f"{digits(tap)}_real64", note((offset, tap))) for offset, tap in taps]
    shape = "[kernel_ndim, kernel_count]" if ndim > 1 else ""
    lines = [
        *sentences(sheet),
        "kernel_offsets(:, i) belongs to kernel_taps(i)."
        if ndim > 1
        else "kernel_offsets(i) belongs to kernel_taps(i).",
        "A routine that convolves needs the offsets negated.",
    ]
    return "\n".join(
        [
            comment(lines, "!"),
            "module kernel",
            "  use, intrinsic :: iso_fortran_env, only: real64",
            "  implicit none",
            f"  integer, parameter :: kernel_ndim = {ndim}, kernel_count = {len(taps)}",
            *_parameter(kind, "kernel_offsets", rows, shape),
            *_parameter("real(real64)", "kernel_taps", values, ""),
            "end module kernel",
        ]
    )


def _parameter(kind: str, name: str, rows: Sequence[tuple[str, str]], shape: str) -> list[str]:
    """Declare an array constant, in parts when one statement would be too long."""
    lines = []
    if len(rows) > PER_STATEMENT:
        parts = [rows[i : i + PER_STATEMENT] for i in range(0, len(rows), PER_STATEMENT)]
        rows = [(f"{name}_{k}", "") for k in range(1, len(parts) + 1)]
        for (part_name, _), part in zip(rows, parts, strict=True):
            size = sum(row.rstrip(",").count(",") + 1 for row, _ in part)
            lines += [f"  {kind}, parameter, private :: {part_name}({size}) = [ &", *_entries(part), "    ]"]
    bounds = "kernel_ndim, kernel_count" if shape else "kernel_count"
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
