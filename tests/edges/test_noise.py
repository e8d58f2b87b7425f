"""The noise of an image, measured on it: right on noise, deaf to slopes and edges."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernelkit.edges.noise import noise_of
from kernelkit.errors import ShapeError


def noisy(shape, deviation, seed=0):
    return np.random.default_rng(seed).normal(0, deviation, shape)


@pytest.mark.parametrize("shape", [(40000,), (200, 200), (34, 34, 34)])
@pytest.mark.parametrize("deviation", [0.01, 5, 3000])
def test_white_noise_of_known_deviation(shape, deviation):
    """The median of N absolute values is known to about 1.2 / sqrt(N), and second differences are not independent."""
    assert noise_of(noisy(shape, deviation)) == pytest.approx(deviation, rel=0.04)


def test_slopes_do_not_count_and_edges_hardly_do():
    y, x = np.mgrid[:200, :200]
    assert noise_of(3 * x + 5 * y + noisy((200, 200), 2)) == pytest.approx(2, rel=0.04)
    assert noise_of(100.0 * (x // 25 % 2) + noisy((200, 200), 2)) == pytest.approx(2, rel=0.1)
    assert noise_of(x * y) == 0


def test_missing_samples_do_not_count():
    """Not even those beside them, whose differences would meet them."""
    image = noisy((60, 60), 2)
    mask = np.zeros((60, 60), bool)
    mask[:40] = True
    spoiled = np.where(mask, noisy((60, 60), 1000, seed=1), image)
    assert noise_of(spoiled, mask=mask) == noise_of(image[40:])


def test_the_samples_that_a_masked_array_hides_do_not_count():
    image = noisy((60, 60), 2)
    mask = np.arange(60)[:, None] < np.full(60, 40)
    hidden = np.ma.masked_array(np.where(mask, 1000 * image, image), mask)
    assert noise_of(hidden) == noise_of(image[40:])


def test_an_image_of_one_row_has_the_noise_of_a_line():
    line = noisy((10_000,), 2)
    assert noise_of(line[None]) == noise_of(line[:, None]) == noise_of(line)
    assert noise_of(noisy((2, 10_000), 2)) == pytest.approx(2, rel=0.04)


def test_three_samples_are_needed_along_an_axis():
    with pytest.raises(ShapeError, match="2 x 2"):
        noise_of(np.ones((2, 2)))


@given(st.integers(3, 9), st.integers(3, 9), st.integers(0, 2**31), st.integers(0, 20), st.booleans())
def test_whole_numbers_are_counted_and_have_the_median_that_others_have(rows, columns, seed, bits, missing):
    rng = np.random.default_rng(seed)
    image = rng.integers(0, 2**bits, (rows, columns), endpoint=True)
    mask = rng.random(image.shape) < 0.02 if missing else None
    assert noise_of(image, mask=mask) == pytest.approx(
        noise_of(image.astype(float), mask=mask), nan_ok=True, rel=1e-15
    )
