"""Samples that are missing, and how far from them nothing is known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kernelkit.filtering.apply import check_mask

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Array = NDArray[Any]


def near_missing(mask: ArrayLike, shape: tuple[int, ...], reach: int) -> Array:
    """Return which samples have a missing one at most ``reach`` away, along every axis.

    Parameters
    ----------
    mask
        True where a sample is missing.
    shape
        Of the image.
    reach
        Of the window of a kernel, to one side.

    Raises
    ------
    InputError
        A mask that is not of truth values.
    ShapeError
        A mask of another shape.

    Examples
    --------
    >>> near_missing([False, False, False, True], (4,), 1).astype(int)
    array([0, 0, 1, 1])
    """
    import numpy as np
    from scipy import ndimage  # type: ignore[import-untyped]  # scipy ships no types

    missing = np.asarray(mask)
    check_mask(missing, shape)
    near: Array = ndimage.maximum_filter(missing, 2 * reach + 1, mode="constant")
    return near
