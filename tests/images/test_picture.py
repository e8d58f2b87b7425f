"""Pictures as Pillow has them, without its warnings."""

import logging

import numpy as np
import pytest
from images.seeds import RGB, noted, pillow
from PIL import Image

from kernelkit.errors import InputError
from kernelkit.images import read_picture


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA", "CMYK", "I;16"])
def test_every_mode_is_left_as_it_is(tmp_path, mode):
    Image.new(mode, (4, 3)).save(tmp_path / "a.tif")
    picture = read_picture(tmp_path / "a.tif")
    assert (picture.mode, picture.size, picture.format) == (mode, (4, 3), "TIFF")


def test_pictures_stand_upright(tmp_path):
    (tmp_path / "a.png").write_bytes(pillow(RGB, "png", exif=noted(6)))
    assert np.array_equal(np.asarray(read_picture(tmp_path / "a.png")), np.rot90(RGB, -1))


def test_damaged_pictures_are_refused_in_one_sentence(tmp_path, caplog):
    caplog.set_level(logging.WARNING)
    data = pillow(RGB, "jpeg")
    for end in range(1, len(data) - 40, 7):
        (tmp_path / "a.jpg").write_bytes(data[:end])
        with pytest.raises(InputError, match="is no picture that can be read"):
            read_picture(tmp_path / "a.jpg")
    assert not caplog.records
