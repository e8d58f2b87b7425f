"""Largest values made least over all waves: against linear programs on dense samples, and nonlinear programming."""

from fractions import Fraction

import numpy as np
import pytest
import scipy.optimize
from optimise.waves import X_GRADIENT, direction_degrees, symbol_at

from kernelkit import box, derivative, line
from kernelkit.errors import LimitError
from kernelkit.optimise.band import read_band
from kernelkit.optimise.criteria import objective_of, read_criterion
from kernelkit.optimise.forms import form_of
from kernelkit.optimise.largest_criteria import GAP, MOST_PROGRAMMED, check_freedom, least_largest

NEGLIGIBLE = 1e-3


def found_for(name, target, stencil, band, accuracy=2, form="full"):
    criterion = read_criterion(name, read_band(band))
    kernels = form_of(form, criterion, target, stencil, accuracy)
    return kernels, least_largest(criterion, kernels, kernels.least_squares(criterion, 10**24))


def dense_program(order, reach, limit, name):
    """Return the least largest error on 2001 waves of central kernels of accuracy 2 for a derivative of order 1 or 2.

    A linear program in the taps of one side; it knows nothing of the waves between.
    """
    w = np.linspace(0, limit, 2001)
    k = np.arange(1, reach + 1)
    # symbols over i^order: sum 2 a sin(k w) - w, or sum 2 a (cos(k w) - 1) + w^2
    columns = 2 * np.sin(np.outer(w, k)) if order == 1 else 2 * (np.cos(np.outer(w, k)) - 1)
    wanted = w if order == 1 else -(w**2)
    sizes = np.maximum(abs(wanted), NEGLIGIBLE * abs(wanted).max()) if name == "relative" else np.ones_like(w)
    rows = np.vstack([columns, -columns]) / np.r_[sizes, sizes][:, None]
    right = np.r_[wanted, -wanted] / np.r_[sizes, sizes]
    solved = scipy.optimize.linprog(
        np.r_[np.zeros(reach), 1],
        A_ub=np.hstack([rows, -np.ones((len(rows), 1))]),
        b_ub=right,
        A_eq=[[*(2.0 * k**order), 0]],
        b_eq=[order],
        bounds=[(None, None)] * reach + [(0, None)],
    )
    return solved.fun


@pytest.mark.parametrize(
    ("name", "order", "reach", "band"),
    [
        ("relative", 2, 50, "1"),
        ("minimax", 2, 50, "1"),
        ("minimax", 1, 15, "9/10"),
        ("relative", 1, 20, "9/10"),
        ("minimax", 1, 6, "1/2"),
    ],
)
def test_no_kernel_is_better_by_more_than_the_gap(name, order, reach, band):
    """Also for 101 taps, whose errors have fifty peaks."""
    kernels, found = found_for(name, derivative(order), line(-reach, reach), band)
    limit = float(Fraction(band)) * np.pi
    least = dense_program(order, reach, limit, name)
    kernel = kernels.kernels(found.free)[0]
    waves = np.linspace(0, limit, 50001)
    error = abs(symbol_at(kernel, (waves,)) - (1j * waves) ** order)
    if name == "relative":
        error = error / np.maximum(waves**order, NEGLIGIBLE * limit**order)
    assert error.max() <= found.value * (1 + 1e-6)
    assert found.value <= least * (1 + 2 * GAP)
    assert found.bound >= found.value * (1 - GAP)


def largest_on_rim(kernel, limit):
    angles = np.linspace(1e-3, np.pi / 4, 400)
    return max(np.abs(direction_degrees(kernel, r, angles)).max() for r in np.linspace(0.5, 1, 20) * limit)


