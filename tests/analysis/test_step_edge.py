"""Shares of pixels in half-planes against clipped polygons, sampled pixels, and the laws of area."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernelkit.analysis.step_edge import half_plane_shares

ANGLES = st.floats(-7, 7)
CENTRES = st.floats(-3, 3)


def share(x, y, angle):
    return float(half_plane_shares(np.array([float(x)]), np.array([float(y)]), np.array(angle))[0])


def clipped_area(x, y, angle):
    """Clip the square at the line, corner by corner, and sum its area by the shoelace formula."""
    corners = [(x + dx, y + dy) for dx, dy in ((-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5))]
    heights = [math.cos(angle) * a + math.sin(angle) * b for a, b in corners]
    kept = []
    for i, corner in enumerate(corners):
        following, here, there = corners[(i + 1) % 4], heights[i], heights[(i + 1) % 4]
        if here >= 0:
            kept.append(corner)
        if (here >= 0) != (there >= 0):
            t = here / (here - there)
            kept.append(tuple(a + t * (b - a) for a, b in zip(corner, following, strict=True)))
    return sum(a[0] * b[1] - a[1] * b[0] for a, b in zip(kept, kept[1:] + kept[:1], strict=True)) / 2


@given(x=CENTRES, y=CENTRES, angle=ANGLES)
def test_shares_are_areas_of_clipped_squares(x, y, angle):
    assert share(x, y, angle) == pytest.approx(clipped_area(x, y, angle), abs=1e-12)


@given(x=st.integers(-2, 2), y=st.integers(-2, 2), angle=ANGLES)
def test_shares_are_those_of_a_million_points(x, y, angle):
    inside = (np.arange(1000) + 0.5) / 1000 - 0.5
    covered = np.cos(angle) * (x + inside)[None, :] + np.sin(angle) * (y + inside)[:, None] >= 0
    # a line meets at most 2000 of the cells, and is wrong about half of each
    assert share(x, y, angle) == pytest.approx(covered.mean(), abs=1e-3)


@given(x=CENTRES, y=CENTRES, angle=ANGLES)
def test_the_half_plane_and_its_opposite_share_the_pixel(x, y, angle):
    assert share(x, y, angle) + share(x, y, angle + math.pi) == pytest.approx(1, abs=1e-12)
    assert 0 <= share(x, y, angle) <= 1


@given(x=CENTRES, y=CENTRES, angle=ANGLES)
def test_turning_and_mirroring_the_picture_changes_nothing(x, y, angle):
    here = share(x, y, angle)
    assert share(-y, x, angle + math.pi / 2) == pytest.approx(here, abs=1e-12)
    assert share(y, x, math.pi / 2 - angle) == pytest.approx(here, abs=1e-12)
    assert share(x, -y, -angle) == pytest.approx(here, abs=1e-12)


@given(angle=st.floats(-0.78, 0.78), y=CENTRES)
def test_a_row_of_pixels_is_cut_at_one_place(angle, y):
    """Less steep than the diagonal, the line has as much of a row on its left as its crossing with the middle."""
    x = np.arange(-12, 13) + 0.0
    covered = half_plane_shares(x, np.full(25, y), np.array(angle)).sum()
    assert covered == pytest.approx(12.5 + y * math.tan(angle), abs=1e-11)


def test_edges_along_axes_and_diagonals():
    x, y = np.array([-1.0, 0, 1, 0.25]), np.array([0.0, 0, 5, 0])
    along_x, along_y, diagonal = half_plane_shares(x, y, np.array([0, math.pi / 2, math.pi / 4]))
    assert along_x.tolist() == [0, 0.5, 1, 0.75]
    assert along_y == pytest.approx([0.5, 0.5, 1, 0.5], abs=1e-12)
    # the corner of an isosceles triangle: half of 1 over 2, squared, is left of the pixel beside
    assert diagonal == pytest.approx([0, 0.5, 1, 0.71875], abs=1e-12)


@pytest.mark.parametrize("place", [0, math.pi / 4, math.pi / 2, math.pi, -math.pi / 4])
def test_shares_are_continuous_where_the_formula_changes(place):
    x, y = (axis.ravel() for axis in np.meshgrid(np.linspace(-1.5, 1.5, 13), np.linspace(-1.5, 1.5, 13)))
    near = half_plane_shares(x, y, place + np.array([-1e-9, 0, 1e-9]))
    assert np.abs(np.diff(near, axis=0)).max() < 1e-8


def test_the_answer_has_the_shape_of_the_angles_and_an_axis_of_pixels():
    assert half_plane_shares(np.zeros(5), np.zeros(5), np.zeros((2, 3))).shape == (2, 3, 5)
    assert half_plane_shares(np.zeros(5), np.zeros(5), np.array(0.0)).shape == (5,)
