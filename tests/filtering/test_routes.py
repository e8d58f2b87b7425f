"""Which way is taken: sums of products are found where there are any, and no way is chosen that costs far more."""

import numpy as np
import pytest

from kernelkit.filtering.routes import cheapest, terms

FLOAT = np.dtype(np.float32)


def bell(sigma, radius):
    places = np.arange(-radius, radius + 1.0)
    return np.exp(-(places**2) / (2 * sigma**2))


def laplacian_of_gaussian(radius):
    """Return x^2 + y^2 - 2 s^2 times a bell: two products, as its formula says."""
    places = np.arange(-radius, radius + 1.0)
    sigma = radius / 4
    squares = places[:, None] ** 2 + places**2
    return (squares - 2 * sigma**2) * np.exp(-squares / (2 * sigma**2))


@pytest.mark.parametrize(
    ("weights", "count"),
    [
        (np.outer(bell(3, 9), bell(2, 7)), 1),
        (laplacian_of_gaussian(12), 2),
        (np.outer(bell(2, 9), bell(2, 9)) - 0.6 * np.outer(bell(4, 9), bell(4, 9)), 2),
        (laplacian_of_gaussian(12)[None, :, :, None], 2),
    ],
)
def test_sums_of_products_are_found(weights, count):
    found = terms(weights)
    assert len(found) == count
    together = sum(across * along for across, along in found)
    assert together.shape == weights.shape
    assert abs(together - weights).max() <= 2.0**-50 * abs(weights).max()


def test_a_sum_of_many_products_is_none():
    """A disk has as many products as different rows; almost a product is not one."""
    places = np.arange(-15, 16)
    assert terms((places[:, None] ** 2 + places**2 <= 225).astype(float)) == ()
    almost = np.outer(bell(3, 9), bell(2, 7)) + 1e-12 * np.random.default_rng(0).normal(size=(19, 15))
    assert terms(almost) == ()


def test_the_way_follows_the_kernel():
    random = np.random.default_rng(0)
    shape = (2048, 2048)
    assert cheapest(shape, random.normal(size=(5, 5)), FLOAT) == "direct"
    assert cheapest(shape, random.normal(size=(15, 15)), FLOAT) == "direct"
    assert cheapest(shape, laplacian_of_gaussian(10), FLOAT) == "low rank"
    assert cheapest(shape, random.normal(size=(101, 101)), FLOAT) == "Fourier"
    assert cheapest(shape, np.outer(bell(12, 50), bell(12, 50)), FLOAT) == "direct"
