"""Gain, order and accuracy of kernels, and what the spacing does to them."""

from fractions import Fraction

import pytest

from kernelkit import Kernel, derivative, derive, laplacian
from kernelkit.errors import InputError
from kernelkit.filtering.meaning import meaning


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
    assert second.factor("unit", (7.0, 0.5)) == pytest.approx(1 / 3 * 4)
    assert second.factor("raw", (7.0, 0.5)) == 4
    assert meaning(Kernel.from_array([1, 2, 1])).factor("unit", (0.5,)) == 0.25


def test_terms_of_unlike_powers_take_one_spacing_only():
    found = meaning(derive(laplacian(2)))
    assert found.factor("unit", (2.0, 2.0)) == 0.25
    with pytest.raises(InputError, match="different powers of the spacings"):
        found.factor("unit", (1.0, 2.0))


def test_accuracy_is_that_of_the_certificate():
    assert meaning(derive(derivative(1), accuracy=4)).accuracy == 4
    assert meaning(Kernel({0: Fraction(1, 3)})).accuracy is None
