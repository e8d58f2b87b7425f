"""Two figures of merit against each other, such as direction error and noise gain, one named point a kernel."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from kernelkit.errors import InputError
from kernelkit.plot import style
from kernelkit.plot.kernels import LARGEST_VALUE, LONGEST_NAME, check_names

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

LEAST_SPAN = 1e-3
"""Span of an axis, over its largest value, below which differences are rounding and would look like a trend."""

WIDE_RATIO = 20
"""Ratio of the largest to the smallest value from which an axis of positive values is logarithmic."""

_DOT = 4.0
"""Half the width of a point's marker, in points."""

_RINGS = (9, 16, 26, 38, 52, 70, 92)
"""Distances from a point, in points, at which its name is tried, nearest first."""

_TURNS = (0, 180, 60, -60, 120, -120, 30, -30, 150, -150, 90, -90)
"""Directions, in degrees, in which it is tried: beside the point first."""


def tradeoff(points: Mapping[str, tuple[float, float]], x_label: str, y_label: str) -> Figure:
    """Draw named points, such as noise gain against direction error of several kernels.

    Values that differ by less than `LEAST_SPAN` stand at one place.  An axis is logarithmic where all its values are
    positive and the largest is `WIDE_RATIO` times the smallest or more.  Names stand beside their points, placed one
    after the other so that none covers another or a point; a thin line leads to a name that had to move away.

    Parameters
    ----------
    points
        ``(x, y)`` by name, 1 to 12 of them.
    x_label, y_label
        What the numbers are, with their units.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    InputError
        No points, a coordinate that is no finite real number below 1e100, or an empty label.
    LimitError
        More than 12 points, or a name too long.

    Examples
    --------
    >>> figure = tradeoff({"Sobel": (0.43, 7.4), "Prewitt": (0.41, 13.1)}, "noise gain", "direction error (degrees)")
    >>> [text.get_text() for text in figure.axes[0].texts]
    ['Sobel', 'Prewitt']
    """
    check_names(
        points, "points", 'tradeoff({"Sobel": (0.43, 7.4)}, "noise gain", "direction error (degrees)")'
    )
    xs, ys = zip(*(_read(name, point) for name, point in points.items()), strict=True)
    _check_label(x_label)
    _check_label(y_label)
    figure = style.new_figure(6.4, 4.8, layout="none")
    axes = figure.add_axes((0.13, 0.13, 0.82, 0.82))
    _scale(axes, "x", xs)
    _scale(axes, "y", ys)
    style.dress(axes, x_label, y_label)
    axes.plot(xs, ys, "o", color=style.COLOURS[1], markersize=2 * _DOT, clip_on=False)
    _name_points(figure, list(points), xs, ys)
    return figure


class _Box(NamedTuple):
    """A rectangle in points from the lower left corner of the figure."""

    left: float
    bottom: float
    right: float
    top: float

    def common(self, other: _Box) -> float:
        """Return the area covered by both."""
        width = min(self.right, other.right) - max(self.left, other.left)
        height = min(self.top, other.top) - max(self.bottom, other.bottom)
        return max(width, 0.0) * max(height, 0.0)

    @property
    def area(self) -> float:
        return (self.right - self.left) * (self.top - self.bottom)


def _read(name: str, point: object) -> tuple[float, float]:
    wrong = InputError(
        f"the point {name!r} is not two finite real numbers below 1e100 but {point!r}"[:300],
        next='{"Sobel": (0.43, 7.4)}',
    )
    if not isinstance(point, Sequence) or isinstance(point, str) or len(point) != 2:
        raise wrong
    read = []
    for value in point:
        if isinstance(value, bool | str):
            raise wrong
        try:
            number = float(value)
        except (TypeError, ValueError, OverflowError) as unread:
            raise wrong from unread
        if not abs(number) < LARGEST_VALUE or 0 < abs(number) < 1 / LARGEST_VALUE:
            raise wrong
        read.append(number)
    return read[0], read[1]


def _check_label(label: object) -> None:
    if not isinstance(label, str) or not label.strip() or not label.isprintable():
        raise InputError(
            f"an axis needs a label of printable text, not {label!r}"[:200],
            next='"direction error (degrees)"',
        )
    if len(label) > LONGEST_NAME:
        raise InputError(f"a label of {len(label)} characters is too long; at most {LONGEST_NAME} fit")


