"""All symmetric kernels of an accuracy on a stencil: one of them, and the directions in which taps are free."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kernelkit.errors import LimitError
from kernelkit.exact import linear
from kernelkit.exact.derive import moment_system, unsolvable
from kernelkit.exact.kernel import Kernel
from kernelkit.exact.obstruct import check_axes, required_degree
from kernelkit.exact.symmetry import Orbit, orbits

if TYPE_CHECKING:
    from collections.abc import Sequence
    from fractions import Fraction

    from kernelkit.exact.functional import Functional
    from kernelkit.exact.offsets import Stencil

MOST_FREE = 150
"""Taps that may stay free."""


@dataclass(frozen=True, slots=True)
class SymmetricFamily:
    """The symmetric kernels that meet all moments of an accuracy, exactly.

    A criterion that has the symmetries of the target and is convex loses nothing here: the mean of the images
    of a kernel under these symmetries is symmetric and no worse.

    Attributes
    ----------
    target, stencil, accuracy
        What the kernels compute, where, and how accurately at least.
    orbits
        Groups of offsets that carry the same tap up to sign.
    particular
        One solution: a tap an orbit.
    directions
        A basis of what may be added to it; the free taps are those in which a direction is 1 alone.
    """

    target: Functional
    stencil: Stencil
    accuracy: int
    orbits: tuple[Orbit, ...]
    particular: tuple[Fraction, ...]
    directions: tuple[tuple[Fraction, ...], ...]

    @property
    def freedom(self) -> int:
        """Number of free taps."""
        return len(self.directions)

    def kernel(self, free: Sequence[Fraction]) -> Kernel:
        """Return the kernel with the given free taps, its other taps computed exactly."""
        taps = list(self.particular)
        for value, direction in zip(free, self.directions, strict=True):
            taps = [tap + value * step for tap, step in zip(taps, direction, strict=True)]
        pairs = [
            (offset, sign * tap)
            for orbit, tap in zip(self.orbits, taps, strict=True)
            for offset, sign in zip(orbit.offsets, orbit.signs, strict=True)
        ]
        return Kernel.from_ordered(self.target.ndim, sorted(pairs))


def symmetric_family(target: Functional, stencil: Stencil, accuracy: int) -> SymmetricFamily:
    """Return all symmetric kernels for a target that reach an accuracy on a stencil.

    Parameters
    ----------
    target, stencil
        What is to be computed, and where; symmetric is what keeps both.
    accuracy
        The p of an error O(h^p); 1 is consistency.

    Raises
    ------
    UnsolvableError
        No kernel reaches the accuracy.
    LimitError
        More than `MOST_FREE` taps would stay free.

    Examples
    --------
    >>> from fractions import Fraction
    >>> from kernelkit import derivative, line
    >>> family = symmetric_family(derivative(1), line(-2, 2), 2)
    >>> family.freedom, family.kernel([Fraction(-2, 3)])
    (1, Kernel({-2: 1/12, -1: -2/3, 1: 2/3, 2: -1/12}))
    """
    degree = required_degree(target, accuracy)
    check_axes(target, stencil)
    groups = orbits(target, stencil)
    rows, right = moment_system(target, stencil, degree)
    places = {offset: i for i, offset in enumerate(stencil.offsets)}
    by_orbit = [
        [sum(sign * row[places[x]] for x, sign in zip(g.offsets, g.signs, strict=True)) for g in groups]
        for row in rows
    ]
    solutions = linear.solve(by_orbit, right) if groups else None
    if solutions is None:
        raise unsolvable(target, stencil, accuracy)
    if solutions.freedom > MOST_FREE:
        raise LimitError(
            f"{solutions.freedom} taps stay free, more than {MOST_FREE}",
            next="take fewer points, or a higher accuracy",
        )
    directions = tuple(tuple(direction) for direction in solutions.directions())
    return SymmetricFamily(target, stencil, accuracy, tuple(groups), tuple(solutions.particular), directions)
