"""Numbers in brackets, folded to a readable width, as arrays of Python packages."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from kernelkit.export.rounding import digits
from kernelkit.export.wording import comment, nodes_around, sentences

if TYPE_CHECKING:
    from kernelkit.export.base import Sheet
    from kernelkit.export.window import Index, Window

WIDEST = 100
"""Columns of a line of numbers."""


def bracketed(window: Window) -> str:
    """Write the table as nested Python lists.

    Examples
    --------
    >>> from kernelkit.exact.kernel import Kernel
    >>> from kernelkit.export.window import Window
    >>> print(bracketed(Window.of(Kernel({(0, 0): -1, (0, 1): 1}))))
    [
        [-1.0, 1.0],
    ]
    """
    cells = window.cells()

    def level(prefix: Index) -> str:
        margin = " " * 4 * len(prefix)
        if len(prefix) == len(window.shape) - 1:
            row = [cells[*prefix, i] for i in range(window.shape[-1])]
            return margin + filled(row, "[", "]", margin)
        inner = ",\n".join(level((*prefix, i)) for i in range(window.shape[len(prefix)]))
        return f"{margin}[\n{inner},\n{margin}]"

    return level(())


def filled(cells: list[str], start: str, end: str, margin: str = "") -> str:
    """Write numbers on one line, or on indented lines when one is not enough."""
    single = start + ", ".join(cells) + end
    if len(margin) + len(single) <= WIDEST:
        return single
    inner = margin + " " * 4
    body = textwrap.wrap(
        ", ".join(map(str.strip, cells)) + ",", WIDEST, initial_indent=inner, subsequent_indent=inner
    )
    return "\n".join([start, *body, margin + end])


def in_a_row(sheet: Sheet, package: str, opening: str, closing: str, samples: str) -> str:
    """Write the taps of uneven cells, one a node, as an array of a Python package, and how they meet the samples."""
    first, last = nodes_around(sheet, behind=1)
    return "\n".join(
        [
            comment(sentences(sheet), "#"),
            f"import {package}",
            "",
            filled([digits(tap) for _, tap in sheet.taps], f"taps = {opening}", closing),
            "",
            f"# {samples} in a row, x is that of f[i]; another i has other taps",
            f"# out = taps @ f[{first} : {last}]",
        ]
    )
