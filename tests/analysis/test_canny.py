"""Canny's criteria against closed forms, simulations, and bounds."""

import itertools
import math

import numpy as np
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st
from strategies import nonzero

from kernelkit import Kernel, derivative, derive
from kernelkit.analysis.canny import canny_criteria, kernel_criteria
from kernelkit.errors import InputError, OffGridError, ShapeError


def gaussian(sigma, reach=math.inf):
    """Return the criteria of x exp(-x^2 / (2 sigma^2))."""

    def weight(x):
        return math.exp(-x * x / (2 * sigma**2))

    return canny_criteria(
        lambda x: x * weight(x),
        lambda x: (1 - x * x / sigma**2) * weight(x),
        lambda x: (x * x / sigma**2 - 3) * x / sigma**2 * weight(x),
        reach=reach,
    )


def deriche(alpha, omega):
    """Return the criteria of exp(-alpha |x|) sin(omega x)."""

    def f(x):
        return math.exp(-alpha * abs(x)) * math.sin(omega * x)

    def slope(x):
        return math.exp(-alpha * abs(x)) * (omega * math.cos(omega * x) - alpha * math.sin(omega * abs(x)))

    def bend(x):
        return math.exp(-alpha * x) * (
            (alpha**2 - omega**2) * math.sin(omega * x) - 2 * alpha * omega * math.cos(omega * x)
        )

    return canny_criteria(f, slope, bend, reach=math.inf)


@given(sigma=st.floats(0.1, 50))
def test_the_derivative_of_a_gaussian_at_every_scale(sigma):
    """A wide filter detects better and places worse; their product is one number."""
    for found in (gaussian(sigma), gaussian(sigma, reach=12 * sigma)):
        assert found.detection == pytest.approx(math.sqrt(2 * sigma / math.sqrt(math.pi)), rel=1e-11)
        assert found.localisation == pytest.approx(math.sqrt(4 / (3 * math.sqrt(math.pi) * sigma)), rel=1e-11)
        assert found.product == pytest.approx(math.sqrt(8 / (3 * math.pi)), rel=1e-11)
        assert found.distance_of_maxima == pytest.approx(math.tau * math.sqrt(2 / 5) * sigma, rel=1e-11)


@given(alpha=st.floats(0.2, 5), ratio=st.floats(0.05, 4))
def test_the_filters_of_deriche(alpha, ratio):
    """Deriche 1987: Sigma = sqrt(2 a / (a^2 + w^2)), Lambda = sqrt(2 a)."""
    omega = ratio * alpha
    found = deriche(alpha, omega)
    assert found.detection == pytest.approx(math.sqrt(2 * alpha / (alpha**2 + omega**2)), rel=1e-10)
    assert found.localisation == pytest.approx(math.sqrt(2 * alpha), rel=1e-10)
    assert found.distance_of_maxima == pytest.approx(math.tau / math.sqrt(5 * alpha**2 + omega**2), rel=1e-10)


def test_a_filter_of_finite_extent_against_exact_integrals():
    """(x - x^3)^2 is smooth where it ends, at 1: its integrals are rational."""
    x = sympy.Symbol("x", positive=True)
    f = x * (1 - x**2) ** 2
    slope, bend = sympy.diff(f, x), sympy.diff(f, x, 2)
    squares = [2 * sympy.integrate(g**2, (x, 0, 1)) for g in (f, slope, bend)]
    found = canny_criteria(
        lambda x: x * (1 - x**2) ** 2,
        lambda x: (1 - x**2) ** 2 - 4 * x**2 * (1 - x**2),
        lambda x: -12 * x * (1 - x**2) + 8 * x**3,
        reach=1,
    )
    area = sympy.integrate(f, (x, 0, 1))
    assert found.detection == pytest.approx(float(area / sympy.sqrt(squares[0])), rel=1e-12)
    assert found.localisation == pytest.approx(float(1 / sympy.sqrt(squares[1])), rel=1e-12)
    distance = float(2 * sympy.pi * sympy.sqrt(squares[1] / squares[2]))
    assert found.distance_of_maxima == pytest.approx(distance, rel=1e-12)


def test_a_filter_may_detect_nothing():
    """The third derivative of a Gaussian takes as much from a step as it gives."""

    def third(x):
        return (3 * x - x**3) * math.exp(-x * x / 2)

    found = canny_criteria(
        third,
        lambda x: (3 - 6 * x * x + x**4) * math.exp(-x * x / 2),
        lambda x: (-15 * x + 10 * x**3 - x**5) * math.exp(-x * x / 2),
        reach=math.inf,
    )
    # the integral of (3 x - x^3) exp(-x^2/2) over positive x is 3 - 2
    assert found.detection == pytest.approx(1 / math.sqrt(15 / 8 * math.sqrt(math.pi)), rel=1e-11)


