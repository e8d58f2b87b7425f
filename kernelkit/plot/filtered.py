"""An image beside what a kernel made of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kernelkit.errors import ShapeError
from kernelkit.plot import style

if TYPE_CHECKING:
    from collections.abc import Mapping

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

_COLUMNS = 4
"""Pictures in a row."""


def filtered(image: ArrayLike, results: Mapping[str, ArrayLike], *, given: str = "image") -> Figure:
    """Draw an image, or a signal, and beside it results under their titles, which have one scale together.

    Results with signs have colours that are grey at 0 and alike on both sides of it; others are grey from 0 up.  Truth
    values, such as edges, are marked on the image, which is made pale.

    Parameters
    ----------
    image
        A signal or an image, or one with channels on a last axis; other than three of them are drawn as their mean.
    results
        Signals or images: one result, or its channels or components.
    given
        The title of the image.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    ShapeError
        Arrays of other numbers of axes.
    """
    import numpy as np

    shown, found = np.asarray(image), {title: np.asarray(values) for title, values in results.items()}
    [ndim, *others] = {values.ndim for values in found.values()}
    if others or ndim not in {1, 2} or shown.ndim not in {ndim, ndim + 1}:
        raise ShapeError(
            f"arrays of shape {' and '.join(str(values.shape) for values in (shown, *found.values()))} "
            "are no pictures side by side",
            next="draw one plane or one channel of them",
        )
    return _signals(shown, found, given) if ndim == 1 else _pictures(shown, found, given)


def _signals(signal: Array, found: dict[str, Array], given: str) -> Figure:
    figure = style.new_figure(6.4, 2.0 * (1 + len(found)), layout="constrained")
    panels = figure.subplots(1 + len(found), 1, sharex=True)
    for axes, (title, values) in zip(panels, [(given, signal), *found.items()], strict=True):
        axes.set_prop_cycle(color=style.COLOURS[1:])
        axes.plot(values, linewidth=1.2)
        style.dress(axes, "sample" if axes is panels[-1] else "", "")
        _entitle(axes, title)
    return figure


def _pictures(image: Array, found: dict[str, Array], given: str) -> Figure:
    height, width = image.shape[:2]
    inches = _SIDE / max(height, width)
    columns = min(1 + len(found), _COLUMNS)
    rows = -(-(1 + len(found)) // columns)
    figure = style.new_figure(
        columns * (max(width * inches, 1.6) + _ROOM),
        rows * (max(height * inches, 1.2) + _ROOM),
        layout="constrained",
    )
    panels = figure.subplots(rows, columns).ravel()
    if image.ndim == 3 and image.shape[-1] != 3:
        given, image = f"{given}, mean of {image.shape[-1]} channels", image.mean(axis=-1)
    _draw(figure, panels[0], image, _ends(image), label="grey value")
    _entitle(panels[0], given)
    low, high = _ends(*found.values())
    for axes, (title, values) in zip(panels[1:], found.items(), strict=False):
        if values.dtype == bool:
            _mark(axes, image, values)
        else:
            _draw(figure, axes, values, (-high if low < 0 else low, high), signed=low < 0)
        _entitle(axes, title)
    for axes in panels[1 + len(found) :]:
        axes.remove()
    return figure


def _entitle(axes: Axes, title: str) -> None:
    axes.set_title(style.plain(title), fontsize=style.TEXT, color=style.INK, loc="left")


def _ends(*arrays: Array) -> tuple[float, float]:
    """Return the ends of a scale: 0 or the least value below it, and the largest magnitude."""
    import numpy as np

    finite = [values[np.isfinite(values)].astype(float) for values in arrays]
    largest = max(float(np.abs(values).max(initial=0.0)) for values in finite)
    return min(float(values.min(initial=0.0)) for values in finite), largest or 1.0


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


def _draw(
    figure: Figure,
    axes: Axes,
    values: Array,
    ends: tuple[float, float],
    *,
    label: str = "",
    signed: bool = False,
) -> None:
    import numpy as np

    step = max(1, -(-max(values.shape[:2]) // _MOST))
    shown = values[::step, ::step].astype(float)
    _frame(axes)
    if values.ndim == 3:
        top = {"u": np.iinfo(values.dtype).max} if values.dtype.kind == "u" else {}
        axes.imshow((shown / top.get("u", max(float(np.nanmax(shown)), 1e-300))).clip(0, 1))
        return
    drawn = axes.imshow(
        shown,
        cmap=style.SIGNED if signed else "gray",
        vmin=ends[0],
        vmax=ends[1],
        interpolation="nearest" if max(shown.shape) < 100 else "antialiased",
    )
    bar = figure.colorbar(drawn, ax=axes, shrink=0.9, aspect=24, pad=0.02)
    bar.set_label(style.plain(label), fontsize=style.TEXT, color=style.INK)
    bar.ax.tick_params(labelsize=style.SMALL, colors=style.INK)
