"""Synthetic edges: areas against geometry and counting, places on the outline, the rule of the pixels."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kernelkit.analysis.step_edge import half_plane_shares
from kernelkit.edges.truth import SPACING, Disc, HalfPlane, Polygon, covered, scene
from kernelkit.errors import InputError, ShapeError

ANGLES = st.floats(-math.pi, math.pi)
PLACES = st.tuples(st.floats(-5, 25), st.floats(-5, 25))
TRIANGLES = st.tuples(PLACES, PLACES, PLACES).filter(
    lambda t: (
        abs((t[1][0] - t[0][0]) * (t[2][1] - t[0][1]) - (t[1][1] - t[0][1]) * (t[2][0] - t[0][0])) > 1e-3
    )
)
FIGURES = st.one_of(
    st.builds(HalfPlane, ANGLES, PLACES),
    st.builds(Disc, PLACES, st.floats(0.1, 20)),
    st.builds(Polygon, TRIANGLES),
)
NOTCHED = Polygon(((2.2, 3.1), (2.9, 16.3), (14.4, 15.2), (8.3, 9.7), (15.6, 3.3)))


def counted_shares(figure, shape, per_side=40):
    """Return the share of points of a fine lattice in every pixel that lie inside: off by 1/per_side at most."""
    steps = (np.arange(per_side) + 0.5) / per_side - 0.5
    rows = (np.arange(shape[0])[:, None] + steps).ravel()
    columns = (np.arange(shape[1])[:, None] + steps).ravel()
    points = np.stack(np.meshgrid(rows, columns, indexing="ij"), axis=-1)
    inside = figure.distance(points) >= 0
    return inside.reshape(shape[0], per_side, shape[1], per_side).mean(axis=(1, 3))


@settings(max_examples=60, deadline=None)
@given(FIGURES)
def test_areas_are_those_of_counted_points(figure):
    """An edge crosses a pixel of 40 x 40 points beside at most 80 of them, a corner or a small disc a few times."""
    assert np.abs(covered(figure, (9, 11)) - counted_shares(figure, (9, 11))).max() <= 0.05


def test_areas_of_a_polygon_that_is_not_convex_are_those_of_counted_points():
    assert np.abs(covered(NOTCHED, (18, 20)) - counted_shares(NOTCHED, (18, 20))).max() <= 0.05


@given(ANGLES, PLACES)
def test_areas_of_a_half_plane_are_the_integral_of_a_trapezoid(angle, through):
    """A second formula: the area of a square beside a line as a function of its distance."""
    y, x = (place.ravel() for place in np.indices((7, 9)))
    expected = half_plane_shares(x - through[1], y - through[0], np.array([angle]))[0]
    assert covered(HalfPlane(angle, through), (7, 9)).ravel() == pytest.approx(expected, abs=1e-10)


@given(st.floats(0.05, 9), st.tuples(st.floats(9, 11), st.floats(9, 11)))
def test_a_disc_inside_the_image_covers_pi_r_squared_around_its_centre(radius, centre):
    shares = covered(Disc(centre, radius), (21, 21))
    assert shares.sum() == pytest.approx(math.pi * radius**2, abs=1e-8)
    moments = [(shares * axis).sum() for axis in np.indices((21, 21))]
    # every pixel is taken at its centre, so its place is known to a pixel's second moment at most
    assert moments == pytest.approx([c * math.pi * radius**2 for c in centre], abs=2 * math.pi * radius / 6)


@given(TRIANGLES)
def test_a_triangle_covers_half_the_cross_product_of_its_sides(corners):
    (a, b), (c, d), (e, f) = corners
    area = abs((c - a) * (f - b) - (d - b) * (e - a)) / 2
    moved = tuple((row + 10, column + 10) for row, column in corners)
    assert covered(Polygon(moved), (50, 50)).sum() == pytest.approx(area, abs=1e-7)


@given(st.builds(HalfPlane, ANGLES, PLACES))
def test_a_half_plane_and_the_other_side_cover_everything(plane):
    other = HalfPlane(plane.angle + math.pi, plane.through)
    both = covered(plane, (12, 10)) + covered(other, (12, 10))
    assert both == pytest.approx(np.ones((12, 10)), abs=1e-10)


@given(TRIANGLES)
def test_the_sense_of_the_corners_and_the_first_of_them_do_not_matter(corners):
    expected = covered(Polygon(corners), (12, 14))
    for other in (corners[::-1], corners[1:] + corners[:1]):
        assert covered(Polygon(other), (12, 14)) == pytest.approx(expected, abs=1e-10)


@given(st.floats(-1, 1), st.floats(3, 6))
def test_a_large_disc_is_a_half_plane_at_its_edge(shift, power):
    """Over 9 pixels a circle bends away from its tangent by at most 4.5^2 / (2 radius), and its area by as much."""
    radius = 10**power
    disc = covered(Disc((4, 4 + shift - radius), radius), (9, 9))
    plane = covered(HalfPlane(math.pi, (4, 4 + shift)), (9, 9))
    assert np.abs(disc - plane).max() <= 4.5**2 / (2 * radius) + 1e-9


@given(PLACES, st.floats(0.1, 20))
def test_flips_and_transpositions_of_a_disc(centre, radius):
    shares = covered(Disc(centre, radius), (12, 14))
    flipped = covered(Disc((11 - centre[0], centre[1]), radius), (12, 14))
    turned = covered(Disc(centre[::-1], radius), (14, 12))
    assert flipped[::-1] == pytest.approx(shares, abs=1e-9)
    assert pytest.approx(shares, abs=1e-9) == turned.T


@pytest.mark.parametrize(
    ("angle", "turn"),
    [
        (0, lambda a: a),
        (math.pi, np.fliplr),
        (math.pi / 2, np.transpose),
        (-math.pi / 2, lambda a: a.T[::-1]),
    ],
)
def test_a_step_between_pixels_is_exact_and_one_pixel_wide(angle, turn):
    """Between columns 15 and 16 of 32: zeros and ones, one column marked, the place 15.5 (flipped too)."""
    known = scene(HalfPlane(angle, (15.5, 15.5)), (32, 32))
    step = np.zeros((32, 32))
    step[:, 16:] = 1
    assert np.array_equal(known.image, turn(step))
    edge = np.zeros((32, 32), dtype=bool)
    edge[:, 16] = True
    assert np.array_equal(known.pixels, turn(edge))
    across = 1 if angle in {0, math.pi} else 0
    assert known.places[:, across] == pytest.approx(np.full(len(known.places), 15.5), abs=1e-12)


@given(FIGURES)
def test_places_lie_on_the_edge_and_angles_point_inside(figure):
    known = scene(figure, (20, 20))
    assert figure.distance(known.places) == pytest.approx(np.zeros(len(known.places)), abs=1e-9)
    step = 1e-9 * np.stack([np.sin(known.angles), np.cos(known.angles)], axis=1)
    assert (figure.distance(known.places + step) > 0).all()
    dark = scene(figure, (20, 20), low=1, high=0)
    assert np.cos(dark.angles - known.angles) == pytest.approx(-np.ones(len(known.angles)), abs=1e-9)


def test_places_of_a_disc_and_a_polygon_are_evenly_spaced_along_their_whole_length():
    disc = scene(Disc((20, 20), 8), (41, 41)).places
    gaps = np.hypot(*(disc - np.roll(disc, 1, axis=0)).T)
    assert gaps.max() <= SPACING
    assert len(disc) * SPACING == pytest.approx(2 * math.pi * 8, abs=SPACING)
    square = scene(Polygon(((5, 5), (5, 25), (25, 25), (25, 5))), (31, 31)).places
    assert len(square) == 80 / SPACING


@given(FIGURES)
def test_marked_pixels_are_within_half_a_pixel_and_every_crossing_has_one(figure):
    pixels = scene(figure, (15, 16)).pixels
    distance = figure.distance(np.moveaxis(np.indices((15, 16)), 0, -1))
    assert (np.abs(distance[pixels]) <= 0.5 + 1e-9).all()
    inside = distance > 1e-6
    outside = distance < -1e-6
    down = (inside[1:] & outside[:-1]) | (outside[1:] & inside[:-1])
    right = (inside[:, 1:] & outside[:, :-1]) | (outside[:, 1:] & inside[:, :-1])
    assert (pixels[1:] | pixels[:-1])[down].all()
    assert (pixels[:, 1:] | pixels[:, :-1])[right].all()


def test_a_slanted_line_marks_the_rounded_line():
    """Less steep than 45 degrees, an edge marks in every column the row nearest to it."""
    slope = 0.3
    plane = HalfPlane(math.atan2(1, -slope), (4.23, 0))
    expected = np.zeros((16, 20), dtype=bool)
    expected[np.rint(4.23 + slope * np.arange(20)).astype(int), np.arange(20)] = True
    assert np.array_equal(scene(plane, (16, 20)).pixels, expected)


def test_noise_is_white_of_the_stated_deviation_and_repeats_with_its_seed():
    disc = Disc((100, 90), 50)
    clean, noisy = scene(disc, (200, 200)), scene(disc, (200, 200), noise=0.25, seed=4)
    noise = noisy.image - clean.image
    assert noise.std() == pytest.approx(0.25, rel=0.02)  # 4 deviations of the estimate from 40 000 pixels
    assert abs((noise[1:] * noise[:-1]).mean()) < 4 * 0.25**2 / 200
    assert np.array_equal(noisy.image, scene(disc, (200, 200), noise=0.25, seed=4).image)
    assert not np.array_equal(noisy.image, scene(disc, (200, 200), noise=0.25, seed=5).image)
    assert np.array_equal(noisy.pixels, clean.pixels)


@pytest.mark.parametrize(("low", "high"), [(10, 200), (3.5, -1)])
def test_grey_values_are_mixed_by_area(low, high):
    disc = Disc((8, 9), 5.3)
    shares = covered(disc, (17, 18))
    assert scene(disc, (17, 18), low=low, high=high).image == pytest.approx(
        low * (1 - shares) + high * shares
    )


def test_a_figure_away_from_the_image_leaves_it_constant_and_without_edge():
    known = scene(Disc((50, 50), 3), (10, 10))
    assert not known.image.any()
    assert not known.pixels.any()
    assert len(known.places) == 0
    full = scene(Disc((5, 5), 100), (10, 10))
    assert (full.image == 1).all()
    assert not full.pixels.any()


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Disc((1, 1), 0), "radius"),
        (lambda: Disc((1, math.nan), 1), "finite"),
        (lambda: HalfPlane(math.inf, (0, 0)), "finite"),
        (lambda: Disc((0, 0), 2e6), "at most 1,000,000"),
        (lambda: Polygon(((0, 0), (1, 1))), "three corners"),
        (lambda: Polygon(((0, 0), (1, 1), (2, 2))), "area"),
        (lambda: covered(Polygon(((1, 1), (1, 8), (8, 1), (9, 9))), (12, 12)), "cross"),
        (lambda: scene(Disc((1, 1), 1), (4, 4), low=1, high=1), "different"),
        (lambda: scene(Disc((1, 1), 1), (4, 4), noise=-1), "deviation"),
    ],
)
def test_bad_figures_are_refused(make, words):
    with pytest.raises(InputError, match=words):
        make()


@pytest.mark.parametrize("shape", [(4,), (4, 0), (4.0, 4), (3, 4, 5)])
def test_bad_shapes_are_refused(shape):
    with pytest.raises(ShapeError, match="rows and columns"):
        scene(Disc((1, 1), 1), shape)
