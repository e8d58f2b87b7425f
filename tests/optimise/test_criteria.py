"""Criteria: how they are read, and what they are for kernels whose figures are known."""

from fractions import Fraction

import numpy as np
import pytest
from optimise.waves import X_GRADIENT, largest_direction_error, published_gradients

from kernelkit import Kernel, derivative, derive, integral, laplacian, value
from kernelkit.errors import ExpressionError, InputError, UnknownNameError
from kernelkit.optimise.band import read_band
from kernelkit.optimise.criteria import RULES, objective_of, read_criterion, rounding_of

HALF = read_band("1/2")
CENTRAL = Kernel({-1: "-1/2", 1: "1/2"})


def value_of(name, kernel, target, band=HALF):
    return objective_of(read_criterion(name, band), kernel, target)


def test_the_central_difference_by_every_criterion_on_a_line():
    """Its symbol is i sin w."""
    b = np.pi / 2
    # the mean of (w - sin w)^2 over 0 <= w <= b, by hand
    square = (b**3 / 3 - 2 * (np.sin(b) - b * np.cos(b)) + b / 2 - np.sin(2 * b) / 4) / b
    figures = {
        "noise": np.sqrt(0.5),
        "band": np.sqrt(square),
        "minimax": b - 1,
        "relative": 1 - 1 / b,
        "noise:2,band:3": np.sqrt(2 * 0.5 + 3 * square),
    }
    for name, figure in figures.items():
        assert value_of(name, CENTRAL, derivative(1)) == pytest.approx(figure, rel=1e-12), name


def test_the_trapezoid_by_the_error_of_its_symbol():
    """Its symbol about the middle is cos(w/2), the ideal one sin(w/2) / (w/2)."""
    rule = Kernel({0: "1/2", 1: "1/2"})
    w = np.pi / 2
    assert value_of("minimax", rule, integral(0, 1)) == pytest.approx(
        np.sin(w / 2) / (w / 2) - np.cos(w / 2), rel=1e-12
    )


def test_the_five_point_laplacian_is_worst_at_the_corner():
    kernel = derive(laplacian(2))
    assert value_of("minimax", kernel, laplacian(2)) == pytest.approx(np.pi**2 / 2 - 4, rel=1e-12)


@pytest.mark.parametrize("name", ["scharr-3-x", "sobel-3-x", "farid-3-x"])
def test_direction_errors_are_those_of_plain_sums(name):
    kernel = published_gradients(3)[name]
    wanted = largest_direction_error(kernel, np.pi / 2, rings=120, rays=721)
    assert value_of("direction", kernel, X_GRADIENT) == pytest.approx(wanted, rel=1e-4)


def test_a_response_that_turns_round_is_an_error_of_a_half_turn():
    backwards = published_gradients(3)["sobel-3-x"] * -1
    assert value_of("direction", backwards, X_GRADIENT) == pytest.approx(180, abs=1)


def test_rotation_is_the_part_across_the_wave():
    """For the central difference: |u sin v - v sin u| in the mean square over the square."""
    kernel = Kernel({(0, -1): "-1/2", (0, 1): "1/2"})
    nodes, weights = np.polynomial.legendre.leggauss(40)
    u, v = np.meshgrid(nodes * np.pi / 2, nodes * np.pi / 2)
    mean = np.sum(np.outer(weights, weights) / 4 * (u * np.sin(v) - v * np.sin(u)) ** 2)
    assert value_of("rotation", kernel, X_GRADIENT) == pytest.approx(np.sqrt(mean), rel=1e-12)


def test_far_places_of_a_target_are_followed():
    """Four samples away the symbol of a value turns sixteen times as fast as the kernel's."""
    shift = Kernel({8: 1})
    assert value_of("band", shift, value(at=8), read_band(1)) == pytest.approx(0, abs=1e-12)


def test_mixtures_are_read_with_weights_and_told_in_words():
    mixture = read_criterion("noise:1/2, band:10", HALF)
    assert mixture.parts == ((Fraction(1, 2), "noise"), (Fraction(10), "band"))
    assert mixture.name == "noise:1/2,band:10"
    assert mixture.squares
    assert mixture.words(2).startswith("root of 1/2 noise^2 + 10 band^2")
    assert "|w| <= pi/2 on each axis" in mixture.words(2)
    assert read_criterion("band:7", HALF) == read_criterion("band", HALF)


def test_every_criterion_has_words_and_only_directions_have_a_unit():
    for name in RULES:
        criterion = read_criterion(name, HALF)
        assert criterion.name == name
        assert "{" not in criterion.words(1)
        assert criterion.unit == ("degrees" if name == "direction" else "")


@pytest.mark.parametrize(
    ("text", "error", "words"),
    [
        ("nois", UnknownNameError, "did you mean noise"),
        ("", UnknownNameError, "criteria are"),
        ("x" * 5000, UnknownNameError, "criteria are"),
        ("noise:0", InputError, "positive"),
        ("noise:-1,band", InputError, "positive"),
        ("noise:nan", ExpressionError, "weight"),
        ("band,band", InputError, "twice"),
        ("band,direction", InputError, "largest value"),
        (None, InputError, "criteria are"),
        (5, InputError, "not int"),
    ],
)
def test_unreadable_criteria_are_refused(text, error, words):
    with pytest.raises(error) as refused:
        read_criterion(text, HALF)
    assert words in str(refused.value)


@pytest.mark.parametrize("name", [name for name in RULES if name != "noise"])
@pytest.mark.parametrize("band", ["1e-9", "1e-3", "1/2", 1])
def test_values_of_taps_that_differ_in_the_last_digit_differ_by_no_more_than_rounding(name, band):
    """Sobel's mask with a hair more on the diagonal; moments stay."""
    hair = Fraction(1, 10**17)
    rows = [[-1 - hair, 0, 1 + hair], [-2 + 2 * hair, 0, 2 - 2 * hair], [-1 - hair, 0, 1 + hair]]
    sobel = Kernel.from_array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]) / 8
    other = Kernel.from_array(rows) / 8
    criterion = read_criterion(name, read_band(band))
    values = [objective_of(criterion, kernel, X_GRADIENT) for kernel in (sobel, other)]
    if name == "direction" and band == 1:
        assert values[0] < 19
        assert values[1] >= 90  # the smallest change turns the gradient next to the wave pi
    else:
        assert abs(values[0] - values[1]) <= rounding_of(criterion, sobel, X_GRADIENT)


def test_rounding_is_a_small_part_of_what_is_measured():
    criteria = [read_criterion(name, HALF) for name in RULES]
    for criterion in criteria:
        value = objective_of(criterion, published_gradients(3)["sobel-3-x"], X_GRADIENT)
        assert rounding_of(criterion, published_gradients(3)["sobel-3-x"], X_GRADIENT) < 1e-11 * value
