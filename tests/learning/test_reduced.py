"""The square factor against the singular values of the patch matrix and QR, where products alone would fail."""

import numpy as np
import pytest
from learning.images import LAYERS, name_of, rough

from kernelkit.learning.pairs import pairs
from kernelkit.learning.patches import label_rows, patch_matrix
from kernelkit.learning.reduced import reduced

WAVE = np.sin(np.arange(10_000) / 5).reshape(100, 100)


def whole(given):
    return np.concatenate([patch_matrix(given), label_rows(given.labels)], axis=1)


@pytest.mark.parametrize("bias", ["none", "fit"])
@pytest.mark.parametrize("layer", LAYERS, ids=name_of)
def test_products_of_the_factor_are_those_of_the_matrix(layer, bias):
    shape, size, settings = layer
    x = rough(shape)
    y = rough((shape[0], 2, *pairs(x, None, size, **settings).out), 1)
    given = pairs(x, y, size, **settings, bias=bias)
    factor, a = reduced(given), whole(given)
    assert factor.shape == (given.unknowns + 2,) * 2
    assert np.abs(factor.T @ factor - a.T @ a).max() < 1e-13 * np.abs(a.T @ a).max()


@pytest.mark.parametrize("noise", [0, 1e-12, 1e-10, 1e-6, 1])
@pytest.mark.parametrize("bias", ["none", "fit"])
@pytest.mark.parametrize("pedestal", [0, 1e6])
def test_singular_values_are_good_to_rounding(noise, bias, pedestal):
    x = WAVE + noise * rough((100, 100)) + pedestal
    given = pairs(x, rough((98, 98), 1), 3, bias=bias)
    wanted = np.linalg.svd(whole(given), compute_uv=False)
    found = np.linalg.svd(reduced(given), compute_uv=False)
    assert np.abs(found - wanted).max() < 1e-14 * wanted[0]


def test_products_alone_would_lose_what_the_factor_keeps():
    """Singular values of 1e-11 of the largest: their squares are below the rounding of the products."""
    x = WAVE + 1e-10 * rough((100, 100))
    given = pairs(x, rough((98, 98), 1), 3)
    a = whole(given)
    wanted = np.linalg.svd(a, compute_uv=False)[-1]
    squared = np.linalg.eigvalsh(a.T @ a)[0]
    assert abs(np.sqrt(abs(squared)) - wanted) > 10 * wanted
    assert np.linalg.svd(reduced(given), compute_uv=False)[-1] == pytest.approx(wanted, rel=1e-3)


def test_columns_of_very_different_size():
    x = np.stack([1e9 * rough((30, 30)), 1e-9 * rough((30, 30), 1)])[None]
    given = pairs(x, 1e5 * rough((1, 1, 29, 29), 2), 2, bias="fit")
    sizes = np.linalg.norm(whole(given), axis=0)
    assert np.linalg.norm(reduced(given), axis=0) == pytest.approx(sizes, rel=1e-12)


def test_zeros_reduce_to_zeros():
    assert not reduced(pairs(np.zeros((4, 4)), np.zeros((3, 3)), 2)).any()
