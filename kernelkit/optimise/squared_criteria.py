"""Criteria that are sums of squares: noise, the error of the symbol, and what a gradient adds across the wave."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from kernelkit.optimise.gradient import gradient_axis
from kernelkit.optimise.mean_squares import (
    Objective,
    Residual,
    Wave,
    least_squares,
    minus,
    tap_wave,
    target_wave,
    times,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kernelkit.exact.offsets import Offset
    from kernelkit.optimise.band import Band
    from kernelkit.optimise.symmetric_family import SymmetricFamily


def least_square_taps(
    parts: Sequence[tuple[Fraction, str]], family: SymmetricFamily, band: Band, denominator: int
) -> list[Fraction]:
    """Return the free taps of a family for which a weighted sum of squares is least.

    Parameters
    ----------
    parts
        Weights and names: ``noise``, ``band``, ``rotation``, as in `kernelkit.optimise.criteria`.
    family
        The kernels to choose among.
    band
        The waves that count, on each axis alone.
    denominator
        Free taps are returned as multiples of ``1 / denominator``.
    """
    residuals: list[tuple[Fraction, Residual]] = []
    noise = [Fraction(0)] * len(family.orbits)
    for weight, name in parts:
        if name == "noise":
            noise = [weight * len(orbit.offsets) for orbit in family.orbits]
        elif name == "band":
            residuals.append((weight, _deviation(family)))
        else:
            residuals += [(weight, turn) for turn in _turns(family)]
    objective = Objective(tuple(residuals), tuple(noise))
    return least_squares(objective, family.particular, family.directions, band, denominator)


def _deviation(family: SymmetricFamily) -> Residual:
    """Return the error of the symbol."""
    waves = tuple(
        tuple(tap_wave(x, sign) for x, sign in zip(orbit.offsets, orbit.signs, strict=True))
        for orbit in family.orbits
    )
    return Residual(waves, target_wave(family.target))


def _turns(family: SymmetricFamily) -> list[Residual]:
    """Return the parts of the gradient's response across the wave, one for each other axis.

    By symmetry each of the n (n - 1) / 2 planes contributes alike, and n - 1 of them hold the axis of the
    derivative; all of these together look the same to every member of an orbit.
    """
    axis, ndim = gradient_axis(family.target), family.target.ndim

    def turn(offset: Offset, sign: int, other: int) -> Wave:
        moved = list(offset)
        moved[axis], moved[other] = moved[other], moved[axis]
        return minus(times(tap_wave(tuple(moved), sign), axis), times(tap_wave(offset, sign), other))

    return [
        Residual(
            tuple(
                tuple(turn(x, sign, other) for x, sign in zip(orbit.offsets, orbit.signs, strict=True))
                for orbit in family.orbits
            ),
            (),
        )
        for other in range(ndim)
        if other != axis
    ]
