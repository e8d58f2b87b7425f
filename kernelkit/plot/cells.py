"""Taps as coloured cells at their offsets, x to the right and y down."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from kernelkit.errors import LimitError
from kernelkit.exact.rational import written
from kernelkit.plot import style

if TYPE_CHECKING:
    import numpy as np
    from matplotlib.axes import Axes
    from matplotlib.collections import QuadMesh
    from matplotlib.colors import Colormap
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from kernelkit.exact.kernel import Kernel
    from kernelkit.exact.offsets import Offset

LARGEST_SIDE = 1000
"""Cells along one axis; kernels spread wider are not drawn."""

_MOST_TICKS = 11


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """The box of a kernel and of its origin, filled with taps.

    Attributes
    ----------
    low
        Offset of the first cell.
    taps
        Array of `Fraction`, one entry a cell, zeros filled in; array order.
    limit
        The largest absolute tap of the kernel: colour scales run from its negative to it.
    """

    low: Offset
    taps: NDArray[np.object_]
    limit: float

    @property
    def values(self) -> NDArray[np.float64]:
        """The taps as floats."""
        return self.taps.astype(float)

    def offsets(self, axis: int) -> list[Fraction]:
        """Return the offsets of the cells along an axis."""
        return [self.low[axis] + k for k in range(self.taps.shape[axis])]


def cells(kernel: Kernel) -> Cells:
    """Lay out the taps of a kernel in the box that holds them and the origin.

    Raises
    ------
    OffGridError
        Some offsets differ by less than a whole step.
    LimitError
        The box is wider than `LARGEST_SIDE`, or holds more cells than a table may have.
    """
    import numpy as np

    # whole steps from the lowest and the highest tap to the origin, where it lies outside
    before = [max(0, math.ceil(x)) for x in kernel.origin]
    highs = [x + extent for x, extent in zip(kernel.origin, kernel.width, strict=True)]
    after = [max(0, math.ceil(-x)) for x in highs]
    sides = [int(extent) + 1 + b + a for extent, b, a in zip(kernel.width, before, after, strict=True)]
    if max(sides) > LARGEST_SIDE:
        raise LimitError(
            f"a kernel that spreads over {max(sides):,} samples is too wide to be drawn",
            next=f"offsets from 0 up to {LARGEST_SIDE - 1} can be drawn; text lists any",
        )
    table = np.array(kernel.dense(), dtype=object)
    taps = np.full(sides, Fraction(0), dtype=object)
    taps[tuple(slice(b, b + size) for b, size in zip(before, table.shape, strict=True))] = table
    low = tuple(x - b for x, b in zip(kernel.origin, before, strict=True))
    return Cells(low, taps, float(max(abs(tap) for _, tap in kernel.taps)))


def paint(axes: Axes, plane: Cells, *, colours: str | Colormap = style.SIGNED) -> QuadMesh:
    """Paint a plane of cells, or a row as one line of a plane, in colours that are symmetric about 0."""
    import numpy as np

    values = np.atleast_2d(plane.values)
    height, width = values.shape
    left = float(plane.low[-1]) - 0.5
    top = float(plane.low[-2]) - 0.5 if plane.taps.ndim > 1 else -0.5
    few = max(height, width) <= _MOST_TICKS
    mesh = axes.pcolormesh(
        left + np.arange(width + 1),
        top + np.arange(height + 1),
        values,
        cmap=colours,
        vmin=-plane.limit,
        vmax=plane.limit,
        # so many cells as vectors make files of megabytes, and no frame around each could be seen
        rasterized=not few,
        edgecolors=style.FAINT if few else "none",
        linewidth=0.6,
    )
    # a long row of square cells would be a hair line
    axes.set_aspect("equal" if few or height > 1 else "auto")
    axes.set_xlim(left, left + width)
    axes.set_ylim(top + height, top)
    _label(axes, plane)
    return mesh


def mark_origin(axes: Axes, plane: Cells) -> str:
    """Mark offset 0 by a heavy frame where it is a cell, by a cross between cells; return what the mark means."""
    from matplotlib.patches import Rectangle

    is_cell = all(x.denominator == 1 for x in plane.low)
    # black on a wider white line stands out from every colour
    for colour, thickness in (("white", 4.0), ("black", 2.0)):
        if is_cell:
            frame = Rectangle((-0.5, -0.5), 1, 1, fill=False, edgecolor=colour, linewidth=thickness)
            axes.add_patch(frame).set_clip_on(False)
        else:
            axes.plot([0], [0], "+", color=colour, markersize=13, markeredgewidth=thickness, clip_on=False)
    return "heavy frame: offset 0" if is_cell else "cross: offset 0"


def colour_bar(figure: Figure, mesh: QuadMesh, axes: list[Axes]) -> None:
    """Add the scale of the colours to the right of all axes."""
    bar = figure.colorbar(mesh, ax=axes, shrink=0.95, aspect=22, pad=0.03)
    bar.set_label("tap", fontsize=style.TEXT, color=style.INK)
    bar.ax.tick_params(labelsize=style.SMALL, colors=style.INK)


def _label(axes: Axes, plane: Cells) -> None:
    is_row = plane.taps.ndim == 1
    style.dress(axes, "x (samples)", "" if is_row else "y (samples)")
    for spine in axes.spines.values():
        spine.set_visible(False)
    axes.xaxis.set_ticks(*offset_ticks(plane.offsets(-1), _MOST_TICKS))
    axes.yaxis.set_ticks(*(([], []) if is_row else offset_ticks(plane.offsets(-2), _MOST_TICKS)))
    axes.tick_params(length=0)


def offset_ticks(offsets: list[Fraction], most: int) -> tuple[list[float], list[str]]:
    """Return places and texts of ticks: all offsets, or about as many as asked for at even distances."""
    step = 1
    while len(offsets) > most * step:
        step = {1: 2, 2: 5, 5: 10}.get(step, step * 2)
    # counted from the offset nearest to 0, so that 0 itself is always among them
    nearest = min(range(len(offsets)), key=lambda i: abs(offsets[i]))
    shown = [x for i, x in enumerate(offsets) if (i - nearest) % step == 0]
    return [float(x) for x in shown], [exact_label(x) for x in shown]


def exact_label(value: Fraction) -> str:
    """Write an exact number with the true minus sign, which is as wide as a plus sign."""
    return written(value).replace("-", "\N{MINUS SIGN}")
