"""PBM, PGM and PPM, against Pillow and OpenCV where they do not rescale, and the format's own page where they do."""

import cv2
import numpy as np
import pytest
from images.seeds import GREY, GREY16, RGB, RGB16, pillow

from kernelkit.errors import InputError, LimitError
from kernelkit.images import read_bytes


@pytest.mark.parametrize(
    ("suffix", "array"), [(".pgm", GREY), (".pgm", GREY16), (".ppm", RGB), (".ppm", RGB16)]
)
@pytest.mark.parametrize("binary", [0, 1], ids=["plain", "raw"])
def test_files_of_opencv(suffix, array, binary):
    flipped = array[..., ::-1] if array.ndim > 2 else array  # it has blue first
    data = cv2.imencode(suffix, flipped, [cv2.IMWRITE_PXM_BINARY, binary])[1].tobytes()
    image = read_bytes(data)
    assert np.array_equal(image.values, array)
    assert image.values.dtype == array.dtype


def test_files_of_pillow():
    assert np.array_equal(read_bytes(pillow(GREY, "ppm")).values, GREY)
    assert np.array_equal(read_bytes(pillow(RGB, "ppm")).values, RGB)


def test_samples_are_not_stretched_to_the_maximum():
    assert read_bytes(b"P2 # grey\n3 1\n9\n0 4 9\n").values.tolist() == [[0, 4, 9]]
    assert read_bytes(b"P5\n2 1\n1023\n\x03\xff\x00\x01").values.tolist() == [[1023, 1]]


def test_bitmaps_have_one_for_black_and_rows_of_whole_bytes():
    """As on the page of the format (netpbm.sourceforge.net/doc/pbm.html)."""
    expected = [[1, 0, 1], [0, 1, 1]]
    for data in (b"P1\n3 2\n1 0 1\n0 1 1\n", b"P1\n3 2\n101011", b"P4\n3 2\n\xa0\x60"):
        image = read_bytes(data)
        assert image.values.tolist() == expected
        assert image.what == "2 x 3 (y, x) grey, 1 bit, netpbm, 1 is black"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"P5\n2 2\n255\nab", "Error"),
        (b"P2\n2 1\n9\n1", "holds 1 of 2"),
        (b"P2\n2 1\n9\n1 12", "beyond the stated maximum 9"),
        (b"P2\n2 1\n9\n1 -2", "beyond the stated maximum 9"),
        (b"P2\n2 1\n0\n0 0", "no maximum"),
        (b"P5\n2 1\n70000\n0 0", "no maximum"),
        (b"P5\n0 3\n9\n", "no pixels"),
        (b"P5\nwide 3\n9\n", "no width"),
        (b"P2\n1 1\n9\nx", "invalid literal"),
    ],
)
def test_damage_is_named(data, words):
    with pytest.raises(InputError, match=f"(?s)damaged pgm file.*{words}"):
        read_bytes(data)


def test_a_bomb_is_refused_by_its_header():
    with pytest.raises(LimitError, match="10,000,000,000 samples"):
        read_bytes(b"P5 100000 100000 255 ")
