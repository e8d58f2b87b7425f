"""The methods by which edges are found, by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from kernelkit.edges.canny import crests
from kernelkit.edges.zero_crossings import authentic

if TYPE_CHECKING:
    from kernelkit.edges.detected import Detected
    from kernelkit.edges.prepared import Prepared

Method = Literal["canny", "log", "plus"]
"""Crests of the gradient; zero crossings of the Laplacian of Gaussian, or of that and of the one along the gradient."""


def detected_by(method: Method, ready: Prepared, low: float) -> Detected:
    """Return the edges that a method finds, of at least ``low``, before hysteresis."""
    return crests(ready, low) if method == "canny" else authentic(ready, method, low)
