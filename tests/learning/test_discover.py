"""Size discovery: a d-th difference needs d + 1 taps, and what fewer leave is known."""

import math
from fractions import Fraction

import numpy as np
import pytest
import torch
from golden.tables import ids, rows
from scipy.signal import correlate2d

from kernelkit.errors import InputError, ShapeError
from kernelkit.learning.discover import discover


def difference(order):
    return np.array([(-1) ** (order - j) * math.comb(order, j) for j in range(order + 1)], dtype=float)


@pytest.mark.parametrize("row", rows("cases_learn", "size-residual", key="ask"), ids=ids)
def test_white_data_leave_the_omitted_squared_binomials(row):
    order = row["input"]["order"]
    x = np.random.default_rng(order).normal(size=200_000)
    y = np.correlate(x, difference(order), "valid")
    padded = np.concatenate([np.zeros(order // 2), y, np.zeros(order - order // 2)])
    found = discover(x, padded, 7)
    assert found.chosen.taps == found.by_bic.taps == row["expected"]["smallest_n_with_zero"] == order + 1
    residuals = {fit.taps: fit.residual for fit in found.fits}
    for taps, residual in row["expected"]["relative_residual_for_n_taps"].items():
        assert residuals[int(taps)] == pytest.approx(float(Fraction(residual)), rel=0.02, abs=0)
    assert residuals[order] == pytest.approx(1 / math.comb(2 * order, order), rel=0.02)


@pytest.mark.parametrize("order", [1, 2, 3, 4])
def test_noise_hides_no_tap_that_matters(order):
    rng = np.random.default_rng(order)
    x = rng.normal(size=3000)
    y = np.convolve(x, difference(order)[::-1], "same")
    found = discover(x, y + rng.normal(size=y.shape), 9)
    assert found.chosen.taps == found.by_bic.taps == order + 1
    assert found.statement.startswith(f"a window of {order + 1} suffices: {order + 1} taps, residual 0.")


def test_the_f_test_rejects_windows_that_suffice_at_its_level():
    """Nested windows around a true one of 3 taps: that of 3 is found too small in about 1 run of 100."""
    rejected = 0
    for seed in range(600):
        rng = np.random.default_rng(seed)
        x = rng.normal(size=80)
        y = np.convolve(x, [1, -2, 1], "same") + rng.normal(size=80)
        found = discover(x, y, 5, level=0.05)
        true = [fit for fit in found.fits if fit.box == ((-1, 1),)]
        rejected += not true or true[0].p_value < 0.05
    # the series of windows is chosen by the data, which costs a little
    assert 0.02 < rejected / 600 < 0.1


def test_windows_are_boxes_where_kernels_are():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(60, 60))
    found = discover(x, correlate2d(x, [[1, 0, -1], [2, 0, -2]], "same"), (5, 5))
    assert found.chosen.size == (2, 3)
    along = discover(x, correlate2d(x, [[1, -2, 1]], "same"), 5)
    assert along.chosen.box == ((0, 0), (-1, 1))
    assert along.statement == "a window of 1 x 3 suffices: 3 taps, residual 0"


def test_windows_are_nested_and_residuals_grow():
    rng = np.random.default_rng(1)
    x = rng.normal(size=(1, 2, 30, 30))
    found = discover(x, rng.normal(size=(1, 3, 30, 30)), 3, bias="fit")
    for large, small in zip(found.fits, found.fits[1:], strict=False):
        assert all(a <= c <= d <= b for (a, b), (c, d) in zip(large.box, small.box, strict=True))
        assert large.residual <= small.residual * (1 + 1e-12)
        assert large.taps > small.taps
    assert found.fits[0].taps == 18
    assert found.fits[-1].taps == 2
    assert found.fits[0].p_value == 1


def test_every_fit_is_plain_least_squares():
    rng = np.random.default_rng(2)
    x, y = rng.normal(size=40), rng.normal(size=36) + 3
    for fit in discover(x, y, 5, bias="fit").fits:
        ((low, high),) = fit.box
        window = np.lib.stride_tricks.sliding_window_view(x, 5)[:, low + 2 : high + 3]
        matrix = np.column_stack([window, np.ones(36)])
        left = y - matrix @ np.linalg.lstsq(matrix, y, rcond=None)[0]
        assert fit.residual == pytest.approx(left @ left / np.sum((y - y.mean()) ** 2), rel=1e-11)
        assert fit.bic == pytest.approx(36 * math.log(left @ left / 36) + fit.taps * math.log(36), rel=1e-11)


def test_a_window_of_the_largest_size_warns():
    x = np.random.default_rng(0).normal(size=100)
    found = discover(x, np.convolve(x, difference(6), "same"), 5)
    assert found.chosen.size == (5,)
    assert found.statement.endswith("it is the largest that was tried, so a larger one may be needed")


def test_a_photograph_shows_the_fourth_difference():
    """A share of 0.0022 explained by one tap, all of it by five."""
    skimage = pytest.importorskip("skimage", reason="the photograph is in scikit-image's data")
    image = skimage.data.camera() / 255
    found = discover(image, correlate2d(image, difference(4)[None], "same"), (1, 7))
    explained = {fit.taps: 1 - fit.residual for fit in found.fits}
    assert found.chosen.taps == 5
    assert explained[5] == explained[7] == 1
    assert explained[1] == pytest.approx(0.0022, abs=1e-4)


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (lambda: discover([1, 2, 3, 5, 8], [1, 2, 3, 5], 3), ShapeError),
        (lambda: discover([1, 2, 3, 5, 8], [1, 2, 3], 3), InputError),
        (lambda: discover(np.ones(30), np.ones(30), 3), InputError),
        (lambda: discover(np.arange(30) ** 3, np.ones(30), 3, level=0), InputError),
        (lambda: discover([1, 2, 3], [1, 2, 3], 5), ShapeError),
    ],
)
def test_what_cannot_be_tested_is_refused(call, error):
    with pytest.raises(error) as caught:
        call()
    assert caught.value.what


@pytest.mark.parametrize("labels", [[[1, 2], [3]], "abc", None, [1j] * 16, 3.0])
def test_labels_that_are_no_numbers_are_refused(labels):
    with pytest.raises((InputError, ShapeError)):
        discover(range(16), labels, 3)


def test_labels_with_a_gradient_and_unknown_ends_are_read():
    x = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8, 9, 7, 9, 3]
    second = [math.nan, *(a - 2 * b + c for a, b, c in zip(x, x[1:], x[2:], strict=False)), math.nan]
    labels = torch.tensor(second, dtype=torch.float64, requires_grad=True)
    assert discover(x, labels, 3).chosen.size == (3,)
