"""Pictures turned as the camera that took them notes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray

TAG = 0x0112
"""Orientation, in EXIF 2.3 and TIFF 6.0."""

_TURNS = {
    # orientation: whether rows become columns, and the axes (0 for y, 1 for x) that are then turned around
    2: (False, (1,)),
    3: (False, (0, 1)),
    4: (False, (0,)),
    5: (True, ()),
    6: (True, (1,)),
    7: (True, (0, 1)),
    8: (True, (0,)),
}


def upright(values: NDArray[Any], orientation: object, first: int = 0) -> NDArray[Any]:
    """Return a picture so that its first row is on top and its first column on the left.

    Parameters
    ----------
    values
        The picture as it lies in its file.
    orientation
        The number in the file; what the standard does not know leaves the picture as it is.
    first
        The axis of the rows; that of the columns follows it.
    """
    import numpy as np

    swap, turned = _TURNS.get(orientation, (False, ())) if isinstance(orientation, int) else (False, ())
    if swap:
        values = values.swapaxes(first, first + 1)
    return np.ascontiguousarray(np.flip(values, tuple(first + axis for axis in turned)))
