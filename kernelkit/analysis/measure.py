"""Measurements: everything that tells kernels apart, of one kernel after the other."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from kernelkit.analysis.anisotropy import anisotropy
from kernelkit.analysis.direction import direction_error, direction_error_coefficient, step_edge_error
from kernelkit.analysis.noise import noise_gain
from kernelkit.analysis.separable import separate
from kernelkit.analysis.spectrum import MOST_AXES
from kernelkit.analysis.stability import stability_limits
from kernelkit.analysis.symbol import response_at
from kernelkit.analysis.wavenumber import HIGHEST_ORDER, resolving_efficiency
from kernelkit.errors import InputError, LimitError
from kernelkit.exact.factor import Point
from kernelkit.exact.functional import derivative, laplacian
from kernelkit.exact.kernel import Kernel
from kernelkit.exact.nearest import nearest
from kernelkit.identification.identify import best_reading
from kernelkit.identification.symmetries import symmetries_of
from kernelkit.identification.tolerance import tolerance_for

if TYPE_CHECKING:
    from kernelkit.exact.rational import Exact
    from kernelkit.identification.reading import Reading

RADII = {"quarter": "pi/4", "half": "pi/2", "three_quarters": "3 pi/4"}
"""Wave numbers at which the direction error is measured, in radians per sample."""

ONE_PERCENT = Fraction(1, 100)
MOST_TAPS = 4000
"""Taps of a kernel that is measured; more is refused."""


@dataclass(frozen=True, slots=True)
class Measurement:
    """What was measured of one kernel, all of it at unit gain; None where a quantity is not defined.

    Attributes
    ----------
    name
        What the kernel is called.
    kernel
        The taps as given.
    reading
        The operator it computes best, with its factor.
    noise_gain
        Deviation of the output for white noise of deviation 1.
    response_at_pi
        Exact symbol at the fastest wave of the grid, along every axis.
    direction_coefficient
        c4 of the direction error ``c4 w^2 sin(4 phi)`` of a gradient in the plane, in radians.
    direction_error
        Its largest direction error for plane waves, in degrees, at each of `RADII`.
    step_edge_error
        Its largest direction error for an ideal step edge through the pixel, in degrees.
    anisotropy
        Of a Laplacian in the plane, how far the leading error is from a multiple of the squared Laplacian.
    ranks
        Ranks along the axes, within the tolerance; all 1 for a separable kernel.
    resolving_efficiency
        Of a derivative on a line, the share of the waves up to pi that it treats within one percent.
    euler_limit, leapfrog_limit
        Largest stable time steps of ``u_t = K u`` by forward Euler, for kernels with decaying waves, and by leapfrog,
        for kernels with waves that keep their size; in units of h^order.
    """

    name: str
    kernel: Kernel
    reading: Reading
    noise_gain: float
    response_at_pi: Fraction | None
    direction_coefficient: Fraction | None
    direction_error: tuple[float | None, ...]
    step_edge_error: float | None
    anisotropy: Fraction | None
    ranks: tuple[int, ...] | None
    resolving_efficiency: float | None
    euler_limit: Fraction | float | None
    leapfrog_limit: Fraction | float | None


def measure(name: str, kernel: Kernel, *, tolerance: Exact | None = None) -> Measurement:
    """Measure one kernel.

    The taps are divided by the factor of the operator that they compute best, so that masks of different scale
    are compared fairly.  Taps that are rounded compute no derivative exactly; direction, anisotropy, resolution
    and stability are then those of the nearest kernel that does, with the symmetries that were meant.

    Parameters
    ----------
    name
        What to call it.
    kernel
        The taps, raw or at unit gain.
    tolerance
        How far each tap may be off, as in `identify`.

    Raises
    ------
    InputError
        The kernel is zero, or none.
    LimitError
        More than `MOST_TAPS` taps, or taps too far apart for a quantity: the error names the limit.

    Examples
    --------
    >>> from kernelkit.exact.kernel import Kernel
    >>> sobel = measure("sobel", Kernel.from_array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]))
    >>> sobel.reading.scale, sobel.direction_coefficient
    (Fraction(8, 1), Fraction(-1, 48))
    """
    if not isinstance(kernel, Kernel):
        raise InputError(
            f"a Kernel is measured, not {type(kernel).__name__}",
            next="Kernel.from_array() reads an array of any library",
        )
    if len(kernel) > MOST_TAPS:
        raise LimitError(
            f"{name} has {len(kernel):,} taps, more than {MOST_TAPS:,}", next="cut out the kernel"
        )
    within = tolerance_for(kernel, tolerance).size
    reading = best_reading(kernel, tolerance=within)
    if reading is None:
        raise InputError(f"{name} has no taps other than zero", next="leave it out")
    unit = kernel / reading.scale
    clean = unit if reading.exact else _without_rounding(unit, reading, within / abs(reading.scale))
    gradient = _gradient_along_x(clean, reading)
    odd = gradient if gradient and gradient.symmetry == "odd" else None
    radii = [math.pi * k / 4 for k in (1, 2, 3)]
    # the limits of kernels that are neither even nor odd take a search, and nobody marches a compass mask in time
    marched = unit.ndim <= MOST_AXES and reading.target.order > 0 and clean.symmetry != "none"
    limits = stability_limits(clean) if marched else None
    return Measurement(
        name,
        kernel,
        reading,
        noise_gain(unit),
        _response_at_pi(unit),
        direction_error_coefficient(gradient) if gradient else None,
        tuple(direction_error(odd, radius) if odd else None for radius in radii),
        step_edge_error(gradient)[0] if gradient and _on_grid(gradient) else None,
        anisotropy(clean) if _has_anisotropy(clean, reading) else None,
        separate(kernel, tolerance=within).ranks if kernel.ndim > 1 else None,
        _efficiency(clean, reading),
        limits.forward_euler.value if limits and limits.kind == "real, decaying" else None,
        limits.leapfrog.value if limits and limits.kind == "imaginary" else None,
    )


def _without_rounding(unit: Kernel, reading: Reading, size: Fraction) -> Kernel:
    """Return the kernel that rounded taps stand for: symmetric where they nearly are, and consistent.

    What is no derivative stays as it is: of values and integrals nothing is measured that rounding could spoil.
    """
    if reading.target.order < 1:
        return unit
    symmetric = unit
    for axis in range(unit.ndim):
        mirrored = Kernel.from_ordered(
            unit.ndim, sorted(((*x[:axis], -x[axis], *x[axis + 1 :]), tap) for x, tap in symmetric.taps)
        )
        for image in (mirrored, -mirrored):
            # both taps of a pair may be off, and those that were averaged before them
            if all(abs(difference) <= 4 * size for _, difference in (symmetric - image).taps):
                symmetric = (symmetric + image) / 2
    return nearest(symmetric, reading.target)


def _gradient_along_x(unit: Kernel, reading: Reading) -> Kernel | None:
    """Return a gradient kernel of the plane turned so that it measures d/dx; None for any other kernel."""
    if unit.ndim != 2 or not reading.at_origin:
        return None
    if reading.target == derivative((0, 1)):
        return unit
    if reading.target == derivative((1, 0)):
        return Kernel.from_ordered(2, sorted(((y, x), tap) for (x, y), tap in unit.taps))
    return None


def _has_anisotropy(unit: Kernel, reading: Reading) -> bool:
    if unit.ndim != 2 or reading.target != laplacian(2):
        return False
    found = symmetries_of(unit)
    return found.axes == ("even", "even") and found.exchange == "even" and not any(found.centre)


def _response_at_pi(unit: Kernel) -> Fraction | None:
    return response_at(unit, (1,) * unit.ndim) if _on_grid(unit) else None


def _on_grid(kernel: Kernel) -> bool:
    return all(x.denominator == 1 for offset, _ in kernel.taps for x in offset)


def _efficiency(unit: Kernel, reading: Reading) -> float | None:
    order = reading.target.order
    if unit.ndim > 1 or not 1 <= order <= HIGHEST_ORDER:
        return None
    ((_, (factor,)),) = reading.target.terms
    assert isinstance(factor, Point)  # an operator of positive order differentiates at a point
    return resolving_efficiency(unit.shifted(-factor.at), order, ONE_PERCENT)
