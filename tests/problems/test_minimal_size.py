"""The exercise on the least size of a kernel: theorem, exhaustive counts and residuals known from elsewhere."""

from fractions import Fraction


def test_kernels_on_neighbours_are_binomial_and_centred_ones_the_published_ones(solved):
    """Fornberg, Math. Comp. 51 (1988), table 1, first row of each order."""
    half = Fraction(1, 2)
    rows = solved("minimal-size").facts["kernels"].rows
    assert [(row[1], row[2].dense(), row[3].dense()) for row in rows] == [
        (2, [-1, 1], [-half, 0, half]),
        (3, [1, -2, 1], [1, -2, 1]),
        (4, [-1, 3, -3, 1], [-half, 1, 0, -1, half]),
        (5, [1, -4, 6, -4, 1], [1, -4, 6, -4, 1]),
    ]


def test_the_obstructions_have_the_factorials_as_derivatives(solved):
    assert [row[2] for row in solved("minimal-size").facts["polynomials"].rows] == [1, 2, 6, 24]


def test_sets_of_eleven_points_are_counted_as_binomials(solved):
    """Up to d of 11 points for d = 1 to 4: 11 + 66 + 231 + 561; d + 1 of them: 55 + 165 + 330 + 462."""
    facts = solved("minimal-size").facts
    assert (facts["fewer"], facts["enough"]) == (869, 1012)


def test_mixed_derivatives_and_the_laplacian_need_what_was_proved_and_searched(solved):
    facts = solved("minimal-size").facts
    assert [row[2] for row in facts["boxes"].rows] == [4, 6, 9]
    assert (facts["five"], facts["none"], facts["fourteen"], facts["four"]) == (5, 0, 14, 4)
    assert (facts["four_error"].source, facts["five_error"].source) == ("h", "h^2")


def test_data_find_one_more_than_the_order_and_leave_one_part_in_the_central_binomial(solved):
    rows = solved("minimal-size").facts["learned"].rows
    assert [row[1] for row in rows] == [Fraction(1, n) for n in (2, 6, 20, 70)]
    assert [row[4] for row in rows] == [2, 3, 4, 5]
