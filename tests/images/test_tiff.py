"""Tiff: what tifffile, Pillow and OpenCV write, with numbers, pages, colours and alpha in their places."""

import subprocess
import sys

import cv2
import numpy as np
import pytest
from images.seeds import FLOATS, GREY, GREY16, RGB, RGB16, RGBA, VOLUME, noted, pillow, tiff
from PIL import Image

from kernelkit.errors import InputError, LimitError
from kernelkit.images import read_bytes


@pytest.mark.parametrize("kind", ["u1", "<u2", ">u2", "i2", "i4", "f2", "f4", "f8"])
@pytest.mark.parametrize("packing", [{}, {"compression": "zlib"}, {"compression": "lzw"}, {"tile": (16, 16)}])
def test_numbers_and_their_type_are_kept(kind, packing):
    array = (VOLUME[0] * 50).astype(kind)
    image = read_bytes(tiff(array, byteorder=">" if kind[0] == ">" else "<", **packing))
    assert np.array_equal(image.values, array)
    assert image.values.dtype == np.dtype(kind).newbyteorder("=")
    assert image.axes == "yx"


@pytest.mark.parametrize("array", [GREY, GREY16, RGB, RGB16, FLOATS], ids=lambda a: f"{a.dtype}-{a.ndim}")
def test_files_of_opencv(array):
    flipped = array[..., ::-1] if array.ndim > 2 else array
    image = read_bytes(cv2.imencode(".tiff", flipped)[1].tobytes())
    assert np.array_equal(image.values, array)
    assert image.alpha is None


def test_pages_are_the_axis_z_and_one_can_be_asked_for():
    data = tiff(VOLUME, photometric="minisblack")
    image = read_bytes(data)
    assert image.what == "3 x 5 x 7 (z, y, x) grey, float64, tiff"
    assert np.array_equal(image.values, VOLUME)
    assert np.array_equal(read_bytes(data, page=2).values, VOLUME[2])
    with pytest.raises(InputError, match="no page 3\n  next: its pages are 0 to 2"):
        read_bytes(data, page=3)


def test_pages_that_differ_are_read_one_by_one():
    pages = [Image.fromarray(GREY), Image.fromarray(RGB)]
    data = pillow(pages[0], "tiff", save_all=True, append_images=pages[1:])
    with pytest.raises(InputError, match="differ in size or kind"):
        read_bytes(data)
    assert np.array_equal(read_bytes(data, page=1).values, RGB)


@pytest.mark.parametrize("planes", ["contig", "separate"])
def test_colours_are_last_and_alpha_is_apart(planes):
    stored = RGBA if planes == "contig" else RGBA.transpose(2, 0, 1)
    image = read_bytes(
        tiff(stored, photometric="rgb", planarconfig=planes, extrasamples=["unassalpha"], metadata=None)
    )
    assert image.axes == "yxc"
    assert np.array_equal(image.values, RGBA[..., :3])
    assert np.array_equal(image.alpha, RGBA[..., 3])
    nameless = read_bytes(tiff(RGBA, photometric="rgb", extrasamples=["unspecified"]))
    assert np.array_equal(nameless.alpha, RGBA[..., 3])
    multiplied = read_bytes(tiff(RGBA, photometric="rgb", extrasamples=["assocalpha"]))
    assert "colours multiplied by alpha" in multiplied.what


def test_colours_on_several_pages():
    stack = np.stack([RGB, 255 - RGB])
    image = read_bytes(tiff(stack, photometric="rgb"))
    assert image.axes == "zyxc"
    assert np.array_equal(image.values, stack)


def test_five_bands_are_five_channels():
    bands = np.moveaxis(np.stack([FLOATS * k for k in range(5)]), 0, -1)
    image = read_bytes(tiff(bands, photometric="minisblack", planarconfig="contig"))
    assert image.axes == "yxc"
    assert np.array_equal(image.values, bands)


def test_white_may_be_zero_and_palettes_have_sixteen_bits():
    """Tag 262 of TIFF 6.0: 0 is WhiteIsZero; ColorMap holds 16 bits, full intensity is 65535."""
    image = read_bytes(tiff(GREY, photometric="miniswhite"))
    assert np.array_equal(image.values, GREY)
    assert image.what.endswith("0 is white")
    shown = Image.fromarray(RGB).quantize(4)
    eight = read_bytes(pillow(shown, "tiff")).values >> 8
    assert np.array_equal(eight, np.asarray(shown.convert("RGB")))


def test_the_orientation_is_heard():
    """Tag 274 of TIFF 6.0: 6 is a picture whose first row is seen on the right, from top to bottom."""
    picture = Image.fromarray(RGB)
    assert np.array_equal(read_bytes(pillow(picture, "tiff", exif=noted(6))).values, np.rot90(RGB, -1))


