"""SymPy expressions from plans, built as they are: nothing is left for SymPy to simplify.

A plan lists arguments in the order in which SymPy itself keeps them, so that an expression built here and one
that SymPy evaluated compare equal.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

import sympy
from sympy import Add, Integer, Mul, Pow, S

from kernelkit.symbolic.plan import MOST_KEPT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kernelkit.symbolic.plan import Factored, Term, Terms


class Trees:
    """Makes expressions in given symbols, each repeated part once.

    Parameters
    ----------
    symbols
        What the indices in a plan stand for.
    """

    def __init__(self, symbols: Sequence[sympy.Symbol]) -> None:
        self.symbols = symbols
        self._powers: dict[tuple[Terms, int], sympy.Expr] = {}
        self._terms: dict[Term, sympy.Expr] = {}

    def position(self, terms: Terms, unit: int) -> sympy.Expr:
        """Return a sum, divided by a whole number term by term."""
        if unit == 1:
            return self._power((terms, 1))
        return Add(*(self._term(term) / unit for term in terms))

    def factored(self, product: Factored) -> sympy.Expr:
        """Return a product with its factors kept apart."""
        factors = [self._power(pair) for pair in product.powers]
        if product.number is not S.One or not factors:
            factors.insert(0, product.number)
        return factors[0] if len(factors) == 1 else Mul(*factors, evaluate=False)

    def _power(self, pair: tuple[Terms, int]) -> sympy.Expr:
        found = self._powers.get(pair)
        if found is None:
            terms, exponent = pair
            found = (
                self._sum(terms) if exponent == 1 else Pow(self._power((terms, 1)), exponent, evaluate=False)
            )
            self._powers[pair] = found
        return found

    def _sum(self, terms: Terms) -> sympy.Expr:
        if not terms:
            return Integer(0)
        made = [self._term(term) for term in terms]
        return made[0] if len(made) == 1 else Add(*made, evaluate=False)

    def _term(self, term: Term) -> sympy.Expr:
        found = self._terms.get(term)
        if found is None:
            coefficient, monomial = term
            factors = [
                self.symbols[v] if e == 1 else Pow(self.symbols[v], e, evaluate=False) for v, e in monomial
            ]
            if coefficient != 1 or not factors:
                factors.insert(0, Integer(coefficient))
            found = factors[0] if len(factors) == 1 else Mul(*factors, evaluate=False)
            self._terms[term] = found
        return found


def trees_of(names: tuple[str, ...]) -> Trees:
    """Return what makes expressions in positive symbols; kernels on the same spacings share parts."""
    return _kept(names) if len(names) <= MOST_KEPT else _made(names)


def forget() -> None:
    """Drop the parts that are kept, so that a benchmark can time the first kernel."""
    _kept.cache_clear()


def _made(names: tuple[str, ...]) -> Trees:
    return Trees([sympy.Symbol(name, positive=True) for name in names])


_kept = functools.lru_cache(maxsize=16)(_made)
