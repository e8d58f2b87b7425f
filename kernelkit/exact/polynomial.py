"""Polynomials with exact coefficients, as text."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING

from kernelkit.exact.factor import MultiIndex
from kernelkit.exact.names import axis_names
from kernelkit.exact.rational import written

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Polynomial = tuple[tuple[MultiIndex, Fraction], ...]
"""``((multi-index, coefficient), ...)``, highest degree first, zeros dropped."""


def primitive(terms: Iterable[tuple[MultiIndex, Fraction]]) -> Polynomial:
    """Scale to whole coefficients without common factor, the leading one positive."""
    kept = sorted(((a, c) for a, c in terms if c), key=lambda term: (sum(term[0]), term[0]), reverse=True)
    scale = Fraction(
        math.lcm(*(c.denominator for _, c in kept)),
        math.gcd(*(c.numerator for _, c in kept)) or 1,
    )
    # gcd of numerators and lcm of denominators are those of the same primitive integer vector
    if kept[0][1] < 0:
        scale = -scale
    return tuple((a, c * scale) for a, c in kept)


def monic_from_roots(roots: Sequence[Fraction]) -> list[Fraction]:
    """Return the coefficients, constant first, of prod (x - root)."""
    coefficients = [Fraction(1)]
    for root in roots:
        shifted = [Fraction(0), *coefficients]
        coefficients = [a - root * b for a, b in zip(shifted, [*coefficients, Fraction(0)], strict=True)]
    return coefficients


def text(polynomial: Polynomial) -> str:
    """Write a polynomial in x, in y and x, or in z, y and x.

    Examples
    --------
    >>> text((((4, 0), Fraction(1)), ((2, 0), Fraction(-1, 2))))
    'y^4 - 1/2 y^2'
    """
    parts: list[str] = []
    for alpha, coefficient in polynomial:
        names = zip(axis_names(len(alpha)), alpha, strict=True)
        monomial = " ".join(name + (f"^{k}" if k > 1 else "") for name, k in names if k)
        size = abs(coefficient)
        body = monomial if monomial and size == 1 else f"{written(size)} {monomial}".strip()
        sign = "-" if coefficient < 0 else "+"
        parts.append(f" {sign} {body}" if parts else ("-" if coefficient < 0 else "") + body)
    return "".join(parts) or "0"


def factored_text(roots: Sequence[Fraction], rest: Sequence[Fraction]) -> str:
    """Write prod (x - root) times a polynomial with the given coefficients, constant first.

    Examples
    --------
    >>> factored_text([Fraction(0), Fraction(1), Fraction(-1, 2)], [Fraction(1)])
    'x (x + 1/2) (x - 1)'
    """
    factors = []
    for root in sorted(roots, key=lambda r: (abs(r), -r)):
        if not root:
            factors.append("x")
        else:
            factors.append(f"(x {'-' if root > 0 else '+'} {written(abs(root))})")
    merged: dict[str, int] = {}
    for factor in factors:
        merged[factor] = merged.get(factor, 0) + 1
    body = " ".join(factor + (f"^{k}" if k > 1 else "") for factor, k in merged.items())
    if list(rest) == [1]:
        return body
    tail = text(tuple(((k,), c) for k, c in reversed(list(enumerate(rest))) if c))
    return f"{body} ({tail})".strip()
