"""The story of a derivation: its tables are the real systems, and its last line the real error."""

import re
from fractions import Fraction

import pytest

from kernelkit import Kernel, box, certify, derivative, derive, laplacian, line, value
from kernelkit.explain.derivation import explain


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
