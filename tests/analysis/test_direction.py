"""Direction errors against closed forms, complex symbols, exact series, and the laws of blurring and transposing."""

import math
from fractions import Fraction

import mpmath
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from strategies import nonzero, positive, rationals

from kernelkit import Kernel, derivative, derive
from kernelkit.analysis.direction import (
    WIDEST,
    direction_error,
    direction_error_coefficient,
    direction_error_curve,
    step_edge_error,
)
from kernelkit.errors import InputError, LimitError, ShapeError

CENTRAL = Kernel({(0, -1): "-1/2", (0, 1): "1/2"})
PREWITT = Kernel.from_array([[-1, 0, 1], [-1, 0, 1], [-1, 0, 1]])
SOBEL = Kernel.from_array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])
SCHARR = Kernel.from_array([[-3, 0, 3], [-10, 0, 10], [-3, 0, 3]])
BICKLEY = Kernel.from_array([[-1, 0, 1], [-4, 0, 4], [-1, 0, 1]])
WIDE_PREWITT = Kernel.from_array([[-2, -1, 0, 1, 2]] * 5)
SKEWED = SCHARR + Kernel.from_array([[-1, 2, -1], [0, 0, 0], [1, -2, 1]])
"""Odd, consistent, and not even in y."""

BINOMIAL = Kernel.from_array([[1, 2, 1], [2, 4, 2], [1, 2, 1]])
RADII = (0.3, math.pi / 4, math.pi / 2, 2.0)


def moved(kernel, motion):
    return Kernel([(motion(*offset), tap) for offset, tap in kernel.taps])


def transposed(kernel):
    return moved(kernel, lambda y, x: (x, y))


def errors(kernel, radius, angles):
    """Return the direction errors of a kernel and its transpose in degrees, by complex waves."""
    waves = radius * np.exp(1j * np.asarray(angles))
    answers = [
        sum(
            float(tap) * np.exp(1j * (waves.real * float(x) + waves.imag * float(y)))
            for (y, x), tap in k.taps
        )
        for k in (kernel, transposed(kernel))
    ]
    measured = (answers[0] + 1j * answers[1]) / (1j * float(kernel.moment((0, 1))))
    return np.degrees(np.angle(measured / waves))


@st.composite
def mirrored_gradients(draw):
    """Draw consistent gradients along x that are odd in x and even in y."""
    quarter = draw(st.dictionaries(st.tuples(st.integers(0, 2), st.integers(1, 2)), nonzero(), min_size=1))
    taps = {}
    for (y, x), tap in quarter.items():
        taps |= {(s * y, t * x): t * tap for s in (1, -1) for t in (1, -1)}
    kernel = Kernel(taps)
    assume(kernel.moment((0, 1)))
    return kernel


@st.composite
def odd_gradients(draw):
    """Draw gradients along x that are odd through the origin, without other symmetries."""
    half = draw(
        st.dictionaries(st.tuples(st.integers(-2, 2), st.integers(1, 2)), rationals(), min_size=2, max_size=6)
    )
    kernel = Kernel(half | {(-y, -x): -tap for (y, x), tap in half.items()}, ndim=2)
    slant = kernel.moment((1, 0)) / 2
    kernel += Kernel({(1, 0): -slant, (-1, 0): slant}, ndim=2)
    assume(kernel.moment((0, 1)))
    return kernel


@pytest.mark.parametrize("kernel", [CENTRAL, SOBEL, SCHARR, WIDE_PREWITT, SKEWED])
@pytest.mark.parametrize("radius", [0.3, math.pi / 4, 1.2])
def test_the_largest_error_is_that_of_ten_thousand_directions(kernel, radius):
    sampled = np.abs(errors(kernel, radius, np.linspace(-np.pi, np.pi, 10_001))).max()
    largest = direction_error(kernel, radius)
    assert sampled <= largest + 1e-9
    assert largest == pytest.approx(sampled, abs=1e-5)


