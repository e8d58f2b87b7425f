"""The exercises on pooling, against values worked out by hand."""

import math
from fractions import Fraction

import pytest


@pytest.fixture(scope="module")
def facts(solved):
    return solved("textbook-pooling").facts


def test_averages_of_windows_of_two_by_three(facts):
    assert facts["averages"] == [[Fraction(23, 6), Fraction(13, 3)], [Fraction(11, 3), Fraction(29, 6)]]


def test_the_maximum_is_not_additive(facts):
    assert (facts["apart"], facts["together"]) == (2, 1)


def test_stages_and_cost_of_lenets_first_pooling(facts):
    assert (facts["two_stages"], facts["three_stages"]) == (2, 4)
    assert facts["steps"] == 6 * 14 * 14 * 3
    assert facts["multiply_adds"] == 117_600


def test_softmax_pooling_of_the_first_four_numbers(facts):
    total = 1 + math.e + math.e**2 + math.e**3
    by_hand = (math.e + 2 * math.e**2 + 3 * math.e**3) / total
    assert facts["soft"] == pytest.approx(by_hand, abs=1e-14)
    assert by_hand == pytest.approx(2.49265273458577, abs=1e-13)


def test_what_maximum_and_average_tell_apart(facts):
    assert [row[1:] for row in facts["windows"].rows] == [[8, 2], [2, 2], [8, 8]]
