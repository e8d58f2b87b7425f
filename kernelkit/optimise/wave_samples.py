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

MOST_PEAKS = {1: 160, 2: 40, 3: 24}
"""Peaks that are followed, by the number of axes."""

_ZOOMS = 4
_NEAR = 0.9


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


def symbol_at(kernel: Kernel, waves: NDArray[np.float64]) -> NDArray[np.complex128]:
    """Return the symbol of a kernel at waves of shape (waves, axes)."""
    return symbol(kernel, waves if kernel.ndim > 1 else waves[:, 0])


def orbit_symbols(orbits: Sequence[Orbit], waves: NDArray[np.float64]) -> NDArray[np.complex128]:
    """Return the symbols of unit taps on each orbit, of shape (waves, orbits)."""
    import numpy as np

    units = [Kernel(list(zip(orbit.offsets, orbit.signs, strict=True))) for orbit in orbits]
    return np.stack([symbol_at(unit, waves) for unit in units], axis=-1)


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


def disc_grid(limit: float, ndim: int, sectors: str = "half") -> list[NDArray[np.float64]]:
    """Return polar coordinates of the waves with ``0 < |w| <= limit``: lengths, then angles.

    Parameters
    ----------
    sectors
        ``"half"`` of all directions; or ``"one"`` that holds each up to reflections and exchanges of axes.
    """
    import numpy as np

    if ndim == 2:
        lengths = np.linspace(0, limit, 97)[1:]
        return [
            lengths,
            np.linspace(0, math.pi, 181) if sectors == "half" else np.linspace(0, math.pi / 4, 61),
        ]
    lengths = np.linspace(0, limit, 25)[1:]
    if sectors == "half":
        return [lengths, np.linspace(0, math.pi / 2, 25), np.linspace(0, math.tau, 73)]
    # the largest coordinate is the first: at most the angle of the diagonal of a cube away from its axis
    return [lengths, np.linspace(0, math.atan(math.sqrt(2)), 21), np.linspace(0, math.pi / 4, 15)]


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


def largest_on(axes: Sequence[Array], values: Callable[[Array], Array]) -> float:
    """Return the largest value on a grid, with finer and finer grids around its peaks."""
    return float(peaks_on(axes, values)[1][0])


def peaks_on(
    axes: Sequence[Array], values: Callable[[Array], Array], lowest: float = _NEAR
) -> tuple[Array, Array]:
    """Return the places and heights of the peaks on a grid, highest first, found on finer and finer grids.

    Parameters
    ----------
    axes
        Coordinates of the grid, ascending in equal steps, one array an axis.
    values
        Returns one value for each of some points of shape (points, axes).
    lowest
        Peaks below this part of the highest are left out: the samples between them rise no higher.
    """
    import numpy as np
    from scipy.ndimage import maximum_filter  # type: ignore[import-untyped]  # scipy ships no types

    points = points_of(axes)
    found = values(points)
    table = found.reshape([len(a) for a in axes])
    tops = (maximum_filter(table, size=3, mode="nearest") == table).ravel() & (found >= lowest * found.max())
    kept = np.flatnonzero(tops)
    kept = kept[np.argsort(-found[kept], kind="stable")][: MOST_PEAKS.get(len(axes), 6)]
    places, heights = points[kept], found[kept]
    low, high = (np.array([a[i] for a in axes]) for i in (0, -1))
    steps = np.array([a[1] - a[0] for a in axes])
    side = 9 if len(axes) <= 3 else 5
    around = points_of([np.linspace(-1, 1, side)] * len(axes))
    for _ in range(_ZOOMS):
        near = np.clip(places[:, None] + around * steps, low, high)
        risen = values(near.reshape(-1, len(axes))).reshape(len(places), -1)
        best = risen.argmax(axis=1)
        row = np.arange(len(places))
        places, heights = near[row, best], np.maximum(heights, risen[row, best])
        steps = steps * (2 / (side - 1))
    order = np.argsort(-heights, kind="stable")
    return places[order], heights[order]


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
