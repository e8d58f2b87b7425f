"""All symmetric kernels of an accuracy on a stencil: one of them, and the directions in which taps are free."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from kernelkit.errors import LimitError
from kernelkit.exact import linear
from kernelkit.exact.derive import moment_system, unsolvable
from kernelkit.exact.kernel import Kernel
from kernelkit.exact.obstruct import check_axes, required_degree
from kernelkit.exact.symmetry import Orbit, orbits

if TYPE_CHECKING:
    from collections.abc import Sequence

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
        A basis of what may be added to it.
    own
        For each direction the orbit whose tap is its free tap: 1 there, 0 in all others and the solution.
    """

    target: Functional
    stencil: Stencil
    accuracy: int
    orbits: tuple[Orbit, ...]
    particular: tuple[Fraction, ...]
    directions: tuple[tuple[Fraction, ...], ...]
    own: tuple[int, ...]

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

    def free_of(self, kernel: Kernel) -> list[Fraction] | None:
        """Return the free taps of a kernel of the family; None for a kernel that is none of it."""
        taps = dict(kernel.taps)
        owners = [self.orbits[i] for i in self.own]
        free = [taps.get(orbit.offsets[0], Fraction(0)) * orbit.signs[0] for orbit in owners]
        return free if self.kernel(free) == kernel else None

    def with_zero(self, coefficients: Sequence[int]) -> SymmetricFamily | None:
        """Return the kernels for which the sum of coefficient times tap is zero; None if there is none.

        Parameters
        ----------
        coefficients
            One a point of the stencil.
        """
        at = dict(zip(self.stencil.offsets, coefficients, strict=True))
        row = [
            sum(sign * at[x] for x, sign in zip(orbit.offsets, orbit.signs, strict=True))
            for orbit in self.orbits
        ]
        value = sum((c * tap for c, tap in zip(row, self.particular, strict=True)), Fraction(0))
        slopes = [
            sum((c * step for c, step in zip(row, direction, strict=True)), Fraction(0))
            for direction in self.directions
        ]
        if not any(slopes):
            return None if value else self
        bound = max(i for i, slope in enumerate(slopes) if slope)
        given = self.directions[bound]

        def moved(taps: tuple[Fraction, ...], by: Fraction) -> tuple[Fraction, ...]:
            return tuple(tap - by / slopes[bound] * step for tap, step in zip(taps, given, strict=True))

        return replace(
            self,
            particular=moved(self.particular, value),
            directions=tuple(
                moved(direction, slope)
                for i, (direction, slope) in enumerate(zip(self.directions, slopes, strict=True))
                if i != bound
            ),
            own=tuple(place for i, place in enumerate(self.own) if i != bound),
        )


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
    own = sorted(set(range(solutions.columns)) - set(solutions.reduced.pivots))
    return SymmetricFamily(
        target, stencil, accuracy, tuple(groups), tuple(solutions.particular), directions, tuple(own)
    )
