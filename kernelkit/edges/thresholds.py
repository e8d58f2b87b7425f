"""Thresholds of edges: numbers, quantiles, or multiples of the noise."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kernelkit.edges.hysteresis import ordered
from kernelkit.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Array = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Quantile:
    """The gradient's magnitude that a share of all pixels does not exceed.

    Attributes
    ----------
    share
        From 0 to 1.

    Examples
    --------
    >>> Quantile(0.9)
    Quantile(share=0.9)
    """

    share: float

    def __post_init__(self) -> None:
        """Refuse what is no share."""
        if not 0 <= self.share <= 1:
            raise InputError(f"a quantile is a share from 0 to 1, not {self.share!r}", next="Quantile(0.9)")


@dataclass(frozen=True, slots=True)
class Noise:
    """A multiple of the deviation that the image's noise gives each component of the gradient.

    Where there is nothing but white noise, the magnitude exceeds ``times`` of it with probability
    ``exp(-times**2 / 2)`` (Rayleigh): at 3 on 1 pixel in 90, at 6 on 1 in 66 million.

    Attributes
    ----------
    times
        0 or more.

    Examples
    --------
    >>> Noise(3)
    Noise(times=3)
    """

    times: float

    def __post_init__(self) -> None:
        """Refuse what is no multiple."""
        if not self.times >= 0:
            raise InputError(
                f"a multiple of the noise is a number, 0 or more, not {self.times!r}", next="Noise(3)"
            )


Threshold = float | Quantile | Noise


def levels(
    low: Threshold, high: Threshold, noise: Callable[[], float], magnitude: Array | None = None
) -> tuple[float, float]:
    """Return two thresholds in units of a gradient.

    Parameters
    ----------
    low, high
        As given.
    noise
        Gives the deviation of a component of the gradient; asked only if a threshold is a multiple of it.
    magnitude
        Of the gradient, NaN where nothing is known; asked for by quantiles alone.

    Raises
    ------
    InputError
        Thresholds that are negative or no numbers, or low above high; multiples of a noise that is not known.
    """
    import numpy as np

    both: tuple[object, object] = (low, high)
    shares = [threshold.share for threshold in both if isinstance(threshold, Quantile)]
    if shares:
        assert magnitude is not None
        known = magnitude[np.isfinite(magnitude)]
        found = iter(
            np.quantile(known, shares, overwrite_input=True).tolist() if known.size else [0.0] * len(shares)
        )
        both = tuple(next(found) if isinstance(threshold, Quantile) else threshold for threshold in both)  # type: ignore[assignment]  # two
    if any(isinstance(threshold, Noise) for threshold in both):
        unit = noise()
        if math.isnan(unit):
            raise InputError(
                "the noise of the image is not known",
                why="no three samples in a row are there along all axes",
                next="thresholds as numbers: low=4, high=10",
            )
        both = tuple(unit * level.times if isinstance(level, Noise) else level for level in both)  # type: ignore[assignment]  # two
    return ordered(*both)
