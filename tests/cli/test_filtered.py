"""What both commands share: axes by letter or number, what is missing, and greys that are kept or stretched."""

import numpy as np
import pytest

from kernelkit.cli.filtered import Filtering, _alpha
from kernelkit.errors import ExpressionError, InputError, ShapeError
from kernelkit.images import Image, Mapping

PLAIN = dict.fromkeys(Filtering.__slots__) | {
    "images": ("x.npy",),
    "force": False,
    "most": 100,
    "colour": "each",
}


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
        (None, "x", 2, "more than an image with 1 axis"),
    ],
)
def test_axes_that_are_none(axis, axes, count, says):
    with pytest.raises((InputError, ShapeError), match=says):
        asked(axis=axis).space(image(axes), count)


def test_spacings_are_one_number_or_one_an_axis():
    assert asked().steps(2) == 1.0
    assert asked(spacing="1/2").steps(2) == 0.5
    assert asked(spacing="0.5,2").steps(2) == (0.5, 2.0)
    with pytest.raises(ExpressionError):
        asked(spacing="wide").steps(2)


@pytest.mark.parametrize(
    ("greys", "bits", "low", "high", "wanted"),
    [
        ("uint8", None, 0, 255.4, Mapping(0.0, 1.0, 8)),
        ("uint8", 16, 0, 255.4, Mapping(0.0, 257.0, 16)),
        ("uint16", None, 0, 60000, Mapping(0.0, 1.0, 16)),
        ("uint16", 8, 0, 60000, "auto"),
        ("uint8", None, -1, 9, "auto"),
        ("uint8", None, 0, 256, "auto"),
        ("", None, 0, 9, "auto"),
        ("float32", None, 0, 9, "auto"),
    ],
)
def test_greys_are_kept_where_they_can_be(greys, bits, low, high, wanted):
    result = np.array([low, high], float)
    assert asked(bits=bits)._mapping(result, greys) == wanted


def test_a_range_is_black_and_white():
    assert asked(grey="-1,1")._mapping(np.ones(2), "uint8") == Mapping.between(-1, 1)


def test_alpha_goes_along_in_any_number_of_bits():
    alpha = np.array([0, 1, 128, 255], np.uint8)
    wide = _alpha(alpha, 16)
    assert (wide.dtype, wide.tolist()) == (np.uint16, [0, 257, 32896, 65535])
    assert np.array_equal(_alpha(wide, 8), alpha)
    assert _alpha(np.array([128, 129], np.uint16), 8).tolist() == [0, 1]  # the nearest
    assert _alpha(alpha, 8) is alpha
    assert _alpha(None, 8) is None
