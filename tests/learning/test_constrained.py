"""Learning under exact conditions: they hold in fractions, and nothing closer meets them."""

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.signal import correlate2d

from kernelkit.errors import InputError, ShapeError
from kernelkit.exact.functional import derivative, laplacian
from kernelkit.learning.constrained import constrained
from kernelkit.learning.constraints import Constraints, moments_of, only_at, symmetric, total
from kernelkit.learning.pairs import pairs
from kernelkit.learning.patches import patch_matrix
from kernelkit.learning.statistics import estimate

FIVE_POINT = np.array([[0, 1, 0], [1, -4, 1], [0, 1, 0]])


def noisy_laplacian(seed, sigma):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(20, 20))
    y = correlate2d(x, FIVE_POINT, "valid")
    return pairs(x, y + sigma * rng.normal(size=y.shape), (3, 3))


def test_moments_hold_exactly_and_taps_are_learned():
    found = constrained(noisy_laplacian(0, 0.5), moments_of(laplacian(2), (3, 3), 2))
    kernel = found.kernels[0][0]
    assert kernel.moment((0, 0)) == kernel.moment((1, 1)) == 0
    assert kernel.moment((2, 0)) == kernel.moment((0, 2)) == 2
    assert found.free == 3
    for offset, tap in kernel.taps:
        place = tuple(int(x) + 1 for x in offset)
        assert float(tap) == pytest.approx(found.taps[0, 0][place], abs=1e-14)
    assert np.abs(found.taps[0, 0] - FIVE_POINT).max() < 0.1


def test_conditions_that_are_true_make_the_error_smaller():
    """By as much as the share of directions that they fix: 3 of 9 stay."""
    conditions = moments_of(laplacian(2), (3, 3), 2)
    runs = [noisy_laplacian(seed, 0.5) for seed in range(400)]
    with_them = np.mean([np.sum((constrained(g, conditions).taps[0, 0] - FIVE_POINT) ** 2) for g in runs])
    without = np.mean([np.sum((estimate(g).taps[0, 0] - FIVE_POINT) ** 2) for g in runs])
    assert with_them / without == pytest.approx(3 / 9, rel=0.15)


def test_nothing_closer_meets_the_conditions():
    """SciPy's constrained minimiser is the oracle; two input channels, two output channels, a bias."""
    rng = np.random.default_rng(4)
    given = pairs(rng.normal(size=(3, 2, 6, 7)), rng.normal(size=(3, 2, 4, 5)), (3, 3), bias="fit")
    found = constrained(given, total((3, 3), 1) + symmetric((3, 3), "even"))
    matrix = patch_matrix(given)
    for output in range(2):
        labels = given.y[:, output].ravel()

        def loss(w, labels=labels):
            return np.sum((matrix @ w - labels) ** 2)

        def slope(w, labels=labels):
            return 2 * matrix.T @ (matrix @ w - labels)

        def gap(w):
            taps = w[:18].reshape(2, 9)
            return np.concatenate([taps.sum(axis=1) - 1, (taps - taps[:, ::-1])[:, :4].ravel()])

        best = minimize(loss, np.zeros(19), jac=slope, constraints={"type": "eq", "fun": gap}, method="SLSQP",
                        options={"ftol": 1e-14, "maxiter": 500})  # fmt: skip
        assert found.taps[output].ravel() == pytest.approx(best.x[:18], abs=1e-5)
        assert found.bias[output] == pytest.approx(best.x[18], abs=1e-5)
        assert found.loss[output] == pytest.approx(best.fun, rel=1e-9)
        for channel in range(2):
            kernel = found.kernels[output][channel]
            assert kernel.moment((0, 0)) == 1
            assert kernel.symmetry == "even"
    assert found.free == 2 * 4 + 1


def test_no_condition_is_plain_least_squares():
    given = noisy_laplacian(1, 1.0)
    found = constrained(given, Constraints((3, 3), ()))
    assert np.allclose(found.taps, estimate(given).taps, atol=1e-13)


def test_conditions_may_leave_nothing_to_learn():
    found = constrained(
        noisy_laplacian(0, 0.0), moments_of(laplacian(2), (3, 3), 3) + only_at((3, 3), plus())
    )
    assert found.free == 0
    assert np.array_equal(found.taps[0, 0], FIVE_POINT)
    assert found.loss[0] < 1e-20


def plus():
    return [(0, 0), (0, 1), (0, -1), (1, 0), (-1, 0)]


def test_what_contradicts_is_refused():
    given = noisy_laplacian(0, 0.1)
    with pytest.raises(InputError, match="contradict"):
        constrained(given, total((3, 3), 0) + total((3, 3), 1))
    with pytest.raises(InputError, match="contradict"):
        constrained(given, moments_of(derivative((0, 2)), (3, 3), 2) + only_at((3, 3), [(0, 0), (0, 1)]))
    with pytest.raises(ShapeError, match="do not fit"):
        constrained(given, total((2, 2), 0))


def test_conditions_on_neighbours_are_refused_for_dilated_layers():
    data = pairs(np.arange(9.0), np.ones(5), 3, dilation=2)
    with pytest.raises(InputError, match="dilation"):
        constrained(data, moments_of(derivative(1), (3,), 1))
