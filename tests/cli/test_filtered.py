"""What both commands share: axes by letter or number, what is missing, and greys that are kept or stretched."""

import numpy as np
import pytest

from kernelkit.cli.filtered import Filtering
from kernelkit.errors import ExpressionError, InputError
from kernelkit.images import Image, Mapping

PLAIN = dict.fromkeys(Filtering.__slots__) | {"images": ("x.npy",), "force": False, "bits": 8, "most": 100}


def asked(**given):
    return Filtering(**{**PLAIN, **given})


def image(axes, dtype=float):
    return Image(np.ones([3] * len(axes), dtype), axes, None, "an image", "npy")


@pytest.mark.parametrize(
    ("axis", "axes", "count", "wanted"),
    [
        (None, "yx", 2, (0, 1)),
        (None, "yxc", 2, (0, 1)),
        (None, "zyx", None, (0, 1, 2)),
        ("x", "zyx", 1, (2,)),
        ("y, x", "zyxc", 2, (1, 2)),
        ("-1,0", "zyx", 2, (2, 0)),
    ],
)
def test_axes_that_are_filtered(axis, axes, count, wanted):
    assert asked(axis=axis).space(image(axes), count) == wanted


@pytest.mark.parametrize(
    ("axis", "axes", "count", "says"),
    [
        (None, "zyx", 2, "does not say where it goes"),
        ("t", "yx", 1, "no axis 't'"),
        ("2", "yx", 1, "no axis '2'"),
        ("", "yx", 1, "no axis ''"),
    ],
)
def test_axes_that_are_none(axis, axes, count, says):
    with pytest.raises(InputError, match=says):
        asked(axis=axis).space(image(axes), count)


def test_spacings_are_one_number_or_one_an_axis():
    assert asked().steps(2) == 1.0
    assert asked(spacing="1/2").steps(2) == 0.5
    assert asked(spacing="0.5,2").steps(2) == (0.5, 2.0)
    with pytest.raises(ExpressionError):
        asked(spacing="wide").steps(2)


@pytest.mark.parametrize(
    ("dtype", "low", "high", "keeps", "wanted"),
    [
        (np.uint8, 0, 255.4, True, Mapping(0.0, 1.0, 8)),
        (np.uint16, 0, 60000, True, Mapping(0.0, 1.0, 16)),
        (np.uint8, -1, 9, True, "auto"),
        (np.uint8, 0, 256, True, "auto"),
        (np.uint8, 0, 9, False, "auto"),
        (np.float32, 0, 9, True, "auto"),
    ],
)
def test_greys_are_kept_where_they_can_be(dtype, low, high, keeps, wanted):
    result = np.array([low, high], float)
    assert asked()._mapping(image("x", dtype), result, keeps_greys=keeps) == wanted


def test_a_range_is_black_and_white():
    assert asked(grey="-1,1")._mapping(image("x"), np.ones(2), keeps_greys=True) == Mapping.between(-1, 1)
