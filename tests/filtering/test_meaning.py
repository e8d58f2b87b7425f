"""Gain, order and accuracy of kernels, and what the spacing does to them."""

from fractions import Fraction

import pytest

from kernelkit import Kernel, derivative, derive, laplacian
from kernelkit.errors import InputError
from kernelkit.filtering.meaning import meaning, window_of


@pytest.mark.parametrize(
    ("taps", "gain", "order"),
    [
        ([-1, 0, 1], 2, 1),
        ([1, -2, 1], 1, 2),
        ([-1, 2, -1], -1, 2),
        ([1, 2, 1], 4, 0),
        ([1], 1, 0),
        ([-1, 1], 1, 1),
    ],
)
def test_gain_and_order(taps, gain, order):
    found = meaning(Kernel.from_array(taps))
    assert (found.gain, found.order) == (gain, order)


def test_a_second_derivative_is_divided_by_the_square_of_its_spacing_and_a_mean_by_nothing():
    second = meaning(derive(derivative((0, 2))) * 3)
    spacing = (Fraction(7), Fraction(1, 2))
    assert second.divisor("unit", spacing) == Fraction(3, 4)
    assert second.divisor("raw", spacing) == Fraction(1, 4)
    assert meaning(Kernel.from_array([1, 2, 1])).divisor("unit", (Fraction(1, 2),)) == 4


def test_terms_of_unlike_powers_take_one_spacing_only():
    found = meaning(derive(laplacian(2)))
    assert found.divisor("unit", (Fraction(2), Fraction(2))) == 4
    with pytest.raises(InputError, match="different powers of the spacings"):
        found.divisor("unit", (Fraction(1), Fraction(2)))


def test_accuracy_is_that_of_the_certificate():
    assert meaning(derive(derivative(1), accuracy=4)).accuracy == 4
    assert meaning(Kernel({0: Fraction(1, 3)})).accuracy is None


def test_a_window_holds_the_taps_and_the_output_point():
    assert window_of(Kernel({(2, -3): 5, (4, 1): 1})) == [(0, 4), (-3, 1)]
