"""Edge points to a fraction of a pixel, with strength and direction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_args

from kernelkit.edges.canny import STRONG, WEAK
from kernelkit.edges.methods import Method, detected_by
from kernelkit.edges.prepared import prepared
from kernelkit.errors import InputError, UnknownNameError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from kernelkit.edges.thresholds import Threshold
    from kernelkit.filtering.boundary import Extension
    from kernelkit.filtering.plan import AnyKernel

    Array = NDArray[Any]


def points(  # noqa: PLR0913 - every convention by name
    image: ArrayLike,
    *,
    method: Method = "plus",
    sigma: float = 2.0,
    kernel: AnyKernel | None = None,
    low: Threshold = WEAK,
    high: Threshold = STRONG,
    boundary: Extension = "reflect",
    mask: ArrayLike | None = None,
) -> Array:
    """Return edge points between pixels.

    Parameters
    ----------
    image, sigma, low, high, boundary, mask
        As for `kernelkit.edges.canny.canny`.
    method
        ``canny`` for crests of the gradient, by a parabola across each; ``log`` and ``plus`` for zero crossings, by a
        cubic on each line of pixels: see `kernelkit.edges.zero_crossings.zero_crossings` for what curvature does.
    kernel
        As for `kernelkit.edges.canny.canny`, of the method ``canny`` alone.

    Returns
    -------
    :
        A row a point: its place along each axis, in pixels, the gradient's magnitude and, in two axes, its direction,
        ``atan2(first, second)`` in radians.

    Raises
    ------
    InputError, ShapeError
        As for `kernelkit.edges.canny.canny`; a kernel for zero crossings.
    UnknownNameError
        Another method.

    Examples
    --------
    >>> import numpy as np
    >>> step = np.tile([0, 0, 0, 0, 100, 100, 100, 100], (8, 1))
    >>> points(step, sigma=1, low=1, high=5)[4].round(2)
    array([ 4.  ,  3.5 , 36.38,  0.  ])
    """
    if method not in get_args(Method):
        raise UnknownNameError(f"no method is called {method!r}", next="canny, log or plus")
    if kernel is not None and method != "canny":
        raise InputError(
            f"the method {method} takes no kernel",
            why="second derivatives are the Gaussian's own",
            next='method="canny"',
        )
    ready = prepared(image, sigma=sigma, kernel=kernel, boundary=boundary, mask=mask)
    levelled = ready.levels(low, high)
    return detected_by(method, ready, levelled[0]).points(*levelled)
