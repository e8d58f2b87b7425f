"""The exercises on LeNet, against the published counts of the net."""

from fractions import Fraction

import pytest


@pytest.fixture(scope="module")
def facts(solved):
    return solved("textbook-lenet").facts


def test_counts_of_the_posted_net(facts):
    assert (facts["parameters"], facts["multiply_adds"]) == (61_706, 416_520)
    assert (facts["first"], facts["second"], facts["field"]) == (28, 10, 14)


def test_four_sigmoids_pass_on_the_fourth_power_of_their_slope(facts):
    assert facts["sigmoids"] == 4
    assert facts["chain"] == Fraction(1, 256)


def test_counts_of_changed_nets_by_hand(facts):
    twice_maps, twice_hidden, half_hidden, unpadded = (row[1:] for row in facts["variants"].rows[1:])
    assert twice_maps == [
        12 * 26 + 32 * (12 * 25 + 1) + 801 * 120 + 121 * 84 + 85 * 10,
        784 * 12 * 25 + 100 * 32 * 12 * 25 + 800 * 120 + 120 * 84 + 84 * 10,
    ]
    convolutions = 156 + 2416, 117_600 + 240_000
    for found, (third, fourth) in ((twice_hidden, (240, 168)), (half_hidden, (60, 42))):
        assert found == [
            convolutions[0] + 401 * third + (third + 1) * fourth + (fourth + 1) * 10,
            convolutions[1] + 400 * third + third * fourth + fourth * 10,
        ]
    assert unpadded == [
        61_706 - 120 * 16 * (25 - 16),
        576 * 6 * 25 + 64 * 16 * 6 * 25 + 256 * 120 + 120 * 84 + 84 * 10,
    ]


def test_two_small_windows_in_place_of_a_large_one(facts):
    assert (facts["seen"], facts["stacked"], facts["single"]) == (5, 18, 25)


def test_trimming_thirty_two_pixels_to_twenty_eight_saves_less_than_a_quarter(facts):
    assert facts["trimmed"]["en"] == "23.4 %"
