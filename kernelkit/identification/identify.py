"""Identification: which operator a kernel computes, at which scale, how well, and which known kernel it is."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from kernelkit.errors import LimitError
from kernelkit.exact.kernel import Kernel
from kernelkit.exact.kernel_moments import Moments
from kernelkit.exact.moments import factorial, of_degree
from kernelkit.identification.intervals import integral_readings
from kernelkit.identification.matches import Match, matches
from kernelkit.identification.reading import (
    Form,
    Reading,
    differential_readings,
    leading_forms,
    rank,
    significant,
)
from kernelkit.identification.symmetries import Symmetries, symmetries_of
from kernelkit.identification.tolerance import PRECISIONS, Tolerance, recognised, tolerance_for
from kernelkit.notebook import Told

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kernelkit.exact.kernel import SupportsToList, Table
    from kernelkit.exact.rational import Exact

LOOKED_AT = 6
"""Degrees beyond the leading one through which isotropy is looked at."""

MOST_TAPS = 20_000
"""Taps of a kernel that is identified; more is refused."""

Part = tuple[str, Reading]
Meaning = tuple[list[Reading], str, tuple[Part, ...], tuple[Fraction, ...] | None]
"""Readings, kind, parts and variance."""


@dataclass(frozen=True, slots=True)
class Identification(Told):
    """What a kernel is.

    Attributes
    ----------
    kernel
        The taps.
    kind
        One word: ``zero``, ``identity``, ``shift``, ``smoothing``, ``interpolation``, ``integral``, ``mixture``
        (an identity and an operator), ``gradient`` (a first derivative in some direction), ``derivative`` (a
        single one), ``laplacian`` or ``operator`` (several derivatives).
    readings
        Operators that the kernel computes, best first; all of them are true.
    parts
        Of a mixture, its summands; of a kernel neither even nor odd, its even and odd part, where they say more.
    variance
        Of a kernel with a mean, its second central moments, one an axis in array order, in squared samples.
    symmetries
        What reflections and exchanges of axes do to it.
    isotropic_through
        Degree through which its Taylor series is the operator times powers of the Laplacian; looked at through
        six degrees beyond the leading one.  None on a line.
    matches
        Kernels of the catalogue that it is, or is near to.
    tolerance
        Largest change of a tap within which statements that are not exact hold; 0 where all are exact.
    """

    kernel: Kernel
    kind: str
    readings: tuple[Reading, ...]
    parts: tuple[Part, ...]
    variance: tuple[Fraction, ...] | None
    symmetries: Symmetries
    isotropic_through: int | None
    matches: tuple[Match, ...]
    tolerance: Fraction

    @property
    def exact(self) -> bool:
        """Whether every statement holds exactly."""
        return all(reading.exact for reading in self.readings)

    @property
    def best(self) -> Reading | None:
        """The first reading; None for the zero kernel."""
        return self.readings[0] if self.readings else None


def identify(kernel: Kernel | Table | SupportsToList, *, tolerance: Exact | None = None) -> Identification:
    """Say what a kernel computes, from its exact moments, and which known kernel it is.

    Parameters
    ----------
    kernel
        A kernel, or its taps as nested lists or an array of any library.  Floats are taken at their exact value.
    tolerance
        How far each tap may be off, in the unit of the taps; 0 asks for exact statements only.  Left out it
        follows the type of an array (a billionth of the largest tap in double precision, a millionth in single,
        two thousandths in half); of other taps it is 0 unless they look like rounded decimals or floats.

    Returns
    -------
    Identification
        Every statement in it is marked exact, or holds for some kernel within the tolerance of the given one.

    Raises
    ------
    InputError
        Taps that are no numbers, or a negative tolerance.
    LimitError
        More than `MOST_TAPS` taps.

    Examples
    --------
    >>> found = identify([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])
    >>> found.kind, found.best.target.name, found.best.scale, found.best.accuracy
    ('gradient', 'd/dx', Fraction(8, 1), 2)
    """
    given = kernel if isinstance(kernel, Kernel) else Kernel.from_array(kernel)
    if len(given) > MOST_TAPS:
        raise LimitError(
            f"a kernel of {len(given)} taps is too large to identify",
            why=f"the limit is {MOST_TAPS} taps",
            next="cut out the part that is not zero",
        )
    within = tolerance_for(given, tolerance, precision=None if given is kernel else precision_of(kernel))
    symmetries = symmetries_of(given, tolerance=within.size)
    near = matches(given, within)
    series = Moments(given)
    degree, forms = leading_forms(series, within)
    if degree is None:
        return Identification(given, "zero", (), (), None, symmetries, None, near, within.size)
    readings, kind, parts, variance = _meaning(series, degree, forms, within)
    through = _isotropic_through(series, degree, within)
    return Identification(
        given, kind, tuple(readings), parts, variance, symmetries, through, near, within.size
    )


def precision_of(array: object) -> str | None:
    """Return the type of an array's numbers, where it is one of `PRECISIONS`.

    Examples
    --------
    >>> import numpy as np
    >>> precision_of(np.zeros(3, np.float32)), precision_of([0.5])
    ('float32', None)
    """
    name = str(getattr(array, "dtype", "")).rpartition(".")[2]
    return name if name in PRECISIONS else None


def best_reading(kernel: Kernel, *, tolerance: Exact | None = None) -> Reading | None:
    """Return the operator that a kernel computes best, without looking for known kernels; None for zero.

    ``tolerance`` is that of `identify`.

    Examples
    --------
    >>> best_reading(Kernel({-1: 1, 0: -2, 1: 1})).target.name
    'd^2/dx^2'
    """
    within = tolerance_for(kernel, tolerance)
    series = Moments(kernel)
    degree, forms = leading_forms(series, within)
    return None if degree is None else _meaning(series, degree, forms, within)[0][0]


def _meaning(series: Moments, degree: int, forms: Sequence[Form], tolerance: Tolerance) -> Meaning:
    if not degree:
        return _averages(series, forms, tolerance)
    readings = differential_readings(series, forms, degree, tolerance)
    return readings, _kind_of_operator(readings[0]), _halves(series.kernel, readings, tolerance), None


def _averages(series: Moments, forms: Sequence[Form], tolerance: Tolerance) -> Meaning:
    """Return readings, kind, parts and variance of a kernel whose taps do not sum to zero."""
    kernel = series.kernel
    values = differential_readings(series, forms, 0, tolerance)
    integrals = integral_readings(series, forms, tolerance)
    heavy = [(offset, tap) for offset, tap in kernel.taps if abs(tap) > tolerance.size]
    if len(heavy) == 1:
        kind = "identity" if not any(heavy[0][0]) else "shift"
        return values, kind, (), None
    total = forms[0][(0,) * kernel.ndim]
    variance = tuple(_variance(forms, axis, total, tolerance) for axis in range(kernel.ndim))
    best = rank(values[0])
    one_sign = len({tap > 0 for _, tap in heavy}) == 1
    if integrals and rank(integrals[0]) > best and (integrals[0].scale == 1 or not one_sign):
        return [*integrals, *values], "integral", (), variance
    if one_sign:
        return [*values, *integrals], "smoothing", (), variance
    if best > 2:  # exact through degree 2, which no mean of taps of one sign is
        kind = "smoothing" if values[0].at_origin else "interpolation"
        return sorted([*values, *integrals], key=lambda reading: -rank(reading)), kind, (), variance
    # the summands are told about the output point, so that their sum is the kernel
    values.sort(key=lambda reading: not reading.at_origin)
    return values, "mixture", _summands(kernel, values[0], tolerance), None


def _variance(forms: Sequence[Form], axis: int, total: Fraction, tolerance: Tolerance) -> Fraction:
    ndim = tolerance.kernel.ndim
    unit = tuple(int(i == axis) for i in range(ndim))
    twice = tuple(2 * k for k in unit)
    mean = forms[1].get(unit, Fraction(0)) / total
    square = 2 * forms[2].get(twice, Fraction(0)) / total
    blur = tolerance.of_moment(twice) + 2 * abs(mean) * tolerance.of_moment(unit)
    blur += (abs(square) + mean * mean) * tolerance.of_moment((0,) * ndim)
    return recognised(square - mean * mean, blur / abs(total))


def _summands(kernel: Kernel, value: Reading, tolerance: Tolerance) -> tuple[Part, ...]:
    """Return the identity and what remains of the kernel without it."""
    origin = (Fraction(0),) * kernel.ndim
    rest = kernel - Kernel({origin: value.scale}, ndim=kernel.ndim)
    within = Tolerance(tolerance.size, rest)
    series = Moments(rest)
    degree, forms = leading_forms(series, within)
    if not degree:
        return ()
    return (("rest", differential_readings(series, forms, degree, within)[0]),)


def _halves(kernel: Kernel, readings: Sequence[Reading], tolerance: Tolerance) -> tuple[Part, ...]:
    """Return the readings of the even and the odd part about the output point, where the whole has accuracy 1."""
    at_origin = next((reading for reading in readings if reading.at_origin), None)
    if at_origin is None or at_origin.accuracy != 1:
        return ()
    parts: list[Part] = []
    for word, sign in (("even", 1), ("odd", -1)):
        half = (kernel + kernel.flipped() * sign) / 2
        if not half.taps:
            return ()
        within = Tolerance(tolerance.size, half)
        series = Moments(half)
        degree, forms = leading_forms(series, within)
        if not degree:
            return ()
        parts.append((word, differential_readings(series, forms, degree, within)[0]))
    return tuple(parts)


def _kind_of_operator(reading: Reading) -> str:
    terms = reading.target.terms
    orders = [tuple(factor.order for factor in factors) for _, factors in terms]
    order = sum(orders[0])
    if order == 1 and reading.target.ndim > 1:
        return "gradient"
    if len(orders) == 1:
        return "derivative"
    pure = {max(alpha) for alpha in orders} == {2} and all(sum(a > 0 for a in alpha) == 1 for alpha in orders)
    same = len({coefficient for coefficient, _ in terms}) == 1
    return "laplacian" if pure and same and len(orders) == reading.target.ndim else "operator"


def _isotropic_through(series: Moments, degree: int, tolerance: Tolerance) -> int | None:
    """Return the last degree before the first form that is no multiple of the leading one times Laplacians."""
    ndim = series.kernel.ndim
    if ndim == 1:
        return None
    through, pattern = degree, Form()
    for place in range(degree, degree + LOOKED_AT + 1):
        form = {alpha: moment / factorial(alpha) for alpha, moment in series[place] if moment}
        if place == degree:
            pattern = significant(form, tolerance)
        elif (place - degree) % 2:
            if significant(form, tolerance):
                return through
        else:
            pattern = _times_laplacian(pattern, ndim)
            if not _proportional(form, pattern, ndim, place, tolerance):
                return through
            through = place
    return through


def _times_laplacian(form: Form, ndim: int) -> Form:
    raised: Form = {}
    for alpha, c in form.items():
        for axis in range(ndim):
            up = tuple(k + 2 * (i == axis) for i, k in enumerate(alpha))
            raised[up] = raised.get(up, Fraction(0)) + c
    return raised


def _proportional(form: Form, pattern: Form, ndim: int, degree: int, tolerance: Tolerance) -> bool:
    """Whether a form is a multiple of a pattern, judged by the entry where the pattern is largest."""
    top = max(pattern, key=lambda alpha: abs(pattern[alpha]))
    ratio = form.get(top, Fraction(0)) / pattern[top]
    return all(
        tolerance.vanishes(
            alpha, (form.get(alpha, Fraction(0)) - ratio * pattern.get(alpha, Fraction(0))) * factorial(alpha)
        )
        for alpha in of_degree(ndim, degree)
    )
