"""Statistics of taps: published covariances, textbook formulas, and coverage by simulation."""

from fractions import Fraction

import numpy as np
import pytest
from golden.tables import rows

from kernelkit.errors import InputError, ShapeError, UnderdeterminedError
from kernelkit.exact.kernel import Kernel
from kernelkit.learning.pairs import pairs
from kernelkit.learning.patches import patch_matrix
from kernelkit.learning.statistics import estimate, stated

EDGES = np.array([[1, 1, 0, 0, 0, 0, 1, 1]] * 6)


def test_the_covariance_of_the_post_s_image():
    (row,) = rows("cases_learn", "covariance", key="ask")
    variance, expected = Fraction(row["input"]["noise_variance"]), row["expected"]
    found = estimate(pairs(EDGES, np.zeros((6, 7)), (1, 2)), noise=float(variance) ** 0.5)
    assert np.allclose(np.linalg.inv(found.inverse), row["input"]["R"], rtol=1e-13)
    wanted = np.array([[float(Fraction(v)) for v in line] for line in expected["covariance"]])
    covariance = found.covariance()
    assert np.allclose(covariance, wanted, rtol=1e-12)
    assert np.allclose(found.errors.ravel() ** 2, np.diag(wanted), rtol=1e-12)
    assert np.array([1, 1]) @ covariance @ [1, 1] == pytest.approx(
        float(Fraction(expected["variance_of_tap_sum"]))
    )
    difference = float(Fraction(expected["variance_of_tap_difference"]))
    assert np.array([1, -1]) @ covariance @ [1, -1] == pytest.approx(difference)
    correlation = covariance[0, 1] / covariance[0, 0]
    assert correlation == pytest.approx(float(Fraction(expected["correlation"])))


def test_taps_and_noise_are_those_of_the_textbook_formulas():
    """With channels, stride, padding and a bias: NumPy's least squares, and residuals over windows less unknowns."""
    rng = np.random.default_rng(3)
    given = pairs(
        rng.normal(size=(2, 2, 9, 9)), rng.normal(size=(2, 3, 5, 5)), 2, stride=2, padding=1, bias="fit"
    )
    found, matrix = estimate(given), patch_matrix(given)
    labels = np.moveaxis(given.y, 1, -1).reshape(-1, 3)
    best, left, *_ = np.linalg.lstsq(matrix, labels, rcond=None)
    assert np.allclose(found.taps.reshape(3, 8), best[:8].T, atol=1e-13)
    assert np.allclose(found.bias, best[8], atol=1e-13)
    assert found.freedom == 50 - 9
    assert np.allclose(found.noise**2, left / 41, rtol=1e-12)
    spread = np.linalg.inv(matrix.T @ matrix)
    assert np.allclose(found.errors[1].ravel(), found.noise[1] * np.sqrt(np.diag(spread)[:8]), rtol=1e-12)
    assert np.allclose(found.bias_errors, found.noise * np.sqrt(spread[8, 8]), rtol=1e-12)
    assert np.allclose(found.covariance(2, 1), found.noise[2] ** 2 * spread[4:8, 4:8], rtol=1e-11)
    low, high = found.interval(0.9)
    assert np.allclose(
        (high - low) / 2, 1.6829 * found.errors, rtol=1e-4
    )  # Student's t, 41 degrees, 95 per cent


def test_intervals_cover_at_their_rate_and_errors_are_the_spread():
    """2,000 labels of one image of 20 x 20: coverage 0.95, covariance within 5 per cent, excess risk 9 sigma^2."""
    rng = np.random.default_rng(0)
    x, truth, sigma = rng.normal(size=(20, 20)), rng.normal(size=9), 0.5
    given = pairs(x, None, 3)
    matrix = patch_matrix(given)
    clean = matrix @ truth
    labels = clean[:, None] + sigma * rng.normal(size=(len(clean), 2000))
    batch = pairs(x[None, None], labels.T.reshape(1, 2000, 18, 18), 3)
    found = estimate(batch)
    low, high = found.interval()
    inside = (low.reshape(2000, 9) <= truth) & (truth <= high.reshape(2000, 9))
    assert inside.mean() == pytest.approx(0.95, abs=0.006)
    learned = found.taps.reshape(2000, 9)
    assert np.allclose(np.cov(learned.T).diagonal(), sigma**2 * np.diag(found.inverse), rtol=0.1)
    assert np.mean(found.noise**2) == pytest.approx(sigma**2, rel=0.005)
    risk = np.mean(np.sum((learned @ matrix.T - clean) ** 2, axis=1))
    assert risk == pytest.approx(9 * sigma**2, rel=0.04)
    known = estimate(batch, noise=sigma)
    low, high = known.interval()
    inside = (low.reshape(2000, 9) <= truth) & (truth <= high.reshape(2000, 9))
    assert inside.mean() == pytest.approx(0.95, abs=0.006)


def test_the_kernel_stands_at_its_offsets():
    x = np.random.default_rng(0).normal(size=40)
    given = pairs(x, x[4:] - x[:-4], 3, dilation=2)
    found = estimate(given)
    assert found.offsets == ((-2,), (0,), (2,))
    nearest = {x: round(t) for (x,), t in found.kernel().taps}
    assert Kernel(nearest) == Kernel({-2: -1, 2: 1})


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (lambda: estimate(pairs(EDGES, np.zeros((4, 6)), 3)), UnderdeterminedError),
        (lambda: estimate(pairs([1, 2, 3], None, 2)), InputError),
        (lambda: estimate(pairs([1, 2, 3], [1, 2], 2)), InputError),
        (lambda: estimate(pairs([1, 2, 5], [1, 2], 2), noise=-1.0), InputError),
        (lambda: estimate(pairs([1, 2, 5, 1], [1, 2, 3], 2)).interval(1.0), InputError),
        (lambda: stated([1, float("nan")], 0.1), InputError),
        (lambda: stated([1, 2], [0.1, 0]), InputError),
        (lambda: stated(1.0, 0.1), ShapeError),
        (lambda: stated([1, 2], [0.1, 0.1, 0.1]), ShapeError),
        (lambda: stated([1, 2], [0.1]), ShapeError),
        (lambda: stated(["a"], 0.1), InputError),
        (lambda: stated([1, 2], "a"), InputError),
        (lambda: stated([], 0.1), InputError),
        (lambda: estimate(pairs([1, 2, 5], [1, 2], 2), noise="a"), InputError),
        (lambda: stated([1, 2], 0.1).interval("a"), InputError),
    ],
)
def test_what_cannot_be_said_is_refused(call, error):
    with pytest.raises(error) as caught:
        call()
    assert caught.value.what
