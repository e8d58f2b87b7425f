"""The exercise on integrals: classical rules, and windows that explain what theory says they can."""

from fractions import Fraction

import pytest


def test_the_rules_are_the_classical_ones_with_their_degrees(solved):
    """Davis and Rabinowitz, section 2; the cell's weights 1, 22, 1 over 24 are those of finite volumes."""
    rows = solved("integral").facts["rules"].rows
    assert [row[1].dense() for row in rows] == [
        [1, 1, 1],
        [Fraction(1, 2), 1, Fraction(1, 2)],
        [Fraction(1, 3), Fraction(4, 3), Fraction(1, 3)],
        [Fraction(1, 24), Fraction(22, 24), Fraction(1, 24)],
    ]
    assert [row[3] for row in rows] == [1, 1, 3, 3]


def test_the_plane_rule_is_that_of_simpson_on_a_square(solved):
    """Abramowitz and Stegun 25.4.62, scaled: corners 1/9, sides 4/9, middle 16/9."""
    dense = solved("integral").facts["plane"].dense()
    assert [9 * tap for row in dense for tap in row] == [1, 4, 1, 4, 16, 4, 1, 4, 1]


def test_windows_explain_their_share_of_white_noise_summed_and_no_more(solved):
    """Of the sum of 7 white samples n explain n/7; of a running sum of L samples 2n/(L + n)."""
    facts = solved("integral").facts
    for n, running, longer, fixed in facts["learned"].rows:
        assert float(fixed) == pytest.approx(min(n / 7, 1), abs=0.01)
        assert float(running) == pytest.approx(2 * n / (400 + n), abs=0.05)
        assert float(longer) < float(running)


def test_the_proof_ends_with_zero_and_one(solved):
    facts = solved("integral").facts
    assert (facts["zero_value"], facts["one"]) == (0, 1)
