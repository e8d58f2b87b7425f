"""Images and sizes as arguments of commands."""

from fractions import Fraction

import numpy as np
import pytest
from PIL import Image

from kernelkit.cli.images import as_numbers, read_any_image, read_size
from kernelkit.errors import ExpressionError, InputError, LimitError, ShapeError


def test_literals_are_whole_where_they_can_be():
    assert read_any_image("[1,2,4]").dtype == np.int64
    assert read_any_image("[[1,2],[3,4]]").tolist() == [[1, 2], [3, 4]]
    assert read_any_image(" [1/2, 3]").tolist() == [0.5, 3]


def test_the_image_of_the_post_is_white_black_white():
    assert read_any_image("post").shape == (6, 8)
    assert read_any_image("post").sum(axis=0).tolist() == [6, 6, 0, 0, 0, 0, 6, 6]


def test_large_whole_numbers_become_floats_instead_of_wrapping():
    found = as_numbers(np.array([Fraction(2) ** 70, Fraction(1)], dtype=object))
    assert found.tolist() == [2.0**70, 1.0]


def test_numbers_beyond_floats_are_refused():
    with pytest.raises(LimitError, match="largest float"):
        as_numbers(np.array([Fraction(10) ** 400], dtype=object))


def test_files_are_read(tmp_path):
    np.save(tmp_path / "x.npy", np.arange(6).reshape(2, 3))
    assert read_any_image(str(tmp_path / "x.npy")).shape == (2, 3)


@pytest.mark.parametrize(
    ("text", "size"), [("3x3", (3, 3)), ("5", 5), ("1 x 2", (1, 2)), ("3*2*1", (3, 2, 1)), ("7X9", (7, 9))]
)
def test_sizes(text, size):
    assert read_size(text) == size


@pytest.mark.parametrize("text", ["", "x", "3x", "-3", "3.5", "3 by 3", "\u0663", "9" * 7])
def test_what_is_no_size(text):
    with pytest.raises(ExpressionError, match="is no size"):
        read_size(text)


def test_windows_without_taps_are_refused():
    with pytest.raises(InputError, match="has no taps"):
        read_size("3x0")


@pytest.mark.parametrize("text", ["1,2,4,7,11", " 1, -2 ", "1/2,0.5"])
def test_a_list_without_brackets_is_told_of_them(text):
    with pytest.raises(InputError, match="stand in brackets") as refused:
        read_any_image(text)
    bracketed = refused.value.next.strip('"')
    assert read_any_image(bracketed).ndim == 1


def test_pictures_in_colour_are_made_grey_and_arrays_with_channels_are_not(tmp_path, capsys):
    """Channels would pass for an axis of space; an array of three axes is what its owner says."""
    colours = np.random.default_rng(0).integers(0, 256, (4, 5, 3)).astype(np.uint8)
    Image.fromarray(colours).save(tmp_path / "a.PNG")
    for colour, weights in (("mean", [1 / 3] * 3), ("rec601", [0.299, 0.587, 0.114])):
        assert np.allclose(read_any_image(str(tmp_path / "a.PNG"), colour=colour), colours @ weights)
        assert f"a.PNG, made grey ({colour})" in capsys.readouterr().err
    np.save(tmp_path / "a.npy", colours)
    assert read_any_image(str(tmp_path / "a.npy")).shape == (4, 5, 3)


@pytest.mark.parametrize("text", ["[[1,2],[3]]", "[1,[2]]", "[[[[[[[1]]]]]]]"])
def test_literals_of_images_are_not_called_kernels(text):
    with pytest.raises((ShapeError, LimitError)) as refused:
        read_any_image(text)
    assert "tap" not in str(refused.value)
    assert "kernel" not in str(refused.value)
