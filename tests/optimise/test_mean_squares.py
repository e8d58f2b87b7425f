"""Mean squares in closed form: against quadrature, and least squares against NumPy's."""

from fractions import Fraction

import numpy as np
import pytest
from flint import ctx
from hypothesis import given
from hypothesis import strategies as st

from kernelkit import derivative, integral, laplacian, value
from kernelkit.optimise.band import read_band
from kernelkit.optimise.mean_squares import (
    Objective,
    Residual,
    _averages,
    _mean,
    least_squares,
    minus,
    tap_wave,
    target_wave,
    times,
)

HALF = read_band("1/2")
NODES, WEIGHTS = np.polynomial.legendre.leggauss(60)


def value_of(wave, w):
    """Evaluate a wave from its definition; powers of -1 come in pairs that stay finite at w = 0."""
    return sum(
        float(c)
        * np.prod([(1j * x) ** p * np.exp(1j * x * float(s)) for (p, s), x in zip(f, w, strict=True)], axis=0)
        for c, f in wave
    )


def mean_by_quadrature(a, b, limit, ndim):
    nodes = np.stack(np.meshgrid(*[NODES * limit] * ndim, indexing="ij"))
    weights = np.prod(np.stack(np.meshgrid(*[WEIGHTS / 2] * ndim, indexing="ij")), axis=0)
    return float(np.sum(weights * value_of(a, nodes) * np.conj(value_of(b, nodes))).real)


def closed_form(a, b, band=HALF):
    with ctx.workprec(200):
        return float(_mean(a, b, _averages(band)).mid())


TARGETS = [
    derivative(1),
    derivative(4),
    value(at="2/3"),
    integral(0, 1),
    integral("-1/2", 2),
    derivative(2) - derivative(1) * 3,
    derivative(2).on_grid("1/2"),
]


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
@pytest.mark.parametrize("band", ["1/2", "1", "1.1 rad"])
def test_products_of_targets_and_taps_are_those_of_a_quadrature(target, band):
    limit = read_band(band).radians
    wave = target_wave(target)
    for other in (wave, tap_wave((Fraction(0),)), tap_wave((Fraction(-3, 2),), -1)):
        wanted = mean_by_quadrature(wave, other, limit, 1)
        assert closed_form(wave, other, read_band(band)) == pytest.approx(wanted, rel=1e-11, abs=1e-11)


def test_in_the_plane_means_are_over_the_box():
    laplace = target_wave(laplacian(2))
    turned = minus(
        times(tap_wave((Fraction(1), Fraction(2))), 1), times(tap_wave((Fraction(2), Fraction(1))), 0)
    )
    for a, b in ((laplace, laplace), (turned, turned), (laplace, tap_wave((Fraction(1), Fraction(0))))):
        wanted = mean_by_quadrature(a, b, HALF.radians, 2)
        assert closed_form(a, b) == pytest.approx(wanted, rel=1e-11, abs=1e-11)


@given(
    offset=st.fractions(-3, 3, max_denominator=6),
    power=st.integers(0, 5),
    shift=st.fractions(-3, 3, max_denominator=6),
)
def test_powers_of_waves_are_those_of_a_quadrature(offset, power, shift):
    a, b = tap_wave((offset,)), tap_wave((shift,))
    for _ in range(power):
        a = times(a, 0)
    wanted = mean_by_quadrature(a, b, HALF.radians, 1)
    assert closed_form(a, b) == pytest.approx(wanted, rel=1e-10, abs=1e-10)


def test_least_squares_are_numpys():
    """Seven taps, none of them bound, and one ridge: the normal equations in floats."""
    offsets = [Fraction(k) for k in range(-3, 4)]
    target = integral(0, 1)
    objective = Objective(
        ((Fraction(5), Residual(tuple((tap_wave((x,)),) for x in offsets), target_wave(target))),),
        (Fraction(1, 100),) * 7,
    )
    unit = [[Fraction(int(i == j)) for j in range(7)] for i in range(7)]
    found = least_squares(objective, [Fraction(0)] * 7, unit, HALF, 10**20)
    w, weights = NODES * HALF.radians, WEIGHTS / 2
    symbols = np.exp(1j * np.outer(w, [float(x) for x in offsets]))
    ideal = np.sinc(w / 2 / np.pi) * np.exp(1j * w / 2)
    gram = 5 * (symbols.conj().T * weights) @ symbols + np.eye(7) / 100
    wanted = np.linalg.solve(gram.real, 5 * ((symbols.conj().T * weights) @ ideal).real)
    assert [float(x) for x in found] == pytest.approx(wanted, abs=1e-12)
    assert all(not 10**20 % x.denominator for x in found)


def test_without_residuals_the_least_values_are_rational():
    """(1 + t)^2 + 2 (1 - t)^2 is least at t = 1/3."""
    objective = Objective((), (Fraction(1), Fraction(2)))
    found = least_squares(objective, [Fraction(1)] * 2, [[Fraction(1), Fraction(-1)]], HALF, 3 * 10**6)
    assert found == [Fraction(1, 3)]
