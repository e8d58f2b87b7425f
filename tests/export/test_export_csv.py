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


def test_without_a_header_the_last_column_is_the_tap():
    assert parse("-1, -1/2\n1, 1/2\n") == Kernel({-1: "-1/2", 1: "1/2"})


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "the csv text is empty"),
        ("tap\n1", "holds no taps with offsets"),
        ("offset,tap,float\n", "holds no taps with offsets"),
        ("offset,tap\n0,1\n0\n", "line 3 of the csv text has 1 columns, not 2"),
        ("offset,tap\n0,one\n", "line 2 of the csv text: a number 'one' is not an exact number"),
    ],
)
def test_other_text_is_refused_with_its_line(text, words):
    with pytest.raises(ExpressionError, match=words):
        parse(text)
