"""Pooling: shares that a shift leaves alone, the posted function's faults, and padding, against known values."""

from fractions import Fraction

import numpy as np
import pytest


@pytest.fixture
def facts(solved):
    return solved("pooling").facts


def test_a_third_of_the_maxima_stay(facts):
    """Two of the six pixels of two neighbouring windows are shared."""
    assert facts["least"] == Fraction(1, 3)


def test_the_maximum_is_not_additive(facts):
    """max(1, 0) + max(0, 1) = 2, and max(1, 1) = 1."""
    assert (facts["both_top"], facts["needed"]) == (1, 2)


def test_the_posted_function_rounds_to_single_precision_and_eats_a_channel(facts):
    """2^24 + 1 is the first whole number that float32 has not."""
    assert (facts["exact"], facts["rounded"]) == (16_777_217, 16_777_216)
    assert (facts["should"], facts["does"], facts["empty"]) == ("(3, 7, 7)", "(2, 7)", "(0, 0)")
    assert not facts["zeros"].any()
    assert "mean(): could not infer output dtype" in facts["refusal"]


def test_zeros_beat_negative_numbers_and_averages_have_two_conventions(facts):
    """The sum is -18: -2 over nine places, -4.5 over four pixels."""
    outputs = [np.unique(row[1]).tolist() for row in facts["padding"].rows]
    assert outputs == [[-2], [0], [-2], [-4.5]]
