"""The taps with the smallest largest ratio of an error to a scale, by linear programs.

Error and scale are linear in the taps.  Where the taps are affine in the free values the ratio is quasi-convex,
and the differential correction algorithm of Cheney and Loeb finds its global minimum: with t the largest
ratio so far, each step makes the largest ``(|error| - t scale) / scale so far`` least, which is a linear
program.  Taps that are products of free values are linearised anew at each step; the minimum is then a local one.

References
----------
Barrodale, Powell and Roberts, The differential correction algorithm for rational l-infinity approximation,
SIAM J. Numer. Anal. 9 (1972) 493-504.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]
    Shape = Callable[[Array], tuple[Array, Array]]

MOST_STEPS = 25
GAIN = 1e-4
"""Relative improvement below which a step is the last."""

_FLOOR = 1e-13
_SLACK = 1e-9
_DIRECTIONS = 8
_WIDEST = 1e3
_NARROWEST = 1e-4


@dataclass(frozen=True, slots=True, eq=False)
class Ratio:
    """``|error| / scale`` at a number of waves, as functions of the taps.

    Attributes
    ----------
    error
        Shape (waves, components, taps): the error is a vector of one or two components.
    wanted
        Shape (waves, components): what is subtracted from it.
    scale
        Shape (waves, taps); with `offset` of shape (waves,) added it must stay positive.
    weights
        Shape (taps,): the weighted sum of squared taps stays at most ``most_noise``.
    """

    error: Array
    wanted: Array
    scale: Array
    offset: Array
    weights: Array
    most_noise: float

    def at(self, taps: Array) -> tuple[Array, Array]:
        """Return errors and scales for some taps."""
        return self.error @ taps - self.wanted, self.scale @ taps + self.offset

    def with_noise_of(self, taps: Array) -> Ratio:
        """Return the same ratio with a bound on the noise that lets some taps pass."""
        noise = float(self.weights @ taps**2)
        return replace(self, most_noise=max(self.most_noise, noise * (1 + _SLACK)))

    def largest(self, taps: Array) -> float:
        """Return the largest ratio; infinite where a scale is not positive, or there is too much noise."""
        import numpy as np

        error, scale = self.at(taps)
        if scale.min() <= 0 or self.weights @ taps**2 > self.most_noise:
            return math.inf
        return float((np.linalg.norm(error, axis=1) / scale).max())


def smallest_maximum(ratio: Ratio, shape: Shape, start: Array) -> Array:
    """Return free values whose largest ratio is least.

    Parameters
    ----------
    ratio
        The error and its scale.
    shape
        Returns the taps for free values, and their derivatives of shape (taps, free values).
    start
        Free values to begin with; their scales must be positive.

    Returns
    -------
    numpy.ndarray
        The free values of the best taps met; never worse than those at the start.
    """
    best, reach = start, _WIDEST
    least = ratio.largest(shape(start)[0])
    for _ in range(MOST_STEPS):
        if not _FLOOR < least < math.inf or reach < _NARROWEST:
            break
        step = _step(ratio, *shape(best), least, reach)
        if step is None or step[1] > -GAIN:
            break
        found = best + step[0]
        value = ratio.largest(shape(found)[0])
        if value < least:
            best, least = found, value
            reach = min(2 * reach, _WIDEST)
        else:
            reach /= 4
    return best


def _step(ratio: Ratio, taps: Array, slopes: Array, least: float, reach: float) -> tuple[Array, float] | None:
    """Return the step that the linear program proposes, and the relative change it promises."""
    import numpy as np
    from scipy.optimize import linprog  # type: ignore[import-untyped]  # scipy ships no types

    error, scale = ratio.at(taps)
    bends = ratio.error @ slopes
    unit = least * scale
    units, lengths = _scaled(bends / unit[:, None, None])
    rows, right = [], []
    for aim in _aims(error):
        along = np.einsum("pm,pmf->pf", aim, bends) - least * (ratio.scale @ slopes)
        rows.append(along @ units / unit[:, None])
        right.append(1 - np.einsum("pm,pm->p", aim, error) / unit)
    count = len(lengths)
    limits = np.hstack([np.vstack(rows), -np.ones((len(rows) * len(error), 1))])
    if ratio.most_noise < math.inf:
        # the sum of squares is above its tangent: where this is not enough, the step is tried shorter
        tangent = 2 * (ratio.weights * taps) @ slopes @ units
        limits = np.vstack([limits, np.r_[tangent, 0.0]])
        right.append(np.array([ratio.most_noise - ratio.weights @ taps**2]))
    solved = linprog(
        np.r_[np.zeros(count), 1.0],
        A_ub=limits,
        b_ub=np.concatenate(right),
        bounds=[(-reach, reach)] * count + [(None, None)],
        method="highs",
    )
    if solved.status or solved.x is None:
        return None
    return units @ solved.x[:count], float(solved.x[count])


def _scaled(bends: Array) -> tuple[Array, Array]:
    """Return directions of the free values along which the errors change by about one unit each.

    Directions that change no error beyond rounding are left out: the taps stay where they are along these.
    """
    import numpy as np

    flat = bends.reshape(-1, bends.shape[-1])
    _, lengths, turned = np.linalg.svd(flat, full_matrices=False)
    kept = lengths > 1e-12 * lengths[0]
    units: Array = turned[kept].T / lengths[kept] * math.sqrt(len(flat))
    return units, lengths[kept]


def _aims(error: Array) -> list[Array]:
    """Return unit vectors for each wave: the length of an error is its largest component along them.

    In the plane only finitely many can be tried; one of them is the direction of the present error, so that
    nothing is lost where the steps end.
    """
    import numpy as np

    if error.shape[1] == 1:
        return [np.ones_like(error), -np.ones_like(error)]
    angle = np.arctan2(error[:, 1], error[:, 0])
    turns = angle[:, None] + np.arange(_DIRECTIONS) * (math.tau / _DIRECTIONS)
    return [np.stack([np.cos(t), np.sin(t)], axis=-1) for t in turns.T]
