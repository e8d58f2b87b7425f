"""Anisotropy against symbols in many digits, published isotropic kernels, and the line of nine-point Laplacians."""

import math
from fractions import Fraction

import mpmath
import pytest
from golden.tables import ids, kernel_of, rows
from hypothesis import given
from hypothesis import strategies as st
from strategies import nonzero, rationals

from kernelkit import Kernel
from kernelkit.analysis.anisotropy import anisotropy
from kernelkit.errors import InputError, ShapeError

PLUS = Kernel.from_array([[0, 1, 0], [1, -4, 1], [0, 1, 0]])
CROSS = Kernel.from_array([[1, 0, 1], [0, -4, 0], [1, 0, 1]]) / 2
LAPLACIANS = [row for row in rows("nd_kernels") if row["kind"] == "laplacian-2d" and row["accuracy"] == 2]


def error_along(kernel, phi):
    """Return the limit of ``(K^ + |w|^2) / |w|^4`` along a direction, from a wave of 1e-12 in 60 digits."""
    with mpmath.workdps(80):
        w = mpmath.mpf(10) ** -12
        x, y = w * mpmath.cos(phi), w * mpmath.sin(phi)
        symbol = sum(
            mpmath.mpf(tap.numerator) / tap.denominator * mpmath.cos(int(b) * x + int(a) * y)
            for (a, b), tap in kernel.taps
        )
        return float((symbol + w**2) / w**4)


@given(weights=st.tuples(rationals(), rationals(), rationals()), phi=st.floats(0, math.pi), factor=nonzero())
def test_the_error_turns_with_the_direction_as_stated(weights, phi, factor):
    """m40 + anisotropy sin(2 phi)^2 / 4, whatever symmetric error is mixed in and whatever the gain."""
    a, b, c = weights
    kernel = PLUS + (CROSS - PLUS) * a + (PLUS @ PLUS) * b + (CROSS @ CROSS) * c
    along_x = error_along(kernel, 0)
    stated = along_x + float(anisotropy(kernel)) * math.sin(2 * phi) ** 2 / 4
    assert error_along(kernel, phi) == pytest.approx(stated, abs=1e-9)
    assert anisotropy(kernel * factor) == anisotropy(kernel)


@pytest.mark.parametrize("row", LAPLACIANS, ids=ids)
def test_isotropic_kernels_are_those_the_table_calls_so(row):
    assert (anisotropy(kernel_of(row)) == 0) is row["isotropic"]


@given(weight=rationals())
def test_between_plus_and_cross_it_is_linear_and_vanishes_at_a_third(weight):
    """Weight gamma on the cross gives gamma/2 - 1/6: the isotropic kernel [1, 4, 1; 4, -20, 4; 1, 4, 1] / 6."""
    assert anisotropy(PLUS * (1 - weight) + CROSS * weight) == weight / 2 - Fraction(1, 6)


def test_a_sign_is_a_gain():
    assert anisotropy(-PLUS) == anisotropy(PLUS) == Fraction(-1, 6)


@pytest.mark.parametrize(
    ("kernel", "error", "words"),
    [
        (Kernel({-1: 1, 0: -2, 1: 1}), ShapeError, "on 1 axis cannot"),
        (Kernel({(0, 0, 0): 1}), ShapeError, "on 3 axes cannot"),
        (Kernel({(0, -1): -1, (0, 1): 1}), InputError, "no multiple of the Laplacian"),
        (Kernel.from_array([[1, 2, 1], [2, 4, 2], [1, 2, 1]]), InputError, "no multiple of the Laplacian"),
        (Kernel({}, ndim=2), InputError, "no multiple of the Laplacian"),
        (PLUS.shifted((0, 1)), InputError, "symmetry of the square"),
        (PLUS + Kernel({(0, -2): 1, (0, -1): -4, (0, 0): 6, (0, 1): -4, (0, 2): 1}), InputError, "differ"),
        (
            PLUS
            + Kernel({-1: -1, 1: 1}).outer(Kernel({-1: -1, 1: 1}))
            @ Kernel({(0, -1): 1, (0, 0): -2, (0, 1): 1}),
            InputError,
            r"moment \(1, 3\) is not zero",
        ),
        ([[0, 1, 0]], InputError, "Kernel"),
    ],
)
def test_what_has_no_anisotropy_is_refused(kernel, error, words):
    with pytest.raises(error, match=words):
        anisotropy(kernel)