def _scale(axes: Axes, axis: str, values: Sequence[float]) -> None:
    """Set the scale and the limits of an axis, with room around the outermost points."""
    low, high = min(values), max(values)
    is_wide = low > 0 and high >= WIDE_RATIO * low
    if is_wide:
        room = 0.12 * math.log10(high / low)
        limits = low / 10**room, high * 10**room
    else:
        size = max(abs(low), abs(high))
        room = 0.12 * (high - low) if high - low > LEAST_SPAN * size else 0.1 * size or 1.0
        # a value that cannot be negative keeps its axis at zero
        limits = max(low - room, 0.0) if low >= 0 else low - room, high + room
    axes.set(**{f"{axis}scale": "log" if is_wide else "linear", f"{axis}lim": limits})


def _name_points(figure: Figure, names: Sequence[str], xs: Sequence[float], ys: Sequence[float]) -> None:
    """Write each name at the first place, of those around its point, where it covers nothing."""
    (axes,) = figure.axes
    unit = figure.dpi / 72
    centres = [
        tuple(map(float, axes.transData.transform(point) / unit)) for point in zip(xs, ys, strict=True)
    ]
    frame = _Box(axes.bbox.x0 / unit, axes.bbox.y0 / unit, axes.bbox.x1 / unit, axes.bbox.y1 / unit)
    taken = [_Box(x - _DOT, y - _DOT, x + _DOT, y + _DOT) for x, y in centres]
    for name, point, (x, y) in zip(names, zip(xs, ys, strict=True), centres, strict=True):
        box, leader = _best_place(name, x, y, frame, taken)
        taken += [box, *leader]
        axes.annotate(
            style.plain(name),
            point,
            ((box.left + box.right) / 2 - x, (box.bottom + box.top) / 2 - y),
            textcoords="offset points",
            ha="center",
            va="center",
            fontsize=style.SMALL,
            color=style.INK,
            arrowprops={
                "arrowstyle": "-",
                "color": style.FAINT,
                "linewidth": 0.8,
                "shrinkA": 1,
                "shrinkB": _DOT,
            }
            if leader
            else None,
        )


def _best_place(name: str, x: float, y: float, frame: _Box, taken: Sequence[_Box]) -> tuple[_Box, list[_Box]]:
    """Return the box of a name and of the line that leads to it: the first free place, or the least covered one."""
    width, height = _size(name)
    best: tuple[float, _Box, list[_Box]] | None = None
    for distance in _RINGS:
        for turn in _TURNS:
            # the name touches its ring with the side that faces the point
            right, up = math.cos(math.radians(turn)), math.sin(math.radians(turn))
            left = x + right * (distance + width / 2) - width / 2
            bottom = y + up * (distance + height / 2) - height / 2
            box = _Box(left, bottom, left + width, bottom + height)
            leader = [] if distance == _RINGS[0] else _leader(x, y, box)
            covered = sum(part.common(other) for part in (box, *leader) for other in taken)
            covered += box.area - box.common(frame)
            # a hundredth of a square point is rounding
            if covered < 0.01:
                return box, leader
            if best is None or covered < best[0]:
                best = covered, box, leader
    assert best is not None
    return best[1], best[2]


def _leader(x: float, y: float, box: _Box) -> list[_Box]:
    """Return the line from a point to the middle of a name as small boxes, outside the marker and the name."""
    along, up = (box.left + box.right) / 2 - x, (box.bottom + box.top) / 2 - y
    length = math.hypot(along, up)
    steps = [(x + along * s / length, y + up * s / length) for s in range(round(_DOT) + 2, int(length), 2)]
    dots = [_Box(a - 1, b - 1, a + 1, b + 1) for a, b in steps]
    return [dot for dot in dots if not dot.common(box)]


def _size(name: str) -> tuple[float, float]:
    """Return width and height of a name in points, with a little air."""
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import TextPath

    extents = TextPath((0, 0), style.plain(name), prop=FontProperties(size=style.SMALL)).get_extents()
    return extents.width + 3, style.SMALL * 1.35
