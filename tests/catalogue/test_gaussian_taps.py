"""Gaussians on a line against their definitions: Bessel functions, derivatives, integrals, tails."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING

import mpmath
import numpy as np
import pytest
from golden.tables import ids, rows
from scipy import ndimage, special

from kernelkit.catalogue.gaussian_taps import (
    discrete_smoother,
    gaussian_line,
    mass_beyond,
    reach_beyond_tail,
)
from kernelkit.catalogue.tail import LIGHTEST_TAIL
from kernelkit.errors import InputError, LimitError, UnsolvableError

if TYPE_CHECKING:
    from kernelkit.exact.kernel import Kernel

TAIL = Fraction(1, 1000)


def tap(kernel: Kernel, n: int) -> Fraction:
    return dict(kernel.taps).get((Fraction(n),), Fraction(0))


@pytest.mark.parametrize("row", [row for row in rows("gaussian") if row["id"].startswith("tail/")], ids=ids)
def test_tails(row):
    for radius, mass in row["tail"].items():
        found = float(mass_beyond("discrete", Fraction(row["t"]), int(radius)).mid())
        assert found == pytest.approx(float(mass), rel=1e-11)


@pytest.mark.parametrize("order", range(5))
@pytest.mark.parametrize("sigma", ["0.7", "1", "2.5"])
def test_sampled_taps_are_those_of_scipy(order, sigma):
    radius = math.ceil(6 * float(sigma))
    impulse = np.zeros(2 * radius + 1)
    impulse[radius] = 1
    # the answer to an impulse is the flipped kernel
    theirs = ndimage.gaussian_filter1d(impulse, float(sigma), order=order, radius=radius, mode="constant")[
        ::-1
    ]
    ours = gaussian_line("sampled", Fraction(sigma) ** 2, order, radius).kernel
    assert [float(tap(ours, n - radius)) for n in range(2 * radius + 1)] == pytest.approx(theirs, abs=1e-14)


@pytest.mark.parametrize("variance", ["1/100", "1/2", "3", "50"])
def test_discrete_taps_are_scaled_bessel_functions(variance):
    kernel = discrete_smoother(Fraction(variance), 60)
    for (n,), weight in kernel.taps:
        assert float(weight) == pytest.approx(special.ive(abs(int(n)), float(Fraction(variance))), abs=1e-14)


def own(form: str, order: int, variance: Fraction, n: int, mass: mpmath.mpf) -> mpmath.mpf:
    """Compute a tap from its definition, by numerical differences and quadrature where there are such."""
    t = mpmath.mpf(variance.numerator) / variance.denominator
    if form == "discrete":
        weights = {0: {0: 1}, 1: {-1: -0.5, 1: 0.5}, 2: {-1: 1, 0: -2, 1: 1}}[order]
        return sum(w * mpmath.exp(-t) * mpmath.besseli(n - k, t) for k, w in weights.items())

    def density(x):
        return mpmath.npdf(x, 0, mpmath.sqrt(t))

    def slope(x):
        return (-1) ** order * mpmath.diff(density, x, order)

    if form == "sampled":
        return slope(mpmath.mpf(n)) / mass
    return mpmath.quad(slope, [n - 0.5, n + 0.5]) / mass


@pytest.mark.parametrize("form", ["discrete", "sampled", "integrated"])
@pytest.mark.parametrize("order", range(3))
@pytest.mark.parametrize("variance", ["1/2", "2"])
def test_taps_are_as_near_to_the_gaussian_as_their_precision_says(form, order, variance):
    t = Fraction(variance)
    line = gaussian_line(form, t, order, 7)
    with mpmath.workdps(50):
        mass = sum(own(form, 0, t, n, mpmath.mpf(1)) for n in range(-7, 8)) if form != "discrete" else None
        # quadrature and numerical differences keep some 25 digits
        slack = line.precision + Fraction(1, 10**22)
        for n in range(-7, 8):
            exact = own(form, order, t, n, mass)
            assert abs(
                mpmath.mpf(tap(line.kernel, n).numerator) / tap(line.kernel, n).denominator - exact
            ) <= (mpmath.mpf(slack.numerator) / slack.denominator)
    assert line.precision > 0


def test_the_radius_is_the_least_that_leaves_out_the_tail():
    """Against sums of Bessel functions and the error function."""
    for variance in (Fraction(1, 4), Fraction(1), Fraction(9)):
        reach = reach_beyond_tail("discrete", variance, Fraction(1, 10**6))
        left = [
            1 - sum(special.ive(abs(n), float(variance)) for n in range(-r, r + 1))
            for r in (reach - 1, reach)
        ]
        assert left[0] > 1e-6 >= left[1]
        reach = reach_beyond_tail("sampled", variance, Fraction(1, 10**6))
        left = [special.erfc((r + 0.5) / math.sqrt(2 * variance)) for r in (reach - 1, reach)]
        assert left[0] > 1e-6 >= left[1]


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: discrete_smoother(Fraction(4), 3), InputError, "through radius 3 has no room"),
        (lambda: discrete_smoother(Fraction(4), 1), InputError, "through radius 1 has no room"),
        (lambda: gaussian_line("sampled", Fraction(1), 1, 0), UnsolvableError, "at least 2 taps"),
        (lambda: gaussian_line("discrete", Fraction(1), 4, 1), UnsolvableError, "at least 5 taps"),
        (lambda: gaussian_line("sampled", Fraction(9), 2, 2), InputError, "does not hold"),
        (lambda: reach_beyond_tail("discrete", Fraction(4200), LIGHTEST_TAIL), LimitError, "above 600"),
        (lambda: reach_beyond_tail("integrated", Fraction(4200), LIGHTEST_TAIL), LimitError, "above 600"),
    ],
)
def test_windows_without_room_are_refused(call, error, words):
    with pytest.raises(error) as refused:
        call()
    assert words in refused.value.what
    assert refused.value.next


@pytest.mark.parametrize("variance", [Fraction(n * n, 64) for n in range(1, 40, 3)])
def test_the_heaviest_tail_leaves_room_for_the_variance(variance):
    radius = reach_beyond_tail("discrete", variance, Fraction(1, 100))
    assert discrete_smoother(variance, radius).moment((2,)) == variance
