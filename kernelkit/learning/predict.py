"""Outputs of a layer with given taps, and what is left of the labels, strip by strip."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from kernelkit.learning.lags import correlate_plane, lag_products
from kernelkit.learning.patches import block_rows, blocks, label_rows
from kernelkit.learning.planes import has_planes, planes, strips

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    from numpy.typing import NDArray

    from kernelkit.learning.pairs import Pairs

    Floats = NDArray[np.float64]


def predict(given: Pairs, taps: Floats, bias: Floats) -> Floats:
    """Return the output of a layer on the images of a pair.

    Parameters
    ----------
    given
        Images, and the window's size, stride, padding and dilation.
    taps
        (C_out, C_in, size...).
    bias
        (C_out,).

    Returns
    -------
    array (N, C_out, out...), float64
    """
    import numpy as np

    outputs = np.empty((len(given.x), len(taps), *given.out))
    if has_planes(given):
        for plane in planes(given, outputs):
            shaped = taps.reshape(*taps.shape[:2], *plane.size)
            for strip in strips(plane):
                x = np.ascontiguousarray(
                    plane.x[:, strip.start : strip.stop + plane.size[0] - 1], dtype=float
                )
                plane.y[:, strip] = correlate_plane(x, shaped) + bias[:, None, None]
        return outputs
    rows = np.empty((given.windows, len(taps)))
    columns = taps.reshape(len(taps), -1).T
    for part, block in blocks(given, block_rows(given)):
        rows[part] = block[:, : given.taps] @ columns + bias
    by_image = rows.reshape(len(given.x), math.prod(given.out), len(taps))
    return np.ascontiguousarray(by_image.transpose(0, 2, 1)).reshape(outputs.shape)


def residual_squares(given: Pairs, taps: Floats, bias: Floats) -> Floats:
    """Return the sum of squared residuals of each output channel, (C_out,).

    They are summed themselves: ``yy - r w`` would cancel all digits where the fit is good.
    """
    import numpy as np

    squares = np.zeros(len(taps))
    for _, left in _residuals(given, taps, bias):
        squares += (left * left).sum(tuple(range(1, left.ndim)))
    return squares


def residual_products(given: Pairs, taps: Floats, bias: Floats, shift: Floats) -> tuple[Floats, Floats]:
    """Return the products of residuals and samples, ``(A - shift)^T e`` (taps, C_out), and ``1^T e`` (C_out,).

    Parameters
    ----------
    shift
        Taken off every column of the patch matrix, (taps,).
    """
    import numpy as np

    outs, channels = taps.shape[:2]
    products, sums = np.zeros((given.taps, outs)), np.zeros(outs)
    by_channel = shift[:: math.prod(given.size), None, None]
    for samples, left in _residuals(given, taps, bias):
        if left.ndim == 2:
            products += (samples[:, : given.taps] - shift).T @ left.T
        else:
            kh, kw = samples.shape[1] - left.shape[1] + 1, samples.shape[2] - left.shape[2] + 1
            lags = lag_products([left], samples - by_channel, kh, range(kw))
            products += lags.transpose(1, 0, 3, 2).reshape(channels * kh * kw, outs)
        sums += left.sum(tuple(range(1, left.ndim)))
    return products, sums


def _residuals(given: Pairs, taps: Floats, bias: Floats) -> Iterator[tuple[Floats, Floats]]:
    """Yield samples and residuals: strips (C, H, W) and (C_out, h, w), or patches and (C_out, windows)."""
    import numpy as np

    labels = given.labels
    if has_planes(given):
        for plane in planes(given, labels):
            shaped = taps.reshape(*taps.shape[:2], *plane.size)
            for strip in strips(plane):
                x = np.ascontiguousarray(
                    plane.x[:, strip.start : strip.stop + plane.size[0] - 1], dtype=float
                )
                yield x, plane.y[:, strip] - correlate_plane(x, shaped) - bias[:, None, None]
        return
    matrix = label_rows(labels)
    columns = taps.reshape(len(taps), -1).T
    for part, block in blocks(given, block_rows(given)):
        yield block, (matrix[part] - block[:, : given.taps] @ columns - bias).T
