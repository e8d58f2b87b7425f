"""Stability: the largest time step with which a kernel can be marched in time."""

from __future__ import annotations

import functools
import itertools
import math
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Literal

from kernelkit.analysis.spectrum import (
    NEGLIGIBLE,
    Certainty,
    Extremum,
    SpectrumRange,
    grid,
    lowest_starts,
    on_lattice,
    parts,
    spectrum_range,
)
from kernelkit.analysis.symbol import as_floats
from kernelkit.exact.kernel import Kernel

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

    Rays = Callable[[NDArray[np.complex128]], NDArray[np.float64]]

Kind = Literal[
    "zero",
    "real, decaying",
    "imaginary",
    "complex, decaying",
    "growing",
    "growing; the opposite kernel decays",
]

_VANISHING = 1e-6
"""Divided by the sum of the absolute taps: searched limits below it are 0."""

_STILL = 1e-5
"""Times that sum: of smaller symbols floats do not tell the direction; long waves are treated exactly."""

_EVERY_STEP = 1e300


@dataclass(frozen=True, slots=True)
class StepLimit:
    """The largest stable time step of one scheme.

    Attributes
    ----------
    value
        In units of h^d for a kernel of order d; 0 where no step is stable, infinite where every one is.
    certainty
        How it is known, in the words of `kernelkit.analysis.spectrum.Extremum`.
    reason
        What it follows from.
    """

    value: Fraction | float
    certainty: Certainty
    reason: str


@dataclass(frozen=True, slots=True)
class StabilityLimits:
    """Largest stable time steps of ``u_t = K u`` and, for the last, of ``u_tt = K u``.

    Attributes
    ----------
    spectrum
        The range of the symbol.
    kind
        What it says of ``u_t = K u`` before any time step is chosen.  The opposite kernel decays where no real
        part is negative.
    forward_euler, runge_kutta_4, leapfrog
        For ``u_t = K u``; Runge and Kutta's is the classical method with four stages.
    wave_leapfrog_squared
        The square of the largest step of ``u(t + dt) - 2 u(t) + u(t - dt) = dt^2 K u(t)``.
    """

    spectrum: SpectrumRange
    kind: Kind
    forward_euler: StepLimit
    runge_kutta_4: StepLimit
    leapfrog: StepLimit
    wave_leapfrog_squared: StepLimit


def stability_limits(kernel: Kernel) -> StabilityLimits:
    """Return the largest time steps for which no wave grows when a kernel is marched in time.

    Spacing is 1: for spacing h multiply by h^d, and the squared limit of the wave equation likewise.  The sign
    of the kernel is taken as it is: diffusion needs a symbol whose real part is nowhere positive.  For real
    and for imaginary symbols the limits follow from the range of the symbol; for others they are the least
    over all frequencies of the length of the ray to the border of the region of stability, on a grid and
    improved from there.  Steps up to the limit are stable; those of a growing spectrum are 0, because waves
    grow in ``u_t = K u`` itself.

    Parameters
    ----------
    kernel
        On one to three axes, with unit gain.

    Raises
    ------
    LimitError, InputError
        As `spectrum_range`.

    References
    ----------
    Hairer and Wanner, Solving Ordinary Differential Equations II, section IV.2, for the regions of stability.

    Examples
    --------
    >>> from kernelkit import derivative, derive, laplacian
    >>> found = stability_limits(derive(laplacian(2)))
    >>> found.kind, found.forward_euler.value, found.wave_leapfrog_squared.value
    ('real, decaying', Fraction(1, 4), Fraction(1, 2))
    >>> round(found.runge_kutta_4.value, 6)
    0.348162
    >>> advection = stability_limits(derive(derivative(1)))
    >>> advection.leapfrog.value, advection.forward_euler.value, advection.forward_euler.reason
    (Fraction(1, 1), Fraction(0, 1), 'imaginary symbol: waves that turn grow at every step')
    """
    spectrum = spectrum_range(kernel)
    kind = _kind(kernel, spectrum)
    if kind == "zero":
        return _all_alike(spectrum, kind, math.inf, "nothing moves")
    if kind.startswith("growing"):
        return _all_alike(spectrum, kind, Fraction(0), "waves grow in u_t = K u itself")
    if kind == "real, decaying":
        return _of_real(spectrum, kind)
    if kind == "imaginary":
        return _of_imaginary(spectrum, kind)
    return _of_complex(kernel, spectrum, kind)


