"""Least squares of whole families: each against a minimum found in floats on sampled waves."""

from fractions import Fraction

import numpy as np
import pytest
import scipy.optimize
from optimise.waves import symbol_at

from kernelkit import box, derivative, laplacian, line
from kernelkit.optimise.band import read_band
from kernelkit.optimise.squared_criteria import least_square_taps
from kernelkit.optimise.symmetric_family import symmetric_family

HALF = read_band("1/2")
NODES, WEIGHTS = np.polynomial.legendre.leggauss(24)
W = np.stack(np.meshgrid(NODES, NODES, indexing="ij")) * HALF.radians
MEAN = np.outer(WEIGHTS, WEIGHTS) / 4


def band_error(kernel):
    wanted = -(W[0] ** 2) - W[1] ** 2
    return float(np.sum(MEAN * np.abs(symbol_at(kernel, W) - wanted) ** 2))


def rotation_error(kernel):
    along, down = symbol_at(kernel, W), symbol_at(kernel, W[::-1])
    return float(np.sum(MEAN * np.abs(W[0] * along - W[1] * down) ** 2))


def noise(kernel):
    return float(kernel.noise_gain_squared)


@pytest.mark.parametrize(
    ("parts", "target", "function"),
    [
        ([(Fraction(1), "band")], laplacian(2), band_error),
        ([(Fraction(1), "rotation")], derivative((0, 1)), rotation_error),
        (
            [(Fraction(3), "noise"), (Fraction(2), "band")],
            laplacian(2),
            lambda k: 3 * noise(k) + 2 * band_error(k),
        ),
    ],
    ids=["band", "rotation", "mixture"],
)
def test_no_other_free_taps_do_better(parts, target, function):
    """The optimum in closed form is that of a general minimiser, and steps away from it cost."""
    family = symmetric_family(target, box(1), 2)
    free = least_square_taps(parts, family, HALF, 10**18)
    least = function(family.kernel(free))

    def cost(values):
        return function(family.kernel([Fraction(float(x)) for x in values]))

    found = scipy.optimize.minimize(cost, [0.1] * family.freedom, method="BFGS", options={"gtol": 1e-10})
    assert found.x == pytest.approx([float(x) for x in free], abs=1e-6)
    assert least <= found.fun * (1 + 1e-12)
    for i in range(family.freedom):
        for step in (Fraction(1, 100), Fraction(-1, 100)):
            moved = [x + step * (i == j) for j, x in enumerate(free)]
            assert function(family.kernel(moved)) > least


def test_members_of_an_orbit_count_alike():
    """One member stands for its orbit: the same optimum as with points of which none are equivalent."""
    even = least_square_taps(
        [(Fraction(1), "band")], symmetric_family(derivative(1), line(-2, 2), 1), HALF, 10**18
    )
    shifted = symmetric_family(derivative(1, at=1), line(-1, 3), 1)
    assert least_square_taps([(Fraction(1), "band")], shifted, HALF, 10**18) == even
