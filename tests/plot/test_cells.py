"""Cells: every tap in the cell of its offset, with the origin among them."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from plot.pictures import HALF, RANDOM, SOBEL, painted
from strategies import kernels

from kernelkit import Kernel
from kernelkit.errors import LimitError, OffGridError
from kernelkit.plot import style
from kernelkit.plot.cells import (
    LARGEST_SIDE,
    Cells,
    cells,
    colour_bar,
    exact_label,
    mark_origin,
    offset_ticks,
    paint,
)


@settings(max_examples=60)
@given(kernels(2, fewest=1, whole=True))
def test_every_tap_stands_at_its_offset_and_the_origin_is_a_cell(kernel):
    box = cells(kernel)
    taps = dict(kernel.taps)
    places = [(y, x) for y in box.offsets(0) for x in box.offsets(1)]
    assert [taps.get(place, 0) for place in places] == box.taps.ravel().tolist()
    assert (0, 0) in places
    assert taps.keys() <= set(places)


def test_the_box_of_taps_beside_the_origin_reaches_to_it():
    assert cells(Kernel({2: 1, 3: 1})).offsets(0) == [0, 1, 2, 3]
    assert cells(Kernel({-3: 1})).offsets(0) == [-3, -2, -1, 0]
    assert cells(Kernel({"3/2": 1})).offsets(0) == [Fraction(-1, 2), Fraction(1, 2), Fraction(3, 2)]
    assert cells(HALF).offsets(0) == [Fraction(-1, 2), Fraction(1, 2)]


def test_colours_are_symmetric_about_zero_and_cells_are_painted_in_place():
    axes = style.new_figure(3, 3, layout="none").subplots()
    box = cells(SOBEL)
    mesh = paint(axes, box)
    assert mesh.get_clim() == (-0.25, 0.25)
    assert mesh.get_array().tolist() == [[-1 / 8, 0, 1 / 8], [-2 / 8, 0, 2 / 8], [-1 / 8, 0, 1 / 8]]
    corners = mesh.get_coordinates()
    assert corners[0, 0].tolist() == [-1.5, -1.5]
    assert corners[3, 3].tolist() == [1.5, 1.5]


def test_y_points_down_and_x_to_the_right():
    axes = style.new_figure(3, 3, layout="none").subplots()
    paint(axes, cells(Kernel({(2, 3): 1})))
    assert axes.get_ylim() == (2.5, -0.5)
    assert axes.get_xlim() == (-0.5, 3.5)
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("x (samples)", "y (samples)")


@pytest.mark.parametrize(("kernel", "note"), [(SOBEL, "heavy frame: offset 0"), (HALF, "cross: offset 0")])
def test_offset_zero_is_marked_by_what_the_note_says(kernel, note):
    axes = style.new_figure(3, 3, layout="none").subplots()
    box = cells(kernel)
    assert mark_origin(axes, box) == note
    if note.startswith("cross"):
        assert [line.get_xydata().tolist() for line in axes.lines] == [[[0, 0]]] * 2
    else:
        assert [patch.get_bbox().bounds for patch in axes.patches] == [(-0.5, -0.5, 1, 1)] * 2


def test_ticks_always_show_offset_zero_and_are_few():
    wide = [Fraction(k) for k in range(-7, 93)]
    places, texts = offset_ticks(wide, 11)
    assert 0.0 in places
    assert len(places) <= 12
    assert np.ptp(np.diff(places)) == 0
    assert texts[places.index(0.0)] == "0"
    assert offset_ticks([Fraction(-1, 2), Fraction(1, 2)], 5) == ([-0.5, 0.5], ["−1/2", "1/2"])


def test_exact_numbers_keep_their_fraction_and_get_a_true_minus():
    assert exact_label(Fraction(-3, 4)) == "−3/4"


def test_offsets_off_the_lattice_are_refused():
    with pytest.raises(OffGridError, match="no whole number of steps"):
        cells(Kernel({0: 1, "1/3": 1}))


def test_too_wide_a_box_is_refused_before_it_is_made():
    with pytest.raises(LimitError, match=r"1,000,000,000,001 samples"):
        cells(Kernel({10**12: 1}))
    assert cells(Kernel({LARGEST_SIDE - 1: 1})).taps.shape == (LARGEST_SIDE,)


def test_the_scale_of_colours_is_labelled():
    figure = style.new_figure(4, 3, layout="constrained")
    axes = figure.subplots()
    box = cells(RANDOM)
    colour_bar(figure, paint(axes, box), [axes])
    assert figure.axes[1].get_ylabel() == "tap"
    assert figure.axes[1].get_ylim() == (-9, 9)
    assert painted(figure).shape == (300, 400, 4)


def test_planes_of_one_kernel_share_its_scale_of_colours():
    axes = style.new_figure(3, 3, layout="none").subplots()
    mesh = paint(axes, Cells((Fraction(0), Fraction(0)), np.full((2, 3), Fraction(1), dtype=object), 5.0))
    assert mesh.get_clim() == (-5, 5)
