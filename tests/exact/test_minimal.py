"""Minimal kernels: the example, the bound, and what is proved about the gap between them."""

from __future__ import annotations

from fractions import Fraction

import pytest
from exact.oracles import kernels_with_fewest_taps
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from strategies import as_functional, functionals, operators, point_sets

from kernelkit.errors import InputError, LimitError, ShapeError, UnsolvableError
from kernelkit.exact import fewest
from kernelkit.exact.bounds import lower_bound
from kernelkit.exact.certify import certify
from kernelkit.exact.derive import derive
from kernelkit.exact.functional import biharmonic, derivative, integral, laplacian, value
from kernelkit.exact.kernel import Kernel
from kernelkit.exact.minimal import Minimal, minimal
from kernelkit.exact.obstruct import obstruction, required_degree
from kernelkit.exact.offsets import box, central, cross, line


@pytest.mark.parametrize("order", range(1, 7))
@pytest.mark.parametrize("accuracy", range(1, 5))
def test_derivatives_on_a_line_need_one_tap_more_than_their_order_or_an_order_less_than_points(
    order, accuracy
):
    """They are d + 1, or d + p - 1 for accuracy p; the example is consistent and of the accuracy."""
    found = minimal(derivative(order), accuracy=accuracy)
    assert found.bound.count == max(order + 1, order + accuracy - 1)
    assert found.count >= found.bound.count
    assert certify(found.kernel, derivative(order)).accuracy >= accuracy
    if accuracy <= 2 or (order + accuracy) % 2 == 0:
        assert found.optimal


def test_first_derivatives_of_accuracy_three_take_three_taps_far_out():
    found = minimal(derivative(1), accuracy=3)
    assert (found.count, found.optimal) == (3, True)
    assert certify(found.kernel, derivative(1)).accuracy == 3
    assert found.certificate == certify(found.kernel, derivative(1))


@settings(max_examples=40)
@given(functionals(1), point_sets(1, fewest=2, most=6, largest=3), st.integers(1, 3))
def test_within_given_points_brute_force_finds_nothing_smaller(target, points, accuracy):
    assume(obstruction(target, points, accuracy=accuracy) is None)
    smallest = kernels_with_fewest_taps(target.moment, sorted(points), required_degree(target, accuracy))
    found = minimal(target, within=points, accuracy=accuracy)
    assert (found.count, found.supports) == (len(smallest[0]), len(smallest))
    assert found.optimal_within
    assert found.bound.count <= found.count
    assert (
        certify(found.kernel, target).accuracy is None or certify(found.kernel, target).accuracy >= accuracy
    )


@settings(max_examples=25)
@given(operators(2, (1, 2)), st.integers(1, 2))
def test_left_alone_it_finds_kernels_of_the_accuracy(operator, accuracy):
    target = as_functional(operator)
    found = minimal(target, accuracy=accuracy)
    assert certify(found.kernel, target).accuracy >= accuracy
    assert found.bound.count <= found.count
    assert found.accuracy == accuracy
    assert found.target == target


def test_the_plane_laplacian_needs_four_taps_and_five_for_accuracy_two():
    first = minimal(laplacian(2))
    assert (first.count, first.bound.count, first.optimal) == (4, 4, True)
    assert first.scope == "4 taps are the fewest anywhere: the lower bound is attained"
    second = minimal(laplacian(2), accuracy=2)
    assert (second.count, second.optimal, second.kernel.support) == (5, True, cross(1))


def test_a_gap_between_bound_and_search_is_said():
    found = minimal(laplacian(2), within=box(1))
    assert (found.count, found.bound.count) == (5, 4)
    assert not found.optimal
    assert found.optimal_within
    assert found.scope == (
        "5 taps are the fewest on these 9 points, by exhaustive search; elsewhere the fewest are 4 to 5: "
        "lower bound and example differ"
    )


def test_a_search_cut_short_is_said(monkeypatch):
    monkeypatch.setattr(fewest, "MOST_WORK", 10_000)
    found = minimal(biharmonic(2), within=box(2), accuracy=2)
    assert (found.count, found.bound.count, found.supports) == (13, 9, 0)
    assert not found.optimal_within
    assert 0 < found.searched < 9
    assert found.scope == (
        f"the fewest on these 25 points are 9 to 13: the search covered all sets of up to {found.searched} points "
        "(work limit), and the lower bound anywhere is 9"
    )


def test_where_the_search_ends_early_the_nearest_points_give_the_example(monkeypatch):
    """Too much work for 49 points, but not for the 25 nearest: four taps are found there, fewer than derive's five."""
    monkeypatch.setattr(fewest, "MOST_WORK", 10_000)
    found = minimal(laplacian(2), within=box(3))
    assert found.searched < 4
    assert (found.count, found.supports, found.optimal) == (4, 0, True)
    assert certify(found.kernel, laplacian(2)).consistent


def test_without_a_search_the_example_is_a_symmetric_kernel_on_the_points(monkeypatch):
    """The plus is not on these points, so the kernel that derive puts together is no example."""
    monkeypatch.setattr(fewest, "MOST_WORK", 0)
    diagonal = [(s, t) for s in (-1, 1) for t in (-1, 1)]
    found = minimal(laplacian(2), within=[(0, 0), *diagonal], accuracy=2)
    assert found.kernel == Kernel({(0, 0): -2, **dict.fromkeys(diagonal, "1/2")})
    assert (found.searched, found.optimal) == (0, True)


