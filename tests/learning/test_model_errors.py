"""Noise in the images, and a constant left out: predicted by formula, met by simulation."""

import math
from fractions import Fraction

import numpy as np
import pytest
from golden.tables import rows
from scipy.signal import correlate2d

from kernelkit.errors import InputError, ShapeError, UnderdeterminedError
from kernelkit.learning.model_errors import attenuated, corrected, offset_shift
from kernelkit.learning.pairs import pairs
from kernelkit.learning.patches import patch_matrix
from kernelkit.learning.statistics import estimate

EDGES = np.array([[1, 1, 0, 0, 0, 0, 1, 1]] * 6)
FIVE_POINT = np.array([[0, 1, 0], [1, -4, 1], [0, 1, 0]])


def test_noise_shrinks_the_post_s_kernel_to_10_17():
    (row,) = rows("cases_learn", "noise-in-x", key="ask")
    given = pairs(EDGES, None, (1, 2))
    assert given.windows == row["input"]["windows"]
    deviation = float(Fraction(row["input"]["noise_variance_in_X"])) ** 0.5
    expected = [float(Fraction(v)) for v in row["expected"]["expected_taps"]]
    found = attenuated(given, [row["input"]["K_true"]], deviation)
    assert found.ravel() == pytest.approx(expected, rel=1e-12)


def test_white_images_attenuate_by_1_over_1_plus_tau_squared():
    """An image of plus and minus ones whose windows are orthogonal is exactly white."""
    (row,) = rows("cases_learn", "white-attenuation", key="ask")
    for tau, factor in zip(row["input"]["tau"], row["expected"]["factors"], strict=True):
        found = attenuated(pairs([1, 1, -1], None, 2), [1, -3], float(Fraction(tau)))
        assert found == pytest.approx(np.array([1, -3]) * float(Fraction(factor)), rel=1e-13)


def test_simulated_learning_meets_the_prediction():
    """White images with tau = 0.3: 0.9174 predicted, and learned on a long signal."""
    rng = np.random.default_rng(0)
    clean = rng.normal(size=(1, 1, 400_000))
    truth = np.array([1.0, -2.0, 1.0])
    labels = np.correlate(clean[0, 0], truth, "valid")[None, None]
    noisy = clean + 0.3 * rng.normal(size=clean.shape)
    learned = estimate(pairs(noisy, labels, (3,))).taps.ravel()
    assert learned == pytest.approx(truth * 0.9174, abs=0.01)
    assert learned == pytest.approx(attenuated(pairs(clean, None, (3,)), truth, 0.3), abs=0.008)
    assert attenuated(pairs(noisy, None, (3,)), truth, 0.3, images="noisy") == pytest.approx(
        learned, abs=0.008
    )
    assert corrected(pairs(noisy, labels, (3,)), 0.3).ravel() == pytest.approx(truth, abs=0.01)


def test_correction_and_prediction_are_inverse_with_padding_a_bias_and_channels():
    """What is predicted from noisy images is corrected to the truth, but for the small bias that goes with it."""
    rng = np.random.default_rng(1)
    given = pairs(rng.normal(size=(2, 2, 12, 12)), np.zeros((2, 3, 14, 14)), 3, padding=2, bias="fit")
    truth = rng.normal(size=(3, 2, 3, 3))
    shrunk = attenuated(given, truth, 0.4, images="noisy")
    labels = patch_matrix(given)[:, :-1] @ shrunk.reshape(3, -1).T
    # labels that the shrunk taps meet exactly have the right hand side R w_shrunk, up to the bias
    learned = pairs(given.x, np.moveaxis(labels.reshape(2, 14, 14, 3), -1, 1), 3, padding=2, bias="fit")
    assert np.allclose(estimate(learned).taps, shrunk, atol=1e-12)
    fixed = corrected(learned, 0.4)
    assert fixed.shape == truth.shape
    sizes = [np.linalg.norm(t) for t in (shrunk, fixed, truth)]
    assert sizes[0] < sizes[1]
    assert np.allclose(fixed, truth, rtol=0.01, atol=0.01)


