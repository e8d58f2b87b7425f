"""Normal equations of a pair, R taps = r, without the patch matrix where images are large."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kernelkit.learning.lags import lag_products, window_gram, window_sums
from kernelkit.learning.patches import block_rows, blocks, label_rows
from kernelkit.learning.planes import has_planes, planes, strips

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from kernelkit.learning.pairs import Pairs
    from kernelkit.learning.planes import Plane

    Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Normal:
    """Normal equations ``R w = r`` of the sum of squares ``|A w - y|^2``.

    The unknowns w are the taps, channel by channel and row by row, and last the bias if one is fitted.

    Attributes
    ----------
    R
        A^T A, (unknowns, unknowns), float64.
    r
        A^T y, (unknowns, C_out); C_out is 0 without labels.
    yy
        Sum of squared labels, (C_out,).
    count
        N, the number of windows.
    means
        Mean of every column of the patch matrix, (taps,).
    """

    R: Floats
    r: Floats
    yy: Floats
    count: int
    means: Floats


@dataclass(frozen=True, slots=True, eq=False)
class ShiftedSums:
    """Sums over all windows of products of samples and labels, each less the mean of its channel.

    Taking means off first keeps digits: for a photograph it lowers the condition number about four times.

    Attributes
    ----------
    gram
        Products of samples, (taps, taps).
    cross
        Products of samples and labels, (taps, C_out).
    sums, label_sums
        Sums of samples (taps,) and of labels (C_out,).
    label_squares
        Squares of labels, (C_out,).
    shift, label_shift
        The means that were taken off, (taps,) and (C_out,).
    count
        The number of windows.
    """

    gram: Floats
    cross: Floats
    sums: Floats
    label_sums: Floats
    label_squares: Floats
    shift: Floats
    label_shift: Floats
    count: int


def normal_equations(given: Pairs) -> Normal:
    """Return the normal equations of a pair.

    Memory stays within a few strips of an image and the matrix itself, however many windows there are.

    Parameters
    ----------
    given
        From `kernelkit.learning.pairs.pairs`; without labels, r has no columns.

    Returns
    -------
    Normal
        Always in float64: sums in float32 lose the taps of a photograph in the third digit.

    Examples
    --------
    The image of the post, and the eigenvalues that decide how fast it teaches:

    >>> from kernelkit.learning.pairs import pairs
    >>> edges = [[1, 1, 0, 0, 0, 0, 1, 1]] * 6
    >>> normal_equations(pairs(edges, None, (1, 2))).R
    array([[18., 12.],
           [12., 18.]])
    """
    import numpy as np

    sums = shifted_sums(given)
    shift, count = sums.shift, sums.count
    total = sums.sums + count * shift
    gram = sums.gram + np.outer(shift, sums.sums) + np.outer(total, shift)
    label_total = sums.label_sums + count * sums.label_shift
    cross = sums.cross + np.outer(sums.sums, sums.label_shift) + np.outer(shift, label_total)
    squares = sums.label_squares + sums.label_shift * (sums.label_sums + label_total)
    if given.bias == "fit":
        gram = np.block([[gram, total[:, None]], [total[None], np.full((1, 1), float(count))]])
        cross = np.concatenate([cross, label_total[None]])
    return Normal(R=(gram + gram.T) / 2, r=cross, yy=squares, count=count, means=total / count)


def shifted_sums(given: Pairs) -> ShiftedSums:
    """Return the sums of products over all windows, channel means taken off."""
    import numpy as np

    y = given.y if given.y is not None else np.zeros((len(given.x), 0, *given.out))
    axes = (0, *range(2, 2 + given.ndim))
    label_shift = y.mean(axes, dtype=float)
    shift = np.repeat(given.x.mean(axes, dtype=float), math.prod(given.size))
    whole = _of_planes if has_planes(given) else _of_patches
    gram, cross, sums, label_sums, squares = whole(given, y, shift, label_shift)
    return ShiftedSums(
        gram=gram,
        cross=cross,
        sums=sums,
        label_sums=label_sums,
        label_squares=squares,
        shift=shift,
        label_shift=label_shift,
        count=given.windows,
    )


Sums = tuple["Floats", "Floats", "Floats", "Floats", "Floats"]


def _of_patches(given: Pairs, y: NDArray[np.float64], shift: Floats, label_shift: Floats) -> Sums:
    """Return the sums by blocks of the patch matrix."""
    import numpy as np

    taps, outs = given.taps, y.shape[1]
    gram, cross, sums = np.zeros((taps, taps)), np.zeros((taps, outs)), np.zeros(taps)
    label_sums, squares = np.zeros(outs), np.zeros(outs)
    labels = label_rows(y)
    for rows, block in blocks(given, block_rows(given)):
        a = block[:, :taps] - shift
        part = labels[rows] - label_shift
        gram += a.T @ a
        cross += a.T @ part
        sums += a.sum(0)
        label_sums += part.sum(0)
        squares += (part * part).sum(0)
    return gram, cross, sums, label_sums, squares


def _of_planes(given: Pairs, y: NDArray[np.float64], shift: Floats, label_shift: Floats) -> Sums:
    """Return the sums from lag products of planes, strip by strip."""
    import numpy as np

    taps, outs = given.taps, y.shape[1]
    gram, cross, sums = np.zeros((taps, taps)), np.zeros((taps, outs)), np.zeros(taps)
    label_sums, squares = np.zeros(outs), np.zeros(outs)
    by_channel = shift[:: math.prod(given.size), None, None]
    for plane in planes(given, y):
        lags, mixed, part_sums, part_squares = _plane_products(plane, by_channel, label_shift[:, None, None])
        rows, columns = plane.y.shape[1:]
        gram += window_gram(lags, plane.x, plane.size, by_channel)
        cross += mixed
        sums += window_sums(plane.x, plane.size) - rows * columns * shift
        label_sums += part_sums
        squares += part_squares
    return gram, cross, sums, label_sums, squares


def _plane_products(
    plane: Plane, shift: Floats, label_shift: Floats
) -> tuple[Floats, Floats, Floats, Floats]:
    """Return lag products, products with labels, sums and squares of labels, of one plane less its means."""
    import numpy as np

    (kh, kw), channels, outs = plane.size, len(plane.x), len(plane.y)
    sums = np.zeros((kh, channels, channels + outs, 2 * kw - 1))
    label_sums, squares = np.zeros(outs), np.zeros(outs)
    last = plane.y.shape[1]
    for strip in strips(plane):
        # the last strip takes the rows below the last window too: lag products are of the whole plane
        stop = strip.stop if strip.stop < last else plane.x.shape[1]
        x = plane.x[:, strip.start : stop + kh - 1] - shift
        y = plane.y[:, strip] - label_shift
        label_sums += y.sum((1, 2))
        squares += (y * y).sum((1, 2))
        sums += lag_products([x[:, : stop - strip.start], y], x, kh, range(1 - kw, kw))
    mixed = sums[:, :, channels:, kw - 1 :].transpose(1, 0, 3, 2).reshape(channels * kh * kw, outs)
    return sums[:, :, :channels], mixed, label_sums, squares
