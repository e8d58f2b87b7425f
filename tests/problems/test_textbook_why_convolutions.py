"""The exercises on why convolutions, against values worked out by hand."""

from fractions import Fraction


def test_convolution_commutes_and_correlation_reverses(solved):
    facts = solved("textbook-why-convolutions").facts
    assert facts["convolved"].tolist() == [4, 13, 22, 15]
    assert facts["forth"].tolist() == [5, 14, 23, 12]
    assert facts["back"].tolist() == [12, 23, 14, 5]


def test_windows_of_three_words_grow_by_one_on_each_side_a_layer(solved):
    facts = solved("textbook-why-convolutions").facts
    assert (facts["apart"], facts["layers"]) == (100, 50)


def test_a_mean_of_nine_at_the_border(solved):
    """Four of nine pixels lie inside at a corner; on a ramp each rule gives a mean of its own three columns."""
    rows = solved("textbook-why-convolutions").facts["borders"].rows
    corners = [row[2] for row in rows[1:]]
    edges = [row[3] for row in rows[1:]]
    assert corners == [Fraction(4, 9), 1, 1, 1, 1, 1]
    assert edges == [
        Fraction(0 + 1, 3),
        Fraction(0 + 0 + 1, 3),
        Fraction(1 + 0 + 1, 3),
        Fraction(-1 + 0 + 1, 3),
        Fraction(7 + 0 + 1, 3),
        Fraction(0 + 1, 2),
    ]
