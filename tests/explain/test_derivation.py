"""The story of a derivation: its tables are the real systems, and its last line the real error."""

import re
from fractions import Fraction

import pytest
import sympy

from kernelkit import Kernel, box, certify, cross, derivative, derive, integral, laplacian, line, value
from kernelkit.explain.derivation import explain

Y, X = sympy.symbols("y x")


def tables(text: str) -> list[list[list[str]]]:
    """Return the rows of each printed table, without label and bar."""
    found, rows = [], []
    for row in [*text.splitlines(), ""]:
        if "|" in row and "target" not in row:
            rows.append(row.split("|")[0].split()[-row.count("|") - 99 :] + row.split("|")[1].split())
        elif rows and "|" not in row:
            found.append(rows)
            rows = []
    return found


def test_the_conditions_are_the_moment_equations():
    text = explain(certify(derive(derivative(2)), derivative(2)))
    first = tables(text)[0]
    assert [row[1:] for row in first] == [["1", "1", "1", "0"], ["-1", "0", "1", "0"], ["1", "0", "1", "2"]]


@pytest.mark.parametrize(
    ("target", "points"),
    [
        (derivative(2), line(-1, 1)),
        (derivative(1), line(0, 3)),
        (derivative(3), line("-3/2", "3/2")),
        (value(at="1/3"), line(-1, 2)),
        (laplacian(2), None),
    ],
)
def test_the_last_table_holds_the_taps(target, points):
    kernel = derive(target, points)
    last = tables(explain(certify(kernel, target)))[-1]
    solved = {}
    for row in last:
        unknowns = [Fraction(x) for x in row[-len(kernel) - 1 : -1]]
        assert sorted(unknowns) == [0] * (len(kernel) - 1) + [1]
        solved[unknowns.index(1)] = Fraction(row[-1])
    assert [solved[i] for i in range(len(kernel))] == [tap for _, tap in kernel.taps]


def test_every_elimination_keeps_the_solution():
    kernel = derive(derivative(1), line(0, 3))
    taps = [tap for _, tap in kernel.taps]
    for table in tables(explain(certify(kernel, derivative(1)))):
        for row in table:
            *left, right = map(Fraction, row[-5:])
            assert sum(a * w for a, w in zip(left, taps, strict=True)) == right


def test_the_error_is_that_of_the_certificate():
    text = explain(certify(derive(derivative(1)), derivative(1)))
    assert text.endswith("So kernel minus exact is 1/6 h^2 d^3/dx^3 f + O(h^4).")
    assert "divided by 6 (the factorial in Taylor's formula) that is 1/6" in text


def test_a_large_system_is_described_not_printed():
    text = explain(certify(derive(derivative(1), accuracy=12), derivative(1)))
    assert not tables(text)
    assert re.search(r"The 13 conditions on 12 taps have rank 12", text)


def test_points_without_taps_can_be_shown():
    kernel = derive(laplacian(2), box(1), accuracy=2, prefer="symmetric")
    assert "w(0, 0)" in explain(certify(kernel, laplacian(2)), box(1))


def test_a_kernel_without_error_needs_no_system():
    assert "there is no error" in explain(certify(Kernel({0: 1}), value()))


@pytest.mark.parametrize(
    ("target", "steps", "points", "calculus"),
    [
        (derivative(1), (2,), line(-1, 1), lambda f: sympy.diff(f, X).subs(X, 0)),
        (derivative(2), ("1/2",), line(0, 3), lambda f: sympy.diff(f, X, 2).subs(X, 0)),
        (value(at="1/3"), ("1/2",), line(-1, 2), lambda f: f.subs(X, sympy.Rational(1, 3))),
        (integral(0, 1), ("1/2",), line(0, 2), lambda f: sympy.integrate(f, (X, 0, 1))),
        (
            laplacian(2),
            ("1/2", 2),
            cross(1),
            lambda f: (sympy.diff(f, X, 2) + sympy.diff(f, Y, 2)).subs({X: 0, Y: 0}),
        ),
    ],
)
def test_every_line_is_true_in_the_unit_of_the_spacing(target, steps, points, calculus):
    """Rows read monomials at the samples, right sides are the target's by calculus, and the taps solve them."""
    on_grid = target.on_grid(steps)
    kernel = derive(on_grid, points)
    text = explain(certify(kernel, on_grid), points)
    taps = [sympy.Rational(str(dict(kernel.taps).get(offset, 0))) for offset in points.offsets]
    names = (Y, X)[-target.ndim :]
    places = [
        {n: sympy.Rational(str(x * Fraction(h))) for n, x, h in zip(names, offset, steps, strict=True)}
        for offset in points.offsets
    ]
    first, *later = tables(text)
    for row in first:
        monomial = monomial_of(row[: -len(points) - 1])
        assert list(map(sympy.Rational, row[-len(points) - 1 : -1])) == [monomial.subs(p) for p in places]
        assert sympy.Rational(row[-1]) == calculus(monomial)
    for table in [first, *later]:
        for row in table:
            *left, right = map(sympy.Rational, row[-len(points) - 1 :])
            assert sum(a * w for a, w in zip(left, taps, strict=True)) == right
    failing = re.findall(
        r"on (.+) the kernel gives (\S+), the target (\S+); divided by (\d+) .* that is (\S+)", text
    )
    assert failing
    for label, gives, wanted, share, part in failing:
        monomial = monomial_of(label.split())
        assert sympy.Rational(gives) == sum(w * monomial.subs(p) for w, p in zip(taps, places, strict=True))
        assert sympy.Rational(wanted) == calculus(monomial)
        degrees = sympy.Poly(monomial, *names).monoms()[0]
        assert int(share) == sympy.prod(map(sympy.factorial, degrees))
        assert sympy.Rational(part) * int(share) == sympy.Rational(gives) - sympy.Rational(wanted)


def monomial_of(words: list[str]) -> sympy.Expr:
    """Read a printed monomial such as ``y^2 x``."""
    return sympy.sympify("*".join(words).replace("^", "**"), locals={"x": X, "y": Y})


def test_the_question_names_the_spacing_where_one_is_given():
    """Central differences at h = 2: (x^3 at 2, less x^3 at -2) / 4 = 4, and 4 / 3! = 2/3."""
    plain = " ".join(explain(certify(derive(derivative(1)), derivative(1))).split())
    assert "sum tap * f(x + offset) = (d/dx) of f" in plain
    assert "sum tap * offset^k = the target applied to x^k" in plain
    target = derivative(1).on_grid(2)
    text = " ".join(explain(certify(derive(target), target)).split())
    assert "sum tap * f(x + offset * spacing) = (d/dx) of f" in text
    assert "sum tap * (offset * spacing)^k = the target applied to x^k" in text
    assert "on x^3 the kernel gives 4, the target 0; divided by 6" in text
    assert text.endswith("So kernel minus exact is 2/3 h^2 d^3/dx^3 f + O(h^4).")
