"""The stencil of a kernel: its taps, exact, in the cells where they stand."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING

from kernelkit.errors import InputError, LimitError
from kernelkit.exact.names import axis_names
from kernelkit.exact.rational import written
from kernelkit.plot import style
from kernelkit.plot.cells import Cells, cells, colour_bar, exact_label, mark_origin, paint
from kernelkit.plot.kernels import check_kernel

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from kernelkit.exact.kernel import Kernel

WIDEST_WRITTEN = 11
"""Cells along an axis up to which taps are written into them."""

LONGEST_WRITTEN = 9
"""Characters of a tap, over the common denominator, that fit into a cell; with longer ones colours stand alone."""

MOST_SLICES = 16
"""Planes of a kernel in space; more do not fit beside each other."""

_SLICES_A_ROW = 4
_CELL, _PLANE = 0.62, 3.6  # inches of a cell with its tap, and of a plane without
_LONGEST_TITLE = 200


def stencil(kernel: Kernel, *, title: str = "") -> Figure:
    """Draw the taps in the cells of their offsets: x to the right, y down, offset 0 marked.

    A kernel on a line is a row, one in the plane a grid, one in space a grid for each z.  Taps are whole numbers
    over a common denominator, which is written below; cells are orange for positive taps, blue for negative ones.
    Where the kernel is wider than `WIDEST_WRITTEN`, or a tap longer than `LONGEST_WRITTEN`, taps are colours alone:
    zero is grey, positive taps are lighter and negative ones darker, and a scale is added.

    Parameters
    ----------
    kernel
        A kernel on 1 to 3 axes, whose offsets lie whole steps apart (halves as in {-1/2, 1/2} included).
    title
        Text above the figure.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    ShapeError
        A kernel on more than 3 axes.
    OffGridError
        Some offsets differ by less than a whole step.
    InputError
        No kernel, one without taps, or one whose taps are beyond 1e100 or below 1e-100.
    LimitError
        A kernel wider than 1000 samples, or with more than `MOST_SLICES` planes.

    Examples
    --------
    >>> from kernelkit import Kernel
    >>> figure = stencil(Kernel.from_array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]) / 8)
    >>> [text.get_text() for text in figure.axes[0].texts[:3]], figure.get_supxlabel()
    (['−1', '0', '1'], 'every tap / 8; heavy frame: offset 0')
    """
    check_kernel(kernel, ndim=(1, 2, 3), next="json and csv hold kernels on any number of axes")
    _check_title(title)
    box = cells(kernel)
    planes = _planes(box)
    denominator = math.lcm(*(tap.denominator for _, tap in kernel.taps))
    longest = max(len(written(tap * denominator)) for _, tap in kernel.taps)
    are_written = max(box.taps.shape[-2:]) <= WIDEST_WRITTEN and longest <= LONGEST_WRITTEN
    figure, places = _places(planes, are_written=are_written, has_title=bool(title))
    note = "offset 0 lies between the planes"
    meshes = []
    for index, (axes, (z, plane)) in enumerate(zip(places, planes, strict=True)):
        meshes.append(paint(axes, plane, colours=style.tints() if are_written else style.SIGNED))
        if not z:
            note = mark_origin(axes, plane)
        if len(planes) > 1:
            axes.set_title(f"{axis_names(3)[0]} = {exact_label(z)}", fontsize=style.TEXT, color=style.INK)
        if index % _SLICES_A_ROW:
            axes.set_ylabel("")
        if are_written:
            _write(axes, plane, denominator, min(12.0, 56 / (longest + 1)))
    if not are_written:
        colour_bar(figure, meshes[0], places)
    elif denominator > 1:
        note = f"every tap / {denominator}; {note}"
    figure.supxlabel(note, fontsize=style.SMALL, color=style.INK)
    if title:
        figure.suptitle(style.plain(title), fontsize=style.TEXT + 2, color=style.INK)
    return figure


def _check_title(title: object) -> None:
    if not isinstance(title, str) or not title.replace("\n", " ").isprintable():
        raise InputError(f"a title is printable text, not {title!r}"[:200], next='title="Sobel"')
    if len(title) > _LONGEST_TITLE:
        raise LimitError(f"a title of {len(title)} characters is too long; at most {_LONGEST_TITLE} fit")


def _planes(box: Cells) -> list[tuple[Fraction, Cells]]:
    """Return a box on a line or in the plane as it is, and one in space as its planes; each with its z."""
    if box.taps.ndim < 3:
        return [(Fraction(0), box)]
    if len(box.taps) > MOST_SLICES:
        raise LimitError(
            f"{len(box.taps)} planes along z do not fit into one figure; at most {MOST_SLICES} do",
            next="draw some planes as kernels of their own",
        )
    return [
        (z, Cells(box.low[1:], plane, box.limit)) for z, plane in zip(box.offsets(0), box.taps, strict=True)
    ]


def _places(
    planes: list[tuple[Fraction, Cells]], *, are_written: bool, has_title: bool
) -> tuple[Figure, list[Axes]]:
    """Return a figure of a size that suits the cells, with axes for the planes side by side."""
    shape = planes[0][1].taps.shape
    height, width = shape if len(shape) == 2 else (1, *shape)
    side = _CELL if are_written else _PLANE / max(height, width)
    columns = min(len(planes), _SLICES_A_ROW)
    rows = -(-len(planes) // columns)
    tall = max(side * height, 0.0 if are_written else 0.9)
    figure = style.new_figure(
        max(3.2, 0.2 + (not are_written) + columns * (side * width + 0.55)),
        0.4 + 0.35 * has_title + rows * (tall + 0.6 + 0.25 * (len(planes) > 1)),
        layout="constrained",
    )
    grid = figure.subplots(rows, columns, squeeze=False)
    every: list[Axes] = list(grid.flat)
    for empty in every[len(planes) :]:
        empty.remove()
    return figure, every[: len(planes)]


def _write(axes: Axes, plane: Cells, denominator: int, size: float) -> None:
    """Write the taps, over the common denominator, into their cells."""
    taps = plane.taps if plane.taps.ndim == 2 else plane.taps[None]
    ys = plane.offsets(0) if plane.taps.ndim == 2 else [Fraction(0)]
    for y, row in zip(ys, taps, strict=True):
        for x, tap in zip(plane.offsets(-1), row, strict=True):
            text = exact_label(tap * denominator)
            axes.text(float(x), float(y), text, ha="center", va="center", fontsize=size, color="black")
