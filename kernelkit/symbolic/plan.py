"""Plans: what a kernel looks like for any names of its spacings.

The factors of a kernel depend on the pattern of its cells, which of them are equal and which are numbers, and
not on what the symbols are called.  Plans are made once a pattern and kept.
"""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import sympy

from kernelkit.symbolic.closed import Cells, Product, exponents, packed

if TYPE_CHECKING:
    from collections.abc import Iterable

Pattern = tuple[int | Fraction, ...]
"""Cells from left to right: a positive number, or -1 - v for the symbol of index v.

Not v itself: 1 and Fraction(1) are equal, and a kept plan would be found for either.
"""

Monomial = tuple[tuple[int, int], ...]
"""Pairs of the index of a symbol and its exponent."""

Term = tuple[int, Monomial]
Terms = tuple[Term, ...]

MOST_KEPT = 7
"""Cells of the longest pattern whose plan is kept; numerators of longer ones take megabytes."""

# the first entry of a key: SymPy orders arguments by class before all else, and has a class for minus one
_MINUS_ONE, _INTEGER, _SYMBOL, _POWER, _PRODUCT, _SUM = range(6)


@dataclass(frozen=True, slots=True)
class Factored:
    """A `Product` in the order in which SymPy keeps arguments.

    Attributes
    ----------
    number
        The rational factor; where it is zero nothing follows.
    powers
        Sums and their exponents.
    """

    number: sympy.Rational
    powers: tuple[tuple[Terms, int], ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """Nodes, taps and error of a kernel, in indices of symbols instead of symbols.

    Attributes
    ----------
    nodes
        Positions relative to the base node: terms, to be divided by ``unit``.
    unit
        The common denominator of the numbers among the cells.
    taps
        One a node.
    accuracy, error
        The leading error; None and 0 for order 0, which has no error.
    """

    nodes: tuple[Terms, ...]
    unit: int
    taps: tuple[Factored, ...]
    accuracy: int | None
    error: Factored


def plan(order: int, pattern: Pattern, base: int) -> Plan:
    """Return the plan of a derivative, of order 0 to ``len(pattern)``, at the base node.

    Examples
    --------
    >>> plan(1, (-1,), 0).taps[1]
    Factored(number=1, powers=((((1, ((0, 1),)),), -1),))
    """
    return (_kept if len(pattern) <= MOST_KEPT else _made)(order, pattern, base)


def forget() -> None:
    """Drop the plans that are kept, so that a benchmark can time the first one."""
    _kept.cache_clear()


def _made(order: int, pattern: Pattern, base: int) -> Plan:
    cells = _cells(pattern, base)
    symbols = len(cells.positions[0]) - 1
    nodes = tuple(_ordered(packed(node), symbols) for node in cells.positions)
    if not order:
        values = tuple(Factored(sympy.Integer(int(i == base)), ()) for i in range(len(nodes)))
        return Plan(nodes, cells.unit, values, None, Factored(sympy.Integer(0), ()))
    symmetric = cells.symmetric(len(pattern) + 1 - max(order, 2))
    taps = tuple(_factored(tap, symbols) for tap in cells.weights(order, symmetric))
    accuracy, error = cells.error(order, symmetric)
    return Plan(nodes, cells.unit, taps, accuracy, _factored(error, symbols))


_kept = functools.lru_cache(maxsize=128)(_made)


def _cells(pattern: Pattern, base: int) -> Cells:
    unit = math.lcm(*(cell.denominator for cell in pattern))
    symbols = {-1 - cell for cell in pattern if isinstance(cell, int)}
    length = len(symbols) + 1
    widths = []
    for cell in pattern:
        width = [0] * length
        if isinstance(cell, int):
            width[-1 - cell] = unit
        else:
            width[-1] = int(cell * unit)
        widths.append(tuple(width))
    return Cells.of(widths, base, unit=unit, distinct=len(symbols) == len(pattern))


def _factored(product: Product, symbols: int) -> Factored:
    factors = [(packed(form), power) for form, power in product.powers.items()]
    if product.rest:
        factors.append((list(product.rest.items()), 1))
    keyed = []
    for pairs, power in factors:
        terms = _ordered(pairs, symbols)
        key = _term_key(terms[0]) if len(terms) == 1 else (_SUM, len(terms), *map(_term_key, terms))
        keyed.append((key if power == 1 else (_POWER, key, _number_key(power)), terms, power))
    powers = tuple((terms, power) for _, terms, power in sorted(keyed))
    return Factored(sympy.Rational(product.top, product.bottom), powers)


def _ordered(terms: Iterable[tuple[int, int]], symbols: int) -> Terms:
    found = []
    for packed_monomial, coefficient in terms:
        monomial = [(v, e) for v, e in enumerate(exponents(packed_monomial, symbols)) if e]
        # a symbol comes before its powers, whichever symbol it is
        monomial.sort(key=_factor_key)
        found.append((coefficient, tuple(monomial)))
    return tuple(sorted(found, key=_term_key))


def _term_key(term: Term) -> tuple[Any, ...]:
    coefficient, monomial = term
    factors = [_factor_key(factor) for factor in monomial]
    if coefficient != 1 or not factors:
        factors.insert(0, _number_key(coefficient))
    return factors[0] if len(factors) == 1 else (_PRODUCT, len(factors), *factors)


def _factor_key(factor: tuple[int, int]) -> tuple[Any, ...]:
    v, exponent = factor
    return (_SYMBOL, v) if exponent == 1 else (_POWER, (_SYMBOL, v), _number_key(exponent))


def _number_key(number: int) -> tuple[int, int]:
    return (_MINUS_ONE if number == -1 else _INTEGER), number
