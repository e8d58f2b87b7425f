"""Experiments: no image of one channel with fewer pixels determines a window, and scores are the known criteria."""

import itertools
import math

import numpy as np
import pytest
from golden.tables import rows

from kernelkit.errors import InputError, LimitError
from kernelkit.learning.excite import excite
from kernelkit.learning.experiment import score, smallest_image
from kernelkit.learning.pairs import pairs
from kernelkit.learning.patches import patch_matrix


def test_the_least_length_is_twice_the_taps_less_one():
    (row,) = [row for row in rows("cases_learn") if row["id"] == "7.5/least-length"]
    given, expected = row["input"], row["expected"]
    assert [smallest_image(n).size for n in given["taps_1d"]] == expected["least_length_1d"]
    image = smallest_image(given["kernel_2d"])
    assert list(image.shape) == expected["least_image_for_impulse_2d"]
    found = excite(image, given["kernel_2d"])
    assert (found.rank, found.windows) == (9, expected["necessary_windows_2d"])


@pytest.mark.parametrize("size", list(itertools.product(range(1, 9), repeat=2)))
def test_no_image_with_fewer_pixels_has_enough_windows(size):
    """Every shape of fewer pixels gives fewer windows than taps, so no image of it determines them."""
    pixels = smallest_image(size).size
    taps = math.prod(size)
    for height in range(size[0], pixels + 1):
        for width in range(size[1], (pixels - 1) // height + 1):
            assert (height - size[0] + 1) * (width - size[1] + 1) < taps


@pytest.mark.parametrize(("size", "channels"), [((2, 3), 1), ((3,), 2), ((2, 2), 3), ((2, 1, 2), 2)])
def test_every_window_sees_one_tap(size, channels):
    image = smallest_image(size, channels=channels)
    matrix = patch_matrix(pairs(image, None, size))
    assert matrix.shape == (channels * math.prod(size),) * 2
    assert np.array_equal(np.sort(matrix.sum(axis=0)), np.ones(len(matrix)))
    assert set(matrix.ravel()) <= {0, 1}
    assert np.array_equal(matrix @ matrix.T, np.eye(len(matrix)))


def test_several_channels_may_do_with_fewer_pixels_in_larger_images():
    """As the documentation says: the impulses are the smallest image for one channel alone."""
    image = np.random.default_rng(0).normal(size=(1, 3, 7, 8))
    assert excite(image, (3, 3)).rank == 27
    assert image.size < smallest_image((3, 3), channels=3)[:, 0].size * 3


def test_scores_are_those_of_the_textbook():
    x = np.random.default_rng(0).uniform(size=(9, 9))
    gram = (patch := patch_matrix(pairs(x, None, 2))).T @ patch
    found = score(x, 2)
    mean = np.trace(gram) / 4
    assert found.average == pytest.approx(4 / np.trace(np.linalg.inv(gram)) / mean, rel=1e-11)
    assert found.volume == pytest.approx(np.linalg.det(gram) ** 0.25 / mean, rel=1e-11)
    assert found.worst == pytest.approx(np.linalg.eigvalsh(gram)[0] / mean, rel=1e-11)
    assert found.noise_per_tap == pytest.approx(np.sqrt(np.trace(np.linalg.inv(gram)) / 4), rel=1e-11)
    assert 0 < found.worst <= found.average <= found.volume <= 1


def test_the_impulse_has_full_marks_and_white_noise_comes_near():
    assert score(smallest_image((3, 3)), 3).average == score(smallest_image((3, 3)), 3).worst == 1
    assert score(np.random.default_rng(0).normal(size=(99, 99)), 3).average > 0.99
    assert score(np.random.default_rng(0).uniform(size=(99, 99)), 3).average < 0.8
    stripes = score([[1, 1, 0, 0, 0, 0, 1, 1]] * 6, 3)
    assert (stripes.average, stripes.noise_per_tap) == (0, math.inf)
    assert stripes.statement == "determines 3 of 9 taps"
    assert "with 1 of the precision" in score(smallest_image(2), 2).statement


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (lambda: smallest_image(0), InputError),
        (lambda: smallest_image(()), InputError),
        (lambda: smallest_image(2, channels=0), InputError),
        (lambda: smallest_image(1.5), InputError),
        (lambda: smallest_image((5000, 5000)), LimitError),
    ],
)
def test_windows_of_nothing_are_refused(call, error):
    with pytest.raises(error) as caught:
        call()
    assert caught.value.what
