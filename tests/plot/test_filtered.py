"""An image beside its result: what is drawn is what was given, zero is grey, and odd shapes are refused."""

import numpy as np
import pytest

from kernelkit.errors import ShapeError
from kernelkit.plot.filtered import filtered

IMAGE = np.arange(20.0).reshape(4, 5)


def drawn(figure, place):
    return figure.axes[place].images[0]


def test_both_are_drawn_with_their_scales():
    figure = filtered(IMAGE, {"slope": IMAGE - 8})
    assert np.array_equal(drawn(figure, 0).get_array(), IMAGE)
    assert np.array_equal(drawn(figure, 1).get_array(), IMAGE - 8)
    assert drawn(figure, 1).get_clim() == (-11, 11)  # alike on both sides of 0
    assert [axes.get_title(loc="left") for axes in figure.axes[:2]] == ["image", "slope"]


def test_channels_stand_side_by_side_on_one_scale():
    channels = {"red": IMAGE, "green": 2 * IMAGE, "blue": -IMAGE, "sum": 0 * IMAGE}
    figure = filtered(np.zeros((4, 5, 2)), channels, given="picture")
    assert figure.axes[0].get_title(loc="left") == "picture, mean of 2 channels"
    for place, (title, values) in enumerate(channels.items(), 1):
        assert figure.axes[place].get_title(loc="left") == title
        assert np.array_equal(drawn(figure, place).get_array(), values)
        assert drawn(figure, place).get_clim() == (-38, 38)


def test_lengths_begin_at_black():
    assert drawn(filtered(IMAGE, {"": IMAGE}), 1).get_clim() == (0, 19)
    assert drawn(filtered(IMAGE, {"": np.full((4, 5), np.nan)}), 1).get_clim() == (0, 1)


def test_colours_are_seen_as_they_are():
    colours = np.zeros((4, 5, 3), np.uint8)
    colours[..., 0] = 255
    assert drawn(filtered(colours, {"": IMAGE}), 0).get_array().tolist() == (colours / 255).tolist()


def test_signals_are_lines():
    figure = filtered(IMAGE[0], {"": -IMAGE[0]})
    assert figure.axes[1].lines[0].get_ydata().tolist() == (-IMAGE[0]).tolist()


def test_large_images_are_thinned():
    assert drawn(filtered(np.ones((10, 4000)), {"": np.ones((10, 4000))}), 1).get_array().shape[1] <= 1500


@pytest.mark.parametrize(
    "shapes", [((4, 5, 6), (4, 5, 6)), ((4,), (4, 5)), ((2, 2, 2, 2), (2, 2)), ((4, 5), (4, 5), (4,))]
)
def test_other_shapes_are_refused(shapes):
    with pytest.raises(ShapeError, match="no pictures side by side"):
        filtered(np.ones(shapes[0]), {str(place): np.ones(shape) for place, shape in enumerate(shapes[1:])})


def test_truth_values_are_marks_on_a_pale_image():
    marks = IMAGE == 7
    picture = np.asarray(drawn(filtered(IMAGE, {"": marks}), 1).get_array())
    assert np.allclose(picture[~marks][:, 0], 0.5 + IMAGE[~marks] / 38)
    red, green, blue = picture[marks][0]
    assert red > green > blue


def test_white_images_end_somewhere_on_white_paper():
    for result in (np.ones((4, 5)), np.zeros((4, 5), bool)):
        figure = filtered(np.full((4, 5), 255), {"": result})
        for axes in figure.axes[:2]:
            assert all(spine.get_visible() for spine in axes.spines.values())
            assert not axes.get_xticks().size
