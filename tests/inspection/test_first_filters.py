"""Filters learned without labels: planted components are found, the same seed gives the same, pictures give edges."""

import numpy as np
import pytest

from kernelkit.errors import InputError, LimitError, ShapeError
from kernelkit.inspection.first_filters import _fast_ica, first_filters
from kernelkit.inspection.inspect import inspect

NOISE = np.random.default_rng(0).normal(size=(40, 50, 3))


def pictures():
    """Return the photographs that scikit-image holds."""
    data = pytest.importorskip("skimage.data", reason="scikit-image holds the photographs")
    return [data.astronaut(), data.coffee(), data.chelsea()]


def test_planted_independent_sources_are_found_again():
    """Sparse sources mixed by a rotation come back up to order and sign."""
    generator = np.random.default_rng(1)
    sources = generator.laplace(size=(5, 20_000)) / np.sqrt(2)
    mixing, _ = np.linalg.qr(generator.normal(size=(5, 5)))
    found = _fast_ica(mixing @ sources, 200, np.random.default_rng(2)) @ mixing
    assert np.allclose(np.sort(abs(found), axis=1)[:, -1], 1, atol=0.02)
    assert np.allclose(found @ found.T, np.eye(5))


def test_filters_are_of_the_shape_asked_of_length_one_and_repeat_by_seed():
    found = first_filters([NOISE], 6, size=5, patches=2000, steps=5)
    assert found.shape == (6, 3, 5, 5)
    flat = found.reshape(6, -1)
    assert np.allclose(np.linalg.norm(flat, axis=1), 1)
    assert (flat[np.arange(6), abs(flat).argmax(axis=1)] > 0).all()
    assert np.array_equal(found, first_filters([NOISE], 6, size=5, patches=2000, steps=5))
    assert not np.array_equal(found, first_filters([NOISE], 6, size=5, patches=2000, steps=5, seed=1))
    grey = (found.mean(axis=1) ** 2).sum(axis=(1, 2))
    assert (np.diff(grey) <= 1e-12).all()


def test_the_unit_and_the_place_of_the_channels_do_not_matter():
    found = first_filters([NOISE], 4, size=4, patches=2000, steps=20)
    other = first_filters([255 * np.moveaxis(NOISE, -1, 0)], 4, size=4, patches=2000, steps=20)
    assert np.allclose(found, other, atol=1e-6)
    assert first_filters([NOISE[:, :, 0]], 4, size=4, patches=500, steps=2).shape == (4, 1, 4, 4)


def test_photographs_teach_edges_bars_and_opponent_colours():
    found = inspect(first_filters(pictures(), 48, size=9, patches=12_000, steps=60)).summary
    assert found.classes["edge"] + found.classes["bar"] >= 24
    assert found.classes["colour-opponent"] >= 4
    assert found.blind >= 40
    assert found.gabor_r_squared > 0.6
    assert sum(1 for count in found.directions if count) >= 4


@pytest.mark.parametrize(
    ("images", "options", "error"),
    [
        ([], {}, InputError),
        (None, {}, InputError),
        ([np.ones((30, 30, 3))], {}, InputError),
        ([NOISE, NOISE[:, :, 0]], {}, ShapeError),
        ([NOISE[:4]], {}, ShapeError),
        ([np.ones((30, 30, 4))], {}, ShapeError),
        ([np.full((30, 30), np.nan)], {}, InputError),
        ([np.full((30, 30), "a")], {}, InputError),
        ([NOISE], {"count": 75}, InputError),
        ([NOISE], {"count": 0}, InputError),
        ([NOISE], {"size": 33}, LimitError),
        ([NOISE], {"patches": 2_000_000}, LimitError),
        ([np.tile(np.arange(40.0)[:, None], (1, 40))], {"count": 20}, InputError),
    ],
)
def test_what_teaches_nothing_is_refused(images, options, error):
    with pytest.raises(error):
        first_filters(images, **({"count": 4, "size": 5, "patches": 1000} | options))
