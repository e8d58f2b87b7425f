"""Several seeds of one configuration: the mean and the spread, of which a single run says nothing."""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kernelkit.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kernelkit.training.loop import Outcome


@dataclass(frozen=True, slots=True)
class Spread:
    """Several values of one figure.

    Attributes
    ----------
    values
        One a seed, in their order.
    mean
        Their mean.
    deviation
        Their standard deviation, with n - 1 in the denominator; None for a single one.
    """

    values: tuple[float, ...]
    mean: float
    deviation: float | None


def spread(values: Sequence[float]) -> Spread:
    """Return mean and standard deviation of several values.

    Raises
    ------
    InputError
        No values.

    Examples
    --------
    >>> spread([0.8, 0.9]).deviation
    0.0707106781186547...
    """
    if not values:
        raise InputError("no values have no mean", next="give one or more")
    return Spread(
        tuple(values), statistics.fmean(values), statistics.stdev(values) if len(values) > 1 else None
    )


def accuracies(outcomes: Sequence[Outcome]) -> Spread | None:
    """Return the spread of test accuracies of runs that were tested; None when there is none."""
    values = [outcome.test.accuracy for outcome in outcomes if outcome.test is not None]
    return spread(values) if values else None