@functools.cache
def real_axis_limit() -> float:
    """Return how far the region of stability of Runge and Kutta's method reaches along the negative axis.

    It is the root of ``1 + z + z^2/2 + z^3/6 + z^4/24 = 1`` other than 0, with its sign turned.

    Examples
    --------
    >>> round(real_axis_limit(), 12)
    2.785293563405
    """
    from scipy.optimize import brentq  # type: ignore[import-untyped]  # scipy ships no types

    return float(brentq(lambda z: 1 - z / 2 + z**2 / 6 - z**3 / 24, 2, 4, xtol=1e-15))


IMAGINARY_AXIS_LIMIT = math.sqrt(8)
"""Of the same region, along the imaginary axis: |R(i y)|^2 = 1 - y^6/72 + y^8/576 is 1 at y^2 = 8."""


def _kind(kernel: Kernel, spectrum: SpectrumRange) -> Kind:
    if not kernel.taps:
        return "zero"
    if _positive(kernel, spectrum.real_greatest.value):
        falls = _positive(kernel, -spectrum.real_least.value)
        return "growing" if falls else "growing; the opposite kernel decays"
    if kernel.symmetry == "even":
        return "real, decaying"
    return "imaginary" if kernel.symmetry == "odd" else "complex, decaying"


def _positive(kernel: Kernel, value: Fraction | float) -> bool:
    """Whether a value is above 0, or above what a search takes for 0."""
    return value > (0 if isinstance(value, Fraction) else NEGLIGIBLE * float(kernel.l1_norm))


def _all_alike(spectrum: SpectrumRange, kind: Kind, value: Fraction | float, reason: str) -> StabilityLimits:
    limit = StepLimit(value, "exact", reason)
    return StabilityLimits(spectrum, kind, limit, limit, limit, limit)


def _of_real(spectrum: SpectrumRange, kind: Kind) -> StabilityLimits:
    least = spectrum.real_least
    size = Extremum(-least.value, least.at, least.certainty)
    return StabilityLimits(
        spectrum,
        kind,
        _quotient(2, size, "2 over the greatest |K^|"),
        _quotient(real_axis_limit(), size, "the reach along the real axis over the greatest |K^|"),
        StepLimit(Fraction(0), "exact", "real symbol: damped waves grow at every step"),
        _quotient(4, size, "4 over the greatest |K^|"),
    )


def _of_imaginary(spectrum: SpectrumRange, kind: Kind) -> StabilityLimits:
    size = spectrum.imaginary_greatest
    return StabilityLimits(
        spectrum,
        kind,
        StepLimit(Fraction(0), "exact", "imaginary symbol: waves that turn grow at every step"),
        _quotient(IMAGINARY_AXIS_LIMIT, size, "the reach along the imaginary axis over the greatest |K^|"),
        _quotient(1, size, "1 over the greatest |K^|"),
        StepLimit(Fraction(0), "exact", "u_tt = K u with an imaginary symbol has growing waves"),
    )


def _of_complex(kernel: Kernel, spectrum: SpectrumRange, kind: Kind) -> StabilityLimits:
    lattice = on_lattice(kernel).kernel
    return StabilityLimits(
        spectrum,
        kind,
        _euler_limit(lattice),
        _searched_limit(lattice, _runge_kutta_rays),
        StepLimit(Fraction(0), "exact", "damped waves grow at every step"),
        StepLimit(Fraction(0), "exact", "u_tt = K u with a complex symbol has growing waves"),
    )


def _quotient(top: float, size: Extremum, reason: str) -> StepLimit:
    if isinstance(top, int) and isinstance(size.value, Fraction):
        return StepLimit(Fraction(top) / size.value, size.certainty, reason)
    certainty: Certainty = "to 1e-12" if size.certainty == "exact" else size.certainty
    if certainty == "exact at a corner, found by search":
        certainty = "found by search"
    return StepLimit(top / float(size.value), certainty, reason)


