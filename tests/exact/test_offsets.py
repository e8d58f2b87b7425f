"""Stencils: sets of points in one canonical order."""

from __future__ import annotations

import itertools
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import point_sets, positive, rationals

from kernelkit.errors import ExpressionError, InputError, LimitError, ShapeError
from kernelkit.exact.offsets import MOST_POINTS, Stencil, box, box_text, central, cross, line, offset_text


@given(st.integers(1, 3).flatmap(point_sets), st.randoms(use_true_random=False))
def test_the_order_in_which_points_are_given_does_not_matter(points, random):
    shuffled = list(points)
    random.shuffle(shuffled)
    assert Stencil.of(shuffled) == Stencil.of(points)
    assert hash(Stencil.of(shuffled)) == hash(Stencil.of(points))
    assert list(Stencil.of(points).offsets) == sorted(points)
    assert len(Stencil.of(points)) == len(points)


@given(point_sets(1))
def test_numbers_and_tuples_of_one_number_are_the_same_points(points):
    assert Stencil.of(points) == Stencil.of([x for (x,) in points])
    assert Stencil.of(Stencil.of(points)) == Stencil.of(points)


@given(rationals(), positive(), st.integers(0, 8))
def test_a_line_holds_both_ends_and_even_steps(first, step, count):
    last = first + count * step
    found = [x for (x,) in line(first, last, step=step).offsets]
    assert (found[0], found[-1], len(found)) == (first, last, count + 1)
    assert {b - a for a, b in itertools.pairwise(found)} <= {step}


@given(st.integers(1, 12))
def test_a_central_stencil_is_symmetric_with_unit_steps(size):
    found = [x for (x,) in central(size).offsets]
    assert [-x for x in reversed(found)] == found
    assert len(found) == size
    assert {b - a for a, b in itertools.pairwise(found)} <= {Fraction(1)}
    assert (0 in found) is bool(size % 2)


@given(st.lists(st.integers(0, 3), min_size=1, max_size=3))
def test_a_box_holds_every_lattice_point_within_its_radii(radii):
    inside = itertools.product(*(range(-4, 5) for _ in radii))
    expected = [p for p in inside if all(abs(x) <= r for x, r in zip(p, radii, strict=True))]
    assert box(radii).offsets == tuple(expected)


@given(st.integers(0, 2), st.integers(1, 3))
def test_a_cross_is_the_part_of_a_box_on_the_axes(radius, ndim):
    on_axes = [p for p in box(radius, ndim=ndim).offsets if sum(map(bool, p)) <= 1]
    assert list(cross(radius, ndim=ndim).offsets) == on_axes
    assert cross(radius, ndim=1) == box(radius, ndim=1) == central(2 * radius + 1)


def test_integers_of_numpy_are_radii_and_sizes():
    assert box(np.int64(1)) == box(1)
    assert cross(np.int64(1)) == cross(1)
    assert central(np.int64(3)) == central(3)


@pytest.mark.parametrize(
    ("stencil", "text"),
    [
        (box(1), "(-1, -1) to (1, 1)"),
        (line("-1/2", "3/2"), "-1/2 to 3/2"),
        (Stencil.of([7]), "7 to 7"),
        (cross(1), "given"),
        (Stencil.of([0, 2]), "given"),
        (Stencil.of([0, "1/2"]), "given"),
        (Stencil.of([0, "1/2", 2]), "given"),
    ],
)
def test_whole_boxes_are_named_by_their_corners(stencil, text):
    assert box_text(stencil) == text


def test_stencils_and_offsets_are_written_as_they_are_read():
    assert repr(Stencil.of(["1/2", -1])) == "Stencil({-1, 1/2})"
    assert repr(Stencil.of([(0, 1), (-1, "1/2")])) == "Stencil({(-1, 1/2), (0, 1)})"
    assert offset_text((Fraction(1), Fraction(-1, 2), Fraction(0))) == "(1, -1/2, 0)"


