"""Small images whose derivatives are known, and what is right on them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from kernelkit.peers.calls import Asked

    Array = NDArray[Any]

SIDE = 11
"""Samples along each axis: five on each side of the middle, where no kernel that is compared meets the border."""

STEP = 255
"""By which the step falls: from white to black in 8 bits."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, and what is right.

    Attributes
    ----------
    image
        As a formula in x and y, whose derivative is the same everywhere.
    right
        That derivative.
    parts
        The terms of such an image that change along x alone and along y alone.
    along
        The axes along which the derivative is asked for.
    border
        What is right in the last column of x^2.
    """

    image: Callable[[Array, Array], Array]
    right: float
    parts: dict[str, Callable[[Array, Array], Array]]
    along: str
    border: float


_LINES = {"x": lambda x, _: 2 * x, "y": lambda _, y: 3 * y}
_BENDS = {"x": lambda x, _: x**2, "y": lambda _, y: y**2}

QUESTIONS: dict[Asked, Question] = {
    "d/dx": Question(lambda x, y: 2 * x + 3 * y, 2, _LINES, "x", 2 * (SIDE - 1)),
    "gradient": Question(lambda x, y: 2 * x + 3 * y, math.sqrt(13), _LINES, "x, y", 2 * (SIDE - 1)),
    "Laplacian": Question(lambda x, _: x**2, 2, _BENDS, "x, y", 2),
}


def drawn(formula: Callable[[Array, Array], Array]) -> Array:
    """Return the image of a formula in x, the column, and y, the row."""
    import numpy as np

    y, x = np.mgrid[: float(SIDE), : float(SIDE)]
    return formula(x, y)


def step() -> Array:
    """Return a step that falls by `STEP` behind the middle column."""
    import numpy as np

    return drawn(lambda x, _: np.where(x <= SIDE // 2, float(STEP), 0))
