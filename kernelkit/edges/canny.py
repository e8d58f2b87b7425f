"""Canny's edges: crests of the gradient, one pixel wide, held by hysteresis, in units of the image per pixel."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from kernelkit.edges.detected import Detected, held_pixels
from kernelkit.edges.prepared import grey, noise_of_slopes, prepared, window_of
from kernelkit.edges.strips import strips
from kernelkit.edges.suppress import crest, maxima
from kernelkit.edges.thresholds import Noise, Quantile, levels

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from kernelkit.edges.prepared import Prepared
    from kernelkit.edges.thresholds import Threshold
    from kernelkit.filtering.boundary import Extension
    from kernelkit.filtering.plan import AnyKernel

    Array = NDArray[Any]

WEAK, STRONG = Noise(3), Noise(6)
"""Thresholds where none are given: noise alone makes a strong pixel once in 66 million."""


def canny(
    image: ArrayLike,
    *,
    sigma: float = 1.0,
    kernel: AnyKernel | None = None,
    low: Threshold = WEAK,
    high: Threshold = STRONG,
    boundary: Extension = "reflect",
    mask: ArrayLike | None = None,
) -> Array:
    """Return the edges of an image: where the gradient of what a Gaussian leaves of it is largest, across.

    Edges of whole numbers below 2^16 are the same, bit for bit, whatever the type of the image, if it is negated, if a
    number is added to it, or if it is scaled by a power of two, thresholds included; and they turn with the image,
    with one exception that no detector can avoid (`kernelkit.edges.suppress.suppress`).  Of other images so are those
    that rounding does not decide.

    Parameters
    ----------
    image
        Real samples of any number of axes, in grey.
    sigma
        Of the Gaussian, in pixels; 0 does not smooth.
    kernel
        A kernel for the derivative along the last axis, such as ``"scharr"``, that takes the gradient of the smoothed
        image; without one the Gaussian's own derivatives do.
    low, high
        Pixels whose gradient is at least ``low`` count where they are connected to one of at least ``high``: numbers
        in units of the image per pixel, a `kernelkit.edges.thresholds.Quantile` of the gradient, or a multiple of the
        `kernelkit.edges.thresholds.Noise` in it.
    boundary
        What lies beyond the border: ``reflect``, ``symmetric``, ``edge`` or ``wrap``.
    mask
        True where a sample is missing; there is no edge where the kernel meets one.

    Returns
    -------
    :
        True at edges.  The border has none along itself, as nothing shows whether the gradient falls off beyond.

    Raises
    ------
    InputError
        Thresholds that are negative or no numbers, or low above high; complex samples; a boundary that makes edges.
    ShapeError
        An image that seems to be in colour; a mask that does not fit.

    References
    ----------
    Canny, A computational approach to edge detection, IEEE PAMI 8 (1986) 679-698.

    Examples
    --------
    >>> import numpy as np
    >>> step = np.tile([0, 0, 0, 0, 100, 100, 100, 100], (8, 1))
    >>> canny(step, low=1, high=5)[4].astype(int)
    array([0, 0, 0, 1, 0, 0, 0, 0])
    """
    array, hidden = grey(image, sigma=sigma, boundary=boundary, mask=mask)
    if (
        array.ndim == 2
        and hidden is None
        and kernel is None
        and not isinstance(low, Quantile) | isinstance(high, Quantile)
    ):
        noise = partial(noise_of_slopes, array, None, sigma, None)
        return _by_strips(array, sigma, boundary, *levels(low, high, noise))
    ready = prepared(array, sigma=sigma, kernel=kernel, boundary=boundary, mask=hidden)
    levelled = ready.levels(low, high)
    return crests(ready, levelled[0]).map(*levelled)


def _by_strips(image: Array, sigma: float, boundary: Extension, low: float, high: float) -> Array:
    import numpy as np

    window = window_of(sigma, None, 2)
    pixels, strengths = [], []
    for strip in strips(image, sigma=sigma, boundary=boundary, margin=window + 1):
        found = crest(strip.magnitude, strip.gradient, low, own=strip.own, longest=window)
        pixels.append(found + strip.first * image.shape[1])
        strengths.append(strip.magnitude.ravel()[found])
    return held_pixels(image.shape, np.concatenate(pixels), np.concatenate(strengths), low, high)


def crests(ready: Prepared, low: float) -> Detected:
    """Return where the gradient, if it is at least ``low``, is largest along itself.

    A plateau longer than the window of the kernel is a slope, not an edge.
    """
    found = maxima(ready.magnitude, ready.gradient, low, longest=ready.window)
    parts = ready.gradient.reshape(len(ready.gradient), -1)[:, found.pixels]
    return Detected(ready.magnitude.shape, found.pixels, found.places, parts.T)
