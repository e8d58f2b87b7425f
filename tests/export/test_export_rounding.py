"""Rounding to floats: nearest, ties to even, once."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernelkit.errors import LimitError, UnknownNameError
from kernelkit.exact.derive import derive
from kernelkit.exact.functional import derivative, laplacian, value
from kernelkit.exact.kernel import Kernel
from kernelkit.export.rounding import digits, nearest_double, residual_moments, rounded

LARGEST32 = Fraction(2**24 - 1) * 2**104
TINY32 = Fraction(1, 2**149)
TINY64 = Fraction(1, 2**1074)

fractions = st.builds(
    lambda n, d, e: Fraction(n, d) * Fraction(2) ** e,
    st.integers(-(10**20), 10**20).filter(bool),
    st.integers(1, 10**20),
    st.integers(-140, 50),
)


def held(value: Fraction, precision: str) -> Fraction:
    return dict(rounded(Kernel({0: value}), precision).taps).get((Fraction(0),), Fraction(0))


@given(fractions)
def test_float64_agrees_with_the_interpreter_and_with_digits(value: Fraction) -> None:
    assert held(value, "float64") == Fraction(float(value))
    assert np.float64(digits(value)) == float(value)


@given(fractions)
def test_float32_is_the_nearest_of_its_neighbours(value: Fraction) -> None:
    """NumPy holds the result, both neighbours are no nearer, and a tie has an even last bit."""
    found = held(value, "float32")
    single = np.float32(float(found))
    assert Fraction(float(single)) == found
    distance = abs(value - found)
    for direction in (-np.inf, np.inf):
        neighbour = Fraction(float(np.nextafter(single, np.float32(direction))))
        assert distance <= abs(value - neighbour)
        if distance == abs(value - neighbour):
            assert single.view(np.uint32) % 2 == 0


@given(st.floats(width=32, allow_nan=False, allow_infinity=False))
def test_what_is_a_float_already_stays(number: float) -> None:
    assert held(Fraction(number), "float32") == Fraction(number)
    assert held(Fraction(number), "float64") == Fraction(number)


def test_float32_is_not_rounded_by_way_of_float64() -> None:
    """Just above a tie of float32, a detour through float64 lands on the tie and then goes down to even."""
    value = 1 + Fraction(1, 2**24) + Fraction(1, 2**60)
    assert float(np.float32(float(value))) == 1.0
    assert held(value, "float32") == 1 + Fraction(1, 2**23)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (1 + Fraction(1, 2**24), Fraction(1)),
        (1 + Fraction(3, 2**24), 1 + Fraction(1, 2**22)),
        (TINY32 / 2, Fraction(0)),
        (TINY32 / 2 + Fraction(1, 2**400), TINY32),
        (TINY32 * 3 / 2, TINY32 * 2),
        (TINY32 * 5 / 2, TINY32 * 2),
        (TINY32 * (2**23 - Fraction(1, 2)), TINY32 * 2**23),
        (LARGEST32 + Fraction(2) ** 102, LARGEST32),
    ],
)
@pytest.mark.parametrize("sign", [1, -1])
def test_float32_ties_and_subnormals(value: Fraction, expected: Fraction, sign: int) -> None:
    assert held(sign * value, "float32") == sign * expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (1 + Fraction(1, 2**53), Fraction(1)),
        (1 + Fraction(3, 2**53), 1 + Fraction(1, 2**51)),
        (TINY64 / 2, Fraction(0)),
        (TINY64 * 3 / 2, TINY64 * 2),
        (TINY64 * Fraction(7, 5), TINY64),
    ],
)
def test_float64_ties_and_subnormals(value: Fraction, expected: Fraction) -> None:
    assert held(value, "float64") == expected
    assert Fraction(nearest_double(value)) == expected


@pytest.mark.parametrize(
    ("precision", "value"),
    [("float32", LARGEST32 + Fraction(2) ** 103), ("float64", Fraction(2) ** 1024 - 2**970)],
)
def test_what_would_round_to_infinity_is_refused(precision: str, value: Fraction) -> None:
    with pytest.raises(LimitError, match=f"a tap is too large for {precision}"):
        held(value, precision)


def test_digits_refuse_infinity() -> None:
    with pytest.raises(LimitError, match="a tap is too large for float64"):
        digits(Fraction(2) ** 1024 - 2**970)
    assert float(digits(Fraction(2) ** 1024 - 2**970 - 1)) == np.finfo(np.float64).max


def test_an_unknown_precision_lists_the_known_ones() -> None:
    with pytest.raises(UnknownNameError, match="no precision is called 'half'") as caught:
        rounded(Kernel({0: 1}), "half")
    assert caught.value.next == "choose float64 or float32"


@pytest.mark.parametrize("precision", ["float64", "float32"])
def test_residual_moments_are_the_moments_of_the_rounded_taps(precision: str) -> None:
    """Through degree 9, where the exact kernel has no error, summed here from NumPy's own floats."""
    target = derivative(2)
    kernel = derive(target, accuracy=8)
    kind = getattr(np, precision)
    taps = [(x, Fraction(float(kind(float(tap))))) for (x,), tap in kernel.taps]
    expected = []
    for k in range(10):
        error = sum((tap * x**k for x, tap in taps), Fraction(0)) - (2 if k == 2 else 0)
        expected += [((k,), error)] if error else []
    assert residual_moments(kernel, target, precision) == tuple(expected)
    assert expected


def test_residual_moments_cover_all_axes() -> None:
    target = laplacian(2).on_grid((1, 3))
    found = residual_moments(derive(target), target)
    ninth = Fraction(1 / 9) - Fraction(1, 9)
    centre = Fraction(-2 - 2 / 9) + 2 + Fraction(2, 9)
    assert found == (((0, 0), centre + 2 * ninth), ((0, 2), 2 * ninth))


def test_taps_that_are_floats_leave_no_residue() -> None:
    target = derivative(1)
    assert residual_moments(derive(target), target) == ()


def test_a_kernel_without_error_is_compared_where_agreement_is_a_proof() -> None:
    kernel = Kernel({5: "1/3"})
    target = value(at=5) * Fraction(1, 3)
    rest = Fraction(1 / 3) - Fraction(1, 3)
    found = residual_moments(kernel, target)
    assert len(found) >= 2
    assert all(error == rest * 5**k for (k,), error in found)
