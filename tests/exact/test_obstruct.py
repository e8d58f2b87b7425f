"""Obstructions: polynomials that prove that no kernel exists, and how they are printed."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
import sympy
from exact.oracles import evaluated, exponents, power, solve
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import functionals, point_sets, rationals

from kernelkit.errors import InputError, LimitError, ShapeError, UnsolvableError
from kernelkit.exact.derive import derive
from kernelkit.exact.factor import Point
from kernelkit.exact.functional import HIGHEST_ORDER, Functional, derivative, integral, laplacian, value
from kernelkit.exact.kernel import Kernel
from kernelkit.exact.obstruct import (
    HIGHEST_DEGREE,
    Obstruction,
    check_axes,
    check_size,
    obstruction,
    required_degree,
)
from kernelkit.exact.offsets import MOST_POINTS, Offset, Stencil, box, cross, line


@settings(max_examples=120)
@given(
    st.integers(1, 2).flatmap(lambda n: st.tuples(functionals(n), point_sets(n, most=6))), st.integers(1, 4)
)
def test_a_witness_exists_exactly_where_elimination_finds_no_kernel(pair, accuracy):
    target, points = pair
    conditions = exponents(target.ndim, required_degree(target, accuracy))
    kernel = solve(
        [[power(x, a) for x in points] for a in conditions], [target.moment(a) for a in conditions]
    )
    witness = obstruction(target, points, accuracy=accuracy)
    assert (witness is None) is (kernel is not None)
    if witness is not None:
        polynomial = dict(witness.polynomial)
        assert all(evaluated(polynomial, x) == 0 for x in points)
        assert witness.value == sum(c * target.moment(a) for a, c in polynomial.items()) != 0
        assert max(map(sum, polynomial)) <= required_degree(target, accuracy)


@given(functionals(2), point_sets(2, most=6), st.integers(1, 2))
def test_a_witness_has_whole_coprime_coefficients_and_leads_positively(target, points, accuracy):
    witness = obstruction(target, points, accuracy=accuracy)
    if witness is not None:
        coefficients = [c for _, c in witness.polynomial]
        assert {c.denominator for c in coefficients} == {1}
        assert math.gcd(*map(int, coefficients)) == 1
        assert coefficients[0] > 0


@settings(max_examples=150)
@given(functionals(1), point_sets(1, most=4), st.integers(1, 4))
def test_the_text_on_a_line_is_the_polynomial_in_factors(target, points, accuracy):
    """SymPy reads the printed product and multiplies it out."""
    witness = obstruction(target, points, accuracy=accuracy)
    if witness is not None:
        x = sympy.Symbol("x")
        shown = read_by_sympy(witness.text)
        assert sympy.expand(shown - sum(to_sympy(c) * x**k for (k,), c in witness.polynomial)) == 0
        assert witness.statement.startswith(f"{witness.text} is zero on ")
        assert witness.statement.endswith(f", but its {target.name} is {witness.value}")


@settings(max_examples=60)
@given(functionals(2), point_sets(2, most=5), st.integers(1, 2))
def test_the_text_in_the_plane_is_the_polynomial_in_monomials(target, points, accuracy):
    witness = obstruction(target, points, accuracy=accuracy)
    if witness is not None:
        y, x = sympy.symbols("y x")
        expected = sum(to_sympy(c) * y**i * x**j for (i, j), c in witness.polynomial)
        assert sympy.expand(read_by_sympy(witness.text) - expected) == 0


@settings(max_examples=150)
@given(functionals(1), point_sets(1, most=4), st.integers(1, 4), st.sampled_from(["1/2", 2, "3/5"]))
def test_a_statement_on_a_line_is_true_in_the_unit_of_the_spacing(target, points, accuracy, step):
    """What SymPy reads is zero at the samples, and under the target is what the sentence says."""
    witness = obstruction(target.on_grid(step), points, accuracy=accuracy)
    if witness is not None:
        assert_true_of(witness, (Fraction(step),), points)


@settings(max_examples=80)
@given(
    functionals(2),
    point_sets(2, most=5),
    st.integers(1, 2),
    st.sampled_from([(2, 2), ("1/2", "1/2"), ("1/2", 2), (3, "2/5")]),
)
def test_a_statement_in_the_plane_is_true_in_the_unit_of_the_spacing(target, points, accuracy, steps):
    witness = obstruction(target.on_grid(steps), points, accuracy=accuracy)
    if witness is not None:
        assert_true_of(witness, tuple(map(Fraction, steps)), points)


def assert_true_of(witness: Obstruction, steps: tuple[Fraction, ...], points: list[Offset]) -> None:
    """Read the sentence, and do with its polynomial by calculus what it claims."""
    names = sympy.symbols("y x")[-len(steps) :]
    shown = sympy.Poly(read_by_sympy(witness.text), *names)
    assert math.gcd(*map(int, shown.coeffs())) == 1
    polynomial = {alpha: Fraction(int(c)) for alpha, c in shown.terms()}
    for point in points:
        assert evaluated(polynomial, [x * h for x, h in zip(point, steps, strict=True)]) == 0
    said = sympy.Rational(witness.statement.rpartition(" is ")[2])
    assert said == under(witness.target, shown.as_expr(), names) != 0


def under(target: Functional, polynomial: sympy.Expr, names: tuple[sympy.Symbol, ...]) -> sympy.Rational:
    """Apply a functional to a polynomial as calculus defines it, without any moment."""
    total = sympy.Integer(0)
    for coefficient, factors in target.terms:
        part = polynomial
        for factor, name in zip(factors, names, strict=True):
            if isinstance(factor, Point):
                part = sympy.diff(part, name, factor.order).subs(name, to_sympy(factor.at))
            else:
                part = sympy.integrate(part, (name, to_sympy(factor.lower), to_sympy(factor.upper)))
        total += to_sympy(coefficient) * part
    return total


def to_sympy(number: Fraction) -> sympy.Rational:
    return sympy.Rational(number.numerator, number.denominator)


def read_by_sympy(text: str) -> sympy.Expr:
    """Read our own printed text (a test's data, not a user's) with implicit products."""
    marked = text.replace(" - ", "~").replace(" + ", "@").replace(" ", "*")
    return sympy.parse_expr(marked.replace("~", " - ").replace("@", " + ").replace("^", "**"))


@pytest.mark.parametrize(
    ("target", "points", "accuracy", "statement"),
    [
        (derivative(1), [0], 1, "x is zero on the point, but its d/dx is 1"),
        (derivative(1), ["1/2"], 1, "2 (x - 1/2) is zero on the point, but its d/dx is 2"),
        (value(), [1], 2, "(x - 1) (x) is zero on the point, but its value is 0"),
        (derivative(2), [0, 1], 1, "x (x - 1) is zero on both points, but its d^2/dx^2 is 2"),
        (derivative(2), [0], 1, "x^2 is zero on the point, but its d^2/dx^2 is 2"),
        (derivative(2), [1], 1, "x (x - 1) is zero on the point, but its d^2/dx^2 is 2"),
        (
            derivative(2, at="1/3"),
            [0],
            1,
            "x (3 x - 1) is zero on the point, but its d^2/dx^2 at x = 1/3 is 6",
        ),
        (
            derivative((1, 1)),
            [(0, 0), (0, 1), (1, 0)],
            1,
            "y x is zero on all 3 points, but its d^2/dxdy is 1",
        ),
        (
            integral(0, 1),
            [0, 1],
            4,
            "x (x - 1) is zero on both points, but its integral over [0, 1] is -1/6",
        ),
        (
            derivative(1).on_grid("1/2"),
            [-1, 0, 1],
            3,
            "4 x (x - 1/2) (x + 1/2) is zero on all 3 points, but its d/dx is -1",
        ),
        (
            derivative(3).on_grid(2),
            [-1, 0, 1],
            1,
            "x (x - 2) (x + 2) is zero on all 3 points, but its d^3/dx^3 is 6",
        ),
        (
            laplacian(2).on_grid(("1/2", 2)),
            [(0, 0), (0, 1), (1, 0)],
            1,
            "2 y^2 - y is zero on all 3 points, but its d^2/dx^2 + d^2/dy^2 is 4",
        ),
    ],
)
def test_statements_name_polynomial_points_and_value(target, points, accuracy, statement):
    found = obstruction(target, points, accuracy=accuracy)
    if target == value():
        # (x - 1) is itself a witness of lower degree: its value at 0 is -1
        assert found.statement == "(x - 1) is zero on the point, but its value is -1"
    else:
        assert found.statement == statement


def test_a_kernel_that_exists_has_no_obstruction():
    assert obstruction(derivative(2), [0, 1, 2]) is None
    assert obstruction(value(), [0], accuracy=50) is None
    assert obstruction(laplacian(2), box(1), accuracy=2) is None


def test_a_gained_order_is_seen_and_the_next_one_refuted():
    assert obstruction(derivative(1), [-2, 3, 6], accuracy=3) is None
    assert obstruction(derivative(1), [-2, 3, 6], accuracy=4) is not None


@given(rationals(3), st.integers(0, 3), st.integers(1, 5))
def test_a_value_on_one_of_the_points_is_never_obstructed(at, more, accuracy):
    points = [at, *(at + k for k in range(1, more + 1))]
    assert obstruction(value(at=at), points, accuracy=accuracy) is None
    assert derive(value(at=at), points, accuracy=accuracy, prefer="fewest") == Kernel({at: 1})


@given(functionals(1), st.integers(1, 6))
def test_the_degree_required_is_that_of_the_accuracy_and_at_least_of_consistency(target, accuracy):
    degree = required_degree(target, accuracy)
    assert degree == max(target.order + accuracy - 1, target.order, 0)
    assert degree + 1 - target.order >= accuracy


def test_the_limits_themselves_are_accepted():
    assert required_degree(derivative(HIGHEST_ORDER), MOST_POINTS + 1) == HIGHEST_DEGREE
    check_size(Stencil.of(range(1000)), 499)
    check_axes(laplacian(2), cross(1))


@pytest.mark.parametrize(
    ("call", "error", "text"),
    [
        (
            lambda: obstruction("dxx", [0, 1]),
            InputError,
            "a target is a functional, not 'dxx'\n"
            '  next: derivative(2), integral(0, 1), laplacian(2) and operator("dxx + dyy") are targets',
        ),
        (
            lambda: obstruction(laplacian(2), [0, 1]),
            ShapeError,
            "points of dimension 1 do not fit a target on 2 axes\n"
            "  next: give one coordinate an axis, as box(1, ndim=3) does in space",
        ),
        (
            lambda: obstruction(derivative(1), [0, 1], accuracy=0),
            InputError,
            "an accuracy must be at least 1\n  why:  with 0 the error would not vanish with h",
        ),
        (
            lambda: obstruction(derivative(1), [0, 1], accuracy="2"),
            InputError,
            "an accuracy must be a whole number, not '2'",
        ),
        (
            lambda: obstruction(derivative(1) - derivative(1), [0, 1]),
            InputError,
            "the zero functional has no kernel worth deriving\n  why:  all its terms cancel",
        ),
        (
            lambda: obstruction(derivative(1), [0, 1], accuracy=10**9),
            LimitError,
            "the accuracy asks for moments above the limit of degree 2560\n  next: ask for an accuracy of at most 2560",
        ),
        (
            lambda: obstruction(laplacian(2), box(20), accuracy=60),
            LimitError,
            "a system of 1681 points and 1953 conditions is above the limit of 500000 entries\n"
            "  next: ask for fewer points or a lower accuracy",
        ),
    ],
)
def test_questions_without_an_answer_are_refused_with_a_reason(call, error, text):
    with pytest.raises(error) as refused:
        call()
    assert str(refused.value) == text


def test_numbers_too_long_to_print_do_not_hide_the_refusal():
    """Sixty points with fractions of a hundred digits: the proof is there, only its text is short."""
    points = [Fraction(k, 10**100 + k) for k in range(1, 61)]
    witness = obstruction(derivative(60), points)
    assert witness.value != 0
    assert all(evaluated(dict(witness.polynomial), (x,)) == 0 for x in points[:3])
    assert witness.statement == (
        "a polynomial of degree 60, too long to write, is zero on all 60 points, but not under the target"
    )
    with pytest.raises(UnsolvableError, match="no kernel on these 60 points computes d\\^60/dx\\^60"):
        derive(derivative(60), points)


def test_long_rows_are_answered_at_once():
    """Five hundred points on a line: Fredholm's alternative without a matrix."""
    assert obstruction(derivative(500), line(0, 499)) is not None
    assert obstruction(derivative(499), line(0, 499)) is None
