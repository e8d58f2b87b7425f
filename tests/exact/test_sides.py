"""Which points a side takes: where they lie, and that fewer would not do."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import positive, rationals

from kernelkit.errors import LimitError, UnknownNameError
from kernelkit.exact.derive import derive
from kernelkit.exact.factor import Point, Span
from kernelkit.exact.functional import Functional, derivative, integral
from kernelkit.exact.obstruct import obstruction
from kernelkit.exact.offsets import MOST_POINTS
from kernelkit.exact.sides import Side, points_for

ONE = Fraction(1)
ONE_SIDED = (Side.FORWARD, Side.BACKWARD)


def at_origin(order: int) -> Point:
    return Point(order, Fraction(0))


@pytest.mark.parametrize("order", range(5))
@pytest.mark.parametrize("degree", range(9))
def test_sides_of_the_origin(order, degree):
    """Central points are symmetric, staggered ones lie between samples, one-sided ones on one side."""
    if not order:
        assert {tuple(points_for(at_origin(0), degree, s, ONE)) for s in Side if s is not Side.STAGGERED} == {
            (0,)
        }
    else:
        central = points_for(at_origin(order), degree, Side.CENTRAL, ONE)
        assert [-x for x in reversed(central)] == central
        assert len(central) % 2 == 1
        n = max(degree, order) + 1
        assert points_for(at_origin(order), degree, Side.FORWARD, ONE) == list(range(n))
        assert points_for(at_origin(order), degree, Side.BACKWARD, ONE) == list(range(1 - n, 1))
        upwind = points_for(at_origin(order), degree, Side.UPWIND, ONE)
        assert points_for(at_origin(order), degree, Side.DOWNWIND, ONE) == [-x for x in reversed(upwind)]
        behind, ahead = sum(x < 0 for x in upwind), sum(x > 0 for x in upwind)
        assert len(upwind) == n
        assert behind - ahead in {1, 2}
    staggered = points_for(at_origin(order), degree, Side.STAGGERED, ONE)
    assert [-x for x in reversed(staggered)] == staggered
    assert {x.denominator for x in staggered} == {2}


@settings(max_examples=200)
@given(st.integers(0, 4), rationals(3), st.integers(0, 7), st.sampled_from(list(Side)), positive(2))
def test_points_of_a_side_reach_the_degree(order, at, degree, side, step):
    target = derivative(order, at=at).on_grid(step)
    points = points_for(Point(order, at), degree, side, step)
    needed = max(degree, order)
    assert points == sorted(set(points))
    assert obstruction(target, points, accuracy=max(needed - order + 1, 1)) is None


@settings(max_examples=100)
@given(rationals(3), positive(3), st.integers(-1, 6), st.sampled_from(list(Side)), positive(2))
def test_points_of_a_side_reach_the_degree_of_an_integral(lower, length, degree, side, step):
    target = integral(lower, lower + length).on_grid(step)
    points = points_for(Span(lower, lower + length), degree, side, step)
    assert obstruction(target, points, accuracy=max(degree, 0) + 2) is None


@pytest.mark.parametrize("side", [Side.CENTRAL, Side.STAGGERED])
@pytest.mark.parametrize("order", range(1, 5))
@pytest.mark.parametrize("degree", range(1, 9))
def test_two_symmetric_points_fewer_do_not_reach_the_degree(order, degree, side):
    points = points_for(at_origin(order), degree, side, ONE)
    if degree >= order and len(points) > 2:
        assert obstruction(derivative(order), points[1:-1], accuracy=degree - order + 1) is not None


@pytest.mark.parametrize("side", ONE_SIDED)
@pytest.mark.parametrize("order", range(1, 5))
@pytest.mark.parametrize("degree", range(1, 9))
def test_one_one_sided_point_fewer_does_not_reach_the_degree(order, degree, side):
    points = points_for(at_origin(order), degree, side, ONE)
    if degree >= order and len(points) > 1:
        fewer = points[:-1] if side is Side.FORWARD else points[1:]
        assert obstruction(derivative(order), fewer, accuracy=degree - order + 1) is not None


@given(st.integers(0, 4), st.integers(0, 6), st.integers(-3, 3), st.sampled_from(list(Side)))
def test_points_move_with_a_place_on_the_lattice(order, degree, by, side):
    here = points_for(at_origin(order), degree, side, ONE)
    assert points_for(Point(order, Fraction(by)), degree, side, ONE) == [x + by for x in here]


@given(st.integers(1, 4), st.integers(0, 6), rationals(3), st.sampled_from(ONE_SIDED))
def test_one_sided_points_are_on_the_lattice_and_on_their_side_of_any_place(order, degree, at, side):
    points = points_for(Point(order, at), degree, side, ONE)
    assert {x.denominator for x in points} == {1}
    if side is Side.FORWARD:
        assert at <= points[0] < at + 1
    else:
        assert at - 1 < points[-1] <= at


@given(rationals(3).filter(lambda x: (2 * x).denominator != 1), st.integers(1, 4), st.integers(0, 6))
def test_central_points_about_an_uneven_place_are_the_nearest_samples(at, order, degree):
    points = points_for(Point(order, at), degree, Side.CENTRAL, ONE)
    n = max(degree, order) + 1
    assert len(points) == n
    assert sorted(abs(x - at) for x in points) == sorted(abs(k - at) for k in range(-20, 20))[:n]


@given(st.integers(-3, 3), st.integers(1, 4), st.integers(0, 6))
def test_central_points_about_a_midpoint_are_even_in_number(k, order, degree):
    points = points_for(Point(order, Fraction(2 * k + 1, 2)), degree, Side.CENTRAL, ONE)
    assert len(points) % 2 == 0
    assert {x.denominator for x in points} == {1}
    assert sum(points) == len(points) * Fraction(2 * k + 1, 2)


@given(st.integers(0, 3), st.integers(0, 5), positive(3), st.sampled_from(list(Side)))
def test_points_are_counted_in_samples(order, degree, step, side):
    """The place in lengths is divided by the spacing; at a sample the points are those of the unit grid."""
    there = points_for(Point(order, 2 * step), degree, side, step)
    assert there == points_for(Point(order, Fraction(2)), degree, side, ONE)


def test_staggered_samples_of_a_value_lie_half_a_step_away():
    assert derive(Functional(1, ((ONE, (at_origin(0),)),), (ONE,)), side="staggered", accuracy=4).taps == (
        ((Fraction(-3, 2),), Fraction(-1, 16)),
        ((Fraction(-1, 2),), Fraction(9, 16)),
        ((Fraction(1, 2),), Fraction(9, 16)),
        ((Fraction(3, 2),), Fraction(-1, 16)),
    )


def test_sides_have_names_and_no_others():
    assert [Side(side.value) for side in Side] == list(Side)
    with pytest.raises(UnknownNameError) as refused:
        Side("left")
    assert str(refused.value) == (
        "no side is called 'left'\n  next: sides are central, forward, backward, upwind, downwind, staggered"
    )


def test_more_points_than_a_stencil_holds_are_refused():
    assert len(points_for(at_origin(1), MOST_POINTS - 1, Side.FORWARD, ONE)) == MOST_POINTS
    with pytest.raises(LimitError) as refused:
        points_for(at_origin(1), MOST_POINTS, Side.FORWARD, ONE)
    assert str(refused.value) == "2049 points are above the limit of 2048\n  next: ask for a lower accuracy"
