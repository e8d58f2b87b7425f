"""Rounding of balls: to the nearest decimal, and alike for opposite numbers."""

from __future__ import annotations

from fractions import Fraction

import mpmath
import pytest
from hypothesis import given
from strategies import rationals

from kernelkit.catalogue.irrational import HALF_UNIT, PLACES, UNIT, ball, rounded, working_precision


@given(rationals(50, denominators=(1, 3, 7, 64)))
def test_rationals_round_to_the_nearest_decimal(number):
    with working_precision():
        found = rounded(ball(number))
    assert abs(found - number) <= HALF_UNIT
    assert 10**PLACES % found.denominator == 0


@pytest.mark.parametrize("places", [3, PLACES, 48])
def test_roots_round_to_the_nearest_decimal(places):
    with working_precision():
        found = rounded(ball(2).sqrt(), places)
        opposite = rounded(-ball(2).sqrt(), places)
    with mpmath.workdps(80):
        assert found == Fraction(int(mpmath.nint(mpmath.sqrt(2) * 10**places)), 10**places)
    assert opposite == -found


def test_a_ball_around_nothing_rounds_to_nothing():
    with working_precision():
        assert rounded(ball(3).sqrt() ** 2 - 3) == 0
    assert HALF_UNIT * 2 == UNIT == Fraction(1, 10**24)


def test_the_precision_outside_is_left_alone():
    from flint import ctx

    before = ctx.prec
    with working_precision():
        inside = ctx.prec
    assert (ctx.prec, inside > 300) == (before, True)
