"""Symmetries: the group of motions, what they do to targets, and the orbits of points."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from exact.oracles import exponents, power
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import as_functional, functionals, offsets, operators

from kernelkit.exact.functional import derivative, integral, laplacian, value
from kernelkit.exact.offsets import Stencil, box, cross
from kernelkit.exact.operator import operator as read_operator
from kernelkit.exact.symmetry import MOST_AXES, Motion, centre_of, motions, orbits, symmetries, translated


@pytest.mark.parametrize("ndim", [1, 2, 3])
def test_motions_are_the_group_of_the_cube(ndim):
    group = list(motions(ndim))
    assert len(set(group)) == 2**ndim * math.factorial(ndim)
    corner = tuple(Fraction(k + 1) for k in range(ndim))
    images = {motion.moved(corner) for motion in group}
    assert len(images) == len(group)
    assert {second.moved(first.moved(corner)) for first in group for second in group} == images


def test_on_more_than_four_axes_reflections_and_exchanges_stand_for_all():
    """They generate the group of the cube: every orbit of a corner is reached by walking."""
    few = list(motions(MOST_AXES + 1))
    assert len(set(few)) == len(few) < 2**5 * math.factorial(5)
    corner = tuple(Fraction(k + 1) for k in range(5))
    seen, waiting = {corner}, [corner]
    while waiting:
        place = waiting.pop()
        images = {motion.moved(place) for motion in few} - seen
        seen |= images
        waiting += images
    assert len(seen) == 2**5 * math.factorial(5)
    assert sorted(len(orbit.offsets) for orbit in orbits(laplacian(5), cross(1, ndim=5))) == [1, 10]


def test_a_motion_moves_as_it_says():
    turn = Motion((1, 0), (1, -1))
    assert turn.moved((Fraction(2), Fraction(5))) == (5, -2)
    assert turn.about((Fraction(1), Fraction(1)), (Fraction(2), Fraction(1))) == (1, 0)


@settings(max_examples=60)
@given(functionals(2), st.sampled_from([box(1), cross(2), box((1, 2)), Stencil.of([(0, 0), (0, 1), (1, 0)])]))
def test_symmetries_keep_the_target_up_to_their_sign(target, stencil):
    """The target applied to a polynomial after the motion is the sign times the target, about its centre."""
    local = translated(target, centre_of(target))
    for motion, sign in symmetries(target, stencil):
        for alpha in exponents(2, 4):
            # the monomial of the moved point: each coordinate is a signed old one
            moved = [0, 0]
            factor = 1
            for i, k in enumerate(alpha):
                moved[motion.axes[i]] += k
                factor *= motion.signs[i] ** k
            assert factor * local.moment(tuple(moved)) == sign * local.moment(alpha)


@given(operators(2), st.sampled_from([box(1), box((1, 2)), cross(1)]))
def test_symmetries_keep_the_stencil_and_contain_the_identity(operator, stencil):
    target = as_functional(operator)
    group = symmetries(target, stencil)
    assert (Motion((0, 1), (1, 1)), 1) in group
    assert (Motion((0, 1), (-1, -1)), (-1) ** target.order) in group
    for motion, _ in group:
        assert {motion.moved(x) for x in stencil.offsets} == set(stencil.offsets)


@pytest.mark.parametrize(
    ("target", "stencil", "count"),
    [
        (laplacian(2), box(1), 8),
        (laplacian(3), box(1, ndim=3), 48),
        (read_operator("dxx - dyy"), box(1), 8),
        (derivative((1, 1)), box(1), 8),
        (derivative((0, 1)), box(1), 4),
        (read_operator("dxx + 2*dyy"), box(1), 4),
        (read_operator("dxx + dx", ndim=2), box(1), 2),
        (read_operator("2*dxx + dxy"), box(1), 2),
        (laplacian(2).on_grid((1, 2)), box(1), 4),
        (laplacian(2), box((1, 2)), 4),
        (laplacian(2, at=(1, 0)), box(1), 2),
        (laplacian(2, at=(1, "1/2")), box(1), 1),
        (derivative(1) - derivative(1, at=1), Stencil.of([-1, 0, 1]), 1),
    ],
    ids=lambda entry: getattr(entry, "name", None),
)
def test_how_many_motions_a_target_has(target, stencil, count):
    assert len(symmetries(target, stencil)) == count


@pytest.mark.parametrize(
    ("target", "sizes"),
    [
        (laplacian(2), [4, 4, 1]),
        (derivative((0, 1)), [4, 2]),
        (derivative((1, 1)), [4]),
        (read_operator("dxx - dyy"), [4]),
    ],
    ids=lambda entry: getattr(entry, "name", None),
)
def test_orbits_of_all_neighbours(target, sizes):
    """Points whose tap must be its own negative, such as the centre of an odd kernel, belong to none."""
    found = orbits(target, box(1))
    assert sorted((len(orbit.offsets) for orbit in found), reverse=True) == sizes
    members = [x for orbit in found for x in orbit.offsets]
    assert len(set(members)) == len(members)


@settings(max_examples=60)
@given(operators(2), st.sampled_from([box(1), box(2), cross(1), box((1, 2))]))
def test_orbits_are_closed_under_the_symmetries_with_their_signs(operator, stencil):
    target = as_functional(operator)
    group = symmetries(target, stencil)
    signs = {
        x: s for orbit in orbits(target, stencil) for x, s in zip(orbit.offsets, orbit.signs, strict=True)
    }
    for orbit in orbits(target, stencil):
        for motion, sign in group:
            for x in orbit.offsets:
                image = motion.moved(x)
                assert image in orbit.offsets
                assert signs[image] == sign * signs[x]
    for x in set(stencil.offsets) - signs.keys():
        fixing = {sign for motion, sign in group if motion.moved(x) == x}
        assert fixing == {1, -1}


@given(operators(2), offsets(2, largest=3))
def test_orbits_move_with_the_place(operator, at):
    here = orbits(as_functional(operator), box(1))
    moved = Stencil.of([tuple(a + b for a, b in zip(x, at, strict=True)) for x in box(1).offsets])
    there = orbits(as_functional(operator, at), moved)
    assert [[tuple(a - b for a, b in zip(x, at, strict=True)) for x in o.offsets] for o in there] == [
        list(o.offsets) for o in here
    ]
    assert [o.signs for o in there] == [o.signs for o in here]


def test_the_centre_is_the_place_the_middle_of_an_interval_or_the_origin():
    assert centre_of(derivative(1, at="1/3")) == (Fraction(1, 3),)
    assert centre_of(integral(0, 3)) == (Fraction(3, 2),)
    assert centre_of(integral([(0, 1), (-1, 1)])) == (Fraction(1, 2), 0)
    assert centre_of(value(at=1).on_grid("1/2")) == (2,)
    assert centre_of(value(at=1) + value(at=2)) == (0,)
    assert centre_of(value() - value()) == (0,)


@given(functionals(2), offsets(2, largest=2), st.tuples(st.integers(1, 3), st.integers(1, 3)))
def test_translation_moves_the_monomials(target, centre, spacing):
    """The moved target on x^alpha is the target on (x - c)^alpha."""
    on_grid = target.on_grid(spacing)
    moved = translated(on_grid, centre)
    for alpha in exponents(2, 3):
        expected = Fraction(0)
        for beta in exponents(2, 3):
            if all(b <= a for a, b in zip(alpha, beta, strict=True)):
                ways = math.prod(math.comb(a, b) for a, b in zip(alpha, beta, strict=True))
                rest = tuple(a - b for a, b in zip(alpha, beta, strict=True))
                expected += ways * on_grid.moment(beta) * power([-c for c in centre], rest)
        assert moved.moment(alpha) == expected
