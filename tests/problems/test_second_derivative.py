"""The exercise on the second derivative: the classical kernel, and the popular answer with the wrong sign."""

from fractions import Fraction


def test_the_answer_is_the_classical_kernel_and_the_popular_one_has_the_wrong_sign(solved):
    facts = solved("second-derivative").facts
    assert facts["taps"].dense() == [1, -2, 1]
    assert facts["popular_gain"] == -1
    assert facts["count"] == 3  # Fornberg, Math. Comp. 51 (1988), table 1, and the theorem on d + 1 taps
    assert r"\frac{1}{12} h^{2} f^{(4)}" in facts["expansion"].source


def test_the_table_of_moments_is_that_of_the_kernel_and_ends_with_two(solved):
    rows = solved("second-derivative").facts["moments"].rows
    assert [row[1] for row in rows] == [0, 0, 2]


def test_the_laplacians_are_the_textbooks(solved):
    facts = solved("second-derivative").facts
    assert facts["five"].dense() == [[0, 1, 0], [1, -4, 1], [0, 1, 0]]
    assert facts["nine"].dense()[0] == [Fraction(1, 6), Fraction(2, 3), Fraction(1, 6)]