@given(kernel=odd_gradients(), radius=st.floats(0.1, 3.0))
def test_the_curve_is_the_angle_of_the_complex_answers(kernel, radius):
    angles = np.linspace(-3.1, 3.1, 23)
    stated = errors(kernel, radius, angles)
    found = direction_error_curve(kernel, radius, angles)
    # where both answers vanish the angle is rounding, and at half a turn its sign is
    steady = np.abs(np.abs(stated) - 180) > 1e-6
    sizes = [
        abs(
            sum(
                float(t) * np.sin(radius * (float(x) * np.cos(a) + float(y) * np.sin(a)))
                for (y, x), t in k.taps
            )
        )
        for a in angles
        for k in (kernel, transposed(kernel))
    ]
    steady &= np.reshape(sizes, (-1, 2)).max(axis=1) > 1e-6
    assert np.allclose(found[steady], stated[steady], atol=1e-6)


def test_closed_forms_of_the_curve():
    """Sobel answers sin x (1 + cos y) and sin y (1 + cos x), whose quotient is tan(y/2) / tan(x/2)."""
    angles = np.linspace(0.01, 1.5, 50).reshape(5, 10)
    for radius in RADII:
        x, y = radius * np.cos(angles), radius * np.sin(angles)
        sobel = np.arctan2(np.tan(y / 2), np.tan(x / 2)) - angles
        central = np.arctan2(np.sin(y), np.sin(x)) - angles
        assert np.allclose(direction_error_curve(SOBEL, radius, angles), np.degrees(sobel), atol=1e-10)
        assert np.allclose(direction_error_curve(CENTRAL, radius, angles), np.degrees(central), atol=1e-10)


@given(kernel=mirrored_gradients())
def test_the_coefficient_is_the_limit_of_the_error(kernel):
    """In 60 digits, at a wave of 1e-15 of a radian a sample: what is left of the series is 30 digits smaller."""
    with mpmath.workdps(60):
        w, phi = mpmath.mpf(10) ** -15, mpmath.mpf(1) / 3
        along_x, along_y = (
            sum(
                mpmath.mpf(tap.numerator)
                / tap.denominator
                * mpmath.sin(w * (int(x) * mpmath.cos(phi) + int(y) * mpmath.sin(phi)))
                for (y, x), tap in k.taps
            )
            * int(math.copysign(1, kernel.moment((0, 1))))
            for k in (kernel, transposed(kernel))
        )
        limit = (mpmath.atan2(along_y, along_x) - phi) / (w**2 * mpmath.sin(4 * phi))
        found = direction_error_coefficient(kernel)
        assert abs(limit - mpmath.mpf(found.numerator) / found.denominator) < mpmath.mpf(10) ** -20


@given(kernel=mirrored_gradients(), factor=nonzero(), radius=st.sampled_from(RADII))
def test_gain_and_sign_do_not_matter(kernel, factor, radius):
    assert direction_error_coefficient(kernel * factor) == direction_error_coefficient(kernel)
    found, scaled = direction_error(kernel, radius), direction_error(kernel * factor, radius)
    assert (found is None) == (scaled is None)
    assert found is None or scaled == pytest.approx(found, abs=1e-9)
    assert step_edge_error(kernel * factor)[0] == pytest.approx(step_edge_error(kernel)[0], abs=1e-9)


@pytest.mark.parametrize("kernel", [CENTRAL, PREWITT, SOBEL, SCHARR, BICKLEY, SKEWED])
@pytest.mark.parametrize("times", [1, 2])
def test_smoothing_that_treats_x_and_y_alike_leaves_directions_of_waves_as_they_are(kernel, times):
    """Sobel 5 is Sobel 3 after [1, 2, 1] along both axes: both answers are multiplied by one positive number."""
    blurred = kernel
    for _ in range(times):
        blurred = blurred @ BINOMIAL
    angles = np.linspace(0, 2 * np.pi, 37)
    for radius in (*RADII, 3.0):
        curve = direction_error_curve(blurred, radius, angles)
        assert np.allclose(curve, direction_error_curve(kernel, radius, angles), atol=1e-9)
        found, plain = direction_error(blurred, radius), direction_error(kernel, radius)
        assert (found is None) == (plain is None)
        assert found is None or found == pytest.approx(plain, abs=1e-9)
    assert direction_error_coefficient(blurred) == direction_error_coefficient(kernel)


