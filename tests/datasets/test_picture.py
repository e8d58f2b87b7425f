"""One picture: what is cut from it, how it is made smaller, and what becomes of its colours."""

import numpy as np
import pytest
from PIL import Image

from kernelkit.datasets.picture import LARGEST_SIDE, shape_and_pixels, size_option, treatment
from kernelkit.errors import DatasetError, InputError


def treated(tmp_path, array, *, side=None, colour="as is"):
    path = tmp_path / "picture.png"
    Image.fromarray(array).save(path)
    return shape_and_pixels(path, treatment(side, colour))


def noise(*shape):
    return np.random.default_rng(0).integers(0, 256, shape, np.uint8)


@pytest.mark.parametrize(
    ("shape", "square"),
    [
        ((8, 4), np.s_[2:6, :]),
        ((4, 8), np.s_[:, 2:6]),
        ((7, 4), np.s_[1:5, :]),
        ((4, 4), np.s_[:, :]),
        ((4, 7, 3), np.s_[:, 1:5]),
    ],
    ids=str,
)
def test_the_square_in_the_middle_is_kept_pixel_by_pixel(tmp_path, shape, square):
    """Nothing is stretched, and nothing outside of the square is seen; an odd column is lost on the right."""
    array = noise(*shape)
    found, pixels = treated(tmp_path, array, side=4)
    assert found == shape[:2]
    assert np.array_equal(pixels, np.moveaxis(np.atleast_3d(array[square]), -1, 0))


@pytest.mark.parametrize(("shape", "side"), [((40, 30), 4), ((3, 5), 9), ((1, 1), 2)], ids=str)
def test_pictures_of_one_value_keep_it(tmp_path, shape, side):
    _, pixels = treated(tmp_path, np.full(shape, 77, np.uint8), side=side)
    assert pixels.shape == (1, side, side)
    assert (pixels == 77).all()


def test_what_shrinks_is_averaged_under_a_triangle(tmp_path):
    """To half: weights 1, 3, 3, 1 over 8 along each axis, from the definition; 8-bit rounding after each axis."""
    array = noise(16, 16)
    weights = np.zeros((8, 16))
    for row in range(8):
        for column in range(16):
            weights[row, column] = max(0, 1 - abs(column + 0.5 - 2 * (row + 0.5)) / 2)
    weights /= weights.sum(axis=1, keepdims=True)
    _, pixels = treated(tmp_path, array, side=8)
    assert abs(pixels[0] - weights @ array @ weights.T).max() <= 1


def test_a_board_of_single_pixels_becomes_grey(tmp_path):
    """Resizing that skips pixels would leave it black or white."""
    board = (np.indices((16, 16)).sum(axis=0) % 2 * 255).astype(np.uint8)
    _, pixels = treated(tmp_path, board, side=4)
    assert abs(pixels.astype(int) - 127.5).max() < 16


def test_grey_is_weighed_as_in_the_recommendation(tmp_path):
    """ITU-R BT.601: 0.299 R + 0.587 G + 0.114 B."""
    array = noise(5, 6, 3)
    _, pixels = treated(tmp_path, array, colour="grey")
    assert abs(pixels[0] - array @ [0.299, 0.587, 0.114]).max() <= 1


def test_grey_pictures_in_rgb_have_three_equal_channels(tmp_path):
    array = noise(5, 6)
    _, pixels = treated(tmp_path, array, colour="rgb")
    assert np.array_equal(pixels, np.stack([array] * 3))


@pytest.mark.parametrize("colour", ["as is", "rgb"])
def test_colours_that_are_already_so_are_kept(tmp_path, colour):
    array = noise(5, 6, 3)
    _, pixels = treated(tmp_path, array, colour=colour)
    assert np.array_equal(pixels, np.moveaxis(array, -1, 0))


def test_colours_and_sizes_change_together(tmp_path):
    _, pixels = treated(tmp_path, noise(6, 9, 3), side=5, colour="grey")
    assert pixels.shape == (1, 5, 5)
    assert pixels.dtype == np.uint8


def test_what_is_no_picture_says_what_would_be(tmp_path):
    (tmp_path / "picture.png").write_bytes(b"<html>")
    with pytest.raises(DatasetError, match=r"picture\.png' is no picture that can be read") as refused:
        shape_and_pixels(tmp_path / "picture.png", treatment(None, "as is"))
    assert refused.value.next == "save it anew as a grey or RGB png, or move it out of its class"
    assert refused.value.__cause__ is not None


@pytest.mark.parametrize("side", [0, -1, LARGEST_SIDE + 1, 1.5, "28", (3, 3), True], ids=str)
def test_sizes_that_mean_nothing_are_refused(side):
    with pytest.raises(InputError, match="1 to 10,000 pixels a side") as refused:
        treatment(side, "as is")
    assert refused.value.next == size_option(64) == "--picture-size 64, or load(..., picture_size=64)"


