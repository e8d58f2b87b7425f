"""Found edge pixels matched with true ones, one to one and within a tolerance; maps of edges made thin."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from kernelkit.errors import InputError, LimitError, ShapeError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import ArrayLike, NDArray

DIAGONAL_SHARE = 0.0075
"""Tolerance of the Berkeley benchmark, as a share of the diagonal of the image."""

MOST_NEIGHBOURS = 5_000_000
"""Pairs of points within the tolerance that one matching weighs; more is refused."""

# the neighbours x1 ... x8 of Lam, Lee and Suen as (row, column) steps: from the east, counter-clockwise
_RING = ((0, 1), (-1, 1), (-1, 0), (-1, -1), (0, -1), (1, -1), (1, 0), (1, 1))


def tolerance_of(shape: Sequence[int]) -> float:
    """Return the Berkeley benchmark's tolerance for images of a shape, in pixels: 0.0075 of the diagonal.

    Examples
    --------
    >>> tolerance_of((300, 400))
    3.75
    """
    return DIAGONAL_SHARE * math.hypot(*shape)


def edge_mask(edges: ArrayLike, *, what: str = "a map of edges") -> NDArray[np.bool_]:
    """Return where a map of edges marks one: where it is not zero, whatever the encoding.

    Raises
    ------
    InputError
        A map without pixels, of something else than numbers, or with values that are no number.
    """
    import numpy as np

    array = np.asarray(edges)
    if array.dtype.kind not in "biuf":
        raise InputError(
            f"{what} holds numbers or truth values, not {array.dtype}",
            next="edges != 0, or edges > threshold",
        )
    if array.ndim == 0 or array.size == 0:
        raise InputError(f"{what} must have pixels; its shape is {array.shape}")
    if array.dtype.kind == "f" and np.isnan(array).any():
        raise InputError(f"{what} holds NaN, which is neither edge nor none", next="numpy.nan_to_num(edges)")
    mask: NDArray[np.bool_] = array != 0
    return mask


def match(found: ArrayLike, truth: ArrayLike, *, tolerance: float) -> NDArray[np.intp]:
    """Pair found points with true ones: as many pairs as can be, and of those the least sum of distances.

    Every point is in one pair at most, so a doubled edge is not rewarded.  The Berkeley benchmark solves the same
    assignment: a pair costs its distance and a point left alone a hundred tolerances, which buys the pairs of
    least total distance among the most pairs (unless one more pair would lengthen the others by two hundred
    tolerances).  It draws at random how points may be left alone and rounds distances to hundredths, so its counts
    vary by a few points.

    The number of pairs is unique and does not change when both sets are exchanged, turned or mirrored.  Which
    points are paired is not unique where distances tie.

    Parameters
    ----------
    found, truth
        Points, of shape ``(count, axes)``, such as ``numpy.argwhere(mask)`` or sub-pixel places.
    tolerance
        Largest distance of a pair, itself allowed, in the unit of the points.

    Returns
    -------
    numpy.ndarray
        Pairs of indices into ``found`` and ``truth``, of shape ``(pairs, 2)``, rising in the first.

    Raises
    ------
    InputError
        Points that are not finite; a tolerance that is negative or no finite number.
    LimitError
        More than `MOST_NEIGHBOURS` pairs of points within the tolerance.
    ShapeError
        Sets of points that are no tables of equal width.

    References
    ----------
    Martin, Fowlkes and Malik, Learning to detect natural image boundaries, IEEE PAMI 26 (2004), 530-549.

    Examples
    --------
    >>> match([[0.0, 0.0], [0.0, 1.0]], [[0.0, 0.5], [0.0, 2.0]], tolerance=1)
    array([[0, 0],
           [1, 1]])
    """
    import numpy as np
    from scipy.sparse import csr_matrix  # type: ignore[import-untyped]  # scipy ships no types
    from scipy.sparse.csgraph import min_weight_full_bipartite_matching  # type: ignore[import-untyped]  # as above
    from scipy.spatial import cKDTree  # type: ignore[import-untyped]  # as above

    ours, theirs = _points(found, what="found points"), _points(truth, what="true points")
    checked_tolerance(tolerance)
    if not (len(ours) and len(theirs)):
        return np.empty((0, 2), dtype=np.intp)
    if ours.shape[1] != theirs.shape[1]:
        raise ShapeError(f"found points have {ours.shape[1]} coordinates, true points {theirs.shape[1]}")
    trees = cKDTree(ours), cKDTree(theirs)
    if (neighbours := trees[0].count_neighbors(trees[1], tolerance)) > MOST_NEIGHBOURS:
        raise LimitError(
            f"{neighbours:,} pairs of points lie within the tolerance; at most {MOST_NEIGHBOURS:,} are weighed",
            why="thin edges have a few neighbours each",
            next="thin edges (kernelkit evaluate --thin), a smaller tolerance, or a part of the image at a time",
        )
    near = trees[0].sparse_distance_matrix(trees[1], tolerance, output_type="ndarray")
    # only points with a neighbour take part
    (left, i), (right, j) = (np.unique(near[side], return_inverse=True) for side in "ij")
    if not len(left):
        return np.empty((0, 2), dtype=np.intp)
    # the solver takes a path a row: it is many times faster with the smaller set in the rows
    if exchanged := len(left) > len(right):
        left, i, right, j = right, j, left, i
    # every row may be left alone, with a column of its own that costs more than all pairs together; one is added to
    # all distances because a sparse matrix takes a zero for no entry
    alone = np.arange(len(left))
    dear = (len(left) + 1) * (1 + tolerance)
    costs = np.concatenate([1 + near["v"], np.full(len(left), dear)])
    places = (np.concatenate([i, alone]), np.concatenate([j, len(right) + alone]))
    graph = csr_matrix((costs, places), shape=(len(left), len(right) + len(left)))
    rows, columns = min_weight_full_bipartite_matching(graph)
    paired = columns < len(right)
    pairs = np.stack([left[rows[paired]], right[columns[paired]]], axis=1)
    if exchanged:
        pairs = pairs[:, ::-1]
    return pairs[np.argsort(pairs[:, 0])]


def thinned(edges: ArrayLike) -> NDArray[np.bool_]:
    """Return edges thinned to lines one pixel wide, connected as before.

    This is the algorithm with two passes that the Berkeley benchmark applies before it counts (``bwmorph`` with
    ``thin``, until nothing changes).  It takes pixels from one side first: of a line two pixels wide one remains,
    and which one depends on the direction.  Thin the map of a mirrored image and the lines may lie one pixel aside.

    Parameters
    ----------
    edges
        Map of two axes; what is not zero is an edge.

    Raises
    ------
    InputError
        A map that `edge_mask` refuses.
    ShapeError
        A map that has not two axes.

    References
    ----------
    Guo and Hall, Parallel thinning with two-subiteration algorithms, Comm. ACM 32 (1989), 359-373, as in
    Lam, Lee and Suen, Thinning methodologies, IEEE PAMI 14 (1992), 869-885, equations for G1, G2, G3.

    Examples
    --------
    >>> thinned([[1, 1, 1], [1, 1, 1], [1, 1, 1]]).astype(int)
    array([[0, 0, 0],
           [0, 1, 0],
           [0, 0, 0]])
    """
    import numpy as np
    from scipy import ndimage  # type: ignore[import-untyped]  # scipy ships no types

    mask = edge_mask(edges)
    if mask.ndim != 2:
        raise ShapeError(
            f"thinning is of maps with two axes, not of shape {mask.shape}", next="one plane at a time"
        )
    padded = np.zeros((mask.shape[0] + 2, mask.shape[1] + 2), dtype=bool)
    padded[1:-1, 1:-1] = mask
    flat = padded.ravel()  # a view: what is taken from it is taken from the map
    ring = np.array([row * padded.shape[1] + column for row, column in _RING])
    tables = _taken()
    # a pixel with all eight neighbours stays, so only those beside the outside are looked at
    seen = flat & ~ndimage.binary_erosion(padded, np.ones((3, 3))).ravel()
    front = np.flatnonzero(seen)
    while True:
        changed = False
        for table in tables:
            code = sum(flat[front + step].astype(np.uint8) << bit for bit, step in enumerate(ring))
            gone = table[code]
            flat[front[gone]] = False
            beside = np.unique(np.add.outer(front[gone], ring))
            bared = beside[flat[beside] & ~seen[beside]]
            seen[bared] = True
            front = np.concatenate([front[~gone], bared])
            changed |= bool(gone.any())
        if not changed:
            return padded[1:-1, 1:-1].copy()


def _taken() -> list[NDArray[np.bool_]]:
    """Return, for both passes, whether the 256 neighbourhoods let their pixel go; bit k of a code is ``x_(k+1)``."""
    import numpy as np

    codes = np.arange(256)
    x = {k: (codes >> (k - 1) % 8 & 1).astype(bool) for k in range(1, 10)}
    crossings = sum((~x[k] & (x[k + 1] | x[k + 2])).astype(int) for k in (1, 3, 5, 7))
    one = sum((x[k] | x[k + 1]).astype(int) for k in (1, 3, 5, 7))
    other = sum((x[k + 1] | x[k + 2]).astype(int) for k in (1, 3, 5, 7))
    fewer = np.minimum(one, other)
    may = (crossings == 1) & (fewer >= 2) & (fewer <= 3)
    return [
        may & ~((x[2] | x[3] | ~x[8]) & x[1]),
        may & ~((x[6] | x[7] | ~x[4]) & x[5]),
    ]


def checked_tolerance(tolerance: float) -> None:
    """Refuse a tolerance that is no distance."""
    if not (math.isfinite(tolerance) and tolerance >= 0):
        raise InputError(f"a tolerance is a distance of at least 0, not {tolerance}", next="tolerance=1.5")


def _points(points: ArrayLike, *, what: str) -> NDArray[np.float64]:
    """Return points as a table of floats, one a row."""
    import numpy as np

    array = np.asarray(points, dtype=float)
    if array.size == 0:
        return np.empty((0, 0))
    if array.ndim != 2:
        raise ShapeError(
            f"{what} are a table with one point a row, not of shape {array.shape}",
            next="numpy.argwhere(edges)",
        )
    if not np.isfinite(array).all():
        raise InputError(f"{what} must be finite")
    return array
