"""Gradients: their axis, and what becomes of their direction next to the wave pi."""

import mpmath
import pytest
from optimise.waves import X_GRADIENT, published_gradients

from kernelkit import Kernel, box, central, derivative, integral
from kernelkit.errors import InputError, ShapeError
from kernelkit.optimise.band import read_band
from kernelkit.optimise.gradient import gradient_axis, sees_wave_pi, turns_at_wave_pi, wave_pi_row

SOBEL_3D = (
    Kernel.from_array([1, 2, 1]).outer(Kernel.from_array([1, 2, 1])).outer(Kernel.from_array([-1, 0, 1])) / 32
)


def test_the_axis_of_a_gradient():
    assert gradient_axis(X_GRADIENT) == 1
    assert gradient_axis(derivative((1, 0, 0)) * 3) == 0


@pytest.mark.parametrize(
    ("target", "error"),
    [
        (derivative(1), ShapeError),
        (derivative((0, 0, 0, 1)), ShapeError),
        (derivative((1, 1)), InputError),
        (derivative((0, 2)), InputError),
        (derivative((0, 1), at=(0, "1/2")), InputError),
        (X_GRADIENT.on_grid((1, 2)), InputError),
        (X_GRADIENT + derivative((1, 0)), InputError),
        (integral([(0, 1), (0, 1)]), InputError),
    ],
)
def test_what_is_no_gradient_is_refused(target, error):
    with pytest.raises(error):
        gradient_axis(target)


def degrees_on_the_rim(kernel, tilt):
    """Return the direction error at the wave of length pi that is ``tilt`` away from the x axis, to 200 digits."""
    with mpmath.workdps(200):
        u = mpmath.mpf(tilt)
        v = mpmath.sqrt(mpmath.pi**2 - u**2)
        taps = [(y, x, mpmath.mpf(t.numerator) / t.denominator) for (y, x), t in kernel.taps]
        hx = mpmath.fsum(t * mpmath.sin(u * int(y) + v * int(x)) for y, x, t in taps)
        hy = mpmath.fsum(t * mpmath.sin(u * int(x) + v * int(y)) for y, x, t in taps)
        return float(abs(mpmath.degrees(mpmath.atan2(hy, hx) - mpmath.atan2(u, v))))


@pytest.mark.parametrize("name", sorted({**published_gradients(3), **published_gradients(5)}))
def test_gradients_turn_by_90_degrees_towards_the_wave_pi_or_not_at_all(name):
    """Against the angle at a distance of 10^-12 from the wave pi, in many digits."""
    kernel = {**published_gradients(3), **published_gradients(5)}[name]
    error = degrees_on_the_rim(kernel, "1e-12")
    assert turns_at_wave_pi(kernel, 1) == (error > 45)
    assert error == pytest.approx(90 if error > 45 else 0, abs=1e-3)


def test_sobel_keeps_its_direction_next_to_the_wave_pi_and_nearly_sobel_does_not():
    sobel = published_gradients(3)["sobel-3-x"]
    assert not turns_at_wave_pi(sobel, 1)
    assert turns_at_wave_pi(published_gradients(3)["prewitt-3-x"], 1)
    assert not turns_at_wave_pi(SOBEL_3D, 2)
    assert turns_at_wave_pi(Kernel({(0, 0, -1): "-1/2", (0, 0, 1): "1/2"}), 2)


def test_the_condition_on_taps_is_the_slope_at_the_wave_pi():
    """Of Sobel 2 - 1 - 1 on either side; of the central difference 1."""
    row = dict(zip(box(1).offsets, wave_pi_row(box(1), 1), strict=True))
    for mask, slope in (([1, 2, 1], 0), ([0, 1, 0], 2), ([1, 1, 1], -2)):
        kernel = Kernel.from_array(mask).outer(Kernel.from_array([-1, 0, 1]))
        assert sum(row[x] * tap for x, tap in kernel.taps) == slope


def test_only_whole_offsets_and_whole_bands_see_the_wave_pi():
    assert sees_wave_pi(read_band(1), box(2).offsets)
    assert not sees_wave_pi(read_band("0.999"), box(2).offsets)
    assert not sees_wave_pi(read_band("3 rad"), box(2).offsets)
    assert not sees_wave_pi(read_band(1), central(4).offsets)
