"""CSV: written for spreadsheets, read back exactly."""

import pytest
from hypothesis import given
from strategies import kernels

from kernelkit import Kernel
from kernelkit.errors import ExpressionError
from kernelkit.export.base import render
from kernelkit.export.csv import parse


@given(kernel=kernels().filter(lambda kernel: kernel.taps))
def test_round_trip_gives_an_equal_kernel(kernel):
    assert parse(render(kernel, "csv")) == kernel


def test_a_table_without_a_header_holds_taps_only():
    assert parse("1, -2, 1\n") == Kernel({-1: 1, 0: -2, 1: 1})
    assert parse("1\n-2\n1\n") == Kernel({-1: 1, 0: -2, 1: 1})
    assert parse("-1,0,1\n-2,0,2\n-1,0,1") == Kernel.from_array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "the csv text is empty"),
        ("tap\n1", "holds no taps with offsets"),
        ("1,2\n3", "line 2 of the csv text has 1 column, not 2"),
        ("1,x", "line 1 of the csv text: a number .x. is not an exact number"),
        ("offset,tap,float\n", "holds no taps with offsets"),
        ("offset,tap\n0,1\n0\n", "line 3 of the csv text has 1 column, not 2"),
        ("offset,tap\n0,one\n", "line 2 of the csv text: a number 'one' is not an exact number"),
    ],
)
def test_other_text_is_refused_with_its_line(text, words):
    with pytest.raises(ExpressionError, match=words):
        parse(text)
