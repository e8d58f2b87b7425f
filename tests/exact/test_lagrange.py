"""Interpolatory weights: against SymPy's, against Gaussian elimination, and their laws."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction

import pytest
import sympy
from exact.oracles import solve
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import nonzero, positive, rationals

from kernelkit.exact.lagrange import interpolatory_weights


def distinct(fewest: int = 1, most: int = 7, largest: int = 6):
    return st.lists(rationals(largest), min_size=fewest, max_size=most, unique=True)


@st.composite
def symmetric_nodes(draw):
    """Nodes symmetric about 0, with or without 0, ascending, whole or not."""
    half = draw(st.lists(positive(), min_size=1, max_size=4, unique=True))
    middle = [Fraction(0)] * draw(st.integers(0, 1))
    return [*sorted(-x for x in half), *middle, *sorted(half)]


def sympy_weights(order: int, nodes: list[Fraction]) -> list[Fraction]:
    exact = [sympy.Rational(x.numerator, x.denominator) for x in nodes]
    found = sympy.finite_diff_weights(order, exact, 0)[order][-1]
    return [Fraction(int(sympy.Rational(w).p), int(sympy.Rational(w).q)) for w in found]


def assert_meets(nodes: list[Fraction], moments: list, weights: list[Fraction]):
    padded = [*moments, *[0] * (len(nodes) - len(moments))]
    for k, moment in enumerate(padded):
        assert sum((w * x**k for w, x in zip(weights, nodes, strict=True)), Fraction(0)) == moment


@settings(max_examples=200)
@given(distinct(), st.data())
def test_weights_of_derivatives_are_those_of_sympy(nodes, data):
    order = data.draw(st.integers(0, len(nodes) - 1))
    moments = [0] * order + [math.factorial(order)]
    assert interpolatory_weights(nodes, moments) == sympy_weights(order, nodes)


@settings(max_examples=200)
@given(symmetric_nodes(), st.data())
def test_weights_on_symmetric_nodes_are_those_of_sympy(nodes, data):
    order = data.draw(st.integers(0, len(nodes) - 1))
    moments = [0] * order + [math.factorial(order)]
    assert interpolatory_weights(nodes, moments) == sympy_weights(order, nodes)


@given(st.integers(-9, 3), st.integers(1, 12), st.sampled_from([1, 2, 3]), st.data())
def test_weights_on_evenly_spaced_nodes_are_those_of_elimination(first, count, denominator, data):
    """Consecutive nodes, whole or over a common denominator, take short cuts of their own."""
    nodes = [Fraction(first + k, denominator) for k in range(count)]
    order = data.draw(st.integers(0, count - 1))
    moments = [0] * order + [1]
    expected = solve([[x**k for x in nodes] for k in range(count)], [*moments, *[0] * (count - order - 1)])
    assert interpolatory_weights(nodes, moments) == expected


@given(distinct(), st.lists(rationals(), min_size=1, max_size=7))
def test_any_moments_are_met(nodes, moments):
    kept = moments[: len(nodes)]
    assert_meets(nodes, kept, interpolatory_weights(nodes, kept))


@given(symmetric_nodes(), st.lists(rationals(), min_size=1, max_size=9))
def test_any_moments_are_met_on_symmetric_nodes(nodes, moments):
    kept = moments[: len(nodes)]
    assert_meets(nodes, kept, interpolatory_weights(nodes, kept))


@given(symmetric_nodes(), st.integers(0, 8), nonzero())
def test_one_moment_on_symmetric_nodes_gives_weights_of_its_parity(nodes, order, moment):
    order = min(order, len(nodes) - 1)
    weights = interpolatory_weights(nodes, [0] * order + [moment])
    assert weights[::-1] == [w * (-1) ** order for w in weights]
    assert_meets(nodes, [0] * order + [moment], weights)


@given(distinct(fewest=2), st.randoms(use_true_random=False), st.lists(rationals(), min_size=1, max_size=2))
def test_weights_follow_their_nodes_in_any_order(nodes, random, moments):
    weights = dict(zip(nodes, interpolatory_weights(nodes, moments), strict=True))
    shuffled = list(nodes)
    random.shuffle(shuffled)
    assert interpolatory_weights(shuffled, moments) == [weights[x] for x in shuffled]


@pytest.mark.parametrize("half", [2, 40, 100, 101, 120])
def test_long_central_rows_are_the_classical_closed_forms(half):
    """First and second derivatives on -m, ..., m, and for higher ones the moments through the last but two."""
    m, f = half, math.factorial
    nodes = [Fraction(k) for k in range(-m, m + 1)]
    first = interpolatory_weights(nodes, [0, 1])
    second = interpolatory_weights(nodes, [0, 0, 2])
    for j in range(1, m + 1):
        share = Fraction((-1) ** (j + 1) * f(m) ** 2, f(m - j) * f(m + j))
        assert first[m + j] == -first[m - j] == share / j
        assert second[m + j] == second[m - j] == 2 * share / j**2
    assert (first[m], second[m]) == (0, -2 * sum(Fraction(1, k * k) for k in range(1, m + 1)))
    for order in (0, 3, 4):
        moments = [0] * order + [Fraction(2, 3)]
        weights = interpolatory_weights(nodes, moments)
        for k in (*range(7), 2 * m - 1, 2 * m):
            wanted = Fraction(2, 3) if k == order else 0
            if order <= 2 * m and k <= 2 * m:
                assert sum(w * x**k for w, x in zip(weights, nodes, strict=True)) == wanted


def test_long_rows_are_met_exactly():
    """Hundreds of nodes: central, one-sided and staggered, every derivative up to the fourth."""
    for nodes in (
        [Fraction(k) for k in range(-60, 61)],
        [Fraction(k) for k in range(150)],
        [Fraction(2 * k + 1, 2) for k in range(-60, 60)],
        [Fraction(k, 7) for k in range(-30, 31)],
    ):
        for order in range(5):
            moments = [0] * order + [math.factorial(order)]
            weights = interpolatory_weights(nodes, moments)
            for k in itertools.chain(range(8), (len(nodes) - 1,)):
                wanted = moments[k] if k <= order else 0
                assert sum(w * x**k for w, x in zip(weights, nodes, strict=True)) == wanted
