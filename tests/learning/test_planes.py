"""Planes of images: every window of an image is a window of exactly one of its planes."""

import numpy as np
import pytest
from learning.images import LAYERS, name_of, rough

from kernelkit.learning import planes as module
from kernelkit.learning.pairs import pairs
from kernelkit.learning.patches import label_rows, patch_matrix
from kernelkit.learning.planes import has_planes, planes, strips

PLANAR = [layer for layer in LAYERS if len(layer[1]) <= 2 and "stride" not in layer[2]]


@pytest.mark.parametrize("layer", PLANAR, ids=name_of)
def test_windows_of_planes_are_the_windows_of_the_images(layer, monkeypatch):
    monkeypatch.setattr(module, "FOLD", 70)
    shape, size, settings = layer
    given = pairs(rough(shape), None, size, **settings)
    outputs = np.arange(given.windows, dtype=float).reshape(shape[0], 1, *given.out)
    seen = {}
    for plane in planes(given, outputs):
        local = pairs(plane.x[None], None, plane.size)
        assert local.out == plane.y.shape[1:]
        seen |= dict(zip(plane.y.ravel().tolist(), patch_matrix(local).tolist(), strict=True))
    wanted = dict(zip(label_rows(outputs).ravel().tolist(), patch_matrix(given).tolist(), strict=True))
    assert seen == wanted


@pytest.mark.parametrize("layer", PLANAR, ids=name_of)
def test_outputs_can_be_written_through_planes(layer):
    shape, size, settings = layer
    given = pairs(rough(shape), None, size, **settings)
    outputs = np.zeros((shape[0], 2, *given.out))
    for plane in planes(given, outputs):
        plane.y[...] += 1
    assert np.all(outputs == 1)


def test_images_without_padding_are_not_copied():
    x = rough((1, 1, 50, 60))
    given = pairs(x, None, 3, dilation=2)
    assert all(np.shares_memory(plane.x, x) for plane in planes(given, np.zeros((1, 1, 46, 56))))


@pytest.mark.parametrize(
    ("shape", "settings", "worth"),
    [
        ((100, 100), {}, True),
        ((100, 100), {"stride": 2}, False),
        ((20, 20), {}, False),
        ((9, 90, 90), {}, False),
    ],
)
def test_planes_are_for_large_images_of_two_axes(shape, settings, worth):
    assert has_planes(pairs(rough(shape), None, 3, **settings)) is worth


def test_strips_cover_all_rows_once(monkeypatch):
    monkeypatch.setattr(module, "STRIP", 1000)
    given = pairs(rough((150, 20)), None, 3)
    (plane,) = planes(given, np.zeros((1, 1, 148, 18)))
    parts = list(strips(plane))
    assert [i for part in parts for i in range(part.start, part.stop)] == list(range(148))
    assert len(parts) > 1
