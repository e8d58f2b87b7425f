"""Exhaustive search for the smallest supports, in whole numbers: what it does not find does not exist.

A kernel on chosen points exists when the vector of target moments lies in the span of the points' columns of
the moment system.  The search walks through all sets of a size, reduces the remaining columns by each chosen
one (Bareiss's fraction-free elimination, shared by all sets that begin alike), and closes the last two points
at once: with the target itself as a pivot, two columns complete a set exactly when what is left of them is
parallel, which a table of normalised columns answers.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Vector = list[int]


def minimal_sets(
    columns: Sequence[Vector], target: Vector, size: int, permutations: Sequence[Sequence[int]] = ()
) -> list[tuple[int, ...]]:
    """Return all sets of exactly ``size`` columns whose span holds the target, when no smaller set does.

    Parameters
    ----------
    columns
        One vector of whole numbers a point.
    target
        A nonzero vector of the same length.
    size
        Number of columns of a set; smaller sizes must have been searched, without a find.
    permutations
        Symmetries: each takes column i to column ``permutation[i]`` and solvable sets to solvable sets.  Only
        one set of each kind is then searched for, and its images are added.
    """
    items = [(i, list(column)) for i, column in enumerate(columns)]
    if not permutations or size < 3:
        return sorted(_complete(items, list(target), 1, size))
    found: set[tuple[int, ...]] = set()
    for first, others in starts(len(columns), permutations):
        reduced = _reduced([items[i] for i in others], list(target), 1, items[first][1])
        if reduced is None:
            continue
        for rest in _complete(*reduced, size - 1):
            for permutation in permutations:
                found.add(tuple(sorted(permutation[i] for i in (first, *rest))))
    return sorted(found)


def work(points: int, entries: int, size: int, permutations: Sequence[Sequence[int]] = ()) -> int:
    """Return how many numbers `minimal_sets` goes through for one size, within a small factor."""
    if not permutations or size < 3:
        return math.comb(points, max(size - 1, 1)) * entries
    return sum(math.comb(len(others), size - 2) for _, others in starts(points, permutations)) * entries


def starts(points: int, permutations: Sequence[Sequence[int]]) -> Iterator[tuple[int, list[int]]]:
    """Yield one member of each orbit, with the columns of its own and all later orbits."""
    left = set(range(points))
    while left:
        first = min(left)
        yield first, sorted(left - {first})
        left -= {permutation[first] for permutation in permutations}


def _complete(
    columns: list[tuple[int, Vector]], target: Vector, divisor: int, size: int
) -> Iterator[tuple[int, ...]]:
    if size == 1:
        for index, column in columns:
            if _parallel(column, target):
                yield (index,)
    elif size == 2:
        yield from _pairs(columns, target, divisor)
    else:
        for place, (index, column) in enumerate(columns[: len(columns) - size + 1]):
            reduced = _reduced(columns[place + 1 :], target, divisor, column)
            if reduced is None or not any(reduced[1]):
                # the column depends on those chosen, or the target was reached with fewer points
                continue
            for rest in _complete(*reduced, size - 1):
                yield (index, *rest)


def _reduced(
    columns: list[tuple[int, Vector]], target: Vector, divisor: int, pivot_column: Vector
) -> tuple[list[tuple[int, Vector]], Vector, int] | None:
    """Eliminate one column from all others; None when it is zero."""
    place = next((i for i, x in enumerate(pivot_column) if x), None)
    if place is None:
        return None
    pivot = pivot_column[place]
    below = pivot_column[:place] + pivot_column[place + 1 :]

    def eliminated(vector: Vector) -> Vector:
        factor = vector[place]
        rest = vector[:place] + vector[place + 1 :]
        if not factor:
            return [x * pivot // divisor for x in rest]
        return [(x * pivot - factor * b) // divisor for x, b in zip(rest, below, strict=True)]

    return [(i, eliminated(v)) for i, v in columns], eliminated(target), pivot


def _pairs(columns: list[tuple[int, Vector]], target: Vector, divisor: int) -> Iterator[tuple[int, int]]:
    reduced = _reduced(columns, target, divisor, target)
    assert reduced is not None  # the target is not zero: it was not reached with fewer points
    before = dict(columns)
    alike: dict[tuple[int, ...], list[int]] = {}
    for index, column in reduced[0]:
        common = math.gcd(*column)
        if not common:
            continue  # a zero column, or one that completes the set alone: fewer points suffice
        if next(x for x in column if x) < 0:
            common = -common
        key = tuple(x // common for x in column)
        for earlier in alike.setdefault(key, []):
            if not _parallel(before[index], before[earlier]):  # two parallel columns span nothing new
                yield earlier, index
        alike[key].append(index)


def _parallel(column: Vector, target: Vector) -> bool:
    place = next((i for i, x in enumerate(target) if x), None)
    if place is None or not column[place]:
        return False
    a, b = target[place], column[place]
    return all(x * b == y * a for x, y in zip(target, column, strict=True))
