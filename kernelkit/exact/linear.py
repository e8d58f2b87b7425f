"""Row reduction over the rationals, by python-flint."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple


class Reduced(NamedTuple):
    """The reduced row echelon form of a matrix of whole numbers.

    ``rows`` holds the pivot rows times ``denominator``; ``pivots`` the pivot columns, ascending.
    """

    rows: list[list[int]]
    denominator: int
    pivots: list[int]


def reduce_rows(rows: Sequence[Sequence[int]]) -> Reduced:
    """Bring a matrix of whole numbers to reduced row echelon form, exactly."""
    from flint import fmpz_mat  # noqa: PLC0415 - 30 ms that one-dimensional work never needs

    echelon, denominator, rank = fmpz_mat(rows).rref()
    table = [[int(x) for x in row] for row in echelon.table()[:rank]]
    pivots = [next(j for j, x in enumerate(row) if x) for row in table]
    return Reduced(table, int(denominator), pivots)


class Solutions(NamedTuple):
    """All solutions of a linear system: ``particular`` plus any combination of ``directions``."""

    particular: list[Fraction]
    directions: list[list[Fraction]]
    rank: int


def solve(rows: Sequence[Sequence[int]], right: Sequence[Fraction]) -> Solutions | None:
    """Return all solutions of ``rows @ w = right``, or None where there are none.

    The particular solution has zeros at the free columns, which are as late as possible.
    """
    columns = len(rows[0])
    scale = math.lcm(*(b.denominator for b in right))
    reduced = reduce_rows([[*row, int(b * scale)] for row, b in zip(rows, right, strict=True)])
    if columns in reduced.pivots:
        return None
    free = sorted(set(range(columns)) - set(reduced.pivots))
    particular = [Fraction(0)] * columns
    for pivot, row in zip(reduced.pivots, reduced.rows, strict=True):
        particular[pivot] = Fraction(row[columns], reduced.denominator * scale)
    directions = []
    for column in free:
        direction = [Fraction(0)] * columns
        direction[column] = Fraction(1)
        for pivot, row in zip(reduced.pivots, reduced.rows, strict=True):
            direction[pivot] = Fraction(-row[column], reduced.denominator)
        directions.append(direction)
    return Solutions(particular, directions, len(reduced.pivots))


def null_space(rows: Sequence[Sequence[int]]) -> list[list[Fraction]]:
    """Return a basis of the vectors that every row maps to zero, one a free column, ascending."""
    found = solve(rows, [Fraction(0)] * len(rows))
    assert found is not None  # the zero vector solves a homogeneous system
    return found.directions


def rank(rows: Sequence[Sequence[int]]) -> int:
    """Return the rank of a matrix of whole numbers."""
    return len(reduce_rows(rows).pivots)