@pytest.mark.parametrize("searched", range(6))
def test_five_taps_are_the_fewest_on_the_points_once_all_sets_of_four_are_searched(searched):
    bound = lower_bound(laplacian(2))
    found = Minimal(laplacian(2), 1, derive(laplacian(2)), bound, box(1), searched, 0, 0)
    assert found.optimal_within is (searched >= 4)
    assert not found.optimal
    elsewhere = Minimal(laplacian(2), 1, derive(laplacian(2)), bound, None, searched, 0, 0)
    assert not elsewhere.optimal_within


def test_a_search_of_nothing_is_said(monkeypatch):
    monkeypatch.setattr(fewest, "MOST_WORK", 0)
    found = minimal(laplacian(2), within=box(1))
    assert (found.searched, found.sets, found.supports) == (0, 0, 0)
    assert found.scope == (
        "the fewest on these 9 points are 4 to 5: the search covered all sets of up to 0 points (work limit), and "
        "the lower bound anywhere is 4"
    )


def test_a_wider_box_is_searched_where_the_bound_is_not_attained():
    """Four taps carry no Laplacian within one step, but do within two."""
    assert minimal(laplacian(2)).within == box(2)
    assert minimal(laplacian(2), accuracy=2).within is None


def test_nothing_found_on_the_wider_box_leaves_the_narrow_answer(monkeypatch):
    """With little work allowed the nine neighbours are searched, and the 25 points of the next box are not."""
    monkeypatch.setattr(fewest, "MOST_WORK", 1000)
    found = minimal(laplacian(2))
    assert (found.count, found.within) == (5, box(1))
    assert certify(found.kernel, laplacian(2)).consistent


def test_wider_boxes_of_too_many_points_are_not_searched():
    found = minimal(laplacian(4))
    assert found.within == box(1, ndim=4)
    assert found.count >= found.bound.count == 6


@pytest.mark.parametrize("target", [derivative(4), derivative((1, 1, 1, 1)), derivative((2, 2)), value()])
def test_where_theorems_decide_nothing_is_searched(target):
    """The kernel that derive puts together attains the bound: products for mixed derivatives, for instance."""
    found = minimal(target)
    assert (found.within, found.searched, found.sets, found.supports) == (None, 0, 0, 0)
    assert found.optimal
    assert found.optimal_within
    assert certify(found.kernel, target).consistent


def test_values_and_integrals_are_searched_about_their_place():
    between = minimal(value(at="5/2"), accuracy=2)
    assert between.kernel == Kernel({2: "1/2", 3: "1/2"})
    assert minimal(value(at=7)).kernel == Kernel({7: 1})
    simpson = minimal(integral(-1, 1), accuracy=5)
    assert simpson.count == 3
    assert minimal(integral(10, 11)).count == 1


def test_places_far_from_the_origin_are_searched_about_the_place():
    found = minimal(derivative((1, 1), at=(100, -100)))
    assert (found.count, found.optimal) == (4, True)
    assert all(abs(y - 100) <= 2 and abs(x + 100) <= 2 for (y, x), _ in found.kernel.taps)


def test_spacing_does_not_change_the_count_of_a_kernel_on_samples():
    found = minimal(laplacian(2).on_grid((1, "1/2")), within=box(1), accuracy=2)
    assert (found.count, found.optimal) == (5, True)
    assert found.kernel == Kernel({(0, -1): 4, (0, 1): 4, (-1, 0): 1, (1, 0): 1, (0, 0): -10})
    assert minimal(value(at="5/2").on_grid("1/2")).kernel == Kernel({5: 1})


def test_a_target_whose_moments_vanish_is_met_by_no_taps_and_bounded_by_none():
    found = minimal(derivative(2) - derivative(2, at=1))
    assert (found.count, found.bound.count, found.optimal) == (0, 0, True)


def test_what_has_no_kernel_has_no_minimal_one():
    with pytest.raises(UnsolvableError) as refused:
        minimal(derivative((1, 1)), within=cross(1))
    assert refused.value.obstruction == obstruction(derivative((1, 1)), cross(1))


@pytest.mark.parametrize(
    ("call", "error", "text"),
    [
        (
            lambda: minimal(derivative(1) - derivative(1)),
            InputError,
            "the zero functional has no kernel worth deriving\n  why:  all its terms cancel",
        ),
        (
            lambda: minimal(laplacian(2), within=central(3)),
            ShapeError,
            "points of dimension 1 do not fit a target on 2 axes\n"
            "  next: give one coordinate an axis, as box(1, ndim=3) does in space",
        ),
        (
            lambda: minimal(derivative(1), accuracy=0),
            InputError,
            "an accuracy must be at least 1\n  why:  with 0 the error would not vanish with h",
        ),
        (
            lambda: minimal(integral(0, 5000), accuracy=4),
            LimitError,
            "a search around the target would go through more than 2048 points\n  next: name the points with within=",
        ),
    ],
)
def test_questions_without_an_answer_are_refused_with_a_reason(call, error, text):
    with pytest.raises(error) as refused:
        call()
    assert str(refused.value) == text


def test_gauss_needs_half_as_many_taps_which_a_lattice_does_not_carry():
    """Degree 3 on an interval of length 2: two taps by the bound, three on the lattice."""
    found = minimal(integral(-1, 1), within=line(-3, 3), accuracy=5)
    assert (found.bound.count, found.count, found.supports) == (2, 3, 3)
    assert found.kernel == Kernel({-1: Fraction(1, 3), 0: Fraction(4, 3), 1: Fraction(1, 3)})
