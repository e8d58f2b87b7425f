"""Png, jpeg and bmp: the numbers in the file, against Pillow, OpenCV, and files made by hand after the standard."""

import subprocess
import sys
import zlib

import cv2
import numpy as np
import pytest
from images.seeds import GREY, GREY16, RGB, RGB16, RGBA, chunk, pillow, png
from PIL import Image

import kernelkit.images.pictures
from kernelkit.errors import InputError, LimitError
from kernelkit.images import read_bytes


def by_opencv(array):
    return cv2.imencode(".png", array)[1].tobytes()


@pytest.mark.parametrize(
    ("data", "values", "alpha", "words"),
    [
        (pillow(GREY, "png"), GREY, None, "5 x 7 (y, x) grey, 8 bit, png"),
        (pillow(GREY, "bmp"), GREY, None, "5 x 7 (y, x) grey, 8 bit, bmp"),
        (pillow(GREY16, "png"), GREY16, None, "5 x 7 (y, x) grey, 16 bit, png"),
        (pillow(RGB, "png"), RGB, None, "5 x 7 (y, x) RGB, 8 bit, png"),
        (pillow(RGB, "bmp"), RGB, None, "5 x 7 (y, x) RGB, 8 bit, bmp"),
        (by_opencv(RGB16[..., ::-1]), RGB16, None, "5 x 7 (y, x) RGB, 16 bit, png"),
        (pillow(RGBA, "png"), RGBA[..., :3], RGBA[..., 3], "5 x 7 (y, x) RGB with alpha, 8 bit, png"),
        (
            pillow(RGBA[..., :2], "png"),
            RGBA[..., 0],
            RGBA[..., 1],
            "5 x 7 (y, x) grey with alpha, 8 bit, png",
        ),
        (
            by_opencv(np.dstack([RGB16[..., ::-1], GREY16])),
            RGB16,
            GREY16,
            "5 x 7 (y, x) RGB with alpha, 16 bit, png",
        ),
        (pillow(Image.fromarray(GREY > 99), "png"), GREY > 99, None, "5 x 7 (y, x) grey, 1 bit, png"),
    ],
)
def test_pictures_hold_what_was_written(data, values, alpha, words):
    image = read_bytes(data)
    assert np.array_equal(image.values, values)
    assert image.values.dtype == values.dtype
    assert (image.alpha is None) == (alpha is None)
    assert alpha is None or np.array_equal(image.alpha, alpha)
    assert image.what == words


def test_jpeg_is_decoded_as_opencv_does():
    """Both use libjpeg-turbo; the accurate transform may round one level apart."""
    smooth = cv2.GaussianBlur(
        np.random.default_rng(0).integers(0, 256, (40, 50, 3), dtype=np.uint8), (9, 9), 3
    )
    data = pillow(smooth, "jpeg", quality=95, subsampling=0)
    seen = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)[..., ::-1]
    assert np.abs(read_bytes(data).values.astype(int) - seen).max() <= 1


@pytest.mark.parametrize(("depth", "packed"), [(2, b"\x00\x1b"), (4, b"\x00\x01\x23")])
def test_samples_of_few_bits_are_not_stretched(depth, packed):
    """Four samples 0, 1, 2, 3, packed from the highest bits on (PNG 3, section 7.2)."""
    header = bytes([0, 0, 0, 4, 0, 0, 0, 1, depth, 0, 0, 0, 0])
    assert read_bytes(png(header, packed)).values.tolist() == [[0, 1, 2, 3]]


@pytest.mark.parametrize(
    ("header", "rows", "key", "values", "alpha"),
    [
        # one grey value, or one colour, stands for transparent (PNG 3, section 11.3.1.1); two bytes a sample
        (
            bytes([0, 0, 0, 3, 0, 0, 0, 1, 8, 0, 0, 0, 0]),
            b"\x00\x05\x06\x05",
            b"\x00\x05",
            [5, 6, 5],
            [0, 255, 0],
        ),
        (
            bytes([0, 0, 0, 4, 0, 0, 0, 1, 2, 0, 0, 0, 0]),
            b"\x00\x1b",
            b"\x00\x02",
            [0, 1, 2, 3],
            [255, 255, 0, 255],
        ),
        (
            bytes([0, 0, 0, 2, 0, 0, 0, 1, 16, 0, 0, 0, 0]),
            b"\x00\x01\x02\x03\x04",
            b"\x01\x02",
            [258, 772],
            [0, 65535],
        ),
        (
            bytes([0, 0, 0, 2, 0, 0, 0, 1, 8, 2, 0, 0, 0]),
            b"\x00\x01\x02\x03\x01\x02\x04",
            b"\x00\x01\x00\x02\x00\x03",
            [[1, 2, 3], [1, 2, 4]],
            [0, 255],
        ),
        (
            bytes([0, 0, 0, 2, 0, 0, 0, 1, 16, 2, 0, 0, 0]),
            b"\x00\x01\x02\x03\x04\x05\x06\x01\x02\x03\x04\x05\x07",
            b"\x01\x02\x03\x04\x05\x06",
            [[258, 772, 1286], [258, 772, 1287]],
            [0, 65535],
        ),
    ],
    ids=["grey", "two bits", "grey of 16 bits", "RGB", "RGB of 16 bits"],
)
def test_a_transparent_colour_is_alpha_and_stays_a_colour(header, rows, key, values, alpha):
    image = read_bytes(png(header, rows, chunk(b"tRNS", key)))
    assert image.values[0].tolist() == values
    assert image.alpha.tolist() == [alpha]


