"""Tolerances: which taps are taken for rounded, and which number a rounded one stands for."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernelkit import Kernel
from kernelkit.errors import InputError
from kernelkit.identification.tolerance import (
    CHANCE,
    PRECISIONS,
    SIMPLE,
    Tolerance,
    recognised,
    tolerance_for,
)


@given(
    st.fractions(min_value=-9, max_value=9, max_denominator=SIMPLE),
    st.fractions(min_value=-1, max_value=1, max_denominator=10**9),
)
def test_a_simple_number_is_recognised_from_any_number_near_it(number, change):
    """Two fractions with denominators up to N are at least 1/N^2 apart, so nothing simpler lies between."""
    within = Fraction(1, CHANCE * SIMPLE**2)
    assert recognised(number + change * within, within) == number


@given(st.fractions(max_denominator=10**12), st.fractions(min_value=0, max_value=1))
def test_what_is_recognised_lies_within_the_tolerance(number, within):
    found = recognised(number, within)
    assert abs(found - number) <= within
    assert found == number or found.denominator <= SIMPLE


def test_without_tolerance_a_number_stands_for_itself():
    assert recognised(Fraction(1, 3), Fraction(0)) == Fraction(1, 3)
    assert recognised(Fraction(0), Fraction(0)) == 0


@given(st.lists(st.fractions(min_value=-1, max_value=1), min_size=3, max_size=3))
def test_no_change_of_taps_within_the_tolerance_moves_a_moment_by_more(changes):
    kernel = Kernel({-2: 1, "1/2": 1, 3: 1})
    tolerance = Tolerance(Fraction(1, 100), kernel)
    changed = Kernel(
        [(offset, tap + c / 100) for (offset, tap), c in zip(kernel.taps, changes, strict=True)], ndim=1
    )
    for degree in range(5):
        moved = changed.moment((degree,)) - kernel.moment((degree,))
        assert abs(moved) <= tolerance.of_moment((degree,))
        assert tolerance.vanishes((degree,), moved)


@given(st.fractions(min_value=1, max_value=9), st.integers(2, 6))
def test_numbers_of_few_digits_are_not_taken_for_fractions_they_meet_by_chance(number, digits):
    """Of all numbers between whole ones at most a share of 2 w q^2 lies within w of a fraction up to q."""
    within = Fraction(1, 10**digits)
    found = recognised(number, within)
    assert found == number or CHANCE * found.denominator**2 * within <= 1


@pytest.mark.parametrize(
    ("taps", "precision"),
    [
        ([Fraction(1, 3), Fraction(-1, 10**9)], None),
        ([Fraction(0.1), Fraction(0.7)], "float64"),
        ([Fraction(float(np.float32(99.9))), 1], "float32"),
        ([Fraction(1, 2**40), Fraction(3, 2**40)], None),
        ([Fraction("0.123456789")], "float64"),
        ([Fraction("0.229879")], None),
    ],
    ids=["thirds", "double", "single", "short binary", "long decimal", "short decimal"],
)
def test_taps_tell_whether_they_were_rounded(taps, precision):
    kernel = Kernel(enumerate(taps))
    largest = max(abs(tap) for tap in taps)
    assert tolerance_for(kernel).size == (0 if precision is None else largest * PRECISIONS[precision])


@pytest.mark.parametrize("precision", PRECISIONS)
def test_the_type_of_an_array_decides_where_it_is_known(precision):
    assert tolerance_for(Kernel({0: 2}), precision=precision).size == 2 * PRECISIONS[precision]


@pytest.mark.parametrize(
    ("taps", "size"),
    [
        ([1, -2, 1], 0),
        (["0.229879", "0.540242", "0.229879"], 0),
        ([1 / 3, -2 / 3, 1 / 3], Fraction(2 / 3) / 10**9),
        (np.float32([1 / 3, -2 / 3, 1 / 3]), Fraction(float(np.float32(2 / 3))) / 10**6),
        ([0.5, -1.0, 0.5], 0),
    ],
    ids=["whole", "six decimals", "double", "single", "short binary"],
)
def test_long_taps_are_taken_for_rounded_ones_of_their_precision(taps, size):
    kernel = (
        Kernel.from_array(taps) if not isinstance(taps[0], str) else Kernel(zip(range(3), taps, strict=True))
    )
    assert tolerance_for(kernel).size == size


def test_a_given_tolerance_is_taken_floats_too():
    assert tolerance_for(Kernel({0: 1}), 1e-9).size == Fraction(1e-9)
    assert tolerance_for(Kernel({0: 1}), "1e-3").size == Fraction(1, 1000)


def test_a_negative_tolerance_is_refused():
    with pytest.raises(InputError) as refused:
        tolerance_for(Kernel({0: 1}), -1)
    assert (
        str(refused.value)
        == "a tolerance must not be negative\n  next: tolerance=0 asks for exact statements only"
    )
