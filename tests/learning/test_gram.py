"""Normal equations against the patch matrix, by both routes, and the conditioning of real images."""

import tracemalloc

import numpy as np
import pytest
from golden.tables import rows
from learning.images import EDGES, LAYERS, camera, garments, naive_patches, name_of, rough

from kernelkit.learning import planes
from kernelkit.learning.gram import normal_equations, shifted_sums
from kernelkit.learning.pairs import pairs

CASES = {row["id"]: row for row in rows("cases_learn")}


@pytest.fixture(params=["planes", "patches"])
def route(request, monkeypatch):
    """Send all layers that have planes one way, in strips of a few lines, or the other."""
    monkeypatch.setattr(planes, "SMALLEST", 0 if request.param == "planes" else 1 << 40)
    monkeypatch.setattr(planes, "STRIP", 300)
    return request.param


@pytest.mark.parametrize("bias", ["none", "fit"])
@pytest.mark.parametrize("layer", LAYERS, ids=name_of)
def test_normal_equations_are_those_of_the_patch_matrix(layer, bias, route):
    shape, size, settings = layer
    x = rough(shape)
    out = pairs(x, None, size, **settings).out
    y = rough((shape[0], 2, *out), 1)
    given = pairs(x, y, size, **settings, bias=bias)
    assert planes.has_planes(given) == (route == "planes" and len(size) <= 2 and "stride" not in settings)
    found = normal_equations(given)
    a = naive_patches(x, size, **settings)
    if bias == "fit":
        a = np.concatenate([a, np.ones((len(a), 1))], axis=1)
    labels = np.moveaxis(y, 1, -1).reshape(-1, 2)
    scale = np.abs(a.T @ a).max()
    assert np.abs(found.R - a.T @ a).max() < 1e-14 * scale
    assert np.abs(found.r - a.T @ labels).max() < 1e-13 * np.abs(a.T @ labels).max()
    assert np.allclose(found.yy, (labels**2).sum(0), rtol=1e-12)
    assert np.allclose(found.means, a.mean(0)[: given.taps], rtol=1e-12)
    assert found.count == len(a)
    assert np.array_equal(found.R, found.R.T)


def test_without_labels_there_is_no_right_side(route):
    found = normal_equations(pairs(rough((40, 50)), None, 3))
    assert (found.r.shape, found.yy.shape) == ((9, 0), (0,))
    assert route


@pytest.mark.parametrize("case", ["1.2-E4/limit", "1.2-E4/limit-with-bias"])
def test_published_gram_matrices(case):
    row = CASES[case]
    bias = "fit" if row["input"]["bias"] == "trained" else "none"
    found = normal_equations(pairs(row["input"]["X"], None, row["input"]["kernel_shape"], bias=bias))
    assert found.R.tolist() == row["expected"]["R"]


def test_float32_images_are_summed_in_float64():
    x = rough((300, 300)).astype(np.float32) + np.float32(1000)
    a = naive_patches(x.astype(float)[None, None], (2, 2))
    assert np.abs(normal_equations(pairs(x, None, 2)).R / (a.T @ a) - 1).max() < 1e-13


def test_means_are_taken_off_before_the_products_are_summed():
    x = rough((100, 100))
    sums = shifted_sums(pairs(x, None, 3))
    a = naive_patches(x[None, None], (3, 3)) - x.mean()
    assert np.allclose(sums.gram, a.T @ a, rtol=1e-12, atol=1e-9)
    assert np.allclose(sums.shift, x.mean(), rtol=1e-13)


def condition(eigenvalues):
    return eigenvalues[-1] / eigenvalues[0]


@pytest.mark.parametrize(
    "row", [r for r in CASES.values() if r["ask"] == "image-conditioning"], ids=lambda r: r["id"]
)
def test_the_photograph_is_conditioned_as_published(row):
    x, size = camera(), row["input"]["kernel"]
    raw = np.linalg.eigvalsh(normal_equations(pairs(x, None, size)).R)
    sums = shifted_sums(pairs(x, None, size))
    expected = row["expected"]
    assert condition(raw) == pytest.approx(float(expected["condition_number_raw"]), rel=1e-5)
    assert condition(np.linalg.eigvalsh(sums.gram)) == pytest.approx(
        float(expected["condition_number_mean_removed"]), rel=1e-5
    )
    assert 1 / raw[-1] == pytest.approx(float(expected["lr_limit_raw"]), rel=1e-5)


@pytest.mark.parametrize(
    ("size", "raw", "centred"), [(3, 6.3e3, 1.5e3), (5, 2.2e4, 5.3e3), (7, 4.8e4, 1.1e4), (11, 1.3e5, 2.9e4)]
)
def test_theory_7_4_larger_windows_on_a_photograph_are_worse(size, raw, centred):
    given = pairs(camera(), None, size)
    assert condition(np.linalg.eigvalsh(normal_equations(given).R)) == pytest.approx(raw, rel=0.04)
    assert condition(np.linalg.eigvalsh(shifted_sums(given).gram)) == pytest.approx(centred, rel=0.04)


@pytest.mark.parametrize(("mean", "expected"), [(0, 1.1), (0.5, 30)])
def test_theory_7_4_noise_is_conditioned_by_its_mean(mean, expected):
    """White noise is near 1 however large; uniform noise from 0 to 1 has its mean as one more direction."""
    random = np.random.default_rng(0)
    x = random.normal(size=(200, 200)) if not mean else random.random((200, 200))
    found = condition(np.linalg.eigvalsh(normal_equations(pairs(x, None, 3)).R))
    assert found == pytest.approx(expected, rel=0.2)


@pytest.mark.parametrize("case", ["7.3/one-image", "7.3/batch"])
def test_garments_bound_the_step_as_published(case):
    expected = CASES[case]["expected"]
    count = 1 if case == "7.3/one-image" else 256
    values = np.linalg.eigvalsh(normal_equations(pairs(garments(count)[:, None], None, (3, 3))).R)
    assert 1 / values[-1] == pytest.approx(float(expected["lr_limit"]), rel=1e-5)
    if "condition_number" in expected:
        assert condition(values) == pytest.approx(float(expected["condition_number"]), rel=1e-5)


def test_theory_7_3_a_larger_window_on_garments_bounds_the_step_further():
    values = np.linalg.eigvalsh(normal_equations(pairs(garments(256)[:, None], None, (5, 5))).R)
    assert 1 / values[-1] == pytest.approx(1.3e-6, rel=0.04)
    assert condition(values) == pytest.approx(2.7e3, rel=0.04)


def test_memory_does_not_grow_with_the_image():
    x = rough((2048, 2048))
    given = pairs(x, x[4:, 4:], 5)
    tracemalloc.start()
    normal_equations(given)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < x.nbytes / 4


def test_the_image_of_the_post_has_its_eigenvalues():
    assert np.linalg.eigvalsh(normal_equations(pairs(EDGES, None, (1, 2))).R) == pytest.approx([6, 30])
