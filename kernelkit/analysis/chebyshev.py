"""Symbols of kernels on a line as exact polynomials in s = sin^2(w/2), and the extremes of such polynomials.

``cos kw`` is the Chebyshev polynomial T_k of ``cos w = 1 - 2 s``, and ``sin kw`` is ``sin w U_(k-1)``, so the
real part of a symbol is P(s) and its imaginary part ``sin w Q(s)``, with rational coefficients.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from kernelkit.errors import LimitError, OffGridError, ShapeError
from kernelkit.exact.offsets import offset_text
from kernelkit.exact.rational import written

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flint import arb, fmpq_poly, fmpz_poly

    from kernelkit.exact.kernel import Kernel

Coefficients = tuple[Fraction, ...]
"""Of a polynomial in s, the constant first; empty for zero."""

HIGHEST_OFFSET = 512
"""Largest whole offset, which is the degree of the polynomial; more is refused."""

_DIGITS = 53


@dataclass(frozen=True, slots=True)
class Peak:
    """An extreme value of a polynomial on [0, 1]: a `Fraction` where it is rational, else a float."""

    value: Fraction | float
    s: float


def cosine_polynomial(kernel: Kernel) -> Coefficients:
    """Return P with ``Re K^(w) = P(sin^2(w/2))``, for any kernel on a line with whole offsets.

    Raises
    ------
    ShapeError
        The kernel is not one-dimensional.
    OffGridError
        An offset is no whole number.
    LimitError
        An offset is further out than `HIGHEST_OFFSET`.

    Examples
    --------
    >>> from kernelkit import Kernel
    >>> cosine_polynomial(Kernel({-1: 1, 0: -2, 1: 1}))
    (Fraction(0, 1), Fraction(-4, 1))
    """
    weights: dict[int, Fraction] = {}
    for k, tap in _whole_taps(kernel):
        weights[abs(k)] = weights.get(abs(k), Fraction(0)) + tap
    return _combined(weights, _chebyshev([1], [1, -2]))


def sine_polynomial(kernel: Kernel) -> Coefficients:
    """Return Q with ``Im K^(w) = sin w Q(sin^2(w/2))``, for any kernel on a line with whole offsets.

    Raises as `cosine_polynomial` does.

    Examples
    --------
    >>> from kernelkit import derivative, derive
    >>> sine_polynomial(derive(derivative(1), accuracy=4))
    (Fraction(1, 1), Fraction(2, 3))
    """
    weights: dict[int, Fraction] = {}
    for k, tap in _whole_taps(kernel):
        weights[abs(k)] = weights.get(abs(k), Fraction(0)) + (tap if k > 0 else -tap)
    return _combined(weights, _chebyshev([0], [1]))


def extremes(polynomial: Coefficients) -> tuple[Peak, Peak]:
    """Return the least and the greatest value of a polynomial for s from 0 to 1.

    Critical points are the roots of the irreducible factors q of the derivative.  The polynomial takes a
    rational value there exactly when it leaves a constant modulo q; all other values come from ball
    arithmetic, correct to the last digits of a float.

    Examples
    --------
    >>> least, greatest = extremes((Fraction(0), Fraction(1), Fraction(-1)))
    >>> least.value, greatest.value, greatest.s
    (Fraction(0, 1), Fraction(1, 4), 0.5)
    """
    values = _polynomial(polynomial)
    peaks = _peaks(values, values.derivative())
    return min(peaks, key=_by_value), max(peaks, key=_by_value)


def greatest_sine_product(polynomial: Coefficients) -> Peak:
    """Return the greatest ``|sin w Q(s)|`` over all w, and the s of the place.

    It is the root of the greatest value of ``4 s (1 - s) Q(s)^2``, rational where that is a square.
    """
    factor = _polynomial(polynomial)
    s = _polynomial((Fraction(0), Fraction(1)))
    peaks = _peaks(
        4 * s * (1 - s) * factor * factor, (1 - 2 * s) * factor + 2 * s * (1 - s) * factor.derivative()
    )
    square = max(peaks, key=_by_value)
    return Peak(_root(square.value), square.s)


def _whole_taps(kernel: Kernel) -> list[tuple[int, Fraction]]:
    if kernel.ndim != 1:
        raise ShapeError(
            f"a polynomial in s is for kernels on a line, not on {kernel.ndim} axes",
            next="cosine_form(kernel) writes symbols on any number of axes",
        )
    for offset, _ in kernel.taps:
        if offset[0].denominator != 1:
            raise OffGridError(
                f"the offset {offset_text(offset)} is no whole number of samples",
                why="only cos kw and sin kw with whole k are polynomials in sin^2(w/2)",
                next="kernel.dilated(2) puts half samples on the grid",
            )
        if abs(offset[0]) > HIGHEST_OFFSET:
            raise LimitError(
                f"the offset {written(offset[0])} is beyond {HIGHEST_OFFSET}, the highest degree that is expanded"
            )
    return [(int(offset[0]), tap) for offset, tap in kernel.taps]


def _chebyshev(zeroth: list[int], first: list[int]) -> Iterator[list[int]]:
    """Yield the solution of p_(k+1) = 2 (1 - 2 s) p_k - p_(k-1), as coefficients of s."""
    before, current = zeroth, first
    while True:
        yield before
        doubled = (2 * a - 4 * b for a, b in zip([*current, 0], [0, *current], strict=True))
        after = [a - b for a, b in itertools.zip_longest(doubled, before, fillvalue=0)]
        before, current = current, after


def _combined(weights: dict[int, Fraction], polynomials: Iterator[list[int]]) -> Coefficients:
    bottom = math.lcm(*(weight.denominator for weight in weights.values()))
    highest = max(weights, default=0)
    total = [0] * (highest + 1)
    for k, polynomial in zip(range(highest + 1), polynomials, strict=False):
        weight = int(weights.get(k, 0) * bottom)
        if weight:
            for power, coefficient in enumerate(polynomial):
                total[power] += weight * coefficient
    while total and not total[-1]:
        total.pop()
    return tuple(Fraction(coefficient, bottom) for coefficient in total)


def _polynomial(coefficients: Coefficients) -> fmpq_poly:
    from flint import fmpq, fmpq_poly

    return fmpq_poly([fmpq(c.numerator, c.denominator) for c in coefficients])


def _peaks(values: fmpq_poly, critical: fmpq_poly) -> list[Peak]:
    """Return the values at both ends and at all roots of ``critical`` between them."""
    peaks = [Peak(_rational(values, end), float(end)) for end in (0, 1)]
    if critical.degree() < 1:
        return peaks
    for factor, _ in critical.numer().factor()[1]:
        rest = values % _rationals(factor)
        if rest.degree() < 1:
            peaks += [Peak(_rational(rest, 0), float(root.mid())) for root in _roots_inside(factor)]
        else:
            peaks += _irrational_peaks(rest, factor)
    return peaks


def _rationals(factor: fmpz_poly) -> fmpq_poly:
    from flint import fmpq_poly

    return fmpq_poly(factor)


def _rational(values: fmpq_poly, at: int) -> Fraction:
    value = values(at)
    return Fraction(int(value.p), int(value.q))


def _roots_inside(factor: fmpz_poly) -> list[arb]:
    """Return the real roots strictly between 0 and 1 of an irreducible polynomial."""
    # the imaginary part of a root known to be real is exactly 0
    roots = factor.complex_roots()
    reals = [root.real for root, _ in roots if root.imag.is_zero()]  # type: ignore[misc, has-type]  # flint's stub forgets the multiplicities
    return [root for root in reals if 0 < root < 1]


def _irrational_peaks(rest: fmpq_poly, factor: fmpz_poly) -> list[Peak]:
    """Return the values of a remainder at the roots, in balls made smaller until floats are determined.

    The remainder is not constant, so the values are irrational and never 0: the loop ends.
    """
    from flint import arb_poly, ctx

    bits = 2 * _DIGITS
    while True:
        with ctx.workprec(bits):
            roots = _roots_inside(factor)
            values = [arb_poly(rest)(root) for root in roots]
        if all(value.rel_accuracy_bits() > _DIGITS for value in values):
            pairs = zip(values, roots, strict=True)
            return [Peak(float(value.mid()), float(root.mid())) for value, root in pairs]
        bits *= 2


def _root(square: Fraction | float) -> Fraction | float:
    if isinstance(square, Fraction):
        top, bottom = math.isqrt(square.numerator), math.isqrt(square.denominator)
        if top * top == square.numerator and bottom * bottom == square.denominator:
            return Fraction(top, bottom)
    return math.sqrt(square)


def _by_value(peak: Peak) -> tuple[float, bool]:
    return float(peak.value), isinstance(peak.value, Fraction)
