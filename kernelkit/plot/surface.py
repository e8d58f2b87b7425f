"""A kernel in the plane as a surface, and as an image."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kernelkit.errors import LimitError
from kernelkit.plot import style
from kernelkit.plot.cells import Cells, cells, colour_bar, mark_origin, offset_ticks, paint
from kernelkit.plot.kernels import check_kernel

if TYPE_CHECKING:
    import numpy as np
    from matplotlib.figure import Figure
    from mpl_toolkits.mplot3d import Axes3D  # type: ignore[import-untyped]  # it ships no types
    from numpy.typing import NDArray

    from kernelkit.exact.kernel import Kernel

WIDEST_BARS = 11
"""Cells along an axis up to which taps are bars; with more they are the nodes of a surface."""

WIDEST_SURFACE = 101
"""Cells along an axis of a surface; a finer one cannot be seen."""

_BAR = 0.8
_MOST_TICKS = 5
_OTHER_AXES = "the stencil draws kernels on 1 to 3 axes"


def surface(kernel: Kernel) -> Figure:
    """Draw the taps as heights over the plane of their offsets: bars, or a surface for wide kernels.

    Parameters
    ----------
    kernel
        A kernel on 2 axes, whose offsets lie whole steps apart.

    Returns
    -------
    matplotlib.figure.Figure
        One three-dimensional axes; x to the right, y towards the viewer, in samples.

    Raises
    ------
    ShapeError
        A kernel that is not on 2 axes.
    OffGridError
        Some offsets differ by less than a whole step.
    InputError
        No kernel, one without taps, or one whose taps are beyond 1e100 or below 1e-100.
    LimitError
        A kernel wider than `WIDEST_SURFACE`.

    Examples
    --------
    >>> from kernelkit import Kernel
    >>> figure = surface(Kernel.from_array([[1, 2, 1], [2, 4, 2], [1, 2, 1]]) / 16)
    >>> figure.axes[0].get_zlabel()
    'tap'
    """
    from matplotlib.ticker import MaxNLocator

    check_kernel(kernel, ndim=(2,), next=_OTHER_AXES)
    box = cells(kernel)
    height, width = box.taps.shape
    side = max(height, width)
    if side > WIDEST_SURFACE:
        raise LimitError(
            f"a surface of {side} samples is too fine to be seen; at most {WIDEST_SURFACE} are drawn",
            next="the image has room for it",
        )
    figure = style.new_figure(5.4, 4.2, layout="none")
    axes: Axes3D = figure.add_axes((-0.02, -0.04, 0.94, 1.12), projection="3d")
    if side > WIDEST_BARS:
        _sheet(axes, box)
    else:
        _bars(axes, box)
    axes.set_xlabel("x (samples)", fontsize=style.TEXT, color=style.INK)
    axes.set_ylabel("y (samples)", fontsize=style.TEXT, color=style.INK)
    axes.set_zlabel("tap", fontsize=style.TEXT, color=style.INK, labelpad=7)
    axes.xaxis.set_ticks(*offset_ticks(box.offsets(1), _MOST_TICKS))
    axes.yaxis.set_ticks(*offset_ticks(box.offsets(0), _MOST_TICKS))
    axes.zaxis.set_major_locator(MaxNLocator(_MOST_TICKS, steps=[1, 2, 5, 10]))
    axes.tick_params(labelsize=style.SMALL, colors=style.INK)
    # x to the right and y towards the viewer, as an image that lies on a table
    axes.invert_yaxis()
    axes.view_init(elev=28, azim=-62)
    axes.set_box_aspect((width, height, 0.6 * side))
    return figure


def image(kernel: Kernel) -> Figure:
    """Draw the taps as an image with a scale of colours that is symmetric about 0.

    Parameters
    ----------
    kernel
        A kernel on 2 axes, whose offsets lie whole steps apart.

    Returns
    -------
    matplotlib.figure.Figure
        The image, x to the right and y down in samples, and the scale of its colours.

    Raises
    ------
    ShapeError
        A kernel that is not on 2 axes.
    OffGridError
        Some offsets differ by less than a whole step.
    InputError
        No kernel, one without taps, or one whose taps are beyond 1e100 or below 1e-100.
    LimitError
        A kernel wider than 1000 samples.

    Examples
    --------
    >>> from kernelkit import Kernel
    >>> figure = image(Kernel.from_array([[0, 1, 0], [1, -4, 1], [0, 1, 0]]))
    >>> figure.axes[0].collections[0].get_clim()
    (-4.0, 4.0)
    """
    check_kernel(kernel, ndim=(2,), next=_OTHER_AXES)
    box = cells(kernel)
    height, width = box.taps.shape
    side = 3.6 / max(height, width)
    figure = style.new_figure(1.9 + side * width, max(2.0, 1.1 + side * height), layout="constrained")
    axes = figure.subplots()
    mesh = paint(axes, box)
    colour_bar(figure, mesh, [axes])
    figure.supxlabel(mark_origin(axes, box), fontsize=style.SMALL, color=style.INK)
    return figure


def _bars(axes: Axes3D, box: Cells) -> None:
    """Draw taps as bars that stand on zero, or hang from it."""
    heights = box.values.ravel()
    y, x = _places(box)
    axes.bar3d(
        x.ravel() - _BAR / 2,
        y.ravel() - _BAR / 2,
        heights.clip(max=0),
        _BAR,
        _BAR,
        abs(heights),
        color=style.tints()(heights / box.limit / 2 + 0.5),
        edgecolor=style.INK,
        linewidth=0.4,
        shade=False,
    )


def _sheet(axes: Axes3D, box: Cells) -> None:
    """Draw taps as the nodes of a surface."""
    y, x = _places(box)
    axes.plot_surface(
        x,
        y,
        box.values,
        cmap=style.SIGNED,
        vmin=-box.limit,
        vmax=box.limit,
        rcount=WIDEST_SURFACE,
        ccount=WIDEST_SURFACE,
        edgecolor=style.INK,
        linewidth=0.2,
    )


def _places(box: Cells) -> list[NDArray[np.float64]]:
    """Return y and x of all cells."""
    import numpy as np

    return list(np.meshgrid(*(np.array(box.offsets(axis), dtype=float) for axis in (0, 1)), indexing="ij"))
