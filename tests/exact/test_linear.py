"""Row reduction: all solutions, rank and null space, against elimination in fractions."""

from __future__ import annotations

from fractions import Fraction

import exact.oracles as slow
from hypothesis import given
from hypothesis import strategies as st
from strategies import rationals

from kernelkit.exact.linear import null_space, rank, reduce_rows, solve


@st.composite
def matrices(draw, rows: int = 5, columns: int = 5):
    """Matrices of small whole numbers, often of deficient rank."""
    shape = draw(st.integers(1, rows)), draw(st.integers(1, columns))
    entry = st.integers(-3, 3)
    table = draw(
        st.lists(st.lists(entry, min_size=shape[1], max_size=shape[1]), min_size=shape[0], max_size=shape[0])
    )
    if draw(st.booleans()) and shape[0] > 1:
        table[-1] = [a - b for a, b in zip(table[0], table[1 % shape[0]], strict=True)]
    return table


def times(table, vector):
    return [sum((a * x for a, x in zip(row, vector, strict=True)), Fraction(0)) for row in table]


@given(matrices())
def test_the_rank_is_that_of_elimination(table):
    assert rank(table) == slow.rank(table)


@given(matrices(), st.data())
def test_solutions_are_all_and_only_those_of_the_system(table, data):
    right = data.draw(st.lists(rationals(), min_size=len(table), max_size=len(table)))
    found = solve(table, right)
    assert (found is None) is (slow.solve(table, right) is None)
    if found is not None:
        assert times(table, found.particular) == right
        directions = found.directions()
        for direction in directions:
            assert times(table, direction) == [0] * len(table)
        assert len(directions) == found.freedom == len(table[0]) - found.rank
        assert found.rank == slow.rank(table)
        assert not directions or slow.rank(directions) == len(directions)


@given(matrices(), st.data())
def test_a_system_made_to_have_a_solution_has_one(table, data):
    vector = data.draw(st.lists(rationals(), min_size=len(table[0]), max_size=len(table[0])))
    found = solve(table, times(table, vector))
    assert found is not None
    assert times(table, found.particular) == times(table, vector)


@given(matrices())
def test_the_null_space_is_a_basis_of_what_is_mapped_to_zero(table):
    basis = null_space(table)
    assert len(basis) == len(table[0]) - slow.rank(table)
    for vector in basis:
        assert times(table, vector) == [0] * len(table)
    assert not basis or slow.rank(basis) == len(basis)


@given(matrices())
def test_reduced_rows_have_the_denominator_at_their_pivots_and_zero_above_and_below(table):
    found = reduce_rows(table)
    assert list(found.pivots) == sorted(set(found.pivots))
    columns = [found.column(j) for j in range(len(table[0]))]
    for i, pivot in enumerate(found.pivots):
        assert columns[pivot] == [int(i == j) for j in range(len(found.pivots))]
        assert not any(columns[j][i] for j in range(pivot))
    # the form spans the rows of the matrix
    rows = [list(row) for row in zip(*columns, strict=True)]
    assert slow.rank([*rows, *table]) == slow.rank(table) == len(rows)


@given(matrices(rows=3, columns=6))
def test_free_columns_come_as_late_as_possible(table):
    """A column is free exactly when it depends on the columns before it."""
    found = solve(table, [Fraction(0)] * len(table))
    for j in range(len(table[0])):
        before = slow.rank([row[:j] for row in table]) if j else 0
        free = slow.rank([row[: j + 1] for row in table]) == before
        assert any(d[j] == 1 and not any(d[j + 1 :]) for d in found.directions()) is free
