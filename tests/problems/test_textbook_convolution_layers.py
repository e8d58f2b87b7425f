"""The exercises on convolutions for images, against values worked out by hand."""

from fractions import Fraction

import pytest

from kernelkit import Kernel


@pytest.fixture(scope="module")
def facts(solved):
    return solved("textbook-convolution-layers").facts


def test_the_derivative_along_three_fifths_and_four_fifths(facts):
    """It answers 5 to the plane 3x + 4y and nothing to 4x - 3y; the weights are forty times smaller than these."""
    steered = facts["steered"]
    assert steered == Kernel.from_array([[-7, -8, -1], [-6, 0, 6], [1, 8, 7]]) / 40
    assert 3 * steered.moment((0, 1)) + 4 * steered.moment((1, 0)) == 5
    assert 4 * steered.moment((0, 1)) - 3 * steered.moment((1, 0)) == 0


def test_the_smallest_kernels_are_binomials_with_alternating_signs(facts):
    rows = facts["orders"].rows
    taps = [[tap for _, tap in row[1].taps] for row in rows]
    assert taps == [[-1, 1], [1, -2, 1], [-1, 3, -3, 1], [1, -4, 6, -4, 1]]
    assert [row[2:] for row in rows] == [[2, 2], [3, 6], [4, 20], [5, 70]]


def test_what_answers_most_strongly_to_a_second_derivative(facts):
    assert [row[2] for row in facts["structures"].rows] == [0, 1, 2, 4]


def test_the_binomial_blur_keeps_nine_sixty_fourths_of_the_noise(facts):
    assert facts["noise"] == Fraction(9, 64)


def test_pytorch_names_the_missing_sum(facts):
    assert "grad can be implicitly created only for scalar outputs" in facts["message"]


def test_a_diagonal_edge_is_found_along_the_diagonal_with_the_sign_of_the_side(facts):
    picture, turned, kernel_turned = (
        [[1, 0], [0, 1], [0, 0]],
        [[0, 0], [-1, 0], [0, -1]],
        [[0, -1, 0], [0, 0, -1]],
    )
    shown = "".join(facts[name].source for name in ("answers", "transposed", "turned"))
    for answer in (picture, turned, kernel_turned):
        assert r" \\ ".join(" & ".join(map(str, row)) for row in answer) in shown
