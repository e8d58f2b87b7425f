"""The look of all figures: fonts, colours, line styles, frames.

Nothing here reads or sets matplotlib's global parameters: what a figure looks like is written into it.
"""

from __future__ import annotations

import functools
import io
import math
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis
    from matplotlib.colors import Colormap
    from matplotlib.figure import Figure

TEXT = 10.0
"""Points of labels and names."""

SMALL = 9.0
"""Points of numbers at ticks and of notes."""

INK = "#222222"
FAINT = "#9a9a9a"

SCREEN = 100
"""Dots per inch in a notebook."""

_PAD = 0.08  # inches around the parts of a figure

SIGNED = "cividis"
"""Colours of signed values: blue below zero, grey at zero, yellow above.  Lightness rises all the way, so that the
sign survives greyscale print; red to blue maps lose it.  Safe for colour-blind readers (Nunez, Anderton and Renslow,
PLoS ONE 13 (2018) e0199239)."""

TINTS = ("#6aa6dc", "#ffffff", "#f2a85c")
"""Colours below, at and above zero behind written numbers: light enough for black text on all of them.  Alone they
would lose the sign in greyscale; there the number tells it."""

RISING = "Blues"
"""Colours of values from 0 up: white at 0, darker with size."""

COLOURS = ("#000000", "#0072b2", "#d55e00", "#009e73", "#aa4499", "#7a5c00")
"""Colours of lines, dark enough for white paper and distinct for colour-blind readers, after Okabe and Ito."""

_DASHES: tuple[Any, ...] = (
    "solid",
    (0, (6, 2)),
    (0, (1.2, 1.6)),
    (0, (7, 2, 1.2, 2)),
    (0, (12, 3)),
    (0, (4, 1.6, 1.2, 1.6, 1.2, 1.6)),
)
_MARKERS = ("o", "s", "^", "D", "v", "X")


def new_figure(width: float, height: float, *, layout: Literal["constrained", "none"]) -> Figure:
    """Return an empty white figure of the given size in inches; constrained keeps labels from being cut."""
    figure = _picture()(figsize=(width, height), facecolor="white", edgecolor="white", dpi=100)
    if layout == "constrained":
        figure.set_layout_engine("constrained", w_pad=_PAD, h_pad=_PAD)
    else:
        figure.set_layout_engine("none")
    return figure


@functools.cache
def _picture() -> type[Figure]:
    """Return figures that notebooks show; without pyplot nothing else tells them how."""
    from matplotlib.figure import Figure

    class Picture(Figure):
        """A figure that shows itself as png."""

        def _repr_png_(self) -> bytes:
            whole = io.BytesIO()
            self.savefig(whole, format="png", dpi=SCREEN)
            return whole.getvalue()

    return Picture


def dress(axes: Axes, x_label: str, y_label: str) -> None:
    """Label axes and take away what carries no information: the upper and the right part of the frame."""
    axes.set_facecolor("white")
    axes.grid(visible=False)
    axes.set_xlabel(plain(x_label), fontsize=TEXT, color=INK)
    axes.set_ylabel(plain(y_label), fontsize=TEXT, color=INK)
    axes.tick_params(labelsize=SMALL, colors=INK, width=0.8, length=3.5)
    for side, spine in axes.spines.items():
        spine.set_color(INK)
        spine.set_linewidth(0.8)
        spine.set_visible(side in {"left", "bottom"})


def line_style(index: int) -> dict[str, Any]:
    """Return the style of the line with a number: six dash patterns, then the same with markers."""
    turn, place = divmod(index, len(_DASHES))
    style: dict[str, Any] = {"color": COLOURS[place], "linestyle": _DASHES[place], "linewidth": 1.6}
    if turn:
        style |= {"marker": _MARKERS[place], "markersize": 5.0, "markevery": (0.04, 0.12)}
    return style


def key(figure: Figure, lines: Sequence[Artist], names: Sequence[str]) -> None:
    """Write the names of lines beside the axes, with handles long enough to show the dashes."""
    legend = figure.legend(
        lines,
        [plain(name) for name in names],
        loc="outside right upper",
        frameon=False,
        fontsize=SMALL,
        handlelength=4.2,
    )
    for text in legend.get_texts():
        text.set_color(INK)


def tints() -> Colormap:
    """Return the colours of signed values behind written numbers, blue to white to orange."""
    from matplotlib.colors import LinearSegmentedColormap

    return LinearSegmentedColormap.from_list("tints", TINTS)


def pi_ticks(axis: Axis, low: int, high: int, *, parts: int) -> None:
    """Put ticks at the multiples of pi / parts from low * pi to high * pi, written as fractions of pi."""
    steps = range(low * parts, high * parts + 1)
    axis.set_ticks([math.pi * step / parts for step in steps], [pi_text(step, parts) for step in steps])


def pi_text(top: int, bottom: int) -> str:
    """Write a fraction of pi in lowest terms: ``0``, ``π/4``, ``-π``, ``3π/4``."""
    if not top:
        return "0"
    shared = math.gcd(top, bottom)
    top, bottom = top // shared, bottom // shared
    size = "" if abs(top) == 1 else str(abs(top))
    # the true minus sign, as matplotlib writes it beside other numbers
    return ("\N{MINUS SIGN}" if top < 0 else "") + f"{size}π" + (f"/{bottom}" if bottom > 1 else "")


def plain(text: str) -> str:
    """Return text that matplotlib writes as it stands: a dollar sign begins no formula."""
    return text.replace("$", r"\$")
