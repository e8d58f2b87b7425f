"""What is read as an exact number, and how one is written."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernelkit.errors import ExpressionError, InputError, LimitError
from kernelkit.exact.rational import LONGEST_NUMBER, counted, rational, whole, written


@given(st.fractions())
def test_writing_and_reading_a_rational_gives_it_back(value):
    assert rational(written(value)) == value
    assert rational(value) == value


@given(st.integers())
def test_integers_of_python_and_numpy_are_read_alike(value):
    assert rational(value) == value
    small = value % 1000
    assert rational(np.int64(small)) == whole(np.int64(small), what="it") == small


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_float_is_read_only_where_its_decimal_is_its_value(value):
    """0.5 is one half; 0.1 could be 1/10 or the binary number, so it is refused."""
    exact = Fraction(value)
    if Fraction(repr(value)) == exact:
        assert rational(value) == exact
    else:
        with pytest.raises(InputError):
            rational(value)
    assert rational(Fraction(value)) == exact


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-1000, max_value=1000))
def test_decimals_are_read_exactly_as_numbers_and_as_text(value):
    assert rational(value) == rational(str(value)) == Fraction(value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (" 3 ", 3),
        ("+3", 3),
        ("-3/4", Fraction(-3, 4)),
        ("6/4", Fraction(3, 2)),
        ("0.1", Fraction(1, 10)),
        (".5", Fraction(1, 2)),
        ("2.", 2),
        ("1e-4", Fraction(1, 10_000)),
        ("-1.5E+2", -150),
    ],
)
def test_text_is_read_as_fraction_or_decimal(text, value):
    assert rational(text) == value


class HalfOpen(Fraction):
    """A subclass, as other libraries make them."""


def test_subclasses_of_fraction_become_plain_fractions():
    assert type(rational(HalfOpen(1, 2))) is Fraction
    assert rational(HalfOpen(1, 2)) == Fraction(1, 2)


@pytest.mark.parametrize("value", [1, 0, "-3/4", "0.25", 0.25, Decimal("0.25"), np.float64(0.25), np.int8(1)])
def test_every_number_becomes_a_plain_fraction(value):
    assert type(rational(value)) is Fraction


def message_of(error: pytest.ExceptionInfo) -> str:
    return str(error.value)


def test_a_float_that_is_not_its_decimal_is_refused_with_both_readings():
    with pytest.raises(InputError) as refused:
        rational(0.1, what="a tap")
    assert message_of(refused) == (
        "a tap 0.1 is a binary float, not exactly the decimal it prints as\n"
        "  why:  its exact value is 3602879701896397/36028797018963968\n"
        '  next: write it as text, "0.1", or as Fraction(0.1) for the binary value'
    )


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (float("nan"), "nan"),
        (float("inf"), "inf"),
        (float("-inf"), "-inf"),
        (Decimal("NaN"), "NaN"),
        (Decimal("sNaN"), "sNaN"),
        (Decimal("-Infinity"), "-Infinity"),
    ],
)
def test_what_is_not_finite_is_refused(value, shown):
    with pytest.raises(InputError) as refused:
        rational(value, what="a spacing")
    assert message_of(refused) == f"a spacing must be finite, not {shown}"


@pytest.mark.parametrize("exponent", [10**9, -(10**9), 2000])
def test_decimals_too_long_to_hold_are_refused_at_once(exponent):
    with pytest.raises(LimitError) as refused:
        rational(Decimal((0, (1,), exponent)))
    assert message_of(refused) == f"a number 1E{exponent:+d} has more than 1000 digits"


def test_long_but_finite_decimals_are_read():
    assert rational(Decimal("1e500")) == 10**500
    assert rational("1e-999") == Fraction(1, 10**999)


def test_division_by_zero_in_text_is_refused():
    with pytest.raises(InputError) as refused:
        rational("3/0", what="a limit")
    assert message_of(refused) == "a limit 3/0 divides by zero"


@pytest.mark.parametrize("text", ["", "x", "1/2/3", "1.5/2", "1e1000", "1_000", "--1", "1,5", "0x10", "nan"])
def test_other_text_is_refused(text):
    with pytest.raises(ExpressionError) as refused:
        rational(text, what="a tap")
    assert message_of(refused) == (
        f"a tap {text!r} is not an exact number\n"
        '  next: integers, fractions and decimals are read: "-2", "3/4", "0.1", "1e-4"'
    )


@pytest.mark.parametrize("value", [None, [1], 1j, object, True])
def test_what_is_no_number_is_refused(value):
    with pytest.raises(
        InputError, match=re.escape(f"a number must be a rational number, not {type(value).__name__}")
    ):
        rational(value)


def test_text_above_the_length_limit_is_refused_unread():
    assert rational("1" * LONGEST_NUMBER) == int("1" * LONGEST_NUMBER)
    with pytest.raises(LimitError) as refused:
        rational("1" * (LONGEST_NUMBER + 1))
    assert message_of(refused) == "a number has 1001 characters; at most 1000 are read"


@pytest.mark.parametrize("value", [Fraction(10**5000), Fraction(1, 10**5000)])
def test_numbers_too_long_to_write_are_refused(value):
    with pytest.raises(LimitError) as refused:
        written(value)
    assert re.fullmatch(
        r"an exact number of about 49\d\d digits is too long to write\n"
        r"  why:  Python refuses to convert integers of more than 4300 digits to text\n"
        r"  next: use fewer points, or points with shorter fractions",
        message_of(refused),
    )


@pytest.mark.parametrize("value", [2.0, "2", Fraction(2), None, True])
def test_whole_numbers_are_integers_and_nothing_else(value):
    with pytest.raises(InputError) as refused:
        whole(value, what="an order")
    assert message_of(refused) == f"an order must be a whole number, not {value!r}"


def test_things_are_counted_in_words():
    assert [counted(n, "tap") for n in (0, 1, 2)] == ["0 taps", "1 tap", "2 taps"]
    assert [counted(n, "axis") for n in (1, 3)] == ["1 axis", "3 axes"]
