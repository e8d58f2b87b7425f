"""The kernels with the fewest taps on given points, by exhaustive search within a stated amount of work."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kernelkit.exact import linear, search
from kernelkit.exact.certify import certify
from kernelkit.exact.derive import moment_system
from kernelkit.exact.kernel import Kernel
from kernelkit.exact.symmetry import centre_of, symmetries

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from fractions import Fraction

    from kernelkit.exact.functional import Functional
    from kernelkit.exact.offsets import Offset, Stencil

MOST_WORK = 600_000
"""Columns reduced by one search, a matter of seconds; sets beyond it are left unsearched, and that is said."""


@dataclass(frozen=True, slots=True)
class Searched:
    """What an exhaustive search found.

    Attributes
    ----------
    kernels
        All kernels of the least number of taps, the best first; empty when the work limit came first.
    through
        The number of taps through which every set was searched.
    sets
        How many sets of points that covers.
    """

    kernels: tuple[Kernel, ...]
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
        return Searched((Kernel({}, ndim=target.ndim),), 0, 0)
    sets = 0
    for size in range(1, (through or len(stencil)) + 1):
        # symmetry leaves about one set in len(permutations) to search
        if search.work(len(stencil), size) > MOST_WORK * max(1, len(permutations) // 4):
            return Searched((), size - 1, sets)
        sets += math.comb(len(stencil), size)
        found = search.minimal_sets(columns, vector, size, permutations)
        if found:
            kernels = [_kernel_on(target, stencil, members, rows, right) for members in found]
            return Searched(tuple(best_first(kernels, target)), size, sets)
    return Searched((), size, sets)


def best_first(kernels: Iterable[Kernel], target: Functional) -> list[Kernel]:
    """Order kernels: highest accuracy first, then nearest to the target's place, then smallest offsets."""
    centre = centre_of(target)
    return sorted(kernels, key=lambda kernel: rank_of(kernel, target, centre))


def rank_of(kernel: Kernel, target: Functional, centre: Offset) -> tuple[object, ...]:
    """Return the sorting key of `best_first`: a stated, exact and deterministic rule."""
    accuracy = certify(kernel, target).accuracy
    spread = sum((x - c) ** 2 for offset, _ in kernel.taps for x, c in zip(offset, centre, strict=True))
    # an exact kernel comes first
    return (accuracy is not None, -(accuracy or 0), spread, [offset for offset, _ in kernel.taps])


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
    centre = centre_of(target)
    permutations = []
    for motion, _ in symmetries(target, stencil):
        permutation = []
        for offset in stencil.offsets:
            local = tuple(x - c for x, c in zip(offset, centre, strict=True))
            image = tuple(x + c for x, c in zip(motion.moved(local), centre, strict=True))
            permutation.append(places[image])
        permutations.append(permutation)
    return permutations
