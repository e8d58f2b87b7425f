"""The noise of an image, measured on the image itself."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from kernelkit.edges.missing import near_missing
from kernelkit.errors import ShapeError
from kernelkit.filtering.apply import unmasked
from kernelkit.filtering.engine import correlate_separable

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Array = NDArray[Any]

NORMAL = 0.6744897501960817
"""Median of the absolute value of a normal variable of deviation 1."""

COUNTED = 2**22
"""Whole numbers below this are counted to find their median."""


def noise_of(image: ArrayLike, *, mask: ArrayLike | None = None) -> float:
    """Return the standard deviation of white noise in an image, in its own units.

    Second differences along all axes at once remove what is linear along any of them, and leave noise times a known
    gain: the square root of 6, once an axis (Immerkaer).  Their median size, over that of a normal variable, is the
    deviation (Donoho and Johnstone): edges, if they are few, do not count.

    Parameters
    ----------
    image
        Real, with at least three samples along an axis; along shorter ones no differences are taken.
    mask
        True where a sample is missing.

    Returns
    -------
    :
        0.0 where more than half of the second differences are 0; NaN where none is known.

    Raises
    ------
    ShapeError
        Fewer than three samples along every axis.

    References
    ----------
    Immerkaer, Fast noise variance estimation, Computer Vision and Image Understanding 64 (1996) 300-302.
    Donoho and Johnstone, Ideal spatial adaptation by wavelet shrinkage, Biometrika 81 (1994) 425-455.

    Examples
    --------
    >>> import numpy as np
    >>> round(noise_of(np.random.default_rng(0).normal(0, 5, (400, 400))))
    5
    """
    import numpy as np

    array, hidden = unmasked(image, mask)
    halves = [int(side >= 3) for side in array.shape]
    if not any(halves):
        raise ShapeError(
            f"the noise of an image of {' x '.join(map(str, array.shape))} cannot be estimated",
            why="it takes three samples along an axis",
            next="thresholds as numbers: low=4, high=10",
        )
    lines = [np.array([1.0, -2.0, 1.0] if half else [1.0]) for half in halves]
    found = np.empty([side - 2 * half for side, half in zip(array.shape, halves, strict=True)])
    with np.errstate(all="ignore"):
        correlate_separable(array, lines, anchor=halves, extension="valid", out=found)
    sizes = np.abs(found, out=found)
    whole = array.dtype.kind in "biu"
    if hidden is not None or not whole:
        known = np.isfinite(found)
        if hidden is not None:
            inside = tuple(slice(half, -half or None) for half in halves)
            known &= ~near_missing(hidden, array.shape, 1)[inside]
        sizes = found[known]
    if not sizes.size:
        return math.nan
    middle = _median(sizes) if whole and sizes.max() < COUNTED else np.median(sizes, overwrite_input=True)
    return float(middle / NORMAL / 6 ** (sum(halves) / 2))


def _median(sizes: Array) -> float:
    """Return the median of whole numbers, by counting them."""
    import numpy as np

    below = np.cumsum(np.bincount(sizes.ravel().astype(np.intp)))
    lower, upper = np.searchsorted(below, [(sizes.size + 1) // 2, sizes.size // 2 + 1])
    return float(lower + upper) / 2