def _euler_limit(kernel: Kernel) -> StepLimit:
    """Return the limit ``-2 Re K^ / |K^|^2`` of forward Euler, with its limit for long waves decided exactly."""
    long_waves: list[Fraction] = []
    for direction in itertools.product((-1, 0, 1), repeat=kernel.ndim):
        if next((x for x in direction if x), -1) > 0:
            ratio = _long_wave_limit(_along(kernel, direction))
            long_waves += [] if ratio is None else [ratio]
    if 0 in long_waves:
        reason = "for long waves the damping is too weak: they grow at every step"
        return StepLimit(Fraction(0), "exact", reason)
    searched = _searched_limit(kernel, _euler_rays)
    lowest = min(long_waves, default=None)
    if lowest is not None and float(lowest) <= searched.value * (1 + _VANISHING):
        return StepLimit(lowest, "exact at a corner, found by search", "the limit of long waves is the least")
    return searched


def _long_wave_limit(kernel: Kernel) -> Fraction | None:
    """Return the limit of ``-2 Re K^ / |K^|^2`` as w goes to 0, on a line; None where it is not finite.

    Re K^ begins with w^a, a even, and Im K^ with w^b, b odd: the quotient behaves like w^(a - 2 min(a, b)).
    """
    if sum((tap for _, tap in kernel.taps), Fraction(0)):
        return None
    even, odd = parts(kernel)
    if not odd.taps:
        return None
    if not even.taps:
        return Fraction(0)
    a, of_even = _first_moment(even, 2)
    b, of_odd = _first_moment(odd, 1)
    if a != 2 * b:
        return Fraction(0) if a > 2 * b else None
    real = of_even / math.factorial(a) * (-1 if a % 4 else 1)
    return -2 * real / (of_odd / math.factorial(b)) ** 2


def _first_moment(kernel: Kernel, degree: int) -> tuple[int, Fraction]:
    """Return the first moment other than 0 from a degree on, every second one; an even or odd kernel has one."""
    while not (moment := kernel.moment((degree,))):
        degree += 2
    return degree, moment


def _along(kernel: Kernel, direction: tuple[int, ...]) -> Kernel:
    """Return the kernel on a line whose symbol at w is that of the kernel at w times the direction."""
    sums: dict[Fraction, Fraction] = {}
    for x, tap in kernel.taps:
        place = sum((a * b for a, b in zip(x, direction, strict=True)), Fraction(0))
        sums[place] = sums.get(place, Fraction(0)) + tap
    return Kernel(sums, ndim=1)


def _searched_limit(kernel: Kernel, rays: Rays) -> StepLimit:
    """Return the least ray over all frequencies: on a grid, then improved from its lowest places."""
    import numpy as np
    from scipy.optimize import minimize

    smallest = _STILL * float(kernel.l1_norm)

    def lengths(values: NDArray[np.complex128]) -> NDArray[np.float64]:
        still = abs(values) <= smallest
        damped = np.minimum(values.real, 0) + 1j * values.imag
        return np.where(still, _EVERY_STEP, rays(np.where(still, -1, damped)))

    offsets, taps = as_floats(kernel)

    def length(w: NDArray[np.float64]) -> float:
        return float(lengths(np.array([taps @ np.exp(1j * (offsets @ w))]))[0])

    places, values = grid(kernel)
    sampled = lengths(values)
    best = float(sampled.min())
    for start in lowest_starts(sampled):
        step = 2 * math.pi / np.array(values.shape)
        corners = np.vstack([places[start], places[start] + np.diag(step) / 2])
        options = {"initial_simplex": corners, "xatol": 1e-10, "fatol": 1e-13}
        best = min(best, float(minimize(length, places[start], method="Nelder-Mead", options=options).fun))
    if best * float(kernel.l1_norm) < _VANISHING:
        reason = "some waves turn without being damped: they grow at every step"
        return StepLimit(Fraction(0), "found by search", reason)
    return StepLimit(best, "found by search", "the shortest ray to the border of stability")


def _euler_rays(values: NDArray[np.complex128]) -> NDArray[np.float64]:
    return -2 * values.real / abs(values) ** 2


def _runge_kutta_rays(values: NDArray[np.complex128]) -> NDArray[np.float64]:
    """Return the largest step with |R(step value)| <= 1, by bisection along each ray.

    In the left half plane a ray leaves the region of stability once, between the lengths 1 and 4.
    """
    import numpy as np

    size = abs(values)
    ray = values / size
    low, high = np.ones(size.shape), np.full(size.shape, 4.0)
    for _ in range(52):
        middle = (low + high) / 2
        z = ray * middle
        inside = abs(1 + z * (1 + z / 2 * (1 + z / 3 * (1 + z / 4)))) <= 1
        low, high = np.where(inside, middle, low), np.where(inside, high, middle)
    return low / size
