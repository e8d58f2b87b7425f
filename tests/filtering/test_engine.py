"""Plain correlations against loops anybody can read, of every size, dtype and extension."""

import itertools

import numpy as np
import pytest

from kernelkit.errors import ShapeError
from kernelkit.filtering.boundary import EXTENSIONS, OUTSIDE, sources
from kernelkit.filtering.engine import correlate, correlate_separable

SHAPES = [((7,), (3,)), ((5, 6), (4, 3)), ((2, 3), (5, 5)), ((4, 3, 5), (2, 3, 1)), ((1, 1), (3, 2))]


def looped(image, weights, anchor, extension):
    """Return the correlation by its definition."""
    sides = image.shape
    if extension == "valid":
        sides = tuple(n - k + 1 for n, k in zip(image.shape, weights.shape, strict=True))
        anchor = (0,) * image.ndim
    found = np.zeros(sides)
    for place in np.ndindex(*sides):
        for step in np.ndindex(*weights.shape):
            read = [p + s - a for p, s, a in zip(place, step, anchor, strict=True)]
            if extension != "valid":
                read = [
                    int(sources(extension, n, r, r + 1)[0]) for n, r in zip(image.shape, read, strict=True)
                ]
            if OUTSIDE not in read:
                found[place] += weights[step] * float(image[tuple(read)])
    return found


@pytest.mark.parametrize("extension", EXTENSIONS)
@pytest.mark.parametrize(("shape", "size"), SHAPES)
@pytest.mark.parametrize("dtype", ["uint8", "int16", "float64"])
def test_whole_numbers_are_summed_exactly(shape, size, extension, dtype):
    random = np.random.default_rng(0)
    image, weights = random.integers(0, 200, shape).astype(dtype), random.integers(-9, 9, size).astype(float)
    anchor = [(side - 1) // 2 for side in size]
    if extension == "valid" and any(n < k for n, k in zip(shape, size, strict=True)):
        with pytest.raises(ShapeError, match="fits nowhere"):
            correlate(image, weights, anchor=anchor, extension=extension)
        return
    found = correlate(image, weights, anchor=anchor, extension=extension)
    assert found.dtype == np.float64
    assert np.array_equal(found, looped(image, weights, anchor, extension))


@pytest.mark.parametrize("extension", EXTENSIONS)
def test_products_of_factors_are_the_whole_kernel(extension):
    random = np.random.default_rng(1)
    image = random.integers(0, 99, (6, 7, 5))
    factors = [random.integers(1, 9, side).astype(float) for side in (3, 4, 1)]
    anchor = (1, 1, 0)
    whole = np.einsum("i,j,k->ijk", *factors)
    found = correlate_separable(image, factors, anchor=anchor, extension=extension)
    assert np.array_equal(found, correlate(image, whole, anchor=anchor, extension=extension))


@pytest.mark.parametrize("size", list(itertools.product((1e-17, 1e-280), (1, 3))))
def test_tiny_weights_are_not_taken_for_zero(size):
    """SciPy compares taps with 2e-16; odd ones as small as that were taken for even ones."""
    tiny, scale = size
    image = np.arange(20.0).reshape(4, 5)
    odd = tiny * np.array([-1.0, 0, 1])
    found = correlate_separable(image, [np.ones(1), scale * odd], anchor=(0, 1), extension="reflect")
    assert np.allclose(found[:, 1:-1], 2 * tiny * scale, rtol=1e-12, atol=0)


def test_single_precision_stays_and_out_decides():
    image = np.ones((4, 4), np.float32)
    assert correlate(image, np.ones((3, 3)), anchor=(1, 1), extension="edge").dtype == np.float32
    out = np.empty((4, 4))
    assert correlate(image, np.ones((3, 3)), anchor=(1, 1), extension="edge", out=out) is out
    assert np.array_equal(out, np.full((4, 4), 9))
    with pytest.raises(ShapeError, match="out has shape"):
        correlate(image, np.ones((3, 3)), anchor=(1, 1), extension="edge", out=np.empty(3))
