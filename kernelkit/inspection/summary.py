"""What a layer is made of: counts and medians over its filters."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kernelkit.inspection.classes import MUCH_ALIASED, NAMES, OFF_BALANCE, Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kernelkit.inspection.measures import Filter

ANGLES = 8
"""Bins of the histogram of directions, 22.5 degrees each, the first about 0."""

COHERENT = 0.5
"""Coherence of gradients from which on a filter without a good fit has a direction."""

CLOSE_FIT = 0.9
"""R^2 of Gabor fits that are counted as close."""


@dataclass(frozen=True, slots=True)
class Summary:
    """Statistics of a layer.  Medians are over the living filters, and None where there are none.

    Attributes
    ----------
    filters
        Number of filters.
    classes
        How many of each class, in the order of the table, those that occur.
    dead
        Number of dead filters.
    noise
        Filters whose shape is not told from white noise, colour-opponents among them.
    chromatic, opponent
        Filters with less than half of their energy in the mean of the channels; those of them whose mix has both signs.
    blind
        Filters whose taps add up to less than a tenth of their size.
    aliased
        Filters with a quarter or more of their energy beyond the stride; None where no stride is known.
    colour_share, separability, grey_share, aliased_share
        Medians: energy in one colour mix; in one product of a column and a row; in the mean of the channels; beyond the
        stride.
    gabor_r_squared, close_fits, fitted
        Median of the fits, how many reach `CLOSE_FIT`, and how many planes were fitted.
    frequency
        Median over good fits of at least a cycle under the Gaussian, in cycles per pixel.
    directions
        Filters by direction in `ANGLES` bins from 0 degrees; only those that have one.
    phase_pairs
        Pairs of the same wave a quarter of a period apart.
    duplicates
        Pairs of living filters that are equal or negated, up to a factor.
    """

    filters: int
    classes: dict[str, int]
    dead: int
    noise: int
    chromatic: int
    opponent: int
    blind: int
    aliased: int | None
    colour_share: float | None
    separability: float | None
    grey_share: float | None
    aliased_share: float | None
    gabor_r_squared: float | None
    close_fits: int
    fitted: int
    frequency: float | None
    directions: tuple[int, ...]
    phase_pairs: tuple[tuple[int, int], ...]
    duplicates: tuple[tuple[int, int], ...]


def summarise(filters: Sequence[Filter], verdicts: Sequence[Verdict]) -> Summary:
    """Count and average the measures of a layer's filters."""
    alive = [one for one in filters if not one.is_dead]
    fits = [one.gabor.r_squared for one in alive if one.gabor is not None]
    counts = Counter(verdict.name for verdict in verdicts)
    shares = [one.aliased for one in alive if one.aliased is not None]
    return Summary(
        filters=len(filters),
        classes={name: counts[name] for name in NAMES if counts[name]},
        dead=len(filters) - len(alive),
        noise=sum("noise" in (verdict.name, *verdict.flags) for verdict in verdicts),
        chromatic=sum(one.split.chroma != "grey" for one in alive),
        opponent=sum(one.split.chroma == "colour-opponent" for one in alive),
        blind=sum(one.balance < OFF_BALANCE for one in alive),
        aliased=sum(share >= MUCH_ALIASED for share in shares) if shares else None,
        colour_share=_median([one.split.share for one in alive]),
        separability=_median([one.separability for one in alive]),
        grey_share=_median([one.split.grey_share for one in alive]),
        aliased_share=_median(shares),
        gabor_r_squared=_median(fits),
        close_fits=sum(fit > CLOSE_FIT for fit in fits),
        fitted=len(fits),
        frequency=_median([one.frequency for one in alive if one.is_wave]),
        directions=_directions(alive),
        phase_pairs=tuple(
            (one.number, one.partner)
            for one in filters
            if one.partner is not None and one.number < one.partner
        ),
        duplicates=tuple(
            (one.neighbour.other, one.number)
            for one in alive
            if one.neighbour is not None
            and one.neighbour.relation != "other"
            # of several copies the first is no duplicate
            and one.neighbour.other < one.number
            and not filters[one.neighbour.other].is_dead
        ),
    )


def _median(values: Sequence[float]) -> float | None:
    from statistics import median

    return float(median(values)) if values else None


def _directions(alive: Sequence[Filter]) -> tuple[int, ...]:
    """Count filters by direction: those with a good fit, and those whose gradients agree on one."""
    bins = [0] * ANGLES
    for one in alive:
        if one.gradient.coherence >= COHERENT:
            bins[round(one.angle / (180 / ANGLES)) % ANGLES] += 1
    return tuple(bins)
