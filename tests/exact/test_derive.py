"""Deriving: what is asked for is reached, and what cannot be is refused with its proof."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction

import numpy as np
import pytest
from exact.oracles import evaluated, exponents, outcome, power, solve
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import as_functional, functionals, operators, point_sets, positive, rationals

from kernelkit.errors import (
    InputError,
    LimitError,
    ShapeError,
    UnderdeterminedError,
    UnknownNameError,
    UnsolvableError,
)
from kernelkit.exact.certify import certify
from kernelkit.exact.derive import derive, highest_degree, moment_system, weights_on_line
from kernelkit.exact.functional import derivative, integral, laplacian, value
from kernelkit.exact.kernel import Kernel
from kernelkit.exact.obstruct import obstruction, required_degree
from kernelkit.exact.offsets import Stencil, box, central, cross, line
from kernelkit.exact.sides import Side

SIDES = st.sampled_from(list(Side))


def reaches(kernel: Kernel, target, accuracy: int) -> bool:
    """Whether a certificate grants at least the accuracy."""
    found = certify(kernel, target).accuracy
    return found is None or found >= accuracy


# ---------------------------------------------------------------------------------------------------------
# without points


@pytest.mark.parametrize("side", list(Side))
@pytest.mark.parametrize("order", range(5))
def test_every_side_reaches_every_accuracy_asked_for(order, side):
    for accuracy in range(1, 8):
        kernel = derive(derivative(order), accuracy=accuracy, side=side)
        assert reaches(kernel, derivative(order), accuracy)


@settings(max_examples=150)
@given(st.integers(0, 4), rationals(3), st.integers(1, 7), SIDES, positive(3))
def test_every_place_and_spacing_reaches_the_accuracy_asked_for(order, at, accuracy, side, step):
    target = derivative(order, at=at).on_grid(step)
    kernel = derive(target, accuracy=accuracy, side=side)
    assert reaches(kernel, target, accuracy)


@settings(max_examples=60)
@given(operators(2), st.integers(1, 4), SIDES, st.tuples(rationals(2), rationals(2)))
def test_operators_in_the_plane_reach_the_accuracy_asked_for(operator, accuracy, side, at):
    target = as_functional(operator, at)
    assert reaches(derive(target, accuracy=accuracy, side=side), target, accuracy)


@settings(max_examples=60)
@given(functionals(1), st.integers(1, 6), SIDES)
def test_mixed_targets_on_a_line_reach_the_accuracy_asked_for(target, accuracy, side):
    assert reaches(derive(target, accuracy=accuracy, side=side), target, accuracy)


@settings(max_examples=40)
@given(functionals(2), st.integers(1, 4), SIDES)
def test_mixed_targets_in_the_plane_reach_the_accuracy_asked_for(target, accuracy, side):
    assert reaches(derive(target, accuracy=accuracy, side=side), target, accuracy)


@given(rationals(3), positive(3), SIDES, positive(2))
def test_integrals_without_an_accuracy_are_consistent(lower, length, side, step):
    target = integral(lower, lower + length).on_grid(step)
    assert certify(derive(target, side=side), target).consistent


@given(st.integers(-2, 2), st.integers(1, 5))
def test_integrals_without_an_accuracy_use_the_samples_inside(lower, length):
    kernel = derive(integral(lower, lower + length))
    assert kernel == derive(integral(lower, lower + length), line(lower, lower + length))


def test_an_interval_without_a_sample_inside_uses_one_outside():
    assert derive(integral("1/3", "2/3")) == Kernel({0: "1/6", 1: "1/6"})
    assert derive(integral("1/3", "2/3"), side="forward") == Kernel({1: "1/3"})
    assert derive(integral("1/3", "2/3"), side="backward") == Kernel({0: "1/3"})


def test_the_default_accuracy_is_two_on_the_central_side():
    assert derive(derivative(1)) == Kernel({-1: "-1/2", 1: "1/2"})
    assert derive(derivative(2)) == derive(derivative(2), accuracy=2, side="central")
    assert derive(derivative((1, 1))) == derive(derivative(1)).outer(derive(derivative(1)))
    assert derive(laplacian(3)).support == cross(1, ndim=3)


def test_a_box_integral_is_the_outer_product_of_rules():
    rule = derive(integral(0, 2))
    assert derive(integral([(0, 2), (0, 2)])) == rule.outer(rule)


# ---------------------------------------------------------------------------------------------------------
# on given points


@settings(max_examples=150)
@given(functionals(1), point_sets(1, fewest=1, most=6), st.integers(1, 6))
def test_on_a_line_either_a_kernel_or_a_witness_exists(target, points, accuracy):
    check_alternative(target, points, accuracy)


@settings(max_examples=80)
@given(functionals(2), point_sets(2, fewest=1, most=9, largest=2), st.integers(1, 3))
def test_in_the_plane_either_a_kernel_or_a_witness_exists(target, points, accuracy):
    check_alternative(target, points, accuracy)


@settings(max_examples=80)
@given(operators(2, (1, 2)), point_sets(2, fewest=3, most=9, largest=1, whole=True), st.integers(1, 3))
def test_on_the_lattice_either_a_kernel_or_a_witness_exists(operator, points, accuracy):
    check_alternative(as_functional(operator), points, accuracy)


def check_alternative(target, points, accuracy):
    """Fredholm: exactly one of the two, and each is what it claims to be."""
    witness = obstruction(target, points, accuracy=accuracy)
    degree = required_degree(target, accuracy)
    conditions = exponents(target.ndim, degree)
    solution = solve(
        [[power(x, a) for x in points] for a in conditions], [target.moment(a) for a in conditions]
    )
    assert (witness is None) is (solution is not None)
    if witness is None:
        kernel = derive(target, points, accuracy=accuracy, prefer="least-norm")
        assert reaches(kernel, target, accuracy)
        assert {x for x, _ in kernel.taps} <= set(points)
    else:
        polynomial = dict(witness.polynomial)
        assert all(evaluated(polynomial, x) == 0 for x in points)
        assert sum(c * target.moment(a) for a, c in polynomial.items()) == witness.value != 0
        assert max(map(sum, polynomial)) <= degree
        for prefer in (None, "fewest", "least-norm"):
            with pytest.raises(UnsolvableError) as refused:
                derive(target, points, accuracy=accuracy, prefer=prefer)
            assert refused.value.obstruction == witness


@settings(max_examples=150)
@given(functionals(1), point_sets(1, fewest=1, most=7))
def test_on_a_line_the_highest_accuracy_is_taken(target, points):
    """N points allow degree n - 1 and no kernel but one; consistency may still fail."""
    kernel, refused = outcome(lambda: derive(target, points), UnsolvableError)
    assert (refused is not None) is (obstruction(target, points) is not None)
    if refused:
        return
    assert reaches(kernel, target, 1)
    assert [kernel.moment((k,)) for k in range(len(points))] == [
        target.moment((k,)) for k in range(len(points))
    ]


@settings(max_examples=60)
@given(operators(2, (0, 1, 2)), point_sets(2, fewest=4, most=9, largest=2, whole=True))
def test_in_the_plane_the_highest_accuracy_is_taken_or_the_choice_is_left(operator, points):
    target = as_functional(operator)
    best = max((p for p in range(1, 8) if obstruction(target, points, accuracy=p) is None), default=None)
    if best is None:
        with pytest.raises(UnsolvableError):
            derive(target, points)
        return
    kernel, refused = outcome(lambda: derive(target, points), UnderdeterminedError)
    if refused:
        assert refused.freedom == free_taps(target, points, refused.args[0])
    else:
        assert reaches(kernel, target, best)


def free_taps(target, points, message: str) -> int:
    accuracy = int(message.split("with accuracy ")[1].split("\n", maxsplit=1)[0])
    columns = [
        [power(x, a) for a in exponents(target.ndim, required_degree(target, accuracy))] for x in points
    ]
    return len(points) - len(independent(columns))


def independent(vectors):
    kept = []
    for vector in vectors:
        if not kept or solve(list(zip(*kept, strict=True)), vector) is None:
            kept.append(vector)
    return kept


@given(st.integers(1, 6), st.integers(1, 4))
def test_more_points_than_conditions_leave_taps_free(more, accuracy):
    target = derivative(1)
    points = required_degree(target, accuracy) + 1 + more
    with pytest.raises(UnderdeterminedError) as refused:
        derive(target, line(0, points - 1), accuracy=accuracy)
    assert refused.value.freedom == more


@given(operators(1), st.integers(1, 5), st.data())
def test_points_shifted_are_kernels_shifted(operator, extra, data):
    target = as_functional(operator)
    at = data.draw(rationals(3))
    points = [Fraction(k) for k in range(-1, target.order + extra)]
    moved = as_functional(operator, (at,))
    assert derive(moved, [x + at for x in points]) == derive(target, points).shifted(at)


@given(functionals(1), point_sets(1, fewest=4, most=6))
def test_weights_on_a_line_meet_all_moments_below_their_number(target, points):
    nodes = [x for (x,) in points]
    weights = weights_on_line(target, nodes)
    for k in range(len(nodes)):
        assert sum((w * x**k for w, x in zip(weights, nodes, strict=True)), Fraction(0)) == target.moment(
            (k,)
        )


def test_a_derivative_of_too_high_an_order_has_weights_zero_and_is_then_refused():
    assert weights_on_line(derivative(3), [Fraction(k) for k in (-1, 0, 1)]) == [0, 0, 0]
    with pytest.raises(UnsolvableError):
        derive(derivative(3), [-1, 0, 1])


def test_symmetric_points_give_an_odd_derivative_no_centre_tap():
    for d, size in itertools.product((1, 3, 5), (7, 9)):
        assert (Fraction(0),) not in dict(derive(derivative(d), central(size)).taps)


def test_the_highest_degree_is_that_of_the_best_kernel():
    assert highest_degree(derivative(2), central(3)) == 3
    assert highest_degree(derivative(1), Stencil.of([-2, 3, 6])) == 3
    assert highest_degree(laplacian(2), cross(1)) == 3
    assert highest_degree(laplacian(2), box(1)) == 3
    assert highest_degree(value(), central(4)) == 3
    with pytest.raises(UnsolvableError):
        highest_degree(laplacian(2), Stencil.of([(0, 0), (0, 1)]))


def test_moment_systems_are_whole_rows_with_scaled_right_sides():
    stencil = Stencil.of(["-1/2", 0, "1/3"])
    rows, right = moment_system(derivative(1), stencil, 2)
    assert rows == [[1, 1, 1], [-3, 0, 2], [9, 0, 4]]
    assert right == [0, 6, 0]


def test_integers_of_numpy_are_offsets_and_accuracies():
    assert derive(derivative(1), np.arange(-1, 2)) == derive(derivative(1))
    assert derive(derivative(1), accuracy=np.int64(4)) == derive(derivative(1), accuracy=4)


# ---------------------------------------------------------------------------------------------------------
# refusals


def test_impossible_kernels_are_refused_with_polynomial_and_way_out():
    with pytest.raises(UnsolvableError) as refused:
        derive(derivative(3), [0, 1, 2])
    assert str(refused.value) == (
        "no kernel on offsets 0, 1, 2 computes d^3/dx^3\n"
        "  why:  x (x - 1) (x - 2) is zero on all 3 points, but its d^3/dx^3 is 6\n"
        "  next: 4 points always suffice"
    )
    assert refused.value.obstruction == obstruction(derivative(3), [0, 1, 2])


def test_impossible_accuracies_are_refused_with_the_accuracy_named():
    with pytest.raises(UnsolvableError) as refused:
        derive(derivative(1), [-1, 0, 1], accuracy=3)
    assert str(refused.value) == (
        "no kernel on offsets -1, 0, 1 computes d/dx with accuracy 3\n"
        "  why:  x (x - 1) (x + 1) is zero on all 3 points, but its d/dx is -1\n"
        "  next: 4 points always suffice"
    )


def test_impossible_kernels_on_many_points_are_refused_in_short():
    with pytest.raises(UnsolvableError) as refused:
        derive(derivative((1, 1)), cross(3))
    assert str(refused.value) == (
        "no kernel on these 13 points computes d^2/dxdy\n"
        "  why:  y x is zero on all 13 points, but its d^2/dxdy is 1\n"
        "  next: take more points, or another set of them"
    )


def test_enough_points_on_a_line_that_still_fail_get_no_count():
    """Degree 2 on three points is always reached; degree 3 is not, and four points would be promised."""
    with pytest.raises(UnsolvableError, match="4 points always suffice"):
        derive(derivative(2), [0, 1, 2], accuracy=2)


def test_free_taps_are_counted_and_the_choices_named():
    with pytest.raises(UnderdeterminedError) as refused:
        derive(laplacian(2), box(1), accuracy=2)
    assert str(refused.value) == (
        "1 of 9 taps stays free: several kernels compute d^2/dx^2 + d^2/dy^2 with accuracy 2\n"
        "  why:  the 10 moment conditions have rank 8 on these points\n"
        "  next: choose with prefer (--prefer) symmetric, isotropic, fewest or least-norm, or take fewer points"
    )
    with pytest.raises(UnderdeterminedError) as refused:
        derive(derivative(1), [-2, -1, 0, 1, 2], accuracy=2)
    assert str(refused.value) == (
        "2 of 5 taps stay free: several kernels compute d/dx with accuracy 2\n"
        "  why:  the 3 moment conditions have rank 3 on these points\n"
        "  next: choose with prefer (--prefer) fewest, least-norm or symmetric, or take fewer points"
    )


ZERO = derivative(1) - derivative(1)
NO_ZERO = "the zero functional has no kernel worth deriving\n  why:  all its terms cancel"


@pytest.mark.parametrize(
    ("call", "error", "text"),
    [
        (lambda: derive(ZERO), InputError, NO_ZERO),
        (lambda: derive(ZERO, [0, 1]), InputError, NO_ZERO),
        (lambda: derive(ZERO, [0, 1], prefer="fewest"), InputError, NO_ZERO),
        (
            lambda: derive(laplacian(3), prefer="isotropic"),
            InputError,
            "the preference 'isotropic' chooses among kernels on given points, and no points are given\n"
            "  next: give points too, such as box(1) (--offsets box:1)",
        ),
        (
            lambda: derive(derivative(1), [0, 1], side="forward"),
            InputError,
            "side chooses the points, but points are given\n  next: leave one of the two out",
        ),
        (
            lambda: derive(derivative(1), side="left"),
            UnknownNameError,
            "no side is called 'left'\n"
            "  next: sides are central, forward, backward, upwind, downwind, staggered",
        ),
        (
            lambda: derive(derivative(1), side=""),
            UnknownNameError,
            "no side is called ''\n  next: sides are central, forward, backward, upwind, downwind, staggered",
        ),
        (
            lambda: derive(2, [0, 1]),
            InputError,
            "a target is a functional, not 2\n"
            '  next: derivative(2), integral(0, 1), laplacian(2) and operator("dxx + dyy") are targets',
        ),
        (
            lambda: derive(integral(0, 1), line(0, 512)),
            LimitError,
            "integral over [0, 1] on 513 points is above the limit of 512\n"
            "  why:  its weights are fractions of thousands of digits\n"
            "  next: take fewer points; a composite rule is a sum of shorter ones",
        ),
        (
            lambda: derive(laplacian(6), accuracy=30),
            LimitError,
            "the proof of such a kernel compares more than 500000 moments\n"
            "  next: ask for a lower order or accuracy, or fewer axes",
        ),
        (
            lambda: derive(laplacian(2), [0, 1]),
            ShapeError,
            "points of dimension 1 do not fit a target on 2 axes\n"
            "  next: give one coordinate an axis, as box(1, ndim=3) does in space",
        ),
        (
            lambda: derive(derivative(1), accuracy=0),
            InputError,
            "an accuracy must be at least 1\n  why:  with 0 the error would not vanish with h",
        ),
        (
            lambda: derive(derivative(1), accuracy=2.0),
            InputError,
            "an accuracy must be a whole number, not 2.0",
        ),
        (
            lambda: derive(derivative(1), [0, 1, 2], accuracy=10**9),
            LimitError,
            "the accuracy asks for moments above the limit of degree 2560\n  next: ask for an accuracy of at most 2560",
        ),
        (
            lambda: derive(value(), [0], accuracy=10**9),
            LimitError,
            "the accuracy asks for moments above the limit of degree 2560\n  next: ask for an accuracy of at most 2561",
        ),
        (
            lambda: derive(laplacian(2), box(20), accuracy=60),
            LimitError,
            "a system of 1681 points and 1953 conditions is above the limit of 500000 entries\n"
            "  next: ask for fewer points or a lower accuracy",
        ),
    ],
)
def test_questions_that_do_not_fit_together_are_refused_with_a_reason(call, error, text):
    with pytest.raises(error) as refused:
        call()
    assert str(refused.value) == text


def test_large_orders_are_answered_exactly():
    """Order 100 on 101 points: pure differences, certified."""
    kernel = derive(derivative(100), line(0, 100))
    assert kernel == Kernel({i: (-1) ** i * math.comb(100, i) for i in range(101)})
    assert certify(kernel, derivative(100)).accuracy == 1
