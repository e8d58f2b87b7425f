"""The slow, obvious way: arithmetic that shares no code with kernelkit, to compare its answers with."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction

Polynomial = Mapping[tuple[int, ...], Fraction]


def outcome(call: Callable[[], object], refusal: type[Exception]) -> tuple[object, Exception | None]:
    """Return what a call gives, or the error of the given class in which it ends."""
    try:
        return call(), None
    except refusal as refused:
        return None, refused


def solve(rows: Sequence[Sequence[Fraction]], right: Sequence[Fraction]) -> list[Fraction] | None:
    """Return one solution of a linear system by Gaussian elimination, or None."""
    width = len(rows[0])
    table = [[*map(Fraction, row), Fraction(b)] for row, b in zip(rows, right, strict=True)]
    pivots = []
    for column in range(width):
        place = next((i for i in range(len(pivots), len(table)) if table[i][column]), None)
        if place is None:
            continue
        top = len(pivots)
        table[top], table[place] = table[place], table[top]
        table[top] = [x / table[top][column] for x in table[top]]
        for i, row in enumerate(table):
            if i != top and row[column]:
                table[i] = [x - row[column] * y for x, y in zip(row, table[top], strict=True)]
        pivots.append(column)
    if any(row[width] for row in table[len(pivots) :]):
        return None
    found = [Fraction(0)] * width
    for row, pivot in zip(table, pivots, strict=False):
        found[pivot] = row[width]
    return found


def rank(rows: Sequence[Sequence[Fraction]]) -> int:
    """Return the rank of a matrix by Gaussian elimination."""
    table = [list(map(Fraction, row)) for row in rows]
    count = 0
    for column in range(len(rows[0])):
        place = next((i for i in range(count, len(table)) if table[i][column]), None)
        if place is None:
            continue
        table[count], table[place] = table[place], table[count]
        for i in range(count + 1, len(table)):
            factor = table[i][column] / table[count][column]
            table[i] = [x - factor * y for x, y in zip(table[i], table[count], strict=True)]
        count += 1
    return count


def exponents(ndim: int, degree: int) -> list[tuple[int, ...]]:
    """Return all multi-indices of total degree at most ``degree``."""
    return [a for a in itertools.product(range(degree + 1), repeat=ndim) if sum(a) <= degree]


def power(point: Sequence[Fraction], alpha: Sequence[int]) -> Fraction:
    """Return a monomial at a point."""
    return math.prod((Fraction(x) ** k for x, k in zip(point, alpha, strict=True)), start=Fraction(1))


def evaluated(polynomial: Polynomial, point: Sequence[Fraction]) -> Fraction:
    """Return a polynomial at a point."""
    return sum((c * power(point, alpha) for alpha, c in polynomial.items()), Fraction(0))


def operator_on_monomial(operator: Polynomial, alpha: Sequence[int]) -> Fraction:
    """Apply a differential operator at the origin, given by its symbol, to a monomial."""
    return operator.get(tuple(alpha), Fraction(0)) * math.prod(map(math.factorial, alpha))


def applied(
    taps: Mapping[tuple[Fraction, ...], Fraction], f: Callable[..., object], at: Sequence[Fraction]
) -> object:
    """Return ``sum tap * f(at + offset)`` by its definition."""
    return sum(
        (tap * f(*(x + y for x, y in zip(at, offset, strict=True))) for offset, tap in taps.items()),
        Fraction(0),
    )


def kernels_with_fewest_taps(
    moment: Callable[[tuple[int, ...]], Fraction], points: Sequence[tuple[Fraction, ...]], degree: int
) -> list[dict[tuple[Fraction, ...], Fraction]]:
    """Try all sets of one point, two points, and so on; return every kernel of the first size that works."""
    conditions = exponents(len(points[0]), degree)
    right = [moment(alpha) for alpha in conditions]
    for size in range(len(points) + 1):
        found = list(_of_size(conditions, right, points, size))
        if found:
            return found
    return []


def _of_size(
    conditions: list[tuple[int, ...]],
    right: list[Fraction],
    points: Sequence[tuple[Fraction, ...]],
    size: int,
) -> Iterator[dict[tuple[Fraction, ...], Fraction]]:
    if size == 0:
        if not any(right):
            yield {}
        return
    for chosen in itertools.combinations(points, size):
        taps = solve([[power(x, alpha) for x in chosen] for alpha in conditions], right)
        if taps is not None:
            yield dict(zip(chosen, taps, strict=True))
