"""The exhaustive search: every smallest set, none twice, none missing."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction

import pytest
from exact.oracles import solve
from hypothesis import given, settings
from hypothesis import strategies as st

from kernelkit.exact.search import minimal_sets, starts, work


@st.composite
def column_systems(draw, columns: int = 7, rows: int = 4):
    """Draw a few columns of small whole numbers, some equal, parallel or zero, and a target in their span."""
    height, count = draw(st.integers(1, rows)), draw(st.integers(1, columns))
    vectors = draw(
        st.lists(
            st.lists(st.integers(-2, 2), min_size=height, max_size=height), min_size=count, max_size=count
        )
    )
    weights = draw(st.lists(st.integers(-2, 2), min_size=count, max_size=count))
    target = [sum(w * v[i] for w, v in zip(weights, vectors, strict=True)) for i in range(height)]
    return vectors, target


def spans(vectors, target) -> bool:
    return solve(list(zip(*vectors, strict=True)), target) is not None if vectors else not any(target)


def smallest_by_trying(vectors, target):
    for size in range(1, len(vectors) + 1):
        found = [
            c
            for c in itertools.combinations(range(len(vectors)), size)
            if spans([vectors[i] for i in c], target)
        ]
        if found:
            return size, found
    raise AssertionError("the target was made from the columns")


@settings(max_examples=300)
@given(column_systems())
def test_all_sets_of_the_least_size_are_found(system):
    vectors, target = system
    if not any(target):
        return
    size, expected = smallest_by_trying(vectors, target)
    for fewer in range(1, size):
        assert minimal_sets(vectors, target, fewer) == []
    assert minimal_sets(vectors, target, size) == expected


@pytest.mark.parametrize("size", range(1, 7))
def test_general_columns_need_as_many_as_they_have_rows(size):
    """Powers of distinct numbers: every set of n columns of height n spans everything, none smaller does."""
    vectors = [[x**k for k in range(size)] for x in range(1, size + 3)]
    target = [0] * (size - 1) + [1]
    for fewer in range(1, size):
        assert minimal_sets(vectors, target, fewer) == []
    assert len(minimal_sets(vectors, target, size)) == math.comb(size + 2, size)


@settings(max_examples=150)
@given(
    st.lists(st.lists(st.integers(-2, 2), min_size=3, max_size=3), min_size=2, max_size=4), st.integers(3, 4)
)
def test_symmetries_change_nothing_but_the_work(half, size):
    """Columns in mirrored pairs and a mirrored target: with and without the mirror the same sets."""
    vectors = [v for x, y, z in half for v in ([x, y, z], [x, -y, z])]
    mirror = [i + 1 if i % 2 == 0 else i - 1 for i in range(len(vectors))]
    everyone = list(range(len(vectors)))
    target = [1, 0, 1]
    if any(
        spans([vectors[i] for i in c], target)
        for n in range(size)
        for c in itertools.combinations(everyone, n)
    ):
        return
    plain = minimal_sets(vectors, target, size)
    assert minimal_sets(vectors, target, size, [everyone, mirror]) == plain


def test_symmetries_on_a_system_that_needs_four():
    vectors = [[1, x, x**2, x**3] for x in (-3, -2, -1, 1, 2, 3)]
    mirror = [5 - i for i in range(6)]
    target = [0, 0, 0, 1]
    assert minimal_sets(vectors, target, 4, [list(range(6)), mirror]) == list(
        itertools.combinations(range(6), 4)
    )
    # a zero column starts no set
    padded = [[0, 0, 0, 0], *vectors]
    moves = [list(range(7)), [0, *(i + 1 for i in mirror)]]
    assert minimal_sets(padded, target, 4, moves) == list(itertools.combinations(range(1, 7), 4))


@given(st.integers(1, 5), st.integers(0, 3))
def test_starts_are_one_of_each_orbit_with_its_own_and_later_columns(pairs, alone):
    """No set is lost: its earliest orbit's member can be moved to the start of that orbit."""
    points = 2 * pairs + alone
    mirror = [i + 1 if i % 2 == 0 else i - 1 for i in range(2 * pairs)] + list(range(2 * pairs, points))
    found = list(starts(points, [list(range(points)), mirror]))
    assert [first for first, _ in found] == [*range(0, 2 * pairs, 2), *range(2 * pairs, points)]
    for first, others in found:
        assert others == list(range(first + 1, points))


def test_the_work_of_a_size_counts_the_sets_that_begin_it_times_their_entries():
    assert [work(10, 7, size) for size in (1, 2, 3, 4)] == [70, 70, 315, 840]
    # mirrored pairs: five starts, each with its own and all later columns but itself
    everyone = list(range(10))
    mirror = [i + 1 if i % 2 == 0 else i - 1 for i in everyone]
    assert work(10, 1, 4, [everyone, mirror]) == sum(math.comb(n, 2) for n in (9, 7, 5, 3, 1))
    assert work(10, 1, 2, [everyone, mirror]) == 10


def test_entries_stay_whole_through_long_eliminations():
    """Bareiss: divisions by the previous pivot leave no remainder, so solutions are exact at any depth."""
    vectors = [[Fraction(x).numerator ** k for k in range(6)] for x in (-5, -3, -2, 1, 4, 6, 7)]
    target = [sum(v[k] * w for v, w in zip(vectors[1:], (3, -1, 4, 1, -5, 9), strict=True)) for k in range(6)]
    assert (1, 2, 3, 4, 5, 6) in minimal_sets(vectors, target, 6)
    assert all(minimal_sets(vectors, target, size) == [] for size in range(1, 6))
