"""Gabor kernels: OpenCV's taps, no answer to flat images, and the direction of the wave."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING

import cv2
import mpmath
import numpy as np
import pytest
from golden.tables import ids, rows
from hypothesis import given, settings
from hypothesis import strategies as st

from kernelkit.catalogue.gabor import FAMILIES, gabor, leading_operator
from kernelkit.errors import InputError, LimitError
from kernelkit.exact.certify import certify
from kernelkit.exact.functional import derivative, laplacian
from kernelkit.exact.kernel import Kernel

if TYPE_CHECKING:
    from kernelkit.catalogue.entry import Entry


def array(kernel: Kernel, size: int) -> np.ndarray:
    found = np.zeros((size, size))
    for (y, x), tap in kernel.taps:
        found[int(y) + size // 2, int(x) + size // 2] = float(tap)
    return found


def of_case(row: dict, mean: str) -> Entry:
    asked = row["input"]
    size, other = asked["size"]
    assert size == other
    return gabor(
        wavelength=asked["lambda"],
        sigma=asked["sigma"],
        theta=asked["theta"],
        gamma=asked["gamma"],
        psi=asked["psi"],
        size=size,
        mean=mean,
    )


@pytest.mark.parametrize("row", rows("cases_filters", "gabor-dc", key="ask"), ids=ids)
def test_flat_images_answer_nothing(row):
    entry = of_case(row, "zero")
    assert entry.kernel.moment((0, 0)) == row["expected"]["sum_after_zero_dc_correction"]
    sampled = of_case(row, "kept").published.moment((0, 0))
    assert sampled > 0
    if "sum_as_sampled" in row["expected"]:
        right = float(row["expected"]["sum_as_sampled"])
        assert float(sampled) == pytest.approx(right, abs=float(row["tolerance"]))


@pytest.mark.parametrize(
    ("size", "sigma", "theta", "wavelength", "gamma", "psi"),
    [
        (31, 4, 0, 10, "1/2", 0),
        (21, 3, 30, 8, "1", 90),
        (15, 2, 135, 5, "3/4", 45),
        (9, "3/2", -70, "7/2", "2", 200),
    ],
)
def test_kept_samples_are_opencvs(size, sigma, theta, wavelength, gamma, psi):
    entry = gabor(
        size=size, sigma=sigma, theta=theta, wavelength=wavelength, gamma=gamma, psi=psi, mean="kept"
    )
    numbers = (float(Fraction(n)) for n in (sigma, wavelength, gamma))
    deviation, length, aspect = numbers
    theirs = cv2.getGaborKernel(
        (size, size), deviation, math.radians(theta), length, aspect, math.radians(psi), cv2.CV_64F
    )
    assert array(entry.published, size) == pytest.approx(theirs, abs=1e-14)


def test_the_gaussian_weighted_mean_is_what_is_taken_away():
    size = 13
    kept, zero = (
        array(gabor(sigma=2, wavelength=6, psi=40, size=size, mean=mean).published, size)
        for mean in ("kept", "zero")
    )
    y, x = np.mgrid[-6:7, -6:7]
    envelope = np.exp(-(x**2 + y**2 / 4) / 8)
    assert kept - zero == pytest.approx(envelope * kept.sum() / envelope.sum(), abs=1e-14)


def test_taps_are_as_near_as_their_precision_says():
    entry = gabor(sigma="3/2", wavelength=5, theta=20, psi=50, size=7)
    with mpmath.workdps(40):
        cosine, sine = (f(mpmath.radians(20)) for f in (mpmath.cos, mpmath.sin))
        raw, bells = {}, {}
        for y in range(-3, 4):
            for x in range(-3, 4):
                u, v = x * cosine + y * sine, y * cosine - x * sine
                bells[y, x] = mpmath.exp(-(u * u + v * v / 4) / mpmath.mpf("4.5"))
                raw[y, x] = bells[y, x] * mpmath.cos(2 * mpmath.pi * u / 5 - mpmath.radians(50))
        share = sum(raw.values()) / sum(bells.values())
        taps = dict(entry.published.taps)
        for place, sample in raw.items():
            tap = taps[tuple(map(Fraction, place))]
            error = abs(mpmath.mpf(tap.numerator) / tap.denominator - sample + share * bells[place])
            assert error <= mpmath.mpf(entry.precision.numerator) / entry.precision.denominator
    assert entry.precision < Fraction(1, 10**22)


angles = st.integers(-36, 72).map(lambda n: Fraction(5 * n))


@given(angles, angles, st.sampled_from(["zero", "kept"]))
@settings(max_examples=30, deadline=None)
def test_the_target_is_what_the_kernel_does_first_to_smooth_images(theta, psi, mean):
    entry = gabor(wavelength=4, sigma=1, theta=theta, psi=psi, size=7, mean=mean)
    assert entry.gain == 1
    assert entry.kernel == entry.published
    assert certify(entry.published, entry.target).consistent
    assert (entry.target.order == 0) == (entry.published.moment((0, 0)) != 0)
    assert mean == "kept" or entry.target.order in {1, 2}


@pytest.mark.parametrize("theta", [0, 30, 90, 120, 200])
def test_theta_is_the_direction_of_the_wave_from_x_towards_y(theta):
    """Of all waves of its length the kernel answers most to that one, and it is odd along it."""
    size = 25
    entry = gabor(wavelength=6, sigma=3, gamma=1, theta=theta, psi=90, size=size)
    taps = array(entry.published, size)
    y, x = np.mgrid[-12:13, -12:13]

    def answer(degrees: float) -> float:
        along = x * math.cos(math.radians(degrees)) + y * math.sin(math.radians(degrees))
        return float((taps * np.sin(2 * math.pi / 6 * along)).sum())

    assert max(range(0, 360, 10), key=answer) == theta
    # a signal that rises along the wave has a positive answer
    right, down = math.cos(math.radians(theta)), math.sin(math.radians(theta))
    assert float(entry.published.moment((0, 1))) * right + float(entry.published.moment((1, 0))) * down > 0


def test_symmetry_is_exact():
    even, odd = gabor(psi=0, theta=25, sigma=2, size=9), gabor(psi=90, theta=25, sigma=2, size=9)
    assert (even.published.symmetry, odd.published.symmetry) == ("even", "odd")
    upright = gabor(theta=90, sigma=2, size=9).published
    lying = gabor(theta=0, sigma=2, size=9).published
    assert dict(upright.taps) == {(x, y): tap for (y, x), tap in lying.taps}


def test_the_size_holds_three_deviations_in_every_direction():
    assert gabor(sigma=2).published.width == (24, 24)
    assert gabor(sigma=2, gamma=2).published.width == (12, 12)


def test_leading_operators_are_read_from_moments():
    sobel = Kernel.from_array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])
    assert leading_operator(sobel) == derivative((0, 1)) * 8
    assert leading_operator(Kernel.from_array([[0, 1, 0], [1, -4, 1], [0, 1, 0]])) == laplacian(2)
    assert leading_operator(Kernel({-1: 1, 1: 1})) == derivative(0) * 2
    with pytest.raises(InputError, match="nothing is left of the kernel"):
        leading_operator(Kernel({}, ndim=2))


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: gabor(wavelength="3/2"), InputError, "cannot be sampled"),
        (lambda: gabor(sigma=0), InputError, "positive"),
        (lambda: gabor(gamma=-1), InputError, "positive"),
        (lambda: gabor(sigma=65), LimitError, "above 64"),
        (lambda: gabor(size=8), InputError, "odd"),
        (lambda: gabor(size=203), LimitError, "at most 201 samples"),
        (lambda: gabor(sigma=60), LimitError, "at most 201 samples"),
        (lambda: gabor(size=1), InputError, "nothing is left"),
        (lambda: gabor(mean="gone"), InputError, "mean"),
    ],
)
def test_what_means_nothing_is_refused(call, error, words):
    with pytest.raises(error) as refused:
        call()
    assert words in refused.value.what
    assert refused.value.next


def test_names_tell_the_parameters_that_are_not_the_default():
    assert gabor(sigma=2, psi=90, size=13).name == "gabor-13:sigma=2,psi=90"
    assert gabor(wavelength=4, sigma=1, theta="45/2", gamma=1, mean="kept").name == (
        "gabor:wavelength=4,sigma=1,theta=45/2,gamma=1,mean=kept"
    )
    assert set(FAMILIES[0].members) == {
        gabor(sigma=2, size=13).name,
        gabor(sigma=2, psi=90, size=13).name,
    }


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: gabor(psi=90, wavelength=2), "is zero at all samples"),
        (lambda: gabor(psi=90, sigma="1/100"), "is zero at all samples"),
        (lambda: gabor(sigma="1/100"), "nothing is left of the kernel without its mean"),
        (lambda: gabor(sigma="1e-50"), "nothing is left of the kernel without its mean"),
        (lambda: gabor(size=301), "at most 201 samples on a side, not 301"),
        (lambda: gabor(size=203), "at most 201 samples on a side, not 203"),
        (lambda: gabor(sigma=64), "at most 201 samples on a side, not 769"),
        (lambda: gabor(gamma="1e-9"), "at most 201 samples on a side"),
    ],
)
def test_what_leaves_no_kernel_is_told_by_its_cause(call, words):
    with pytest.raises((InputError, LimitError), match=words) as refused:
        call()
    assert refused.value.next


def test_the_ways_out_of_an_empty_kernel_work():
    assert gabor(sigma="1/100", mean="kept").published.taps
    assert gabor(psi=0, wavelength=2).published.taps
    assert gabor(size=5, sigma=64).published.taps