TOO_MANY = "a stencil has at most 2048 points\n  next: take fewer points"
NO_POINTS = "\n  next: [-1, 0, 1] and line(-1, 1) are points"


def full_text(call) -> tuple[type, str]:
    with pytest.raises(Exception) as refused:  # noqa: PT011 - the caller compares class and whole text
        call()
    return type(refused.value), str(refused.value)


@pytest.mark.parametrize(
    ("call", "error", "text"),
    [
        (
            lambda: Stencil.of([]),
            InputError,
            "a stencil needs at least one point\n  next: give offsets such as -1, 0, 1",
        ),
        (lambda: Stencil.of(3), InputError, "points are numbers or tuples of numbers, not 3" + NO_POINTS),
        (
            lambda: Stencil.of("-1:1"),
            InputError,
            "points are numbers or tuples of numbers, not '-1:1'" + NO_POINTS,
        ),
        (
            lambda: Stencil.of([0, "1/2", 0, 0]),
            InputError,
            "the point 0 is given 3 times\n"
            "  why:  two taps at one point are one tap, so the kernel would not be determined\n"
            "  next: give each point once",
        ),
        (
            lambda: Stencil.of([(0, 1), (0, 1)]),
            InputError,
            "the point (0, 1) is given 2 times\n"
            "  why:  two taps at one point are one tap, so the kernel would not be determined\n"
            "  next: give each point once",
        ),
        (
            lambda: Stencil.of([(0, 1), 2, (0, 1, 2)]),
            ShapeError,
            "points of dimension 1 and 3 cannot be mixed\n  next: give every point the same number of coordinates",
        ),
        (
            lambda: Stencil.of([()]),
            ShapeError,
            "a point needs at least one coordinate, not an empty tuple",
        ),
        (
            lambda: Stencil.of(range(MOST_POINTS + 1)),
            LimitError,
            TOO_MANY,
        ),
        (lambda: line(0, 1, step=0), InputError, "the step must be positive, not 0"),
        (lambda: line(0, 1, step="-1/2"), InputError, "the step must be positive, not -1/2"),
        (
            lambda: line(0, "1/2"),
            InputError,
            "no points run from 0 to 1/2 in steps of 1\n"
            "  next: give the smaller end first, and a whole number of steps between them",
        ),
        (
            lambda: line(1, -1),
            InputError,
            "no points run from 1 to -1 in steps of 1\n"
            "  next: give the smaller end first, and a whole number of steps between them",
        ),
        (lambda: line(0, 10**5000), LimitError, TOO_MANY),
        (lambda: central(0), InputError, "a central stencil needs at least one point"),
        (lambda: central(10**5000), LimitError, TOO_MANY),
        (lambda: central(2.5), InputError, "a number of points must be a whole number, not 2.5"),
        (lambda: box(-1), InputError, "a radius must not be negative"),
        (lambda: box((1, -2)), InputError, "a radius must not be negative"),
        (lambda: box(1.5), InputError, "a radius must be a whole number, not 1.5"),
        (lambda: cross(1.5), InputError, "a radius must be a whole number, not 1.5"),
        (lambda: box(10**9, ndim=3), LimitError, TOO_MANY),
        (lambda: box(()), ShapeError, "a stencil needs at least one axis"),
        (lambda: cross(1, ndim=0), ShapeError, "a stencil needs at least one axis"),
    ],
)
def test_points_that_make_no_stencil_are_refused_with_a_reason(call, error, text):
    assert full_text(call) == (error, text)


def test_coordinates_are_exact_numbers():
    with pytest.raises(InputError, match=r"a coordinate 0\.1 is a binary float"):
        Stencil.of([(0, 0.1)])
    with pytest.raises(ExpressionError, match="an offset 'x' is not an exact number"):
        Stencil.of(["x"])


def test_the_largest_stencils_are_accepted():
    assert len(line(1, MOST_POINTS)) == len(central(MOST_POINTS)) == MOST_POINTS
    assert len(box(22)) == 45**2 <= MOST_POINTS
