"""Canny's criteria: how well an edge filter tells a step from noise, and how well it places it."""

from __future__ import annotations

import itertools
import math
import numbers
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from kernelkit.analysis.given import check_kernel
from kernelkit.errors import InputError, OffGridError, ShapeError
from kernelkit.exact.kernel import Kernel
from kernelkit.exact.rational import counted

if TYPE_CHECKING:
    from collections.abc import Callable

    Curve = Callable[[float], float]

ROUNDING = 1e-6
"""Relative to a filter's own size: by how much its parts may contradict each other."""

CUT = 1e-2
"""Relative to a filter's root mean square: what may be left of it where it ends."""

_DIFFERENCE = Kernel({0: -1, 1: 1})
_CENTRAL = Kernel({-1: "-1/2", 1: "1/2"})


@dataclass(frozen=True, slots=True)
class CannyCriteria:
    """How an odd filter answers a step of height 1 in white noise of deviation 1 per sample.

    Attributes
    ----------
    detection
        Sigma: answer to the step where it lies, over the deviation of the answer to the noise.
    localisation
        Lambda: one over the deviation of the place at which the answer is greatest, in samples, to first order.
    distance_of_maxima
        Mean distance in samples between maxima of the answer to noise alone: how dense false edges lie.
    """

    detection: float
    localisation: float
    distance_of_maxima: float

    @property
    def product(self) -> float:
        """Detection times localisation: it does not depend on the scale of the filter."""
        return self.detection * self.localisation


def canny_criteria(
    filter: Curve, derivative: Curve, second_derivative: Curve, *, reach: float
) -> CannyCriteria:
    """Return Canny's criteria of a continuous filter f.

    With integrals over the whole line, detection is ``|int_(x<0) f| / sqrt(int f^2)``, localisation
    ``|f'(0)| / sqrt(int f'^2)``, and the mean distance of maxima ``2 pi sqrt(int f'^2 / int f''^2)``.

    Parameters
    ----------
    filter
        The odd, continuous function f of one number.
    derivative
        Its derivative f', continuous too.
    second_derivative
        Its second derivative f'', which may jump; only values at ``x > 0`` are asked for.
    reach
        Where the filter ends: a positive number with f near 0 beyond it, or ``math.inf``.  An end of a dozen
        times the width of the filter serves best; a filter much narrower than its reach can be overlooked.

    Raises
    ------
    InputError
        The filter is zero or not odd, does not fall to 0 at its reach, or is not what the derivatives belong to:
        also where f or f' jump, since localisation or distance would be 0; an integral that does not converge.

    References
    ----------
    Canny, A computational approach to edge detection, IEEE PAMI 8 (1986), pp. 679-698.

    Examples
    --------
    >>> from math import exp, inf
    >>> found = canny_criteria(
    ...     lambda x: x * exp(-abs(x)),
    ...     lambda x: (1 - abs(x)) * exp(-abs(x)),
    ...     lambda x: (x - 2) * exp(-x),
    ...     reach=inf,
    ... )
    >>> f"{found.detection**2:.9f}, {found.localisation**2:.9f}, {found.product:.9f}"
    '2.000000000, 2.000000000, 2.000000000'
    """
    end = _checked_reach(reach)
    if not all(map(callable, (filter, derivative, second_derivative))):
        raise InputError(
            "the filter and its two derivatives are functions of one number",
            next="f = lambda x: x * math.exp(-abs(x)) is a filter",
        )
    energies = [_integral(_squared(f), end) for f in (filter, derivative, second_derivative)]
    if not all(energies):
        raise InputError(
            "the filter, its derivative or its second derivative is zero",
            next="f(x) = x exp(-abs(x)) has criteria: see help(canny_criteria)",
        )
    # from here on sizes are relative: to the widths and heights of f and f'
    widths = [math.sqrt(a / b) for a, b in itertools.pairwise(energies)]
    areas = [math.sqrt(energy * width) for energy, width in zip(energies, widths, strict=False)]
    heights = [math.sqrt(energy / width) for energy, width in zip(energies, widths, strict=False)]
    _check_odd(filter, widths[0], heights[0])
    if math.isfinite(end) and abs(filter(end)) > CUT * heights[0]:
        raise InputError(
            f"the filter is {filter(end):.3g} where it ends, at {end:g}",
            why="a jump to 0 has an infinite derivative",
            next="give a larger reach, or a filter that falls to 0",
        )
    for primitive, f, area, what in (
        (filter, derivative, areas[1], "the derivative"),
        (derivative, second_derivative, heights[1], "the second derivative"),
    ):
        _check_belongs(primitive, f, end, area, what)
    area = _integral(filter, end, negligible=1e-13 * areas[0])
    return CannyCriteria(
        abs(area) / math.sqrt(2 * energies[0]),
        abs(float(derivative(0.0))) / math.sqrt(2 * energies[1]),
        math.tau * widths[1],
    )