@pytest.mark.parametrize("kernel", [Kernel({-1: -1, 1: 1}), derive(derivative(1), accuracy=4)])
def test_figures_of_small_kernels_by_hand(kernel):
    """From lists of taps by the definitions: a step through the output point, and a parabola."""
    taps = np.array([float(dict(kernel.taps).get((n,), 0)) for n in range(-6, 7)])
    step = np.where(np.arange(-30, 31) > 0, 1.0, 0.0)
    step[30] = 0.5
    answer = np.correlate(step, taps, mode="same")
    top = answer[29] - 2 * answer[30] + answer[31]
    central = (taps[2:] - taps[:-2]) / 2
    rise = np.diff(taps)
    rho = (rise[1:] @ rise[:-1]) / (rise @ rise)
    found = kernel_criteria(kernel)
    assert found.detection == pytest.approx(abs(answer[30]) / np.linalg.norm(taps), rel=1e-12)
    assert found.localisation == pytest.approx(abs(top) / np.linalg.norm(central), rel=1e-12)
    assert found.distance_of_maxima == pytest.approx(math.tau / math.acos(rho), rel=1e-12)


SMOOTH = Kernel.from_array([-1, -2, -3, -2, 0, 2, 3, 2, 1])
STAGGERED = Kernel({"-3/2": -1, "-1/2": -2, "1/2": 2, "3/2": 1})


@pytest.mark.parametrize("kernel", [SMOOTH, STAGGERED])
def test_edges_in_noise_are_placed_as_well_as_said(kernel):
    """Thousands of noisy steps: the answer at the step over its deviation, and the deviation of its top."""
    rng = np.random.default_rng(7)
    places = np.array([float(x) for (x,), _ in kernel.taps])
    taps = np.array([float(tap) for _, tap in kernel.taps])
    noise = 0.005
    low = places.min() - 1
    samples = np.arange(low, -low + 0.5)
    signals = np.where(samples > 0, 1.0, 0.0) + 0.5 * (samples == 0)
    signals = signals + rng.normal(0, noise, (20_000, len(samples)))
    before, here, after = (
        signals[:, np.rint(places - low + shift).astype(int)] @ taps for shift in (-1, 0, 1)
    )
    top = (before - after) / (2 * (before - 2 * here + after))
    found = kernel_criteria(kernel)
    assert 1 / np.std(top) * noise == pytest.approx(found.localisation, rel=0.03)
    assert here.mean() / here.std() * noise == pytest.approx(found.detection, rel=0.03)


@pytest.mark.parametrize("kernel", [Kernel({-1: -1, 1: 1}), SMOOTH])
def test_maxima_of_filtered_noise_are_as_far_apart_as_said(kernel):
    noise = np.random.default_rng(3).normal(size=400_000)
    answer = np.correlate(noise, [float(tap) for tap in kernel.dense()], mode="valid")
    maxima = (answer[1:-1] > answer[:-2]) & (answer[1:-1] > answer[2:])
    assert len(answer) / maxima.sum() == pytest.approx(kernel_criteria(kernel).distance_of_maxima, rel=0.01)


def test_noise_alone_has_a_maximum_every_third_sample_where_nothing_is_smoothed():
    """Of three independent numbers the middle one is greatest in one of three cases; two far taps smooth nothing."""
    far = kernel_criteria(Kernel({-20: -1, 20: 1}))
    assert far.distance_of_maxima == pytest.approx(3, rel=1e-12)
    assert far.localisation == 0


@given(taps=st.lists(nonzero(), min_size=1, max_size=8))
def test_a_box_detects_best(taps):
    """Cauchy and Schwarz: of all odd kernels that reach n samples, equal taps on each side detect steps best."""
    kernel = Kernel(dict(enumerate(taps, 1)) | {-n: -t for n, t in enumerate(taps, 1)})
    if not kernel.moment((1,)):
        return
    found = kernel_criteria(kernel)
    best = math.sqrt(len(taps) / 2)
    assert found.detection <= best * (1 + 1e-12)
    assert found.distance_of_maxima >= 2
    box = kernel_criteria(Kernel({n: 1 if n > 0 else -1 for n in range(-len(taps), len(taps) + 1) if n}))
    assert box.detection == pytest.approx(best, rel=1e-12)


