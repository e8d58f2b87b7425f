"""Fits of Gabor functions: planted ones are found with their numbers, turned ones with turned numbers, noise is not."""

import time

import numpy as np
import pytest
from inspection.layers import face_api, plane

from kernelkit.errors import InputError, LimitError, ShapeError
from kernelkit.inspection.classes import noise_limit
from kernelkit.inspection.colour import split
from kernelkit.inspection.gabor import _Box, _grid, _model, fit_gabor


def turned(one, other):
    """Return the angle between two directions without a sign, in degrees."""
    away = abs(one - other) % 180
    return min(away, 180 - away)


def close_phase(one, other):
    return abs((one - other + 180) % 360 - 180)


@pytest.mark.parametrize("size", [7, 9, 11])
@pytest.mark.parametrize("angle", [0, 25, 90, 137])
@pytest.mark.parametrize("phase", [0, 90, -130])
def test_planted_functions_are_found_with_all_their_numbers(size, angle, phase):
    given = {"x": 0.4, "y": -0.6, "along": 1.5, "across": 2.0, "frequency": 0.22}
    found = fit_gabor(3 * plane(size, angle=angle, phase=phase, **given))
    assert found.r_squared > 1 - 1e-9
    assert found.amplitude == pytest.approx(3, rel=1e-4)
    assert (found.x, found.y) == (pytest.approx(0.4, abs=1e-3), pytest.approx(-0.6, abs=1e-3))
    assert (found.sigma_along, found.sigma_across) == (
        pytest.approx(1.5, rel=1e-3),
        pytest.approx(2, rel=1e-3),
    )
    assert found.frequency == pytest.approx(0.22, rel=1e-3)
    assert turned(found.angle, angle) < 0.05
    assert close_phase(found.phase, phase if abs(found.angle - angle) < 90 else -phase) < 0.2


def test_the_function_of_the_fit_is_the_model_that_the_documentation_states():
    taps = plane(9, angle=30, phase=40, x=0.5, y=1)
    assert np.allclose(fit_gabor(taps).on((9, 9)), taps, atol=1e-5)
    assert np.allclose(plane(9, angle=90, frequency=0.2), plane(9, frequency=0.2).T)


def test_noise_spoils_the_numbers_by_little_and_the_share_by_its_energy():
    noise = np.random.default_rng(3)
    for _ in range(10):
        angle, phase = noise.uniform(0, 180), noise.uniform(-180, 180)
        clean = plane(11, angle=angle, phase=phase, frequency=0.18)
        taps = clean + 0.1 * noise.normal(size=clean.shape)
        found = fit_gabor(taps)
        expected = 1 - 0.01 * taps.size / (taps**2).sum()
        assert found.r_squared == pytest.approx(expected, abs=0.06)
        assert turned(found.angle, angle) < 6
        assert found.frequency == pytest.approx(0.18, abs=0.02)


@pytest.mark.parametrize("size", [5, 7, 9, 11])
def test_of_white_noise_the_fit_explains_what_the_limit_says_and_no_more(size):
    noise = np.random.default_rng(size)
    shares = [fit_gabor(noise.normal(size=(size, size))).r_squared for _ in range(40)]
    assert np.quantile(shares, 0.9) < noise_limit(size * size)
    assert np.median(shares) < 0.75 * noise_limit(size * size)


