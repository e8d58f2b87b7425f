"""Plain correlations against loops anybody can read, of every size, dtype and extension."""

import itertools

import numpy as np
import pytest

from kernelkit.errors import ShapeError
from kernelkit.filtering import native_engine
from kernelkit.filtering.boundary import EXTENSIONS, OUTSIDE, sources
from kernelkit.filtering.engine import correlate, correlate_pair, correlate_separable, name

ENGINES = ["SciPy", *(["compiled"] if native_engine._native else [])]
SHAPES = [((7,), (3,)), ((5, 6), (4, 3)), ((2, 3), (5, 5)), ((4, 3, 5), (2, 3, 1)), ((1, 1), (3, 2))]


@pytest.fixture(params=ENGINES, autouse=True)
def _engine(request, monkeypatch):
    """Every law holds with and without the extension."""
    if request.param == "SciPy":
        monkeypatch.setattr(native_engine, "_native", None)
    assert name().startswith(request.param)


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


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_pairs_are_components_or_their_length(dtype):
    random = np.random.default_rng(2)
    image = random.integers(0, 99, (9, 20)).astype(dtype)
    first, second = random.integers(-9, 9, (2, 3, 3)).astype(float)
    both = correlate_pair(image, first, second, anchor=(1, 1), extension="wrap", end="components")
    assert both.dtype == dtype
    for weights, component in zip((first, second), both, strict=True):
        assert np.array_equal(component, looped(image, weights, (1, 1), "wrap"))
    length = correlate_pair(image, first, second, anchor=(1, 1), extension="wrap", end="magnitude")
    assert np.allclose(length, np.hypot(*both), rtol=4 * np.finfo(dtype).eps, atol=0)
    out = np.empty(both.shape, dtype)
    assert (
        correlate_pair(image, first, second, anchor=(1, 1), extension="wrap", end="components", out=out)
        is out
    )
    assert np.array_equal(out, both)


@pytest.mark.parametrize("end", ["components", "magnitude"])
def test_a_pair_may_be_written_over_its_image(end):
    image = np.random.default_rng(3).integers(0, 99, (2, 6, 7)).astype(float)
    first, second = np.array([[-1.0, 0, 1]]), np.array([[1.0, 1, 1]])
    given, out = (image[0], image) if end == "components" else (image[0], image[0])
    wanted = correlate_pair(given.copy(), first, second, anchor=(0, 1), extension="edge", end=end)
    correlate_pair(given, first, second, anchor=(0, 1), extension="edge", end=end, out=out)
    assert np.array_equal(out, wanted)


@pytest.mark.parametrize("shape", [(0, 4), (4, 0), (0,)])
def test_nothing_gives_nothing(shape):
    weights = np.ones((3,) * len(shape))
    anchor = (1,) * len(shape)
    assert correlate(np.ones(shape), weights, anchor=anchor, extension="reflect").shape == shape
    assert (
        correlate_separable(np.ones(shape), [np.ones(3)] * len(shape), anchor=anchor, extension="edge").shape
        == shape
    )


def test_zero_taps_read_nothing():
    """A kernel with a hole ignores what is in it, even what is no number."""
    image = np.ones((5, 5))
    image[2, 2] = np.nan
    weights = np.array([[1.0, 1, 1], [1, 0, 1], [1, 1, 1]])
    assert correlate(image, weights, anchor=(1, 1), extension="edge")[2, 2] == 8
