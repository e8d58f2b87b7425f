"""Images whose edges are known exactly: half-planes, discs and polygons, every pixel the share that they cover."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kernelkit.errors import InputError, ShapeError

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy as np
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

SPACING = 0.25
"""Largest step between sampled places of an edge, in pixels."""

_GRID = 2.0**36  # shares are multiples of 1/_GRID, so that those that are 0, 1/2 or 1 are exactly that
_CROSSED = (
    1e-6  # far above rounding: a share so far outside 0 to 1 is of an outline that winds twice, or backwards
)

LARGEST = 1e6
"""Largest coordinate, radius or angle of a figure: areas are then exact to 1e-9 at least, to 1e-11 below 10 000."""


@dataclass(frozen=True, slots=True)
class Pieces:
    """An outline cut at the borders of pixels.

    Parameters
    ----------
    rise
        Integral of dy along every piece, the inside on the left of (x right, y down).
    middle
        Mean of the columns of its ends.
    bulge
        Area between the piece and its chord, on the right of the chord.
    places
        A point of every piece, (row, column), inside its pixel.
    """

    rise: Floats
    middle: Floats
    bulge: Floats
    places: Floats


@dataclass(frozen=True, slots=True)
class HalfPlane:
    """The points on one side of a straight line.

    Parameters
    ----------
    angle
        Direction into the half-plane in radians: 0 is right, pi/2 is down.
    through
        A point of the line, (row, column); centres of pixels have whole coordinates.
    """

    angle: float
    through: tuple[float, float]

    def __post_init__(self) -> None:
        _finite("a half-plane", (self.angle, *self.through))

    def distance(self, points: ArrayLike) -> Floats:
        """Return signed distances of points ``(..., 2)`` to the edge, positive inside."""
        import numpy as np

        y, x = np.moveaxis(np.asarray(points, dtype=float), -1, 0)
        row, column = self.through
        gone: Floats = math.cos(self.angle) * (x - column) + math.sin(self.angle) * (y - row)
        return gone

    def pieces(self, shape: tuple[int, int]) -> Pieces:
        """Return the outline of what lies near an image, cut at the borders of its pixels."""
        return _cut_sides(self._corners(shape), shape)

    def outline(self, shape: tuple[int, int]) -> tuple[Floats, Floats]:
        """Return places along the edge near an image, and the directions into the half-plane there."""
        return _sampled(self._corners(shape)[:2], closed=False)

    def _corners(self, shape: tuple[int, int]) -> Floats:
        """Return a rectangle that covers the part of the half-plane in an image; its first side is on the edge."""
        import numpy as np

        middle = (np.array(shape) - 1) / 2
        inwards = np.array([math.sin(self.angle), math.cos(self.angle)])
        foot = middle - self.distance(middle) * inwards
        # the inside lies on the left
        along = np.array([-inwards[1], inwards[0]])
        reach = float(sum(shape))
        deep = (reach + abs(float(self.distance(middle)))) * inwards
        start, stop = foot - reach * along, foot + reach * along
        return np.array([start, stop, stop + deep, start + deep])


@dataclass(frozen=True, slots=True)
class Disc:
    """The points within a radius of a centre, (row, column); centres of pixels have whole coordinates."""

    centre: tuple[float, float]
    radius: float

    def __post_init__(self) -> None:
        _finite("a disc", (*self.centre, self.radius))
        if self.radius <= 0:
            raise InputError(f"a radius is positive, not {self.radius}")

    def distance(self, points: ArrayLike) -> Floats:
        """Return signed distances of points ``(..., 2)`` to the edge, positive inside."""
        import numpy as np

        y, x = np.moveaxis(np.asarray(points, dtype=float), -1, 0)
        inside: Floats = self.radius - np.hypot(y - self.centre[0], x - self.centre[1])
        return inside

    def pieces(self, shape: tuple[int, int]) -> Pieces:
        """Return the circle, cut at the borders of the pixels of an image."""
        import numpy as np

        (row, column), radius = self.centre, self.radius
        rows, columns = (
            ((lines - at) / radius) for lines, at in zip(_borders(shape), self.centre, strict=True)
        )
        up = np.arcsin(rows[np.abs(rows) < 1])
        right = np.arccos(columns[np.abs(columns) < 1])
        whole = 2 * np.pi
        cuts = np.concatenate([[0, whole], up % whole, np.pi - up, right, whole - right])
        cuts.sort()
        ends, turns = column + radius * np.cos(cuts), np.diff(cuts)
        # a segment between arc and chord
        bulge = radius**2 / 2 * (turns - np.sin(turns))
        halfway = (cuts[1:] + cuts[:-1]) / 2
        places = np.stack([row + radius * np.sin(halfway), column + radius * np.cos(halfway)], axis=1)
        return Pieces(radius * np.diff(np.sin(cuts)), (ends[1:] + ends[:-1]) / 2, bulge, places)

    def outline(self, shape: tuple[int, int]) -> tuple[Floats, Floats]:  # noqa: ARG002 - one signature of all figures
        """Return places along the circle, and the directions to the centre there."""
        import numpy as np

        steps = math.ceil(2 * np.pi * self.radius / SPACING)
        turn = 2 * np.pi * (np.arange(steps) + 0.5) / steps
        arms = np.stack([np.sin(turn), np.cos(turn)], axis=1)
        return np.array(self.centre) + self.radius * arms, np.arctan2(-arms[:, 0], -arms[:, 1])


@dataclass(frozen=True, slots=True)
class Polygon:
    """The points within straight sides that do not cross; corners as (row, column), in either sense."""

    corners: tuple[tuple[float, float], ...]

    def __post_init__(self) -> None:
        _finite("a polygon", (place for corner in self.corners for place in corner))
        if len(self.corners) < 3 or any(len(corner) != 2 for corner in self.corners) or not self._area():
            raise InputError(
                "a polygon has three corners or more, each (row, column), and an area",
                next="Polygon(((2, 3), (12, 5), (8, 14)))",
            )

    def distance(self, points: ArrayLike) -> Floats:
        """Return signed distances of points ``(..., 2)`` to the edge, positive inside."""
        import numpy as np

        place = np.asarray(points, dtype=float)
        nearest = np.full(place.shape[:-1], np.inf)
        inside = np.zeros(place.shape[:-1], dtype=bool)
        corners = np.array(self.corners, dtype=float)
        for start, stop in zip(corners, np.roll(corners, -1, axis=0), strict=True):
            side, arm = stop - start, place - start
            share = np.clip(arm @ side / max(side @ side, np.finfo(float).tiny), 0, 1)
            nearest = np.minimum(nearest, np.linalg.norm(arm - share[..., None] * side, axis=-1))
            # a ray to the right crosses the sides of which one end is above the point
            crosses = (start[0] <= place[..., 0]) != (stop[0] <= place[..., 0])
            turn = side[0] * arm[..., 1] - side[1] * arm[..., 0]
            inside ^= crosses & ((turn < 0) == (side[0] > 0))
        signed: Floats = np.where(inside, nearest, -nearest)
        return signed

    def pieces(self, shape: tuple[int, int]) -> Pieces:
        """Return the sides, cut at the borders of the pixels of an image."""
        return _cut_sides(self._turned(), shape)

    def outline(self, shape: tuple[int, int]) -> tuple[Floats, Floats]:  # noqa: ARG002 - one signature of all figures
        """Return places along the sides, corners left out, and the directions to the inside there."""
        return _sampled(self._turned(), closed=True)

    def _area(self) -> float:
        """Return the area, positive where the inside lies on the left of (x right, y down)."""
        import numpy as np

        y, x = np.array(self.corners, dtype=float).T
        return float(np.sum(x * np.roll(y, -1) - y * np.roll(x, -1)) / 2)

    def _turned(self) -> Floats:
        """Return the corners in the sense that has the inside on the left."""
        import numpy as np

        corners = np.array(self.corners, dtype=float)
        return corners if self._area() > 0 else corners[::-1]


@dataclass(frozen=True, slots=True)
class Scene:
    """An image and its true edge; ``distance`` of the figure says how far from it any point is.

    Parameters
    ----------
    image
        Grey values: the mean of ``low`` and ``high`` over the square of every pixel, and noise.
    pixels
        The true edge on pixels.  Of two neighbours along an axis whose centres the edge parts, the nearer one is
        marked, the inner one where both are as near.  So every marked centre is within half a pixel of the edge.
    places
        The true edge between pixels: points (row, column) in the image, at most `SPACING` apart along it.
    angles
        Direction in which the image rises at every place, in radians: 0 is right, pi/2 is down.
    """

    image: Floats
    pixels: NDArray[np.bool_]
    places: Floats
    angles: Floats


def scene(
    figure: HalfPlane | Disc | Polygon,
    shape: tuple[int, int],
    *,
    low: float = 0.0,
    high: float = 1.0,
    noise: float = 0.0,
    seed: int = 0,
) -> Scene:
    """Return an image of a figure and its true edge.

    A pixel is a unit square with its centre at whole coordinates, and its value is ``low`` and ``high`` weighted by
    the exact area that the figure covers of it (`covered`): nothing is sampled.  An image that the edge does not
    meet is constant, and has no true edge.

    Parameters
    ----------
    figure
        What is drawn; it may reach beyond the image.
    shape
        Rows and columns.
    low, high
        Grey values outside and inside the figure, not equal.
    noise
        Standard deviation of white Gaussian noise, in grey values.
    seed
        Seed of the noise: equal seeds give equal noise.

    Raises
    ------
    InputError
        Grey values that are equal or not finite, negative noise, a polygon whose sides cross.
    ShapeError
        A shape that is no two positive whole numbers.

    Examples
    --------
    >>> step = scene(HalfPlane(0.0, (0, 1.5)), (2, 4), high=8)
    >>> step.image
    array([[0., 0., 8., 8.],
           [0., 0., 8., 8.]])
    >>> step.pixels.astype(int)
    array([[0, 0, 1, 0],
           [0, 0, 1, 0]])
    """
    import numpy as np

    if not (math.isfinite(low) and math.isfinite(high) and low != high):
        raise InputError(
            f"grey values inside and outside are two different finite numbers, not {low} and {high}"
        )
    if not (math.isfinite(noise) and noise >= 0):
        raise InputError(f"a standard deviation is at least 0, not {noise}", next="noise=0.1")
    image = low + (high - low) * covered(figure, shape)
    if noise:
        image += np.random.default_rng(seed).normal(0.0, noise, shape)
    places, angles = figure.outline(shape)
    within = ((places >= -0.5) & (places <= np.array(shape) - 0.5)).all(axis=1)
    rises = angles[within] if high > low else np.arctan2(-np.sin(angles[within]), -np.cos(angles[within]))
    return Scene(image, _edge_pixels(figure, shape), places[within], rises)


def covered(figure: HalfPlane | Disc | Polygon, shape: tuple[int, int]) -> Floats:
    """Return the area of every pixel that a figure covers, between 0 and 1, rounded to multiples of 2^-36.

    By Green's theorem the area is the integral of x dy along the outline: a piece of it in one pixel covers a part
    of that pixel, and the whole height of the piece in all pixels on its left.

    Raises
    ------
    InputError
        A polygon whose sides cross.
    ShapeError
        A shape that is no two positive whole numbers.

    Examples
    --------
    >>> covered(Polygon(((0, 0), (0, 1), (1, 0))), (2, 2))
    array([[0.25 , 0.125],
           [0.125, 0.   ]])
    """
    import numpy as np

    if len(shape) != 2 or any(not isinstance(size, int) or size < 1 for size in shape):
        raise ShapeError(f"an image has rows and columns, at least one of each, not {shape}", next="(64, 64)")
    rows, columns = shape
    outline = figure.pieces(shape)
    row, column = np.floor(outline.places + 0.5).astype(int).T
    # what lies on the left of the image covers nothing in it; what lies on the right covers whole rows
    met = (row >= 0) & (row < rows) & (column >= 0)
    row, column, rise = row[met], column[met], outline.rise[met]
    part, whole = np.zeros((rows, columns + 1)), np.zeros((rows, columns + 1))
    beyond = np.minimum(column, columns)
    np.add.at(part, (row, beyond), (outline.middle[met] - column + 0.5) * rise + outline.bulge[met])
    np.add.at(whole, (row, beyond), rise)
    on_the_right = np.cumsum(whole[:, ::-1], axis=1)[:, ::-1][:, 1:]
    shares: Floats = np.round((part[:, :columns] + on_the_right) * _GRID) / _GRID
    if shares.min() < -_CROSSED or shares.max() > 1 + _CROSSED:
        raise InputError(
            "the sides of the polygon cross", next="give the corners in the order of the outline"
        )
    return np.clip(shares, 0, 1) + 0.0  # no negative zeros


def _edge_pixels(figure: HalfPlane | Disc | Polygon, shape: tuple[int, int]) -> NDArray[np.bool_]:
    """Return the pixels of the true edge, by the rule of `Scene`."""
    import numpy as np

    # rounding must not decide which of two equal distances is less
    distance = np.round(figure.distance(np.moveaxis(np.indices(shape), 0, -1)), 9)
    pixels = np.zeros(shape, dtype=bool)
    for here, there in (
        (np.s_[:-1, :], np.s_[1:, :]),
        (np.s_[1:, :], np.s_[:-1, :]),
        (np.s_[:, :-1], np.s_[:, 1:]),
        (np.s_[:, 1:], np.s_[:, :-1]),
    ):
        one, other = distance[here], distance[there]
        pixels[here] |= (one >= 0) & (other < 0) & (one <= -other)
        pixels[here] |= (one < 0) & (other >= 0) & (-one < other)
    return pixels


def _borders(shape: tuple[int, int]) -> tuple[Floats, Floats]:
    """Return the coordinates of the borders of pixels, of rows and of columns."""
    import numpy as np

    rows, columns = shape
    return np.linspace(-0.5, rows - 0.5, rows + 1), np.linspace(-0.5, columns - 0.5, columns + 1)


def _cut_sides(corners: Floats, shape: tuple[int, int]) -> Pieces:
    """Return the sides of a closed polygon, cut at the borders of pixels."""
    import numpy as np

    starts, stops = [], []
    for start, stop in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        shares = [np.array([0.0, 1.0])]
        for lines, first, last in zip(_borders(shape), start, stop, strict=True):
            between = lines[(lines > min(first, last)) & (lines < max(first, last))]
            shares.append((between - first) / (last - first))
        share = np.sort(np.concatenate(shares))[:, None]
        # so weighted, both ends and a coordinate that both share come out exactly
        points = np.where(start == stop, start, start * (1 - share) + stop * share)
        starts.append(points[:-1])
        stops.append(points[1:])
    begin, end = np.concatenate(starts), np.concatenate(stops)
    middle = (begin + end) / 2
    return Pieces(end[:, 0] - begin[:, 0], middle[:, 1], np.zeros(len(middle)), middle)


def _sampled(corners: Floats, *, closed: bool) -> tuple[Floats, Floats]:
    """Return places at even steps along sides, and the directions to their left."""
    import numpy as np

    places, angles = [], []
    for start, stop in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        side = stop - start
        steps = math.ceil(float(np.hypot(*side)) / SPACING)
        shares = (np.arange(steps)[:, None] + 0.5) / max(steps, 1)
        places.append(start + shares * side)
        angles.append(np.full(steps, np.arctan2(side[1], -side[0])))
        if not closed:
            break
    return np.concatenate(places), np.concatenate(angles)


def _finite(what: str, numbers: Iterable[float]) -> None:
    """Refuse coordinates that are no places, or so far away that rounding would be seen."""
    if not all(abs(number) <= LARGEST for number in numbers):
        raise InputError(f"the numbers of {what} must be finite, and at most {LARGEST:,.0f}")
