"""Row reduction over the rationals, by python-flint."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flint import fmpz_mat


class Reduced(NamedTuple):
    """The reduced row echelon form of a matrix of whole numbers.

    Attributes
    ----------
    echelon
        The form, times ``denominator``.
    denominator
        A whole number, not zero.
    pivots
        The pivot columns, ascending; the first ``len(pivots)`` rows are not zero.
    """

    echelon: fmpz_mat
    denominator: int
    pivots: tuple[int, ...]

    def column(self, index: int) -> list[Fraction]:
        """Return one column of the form, in the rows that are not zero."""
        return [Fraction(int(self.echelon[i, index]), self.denominator) for i in range(len(self.pivots))]


class Solutions(NamedTuple):
    """All solutions of a linear system: ``particular`` plus any combination of `directions`.

    Attributes
    ----------
    particular
        The solution that is zero at the free columns, which are as late as possible.
    columns
        Number of unknowns.
    reduced
        The echelon form they are read from.
    """

    particular: list[Fraction]
    columns: int
    reduced: Reduced

    @property
    def rank(self) -> int:
        """Number of independent conditions."""
        return len(self.reduced.pivots)

    @property
    def freedom(self) -> int:
        """Number of unknowns that stay free."""
        return self.columns - self.rank

    def directions(self) -> list[list[Fraction]]:
        """Return a basis of the solutions of the homogeneous system, one a free column, ascending."""
        found = []
        for column in sorted(set(range(self.columns)) - set(self.reduced.pivots)):
            direction = [Fraction(0)] * self.columns
            direction[column] = Fraction(1)
            for pivot, entry in zip(self.reduced.pivots, self.reduced.column(column), strict=True):
                direction[pivot] = -entry
            found.append(direction)
        return found


def reduce_rows(rows: Sequence[Sequence[int]]) -> Reduced:
    """Bring a matrix of whole numbers to reduced row echelon form, exactly."""
    from flint import fmpz_mat

    echelon, denominator, rank = fmpz_mat(rows).rref()
    pivots = []
    column = 0
    for row in range(rank):
        while not echelon[row, column]:
            column += 1
        pivots.append(column)
        column += 1
    return Reduced(echelon, int(denominator), tuple(pivots))


def solve(rows: Sequence[Sequence[int]], right: Sequence[Fraction]) -> Solutions | None:
    """Return all solutions of ``rows @ w = right``, or None where there are none."""
    columns = len(rows[0])
    scale = math.lcm(*(b.denominator for b in right))
    reduced = reduce_rows(
        [[*row, b.numerator * (scale // b.denominator)] for row, b in zip(rows, right, strict=True)]
    )
    if columns in reduced.pivots:
        return None
    particular = [Fraction(0)] * columns
    bottom = reduced.denominator * scale
    for row, pivot in enumerate(reduced.pivots):
        entry = reduced.echelon[row, columns]
        if entry:
            particular[pivot] = Fraction(int(entry), bottom)
    return Solutions(particular, columns, reduced)


def least_norm(rows: Sequence[Sequence[int]], right: Sequence[Fraction]) -> list[Fraction] | None:
    """Return the solution of ``rows @ w = right`` with the least sum of squares, or None where there is none."""
    solutions = solve(rows, right)
    if solutions is None or not solutions.freedom:
        return solutions and solutions.particular
    # the least solution is a combination of the independent rows: w = A^T y with A A^T y = b
    independent = reduce_rows(list(zip(*rows, strict=True))).pivots
    basis = [rows[i] for i in independent]
    gram = [[sum(a * b for a, b in zip(p, q, strict=True)) for q in basis] for p in basis]
    found = solve(gram, [right[i] for i in independent])
    assert found is not None  # the Gram matrix of independent rows is invertible
    return [
        sum((y * row[j] for y, row in zip(found.particular, basis, strict=True)), Fraction(0))
        for j in range(len(rows[0]))
    ]


def null_space(rows: Sequence[Sequence[int]]) -> list[list[Fraction]]:
    """Return a basis of the vectors that every row maps to zero, one a free column, ascending."""
    found = solve(rows, [Fraction(0)] * len(rows))
    assert found is not None  # the zero vector solves a homogeneous system
    return found.directions()


def rank(rows: Sequence[Sequence[int]]) -> int:
    """Return the rank of a matrix of whole numbers."""
    return len(reduce_rows(rows).pivots)
