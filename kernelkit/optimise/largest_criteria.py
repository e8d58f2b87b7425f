"""Criteria about a largest value: the free values for which it is least over all waves of a band.

Linear programs make it least over some waves.  The waves between them where the found kernel is worst join in,
and the programs are solved again, until the largest value over all waves is next to that over the chosen ones.
The latter is a bound: no kernel has a smaller largest value over all waves than the best one has over some.

References
----------
Remez, Sur la détermination des polynomes d'approximation de degré donnée, Comm. Soc. Math. Kharkov 10 (1934)
41-63, for one wave at a time; Reemtsen, Discretization methods for the solution of semi-infinite programming
problems, J. Optim. Theory Appl. 71 (1991) 85-103, for the growing grid.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from kernelkit.errors import LimitError
from kernelkit.optimise.criteria import objective_of, rounding_of
from kernelkit.optimise.largest_values import peaks_of
from kernelkit.optimise.sampled_ratios import first_waves, ratio_for
from kernelkit.optimise.smallest_maximum import smallest_maximum

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from kernelkit.optimise.criteria import Criterion
    from kernelkit.optimise.forms import Form

    Array = NDArray[np.float64]

FINEST_FLOAT = 10**15
"""Free values found in floating point are multiples of one part in this."""

MOST_PROGRAMMED = 60
"""Free values of a linear program."""

MOST_ROUNDS = 12
"""Times that waves join in."""

GAP = 1e-3
"""Part of the largest value by which it may be above the bound."""

_LOWEST = 0.5


class Least(NamedTuple):
    """Free values with a least largest value.

    Attributes
    ----------
    free
        The values.
    value
        The largest value over all waves of the band.
    bound
        The largest value over the chosen waves, which no kernel undercuts; of products none in the neighbourhood.
    most_noise
        The noise gain that was not exceeded; infinite where it does not count.
    """

    free: list[Fraction]
    value: float
    bound: float
    most_noise: float


def check_freedom(criterion: Criterion, form: Form) -> None:
    """Refuse more free values than linear programs solve in seconds.

    Raises
    ------
    LimitError
        More than `MOST_PROGRAMMED`.
    """
    if form.freedom > MOST_PROGRAMMED:
        raise LimitError(
            f"linear programs for {form.freedom} free taps would take minutes; {MOST_PROGRAMMED} are the limit",
            next=f"take fewer points, or least squares: {'rotation' if criterion.gradient else 'band'}",
        )


def least_largest(criterion: Criterion, form: Form, start: Sequence[Fraction]) -> Least:
    """Return the free values for which a largest value is least, never worse than those at the start."""
    import numpy as np

    target, band = form.family.target, criterion.band
    in_unit = _degrees if criterion.name == "direction" else float
    begun = np.array(start, dtype=float)
    waves = first_waves(criterion, form.family)
    first = len(waves)
    best, bound, free = list(start), 0.0, begun
    value = objective_of(criterion, form.kernels(best)[0], target)
    for _ in range(MOST_ROUNDS):
        ratio = ratio_for(criterion, form.family, waves).with_noise_of(form.taps(begun)[0])
        before = free
        free, _, least = smallest_maximum(ratio, form.taps, free)
        bound = in_unit(least)
        rounded = [Fraction(round(Fraction(x) * FINEST_FLOAT), FINEST_FLOAT) for x in free.tolist()]
        kernel = form.kernels(rounded)[0]
        found = peaks_of(criterion.name, kernel, target, band, _LOWEST)
        rounding = rounding_of(criterion, kernel, target)
        if found.largest < value - rounding:
            best, value = rounded, found.largest
        stays = len(waves) > first and (free == before).all()
        if stays or value <= max(bound * (1 + GAP), rounding):
            break
        waves = np.concatenate([waves, found.waves])
    return Least(best, value, bound, math.sqrt(ratio.most_noise))


def _degrees(tangent: float) -> float:
    return math.degrees(math.atan(tangent))
