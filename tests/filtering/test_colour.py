"""Gradients of colours: Di Zenzo's tensor against eigenvalues, and what grey does not see."""

import numpy as np
import pytest

from kernelkit.errors import InputError, ShapeError
from kernelkit.filtering.colour import tensor_gradient
from kernelkit.filtering.derivatives import gradient


def test_length_and_direction_are_those_of_the_tensor():
    image = np.random.default_rng(0).normal(size=(7, 8, 3))
    length, orientation = tensor_gradient(image, spacing=(0.5, 2.0))
    components = gradient(image, axis=(0, 1), spacing=(0.5, 2.0))
    tensors = np.einsum("ahwc,bhwc->hwab", components, components)
    values, vectors = np.linalg.eigh(tensors)
    assert np.allclose(length, np.sqrt(values[..., 1]))
    lines = np.stack([np.sin(orientation), np.cos(orientation)], -1)
    assert np.allclose(np.abs((lines * vectors[..., 1]).sum(-1)), 1)


def test_one_channel_gives_the_gradient_and_three_equal_ones_more():
    image = np.random.default_rng(0).normal(size=(7, 8, 1))
    wanted = gradient(image[..., 0], kernel="sobel", output="magnitude")
    assert np.allclose(tensor_gradient(image, kernel="sobel")[0], wanted)
    assert np.allclose(tensor_gradient(np.repeat(image, 3, -1), kernel="sobel")[0], np.sqrt(3) * wanted)


def test_colours_of_one_brightness_have_an_edge():
    image = np.zeros((6, 10, 3))
    image[:, :5, 0] = image[:, 5:, 1] = 1
    length, orientation = tensor_gradient(image)
    assert np.allclose(gradient(image.mean(-1), output="magnitude"), 0)
    assert np.allclose(length[:, 4:6], np.sqrt(0.5))
    assert np.allclose(orientation[:, 4:6], 0)
    assert np.isnan(orientation[:, :3]).all()


def test_missing_pixels_are_missing_in_all_channels():
    image = np.arange(8.0)[None, :, None] * np.array([3.0, 4]) * np.ones((7, 1, 1))
    mask = np.zeros((7, 8), bool)
    mask[3, 3] = True
    image[3, 3] = np.nan
    assert np.allclose(tensor_gradient(image, mask=mask)[0], 5)


def test_arrays_of_other_libraries_are_refused_and_masked_ones_are_taken():
    torch = pytest.importorskip("torch", reason="PyTorch is optional, and not installed")
    with pytest.raises(InputError, match="that of NumPy's arrays"):
        tensor_gradient(torch.ones(4, 5, 3))
    image = np.arange(8.0)[None, :, None] * np.array([3.0, 4]) * np.ones((7, 1, 1))
    image[3, 3, 0] = 1e9
    assert np.allclose(tensor_gradient(np.ma.masked_greater(image, 1e6))[0], 5)


def test_shapes_that_do_not_fit():
    with pytest.raises(ShapeError, match="no rows, columns and channels"):
        tensor_gradient(np.ones((4, 5)))
    with pytest.raises(ShapeError, match="a mask of shape"):
        tensor_gradient(np.ones((4, 5, 3)), mask=np.zeros((4, 5, 3), bool))


@pytest.mark.parametrize("scale", [1e-170, 1e-25, 1e25, 1e160])
def test_no_size_of_numbers_is_too_large_or_too_small(scale):
    image = scale * np.arange(8.0)[None, :, None] * np.array([3.0, 4]) * np.ones((7, 1, 1))
    for kind in (np.float32, np.float64) if 1e-30 < scale < 1e30 else (np.float64,):
        length, orientation = tensor_gradient(image.astype(kind))
        assert length.dtype == orientation.dtype == kind
        assert np.allclose(length, 5 * scale, rtol=1e-5, atol=0)
        assert np.allclose(orientation, 0)


def test_flat_colours_have_no_direction():
    assert np.isnan(tensor_gradient(np.full((9, 9, 3), 0.1), kernel="prewitt")[1]).all()
