"""Direction errors: the lines are the angles between gradient and wave, from sums over the taps."""

from __future__ import annotations

import math

import numpy as np
import pytest
from plot.pictures import GRADIENTS, HALF, SOBEL, overhang, painted

from kernelkit import Kernel, laplacian
from kernelkit import derive as derived
from kernelkit.errors import InputError, LimitError, ShapeError
from kernelkit.plot.direction import direction

MANY = {f"smoothing {s}": Kernel.from_array([[-1, 0, 1], [-s, 0, s], [-1, 0, 1]]) for s in range(1, 13)}


def error_of(kernel, radius, degrees):
    """Return the direction of the gradient minus that of the wave, in degrees; the kernel for d/dy is transposed."""
    phi = np.radians(degrees)
    wx, wy = radius * np.cos(phi), radius * np.sin(phi)
    along_x = sum(float(tap) * np.sin(float(x) * wx + float(y) * wy) for (y, x), tap in kernel.taps)
    along_y = sum(float(tap) * np.sin(float(x) * wy + float(y) * wx) for (y, x), tap in kernel.taps)
    return np.degrees(np.angle((along_x + 1j * along_y) * np.exp(-1j * phi)))


@pytest.mark.parametrize("radius", [0.3, math.pi / 2, 2.5])
@pytest.mark.parametrize("name", GRADIENTS)
def test_the_lines_are_the_angles_between_gradient_and_wave(name, radius):
    axes = direction({name: GRADIENTS[name]}, radius).axes[0]
    degrees, errors = axes.lines[-1].get_data()
    assert (degrees[0], degrees[-1]) == (0, 90)
    assert np.allclose(errors, error_of(GRADIENTS[name], radius, degrees), atol=1e-9)


def test_the_published_order_of_kernels_can_be_read_off():
    """At a wave number of pi/2 Scharr turns least, Prewitt most."""
    lines = direction(GRADIENTS).axes[0].lines[1:]
    worst = dict(zip(GRADIENTS, (abs(line.get_ydata()).max() for line in lines), strict=True))
    assert sorted(worst, key=worst.get) == ["Scharr", "Bickley", "Sobel", "Prewitt"]


def test_a_gradient_that_turns_round_leaves_a_gap_and_no_upright_line():
    """At a wave number of pi the Prewitt kernels answer along y with the wrong sign."""
    errors = direction(GRADIENTS["Prewitt"], math.pi).axes[0].lines[-1].get_ydata()
    steps = abs(np.diff(errors))
    assert np.nanmax(abs(errors)) > 150
    assert np.nanmax(steps) <= 20


def test_the_gain_of_a_kernel_does_not_matter():
    raw, fair = (direction(kernel).axes[0].lines[-1].get_ydata() for kernel in (SOBEL * 8, SOBEL))
    assert np.allclose(raw, fair, atol=1e-12)


def test_axes_are_labelled_with_units_and_the_wave_number_is_told():
    axes = direction(SOBEL).axes[0]
    assert axes.get_xlabel() == "direction of the wave (degrees)"
    assert axes.get_ylabel() == "direction error (degrees)"
    assert axes.get_title() == "wave number π/2 radians per sample"
    assert axes.get_xlim() == (0, 90)
    assert direction(SOBEL, 1.0).axes[0].get_title() == "wave number 1 radians per sample"
    assert direction(SOBEL, 2 * math.pi / 3).axes[0].get_title() == "wave number 2π/3 radians per sample"


def test_every_kernel_has_its_name():
    figure = direction(MANY)
    assert [text.get_text() for text in figure.legends[0].get_texts()] == list(MANY)
    assert not direction(SOBEL).legends


@pytest.mark.parametrize("kernels", [GRADIENTS, SOBEL, MANY])
@pytest.mark.parametrize("radius", [1e-3, math.pi / 2, math.pi])
def test_figures_draw_without_a_warning_and_nothing_is_cut_off(kernels, radius):
    figure = direction(kernels, radius)
    assert overhang(figure) <= 0
    assert painted(figure).std() > 0


@pytest.mark.parametrize(
    ("kernels", "error", "says"),
    [
        ({}, InputError, "no kernels"),
        (HALF, ShapeError, "not on 1 axis"),
        (Kernel({(0, 0, 0): 1}), ShapeError, "not on 3 axes"),
        (derived(laplacian(2)), InputError, "no gradient along x"),
        ({f"{i}": SOBEL for i in range(13)}, LimitError, "13 kernels"),
    ],
)
def test_what_cannot_be_drawn_is_refused(kernels, error, says):
    with pytest.raises(error, match=says):
        direction(kernels)


@pytest.mark.parametrize("radius", [0, -1, 4, math.nan, math.inf, "1", None, True])
def test_the_wave_number_is_that_of_a_wave_on_the_grid(radius):
    with pytest.raises(InputError, match="wave number"):
        direction(SOBEL, radius)
