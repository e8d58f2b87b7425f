"""What is to be made small at each of many waves, for criteria about the largest value over a band."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from kernelkit.exact.symmetry import centre_of, symmetries
from kernelkit.optimise.gradient import gradient_axis, sees_wave_pi
from kernelkit.optimise.largest_values import relative_sizes
from kernelkit.optimise.smallest_maximum import Ratio
from kernelkit.optimise.wave_samples import (
    across,
    directions,
    exchanged,
    ideal,
    orbit_symbols,
    points_of,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from kernelkit.optimise.criteria import Criterion
    from kernelkit.optimise.symmetric_family import SymmetricFamily

    Array = NDArray[np.float64]

_UNANSWERED = 1e-9
_SIDES = {1: 513, 2: 25, 3: 9}
_RINGS = {2: 24, 3: 10}
_SPREAD = {2: 33, 3: 9}


def first_waves(criterion: Criterion, family: SymmetricFamily) -> Array:
    """Return the waves at which a search begins, of shape (waves, axes)."""
    import numpy as np

    limit, ndim = criterion.band.radians, family.target.ndim
    if criterion.name != "direction":
        return _box(limit, family)
    rings = _dense_at_end(limit, _RINGS[ndim])[1:]
    units = directions(ndim, _SPREAD[ndim])
    waves: Array = (rings[:, None, None] * units).reshape(-1, ndim)
    if sees_wave_pi(criterion.band, family.stencil.offsets):
        return np.concatenate([waves, _near_wave_pi(ndim)])
    return waves


def ratio_for(criterion: Criterion, family: SymmetricFamily, waves: Array) -> Ratio:
    """Return error and scale of a criterion at some waves, for the taps of the orbits of a family.

    The directions of gradients have all symmetries of the axes; waves at which no tap answers are left out.
    """
    if criterion.name == "direction":
        return _turning(family, waves)
    return _deviation(criterion, family, waves)


def _deviation(criterion: Criterion, family: SymmetricFamily, waves: Array) -> Ratio:
    """Return the error of the symbol; scale 1, or the size of the ideal symbol."""
    import numpy as np

    middle = np.array([float(x) for x in centre_of(family.target)])
    # about the place of the target the symbols of symmetric kernels are real or imaginary
    phase = np.exp(-1j * (waves @ middle))
    symbols = orbit_symbols(family.orbits, waves) * phase[:, None]
    wanted = ideal(family.target, waves) * phase
    relative = criterion.name == "relative"
    scale = relative_sizes(family.target, criterion.band, waves) if relative else np.ones(len(waves))
    error = np.stack([symbols.real, symbols.imag], axis=1)
    aim = np.stack([wanted.real, wanted.imag], axis=1)
    sizes = np.maximum(abs(error).max(axis=(0, 2)), abs(aim).max(axis=0))
    kept = sizes > 1e-12 * sizes.max()
    count = len(family.orbits)
    return Ratio(
        error[:, kept], aim[:, kept], np.zeros((len(scale), count)), scale, np.zeros(count), math.inf
    )


def _turning(family: SymmetricFamily, waves: Array) -> Ratio:
    """Return the response across the wave, and as its scale the response along it."""
    import numpy as np

    axis, ndim = gradient_axis(family.target), family.target.ndim
    lengths = np.linalg.norm(waves, axis=1)
    units = np.sort(np.abs(waves), axis=1) / lengths[:, None]
    waves = units * lengths[:, None]
    responses = np.stack(
        [orbit_symbols(family.orbits, exchanged(waves, axis, other)).imag for other in range(ndim)], axis=1
    )
    responses /= lengths[:, None, None]
    answered = abs(responses).max(axis=(1, 2)) > _UNANSWERED * abs(responses).max()
    units, responses = units[answered], responses[answered]
    scale = np.einsum("pa,pak->pk", units, responses)
    if ndim == 2:
        ((a, b),) = across(ndim)
        error = (units[:, a, None] * responses[:, b] - units[:, b, None] * responses[:, a])[:, None]
    else:
        # the first coordinate is the smallest: the first axis is never along the wave
        first = np.eye(ndim)[0] - units[:, :1] * units
        first /= np.linalg.norm(first, axis=1, keepdims=True)
        frame = np.stack([first, np.cross(units, first)], axis=1)
        error = np.einsum("pma,pak->pmk", frame, responses)
    weights = np.array([len(orbit.offsets) for orbit in family.orbits], dtype=float)
    zeros = np.zeros(error.shape[:2])
    return Ratio(error, zeros, scale, np.zeros(len(units)), weights, two_point_noise(family))


def _near_wave_pi(ndim: int) -> Array:
    """Return waves towards pi along the last axis: there answers vanish, and directions with them."""
    import numpy as np

    tilts = np.geomspace(0.01, 0.3, 8)
    rim = [np.sqrt(math.pi**2 - tilts**2), math.pi - tilts]
    waves = np.zeros((2, len(tilts), ndim))
    waves[:, :, -1] = rim
    waves[:, :, -2] = tilts
    return waves.reshape(-1, ndim)


def two_point_noise(family: SymmetricFamily) -> float:
    """Return the sum of squared taps of the difference of the nearest points: 1/2 for the central difference."""
    axis, ndim = gradient_axis(family.target), family.target.ndim
    slope = family.target.moment(tuple(int(other == axis) for other in range(ndim)))
    nearest = min(family.orbits, key=lambda orbit: sum(x * x for x in orbit.offsets[0]))
    gain = sum(sign * offset[axis] for offset, sign in zip(nearest.offsets, nearest.signs, strict=True))
    return float(len(nearest.offsets) * (slope / gain) ** 2)


def _box(limit: float, family: SymmetricFamily) -> Array:
    """Return waves of the box ``|w| <= limit``; where all reflections keep the size of the error, of one corner."""
    import numpy as np

    ndim = family.target.ndim
    side = _SIDES.get(ndim, 5)
    kept = symmetries(family.target, family.stencil)
    mirrors = sum(motion.axes == tuple(range(ndim)) for motion, _ in kept)
    half = _dense_at_end(limit, side)
    full = half if mirrors == 2**ndim else np.concatenate([-half[:0:-1], half])
    return points_of([*[full] * (ndim - 1), half])


def _dense_at_end(limit: float, count: int) -> Array:
    """Return numbers from 0 to a limit, closer and closer together: there the best errors have most extremes."""
    import numpy as np

    found: Array = limit * np.sin(np.linspace(0, math.pi / 2, count + 1))
    return found
