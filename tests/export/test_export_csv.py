"""CSV: written for spreadsheets, read back exactly, from any program that writes it."""

import csv
import io
import itertools

import numpy as np
import pytest
from hypothesis import given
from strategies import kernels

from kernelkit import Kernel
from kernelkit.errors import ExpressionError
from kernelkit.exact.names import axis_names
from kernelkit.export.base import render
from kernelkit.export.csv import parse

SOBEL = [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]


@given(kernel=kernels().filter(lambda kernel: kernel.taps))
def test_round_trip_gives_an_equal_kernel(kernel):
    assert parse(render(kernel, "csv")) == kernel


def test_a_table_without_a_header_holds_taps_only():
    assert parse("1, -2, 1\n") == Kernel({-1: 1, 0: -2, 1: 1})
    assert parse("1\n-2\n1\n") == Kernel({-1: 1, 0: -2, 1: 1})
    assert parse("-1,0,1\n-2,0,2\n-1,0,1") == Kernel.from_array(SOBEL)


@pytest.mark.parametrize("ndim", [1, 2, 3, 4])
def test_columns_are_read_by_name_in_any_order(ndim):
    """The same kernel from every order of the columns, in upper or lower case, by both names of the axes."""
    places = list(itertools.islice(itertools.product((-1, 0, 2), repeat=ndim), 1, 6))
    kernel = Kernel([(place, i + 1) for i, place in enumerate(places)])
    ways = [axis_names(ndim), [f"x{i}" for i in range(ndim)], *([["offset"]] if ndim == 1 else [])]
    for way in ways:
        for order in itertools.permutations([*way, "tap"]):
            out = io.StringIO()
            writer = csv.DictWriter(out, order)
            out.write(",".join(name.upper() for name in order) + "\n")
            for place, tap in kernel.taps:
                writer.writerow({**dict(zip(way, place, strict=True)), "tap": tap})
            assert parse(out.getvalue()) == kernel


@pytest.mark.parametrize("separator", [",", ";", "\t", " ", "  ", ", "])
@pytest.mark.parametrize("quote", ["", '"'])
def test_every_usual_separator_is_read(separator, quote):
    rows = "\n".join(separator.join(f"{quote}{tap}{quote}" for tap in row) for row in SOBEL)
    assert parse(rows) == Kernel.from_array(SOBEL)
    named = "\r\n".join(
        separator.join(f"{quote}{x}{quote}" for x in row) for row in [("tap", "x"), (-1, -1), ("1/2", 1)]
    )
    assert parse(named) == Kernel({-1: -1, 1: "1/2"})


@pytest.mark.parametrize(
    "options", [{}, {"delimiter": ","}, {"delimiter": ";", "fmt": "%g"}, {"header": "of a camera"}]
)
def test_what_numpy_writes_is_read(options):
    out = io.StringIO()
    np.savetxt(out, np.array(SOBEL, dtype=float), **options)
    assert parse(out.getvalue()) == Kernel.from_array(SOBEL)


def test_names_of_columns_that_numpy_writes_as_a_comment_are_read():
    out = io.StringIO()
    np.savetxt(out, [[-1, 0, 5], [1, 0, 7]], header="x y tap", fmt="%d")
    assert parse(out.getvalue()) == Kernel({(0, -1): 5, (0, 1): 7})


def test_what_spreadsheets_add_is_left_out():
    """A byte order mark, comments, empty lines, and a separator at the end of every line."""
    assert parse("\ufeffoffset,tap\n-1,1\n1,2\n") == Kernel({-1: 1, 1: 2})
    assert parse("# a Laplacian\n\n1,-2,1,\n,,,\n") == Kernel({-1: 1, 0: -2, 1: 1})
    assert parse("offset;tap;\n-1;1;\n1;2;\n") == Kernel({-1: 1, 1: 2})


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "the csv text is empty"),
        ("# nothing\n", "the csv text is empty"),
        ("tap\n1", "holds no offsets"),
        ("1,2\n3", "line 2 of the csv text has 1 column, not 2"),
        ("1,x", "line 1 of the csv text: a number .x. is not an exact number"),
        ("offset,tap,float\n", "holds no taps"),
        ("offset,tap\n0,1\n0\n", "line 3 of the csv text has 1 column, not 2"),
        ("offset,tap\n0,one\n", "line 2 of the csv text: a number 'one' is not an exact number"),
        (
            "x,y,value\n0,0,1",
            "a column 'value', which says nothing\n  next: columns are offset on a line, or x, y",
        ),
        ("x,y\n0,0", "none called 'tap'"),
        ("x,x,tap\n0,0,1", "two columns called 'x'"),
        ("y,tap\n0,1", "offsets along y are not those of a kernel"),
        ("x,offset,tap\n0,0,1", "offsets along x, offset are not those of a kernel"),
        ("x1,x2,tap\n0,0,1", "offsets along x1, x2 are not those of a kernel"),
        ("1,2,1\n1,2,1,", "line 2 of the csv text has 4 columns, not 3\n  why:  it ends with a separator"),
        ("1,,1", "line 1 of the csv text has an empty cell"),
        ("1;0,5", "write decimals with a point"),
        ("nan,inf", "line 1 of the csv text: a number 'nan'"),
        ('1,"2', "line 1 of the csv text cannot be read"),
    ],
)
def test_other_text_is_refused_with_its_line(text, words):
    with pytest.raises(ExpressionError, match=words):
        parse(text)
