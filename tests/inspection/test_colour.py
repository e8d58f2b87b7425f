"""Colour of filters: what is planted is found, and shares add up."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from inspection.layers import plane

from kernelkit.errors import ShapeError
from kernelkit.inspection.colour import split

TAPS = arrays(float, (3, 4, 5), elements=st.floats(-10, 10, allow_subnormal=False).map(lambda x: round(x, 3)))


@given(TAPS)
def test_the_product_is_nearest_and_the_shares_are_of_all_energy(taps):
    found = split(taps)
    energy = (taps**2).sum()
    product = np.array(found.mix)[:, None, None] * found.plane
    assert ((taps - product) ** 2).sum() == pytest.approx((1 - found.share) * energy, abs=1e-9 * energy)
    grey = taps.mean(axis=0)
    if energy:
        assert found.grey_share == pytest.approx(3 * (grey**2).sum() / energy, abs=1e-12)
        assert np.linalg.norm(found.mix) == pytest.approx(1)
    assert max(found.mix, key=abs) > 0


@pytest.mark.parametrize(
    ("mix", "chroma", "grey"),
    [
        ((1, 1, 1), "grey", 1),
        ((1, -1, 0), "colour-opponent", 0),
        ((1, 1, -2), "colour-opponent", 0),
        ((0, 0, 1), "coloured", 1 / 3),
        ((0.3, 0.6, 0.1), "grey", 1 / (3 * 0.46)),
    ],
)
def test_planted_colours_are_told(mix, chroma, grey):
    found = split(np.array(mix, dtype=float)[:, None, None] * plane(7))
    assert found.chroma == chroma
    assert found.share == pytest.approx(1)
    assert found.grey_share == pytest.approx(grey, abs=1e-12)
    direction = np.array(mix) / np.linalg.norm(mix)
    assert abs(direction @ found.mix) == pytest.approx(1)


def test_one_channel_is_its_own_plane_bit_for_bit():
    taps = np.random.default_rng(0).normal(size=(1, 5, 5))
    assert np.array_equal(split(taps).plane, taps[0])
    assert split(taps).chroma == "grey"


def test_other_numbers_of_channels_have_no_colour():
    assert split(np.array([1, -1])[:, None, None] * plane(5)).chroma == "grey"


def test_zeros_and_other_shapes():
    assert split(np.zeros((3, 2, 2))).share == 1
    with pytest.raises(ShapeError):
        split(np.ones((2, 2)))
