"""The layer that is meant: the first that sees the picture, one by name, and layouts told from shapes."""

import numpy as np
import pytest

from kernelkit.errors import CheckpointError, InputError, LimitError
from kernelkit.inspection.layer import LISTED, first_layer, listed
from kernelkit.inspection.weights import Model

NUMBERS = np.random.default_rng(0)


def taps(*shape):
    return NUMBERS.normal(size=shape)


def test_the_first_layer_with_three_inputs_is_taken_then_with_one_then_any():
    depthwise, stem, point = taps(8, 1, 3, 3), taps(4, 3, 5, 5), taps(4, 3, 1, 1)
    assert (
        first_layer({"dw": depthwise, "skip": point, "stem": stem, "late": taps(2, 3, 3, 3)}).name == "stem"
    )
    assert first_layer({"bias": taps(4), "late": taps(16, 6, 5, 5), "grey": taps(6, 1, 5, 5)}).name == "grey"
    assert first_layer({"bias": taps(4), "late": taps(16, 6, 5, 5)}).name == "late"
    assert first_layer({"optimiser.m": stem, "average.0": stem, "net.0": stem}).name == "average.0"


@pytest.mark.parametrize("asked", ["features.0", "features.0.weight"])
def test_layers_are_found_by_name(asked):
    for stored in ("features.0.weight", "net.features.0.weight"):
        assert first_layer({"a": taps(2, 3, 3, 3), stored: taps(4, 2, 3, 3)}, asked).name == stored


def test_unknown_layers_are_answered_with_those_that_are_there():
    arrays = {"conv1.weight": taps(2, 3, 3, 3), **{f"bias{i}": taps(2) for i in range(40)}}
    with pytest.raises(CheckpointError) as refused:
        first_layer(arrays, "conv1.wieght")
    assert refused.value.why.startswith("it holds conv1.weight (2, 3, 3, 3), bias0 (2,)")
    assert refused.value.why.endswith(f"and {41 - LISTED} more")
    assert refused.value.next == "--layer conv1.weight"
    assert listed(Model({}, "npz", "x")) == ""


@pytest.mark.parametrize(
    ("shape", "place", "groups", "kind"),
    [
        ((8, 3, 5, 5), "first", None, "convolution"),
        ((8, 1, 5, 5), "first", None, "convolution"),
        ((8, 1, 3, 3), "later", None, "depthwise"),
        ((8, 1, 3, 3), "first", 8, "depthwise"),
        ((8, 1, 3, 3), "later", 1, "convolution"),
        ((8, 3, 1, 1), "first", None, "pointwise"),
    ],
)
def test_kinds_of_layers(shape, place, groups, kind):
    arrays = {"w": taps(*shape)} if place == "first" else {"stem": taps(2, 3, 3, 3), "w": taps(*shape)}
    model = Model(arrays, "npz", "x", groups={} if groups is None else {"w": groups})
    assert first_layer(model, "w").kind == kind


def test_channels_are_turned_to_red_green_blue():
    stored = taps(2, 3, 3, 3)
    found = first_layer(stored, order="BGR")
    assert np.array_equal(found.weights, stored[:, ::-1])
    assert found.order == "BGR"
    assert first_layer(taps(2, 1, 3, 3), order="BGR").order == "RGB"


def test_layouts_of_keras_are_read_when_asked_and_suspected_when_not():
    stored = taps(7, 7, 3, 32)
    assert np.array_equal(first_layer(stored, layout="HWIO").weights, stored.transpose(3, 2, 0, 1))
    assert first_layer({"bias": taps(3), "k": stored, "l": taps(3, 3, 32, 64)}, layout="HWIO").name == "k"
    with pytest.raises(CheckpointError, match="looks like") as refused:
        first_layer(stored)
    assert "HWIO" in refused.value.next


def test_arrays_of_two_and_three_axes_are_grey_filters():
    assert first_layer(taps(5, 3, 3)).weights.shape == (5, 1, 3, 3)
    assert first_layer(taps(3, 4)).size == "1 filter of 1 x 3 x 4"


def test_strides_asked_for_win_over_those_of_the_file():
    model = Model({"w": taps(2, 3, 3, 3)}, "ONNX", "x", strides={"w": (2, 2)})
    assert first_layer(model).stride == (2, 2)
    assert first_layer(model, stride=4).stride == (4, 4)
    assert first_layer(model, stride=(1, 2)).stride == (1, 2)
    with pytest.raises(InputError):
        first_layer(model, stride=0)


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"w": np.ones(3), "v": np.ones(2)}, CheckpointError),
        (np.ones(5), CheckpointError),
        (np.ones((2, 3, 0, 3)), CheckpointError),
        (np.full((2, 3, 3, 3), np.inf), InputError),
        (np.array([[["a"]]]), InputError),
        (np.ones((1, 1, 65, 3)), LimitError),
        (np.ones((4097, 1, 1, 1)), LimitError),
    ],
)
def test_what_is_no_layer_is_refused(given, error):
    with pytest.raises(error):
        first_layer(given)


def test_words_nobody_knows_are_refused():
    with pytest.raises(InputError, match="RGB, BGR"):
        first_layer(taps(2, 3, 3, 3), order="GRB")
    with pytest.raises(InputError, match="OIHW, HWIO"):
        first_layer(taps(2, 3, 3, 3), layout="NCHW")
