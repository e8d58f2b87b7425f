"""Operators from text: the grammar, what it means, and where it stops."""

from __future__ import annotations

import time
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import as_functional, nonzero, operators, rationals

from kernelkit.errors import ExpressionError, InputError, LimitError, ShapeError
from kernelkit.exact.functional import biharmonic, derivative, from_polynomial, laplacian, value
from kernelkit.exact.operator import operator


def letters(alpha: tuple[int, ...]) -> str:
    """Write a derivative by letters, x last in the multi-index."""
    return "d" + "".join(name * k for name, k in zip("zyx"[3 - len(alpha) :], alpha, strict=True))


def powers(alpha: tuple[int, ...]) -> str:
    """Write a derivative as a product of powers."""
    names = zip(("dz", "dy", "dx")[3 - len(alpha) :], alpha, strict=True)
    return "*".join(f"{name}^{k}" for name, k in names if k)


def indices(alpha: tuple[int, ...]) -> str:
    """Write a derivative by its multi-index."""
    return f"D[{','.join(map(str, alpha))}]"


@given(st.integers(1, 3).flatmap(operators), st.data())
def test_every_way_of_writing_an_operator_reads_as_the_same_functional(terms, data):
    ndim = len(next(iter(terms)))
    body = ""
    for alpha, c in terms.items():
        way = data.draw(st.sampled_from([letters, powers, indices]))
        sign = "-" if c < 0 else "+" if body else ""
        body += f" {sign} {abs(c)}{data.draw(st.sampled_from(['*', ' ', ' * ']))}{way(alpha)}"
    assert operator(body, ndim=ndim) == as_functional(terms)


@given(operators(2, most=2), operators(2, most=2))
def test_products_of_operators_are_compositions(first, second):
    """Constant coefficients commute: symbols multiply."""

    def written(terms):
        return (
            "("
            + " + ".join(f"{c}*{indices(a)}".replace("+ -", "- ") for a, c in terms.items()).replace(
                "+ -", "- "
            )
            + ")"
        )

    product: dict = {}
    for a, c in first.items():
        for b, d in second.items():
            alpha = tuple(x + y for x, y in zip(a, b, strict=True))
            product[alpha] = product.get(alpha, Fraction(0)) + c * d
    if any(product.values()):
        assert operator(written(first) + written(second)) == from_polynomial(product, 2)
        assert operator(written(first) + "*" + written(second)) == from_polynomial(product, 2)


@given(nonzero(), rationals(3))
def test_numbers_are_multiples_of_the_value_and_the_place_is_given_apart(number, at):
    text = str(number)
    assert operator(text, at=at) == value(at=at) * number
    assert (
        operator(f"dx + {text}".replace("+ -", "- "), at=at) == derivative(1, at=at) + value(at=at) * number
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("dxx", derivative(2)),
        ("-dxx", derivative(2) * -1),
        ("+dx", derivative(1)),
        ("dx^2", derivative(2)),
        ("dx**3", derivative(3)),
        ("dxy", derivative((1, 1))),
        ("dyx", derivative((1, 1))),
        ("dz", derivative((1, 0, 0))),
        ("D[2]", derivative(2)),
        ("D[1,2]", derivative((1, 2))),
        ("D[0,0,1]", derivative((0, 0, 1))),
        ("D[1,0,0,0]", derivative((1, 0, 0, 0))),
        ("2 3 dx", derivative(1) * 6),
        ("2dxx", derivative(2) * 2),
        ("dx/4", derivative(1) * "1/4"),
        ("3/4 dx", derivative(1) * "3/4"),
        ("dx*1.5e1", derivative(1) * 15),
        ("dx^0", value()),
        ("(dx + dy)^2", derivative((0, 2)) + 2 * derivative((1, 1)) + derivative((2, 0))),
        ("((dx))", derivative(1)),
        ("(dxx + dyy)(dxx - dyy)", derivative((0, 4)) - derivative((4, 0))),
        ("laplacian", laplacian(2)),
        ("biharmonic", biharmonic(2)),
        ("laplacian^2", biharmonic(2)),
        ("laplacian + dzz", laplacian(3) + derivative((2, 0, 0))),
        ("dz + laplacian", laplacian(3) + derivative((1, 0, 0))),
        ("1 - dxx", value() - derivative(2)),
        ("dx dy dz", derivative((1, 1, 1))),
        (" dxx\n+ dyy ", laplacian(2)),
        ("dx - dx + dy", derivative((1, 0))),
    ],
)
def test_texts_and_their_functionals(text, expected):
    assert operator(text) == expected


@pytest.mark.parametrize(
    ("text", "ndim", "expected"),
    [
        ("dxx", 2, derivative((0, 2))),
        ("D[2]", 3, derivative((0, 0, 2))),
        ("laplacian", 1, derivative(2)),
        ("laplacian", 4, laplacian(4)),
        ("biharmonic", 3, biharmonic(3)),
        ("5", 2, value(ndim=2) * 5),
    ],
)
def test_the_number_of_axes_can_be_given(text, ndim, expected):
    assert operator(text, ndim=ndim) == expected


EXAMPLE = (
    '\n  next: operators look like "dxx + dyy - 2/3*dxy", "(dxx + dyy)^2", "D[2,0] + D[0,2]" or "laplacian"'
)