def test_jpeg_in_a_tiff_becomes_rgb_and_ink_is_refused():
    smooth = np.full((16, 16, 3), [200, 30, 90], np.uint8)
    seen = read_bytes(tiff(smooth, photometric="rgb", compression="jpeg")).values.astype(int)
    assert np.abs(seen - smooth).max() <= 3
    with pytest.raises(InputError, match="colours of the kind separated"):
        read_bytes(pillow(Image.new("CMYK", (3, 3)), "tiff"))


def test_a_file_that_holds_more_than_its_pages_say_is_not_read_in_part():
    """Both programs write large stacks behind a single page."""
    with pytest.raises(InputError, match="more images than its pages"):
        read_bytes(tiff(VOLUME, photometric="minisblack", truncate=True))
    with pytest.raises(InputError, match="more images than its pages"):
        read_bytes(tiff(GREY, metadata=None, description="ImageJ=1.11a\nimages=9\n"))


def test_a_chain_of_pages_that_bites_its_tail_ends():
    data = bytearray(tiff(GREY, metadata=None))
    first = int.from_bytes(data[4:8], "little")
    tags = int.from_bytes(data[first : first + 2], "little")
    link = first + 2 + 12 * tags  # TIFF 6.0, page 14: twelve bytes a tag, then the place of the next page
    data[link : link + 4] = data[4:8]
    with pytest.raises(InputError, match="an earlier one again"):
        read_bytes(bytes(data))


def test_bombs_are_refused_by_their_headers():
    data = bytearray(tiff(GREY, metadata=None))
    for tag in (256, 257):  # width and length, TIFF 6.0
        place = data.index(tag.to_bytes(2, "little") + b"\x04\x00\x01\x00\x00\x00") + 8
        data[place : place + 4] = (100_000).to_bytes(4, "little")
    with pytest.raises(LimitError, match="10,000,000,000 samples"):
        read_bytes(bytes(data))
    with pytest.raises(LimitError, match="105 samples"):
        read_bytes(tiff(VOLUME, photometric="minisblack"), most=104)
    with pytest.raises(LimitError, match="65,536 samples"):
        read_bytes(tiff(GREY, tile=(256, 256)), most=1000)


def test_compressed_files_say_what_to_install(tmp_path):
    """In a process without imagecodecs, where tifffile itself would unpack without bound."""
    (tmp_path / "a.tif").write_bytes(tiff(GREY, compression="zlib"))
    program = (
        "import sys; sys.modules['imagecodecs'] = None\n"
        "from kernelkit.errors import MissingExtraError\n"
        "from kernelkit.images import open_image\n"
        "try:\n    open_image(sys.argv[1])\n"
        "except MissingExtraError as missing:\n    print(missing.next)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, tmp_path / "a.tif"], capture_output=True, text=True, check=True
    )
    assert done.stdout == 'pip install "kernelkit[images]", or save it without compression\n'


@pytest.mark.parametrize(
    ("packing", "size"),
    [
        ({"resolution": (20000, 10000), "resolutionunit": "CENTIMETER"}, ((1.0, 0.5), "um")),
        ({"resolution": (1200, 1200), "resolutionunit": "INCH"}, ((25400 / 1200,) * 2, "um")),
        ({"resolution": (5, 5), "resolutionunit": "INCH"}, ((5.08, 5.08), "mm")),
        ({"resolution": (4, 2), "imagej": True, "metadata": {"unit": "um"}}, ((0.5, 0.25), "um")),
        ({"resolution": (4, 4), "imagej": True, "metadata": {"unit": "\\u00B5m"}}, ((0.25, 0.25), "um")),
        ({"resolution": (72, 72), "resolutionunit": "INCH"}, None),  # what programs write that know none
        ({"resolution": (3, 3), "resolutionunit": "NONE"}, None),
        ({}, None),
    ],
)
def test_the_size_of_a_pixel_is_what_the_file_says(packing, size):
    """Resolutions are pixels a unit, along x first (TIFF 6.0, XResolution); sizes are along y first."""
    found = read_bytes(tiff(GREY16, **packing)).pixel
    assert found == (None if size is None else (pytest.approx(size[0], rel=1e-6), size[1]))


def test_the_size_of_a_pixel_turns_with_the_picture():
    turned = [(274, "H", 1, 6, True)]  # a quarter: rows become columns
    data = tiff(GREY16, resolution=(20000, 10000), resolutionunit="CENTIMETER", extratags=turned)
    assert read_bytes(data).pixel.numbers == "0.5,1"
