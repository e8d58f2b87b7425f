"""The kernels with the fewest taps on given points, by exhaustive search within a stated amount of work."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from kernelkit.exact import linear, search
from kernelkit.exact.certify import agreement_degree, certify
from kernelkit.exact.derive import moment_system
from kernelkit.exact.kernel import Kernel
from kernelkit.exact.moments import count_through
from kernelkit.exact.obstruct import MOST_ENTRIES
from kernelkit.exact.symmetry import MOST_AXES, centre_of, symmetries

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kernelkit.exact.functional import Functional
    from kernelkit.exact.offsets import Offset, Stencil

MOST_WORK = 6_000_000
"""Numbers that the search for one size may go through, a matter of seconds; beyond it the search ends and says so."""

MOST_SETS = 2_000_000
"""Sets of one size: all of them may carry a kernel, as all sets of d + 1 points on a line do."""

MOST_LISTED = 1000
"""Kernels that are solved and ranked; of more, the best ones are."""


@dataclass(frozen=True, slots=True)
class Searched:
    """What an exhaustive search found.

    Attributes
    ----------
    kernels
        Kernels of the least number of taps, the best first: all of them, or the best `MOST_LISTED`; empty when the
        work limit came first.
    count
        How many there are.
    through
        The number of taps through which every set was searched.
    sets
        How many sets of points that covers.
    """

    kernels: tuple[Kernel, ...]
    count: int
    through: int
    sets: int


def fewest_taps(target: Functional, stencil: Stencil, degree: int, *, through: int | None = None) -> Searched:
    """Search all sets of one point, two points, and so on, for kernels exact through a degree.

    Parameters
    ----------
    target, stencil
        What is to be computed, and where samples may be taken.
    degree
        The degree of exactness; some kernel on the stencil must reach it.
    through
        Largest number of taps to search; left out, as many as `MOST_WORK` allows.

    Returns
    -------
    Searched
        All kernels with the fewest taps, ordered by `rank_of`, or none where the search ended before.
    """
    rows, right = moment_system(target, stencil, degree)
    columns, vector = whole_columns(rows, right)
    places = {offset: i for i, offset in enumerate(stencil.offsets)}
    permutations = _permutations(target, stencil, places)
    if not any(vector):
        return Searched((Kernel({}, ndim=target.ndim),), 1, 0, 0)
    sets = 0
    for size in range(1, (through or len(stencil)) + 1):
        work = search.work(len(stencil), len(vector), size, permutations)
        if work > MOST_WORK or math.comb(len(stencil), size) > MOST_SETS:
            return Searched((), 0, size - 1, sets)
        sets += math.comb(len(stencil), size)
        found = search.minimal_sets(columns, vector, size, permutations)
        if found:
            listed = (
                found if len(found) <= MOST_LISTED else _nearest(target, stencil, degree, found, permutations)
            )
            kernels = [_kernel_on(target, stencil, members, rows, right) for members in listed]
            return Searched(tuple(best_first(kernels, target)), len(found), size, sets)
    return Searched((), 0, size, sets)


def _nearest(
    target: Functional,
    stencil: Stencil,
    degree: int,
    found: list[tuple[int, ...]],
    permutations: Sequence[Sequence[int]],
) -> list[tuple[int, ...]]:
    """Return the sets that `best_first` would put first, without solving for their taps.

    The most accurate ones are those that the search finds once more for the next higher degrees.
    """
    better = chosen = found
    size = len(found[0])
    # a set that holds out to the degree of agreement carries the target itself, and would never drop out
    exact = agreement_degree(Kernel({stencil.offsets[i]: 1 for i in found[0]}), target) + size * target.ndim
    while better and degree < exact and len(stencil) * count_through(target.ndim, degree + 1) <= MOST_ENTRIES:
        chosen = better
        degree += 1
        columns, vector = whole_columns(*moment_system(target, stencil, degree))
        better = search.minimal_sets(columns, vector, size, permutations)
    centre = centre_of(target)
    preferred = set(chosen)

    def key(members: tuple[int, ...]) -> tuple[bool, Fraction]:
        return members not in preferred, _spread([stencil.offsets[i] for i in members], centre)

    return sorted(found, key=key)[:MOST_LISTED]


def best_first(kernels: Iterable[Kernel], target: Functional) -> list[Kernel]:
    """Order kernels: highest accuracy first, then nearest to the target's place, then smallest offsets."""
    centre = centre_of(target)
    return sorted(kernels, key=lambda kernel: rank_of(kernel, target, centre))


def rank_of(kernel: Kernel, target: Functional, centre: Offset) -> tuple[object, ...]:
    """Return the sorting key of `best_first`: a stated, exact and deterministic rule."""
    accuracy = certify(kernel, target).accuracy
    offsets = [offset for offset, _ in kernel.taps]
    # an exact kernel comes first
    return (accuracy is not None, -(accuracy or 0), _spread(offsets, centre), offsets)


def _spread(offsets: Iterable[Offset], centre: Offset) -> Fraction:
    squares = ((x - c) ** 2 for offset in offsets for x, c in zip(offset, centre, strict=True))
    return sum(squares, Fraction(0))


def whole_columns(
    rows: Sequence[Sequence[int]], right: Sequence[Fraction]
) -> tuple[list[list[int]], list[int]]:
    """Return the columns of a system and its right side, scaled to whole numbers."""
    scale = math.lcm(*(b.denominator for b in right))
    return [list(column) for column in zip(*rows, strict=True)], [int(b * scale) for b in right]


def _kernel_on(
    target: Functional,
    stencil: Stencil,
    members: tuple[int, ...],
    rows: Sequence[Sequence[int]],
    right: Sequence[Fraction],
) -> Kernel:
    solutions = linear.solve([[row[i] for i in members] for row in rows], right)
    assert solutions is not None  # the search found the set solvable
    return Kernel.from_ordered(
        target.ndim, zip((stencil.offsets[i] for i in members), solutions.particular, strict=True)
    )


def _permutations(target: Functional, stencil: Stencil, places: dict[Offset, int]) -> list[list[int]]:
    """Return the symmetries as permutations of the points; none where not all of them are known."""
    if target.ndim > MOST_AXES:
        return []
    centre = centre_of(target)
    return [
        [places[motion.about(centre, offset)] for offset in stencil.offsets]
        for motion, _ in symmetries(target, stencil)
    ]
