"""What is to be made small at each of many waves, for criteria about the largest value over a band."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from kernelkit.exact.symmetry import centre_of, symmetries
from kernelkit.optimise.criteria import NEGLIGIBLE, gradient_axis
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

_SIDES = {1: 513, 2: 33, 3: 11}
_RINGS = {2: 48, 3: 12}
_SPREAD = {2: 65, 3: 9}


def ratio_for(criterion: Criterion, family: SymmetricFamily) -> Ratio:
    """Return error and scale of a criterion at sampled waves, for the taps of the orbits of a family."""
    if criterion.name == "direction":
        return _turning(criterion, family)
    return _deviation(criterion, family)


def _deviation(criterion: Criterion, family: SymmetricFamily) -> Ratio:
    """Return the error of the symbol; scale 1, or the size of the ideal symbol."""
    import numpy as np

    waves = _box(criterion.band.radians, family)
    middle = np.array([float(x) for x in centre_of(family.target)])
    # about the place of the target the symbols of symmetric kernels are real or imaginary
    phase = np.exp(-1j * (waves @ middle))
    symbols = orbit_symbols(family.orbits, waves) * phase[:, None]
    wanted = ideal(family.target, waves) * phase
    scale = np.ones(len(waves))
    if criterion.name == "relative":
        scale = abs(wanted)
        seen = scale >= NEGLIGIBLE * scale.max()
        symbols, wanted, scale = symbols[seen], wanted[seen], scale[seen]
    error = np.stack([symbols.real, symbols.imag], axis=1)
    aim = np.stack([wanted.real, wanted.imag], axis=1)
    sizes = np.maximum(abs(error).max(axis=(0, 2)), abs(aim).max(axis=0))
    kept = sizes > 1e-12 * sizes.max()
    count = len(family.orbits)
    return Ratio(
        error[:, kept], aim[:, kept], np.zeros((len(scale), count)), scale, np.zeros(count), math.inf
    )


def _turning(criterion: Criterion, family: SymmetricFamily) -> Ratio:
    """Return the response across the wave, and as its scale the response along it."""
    import numpy as np

    axis, ndim = gradient_axis(family.target), family.target.ndim
    rings = _dense_at_end(criterion.band.radians, _RINGS[ndim])[1:]
    units = np.tile(directions(ndim, _SPREAD[ndim]), (len(rings), 1))
    lengths = np.repeat(rings, len(units) // len(rings))
    waves = units * lengths[:, None]
    responses = np.stack(
        [orbit_symbols(family.orbits, exchanged(waves, axis, other)).imag for other in range(ndim)], axis=1
    )
    responses /= lengths[:, None, None]
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
    return Ratio(error, zeros, scale, np.zeros(len(waves)), weights, two_point_noise(family))


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
