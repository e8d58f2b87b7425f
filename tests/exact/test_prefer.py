"""Preferences: each does what it says, and no kernel on the points does it better."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction

import pytest
from exact.oracles import exponents, kernels_with_fewest_taps, outcome, power, solve
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from strategies import as_functional, functionals, operators, point_sets, rationals

from kernelkit.errors import InputError, LimitError, UnderdeterminedError, UnknownNameError, UnsolvableError
from kernelkit.exact.certify import certify
from kernelkit.exact.derive import derive
from kernelkit.exact.functional import biharmonic, derivative, integral, laplacian, value
from kernelkit.exact.kernel import Kernel
from kernelkit.exact.obstruct import obstruction, required_degree
from kernelkit.exact.offsets import Stencil, box, central, cross, line
from kernelkit.exact.operator import operator as read_operator
from kernelkit.exact.prefer import MOST_CHOICES
from kernelkit.exact.preferences import RULES
from kernelkit.exact.symmetry import orbits, symmetries

EVERY_RULE = st.sampled_from(sorted(RULES))


@settings(max_examples=80)
@given(operators(2, (0, 1, 2)), st.integers(1, 3), EVERY_RULE)
def test_every_preference_reaches_the_accuracy_on_the_points(operator, accuracy, prefer):
    target = as_functional(operator)
    points = box(2) if accuracy > 2 else box(1)
    assume(obstruction(target, points, accuracy=accuracy + (prefer == "isotropic")) is None)
    kernel, refused = outcome(
        lambda: derive(target, points, accuracy=accuracy, prefer=prefer), UnsolvableError
    )
    if refused:
        assert prefer == "isotropic"
        assert "isotropic" in refused.what
        return
    found = certify(kernel, target)
    assert found.accuracy is None or found.accuracy >= accuracy
    assert {x for x, _ in kernel.taps} <= set(points.offsets)
    if prefer == "isotropic":
        assert found.isotropic
    if prefer in {"isotropic", "symmetric"}:
        assert_follows_symmetries(kernel, target, points)


def assert_follows_symmetries(kernel: Kernel, target, points: Stencil):
    taps = dict(kernel.taps)
    for motion, sign in symmetries(target, points):
        assert {motion.moved(x): sign * tap for x, tap in taps.items()} == taps


# ---------------------------------------------------------------------------------------------------------
# least norm


@settings(max_examples=80)
@given(functionals(1), point_sets(1, fewest=3, most=7), st.integers(1, 4), st.data())
def test_no_other_kernel_of_the_accuracy_has_a_smaller_norm(target, points, accuracy, data):
    """The least-norm kernel is orthogonal to every kernel of zero: any other one is longer."""
    degree = required_degree(target, accuracy)
    assume(degree < len(points) - 1)
    kernel = derive(target, points, accuracy=accuracy, prefer="least-norm")
    taps = dict(kernel.taps)
    # a kernel of zero: values on degree + 2 of the points, annihilating all polynomials of the degree
    chosen = data.draw(st.permutations(points))[: degree + 2]
    others = chosen[1:]
    weights = solve(
        [[power(x, (k,)) for x in others] for k in range(degree + 1)],
        [power(chosen[0], (k,)) for k in range(degree + 1)],
    )
    nothing = {chosen[0]: Fraction(-1), **dict(zip(others, weights, strict=True))}
    assert sum(taps.get(x, Fraction(0)) * w for x, w in nothing.items()) == 0


def test_least_norm_is_the_slope_of_a_fitted_line():
    for m in range(1, 8):
        kernel = derive(derivative(1), central(2 * m + 1), accuracy=2, prefer="least-norm")
        total = sum(k * k for k in range(-m, m + 1))
        assert kernel == Kernel({k: Fraction(k, total) for k in range(-m, m + 1)})


def test_least_norm_without_freedom_is_the_only_kernel():
    assert derive(derivative(2), central(5), prefer="least-norm") == derive(derivative(2), central(5))
    assert derive(laplacian(2), cross(1), accuracy=2, prefer="least-norm") == derive(laplacian(2))


def test_least_norm_in_the_plane_is_the_fitted_plane():
    kernel = derive(derivative((0, 1)), box(1), accuracy=2, prefer="least-norm")
    assert kernel == Kernel.from_array([[-1, 0, 1]] * 3) / 6


# ---------------------------------------------------------------------------------------------------------
# fewest taps


@settings(max_examples=60)
@given(functionals(1), point_sets(1, fewest=2, most=6, whole=True), st.integers(1, 3))
def test_fewest_is_one_of_the_smallest_on_a_line(target, points, accuracy):
    degree = required_degree(target, accuracy)
    assume(obstruction(target, points, accuracy=accuracy) is None)
    smallest = kernels_with_fewest_taps(target.moment, points, degree)
    kernel = derive(target, points, accuracy=accuracy, prefer="fewest")
    assert dict(kernel.taps) in smallest
    best = max(smallest, key=lambda taps: accuracy_of(Kernel(taps, ndim=1), target))
    assert accuracy_of(kernel, target) == accuracy_of(Kernel(best, ndim=1), target)


def accuracy_of(kernel: Kernel, target) -> float:
    found = certify(kernel, target).accuracy
    return 10**9 if found is None else found


@settings(max_examples=25)
@given(operators(2, (1, 2)), st.integers(1, 2))
def test_fewest_is_one_of_the_smallest_in_the_plane(operator, accuracy):
    target = as_functional(operator)
    points = [x for x in box(1).offsets if x != (1, 1)]
    assume(obstruction(target, points, accuracy=accuracy) is None)
    smallest = kernels_with_fewest_taps(target.moment, points, required_degree(target, accuracy))
    kernel = derive(target, points, accuracy=accuracy, prefer="fewest")
    assert dict(kernel.taps) in smallest


def test_ties_are_broken_by_accuracy_then_distance_then_offsets():
    """d/dx on five points: of the sets of two, -1 and 1 have accuracy 2, and -2 and 2 lie further out."""
    assert derive(derivative(1), central(5), accuracy=1, prefer="fewest") == Kernel({-1: "-1/2", 1: "1/2"})
    assert derive(derivative(1), line(0, 4), accuracy=1, prefer="fewest") == Kernel({0: -1, 1: 1})
    assert derive(derivative(1, at=3), line(0, 6), accuracy=1, prefer="fewest") == Kernel(
        {2: "-1/2", 4: "1/2"}
    )
    assert derive(laplacian(2), box(1), accuracy=2, prefer="fewest") == derive(laplacian(2))


def test_fewest_without_an_accuracy_takes_the_highest():
    assert derive(derivative(1), central(5), prefer="fewest") == derive(derivative(1), accuracy=4)


def test_a_target_whose_moments_vanish_has_the_kernel_without_taps():
    """Two equal derivatives at different places differ only by higher derivatives."""
    target = derivative(2) - derivative(2, at=1)
    for prefer in ("fewest", "symmetric"):
        assert derive(target, [-1, 0, 1, 2], accuracy=1, prefer=prefer) == Kernel({}, ndim=1)
    assert certify(Kernel({}, ndim=1), target).accuracy == 1


# ---------------------------------------------------------------------------------------------------------
# symmetric and isotropic


def symmetric_solutions(target, points: Stencil, degree: int):
    """Return all symmetric kernels of least size by trying all unions of orbits."""
    group = symmetries(target, points)
    orbits = {frozenset(motion.moved(x) for motion, _ in group) for x in points.offsets}
    conditions = exponents(target.ndim, degree)
    right = [target.moment(a) for a in conditions]
    sized = sorted(
        (sum(map(len, chosen)), sorted(frozenset.union(*chosen)))
        for n in range(1, len(orbits) + 1)
        for chosen in itertools.combinations(sorted(orbits, key=sorted), n)
    )
    for size, union in sized:
        if solve([[power(x, a) for x in union] for a in conditions], right) is not None:
            return size
    return None


@pytest.mark.parametrize(
    ("target", "points", "accuracy"),
    [
        (laplacian(2), box(1), 2),
        (laplacian(2), box(2), 4),
        (laplacian(3), box(1, ndim=3), 2),
        (derivative((0, 1)), box(1), 2),
        (derivative((1, 1)), box(1), 2),
        (derivative((2, 1)), box(1), 1),
        (biharmonic(2), box(2), 2),
        (integral([(-1, 1), (-1, 1)]), box(1), 5),
        (laplacian(2).on_grid((1, 2)), box(1), 2),
        (read_operator("dxx - dyy"), box(1), 2),
        (value(at=("1/2", "1/2")), Stencil.of(list(itertools.product(range(-1, 3), repeat=2))), 4),
    ],
    ids=lambda entry: entry.name if hasattr(entry, "name") else None,
)
def test_symmetric_kernels_have_the_fewest_taps_of_their_kind(target, points, accuracy):
    """Among unions of orbits that carry some kernel, the least number of points; averaging makes it symmetric."""
    kernel = derive(target, points, accuracy=accuracy, prefer="symmetric")
    assert len(kernel) <= symmetric_solutions(target, points, required_degree(target, accuracy))
    assert certify(kernel, target).accuracy >= accuracy
    around = tuple(t.at if hasattr(t, "at") else Fraction(0) for t in target.terms[0][1])
    local = kernel.shifted(tuple(-x for x in around))
    centred = Stencil.of([tuple(a - b for a, b in zip(x, around, strict=True)) for x in points.offsets])
    moved = as_functional({(0, 0): Fraction(1)}) if any(around) else target
    assert_follows_symmetries(local, moved, centred)


def test_named_isotropic_kernels():
    """The nine-point Laplacian and Scharr-like gradient, as they are published."""
    assert (
        derive(laplacian(2), box(1), prefer="isotropic")
        == Kernel.from_array([[1, 4, 1], [4, -20, 4], [1, 4, 1]]) / 6
    )
    gradient = derive(derivative((0, 1)), box(1), accuracy=2, prefer="isotropic")
    assert gradient == Kernel.from_array([[-1, 0, 1], [-4, 0, 4], [-1, 0, 1]]) / 12


@pytest.mark.parametrize("ndim", [2, 3])
def test_isotropic_kernels_are_invariant_under_all_motions_of_the_target(ndim):
    points = box(1, ndim=ndim)
    kernel = derive(laplacian(ndim), points, accuracy=2, prefer="isotropic")
    assert_follows_symmetries(kernel, laplacian(ndim), points)
    assert len(symmetries(laplacian(ndim), points)) == {2: 8, 3: 48}[ndim]


def test_isotropic_accuracies_are_even():
    """An odd request is raised by one; without a request the highest even one is taken."""
    assert derive(laplacian(2), box(1), accuracy=1, prefer="isotropic") == derive(
        laplacian(2), box(1), accuracy=2, prefer="isotropic"
    )
    fourth = derive(laplacian(2), box(2), accuracy=3, prefer="isotropic")
    assert certify(fourth, laplacian(2)).accuracy == 4
    assert certify(fourth, laplacian(2)).isotropic
    even = derive(derivative(1), [-1, 0, 1, 2], prefer="isotropic")
    assert certify(even, derivative(1)).accuracy == 2


def test_on_a_line_every_even_accuracy_is_isotropic():
    assert derive(derivative(2), central(5), accuracy=4, prefer="isotropic") == derive(
        derivative(2), accuracy=4
    )


# ---------------------------------------------------------------------------------------------------------
# refusals


def test_an_isotropic_error_out_of_reach_is_refused_with_a_witness_on_the_points():
    with pytest.raises(UnsolvableError) as refused:
        derive(laplacian(2), cross(1), accuracy=2, prefer="isotropic")
    witness = refused.value.obstruction
    assert str(refused.value) == (
        "no kernel on these 5 points computes d^2/dx^2 + d^2/dy^2 with an isotropic error of order h^2\n"
        f"  why:  {witness.statement}, and an isotropic error adds 0 to that\n"
        "  next: take more points, a lower accuracy, or equal spacings"
    )
    polynomial = dict(witness.polynomial)
    for x in cross(1).offsets:
        assert sum(c * power(x, alpha) for alpha, c in polynomial.items()) == 0
    assert witness.value != 0
    # the error of any isotropic kernel is a multiple of the squared Laplacian, which gives 0 on the polynomial
    assert sum(c * biharmonic(2).moment(alpha) for alpha, c in polynomial.items()) == 0


@pytest.mark.parametrize(
    "points",
    [
        [(0, 0), (0, 1), (1, 0), (1, 1), (0, 2), (2, 0)],
        [(0, 0), (0, "1/2"), ("1/2", 0), (0, 1), (1, 0), ("1/2", "1/2")],
    ],
)
def test_points_of_accuracy_one_have_no_isotropic_kernel(points):
    with pytest.raises(UnsolvableError) as refused:
        derive(laplacian(2), points, prefer="isotropic")
    assert refused.value.obstruction.value != 0


@settings(max_examples=60)
@given(point_sets(2, fewest=4, most=9, largest=1), st.tuples(rationals(2), rationals(2)))
def test_isotropic_kernels_on_random_points_are_found_or_refuted(points, spacing):
    """Where refused, the witness vanishes on the points, on the isotropic form, and not under the target."""
    target = laplacian(2).on_grid(tuple(abs(x) + 1 for x in spacing))
    try:
        kernel = derive(target, points, accuracy=2, prefer="isotropic")
    except UnsolvableError as refused:
        polynomial = dict(refused.obstruction.polynomial)
        for x in Stencil.of(points).offsets:
            assert sum(c * power(x, alpha) for alpha, c in polynomial.items()) == 0
        assert sum(c * target.moment(alpha) for alpha, c in polynomial.items()) != 0
        if "isotropic" in refused.what:
            squared = biharmonic(2).on_grid(target.spacing)
            assert sum(c * squared.moment(alpha) for alpha, c in polynomial.items()) == 0
        return
    assert certify(kernel, target).isotropic


def test_an_accuracy_out_of_reach_is_refused_for_every_preference():
    for prefer in RULES:
        with pytest.raises(UnsolvableError, match="y x is zero on all 5 points"):
            derive(derivative((1, 1)), cross(1), accuracy=1, prefer=prefer)


def test_isotropy_is_for_homogeneous_operators_at_one_place():
    text = "an isotropic error is defined for homogeneous differential operators at one place, not for "
    for target in (
        read_operator("dxx + dx", ndim=2),
        integral([(0, 1), (0, 1)]),
        laplacian(2) + laplacian(2, at=1),
    ):
        with pytest.raises(InputError) as refused:
            derive(target, box(2), accuracy=2, prefer="isotropic")
        assert str(refused.value) == text + target.name


def test_an_unknown_preference_is_refused_with_the_known_ones():
    with pytest.raises(UnknownNameError) as refused:
        derive(laplacian(2), box(1), prefer="best")
    assert str(refused.value) == (
        "no preference is called 'best'\n  next: preferences are fewest, symmetric, isotropic, least-norm"
    )


def test_too_many_choices_are_refused():
    """A hundred and one points are 51 mirrored groups, of which three are needed."""
    with pytest.raises(LimitError) as refused:
        derive(derivative(2), central(101), accuracy=4, prefer="symmetric")
    assert math.comb(51, 48) > MOST_CHOICES
    assert str(refused.value) == (
        "51 groups of equivalent points leave 48 taps free: more than 4000 choices\n"
        "  next: take fewer points, a higher accuracy, or prefer least-norm"
    )


def test_a_search_above_the_work_limit_is_refused_with_what_is_known():
    with pytest.raises(LimitError) as refused:
        derive(biharmonic(2), box(3), accuracy=2, prefer="fewest")
    head, _, tail = str(refused.value).partition(" taps or fewer")
    assert head.startswith("no kernel on 49 points has ")
    through = int(head.rsplit(" ", 1)[1])
    assert 4 <= through < 13
    assert tail == (
        ", and the search for more is above the work limit\n"
        "  next: take fewer points, or prefer symmetric (--prefer symmetric)"
    )


def test_no_isotropic_kernel_among_the_smallest_is_said(monkeypatch):
    """Were only the cross of accuracy 4 found in 5x5, whose error of order 4 is not isotropic, it is not passed off."""
    cross_4 = derive(laplacian(2), accuracy=4)
    taps = dict(cross_4.taps)
    groups = [orbit.offsets[0] for orbit in orbits(laplacian(2), box(2))]
    found = [[taps.get(offset, Fraction(0)) for offset in groups]]
    monkeypatch.setattr("kernelkit.exact.prefer._basic_solutions", lambda *_: iter(found))
    with pytest.raises(UnderdeterminedError) as refused:
        derive(laplacian(2), box(2), accuracy=2, prefer="isotropic")
    assert str(refused.value) == (
        "none of the smallest kernels for d^2/dx^2 + d^2/dy^2 on these 25 points has an isotropic error\n"
        "  next: take fewer points, or another accuracy"
    )
