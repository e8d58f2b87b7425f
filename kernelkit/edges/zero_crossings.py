"""Edges where a second derivative crosses zero: the Laplacian of Gaussian, or van Vliet's PLUS."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any, Literal, get_args

from kernelkit.edges.canny import STRONG, WEAK
from kernelkit.edges.crossings import crossings
from kernelkit.edges.detected import Detected
from kernelkit.edges.prepared import prepared
from kernelkit.edges.smoothing import derivative, rounding_of
from kernelkit.errors import UnknownNameError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from kernelkit.edges.prepared import Prepared
    from kernelkit.edges.thresholds import Threshold
    from kernelkit.filtering.boundary import Extension

    Array = NDArray[Any]

Field = Literal["log", "plus"]
"""The Laplacian of Gaussian; or that plus the second derivative along the gradient."""


def zero_crossings(
    image: ArrayLike,
    *,
    method: Field = "plus",
    sigma: float = 2.0,
    low: Threshold = WEAK,
    high: Threshold = STRONG,
    boundary: Extension = "reflect",
    mask: ArrayLike | None = None,
) -> Array:
    """Return the pixels nearest to where a second derivative of the smoothed image crosses zero.

    Those count where it falls in the direction of the gradient: others are where the gradient is least, not largest
    (Clark).  Around a disc of radius R the crossing of the Laplacian lies ``sigma**2 / (2 * R)`` too far out, and the
    crest of the gradient, so Canny's edge, as much too far in; in PLUS, the sum of the Laplacian and of the second
    derivative along the gradient, the two cancel (Verbeek and van Vliet).

    Parameters
    ----------
    image, sigma, low, high, boundary, mask
        As for `kernelkit.edges.canny.canny`; the gradient at the crossing is what thresholds are for.
    method
        ``log`` or ``plus``.

    Returns
    -------
    :
        True at edges.  Laws of symmetry hold as for `kernelkit.edges.canny.canny`.

    Raises
    ------
    InputError, ShapeError
        As for `kernelkit.edges.canny.canny`.
    UnknownNameError
        Another method.

    References
    ----------
    Marr and Hildreth, Theory of edge detection, Proc. R. Soc. Lond. B 207 (1980) 187-217.
    Clark, Authenticating edges produced by zero-crossing algorithms, IEEE PAMI 11 (1989) 43-57.
    Verbeek and van Vliet, On the location error of curved edges in low-pass filtered 2-D and 3-D images, IEEE PAMI 16
    (1994) 726-733.

    Examples
    --------
    >>> import numpy as np
    >>> step = np.tile([0, 0, 0, 0, 100, 100, 100, 100], (8, 1))
    >>> zero_crossings(step, sigma=1, low=1, high=5)[4].astype(int)
    array([0, 0, 0, 1, 0, 0, 0, 0])
    """
    ready = prepared(image, sigma=sigma, kernel=None, boundary=boundary, mask=mask)
    levelled = ready.levels(low, high)
    return authentic(ready, method, levelled[0]).map(*levelled)


def authentic(ready: Prepared, method: Field, low: float) -> Detected:
    """Return the zero crossings at which the gradient is largest, if it is at least ``low``, between pixels."""
    import numpy as np

    with np.errstate(all="ignore"):  # around samples that are infinite nothing is known, in silence
        field = _field(ready, method)
    flat = ready.magnitude == 0
    field[np.isnan(ready.magnitude) | (flat & (np.abs(field) <= rounding_of(ready.image)))] = np.nan
    parts = ready.gradient.reshape(len(ready.gradient), -1)
    among = ready.magnitude >= low  # between two gradients none is longer than both
    every = []
    for axis in range(field.ndim):
        found = crossings(field, axis, among=among)
        stride = int(np.prod(field.shape[axis + 1 :]))
        share = found.share[:, None]
        following = np.where(found.share > 0, found.start + stride, found.start)
        gradient = (1 - share) * parts[:, found.start].T + share * parts[:, following].T
        kept = np.where(found.rises, gradient[:, axis] < 0, gradient[:, axis] > 0)
        places = np.stack(np.unravel_index(found.start, field.shape), axis=1).astype(float)
        places[:, axis] += found.share
        pixels = np.where(found.share > 0.5, following, found.start)
        every.append([pixels[kept], places[kept], gradient[kept]])
    pixels, places, gradient = (np.concatenate(parts) for parts in zip(*every, strict=True))
    _, first = np.unique(places, axis=0, return_index=True)  # a sample that is 0 may be met along two axes
    return Detected(field.shape, pixels[first], places[first], gradient[first])


def _field(ready: Prepared, method: Field) -> Array:
    """Return the second derivative that crosses zero at edges."""
    import numpy as np

    if method not in get_args(Field):
        raise UnknownNameError(
            f"no second derivative is called {method!r}", next=f"one of {', '.join(get_args(Field))}"
        )
    gradient, count = ready.gradient, ready.image.ndim
    laplacian, along = np.zeros(ready.image.shape), np.zeros(ready.image.shape)
    squares, mixed = [(axis, axis) for axis in range(count)], list(itertools.combinations(range(count), 2))
    for i, j in squares if method == "log" else squares + mixed:  # squares first: they exchange their places
        orders = [(axis == i) + (axis == j) for axis in range(count)]
        second = derivative(ready.image, orders, sigma=ready.sigma, boundary=ready.boundary)
        if i == j:
            laplacian += second
        else:
            second *= 2
        if method == "plus":
            along += second * (gradient[i] * gradient[j])
    if method == "log":
        return laplacian
    # on a crest, such as a thin line, there is no direction: all of the curvature is taken to lie along it
    found: Array = laplacian + np.where(ready.magnitude == 0, laplacian, along / ready.magnitude**2)
    return found
