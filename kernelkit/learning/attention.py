"""Attention: correlation as scores, how many softmax heads a convolution needs, and one rebuilt from them."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from kernelkit.errors import InputError, LimitError, ShapeError
from kernelkit.learning.heads import channel_taps, count_heads

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

    Border = Literal["renormalised", "zero-tokens"]

MOST_WEIGHTS = 50_000_000
"""Attention weights of one head (pixels times positions) that are held at once."""

SPARE = 0.9
"""Share of the distance to the border of the positive vectors that heads are moved apart by."""


@dataclass(frozen=True, slots=True)
class Heads:
    """Softmax heads whose scores depend on the relative position only.

    Attributes
    ----------
    offsets
        Relative positions that a query looks at, in array order.
    scores
        One row a head, one column an offset: what the softmax is taken of.
    values
        Of each head the value matrix times its part of the output matrix: (heads, C_out, C_in).
    """

    offsets: tuple[tuple[int, ...], ...]
    scores: NDArray[np.float64]
    values: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.scores)


def scores(image: ArrayLike, kernel: ArrayLike) -> NDArray[np.float64]:
    """Return the scores of one query, the kernel, against all keys, the patches of an image, without a softmax.

    They are the valid correlation of the image with the kernel: a convolution layer is what attention computes
    before its softmax, with one learned query a channel.

    Parameters
    ----------
    image, kernel
        Arrays with the same number of axes, 1 to 3.

    Returns
    -------
    ndarray
        One score a patch, in the shape of the valid output.

    Raises
    ------
    ShapeError
        A kernel that does not fit into the image.

    Examples
    --------
    >>> scores([[1, 2, 0, 1], [0, 1, 3, 1], [2, 2, 1, 0]], [[1, 0], [0, -1]]).tolist()
    [[0.0, -1.0, -1.0], [-2.0, 0.0, 3.0]]
    """
    import numpy as np

    from kernelkit.learning.pairs import pairs
    from kernelkit.learning.patches import patch_matrix

    query = np.asarray(kernel, dtype=float)
    keys = pairs(image, None, query.shape)
    found: NDArray[np.float64] = (patch_matrix(keys) @ query.ravel()).reshape(keys.out)
    return found


def rebuilt(weights: ArrayLike) -> Heads:
    """Return a convolution as softmax attention: as few heads as `kernelkit.learning.heads.count_heads` says.

    A head of relative scores ``log p`` averages its neighbours with the weights p, so the taps of all pairs of
    channels must be combinations of vectors p that are positive and sum to 1.  The tap space has a basis of such
    vectors when it holds one strictly positive vector; otherwise the uniform vector is added.

    Parameters
    ----------
    weights
        Taps of a layer, (C_out, C_in, *size), or of one kernel, as (*size) on up to three axes; which is meant is
        read from the number of axes, so a 1-D layer is given as (C_out, C_in, 1, n).

    Returns
    -------
    Heads
        `attend` with them gives the correlation with the weights, "same" output, window centre
        ``(size - 1) // 2``.

    Raises
    ------
    InputError
        No tap other than zero.

    Examples
    --------
    >>> len(rebuilt([[0, 1, 0], [1, -4, 1], [0, 1, 0]])), len(rebuilt([[1, 2, 1]]))
    (2, 1)
    """
    import numpy as np

    layer = channel_taps(weights)
    count = count_heads(layer)
    channels, size = layer.shape[:2], layer.shape[2:]
    table = layer.reshape(channels[0] * channels[1], -1).T
    kept = np.flatnonzero(table.any(axis=1))
    table = table[kept]
    basis = np.linalg.svd(table, full_matrices=False)[0][:, : count.rank]
    if count.positive is None:
        centre = np.full(len(kept), 1 / len(kept))
        apart = basis
    else:
        centre = np.array([float(p) for p in count.positive])
        centre /= centre.sum()
        inside = basis.T @ centre
        apart = basis @ np.linalg.svd(inside[:, None])[0][:, 1:]
    columns = np.column_stack(
        [centre, centre[:, None] + SPARE * centre.min() * apart / np.abs(apart).max(axis=0)]
    )
    columns /= columns.sum(axis=0)
    values = np.linalg.lstsq(columns, table, rcond=None)[0]
    places = [np.unravel_index(i, size) for i in kept]
    offsets = tuple(tuple(int(i) - (n - 1) // 2 for i, n in zip(p, size, strict=True)) for p in places)
    return Heads(offsets, np.log(columns.T), values.reshape(-1, *channels))


def quadratic(weights: ArrayLike, sharpness: float, *, around: int = 2) -> Heads:
    """Return one head a tap whose scores are ``-sharpness |offset - tap|^2``, as a quadratic encoding gives them.

    Each head looks at one position the sharper the larger the sharpness; the error of the convolution falls as
    ``exp(-sharpness)``.

    Parameters
    ----------
    weights
        As for `rebuilt`.
    sharpness
        A positive number.
    around
        Positions beyond the window, on each side, that every head also sees.

    References
    ----------
    Cordonnier, Loukas and Jaggi, On the relationship between self-attention and convolutional layers, ICLR 2020,
    theorem 1 and lemma 1.

    Examples
    --------
    >>> len(quadratic([[0, 1, 0], [1, -4, 1], [0, 1, 0]], 16))
    9
    """
    import numpy as np

    if not 0 < sharpness < np.inf:
        raise InputError(f"a sharpness is a positive number, not {sharpness}", next="quadratic(weights, 16)")
    if around < 0:
        raise InputError(f"heads see 0 or more positions around the window, not {around}", next="around=2")
    layer = channel_taps(weights)
    size = layer.shape[2:]
    starts = [-((n - 1) // 2) for n in size]
    window = np.array(
        list(itertools.product(*(range(a, a + n) for a, n in zip(starts, size, strict=True)))), dtype=float
    )
    seen = list(
        itertools.product(
            *(range(a - around, a + n + around) for a, n in zip(starts, size, strict=True)),
        )
    )
    places = np.array(seen, dtype=float)
    distances = np.sum((window[:, None, :] - places[None, :, :]) ** 2, axis=2)
    values = np.moveaxis(layer.reshape(*layer.shape[:2], -1), 2, 0)
    return Heads(tuple(seen), -sharpness * distances, values)


def attend(image: ArrayLike, heads: Heads, *, border: Border = "zero-tokens") -> NDArray[np.float64]:
    """Return what the heads compute: at every pixel, values averaged with the softmax of the relative scores.

    Parameters
    ----------
    image
        (C_in, *space), or (*space) for one channel.
    heads
        From `rebuilt` or `quadratic`.
    border
        ``"zero-tokens"``: outside the image stand tokens of value 0, which keep their share of the softmax, as
        zero padding does; ``"renormalised"``: there is nothing outside, and the softmax runs over the pixels that
        exist.  Then what a convolution with zero padding computes is met in the interior only.

    Returns
    -------
    ndarray
        (C_out, *space).

    Raises
    ------
    ShapeError
        An image whose axes or channels do not fit.
    LimitError
        More than `MOST_WEIGHTS` attention weights a head.
    """
    import numpy as np

    if border not in {"zero-tokens", "renormalised"}:
        raise InputError(
            f"{border!r} is no way to treat the border", next="border='zero-tokens' or border='renormalised'"
        )
    ndim = len(heads.offsets[0])
    pixels = np.asarray(image, dtype=float)
    if pixels.ndim == ndim:
        pixels = pixels[None]
    if pixels.ndim != ndim + 1 or len(pixels) != heads.values.shape[2]:
        raise ShapeError(
            f"an image of shape {pixels.shape} does not fit heads on {ndim} axes and {heads.values.shape[2]} "
            "channels",
            next="give the image as (channels, *space)",
        )
    space = pixels.shape[1:]
    if len(heads.offsets) * np.prod(space) > MOST_WEIGHTS:
        raise LimitError(
            f"{len(heads.offsets)} positions at {np.prod(space)} pixels are too many attention weights",
            why=f"at most {MOST_WEIGHTS} are held at once",
            next="cut the image into parts",
        )
    there = np.stack([_shifted(np.ones((1, *space)), offset)[0] > 0 for offset in heads.offsets])
    result = np.zeros((heads.values.shape[1], *space))
    for row, matrix in zip(heads.scores, heads.values, strict=True):
        scored = np.broadcast_to(row.reshape(-1, *(1,) * ndim), there.shape)
        if border == "renormalised":
            scored = np.where(there, scored, -np.inf)
        weights = np.exp(scored - scored.max(axis=0))
        weights /= weights.sum(axis=0)
        values = np.tensordot(matrix, pixels, axes=1)
        for weight, offset in zip(weights, heads.offsets, strict=True):
            result += weight * _shifted(values, offset)
    return result


def _shifted(values: NDArray[np.float64], offset: tuple[int, ...]) -> NDArray[np.float64]:
    """Return the values found at an offset from every pixel, 0 where there is none."""
    import numpy as np

    moved = np.zeros_like(values)
    to = [slice(None)] + [
        slice(max(0, -o), max(0, n - max(0, o))) for o, n in zip(offset, values.shape[1:], strict=True)
    ]
    at = [slice(None)] + [
        slice(max(0, o), max(0, n - max(0, -o))) for o, n in zip(offset, values.shape[1:], strict=True)
    ]
    moved[tuple(to)] = values[tuple(at)]
    return moved
