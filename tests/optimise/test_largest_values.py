"""Largest values over a band: against dense sums, and where no grid meets them."""

import numpy as np
import pytest
from optimise.waves import (
    X_GRADIENT,
    direction_degrees,
    largest_direction_error,
    published_gradients,
    symbol_at,
)

from kernelkit import Kernel, derivative, derive, integral, laplacian, line
from kernelkit.optimise.band import read_band
from kernelkit.optimise.largest_values import NEGLIGIBLE, largest_value, peaks_of, relative_sizes

ALL = read_band(1)
HALF = read_band("1/2")


@pytest.mark.parametrize(("order", "reach"), [(1, 3), (2, 20), (3, 50)])
@pytest.mark.parametrize("name", ["minimax", "relative"])
def test_on_a_line_they_are_those_of_dense_sums(name, order, reach):
    kernel = derive(derivative(order), line(-reach, reach))
    waves = np.linspace(0, np.pi, 40001)
    error = np.abs(symbol_at(kernel, (waves,)) - (1j * waves) ** order)
    if name == "relative":
        error /= np.maximum(waves**order, NEGLIGIBLE * np.pi**order)
    assert largest_value(name, kernel, derivative(order), ALL) == pytest.approx(error.max(), rel=1e-6)


@pytest.mark.parametrize("name", sorted(published_gradients(5)))
def test_direction_errors_do_not_depend_on_the_search(name):
    kernel = published_gradients(5)[name]
    found = largest_value("direction", kernel, X_GRADIENT, HALF)
    assert found == pytest.approx(largest_direction_error(kernel, np.pi / 2), rel=2e-3)


def test_sobel_is_off_by_eighteen_and_a_half_degrees_up_to_pi():
    """Rounding next to the wave pi, where it answers nothing, is no direction."""
    sobel = published_gradients(3)["sobel-3-x"]
    angles = np.linspace(1e-3, np.pi / 4, 4001)
    rim = np.abs(direction_degrees(sobel, np.pi, angles)).max()
    assert rim == pytest.approx(18.5009, abs=1e-4)
    assert largest_value("direction", sobel, X_GRADIENT, ALL) == pytest.approx(rim, rel=1e-5)
    blurred = sobel @ (Kernel.from_array([1, 2, 1]).outer(Kernel.from_array([1, 2, 1])) / 16)
    assert largest_value("direction", blurred, X_GRADIENT, ALL) == pytest.approx(rim, rel=1e-5)


def test_gradients_without_symmetry_are_looked_at_in_all_directions():
    """Odd, but with more on one diagonal than on the other."""
    leaning = published_gradients(3)["sobel-3-x"] + Kernel(
        {
            (1, 1): "1/20",
            (-1, -1): "-1/20",
            (1, -1): "1/20",
            (-1, 1): "-1/20",
            (1, 0): "-1/10",
            (-1, 0): "1/10",
        }
    )
    found = largest_value("direction", leaning, X_GRADIENT, HALF)
    assert found == pytest.approx(largest_direction_error(leaning, np.pi / 2), rel=2e-3)
    assert found > largest_value("direction", published_gradients(3)["sobel-3-x"], X_GRADIENT, HALF)


def test_a_limit_that_no_wave_reaches_counts():
    for name in ("scharr-3-x", "farid-3-x", "davies-3-x"):
        assert largest_value("direction", published_gradients(3)[name], X_GRADIENT, ALL) == 90.0
    assert (
        largest_value("direction", published_gradients(3)["scharr-3-x"], X_GRADIENT, read_band("0.99")) < 90
    )


def test_peaks_are_where_the_values_are_largest():
    kernel = derive(derivative(1), line(-4, 4), accuracy=2, prefer="least-norm")
    found = peaks_of("minimax", kernel, derivative(1), ALL, 0.1)
    waves = np.linspace(0, np.pi, 20001)
    error = np.abs(symbol_at(kernel, (waves,)) - 1j * waves)
    inner = 1 + np.flatnonzero((error[1:-1] > error[:-2]) & (error[1:-1] > error[2:]))
    wanted = sorted([*waves[inner][error[inner] > 0.1 * error.max()], np.pi])
    assert sorted(found.waves[:, 0]) == pytest.approx(wanted, abs=1e-3)
    assert abs(symbol_at(kernel, found.waves[0]) - 1j * found.waves[0, 0]) == pytest.approx(found.largest)


def test_relative_errors_are_relative_to_no_less_than_a_part_of_the_largest_ideal():
    waves = np.array([[0.0, 0.0], [0.01, 0.0], [3.0, 1.0]])
    most = 2 * np.pi**2
    wanted = [NEGLIGIBLE * most, NEGLIGIBLE * most, 10.0]
    assert relative_sizes(laplacian(2), ALL, waves) == pytest.approx(wanted)
    assert relative_sizes(integral(0, 1), ALL, np.array([[0.0]])) == pytest.approx([1.0])
