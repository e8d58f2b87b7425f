"""What applying comes to: factors, exact divisors, words and numbers that are none."""

from fractions import Fraction

import numpy as np
import pytest

from kernelkit import Kernel, named
from kernelkit.errors import InputError, LimitError, ShapeError, UnknownNameError
from kernelkit.filtering.plan import axes_of, each, kernel_of, lines_of, plan, positive, table_of

SOBEL = Kernel.from_array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])


def product(lines):
    whole = lines[0]
    for line in lines[1:]:
        whole = whole.outer(line)
    return whole


def test_a_gain_that_is_a_power_of_two_goes_into_the_taps():
    found = plan(SOBEL)
    assert found.divisor == 1
    assert found.known.kernel == SOBEL / 8
    assert found.known.gain == 1


@pytest.mark.parametrize(("spacing", "divisor"), [(1.0, 6.0), (3.0, 18.0), (0.1, 6 * 0.1)])
def test_other_gains_and_spacings_divide_the_sums(spacing, divisor):
    prewitt = Kernel.from_array([[-1, 0, 1]] * 3)
    found = plan(prewitt, spacing=spacing)
    assert found.divisor == divisor
    assert found.known.kernel == prewitt


@pytest.mark.parametrize("shape", [(3, 5), (2, 3, 4), (4, 1, 2, 3)])
def test_factors_multiply_to_the_kernel(shape):
    random = np.random.default_rng(0)
    whole = [Kernel.from_array(random.integers(1, 9, side)) for side in shape]
    assert product(lines_of(product(whole))) == product(whole)


def test_products_that_were_rounded_are_products():
    x = np.arange(-7, 8)
    bell = np.exp(-(x**2) / 8)
    taps = np.outer(bell, -x * bell)
    lines = lines_of(Kernel.from_array(taps))
    found = table_of(product(lines))[0]
    assert np.allclose(found, taps, rtol=4 * np.finfo(float).eps, atol=0)
    taps[3, 3] *= 1 + 1e-14
    assert lines_of(Kernel.from_array(taps)) is None


def test_a_window_always_holds_the_output_point():
    taps, anchor = table_of(Kernel({(2, -3): 5}))
    assert (taps.shape, anchor) == ((3, 4), (0, 3))
    assert taps[2, 0] == 5


def test_a_dilated_derivative_is_still_one():
    central = Kernel.from_array([-1, 0, 1])
    found = plan(central, dilation=3)
    assert (found.known.gain, found.divisor) == (6, 6.0)
    assert found.known.kernel == Kernel({-3: -1, 3: 1})
    assert plan(SOBEL, dilation=(1, 2)).known.kernel.width == (2, 4)


def test_names_entries_tables_and_arrays_are_kernels():
    for given in ("sobel-x", named("sobel-x"), named("sobel-x").kernel):
        assert kernel_of(given) == named("sobel-x").kernel
    assert kernel_of([[1, 2]]) == kernel_of(np.array([[1.0, 2.0]])) == Kernel.from_array([[1, 2]])
    third = kernel_of(np.array([1 / 3], np.float32))
    assert third == Kernel({0: Fraction(float(np.float32(1 / 3)))})


def test_axes_are_counted_from_either_end():
    assert axes_of(SOBEL, (4, 5, 6), (-1, 0)) == (2, 0)
    assert axes_of(SOBEL, (4, 5), None) == (0, 1)
    for shape, axis in [((4, 5, 6), None), ((4, 5), (0, 0)), ((4, 5), 1), ((4, 5), (0, 2))]:
        with pytest.raises(ShapeError, match=r"axis|axes"):
            axes_of(SOBEL, shape, axis)


@pytest.mark.parametrize(
    ("conventions", "error", "says"),
    [
        ({"boundary": "mirror"}, UnknownNameError, "no boundary is called 'mirror'"),
        ({"operation": "multiply"}, UnknownNameError, "no operation"),
        ({"scale": "percent"}, UnknownNameError, "no scale"),
        ({"spacing": 0.0}, InputError, "spacings are positive"),
        ({"spacing": float("inf")}, InputError, "spacings are positive"),
        ({"spacing": (1.0, 2.0, 3.0)}, ShapeError, "3 spacings for 2 axes"),
        ({"dilation": 0}, InputError, "a dilation is a positive whole number"),
        ({"dilation": 1.5}, InputError, "a dilation is a positive whole number"),
        ({"dilation": (1, 1, 1)}, ShapeError, "3 steps of dilation for 2 axes"),
        ({"masked": True, "boundary": "wrap"}, InputError, "contradict each other"),
    ],
)
def test_what_is_no_convention_is_refused(conventions, error, says):
    with pytest.raises(error, match=says):
        plan(SOBEL, **conventions)


def test_taps_that_no_float_holds():
    with pytest.raises(LimitError, match="a tap is beyond the largest float"):
        table_of(Kernel({0: 10**400}))


def test_one_value_serves_all_axes():
    assert each("spacings", 2.0, 3) == (2.0, 2.0, 2.0)
    assert each("spacings", np.array([1.0, 2.0]), 2) == (1.0, 2.0)
    with pytest.raises(ShapeError, match="2 spacings for 3 axes"):
        each("spacings", [1.0, 2.0], 3)


@pytest.mark.parametrize(
    "numbers", [(0.0,), (1.0, -1.0), (float("nan"),), (float("inf"),), ("wide",), (10**400,)]
)
def test_what_is_not_positive(numbers):
    assert positive(numbers) is None
    assert positive((1, 0.5)) == (1.0, 0.5)


def test_results_are_smaller_by_the_window_or_as_large():
    assert plan(SOBEL).shape_for((5, 9, 7), (0, 2)) == (5, 9, 7)
    assert plan(SOBEL, boundary="valid").shape_for((5, 9, 7), (0, 2)) == (3, 9, 5)
    with pytest.raises(ShapeError, match="3 x 3 fits nowhere in an image of 2 x 9"):
        plan(SOBEL, boundary="valid").shape_for((2, 9), (0, 1))
