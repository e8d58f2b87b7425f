"""Head counts with proofs: published cases, both certificates checked, and chance by Wendel's theorem."""

from fractions import Fraction
from math import comb

import numpy as np
import pytest
from golden.tables import ids, rows
from hypothesis import given as drawn
from hypothesis import strategies as st
from sympy import Matrix

from kernelkit.errors import InputError, LimitError, ShapeError
from kernelkit.learning.heads import channel_taps, count_heads


def check_certificates(found, table):
    """Assert that a positive vector lies in the tap space, or that weights not negative are orthogonal to it."""
    table = [[Fraction(v) for v in row] for row in np.asarray(table).tolist()]
    assert (found.positive is None) is not (found.obstruction is None)
    if found.positive is not None:
        assert min(found.positive) > 0
        wide = [[*row, p] for row, p in zip(table, found.positive, strict=True)]
        assert Matrix(wide).rank() == Matrix(table).rank() == found.rank == found.heads
    else:
        assert min(found.obstruction) >= 0
        assert any(found.obstruction)
        for column in zip(*table, strict=True):
            assert sum(u * t for u, t in zip(found.obstruction, column, strict=True)) == 0
        assert found.heads == found.rank + 1


@pytest.mark.parametrize("row", rows("cases_learn", "heads", key="ask"), ids=ids)
def test_published_counts(row):
    table = np.array(row["input"]["taps_by_channel_pairs"])
    found = count_heads(table.T[:, None, None, :])
    assert found.rank == row["expected"]["rank"]
    assert found.heads == row["expected"]["softmax_heads"]
    check_certificates(found, table)


@drawn(st.integers(0, 2**32 - 1))
def test_one_of_the_two_proofs_always_exists(seed):
    """Gordan's alternative, on small whole numbers where ties are frequent."""
    rng = np.random.default_rng(seed)
    table = rng.integers(-2, 3, (rng.integers(1, 6), rng.integers(1, 4)))
    table = table[table.any(axis=1)]
    if table.size:
        check_certificates(count_heads(table.T[:, None, None, :]), table)


def test_positions_without_taps_are_masked():
    found = count_heads([[0, 1, 0], [1, -4, 1], [0, 1, 0]])
    assert (found.positions, found.rank, found.heads) == (5, 1, 2)
    assert count_heads([[0, 1, 0], [1, 4, 1], [0, 1, 0]]).heads == 1


@pytest.mark.parametrize(
    ("channels", "rank", "heads"),
    [((1, 1), 1, {2}), ((1, 2), 2, {2, 3}), ((2, 3), 6, {6, 7}), ((64, 3), 9, {9})],
)
def test_random_layers(channels, rank, heads):
    """1 channel 2 heads; 2 to 1 and 3 to 2 one or two more than needed by chance; many channels k^2."""
    counts = [count_heads(np.random.default_rng(seed).normal(size=(*channels, 3, 3))) for seed in range(40)]
    assert {c.rank for c in counts} == {rank}
    assert {c.heads for c in counts} <= heads
    # Wendel: a random space of dimension r in R^9 misses the positive vectors with this chance
    chance = 1 - sum(comb(8, k) for k in range(rank)) / 2**8
    assert np.mean([c.heads > rank for c in counts]) == pytest.approx(chance, abs=0.15)


def test_no_single_head_is_a_derivative():
    """Taps that sum to zero are orthogonal to the constant, whatever the window."""
    for taps in ([1, -1], [1, -2, 1], [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]):
        found = count_heads(taps)
        assert found.heads == 2
        assert found.positive is None


@pytest.mark.parametrize("gap", [1, 0])
def test_the_border_of_the_two_cases_is_decided_exactly(gap):
    """Taps 1, 0 and -1, 2^-40: a positive combination exists exactly if the last is not zero, and is proved."""
    table = np.array([[1.0, 0.0], [-1.0, gap * 2.0**-40]])
    found = count_heads(table.T[:, None, None, :])
    assert found.rank == 1 + gap
    check_certificates(found, table)


def test_what_floats_cannot_settle_is_refused_and_not_guessed():
    """Columns that differ in the 41st bit: a positive combination exists, with factors that no solver finds."""
    with pytest.raises(LimitError, match="cannot be proved"):
        count_heads(np.array([[1.0, -1.0], [1.0, -1.0 + 2.0**-40]])[:, None, None, :])


@pytest.mark.parametrize(
    ("taps", "error"),
    [
        (np.zeros((3, 3)), InputError),
        ([[np.nan, 1.0]], InputError),
        (["a"], InputError),
        ([[1, 2], [3]], InputError),
        ([], ShapeError),
        (3.0, ShapeError),
        (np.ones((1,) * 6), ShapeError),
        (np.ones((500, 500)), LimitError),
    ],
)
def test_what_is_no_layer_is_refused(taps, error):
    with pytest.raises(error) as caught:
        count_heads(taps)
    assert caught.value.what


def test_axes_say_whether_a_kernel_or_a_layer_is_meant():
    assert channel_taps(np.ones((2, 3, 4))).shape == (1, 1, 2, 3, 4)
    assert channel_taps(np.ones((2, 3, 4, 5))).shape == (2, 3, 4, 5)
    assert channel_taps([1, 2]).shape == (1, 1, 2)