def kernel_criteria(kernel: Kernel) -> CannyCriteria:
    """Return Canny's criteria of a derivative kernel: what they are for samples, not for curves.

    The step rises from 0 to 1 at the output point; a sample there is 1/2.  r(n) is the answer n samples away.

    ``detection``
        ``|r(0)| / sqrt(sum tap^2)``.
    ``localisation``
        The edge is placed at the top of the parabola through r(-1), r(0) and r(1).  To first order in the noise
        the deviation of that place is ``sqrt(sum c^2) / |r(-1) - 2 r(0) + r(1)|``, with c the central differences
        of the taps; localisation is one over it.
    ``distance_of_maxima``
        ``2 pi / arccos(rho)``, exact for Gaussian noise: rho is the correlation of successive differences of
        the answer, and a maximum is a rise followed by a fall.

    Sampled at a growing scale all three tend to those of the curve.

    Parameters
    ----------
    kernel
        An odd kernel on a line, with offsets a whole number of samples apart; its gain does not matter.

    Raises
    ------
    ShapeError
        The kernel has more than one axis.
    InputError
        It is not odd, or computes no multiple of d/dx.
    OffGridError
        Its offsets are not a whole number of samples apart.

    References
    ----------
    Canny, A computational approach to edge detection, IEEE PAMI 8 (1986), pp. 679-698, for the curves.
    Kedem, Spectral analysis and discrimination by zero-crossings, Proc. IEEE 74 (1986), pp. 1477-1493, for the
    arc cosine.

    Examples
    --------
    >>> found = kernel_criteria(Kernel({-1: -1, 1: 1}))
    >>> f"{found.detection**2:.9f}, {found.localisation**2:.9f}"
    '0.500000000, 0.666666667'
    """
    _check_kernel(kernel)
    before, here, after = (_step_answer(kernel, place) for place in (-1, 0, 1))
    bend = before - 2 * here + after
    rise = _DIFFERENCE @ kernel
    # arccos(1 - 2 q) = 2 arcsin(sqrt(q)), which keeps its digits for smooth kernels
    quotient = (_DIFFERENCE @ rise).noise_gain_squared / (4 * rise.noise_gain_squared)
    return CannyCriteria(
        math.sqrt(here**2 / kernel.noise_gain_squared),
        math.sqrt(bend**2 / (_CENTRAL @ kernel).noise_gain_squared),
        math.pi / math.asin(math.sqrt(quotient)),
    )


def _step_answer(kernel: Kernel, place: int) -> Fraction:
    """Return the answer to a step at 0, read at a whole place."""
    total = Fraction(0)
    for (offset,), tap in kernel.taps:
        x = place + offset
        total += tap if x > 0 else tap / 2 if x == 0 else 0
    return total


def _check_kernel(kernel: Kernel) -> None:
    check_kernel(kernel, verb="has criteria")
    if kernel.ndim != 1:
        raise ShapeError(
            f"Canny's criteria are for kernels on a line, not on {counted(kernel.ndim, 'axis')}",
            next="separate(kernel).factors gives the kernel along each axis, where there is one",
        )
    if kernel.symmetry != "odd" or not kernel.moment((1,)):
        raise InputError(
            "the kernel is no odd multiple of d/dx",
            why="the answer of an odd kernel to a step is greatest at the step, or least",
            next="Kernel.from_array([-1, 0, 1]) is one; (kernel - kernel.flipped()) / 2 is the odd part",
        )
    if any((2 * x).denominator != 1 or (x - kernel.origin[0]).denominator != 1 for (x,), _ in kernel.taps):
        raise OffGridError(
            "the offsets of the kernel are not a whole number of samples apart",
            why="its answers would not lie on the grid of its taps",
            next="kernel.dilated() stretches the offsets to whole numbers",
        )


def _checked_reach(reach: object) -> float:
    # NumPy's floats of any precision are real numbers too
    if isinstance(reach, bool) or not isinstance(reach, numbers.Real) or not float(reach) > 0:
        raise InputError(
            f"the reach of a filter is a positive number, not {reach!r}",
            next="reach=math.inf is the whole line",
        )
    return float(reach)


def _squared(f: Curve) -> Curve:
    def square(x: float) -> float:
        # a product overflows to infinity, where a power raises
        value = f(x)
        return value * value

    return square


def _integral(f: Curve, end: float, *, negligible: float = 0.0) -> float:
    """Return the integral over positive x, to about 1e-12."""
    from scipy.integrate import quad  # type: ignore[import-untyped]  # scipy ships no types

    # with all of its output, quad reports trouble instead of warning of it
    found, error, *_ = quad(f, 0, end, epsabs=negligible, epsrel=1e-12, limit=200, full_output=1)
    if not error <= max(1e-8 * abs(found), 1e3 * negligible):
        raise InputError(
            "an integral over the filter does not converge",
            why="the filter, or a derivative of it, is infinite, no number or too wild",
            next="give a finite reach, and smooth functions of a float that return a float",
        )
    return float(found)


def _check_odd(filter: Curve, width: float, height: float) -> None:
    for x in (0.0, 0.3 * width, width, 2.5 * width):
        if not abs(filter(x) + filter(-x)) <= ROUNDING * height:
            raise InputError(
                f"the filter is not odd: f({-x:.3g}) is {filter(-x):.6g}, f({x:.3g}) is {filter(x):.6g}",
                next="(f(x) - f(-x)) / 2 is the odd part",
            )


def _check_belongs(primitive: Curve, f: Curve, end: float, size: float, what: str) -> None:
    """Refuse a function whose integral from 0 on is not the rise of its primitive, as behind a jump."""
    last = float(primitive(end)) if math.isfinite(end) else 0.0
    rise = last - float(primitive(0.0))
    found = _integral(f, end, negligible=1e-10 * size)
    if not abs(found - rise) <= ROUNDING * size:
        raise InputError(
            f"{what} does not belong to the filter: its integral is {found:.6g}, not {rise:.6g}",
            why="it is another function's, or the filter or its derivative jumps",
            next="canny_criteria() needs f, f' and f'' with f and f' continuous",
        )
