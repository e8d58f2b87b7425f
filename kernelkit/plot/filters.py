"""Filters of a layer side by side: zero is mid-grey, and one symmetric scale serves all filters and channels."""

from __future__ import annotations

import io
import math
import textwrap
from typing import TYPE_CHECKING, Literal, get_args

from kernelkit.errors import InputError, LimitError, ShapeError
from kernelkit.exact.rational import counted
from kernelkit.plot import style

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import ArrayLike, NDArray

    from kernelkit.inspection.inspect import Inspection

    Floats = NDArray[np.float64]

Scale = Literal["layer", "filter"]
"""Largest tap that is white: of the whole layer, or of each filter, so that weak ones show."""

MOST_DRAWN = 256
"""Filters in one figure."""

MOST_TILES = 1024
"""Tiles in one figure where each channel is drawn alone."""

TILE = 0.72
"""Inches of a tile with its gap."""

_WIDEST = 12
"""Tiles in a row."""

_DOTS = 48
"""Dots along the longer side of a tile: each tap is a whole number of them, so all look the same."""

_GAP = 0.12
_NAME = 0.3
"""Gap between tiles, and room for the name under one, over its side."""

_LETTERS = 6.3
"""Points of the names under tiles."""

_LETTERS_AN_INCH = 13.0
"""Letters of a title that fit an inch of the figure, with some room left."""

_SHORT = {"colour-opponent": "opponent"}


def display(taps: ArrayLike, largest: float | None = None) -> Floats:
    """Return the grey values from 0 to 1 that taps are drawn in: ``1/2 + tap / (2 largest)``.

    Zero is mid-grey, and equal steps of taps are equal steps of grey on both sides of it.  Drawn from minimum to
    maximum, as is often done, zero has another grey in every filter, and channels scaled alone have wrong colours.

    Parameters
    ----------
    taps
        Any shape.
    largest
        Absolute tap that is drawn white, or black where negative; that of these taps when left out.

    Raises
    ------
    InputError
        Taps that are not finite.

    Examples
    --------
    >>> display([[-1, 0], [0.5, 1]]).tolist()
    [[0.0, 0.5], [0.75, 1.0]]
    """
    import numpy as np

    values = np.asarray(taps, dtype=float)
    if not np.isfinite(values).all():
        raise InputError("taps to be drawn are finite numbers", next="replace NaN and infinity")
    top = float(abs(values).max(initial=0)) if largest is None else largest
    if not top:
        return np.full(values.shape, 0.5)
    # halved first, so that no quotient of large numbers overflows
    shown: Floats = np.clip(0.5 + values / 2 / top, 0, 1)
    return shown


