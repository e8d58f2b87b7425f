"""Plane kernels as LaTeX matrices."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from kernelkit.exact.rational import written
from kernelkit.export.typeset import at, names, place, scaled
from kernelkit.export.window import Window

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kernelkit.exact.kernel import Kernel

WIDEST_MATRIX = 10
"""Columns of a bmatrix: amsmath's MaxMatrixCols."""


def plane_window(kernel: Kernel) -> Window | None:
    """Return the table of a plane kernel that fits on a page, or None."""
    if kernel.ndim != len("yx") or max(kernel.width) >= WIDEST_MATRIX:
        return None
    start = kernel.origin
    if any((x - s).denominator != 1 for offset, _ in kernel.taps for x, s in zip(offset, start, strict=True)):
        return None
    if max(map(abs, start)) >= WIDEST_MATRIX:
        return None
    window = Window.of(kernel)
    return window if window.shape[1] <= WIDEST_MATRIX else None


def matrix(window: Window, factor: Fraction) -> str:
    """Write the taps divided by a common factor, with a box around the one at offset 0."""
    rows = []
    for i in range(window.shape[0]):
        cells = []
        for j in range(window.shape[1]):
            text = written(window.entries.get((i, j), Fraction(0)) / factor)
            cells.append(rf"\boxed{{{text}}}" if (i, j) == window.anchor and not any(window.late) else text)
        rows.append(" & ".join(cells))
    return "\\begin{bmatrix}\n" + " \\\\\n".join(rows) + "\n\\end{bmatrix}"


def orientation(window: Window, steps: Sequence[Fraction], unit: str) -> str:
    """Say which way the rows run, how far apart entries are, and where offset 0 is."""
    entry = "first" if any(window.late) else "boxed"
    offset = window.first if any(window.late) else (Fraction(0), Fraction(0))
    moved = zip(names(len(offset)), offset, steps, strict=True)
    sample = "f" + at([place(name, x * step, unit) for name, x, step in moved])
    rows, columns = (f", ${scaled(step, len(unit))}$ apart" if set(steps) != {1} else "" for step in steps)
    return f"Rows run along $y${rows}, columns along $x${columns}; the {entry} entry multiplies ${sample}$."
