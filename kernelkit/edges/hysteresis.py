"""Thresholds with hysteresis: weak pixels count where strong ones hold them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, SupportsIndex

from kernelkit.errors import InputError, ShapeError
from kernelkit.filtering import native_engine

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Array = NDArray[Any]

STRONG = 2
"""Mark of a sample of at least the high threshold; 1 is that of others of at least the low one."""


def hysteresis(strength: ArrayLike, low: float, high: float, *, connectivity: int | None = None) -> Array:
    """Return the samples of at least ``low`` that are connected, through such, to one of at least ``high``.

    Parameters
    ----------
    strength
        Of any number of axes; samples of strength 0 or NaN are nothing, whatever the thresholds.
    low, high
        Thresholds, in the units of the strength.
    connectivity
        Along how many axes at once neighbours may differ: in an image 1 for four of them, 2, the default, for eight.

    Raises
    ------
    InputError
        Thresholds that are negative or no numbers, or low above high; another connectivity.
    ShapeError
        A single number.

    References
    ----------
    Canny, A computational approach to edge detection, IEEE PAMI 8 (1986) 679-698, section IX.

    Examples
    --------
    >>> hysteresis([0, 1, 2, 1, 0, 1], low=1, high=2).astype(int)
    array([0, 1, 1, 1, 0, 0])
    """
    import numpy as np

    array = np.asarray(strength)
    if not array.ndim:
        raise ShapeError("a strength is an array, not one number", next="strength=[1.0]")
    ordered(low, high)
    reach = array.ndim if connectivity is None else connectivity
    if not isinstance(reach, SupportsIndex) or not 1 <= reach.__index__() <= array.ndim:
        raise InputError(
            f"a connectivity is a whole number from 1 to {array.ndim}, the number of axes, not {connectivity!r}",
            next=f"connectivity={array.ndim}",
        )
    levels = np.ascontiguousarray((array >= low) & (array > 0)).view(np.uint8)
    levels[(array >= high) & (levels > 0)] = STRONG
    return held(levels, reach.__index__())


def held(levels: Array, reach: int) -> Array:
    """Return what is `STRONG`, or 1 and connected to that, along at most so many axes at once; levels are used up."""
    import numpy as np
    from scipy import ndimage  # type: ignore[import-untyped]  # scipy ships no types

    if native_engine.hold(levels, reach):
        kept: Array = levels == STRONG
        return kept
    labels, count = ndimage.label(levels, ndimage.generate_binary_structure(levels.ndim, reach))
    holds = np.zeros(count + 1, bool)
    holds[labels[levels == STRONG]] = True
    held_labels: Array = holds[labels]
    return held_labels


def ordered(low: object, high: object) -> tuple[float, float]:
    """Return two thresholds as numbers.

    Raises
    ------
    InputError
        Thresholds that are negative or no numbers, or low above high.
    """
    found = []
    for name, level in (("low", low), ("high", high)):
        try:
            number = float(level)  # type: ignore[arg-type]  # whatever becomes a number
        except (TypeError, ValueError, OverflowError):
            number = math.nan
        if not number >= 0:
            raise InputError(
                f"the {name} threshold is a number, 0 or more, not {level!r}",
                why="it is in units of the image per pixel",
                next=f"{name}=10",
            )
        found.append(number)
    if found[0] > found[1]:
        raise InputError(
            f"the low threshold, {found[0]:g}, lies above the high one, {found[1]:g}",
            next=f"low={found[1]:g}, high={found[0]:g}",
        )
    return found[0], found[1]
