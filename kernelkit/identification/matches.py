"""Matches: which kernels of the catalogue a kernel is, or is closest to, and in which taps they differ."""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from kernelkit.catalogue.named import entries
from kernelkit.exact.kernel import Kernel
from kernelkit.exact.names import axis_names
from kernelkit.exact.symmetry import Motion, motions
from kernelkit.identification.grid import floats, places
from kernelkit.identification.symmetries import moved_array
from kernelkit.identification.tolerance import SIMPLE, Tolerance, recognised

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from kernelkit.catalogue.entry import Entry
    from kernelkit.exact.offsets import Offset

CLOSE = 0.97
"""Cosine of the angle between two sets of taps from which on they are called near."""

FEW = 2
"""Taps that may differ by any amount between kernels of the same scale that are called near."""

FEW_OF = 8
"""One tap of so many may differ by any amount between kernels of any scale that are called near."""

LITTLE = 0.05
"""Largest difference of near kernels, over the second largest tap."""

ROUNDING = 1e-6
"""How far the cosine of the same taps may be from 1, rounding and tolerance included."""

_LAST = {"compass", "basis", "misprint"}
"""Families whose names say least: masks of a set of eight or nine, and misprints."""

AS_NEAR = 4
"""How many times as far as the nearest kernel others may be to be listed beside it."""

MOST = 5
"""Matches that are reported."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One tap in which a kernel differs from a scaled kernel of the catalogue."""

    offset: Offset
    given: Fraction
    expected: Fraction


@dataclass(frozen=True, slots=True)
class Match:
    """A kernel of the catalogue, and how the given one comes from it.

    Attributes
    ----------
    name
        Name in the catalogue.
    family
        Its family there.
    version
        ``"published"`` taps, or the ``"consistent"`` ones where those differ by more than a factor.
    scale
        Factor from the catalogue's taps to the given ones.
    motion
        What was done to the axes, in words; empty where nothing.
    shift
        Offset by which the given kernel is moved, in samples.
    differences
        Taps that differ, largest difference first; none for the same kernel.
    distance
        Largest difference over the second largest tap: the middle of a sharpening mask towers above the others.
    """

    name: str
    family: str
    version: str
    scale: Fraction
    motion: str
    shift: Offset
    differences: tuple[Difference, ...]
    distance: float


class _Book(NamedTuple):
    """A kernel of the catalogue in one orientation; ``order`` says where each tap of its box comes from."""

    entry: Entry
    version: str
    motion: Motion
    kernel: Kernel
    order: NDArray[np.int64]

    def taps(self) -> list[Fraction]:
        """Return the taps of the box, last axis fastest, zeros filled in."""
        flat = _flat(self.kernel)
        return [flat[i] for i in self.order]

    def origin(self) -> Offset:
        """Return the offset of the first of them."""
        moved = [self.motion.moved(offset) for offset, _ in self.kernel.taps]
        return tuple(map(min, zip(*moved, strict=True)))


class _Shelf(NamedTuple):
    """All kernels of the catalogue that fill one shape of box, as unit vectors."""

    vectors: NDArray[np.float64]
    books: tuple[_Book, ...]


def matches(kernel: Kernel, tolerance: Tolerance) -> tuple[Match, ...]:
    """Return the kernels of the catalogue that are the given one up to scale, motion and shift, or near it.

    Where some are the same, only those are returned; else the nearest few.
    """
    cleaned = Kernel.from_ordered(
        kernel.ndim, [(offset, tap) for offset, tap in kernel.taps if abs(tap) > tolerance.size]
    )
    same: list[Match] = []
    near: list[Match] = []
    # taps within the tolerance of zero may be meant, as in the tail of a Gaussian, or be noise around a kernel
    for given in dict.fromkeys([kernel, cleaned]):
        found = _in_box(given, tolerance)
        same += [match for match in found if not match.differences]
        near += [match for match in found if match.differences]
    # the plainest first: no motion, no factor, and masks that belong to a set of eight after those with a name
    same.sort(key=_plainness)
    if same and same[0].family != "misprint":
        return _unique([match for match in same if bool(match.motion) == bool(same[0].motion)])
    # of a known misprint, the kernel that was meant is of interest too
    near.sort(key=lambda match: (match.distance, len(match.differences), _plainness(match)))
    near = [match for match in near if match.distance <= AS_NEAR * near[0].distance]
    near.sort(key=lambda match: (len(match.differences), _plainness(match), match.distance))
    near = [match for match in near if len(match.differences) <= len(near[0].differences)]
    if len(near) > 1 and len(near[0].differences) > FEW:
        near = near[:1]  # where every tap differs a little, the others are the same kernel under other names
    return _unique([*same, *near])


