"""Triangles: the patch matrix and its labels reduced by QR to a small triangle, in bounded memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kernelkit.learning.patches import blocks, label_rows

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from kernelkit.learning.pairs import Pairs

ROWS = 1024
"""Windows that are reduced at once, at least: few enough for the cache of a processor."""


def triangle(given: Pairs) -> NDArray[np.float64]:
    """Return a square upper triangle T with ``T^T T = [A y]^T [A y]``, A the patch matrix and y the labels.

    Its singular values are those of A (where there are no labels) to rounding, relative to the largest; those of
    ``A^T A`` would lose all below a hundred-millionth of the largest.

    Parameters
    ----------
    given
        Images, and labels where there are some: they add one column for each output channel.

    Examples
    --------
    >>> from kernelkit.learning.pairs import pairs
    >>> abs(triangle(pairs([3, 4], None, 1))).tolist()
    [[5.0]]
    """
    import numpy as np

    labels = None if given.y is None else label_rows(given.labels).astype(np.float64, copy=False)
    width = given.unknowns + (0 if labels is None else labels.shape[1])
    reduced = np.zeros((0, width))
    for rows, block in blocks(given, rows=max(4 * width, ROWS)):
        whole = block if labels is None else np.hstack([block, labels[rows]])
        reduced = np.asarray(np.linalg.qr(np.vstack([reduced, whole]), mode="r"))
    square = np.zeros((width, width))
    square[: len(reduced)] = reduced
    return square
