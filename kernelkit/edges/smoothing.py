"""Gaussian derivatives of taps with few digits: sums of whole samples are exact, so rounding breaks no symmetry."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from kernelkit.errors import InputError, LimitError, UnknownNameError
from kernelkit.filtering.apply import samples_of
from kernelkit.filtering.derivatives import gradient
from kernelkit.filtering.engine import correlate_separable, correlate_separable_pair
from kernelkit.filtering.libraries import largest_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    from kernelkit.filtering.boundary import Extension
    from kernelkit.filtering.plan import AnyKernel

    Array = NDArray[Any]

BITS = 36
"""Digits of all factors of a kernel together.  With the 16 of an image they fit in the 53 of a float, so that sums of
whole samples below 2^16 are exact in any order: what is equal by symmetry is equal to the last digit."""

REACH = 5.0
"""Taps end so many sigmas from the centre; whole taps are 0 before, mostly."""

NARROW, WIDE = 0.1, 100.0
"""Below the first sigma, a Gaussian has one tap and its derivatives are central differences; above the second, whole
taps have too few digits."""

BORDERS = ("edge", "reflect", "symmetric", "wrap")
"""Extensions that make no edge of their own at the border of an image that is constant."""

ROUNDING = 16
"""Units in the last place of the largest sample that a gradient has to exceed."""

FAINT, GLARING = 1e-90, 1e90
"""Largest samples between which products of three derivatives are numbers that a float holds, with all their digits."""


def derivative(
    image: ArrayLike, orders: Sequence[int], *, sigma: float, boundary: Extension, out: Array | None = None
) -> Array:
    """Return a derivative of the image smoothed by a Gaussian, per pixel, as float64.

    Parameters
    ----------
    image
        Real samples.
    orders
        0, 1 or 2, one an axis.
    sigma
        Of the Gaussian, in pixels, from 0 to `WIDE`.
    boundary
        One of `BORDERS`.
    out
        Where to, float64.

    Examples
    --------
    >>> import numpy as np
    >>> y, x = np.mgrid[:30, :40]
    >>> derivative(x * y, (1, 1), sigma=2, boundary="edge")[15, 20].round(12)
    np.float64(1.0)
    """
    import numpy as np

    array = samples_of(image)
    lines = [taps(sigma, order, BITS // array.ndim) for order in orders]
    found = np.empty(array.shape) if out is None else out
    with np.errstate(all="ignore"):  # what is infinite or no number stays so, in silence
        correlate_separable(
            array,
            lines,
            anchor=[len(line) // 2 for line in lines],
            extension=boundary,
            out=found,
        )
    return found


def slopes(
    image: ArrayLike, *, sigma: float, kernel: AnyKernel | None, boundary: Extension, out: Array | None = None
) -> Array:
    """Return the gradient of the image smoothed by a Gaussian, the axis of components first.

    Parameters
    ----------
    image, sigma, boundary
        As for `derivative`.
    kernel
        For the derivative along the last axis; without one, the Gaussian's own derivative.
    out
        Where to, float64.
    """
    import numpy as np

    array = samples_of(image)
    parts = np.empty((array.ndim, *array.shape)) if out is None else out
    if kernel is not None:
        smooth = derivative(array, (0,) * array.ndim, sigma=sigma, boundary=boundary)
        parts[...] = gradient(smooth, kernel=kernel, boundary=boundary)
        return parts
    lines = _smooth_and_slope(sigma, array.ndim)
    kernels = [[lines[axis == along] for axis in range(array.ndim)] for along in range(array.ndim)]
    anchor = [len(lines[0]) // 2] * array.ndim
    with np.errstate(all="ignore"):  # what is infinite or no number stays so, in silence
        if array.ndim == 2:
            correlate_separable_pair(array, kernels, anchor=anchor, extension=boundary, out=parts)
        else:
            for factors, part in zip(kernels, parts, strict=True):
                correlate_separable(array, factors, anchor=anchor, extension=boundary, out=part)
    return parts


@lru_cache(256)
def _smooth_and_slope(sigma: float, count: int) -> list[Array]:
    """Return taps of a Gaussian and of its derivative, equally many."""
    import numpy as np

    found = [taps(sigma, order, BITS // count) for order in (0, 1)]
    half = max(map(len, found)) // 2
    return [np.pad(line, half - len(line) // 2) for line in found]


@lru_cache(256)
def taps(sigma: float, order: int, bits: int) -> Array:
    """Return the taps of a Gaussian derivative, by offset: whole numbers over a power of two.

    They are the sampled derivative, rounded so that their own moment is that of a derivative, exactly: results are
    exact for polynomials whatever rounding did, and sums of whole samples have an end among the digits of a float.
    """
    import numpy as np

    reach = 1 if sigma < NARROW else max(1, math.ceil(REACH * sigma))
    half = np.arange(1, reach + 1)
    bell = np.exp(-0.5 * (half / max(sigma, NARROW)) ** 2)
    if sigma < NARROW:
        bell[:] = order > 0
    side = bell * (half**0, half, half**2 - sigma**2)[order]
    centre = (1.0, 0.0, -2 * side.sum())[order]
    half_moment = float((side * half**order).sum())
    moment = (centre + 2 * half_moment, 2 * half_moment, half_moment)[order]
    unit = 2.0 ** math.floor(bits + math.log2(moment / (abs(centre) + 2 * np.abs(side).sum())))
    whole = np.trim_zeros(_whole(side * (unit / moment), order), "b")
    centre = (unit - 2 * whole.sum(), 0.0, -2 * whole.sum())[order]
    return np.concatenate([whole[::-1] * (-1 if order == 1 else 1), [centre], whole]) / unit


def _whole(side: Array, order: int) -> Array:
    """Return numbers, by distance from the centre, as whole ones of the same moment, if that is whole.

    What a tap loses the next one gets, from the outside in, so that none is off by more than a few units.
    """
    import numpy as np

    found, lack = np.zeros(len(side)), 0.0
    for place in range(len(side), 0, -1):
        lack += side[place - 1] * place**order
        found[place - 1] = np.rint(lack / place**order)
        lack -= found[place - 1] * place**order
    return found


def rounding_of(image: ArrayLike) -> float:
    """Return the gradient that rounding alone can make of an image.

    Examples
    --------
    >>> rounding_of([[0, 255]]) < 1e-11
    True
    """
    import numpy as np

    return ROUNDING * float(np.finfo(float).eps) * float(largest_of(samples_of(image)))


def checked_scale(image: Array) -> None:
    """Refuse samples of which products of derivatives would be infinite, or nothing.

    Raises
    ------
    LimitError
        A largest sample that is below `FAINT`, but not 0, or above `GLARING`.
    """
    if image.dtype.kind != "f":
        return
    largest = float(largest_of(image))
    if largest and not FAINT <= largest <= GLARING:
        raise LimitError(
            f"samples of {largest:.3g} are too {'small' if largest < FAINT else 'large'} for edges",
            why=f"products of derivatives leave what floats hold; the largest sample is {FAINT:g} to {GLARING:g}",
            next=f"give the image in another unit: image / {largest:.3g}",
        )


def checked(sigma: float, boundary: str) -> None:
    """Refuse widths and borders that edges cannot be found with.

    Raises
    ------
    InputError
        A sigma that is negative or no number; a border that makes edges or takes pixels away.
    LimitError
        A sigma beyond `WIDE`.
    UnknownNameError
        A boundary that is none.
    """
    try:
        width = float(sigma)
    except (TypeError, ValueError):
        width = math.nan
    if not 0 <= width < math.inf:
        raise InputError(f"sigma is a number of pixels, 0 or more, not {sigma!r}", next="sigma=1.5")
    if width > WIDE:
        raise LimitError(
            f"a sigma of {width:g} pixels is too large for edges",
            why=f"the limit is {WIDE:g} pixels",
            next="smooth and subsample the image first",
        )
    if boundary in {"zero", "valid", "one-sided"}:
        raise InputError(
            f"edges cannot be found with the boundary {boundary}",
            why="zeros beyond the border are an edge themselves"
            if boundary == "zero"
            else "smoothing needs samples beyond the border",
            next=f"one of {', '.join(BORDERS)}",
        )
    if boundary not in BORDERS:
        raise UnknownNameError(f"no boundary is called {boundary!r}", next=f"one of {', '.join(BORDERS)}")
