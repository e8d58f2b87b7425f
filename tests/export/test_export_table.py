"""Tables: the same rows in every format, sorted, and refused where they mean nothing."""

import csv
import io
import json
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernelkit.errors import InputError, UnknownNameError
from kernelkit.export.table import TABLE_FORMATS, Column, Table, records, render_table, shown

COLUMNS = (Column("name", "kernel", "what it is called"), Column("gain", "gain", "a factor"))
TABLE = Table(COLUMNS, (("sobel", Fraction(8)), ("a|b", Fraction(1, 3)), ("none", None), ("real", 0.123456)))

cells = st.one_of(
    st.none(),
    st.text(max_size=8),
    st.integers(),
    st.booleans(),
    st.fractions(),
    st.floats(allow_nan=False, allow_infinity=False),
)


@given(rows=st.lists(st.tuples(cells, cells), max_size=5))
def test_json_and_csv_hold_every_value_whole(rows):
    table = Table(COLUMNS, tuple(rows))
    read = json.loads(render_table(table, "json"))
    assert read["schema"] == "kernelkit/1"
    assert read["columns"] == {"name": "what it is called", "gain": "a factor"}
    lines = list(csv.reader(io.StringIO(render_table(table, "csv"), newline="")))
    assert lines[0] == ["name", "gain"]
    for row, entry in zip(rows, read["rows"], strict=True):
        for value, plain in zip(row, entry.values(), strict=True):
            assert Fraction(plain) == value if isinstance(value, Fraction) else plain == value


@given(numbers=st.lists(st.one_of(st.none(), st.fractions(), st.integers()), max_size=6))
def test_sorting_orders_a_column_and_leaves_what_is_empty_last(numbers):
    table = Table(COLUMNS, tuple((str(i), n) for i, n in enumerate(numbers)))
    for key, reverse in (("gain", False), ("-gain", True)):
        found = [row[1] for row in table.sorted_by(key).rows]
        filled = [n for n in numbers if n is not None]
        assert found == sorted(filled, reverse=reverse) + [None] * (len(numbers) - len(filled))


def test_errors_with_a_sign_are_sorted_by_size_and_columns_found_by_title():
    signed = Table(
        (COLUMNS[0], Column("c4", "coefficient", "an error", by_size=True)), (("a", -3), ("b", 1), ("c", 2))
    )
    assert [row[0] for row in signed.sorted_by("c4").rows] == ["b", "c", "a"]
    assert [row[0] for row in signed.sorted_by("-coefficient").rows] == ["a", "c", "b"]


def test_an_unknown_column_is_refused_with_the_names_of_all():
    with pytest.raises(UnknownNameError) as refused:
        TABLE.sorted_by("-size")
    assert str(refused.value) == "no column is called 'size'\n  next: columns are name, gain"


def test_text_lines_up_and_markdown_escapes_its_bars():
    lines = render_table(TABLE).splitlines()
    assert lines == [
        "kernel    gain",
        "------  ------",
        "sobel        8",
        "a|b        1/3",
        "none         -",
        "real    0.1235",
    ]
    marked = render_table(TABLE, "markdown").splitlines()
    assert marked[1] == "|--------|-------:|"
    assert marked[3] == r"| a\|b   |    1/3 |"
    assert len({len(line) for line in marked}) == 1


def test_columns_that_hold_nothing_are_dropped_on_request():
    empty = Table(COLUMNS, (("sobel", None), ("prewitt", None)))
    assert empty.without_empty_columns() == Table(COLUMNS[:1], (("sobel",), ("prewitt",)))


def test_numbers_that_are_not_finite_are_null_in_json():
    assert records(Table(COLUMNS, (("x", float("inf")),))) == [{"name": "x", "gain": None}]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "-"),
        (True, "yes"),
        (False, "no"),
        (Fraction(-1, 48), "-1/48"),
        (Fraction(10**12, 3), "3.333e+11"),
        (12, "12"),
        (2 / 3, "0.6667"),
        ("text", "text"),
    ],
)
def test_values_are_written_briefly(value, text):
    assert shown(value) == text


def test_notebooks_get_a_table_with_every_character_escaped():
    page = Table((Column("a", "<b>", 'say "x"'),), (("<script>",),))._repr_html_()
    assert "<script>" not in page
    assert "<td>&lt;script&gt;</td>" in page
    assert '<th title="say &quot;x&quot;">&lt;b&gt;</th>' in page


def test_other_formats_and_tables_without_columns_are_refused():
    with pytest.raises(UnknownNameError, match=f"formats are {', '.join(TABLE_FORMATS)}"):
        render_table(TABLE, "xml")
    with pytest.raises(InputError, match="at least one column"):
        render_table(Table((), ()))
