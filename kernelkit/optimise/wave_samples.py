"""Waves at which criteria look, and what targets and kernels do to them."""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING

from kernelkit.analysis.symbol import symbol
from kernelkit.errors import LimitError
from kernelkit.exact.factor import Point
from kernelkit.exact.kernel import Kernel
from kernelkit.exact.rational import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from kernelkit.exact.functional import Functional
    from kernelkit.exact.offsets import Offset
    from kernelkit.exact.symmetry import Orbit

    Array = NDArray[np.float64]

MOST_NODES = 1_000_000
"""Waves of one quadrature."""

MOST_ON_AXIS = 1000
"""Nodes of a quadrature on one axis: more take seconds to compute."""

MOST_PHASE = {1: 200.0, 2: 24.0, 3: 8.0}
"""Radians by which the fastest wave of a band may turn over the reach of a kernel, so that samples follow it."""

_ZOOMS = 3
_ZOOM_SIDE = 9
_NEAR = 0.98
_MOST_PEAKS = 12


def ideal(target: Functional, waves: NDArray[np.float64]) -> NDArray[np.complex128]:
    """Return the symbol of a target: ``(i w)^d`` for a derivative, in units of samples.

    Parameters
    ----------
    waves
        Radians per sample, of shape (waves, axes).
    """
    import numpy as np

    total = np.zeros(len(waves), dtype=np.complex128)
    for coefficient, factors in target.terms:
        product = np.full(len(waves), float(coefficient), dtype=np.complex128)
        for axis, (factor, step) in enumerate(zip(factors, target.spacing, strict=True)):
            w = waves[:, axis]
            product *= float(step**-factor.order)
            if isinstance(factor, Point):
                product *= (1j * w) ** factor.order * np.exp(1j * w * float(factor.at / step))
            else:
                middle = float((factor.upper + factor.lower) / (2 * step))
                width = float((factor.upper - factor.lower) / step)
                # numpy's sinc has pi in its argument
                product *= width * np.sinc(w * width / math.tau) * np.exp(1j * w * middle)
        total += product
    return total


def orbit_symbols(orbits: Sequence[Orbit], waves: NDArray[np.float64]) -> NDArray[np.complex128]:
    """Return the symbols of unit taps on each orbit, of shape (waves, orbits)."""
    import numpy as np

    columns = [
        symbol(
            Kernel(list(zip(o.offsets, o.signs, strict=True))), waves if waves.shape[1] > 1 else waves[:, 0]
        )
        for o in orbits
    ]
    return np.stack(columns, axis=-1)