@pytest.mark.parametrize(
    ("text", "message", "place", "hint"),
    [
        ("dxx +", "expected a derivative, a number or '(', found the end", 5, EXAMPLE),
        ("dxx ? dyy", "'?' does not belong here", 4, EXAMPLE),
        ("dxx)", "')' does not belong here", 3, EXAMPLE),
        ("(dxx", "expected ')', found the end", 4, EXAMPLE),
        ("dw", "'dw' is no derivative", 0, EXAMPLE),
        ("d", "'d' is no derivative", 0, EXAMPLE),
        ("D", "'D' is no derivative", 0, EXAMPLE),
        ("__import__('os')", "'__import__' is no derivative", 0, EXAMPLE),
        ("2*laplace", "'laplace' is no derivative", 2, "\n  next: did you mean laplacian?"),
        ("dx/dy", "expected a number, found 'dy'", 3, EXAMPLE),
        ("dx/", "expected a number, found the end", 3, EXAMPLE),
        ("dx/0", "division by zero", 3, EXAMPLE),
        ("dx^", "expected a whole number, found the end", 3, EXAMPLE),
        ("dx^1.5", "expected a whole number, found '1.5'", 3, EXAMPLE),
        ("dx^-1", "expected a whole number, found '-'", 3, EXAMPLE),
        ("dx^9999999999", "expected a whole number, found '9999999999'", 3, EXAMPLE),
        ("D[1,]", "expected a whole number, found ']'", 4, EXAMPLE),
        ("D[1;2]", "expected ']', found ';'", 3, EXAMPLE),
        ("dxx + dé", "'d' is no derivative", 6, EXAMPLE),
        (
            "1e9999 dx",
            "a number '1e9999' is not an exact number",
            0,
            '\n  next: integers, fractions and decimals are read: "-2", "3/4", "0.1", "1e-4"',
        ),
    ],
)
def test_what_is_no_operator_is_refused_with_a_caret_under_the_place(text, message, place, hint):
    with pytest.raises(ExpressionError) as refused:
        operator(text)
    assert str(refused.value) == f"this is no operator: {message}\n  why:  {text}\n{' ' * (8 + place)}^{hint}"


@pytest.mark.parametrize("text", ["", "   "])
def test_empty_text_is_refused_without_a_caret(text):
    with pytest.raises(ExpressionError) as refused:
        operator(text)
    assert str(refused.value) == f"this is no operator: it is empty{EXAMPLE}"


@pytest.mark.parametrize(
    ("call", "error", "text"),
    [
        (
            lambda: operator("dx - dx"),
            InputError,
            "the operator is zero\n  why:  all its terms cancel\n  next: dxx is the second derivative along x",
        ),
        (
            lambda: operator("0"),
            InputError,
            "the operator is zero\n  why:  all its terms cancel\n  next: dxx is the second derivative along x",
        ),
        (lambda: operator(2), InputError, "an operator is given as text, not as int" + EXAMPLE),
        (
            lambda: operator(" dxy ", ndim=1),
            ShapeError,
            "the operator 'dxy' names 2 axes, not 1\n  next: give it 2 axes",
        ),
        (
            lambda: operator("D[0,0,1]", ndim=1),
            ShapeError,
            "the operator 'D[0,0,1]' names 3 axes, not 1\n  next: give it 3 axes",
        ),
        (
            lambda: operator("D[1,0,0,0,0,0,0]"),
            LimitError,
            "an operator has at most 6 axes, not 7",
        ),
        (lambda: operator("dx^513"), LimitError, "the exponent 513 is above the limit of 512"),
        (lambda: operator("dx^512 dx"), LimitError, "order 513 is above the limit of 512"),
        (lambda: operator("D[600]"), LimitError, "order 600 is above the limit of 512"),
        (lambda: operator("d" + "x" * 600), LimitError, "order 600 is above the limit of 512"),
        (
            lambda: operator("(1 + dx + dy + dz)^40"),
            LimitError,
            "the operator multiplies out to more than 1000 terms\n  next: give fewer terms, or lower powers",
        ),
        (
            lambda: operator("(" * 41 + "dx" + ")" * 41),
            LimitError,
            "parentheses are nested more than 40 deep" + EXAMPLE,
        ),
        (
            lambda: operator("dx" * 15_000),
            LimitError,
            "the operator has 30000 characters; at most 20000 are read" + EXAMPLE,
        ),
        (
            lambda: operator("1", ndim=0),
            LimitError,
            "a functional has 1 to 6 axes, not 0\n  next: take 1 to 6 axes",
        ),
        (
            lambda: operator("laplacian", ndim=7),
            LimitError,
            "a functional has 1 to 6 axes, not 7\n  next: take 1 to 6 axes",
        ),
    ],
)
def test_operators_beyond_a_limit_are_refused_with_a_reason(call, error, text):
    with pytest.raises(error) as refused:
        call()
    assert str(refused.value) == text


@pytest.mark.parametrize(
    "text",
    [
        "((2^512)^512)^512",
        "((9e999^512)^512)^512",
        "(1/3)^512*(1/3)^512*9e999^512 dx",
        "*".join(["9e999"] * 2000),
    ],
)
def test_short_texts_for_huge_numbers_are_refused_at_once(text):
    began = time.perf_counter()
    with pytest.raises(LimitError) as refused:
        operator(text)
    assert str(refused.value) == "a coefficient of the operator has more than 10000 bits"
    assert time.perf_counter() - began < 5


def test_as_many_parentheses_as_allowed_are_read():
    assert operator("(" * 40 + "dx" + ")" * 40) == derivative(1)
    assert operator("(dx)" * 60) == derivative(60)