@pytest.mark.parametrize("side", [1, LARGEST_SIDE, np.int64(7)])
def test_sizes_in_the_range_are_taken(side):
    assert treatment(side, "as is") == (side, "as is")


@pytest.mark.parametrize("colour", ["blue", "RGB", None, 3])
def test_colours_that_mean_nothing_are_refused(colour):
    with pytest.raises(InputError, match="as is, grey, rgb, not"):
        treatment(None, colour)


RGB = (255, 0, 100)


def palette(*, alpha=None):
    """Return a picture of the second colour of its palette."""
    picture = Image.new("P", (3, 2), 1)
    picture.putpalette([7, 7, 7, *RGB])
    if alpha is not None:
        picture.info["transparency"] = bytes([0, alpha])
    return picture


@pytest.mark.parametrize(
    ("picture", "colour"),
    [
        (Image.new("RGBA", (3, 2), (*RGB, 255)), RGB),
        (Image.new("LA", (3, 2), (77, 255)), (77,) * 3),
        (palette(), RGB),
        (palette(alpha=255), RGB),
        (Image.new("CMYK", (3, 2), (0, 255, 155, 0)), RGB),
        (Image.new("1", (3, 2), 1), (255,) * 3),
        (Image.fromarray(np.full((2, 3), 65535, np.uint16)), (255,) * 3),
        (Image.fromarray(np.full((2, 3), 77 * 257, np.uint16)), (77,) * 3),
    ],
    ids=["RGBA", "LA", "P", "P opaque", "CMYK", "1", "white of 16 bits", "grey of 16 bits"],
)
def test_pictures_of_other_modes_are_turned_when_that_is_asked_for(tmp_path, picture, colour):
    """CMYK: what a colour lacks of white, as (1 - C)(1 - K), from the definition."""
    path = tmp_path / ("a.tif" if picture.mode == "CMYK" else "a.png")
    picture.save(path)
    _, pixels = shape_and_pixels(path, treatment(None, "rgb"))
    assert (pixels == np.array(colour)[:, None, None]).all()
    _, grey = shape_and_pixels(path, treatment(None, "grey"))
    assert abs(grey.astype(int) - np.dot(colour, [0.299, 0.587, 0.114])).max() <= 1
    if picture.mode != "1":
        with pytest.raises(DatasetError, match=f"of mode {picture.mode}") as refused:
            shape_and_pixels(path, treatment(None, "as is"))
        assert refused.value.next.startswith("--colour rgb, or load(")


@pytest.mark.parametrize("suffix", ["png", "tif", "pgm"])
def test_grey_of_sixteen_bits_is_divided_by_257_and_rounded(tmp_path, suffix):
    values = np.random.default_rng(0).integers(0, 65536, (20, 30), np.uint16)
    Image.fromarray(values).save(tmp_path / f"a.{suffix}")
    _, pixels = shape_and_pixels(tmp_path / f"a.{suffix}", treatment(None, "grey"))
    assert np.array_equal(pixels[0], np.rint(values / 257))


@pytest.mark.parametrize(
    ("picture", "said"),
    [
        (Image.new("RGBA", (3, 2), (*RGB, 254)), "transparent in places"),
        (Image.new("LA", (3, 2), (77, 0)), "transparent in places"),
        (palette(alpha=0), "transparent in places"),
        (Image.fromarray(np.ones((2, 3), np.float32)), "of mode F"),
        (Image.fromarray(np.ones((2, 3), np.int32)), "of mode I"),
    ],
    ids=["RGBA", "LA", "P", "F", "I"],
)
def test_what_has_no_plain_colour_is_refused_whatever_is_asked_for(tmp_path, picture, said):
    path = tmp_path / ("a.tif" if picture.mode in {"F", "I"} else "a.png")
    picture.save(path)
    for colour in ("grey", "rgb"):
        with pytest.raises(DatasetError, match=said) as refused:
            shape_and_pixels(path, treatment(None, colour))
        assert "save it anew" in refused.value.next


def test_a_picture_is_cut_after_it_was_put_upright(tmp_path):
    """A camera that was turned notes 6: the first row is on the right."""
    array = noise(4, 8)
    turned = Image.Exif()
    turned[0x0112] = 6
    Image.fromarray(array).save(tmp_path / "a.png", exif=turned)
    found, pixels = shape_and_pixels(tmp_path / "a.png", treatment(4, "as is"))
    assert found == (8, 4)
    assert np.array_equal(pixels[0], np.rot90(array[:, 2:6], -1))
