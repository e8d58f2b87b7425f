"""Symmetries of a target on a stencil: reflections and exchanges of axes."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from kernelkit.exact.factor import Point
from kernelkit.exact.functional import Functional, merged

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kernelkit.exact.offsets import Offset, Stencil


MOST_AXES = 4
"""Axes up to which all signed exchanges are tried."""


@dataclass(frozen=True, slots=True)
class Motion:
    """A signed exchange of axes: new coordinate i is ``signs[i] * old[axes[i]]``."""

    axes: tuple[int, ...]
    signs: tuple[int, ...]

    def moved(self, offset: Offset) -> Offset:
        """Return the image of an offset."""
        return tuple(s * offset[a] for s, a in zip(self.signs, self.axes, strict=True))

    def about(self, centre: Offset, offset: Offset) -> Offset:
        """Return the image of an offset under the same motion about another centre."""
        moved = self.moved(tuple(x - c for x, c in zip(offset, centre, strict=True)))
        return tuple(x + c for x, c in zip(moved, centre, strict=True))


@dataclass(frozen=True, slots=True)
class Orbit:
    """Offsets that a symmetric kernel treats alike, each with its sign."""

    offsets: tuple[Offset, ...]
    signs: tuple[int, ...]


def motions(ndim: int) -> Iterator[Motion]:
    """Yield signed exchanges of the axes: all of them on up to `MOST_AXES` axes, 384 on four.

    On more axes there are too many; the reflections of one axis or all, and the exchanges of two axes, are
    yielded, which generate most of the rest.
    """
    unit, plus = tuple(range(ndim)), (1,) * ndim
    if ndim <= MOST_AXES:
        for axes in itertools.permutations(unit):
            for signs in itertools.product((1, -1), repeat=ndim):
                yield Motion(axes, signs)
        return
    yield Motion(unit, plus)
    yield Motion(unit, (-1,) * ndim)
    for i in unit:
        yield Motion(unit, tuple(-1 if k == i else 1 for k in unit))
        for j in range(i):
            yield Motion(tuple(j if k == i else i if k == j else k for k in unit), plus)


def symmetries(target: Functional, stencil: Stencil) -> list[tuple[Motion, int]]:
    """Return the motions about the target's centre that keep the stencil, and the target up to a sign."""
    centre = centre_of(target)
    points = {tuple(x - c for x, c in zip(offset, centre, strict=True)) for offset in stencil.offsets}
    local = translated(target, centre)
    found = []
    for motion in motions(target.ndim):
        if any(target.spacing[a] != step for a, step in zip(motion.axes, target.spacing, strict=True)):
            continue
        image = _moved(local, motion)
        sign = 1 if image == local else -1 if image == -local else 0
        if sign and all(motion.moved(point) in points for point in points):
            found.append((motion, sign))
    return found


def orbits(target: Functional, stencil: Stencil) -> list[Orbit]:
    """Group the offsets by the symmetries of the target; offsets whose tap must vanish are left out."""
    centre = centre_of(target)
    group = symmetries(target, stencil)
    seen: set[Offset] = set()
    found = []
    for offset in stencil.offsets:
        if offset in seen:
            continue
        signs = {offset: 1}
        vanishes = False
        waiting = [offset]
        while waiting:
            place = waiting.pop()
            for motion, sign in group:
                image = motion.about(centre, place)
                if image not in signs:
                    signs[image] = signs[place] * sign
                    waiting.append(image)
                vanishes |= signs[image] != signs[place] * sign
        seen |= signs.keys()
        if not vanishes:
            members = tuple(sorted(signs))
            found.append(Orbit(members, tuple(signs[m] for m in members)))
    return found


def centre_of(target: Functional) -> Offset:
    """Return the point, in units of samples, about which the target may be symmetric."""
    centre = []
    for axis in range(target.ndim):
        middles = set()
        for _, factors in target.terms:
            factor = factors[axis]
            middles.add(factor.at if isinstance(factor, Point) else (factor.lower + factor.upper) / 2)
        centre.append(middles.pop() / target.spacing[axis] if len(middles) == 1 else Fraction(0))
    return tuple(centre)


def translated(target: Functional, centre: Offset) -> Functional:
    """Return the functional with a point, in units of samples, moved to the origin."""
    terms = []
    for coefficient, factors in target.terms:
        moved = []
        for factor, c, step in zip(factors, centre, target.spacing, strict=True):
            by = c * step
            if isinstance(factor, Point):
                moved.append(Point(factor.order, factor.at - by))
            else:
                moved.append(type(factor)(factor.lower - by, factor.upper - by))  # type: ignore[arg-type]  # a Span
        terms.append((coefficient, tuple(moved)))
    return Functional(target.ndim, merged(tuple(terms)), target.spacing)


def _moved(target: Functional, motion: Motion) -> Functional:
    """Return the functional f -> target(f after the motion)."""
    terms = []
    for coefficient, factors in target.terms:
        scale = coefficient
        moved = []
        for axis, sign in zip(motion.axes, motion.signs, strict=True):
            factor = factors[axis]
            if sign < 0:
                parity, factor = factor.reflected()
                scale *= parity
            moved.append(factor)
        terms.append((scale, tuple(moved)))
    return Functional(target.ndim, merged(tuple(terms)), target.spacing)