def test_bounded_noise_is_used_up_where_it_helps():
    """Accuracy 4 on 5 x 5 samples: against sequential quadratic programming from many starts."""
    kernels, found = found_for("direction", X_GRADIENT, box(2), "1/2", accuracy=4)
    kernel = kernels.kernels(found.free)[0]
    assert float(kernel.noise_gain_squared) == pytest.approx(0.5, rel=1e-3)
    assert kernel.noise_gain_squared <= Fraction(1, 2) * (1 + Fraction(1, 10**8))
    weights = np.array([len(o.offsets) for o in kernels.family.orbits])

    def noise(free):
        return float(weights @ kernels.taps(np.asarray(free[:-1]))[0] ** 2)

    lengths, angles = np.meshgrid(np.linspace(0.3, 1, 16) * np.pi / 2, np.linspace(0.01, np.pi / 4, 60))
    u, v = (lengths * np.sin(angles)).ravel(), (lengths * np.cos(angles)).ravel()

    def sines(a, b):
        return np.stack(
            [
                sum(
                    s * np.sin(a * float(y) + b * float(x))
                    for (y, x), s in zip(o.offsets, o.signs, strict=True)
                )
                for o in kernels.family.orbits
            ],
            axis=-1,
        )

    hx, hy = sines(u, v), sines(v, u)
    across, along = (v[:, None] * hy - u[:, None] * hx), (v[:, None] * hx + u[:, None] * hy)

    def slack(free):
        taps = kernels.taps(np.asarray(free[:-1]))[0]
        tangent = (across @ taps) / (along @ taps)
        return np.concatenate([free[-1] - tangent, free[-1] + tangent])

    rng = np.random.default_rng(3)
    begun = np.array(found.free, dtype=float)
    rivals = []
    for _ in range(3):
        start = np.r_[begun + rng.normal(scale=0.02, size=len(begun)), 0.01]
        solved = scipy.optimize.minimize(
            lambda free: free[-1],
            start,
            method="SLSQP",
            constraints=[
                {"type": "ineq", "fun": slack},
                {"type": "ineq", "fun": lambda free: 0.5 - noise(free)},
            ],
            options={"maxiter": 300, "ftol": 1e-12},
        )
        if noise(solved.x) <= 0.5 + 1e-6:
            rivals.append(np.degrees(np.arctan(abs(slack(np.r_[solved.x[:-1], 0.0])).max())))
    assert found.value <= min(rivals) * 1.005


@pytest.mark.parametrize("form", ["full", "separable"])
def test_up_to_pi_directions_converge_too(form):
    kernels, found = found_for("direction", X_GRADIENT, box(2), "1", form=form)
    kernel = kernels.kernels(found.free)[0]
    assert found.bound >= found.value * (1 - GAP)
    assert largest_on_rim(kernel, np.pi) <= found.value * (1 + 1e-3)
    assert found.value < {"full": 1.8, "separable": 4.3}[form]


def test_a_start_that_turns_round_is_mended():
    """Least squares of accuracy 4 up to pi turn some waves by 180 degrees."""
    criterion = read_criterion("direction", read_band(1))
    kernels = form_of("full", criterion, X_GRADIENT, box(2), 4)
    start = kernels.least_squares(criterion, 10**24)
    assert objective_of(criterion, kernels.kernels(start)[0], X_GRADIENT) > 90
    found = least_largest(criterion, kernels, start)
    assert largest_on_rim(kernels.kernels(found.free)[0], np.pi) < 7


def test_a_start_that_is_best_comes_back():
    criterion = read_criterion("minimax", read_band("1/2"))
    kernels = form_of("full", criterion, derivative(1), line(-2, 2), 2)
    first = least_largest(criterion, kernels, kernels.least_squares(criterion, 10**24))
    again = least_largest(criterion, kernels, first.free)
    assert again.value <= first.value
    assert again.free == pytest.approx(first.free, abs=1e-6)


def test_too_many_free_taps_are_refused():
    criterion = read_criterion("minimax", read_band("1/2"))
    reach = 2 * MOST_PROGRAMMED
    with pytest.raises(LimitError, match="least squares: band"):
        check_freedom(criterion, form_of("full", criterion, derivative(1), line(-reach, reach), 2))
