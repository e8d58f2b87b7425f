"""Images whose edges are known, and what must not change them."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from scipy import ndimage

CASES = json.loads((Path(__file__).parents[1] / "golden" / "cases_filters.json").read_text(encoding="utf-8"))[
    "rows"
]


def cases(ask):
    found = [case for case in CASES if case["ask"] == ask]
    assert found
    return pytest.mark.parametrize("case", [pytest.param(case, id=case["id"]) for case in found])


def whole(shape=(40, 51), seed=0):
    """Return a generic image of whole numbers, with structure at some scales."""
    rng = np.random.default_rng(seed)
    smooth = ndimage.gaussian_filter(rng.normal(size=shape), 3)
    return np.rint(128 + 60 * smooth / smooth.std() + rng.normal(0, 6, shape)).clip(0, 255).astype(int)


def disc(radius, *, sigma, side=64, fine=8):
    """Return a disc blurred by a Gaussian, sampled, and where its centre is along both axes."""
    centre = side / 2 - 0.3
    place = (np.arange(side * fine) + 0.5) / fine - 0.5
    distance = np.hypot(place[:, None] - centre, place - centre)
    blurred = ndimage.gaussian_filter(
        np.clip((radius - distance) * fine + 0.5, 0, 1), sigma * fine, truncate=6
    )
    low, high = np.arange(side) * fine + fine // 2 - 1, np.arange(side) * fine + fine // 2
    return sum(blurred[np.ix_(one, other)] for one in (low, high) for other in (low, high)) / 4, centre


def check_laws(edges, image, factor_of):
    """Check that a map of edges, of whole numbers, keeps every law exactly."""
    found = edges(image)
    assert 0.01 < found.mean() < 0.6
    assert np.array_equal(edges(-image), found)
    assert np.array_equal(edges(255 - image), found)
    assert np.array_equal(edges(image + 1000), found)
    for dtype in (np.uint8, np.uint16, np.int16, np.int32, np.uint32, np.int64, np.float32, np.float64):
        assert np.array_equal(edges(image.astype(dtype)), found)
    for axis in (0, 1):
        assert np.array_equal(edges(np.flip(image, axis)), np.flip(found, axis))
    assert np.array_equal(edges(image.T), found.T)
    for factor in (2.0**-20, 0.5, 4.0, 2.0**40):
        assert np.array_equal(factor_of(image * factor, factor), found)
