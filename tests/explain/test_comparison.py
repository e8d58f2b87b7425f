"""The comparison table: one row a kernel, every column described, values as measured."""

from fractions import Fraction

from kernelkit import named
from kernelkit.analysis.measure import measure
from kernelkit.explain.comparison import COLUMNS, table_of


def test_rows_hold_what_was_measured_under_described_columns():
    names = ["sobel-x", "laplacian-5pt", "central-x"]
    measured = [measure(name, named(name).published) for name in names]
    table = table_of(measured)
    keys = [column.key for column in COLUMNS]
    assert len(set(keys)) == len(keys)
    assert all(column.words for column in COLUMNS)
    rows = [dict(zip(keys, row, strict=True)) for row in table.rows]
    assert [row["name"] for row in rows] == names
    sobel, five, central = rows
    assert (sobel["computes"], sobel["c4"], sobel["rank"]) == ("8 d/dx", Fraction(-1, 48), 1)
    assert (five["anisotropy"], five["forward_euler"], five["response_at_pi"]) == (
        Fraction(-1, 6),
        Fraction(1, 4),
        -8,
    )
    assert five["c4"] is None
    assert (central["error"], central["rank"]) == ("1/6 d^3/dx^3 f", None)


def test_a_kernel_without_error_has_an_empty_cell():
    (row,) = table_of([measure("identity", named("binomial-1").kernel)]).rows
    assert dict(zip([c.key for c in COLUMNS], row, strict=True))["error"] is None
