"""Modified wavenumbers: the lines are the roots of the transform, computed without kernelkit."""

from __future__ import annotations

import numpy as np
import pytest
from plot.pictures import FIRST, HALF, SOBEL, overhang, painted

from kernelkit import Kernel, derivative, derive
from kernelkit.errors import InputError, LimitError, ShapeError
from kernelkit.plot.wavenumber import wavenumber

BACKWARD = derive(derivative(1), [-2, -1, 0])


def transform(kernel, w):
    return sum(float(tap) * np.exp(1j * w * float(x)) for (x,), tap in kernel.taps)


def test_the_first_line_is_the_ideal_one():
    figure = wavenumber(FIRST, 1)
    ideal = figure.axes[0].lines[0]
    assert ideal.get_xydata().tolist() == [[0, 0], [np.pi, np.pi]]
    assert [t.get_text() for t in figure.legends[0].get_texts()] == ["ideal", *FIRST]


@pytest.mark.parametrize("name", FIRST)
def test_central_differences_have_a_phase_and_no_amplitude(name):
    (axes,) = wavenumber({name: FIRST[name]}, 1).axes
    w, kappa = axes.lines[1].get_data()
    assert (w[0], w[-1]) == (0, np.pi)
    assert np.allclose(kappa, transform(FIRST[name], w).imag, atol=1e-13)


def test_second_derivatives_give_the_root():
    kernel = derive(derivative(2), accuracy=4)
    w, kappa = wavenumber(kernel, 2).axes[0].lines[1].get_data()
    assert np.allclose(kappa[1:], np.sqrt(-transform(kernel, w[1:]).real), atol=1e-12)


def test_one_sided_differences_have_an_amplitude_below():
    phase, amplitude = wavenumber({"backward": BACKWARD, "central": FIRST["accuracy 2"]}, 1).axes
    w, grows = amplitude.lines[0].get_data()
    assert np.allclose(grows, (transform(BACKWARD, w) / 1j).imag, atol=1e-13)
    assert grows[-1] == pytest.approx(-4)
    assert not amplitude.lines[1].get_ydata().any()
    assert np.allclose(phase.lines[1].get_ydata(), transform(BACKWARD, w).imag, atol=1e-13)


def test_axes_are_labelled_with_units_and_fractions_of_pi():
    phase, amplitude = wavenumber(BACKWARD, 1).axes
    assert phase.get_ylabel() == "modified wavenumber Re κ\n(radians per sample)"
    assert amplitude.get_ylabel() == "amplitude Im κ\n(radians per sample)"
    assert amplitude.get_xlabel() == "wavenumber w (radians per sample)"
    assert [t.get_text() for t in phase.get_yticklabels()] == ["0", "π/4", "π/2", "3π/4", "π"]
    (alone,) = wavenumber(FIRST, 1).axes
    assert alone.get_xlabel() == "wavenumber w (radians per sample)"


@pytest.mark.parametrize(
    ("kernels", "order"),
    [(FIRST, 1), (HALF, 1), ({"backward": BACKWARD, **FIRST}, 1), (derive(derivative(4)), 4)],
)
def test_figures_draw_without_a_warning_and_nothing_is_cut_off(kernels, order):
    figure = wavenumber(kernels, order)
    assert overhang(figure) <= 0
    assert painted(figure).std() > 0


@pytest.mark.parametrize(
    ("kernels", "order", "error", "says"),
    [
        ({}, 1, InputError, "no kernels"),
        (SOBEL, 1, ShapeError, "not on 2 axes"),
        (HALF, 2, InputError, "no derivative of order 2"),
        (HALF * 2, 1, InputError, "with gain 1"),
        (HALF, 0, InputError, "order 0"),
        (HALF, 1.5, InputError, "whole number"),
        ({f"{i}": HALF for i in range(13)}, 1, LimitError, "13 kernels"),
        (Kernel({0: -1, 10000: 1}) / 10000, 1, LimitError, "turns the phase"),
    ],
)
def test_what_cannot_be_drawn_is_refused(kernels, order, error, says):
    with pytest.raises(error, match=says):
        wavenumber(kernels, order)


@pytest.mark.parametrize("shift", ["1/2", "-1/2", 3])
def test_a_kernel_is_looked_at_from_the_place_of_its_derivative(shift):
    """``[-1, 1]`` is d/dx half way between its samples, and the line is 2 sin(w/2) wherever it stands."""
    figure = wavenumber({"pair": HALF.shifted(shift)}, 1)
    (axes,) = figure.axes
    w, kappa = axes.lines[1].get_data()
    assert np.allclose(kappa, 2 * np.sin(w / 2), atol=1e-13)
    assert figure.legends[0].get_texts()[1].get_text() == f"pair, about x = {shift}"
