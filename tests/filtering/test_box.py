"""Running sums over rectangles: whole numbers exactly, others as NumPy sums windows, on every extension and shape."""

import numpy as np
import pytest

from kernelkit.filtering import native_engine
from kernelkit.filtering.boundary import EXTENSIONS
from kernelkit.filtering.engine import correlate, correlate_separable

pytestmark = pytest.mark.skipif(
    native_engine._native is None, reason="installed without a compiler, so there are no running sums"
)
PAD = {"zero": "constant", "edge": "edge", "reflect": "reflect", "symmetric": "symmetric", "wrap": "wrap"}
SHAPES = [
    ((70, 50), (21, 30)),
    ((9, 7), (25, 31)),
    ((130, 41), (2, 41)),
    ((3, 45, 60), (1, 40, 3)),
    ((1, 1), (20, 20)),
]


def windows_summed(image, sizes, anchor, extension):
    sides = [(place, size - 1 - place) for size, place in zip(sizes, anchor, strict=True)]
    wide = image if extension == "valid" else np.pad(image, sides, mode=PAD[extension])
    axes = tuple(range(-image.ndim, 0))
    return np.lib.stride_tricks.sliding_window_view(wide, sizes).sum(axes)


@pytest.mark.parametrize("extension", EXTENSIONS)
@pytest.mark.parametrize(("shape", "sizes"), SHAPES)
@pytest.mark.parametrize("dtype", ["uint8", "int16", "uint32", "bool"])
def test_whole_numbers_are_summed_exactly(shape, sizes, extension, dtype):
    if extension == "valid":
        shape = tuple(n + k for n, k in zip(shape, sizes, strict=True))
    random = np.random.default_rng(0)
    image = random.integers(0, 2 if dtype == "bool" else 200, shape).astype(dtype)
    anchor = [int(random.integers(0, side)) for side in sizes]
    wanted = 3 * windows_summed(image.astype(np.int64), sizes, anchor, extension)
    out = np.empty(wanted.shape)
    assert native_engine.box(image, sizes, 3.0, anchor, extension, out)
    assert np.array_equal(out, wanted)
    factors = [np.ones(side) for side in sizes[:-1]] + [np.full(sizes[-1], 3.0)]
    assert np.array_equal(correlate_separable(image, factors, anchor=anchor, extension=extension), wanted)


@pytest.mark.parametrize("extension", EXTENSIONS)
def test_means_are_right_to_the_last_digit_but_one(extension):
    image = np.random.default_rng(1).normal(1000, 1, (300, 200)).astype(np.float32)
    weights, anchor = np.full((31, 25), 1 / 775), (15, 12)
    found = correlate(image, weights, anchor=anchor, extension=extension)
    wanted = windows_summed(image.astype(float), weights.shape, anchor, extension) / 775
    assert found.dtype == np.float32
    assert np.allclose(found, wanted, rtol=np.finfo(np.float32).eps, atol=0)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_one_bad_sample_spoils_only_the_windows_it_lies_in(bad):
    image = np.ones((100, 90), np.float32)
    image[40, 30] = bad
    found = correlate(image, np.ones((21, 21)), anchor=(10, 10), extension="edge")
    spoiled = np.zeros(image.shape, bool)
    spoiled[30:51, 20:41] = True
    assert np.array_equal(~np.isfinite(found), spoiled)
    assert not native_engine.box(image, (21, 21), 1.0, (10, 10), "edge", np.empty_like(image))
    assert (found[~spoiled] == 441).all()


def test_threads_do_not_change_the_sums(monkeypatch):
    image = np.random.default_rng(2).normal(size=(700, 600)).astype(np.float32)
    found = []
    for threads in ("1", "3"):
        monkeypatch.setenv(native_engine.THREADS, threads)
        found.append(correlate(image, np.ones((31, 31)), anchor=(15, 15), extension="wrap").tobytes())
    assert found[0] == found[1]


def test_real_numbers_in_double_are_left_to_others():
    """Running sums would lose digits that double holds."""
    out = np.empty((50, 50))
    assert not native_engine.box(np.ones((50, 50)), (31, 31), 1.0, (15, 15), "edge", out)


def test_the_extension_refuses_boxes_that_do_not_fit():
    image, none = np.ones((1, 2, 3)), np.empty(0, np.int64)
    for window in ((2, 1, 1), (1, 2, 1), (1, 0, 1)):
        with pytest.raises(ValueError, match=r"\w"):
            native_engine._native.box(image, (np.empty_like(image),), (none,) * 6, window, 1.0, 1)
