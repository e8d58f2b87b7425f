"""The layer that is meant: the first that sees the picture, one by name, and layouts told from shapes."""

from pathlib import Path

import numpy as np
import pytest

from kernelkit.errors import CheckpointError, InputError, LimitError
from kernelkit.inspection.inspect import inspect
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
    biased = {"conv1.bias": taps(4), "conv1.weight": taps(4, 3, 3, 3)}
    with pytest.raises(CheckpointError) as refused:
        first_layer(biased, "conv")
    assert refused.value.next == "--layer conv1.weight", "a bias is no filter"
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
    for channels in (1, 2, 4):
        with pytest.raises(InputError, match="no order of three colours"):
            first_layer(taps(2, channels, 3, 3), order="BGR")


def test_layouts_of_keras_are_read_when_asked_and_suspected_when_not():
    stored = taps(7, 7, 3, 32)
    assert np.array_equal(first_layer(stored, layout="HWIO").weights, stored.transpose(3, 2, 0, 1))
    assert first_layer({"bias": taps(3), "k": stored, "l": taps(3, 3, 32, 64)}, layout="HWIO").name == "k"
    with pytest.raises(CheckpointError, match="looks like") as refused:
        first_layer(stored)
    assert "HWIO" in refused.value.next


@pytest.mark.parametrize(
    "shape", [(3, 3, 1, 32), (3, 3, 3, 32), (5, 5, 1, 6), (11, 11, 3, 96), (3, 3, 64, 128)]
)
def test_first_layers_of_keras_are_suspected_and_taken_as_they_lie_when_insisted_on(shape):
    with pytest.raises(CheckpointError, match="looks like"):
        first_layer(taps(*shape))
    if max(shape) <= 64:
        assert first_layer(taps(*shape), layout="OIHW").weights.shape == shape


def test_a_net_of_keras_is_suspected_by_all_of_its_layers():
    """The layer with three inputs, as it lies, is a later one with windows of 3 x 3, and hides the first."""
    arrays = {"stem": taps(7, 7, 3, 64), "late": taps(3, 3, 64, 64)}
    with pytest.raises(CheckpointError, match="'stem' of shape"):
        first_layer(arrays)
    assert first_layer(arrays, layout="HWIO").name == "stem"


@pytest.mark.parametrize("shape", [(6, 1, 5, 5), (32, 3, 7, 7), (16, 6, 3, 3)])
def test_the_usual_layout_is_not_read_as_that_of_keras(shape):
    for given in (taps(*shape), {"stem.weight": taps(*shape), "stem.bias": taps(shape[0])}):
        with pytest.raises(CheckpointError, match="not like HWIO"):
            first_layer(given, layout="HWIO")
        assert first_layer(given).weights.shape == shape


@pytest.mark.parametrize("shape", [(1, 7, 64, 64), (3, 3, 8, 8), (5, 5, 1, 6), (3, 1, 1, 8)])
def test_layers_of_keras_are_read_as_such_when_that_is_said(shape):
    assert first_layer(taps(*shape), layout="HWIO").weights.shape == (shape[3], shape[2], *shape[:2])


def test_a_layout_of_four_axes_is_refused_for_others_and_passed_over_with_a_note_where_there_is_one_only():
    for shape in ((3, 3), (5, 3, 3)):
        with pytest.raises(InputError, match="four axes"):
            first_layer(taps(*shape), layout="HWIO")
    found = first_layer(Model({"w": taps(6, 1, 5, 5)}, "PyTorch", "x"), layout="HWIO")
    assert found.weights.shape == (6, 1, 5, 5)
    assert "HWIO is passed over" in found.note


def test_a_number_names_the_array_of_that_place_in_an_npz_file():
    arrays = {"arr_0": taps(2, 3, 3, 3), "arr_1": taps(2), "arr_2": taps(4, 2, 3, 3)}
    assert first_layer(Model(arrays, "npz", "x"), "2").name == "arr_2"


def test_nets_in_the_usual_layout_are_not_suspected():
    """Windows that are no squares, on as many channels as there are filters, are in many nets."""
    assert first_layer({"stem": taps(16, 3, 3, 3), "row": taps(8, 8, 1, 3)}).name == "stem"
    for form in ("PyTorch", "ONNX"):
        assert first_layer(Model({"row": taps(8, 8, 1, 3)}, form, "x")).weights.shape == (8, 8, 1, 3)


def test_manifests_are_turned_once():
    model = Model({"w": taps(4, 3, 5, 5)}, "tfjs", "x")
    assert first_layer(model, layout="HWIO").weights.shape == (4, 3, 5, 5)


def test_arrays_of_two_and_three_axes_are_grey_filters():
    assert first_layer(taps(5, 3, 3)).weights.shape == (5, 1, 3, 3)
    assert first_layer(taps(3, 4)).size == "1 filter of 1 x 3 x 4"


@pytest.mark.parametrize("form", ["PyTorch", "safetensors", "ONNX", "npz"])
@pytest.mark.parametrize("shape", [(10, 84), (16, 3, 9)])
def test_matrices_of_a_net_are_linear_layers_and_no_filters(form, shape):
    """Nor are convolutions along one axis, (outputs, inputs, taps)."""
    model = Model({"fc.weight": taps(*shape)}, form, "x")
    with pytest.raises(CheckpointError, match="holds no convolution in the plane") as refused:
        first_layer(model)
    assert f"fc.weight {shape}" in refused.value.why
    with pytest.raises(CheckpointError, match=r"'fc\.weight' is no convolution in the plane"):
        first_layer(model, "fc")


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("weights.pt", "not the name of a file"),
        (Path("weights.pt"), "not the name of a file"),
        (None, "holds NoneType"),
        (object(), "holds object"),
        ([[1, 2], [3]], "is no array"),
        ({"w": [[1, 2], [3]]}, "'w' is no array"),
        (np.ones((1, 1, 2, 2), complex), "holds complex128"),
    ],
)
def test_what_is_no_array_is_refused_by_what_it_is(given, words):
    for act in (first_layer, inspect):
        with pytest.raises(InputError, match=words) as refused:
            act(given)
        assert refused.value.next


def test_no_filters_and_too_large_ones_are_told_from_each_other():
    with pytest.raises(CheckpointError, match=r"holds no taps: its shape is \(0, 3, 3, 3\)"):
        first_layer(np.ones((0, 3, 3, 3)))
    large = np.ones((2, 3, 300, 300))
    with pytest.raises(LimitError) as refused:
        first_layer(large)
    part = refused.value.next.partition("array[")[2].rstrip("]")
    kept = large[tuple(slice(int(end.strip(" :"))) for end in part.split(","))]
    assert first_layer(kept).weights.shape == (2, 3, 64, 64), "the advice is one that works"


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
