"""Readings against the prover: every one of them is true, at its accuracy and with its error."""

from fractions import Fraction

from hypothesis import assume, given
from hypothesis import strategies as st
from strategies import kernels, nonzero, operators

from kernelkit import Kernel, certify, derivative, derive, value
from kernelkit.exact.functional import from_polynomial
from kernelkit.exact.kernel_moments import Moments
from kernelkit.identification.intervals import integral_readings
from kernelkit.identification.reading import (
    differential_readings,
    leading_forms,
    rank,
    scale_of,
)
from kernelkit.identification.tolerance import Tolerance, tolerance_for

EXACT = Fraction(0)


def readings_of(kernel, tolerance=EXACT):
    within = Tolerance(tolerance, kernel)
    degree, forms = leading_forms(Moments(kernel), within)
    found = differential_readings(Moments(kernel), forms, degree, within)
    return found + (integral_readings(Moments(kernel), forms, within) if degree == 0 else [])


@given(kernel=st.one_of(kernels(fewest=1), kernels(2, fewest=1), kernels(3, fewest=1, most=4)))
def test_every_reading_is_what_the_prover_proves(kernel):
    for reading in readings_of(kernel):
        proved = certify(kernel / reading.scale, reading.target)
        assert reading.exact
        assert proved.consistent
        assert reading.accuracy == proved.accuracy
        assert reading.leading_terms == proved.leading_terms


@given(kernel=st.one_of(kernels(fewest=1), kernels(2, fewest=1)))
def test_readings_come_best_first_and_one_is_at_the_output_point(kernel):
    within = Tolerance(EXACT, kernel)
    degree, forms = leading_forms(Moments(kernel), within)
    found = differential_readings(Moments(kernel), forms, degree, within)
    assert sorted(map(rank, found), reverse=True) == list(map(rank, found))
    assert sum(reading.at_origin for reading in found) == 1


@given(operator=operators(2), factor=nonzero())
def test_an_operator_is_read_back_up_to_its_factor(operator, factor):
    """The kernel is made of differences, one product a term, so it is sure to compute the operator."""
    kernel = Kernel({}, ndim=2)
    for (dy, dx), coefficient in operator.items():
        kernel += difference(dy).outer(difference(dx)) * coefficient
    reading = next(r for r in readings_of(kernel * factor) if r.at_origin)
    meant = from_polynomial(operator, 2) * factor
    assert reading.target * reading.scale == meant


def difference(order):
    """Return a power of [-1, 1], forward."""
    kernel = Kernel({0: 1})
    for _ in range(order):
        kernel = kernel @ Kernel({0: -1, 1: 1})
    return kernel


@given(order=st.integers(0, 4), by=st.fractions(-3, 3, max_denominator=4))
def test_a_shifted_difference_is_read_at_the_place_it_was_shifted_to(order, by):
    kernel = derive(derivative(order), accuracy=2) if order else Kernel({-1: "1/4", 0: "1/2", 1: "1/4"})
    reading = readings_of(kernel.shifted(by))[0]
    assert reading.target == (derivative(order, at=by) if order else value(at=by))
    assert reading.accuracy == 2


@given(
    kernel=kernels(fewest=2),
    noise=st.lists(st.fractions(-1, 1, max_denominator=97), min_size=5, max_size=5),
)
def test_tiny_changes_of_taps_change_no_reading(kernel, noise):
    """What is read of the exact taps is read of the perturbed ones too, and marked as not exact."""
    changed = Kernel(
        [(offset, tap + n / 10**12) for (offset, tap), n in zip(kernel.taps, noise, strict=False)]
    )
    assume(changed != kernel)
    exact, near = readings_of(kernel), readings_of(changed, Fraction(1, 10**11))
    known = {(r.target, r.scale, r.accuracy) for r in near}
    simple = [r for r in exact if r.target.order >= 0 and _simple(r)]
    assert {(r.target, r.scale, r.accuracy) for r in simple} <= known


def _simple(reading):
    """Whether all numbers of a reading are simple enough to be recognised."""
    numbers = [reading.scale, *(c for c, _ in reading.target.terms)]
    numbers += [factor.at for _, factors in reading.target.terms for factor in factors]
    return all(number.denominator <= 100 for number in numbers)


def test_the_factor_of_several_terms_of_one_sign_keeps_it():
    assert scale_of({(2, 0): Fraction(-1), (0, 2): Fraction(-1)}) == -1
    assert scale_of({(1, 0): Fraction(-1), (0, 1): Fraction(-1)}) == 1
    assert scale_of({(1, 0): Fraction(3), (0, 1): Fraction(-6)}) == 6
    assert scale_of({(0, 1): Fraction(-6)}) == -6


def test_a_kernel_of_zeros_has_no_first_degree():
    empty = Kernel({}, ndim=1)
    assert leading_forms(Moments(empty), Tolerance(EXACT, empty)) == (None, [])
    tiny = Kernel({0: "1e-9", 1: "1e-9"})
    assert leading_forms(Moments(tiny), tolerance_for(tiny, "1e-8"))[0] is None