def quadrature(limit: float, reach: float, ndim: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return waves and weights for means over the box ``|w| <= limit``: Gauss's rule on every axis.

    Symbols of kernels that reach ``reach`` samples out have at most ``2 reach limit`` for the phase of their
    squares; the number of nodes follows from it and leaves an error at the level of rounding.
    """
    import numpy as np

    count = 16 + math.ceil(1.5 * reach * limit)
    if count > MOST_ON_AXIS or count**ndim > MOST_NODES:
        raise LimitError(
            f"a mean over {count:,} waves on each of {counted(ndim, 'axis')} is above the limit of work",
            next="take offsets nearer to the origin",
        )
    nodes, weights = np.polynomial.legendre.leggauss(count)
    waves = np.stack(np.meshgrid(*[nodes * limit] * ndim, indexing="ij"), axis=-1).reshape(-1, ndim)
    each = np.stack(np.meshgrid(*[weights / 2] * ndim, indexing="ij"), axis=-1).reshape(-1, ndim)
    return waves, each.prod(axis=1)


def check_reach(offsets: Iterable[Offset], limit: float, ndim: int) -> None:
    """Refuse offsets so far out that samples of the band would miss the largest values.

    Raises
    ------
    LimitError
        The phase of the fastest wave turns by more than `MOST_PHASE`.
    """
    reach = max((abs(float(x)) for offset in offsets for x in offset), default=0.0)
    most = MOST_PHASE.get(ndim, 5.0)
    if reach * limit > most:
        raise LimitError(
            f"an offset of {reach:g} samples turns the phase too often for a search by samples",
            next=f"stay within {most / limit:.3g} samples, take a narrower band, or least squares (band)",
        )


def box_grid(limit: float, ndim: int) -> list[NDArray[np.float64]]:
    """Return coordinates of waves in the box ``|w| <= limit``, one array an axis.

    Real taps treat w and -w alike, so the last axis starts at 0.
    """
    import numpy as np

    count = {1: 1025, 2: 65, 3: 21}.get(ndim, 7)
    return [*[np.linspace(-limit, limit, 2 * count - 1)] * (ndim - 1), np.linspace(0, limit, count)]


def disc_grid(limit: float, ndim: int) -> list[NDArray[np.float64]]:
    """Return polar coordinates of the waves with ``0 < |w| <= limit``: lengths, then angles of half the directions."""
    import numpy as np

    if ndim == 2:
        return [np.linspace(0, limit, 97)[1:], np.linspace(0, math.pi, 181)]
    return [
        np.linspace(0, limit, 25)[1:],
        np.linspace(0, math.pi / 2, 25),
        np.linspace(0, math.tau, 73),
    ]


def from_polar(polar: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return waves in array order from polar coordinates, of shape (waves, axes) both."""
    import numpy as np

    if polar.shape[1] == 2:
        length, phi = polar.T
        return np.stack([length * np.sin(phi), length * np.cos(phi)], axis=-1)
    length, theta, phi = polar.T
    flat = length * np.sin(theta)
    return np.stack([length * np.cos(theta), flat * np.sin(phi), flat * np.cos(phi)], axis=-1)


def points_of(axes: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
    """Return the points of a grid, of shape (points, axes)."""
    import numpy as np

    return np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, len(axes))


def largest_on(
    axes: list[NDArray[np.float64]], values: Callable[[NDArray[np.float64]], NDArray[np.float64]]
) -> float:
    """Return the largest value on a grid, with finer and finer grids around the best points."""
    import numpy as np

    points = points_of(axes)
    found = values(points)
    steps = np.array([a[1] - a[0] for a in axes])
    limits = [(a[0], a[-1]) for a in axes]
    peaks = _peaks(points, found, steps)
    return max(_climbed(peak, steps, limits, values) for peak in peaks)


def _peaks(points: Array, values: Array, steps: Array) -> list[Array]:
    """Return the best few points that are not neighbours: the best extremes are about equal."""
    import numpy as np

    near = np.flatnonzero(values >= _NEAR * values.max())
    waiting = points[near[np.argsort(-values[near], kind="stable")]]
    peaks: list[Array] = []
    while len(waiting) and len(peaks) < _MOST_PEAKS:
        peaks.append(waiting[0])
        waiting = waiting[(np.abs(waiting - waiting[0]) > 2.5 * steps).any(axis=1)]
    return peaks


def _climbed(
    place: Array, steps: Array, limits: Sequence[tuple[float, float]], values: Callable[[Array], Array]
) -> float:
    """Return the largest value around a point, on finer and finer grids."""
    import numpy as np

    best = -math.inf
    for _ in range(_ZOOMS):
        sides = [
            np.linspace(max(low, x - step), min(high, x + step), _ZOOM_SIDE)
            for x, step, (low, high) in zip(place, steps, limits, strict=True)
        ]
        points = points_of(sides)
        found = values(points)
        place = points[int(np.argmax(found))]
        best = max(best, float(found.max()))
        steps = np.array([side[1] - side[0] for side in sides])
    return best


def directions(ndim: int, count: int) -> NDArray[np.float64]:
    """Return unit vectors with ascending coordinates from 0 on: all directions up to reflections and exchanges."""
    import numpy as np

    steps = np.linspace(0, 1, count)
    choices = itertools.combinations_with_replacement(steps, ndim - 1)
    vectors = np.array([(*choice, 1.0) for choice in choices])
    unit: NDArray[np.float64] = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return unit


def exchanged(waves: NDArray[np.float64], a: int, b: int) -> NDArray[np.float64]:
    """Return the waves with two coordinates exchanged."""
    order = list(range(waves.shape[1]))
    order[a], order[b] = order[b], order[a]
    return waves[:, order]


def across(ndim: int) -> list[tuple[int, int]]:
    """Return the pairs of axes: in each of their planes a response can turn away from the wave."""
    return list(itertools.combinations(range(ndim), 2))
