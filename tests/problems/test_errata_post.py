"""Errata of the post: what its constructs give, known from running the post's own lines and from theory."""

from fractions import Fraction

import pytest


def rows(facts, name):
    """Return the rows of a table by their first words."""
    return {row[0]["en"]: row[1:] for row in facts[name].rows}


def test_the_loss_of_42_numbers_is_refused_at_epoch_2_after_2_updates(solved):
    facts = solved("errata-post").facts
    assert (facts["outputs"], facts["epoch"], facts["updates"]) == (42, 2, 2)
    assert "Tensor with 42 elements" in facts["stops"].text
    assert "name 'corr2d' is not defined" in facts["stops"].text


def test_a_kept_bias_shifts_the_taps_as_least_squares_says(solved):
    """A window of the textbook's image is (1,1), (1,0), (0,0) or (0,1); of its 42, 12, 6, 18 and 6 are.

    The taps that fit an offset c best are c (A^T A)^-1 A^T 1, and what is left is c^2 (42 - 1^T A (A^T A)^-1 A^T 1).
    """
    square, product, total = 18, 12, 18
    shift = Fraction(1, 2) * total / (square + product)
    left = Fraction(1, 4) * (42 - Fraction(2 * total**2, square + product))
    assert (shift, left) == (Fraction(3, 10), Fraction(51, 10))
    posted, ours = rows(solved("errata-post").facts, "silent")["train 500 steps, labels higher by a half"]
    assert posted["en"] == f"[{float(1 + shift)}, −{float(1 - shift)}], loss {float(left)}"
    assert ours["en"] == "[1.0, −1.0], loss 0.0"


def test_the_rate_limits_are_those_of_the_gram_matrices(solved):
    """1 / 30 for the taps; with a bias 1 / the largest root of [[18, 12, 18], [12, 18, 18], [18, 18, 42]]."""
    facts = solved("errata-post").facts
    largest = 36 + (36**2 - 612) ** 0.5  # of (1, 1, z): λ^2 - 72 λ + 612 = 0
    assert facts["limit"] == pytest.approx(1 / 30)
    assert facts["limit_bias"] == pytest.approx(1 / largest, rel=1e-9)
    assert facts["limit_bias"] < float(facts["usual"]) < facts["limit"]


def test_pooling_as_posted_loses_types_axes_and_modes(solved):
    found = rows(solved("errata-post").facts, "silent")
    assert found["pool, mode “mean”"][0] == [[0, 0], [0, 0]]
    assert found["pool, double precision: type"][0] == "torch.float32"
    assert found["pool, a large whole number"] == [16_777_216, 16_777_217]
    assert found["pool, window larger than the image: shape"][0] == "0 × 0"
    assert found["layer, image with channels: shape"][0] == "1 × 0"


def test_the_textbooks_layer_as_a_matrix_has_two_weights_a_row(solved):
    facts = solved("errata-post").facts
    assert (facts["matrix"], facts["nonzero"], facts["distinct"]) == (48 * 42, 2 * 42, 2)


def test_all_thirteen_points_are_listed(solved):
    facts = solved("errata-post").facts
    assert (facts["count"], len(facts["overview"].rows)) == (13, 13)
    assert (facts["conv"], facts["fc"]) == (5, 3)
