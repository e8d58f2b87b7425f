"""Monomials: multi-indices by degree, and their values at points."""

from __future__ import annotations

import math

from exact.oracles import power
from hypothesis import given
from hypothesis import strategies as st
from strategies import point_sets

from kernelkit.exact.moments import (
    axis_scales,
    count_through,
    factorial,
    of_degree,
    power_rows,
    through_degree,
)


@given(st.integers(1, 4), st.integers(0, 5))
def test_multi_indices_of_a_degree_are_all_there_once_first_axis_highest_first(ndim, degree):
    found = list(of_degree(ndim, degree))
    assert len(set(found)) == len(found) == math.comb(ndim + degree - 1, degree)
    assert {sum(alpha) for alpha in found} == {degree}
    assert found == sorted(found, reverse=True)


@given(st.integers(1, 4), st.integers(-1, 5))
def test_the_dimension_of_polynomials_counts_multi_indices(ndim, degree):
    found = through_degree(ndim, degree)
    assert len(found) == count_through(ndim, degree)
    assert [sum(alpha) for alpha in found] == sorted(sum(alpha) for alpha in found)


@given(st.integers(1, 3).flatmap(point_sets), st.integers(0, 4))
def test_power_rows_are_powers_scaled_to_whole_numbers(points, degree):
    exponents = through_degree(len(points[0]), degree)
    scales = axis_scales(points)
    for alpha, row in zip(exponents, power_rows(points, exponents), strict=True):
        unit = math.prod(s**k for s, k in zip(scales, alpha, strict=True))
        assert row == [unit * power(x, alpha) for x in points]
        assert all(isinstance(entry, int) for entry in row)


@given(st.lists(st.integers(0, 6), min_size=1, max_size=3).map(tuple))
def test_the_factorial_of_a_multi_index_is_the_derivative_of_its_monomial(alpha):
    assert factorial(alpha) == math.prod(math.perm(k, k) for k in alpha)