def test_exchanged_axes_mirror_the_angle_and_a_quarter_turn_turns_it():
    noise = np.random.default_rng(0)
    taps = plane(9, angle=35, phase=-70, x=0.7, y=-0.3) + 0.05 * noise.normal(size=(9, 9))
    found = fit_gabor(taps)
    swapped, rotated = fit_gabor(taps.T), fit_gabor(np.rot90(taps))
    for other in (swapped, rotated):
        assert other.r_squared == pytest.approx(found.r_squared, abs=1e-6)
        assert other.frequency == pytest.approx(found.frequency, abs=1e-3)
        assert other.sigma_along == pytest.approx(found.sigma_along, rel=1e-2)
        assert other.sigma_across == pytest.approx(found.sigma_across, rel=1e-2)
    # y counts down: exchanging the axes reflects the picture in the falling diagonal
    assert turned(swapped.angle, 270 - found.angle) < 0.3
    assert (swapped.x, swapped.y) == (pytest.approx(found.y, abs=0.02), pytest.approx(found.x, abs=0.02))
    assert turned(rotated.angle, found.angle + 90) < 0.3
    assert (rotated.x, rotated.y) == (pytest.approx(found.y, abs=0.02), pytest.approx(-found.x, abs=0.02))


def test_parity_is_that_of_the_wave_at_its_centre():
    assert fit_gabor(plane(9)).parity == "even"
    assert fit_gabor(-plane(9)).parity == "even"
    assert fit_gabor(plane(9, phase=90)).parity == "odd"
    assert fit_gabor(plane(9, along=2, frequency=0.2)).cycles == pytest.approx(1.6, rel=1e-3)


def test_fits_whose_centre_and_phase_trade_say_so():
    across = np.arange(5.0) - 2
    grating, fastest = np.cos(2 * np.pi * 0.19 * across + 0.6), (-1.0) ** across
    for wave in (grating, fastest):
        assert fit_gabor(np.tile(wave, (5, 1))).at_limit
    assert fit_gabor(plane(9, x=4.4, along=1.5, frequency=0.3)).at_limit, (
        "the centre is beyond the outer taps"
    )
    assert not fit_gabor(plane(9, x=1)).at_limit


def test_a_constant_is_fitted_where_it_is_asked_for():
    taps = plane(9) + 0.5
    plain, shifted = fit_gabor(taps), fit_gabor(taps, offset="fit")
    assert shifted.offset == pytest.approx(0.5, abs=1e-4)
    assert shifted.r_squared > 1 - 1e-8 > plain.r_squared
    assert plain.offset == 0


@pytest.mark.parametrize("factor", [1e-200, 1e-3, 1e150])
def test_the_unit_of_the_taps_changes_only_the_height(factor):
    found, scaled = fit_gabor(plane(7)), fit_gabor(factor * plane(7))
    assert scaled.amplitude == pytest.approx(factor * found.amplitude)
    assert scaled.r_squared == pytest.approx(found.r_squared)


def test_the_derivatives_are_those_of_the_model():
    numbers = np.random.default_rng(1)
    y, x = _grid((7, 9))
    box = _Box(4.5, 3.5, 9)
    for _ in range(5):
        place = numbers.normal(size=9)
        _, slopes = _model(place, x, y, box)
        for index, step in enumerate(np.eye(9) * 1e-6):
            measured = (_model(place + step, x, y, box)[0] - _model(place - step, x, y, box)[0]) / 2e-6
            assert np.allclose(slopes[:, index], measured, atol=1e-6)


def test_too_few_taps_and_zeros_have_no_fit():
    assert fit_gabor(np.ones((3, 3))) is None
    assert fit_gabor(np.ones((2, 20))) is None
    assert fit_gabor(np.zeros((7, 7))) is None


@pytest.mark.parametrize(
    ("taps", "error"),
    [([1, 2], ShapeError), (np.full((7, 7), np.nan), InputError), (np.ones((65, 5)), LimitError)],
)
def test_what_is_no_plane_is_refused(taps, error):
    with pytest.raises(error):
        fit_gabor(taps)


def test_a_word_for_the_constant_that_nobody_knows_is_refused():
    with pytest.raises(InputError, match="none, fit"):
        fit_gabor(np.ones((7, 7)), offset="yes")


def test_a_layer_is_fitted_in_seconds():
    filters = np.concatenate([face_api(), face_api()[:, :, ::-1]])
    began = time.process_time()
    for one in filters:
        fit_gabor(split(one).plane)
    assert time.process_time() - began < 8
