"""Correlation by Fourier transforms: the sums themselves, on every extension, in bands as in one piece."""

import itertools
import math

import numpy as np
import pytest

from kernelkit.filtering import fft_engine
from kernelkit.filtering.boundary import EXTENSIONS
from kernelkit.filtering.engine import correlate

PAD = {"zero": "constant", "edge": "edge", "reflect": "reflect", "symmetric": "symmetric", "wrap": "wrap"}
CASES = [((40,), (9,), (2,)), ((30, 25), (7, 4), (3, 1)), ((9, 8, 7), (3, 5, 2), (1, 0, 1))]


def summed(image, weights, anchor, extension):
    """Return sums over shifted copies of what numpy.pad extends."""
    sides = [(place, size - 1 - place) for size, place in zip(weights.shape, anchor, strict=True)]
    wide = image if extension == "valid" else np.pad(image, sides, mode=PAD[extension])
    shape = [n - k + 1 for n, k in zip(wide.shape, weights.shape, strict=True)]
    return sum(
        weights[step] * wide[tuple(slice(s, s + n) for s, n in zip(step, shape, strict=True))]
        for step in itertools.product(*map(range, weights.shape))
    )


@pytest.mark.parametrize("extension", EXTENSIONS)
@pytest.mark.parametrize(("shape", "size", "anchor"), CASES)
@pytest.mark.parametrize("band", [1, fft_engine.BAND])
def test_transforms_give_the_sums_within_their_bound(shape, size, anchor, extension, band, monkeypatch):
    monkeypatch.setattr(fft_engine, "BAND", band)
    random = np.random.default_rng(0)
    image, weights = random.normal(size=shape), random.normal(size=size)
    wanted = summed(image, weights, anchor, extension)
    out = np.empty(wanted.shape)
    fft_engine.correlate(image, weights, anchor, extension, out)
    wide = math.prod(n + k - 1 for n, k in zip(shape, size, strict=True))
    largest = np.linalg.norm(weights) * 2 * np.linalg.norm(image)  # the extension doubles it at most
    assert abs(out - wanted).max() <= 8 * math.log2(wide) * 2.0**-53 * largest


@pytest.mark.parametrize("extension", EXTENSIONS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_large_kernels_agree_with_sums_whatever_the_way(extension, dtype):
    random = np.random.default_rng(1)
    image = random.normal(size=(90, 80)).astype(dtype)
    places = np.arange(-15, 16.0)
    two_products = (
        np.exp(-(places[:, None] ** 2) / 50) * np.cos(places / 9) + np.sin(places[:, None]) * places
    )
    for weights in (random.normal(size=(45, 45)), two_products):
        anchor = tuple(side // 2 for side in weights.shape)
        wanted = summed(image.astype(float), weights, anchor, extension)
        found = correlate(image, weights, anchor=anchor, extension=extension)
        assert found.dtype == dtype
        assert abs(found - wanted).max() <= 200 * np.finfo(dtype).eps * abs(weights).sum()


def test_whole_numbers_stay_whole_and_one_nan_stays_where_it_is():
    random = np.random.default_rng(2)
    image, weights = random.integers(0, 99, (60, 70)), random.integers(-9, 9, (51, 51)).astype(float)
    anchor = (25, 25)
    assert np.array_equal(
        correlate(image, weights, anchor=anchor, extension="reflect"),
        summed(image, weights, anchor, "reflect"),
    )
    real = random.normal(size=(120, 130))
    real[3, 4] = np.nan
    found = correlate(real, random.normal(size=(51, 51)), anchor=anchor, extension="zero")
    assert np.isnan(found[:29, :30]).all()
    assert np.isfinite(found[29:]).all()
    assert np.isfinite(found[:, 30:]).all()
