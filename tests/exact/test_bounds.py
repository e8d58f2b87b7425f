"""Lower bounds: never above what exhaustive search finds, and sharp where theorems say so."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction

import pytest
from exact.oracles import exponents, kernels_with_fewest_taps, operator_on_monomial, power, rank, solve
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from strategies import as_functional, functionals, kernels, operators, point_sets, rationals

from kernelkit.errors import InputError
from kernelkit.exact.bounds import RULES, is_line_derivative, lower_bound
from kernelkit.exact.certify import certify
from kernelkit.exact.derive import derive
from kernelkit.exact.fewest import fewest_taps
from kernelkit.exact.functional import biharmonic, derivative, integral, laplacian, value
from kernelkit.exact.obstruct import obstruction, required_degree
from kernelkit.exact.offsets import Stencil, box, central
from kernelkit.exact.operator import operator as read_operator


def every_bound(target, accuracy):
    """Return the bounds of all rules, not only the best one."""
    degree = required_degree(target, accuracy)
    rules = () if is_line_derivative(target) else RULES
    return [bound for rule in rules for bound in rule(target, accuracy, degree)] + [
        lower_bound(target, accuracy)
    ]


def assert_bounded(target, accuracy, smallest: int):
    for bound in every_bound(target, accuracy):
        assert bound.count <= smallest, bound
        assert bound.theorem
        assert bound.proof


# ---------------------------------------------------------------------------------------------------------
# attempts to find a kernel below a bound


@settings(max_examples=250)
@given(operators(2, (1, 2)), st.integers(1, 2))
def test_no_kernel_on_nine_points_is_below_a_bound(operator, accuracy):
    """Random homogeneous operators, definite or not, symmetric or not, inside all neighbours."""
    target = as_functional(operator)
    assume(obstruction(target, box(1), accuracy=accuracy) is None)
    assert_bounded(target, accuracy, fewest_taps(target, box(1), required_degree(target, accuracy)).through)


@settings(max_examples=60)
@given(operators(2, (1, 2, 3), most=4), st.integers(1, 2))
def test_no_kernel_on_twenty_five_points_is_below_a_bound(operator, accuracy):
    """Search every set of one point fewer than the bound; none may carry a kernel."""
    target = as_functional(operator)
    bound = lower_bound(target, accuracy).count
    searched = fewest_taps(target, box(2), required_degree(target, accuracy), through=min(bound, 5) - 1 or 1)
    assert all(len(kernel) >= bound for kernel in searched.kernels)


@settings(max_examples=60)
@given(operators(3, (1, 2)), st.integers(1, 2))
def test_no_kernel_in_space_is_below_a_bound(operator, accuracy):
    target = as_functional(operator)
    bound = lower_bound(target, accuracy).count
    searched = fewest_taps(
        target, box(1, ndim=3), required_degree(target, accuracy), through=min(bound, 5) - 1 or 1
    )
    assert all(len(kernel) >= bound for kernel in searched.kernels)


@settings(max_examples=120)
@given(
    operators(2, (1, 2)),
    point_sets(2, fewest=3, most=7, largest=3),
    st.integers(1, 2),
    st.tuples(rationals(2), rationals(2)),
)
def test_no_kernel_on_random_points_is_below_a_bound(operator, points, accuracy, at):
    """Points off the lattice and places off the origin."""
    target = as_functional(operator, at)
    assume(obstruction(target, points, accuracy=accuracy) is None)
    smallest = kernels_with_fewest_taps(target.moment, points, required_degree(target, accuracy))
    assert_bounded(target, accuracy, len(smallest[0]))


@settings(max_examples=150)
@given(st.integers(1, 3).flatmap(lambda n: st.tuples(kernels(n, fewest=1, most=6), st.integers(0, 3))))
def test_no_kernel_is_below_a_bound_for_what_it_computes(pair):
    """Take any kernel; its own lowest moments are an operator, which it computes with some accuracy."""
    kernel, above = pair
    order = next(
        d for d in range(20) if any(kernel.moment(a) for a in exponents(kernel.ndim, d) if sum(a) == d)
    )
    operator = {
        a: kernel.moment(a) / math.prod(map(math.factorial, a))
        for a in exponents(kernel.ndim, order)
        if sum(a) == order and kernel.moment(a)
    }
    target = as_functional(operator)
    accuracy = certify(kernel, target).accuracy
    assert_bounded(target, 1 if accuracy is None else accuracy, len(kernel))
    assert_bounded(target, 1 if accuracy is None else 1 + above % accuracy, len(kernel))


@settings(max_examples=150)
@given(functionals(1), point_sets(1, fewest=1, most=6), st.integers(1, 5))
def test_no_kernel_on_a_line_is_below_a_bound(target, points, accuracy):
    assume(obstruction(target, points, accuracy=accuracy) is None)
    smallest = kernels_with_fewest_taps(target.moment, points, required_degree(target, accuracy))
    assert_bounded(target, accuracy, len(smallest[0]))


@settings(max_examples=60)
@given(functionals(2), point_sets(2, fewest=2, most=6, largest=2), st.integers(1, 3))
def test_no_kernel_for_a_mixed_target_is_below_a_bound(target, points, accuracy):
    assume(obstruction(target, points, accuracy=accuracy) is None)
    smallest = kernels_with_fewest_taps(target.moment, points, required_degree(target, accuracy))
    assert_bounded(target, accuracy, len(smallest[0]))


@pytest.mark.parametrize("order", [1, 2, 3, 4])
@pytest.mark.parametrize("size", [1, 2, 3, 4])
def test_vandermonde_and_rolle_against_all_subsets_of_thirteen_points(order, size):
    """Every subset of -6..6 of a size: the best accuracy p on it satisfies size >= d + 1 and size >= d + p - 1."""
    best = 0
    for nodes in itertools.combinations(range(-6, 7), size):
        accuracy = 0
        while obstruction(derivative(order), nodes, accuracy=accuracy + 1) is None:
            accuracy += 1
        best = max(best, accuracy)
    if size <= order:
        assert best == 0
        assert lower_bound(derivative(order)).count > size
    else:
        assert lower_bound(derivative(order), best).count <= size
        assert lower_bound(derivative(order), best + 1).count > size


def test_definite_operators_of_accuracy_two_need_five_points_and_indefinite_ones_four():
    """All sets of four points of 5 x 5: some for d^2/dxdy, dxx - dyy; none for a definite operator."""
    for operator, smallest in (
        ({(1, 1): 1}, 4),
        ({(2, 0): 1, (0, 2): -1}, 4),
        ({(2, 0): 1, (0, 2): 1}, 5),
        ({(2, 0): 2, (1, 1): 1, (0, 2): 1}, 5),
        ({(2, 0): 1, (0, 2): 4}, 5),
    ):
        target = as_functional({a: Fraction(c) for a, c in operator.items()})
        assert lower_bound(target, 2).count == smallest
        searched = fewest_taps(target, box(2), 3, through=4)
        assert bool(searched.kernels) is (smallest == 4)


@pytest.mark.parametrize(
    ("text", "smallest"),
    [
        ("dxx + dyy + dzz", 7),
        ("dxx + 2*dyy + 3*dzz", 7),
        ("dxx + dyy + dzz + dxy", 7),
        ("-dxx - dyy - dzz - dxy - dyz - dxz", 7),
        ("dxx + dyy - dzz", 6),
    ],
)
def test_definite_operators_in_space_of_accuracy_two_need_seven_points_and_indefinite_ones_six(
    text, smallest
):
    """All sets of six points of 3 x 3 x 3: none for a definite operator, one for dxx + dyy - dzz."""
    target = read_operator(text)
    assert lower_bound(target, 2).count == smallest
    searched = fewest_taps(target, box(1, ndim=3), 3, through=6)
    assert (searched.through, bool(searched.kernels)) == (6, smallest == 6)


# ---------------------------------------------------------------------------------------------------------
# the numbers in the proofs


@settings(max_examples=100)
@given(operators(2, (1, 2, 3, 4), most=5))
def test_the_catalecticant_bound_is_the_sum_of_ranks_by_hand(operator):
    """With the ranks computed by elimination from the symbol alone."""
    target = as_functional(operator)
    m = target.order
    ranks = [
        rank(
            [
                [operator_on_monomial(operator, (i - a + m - i - b, a + b)) for b in range(m - i + 1)]
                for a in range(i + 1)
            ]
        )
        for i in range(m + 1)
    ]
    by_name = {bound.theorem: bound for bound in every_bound(target, 1)}
    assert by_name["catalecticants"].count == sum(ranks)
    assert f"{' + '.join(map(str, ranks))} = {sum(ranks)}" in by_name["catalecticants"].proof
    assert lower_bound(target).count >= sum(ranks)


@settings(max_examples=60)
@given(operators(2, (1, 2, 3)), st.tuples(rationals(3), rationals(3)), st.integers(1, 3))
def test_bounds_do_not_depend_on_place_or_scale(operator, at, accuracy):
    here, there = as_functional(operator), as_functional(operator, at)
    assert lower_bound(here, accuracy).count == lower_bound(there, accuracy).count
    assert lower_bound(here * 7, accuracy).count == lower_bound(here, accuracy).count
    assert lower_bound(here.on_grid((1, 3)), accuracy).count == lower_bound(here, accuracy).count


@pytest.mark.parametrize(
    ("target", "accuracy", "count", "theorem"),
    [
        (derivative(1), 1, 2, "Vandermonde"),
        (derivative(3), 2, 4, "Vandermonde"),
        (derivative(2), 5, 6, "Rolle"),
        (value(at="1/2"), 4, 1, "consistency"),
        (integral(-1, 1), 5, 2, "moment matrix"),
        (integral(-1, 1), 7, 3, "moment matrix"),
        (laplacian(2), 1, 4, "catalecticants"),
        (laplacian(2), 2, 5, "orthogonality"),
        (laplacian(3), 1, 5, "catalecticants"),
        (laplacian(3), 2, 7, "orthogonality"),
        (read_operator("dxx + dyy - dzz"), 2, 6, "orthogonality"),
        (read_operator("dxx + dyy + dxy + 4*dzz"), 2, 7, "orthogonality"),
        (read_operator("dxy", ndim=3), 2, 4, "catalecticants"),
        (derivative((30, 30)), 1, 961, "catalecticants"),
        (derivative((1,) * 6), 1, 64, "catalecticants"),
        (derivative((1, 1)), 2, 4, "catalecticants"),
        (derivative((1, 1, 0)), 2, 4, "catalecticants"),
        (derivative((2, 2)), 1, 9, "catalecticants"),
        (biharmonic(2), 1, 9, "catalecticants"),
        (laplacian(2) + value(ndim=2), 1, 3, "moment matrix"),
    ],
    ids=lambda entry: getattr(entry, "name", None),
)
def test_bounds_of_known_targets(target, accuracy, count, theorem):
    bound = lower_bound(target, accuracy)
    assert (bound.count, bound.theorem) == (count, theorem)


def test_proofs_carry_the_numbers_of_their_target():
    assert (
        lower_bound(derivative(1)).proof
        == "on one point x_1 the polynomial x - x_1 is zero, but its first derivative is 1"
    )
    assert lower_bound(derivative(3, at=2)).proof == (
        "on n <= 3 points x_1, ..., x_n the polynomial (x - 2)^(3 - n) (x - x_1) ... (x - x_n) has degree 3 and is "
        "zero on all of them, but its derivative of order 3 is 3!"
    )
    assert lower_bound(derivative(2), 4).proof == (
        "on n points with w(x) = (x - x_1) ... (x - x_n) the accuracy is n - 2, and one more where w's derivative "
        "of order 2 vanishes; never two more, for by Rolle's theorem it shares no zero with the one of order 1; so "
        "accuracy 4 needs n >= 2 + 4 - 1"
    )
    assert lower_bound(laplacian(2)).proof == (
        "the moments below degree 2 vanish and those of degree 2 are prescribed, so the moment matrix through "
        "degree 2 is zero above its antidiagonal blocks; these have the ranks 1 + 2 + 1 = 4, and a kernel with n "
        "taps has a moment matrix of rank at most n"
    )
    assert lower_bound(laplacian(3), 2).proof == (
        "with accuracy 2 the sum of tap u v vanishes for u among 1 and the linear functions, v among 1 and the "
        "quadratic forms that the target maps to zero; these u have dimension 4 on the points, and these v have "
        "dimension 3 or more: were it 2, then in suitable axes all products x_i x_j would be constant on the points, "
        "which puts the points into a hyperplane; so 4 + 3 taps are needed"
    )
    assert lower_bound(laplacian(2), 2).proof == (
        "with accuracy 2 the sum of tap u v vanishes for u among 1 and the linear functions, v among 1 and the "
        "quadratic forms that the target maps to zero; these u have dimension 3 on the points, and these v have "
        "dimension 2 or more on more than two points; so 3 + 2 taps are needed"
    )
    assert lower_bound(integral(-1, 1), 5).proof == (
        "the moments of x^(a + b), |a| <= 1, |b| <= 2, are all prescribed; they form a matrix of rank 2, and a "
        "kernel with n taps gives a sum of n matrices of rank 1"
    )
    assert (
        lower_bound(value(at="1/2")).proof
        == "the kernel without taps gives 0 on all polynomials of degree 0 or less"
    )


@pytest.mark.parametrize("ndim", [2, 3])
def test_the_orthogonality_argument_holds_on_every_minimal_laplacian(ndim):
    """Sums w u v vanish, the spaces have the stated dimensions, and their sum is the bound."""
    target = laplacian(ndim)
    for kernel in fewest_taps(target, box(1, ndim=ndim), 3, through=7).kernels:
        points = [x for x, _ in kernel.taps]
        linear = exponents(ndim, 1)
        squares = [a for a in exponents(ndim, 2) if sum(a) == 2]
        first = squares.index((0,) * (ndim - 1) + (2,))
        flat = [{a: Fraction(1)} for a in squares if 2 not in a]
        flat += [
            {a: Fraction(1), squares[first]: Fraction(-1)} for a in squares if 2 in a and a != squares[first]
        ]
        quadratics = [{(0,) * ndim: Fraction(1)}, *flat]
        for u, v in itertools.product(linear, quadratics):
            total = sum(
                tap * power(x, u) * sum(c * power(x, a) for a, c in v.items()) for x, tap in kernel.taps
            )
            assert total == 0
        assert rank([[power(x, u) for x in points] for u in linear]) == ndim + 1
        dimension = rank([[sum(c * power(x, a) for a, c in v.items()) for x in points] for v in quadratics])
        assert dimension >= {2: 2, 3: 3}[ndim]
        assert len(kernel) >= ndim + 1 + dimension


def test_targets_on_a_line_are_told_from_others():
    assert is_line_derivative(derivative(2, at="1/3"))
    assert not is_line_derivative(value())
    assert not is_line_derivative(integral(0, 1))
    assert not is_line_derivative(derivative(1) + derivative(2))
    assert not is_line_derivative(laplacian(2))


def test_matrices_above_the_limit_are_left_out():
    """A very accurate or high target still has a bound, from the rules whose matrices are small enough."""
    assert lower_bound(laplacian(2), 40).count >= 5
    assert lower_bound(derivative((30, 30)) + derivative((60, 0))).count >= 1
    assert lower_bound(biharmonic(6), 12).count >= 1


def test_integral_bounds_are_those_of_gauss():
    """Degree 2n - 1 takes n taps: the moment matrix of 1, x, ..., x^(n-1) is positive definite."""
    for n in range(1, 7):
        assert lower_bound(integral(-1, 1), 2 * n + 1).count == n
        assert solve([[Fraction(1)]], [Fraction(1)]) == [1]
        assert len(derive(integral(-1, 1), central(2 * n + 1))) >= n


def test_an_accuracy_below_one_has_no_bound():
    with pytest.raises(InputError) as refused:
        lower_bound(laplacian(2), 0)
    assert str(refused.value) == (
        "an accuracy must be at least 1\n  why:  with 0 the error would not vanish with h"
    )


def test_targets_whose_moments_vanish_are_bounded_by_nothing():
    target = derivative(2) - derivative(2, at=1)
    assert lower_bound(target).count == 0
    assert lower_bound(target, 2).count >= 1
    assert Stencil.of([0]).ndim == target.ndim
