"""An image made ready: its gradient in units of the image per pixel, unknown near missing samples."""

from __future__ import annotations

from typing import get_args

import numpy as np
import pytest

from kernelkit.edges.methods import Method
from kernelkit.edges.points import points
from kernelkit.edges.prepared import fill_lengths, prepared
from kernelkit.edges.thresholds import Noise
from kernelkit.errors import InputError, LimitError
from kernelkit.filtering import native_engine


def ready(image, **changes):
    return prepared(image, **({"sigma": 1, "kernel": None, "boundary": "reflect", "mask": None} | changes))


@pytest.mark.parametrize("kernel", [None, "sobel", "scharr", "prewitt"])
def test_the_magnitude_of_a_plane_is_its_slope(kernel):
    y, x = np.mgrid[:30, :40]
    found = ready(3 * y + 4 * x, kernel=kernel).magnitude
    assert np.allclose(found[8:-8, 8:-8], 5)


@pytest.mark.parametrize(("kernel", "reach"), [(None, 1), ("sobel", 1), ("scharr-5-x", 2)])
def test_what_a_missing_sample_has_a_part_in_is_unknown(kernel, reach):
    mask = np.zeros((21, 21), bool)
    mask[10, 10] = True
    found = ready(np.where(mask, np.nan, 1.0), sigma=0, kernel=kernel, mask=mask)
    unknown = np.argwhere(np.isnan(found.magnitude))
    assert unknown.min() == 10 - reach
    assert unknown.max() == 10 + reach
    assert np.nanmax(found.magnitude) == 0
    assert found.window == 2 * reach + 1


def test_noise_has_the_gain_of_the_derivative():
    """Without smoothing, half the difference of two samples: the deviation over the square root of 2."""
    image = np.random.default_rng(0).normal(0, 4, (300, 300))
    low, _ = ready(image, sigma=0).levels(Noise(1), Noise(1))
    assert low == pytest.approx(4 / np.sqrt(2), rel=0.03)


def test_complex_samples_are_refused():
    with pytest.raises(InputError, match="complex"):
        ready(np.ones((5, 5)) * 1j)


@pytest.mark.parametrize("method", get_args(Method))
@pytest.mark.parametrize("power", [-290, -250, 250, 290])
def test_edges_do_not_depend_on_the_unit_until_it_is_refused(method, power):
    """Products of three derivatives have all digits down to 2^-1022 and up to 2^1023."""
    image = np.random.default_rng(0).normal(size=(30, 30)) * 2.0**power
    found = [
        points(each, method=method, low=0.1 * scale, high=0.2 * scale)
        for each, scale in ((image, 2.0**power), (image / 2.0**power, 1.0))
    ]
    assert len(found[0])
    assert np.array_equal(found[0] / [1, 1, 2.0**power, 1], found[1])


@pytest.mark.parametrize("factor", [1e-200, 1e200])
def test_samples_whose_products_are_no_numbers_are_refused(factor):
    with pytest.raises(LimitError, match="for edges"):
        ready(np.eye(5) * factor)


@pytest.mark.parametrize("shape", [(1, 1), (3, 5), (17, 64), (40, 41), (7,), (3, 4, 5)])
def test_lengths_are_those_of_numpy_to_the_last_digit(shape):
    gradient = np.random.default_rng(0).normal(size=(len(shape), *shape)) * 10.0 ** np.arange(shape[-1])
    wanted = np.sqrt(sum(part * part for part in gradient))
    wanted[wanted <= 1] = 0
    with pytest.MonkeyPatch.context() as patch:
        for compiled in (native_engine._native, None):
            patch.setattr(native_engine, "_native", compiled)
            found = np.empty(shape)
            fill_lengths(gradient, 1, found)
            assert np.array_equal(found, wanted)
