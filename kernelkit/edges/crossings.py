"""Zero crossings of an array, between its samples: pixels nearest to them, and places to a fraction of a pixel."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

STEPS = 4
"""Newton steps from the secant's root: the error squares in each, and is below a tenth at first."""


class Crossings(NamedTuple):
    """Where an array crosses zero, on the lines between neighbouring samples.

    Attributes
    ----------
    axis
        Along which the line goes.
    start
        Flat index of the sample before the crossing.
    share
        How far from it towards the next one, at least 0 and below 1.
    rises
        True where the array increases along the axis.
    """

    axis: int
    start: Array
    share: Array
    rises: Array


def crossings(field: Array, axis: int, *, among: Array | None = None) -> Crossings:
    """Return where an array crosses zero along an axis.

    Between samples of opposite sign the crossing is that of the cubic through the two and their neighbours, or of the
    straight line where there are no neighbours; a sample that is 0 between two of opposite sign is one itself.  Longer
    runs of zeros, as of constant images, are none.

    Parameters
    ----------
    field
        Of any number of axes; NaN where nothing is known.
    axis
        Along which to look.
    among
        True at samples that count: one of the two on both sides of a crossing has to.

    Examples
    --------
    >>> import numpy as np
    >>> found = crossings(np.array([-8.0, -1, 0, 1, 8, -8]), 0)
    >>> found.start, found.share, found.rises
    (array([2, 4]), array([0. , 0.5]), array([ True, False]))
    """
    import numpy as np

    sign = (field > 0).view(np.int8) - (field < 0).view(np.int8)
    sign[np.isnan(field)] = 2  # neither of one sign nor of the other
    lines = np.moveaxis(sign, axis, -1)
    found = np.zeros(field.shape, bool)
    at = np.moveaxis(found, axis, -1)
    at[..., :-1] = lines[..., :-1] * lines[..., 1:] == -1
    at[..., 1:-1] |= (lines[..., 1:-1] == 0) & (lines[..., :-2] * lines[..., 2:] == -1)
    start = np.flatnonzero(found)
    stride = math.prod(field.shape[axis + 1 :])
    if among is not None:
        start = start[among.ravel()[start] | among.ravel()[start + stride]]
    along = start // stride % field.shape[axis]
    flat = field.ravel()
    first, second = flat[start], flat[start + stride]
    last = field.shape[axis] - 1
    before = np.where(along > 0, flat[start - stride * (along > 0)], np.nan)
    after = np.where(along + 1 < last, flat[start + stride * (1 + (along + 1 < last))], np.nan)
    share = np.where(first == 0, 0.0, _root(before, first, second, after))
    return Crossings(axis, start, share, second > first)


def _root(before: Array, first: Array, second: Array, after: Array) -> Array:
    """Return where the cubic through four samples, at -1, 0, 1 and 2, is zero between the second and the third."""
    import numpy as np

    with np.errstate(all="ignore"):
        share = first / (first - second)
        secant = share.copy()
        third = (after - before) / 6 + (first - second) / 2
        half = (before + second) / 2 - first
        slope = second - first - half - third
        for _ in range(STEPS):
            value = ((third * share + half) * share + slope) * share + first
            share = share - value / ((3 * third * share + 2 * half) * share + slope)
        known = np.isfinite(share) & (share >= 0) & (share < 1)
    root: Array = np.where(known, share, secant)
    return root
