"""Border kernels: the textbook's one-sided differences, and limits that are said."""

from fractions import Fraction

import numpy as np
import pytest

from kernelkit import Kernel, certify, derivative
from kernelkit.errors import LimitError, ShapeError
from kernelkit.filtering.apply import apply
from kernelkit.filtering.rim import along, line_of, lines_along


def test_first_and_second_differences_end_as_in_every_textbook():
    """Fornberg, Math. Comp. 51 (1988), table 3: one-sided differences of accuracy 2."""
    first = line_of(Kernel.from_array([-1, 0, 1]) / 2)
    assert (first.low.tolist(), first.high.tolist()) == ([[-1.5, 2, -0.5]], [[0.5, -2, 1.5]])
    second = line_of(Kernel.from_array([1, -2, 1]))
    assert (second.low.tolist(), second.high.tolist()) == ([[2, -5, 4, -1]], [[-1, 4, -5, 2]])


def test_each_border_row_has_the_accuracy_of_the_inside():
    kernel = Kernel({-2: "1/12", -1: "-2/3", 1: "2/3", 2: "-1/12"})
    line = line_of(kernel)
    for row, weights in enumerate(line.low):
        taps = {
            place - row: Fraction(float(tap)).limit_denominator(10**6) for place, tap in enumerate(weights)
        }
        assert certify(Kernel(taps), derivative(1)).accuracy >= 4


def test_float32_stays_float32_up_to_the_rim():
    image = np.arange(12, dtype=np.float32).reshape(3, 4) ** 2
    found = along(image, line_of(Kernel.from_array([-1, 0, 1]) / 2), 1)
    assert found.dtype == np.float32
    assert np.allclose(found[0], [0, 2, 4, 6])


def test_a_short_image_is_refused_with_the_number_of_samples_it_needs():
    with pytest.raises(ShapeError, match="4 samples are needed along axis 0"):
        lines_along((3, 9), {0: Kernel.from_array([1, -2, 1])})


def test_a_large_kernel_that_is_no_product_names_another_boundary():
    side = 21
    y, x = np.mgrid[:side, :side] - side // 2
    taps = np.where(x * x + y * y <= 100, x, 0).tolist()  # a disc
    with pytest.raises(LimitError, match="too large for one-sided borders"):
        apply(taps, np.ones((50, 50)))
    assert np.allclose(apply(taps, np.arange(50.0) * np.ones((50, 1)), boundary="edge")[15:-15, 15:-15], 1)
