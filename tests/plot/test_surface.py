"""Surfaces and images: heights and colours are the taps."""

from __future__ import annotations

import numpy as np
import pytest
from plot.pictures import HALF, LAPLACIANS, RANDOM, SOBEL, ink_at_the_edge, painted

from kernelkit import Kernel
from kernelkit.errors import InputError, LimitError, OffGridError, ShapeError
from kernelkit.plot.surface import WIDEST_SURFACE, image, surface

DRAWN = {"sobel": SOBEL, "laplacian": LAPLACIANS["nine points"], "halves": HALF.outer(HALF), "random": RANDOM}


def test_a_bar_reaches_from_zero_to_each_tap():
    """Six sides of four corners a bar; the extent of the corners of each is the cell and the tap."""
    figure = surface(SOBEL)
    corners = np.concatenate(figure.axes[0].collections[0]._faces).reshape(9, 24, 3)
    expected = {(y, x): (2 - abs(y)) * x / 8 for y in (-1, 0, 1) for x in (-1, 0, 1)}
    found = {}
    for bar in corners:
        x, y, _ = (bar.min(axis=0) + bar.max(axis=0)) / 2
        low, high = bar[:, 2].min(), bar[:, 2].max()
        assert min(abs(low), abs(high)) < 1e-15
        found[round(y), round(x)] = float(low + high)
    assert found == pytest.approx(expected, abs=1e-15)


def test_a_wide_kernel_is_a_surface_through_all_taps():
    figure = surface(RANDOM)
    faces = np.concatenate(figure.axes[0].collections[0]._faces)
    nodes = {(int(y), int(x)): z for x, y, z in faces}
    assert nodes == {(int(y), int(x)): float(dict(RANDOM.taps).get((y, x), 0)) for y, x in nodes}
    assert len(nodes) == 225


def test_axes_of_the_surface_are_labelled_with_units_and_y_comes_towards_the_viewer():
    axes = surface(SOBEL).axes[0]
    assert (axes.get_xlabel(), axes.get_ylabel(), axes.get_zlabel()) == ("x (samples)", "y (samples)", "tap")
    assert axes.yaxis_inverted()
    assert [t.get_text() for t in axes.get_xticklabels()] == ["−1", "0", "1"]


def test_the_image_is_the_array_in_colours_symmetric_about_zero():
    figure = image(LAPLACIANS["nine points"])
    picture, bar = figure.axes
    (mesh,) = picture.collections
    rows = np.array([[1, 4, 1], [4, -20, 4], [1, 4, 1]]) / 6
    assert np.array_equal(mesh.get_array(), rows)
    assert mesh.get_clim() == (rows.min(), -rows.min())
    assert picture.yaxis_inverted()
    assert bar.get_ylabel() == "tap"


@pytest.mark.parametrize("draw", [surface, image])
@pytest.mark.parametrize("name", DRAWN)
def test_figures_draw_without_a_warning_and_nothing_is_cut_off(draw, name):
    figure = draw(DRAWN[name])
    assert not ink_at_the_edge(figure)
    assert painted(figure).std() > 0


@pytest.mark.parametrize("draw", [surface, image])
@pytest.mark.parametrize(
    ("kernel", "error", "says"),
    [
        (Kernel({0: 1}), ShapeError, "kernels on 2 axes, not on 1 axis"),
        (Kernel({(0, 0, 0): 1}), ShapeError, "not on 3 axes"),
        (Kernel({}, ndim=2), InputError, "no taps"),
        ("sobel", InputError, "not a Kernel but str"),
        (Kernel({(0, 0): 1, (0, "1/3"): 1}), OffGridError, "whole number of steps"),
        (Kernel({(0, 0): 1, (0, 10**6): 1}), LimitError, "too wide"),
    ],
)
def test_what_cannot_be_drawn_is_refused(draw, kernel, error, says):
    with pytest.raises(error, match=says):
        draw(kernel)


def test_a_surface_too_fine_to_be_seen_is_refused_with_the_image_instead():
    wide = Kernel({(0, 0): 1, (0, WIDEST_SURFACE): 1})
    with pytest.raises(LimitError) as refused:
        surface(wide)
    assert refused.value.next == "the image has room for it"
    assert image(wide).axes