@given(kernel=mirrored_gradients(), weight=positive())
def test_the_coefficient_stays_under_any_blur_that_treats_x_and_y_alike(kernel, weight):
    blur = Kernel({(0, 0): 1, (0, 1): weight, (0, -1): weight, (1, 0): weight, (-1, 0): weight})
    assert direction_error_coefficient(kernel @ blur) == direction_error_coefficient(kernel)


def test_smoothing_across_makes_up_for_the_error_along():
    """The central difference is off by +1/24, Prewitt's by -1/24; Bickley's mean of them is off by nothing."""
    coefficients = [direction_error_coefficient(k) for k in (CENTRAL, PREWITT, SOBEL, BICKLEY)]
    assert coefficients == [Fraction(1, 24), Fraction(-1, 24), Fraction(-1, 48), 0]


@pytest.mark.parametrize("kernel", [SOBEL, SCHARR, SKEWED])
def test_exchanging_the_axes_mirrors_the_error_on_the_diagonal(kernel):
    """The transpose measures along y what the kernel measures along x, so both turn a mirrored wave alike."""
    angles = np.linspace(0, 2 * np.pi, 29)
    for radius in RADII:
        curve = direction_error_curve(kernel, radius, angles)
        mirrored = direction_error_curve(kernel, radius, np.pi / 2 - angles)
        assert np.allclose(mirrored, -curve, atol=1e-9)


@pytest.mark.parametrize("kernel", [CENTRAL, SOBEL, SCHARR])
def test_along_axes_and_diagonals_there_is_no_error(kernel):
    eighths = np.arange(9) * np.pi / 4
    for radius in RADII:
        assert np.abs(direction_error_curve(kernel, radius, eighths)).max() < 1e-10


def test_a_mirrored_kernel_turns_mirrored_waves_the_other_way():
    mirrored = moved(SKEWED, lambda y, x: (-y, x))
    angles = np.linspace(-3, 3, 31)
    for radius in RADII:
        curve = direction_error_curve(mirrored, radius, angles)
        assert np.allclose(curve, -direction_error_curve(SKEWED, radius, -angles), atol=1e-9)
        assert direction_error(mirrored, radius) == pytest.approx(direction_error(SKEWED, radius), abs=1e-9)
    assert step_edge_error(mirrored)[0] == pytest.approx(step_edge_error(SKEWED)[0], abs=1e-9)


@pytest.mark.parametrize("kernel", [WIDE_PREWITT, derive(derivative((0, 1)), [(0, -3), (0, 3)])])
def test_where_the_answer_turns_round_there_is_no_largest_error(kernel):
    """Some direction of a wave is answered backwards: by sampling, and by the function."""
    radius = 3 * math.pi / 4
    assert np.abs(errors(kernel, radius, np.linspace(0, np.pi, 2001))).max() > 90
    assert direction_error(kernel, radius) is None


@pytest.mark.parametrize("kernel", [SKEWED, PREWITT - Kernel({(0, 0): 1, (0, 1): -1})])
def test_a_kernel_without_both_mirror_symmetries_has_no_coefficient(kernel):
    assert direction_error_coefficient(kernel) is None


@pytest.mark.parametrize(
    "kernel",
    [
        Kernel({(-1, 0): -1, (1, 0): 1}),
        Kernel({(0, -1): 1, (0, 0): -2, (0, 1): 1}),
        Kernel({(0, 0): 1}),
        Kernel({}, ndim=2),
        SOBEL + Kernel({(1, 0): 1, (-1, 0): -1}),
    ],
)
def test_what_is_no_gradient_along_x_has_no_direction(kernel):
    assert direction_error_coefficient(kernel) is None
    for measured in (
        lambda: direction_error(kernel, 1),
        lambda: direction_error_curve(kernel, 1, [0]),
        lambda: step_edge_error(kernel),
    ):
        with pytest.raises(InputError, match="no gradient along x"):
            measured()


