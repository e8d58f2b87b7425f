"""Filters that belong together: the same one twice, one and its negative, and two phases of one wave."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike

    from kernelkit.inspection.gabor import Gabor

SAME = 0.95
"""Absolute cosine between all taps of two filters from which on one is a duplicate of the other."""

GOOD_FIT = 0.8
"""R^2 of Gabor fits whose numbers are compared."""

FREQUENCIES = 1.25
ANGLES = 15.0
PHASES = 25.0
"""Two waves are a phase pair where their frequencies differ by less than this factor, their angles by less than so
many degrees, and their phases by 90 degrees within so many."""

CYCLES = 1.0
"""Cycles under the Gaussian from which on a fit is a wave, whose direction and phase mean something."""

MIXES = 0.8
"""Absolute cosine between the colour mixes of two waves of a pair."""


@dataclass(frozen=True, slots=True)
class Neighbour:
    """The filter that another one is most like.

    ``other`` is its number; ``cosine`` that between all their taps, with its sign.
    """

    other: int
    cosine: float

    @property
    def relation(self) -> str:
        """``"equal"`` or ``"negated"`` up to a factor where the cosine is that near to 1 or -1, else ``"other"``."""
        if abs(self.cosine) < SAME:
            return "other"
        return "equal" if self.cosine > 0 else "negated"


def neighbours(filters: ArrayLike) -> list[Neighbour | None]:
    """Return for every filter the one with the largest absolute cosine; None for zeros and for a single one.

    Parameters
    ----------
    filters
        (filters, ...), compared over all other axes.

    Examples
    --------
    >>> [n.relation for n in neighbours([[1.0, 2.0], [-2.0, -4.0], [2.0, -1.0]])]
    ['negated', 'negated', 'other']
    """
    import numpy as np

    flat = np.asarray(filters, dtype=float)
    flat = flat.reshape(len(flat), -1)
    flat = flat / np.maximum(abs(flat).max(axis=1, keepdims=True), np.finfo(float).tiny)
    norms = np.linalg.norm(flat, axis=1)
    alive = norms > 0
    cosines = (flat @ flat.T) / np.maximum(np.outer(norms, norms), np.finfo(float).tiny)
    np.fill_diagonal(cosines, 0)
    found: list[Neighbour | None] = []
    for number, row in enumerate(cosines):
        other = int(np.argmax(abs(row).round(12)))
        known = len(flat) > 1 and alive[number] and alive[other] and other != number
        found.append(Neighbour(other, float(np.clip(row[other], -1, 1))) if known else None)
    return found


def phase_pairs(
    fits: Sequence[Gabor | None], mixes: Sequence[Sequence[float]] | None = None
) -> list[tuple[int, int]]:
    """Return pairs of numbers of waves that differ by a quarter of a period and by little else; each is in one pair.

    The best agreement in frequency, angle and phase is paired first.  Left out are fits below `GOOD_FIT` or at a limit,
    those of less than `CYCLES`, and pairs whose colour mixes, of length 1, differ.
    """
    good = [
        number
        for number, fit in enumerate(fits)
        if fit is not None and fit.r_squared >= GOOD_FIT and fit.cycles >= CYCLES and not fit.at_limit
    ]
    found = []
    for place, first in enumerate(good):
        for second in good[place + 1 :]:
            one, other = fits[first], fits[second]
            assert one is not None
            assert other is not None
            distance = _distance(one, other)
            if distance is not None and (mixes is None or _alike(mixes[first], mixes[second])):
                found.append((distance, first, second))
    pairs, taken = [], set[int]()
    for _, first, second in sorted(found):
        if not {first, second} & taken:
            taken |= {first, second}
            pairs.append((first, second))
    return sorted(pairs)


def _alike(one: Sequence[float], other: Sequence[float]) -> bool:
    return abs(sum(a * b for a, b in zip(one, other, strict=True))) >= MIXES


def _distance(one: Gabor, other: Gabor) -> float | None:
    """Return how far two waves are from a phase pair, below 3; None beyond the limits."""
    ratio = max(one.frequency, other.frequency) / min(one.frequency, other.frequency)
    turn = abs(one.angle - other.angle)
    # across the seam at 180 degrees the second wave is seen from its other side
    phase = other.phase if turn <= 90 else -other.phase
    angle = min(turn, 180 - turn)
    shift = abs((one.phase - phase) % 180 - 90)
    if ratio > FREQUENCIES or angle > ANGLES or shift > PHASES:
        return None
    return (ratio - 1) / (FREQUENCIES - 1) + angle / ANGLES + shift / PHASES
