"""Truncation against rounding: the formula, its optimum, and errors measured in floating point."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar

from kernelkit.analysis.rounding import PRECISIONS, rounding
from kernelkit.errors import InputError
from kernelkit.exact.certify import certify
from kernelkit.exact.derive import derive
from kernelkit.exact.functional import derivative, integral, laplacian, value
from kernelkit.exact.kernel import Kernel
from kernelkit.exact.operator import operator

ACCURACIES = st.sampled_from([2, 4, 6])
SIZES = st.floats(1e-3, 1e3)


def certificate(order, accuracy):
    target = derivative(order)
    return certify(derive(target, accuracy=accuracy), target)


def measured(kernel, order, function, exact, spacing):
    """Return the largest error of a derivative at 32 points from 1 on, in the floating-point type of the function.

    Spacings are powers of two and points are multiples of 1/64, so that all places are exact.
    """
    errors = []
    for x in 1 + np.arange(32) / 64:
        samples = [function(x + float(offset) * spacing) for (offset,), _ in kernel.taps]
        number = type(samples[0])
        total = sum(number(tap) * f for (_, tap), f in zip(kernel.taps, samples, strict=True))
        errors.append(abs(float(total / number(spacing**order)) - exact(x)))
    return max(errors)


@given(st.integers(1, 4), ACCURACIES, SIZES, SIZES, st.floats(1e-20, 1e-3))
def test_the_best_spacing_is_the_minimum_of_the_bound(order, accuracy, size, derivative_size, epsilon):
    found = rounding(
        certificate(order, accuracy), size=size, derivative_size=derivative_size, epsilon=epsilon
    )
    assert found.balance == "balanced"
    searched = minimize_scalar(
        lambda log: math.log(found.bound(math.exp(log))),
        bracket=(math.log(found.best_spacing) - 1, math.log(found.best_spacing) + 2),
    )
    assert math.exp(searched.x) == pytest.approx(found.best_spacing, rel=1e-5)
    assert math.exp(searched.fun) == pytest.approx(found.best_error, rel=1e-9)


@given(st.integers(1, 4), ACCURACIES, st.floats(1e-6, 10))
def test_the_bound_is_the_sum_of_both_errors(order, accuracy, h):
    proof = certificate(order, accuracy)
    found = rounding(proof, size=3, derivative_size=5, epsilon="float32")
    (term,) = proof.leading_terms
    total = (
        abs(float(term.coefficient)) * 5 * h**accuracy + 2**-23 * float(proof.kernel.l1_norm) * 3 / h**order
    )
    assert found.bound(h) == pytest.approx(total)
    assert (found.order, found.accuracy) == (order, accuracy)
    assert (found.truncation_constant, found.rounding_constant) == (
        abs(term.coefficient),
        proof.kernel.l1_norm,
    )
    assert (found.size, found.derivative_size, found.epsilon) == (3, 5, 2**-23)


@pytest.mark.parametrize(("order", "accuracy", "published"), [(1, 2, 4e-11), (1, 4, 3e-13), (2, 2, 1.5e-8)])
def test_best_errors_in_double_precision_are_the_known_ones(order, accuracy, published):
    """About epsilon^(p / (p + d)): two digits of the textbook figures."""
    found = rounding(certificate(order, accuracy))
    assert published / 1.5 <= found.best_error <= published * 1.5


@pytest.mark.parametrize("accuracy", [2, 4, 6])
@pytest.mark.parametrize("order", [1, 2, 3])
@pytest.mark.parametrize("name", ["sin", "exp"])
@pytest.mark.parametrize("precision", ["float64", "float32"])
def test_a_measured_sweep_has_its_least_error_where_and_as_large_as_predicted(
    order, accuracy, name, precision
):
    """Places within a factor of 4, errors below the bound and above a tenth of it."""
    proof = certificate(order, accuracy)
    number = np.dtype(precision).type

    def function(x):
        return number(getattr(math, name)(x))

    def exact(x):
        return math.sin(x + order * math.pi / 2) if name == "sin" else math.exp(x)

    # the largest sample and derivative around [1, 3/2]; the widest kernel reaches 4 best spacings out
    size = 1 if name == "sin" else math.exp(1.5 + (1 if precision == "float32" else 0.1))
    found = rounding(proof, size=size, derivative_size=size, epsilon=precision)
    spacings = [2.0**k for k in range(-26, 1)]
    errors = [measured(proof.kernel, order, function, exact, h) for h in spacings]
    best = spacings[errors.index(min(errors))]
    assert found.best_spacing / 4 <= best <= found.best_spacing * 4
    bounds = [found.bound(h) for h in spacings]
    assert min(bounds) / 10 <= min(errors) <= min(bounds)
    for h, error, bound in zip(spacings, errors, bounds, strict=True):
        assert h > 2 * found.best_spacing or error <= 1.1 * bound


def test_on_several_axes_the_leading_terms_are_added():
    """1/12 f_xxxx + 1/12 f_yyyy, and taps 1, 1, 1, 1, -4."""
    found = rounding(certify(derive(laplacian(2)), laplacian(2)))
    assert (found.truncation_constant, found.rounding_constant) == (Fraction(1, 6), 8)


def test_a_kernel_for_an_uneven_grid_has_its_constants_in_physical_units():
    target = derivative(1).on_grid("1/2")
    found = rounding(certify(derive(target), target))
    assert (found.truncation_constant, found.rounding_constant) == (Fraction(1, 24), 2)


@pytest.mark.parametrize(
    ("target", "kernel", "balance"),
    [
        (value(), Kernel({-1: "1/2", 1: "1/2"}), "rounding does not grow as the spacing shrinks"),
        (integral(0, 1), Kernel({0: "1/2", 1: "1/2"}), "rounding does not grow as the spacing shrinks"),
        (value(), Kernel({0: 1}), "nothing is truncated"),
    ],
)
def test_without_a_balance_there_is_no_best_spacing(target, kernel, balance):
    found = rounding(certify(kernel, target))
    assert found.balance == balance
    assert found.best_spacing is None
    assert found.best_error is None
    assert found.bound(0.5) >= found.epsilon * 0.5


def test_the_bound_without_truncation_is_rounding_alone():
    found = rounding(certify(Kernel({0: 1}), value()), size=4)
    assert found.bound(0.1) == found.bound(10) == 4 * PRECISIONS["float64"]


@pytest.mark.parametrize(
    ("call", "what"),
    [
        (
            lambda: rounding(certify(Kernel({-1: -1, 1: 1}), derivative(1))),
            "the kernel does not compute d/dx: its error does not vanish with the spacing",
        ),
        (
            lambda: rounding(certify(derive(operator("dxx + dx")), operator("dxx + dx"))),
            "d^2/dx^2 + d/dx has terms of several orders, which scale with several powers of the spacing",
        ),
        (
            lambda: rounding(certificate(1, 2), size=0),
            "a bound on samples must be positive and within the range of floats, not 0",
        ),
        (lambda: rounding(certificate(1, 2), size=10**400), None),
        (
            lambda: rounding(certificate(1, 2), derivative_size=math.nan),
            "a bound on derivatives must be positive and within the range of floats, not nan",
        ),
        (lambda: rounding(certificate(1, 2), epsilon="double"), "'double' is no precision"),
        (lambda: rounding(certificate(1, 2), epsilon=True), "a relative error must be a number, not True"),
        (lambda: rounding(certificate(1, 2), size="1"), "a bound on samples must be a number, not '1'"),
        (
            lambda: rounding(certificate(1, 2)).bound(-1),
            "a spacing must be positive and within the range of floats, not -1",
        ),
    ],
)
def test_what_has_no_error_budget_is_refused(call, what):
    with pytest.raises(InputError) as refused:
        call()
    assert what is None or refused.value.what == what
