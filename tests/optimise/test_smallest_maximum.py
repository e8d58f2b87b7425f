"""The smallest largest ratio: problems whose answer is known by hand."""

import math

import numpy as np
import pytest

from kernelkit.optimise.smallest_maximum import Ratio, smallest_maximum

UNBOUNDED = math.inf


def linear(count):
    """Return the shape of taps that are the free values themselves."""
    return lambda free: (free, np.eye(count))


@pytest.mark.parametrize("degree", [2, 3, 4, 5])
def test_powers_are_approximated_as_chebyshev_says(degree):
    """The best approximation of x^n on [-1, 1] by lower powers is off by 2^(1-n)."""
    x = np.cos(np.linspace(0, np.pi, 721))
    powers = np.stack([x**k for k in range(degree)], axis=-1)
    ratio = Ratio(
        powers[:, None],
        (x**degree)[:, None],
        np.zeros_like(powers),
        np.ones(len(x)),
        np.zeros(degree),
        UNBOUNDED,
    )
    found = smallest_maximum(ratio, linear(degree), np.zeros(degree))
    assert found.ratio == ratio.largest(found.free) == pytest.approx(2.0 ** (1 - degree), rel=1e-4)
    assert found.ratio * (1 - 2e-4) < found.bound <= found.ratio


def test_a_ratio_is_balanced_at_both_ends():
    """|x - a| / a over 1 <= x <= 3 is least at a = 2: one half."""
    x = np.linspace(1, 3, 41)
    ones = np.ones((41, 1))
    ratio = Ratio(-ones[:, None], -x[:, None], ones, np.zeros(41), np.zeros(1), UNBOUNDED)
    found = smallest_maximum(ratio, linear(1), np.array([1.0]))
    assert found.free[0] == pytest.approx(2, abs=1e-3)
    assert found.ratio == pytest.approx(0.5, rel=1e-4)
    assert found.bound == pytest.approx(0.5, rel=1e-3)


@pytest.mark.parametrize("half", [0.4, 1.0, 1.5])
def test_the_circle_around_an_arc_is_the_smallest(half):
    """Errors in the plane: the smallest circle around an arc of half angle t has radius sin t."""
    t = np.linspace(-half, half, 201)
    arc = np.stack([np.cos(t), np.sin(t)], axis=-1)
    error = np.broadcast_to(np.eye(2), (201, 2, 2))
    ratio = Ratio(error, arc, np.zeros((201, 2)), np.ones(201), np.zeros(2), UNBOUNDED)
    found = smallest_maximum(ratio, linear(2), np.array([0.3, 0.2]))
    assert found.ratio == pytest.approx(math.sin(half), rel=1e-3)
    assert found.bound <= math.sin(half) * (1 + 1e-9)


def test_the_sum_of_squares_stays_at_its_bound():
    """|2 - a - b| would be 0 at a + b = 2; with a^2 + b^2 <= 1/2 it is 1, at a = b = 1/2."""
    ratio = Ratio(np.ones((1, 1, 2)), np.full((1, 1), 2.0), np.zeros((1, 2)), np.ones(1), np.ones(2), 0.5)
    found = smallest_maximum(ratio, linear(2), np.zeros(2))
    assert found.free @ found.free <= 0.5
    assert found.ratio == pytest.approx(1, abs=1e-3)


def test_products_of_free_values_are_found_too():
    """Taps (p q, p): p q - 1 and p - 2 vanish at p = 2, q = 1/2."""
    ratio = Ratio(
        np.eye(2)[:, None], np.array([[1.0], [2.0]]), np.zeros((2, 2)), np.ones(2), np.zeros(2), UNBOUNDED
    )

    def shape(free):
        p, q = free
        return np.array([p * q, p]), np.array([[q, p], [1.0, 0.0]])

    found = smallest_maximum(ratio, shape, np.array([1.0, 1.0])).free
    assert found == pytest.approx([2, 0.5], abs=1e-3)


def test_the_result_is_never_worse_than_the_start():
    """A start that is already perfect, or has no scale that can be raised, comes back as it is."""
    perfect = Ratio(np.ones((3, 1, 1)), np.ones((3, 1)), np.zeros((3, 1)), np.ones(3), np.zeros(1), UNBOUNDED)
    assert smallest_maximum(perfect, linear(1), np.array([1.0])).free == np.array([1.0])
    hopeless = Ratio(
        np.ones((3, 1, 1)), np.ones((3, 1)), np.zeros((3, 1)), -np.ones(3), np.zeros(1), UNBOUNDED
    )
    assert hopeless.largest(np.array([1.0])) == math.inf
    found = smallest_maximum(hopeless, linear(1), np.array([1.0]))
    assert (found.free, found.ratio, found.bound) == (1.0, math.inf, 0.0)


def test_a_noisy_start_raises_the_bound_to_itself():
    ratio = Ratio(np.ones((1, 1, 1)), np.zeros((1, 1)), np.zeros((1, 1)), np.ones(1), np.ones(1), 0.5)
    assert ratio.largest(np.array([2.0])) == math.inf
    assert ratio.with_noise_of(np.array([2.0])).largest(np.array([2.0])) == pytest.approx(2)
    assert ratio.with_noise_of(np.array([0.1])).most_noise == 0.5


def test_a_start_without_scale_is_raised():
    """|x - a| / (a - 1/2) over 1 <= x <= 3, begun at a = 0."""
    x = np.linspace(1, 3, 41)
    ones = np.ones((41, 1))
    ratio = Ratio(-ones[:, None], -x[:, None], ones, np.full(41, -0.5), np.zeros(1), UNBOUNDED)
    assert ratio.largest(np.array([0.0])) == math.inf
    found = smallest_maximum(ratio, linear(1), np.array([0.0]))
    assert found.ratio == pytest.approx(2 / 3, rel=1e-3)


@pytest.mark.parametrize("count", [2, 5, 12])
def test_bounded_noise_is_no_obstacle(count):
    """The largest of |1 - a_i| with sum a_i^2 <= 1 is least where all are equal, begun at a corner of the bound."""
    start = np.eye(count)[0]
    ratio = Ratio(
        np.eye(count)[:, None],
        np.ones((count, 1)),
        np.zeros((count, count)),
        np.ones(count),
        np.ones(count),
        1.0,
    )
    found = smallest_maximum(ratio, linear(count), start)
    assert found.free @ found.free <= 1
    assert found.ratio == pytest.approx(1 - 1 / math.sqrt(count), abs=2e-3)
