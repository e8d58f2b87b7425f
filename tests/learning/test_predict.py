"""Outputs, residuals and their products against torch and the patch matrix, by both routes."""

import numpy as np
import pytest
import torch
from golden.tables import rows
from learning.images import LAYERS, naive_patches, name_of, rough

from kernelkit.learning import planes
from kernelkit.learning.pairs import pairs
from kernelkit.learning.predict import predict, residual_products, residual_squares

CONVOLUTIONS = (torch.nn.functional.conv1d, torch.nn.functional.conv2d, torch.nn.functional.conv3d)


@pytest.fixture(params=["planes", "patches"], autouse=True)
def route(request, monkeypatch):
    """Send all layers that have planes one way, in strips of a few lines, or the other."""
    monkeypatch.setattr(planes, "SMALLEST", 0 if request.param == "planes" else 1 << 40)
    monkeypatch.setattr(planes, "STRIP", 300)


def layer_of(layer, kind=float):
    """Return pairs with random labels for two output channels, and random taps and biases."""
    shape, size, settings = layer
    x = rough(shape).astype(kind)
    out = pairs(x, None, size, **settings).out
    y = rough((shape[0], 2, *out), 1).astype(kind)
    random = np.random.default_rng(2)
    return pairs(x, y, size, **settings), random.normal(size=(2, shape[1], *size)), random.normal(size=2)


@pytest.mark.parametrize("kind", [np.float32, np.float64])
@pytest.mark.parametrize("layer", LAYERS, ids=name_of)
def test_outputs_are_those_of_torch(layer, kind):
    given, taps, bias = layer_of(layer, kind)
    convolve = CONVOLUTIONS[len(layer[1]) - 1]
    wanted = convolve(torch.tensor(given.x).double(), torch.tensor(taps), torch.tensor(bias), **layer[2])
    found = predict(given, taps, bias)
    assert found.dtype == np.float64
    assert np.allclose(found, wanted.numpy(), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("layer", LAYERS, ids=name_of)
def test_residuals_and_their_products_are_those_of_the_patch_matrix(layer):
    given, taps, bias = layer_of(layer)
    shape, size, settings = layer
    a = naive_patches(given.x, size, **settings)
    left = np.moveaxis(given.labels, 1, -1).reshape(-1, 2) - a @ taps.reshape(2, -1).T - bias
    shift = np.repeat(np.arange(1.0, shape[1] + 1), np.prod(size))
    products, sums = residual_products(given, taps, bias, shift)
    assert np.allclose(products, (a - shift).T @ left, rtol=1e-11, atol=1e-8)
    assert np.allclose(sums, left.sum(0), rtol=1e-11, atol=1e-8)
    assert np.allclose(residual_squares(given, taps, bias), (left**2).sum(0), rtol=1e-12)


def test_the_gradient_for_the_taps_is_the_published_one():
    """The row siavashBigdeli/DMSP#3: minus twice the products of residuals, labels less output, and samples."""
    case = next(row for row in rows("cases_learn") if row["ask"] == "kernel-gradient")
    taps = np.array(case["input"]["K"], dtype=float)
    given = pairs(case["input"]["X"], case["input"]["Y"], taps.shape)
    products, _ = residual_products(given, taps[None, None], np.zeros(1), np.zeros(4))
    assert (-2 * products.reshape(taps.shape)).tolist() == case["expected"]["gradient"]


def test_small_residuals_do_not_cancel():
    given = pairs(rough((60, 70)), rough((60, 70)) + 1e-9, 1)
    squares = residual_squares(given, np.ones((1, 1, 1, 1)), np.zeros(1))
    assert squares[0] == pytest.approx(4200e-18, rel=1e-5)
