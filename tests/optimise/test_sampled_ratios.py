"""Sampled errors and scales: against plain sums at the same waves."""

import numpy as np
import pytest
from optimise.waves import X_GRADIENT, direction_degrees

from kernelkit import Kernel, Stencil, box, derivative, laplacian, line
from kernelkit.optimise import sampled_ratios
from kernelkit.optimise.band import read_band
from kernelkit.optimise.criteria import read_criterion
from kernelkit.optimise.sampled_ratios import first_waves, two_point_noise
from kernelkit.optimise.symmetric_family import symmetric_family

HALF = read_band("1/2")


def ratio_for(criterion, family):
    """Return error and scale at the waves at which a search begins."""
    return sampled_ratios.ratio_for(criterion, family, first_waves(criterion, family))


def taps_of(family, kernel):
    taps = dict(kernel.taps)
    return np.array([float(taps.get(o.offsets[0], 0) * o.signs[0]) for o in family.orbits])


def test_the_largest_error_of_the_central_difference():
    """|sin w - w| is largest at the end of the band."""
    family = symmetric_family(derivative(1), line(-1, 1), 2)
    ratio = ratio_for(read_criterion("minimax", HALF), family)
    taps = taps_of(family, family.kernel([]))
    assert ratio.error.shape[1] == 1
    assert ratio.largest(taps) == pytest.approx(np.pi / 2 - 1, rel=1e-12)


def test_the_relative_error_of_the_central_difference():
    family = symmetric_family(derivative(1), line(-1, 1), 2)
    ratio = ratio_for(read_criterion("relative", HALF), family)
    assert ratio.largest(taps_of(family, family.kernel([]))) == pytest.approx(1 - 2 / np.pi, rel=1e-12)


def test_in_the_plane_the_corner_counts():
    """2 cos u + 2 cos v - 4 + u^2 + v^2 is largest at the corner of the box."""
    family = symmetric_family(laplacian(2), box(1), 2)
    ratio = ratio_for(read_criterion("minimax", HALF), family)
    plus = np.array([0.0, 1.0, -4.0])
    assert [len(o.offsets) for o in family.orbits] == [4, 4, 1]
    assert ratio.largest(plus) == pytest.approx(np.pi**2 / 2 - 4, rel=1e-12)


def test_without_symmetry_errors_are_complex():
    family = symmetric_family(derivative(1), line(0, 2), 2)
    ratio = ratio_for(read_criterion("minimax", HALF), family)
    assert ratio.error.shape[1] == 2
    w = np.pi / 2
    end = abs(-1.5 + 2 * np.exp(1j * w) - 0.5 * np.exp(2j * w) - 1j * w)
    assert ratio.largest(np.array([-1.5, 2, -0.5])) == pytest.approx(end, rel=1e-12)


MASKS = {"central": [0, 1, 0], "sobel": [1, 2, 1], "scharr": [3, 10, 3], "bickley": [1, 4, 1]}


@pytest.mark.parametrize("name", MASKS)
def test_the_direction_ratio_is_the_tangent_of_the_error(name):
    smoother = Kernel.from_array(MASKS[name]) / sum(MASKS[name])
    kernel = smoother.outer(Kernel.from_array([-1, 0, 1]) / 2)
    family = symmetric_family(X_GRADIENT, box(1), 2)
    ratio = ratio_for(read_criterion("direction", HALF), family)
    angles = np.linspace(0, np.pi / 4, 401)
    largest = max(
        np.abs(direction_degrees(kernel, r, angles)).max() for r in np.linspace(0.05, np.pi / 2, 60)
    )
    found = np.degrees(np.arctan(ratio.largest(taps_of(family, kernel))))
    assert found == pytest.approx(largest, rel=5e-3)


def test_in_space_it_is_the_tangent_of_the_angle_between_wave_and_response():
    smoother = Kernel.from_array([1, 2, 1]) / 4
    kernel = smoother.outer(smoother).outer(Kernel.from_array([-1, 0, 1]) / 2)
    family = symmetric_family(derivative((0, 0, 1)), box(1, ndim=3), 2)
    ratio = ratio_for(read_criterion("direction", HALF), family)
    rng = np.random.default_rng(5)
    waves = np.abs(rng.normal(size=(4000, 3)))
    waves *= np.pi / 2 / np.linalg.norm(waves, axis=1, keepdims=True)
    # the symbol of the product, by its factors
    smooth = np.cos(waves / 2) ** 2
    responses = np.sin(waves) * smooth.prod(axis=1, keepdims=True) / smooth
    along = np.sum(waves * responses, axis=1) / np.linalg.norm(waves, axis=1)
    turned = np.sqrt(np.sum(responses**2, axis=1) - along**2)
    assert ratio.error.shape[1] == 2
    assert ratio.largest(taps_of(family, kernel)) == pytest.approx((turned / along).max(), rel=1e-2)


@pytest.mark.parametrize(
    ("target", "stencil", "noise"),
    [
        (X_GRADIENT, box(1), 0.5),
        (X_GRADIENT, [(y, x) for y in ("-1/2", "1/2") for x in ("-1/2", "1/2")], 1.0),
        (X_GRADIENT.on_grid(2), box(2), 0.125),
        (derivative((0, 0, 1)), box(1, ndim=3), 0.5),
    ],
)
def test_the_noise_of_the_difference_of_the_nearest_points(target, stencil, noise):
    assert two_point_noise(symmetric_family(target, Stencil.of(stencil), 1)) == noise


def test_direction_ratios_are_the_same_at_all_images_of_a_wave():
    """By reflections and exchanges of axes, which a gradient of the plane has."""
    family = symmetric_family(X_GRADIENT, box(2), 2)
    direction = read_criterion("direction", HALF)
    taps = np.linspace(1, 2, len(family.orbits))
    values = []
    for wave in ([0.3, 1.1], [1.1, 0.3], [-0.3, 1.1], [-1.1, -0.3]):
        error, scale = sampled_ratios.ratio_for(direction, family, np.array([wave])).at(taps)
        values.append(np.linalg.norm(error) / scale[0])
    assert values == pytest.approx([values[0]] * 4, rel=1e-12)


def test_a_wave_that_no_tap_answers_is_left_out():
    family = symmetric_family(X_GRADIENT, box(1), 2)
    direction = read_criterion("direction", read_band(1))
    waves = np.array([[0.0, np.pi], [0.5, 1.0]])
    assert len(sampled_ratios.ratio_for(direction, family, waves).scale) == 1


def test_up_to_pi_a_search_begins_next_to_the_wave_pi_too():
    family = symmetric_family(X_GRADIENT, box(1), 2)
    waves = first_waves(read_criterion("direction", read_band(1)), family)
    assert np.linalg.norm(waves, axis=1).max() <= np.pi * (1 + 1e-15)
    assert np.linalg.norm(waves - [0.0101, np.pi], axis=1).min() < 1e-3
