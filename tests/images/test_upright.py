"""Orientation, against Pillow and the standard."""

import numpy as np
import pytest
from PIL import Image, ImageOps

from kernelkit.images.upright import upright


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("shape", [(2, 3), (2, 3, 3)], ids=["grey", "colour"])
def test_pictures_are_turned_as_pillow_does(orientation, shape):
    array = np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)
    picture = Image.fromarray(array)
    picture.getexif()[0x0112] = orientation
    assert np.array_equal(upright(array, orientation), np.asarray(ImageOps.exif_transpose(picture)))
    volume = np.stack([array, array])
    assert np.array_equal(upright(volume, orientation, 1)[1], upright(array, orientation))


@pytest.mark.parametrize("orientation", [None, 0, 9, "6", (6,)])
def test_what_the_standard_does_not_know_turns_nothing(orientation):
    array = np.arange(6).reshape(2, 3)
    assert np.array_equal(upright(array, orientation), array)
