"""Edge bias: how far off the edges of a blurred disc are, where detectors find them."""

from __future__ import annotations

import math
import numbers
from typing import TYPE_CHECKING, Literal

from kernelkit.errors import InputError, LimitError

if TYPE_CHECKING:
    Detector = Literal["gradient", "log", "plus"]

SMALLEST = 1e-3
LARGEST = 1e3
"""Radius over sigma: below, a disc is a point; above, its edge is straight as far as floats can tell."""

_CURVING = {"gradient": 1.0, "log": 0.0, "plus": 0.5}


def disc_edge_bias(radius: float, sigma: float, detector: Detector) -> float:
    """Return how far outside its true edge a detector finds the edge of a disc blurred by a Gaussian.

    The blurred disc falls along its radius by ``u'(r) = -R/s^2 exp(-(r^2 + R^2)/(2 s^2)) I_1(r R/s^2)``, with R
    the radius and s the deviation of the Gaussian.  The edge is where

    ``gradient``
        the gradient is greatest, ``u'' = 0``: inside the disc, by about ``s^2/(2 R)``;
    ``log``
        the Laplacian is zero, ``u'' + u'/r = 0``: outside, by about as much;
    ``plus``
        the sum of the Laplacian and the second derivative along the gradient is zero, ``2 u'' + u'/r = 0``: the
        two errors nearly cancel.

    Parameters
    ----------
    radius
        Radius of the disc, in any unit.
    sigma
        Deviation of the Gaussian, in the same unit.
    detector
        ``"gradient"``, ``"log"`` or ``"plus"``.

    Returns
    -------
    float
        Found radius minus true radius, right to 1e-12 of the sigma.

    Raises
    ------
    InputError
        A radius or sigma that is no positive number, or a detector that is none of the three.
    LimitError
        A radius below `SMALLEST` or above `LARGEST` sigmas.

    References
    ----------
    Verbeek and van Vliet, On the location error of curved edges in low-pass filtered 2-D and 3-D images, IEEE
    PAMI 16 (1994), pp. 726-733.

    Examples
    --------
    >>> [round(disc_edge_bias(10, 1, detector), 6) for detector in ("gradient", "log", "plus")]
    [-0.049868, 0.050126, 0.000379]
    """
    from scipy.optimize import brentq  # type: ignore[import-untyped]  # scipy ships no types
    from scipy.special import ive  # type: ignore[import-untyped]  # as above

    if not isinstance(detector, str) or detector not in _CURVING:
        raise InputError(
            f"{detector!r} is no detector of edges", next=f"detectors are {', '.join(map(repr, _CURVING))}"
        )
    width = _checked_length(sigma, "sigma")
    size = _checked_length(radius, "a radius") / width
    if not SMALLEST <= size <= LARGEST:
        raise LimitError(
            f"the radius is {size:.3g} sigmas, outside the {SMALLEST:g} to {LARGEST:g} that are served",
            next="a larger disc has the bias -, + sigma^2/(2 R) by gradient and log, and next to none by plus",
        )
    curving = _CURVING[detector]

    def excess(bias: float) -> float:
        # the second derivative that the detector looks at, over -u' and in units of sigma: it rises through 0
        r = size + bias
        return float((r + curving / r) * ive(1, r * size) - size * ive(0, r * size))

    lowest = max(-1.0, 1e-3 - size)
    return width * float(brentq(excess, lowest, 2.0, xtol=1e-15, rtol=1e-14))


def _checked_length(value: object, what: str) -> float:
    # NumPy's floats of any precision are real numbers too
    if isinstance(value, bool) or not isinstance(value, numbers.Real) or not 0 < float(value) < math.inf:
        raise InputError(f"{what} is a positive number, not {value!r}", next='disc_edge_bias(10, 1, "plus")')
    return float(value)
