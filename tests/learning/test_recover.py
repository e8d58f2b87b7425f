"""Recovery: known kernels come back exactly from noisy data, and what cannot be known is not claimed."""

from fractions import Fraction

import numpy as np
import pytest

from kernelkit.errors import InputError
from kernelkit.exact.certify import certify
from kernelkit.exact.functional import derivative, laplacian
from kernelkit.exact.kernel import Kernel
from kernelkit.learning.pairs import pairs
from kernelkit.learning.patches import patch_matrix
from kernelkit.learning.recover import recover
from kernelkit.learning.run import learn
from kernelkit.learning.statistics import estimate, stated

FIVE_POINT = Kernel.from_array([[0, 1, 0], [1, -4, 1], [0, 1, 0]])


def learned(taps, sigma, seed=0, pixels=64):
    """Return an estimate of taps from a white image with noisy labels."""
    taps = np.asarray(taps, dtype=float)
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(pixels,) * taps.ndim if taps.ndim > 1 else 50 * pixels)
    bare = pairs(x, None, taps.shape)
    y = (patch_matrix(bare) @ taps.ravel()).reshape(bare.out)
    return estimate(pairs(x, y + sigma * rng.normal(size=y.shape), taps.shape))


@pytest.mark.parametrize("sigma", [0, 1e-6, 1e-3, 0.1, 1])
@pytest.mark.parametrize(
    ("kernel", "words"),
    [
        (FIVE_POINT, "learned the five-point Laplacian: d^2/dx^2 + d^2/dy^2, accuracy 2"),
        (
            Kernel.from_array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]),
            "learned Sobel 3x3, d/dx: 8 d/dx, accuracy 2",
        ),
        (Kernel.from_array([[1, 2, 1], [0, 0, 0], [-1, -2, -1]]), "-8 d/dy, accuracy 2"),
        (
            Kernel.from_array([[0, 0, 0], [0, 1, 0], [0, 0, 0]]),
            "learned the value at the output point itself, without any error",
        ),
        (
            Kernel.from_array([1, -2, 1]),
            "learned the central difference of accuracy 2, d^2/dx^2: d^2/dx^2, accuracy 2",
        ),
        (Kernel.from_array(["-1/12", "4/3", "-5/2", "4/3", "-1/12"]), "d^2/dx^2, accuracy 4"),
    ],
)
def test_known_kernels_come_back(kernel, words, sigma):
    """At noise up to that of the labels themselves; only the fourth-order taps of twelfths drown in the largest."""
    size = (5,) if len(kernel) == 5 and kernel.ndim == 1 else (3,) * kernel.ndim
    dense = np.zeros(size)
    for offset, tap in kernel.taps:
        dense[tuple(int(x) + n // 2 for x, n in zip(offset, size, strict=True))] = float(tap)
    found = recover(learned(dense, sigma))
    if sigma == 1 and size == (5,):
        assert found.best is None or found.best.how == "operator" or found.best.kernel == kernel
        return
    assert found.best.kernel == kernel
    assert words in found.statement
    assert found.chance <= 0.05 or found.best.how == "catalogue"


def test_the_certificate_proves_what_was_learned():
    found = recover(learned([[0, 1, 0], [1, -4, 1], [0, 1, 0]], 0.2))
    assert found.certificate.kernel == FIVE_POINT
    assert found.certificate.target == laplacian(2)
    assert (found.certificate.accuracy, found.certificate.failing_degree) == (2, 4)
    assert found.identification.kind == "laplacian"
    assert found.alternatives == ()


def test_a_true_kernel_is_missed_once_in_a_thousand_times():
    """150 runs at a noise where fractions show: regions of 99.9 per cent miss the truth twice at most."""
    hits = [recover(learned([[1, 0, -1], [2, 0, -2], [1, 0, -1]], 0.5, seed, 24)).best for seed in range(150)]
    truth = Kernel.from_array([[1, 0, -1], [2, 0, -2], [1, 0, -1]])
    assert sum(hit is None or hit.kernel != truth for hit in hits) <= 2


def test_kernels_that_the_data_do_not_exclude_are_listed():
    """At much noise Sobel's and its neighbours' unit-gain masks look alike; with more data only Sobel's is left."""
    sobel = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]) / 8
    noisy = recover(learned(sobel, 1.0, seed=3))
    eighth = Kernel.from_array([["-1/8", 0, "1/8"], ["-1/4", 0, "1/4"], ["-1/8", 0, "1/8"]])
    assert eighth in {noisy.best.kernel, *(other.kernel for other in noisy.alternatives)}
    assert len(noisy.alternatives) >= 2
    assert noisy.statement.startswith("the data do not tell which kernel: compatible with ")
    clear = recover(learned(sobel, 0.01, seed=3))
    assert clear.best.kernel == Kernel.from_array(
        [["-1/8", 0, "1/8"], ["-1/4", 0, "1/4"], ["-1/8", 0, "1/8"]]
    )
    assert clear.alternatives == ()