@pytest.mark.parametrize(("tau", "centre", "corner"), [(0.005, -3.86, 0.03), (0.02, -2.66, 0.2)])
def test_a_photograph_with_noise_teaches_a_blurred_laplacian(tau, centre, corner):
    skimage = pytest.importorskip("skimage", reason="the photograph is in scikit-image's data")
    clean = skimage.data.camera() / 255
    predicted = attenuated(pairs(clean, None, 3), FIVE_POINT, tau)
    assert predicted[1, 1] == pytest.approx(centre, abs=0.01)
    assert predicted[::2, ::2].ravel() == pytest.approx([corner] * 4, abs=0.01)
    noisy = clean + tau * np.random.default_rng(0).normal(size=clean.shape)
    labels = correlate2d(clean, FIVE_POINT, "valid")
    assert np.allclose(estimate(pairs(noisy, labels, 3)).taps[0, 0], predicted, atol=0.02)
    assert np.allclose(corrected(pairs(noisy, labels, 3), tau)[0, 0], FIVE_POINT, atol=0.25)


def test_a_constant_left_out_bends_the_taps():
    (row,) = [row for row in rows("cases_learn") if row["id"] == "1.2-E3/bias-not-updated"]
    shift, loss = offset_shift(pairs(row["input"]["X"], None, row["input"]["kernel_shape"]), 0.5)
    bent = np.array([[1, -1]]) + shift
    assert bent.ravel() == pytest.approx([float(Fraction(v)) for v in row["expected"]["taps"][0]], rel=1e-13)
    assert loss == pytest.approx(float(Fraction(row["expected"]["loss"])), rel=1e-13)


def test_centring_images_and_labels_is_fitting_a_bias():
    """Where all windows see all pixels equally often, as on a ring, the two are the same."""
    rng = np.random.default_rng(0)
    x = rng.uniform(size=50)
    ring = np.concatenate([x, x[:2]])
    y = np.correlate(ring, [1.0, -2.0, 0.5], "valid") + 7 + 0.1 * rng.normal(size=50)
    fitted = estimate(pairs(ring, y, 3, bias="fit"))
    centred = estimate(pairs(ring - x.mean(), y - y.mean(), 3))
    assert np.allclose(fitted.taps, centred.taps, atol=1e-13)


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (lambda: attenuated(pairs(EDGES, None, (1, 2)), [[1, -1]], -0.1), InputError),
        (lambda: attenuated(pairs(EDGES, None, (1, 2)), [[1], [-1]], 0.1), ShapeError),
        (lambda: attenuated(pairs(EDGES, None, (1, 2)), [[1, -1]], 0.4, images="noisy"), InputError),
        (lambda: corrected(pairs(EDGES, np.zeros((6, 7)), (1, 2)), 0.4), InputError),
        (lambda: corrected(pairs(EDGES, None, (1, 2)), 0.1), InputError),
        (lambda: offset_shift(pairs(EDGES, None, 3)), UnderdeterminedError),
    ],
)
def test_what_cannot_be_is_refused(call, error):
    with pytest.raises(error) as caught:
        call()
    assert caught.value.what


@pytest.mark.parametrize(
    "call",
    [
        lambda given: offset_shift(given, math.nan),
        lambda given: offset_shift(given, "a"),
        lambda given: offset_shift(given, 1e200),
        lambda given: attenuated(given, [math.nan, 1], 0.1),
        lambda given: attenuated(given, ["a", "b"], 0.1),
        lambda given: attenuated(given, [1, -1], "a"),
        lambda given: attenuated(given, [1, -1], 1e200),
        lambda given: attenuated(given, [1, -1], 0.1, images="dirty"),
    ],
)
def test_numbers_that_mean_nothing_are_refused(call):
    with pytest.raises(InputError):
        call(pairs([1, 2, 4, 7, 11], None, 2))
