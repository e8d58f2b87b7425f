"""The nearest kernel of the catalogue: itself, turned, inside a larger window, and none for what is too large."""

import numpy as np
import pytest

from kernelkit.catalogue.named import named
from kernelkit.inspection.nearest import nearest_named

SOBEL = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])


@pytest.mark.parametrize("name", ["laplacian-5pt", "laplacian-9pt-isotropic", "laplacian-8"])
def test_kernels_of_the_catalogue_are_nearest_to_themselves(name):
    taps = np.array(named(name).published.dense(), dtype=float)
    found = nearest_named(2.5 * taps)
    assert found.name == name
    assert found.scale == pytest.approx(2.5)
    assert found.r_squared == pytest.approx(1)


def test_turned_kernels_say_how_and_the_plain_name_comes_first():
    assert nearest_named(SOBEL) == nearest_named(np.pad(SOBEL, 2))
    assert (nearest_named(SOBEL).motion, nearest_named(SOBEL).scale) == ("", pytest.approx(1))
    assert nearest_named(-SOBEL.T).motion == ""
    assert nearest_named(-SOBEL.T).scale == pytest.approx(-1)
    lone = np.array(named("emboss").published.dense(), dtype=float)
    found = nearest_named(lone[::-1])
    assert (found.name, found.motion) == ("emboss", "y reversed")
    assert found.r_squared == pytest.approx(1)


def test_the_share_is_the_squared_cosine():
    noise = np.random.default_rng(0).normal(size=(3, 3))
    found = nearest_named(noise)
    taps = np.array(named(found.name).published.dense(), dtype=float)
    best = (
        max(
            (image * noise[i : i + len(image), j : j + len(image[0])]).sum() ** 2 / (image**2).sum()
            for image in (np.rot90(t, k) for t in (taps, taps.T) for k in range(4))
            for i in range(4 - len(image))
            for j in range(4 - len(image[0]))
        )
        / (noise**2).sum()
    )
    assert found.r_squared == pytest.approx(best)


def test_windows_of_even_size_hold_kernels_in_either_middle():
    for place in (0, 1):
        window = np.zeros((4, 4))
        window[place : place + 3, 1:4] = SOBEL
        assert nearest_named(window).r_squared == pytest.approx(1)


def test_zeros_and_large_planes_have_none():
    assert nearest_named(np.zeros((3, 3))) is None
    assert nearest_named(np.ones((17, 3))) is None
