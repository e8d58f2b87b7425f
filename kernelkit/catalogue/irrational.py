"""Irrational taps: computed in balls of a hundred digits, and rounded to rationals once."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from flint import arb

PLACES = 24
"""Decimal places that taps are rounded to: binary64 keeps 16 digits, so no tap loses any in use."""

UNIT = Fraction(1, 10**PLACES)
HALF_UNIT = UNIT / 2

WORKING_DIGITS = 100
"""Digits of the balls; what is left after cancellation is far more than `PLACES`."""


def working_precision() -> AbstractContextManager[object]:
    """Return the context in which balls have `WORKING_DIGITS` digits."""
    from flint import ctx

    context: AbstractContextManager[object] = ctx.workdps(WORKING_DIGITS)
    return context


def ball(number: Fraction | int) -> arb:
    """Return the ball around a rational, at the working precision."""
    from flint import arb, fmpq

    exact = Fraction(number)
    return arb(fmpq(exact.numerator, exact.denominator))


def rounded(number: arb, places: int = PLACES) -> Fraction:
    """Return the nearest decimal of so many places; opposite numbers round to opposite decimals.

    Examples
    --------
    >>> with working_precision():
    ...     root = ball(2).sqrt()
    >>> rounded(root, 4), rounded(-root, 4)
    (Fraction(7071, 5000), Fraction(-7071, 5000))
    """
    with working_precision():
        steps = (abs(number) * 10**places + ball(Fraction(1, 2))).floor().unique_fmpz()
        assert steps is not None  # a ball of a hundred digits never reaches two neighbouring decimals
        return Fraction(-int(steps) if number < 0 else int(steps), 10**places)
