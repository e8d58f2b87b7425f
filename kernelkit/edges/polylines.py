"""Edge points linked into lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kernelkit.errors import InputError, ShapeError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Array = NDArray[Any]

FAR = 1.6
"""Pixels between points that are linked, at most: a diagonal, and what two places within pixels add to it."""


def polylines(points: ArrayLike, *, distance: float = FAR) -> list[Array]:
    """Link edge points of an image into lines, the brighter side to their left as a picture shows them.

    Each point is linked to the nearest one ahead of it along the edge, a right angle from its direction, if it is
    itself the nearest one behind that.  No order of the points matters but that lines begin with their first ends.

    Parameters
    ----------
    points
        Rows of place along both axes, strength and direction, as `kernelkit.edges.points.points` returns them.
    distance
        Between linked points, in pixels, at most.

    Returns
    -------
    :
        Lines, longest first, as rows of ``points`` in order; one of a single point is a point that is linked to none,
        and a closed one ends with the row that it begins with.

    Raises
    ------
    InputError
        A distance that is not positive; points that are not finite.
    ShapeError
        Rows of another length.

    Examples
    --------
    >>> found = polylines([[0, 5.5, 1, 0], [2, 5.5, 1, 0], [1, 5.5, 1, 0], [9, 5.5, 1, 0]])
    >>> [line[:, 0].tolist() for line in found]
    [[0.0, 1.0, 2.0], [9.0]]
    """
    import numpy as np

    rows = np.asarray(points, float)
    if rows.ndim != 2 or rows.shape[1] != 4:
        raise ShapeError(
            f"points of shape {rows.shape} cannot be linked",
            why="a row is a place along two axes, a strength and a direction",
            next="kernelkit.edges.points.points of an image of two axes",
        )
    if not np.isfinite(rows).all():
        raise InputError(
            "points that are not finite cannot be linked", next="points[numpy.isfinite(points).all(1)]"
        )
    if not distance > 0:
        raise InputError(
            f"a distance is a positive number of pixels, not {distance!r}", next=f"distance={FAR}"
        )
    ahead, behind = _nearest(rows, distance)
    linked = np.flatnonzero((ahead >= 0) & (behind[ahead] == np.arange(len(rows))))
    following = np.full(len(rows), -1)
    following[linked] = ahead[linked]
    begins = np.ones(len(rows), bool)
    begins[following[linked]] = False
    follows, left, found = following.tolist(), [True] * len(rows), []
    for first in [*np.flatnonzero(begins).tolist(), *np.flatnonzero(~begins).tolist()]:
        chain, at = [], first
        while at >= 0 and left[at]:
            left[at] = False
            chain.append(at)
            at = follows[at]
        if chain:
            found.append(rows[[*chain, at] if at == first else chain])
    return sorted(found, key=len, reverse=True)


def _nearest(rows: Array, distance: float) -> tuple[Array, Array]:
    """Return the nearest point ahead of each along the edge, and behind; -1 for none."""
    import numpy as np
    from scipy import spatial  # type: ignore[import-untyped]  # scipy ships no types

    found = np.full((2, len(rows)), -1)
    if not len(rows):
        return found[0], found[1]
    pairs = spatial.cKDTree(rows[:, :2]).query_pairs(distance, output_type="ndarray")
    start, end = np.concatenate([pairs, pairs[:, ::-1]]).T
    step = rows[end, :2] - rows[start, :2]
    along = step[:, 0] * np.cos(rows[start, 3]) - step[:, 1] * np.sin(rows[start, 3])
    length = np.hypot(step[:, 0], step[:, 1])
    alike = (
        np.cos(rows[end, 3] - rows[start, 3]) > 0
    )  # across a thin line lies another edge, the other way round
    for side, sense in enumerate((1, -1)):
        there = np.flatnonzero(alike & (sense * along > 0.5 * length))
        order = there[np.lexsort((end[there], length[there]))[::-1]]  # the nearest is set last
        found[side, start[order]] = end[order]
    return found[0], found[1]
