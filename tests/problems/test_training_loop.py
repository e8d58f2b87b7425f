"""The training loop of the post: limits, losses and ranks against values worked out independently."""

from fractions import Fraction

import pytest


@pytest.fixture
def facts(solved):
    return solved("training-loop").facts


def test_the_print_fails_in_the_second_epoch_after_two_updates(facts):
    """Six rows of seven outputs are no one number."""
    assert (facts["stops"], facts["updates"]) == (2, 2)
    assert "42 elements" in facts["refusal"]


def test_limits_are_the_inverses_of_the_largest_eigenvalues(facts):
    """R is 18 on the diagonal and 12 beside it; with a column of ones its largest eigenvalue is 36 + sqrt(684)."""
    assert (facts["limit"], facts["best"]) == (Fraction(1, 30), Fraction(1, 36))
    assert facts["share"] == 90
    assert facts["limit_value"] == pytest.approx(1 / (36 + 684**0.5), rel=1e-12)


def test_labels_moved_by_a_half_bend_a_kernel_without_bias(facts):
    assert facts["bent"] == [[1.3, -0.7]]
    assert facts["floor"] == Fraction(51, 10)


def test_a_column_of_zeros_leads_to_zeros_along_both_eigenvectors(facts):
    """From (0.5, 0.25) ten steps of 0.03 shrink (1, 1) by 1 - 1.8 and (1, -1) by 1 - 0.36 a step."""
    even, odd = 0.375 * 0.8**10, 0.125 * 0.64**10
    assert (facts["epochs"], facts["lost"]) == (10, f"({even + odd:.2f}, {even - odd:.2f})")
    assert facts["nothing"] == "(0, 0)"


def test_printed_losses_are_predicted_from_the_first_two(facts):
    """The Chinese edition prints 6.422, 1.225, 0.266, 0.070, 0.022; the law gives 0.265964, 0.0693791, 0.0217806."""
    assert facts["published"].rows[0][1:] == ["0.266 / 0.266", "0.070 / 0.069", "0.022 / 0.022"]


def test_the_image_determines_at_most_four_numbers(facts):
    assert [row[1] for row in facts["ranks"].rows] == [1, 2, 3, 4, 4, 3, 2, 1]
    assert (facts["rank"], facts["unknowns"]) == (3, 9)


def test_the_end_for_sobel_depends_on_the_start(facts):
    thirds = [[[-4, 0, 4]] * 3, [[-1, -4, 8], [-4, 5, 2], [-7, -1, 2]]]
    for name, rows in zip(("from_zeros", "from_start"), thirds, strict=True):
        assert facts[name].dense() == [[Fraction(tap, 3) for tap in row] for row in rows]
