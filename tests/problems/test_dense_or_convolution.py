"""Fully connected against convolutional layers: counts and matrices against published and hand-made ones."""

import numpy as np
import pytest


@pytest.fixture
def facts(solved):
    return solved("dense-or-convolution").facts


def test_a_megapixel_image_has_the_weights_that_the_textbook_rounds(facts):
    """10^12, then 1999 squared, which the English edition gives as 4 * 10^6, then (2 * 5 + 1) squared."""
    assert (facts["dense"], facts["shared"], facts["local"]) == (10**12, 3_996_001, 121)
    assert facts["rounded"].source == r"4 \times 10^6"


def test_the_matrix_is_the_doubly_blocked_one(facts):
    """The 3 x 3 image and 2 x 2 kernel: 36 entries, 4 outputs of 4 taps each."""
    assert (facts["entries"], facts["filled"], facts["different"]) == (36, 16, 4)
    assert r"p & q & 0 & r & s & 0 & 0 & 0 & 0 \\ 0 & p & q & 0 & r & s" in facts["matrix"].source


def test_a_shift_by_one_survives_stride_one_and_not_stride_two(facts):
    rows = [np.asarray(row[1]).tolist() for row in facts["strides"].rows]
    assert rows[2:] == [[0, 15, 8, 1, 0, 6, 2], [0, 0, 15, 8, 1, 0, 6], [0, 8, 0, 2], [0, 15, 1, 6]]
