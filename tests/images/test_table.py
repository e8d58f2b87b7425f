"""Tables of numbers."""

import numpy as np
import pytest

from kernelkit.errors import InputError, LimitError, ShapeError
from kernelkit.images import read_bytes


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("1,2\n3,4\n", [[1, 2], [3, 4]]),
        ("1;2\r\n3;4\r\n", [[1, 2], [3, 4]]),
        ("1\t2\n\n3\t4", [[1, 2], [3, 4]]),
        ("\ufeff1,2\n3,4\n", [[1, 2], [3, 4]]),
        ("1,2,3\n", [1, 2, 3]),
        ("1\n2\n3\n", [1, 2, 3]),
    ],
    ids=["comma", "semicolon", "tab", "mark", "row", "column"],
)
def test_common_separators(text, values):
    image = read_bytes(text.encode())
    assert image.values.tolist() == values
    assert len(image.axes) == image.values.ndim


def test_nan_is_a_number_that_is_missing():
    assert np.isnan(read_bytes(b"1,nan\n2,3").values[0, 1])


@pytest.mark.parametrize(
    ("text", "error", "words"),
    [
        (b"x,y\n1,2\n3,4\n", InputError, "first line is a header"),
        (b"a,b\n1,c", InputError, "every cell must be a number"),
        (b"\xff\xfe1", InputError, "no table of numbers"),
        (b"1,2\n3", ShapeError, "differ in length"),
        (b"\n", ShapeError, "is empty"),
    ],
)
def test_what_is_no_table_is_refused(text, error, words):
    with pytest.raises(error, match=words):
        read_bytes(text)


def test_long_tables_are_refused_before_they_are_parsed():
    with pytest.raises(LimitError, match="more than 100 characters"):
        read_bytes(b"1," * 100, most=100)


@pytest.mark.parametrize("text", ["1,5;2,5\n3,5;4,5\n", "1,5\t2,5\n", "1;2\n3;4,5\n"])
def test_decimal_commas_are_no_separators(text):
    with pytest.raises(InputError, match="commas inside of cells"):
        read_bytes(text.encode())
