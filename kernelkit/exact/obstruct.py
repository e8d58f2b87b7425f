"""Obstructions: the polynomial that proves that no kernel exists on a set of points."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from kernelkit.errors import InputError, LimitError, ShapeError
from kernelkit.exact import linear, polynomial
from kernelkit.exact.factor import Point
from kernelkit.exact.functional import HIGHEST_ORDER, Functional
from kernelkit.exact.moments import axis_scales, count_through, power_rows, through_degree
from kernelkit.exact.offsets import MOST_POINTS, Points, Stencil
from kernelkit.exact.rational import counted, whole, written

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kernelkit.exact.polynomial import Polynomial

HIGHEST_DEGREE = HIGHEST_ORDER + MOST_POINTS
"""Degree of exactness that may be asked for."""

MOST_ENTRIES = 500_000
"""Points times conditions of one moment system; more is refused."""


@dataclass(frozen=True, slots=True)
class Obstruction:
    """A polynomial that is zero on all offsets but not under the target.

    Any kernel on the offsets gives 0 on it, the target does not, so no kernel there treats polynomials of
    its degree exactly.

    Attributes
    ----------
    target, stencil
        What cannot be computed, and where.
    polynomial
        ``((multi-index, coefficient), ...)`` in units of samples, highest degree first.
    """

    target: Functional
    stencil: Stencil
    polynomial: Polynomial

    @property
    def value(self) -> Fraction:
        """The target applied to `polynomial`, in units of samples; never zero."""
        return sum((c * self.target.moment(alpha) for alpha, c in self.polynomial), Fraction(0))

    @property
    def physical(self) -> Polynomial:
        """The polynomial in the unit of the spacing, with whole coefficients; for unit spacing the same one."""
        return polynomial.primitive((alpha, c / self.target.units(alpha)) for alpha, c in self.polynomial)

    @property
    def text(self) -> str:
        """The polynomial in the unit of the spacing, in one dimension as a product over the points."""
        if self.stencil.ndim > 1:
            return polynomial.text(self.physical)
        rest = [Fraction(0)] * (self.polynomial[0][0][0] + 1)
        for (k,), coefficient in self.physical:
            rest[k] = coefficient
        roots = [x * self.target.spacing[0] for (x,) in self.stencil.offsets]
        for root in roots:
            rest = _divided(rest, root)
        while len(rest) > 1 and not rest[0]:
            rest = rest[1:]
            roots.append(Fraction(0))
        lead = rest[-1]
        if lead != 1 and len(rest) == 1:
            return f"{written(lead)} {polynomial.factored_text(roots, [Fraction(1)])}"
        return polynomial.factored_text(roots, rest)

    @property
    def statement(self) -> str:
        """The proof in one sentence."""
        words = {1: "the point", 2: "both points"}
        points = words.get(len(self.stencil), f"all {len(self.stencil)} points")
        terms = (c * self.target.moment(alpha) * self.target.units(alpha) for alpha, c in self.physical)
        try:
            return f"{self.text} is zero on {points}, but its {self.target.name} is {written(sum(terms, Fraction(0)))}"
        except LimitError:
            degree = sum(self.polynomial[0][0])
            return f"a polynomial of degree {degree}, too long to write, is zero on {points}, but not under the target"


def obstruction(target: Functional, offsets: Points | Stencil, *, accuracy: int = 1) -> Obstruction | None:
    """Return a polynomial that proves that no kernel of the accuracy exists, or None where one exists.

    Parameters
    ----------
    target
        What is to be computed.
    offsets
        Where samples may be taken.
    accuracy
        The p of an error O(h^p); 1 asks for any consistent kernel.

    Raises
    ------
    ShapeError
        Points and target have different numbers of axes.
    InputError
        ``accuracy`` is less than 1.
    LimitError
        The system has more than `MOST_ENTRIES` entries.

    Notes
    -----
    By the Fredholm alternative one of the two exists, and never both: a kernel, or this polynomial.

    Examples
    --------
    >>> from kernelkit.exact.functional import derivative
    >>> print(obstruction(derivative(3), [0, 1, 2]).statement)
    x (x - 1) (x - 2) is zero on all 3 points, but its d^3/dx^3 is 6
    >>> obstruction(derivative(2), [0, 1, 2]) is None
    True
    """
    degree = required_degree(target, accuracy)
    stencil = Stencil.of(offsets)
    check_axes(target, stencil)
    if target.ndim == 1:
        return _on_line(target, stencil, degree)
    return _in_space(target, stencil, degree)


def required_degree(target: Functional, accuracy: int) -> int:
    """Return the degree through which moments must agree for an accuracy, at least that of consistency."""
    check_target(target)
    if not target.terms:
        raise InputError("the zero functional has no kernel worth deriving", why="all its terms cancel")
    wanted = whole(accuracy, what="an accuracy")
    if wanted < 1:
        raise InputError("an accuracy must be at least 1", why="with 0 the error would not vanish with h")
    degree = max(target.order + wanted - 1, target.order, 0)
    if degree > HIGHEST_DEGREE:
        raise LimitError(
            f"the accuracy asks for moments above the limit of degree {HIGHEST_DEGREE}",
            next=f"ask for an accuracy of at most {HIGHEST_DEGREE + 1 - target.order}",
        )
    return degree


def check_target(target: object) -> None:
    """Refuse anything but a functional."""
    if not isinstance(target, Functional):
        raise InputError(
            f"a target is a functional, not {target!r}"[:200],
            next='derivative(2), integral(0, 1), laplacian(2) and operator("dxx + dyy") are targets',
        )


def check_axes(target: Functional, stencil: Stencil) -> None:
    """Refuse points that have not one coordinate an axis of the target."""
    if target.ndim != stencil.ndim:
        raise ShapeError(
            f"points of dimension {stencil.ndim} do not fit a target on {counted(target.ndim, 'axis')}",
            next="give one coordinate an axis, as box(1, ndim=3) does in space",
        )


def check_size(stencil: Stencil, degree: int) -> None:
    """Refuse a moment system too large to reduce in reasonable time."""
    entries = len(stencil) * count_through(stencil.ndim, degree)
    if entries > MOST_ENTRIES:
        raise LimitError(
            f"a system of {len(stencil)} points and {entries // len(stencil)} conditions is above the limit "
            f"of {MOST_ENTRIES} entries",
            next="ask for fewer points or a lower accuracy",
        )


def _on_line(target: Functional, stencil: Stencil, degree: int) -> Obstruction | None:
    """Try the node polynomial times powers of (x - c): with these every polynomial zero on the nodes is made."""
    nodes = [x for (x,) in stencil.offsets]
    if degree < len(nodes):
        return None
    centre = _single_place(target)
    candidate = polynomial.monic_from_roots(nodes)
    moments = [target.moment((k,)) for k in range(degree + 1)]
    for _ in range(degree - len(nodes) + 1):
        if sum(c * m for c, m in zip(candidate, moments, strict=False)):
            found = polynomial.primitive(((k,), c) for k, c in enumerate(candidate))
            return Obstruction(target, stencil, found)
        candidate = [
            a - centre * b for a, b in zip([Fraction(0), *candidate], [*candidate, Fraction(0)], strict=True)
        ]
    return None


def _in_space(target: Functional, stencil: Stencil, degree: int) -> Obstruction | None:
    check_size(stencil, degree)
    exponents = through_degree(target.ndim, degree)
    scales = axis_scales(stencil.offsets)
    columns = power_rows(stencil.offsets, exponents)
    moments = [target.moment(alpha) for alpha in exponents]
    for direction in linear.null_space(list(zip(*columns, strict=True))):
        # back from whole coordinates
        terms = [
            (alpha, c * math.prod(scale**k for scale, k in zip(scales, alpha, strict=True)))
            for alpha, c in zip(exponents, direction, strict=True)
        ]
        if sum(c * moment for (_, c), moment in zip(terms, moments, strict=True)):
            return Obstruction(target, stencil, polynomial.primitive(terms))
    return None


def _single_place(target: Functional) -> Fraction:
    places = {f.at for _, factors in target.terms for f in factors if isinstance(f, Point)}
    return places.pop() / target.spacing[0] if len(places) == 1 else Fraction(0)


def _divided(coefficients: Sequence[Fraction], root: Fraction) -> list[Fraction]:
    """Divide by (x - root), which is known to be a factor; constant coefficient first."""
    quotient: list[Fraction] = []
    carry = Fraction(0)
    for c in reversed(coefficients[1:]):
        carry = c + root * carry
        quotient.append(carry)
    return quotient[::-1]
