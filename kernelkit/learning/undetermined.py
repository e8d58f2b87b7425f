"""What images determine of the taps, in words: sums over taps that are seen alike, moments, or so many of so many."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from kernelkit.exact.moments import through_degree
from kernelkit.exact.names import axis_names
from kernelkit.exact.rational import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    Labels = NDArray[np.int64]

SAME = 1e-7
"""Distance of the columns of an orthonormal basis up to which two taps are seen alike."""

MOST_TAPS = 600
"""Taps up to which patterns among them are looked for."""

MOST_LISTED = 6
"""Sums or taps that are listed one by one."""

LONGEST = 300
"""Characters of such a list."""

_NUMBERS = (
    "no",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
)


def determined_text(
    row_space: NDArray[np.float64], shape: Sequence[int], *, certainty: str = "numerical"
) -> str:
    """Say which combinations of the taps are determined.

    Parameters
    ----------
    row_space
        Rows that span the combinations that the images determine, independent; one column a tap.
    shape
        (C_in, *size).
    certainty
        ``"exact"`` where the row space is that of the images over the rationals, so that its zeros and its equal
        columns are; ``"numerical"`` where small singular values were dropped.

    Examples
    --------
    >>> import numpy as np
    >>> determined_text(np.array([[1.0, 0.0, 1.0, 0.0], [0.0, 1.0, 0.0, 1.0]]), (1, 2, 2))
    'only the two column sums are determined'
    """
    import numpy as np

    rank, taps = row_space.shape
    if rank == taps:
        return f"all {counted(taps, 'tap')} are determined" if taps > 1 else "the tap is determined"
    if not rank:
        return "nothing is determined"
    if taps <= MOST_TAPS:
        basis = np.linalg.qr(row_space.T)[0].T
        # columns that are equal or zero are so in every basis, and in the given one rounding blurs no exact rows
        labels = _alike(row_space, 0.0) if certainty == "exact" else _alike(basis, SAME)
        if labels.max() == rank - 1:
            return _sums_text(labels.reshape(shape), certainty)
        if shape[0] == 1:
            found = _moments_text(basis, shape[1:])
            if found:
                return found
    return f"only {rank} of {taps} combinations of the taps {'is' if rank == 1 else 'are'} determined"


def _alike(rows: NDArray[np.float64], within: float) -> Labels:
    """Give taps that are seen alike, equal columns, equal numbers from 0 on; and -1 to columns of zeros."""
    import numpy as np

    labels = np.full(rows.shape[1], -1)
    seen: list[NDArray[np.float64]] = []
    for i, column in enumerate(rows.T):
        if np.linalg.norm(column) <= within:
            continue
        near = [j for j, other in enumerate(seen) if np.linalg.norm(column - other) <= within]
        labels[i] = near[0] if near else len(seen)
        if not near:
            seen.append(column)
    return labels


def _sums_text(labels: Labels, certainty: str) -> str:
    """Say over which taps sums are determined, from the number of its sum for each tap."""
    import numpy as np

    count = int(labels.max()) + 1
    unseen = np.argwhere(labels < 0)
    if len(unseen):
        known = "tap" if count == labels.size - len(unseen) else "sum"
        of = " of taps" if known == "sum" else ""
        # small singular values were dropped: the images may hold more than zeros there
        small = "met by values too small beside the others to be seen"
        why = "only ever met by zeros" if certainty == "exact" else small
        return f"only {_are(count, known, of)} determined; {_places(unseen, labels)} {why}"
    if count == 1:
        return "only the sum of all taps is determined"
    moving = [
        axis for axis in range(labels.ndim) if not np.array_equal(labels, np.roll(labels, 1, axis=axis))
    ]
    if count == math.prod(labels.shape[axis] for axis in moving):
        return _along_text(moving, labels.shape)
    groups = [np.argwhere(labels == j) for j in range(count)]
    shared = [group for group in groups if len(group) > 1]
    listed = "; ".join(" + ".join(_place(place, labels) for place in group) for group in shared[:MOST_LISTED])
    more = "; ..." if len(shared) > MOST_LISTED else ""
    if len(listed) > LONGEST:
        return f"only {_are(count, 'sum', ' of taps that are seen alike')} determined"
    return f"of some taps only sums are determined: {listed}{more}"


def _along_text(moving: list[int], shape: Sequence[int]) -> str:
    """Say which sums are determined when there is one for each index along some of the axes."""
    ndim = len(shape) - 1
    count = math.prod(shape[axis] for axis in moving)
    window = list(range(1, ndim + 1))
    if shape[0] > 1 and moving == window:
        return f"only the sum of the {_number(shape[0])} channel kernels is determined"
    if shape[0] > 1 and moving == [0]:
        return f"only the {_number(count)} sums of the taps of each channel are determined"
    if shape[0] == 1 and ndim == 2:
        word = "column" if moving == [2] else "row"
        return f"only the {_number(count)} {word} sums are determined"
    names = ("channel", *axis_names(ndim))
    kept = ", ".join(names[axis] for axis in moving)
    return f"only the {_number(count)} sums of taps at the same {kept} are determined"


def _moments_text(basis: NDArray[np.float64], size: Sequence[int]) -> str:
    """Say that only moments through some degree are determined; empty where that says nothing."""
    import numpy as np

    rank, taps = basis.shape
    places = np.stack(np.unravel_index(np.arange(taps), tuple(size))).astype(float)
    places -= (np.array(size)[:, None] - 1) / 2
    for degree in range(sum(size)):
        monomials = [
            np.prod(places ** np.array(alpha)[:, None], axis=0) for alpha in through_degree(len(size), degree)
        ]
        left, values, _ = np.linalg.svd(np.array(monomials).T, full_matrices=False)
        span = left[:, values > SAME * values[0]]
        if span.shape[1] == taps:
            return ""
        if np.linalg.norm(basis - basis @ span @ span.T) <= SAME:
            through = f"through degree {degree}"
            if span.shape[1] == rank:
                return f"only the {_number(rank)} moments {through} are determined"
            of = f" of the {_number(span.shape[1])} moments {through}"
            return f"only {_are(rank, 'combination', of)} determined"
    return ""


def _number(count: int) -> str:
    return _NUMBERS[count] if count < len(_NUMBERS) else str(count)


def _are(count: int, noun: str, rest: str = "") -> str:
    """Write of how many things something is said: ``one tap is``, ``two sums of taps are``."""
    return f"{_number(count)} {noun}{'' if count == 1 else 's'}{rest} {'is' if count == 1 else 'are'}"


def _place(index: NDArray[np.int64], labels: Labels) -> str:
    """Write a tap by its index in the window, with its channel first where there are several."""
    numbers = [int(i) for i in (index if labels.shape[0] > 1 else index[1:])]
    return f"({', '.join(map(str, numbers))})"


def _places(indices: NDArray[np.int64], labels: Labels) -> str:
    if len(indices) > MOST_LISTED:
        return f"{len(indices)} taps are"
    if len(indices) == 1:
        return f"the tap at {_place(indices[0], labels)} is"
    return "the taps at " + ", ".join(_place(index, labels) for index in indices) + " are"
