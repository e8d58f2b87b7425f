"""Factors: what one axis of a term makes of powers, and of reflections."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import rationals

from kernelkit.exact.factor import Point, Span

ENDS = st.tuples(rationals(), rationals()).filter(lambda ends: ends[0] < ends[1])


@given(at=rationals(), order=st.integers(0, 4), k=st.integers(0, 6))
def test_a_point_differentiates_powers_step_by_step(at, order, k):
    """Each derivative multiplies by the exponent and lowers it."""
    coefficient, exponent = Fraction(1), k
    for _ in range(order):
        coefficient *= exponent
        exponent = max(exponent - 1, 0)
    assert Point(order, at).moment(k) == coefficient * at**exponent


@given(ends=ENDS, middle=rationals(), k=st.integers(0, 6))
def test_integrals_add_up_over_neighbouring_intervals(ends, middle, k):
    low, high = ends
    if low < middle < high:
        assert Span(low, middle).moment(k) + Span(middle, high).moment(k) == Span(low, high).moment(k)
    assert Span(low, high).moment(0) == high - low


@pytest.mark.parametrize(
    "factor",
    [
        Point(0, Fraction(2)),
        Point(1, Fraction(1, 3)),
        Point(2, Fraction(-1)),
        Span(Fraction(-1), Fraction(3)),
    ],
)
def test_a_reflection_changes_the_sign_of_odd_powers(factor):
    sign, mirrored = factor.reflected()
    for k in range(7):
        assert sign * mirrored.moment(k) == (-1) ** k * factor.moment(k)