def _plainness(match: Match) -> tuple[bool, ...]:
    return bool(match.motion), match.family in _LAST, abs(match.scale) != 1, match.scale < 0


def _in_box(kernel: Kernel, tolerance: Tolerance) -> list[Match]:
    """Return the kernels of the catalogue in boxes of the same shape that are the given one, or near it."""
    import numpy as np

    array = floats(kernel)
    shelf = None if array is None else _library().get(array.shape)
    if array is None or shelf is None:
        return []
    cosines = np.abs(shelf.vectors @ (array.ravel() / np.linalg.norm(array)))
    candidates = [i for i in np.argsort(-cosines, kind="stable") if cosines[i] >= CLOSE]
    taps = _flat(kernel)
    sure = [i for i in candidates if cosines[i] > 1 - ROUNDING]
    found = [_match(kernel, taps, shelf.books[i], tolerance) for i in sure]
    same = [match for match in found if not match.differences]
    if any(match.family != "misprint" for match in same):
        return same
    rest = [_match(kernel, taps, shelf.books[i], tolerance) for i in candidates[: 4 * MOST] if i not in sure]
    near = [match for match in [*found, *rest] if match.differences and _is_near(match, len(taps))]
    return [*same, *near]


def _unique(found: Sequence[Match]) -> tuple[Match, ...]:
    best: dict[str, Match] = {}
    for match in found:
        best.setdefault(match.name, match)
    return tuple(best.values())[:MOST]


def _is_near(match: Match, size: int) -> bool:
    """Whether few taps differ, or all by little; with a free factor some always agree, which says nothing."""
    count = len(match.differences)
    return (abs(match.scale) == 1 and count <= FEW) or count * FEW_OF <= size or match.distance <= LITTLE


def _flat(kernel: Kernel) -> list[Fraction]:
    """Return the taps of the box of a kernel, last axis fastest, zeros filled in."""
    box = places(kernel)
    assert box is not None
    shape, indices = box
    flat = [Fraction(0)] * math.prod(shape)
    for index, (_, tap) in zip(indices, kernel.taps, strict=True):
        place = 0
        for i, side in zip(index, shape, strict=True):
            place = place * side + i
        flat[place] = tap
    return flat


def _match(kernel: Kernel, given: list[Fraction], book: _Book, tolerance: Tolerance) -> Match:
    theirs = book.taps()
    scale = _scale(given, theirs, tolerance)
    wrong = [
        (abs(a - scale * b), i)
        for i, (a, b) in enumerate(zip(given, theirs, strict=True))
        if abs(a - scale * b) > tolerance.size
    ]
    wrong.sort(key=lambda pair: (-pair[0], pair[1]))
    start = kernel.origin
    shape = [int(width) + 1 for width in kernel.width]
    differences = tuple(Difference(_offset(i, shape, start), given[i], scale * theirs[i]) for _, i in wrong)
    size = sorted(map(abs, given))[-2:][0]
    return Match(
        book.entry.name,
        book.entry.family,
        book.version,
        scale,
        motion_text(book.motion),
        tuple(a - b for a, b in zip(start, book.origin(), strict=True)),
        differences,
        float(wrong[0][0] / size) if wrong else 0.0,
    )


