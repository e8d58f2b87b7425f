"""Polynomials with exact coefficients: primitive parts, roots, and text."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from exact.oracles import evaluated
from hypothesis import given
from hypothesis import strategies as st
from strategies import nonzero, rationals

from kernelkit.exact.polynomial import factored_text, monic_from_roots, primitive, text

TERMS = st.dictionaries(st.tuples(st.integers(0, 3), st.integers(0, 3)), nonzero(), min_size=1, max_size=5)


@given(TERMS, nonzero())
def test_the_primitive_part_is_the_same_for_all_multiples(terms, scale):
    found = primitive(terms.items())
    assert primitive((alpha, c * scale) for alpha, c in terms.items()) == found
    assert math.gcd(*(c.numerator for _, c in found)) == 1
    assert {c.denominator for _, c in found} == {1}
    assert found[0][1] > 0
    ratio = found[0][1] / terms[found[0][0]]
    assert dict(found) == {alpha: c * ratio for alpha, c in terms.items()}
    assert [(sum(a), a) for a, _ in found] == sorted(((sum(a), a) for a, _ in found), reverse=True)


def test_zero_coefficients_are_dropped():
    assert primitive([((1,), Fraction(2)), ((0,), Fraction(0))]) == (((1,), 1),)


@given(st.lists(rationals(), max_size=6), rationals())
def test_a_polynomial_from_roots_is_the_product(roots, at):
    coefficients = monic_from_roots(roots)
    assert coefficients[-1] == 1
    found = evaluated({(k,): c for k, c in enumerate(coefficients)}, (at,))
    assert found == math.prod((at - r for r in roots), start=Fraction(1))


@pytest.mark.parametrize(
    ("terms", "written"),
    [
        ((), "0"),
        ((((0,), Fraction(-3, 2)),), "-3/2"),
        ((((2,), Fraction(1)), ((1,), Fraction(-1)), ((0,), Fraction(1))), "x^2 - x + 1"),
        ((((2,), Fraction(-1)), ((0,), Fraction(-4))), "-x^2 - 4"),
        ((((1, 2), Fraction(3)), ((1, 0), Fraction(-1, 2))), "3 y x^2 - 1/2 y"),
        ((((1, 0, 2), Fraction(1)),), "z x^2"),
        ((((0, 1, 0, 2), Fraction(-1)),), "-x1 x3^2"),
    ],
)
def test_polynomials_are_written_as_in_mathematics(terms, written):
    assert text(terms) == written


@pytest.mark.parametrize(
    ("roots", "rest", "written"),
    [
        ([0], [1], "x"),
        ([2, -1, 0, 1], [1], "x (x - 1) (x + 1) (x - 2)"),
        ([0, 0, "1/2", "1/2"], [1], "x^2 (x - 1/2)^2"),
        ([0], [-1, 3], "x (3 x - 1)"),
        ([], [1, 0, 2], "(2 x^2 + 1)"),
    ],
)
def test_factors_are_ordered_by_size_and_powers_gathered(roots, rest, written):
    assert factored_text(list(map(Fraction, roots)), list(map(Fraction, rest))) == written
