"""Kernels that exercises and users of small nets ask about: fewest taps, scattered taps, steering, flipped masks."""

from fractions import Fraction

import pytest
from golden.tables import ids, rows

from kernelkit import Kernel, certify, derivative, derive, identify, laplacian, minimal, named


@pytest.mark.parametrize("row", rows("cases_learn", "minimal-derivative", key="ask"), ids=ids)
def test_the_fewest_taps_of_a_derivative(row):
    order, expected = row["input"]["order"], row["expected"]
    found = minimal(derivative(order))
    assert (found.count, found.bound.count) == (expected["taps"], expected["taps"])
    kernel = derive(derivative(order), expected["offsets"])
    assert kernel == Kernel(zip(expected["offsets"], expected["kernel"], strict=True))
    if "noise_gain_squared" in expected:
        assert sum(tap**2 for _, tap in kernel.taps) == expected["noise_gain_squared"]
    if "centred_odd_window" in expected:
        reach = expected["centred_odd_window"] // 2
        centred = derive(derivative(order))
        assert [offset for (offset,), _ in (centred.taps[0], centred.taps[-1])] == [-reach, reach]


def test_a_laplacian_of_four_scattered_taps():
    (row,) = rows("cases_learn", "moments-2d", key="ask")
    kernel = Kernel({(y, x): tap for (x, y), tap in row["input"]["taps"]})
    exponents = {"1": (0, 0), "x": (0, 1), "y": (1, 0), "xy": (1, 1), "x^2": (0, 2), "y^2": (2, 0)}
    for name, moment in row["expected"]["moments"].items():
        assert kernel.moment(exponents[name]) == moment
    certificate = certify(kernel, laplacian(2))
    assert (certificate.accuracy, row["expected"]["operator"]) == (1, "Laplacian, accuracy 1")


def test_a_derivative_across_a_direction_is_steered():
    (row,) = rows("cases_learn", "steered-derivative", key="ask")
    x, y = map(Fraction, row["input"]["direction_x_y"])
    along = [named(name).published / 8 for name in ("sobel-x", "sobel-y")]
    kernel = x * along[0] + y * along[1]
    assert (kernel * 40).dense() == row["expected"]["kernel_times_40"]
    # on the ramps 3x + 4y and 4x - 3y
    slopes = kernel.moment((0, 1)), kernel.moment((1, 0))
    assert 3 * slopes[0] + 4 * slopes[1] == row["expected"]["answer_to_3x_plus_4y"]
    assert 4 * slopes[0] - 3 * slopes[1] == row["expected"]["answer_to_4x_minus_3y"]


@pytest.mark.parametrize("row", rows("cases_learn", "identify-1d", key="ask"), ids=ids)
def test_a_mask_in_the_order_of_a_convolution(row):
    kernel = Kernel.from_array(row["input"]["kernel"])
    (term,) = row["expected"]["operator"]
    best = identify(kernel).best
    assert best.scale * best.target == term["coefficient"] * derivative(term["order"])
    right = Kernel.from_array([Fraction(tap) for tap in row["expected"]["right_mask_for_d_dx"]])
    assert kernel / term["coefficient"] == right
