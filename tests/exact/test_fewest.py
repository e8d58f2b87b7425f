"""The kernels with the fewest taps: brute force agrees on how many and which."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from exact.oracles import kernels_with_fewest_taps, operator_on_monomial
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from strategies import as_functional, functionals, operators, point_sets

from kernelkit.exact import fewest
from kernelkit.exact.certify import certify
from kernelkit.exact.derive import moment_system
from kernelkit.exact.fewest import best_first, fewest_taps, rank_of, whole_columns
from kernelkit.exact.functional import derivative, integral, laplacian, value
from kernelkit.exact.kernel import Kernel
from kernelkit.exact.obstruct import obstruction, required_degree
from kernelkit.exact.offsets import Stencil, box, central, cross, line
from kernelkit.exact.symmetry import centre_of


def as_taps(kernels) -> set:
    return {kernel.taps for kernel in kernels}


def by_trying(moment, points, degree) -> set:
    found = kernels_with_fewest_taps(moment, points, degree)
    return {tuple(sorted((x, t) for x, t in taps.items() if t)) for taps in found}


@settings(max_examples=60)
@given(functionals(1), point_sets(1, fewest=2, most=6, largest=3), st.integers(1, 4))
def test_brute_force_agrees_on_a_line(target, points, accuracy):
    assume(obstruction(target, points, accuracy=accuracy) is None)
    degree = required_degree(target, accuracy)
    searched = fewest_taps(target, Stencil.of(points), degree)
    assert as_taps(searched.kernels) == by_trying(target.moment, sorted(points), degree)
    assert searched.through == len(searched.kernels[0])
    assert searched.sets == sum(math.comb(len(points), n) for n in range(1, searched.through + 1))


@settings(max_examples=30)
@given(operators(2, (1, 2)), point_sets(2, fewest=4, most=8, largest=1, whole=True), st.integers(1, 2))
def test_brute_force_agrees_in_the_plane(operator, points, accuracy):
    """Symbols of the operators by hand, all subsets, and elimination in fractions: the same kernels."""
    target = as_functional(operator)
    assume(obstruction(target, points, accuracy=accuracy) is None)
    degree = required_degree(target, accuracy)
    searched = fewest_taps(target, Stencil.of(points), degree)
    expected = by_trying(lambda alpha: operator_on_monomial(operator, alpha), sorted(points), degree)
    assert as_taps(searched.kernels) == expected
    assert searched.count == len(searched.kernels) == len(expected)


@pytest.mark.parametrize(
    ("operator", "accuracy"),
    [
        ({(2, 0): 1, (0, 2): 1}, 1),
        ({(2, 0): 1, (0, 2): 1}, 2),
        ({(2, 0): 1, (0, 2): 3}, 1),
        ({(2, 0): 1, (0, 2): -1}, 1),
        ({(1, 1): 1}, 1),
        ({(1, 1): 1}, 2),
        ({(1, 1): 1, (2, 0): 1}, 1),
        ({(1, 0): 2, (0, 1): 1}, 2),
        ({(2, 1): 1}, 1),
    ],
    ids=str,
)
def test_brute_force_agrees_on_all_neighbours(operator, accuracy):
    """Where symmetry shortens the search, all 511 subsets of nine points give the same kernels."""
    exact = {alpha: Fraction(c) for alpha, c in operator.items()}
    target = as_functional(exact)
    degree = required_degree(target, accuracy)
    searched = fewest_taps(target, box(1), degree)
    expected = by_trying(lambda alpha: operator_on_monomial(exact, alpha), box(1).offsets, degree)
    assert as_taps(searched.kernels) == expected
    assert len(searched.kernels) == len(expected)


def test_the_best_comes_first():
    kernels = fewest_taps(derivative(1), central(5), 1).kernels
    target = derivative(1)
    accuracies = [certify(kernel, target).accuracy for kernel in kernels]
    assert accuracies == sorted(accuracies, reverse=True)
    assert kernels[0] == Kernel({-1: "-1/2", 1: "1/2"})
    assert kernels[1] == Kernel({-2: "-1/4", 2: "1/4"})
    assert len(kernels) == 10


def test_an_exact_kernel_comes_before_any_accurate_one():
    target = derivative(0)
    exact, accurate = Kernel({0: 1}), Kernel({-1: "1/2", 1: "1/2"})
    assert best_first([accurate, exact], target) == [exact, accurate]
    assert rank_of(exact, target, centre_of(target)) < rank_of(accurate, target, centre_of(target))


def test_ties_go_to_the_nearer_then_to_the_smaller_offsets():
    near, far = Kernel({0: -1, 1: 1}), Kernel({1: -1, 2: 1})
    left, right = Kernel({-1: -1, 0: 1}), Kernel({0: -1, 1: 1})
    assert best_first([far, near], derivative(1)) == [near, far]
    assert best_first([right, left], derivative(1)) == [left, right]
    assert best_first([near, far], derivative(1, at=2)) == [far, near]


def test_a_target_whose_moments_vanish_needs_no_tap():
    searched = fewest_taps(derivative(2) - derivative(2, at=1), line(0, 3), 2)
    assert searched.kernels == (Kernel({}, ndim=1),)
    assert (searched.count, searched.through, searched.sets) == (1, 0, 0)


def test_a_search_stops_where_it_is_told_to_or_where_the_work_limit_is(monkeypatch):
    target = laplacian(2)
    stopped = fewest_taps(target, box(1), 2, through=4)
    assert stopped.kernels == ()
    assert stopped.through == 4
    assert stopped.sets == sum(math.comb(9, n) for n in range(1, 5))
    monkeypatch.setattr(fewest, "MOST_SETS", math.comb(9, 3) - 1)
    assert fewest_taps(target, box(1), 2).through == 2
    monkeypatch.setattr(fewest, "MOST_WORK", 20)
    limited = fewest_taps(target, box(1), 2)
    assert limited.kernels == ()
    assert limited.through < 5


@pytest.mark.parametrize("most", [3, 10, 30])
def test_of_too_many_kernels_the_best_are_listed_and_all_are_counted(monkeypatch, most):
    """Cut off before ranking, the list starts with the same kernels as the whole ranking."""
    target = derivative(1)
    whole = fewest_taps(target, central(9), 1).kernels
    assert len(whole) == math.comb(9, 2)
    monkeypatch.setattr(fewest, "MOST_LISTED", most)
    cut = fewest_taps(target, central(9), 1)
    assert cut.count == len(whole)
    assert len(cut.kernels) == min(most, len(whole))
    assert cut.kernels[0] == whole[0]
    # the accurate ones, those symmetric about 0, come first of all
    assert cut.kernels[: min(most, 4)] == whole[: min(most, 4)]


def test_the_target_itself_among_too_many_kernels_is_listed_first():
    """A search for ever better kernels ends although one of them has no error at all."""
    target = value(at=0) + value(at=1)
    searched = fewest_taps(target, line(-25, 25), 1)
    assert searched.count > 1000
    assert searched.kernels[0] == Kernel({0: 1, 1: 1})


def test_on_more_than_four_axes_all_sets_are_searched_one_by_one():
    """Some symmetries are not known there, so none shortens the search; the kernels are the same."""
    searched = fewest_taps(derivative((0, 0, 0, 0, 1)), cross(1, ndim=5), 1)
    along = [
        Kernel({(0, 0, 0, 0, a): -1 / Fraction(b - a), (0, 0, 0, 0, b): 1 / Fraction(b - a)})
        for a, b in ((-1, 1), (-1, 0), (0, 1))
    ]
    assert set(searched.kernels) == set(along)
    assert searched.kernels[0] == along[0]


def test_columns_and_right_side_are_whole():
    rows, right = moment_system(integral(0, "1/3"), Stencil.of([0, "1/2"]), 1)
    columns, vector = whole_columns(rows, right)
    assert columns == [[1, 0], [1, 1]]
    # the integrals of 1 and of 2 x are 1/3 and 1/9
    assert vector == [3, 1]
