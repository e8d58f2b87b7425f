"""Isotropic errors: target times a power of the Laplacian, and nothing else."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st
from strategies import as_functional, nonzero, operators, positive

from kernelkit.errors import InputError, UnsolvableError
from kernelkit.exact.certify import certify
from kernelkit.exact.derive import derive
from kernelkit.exact.functional import biharmonic, derivative, integral, laplacian, value
from kernelkit.exact.isotropy import is_isotropic, isotropic_defects, isotropic_form
from kernelkit.exact.kernel import Kernel
from kernelkit.exact.offsets import box, cross
from kernelkit.exact.operator import operator as read_operator


@given(operators(2), st.integers(0, 2))
def test_the_form_is_the_symbol_times_a_power_of_the_squared_length(operator, power):
    y, x = sympy.symbols("y x")

    def symbol(terms):
        return sum(sympy.Rational(c.numerator, c.denominator) * y**i * x**j for (i, j), c in terms.items())

    form = isotropic_form(as_functional(operator), 2 * power)
    assert sympy.expand(symbol(form) - symbol(operator) * (x**2 + y**2) ** power) == 0
    assert all(form.values())


def test_cancelling_terms_leave_the_form():
    """The Laplacian of dxx - dyy is dxxxx - dyyyy: the mixed terms cancel."""
    assert isotropic_form(read_operator("dxx - dyy"), 2) == {(0, 4): 1, (4, 0): -1}
    found = certify(derive(read_operator("dxx - dyy"), accuracy=2), read_operator("dxx - dyy"))
    assert found.isotropic


@given(operators(2), st.tuples(positive(3), positive(3)))
def test_defects_are_the_form_in_units_of_samples(operator, spacing):
    target = as_functional(operator).on_grid(spacing)
    form = isotropic_form(target, 2)
    defects = isotropic_defects(target, 2)
    for alpha, c in form.items():
        units = math.prod((h**k for h, k in zip(spacing, alpha, strict=True)), start=Fraction(1))
        assert defects[alpha] == c * math.prod(map(math.factorial, alpha)) / units


@given(nonzero(3))
def test_in_the_family_of_nine_point_laplacians_one_is_isotropic(gamma):
    """(1 - g) plus + g cross has the mixed moment 4 g times 1/2: isotropic for g = 1/3 alone."""
    plus = derive(laplacian(2))
    cross = Kernel({(s, t): Fraction(1, 2) for s in (1, -1) for t in (1, -1)}) - Kernel({(0, 0): 2})
    assert certify(plus * (1 - gamma) + cross * gamma, laplacian(2)).isotropic is (gamma == Fraction(1, 3))
    assert certify(plus * Fraction(2, 3) + cross / 3, laplacian(2)).isotropic


def test_isotropy_on_an_uneven_grid_is_in_physical_units():
    """With columns further apart the isotropic Laplacian is another kernel, on more points."""
    target = laplacian(2).on_grid((1, "3/2"))
    for points in (box(1), cross(2)):
        with pytest.raises(UnsolvableError, match="isotropic"):
            derive(target, points, accuracy=2, prefer="isotropic")
    found = certify(derive(target, box(2), accuracy=2, prefer="isotropic"), target)
    assert found.isotropic
    assert found.accuracy == 2
    constants = {t.derivative: t.coefficient for t in found.leading_terms}
    assert constants[2, 2] == 2 * constants[4, 0] == 2 * constants[0, 4]


@pytest.mark.parametrize(("ndim", "spacing"), [(2, "1"), (2, "3/2"), (3, "1")])
def test_a_vanishing_error_constant_does_not_pass_for_an_isotropic_error(ndim, spacing):
    """The cross of radius 2 has no error of order 2 at all; its real error, of order 4, is not isotropic."""
    target = laplacian(ndim).on_grid((*("1",) * (ndim - 1), spacing))
    kernel = derive(target, box(2, ndim=ndim), accuracy=2, prefer="isotropic")
    assert certify(kernel, target).isotropic


@pytest.mark.parametrize(
    ("kernel", "target", "isotropic"),
    [
        (Kernel({0: 1}), value(), True),
        (Kernel({-1: 1, 0: -2, 1: 1}), derivative(2), True),
        (Kernel({0: 1, 1: -2, 2: 1}), derivative(2), False),
        (Kernel({-1: 1, 1: 1}), derivative(2), False),
        (derive(laplacian(2)), laplacian(2), False),
        (derive(laplacian(2, at=(1, 0))), laplacian(2, at=(1, 0)), False),
        (derive(laplacian(2)).shifted((1, 0)), laplacian(2, at=(1, 0)), False),
        (derive(laplacian(2), box(1), prefer="isotropic").shifted((2, 1)), laplacian(2, at=(2, 1)), True),
        (Kernel({-1: "1/3", 0: "4/3", 1: "1/3"}), integral(-1, 1), False),
        (Kernel({0: 1}), integral("-1/2", "1/2"), False),
        (derive(read_operator("1 - dxx")), read_operator("1 - dxx"), False),
    ],
)
def test_is_isotropic(kernel, target, isotropic):
    found = certify(kernel, target)
    assert is_isotropic(found) is found.isotropic is isotropic


def test_an_error_of_the_right_terms_and_wrong_ratios_is_not_isotropic():
    """The biharmonic's five terms with one of them doubled."""
    target = laplacian(2)
    right = derive(target, box(1), prefer="isotropic")
    corner = Kernel({(s, t): 1 for s in (1, -1) for t in (1, -1)})
    edge = Kernel({(0, 1): 1, (0, -1): 1, (1, 0): 1, (-1, 0): 1})
    mixed = corner - 2 * edge + Kernel({(0, 0): 4})
    wrong = right + mixed / 24
    assert {t.derivative for t in certify(wrong, target).leading_terms} == {(4, 0), (2, 2), (0, 4)}
    assert certify(wrong, target).accuracy == 2
    assert not certify(wrong, target).isotropic


@pytest.mark.parametrize(
    ("target", "text"),
    [
        (integral(0, 1), "integral over [0, 1]"),
        (laplacian(2) + laplacian(2, at=1), None),
        (read_operator("dxx + dx"), "d^2/dx^2 + d/dx"),
        (value() - value(), "zero"),
    ],
)
def test_the_form_is_for_homogeneous_operators_at_one_place(target, text):
    with pytest.raises(InputError) as refused:
        isotropic_form(target, 2)
    assert str(refused.value) == (
        "an isotropic error is defined for homogeneous differential operators at one place, not for "
        + (text or target.name)
    )


def test_the_form_is_for_even_accuracies():
    with pytest.raises(InputError) as refused:
        isotropic_form(laplacian(2), 3)
    assert str(refused.value) == "an isotropic error has an even accuracy, not 3"
    assert isotropic_form(laplacian(2), 2) == isotropic_form(biharmonic(2), 0)
