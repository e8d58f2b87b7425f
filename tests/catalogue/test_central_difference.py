"""Central differences by name against golden tables and finite sums."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from golden.tables import ids, kernel_of, rows

from kernelkit.catalogue.central_difference import central
from kernelkit.errors import InputError, LimitError
from kernelkit.exact.kernel import Kernel

CENTRAL = [row for row in rows("fd_weights", "central") if row["order"] and row["accuracy"] <= 24]


def test_there_are_golden_rows():
    assert len(CENTRAL) > 10


@pytest.mark.parametrize("row", CENTRAL, ids=ids)
def test_golden_tables(row):
    entry = central("x" * row["order"], accuracy=row["accuracy"])
    assert entry.kernel == kernel_of(row)
    assert entry.certificate.accuracy == row["accuracy"]
    assert all(tap.denominator == 1 for _, tap in entry.published.taps)


@pytest.mark.parametrize("accuracy", [2, 4, 8, 24])
def test_first_differences_have_a_closed_form(accuracy):
    """With m = accuracy / 2 the tap at k is (-1)^(k+1) (m!)^2 / (k (m - k)! (m + k)!)."""
    m = accuracy // 2
    taps = {}
    for k in range(1, m + 1):
        tap = Fraction(
            (-1) ** (k + 1) * math.factorial(m) ** 2, k * math.factorial(m - k) * math.factorial(m + k)
        )
        taps |= {k: tap, -k: -tap}
    assert central("x", accuracy=accuracy).kernel == Kernel(taps)


@pytest.mark.parametrize(("axes", "dim"), [("y", 2), ("xy", 2), ("xxy", 3), ("xz", 3)])
def test_in_more_dimensions_differences_multiply(axes, dim):
    expected = None
    for letter in "xyz"[:dim][::-1]:
        order = axes.count(letter)
        factor = central("x" * order).kernel if order else Kernel({0: 1})
        expected = factor if expected is None else expected.outer(factor)
    assert central(axes, dim=dim).kernel == expected


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ({"axes": ""}, InputError, "a central difference is a derivative"),
        ({"accuracy": 3}, InputError, "take accuracy=4"),
        ({"accuracy": 0}, InputError, "take accuracy=2"),
        ({"accuracy": -5}, InputError, "take accuracy=2"),
        ({"accuracy": 26}, LimitError, "order 1 with accuracy 26 is above the limit"),
        ({"axes": "x" * 13}, LimitError, "kernelkit derive --order 13 --accuracy 2"),
        ({"axes": "y"}, InputError, "take dim=2"),
    ],
)
def test_what_is_no_central_difference_is_refused(arguments, error, words):
    with pytest.raises(error, match=words):
        central(**arguments)