def _offset(place: int, shape: Sequence[int], start: Offset) -> Offset:
    index = []
    for side in reversed(shape):
        place, i = divmod(place, side)
        index.append(i)
    return tuple(a + i for a, i in zip(start, reversed(index), strict=True))


def _scale(given: list[Fraction], theirs: list[Fraction], tolerance: Tolerance) -> Fraction:
    """Return the factor between two sets of taps: one that all agree on, else a natural one, else the best fit."""
    largest = max(range(len(theirs)), key=lambda i: abs(theirs[i]))
    common = recognised(given[largest] / theirs[largest], tolerance.size / abs(theirs[largest]))
    if all(abs(a - common * b) <= tolerance.size for a, b in zip(given, theirs, strict=True)):
        return common
    natural = {s: _agreeing(given, theirs, s, tolerance) for s in (Fraction(1), Fraction(-1))}
    if common.denominator <= SIMPLE:
        natural.setdefault(common, _agreeing(given, theirs, common, tolerance))
    best = max(natural, key=lambda s: (natural[s], abs(s) == 1))
    if natural[best]:
        return best
    top = sum((a * b for a, b in zip(given, theirs, strict=True)), Fraction(0))
    return top / sum((b * b for b in theirs), Fraction(0))


def _agreeing(given: list[Fraction], theirs: list[Fraction], scale: Fraction, tolerance: Tolerance) -> int:
    """Return how many taps other than zero agree at a scale."""
    return sum(bool(b) and abs(a - scale * b) <= tolerance.size for a, b in zip(given, theirs, strict=True))


@functools.cache
def _library() -> dict[tuple[int, ...], _Shelf]:
    """Return the catalogue in all orientations, by the shape of the box."""
    import numpy as np

    shelves: dict[tuple[int, ...], list[tuple[NDArray[np.float64], _Book]]] = {}
    for entry in entries():
        versions = [("published", entry.published)]
        if not entry.consistent:
            versions.append(("consistent", entry.kernel))
        for version, kernel in versions:
            array = floats(kernel)
            if array is None:
                continue
            numbers = np.arange(array.size).reshape(array.shape)
            seen: set[tuple[tuple[int, ...], bytes]] = set()
            for motion in _ordered(kernel.ndim):
                image = np.ascontiguousarray(moved_array(array, motion))
                # the same up to sign is no other kernel
                key = image.shape, min(image.tobytes(), (0.0 - image).tobytes())
                if key not in seen:
                    seen.add(key)
                    order = moved_array(numbers, motion).ravel()
                    vector = image.ravel() / np.linalg.norm(image)
                    shelves.setdefault(image.shape, []).append(
                        (vector, _Book(entry, version, motion, kernel, order))
                    )
    return {
        shape: _Shelf(np.array([vector for vector, _ in items]), tuple(book for _, book in items))
        for shape, items in shelves.items()
    }


def _ordered(ndim: int) -> list[Motion]:
    """Return all motions, the plain ones first: nothing, exchanges, reflections, both."""
    unit = tuple(range(ndim))
    return sorted(motions(ndim), key=lambda m: (sum(s < 0 for s in m.signs), m.axes != unit, m.axes))


def motion_text(motion: Motion) -> str:
    """Say what a motion does to the axes.

    Examples
    --------
    >>> motion_text(Motion((1, 0), (1, 1))), motion_text(Motion((0, 1), (1, -1)))
    ('axes x and y exchanged', 'x reversed')
    """
    names = axis_names(len(motion.axes))
    parts = []
    moved = [i for i, axis in enumerate(motion.axes) if axis != i]
    if len(moved) == 2:
        parts.append(f"axes {names[moved[1]]} and {names[moved[0]]} exchanged")
    elif moved:
        parts.append("axes turned: " + ", ".join(f"{names[motion.axes[i]]} to {names[i]}" for i in moved))
    reversed_axes = [names[i] for i, sign in reversed(list(enumerate(motion.signs))) if sign < 0]
    if reversed_axes:
        parts.append(" and ".join(reversed_axes) + " reversed")
    return ", ".join(parts)