@given(taps=st.lists(nonzero(), min_size=1, max_size=5), factor=nonzero())
def test_the_scale_of_the_taps_does_not_matter(taps, factor):
    kernel = Kernel(dict(enumerate(taps, 1)) | {-n: -t for n, t in enumerate(taps, 1)})
    if kernel.moment((1,)):
        assert kernel_criteria(kernel) == kernel_criteria(kernel * factor)
        assert kernel_criteria(kernel) == kernel_criteria(kernel * (factor / 10**200))


def test_samples_of_a_wide_gaussian_meet_the_curve():
    """The difference falls with the square of the scale."""
    differences = []
    for sigma in (4, 8, 16):
        kernel = Kernel.from_array(
            [n * math.exp(-(n * n) / (2 * sigma**2)) for n in range(-10 * sigma, 10 * sigma + 1)]
        )
        found, curve = kernel_criteria(kernel), gaussian(sigma)
        assert found.detection == pytest.approx(curve.detection, rel=0.2 / sigma**2)
        assert found.localisation == pytest.approx(curve.localisation, rel=0.6 / sigma**2)
        differences.append(abs(found.distance_of_maxima / curve.distance_of_maxima - 1))
    assert [a / b for a, b in itertools.pairwise(differences)] == pytest.approx([4, 4], rel=0.05)


def exp(x):
    return math.exp(-abs(x))


REFUSED = {
    "a zero filter": (lambda x: 0 * x, lambda x: 0 * x, lambda x: 0 * x, math.inf, "is zero"),
    "an even filter": (
        lambda x: exp(x) * (1 + abs(x)),
        lambda x: -x * exp(x),
        lambda x: (x - 1) * exp(x),
        math.inf,
        "not odd",
    ),
    "a filter shifted": (
        lambda x: (x - 1) * math.exp(-(x**2)),
        lambda x: (1 - 2 * x * (x - 1)) * math.exp(-(x**2)),
        lambda x: (4 * x**3 - 4 * x**2 - 6 * x + 2) * math.exp(-(x**2)),
        math.inf,
        "not odd",
    ),
    "a filter that jumps at 0": (
        lambda x: math.copysign(exp(x), x) if x else 0.0,
        lambda x: -exp(x),
        exp,
        math.inf,
        "the derivative does not belong",
    ),
    "a derivative that jumps": (
        lambda x: math.copysign(max(0.0, 1 - abs(abs(x) - 1)), x),
        lambda x: 1.0 if abs(x) < 1 else -1.0 if abs(x) < 2 else 0.0,
        lambda x: 1e-3 * x * (x < 2),
        2,
        "the second derivative does not belong",
    ),
    "another derivative": (
        lambda x: x * exp(x),
        lambda x: (1 - 2 * abs(x)) * math.exp(-2 * abs(x)) + exp(x),
        lambda x: (x - 2) * exp(x),
        math.inf,
        "the derivative does not belong",
    ),
    "a filter cut off": (
        lambda x: x * exp(x),
        lambda x: (1 - abs(x)) * exp(x),
        lambda x: (x - 2) * exp(x),
        3,
        "where it ends, at 3",
    ),
    "an integral without end": (lambda x: x, lambda _: 1.0, lambda _: 0.0, math.inf, "does not converge"),
    "no number": (lambda _: math.nan, lambda x: x, lambda x: x, 1, "does not converge"),
    "no function": (0, 1, 2, 1, "are functions"),
    "no reach": (exp, exp, exp, 0, "positive number, not 0"),
    "a reach that is no number": (exp, exp, exp, math.nan, "positive number, not nan"),
    "a reach in words": (exp, exp, exp, "far", "positive number, not 'far'"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_no_edge_filter_is_refused(case):
    f, slope, bend, reach, words = REFUSED[case]
    with pytest.raises(InputError, match=words):
        canny_criteria(f, slope, bend, reach=reach)


@pytest.mark.parametrize(
    ("kernel", "error", "words"),
    [
        (Kernel({(0, 1): 1, (0, -1): -1}), ShapeError, "not on 2 axes"),
        (Kernel({0: -1, 1: 1}), InputError, "no odd multiple"),
        (Kernel({-1: 1, 0: -2, 1: 1}), InputError, "no odd multiple"),
        (Kernel({-2: -1, -1: 2, 1: -2, 2: 1}), InputError, "no odd multiple"),
        (Kernel({}, ndim=1), InputError, "no odd multiple"),
        (Kernel({"-1/3": -1, "1/3": 1}), OffGridError, "whole number of samples apart"),
        (Kernel({"-1/2": -1, "1/2": 1, -1: -1, 1: 1}), OffGridError, "whole number of samples apart"),
        ([-1, 0, 1], InputError, "not list"),
    ],
)
def test_what_is_no_derivative_kernel_is_refused(kernel, error, words):
    with pytest.raises(error, match=words):
        kernel_criteria(kernel)
