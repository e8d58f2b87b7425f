"""The taps with the smallest largest ratio of an error to a scale, by linear programs.

Error and scale are linear in the taps.  Where the taps are affine in the free values the ratio is quasi-convex,
and the differential correction algorithm of Cheney and Loeb finds its global minimum: with t the largest
ratio so far, each step makes the largest ``(|error| - t scale) / scale so far`` least, which is a linear
program.  Taps that are products of free values are linearised anew at each step; the minimum is then a local one.

The sum of squared taps is held below its bound by tangents, which no taps within the bound exceed; one is added
where a program goes too far (Kelley, The cutting-plane method for solving convex programs, J. SIAM 8 (1960) 703-712).

References
----------
Barrodale, Powell and Roberts, The differential correction algorithm for rational l-infinity approximation,
SIAM J. Numer. Anal. 9 (1972) 493-504.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]
    Shape = Callable[[Array], tuple[Array, Array]]

MOST_STEPS = 60
"""Linear programs of one search."""

GAIN = 1e-4
"""Relative improvement below which a step is the last."""

_FLOOR = 1e-13
_SLACK = 1e-9
_DIRECTIONS = 8
_WIDEST = 1e3
_NARROWEST = 1e-4
_PARTS = (1e-2, 1e-3, 1e-4, 1e-5, 1e-6)
_MOST_CUTS = 6
_HALVINGS = 50
_AT_LIMIT = 0.999


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


class Found(NamedTuple):
    """Free values with the least largest ratio.

    Attributes
    ----------
    free
        The free values.
    ratio
        Their largest ratio; infinite where a scale is not positive.
    bound
        What it would be at the least, by the last linear program: 0 if that says nothing.  Where the taps are
        affine in the free values and the scale is constant, no free values are below; where the scale changes,
        that holds in the limit of small steps.
    """

    free: Array
    ratio: float
    bound: float


def smallest_maximum(ratio: Ratio, shape: Shape, start: Array) -> Found:
    """Return free values whose largest ratio is least.

    Parameters
    ----------
    ratio
        The error and its scale.
    shape
        Returns the taps for free values, and their derivatives of shape (taps, free values).
    start
        Free values to begin with; their noise must be within the bound.

    Returns
    -------
    Found
        The free values of the best taps met; never worse than those at the start.
    """
    cuts: list[Array] = []
    best = start
    least = ratio.largest(shape(best)[0])
    if least == math.inf:
        best = _raised(ratio, shape, best)
        least = ratio.largest(shape(best)[0])
    bound, reach, failures = least if least <= _FLOOR else 0.0, _WIDEST, 0
    for _ in range(MOST_STEPS):
        if not _FLOOR < least < math.inf or reach < _NARROWEST:
            break
        step = _step(ratio, *shape(best), least, reach, cuts)
        if step is None:
            break
        if not step.at_limit:
            bound = least * (1 + step.change)
        if step.change > -GAIN:
            break
        tried = _within_noise(ratio, shape, best, step.free, cuts)
        values = [ratio.largest(shape(free)[0]) for free in tried]
        value = min(values)
        if value < least:
            best, least = tried[values.index(value)], value
            reach, failures = min(2 * reach, _WIDEST), 0
        else:
            failures += 1
            # a cut may be all that was missing
            if len(tried) == 1 or failures > _MOST_CUTS:
                reach /= 4
    return Found(best, least, min(bound, least))


class _Step(NamedTuple):
    """A step that a linear program proposes, the relative change it promises, and whether it would go further."""

    free: Array
    change: float
    at_limit: bool


def _step(
    ratio: Ratio, taps: Array, slopes: Array, least: float, reach: float, cuts: list[Array]
) -> _Step | None:
    """Return the step that makes the ratio least to first order in its change; None if it is not found."""
    import numpy as np

    error, scale = ratio.at(taps)
    bends = ratio.error @ slopes
    unit = least * scale
    rows, right = [], []
    for aim in _aims(error):
        along = np.einsum("pm,pmf->pf", aim, bends) - least * (ratio.scale @ slopes)
        rows.append(along / unit[:, None])
        right.append(1 - np.einsum("pm,pm->p", aim, error) / unit)
    program = _Program(np.vstack(rows), np.concatenate(right), _scaled(bends / unit[:, None, None]))
    return _solved(ratio, taps, slopes, program, reach, cuts)


def _raised(ratio: Ratio, shape: Shape, start: Array) -> Array:
    """Return free values whose scales are all positive, or the start.

    Of the taps whose scales are at least a part of the size of their rows those of the least sum of absolute
    values are taken, to first order: with few large taps there is little noise.  The part is as large as can be.
    """
    import numpy as np
    from scipy.optimize import linprog  # type: ignore[import-untyped]  # scipy ships no types

    taps, slopes = shape(start)
    count, free = slopes.shape
    _, scale = ratio.at(taps)
    size = np.linalg.norm(ratio.scale, axis=1) + np.abs(ratio.offset)
    rows = np.hstack([-(ratio.scale @ slopes) / size[:, None], np.zeros((len(size), count))])
    unit = np.eye(count)
    rows = np.vstack([rows, np.hstack([slopes, -unit]), np.hstack([-slopes, -unit])])
    for part in _PARTS:
        solved = linprog(
            np.r_[np.zeros(free), np.sqrt(ratio.weights)],
            A_ub=rows,
            b_ub=np.concatenate([scale / size - part, -taps, taps]),
            bounds=[(None, None)] * free + [(0, None)] * count,
            method="highs",
        )
        if not solved.status and ratio.largest(shape(start + solved.x[:free])[0]) < math.inf:
            found: Array = start + solved.x[:free]
            return found
    return start


class _Program(NamedTuple):
    """The largest of ``rows @ d - right`` shall be least, with the step d a combination of the columns of units."""

    rows: Array
    right: Array
    units: Array


def _solved(
    ratio: Ratio, taps: Array, slopes: Array, program: _Program, reach: float, cuts: list[Array]
) -> _Step | None:
    """Return the best step that the tangents of the bound on noise allow; None if it is not found."""
    import numpy as np
    from scipy.optimize import linprog

    rows, right, units = program
    count = units.shape[1]
    limits = np.hstack([rows @ units, -np.ones((len(rows), 1))])
    if ratio.most_noise < math.inf:
        # the sum of squares is above each of its tangents
        tangents = np.array([*cuts, taps]) * ratio.weights
        highest = np.array([*[ratio.most_noise] * len(cuts), (ratio.most_noise + tangents[-1] @ taps) / 2])
        limits = np.vstack([limits, np.hstack([tangents @ slopes @ units, np.zeros((len(tangents), 1))])])
        right = np.concatenate([right, highest - tangents @ taps])
    solved = linprog(
        np.r_[np.zeros(count), 1.0],
        A_ub=limits,
        b_ub=right,
        bounds=[(-reach, reach)] * count + [(-2.0, None)],
        method="highs",
        options={"primal_feasibility_tolerance": 1e-9, "dual_feasibility_tolerance": 1e-9},
    )
    if solved.status or solved.x is None:
        return None
    along, change = solved.x[:count], float(solved.x[count])
    return _Step(units @ along, change, bool((np.abs(along) > _AT_LIMIT * reach).any()))


def _within_noise(ratio: Ratio, shape: Shape, start: Array, step: Array, cuts: list[Array]) -> list[Array]:
    """Return free values to try: a step, or where it has too much noise two within the bound, and cut it off.

    One is on the way to it, the other on the way from the taps of least noise.
    """
    import numpy as np

    end = start + step
    if ratio.weights @ shape(end)[0] ** 2 <= ratio.most_noise:
        return [end]
    taps, slopes = shape(end)
    root = np.sqrt(ratio.weights)
    quiet = end - np.linalg.lstsq(root[:, None] * slopes, root * taps, rcond=None)[0]
    tried = [origin + _share(ratio, shape, origin, end) * (end - origin) for origin in (start, quiet)]
    cuts.append(shape(tried[-1])[0])
    return tried


def _share(ratio: Ratio, shape: Shape, start: Array, end: Array) -> float:
    """Return how far one may go towards free values with too much noise."""
    low, high = 0.0, 1.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        taps = shape(start + middle * (end - start))[0]
        low, high = (middle, high) if ratio.weights @ taps**2 <= ratio.most_noise else (low, middle)
    return low


def _scaled(bends: Array) -> Array:
    """Return directions of the free values along which the errors change by about one unit each.

    Directions that change no error beyond rounding are left out: the taps stay where they are along these.
    """
    import numpy as np

    flat = bends.reshape(-1, bends.shape[-1])
    _, lengths, turned = np.linalg.svd(flat, full_matrices=False)
    kept = lengths > 1e-12 * lengths[0]
    units: Array = turned[kept].T / lengths[kept] * math.sqrt(len(flat))
    return units


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
