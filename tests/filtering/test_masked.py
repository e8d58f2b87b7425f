"""Holes: polynomials that the kernel is exact on keep their answer around any hole that leaves enough."""

import numpy as np
import pytest

from kernelkit import Kernel, derivative, derive, named
from kernelkit.filtering.apply import apply


@pytest.mark.parametrize(
    ("kernel", "image", "wanted"),
    [
        (
            Kernel.from_array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]),
            lambda y, x: 3 * y + 2 * x + x * y,
            lambda y, x: 2 + y + 0 * x,
        ),
        (named("laplacian-9pt-isotropic").kernel, lambda y, x: x * x + 2 * y * y, lambda y, x: 6 + 0 * x * y),
        (derive(derivative((0, 1)), accuracy=4), lambda y, x: x**3 - y**2, lambda y, x: 3 * x**2 + 0 * y),
    ],
)
def test_random_holes_do_not_change_what_is_exact(kernel, image, wanted):
    y, x = np.mgrid[:14, :15] - 7.0
    missing = np.random.default_rng(0).random(y.shape) < 0.1
    values = np.where(missing, np.nan, image(y, x))
    found = apply(kernel, values, mask=missing)
    assert np.isfinite(found).mean() > 0.9
    there = np.isfinite(found)
    assert np.allclose(found[there], np.broadcast_to(wanted(y, x), y.shape)[there], atol=1e-8)


def test_far_from_holes_the_answer_is_that_without_a_mask():
    image = np.random.default_rng(1).random((12, 12))
    missing = np.zeros(image.shape, bool)
    missing[2, 2] = True
    plain, masked = apply("sobel-x", image), apply("sobel-x", image, mask=missing)
    assert np.allclose(plain[4:-1, 4:-1], masked[4:-1, 4:-1], atol=1e-14)


def test_an_empty_mask_and_the_one_sided_border_are_exact_on_the_same_polynomials():
    y, x = np.mgrid[:8, :8].astype(float)
    image = x**2 + x * y
    masked = apply("sobel-x", image, mask=np.zeros(image.shape, bool))
    assert np.allclose(masked, apply("sobel-x", image), atol=1e-9)
