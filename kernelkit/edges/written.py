"""Edge points and lines as text: csv and json, and svg to lay over the image."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from kernelkit.errors import ShapeError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Array = NDArray[Any]

DECIMALS = 6
"""Of places and directions."""

DIGITS = 8
"""Of strengths, whose unit is the image's."""


def points_as_csv(points: Array, axes: str) -> str:
    """Return points as a table with a head.

    Parameters
    ----------
    points
        Rows of place, strength and, in the plane, direction, as `kernelkit.edges.points.points` returns them.
    axes
        A letter an axis, in order: ``yx``.

    Raises
    ------
    ShapeError
        Rows that are not of these axes.

    Examples
    --------
    >>> import numpy as np
    >>> print(points_as_csv(np.array([[4, 15.5, 72.758483671, 0]]), "yx"))
    y,x,strength,direction
    4.000000,15.500000,72.758484,0.000000
    """
    names = _names(points, axes)
    row = ",".join(f"%.{DIGITS}g" if name == "strength" else f"%.{DECIMALS}f" for name in names)
    return "\n".join([",".join(names), *(row % tuple(numbers) for numbers in _rounded(points, len(axes)))])


def points_as_json(points: Array, axes: str) -> str:
    """Return points as a list of objects: ``{"y": 4.0, "x": 15.5, "strength": 72.758484, "direction": 0.0}``.

    Parameters
    ----------
    points, axes
        As for `points_as_csv`.

    Raises
    ------
    ShapeError
        As `points_as_csv`.
    """
    names = _names(points, axes)
    return _listed(dict(zip(names, row, strict=True)) for row in _rounded(points, len(axes)))


def lines_as_json(lines: Sequence[Array]) -> str:
    """Return lines as a list of objects: whether each is closed, and its points, each once, as y, x and strength.

    Parameters
    ----------
    lines
        As `kernelkit.edges.polylines.polylines` returns them.

    Examples
    --------
    >>> import numpy as np
    >>> print(lines_as_json([np.array([[0, 5.5, 1, 0], [1, 5.5, 1, 0]])]))
    [
    {"closed": false, "points": [[0.0, 5.5, 1.0], [1.0, 5.5, 1.0]]}
    ]
    """
    return _listed(
        {"closed": closed, "points": [row[:3] for row in _rounded(points, 2)]}
        for closed, points in map(_opened, lines)
    )


def lines_as_svg(lines: Sequence[Array], shape: tuple[int, int]) -> str:
    """Return lines as a picture that fits over the image: centres of pixels have whole coordinates, x before y.

    Parameters
    ----------
    lines
        As `kernelkit.edges.polylines.polylines` returns them.
    shape
        Rows and columns of the image.
    """
    rows, columns = shape
    paths = []
    for closed, points in map(_opened, lines):
        places = " ".join(f"{x:.3f},{y:.3f}" for y, x, *_ in points.tolist())
        paths.append(f'<path d="M{places}{"Z" if closed else ""}"/>')
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="-0.5 -0.5 {columns} {rows}">',
            '<g fill="none" stroke="red" stroke-width="0.5">',
            *paths,
            "</g>",
            "</svg>",
        ]
    )


def _names(points: Array, axes: str) -> list[str]:
    names = [*axes, "strength", "direction"][: points.shape[1]]
    if len(names) != points.shape[1]:
        raise ShapeError(f"points of {points.shape[1]} numbers do not fit axes {axes}")
    return names


def _rounded(points: Array, axes: int) -> list[list[float]]:
    """Return rows of numbers with as many digits as are meant; no zero is negative."""
    rows: list[list[float]] = (points.round(DECIMALS) + 0.0).tolist()
    for row, strength in zip(rows, points[:, axes].tolist(), strict=True):
        row[axes] = float(f"%.{DIGITS}g" % strength)
    return rows


def _opened(line: Array) -> tuple[bool, Array]:
    """Return whether a line is closed, and its points, each once."""
    closed = len(line) > 1 and bool((line[0] == line[-1]).all())
    return closed, line[:-1] if closed else line


def _listed(entries: Any) -> str:  # noqa: ANN401 - an iterable of what json writes
    """Return a list in json, an entry a line."""
    return "\n".join(["[", ",\n".join(map(json.dumps, entries)), "]"])
