"""An image beside its result: what is drawn is what was given, zero is grey, and odd shapes are refused."""

import numpy as np
import pytest

from kernelkit.errors import ShapeError
from kernelkit.plot.filtered import filtered

IMAGE = np.arange(20.0).reshape(4, 5)


def drawn(figure, place):
    return figure.axes[place].images[0]


def test_both_are_drawn_with_their_scales():
    figure = filtered(IMAGE, IMAGE - 8, title="slope", label="per sample")
    assert np.array_equal(drawn(figure, 0).get_array(), IMAGE)
    assert np.array_equal(drawn(figure, 1).get_array(), IMAGE - 8)
    assert drawn(figure, 1).get_clim() == (-11, 11)  # alike on both sides of 0
    assert figure.axes[1].get_title(loc="left") == "slope"
    assert figure.axes[3].get_ylabel() == "per sample"


def test_lengths_begin_at_black():
    assert drawn(filtered(IMAGE, IMAGE), 1).get_clim() == (0, 19)
    assert drawn(filtered(IMAGE, np.full((4, 5), np.nan)), 1).get_clim() == (0, 1)


def test_colours_are_seen_as_they_are():
    colours = np.zeros((4, 5, 3), np.uint8)
    colours[..., 0] = 255
    assert drawn(filtered(colours, IMAGE), 0).get_array().tolist() == (colours / 255).tolist()


def test_signals_are_lines():
    figure = filtered(IMAGE[0], -IMAGE[0])
    assert figure.axes[1].lines[0].get_ydata().tolist() == (-IMAGE[0]).tolist()


def test_large_images_are_thinned():
    assert drawn(filtered(np.ones((10, 4000)), np.ones((10, 4000))), 1).get_array().shape[1] <= 1500


@pytest.mark.parametrize("shapes", [((4, 5, 6), (4, 5, 6)), ((4,), (4, 5)), ((2, 2, 2, 2), (2, 2))])
def test_other_shapes_are_refused(shapes):
    with pytest.raises(ShapeError, match="no pictures side by side"):
        filtered(*map(np.ones, shapes))


def test_truth_values_are_marks_on_a_pale_image():
    marks = IMAGE == 7
    picture = np.asarray(drawn(filtered(IMAGE, marks), 1).get_array())
    assert np.allclose(picture[~marks][:, 0], 0.5 + IMAGE[~marks] / 38)
    red, green, blue = picture[marks][0]
    assert red > green > blue


def test_white_images_end_somewhere_on_white_paper():
    for result in (np.ones((4, 5)), np.zeros((4, 5), bool)):
        figure = filtered(np.full((4, 5), 255), result)
        for axes in figure.axes[:2]:
            assert all(spine.get_visible() for spine in axes.spines.values())
            assert not axes.get_xticks().size
