"""Words for what is determined: sums over taps that are seen alike, in all the shapes that they take."""

import numpy as np
import pytest

from kernelkit.learning.undetermined import determined_text


def sums(labels) -> np.ndarray:
    """Return rows that pick the sums over taps of equal labels; -1 stands for taps that are never met."""
    labels = np.array(labels).ravel()
    return np.array([(labels == k).astype(float) for k in range(labels.max() + 1)])


@pytest.mark.parametrize(
    ("labels", "words"),
    [
        ([[[0, 0], [0, 0]]], "only the sum of all taps is determined"),
        ([[[0, 1, 2], [0, 1, 2]]], "only the three column sums are determined"),
        ([[[0, 0, 0], [1, 1, 1]]], "only the two row sums are determined"),
        ([[[0, 1], [2, 3]], [[0, 1], [2, 3]]], "only the sum of the two channel kernels is determined"),
        ([[[0, 0]], [[1, 1]], [[2, 2]]], "only the three sums of the taps of each channel are determined"),
        ([[[0, 1], [0, 1]], [[2, 3], [2, 3]]], "only the four sums of taps at the same channel, x are determined"),
        ([[[[0, 1], [0, 1]], [[2, 3], [2, 3]]]], "only the four sums of taps at the same z, x are determined"),
        ([[[0, 1, 0]]], "of some taps only sums are determined: (0, 0) + (0, 2)"),
        ([[[0, 1, 0]], [[2, 1, 3]]],
         "of some taps only sums are determined: (0, 0, 0) + (0, 0, 2); (0, 0, 1) + (1, 0, 1)"),
        ([[[0, -1, 1]]], "only two taps are determined; the tap at (0, 1) is only ever met by zeros"),
        ([[[-1, -1, 0]]], "only one tap is determined; the taps at (0, 0), (0, 1) are only ever met by zeros"),
        ([[[-1, 0, 0, 1]]], "only two sums of taps are determined; the tap at (0, 0) is only ever met by zeros"),
        ([[[-1] * 8 + [0]]], "only one tap is determined; 8 taps are only ever met by zeros"),
    ],
)  # fmt: skip
def test_patterns_of_taps_that_are_seen_alike(labels, words):
    shape = np.array(labels).shape
    assert determined_text(sums(labels), shape, certainty="exact") == words
    # the words are about the space, whatever basis spans it
    mixed = np.random.default_rng(0).normal(size=(len(sums(labels)),) * 2) @ sums(labels)
    dropped = "met by values too small beside the others to be seen"
    assert determined_text(mixed, shape) == words.replace("only ever met by zeros", dropped)


def test_long_lists_are_cut():
    labels = np.arange(40) // 2
    assert determined_text(sums(labels), (1, 40)).endswith("; ...")
    wide = np.repeat(np.arange(2), 200)
    wide[0] = 1
    assert determined_text(sums(wide), (1, 400)) == "only two sums of taps that are seen alike are determined"
    assert (
        determined_text(np.eye(700)[:1], (1, 700)) == "only 1 of 700 combinations of the taps is determined"
    )


def test_zeros_are_only_claimed_where_they_are_exact():
    """A row [1, 1e-10] sees both taps: beside the first the second is small, and over the rationals it is there."""
    row = np.array([[1.0, 1e-10]])
    assert determined_text(row, (1, 2)) == (
        "only one tap is determined; the tap at (1) is met by values too small beside the others to be seen"
    )
    assert (
        determined_text(row, (1, 2), certainty="exact")
        == "only 1 of 2 combinations of the taps is determined"
    )
