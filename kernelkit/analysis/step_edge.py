"""Ideal step edges: the exact share of every pixel that a half-plane covers."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def half_plane_shares(
    x: NDArray[np.float64], y: NDArray[np.float64], angles: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the area of unit pixels that lies in half-planes through the origin.

    The half-plane of an angle is where ``cos(angle) X + sin(angle) Y >= 0``.  The area of a square on one side of a
    line is a piecewise quadratic of the distance of its centre: the integral of a trapezoid.

    Parameters
    ----------
    x, y
        Centres of the pixels, of shape ``(pixels,)``.
    angles
        Directions in which the half-planes rise, in radians, of any shape.

    Returns
    -------
    numpy.ndarray
        Areas between 0 and 1, of the shape of ``angles`` and a last axis of pixels.

    Examples
    --------
    >>> import numpy as np
    >>> half_plane_shares(np.array([-1.0, 0, 1]), np.zeros(3), np.array([0.0]))
    array([[0. , 0.5, 1. ]])
    """
    import numpy as np

    cosine, sine = np.cos(angles)[..., None], np.sin(angles)[..., None]
    distance = cosine * x + sine * y
    longer = np.maximum(np.abs(cosine), np.abs(sine))
    shorter = np.minimum(np.abs(cosine), np.abs(sine))
    # a square seen along a line is a trapezoid: flat where both sides are cut, falling over the shorter side
    flat, reach = (longer - shorter) / 2, (longer + shorter) / 2
    size = np.minimum(np.abs(distance), reach)
    over = np.maximum(size - flat, 0)
    # where one side is parallel to the line there is no fall
    fall = np.divide(over * over, 2 * shorter, out=np.zeros_like(over), where=shorter > 0)
    covered = (size - fall) / longer
    shares: NDArray[np.float64] = 0.5 + np.sign(distance) * covered
    return shares
