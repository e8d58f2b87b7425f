"""The operator test: its size by simulation, what it tells apart, and what no test of moments can see."""

import numpy as np
import pytest

from kernelkit.errors import InputError
from kernelkit.exact.functional import derivative
from kernelkit.learning.agreement import operator_test
from kernelkit.learning.pairs import pairs
from kernelkit.learning.patches import patch_matrix
from kernelkit.learning.statistics import estimate

SECOND = np.array([0, 1, -2, 1, 0])
FOURTH_ORDER = np.array([-1, 16, -30, 16, -1]) / 12


def noisy(taps, sigma, samples, seed):
    """Return white samples and what the taps make of them, with noise."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=samples)
    y = np.correlate(x, taps, "valid")
    return x, y + sigma * rng.normal(size=y.shape)


@pytest.mark.parametrize("noise", [None, 0.5])
def test_the_operator_test_rejects_a_true_statement_at_its_level(noise):
    """1,500 runs of [1, -2, 1] with little data: the second derivative through degree 2 is rejected in 5 per cent."""
    target = derivative(2)
    p_values = []
    for seed in range(1500):
        x, y = noisy(SECOND, 0.5, 24, seed)
        p_values.append(operator_test(estimate(pairs(x, y, 5), noise=noise), target, 2).p_value)
    assert np.mean(np.array(p_values) < 0.05) == pytest.approx(0.05, abs=0.015)
    assert np.mean(np.array(p_values) < 0.5) == pytest.approx(0.5, abs=0.04)


def test_agreement_through_degree_2_does_not_tell_kernels_apart():
    """[1, -2, 1] and the stencil of accuracy 4 share their moments through degree 2, so both pass; degree 4 tells."""
    for taps in (SECOND, FOURTH_ORDER):
        rejected = [
            operator_test(estimate(pairs(*noisy(taps, 0.5, 400, seed), 5)), derivative(2), 2).verdict
            == "differs"
            for seed in range(400)
        ]
        assert np.mean(rejected) == pytest.approx(0.05, abs=0.035)
    found = estimate(pairs(*noisy(SECOND, 0.05, 4000, 1), 5))
    assert operator_test(found, derivative(2), 2).verdict == "agrees"
    assert operator_test(found, derivative(2), 4).verdict == "differs"
    assert (
        operator_test(estimate(pairs(*noisy(FOURTH_ORDER, 0.05, 4000, 1), 5)), derivative(2), 4).verdict
        == "agrees"
    )


def test_a_wrong_operator_is_rejected_and_the_right_one_is_not():
    rng = np.random.default_rng(5)
    x = rng.normal(size=(30, 30))
    sobel = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])
    given = pairs(x, None, 3)
    y = (patch_matrix(given) @ sobel.ravel()).reshape(given.out) + 0.3 * rng.normal(size=given.out)
    found = estimate(pairs(x, y, 3))
    right = operator_test(found, 8 * derivative((0, 1)), 2)
    assert (right.verdict, right.conditions) == ("agrees", 6)
    assert right.statement.startswith("agrees with 8 d/dx in 6 moments through degree 2 (p = 0.")
    assert operator_test(found, derivative((0, 1)), 1).verdict == "differs"
    assert operator_test(found, 8 * derivative((1, 0)), 1).p_value < 1e-12


def test_dependent_moments_are_counted_once():
    """On three points x^3 is x: through degree 3 only three moments are independent."""
    found = estimate(pairs(*noisy([1, -2, 1], 0.1, 60, 0), 3))
    assert operator_test(found, derivative(2), 3).conditions == 3
    with pytest.raises(InputError, match="no kernel on this window"):
        operator_test(found, derivative(2), 4)


def test_labels_without_noise_have_no_spread():
    x = np.random.default_rng(0).normal(size=30)
    found = estimate(pairs(x, np.correlate(x, [1, -2, 1], "valid"), 3), noise=0.0)
    assert operator_test(found, derivative(1), 1).p_value == 0
    assert operator_test(found, derivative(1), 1).statistic == np.inf


@pytest.mark.parametrize(
    "call",
    [
        lambda found: operator_test(found, derivative((1, 0)), 1),
        lambda found: operator_test(found, derivative(1), -1),
        lambda found: operator_test(found, derivative(1), 1, level=0),
    ],
)
def test_what_means_nothing_is_refused(call):
    with pytest.raises(InputError) as caught:
        call(estimate(pairs([1, 2, 5, 1], [1, 2, 3], 2)))
    assert caught.value.what
