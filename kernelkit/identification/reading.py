"""Readings: one operator that a kernel computes, with its scale, accuracy and leading error."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from kernelkit.exact.certify import ErrorTerm, agreement_degree
from kernelkit.exact.factor import Point
from kernelkit.exact.functional import Functional, from_polynomial, value
from kernelkit.exact.linear import solve
from kernelkit.exact.moments import factorial, of_degree
from kernelkit.identification.tolerance import Tolerance, recognised

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kernelkit.exact.factor import MultiIndex
    from kernelkit.exact.kernel import Kernel
    from kernelkit.exact.kernel_moments import Moments
    from kernelkit.exact.offsets import Offset

HIGHEST_DEGREE = 24
"""Degree through which rounded taps are compared with a target; their moments say nothing beyond."""

REACH = 1
"""Samples beyond the taps up to which a place is among them."""

MORE = 2
"""Degrees of the Taylor series that are read beyond the leading one."""

Form = dict["MultiIndex", Fraction]


@dataclass(frozen=True, slots=True)
class Reading:
    """One true statement: the kernel computes ``scale * (target + leading error + ...)``.

    Attributes
    ----------
    target
        The operator, per unit spacing.
    scale
        Its factor in the taps, with sign: divide the taps by it for unit gain.
    accuracy
        The p of an error of O(h^p) at unit gain; None where there is no error.
    leading_terms
        The leading error at unit gain, kernel minus exact.
    exact
        Whether this holds exactly; False where it holds within the tolerance of the identification.
    """

    target: Functional
    scale: Fraction
    accuracy: int | None
    leading_terms: tuple[ErrorTerm, ...]
    exact: bool

    @property
    def at_origin(self) -> bool:
        """Whether the operator is evaluated at the output point itself."""
        return all(
            isinstance(factor, Point) and not factor.at
            for _, factors in self.target.terms
            for factor in factors
        )


def leading_forms(series: Moments, tolerance: Tolerance) -> tuple[int | None, list[Form]]:
    """Return the first degree at which the Taylor series does not vanish, and the forms through `MORE` degrees on.

    The forms are coefficients of derivatives, degree by degree; the degree is None for a kernel of zeros.
    """
    kernel = series.kernel
    if not kernel.taps:
        return None, []
    enough = HIGHEST_DEGREE if tolerance.size else agreement_degree(kernel, value(ndim=kernel.ndim))
    forms: list[Form] = []
    first: int | None = None
    for degree in itertools.count():
        forms.append({alpha: moment / factorial(alpha) for alpha, moment in series[degree] if moment})
        if first is None and significant(forms[-1], tolerance):
            first = degree
        if degree >= (enough if first is None else first + MORE):
            return first, forms
    raise AssertionError("moments never end")


def read(
    series: Moments, target: Functional, scale: Fraction, tolerance: Tolerance, *, require: int
) -> Reading | None:
    """Compare the kernel with ``scale * target``; None where they differ at degree ``require`` or below."""
    exact = True
    last = HIGHEST_DEGREE if tolerance.size else agreement_degree(series.kernel, target)
    for degree in range(last + 1):
        defects = []
        for alpha, moment in series[degree]:
            defect = moment - scale * target.moment(alpha)
            if not tolerance.vanishes(alpha, defect):
                defects.append((alpha, defect))
            elif defect:
                exact = False
        if defects:
            if degree <= require:
                return None
            terms = []
            for alpha, defect in defects:
                shown = simple_part(defect / scale, alpha, scale, tolerance)
                exact &= shown == defect / scale
                terms.append(ErrorTerm(shown / factorial(alpha), alpha, degree - target.order))
            return Reading(target, scale, degree - target.order, tuple(terms), exact)
    return Reading(target, scale, None, (), exact)


def differential_readings(
    series: Moments, forms: Sequence[Form], degree: int, tolerance: Tolerance
) -> list[Reading]:
    """Return the readings of a kernel whose first moments are those of one degree: a differential operator.

    The operator at the output point always is one; where all of the next degree comes from a shift, the same
    operator at the shifted place is another, of higher accuracy.
    """
    leading = significant(forms[degree], tolerance)
    scale = scale_of(leading)
    scale = simple_part(
        scale, _principal(leading), Fraction(1), tolerance, factor=factorial(_principal(leading))
    )
    form = {
        alpha: simple_part(c / scale, alpha, scale, tolerance, factor=factorial(alpha))
        for alpha, c in leading.items()
    }
    origin = (Fraction(0),) * series.kernel.ndim
    shift = _shift(leading, forms[degree + 1], series.kernel.ndim)
    place_of_shift = tuple(
        recognised(x, _blur(x, axis, _principal(leading), leading, tolerance)) for axis, x in enumerate(shift)
    )
    found = []
    for place in dict.fromkeys([origin, place_of_shift]):
        target = (
            from_polynomial(form, series.kernel.ndim, at=place)
            if degree
            else value(at=place, ndim=series.kernel.ndim)
        )
        # a shift must explain all of the next degree, or it is none
        reading = read(series, target, scale, tolerance, require=degree + any(place))
        if reading is not None and (_is_near(series.kernel, place) or rank(reading) > degree + 2):
            found.append(reading)
    return sorted(found, key=lambda reading: -rank(reading))


def _is_near(kernel: Kernel, place: Offset) -> bool:
    """Whether a place lies among the taps or at most a sample beyond them.

    Any operator of accuracy 1 is one of accuracy 2 somewhere; far from the taps that says nothing.
    """
    return all(
        low - REACH <= x <= low + width + REACH or not x
        for x, low, width in zip(place, kernel.origin, kernel.width, strict=True)
    )


def scale_of(form: Form) -> Fraction:
    """Return the factor to take out of an operator.

    The coefficient of its pure power of x, and of the term highest in x where there is none; for a sum of
    several terms of one sign, such as a Laplacian, with that sign, else its absolute value.
    """
    principal = form[_principal(form)]
    if len(form) == 1 or (len({c > 0 for c in form.values()}) == 1 and _even(form)):
        return principal
    return abs(principal)


def significant(form: Form, tolerance: Tolerance) -> Form:
    """Return the terms of a form that do not vanish within the tolerance."""
    return {alpha: c for alpha, c in form.items() if not tolerance.vanishes(alpha, c * factorial(alpha))}


def _even(form: Form) -> bool:
    return all(k % 2 == 0 for alpha in form for k in alpha)


def _principal(form: Form) -> MultiIndex:
    return max(form, key=lambda alpha: tuple(reversed(alpha)))


def _shift(leading: Form, following: Form, ndim: int) -> Offset:
    """Return the shift by which the leading form best explains the following one, by least squares.

    Shifted by c, the form F is followed by F times the sum of c_i d/dx_i.
    """
    degree = sum(next(iter(leading)))
    columns = [
        [
            leading.get(tuple(k - (i == axis) for i, k in enumerate(beta)), Fraction(0))
            for beta in of_degree(ndim, degree + 1)
        ]
        for axis in range(ndim)
    ]
    wanted = [following.get(beta, Fraction(0)) for beta in of_degree(ndim, degree + 1)]
    products = [[_dot(a, b) for b in columns] for a in columns]
    scale = math.lcm(*(x.denominator for row in products for x in row))
    found = solve(
        [[int(x * scale) for x in row] for row in products],
        [_dot(column, wanted) * scale for column in columns],
    )
    assert found is not None  # the columns are independent: a form times different derivatives
    return tuple(found.particular)


def _blur(shift: Fraction, axis: int, alpha: MultiIndex, leading: Form, tolerance: Tolerance) -> Fraction:
    """Return how far a change of the taps within the tolerance moves the place that is read from them."""
    beta = tuple(k + (i == axis) for i, k in enumerate(alpha))
    changes = tolerance.of_moment(beta) / factorial(beta) + abs(shift) * tolerance.of_moment(
        alpha
    ) / factorial(alpha)
    return changes / abs(leading[alpha])


def _dot(a: Sequence[Fraction], b: Sequence[Fraction]) -> Fraction:
    return sum((x * y for x, y in zip(a, b, strict=True)), Fraction(0))


def simple_part(
    amount: Fraction, alpha: MultiIndex, scale: Fraction, tolerance: Tolerance, *, factor: int = 1
) -> Fraction:
    """Return the simple number that a moment, over a scale and a factor, stands for; itself where none is near."""
    return recognised(amount, tolerance.of_moment(alpha) / abs(scale) / factor)


def rank(reading: Reading) -> int:
    """Return the degree at which a reading fails, by which readings of one kernel are ordered."""
    return 10**6 if reading.accuracy is None else reading.accuracy + reading.target.order
