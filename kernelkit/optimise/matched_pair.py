"""Separable gradients: a smoother and a derivative on a line, matched so that their products turn with the image.

The pair (p, d) gives the x kernel p(y) d(x) and the y kernel d(y) p(x).  Their responses to every wave have the
direction of the wave exactly when the symbols satisfy ``D(w) = i w P(w)``.

References
----------
Farid and Simoncelli, Differentiation of discrete multidimensional signals, IEEE Trans. Image Processing 13 (2004)
496-508, section III.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from kernelkit.errors import InputError
from kernelkit.exact.functional import derivative, value
from kernelkit.exact.kernel import Kernel
from kernelkit.exact.offsets import Stencil
from kernelkit.optimise.mean_squares import Objective, Residual, least_squares, tap_wave, times
from kernelkit.optimise.symmetric_family import SymmetricFamily, symmetric_family

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from kernelkit.exact.symmetry import Orbit
    from kernelkit.optimise.band import Band

    Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class PairFamily:
    """All pairs of a symmetric smoother and an antisymmetric derivative on the points of one axis.

    Attributes
    ----------
    smoother, derivative
        Their families for unit gain; free values of a pair are those of the smoother, then those of the derivative.
    gain
        The factor that the derivative of a pair carries besides: the slope of the target in samples.
    """

    smoother: SymmetricFamily
    derivative: SymmetricFamily
    gain: Fraction = Fraction(1)

    @property
    def freedom(self) -> int:
        """Number of free taps of both."""
        return self.smoother.freedom + self.derivative.freedom

    def kernels(self, free: Sequence[Fraction]) -> tuple[Kernel, Kernel]:
        """Return smoother and derivative, exactly."""
        count = self.smoother.freedom
        return self.smoother.kernel(free[:count]), self.derivative.kernel(free[count:]) * self.gain


def pair_family(stencil: Stencil, accuracy: int, gain: Fraction = Fraction(1)) -> PairFamily:
    """Return the pairs whose products lie on a stencil: a box with the same points on every axis.

    Raises
    ------
    InputError
        The stencil is no such box.
    UnsolvableError
        The points of one axis do not reach the accuracy.
    """
    places = sorted({x for offset in stencil.offsets for x in offset})
    if len(stencil) != len(places) ** stencil.ndim:
        raise InputError(
            "a separable kernel needs a box with the same points on every axis",
            next="take box(2), or --size 5",
        )
    axis = Stencil.of(places)
    return PairFamily(
        symmetric_family(value(), axis, accuracy), symmetric_family(derivative(1), axis, accuracy), gain
    )


def product(pair: tuple[Kernel, Kernel], ndim: int, axis: int) -> Kernel:
    """Return the derivative along one axis times the smoother along all others."""
    smoother, slope = pair
    kernel = slope if axis == 0 else smoother
    for other in range(1, ndim):
        kernel = kernel.outer(slope if other == axis else smoother)
    return kernel


def free_of_product(family: PairFamily, kernel: Kernel, axis: int) -> list[Fraction] | None:
    """Return the free values of the pair whose product is a kernel; None if there is no such pair."""
    along: dict[Fraction, Fraction] = {}
    over: dict[Fraction, Fraction] = {}
    other = next(a for a in range(kernel.ndim) if a != axis)
    for offset, tap in kernel.taps:
        # the moments of a smoother and of a derivative: summing over its axis leaves the other factors
        along[offset[axis]] = along.get(offset[axis], Fraction(0)) + tap / family.gain
        over[offset[other]] = over.get(offset[other], Fraction(0)) + tap * offset[axis] / family.gain
    slope = family.derivative.free_of(Kernel(along))
    smoother = family.smoother.free_of(Kernel(over))
    if slope is None or smoother is None:
        return None
    free = [*smoother, *slope]
    return free if product(family.kernels(free), kernel.ndim, axis) == kernel else None


def least_square_pair(family: PairFamily, band: Band, denominator: int) -> list[Fraction]:
    """Return the free values for which the mean square of ``D(w) - i w P(w)`` over the band is least."""
    smoothing = [
        tuple(times(tap_wave(x, -s), 0) for x, s in zip(o.offsets, o.signs, strict=True))
        for o in family.smoother.orbits
    ]
    slopes = [
        tuple(tap_wave(x, s) for x, s in zip(o.offsets, o.signs, strict=True))
        for o in family.derivative.orbits
    ]
    waves = (*smoothing, *slopes)
    nothing = (Fraction(0),)
    first, second = len(smoothing), len(slopes)
    return least_squares(
        Objective(((Fraction(1), Residual(waves, ())),), nothing * len(waves)),
        (*family.smoother.particular, *family.derivative.particular),
        [
            *((*direction, *(nothing * second)) for direction in family.smoother.directions),
            *((*(nothing * first), *direction) for direction in family.derivative.directions),
        ],
        band,
        denominator,
    )


def product_taps(family: PairFamily, orbits: Sequence[Orbit], axis: int, free: Array) -> tuple[Array, Array]:
    """Return the taps of the product on the first offsets of some orbits, and their derivatives by the free values."""
    import numpy as np

    count = family.smoother.freedom
    smooth, smooth_slopes = _on_points(family.smoother, free[:count])
    steep, steep_slopes = _on_points(family.derivative, free[count:])
    place = {offset[0]: i for i, offset in enumerate(family.smoother.stencil.offsets)}
    index = np.array([[place[x] for x in orbit.offsets[0]] for orbit in orbits])
    signs = np.array([orbit.signs[0] for orbit in orbits], dtype=float)
    others = [a for a in range(index.shape[1]) if a != axis]
    level = smooth[index[:, others]]
    steep, steep_slopes = float(family.gain) * steep, float(family.gain) * steep_slopes
    slope = steep[index[:, axis]]
    by_smoother = np.zeros((len(orbits), count))
    for k, other in enumerate(others):
        rest = np.delete(level, k, axis=1).prod(axis=1) * slope
        by_smoother += rest[:, None] * smooth_slopes[index[:, other]]
    by_derivative = level.prod(axis=1)[:, None] * steep_slopes[index[:, axis]]
    taps: Array = slope * level.prod(axis=1)
    return signs * taps, signs[:, None] * np.hstack([by_smoother, by_derivative])


def _on_points(family: SymmetricFamily, free: Array) -> tuple[Array, Array]:
    """Return the taps at all points of a line, and their derivatives by the free values."""
    import numpy as np

    place = {offset: i for i, offset in enumerate(family.stencil.offsets)}
    spread = np.zeros((len(place), len(family.orbits)))
    for j, orbit in enumerate(family.orbits):
        for offset, sign in zip(orbit.offsets, orbit.signs, strict=True):
            spread[place[offset], j] = sign
    slopes = spread @ np.array(family.directions, dtype=float).reshape(family.freedom, len(family.orbits)).T
    return spread @ np.array(family.particular, dtype=float) + slopes @ free, slopes
