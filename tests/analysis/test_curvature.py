"""Edges of blurred discs against integrals over the disc itself, without Bessel functions."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.special import erf

from kernelkit.analysis.curvature import LARGEST, SMALLEST, disc_edge_bias
from kernelkit.errors import InputError, LimitError

DETECTORS = ("gradient", "log", "plus")


def second_derivatives(x, radius):
    """Return d^2/dx^2 and d^2/dy^2 of a disc blurred with deviation 1, at (x, 0), chord by chord."""

    def normal(t):
        return math.exp(-t * t / 2) / math.sqrt(2 * math.pi)

    def half(t):
        return math.sqrt(max(0.0, radius**2 - t * t))

    def along(t):
        return ((x - t) ** 2 - 1) * normal(x - t) * erf(half(t) / math.sqrt(2))

    def across(t):
        return -2 * half(t) * normal(half(t)) * normal(x - t)

    # chords t = R sin(a) have no root in their lengths
    return [
        quad(
            lambda a, f=f: f(radius * math.sin(a)) * radius * math.cos(a),
            -math.pi / 2,
            math.pi / 2,
            epsabs=1e-12,
            epsrel=1e-10,
            limit=200,
        )[0]
        for f in (along, across)
    ]


LOOKED_AT = {
    "gradient": lambda x, radius: second_derivatives(x, radius)[0],
    "log": lambda x, radius: sum(second_derivatives(x, radius)),
    "plus": lambda x, radius: np.dot([2, 1], second_derivatives(x, radius)),
}


@pytest.mark.parametrize("detector", DETECTORS)
@pytest.mark.parametrize("radius", [0.3, 1.0, 1.7, 4.0, 12.0])
def test_what_the_detector_looks_at_changes_sign_at_the_edge_and_nowhere_else(radius, detector):
    edge = radius + disc_edge_bias(radius, 1, detector)
    looked_at = LOOKED_AT[detector]
    assert looked_at(edge - 1e-8, radius) < 0 < looked_at(edge + 1e-8, radius)
    # within 4 deviations: further out all is below what the integrals resolve
    others = [r for r in np.linspace(max(0.05, edge - 4), edge + 4, 81) if abs(r - edge) > 0.04]
    assert all((looked_at(r, radius) > 0) == (r > edge) for r in others)


@given(radius=st.floats(0.05, 100), factor=st.floats(0.01, 100))
def test_the_bias_scales_with_the_picture(radius, factor):
    for detector in DETECTORS:
        scaled = disc_edge_bias(radius * factor, factor, detector) / factor
        assert scaled == pytest.approx(disc_edge_bias(radius, 1, detector), abs=1e-12)


@given(radius=st.floats(0.01, 500))
def test_gradient_is_inside_of_plus_and_plus_inside_of_log(radius):
    gradient, log, plus = (disc_edge_bias(radius, 1, detector) for detector in ("gradient", "log", "plus"))
    assert gradient < plus < log
    assert plus > 0


def test_wide_discs_are_off_by_half_the_variance_over_the_radius():
    """The published expansion: -, + s^2 / (2 R), and no term of that order by PLUS."""
    for radius in (20, 50, 100):
        relative = [2 * radius * disc_edge_bias(radius, 1, detector) for detector in DETECTORS]
        assert relative == pytest.approx([-1, 1, 0], abs=2 / radius**2)


def test_a_vanishing_disc_is_a_gaussian():
    """The Gaussian exp(-r^2/2) has u'' = 0 at 1, a zero Laplacian at sqrt 2, and 2 u'' + u'/r = 0 at sqrt 3/2."""
    for detector, place in zip(DETECTORS, (1, math.sqrt(2), math.sqrt(1.5)), strict=True):
        assert SMALLEST + disc_edge_bias(SMALLEST, 1, detector) == pytest.approx(place, abs=1e-6)


@pytest.mark.parametrize(
    ("radius", "sigma", "detector", "error", "words"),
    [
        (10, 1, "sobel", InputError, "no detector"),
        (10, 1, ["log"], InputError, "no detector"),
        (0, 1, "log", InputError, "radius is a positive number, not 0"),
        (10, -1, "log", InputError, "sigma is a positive number, not -1"),
        (math.nan, 1, "log", InputError, "not nan"),
        (10, math.inf, "log", InputError, "not inf"),
        (True, 1, "log", InputError, "not True"),
        ("10", 1, "log", InputError, "not '10'"),
        (LARGEST * 1.1, 1, "plus", LimitError, "1.1e\\+03 sigmas"),
        (1, 1 / SMALLEST * 1.1, "plus", LimitError, "outside the 0.001"),
    ],
)
def test_what_is_no_disc_is_refused(radius, sigma, detector, error, words):
    with pytest.raises(error, match=words):
        disc_edge_bias(radius, sigma, detector)
