"""The patch matrix: one window a row, so that a layer's output is a matrix times its taps."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from kernelkit.errors import LimitError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    import numpy as np
    from numpy.typing import NDArray

    from kernelkit.learning.pairs import Pairs

LARGEST_MATRIX = 1 << 27
"""Entries of a patch matrix that is made whole: 1 GiB."""

BLOCK = 1 << 19
"""Entries of a block that is worked on at a time: 4 MiB."""


def patch_matrix(given: Pairs) -> NDArray[np.float64]:
    """Return the patch matrix A, with ``A @ taps = output``.

    Returns
    -------
    array (windows, unknowns), float64
        Rows image by image, then window by window in row-major order.  Columns channel by channel, then
        tap by tap in row-major order; a last column of ones if a bias is fitted.

    Raises
    ------
    LimitError
        More than `LARGEST_MATRIX` entries; `blocks` yields them in parts.

    Examples
    --------
    >>> from kernelkit.learning.pairs import pairs
    >>> patch_matrix(pairs([1, 2, 4, 8], None, 2))
    array([[1., 2.],
           [2., 4.],
           [4., 8.]])
    """
    import numpy as np

    if given.windows * given.unknowns > LARGEST_MATRIX:
        raise LimitError(
            f"a patch matrix of {given.windows} windows times {given.unknowns} unknowns is too large",
            next="blocks() yields it in parts; normal_equations() needs none",
        )
    whole = np.empty((given.windows, given.unknowns))
    for rows, block in blocks(given, block_rows(given)):
        whole[rows] = block
    return whole


def blocks(given: Pairs, rows: int) -> Iterator[tuple[slice, NDArray[np.float64]]]:
    """Yield the patch matrix in blocks of about so many rows, each with its slice of all rows.

    A block holds whole lines of one image's output along all axes but the first, at least one, so that
    memory stays at about ``rows`` times the unknowns, however large the images.

    Parameters
    ----------
    given
        Images, and window.
    rows
        Windows of one block; a block has more only if one line of the output has.
    """
    import numpy as np

    line = math.prod(given.out[1:])
    lines = max(1, rows // line)
    taps = given.taps
    first = 0
    for image in given.x:
        for start in range(0, given.out[0], lines):
            views = _windows(image, given, start, min(start + lines, given.out[0]))
            block = np.empty((math.prod(views.shape[1 : 1 + given.ndim]), given.unknowns))
            # windows first, channels and taps last: the one copy that a block costs
            shaped = block[:, :taps].reshape(*views.shape[1 : 1 + given.ndim], -1, *given.size)
            shaped[...] = np.moveaxis(views, 0, given.ndim)
            block[:, taps:] = 1
            yield slice(first, first + len(block)), block
            first += len(block)


def block_rows(given: Pairs) -> int:
    """Return how many rows make a block of about `BLOCK` entries."""
    return max(1, BLOCK // given.unknowns)


def label_rows(y: NDArray[Any]) -> NDArray[Any]:
    """Return labels (N, C_out, out...) as a matrix (windows, C_out), rows as in the patch matrix."""
    import numpy as np

    return np.moveaxis(y, 1, -1).reshape(len(y) * math.prod(y.shape[2:]), y.shape[1])


def _windows(image: NDArray[Any], given: Pairs, start: int, stop: int) -> NDArray[Any]:
    """Return the windows of output lines start to stop - 1, a view (C, lines, out[1:], size)."""
    import numpy as np

    strip = _padded_strip(image, given, start, stop)
    reach = tuple(d * (k - 1) + 1 for k, d in zip(given.size, given.dilation, strict=True))
    axes = tuple(range(1, 1 + given.ndim))
    views = np.lib.stride_tricks.sliding_window_view(strip, reach, axes)
    chosen = (slice(None), *(slice(None, None, s) for s in given.stride))
    return views[(*chosen, *(slice(None, None, d) for d in given.dilation))]


def _padded_strip(image: NDArray[Any], given: Pairs, start: int, stop: int) -> NDArray[Any]:
    """Return the part of an image that output lines start to stop - 1 read, with its padding."""
    import numpy as np

    reach = given.dilation[0] * (given.size[0] - 1) + 1
    low = start * given.stride[0] - given.padding[0]
    high = (stop - 1) * given.stride[0] - given.padding[0] + reach
    length = image.shape[1]
    part = image[:, max(0, low) : max(0, min(high, length))]
    before = min(max(0, -low), high - low)
    after = high - low - before - part.shape[1]
    if not (before or after or any(given.padding[1:])):
        return part
    return np.pad(part, [(0, 0), (before, after), *((p, p) for p in given.padding[1:])])
