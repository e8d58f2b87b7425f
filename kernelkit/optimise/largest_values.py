"""Criteria about a largest value: what they are at each wave, and the waves where they are largest."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, NamedTuple

from kernelkit.exact.symmetry import motions
from kernelkit.optimise.gradient import gradient_axis, gradient_symbols, sees_wave_pi, turns_at_wave_pi
from kernelkit.optimise.wave_samples import (
    across,
    box_grid,
    disc_grid,
    from_polar,
    ideal,
    largest_on,
    peaks_on,
    symbol_at,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

    from kernelkit.exact.functional import Functional
    from kernelkit.exact.kernel import Kernel
    from kernelkit.optimise.band import Band

    Array = NDArray[np.float64]

NEGLIGIBLE = 1e-3
"""Relative errors are relative to at least this part of the largest ideal symbol on the band: where the ideal is
next to zero, its own size would say nothing."""

_UNANSWERED = 1e-9
_RIGHT_ANGLE = 90.0


class Search(NamedTuple):
    """Where a criterion looks for its largest value.

    Attributes
    ----------
    axes
        A grid of coordinates.
    values
        The criterion at some coordinates of shape (points, axes).
    waves
        The waves of some coordinates, both of shape (points, axes).
    """

    axes: list[Array]
    values: Callable[[Array], Array]
    waves: Callable[[Array], Array]


class Peaks(NamedTuple):
    """The largest value of a criterion, and the waves at its peaks, the highest first."""

    largest: float
    waves: Array


def largest_value(name: str, kernel: Kernel, target: Functional, band: Band) -> float:
    """Return the largest error, relative error or direction error (in degrees) of a kernel over a band."""
    return peaks_of(name, kernel, target, band).largest


def peaks_of(name: str, kernel: Kernel, target: Functional, band: Band, lowest: float = 0.9) -> Peaks:
    """Return the largest value of a criterion over a band, and the waves at its peaks.

    It is searched on a grid of waves that is made finer around its peaks.  A gradient that turns by 90 degrees
    towards the wave pi along an axis does so in a limit that no grid meets; it is decided exactly.

    Parameters
    ----------
    name
        ``minimax``, ``relative`` or ``direction``.
    lowest
        The part of the largest value that peaks reach.
    """
    import numpy as np

    searches = [_search(name, kernel, target, band)]
    limit = 0.0
    if name == "direction" and sees_wave_pi(band, (offset for offset, _ in kernel.taps)):
        axis = gradient_axis(target)
        searches.append(_next_to_pi(kernel, axis))
        limit = _RIGHT_ANGLE * turns_at_wave_pi(kernel, axis)
    found = [(search, *peaks_on(search.axes, search.values, lowest)) for search in searches]
    heights = np.concatenate([heights for _, _, heights in found])
    waves = np.concatenate([search.waves(places) for search, places, _ in found])
    return Peaks(max(float(heights.max()), limit), waves[np.argsort(-heights, kind="stable")])


def relative_sizes(target: Functional, band: Band, waves: Array) -> Array:
    """Return the sizes to which relative errors are relative: of the ideal symbol, at least `NEGLIGIBLE`."""
    import numpy as np

    sizes: Array = np.maximum(np.abs(ideal(target, waves)), NEGLIGIBLE * _largest_ideal(target, band))
    return sizes


@functools.lru_cache(maxsize=64)
def _largest_ideal(target: Functional, band: Band) -> float:
    import numpy as np

    return largest_on(box_grid(band.radians, target.ndim), lambda waves: np.abs(ideal(target, waves)))


def _search(name: str, kernel: Kernel, target: Functional, band: Band) -> Search:
    import numpy as np

    if name == "direction":
        axis = gradient_axis(target)
        grid = disc_grid(band.radians, kernel.ndim, "one" if _folds(kernel, axis) else "half")
        degrees = _degrees(kernel, axis)
        return Search(grid, lambda polar: degrees(from_polar(polar)), from_polar)

    def error(waves: Array) -> Array:
        found: Array = np.abs(symbol_at(kernel, waves) - ideal(target, waves))
        return found / relative_sizes(target, band, waves) if name == "relative" else found

    return Search(box_grid(band.radians, kernel.ndim), error, lambda waves: waves)


def _next_to_pi(kernel: Kernel, axis: int) -> Search:
    """Return the search near the wave pi along the last axis, where answers vanish and directions change fast.

    Coordinates are logarithms: of the distance from the axis, and of that from the rim of the disc.
    """
    import numpy as np

    def waves(coordinates: Array) -> Array:
        away, depth = 10 ** coordinates[:, 0], 10 ** coordinates[:, 1]
        found = np.zeros((len(coordinates), kernel.ndim))
        found[:, -2] = away
        found[:, -1] = np.sqrt(np.pi**2 - away**2) - depth
        return found

    degrees = _degrees(kernel, axis)
    axes = [np.linspace(-4, -0.5, 43), np.linspace(-9, -0.5, 52)]
    return Search(axes, lambda coordinates: degrees(waves(coordinates)), waves)


def _folds(kernel: Kernel, axis: int) -> bool:
    """Whether the kernel has all symmetries of a derivative along an axis, and its gradient all of the axes."""
    taps = dict(kernel.taps)
    for motion in motions(kernel.ndim):
        if motion.axes[axis] == axis and any(
            taps.get(motion.moved(x)) != tap * motion.signs[axis] for x, tap in kernel.taps
        ):
            return False
    return True


def _degrees(kernel: Kernel, axis: int) -> Callable[[Array], Array]:
    """Return the angle between wave and gradient as a function of the wave."""
    size = float(kernel.l1_norm)

    def degrees(waves: Array) -> Array:
        import numpy as np

        answers = np.stack([answer.imag for answer in gradient_symbols(kernel, axis, waves)])
        along = np.sum(waves.T * answers, axis=0)
        turned = [waves[:, a] * answers[b] - waves[:, b] * answers[a] for a, b in across(kernel.ndim)]
        found: Array = np.degrees(np.arctan2(np.linalg.norm(turned, axis=0), along))
        # no direction where the answer is lost in rounding
        answered = np.linalg.norm(answers, axis=0) > _UNANSWERED * size * np.linalg.norm(waves, axis=1)
        return np.where(answered, found, 0.0)

    return degrees
