"""Grey from colours, against OpenCV and the published weights."""

import cv2
import numpy as np
import pytest
from images.seeds import GREY, RGB, RGBA, npy, pillow

from kernelkit.errors import InputError
from kernelkit.images import read_bytes, to_grey


def test_rec601_is_what_opencv_does():
    floats = RGB.astype(np.float32)
    grey = to_grey(read_bytes(npy(floats), channels="last"), "rec601")
    assert grey.values.dtype == np.float32
    assert np.allclose(grey.values, cv2.cvtColor(floats, cv2.COLOR_RGB2GRAY), rtol=1e-6)


def test_luminance_has_the_weights_of_rec709_and_the_mean_a_third_each():
    """ITU-R BT.709-6, item 3.2: 0.2126, 0.7152, 0.0722; applied to the numbers as they are."""
    image = read_bytes(pillow(RGB, "png"))
    assert np.allclose(to_grey(image).values, RGB @ [0.2126, 0.7152, 0.0722], rtol=1e-14)
    assert np.allclose(to_grey(image, "mean").values, RGB.mean(axis=-1), rtol=1e-14)
    assert to_grey(image).axes == "yx"


@pytest.mark.parametrize("how", ["luminance", "rec601", "mean"])
def test_grey_stays_what_it_is(how):
    """The weights sum to one; and alpha is no colour."""
    flat = np.full((2, 3, 3), 77, np.uint8)
    assert np.allclose(to_grey(read_bytes(pillow(flat, "png")), how).values, 77, rtol=1e-12)
    image = read_bytes(pillow(GREY, "png"))
    assert to_grey(image, how) is image
    assert np.array_equal(to_grey(read_bytes(pillow(RGBA, "png")), how).alpha, RGBA[..., 3])


def test_other_channels_and_other_ways_are_refused():
    with pytest.raises(InputError, match="2 channels"):
        to_grey(read_bytes(npy(np.zeros((3, 4, 2))), channels="last"))
    with pytest.raises(InputError, match="not 'hsv'"):
        to_grey(read_bytes(pillow(RGB, "png")), "hsv")
