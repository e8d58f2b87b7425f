"""Frequency responses: the lines and images are the discrete Fourier sums of the taps."""

from __future__ import annotations

import numpy as np
import pytest
from plot.pictures import FIRST, HALF, LAPLACIANS, RANDOM, SOBEL, SOBEL_IN_SPACE, overhang, painted

from kernelkit import Kernel, derivative, derive
from kernelkit.errors import InputError, LimitError, ShapeError
from kernelkit.plot.response import MOST_IMAGES, response
from kernelkit.plot.waves import FARTHEST_TAP

FORWARD = {f"forward {p}": derive(derivative(1), list(range(p + 1))) for p in range(1, 13)}


def transform(kernel, *waves):
    """Return the sum of tap exp(i w . offset), tap by tap; waves in array order."""
    return sum(
        float(tap) * np.exp(1j * sum(float(x) * w for x, w in zip(offset, waves, strict=True)))
        for offset, tap in kernel.taps
    )


@pytest.mark.parametrize("name", FIRST)
def test_the_lines_are_magnitude_and_phase(name):
    above, below = response({name: FIRST[name]}).axes
    w, size = above.lines[0].get_data()
    assert (w[0], w[-1]) == (0, np.pi)
    assert np.allclose(size, abs(transform(FIRST[name], w)), atol=1e-13)
    w, phase = below.lines[0].get_data()
    inside = (w > 0.01) & (w < 3.13)
    # an odd kernel turns every wave by a quarter
    assert np.all(phase[inside] == 90)
    assert np.isnan(phase[0])


def test_the_phase_of_a_kernel_without_symmetry_is_that_of_the_sum_and_breaks_where_it_wraps():
    kernel = FORWARD["forward 8"]
    w, phase = response(kernel).axes[1].lines[0].get_data()
    shown = ~np.isnan(phase)
    assert np.allclose(
        np.exp(1j * np.radians(phase[shown])), np.exp(1j * np.angle(transform(kernel, w[shown]))), atol=1e-9
    )
    steps = abs(np.diff(phase))
    assert steps[~np.isnan(steps)].max() < 150
    assert np.ptp(phase[shown]) > 300


def test_a_change_of_sign_leaves_a_gap_and_no_upright_line():
    """1 + 2 cos w is positive up to 2 pi / 3 and negative beyond."""
    w, phase = response(Kernel({-1: 1, 0: 1, 1: 1})).axes[1].lines[0].get_data()
    assert set(phase[~np.isnan(phase)].tolist()) == {0.0, 180.0}
    (gap,) = w[np.isnan(phase)]
    assert abs(gap - 2 * np.pi / 3) < 0.01


def test_halves_have_a_response_too():
    w, size = response(HALF).axes[0].lines[0].get_data()
    assert np.allclose(size, 2 * np.sin(w / 2), atol=1e-14)


def test_axes_are_labelled_with_units_and_fractions_of_pi():
    above, below = response(FIRST).axes
    assert above.get_ylabel() == "magnitude |K^(w)|"
    assert below.get_xlabel() == "frequency w (radians per sample)"
    assert below.get_ylabel() == "phase (degrees)"
    assert [t.get_text() for t in below.get_xticklabels()] == ["0", "π/4", "π/2", "3π/4", "π"]
    assert below.get_xlim() == (0, np.pi)


def test_every_kernel_has_its_line_style_and_its_name():
    figure = response(FORWARD)
    assert [text.get_text() for text in figure.legends[0].get_texts()] == list(FORWARD)
    looks = {
        (line._unscaled_dash_pattern[1] and tuple(line._unscaled_dash_pattern[1]), line.get_marker())
        for line in figure.axes[0].lines
    }
    assert len(looks) == len(FORWARD) == 12
    assert not response(HALF).legends


@pytest.mark.parametrize("kernel", [SOBEL, LAPLACIANS["five points"], Kernel({(0, 0): -1, (0, 1): 1})])
def test_the_images_are_magnitude_and_phase_with_wy_down(kernel):
    left, right = response(kernel).axes[:2]
    size = left.images[0].get_array()
    waves = np.linspace(-np.pi, np.pi, len(size))
    expected = transform(kernel, waves[:, None], waves[None, :])
    assert np.allclose(size, abs(expected), atol=1e-13)
    phase = right.images[0].get_array()
    seen = ~np.ma.getmaskarray(np.ma.masked_invalid(phase))
    turned = expected[seen] / abs(expected[seen])
    assert np.allclose(np.exp(1j * np.radians(phase[seen])), turned, atol=1e-7)
    assert np.all(abs(expected[~seen]) < 1e-8)
    assert right.images[0].get_clim() == (-180, 180)
    for axes in (left, right):
        assert axes.yaxis_inverted()
        assert (axes.get_xlabel(), axes.get_ylabel()) == (
            "wx (radians per sample)",
            "wy (radians per sample)",
        )


def test_contours_lie_where_the_magnitude_is_what_they_say():
    axes = response(LAPLACIANS["five points"]).axes[0]
    (lines,) = (c for c in axes.collections if hasattr(c, "levels"))
    assert len(lines.levels) > 1
    for level, pieces in zip(lines.levels, lines.allsegs, strict=True):
        for piece in pieces:
            x, y = piece.T
            assert np.allclose(abs(transform(LAPLACIANS["five points"], y, x)), level, atol=0.01)
    shown = [text for text in axes.texts if text.get_visible()]
    assert shown
    assert all(text.get_rotation() == 0 for text in shown)


def test_a_flat_or_a_rugged_response_has_no_contours():
    for kernel in (Kernel({(0, 1): 2}), RANDOM):
        axes = response(kernel).axes[0]
        assert not [c for c in axes.collections if hasattr(c, "levels")]


def test_each_kernel_in_the_plane_has_a_row():
    figure = response(LAPLACIANS)
    titles = [axes.get_title() for axes in figure.axes if axes.get_title()]
    assert titles == [
        f"{name}: {what}" for name in LAPLACIANS for what in ("magnitude |K^(w)|", "phase (degrees)")
    ]


@pytest.mark.parametrize("kernels", [FIRST, FORWARD, HALF, SOBEL, LAPLACIANS, RANDOM, Kernel({(0, 0): 1})])
def test_figures_draw_without_a_warning_and_nothing_is_cut_off(kernels):
    figure = response(kernels)
    assert overhang(figure) <= 0
    assert painted(figure).std() > 0


@pytest.mark.parametrize(
    ("kernels", "error", "says"),
    [
        ({}, InputError, "no kernels"),
        (SOBEL_IN_SPACE, ShapeError, "not on 3 axes"),
        ({"line": HALF, "plane": SOBEL}, ShapeError, "1 and 2 axes"),
        ({f"{i}": HALF for i in range(13)}, LimitError, "13 kernels"),
        ({f"{i}": SOBEL for i in range(MOST_IMAGES + 1)}, LimitError, "5 kernels in the plane"),
        (Kernel({FARTHEST_TAP[1] + 1: 1}), LimitError, "turns the phase too often"),
        (Kernel({(0, FARTHEST_TAP[2] + 1): 1}), LimitError, "turns the phase too often"),
    ],
)
def test_what_cannot_be_drawn_is_refused(kernels, error, says):
    with pytest.raises(error, match=says):
        response(kernels)
