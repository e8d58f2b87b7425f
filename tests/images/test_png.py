"""Png as it is written here, read by OpenCV and Pillow."""

import io

import cv2
import numpy as np
import pytest
from images.seeds import GREY, GREY16, RGB, RGB16, RGBA
from PIL import Image

from kernelkit.images.png import encode_png


@pytest.mark.parametrize(
    "samples",
    [GREY, GREY16, RGB, RGB16, RGBA, np.dstack([RGB16, GREY16])],
    ids=lambda a: f"{a.dtype}-{a.shape[2:]}",
)
def test_opencv_reads_it(samples):
    seen = cv2.imdecode(np.frombuffer(encode_png(samples), np.uint8), cv2.IMREAD_UNCHANGED)
    if samples.ndim > 2:  # it has blue first
        order = [2, 1, 0, 3][: samples.shape[2]]
        seen = seen[..., order]
    assert np.array_equal(seen, samples)
    assert seen.dtype == samples.dtype


def test_pillow_reads_bits_alpha_and_text():
    bits = GREY > 99
    assert np.array_equal(np.asarray(Image.open(io.BytesIO(encode_png(bits)))), bits)
    picture = Image.open(io.BytesIO(encode_png(RGBA[..., :2], "a word")))
    assert picture.mode == "LA"
    assert picture.text == {"Description": "a word"}
    assert np.array_equal(np.asarray(picture), RGBA[..., :2])
