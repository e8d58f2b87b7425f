"""Finite-difference weights in closed form: the factors are written down, never searched for.

The difference of two node positions is a sum of neighbouring cell widths: a `Form`, the coefficients of the
symbols followed by the constant.  Where more than such sums are needed a polynomial is a `Poly`, coefficients
by monomial, the exponents of a monomial packed into one integer.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from operator import add, sub
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

Form = tuple[int, ...]
Poly = dict[int, int]

BITS = 5
"""Bits of one packed exponent: four for degrees up to 12, the most cells there are, and a guard bit."""

_GUARDS = sum(1 << BITS * v + BITS - 1 for v in range(12))


@dataclass(slots=True)
class Product:
    """A factored expression: ``top / bottom`` times powers of forms, times a polynomial.

    Attributes
    ----------
    top, bottom
        The rational factor, not always in lowest terms; ``bottom`` is positive.
    powers
        Exponent by form.  Forms are primitive, not constant, and their coefficients are not negative.
    rest
        A primitive polynomial of several terms that none of the distances divides, or None for 1.
    """

    top: int
    bottom: int
    powers: dict[Form, int]
    rest: Poly | None = None


@dataclass(frozen=True, slots=True)
class Cells:
    """Where the nodes are, relative to the base node.

    Attributes
    ----------
    positions
        One form a node, ascending; zero for the base node.
    gaps
        ``gaps[i][j - i - 1]`` is the distance from node i to a later node j, as content and primitive form.
    base
        Index of the base node.
    unit
        Widths were multiplied by this number, so that forms are whole.
    distinct
        Whether every cell is a symbol of its own.  Then weights are in lowest terms as they are made: apart
        from the base node the positions are independent variables, which generate all sums of cells with
        whole coefficients, so that an elementary symmetric polynomial of some of them is primitive, is
        irreducible unless it is their product, and has no divisor in common with the other differences.
    """

    positions: tuple[Form, ...]
    gaps: list[list[tuple[int, Form]]]
    base: int
    unit: int
    distinct: bool

    @classmethod
    def of(cls, widths: Sequence[Form], base: int, *, unit: int, distinct: bool) -> Cells:
        """Add up cell widths to positions."""
        left, right = [(0,) * len(widths[0])], [(0,) * len(widths[0])]
        for width in reversed(widths[:base]):
            left.append(tuple(map(sub, left[-1], width)))
        for width in widths[base:]:
            right.append(tuple(map(add, right[-1], width)))
        positions = (*reversed(left), *right[1:])
        gaps = []
        for i, low in enumerate(positions):
            forms = [tuple(map(sub, high, low)) for high in positions[i + 1 :]]
            gaps.append([(1, form) if distinct else _primitive(form) for form in forms])
        return cls(positions, gaps, base, unit, distinct)

    def weights(self, order: int, symmetric: list[Poly]) -> list[Product]:
        """Return the weights of a derivative at the base node, of order 1 to ``n - 1`` on n nodes.

        With m = n - 1 - order, the weight of node i is ``order! (-1)^m e_m / prod (x_i - x_j)`` over all
        j != i, and e_m is the elementary symmetric polynomial of the other positions.  The base node is at 0,
        so it drops out of every e_m but its own, and for order 1 these are products of positions.
        """
        nodes = self.positions
        m = len(nodes) - 1 - order
        scale = math.factorial(order) * self.unit**order
        found = []
        for i, node in enumerate(nodes):
            product = self._over_gaps(i, -scale if (order + i) % 2 else scale)
            if i == self.base:
                self._times(product, symmetric[m])
            elif order == 1:
                self._times_positions(product, i)
            elif m:
                self._times(product, _without(symmetric[: m + 1], node))
            found.append(product)
        return found

    def error(self, order: int, symmetric: list[Poly]) -> tuple[int, Product]:
        """Return accuracy and leading error coefficient, for the orders of `weights`.

        With omega = prod (x - x_j) the coefficient is ``-omega^(order)(0) / n!``.  Where that vanishes the
        accuracy is one higher and the coefficient ``-order omega^(order - 1)(0) / (n + 1)!``, which does not
        vanish too: omega has n distinct real zeros, so by Rolle all its derivatives have simple zeros.
        """
        last = len(self.positions) - 1
        degree = last + 1 - order
        while True:
            top = math.factorial(order) if degree % 2 else -math.factorial(order)
            product = Product(top, math.factorial(degree + order) * self.unit**degree, {})
            if degree == last:
                self._times_positions(product, self.base)
            else:
                self._times(product, symmetric[degree])
            if product.top:
                return degree, product
            degree += 1
            symmetric = self.symmetric(min(degree, last))

    def symmetric(self, highest: int) -> list[Poly]:
        """Return the elementary symmetric polynomials of the positions, of degree 0 to ``highest``."""
        found: list[Poly] = [{0: 1}] + [{} for _ in range(highest)]
        for j, node in enumerate(self.positions):
            if j != self.base:
                terms = packed(node)
                for k in range(highest, 0, -1):
                    _add_product(found[k], found[k - 1], terms)
        return found

    def _over_gaps(self, i: int, top: int) -> Product:
        """Return ``top`` divided by the distances of node i from all others."""
        powers: dict[Form, int] = {}
        bottom = 1
        for content, form in [*self.gaps[i], *(self.gaps[j][i - j - 1] for j in range(i))]:
            bottom *= content
            powers[form] = powers.get(form, 0) - 1
        return _reduced(Product(top, bottom, powers))

    def _times_positions(self, product: Product, without: int) -> None:
        """Multiply by the positions of all nodes but the base node and one other."""
        base = self.base
        for j in range(len(self.positions)):
            if j not in (base, without):
                content, form = self.gaps[j][base - j - 1] if j < base else self.gaps[base][j - base - 1]
                product.top *= -content if j < base else content
                product.powers[form] = product.powers.get(form, 0) + 1
        _reduced(product)

    def _times(self, product: Product, poly: Poly) -> None:
        """Multiply by a polynomial, take out what is common, and settle its sign."""
        poly = {monomial: c for monomial, c in poly.items() if c}
        if not self.distinct and poly:
            for form in {form for row in self.gaps for _, form in row if any(form[:-1])}:
                while (quotient := _divided(poly, packed(form))) is not None:
                    poly = quotient
                    product.powers[form] = product.powers.get(form, 0) + 1
        content = math.gcd(*poly.values())
        # reads best without an outer minus, unless it is the sign of every term
        if min(poly.values(), default=0) < 0 and (product.top < 0 or max(poly.values()) < 0):
            content = -content
        product.top *= content
        if not content:
            product.powers = {}
        elif len(poly) > 1:
            product.rest = {monomial: c // content for monomial, c in poly.items()}
        _reduced(product)


def packed(form: Form) -> list[tuple[int, int]]:
    """Return monomial and coefficient of each term of a form; earlier symbols are higher bits.

    Examples
    --------
    >>> packed((3, 0, 1))
    [(32, 3), (0, 1)]
    """
    last = len(form) - 2
    return [(1 << BITS * (last - v) if v <= last else 0, c) for v, c in enumerate(form) if c]


def exponents(monomial: int, symbols: int) -> list[int]:
    """Unpack the exponents of a monomial.

    Examples
    --------
    >>> exponents(32 * 2 + 1, 2)
    [2, 1]
    """
    mask = (1 << BITS) - 1
    return [monomial >> BITS * v & mask for v in range(symbols - 1, -1, -1)]


def _primitive(form: Form) -> tuple[int, Form]:
    content = math.gcd(*form)
    return content, form if content == 1 else tuple(c // content for c in form)


def _reduced(product: Product) -> Product:
    """Drop factors that are 1: constant forms and powers of exponent zero."""
    product.powers = {form: power for form, power in product.powers.items() if power and any(form[:-1])}
    return product


def _add_product(total: Poly, poly: Poly, terms: list[tuple[int, int]]) -> None:
    for monomial, coefficient in poly.items():
        for shift, c in terms:
            total[monomial + shift] = total.get(monomial + shift, 0) + coefficient * c


def _without(symmetric: list[Poly], node: Form) -> Poly:
    """Return the last of the symmetric polynomials with one position left out, by division of series."""
    terms = [(monomial, -c) for monomial, c in packed(node)]
    quotient: Poly = {0: 1}
    for poly in symmetric[1:]:
        following = dict(poly)
        _add_product(following, quotient, terms)
        quotient = following
    return quotient


def _divided(poly: Poly, terms: list[tuple[int, int]]) -> Poly | None:
    """Divide by a primitive form; None where it does not divide, nor does over the rationals (Gauss)."""
    (lead, by), *rest = terms
    left = dict(poly)
    quotient: Poly = {}
    while left:
        highest = max(left)
        coefficient = left.pop(highest)
        if coefficient % by or (highest | _GUARDS) - lead & _GUARDS != _GUARDS:
            return None
        shift = highest - lead
        quotient[shift] = coefficient // by
        for monomial, c in rest:
            place = monomial + shift
            left[place] = left.get(place, 0) - coefficient // by * c
            if not left[place]:
                del left[place]
    return quotient