@pytest.mark.parametrize("kernel", [Kernel({-1: -1, 1: 1}), Kernel({(0, 0, -1): -1, (0, 0, 1): 1})])
def test_other_numbers_of_axes_are_refused(kernel):
    for measured in (
        direction_error_coefficient,
        step_edge_error,
        lambda kernel: direction_error(kernel, 1),
    ):
        with pytest.raises(ShapeError, match="in the plane"):
            measured(kernel)


@pytest.mark.parametrize("radius", [0, -1, 3.2, math.nan, math.inf, True, "1", None])
def test_radii_out_of_range_are_refused(radius):
    with pytest.raises(InputError, match="at most pi"):
        direction_error(SOBEL, radius)


def test_numbers_of_array_libraries_are_radii():
    assert direction_error(SOBEL, np.float32(1)) == direction_error(SOBEL, 1)
    assert direction_error(SOBEL, math.pi) is not None


@pytest.mark.parametrize(
    ("measured", "error", "words"),
    [
        (lambda: direction_error([[1]], 1), InputError, "a Kernel, not of list"),
        (lambda: direction_error(Kernel({(0, 0): -1, (0, 1): 1}), 1), InputError, "not odd"),
        (lambda: direction_error_curve(SOBEL, 1, ["x"]), InputError, "finite real numbers"),
        (lambda: direction_error_curve(SOBEL, 1, [math.nan]), InputError, "finite real numbers"),
        (
            lambda: direction_error(CENTRAL @ Kernel({(0, WIDEST): 1, (0, -WIDEST): 1}), 1),
            LimitError,
            "at most 200 samples",
        ),
        (lambda: step_edge_error(Kernel({(0, "-1/2"): -1, (0, "1/2"): 1})), InputError, "whole offsets"),
    ],
)
def test_what_cannot_be_measured_is_refused(measured, error, words):
    with pytest.raises(error, match=words):
        measured()


def shares(angle, reach, fine):
    """Return the shares of the pixels of a square in a half-plane, by a grid of points in every pixel."""
    inside = (np.arange(fine) + 0.5) / fine - 0.5
    axis = (np.arange(-reach, reach + 1)[:, None] + inside).ravel()
    covered = np.cos(angle) * axis[None, :] + np.sin(angle) * axis[:, None] >= 0
    side = 2 * reach + 1
    return covered.reshape(side, fine, side, fine).mean(axis=(1, 3))


@pytest.mark.parametrize("kernel", [CENTRAL, PREWITT, SOBEL, WIDE_PREWITT, SKEWED])
def test_step_edges_against_pictures_of_them(kernel):
    """Pictures drawn with 300 x 300 points a pixel, every 3 degrees."""
    reach = int(max(abs(x) for offset, _ in kernel.taps for x in offset))
    mask = np.array(kernel.dense(), dtype=float)
    mask = np.pad(mask, [(reach - int(-low), 0) for low in kernel.origin])
    mask = np.pad(mask, [(0, 2 * reach + 1 - size) for size in mask.shape])
    largest = 0.0
    for angle in np.radians(np.arange(0, 360, 3)):
        picture = shares(angle, reach, 300)
        found = np.angle(complex((mask * picture).sum(), (mask.T * picture).sum()) * np.exp(-1j * angle))
        largest = max(largest, abs(np.degrees(found)))
    error, at = step_edge_error(kernel)
    assert largest <= error + 0.05
    assert error == pytest.approx(largest, rel=0.02)
    assert 0 <= at < 360


def test_mirrored_kernels_have_their_largest_error_between_axis_and_diagonal():
    for kernel in (CENTRAL, PREWITT, SOBEL, SCHARR, BICKLEY):
        error, at = step_edge_error(kernel)
        assert error > 1
        assert 0 < at < 45


def test_waves_and_steps_rank_kernels_differently():
    waves = [direction_error(kernel, math.pi / 2) for kernel in (SCHARR, BICKLEY, SOBEL)]
    steps = [step_edge_error(kernel)[0] for kernel in (SOBEL, SCHARR, BICKLEY)]
    assert waves == sorted(waves)
    assert steps == sorted(steps)
