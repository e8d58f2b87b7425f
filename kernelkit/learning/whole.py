"""Whole numbers: normal equations of images and labels that are exact fractions, without any rounding."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from kernelkit.errors import InputError, LimitError
from kernelkit.learning.patches import blocks, label_rows

if TYPE_CHECKING:
    from typing import Any

    import numpy as np
    from numpy.typing import NDArray

    from kernelkit.learning.pairs import Pairs

MOST_UNKNOWNS = 200
"""Unknowns of an exact system; its elimination takes seconds from here on."""

MOST_PRODUCTS = 20_000_000
"""Products of numbers too large for exact floats that are added one by one."""

FINEST = 1 << 20
"""Largest power of two that data may be multiplied by to become whole."""

EXACT = 1 << 53
"""Whole numbers below it are exact as floats, and so are sums of them."""


class WholeNormal(NamedTuple):
    """The normal equations of data times powers of two, in whole numbers.

    Attributes
    ----------
    gram
        ``A^T A``, with A made of ``x_scale`` times the images; a column of ones for a bias is not scaled.
    right
        ``A^T y`` for each output channel, y being ``y_scale`` times the labels; empty without labels.
    squares
        ``y^T y`` for each output channel.
    x_scale, y_scale
        Powers of two.
    """

    gram: list[list[int]]
    right: list[list[int]]
    squares: list[int]
    x_scale: int
    y_scale: int


def whole_normal(given: Pairs) -> WholeNormal:
    """Return the normal equations exactly.

    Raises
    ------
    InputError
        Values that are no whole multiples of 1/`FINEST`: they are taken for rounded ones.
    LimitError
        More than `MOST_UNKNOWNS` unknowns, or numbers so large that more than `MOST_PRODUCTS` of them would have to
        be added one by one.

    Examples
    --------
    >>> from kernelkit.learning.pairs import pairs
    >>> whole_normal(pairs([[1, 1, 0, 0, 0, 0, 1, 1]] * 6, None, (1, 2))).gram
    [[18, 12], [12, 18]]
    """
    import numpy as np

    if given.unknowns > MOST_UNKNOWNS:
        raise LimitError(
            f"{given.unknowns} unknowns are too many to be solved for in fractions",
            why=f"the limit is {MOST_UNKNOWNS}",
            next="learn(X, Y, size) solves in floating point",
        )
    x, x_scale = _whole(given.x, "X")
    labels, y_scale = (None, 1) if given.y is None else _whole(label_rows(given.labels), "Y")
    width = given.unknowns + (0 if labels is None else labels.shape[1])
    largest = max(float(np.abs(x).max()), 1.0, 0.0 if labels is None else float(np.abs(labels).max()))
    small = largest * largest * given.windows < EXACT
    if not small and given.windows * width * width > MOST_PRODUCTS:
        raise LimitError(
            f"numbers up to {largest:.3g} in {given.windows} windows are too large to be added exactly",
            next="learn(X, Y, size) solves in floating point; or take fewer windows",
        )
    total: NDArray[Any] = np.zeros((width, width), dtype=float if small else object)
    for rows, block in blocks(replace(given, x=x, y=None), rows=max(1, (1 << 22) // width)):
        part = block if labels is None else np.hstack([block, labels[rows]])
        exact: NDArray[Any] = part if small else part.astype(np.int64).astype(object)
        total = total + exact.T @ exact
    sums = [[int(entry) for entry in row] for row in total.tolist()]
    count = given.unknowns
    return WholeNormal(
        [row[:count] for row in sums[:count]],
        [[sums[i][j] for i in range(count)] for j in range(count, width)],
        [sums[j][j] for j in range(count, width)],
        x_scale,
        y_scale,
    )


def is_whole(given: Pairs) -> bool:
    """Whether the images are whole multiples of a power of two, as those of cameras are, and few unknowns are asked."""
    import numpy as np

    if given.unknowns > MOST_UNKNOWNS:
        return False
    try:
        x, _ = _whole(given.x, "X")
    except InputError:
        return False
    return float(np.abs(x).max()) ** 2 * given.windows < EXACT


def _whole(values: NDArray[np.generic], name: str) -> tuple[NDArray[np.float64], int]:
    """Return values times the least power of two that makes them whole, and that power."""
    import numpy as np

    exact = values.astype(np.float64)
    scale = 1
    while scale <= FINEST:
        if np.array_equal(exact, np.rint(exact)):
            if float(np.abs(exact).max()) >= EXACT:
                break
            return exact, scale
        # the power that the first fraction needs, and at least one more than before
        rest = float(exact.ravel()[np.argmax(exact != np.rint(exact))])
        step = max(2, rest.as_integer_ratio()[1])
        if scale * step > FINEST:
            break
        exact = exact * step
        scale *= step
    raise InputError(
        f"{name} holds numbers that are no whole multiples of 1/{FINEST}, or too large ones",
        why="they are taken for rounded numbers, of which nothing can be proved",
        next="give whole numbers, or learn(X, Y, size) for data in floating point",
    )
