"""Modified wavenumbers: which derivative of a wave a kernel takes, and up to which wave it is a good one."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, SupportsIndex

from kernelkit.analysis.given import check_kernel
from kernelkit.analysis.symbol import as_floats, read_frequencies, symbol
from kernelkit.errors import InputError, LimitError, ShapeError
from kernelkit.exact.factor import Point
from kernelkit.exact.kernel import Kernel
from kernelkit.exact.rational import Exact, counted, rational, whole, written
from kernelkit.identification.identify import best_reading

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

HIGHEST_ORDER = 32
"""Order of a derivative; in floats the symbols of higher ones are mostly rounding."""

MOST_SCANNED = 1 << 20
"""Frequencies at which an error is looked at; kernels spread wider are refused."""

ROUNDING = Fraction(1, 1_000_000)
"""Moments that miss their target by less, relative to the taps, pass for right: published taps are decimals."""

_IDENTITY = Kernel({0: 1})
_SERIES_TERMS = 28
_FEWEST_SCANNED = 4096


@dataclass(frozen=True, slots=True, eq=False)
class Dispersion:
    """What a kernel does to waves, sample by sample of ``wavenumber``; all arrays have the same shape.

    Attributes
    ----------
    wavenumber
        The exact w, in radians per sample.
    modified
        The modified wavenumber kappa, complex.
    phase_error
        ``Re kappa - w``: waves of ``u_t + u_x = 0`` travel at the speed ``Re kappa / w`` instead of 1.
    amplitude_error
        ``Im kappa``: such waves grow like ``exp(Im kappa t)``; negative values damp them.
    relative_error
        ``|K^ - (i w)^d| / |w|^d``, the error of the derivative itself.
    """

    wavenumber: NDArray[np.float64]
    modified: NDArray[np.complex128]
    phase_error: NDArray[np.float64]
    amplitude_error: NDArray[np.float64]
    relative_error: NDArray[np.float64]


def modified_wavenumber(
    kernel: Kernel, order: SupportsIndex, w: ArrayLike, *, left: Kernel | None = None
) -> NDArray[np.complex128]:
    """Return kappa with ``K^(w) = (i kappa)^order``: the kernel differentiates the wave w as if it were kappa.

    Parameters
    ----------
    kernel
        A consistent kernel for the derivative of the given order, on a line; its gain must be 1.
    order
        Order d of the derivative, 1 or more.
    w
        Real numbers in radians per sample, an array of any shape.
    left
        The kernel on the derivative, for an implicit scheme ``left f^(d) = kernel f``; its symbol divides.

    Returns
    -------
    numpy.ndarray
        Complex, of the shape of ``w``.  The real part is the phase, the imaginary part the amplitude.  Of the
        d roots it is ``w (K^ / (i w)^d)^(1/d)`` with the principal power, the one that is near w for small w:
        ``K^ / i`` for d = 1, ``sqrt(-K^)`` for d = 2 and w >= 0.

    Raises
    ------
    ShapeError
        A kernel on more than one axis.
    InputError
        The kernel is not consistent with gain 1, the taps of ``left`` add up to 0, or the order is below 1.
    LimitError
        An order above `HIGHEST_ORDER`.

    Examples
    --------
    >>> from kernelkit import derivative, derive
    >>> kappa = modified_wavenumber(derive(derivative(1)), 1, [0.5])
    >>> round(float(kappa[0].real), 12), round(float(0.5 - abs(kappa[0])), 4)
    (0.479425538604, 0.0206)
    """
    scheme = _scheme(kernel, order, left)
    waves = read_frequencies(kernel, w)
    return waves + _shift(scheme, waves, scheme.defect(waves))


def dispersion(
    kernel: Kernel, order: SupportsIndex, w: ArrayLike, *, left: Kernel | None = None
) -> Dispersion:
    """Return the errors of phase and amplitude of a derivative kernel; parameters as `modified_wavenumber`.

    Errors are small differences of large numbers for long waves; there they are summed from the exact
    moments, so that they keep their digits.

    Examples
    --------
    >>> from kernelkit import derivative, derive
    >>> found = dispersion(derive(derivative(2)), 2, [1e-6])
    >>> f"{found.relative_error[0] * 12:.6e}"
    '1.000000e-12'
    """
    import numpy as np

    scheme = _scheme(kernel, order, left)
    waves = read_frequencies(kernel, w)
    defect = scheme.defect(waves)
    shift = _shift(scheme, waves, defect)
    return Dispersion(waves, waves + shift, shift.real, shift.imag, np.abs(defect))


def resolving_efficiency(
    kernel: Kernel, order: SupportsIndex, tolerance: Exact, *, left: Kernel | None = None
) -> float:
    """Return the share of the waves from 0 to pi that a derivative kernel treats well.

    It is ``w_f / pi``, with w_f the first place where ``|K^ - (i w)^d| = tolerance |w|^d``, and 1 if there is
    none up to pi: the shortest well resolved wave has ``2 / efficiency`` samples.  The error is looked at 32
    times a period of the fastest term and at 4096 places at least; a shorter excursion beyond the tolerance
    can be missed.  Parameters are those of `modified_wavenumber`.

    Parameters
    ----------
    tolerance
        Relative error that is put up with, between 0 and 1.

    Raises
    ------
    InputError
        A tolerance that is not between 1e-12 and 1: floats cannot tell less.

    References
    ----------
    Lele, Compact finite difference schemes with spectral-like resolution, J. Comput. Phys. 103 (1992)
    16-42: the resolving efficiency e = w_f / pi.

    Examples
    --------
    >>> from kernelkit import derivative, derive
    >>> [round(resolving_efficiency(derive(derivative(1), accuracy=p), 1, "1/10"), 4) for p in (2, 4, 6)]
    [0.2504, 0.4439, 0.5433]
    """
    import numpy as np
    from scipy.optimize import brentq  # type: ignore[import-untyped]  # scipy ships no types

    limit = rational(tolerance, what="a tolerance")
    if not Fraction("1e-12") <= limit < 1:
        raise InputError(
            f"a tolerance is between 1e-12 and 1, not {written(limit)}", next='"1/100" allows an error of 1 %'
        )
    scheme = _scheme(kernel, order, left)
    bound = float(limit)

    def excess(w: float) -> float:
        return scheme.error(w) - bound

    count = max(_FEWEST_SCANNED, math.ceil(32 * scheme.radius))
    if count > MOST_SCANNED:
        raise LimitError(
            f"an offset of {scheme.radius:g} samples turns the phase too often to be followed",
            next=f"stay below {MOST_SCANNED // 32:,} samples",
        )
    waves = np.linspace(0, np.pi, count + 1)
    beyond = np.flatnonzero(~(abs(scheme.defect(waves)) <= bound))
    if not beyond.size:
        return 1.0
    last = int(beyond[0])
    return float(brentq(excess, waves[last - 1], waves[last], xtol=1e-15, rtol=1e-14)) / math.pi


def about_its_place(kernel: Kernel, order: SupportsIndex) -> tuple[Kernel, Fraction]:
    """Return a derivative kernel moved to the place where it computes the derivative best, and that place.

    Seen from elsewhere the kernel delays every wave, which says nothing of the derivative it takes: ``[-1, 1]`` is
    a central difference half way between its two samples.  A kernel that computes no derivative of the order stays
    where it is.

    Examples
    --------
    >>> about_its_place(Kernel({0: -1, 1: 1}), 1)
    (Kernel({-1/2: -1, 1/2: 1}), Fraction(1, 2))
    """
    check_kernel(kernel, verb="has a modified wavenumber")
    degree = whole(order, what="a derivative's order")
    reading = best_reading(kernel) if kernel.ndim == 1 else None
    if reading is None or reading.target.order != degree or len(reading.target.terms) != 1:
        return kernel, Fraction(0)
    ((_, (factor,)),) = reading.target.terms
    place = factor.at if isinstance(factor, Point) else Fraction(0)
    return kernel.shifted(-place), place


@dataclass(frozen=True, slots=True)
class _Scheme:
    """A derivative kernel, the kernel on the derivative, and the series of the error in powers of ``i w``."""

    order: int
    right: Kernel
    left: Kernel
    radius: float
    series: tuple[Fraction, ...]

    def defect(self, waves: NDArray[np.float64]) -> NDArray[np.complex128]:
        """Return ``K^ / (i w)^d - 1``; for long waves from the series, where the quotient loses its digits."""
        import numpy as np

        below = symbol(self.left, waves)
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            quotient = symbol(self.right, waves) / ((1j * waves) ** self.order * below) - 1
        powers = 1j * waves
        total = np.zeros_like(quotient)
        for coefficient in reversed(self.series):
            total = (total + float(coefficient)) * powers
        # the higher the order, the later the quotient has digits left and the further the series reaches
        return np.where(abs(waves) * self.radius < self.order, total / below, quotient)

    def error(self, w: float) -> float:
        """Return the relative error at one wave; where the left side vanishes too, the scheme gives nothing."""
        import numpy as np

        size = float(abs(self.defect(np.array([w]))[0]))
        return min(size, 2.0) if math.isfinite(size) else 2.0


def _scheme(kernel: Kernel, order: SupportsIndex, left: Kernel | None) -> _Scheme:
    degree = whole(order, what="a derivative's order")
    if degree < 1:
        raise InputError(
            f"a modified wavenumber is for derivatives, not for order {degree}", next="order 1 or more"
        )
    if degree > HIGHEST_ORDER:
        raise LimitError(f"order {degree} is above the limit of {HIGHEST_ORDER}")
    implicit = _IDENTITY if left is None else left
    for part in (kernel, implicit):
        check_kernel(part, verb="has a modified wavenumber")
        if part.ndim != 1:
            raise ShapeError(
                f"a modified wavenumber is for kernels on a line, not on {counted(part.ndim, 'axis')}",
                next="symbol(kernel, frequencies) serves any number of axes",
            )
    if not implicit.moment((0,)):
        raise InputError(
            "the taps on the derivative add up to 0",
            why="the scheme does not determine the derivative of x^d",
        )
    spread = [abs(x) for part in (kernel, implicit) for (x,), _ in part.taps]
    as_floats(kernel), as_floats(implicit)
    series = _series(kernel, implicit, degree)
    return _Scheme(degree, kernel, implicit, float(max(spread)) or 1.0, series)


def _series(kernel: Kernel, left: Kernel, order: int) -> tuple[Fraction, ...]:
    """Return the coefficients of ``(i w)^1, (i w)^2, ...`` in ``(K^ - (i w)^d L^) / (i w)^d``.

    With (i w)^0 and negative powers the kernel would not be consistent.
    """
    found: list[Fraction] = []
    for degree in range(4 * order + _SERIES_TERMS):
        of_right = kernel.moment((degree,)) / math.factorial(degree)
        of_left = left.moment((degree - order,)) / math.factorial(degree - order) if degree >= order else 0
        defect = of_right - of_left
        if degree > order:
            found.append(defect)
        elif abs(defect) > ROUNDING * _size(kernel, degree):
            raise InputError(
                f"the kernel computes no derivative of order {order} with gain 1: it is wrong on x^{degree}",
                next="divide raw taps by certify(kernel, derivative(d)).gain",
            )
    return tuple(found)


def _size(kernel: Kernel, degree: int) -> Fraction:
    size = sum((abs(tap * x**degree) for (x,), tap in kernel.taps), Fraction(0))
    return size / math.factorial(degree)


def _shift(
    scheme: _Scheme, waves: NDArray[np.float64], defect: NDArray[np.complex128]
) -> NDArray[np.complex128]:
    """Return ``kappa - w = w ((1 + defect)^(1/d) - 1)``, with the digits of a small defect kept."""
    import numpy as np

    if scheme.order == 1:
        return waves * defect
    size = np.maximum(2 * defect.real + abs(defect) ** 2, -1)
    with np.errstate(divide="ignore"):
        log = np.log1p(size) / (2 * scheme.order)
    turn = np.arctan2(defect.imag, 1 + defect.real) / scheme.order
    # exp(log + i turn) - 1, where numpy's complex log1p would round to the digits of 1
    real = np.expm1(log) * np.cos(turn) - 2 * np.sin(turn / 2) ** 2
    relative: NDArray[np.complex128] = real + 1j * np.exp(log) * np.sin(turn)
    return waves * relative
