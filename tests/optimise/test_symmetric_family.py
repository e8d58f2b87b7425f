"""Families of symmetric kernels: every member is exact, and every symmetric exact kernel is a member."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernelkit import box, certify, derivative, derive, laplacian, line
from kernelkit.errors import LimitError, ShapeError, UnsolvableError
from kernelkit.optimise.symmetric_family import symmetric_family

SMALL = st.fractions(-2, 2, max_denominator=50)
CASES = [
    (derivative(1), line(-3, 3), 2),
    (derivative(2), line(-3, 3), 4),
    (laplacian(2), box(2), 2),
    (derivative((0, 1)), box(2), 2),
    (derivative((1, 1)), box(2), 3),
    (derivative(1), line(0, 5), 3),
]


@given(case=st.sampled_from(CASES), data=st.data())
def test_every_member_reaches_the_accuracy_and_has_the_symmetry(case, data):
    target, stencil, accuracy = case
    family = symmetric_family(target, stencil, accuracy)
    free = data.draw(st.lists(SMALL, min_size=family.freedom, max_size=family.freedom))
    kernel = family.kernel(free)
    certificate = certify(kernel, target)
    assert certificate.accuracy is None or certificate.accuracy >= accuracy
    taps = dict(kernel.taps)
    for orbit in family.orbits:
        found = {taps.get(x, Fraction(0)) * sign for x, sign in zip(orbit.offsets, orbit.signs, strict=True)}
        assert len(found) == 1


@pytest.mark.parametrize("case", CASES, ids=lambda case: case[0].name)
def test_the_kernel_of_least_norm_is_a_member(case):
    """It is unique, so it is symmetric, and solves the same system."""
    target, stencil, accuracy = case
    family = symmetric_family(target, stencil, accuracy)
    least = dict(derive(target, stencil, accuracy=accuracy, prefer="least-norm").taps)
    taps = [least.get(orbit.offsets[0], Fraction(0)) * orbit.signs[0] for orbit in family.orbits]
    change = [a - b for a, b in zip(taps, family.particular, strict=True)]
    # each direction is 1 in a tap of its own, where the particular solution is 0
    own = [
        next(
            i
            for i in range(len(taps))
            if direction[i] == 1 and sum(d[i] != 0 for d in family.directions) == 1
        )
        for direction in family.directions
    ]
    for i, step in enumerate(change):
        assert step == sum(
            (change[j] * d[i] for j, d in zip(own, family.directions, strict=True)), Fraction(0)
        )


def test_the_number_of_free_taps_is_unknowns_less_conditions():
    """An odd kernel on 7 points has 3 unknowns; accuracy 2, 4 and 6 take 1, 2 and 3 conditions."""
    found = [symmetric_family(derivative(1), line(-3, 3), p).freedom for p in (2, 4, 6)]
    assert found == [2, 1, 0]


def test_impossible_and_oversized_requests_are_refused():
    with pytest.raises(UnsolvableError):
        symmetric_family(derivative(3), line(-1, 1), 2)
    with pytest.raises(UnsolvableError):
        symmetric_family(derivative(1), line(0, 0), 1)
    with pytest.raises(LimitError, match="stay free"):
        symmetric_family(derivative(1), line(0, 400), 1)
    with pytest.raises(ShapeError):
        symmetric_family(derivative(1), box(1), 1)


@given(case=st.sampled_from(CASES), data=st.data())
def test_free_taps_are_read_back_from_members_only(case, data):
    family = symmetric_family(*case)
    free = data.draw(st.lists(SMALL, min_size=family.freedom, max_size=family.freedom))
    kernel = family.kernel(free)
    assert family.free_of(kernel) == free
    assert family.free_of(kernel * 2) is None
    assert family.free_of(kernel.shifted([7] * kernel.ndim)) is None


@given(case=st.sampled_from([CASES[0], CASES[2], CASES[3]]), data=st.data())
def test_a_further_condition_holds_for_all_that_are_left(case, data):
    """Any whole coefficients: their sum with the taps is zero, and members that met it before are left."""
    target, stencil, accuracy = case
    family = symmetric_family(target, stencil, accuracy)
    row = data.draw(st.lists(st.integers(-3, 3), min_size=len(stencil), max_size=len(stencil)))
    held = family.with_zero(row)
    if held is None:
        free = [Fraction(k + 1, 3) for k in range(family.freedom)]
        assert value_of(row, stencil, family.kernel(free))
        return
    assert held.freedom >= family.freedom - 1
    free = data.draw(st.lists(SMALL, min_size=held.freedom, max_size=held.freedom))
    kernel = held.kernel(free)
    assert value_of(row, stencil, kernel) == 0
    assert family.free_of(kernel) is not None
    assert held.free_of(kernel) == free


def value_of(row, stencil, kernel):
    """Return the sum of coefficient times tap."""
    at = dict(zip(stencil.offsets, row, strict=True))
    return sum(at[x] * tap for x, tap in kernel.taps)