def mosaic(
    filters: Inspection | ArrayLike,
    *,
    names: Sequence[str] | None = None,
    scale: Scale = "layer",
    title: str | None = None,
) -> Figure:
    """Draw the filters of a layer as a mosaic, each with its number and its class.

    Filters of three channels, red, green and blue, are drawn in colour; those of one in grey; those of other
    numbers in grey, a row a filter and a tile a channel.

    Parameters
    ----------
    filters
        What was found in a layer; or its taps, (filters, channels, rows, columns).
    names
        A name for each filter, in place of the classes that were found.
    scale
        "layer": one scale for all, so that sizes can be compared.  "filter": each up to its own largest tap.
    title
        A line above; the layer and its shape when left out, none when empty.

    Raises
    ------
    ShapeError
        No filters of four axes, or another number of names.
    InputError
        A scale of no known name, or taps that are not finite.
    LimitError
        Filters of more than 256 taps along an axis.
    """
    import numpy as np

    taps, found_names, found_title, order = _given(filters)
    if scale not in get_args(Scale):
        raise InputError(f"scale is one of {', '.join(get_args(Scale))}, not {scale!r}", next='scale="layer"')
    if taps.ndim != 4 or not taps.size:
        raise ShapeError(
            f"a mosaic is of filters (filters, channels, rows, columns), not of shape {taps.shape}",
            next="mosaic(array[None, None]) draws one plane",
        )
    if max(taps.shape[2:]) > 256:
        raise LimitError(f"filters of {taps.shape[2]} x {taps.shape[3]} taps are too large for a mosaic")
    labels = list(found_names if names is None else names)
    if names is not None and len(labels) != len(taps):
        raise ShapeError(
            f"{len(labels)} names do not fit {counted(len(taps), 'filter')}", next="one name a filter"
        )
    channels = taps.shape[1]
    tiles_each = 1 if channels in {1, 3} else min(channels, 32)
    shown = min(len(taps), MOST_DRAWN, MOST_TILES // tiles_each)
    grey = _greys(taps, scale)[:shown]
    tiles = (
        grey.transpose(0, 2, 3, 1) if channels == 3 else grey[:, :tiles_each].reshape(-1, *grey.shape[2:], 1)
    )
    columns = _columns(len(tiles)) if tiles_each == 1 else tiles_each
    heading = found_title if title is None else title
    if shown < len(taps) and heading:
        heading += f"; the first {shown} are drawn"
    figure = _drawn(
        np.broadcast_to(tiles, (*tiles.shape[:3], 3)), labels[:shown], columns, tiles_each, heading
    )
    stored = " (stored as blue, green, red)" if order == "BGR" else ""
    which = {1: "tap", 3: f"tap, in red, green and blue alike{stored}"}.get(channels, "tap; a tile a channel")
    _legend(figure, float(abs(taps).max()), which, scale)
    return figure


def png(figure: Figure) -> bytes:
    """Return a figure as the bytes of a png file, the same for the same figure."""
    whole = io.BytesIO()
    figure.savefig(whole, format="png", dpi=style.SCREEN * 1.5, metadata={"Software": None})
    return whole.getvalue()


def _given(filters: Inspection | ArrayLike) -> tuple[Floats, list[str], str, str]:
    """Return taps, names, a title, and the order in which channels were stored."""
    import numpy as np

    from kernelkit.inspection.inspect import Inspection as Found

    if not isinstance(filters, Found):
        array = np.asarray(filters, dtype=float)
        return array, [""] * len(array) if array.ndim else [], "", "RGB"
    layer = filters.layer
    name = layer.name if len(layer.name) <= 60 else f"{layer.name[:57]}..."
    return layer.weights, [verdict.name for verdict in filters.verdicts], f"{name}: {layer.size}", layer.order


def _greys(taps: Floats, scale: Scale) -> Floats:
    import numpy as np

    if scale == "layer":
        return display(taps)
    return np.stack([display(one) for one in taps])


def _columns(tiles: int) -> int:
    """Return a number of columns that fills the rows, and makes the whole a little wider than high."""
    most = min(_WIDEST if tiles <= 144 else 16, tiles)
    least = min(most, max(1, math.isqrt(tiles)))
    return min(range(least, most + 1), key=lambda n: (-tiles % n > n // 4, -(-tiles // n) * n - tiles, n))


def _drawn(tiles: Floats, names: list[str], columns: int, tiles_each: int, title: str) -> Figure:
    """Draw tiles (tiles, rows, columns, 3) from left to right and from top to bottom."""
    rows = -(-len(tiles) // columns)
    room = _NAME if tiles_each == 1 else 0.0
    step_x, step_y = 1 + _GAP, 1 + _GAP + room
    aspect = tiles.shape[1] / tiles.shape[2]
    # tiles of long filters are as long; the longer side has length 1
    wide, high = min(1.0, 1 / aspect), min(1.0, aspect)
    step_x, step_y = step_x - 1 + max(wide, 0.8), step_y - 1 + high
    left = 0.0 if tiles_each == 1 else 0.6
    width, height = left + columns * step_x, rows * step_y
    across = max(3.6, width * TILE + 0.2)
    lines = textwrap.wrap(style.plain(title), int(across * _LETTERS_AN_INCH))
    below, above = 0.62, 0.2 + 0.16 * len(lines) if lines else 0.1
    inches = across, height * TILE + below + above
    figure = style.new_figure(*inches, layout="none")
    axes = figure.add_axes(
        (
            (inches[0] - width * TILE) / 2 / inches[0],
            below / inches[1],
            width * TILE / inches[0],
            height * TILE / inches[1],
        )
    )
    axes.set_xlim(-left, width - left)
    axes.set_ylim(height, 0)
    axes.axis("off")
    repeat = max(1, round(_DOTS * 2 / max(tiles.shape[1:3])))
    for place, tile in enumerate(tiles):
        row, column = divmod(place, columns)
        x, y = column * step_x + (step_x - wide) / 2, row * step_y + _GAP / 2
        _paint(axes, tile.repeat(repeat, axis=0).repeat(repeat, axis=1), (x, x + wide, y, y + high))
        if tiles_each == 1:
            _write(axes, x + wide / 2, y + high + 0.17, f"{place} {_short(names[place])}".strip())
        elif column == 0:
            text = f"{row}\n{_short(names[row])}"
            axes.text(-0.04, y + high / 2, text, fontsize=_LETTERS, color=style.INK, ha="right", va="center")
    axes.set_xlim(-left, width - left)
    axes.set_ylim(height, 0)
    if lines:
        place_y = 1 - 0.1 / inches[1]
        figure.text(
            0.5, place_y, "\n".join(lines), ha="center", va="top", fontsize=style.SMALL, color=style.INK
        )
    return figure


def _short(name: str) -> str:
    return style.plain(_SHORT.get(name, name))


def _paint(axes: Axes, dots: Floats, box: tuple[float, float, float, float]) -> None:
    """Draw the dots of a tile in a box (left, right, top, bottom)."""
    left, right, top, bottom = box
    axes.imshow(
        dots, extent=(left, right, bottom, top), interpolation="nearest", aspect="auto", vmin=0, vmax=1
    )
    # without a frame, white taps at the rim melt into the page
    rim = [left, right, right, left, left], [top, top, bottom, bottom, top]
    axes.plot(*rim, color=style.FAINT, linewidth=0.5)


def _write(axes: Axes, x: float, y: float, text: str) -> None:
    axes.text(x, y, text, fontsize=_LETTERS, color=style.INK, ha="center", va="baseline")


def _legend(figure: Figure, largest: float, which: str, scale: Scale) -> None:
    """Draw the scale of greys at the bottom, with what it means."""
    import numpy as np

    width, height = figure.get_size_inches()
    bar = figure.add_axes(((width / 2 - 1.1) / width, 0.4 / height, 2.2 / width, 0.11 / height))
    ramp = np.linspace(0, 1, 256)
    bar.imshow(
        ramp[None, :, None].repeat(3, axis=2), extent=(-1, 1, 0, 1), aspect="auto", interpolation="bilinear"
    )
    bar.set_yticks([])
    end = f"{largest:.3g}" if scale == "layer" else "largest tap"
    minus = "\N{MINUS SIGN}"
    bar.set_xticks([-1, 0, 1], [f"{minus}{end}", "0", end])
    bar.tick_params(labelsize=_LETTERS, colors=style.INK, length=2, width=0.6, pad=1.5)
    for spine in bar.spines.values():
        spine.set_linewidth(0.6)
        spine.set_color(style.INK)
    each = "one scale for all filters" if scale == "layer" else "each filter on its own scale"
    figure.text(
        0.5, 0.08 / height, f"{which}; {each}", ha="center", va="center", fontsize=_LETTERS, color=style.INK
    )