def test_a_palette_is_followed():
    """Entries 1 and 0; the first is half transparent (PNG 3, sections 11.2.2 and 11.3.1.1)."""
    header = bytes([0, 0, 0, 2, 0, 0, 0, 1, 1, 3, 0, 0, 0])
    palette = chunk(b"PLTE", bytes([10, 20, 30, 40, 50, 60]))
    image = read_bytes(png(header, b"\x00\x80", palette))
    assert image.values.tolist() == [[[40, 50, 60], [10, 20, 30]]]
    assert image.alpha is None
    assert image.what.endswith("from a palette")
    image = read_bytes(png(header, b"\x00\x80", palette, chunk(b"tRNS", b"\x80")))
    assert image.alpha.tolist() == [[255, 128]]


@pytest.mark.parametrize("form", ["png", "jpeg", "bmp"])
def test_bombs_are_refused_by_their_headers(form):
    data = bytearray(pillow(GREY, form))
    if form == "png":
        data = png((100_000).to_bytes(4, "big") * 2 + bytes([8, 0, 0, 0, 0]), b"")
    elif form == "jpeg":
        place = data.index(b"\xff\xc0") + 5
        data[place : place + 4] = b"\xff\xff\xff\xff"
    else:
        data[18:26] = (100_000).to_bytes(4, "little") * 2
    with pytest.raises(LimitError, match="4,294,836,225" if form == "jpeg" else "10,000,000,000"):
        read_bytes(bytes(data))


def test_rows_beyond_the_stated_height_are_not_kept():
    """A hundred million bytes packed into a picture of one pixel, which is all that it says it is."""
    header = bytes([0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0])
    assert read_bytes(png(header, b"\x00\x07" + bytes(10**8))).values.tolist() == [[7]]


def test_pictures_above_the_bound_of_pillow_are_read_when_they_are_allowed():
    """Pillow's own bound of 178,956,970 pixels is a matter of the whole process; ours is one of the call."""
    side = 14_000
    header = side.to_bytes(4, "big") * 2 + bytes([1, 0, 0, 0, 0])
    data = png(header, (b"\x00" + bytes(-(-side // 8))) * side)
    assert read_bytes(data, most=side * side).values.shape == (side, side)


def test_several_pictures_in_one_file_are_refused():
    frames = [Image.fromarray(GREY), Image.fromarray(255 - GREY)]
    with pytest.raises(InputError, match="several pictures"):
        read_bytes(pillow(frames[0], "png", save_all=True, append_images=frames[1:]))


def test_ink_is_refused():
    with pytest.raises(InputError, match="of mode CMYK"):
        read_bytes(pillow(Image.new("CMYK", (3, 3)), "jpeg"))


def test_sixteen_bits_in_colour_are_refused_rather_than_cut(tmp_path):
    """In a process without imagecodecs."""
    (tmp_path / "a.png").write_bytes(by_opencv(RGB16))
    program = (
        "import sys; sys.modules['imagecodecs'] = None\n"
        "from kernelkit.errors import MissingExtraError\n"
        "from kernelkit.images import open_image\n"
        "try:\n    open_image(sys.argv[1])\n"
        "except MissingExtraError as missing:\n    print(missing.next)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, tmp_path / "a.png"], capture_output=True, text=True, check=True
    )
    assert done.stdout == 'pip install "kernelkit[images]"\n'


def test_the_modes_of_one_meaning_are_all_that_pillow_gives_grey_rgb_and_palettes():
    assert set(kernelkit.images.pictures._CHANNELS) <= {*Image.MODES, "I;16"}
    assert (
        zlib.crc32(b"IEND") == 0xAE426082
    )  # the last four bytes of every png, so the chunks by hand are right
