"""The exercises on channels, against values worked out by hand and the counts of a layer."""

import itertools
from fractions import Fraction

import numpy as np
import pytest
from scipy.signal import convolve2d


@pytest.fixture(scope="module")
def facts(solved):
    return solved("textbook-channels").facts


def test_the_composed_kernel_is_the_full_convolution_of_both(facts):
    full = convolve2d([[1, 0, 2, -1], [0, 1, 1, 2]], [[1, 2, 0], [0, -1, 1], [3, 0, 1]])
    assert full.shape == (4, 6)
    rows = (" & ".join(map(str, row)) for row in full)
    assert r" \\ ".join(rows) in facts["composed"].source


def test_the_discriminant_of_the_laplacian(facts):
    """It is (x^2 - 4x + 1)^2 - 4x^2, by the formula for polynomials of degree two."""
    square = np.polymul([1, -4, 1], [1, -4, 1])
    by_hand = np.polysub(square, [4, 0, 0])
    shown = np.polymul(np.polymul([1, -1], [1, -1]), [1, -6, 1])
    assert by_hand.tolist() == shown.tolist()
    assert facts["discriminant"].source == r"\left(x - 1\right)^{2} \left(x^{2} - 6 x + 1\right),"


def test_smaller_kernels_of_famous_ones(facts):
    assert [row[2] for row in facts["kernels"].rows] == [4, 4, 1]
    assert facts["found"] == 0


def test_what_a_layer_costs(facts):
    layer, pixel, doubled = (row[1:] for row in facts["costs"].rows)
    assert layer == [1_228_800, 1200, 3 * 32 * 32, 16 * 32 * 32]
    assert pixel == [3 * 16 * 32 * 32, 48, 3 * 32 * 32, 16 * 32 * 32]
    assert doubled == [4_915_200, 4800, 6 * 32 * 32, 32 * 32 * 32]
    assert facts["doubled"] == 4
    assert facts["padded"] == (36 / 32) ** 2


def test_blocks_and_strips(facts):
    assert (facts["grouped"], facts["whole"]) == (21_600, 86_400)
    assert [row[2] for row in facts["strips"].rows] == [5, 3, 2, Fraction(3, 2), Fraction(5, 4)]
    assert all(a[2] > b[2] for a, b in itertools.pairwise(facts["strips"].rows))
