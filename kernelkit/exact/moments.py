"""Monomials: the multi-indices of a degree, and their values at points."""

from __future__ import annotations

import math
import operator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from fractions import Fraction

    from kernelkit.exact.factor import MultiIndex


def of_degree(ndim: int, degree: int) -> Iterator[MultiIndex]:
    """Yield the multi-indices of one total degree, first axis highest first.

    Examples
    --------
    >>> list(of_degree(2, 2))
    [(2, 0), (1, 1), (0, 2)]
    """
    if ndim == 1:
        yield (degree,)
        return
    for first in range(degree, -1, -1):
        for rest in of_degree(ndim - 1, degree - first):
            yield (first, *rest)


def through_degree(ndim: int, degree: int) -> list[MultiIndex]:
    """Return the multi-indices of total degree 0 to ``degree``, by degree."""
    return [alpha for k in range(degree + 1) for alpha in of_degree(ndim, k)]


def count_through(ndim: int, degree: int) -> int:
    """Return the dimension of the polynomials of total degree at most ``degree``."""
    return math.comb(ndim + degree, ndim) if degree >= 0 else 0


def factorial(alpha: MultiIndex) -> int:
    """Return the product of the factorials of the exponents."""
    return math.prod(map(math.factorial, alpha))


def power_rows(offsets: Sequence[Sequence[Fraction]], exponents: Sequence[MultiIndex]) -> list[list[int]]:
    """Return the rows ``offset**alpha``, one an exponent, each row scaled to whole numbers.

    Row ``alpha`` is multiplied by ``prod scale_i ** alpha_i`` with `axis_scales`.
    """
    scales = axis_scales(offsets)
    highest = max(map(max, exponents))
    powers: list[list[list[int]]] = []
    for axis, scale in enumerate(scales):
        column = [offset[axis].numerator * (scale // offset[axis].denominator) for offset in offsets]
        table = [[1] * len(column)]
        for _ in range(highest):
            table.append(list(map(operator.mul, column, table[-1])))
        powers.append(table)
    rows = []
    for alpha in exponents:
        row = powers[0][alpha[0]]
        for table, k in zip(powers[1:], alpha[1:], strict=True):
            if k:
                row = list(map(operator.mul, row, table[k]))
        rows.append(row)
    return rows


def axis_scales(offsets: Sequence[Sequence[Fraction]]) -> list[int]:
    """Return the common denominator of the coordinates on each axis."""
    return [math.lcm(*(x.denominator for x in column)) for column in zip(*offsets, strict=True)]
