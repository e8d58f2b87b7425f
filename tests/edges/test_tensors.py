"""Ridges and corners: eigenvalues of polynomials, and as NumPy has them."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import ndimage
from skimage import feature

from kernelkit.edges.tensors import curvatures, structure
from kernelkit.errors import InputError


def test_the_curvatures_of_a_quadratic_are_its_own():
    z, y, x = np.mgrid[:16, :17, :18]
    found = curvatures(x**2 + 3 * x * y - 2 * z**2, sigma=1)[:, 8, 8, 8]
    assert np.allclose(found, np.linalg.eigvalsh([[2, 3, 0], [3, 0, 0], [0, 0, -4]]))
    plane = curvatures((x**2 + 3 * x * y)[0], sigma=1)[:, 8, 8]
    assert np.allclose(plane, np.linalg.eigvalsh([[2, 3], [3, 0]]))
    assert np.allclose(curvatures(x[0, 0] ** 2, sigma=1)[:, 8], [2])


def test_a_bright_line_has_its_first_curvature_least_along_its_middle():
    image = np.zeros((21, 31))
    image[10] = 100
    first, last = curvatures(image, sigma=2)
    assert (first.argmin(axis=0) == 10).all()
    assert np.abs(last[10]).max() < 1e-9


def test_corners_of_a_square_are_where_the_first_eigenvalue_is_largest():
    image = np.zeros((60, 60))
    image[20:40, 20:40] = 100
    found = feature.peak_local_max(structure(image)[0], min_distance=5, threshold_rel=0.5)
    assert len(found) == 4
    for corner in ((19.5, 19.5), (19.5, 39.5), (39.5, 19.5), (39.5, 39.5)):
        assert np.hypot(*(found - corner).T).min() < 2.5


def test_the_eigenvalues_are_those_of_scipy_s_tensor():
    """Without smoothing, gradients are central differences; averages are Gaussian."""
    image = np.random.default_rng(0).normal(size=(60, 70))
    down, across = np.gradient(image)
    tensor = [[down * down, down * across], [down * across, across * across]]
    averaged = [[ndimage.gaussian_filter(part, 3, truncate=6) for part in row] for row in tensor]
    wanted = np.linalg.eigvalsh(np.moveaxis(np.array(averaged), (0, 1), (-2, -1)))
    found = np.moveaxis(structure(image, sigma=0, window=3), 0, -1)
    assert np.allclose(found[20:-20, 20:-20], wanted[20:-20, 20:-20], atol=2e-4)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("values", [curvatures, structure])
def test_what_is_hidden_or_infinite_is_not_known_and_nothing_is_said(values):
    image = np.random.default_rng(0).normal(size=(80, 9))
    mask = np.zeros(image.shape, bool)
    mask[2, 4] = True
    wanted = values(image)
    for spoiled in (np.ma.masked_array(image, mask), np.where(mask, np.inf, image)):
        found = values(spoiled)
        assert np.isnan(found[:, 2, 4]).all()
        assert np.array_equal(found[:, 40:], wanted[:, 40:])


def test_eigenvalues_of_no_number_are_refused_in_three_axes():
    with pytest.raises(InputError, match="no number"):
        curvatures(np.full((5, 5, 5), np.nan))
