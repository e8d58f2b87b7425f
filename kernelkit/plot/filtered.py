"""An image beside what a kernel made of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kernelkit.errors import ShapeError
from kernelkit.plot import style

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import ArrayLike, NDArray

    Array = NDArray[Any]

_SIDE = 4.2
"""Inches of the longer side of an image."""

_ROOM = 1.0
"""Inches beside an image for its scale, and above and below it for words."""

_MOST = 1500
"""Samples along an axis that are drawn; of more, every so-many-th is."""


def filtered(image: ArrayLike, result: ArrayLike, *, title: str = "", label: str = "") -> Figure:
    """Draw an image, or a signal, and the result beside it, each with its scale.

    Results with signs have colours that are grey at 0 and alike on both sides of it; others are grey from 0 up.  Truth
    values, such as edges, are marked on the image, which is made pale.

    Parameters
    ----------
    image
        A signal, an image, or an image in colours on a last axis of 3.
    result
        A signal or an image.
    title, label
        Above the result, and beside its scale.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    ShapeError
        Arrays of other numbers of axes.
    """
    import numpy as np

    given, found = np.asarray(image), np.asarray(result)
    if found.ndim not in {1, 2} or given.ndim not in {found.ndim, 3}:
        raise ShapeError(
            f"arrays of shape {given.shape} and {found.shape} are no pictures side by side",
            next="draw one plane or one channel of them",
        )
    if found.ndim == 1:
        figure = style.new_figure(6.4, 4.0, layout="constrained")
        upper, lower = figure.subplots(2, 1, sharex=True)
        for axes, values, word in ((upper, given, "signal"), (lower, found, label or "result")):
            axes.plot(values, color=style.COLOURS[1], linewidth=1.2)
            style.dress(axes, "sample" if axes is lower else "", word)
        lower.set_title(style.plain(title), fontsize=style.TEXT, color=style.INK, loc="left")
        return figure
    height, width = given.shape[:2]
    inches = _SIDE / max(height, width)
    figure = style.new_figure(
        2 * (max(width * inches, 1.6) + _ROOM), max(height * inches, 1.2) + _ROOM, layout="constrained"
    )
    left, right = figure.subplots(1, 2)
    _draw(figure, left, given, "grey value" if given.ndim == 2 else "", signed=False)
    left.set_title("image", fontsize=style.TEXT, color=style.INK, loc="left")
    if found.dtype == bool:
        _mark(right, given, found)
    else:
        _draw(figure, right, found, label, signed=bool((found < 0).any()))
    right.set_title(style.plain(title or "result"), fontsize=style.TEXT, color=style.INK, loc="left")
    return figure


def _frame(axes: Axes) -> None:
    """Show where an image ends, on white paper too, and nothing else around it."""
    axes.set_xticks([])
    axes.set_yticks([])
    for spine in axes.spines.values():
        spine.set_color(style.FAINT)
        spine.set_linewidth(0.5)


def _mark(axes: Axes, image: Array, marked: Array) -> None:
    """Draw an image, pale, with marks on it."""
    import numpy as np
    from matplotlib.colors import to_rgb

    _frame(axes)
    grey = image.astype(float).mean(-1) if image.ndim > 2 else image.astype(float)
    low, high = float(np.nanmin(grey)), float(np.nanmax(grey))
    pale = 0.5 + 0.5 * (grey - low) / ((high - low) or 1.0)
    picture = np.repeat(pale[..., None], 3, axis=-1)
    picture[marked] = to_rgb(style.COLOURS[2])
    axes.imshow(np.nan_to_num(picture, nan=1.0), interpolation="nearest")


def _draw(figure: Figure, axes: Axes, values: Array, label: str, *, signed: bool) -> None:
    import numpy as np

    step = max(1, -(-max(values.shape[:2]) // _MOST))
    shown = values[::step, ::step].astype(float)
    _frame(axes)
    if values.ndim == 3:
        top = {"u": np.iinfo(values.dtype).max} if values.dtype.kind == "u" else {}
        axes.imshow((shown / top.get("u", max(float(np.nanmax(shown)), 1e-300))).clip(0, 1))
        return
    finite = np.abs(shown[np.isfinite(shown)])
    largest = float(finite.max(initial=0.0)) or 1.0
    drawn = axes.imshow(
        shown,
        cmap=style.SIGNED if signed else "gray",
        vmin=-largest if signed else float(shown[np.isfinite(shown)].min(initial=0.0)),
        vmax=largest,
        interpolation="nearest" if max(shown.shape) < 100 else "antialiased",
    )
    bar = figure.colorbar(drawn, ax=axes, shrink=0.9, aspect=24, pad=0.02)
    bar.set_label(style.plain(label), fontsize=style.TEXT, color=style.INK)
    bar.ax.tick_params(labelsize=style.SMALL, colors=style.INK)
