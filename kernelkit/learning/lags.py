"""Sums over windows of a plane, by small matrix products: lag products, windowed products, correlations.

A plane is an array (channels, rows, columns).  The patch matrix of a window on it holds every sample many times
over; here each is read a few times only.  Tiles of eight columns are multiplied with the samples around them, and
the diagonals of the products are the sums wanted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

TILE = 8
"""Columns (or rows) of a tile; wider ones waste products off the diagonals, narrower ones waste calls."""


def lag_products(left: Sequence[NDArray[Any]], right: NDArray[Any], down: int, along: range) -> Floats:
    """Return ``sum left[m, i, j] * right[c, i + a, j + e]`` for lags a and e, with zeros outside.

    Parameters
    ----------
    left
        Planes, each (channels, H, W) of its own height and width; the channels of all together are m.
    right
        A plane (C, H', W').
    down
        Lags a = 0 ... down - 1 from row to row.
    along
        Lags e from column to column: consecutive, from 0 or less to 0 or more.

    Returns
    -------
    array (down, C, M, len(along))
    """
    import numpy as np

    tiled = _tiled(left)
    tiles, many, rows = tiled.shape
    halo, wide = -along.start, TILE + len(along) - 1
    around = np.zeros((len(right), rows + down - 1, tiles * TILE + len(along) - 1))
    kept = right[:, : around.shape[1], : around.shape[2] - halo]
    around[:, : kept.shape[1], halo : halo + kept.shape[2]] = kept
    sums = np.empty((down, len(right), many, wide))
    _, to_row, to_column = around.strides
    for c, plane in enumerate(around):
        near = np.lib.stride_tricks.as_strided(
            plane, (tiles, rows + down - 1, wide), (TILE * to_column, to_row, to_column)
        )
        for a in range(down):
            sums[a, c] = np.matmul(tiled, near[:, a : a + rows]).sum(0)
    shaped = sums.reshape(down, len(right), many // TILE, TILE, wide)
    *outer, step, on = shaped.strides
    diagonals = np.lib.stride_tricks.as_strided(
        shaped, (*shaped.shape[:3], len(along), TILE), (*outer, on, step + on)
    )
    return np.asarray(diagonals.sum(-1))


def _tiled(left: Sequence[NDArray[Any]]) -> Floats:
    """Return planes side by side as (tiles, channels * TILE, rows), filled up with zeros."""
    import numpy as np

    many, rows, columns = (
        sum(map(len, left)),
        max(part.shape[1] for part in left),
        max(part.shape[2] for part in left),
    )
    tiles = -(-columns // TILE)
    layout = np.empty((rows, tiles, many, TILE))
    first = 0
    for part in left:
        channels, height, width = part.shape
        full, rest = divmod(width, TILE)
        place = layout[:, :, first : first + channels]
        place[:height, :full] = (
            part[:, :, : width - rest].reshape(channels, height, full, TILE).transpose(1, 2, 0, 3)
        )
        place[:height, full:] = 0
        if rest:
            place[:height, full, :, :rest] = part[:, :, width - rest :].transpose(1, 0, 2)
        place[height:] = 0
        first += channels
    return layout.reshape(rows, tiles, many * TILE).transpose(1, 2, 0)


def window_gram(lags: Floats, x: NDArray[Any], size: tuple[int, int], shift: Floats | float = 0) -> Floats:
    """Return A^T A of the patch matrix of a plane, from its lag products and its edges.

    Windows moved by a step differ by one line of samples that leaves and one that enters.  So every entry is a
    lag product of the whole plane less products of the few lines next to its edges.

    Parameters
    ----------
    lags
        ``lag_products([x], x, kh, range(1 - kw, kw))``.
    x
        The plane (C, H, W); of it only the lines next to its edges are read.
    shift
        Taken off each channel of ``x``, (C, 1, 1): the plane of ``lags`` less its mean, say.

    Returns
    -------
    array (C * kh * kw, C * kh * kw)
    """
    import numpy as np

    (kh, kw), (channels, rows, columns) = size, x.shape
    b = np.arange(kw)
    # lags come as (a, right channel, left channel, e); wanted: (a, left, b, right, b')
    across = lags.transpose(0, 2, 1, 3)[..., (b[None, :] - b[:, None]) + kw - 1].transpose(0, 1, 3, 2, 4)
    if kw > 1:
        left, right = x[:, :, : kw - 1] - shift, x[:, :, columns - kw + 1 :] - shift
        across = across - np.stack(
            [
                _outside(_column_products(left, a), _column_products(right, a)).transpose(2, 0, 3, 1)
                for a in range(kh)
            ]
        )
    # both signs of the row lag: the products at -a are the transposed ones at a
    both = np.concatenate([across[:0:-1].transpose(0, 3, 4, 1, 2), across])
    a = np.arange(kh)
    whole = both[(a[None, :] - a[:, None]) + kh - 1]
    if kh > 1:
        first, last = x[:, : kh - 1] - shift, x[:, rows - kh + 1 :] - shift
        whole = whole - _outside(_row_products(first, kw), _row_products(last, kw))
    # (a, a', left, b, right, b') to (left, a, b, right, a', b')
    taps = channels * kh * kw
    return np.asarray(whole.transpose(2, 0, 3, 4, 1, 5).reshape(taps, taps))


def _column_products(edge: NDArray[Any], a: int) -> Floats:
    """Return ``sum_i edge[c, i, p] * edge[c', i + a, q]`` as (p, q, c, c')."""
    import numpy as np

    rows = edge.shape[1]
    return np.asarray(np.tensordot(edge[:, : rows - a], edge[:, a:], axes=(1, 1)).transpose(1, 3, 0, 2))


def _row_products(edge: NDArray[Any], kw: int) -> Floats:
    """Return ``sum_j edge[c, i, j + b] * edge[c', i', j + b']`` over the windows as (i, i', c, b, c', b')."""
    import numpy as np

    channels, lines = edge.shape[:2]
    views = np.lib.stride_tricks.sliding_window_view(edge, edge.shape[2] - kw + 1, 2)
    # line by line: small products run on one core, and do not wait for others
    by_line = views.reshape(channels * lines, kw, -1)
    gram = np.matmul(by_line[:, None], by_line[None].transpose(0, 1, 3, 2))
    pairs = gram.reshape(channels, lines, channels, lines, kw, kw)
    return np.asarray(pairs.transpose(1, 3, 0, 4, 2, 5))


def _outside(before: Floats, after: Floats) -> Floats:
    """Return the sums along diagonals that lie outside the window at each pair of positions.

    Entry (a, a') sums ``before`` at (a - 1, a' - 1), (a - 2, a' - 2), ... and ``after`` at (a, a'),
    (a + 1, a' + 1), ...
    """
    import numpy as np

    last = len(before)
    sums = np.zeros((last + 1, last + 1, *before.shape[2:]))
    for a in range(1, last + 1):
        sums[a, 1:] = sums[a - 1, :-1] + before[a - 1]
    ends = np.zeros_like(sums)
    for a in range(last - 1, -1, -1):
        ends[a, :-1] = ends[a + 1, 1:] + after[a]
    return np.asarray(sums + ends)


def window_sums(x: NDArray[Any], size: tuple[int, int]) -> Floats:
    """Return the column sums of the patch matrix of a plane, (C * kh * kw,)."""
    import numpy as np

    (kh, kw), (channels, rows, columns) = size, x.shape
    lines = x
    if rows > 2 * (kh - 1):
        # the lines that every window covers are most of them: add those up once
        shared = x[:, kh - 1 : rows - kh + 1].sum(1, keepdims=True, dtype=float)
        lines = np.concatenate([x[:, : kh - 1], shared, x[:, rows - kh + 1 :]], axis=1)
    tall = lines.shape[1] - kh + 1
    down = np.stack([lines[:, a : a + tall].sum(1) for a in range(kh)], axis=1)
    wide = columns - kw + 1
    return np.stack([down[:, :, b : b + wide].sum(2) for b in range(kw)], axis=2).reshape(channels * kh * kw)


def correlate_plane(x: NDArray[np.float64], taps: Floats) -> Floats:
    """Return the valid correlation of a plane (C, H, W) with taps (C_out, C, kh, kw)."""
    import numpy as np

    outs, channels, kh, kw = taps.shape
    rows, columns = x.shape[1] - kh + 1, x.shape[2] - kw + 1
    result = np.zeros((outs, rows, columns))
    lines = min(TILE, rows)
    tiles, done = rows // lines, rows // lines * lines
    banded = np.zeros((channels, kw, outs, lines, lines + kh - 1))
    for line in range(lines):
        banded[:, :, :, line, line : line + kh] = taps.transpose(1, 3, 0, 2)
    for c, plane in enumerate(x):
        down, along = plane.strides
        for b in range(kw):
            near = np.lib.stride_tricks.as_strided(
                plane[:, b:], (tiles, lines + kh - 1, columns), (lines * down, down, along)
            )
            rest = plane[done:, b : b + columns]
            for o in range(outs):
                result[o, :done].reshape(tiles, lines, columns)[...] += np.matmul(banded[c, b, o], near)
                if done < rows:
                    result[o, done:] += banded[c, b, o, : rows - done, : len(rest)] @ rest
    return result
