"""Functionals: what one wants computed at the origin, known by exact moments."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import SupportsIndex

from kernelkit.errors import InputError, LimitError, ShapeError
from kernelkit.exact.factor import Factor, MultiIndex, Point, Span, Term
from kernelkit.exact.names import functional_text
from kernelkit.exact.rational import Exact, counted, rational, whole, written

HIGHEST_ORDER = 512
"""Total order of a derivative; more is refused before any work is done."""

_ZERO = Fraction(0)

MOST_AXES = 6
"""Number of axes of a functional."""


@dataclass(frozen=True, slots=True)
class Functional:
    """A rational combination of derivatives, values and integrals, at exact places.

    Build one with `derivative`, `value`, `integral`, `laplacian`, `biharmonic` or `operator`, and combine
    them with ``+``, ``-`` and multiplication by exact numbers.

    Attributes
    ----------
    ndim
        Number of axes, in array order: the last axis is x, the one before it y, then z.
    terms
        ``(coefficient, factors)`` with one factor an axis; equal factors are merged, zeros dropped.
    spacing
        Distance between neighbouring samples on each axis.  Moments are in units of samples, so kernels of
        the functional sit on integer offsets whatever the spacing.
    """

    ndim: int
    terms: tuple[Term, ...]
    spacing: tuple[Fraction, ...]

    @property
    def order(self) -> int:
        """The scaling exponent: d for a d-th derivative, 0 for a value, -1 for an integral over a line.

        Of a sum of unequal orders it is the highest; see `homogeneous`.
        """
        return max((_term_order(factors) for _, factors in self.terms), default=0)

    @property
    def homogeneous(self) -> bool:
        """Whether all terms scale alike, so that one power of h serves all taps."""
        return len({_term_order(factors) for _, factors in self.terms}) <= 1

    @property
    def name(self) -> str:
        """The functional in words and symbols, such as ``d^2/dx^2`` or ``integral over [0, 1]``."""
        return functional_text(self.terms)

    def moment(self, alpha: MultiIndex) -> Fraction:
        """Apply the functional to the monomial ``x**alpha``, in units of samples.

        Raises
        ------
        ShapeError
            ``alpha`` has not one exponent an axis.
        """
        if len(alpha) != self.ndim:
            raise ShapeError(f"a moment of a {self.ndim}-dimensional functional needs {self.ndim} exponents")
        total = _ZERO
        for coefficient, factors in self.terms:
            product: Fraction | int = 1
            for factor, k in zip(factors, alpha, strict=True):
                product *= factor.moment(k)
                if not product:
                    break
            else:
                total += coefficient * product
        if not total:
            return total
        for step, k in zip(self.spacing, alpha, strict=True):
            if k and step != 1:
                total /= step**k
        return total

    def units(self, alpha: MultiIndex) -> Fraction:
        """Return the monomial ``x**alpha`` at the distance of one sample on every axis.

        Moments in units of samples times this are moments in the unit of the spacing.
        """
        return math.prod((step**k for step, k in zip(self.spacing, alpha, strict=True)), start=Fraction(1))

    def on_grid(self, spacing: Exact | Sequence[Exact]) -> Functional:
        """Return the same functional for samples ``spacing`` apart, one number or one an axis.

        Raises
        ------
        InputError
            A spacing is zero or negative.
        ShapeError
            Neither one spacing nor one an axis.

        Examples
        --------
        >>> laplacian(2).on_grid((1, 2)).moment((0, 2)), laplacian(2).on_grid((1, 2)).moment((2, 0))
        (Fraction(1, 2), Fraction(2, 1))
        """
        steps = spacing if isinstance(spacing, Sequence) and not isinstance(spacing, str) else (spacing,)
        exact = tuple(rational(step, what="a spacing") for step in steps)
        if len(exact) == 1:
            exact *= self.ndim
        if len(exact) != self.ndim:
            raise ShapeError(
                f"{counted(len(exact), 'spacing')} cannot serve {counted(self.ndim, 'axis')}",
                next="give one, or one an axis",
            )
        if any(step <= 0 for step in exact):
            raise InputError(
                f"a spacing must be positive: {', '.join(map(written, exact))}",
                why="samples zero apart are one sample, and a negative spacing only reverses the axis",
                next="give the distance between neighbouring samples",
            )
        return Functional(self.ndim, self.terms, exact)

    def __add__(self, other: Functional) -> Functional:
        if not isinstance(other, Functional):
            return NotImplemented
        if (self.ndim, self.spacing) != (other.ndim, other.spacing):
            ours = f"{counted(self.ndim, 'axis')}, spacing {_tuple(self.spacing)}"
            theirs = f"{counted(other.ndim, 'axis')}, spacing {_tuple(other.spacing)}"
            raise ShapeError(f"functionals on {ours}, and on {theirs}, cannot be added")
        return Functional(self.ndim, merged(self.terms + other.terms), self.spacing)

    def __neg__(self) -> Functional:
        return self * -1

    def __sub__(self, other: Functional) -> Functional:
        if not isinstance(other, Functional):
            return NotImplemented
        return self + -other

    def __mul__(self, factor: Exact) -> Functional:
        scale = rational(factor, what="a factor")
        return Functional(self.ndim, merged(tuple((c * scale, f) for c, f in self.terms)), self.spacing)

    __rmul__ = __mul__

    def __truediv__(self, divisor: Exact) -> Functional:
        scale = rational(divisor, what="a divisor")
        if not scale:
            raise InputError("a functional cannot be divided by zero")
        return self * (1 / scale)

    def __repr__(self) -> str:
        return f"Functional({self.name})"


def _term_order(factors: tuple[Factor, ...]) -> int:
    return sum(factor.order for factor in factors)


def merged(terms: tuple[Term, ...]) -> tuple[Term, ...]:
    """Add up terms with equal factors, drop zeros, and order the rest."""
    sums: dict[tuple[Factor, ...], Fraction] = {}
    for coefficient, factors in terms:
        sums[factors] = sums.get(factors, Fraction(0)) + coefficient
    kept = [(coefficient, factors) for factors, coefficient in sums.items() if coefficient]
    return tuple(sorted(kept, key=_sort_key, reverse=True))


def _sort_key(term: Term) -> tuple[object, ...]:
    keys = [(1, f.order, f.at, f.at) if isinstance(f, Point) else (0, -1, f.lower, f.upper) for f in term[1]]
    # the x axis is last, and d^2/dx^2 is written before d^2/dy^2
    return tuple(reversed(keys))


def derivative(
    order: SupportsIndex | Sequence[SupportsIndex], *, at: Exact | Sequence[Exact] = 0
) -> Functional:
    """Return the derivative of the given order: a number in one dimension, one number an axis in more.

    Parameters
    ----------
    order
        ``2`` is d^2/dx^2; ``(1, 2)`` is d^3/dy dx^2 (array order, the last axis is x).
    at
        Where it is taken, in the same unit as the spacing; one number serves all axes.

    Raises
    ------
    InputError
        A negative order.
    LimitError
        A total order above `HIGHEST_ORDER`, or more than `MOST_AXES` axes.

    Examples
    --------
    >>> derivative(2).name, derivative((1, 1)).name, derivative(1, at="1/2").name
    ('d^2/dx^2', 'd^2/dxdy', 'd/dx at x = 1/2')
    """
    each = order if isinstance(order, Sequence) else (order,)
    _check_axes(len(each))
    orders = tuple(whole(d, what="a derivative's order") for d in each)
    if any(d < 0 for d in orders):
        raise InputError(
            f"a derivative's order must not be negative: {', '.join(written(Fraction(d)) for d in orders)}",
            next="an integral is a target of its own: integral(0, 1) (--integral 0,1)",
        )
    if sum(orders) > HIGHEST_ORDER:
        raise LimitError(
            f"order {written(Fraction(sum(orders)))} is above the limit of {HIGHEST_ORDER}",
            why="the taps of such a kernel have hundreds of digits and no use in floating point",
            next=f"ask for an order of at most {HIGHEST_ORDER}",
        )
    place = _place(at, len(orders))
    factors = tuple(Point(d, x) for d, x in zip(orders, place, strict=True))
    return Functional(len(orders), ((Fraction(1), factors),), _unit(len(orders)))


def value(*, at: Exact | Sequence[Exact] = 0, ndim: int = 1) -> Functional:
    """Return the value itself at a point: interpolation, smoothing, or the identity.

    Examples
    --------
    >>> value(at="1/3").name
    'value at x = 1/3'
    """
    if isinstance(at, Sequence) and not isinstance(at, str):
        ndim = len(at)
    _check_axes(ndim)
    return derivative((0,) * ndim, at=at)


def integral(lower: Exact | Sequence[Sequence[Exact]], upper: Exact | None = None) -> Functional:
    """Return the integral over an interval, or over a box given as one ``(lower, upper)`` an axis.

    Raises
    ------
    InputError
        The interval is empty or reversed.

    Examples
    --------
    >>> integral(0, 1).name, integral([(-1, 1), (0, "1/2")]).name
    ('integral over [0, 1]', 'integral over [-1, 1] x [0, 1/2]')
    """
    if upper is None:
        if not isinstance(lower, Sequence) or isinstance(lower, str):
            raise InputError(
                "an integral needs both limits", next="integral(0, 1), or integral([(0, 1), (0, 1)])"
            )
        if not all(isinstance(side, Sequence) and not isinstance(side, str) for side in lower):
            raise InputError(
                "a box is given as one (lower, upper) an axis",
                next="integral(0, 1) is the integral over [0, 1]",
            )
        sides = tuple(tuple(side) for side in lower)
    else:
        sides = ((lower, upper),)  # type: ignore[assignment]  # a single interval
    _check_axes(len(sides))
    spans = []
    for side in sides:
        if len(side) != 2:
            raise ShapeError(
                f"an interval has two limits, not {len(side)}", next="0,1 is the interval from 0 to 1"
            )
        low, high = (rational(x, what="a limit") for x in side)
        if low >= high:
            raise InputError(
                f"the interval [{written(low)}, {written(high)}] is empty",
                next="give the lower limit, then a higher one",
            )
        spans.append(Span(low, high))
    return Functional(len(spans), ((Fraction(1), tuple(spans)),), _unit(len(spans)))


def laplacian(ndim: int = 2, *, at: Exact | Sequence[Exact] = 0) -> Functional:
    """Return the sum of the second derivatives along all axes.

    Examples
    --------
    >>> laplacian(2).name
    'd^2/dx^2 + d^2/dy^2'
    """
    ndim = whole(ndim, what="a number of axes")
    _check_axes(ndim)
    return from_polynomial({_unit_index(ndim, i, 2): Fraction(1) for i in range(ndim)}, ndim, at=at)


def biharmonic(ndim: int = 2, *, at: Exact | Sequence[Exact] = 0) -> Functional:
    """Return the Laplacian of the Laplacian.

    Examples
    --------
    >>> biharmonic(2).name
    'd^4/dx^4 + 2 d^4/dx^2dy^2 + d^4/dy^4'
    """
    ndim = whole(ndim, what="a number of axes")
    _check_axes(ndim)
    squares = [_unit_index(ndim, i, 2) for i in range(ndim)]
    terms: dict[MultiIndex, Fraction] = {}
    for a in squares:
        for b in squares:
            both = tuple(x + y for x, y in zip(a, b, strict=True))
            terms[both] = terms.get(both, Fraction(0)) + 1
    return from_polynomial(terms, ndim, at=at)


def from_polynomial(
    terms: Mapping[MultiIndex, Fraction], ndim: int, *, at: Exact | Sequence[Exact] = 0
) -> Functional:
    """Return the constant-coefficient operator with the given coefficient for each multi-index."""
    if not any(terms.values()):
        raise InputError(
            "the operator is zero", why="all its terms cancel", next="dxx is the second derivative along x"
        )
    parts = [derivative(alpha, at=at) * coefficient for alpha, coefficient in terms.items()]
    total = parts[0]
    for part in parts[1:]:
        total += part
    return Functional(ndim, total.terms, total.spacing)


def _check_axes(count: int) -> None:
    if not 1 <= count <= MOST_AXES:
        raise LimitError(
            f"a functional has 1 to {MOST_AXES} axes, not {written(Fraction(count))}",
            next=f"take 1 to {MOST_AXES} axes",
        )


def _place(at: Exact | Sequence[Exact], ndim: int) -> tuple[Fraction, ...]:
    if isinstance(at, Sequence) and not isinstance(at, str):
        place = tuple(rational(x, what="a coordinate of the point") for x in at)
        if len(place) != ndim:
            raise ShapeError(
                f"a point with {counted(len(place), 'coordinate')} does not fit {counted(ndim, 'axis')}"
            )
        return place
    return (rational(at, what="the point"),) * ndim


def _unit(ndim: int) -> tuple[Fraction, ...]:
    return (Fraction(1),) * ndim


def _unit_index(ndim: int, axis: int, order: int) -> MultiIndex:
    return tuple(order if i == axis else 0 for i in range(ndim))


def _tuple(numbers: tuple[Fraction, ...]) -> str:
    return f"({', '.join(map(written, numbers))})"