@pytest.mark.parametrize("sigma", [0, 0.001, 0.3])
def test_taps_that_are_no_fractions_are_not_taken_for_some(sigma):
    """Random real taps: without noise nothing is found, with noise nothing is called learned."""
    taps = np.random.default_rng(8).normal(size=(3, 3))
    found = recover(learned(taps, sigma))
    assert not found.statement.startswith("learned")
    assert found.best is None or found.chance > 0.05


def test_random_fractions_come_back_with_little_chance_of_an_accident():
    rng = np.random.default_rng(0)
    for bottom in (1, 7, 60):
        taps = rng.integers(-9, 10, (3, 3))
        found = recover(learned(taps / bottom, 0.001))
        exact = Kernel.from_array([[Fraction(int(t), bottom) for t in row] for row in taps])
        assert found.best.kernel == exact
        assert found.chance < 1e-6


def test_an_operator_is_named_where_no_fractions_are():
    """A difference along x with weights of no known mask: its moments are recovered exactly, its taps nearly."""
    taps = np.outer([0.2236068, 0.4931509, 0.2832423], [-0.5, 0, 0.5])
    found = recover(learned(taps, 0.05))
    assert found.best.how == "operator"
    assert found.certificate.target == derivative((0, 1))
    assert found.certificate.consistent
    assert found.statement == "within its noise, the kernel computes d/dx, accuracy 1"
    close = [abs(float(tap) - float(dict(found.learned.taps)[x])) for x, tap in found.best.kernel.taps]
    assert max(close) < 0.003


def test_runs_and_stated_errors_are_recovered_too():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(20, 20))
    y = (patch_matrix(pairs(x, None, 3)) @ np.array([0, 1, 0, 1, -4, 1, 0, 1, 0])).reshape(18, 18)
    assert recover(learn(x, y, 3)).best.kernel == FIVE_POINT
    assert recover(stated([0.98, -2.01, 1.02], 0.02)).best.kernel == Kernel({-1: 1, 0: -2, 1: 1})
    assert recover(stated([0.3335, 0.3331, 0.3332], 0.0005)).best.kernel == Kernel(
        {-1: "1/3", 0: "1/3", 1: "1/3"}
    )


def test_nothing_learned_is_the_zero_kernel():
    found = recover(learned(np.zeros((3, 3)), 0.1))
    assert found.best.kernel == Kernel({}, ndim=2)
    assert found.statement == "no tap differs from zero within its noise"
    assert not found.is_decided


def test_kernels_between_samples_are_moved_to_them():
    found = recover(learned([[1, 0], [0, -1]], 0.05))
    assert found.best.kernel == Kernel({(0, 0): 1, (1, 1): -1})
    assert "Roberts" in found.statement


