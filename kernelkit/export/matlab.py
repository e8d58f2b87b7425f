"""A MATLAB or Octave array, and how to apply it."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, TypeVar

from kernelkit.exact.names import axis_names
from kernelkit.exact.rational import written
from kernelkit.export.brackets import WIDEST
from kernelkit.export.rounding import digits
from kernelkit.export.window import Index, Window
from kernelkit.export.wording import comment, nodes_around, sentences

if TYPE_CHECKING:
    from collections.abc import Sequence
    from fractions import Fraction

    from kernelkit.export.base import Sheet


T = TypeVar("T")


def render(sheet: Sheet) -> str:
    """Write a double array with the lines that apply it; rows are y, columns x, pages z.

    Raises
    ------
    OffGridError
        The offsets are not one step apart.
    LimitError
        A tap beyond the range of float64, or an array too large.
    """
    if sheet.nodes:
        return _uneven(sheet)
    window = Window.of(sheet.kernel).as_rows()
    lines = [*sentences(sheet), _layout(window)]
    return "\n".join([comment(lines, "%"), f"taps = {_array(window, ())};", "", *_usage(window)])


def _uneven(sheet: Sheet) -> str:
    first, last = nodes_around(sheet, behind=0)
    row = " ...\n   ".join(textwrap.wrap(" ".join(digits(tap) for _, tap in sheet.taps), WIDEST))
    return "\n".join(
        [
            comment(sentences(sheet), "%"),
            f"taps = [{row}];",
            "",
            "% f holds the samples in a row, x is that of f(i); another i has other taps",
            f"% out = dot(taps, f({first}:{last}));",
        ]
    )


def _in_matlab(axes: Sequence[T]) -> list[T]:
    """Reorder from (z, y, x) to MATLAB's (y, x, z)."""
    return [*axes[-2:], *reversed(axes[:-2])]


def _layout(window: Window) -> str:
    order = ", ".join(_in_matlab(axis_names(len(window.shape))))
    centre = ", ".join(str(a + 1) for a in _in_matlab(window.anchor))
    if not any(window.late):
        return f"Dimensions are ({order}); offset 0 is taps({centre})."
    late = ", ".join(map(written, _in_matlab(window.late)))
    return f"Dimensions are ({order}); offset 0 lies ({late}) after taps({centre})."


def _array(window: Window, prefix: Index) -> str:
    """Write the part of the table under an index: a matrix, or pages of them."""
    missing = len(window.shape) - len(prefix)
    if missing > 2:
        pages = [_array(window, (*prefix, i)) for i in range(window.shape[len(prefix)])]
        return f"cat({missing}, ...\n  " + ", ...\n  ".join(pages) + ")"
    cells = window.cells()
    rows = []
    for i in range(window.shape[-2]):
        row = [cells[*prefix, i, j] for j in range(window.shape[-1])]
        line = " ".join(row)
        folded = textwrap.wrap(" ".join(map(str.strip, row)), WIDEST) if len(line) > WIDEST else [line]
        rows.append(" ...\n   ".join(folded))
    body = "; ...\n   ".join(rows)
    return f"[{body}]" if len(rows) == 1 else f"[ ...\n   {body}]"


def _usage(window: Window) -> list[str]:
    ndim = len(window.shape)
    valid = _place([a + s for a, s in zip(window.anchor, window.late, strict=True)])
    # imfilter puts its centre at floor((size + 1) / 2), counting from 1
    moved = zip(window.anchor, window.late, window.shape, strict=True)
    same = _place([a + s - (size - 1) // 2 for a, s, size in moved])
    if ndim == 2:
        lines = [
            "% filter2 correlates: out = filter2(taps, f, 'valid');",
            "% conv2 convolves:    out = conv2(f, rot90(taps, 2), 'valid');",
        ]
    else:
        flipped = "taps"
        for k in range(1, ndim + 1):
            flipped = f"flip({flipped}, {k})"
        lines = [f"% convn convolves:     out = convn(f, {flipped}, 'valid');"]
    return [
        *lines,
        f"% {valid}",
        "% imfilter correlates, with zeros outside: out = imfilter(f, taps);",
        f"% {same}",
    ]


def _place(shifts: Sequence[Fraction]) -> str:
    names = _in_matlab(axis_names(len(shifts)))
    places = [
        name + (f" {'+' if shift > 0 else '-'} {written(abs(shift))}" if shift else "")
        for name, shift in zip(names, _in_matlab(shifts), strict=True)
    ]
    return f"out({', '.join(names)}) is the value at ({', '.join(places)})"
