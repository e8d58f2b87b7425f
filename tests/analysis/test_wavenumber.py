"""Modified wavenumbers, dispersion, and the resolving efficiency of published schemes."""

from __future__ import annotations

import cmath
import math
from fractions import Fraction

import mpmath
import numpy as np
import pytest
from golden.tables import ids, kernel_of, rows
from hypothesis import given
from hypothesis import strategies as st

from kernelkit.analysis.wavenumber import (
    HIGHEST_ORDER,
    about_its_place,
    dispersion,
    modified_wavenumber,
    resolving_efficiency,
)
from kernelkit.errors import InputError, LimitError, ShapeError
from kernelkit.exact.certify import certify
from kernelkit.exact.derive import derive
from kernelkit.exact.functional import derivative
from kernelkit.exact.kernel import Kernel

EFFICIENCIES = rows("compact", "resolving-efficiency")
PADE = (Kernel({-1: "-3/4", 1: "3/4"}), Kernel({-1: "1/4", 0: 1, 1: "1/4"}))
UPWIND = Kernel({-1: -1, 0: 1})
FIRST = derive(derivative(1))

DERIVED = st.tuples(st.integers(1, 5), st.sampled_from(["central", "forward", "backward"])).flatmap(
    lambda pair: st.tuples(
        st.just(pair[0]),
        st.integers(1, 4).map(lambda p: derive(derivative(pair[0]), accuracy=p, side=pair[1])),
    )
)


def exact_error(kernel, order, w, left=None):
    """Return ``K^ / (L^ (i w)^d) - 1`` in two hundred digits."""
    with mpmath.workdps(200):

        def wave(of):
            terms = [
                mpmath.mpf(tap.numerator)
                / tap.denominator
                * mpmath.expj(mpmath.mpf(x.numerator) / x.denominator * w)
                for (x,), tap in of.taps
            ]
            return mpmath.fsum(terms)

        return wave(kernel) / ((1j * mpmath.mpf(w)) ** order * (wave(left) if left else 1)) - 1


@given(DERIVED, st.floats(0.01, 3.1))
def test_the_symbol_is_the_power_of_the_modified_wavenumber(case, w):
    order, kernel = case
    kappa = complex(modified_wavenumber(kernel, order, w))
    symbol = sum(float(tap) * cmath.exp(1j * float(x) * w) for (x,), tap in kernel.taps)
    assert (1j * kappa) ** order == pytest.approx(symbol, rel=1e-9, abs=1e-10 * float(kernel.l1_norm))


@given(DERIVED, st.floats(1e-9, 1e-3))
def test_long_waves_keep_their_wavenumber_and_their_error_is_the_certified_one(case, w):
    order, kernel = case
    found = dispersion(kernel, order, [w])
    certificate = certify(kernel, derivative(order))
    (term,) = certificate.leading_terms
    size = abs(float(term.coefficient)) * w**certificate.accuracy
    assert found.relative_error[0] == pytest.approx(size, rel=60 * w)
    assert found.modified[0] == pytest.approx(w, rel=60 * w)


@given(DERIVED, st.floats(1e-6, 3.1))
def test_errors_keep_their_digits_at_every_wave(case, w):
    order, kernel = case
    exact = exact_error(kernel, order, w)
    found = dispersion(kernel, order, [w])
    assert found.relative_error[0] == pytest.approx(float(abs(exact)), rel=1e-8)
    with mpmath.workdps(200):
        root = mpmath.mpf(w) * ((1 + exact) ** (mpmath.mpf(1) / order) - 1)
    # of the two parts the larger keeps its digits; by symmetry the other may be nothing but zero
    scale = float(abs(root))
    assert found.phase_error[0] == pytest.approx(float(root.real), abs=1e-8 * scale)
    assert found.amplitude_error[0] == pytest.approx(float(root.imag), abs=1e-8 * scale)


@given(DERIVED, st.floats(0.01, 3.1))
def test_waves_of_opposite_direction_mirror_each_other(case, w):
    order, kernel = case
    forward, backward = modified_wavenumber(kernel, order, [w, -w])
    assert backward == pytest.approx(-forward.conjugate())


@pytest.mark.parametrize("order", [6, 12, HIGHEST_ORDER])
def test_high_orders_keep_their_digits_too(order):
    kernel = derive(derivative(order))
    for w in (1e-4, 0.3, 1.0, 2.0, 3.0):
        exact = float(abs(exact_error(kernel, order, w)))
        assert dispersion(kernel, order, [w]).relative_error[0] == pytest.approx(exact, rel=1e-6)


def test_textbook_wavenumbers():
    """Central differences of first and second order: sin w, and 2 sin(w/2)."""
    w = np.linspace(0, math.pi, 33)
    second = Kernel({-1: 1, 0: -2, 1: 1})
    assert modified_wavenumber(FIRST, 1, w) == pytest.approx(np.sin(w), abs=1e-15)
    assert modified_wavenumber(second, 2, w) == pytest.approx(2 * np.sin(w / 2), abs=1e-15)
    pade = modified_wavenumber(PADE[0], 1, w, left=PADE[1])
    assert pade == pytest.approx(3 * np.sin(w) / (2 + np.cos(w)), abs=2e-15)


def test_an_upwind_difference_damps_and_a_central_one_does_not():
    """Backward differences in u_t + u_x = 0 lose the amplitude 1 - cos w."""
    w = np.linspace(0.1, 3, 30)
    upwind = dispersion(UPWIND, 1, w)
    np.testing.assert_allclose(upwind.amplitude_error, np.cos(w) - 1, atol=1e-15)
    np.testing.assert_allclose(upwind.phase_error, np.sin(w) - w, atol=1e-15)
    assert not dispersion(FIRST, 1, w).amplitude_error.any()
    np.testing.assert_array_equal(upwind.wavenumber, w)
    np.testing.assert_array_equal(upwind.modified, modified_wavenumber(UPWIND, 1, w))


