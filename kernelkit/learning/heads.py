"""Head counts: the least number of softmax heads with relative scores that compute a convolution, with a proof."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from kernelkit.errors import InputError, LimitError, ShapeError
from kernelkit.exact import linear
from kernelkit.exact.rational import counted

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

MOST_ENTRIES = 200_000
"""Taps of a layer (positions times pairs of channels) whose heads are counted."""

POSITIVE = 1e-9
"""Least entry, in a vector of entries up to 1, from which on positivity is tried exactly."""


@dataclass(frozen=True, slots=True)
class HeadCount:
    """The least number of softmax heads, and why it is that.

    A head with scores ``log p`` averages with positive weights p that sum to 1, the same for all channels; h heads
    give taps of rank h at most.  So the rank r of the table (positions by pairs of channels) is needed; it is
    enough exactly when the tap space holds a strictly positive vector, which r independent averages then span.

    Attributes
    ----------
    positions
        Positions of the window that carry a tap other than zero; the others are masked.
    rank
        Rank of the taps over the rationals.
    heads
        ``rank``, or one more.
    positive
        A strictly positive combination of the taps, one entry a position, where there is one.
    obstruction
        Otherwise: weights of the positions, not negative and not all zero, under which the taps of every pair of
        channels sum to zero.  A positive vector could not.
    """

    positions: int
    rank: int
    heads: int
    positive: tuple[Fraction, ...] | None
    obstruction: tuple[Fraction, ...] | None

    @property
    def statement(self) -> str:
        """The count and its reason in a sentence."""
        start = f"{counted(self.heads, 'softmax head')} for taps of rank {self.rank}: "
        if self.positive is not None:
            return start + "some combination of the taps is positive everywhere"
        return start + "no combination of the taps is positive everywhere"


def count_heads(weights: ArrayLike) -> HeadCount:
    """Count the softmax heads that a convolution needs when scores depend on the relative position only.

    Parameters
    ----------
    weights
        Taps of a layer, (C_out, C_in, *size), or of one kernel, (*size) on up to three axes.  Floats are taken at
        their exact value.

    Raises
    ------
    InputError
        Taps that are not finite, or all zero.
    LimitError
        More than `MOST_ENTRIES` taps, or floats so close to the border of the two cases that neither is proved.

    Notes
    -----
    The theorem is for value matrices of full rank and outputs away from the border, or with tokens of value 0
    around the image.  Quadratic encodings use one head a tap: Cordonnier, Loukas and Jaggi, On the relationship
    between self-attention and convolutional layers, ICLR 2020.

    Examples
    --------
    >>> count_heads([[0, 1, 0], [1, -4, 1], [0, 1, 0]]).statement
    '2 softmax heads for taps of rank 1: no combination of the taps is positive everywhere'
    """
    import numpy as np

    layer = channel_taps(weights)
    table = layer.reshape(layer.shape[0] * layer.shape[1], -1).T
    table = table[table.any(axis=1)]
    exact = [[Fraction(float(tap)) for tap in row] for row in table]
    columns = linear.reduce_rows(_whole(exact)).pivots
    rank = len(columns)
    scaled = table[:, columns] / np.max(np.abs(table[:, columns]), axis=0)
    chosen = [[row[j] for j in columns] for row in exact]
    positive = _positive_combination(scaled, table[:, columns], chosen)
    obstruction = None if positive else _obstruction(scaled, chosen)
    return HeadCount(len(table), rank, rank + (positive is None), positive, obstruction)


def channel_taps(weights: ArrayLike) -> NDArray[np.float64]:
    """Read taps as (C_out, C_in, *size): four or five axes are a layer, up to three are one kernel.

    Raises
    ------
    ShapeError
        No axis, more than five, or none of some axis.
    InputError
        Taps that are no finite numbers, or all zero.
    LimitError
        More than `MOST_ENTRIES` taps.
    """
    import numpy as np

    try:
        taps = np.asarray(weights, dtype=float)
    except (TypeError, ValueError) as unread:
        raise InputError("taps are numbers in an array", next="count_heads([[1, 2, 1]])") from unread
    if not 1 <= taps.ndim <= 5 or not taps.size:
        raise ShapeError(
            f"taps of shape {taps.shape} are neither a kernel nor a layer",
            next="give (*size), or (C_out, C_in, *size) with two or three axes of size",
        )
    if taps.size > MOST_ENTRIES:
        raise LimitError(
            f"{taps.size} taps are too many", why=f"the limit is {MOST_ENTRIES}", next="fewer channels"
        )
    if not np.isfinite(taps).all():
        raise InputError("taps must be finite", next="train with a smaller step")
    if not taps.any():
        raise InputError("all taps are zero", why="no head is needed for nothing", next="give a kernel")
    return taps if taps.ndim > 3 else taps[None, None]


def _whole(rows: list[list[Fraction]]) -> list[list[int]]:
    """Return the rows, each column scaled to whole numbers, which keeps its rank and pivots."""
    columns = []
    for column in zip(*rows, strict=True):
        scale = max((x.denominator for x in column), default=1)  # denominators are powers of two
        columns.append([int(x * scale) for x in column])
    return [list(row) for row in zip(*columns, strict=True)]


def _positive_combination(
    scaled: NDArray[np.float64], columns: NDArray[np.float64], exact: list[list[Fraction]]
) -> tuple[Fraction, ...] | None:
    """Return a combination of the columns that is proved positive everywhere, as even as they allow."""
    import numpy as np
    from scipy.optimize import linprog  # type: ignore[import-untyped]  # scipy ships no types

    count, rank = scaled.shape
    found = linprog(
        [0.0] * rank + [-1.0],
        A_ub=np.vstack(
            [np.column_stack([-scaled, np.ones(count)]), np.column_stack([scaled, np.zeros(count)])]
        ),
        b_ub=[0.0] * count + [1.0] * count,
        bounds=(None, None),
        method="highs",
    )
    if found.x[-1] < POSITIVE:
        return None
    factors = [
        Fraction(float(z / size))
        for z, size in zip(found.x[:-1], np.max(np.abs(columns), axis=0), strict=True)
    ]
    vector = tuple(sum((a * z for a, z in zip(row, factors, strict=True)), Fraction(0)) for row in exact)
    return vector if min(vector) > 0 else None


def _obstruction(scaled: NDArray[np.float64], exact: list[list[Fraction]]) -> tuple[Fraction, ...]:
    """Return weights of the positions, not negative, that are proved orthogonal to all columns.

    A vertex of these weights is the only one on its support up to a factor, so exact elimination on the support
    that floating point finds gives it exactly.
    """
    import numpy as np
    from scipy.optimize import linprog

    count, rank = scaled.shape
    found = linprog(
        np.zeros(count),
        A_eq=np.vstack([scaled.T, np.ones(count)]),
        b_eq=[0.0] * rank + [1.0],
        bounds=(0, None),
        method="highs-ds",
    )
    if found.x is not None:
        support = np.flatnonzero(found.x > POSITIVE).tolist()
        directions = linear.null_space(_transposed(_whole([exact[i] for i in support])))
        for direction in directions:
            sign = 1 if sum(direction) > 0 else -1
            weights = dict(zip(support, (sign * d for d in direction), strict=True))
            if len(directions) == 1 and min(weights.values()) >= 0:
                return tuple(weights.get(i, Fraction(0)) for i in range(count))
    raise LimitError(
        "whether a combination of these taps is positive everywhere cannot be proved in floating point",
        why="the nearest decision is closer than rounding",
        next="round the taps to fractions first",
    )


def _transposed(rows: list[list[int]]) -> list[list[int]]:
    return [list(column) for column in zip(*rows, strict=True)]