def test_one_kernel_of_a_layer_is_chosen():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(1, 2, 30, 30))
    bare = pairs(x, None, 3)
    truth = np.zeros((2, 2, 3, 3))
    truth[0, 0, 1] = [-0.5, 0, 0.5]
    truth[1, 1] = [[0, 1, 0], [1, -4, 1], [0, 1, 0]]
    y = (patch_matrix(bare) @ truth.reshape(2, -1).T).T.reshape(1, 2, 28, 28)
    found = estimate(pairs(x, y + 0.01 * rng.normal(size=y.shape), 3))
    assert recover(found).best.kernel == Kernel({(0, -1): "-1/2", (0, 1): "1/2"})
    assert recover(found).certificate.target == derivative((0, 1))
    assert recover(found, output=1, channel=1).best.kernel == FIVE_POINT
    assert recover(found, output=1, channel=0).best.kernel == Kernel({}, ndim=2)


@pytest.mark.parametrize("confidence", [0, 1, float("nan")])
def test_a_confidence_lies_between_0_and_1(confidence):
    with pytest.raises(InputError, match="confidence"):
        recover(learned([1, -1], 0.1), confidence=confidence)


def test_factors_that_noise_leaves_open_are_given_as_intervals():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(24, 24))
    y = 0.61703 * (x[:, 2:] - x[:, :-2])
    found = recover(estimate(pairs(x, y + 0.1 * rng.normal(size=y.shape), (1, 3))))
    low, high = found.factor
    assert 0.6 < low < 0.61703 < high < 0.64
    assert found.statement.startswith("a multiple of the central difference of accuracy 2, d/dx, factor 0.6")
    assert found.statement.endswith(" within the intervals; 5/8 is the simplest")


@pytest.mark.parametrize(
    "taps",
    [[[-1.0, 0, 1]], [[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]], [[0.0, 1, 0]]],
    ids=["line", "mask", "tap"],
)
@pytest.mark.parametrize("sigma", [0.1, 1e-3])
def test_random_factors_are_not_taken_for_fractions(taps, sigma):
    """30 real factors: none is learned as p/q, and intervals hold them."""
    for factor in np.random.default_rng(1).uniform(1.1, 3, 30):
        found = recover(learned(factor * np.array(taps), sigma, pixels=24))
        assert not found.statement.startswith("learned")
        assert found.best.how == "operator" or found.factor[0] <= factor <= found.factor[1]


@pytest.mark.parametrize("factor", [Fraction(5, 8), Fraction(-3), Fraction(12, 7)])
def test_factors_that_are_no_accident_are_learned(factor):
    found = recover(learned(float(factor) * np.array([-1, 0, 1]), 1e-6))
    assert found.best.kernel == Kernel({-1: -factor, 1: factor})
    assert found.statement.startswith("learned ")
    assert (found.factor, found.is_decided) == (None, True)


def test_few_windows_do_not_tell_which_kernel():
    """One degree of freedom leaves the identity, means and differences: nothing is claimed of any."""
    found = recover(estimate(pairs([1, 2, 4, 7, 11, 3], [1, 5, -2, 7], 3)))
    assert not found.is_decided
    assert found.statement.startswith("the data do not tell which kernel: compatible with identity, ")
    assert "accuracy" not in found.statement


def test_what_all_kernels_left_have_in_common_is_decided():
    """Where several are left, the claim holds for each; a clear kernel is decided, and random taps are not."""
    sobel = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]) / 8
    for sigma in (0.3, 1.0, 3.0):
        found = recover(learned(sobel, sigma, seed=3))
        proofs = [certify(other.kernel, found.certificate.target) for other in found.alternatives]
        assert not found.is_decided or all(p.accuracy == found.certificate.accuracy for p in proofs)
        assert found.is_decided or found.statement.startswith("the data do not tell which kernel")
    assert recover(learned(sobel, 0.01)).is_decided
    assert not recover(learned(np.random.default_rng(8).normal(size=(3, 3)), 0.3)).is_decided


def test_labels_of_zero_are_learned_without_a_kernel():
    x = np.random.default_rng(0).normal(size=(9, 9))
    found = recover(estimate(pairs(x, np.zeros((7, 7)), 3)))
    assert found.statement == "no tap differs from zero within its noise"
    assert not found.is_decided


def test_a_channel_that_was_not_learned_is_refused():
    with pytest.raises(InputError, match="no input channel 5"):
        recover(stated([1, -1], 0.1), channel=5)