def test_waves_of_any_shape_and_the_wave_that_does_not_vary():
    assert modified_wavenumber(FIRST, 1, 0.0) == 0
    assert modified_wavenumber(derive(derivative(4)), 4, np.zeros((2, 3))).shape == (2, 3)
    found = dispersion(PADE[0], 1, [[0.0], [1.0]], left=PADE[1])
    assert found.relative_error.shape == (2, 1)
    assert found.relative_error[0, 0] == 0


def test_taps_published_as_decimals_are_taken_for_what_they_are_meant():
    rounded = Kernel({-2: "0.0833333", -1: "-0.6666667", 1: "0.6666667", 2: "-0.0833333"})
    exact = derive(derivative(1), accuracy=4)
    for w in (1e-3, 0.1, 1.0, 2.0):
        found, meant = (complex(modified_wavenumber(kernel, 1, w)) for kernel in (rounded, exact))
        assert found == pytest.approx(meant, rel=3e-7)


@pytest.mark.parametrize("row", EFFICIENCIES, ids=ids)
def test_resolving_efficiencies_are_those_of_the_table(row):
    found = resolving_efficiency(
        kernel_of(row["rhs"]), row["order"], row["epsilon"], left=kernel_of(row["lhs"])
    )
    assert abs(found - float(row["value"])) <= float(row["tolerance"])


def test_there_are_rows_for_explicit_and_implicit_schemes():
    assert len(EFFICIENCIES) == 45
    assert {len(row["lhs"]["taps"]) for row in EFFICIENCIES} == {1, 3, 5}


@given(DERIVED, st.sampled_from(["1/2", "1/10", "1/1000", "1e-6", "1e-10"]))
def test_the_error_meets_the_tolerance_at_the_efficiency_and_not_before(case, tolerance):
    order, kernel = case
    found = resolving_efficiency(kernel, order, tolerance)
    errors = [float(abs(exact_error(kernel, order, math.pi * found * k / 40))) for k in range(1, 41)]
    assert max(errors) <= float(Fraction(tolerance)) * (1 + 1e-6)
    assert found == 1 or errors[-1] == pytest.approx(float(Fraction(tolerance)), rel=1e-5)


def test_a_tolerance_that_is_never_exceeded_gives_all_waves():
    """The second difference keeps 4/pi^2 of the derivative at pi: an error below 0.6."""
    second = Kernel({-1: 1, 0: -2, 1: 1})
    assert resolving_efficiency(second, 2, "0.6") == 1
    assert resolving_efficiency(second, 2, "0.59") < 1


@pytest.mark.parametrize("tolerance", [0, 1, -1, "1e-13", 2])
def test_tolerances_that_mean_nothing_are_refused(tolerance):
    with pytest.raises(InputError, match="a tolerance is between 1e-12 and 1, not"):
        resolving_efficiency(FIRST, 1, tolerance)


@pytest.mark.parametrize(
    ("call", "error", "what"),
    [
        (
            lambda: modified_wavenumber(FIRST, 0, 1),
            InputError,
            "a modified wavenumber is for derivatives, not for order 0",
        ),
        (lambda: modified_wavenumber(FIRST, 33, 1), LimitError, "order 33 is above the limit of 32"),
        (
            lambda: dispersion(Kernel({(0, 1): 1}), 1, 1),
            ShapeError,
            "a modified wavenumber is for kernels on a line, not on 2 axes",
        ),
        (
            lambda: dispersion(FIRST, 1, 1, left=Kernel({(0, 1): 1})),
            ShapeError,
            "a modified wavenumber is for kernels on a line, not on 2 axes",
        ),
        (
            lambda: dispersion(FIRST * 2, 1, 1),
            InputError,
            "the kernel computes no derivative of order 1 with gain 1: it is wrong on x^1",
        ),
        (
            lambda: dispersion(FIRST, 2, 1),
            InputError,
            "the kernel computes no derivative of order 2 with gain 1: it is wrong on x^1",
        ),
        (
            lambda: dispersion(FIRST, 1, 1, left=FIRST),
            InputError,
            "the taps on the derivative add up to 0",
        ),
        (
            lambda: resolving_efficiency(FIRST.dilated(40000) / 40000, 1, "1/10"),
            LimitError,
            "an offset of 40000 samples turns the phase too often to be followed",
        ),
        (
            lambda: dispersion(Kernel({}, ndim=1), 1, 1),
            InputError,
            "the kernel computes no derivative of order 1 with gain 1: it is wrong on x^1",
        ),
    ],
)
def test_what_is_no_derivative_on_a_line_is_refused(call, error, what):
    with pytest.raises(error) as refused:
        call()
    assert refused.value.what == what


@given(
    order=st.integers(1, 4),
    accuracy=st.sampled_from([2, 4]),
    by=st.fractions(-5, 5, max_denominator=4),
)
def test_a_kernel_is_moved_back_to_where_it_is_best(order, accuracy, by):
    kernel = derive(derivative(order), accuracy=accuracy)
    assert about_its_place(kernel.shifted(by), order) == (kernel, by)


def test_what_is_no_derivative_of_the_order_stays():
    for kernel, order in ((FIRST, 2), (Kernel({-1: 1, 5: 1}), 1), (Kernel({(0, 1): 1, (0, 0): -1}), 1)):
        assert about_its_place(kernel, order) == (kernel, 0)
    with pytest.raises(InputError, match="a Kernel has"):
        about_its_place([1, -1], 1)
