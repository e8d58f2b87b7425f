"""Bounds of what may be cut off."""

from __future__ import annotations

from fractions import Fraction

import pytest

from kernelkit.catalogue.tail import DEFAULT_TAIL, HEAVIEST_TAIL, LIGHTEST_TAIL, checked_tail
from kernelkit.errors import InputError


@pytest.mark.parametrize(("tail", "read"), [("1e-6", Fraction(1, 10**6)), ("1/100", HEAVIEST_TAIL)])
def test_tails_are_exact_numbers(tail, read):
    assert checked_tail(tail) == read


@pytest.mark.parametrize("tail", [0, -1, "1/99", 1, LIGHTEST_TAIL / 2])
def test_tails_beyond_the_bounds_are_refused(tail):
    with pytest.raises(InputError, match="a tail lies between 1e-20 and 1/100"):
        checked_tail(tail)


def test_the_default_lies_between():
    assert LIGHTEST_TAIL < checked_tail(DEFAULT_TAIL) < HEAVIEST_TAIL
