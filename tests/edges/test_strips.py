"""Strips of an image: together they are the whole, wherever they end."""

from __future__ import annotations

import numpy as np
import pytest

from kernelkit.edges import strips as module
from kernelkit.edges.canny import canny, crests
from kernelkit.edges.prepared import prepared
from kernelkit.edges.smoothing import BORDERS
from kernelkit.edges.strips import strips


def images():
    rng = np.random.default_rng(3)
    steps = np.kron(rng.integers(0, 3, (25, 6)), np.ones((9, 11), int))
    yield steps  # its edges are plateaus
    yield rng.normal(size=(200, 31))
    yield rng.integers(0, 256, (90, 3), np.uint8)


@pytest.mark.parametrize("boundary", BORDERS)
def test_the_gradient_is_that_of_the_whole_to_the_last_digit(boundary, monkeypatch):
    monkeypatch.setattr(module, "PIXELS", 1)
    for image in images():
        whole = prepared(image, sigma=0.7, kernel=None, boundary=boundary, mask=None)
        rows = 0
        for strip in strips(image, sigma=0.7, boundary=boundary, margin=2):
            assert strip.first + strip.own.start == rows
            place = slice(strip.first, strip.first + len(strip.magnitude))
            assert np.array_equal(np.stack(strip.gradient), whole.gradient[:, place])
            assert np.array_equal(strip.magnitude, whole.magnitude[place])
            rows = strip.first + strip.own.stop
        assert rows == len(image)


@pytest.mark.parametrize("sigma", [0, 1, 2])
def test_edges_do_not_depend_on_where_strips_end(sigma, monkeypatch):
    monkeypatch.setattr(module, "PIXELS", 1)
    for image in images():
        ready = prepared(image, sigma=sigma, kernel=None, boundary="edge", mask=None)
        wanted = crests(ready, 0.05).map(0.05, 0.2)
        assert np.array_equal(canny(image, sigma=sigma, low=0.05, high=0.2, boundary="edge"), wanted)
        assert wanted.any()
