"""ONNX: initialisers of every type wherever they are stored, strides of nodes, and hostile files."""

import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from inspection.messages import conv, model, tensor, text, varint, whole

from kernelkit.errors import CheckpointError
from kernelkit.inspection.layer import first_layer
from kernelkit.inspection.onnx import read_onnx, tensor_of
from kernelkit.inspection.weights import read_model

NUMBERS = np.random.default_rng(0)
TAPS = NUMBERS.normal(size=(4, 3, 2, 2)).astype(np.float32)
TYPES = {
    1: "f4",
    2: "u1",
    3: "i1",
    4: "u2",
    5: "i2",
    6: "i4",
    7: "i8",
    10: "f2",
    11: "f8",
    12: "u4",
    13: "u8",
}


def saved(tmp_path, content):
    path = tmp_path / "net.onnx"
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("kind", TYPES)
def test_raw_bytes_of_every_type_are_read(kind):
    array = np.arange(-6 if TYPES[kind][0] in "if" else 0, 6).astype(f"<{TYPES[kind]}").reshape(2, -1)
    name, found = tensor_of(memoryview(tensor("w", array, kind=kind)))
    assert name == "w"
    assert found.shape == array.shape
    assert np.array_equal(found, array)
    assert found.dtype == (np.float32 if kind == 10 else array.dtype)


@pytest.mark.parametrize(
    ("kind", "field", "content"),
    [
        (1, 4, np.array([1.5, -2.25], "<f4").tobytes()),
        (11, 10, np.array([1.5, -2.25], "<f8").tobytes()),
        (10, 5, b"".join(varint(int(b)) for b in np.array([1.5, -2.25], "<f2").view("<u2"))),
        (16, 5, varint(0x3FC0) + varint(0xC010)),
    ],
    ids=["float", "double", "half", "bfloat16"],
)
def test_lists_of_numbers_are_read_from_where_their_type_keeps_them(kind, field, content):
    _, found = tensor_of(
        memoryview(tensor("w", np.zeros(2), kind=kind, raw=False, extra=text(field, content)))
    )
    assert found.tolist() == [1.5, -2.25]


def test_bytes_and_unsigned_numbers_in_lists():
    for kind, field, values in (
        (3, 5, [-7, 5]),
        (2, 5, [0, 255]),
        (7, 7, [-(2**60), 3]),
        (13, 11, [9, 2**40]),
    ):
        packed = text(field, b"".join(map(varint, values)))
        _, found = tensor_of(memoryview(tensor("w", np.zeros(2), kind=kind, raw=False, extra=packed)))
        assert found.tolist() == values


def test_single_floats_stand_alone_too():
    alone = b"".join(varint(4 << 3 | 5) + struct.pack("<f", x) for x in (0.5, 4))
    _, found = tensor_of(memoryview(tensor("w", np.zeros(2), kind=1, raw=False, extra=alone)))
    assert found.tolist() == [0.5, 4]


def test_convolutions_come_first_with_strides_and_groups(tmp_path):
    path = saved(
        tmp_path,
        model(
            nodes=[conv("one", strides=(4, 2)), conv("two", group=5)],
            tensors=[
                tensor("bias", np.zeros(4, "<f4"), kind=1),
                tensor("two", np.ones((5, 1, 3, 3), "<f4"), kind=1),
                tensor("one", TAPS, kind=1),
            ],
        ),
    )
    found = read_model(path)
    assert list(found.arrays) == ["one", "two", "bias"]
    assert found.strides == {"one": (4, 2), "two": (1, 1)}
    assert found.form == "ONNX"
    layer = first_layer(found)
    assert (layer.name, layer.stride, layer.kind) == ("one", (4, 2), "convolution")
    assert np.array_equal(layer.weights, TAPS)
    assert first_layer(found, "two").kind == "depthwise"


def test_constants_of_nodes_are_read_too(tmp_path):
    constant = (
        text(2, "w") + text(4, "Constant") + text(5, text(1, "value") + text(5, tensor("", TAPS, kind=1)))
    )
    found = read_onnx(saved(tmp_path, model(nodes=[constant, conv("w", strides=(2, 2))])))
    assert np.array_equal(found.arrays["w"], TAPS)
    assert found.strides["w"] == (2, 2)


def test_stored_whole_numbers_are_said_to_have_no_scale(tmp_path):
    stored = tensor("w", np.full((2, 3, 3, 3), 128, "u1"), kind=2)
    assert "without a scale" in first_layer(read_model(saved(tmp_path, model(tensors=[stored])))).note


def test_text_and_truth_values_are_passed_over(tmp_path):
    other = tensor("flag", np.ones(2, "u1"), kind=9)
    found = read_model(saved(tmp_path, model(tensors=[other, tensor("w", TAPS, kind=1)])))
    assert list(found.arrays) == ["w"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (
            model(tensors=[tensor("w", TAPS, kind=1, extra=text(13, text(1, "location")))]),
            "lie in another file",
        ),
        (model(tensors=[tensor("w", TAPS, kind=1, raw=False, extra=whole(14, 1))]), "lie in another file"),
        (model(tensors=[tensor("w", np.zeros((9, 9)), kind=1, raw=False)]), "holds 0 numbers where"),
        (model(tensors=[whole(1, 2**62) + whole(1, 2**62) + whole(2, 1)]), "holds 0 numbers where"),
        (model(tensors=[whole(1, -3) + whole(2, 1)]), "is no shape"),
        (model(tensors=[whole(1, 1) * 17 + whole(2, 1)]), "is no shape"),
        (model(tensors=[tensor("w", np.zeros(3, "u1"), kind=1)]), "no whole number of float32"),
        (model(tensors=[tensor("w", [0], kind=1, raw=False, extra=text(4, b"abc"))]), "ends inside one"),
        (
            model(tensors=[tensor("w", [0], kind=3, raw=False, extra=text(5, varint(300)))]),
            "does not fit int8",
        ),
        (model(tensors=[tensor("w", TAPS, kind=1)])[:-9], "are left"),
        (b"\x08\x07garbage that is no graph", "no file of weights that is known"),
        (whole(1, 8), "no file of weights that is known"),
    ],
)
def test_files_that_cannot_be_read_are_refused_in_words(tmp_path, content, words):
    with pytest.raises(CheckpointError) as refused:
        read_model(saved(tmp_path, content))
    assert words in f"{refused.value.what} {refused.value.why}"
    assert "net.onnx" in refused.value.what


def test_a_graph_inside_a_node_is_not_descended_into(tmp_path):
    inner = text(1, "body")
    for _ in range(3000):
        inner = text(6, text(1, text(5, inner)))
        if len(inner) > 60_000:
            break
    node = text(4, "Loop") + text(5, inner)
    found = read_model(saved(tmp_path, model(nodes=[node], tensors=[tensor("w", TAPS, kind=1)])))
    assert list(found.arrays) == ["w"]


@settings(max_examples=150)
@given(data=st.data())
def test_damaged_bytes_are_read_or_refused_and_nothing_else(data, tmp_path_factory):
    content = bytearray(model(nodes=[conv("w")], tensors=[tensor("w", TAPS, kind=1)]))
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path_factory.mktemp("damaged") / "net.onnx"
    path.write_bytes(bytes(content))
    try:
        found = read_onnx(path)
    except CheckpointError:
        return
    assert all(array.size < 10_000 for array in found.arrays.values())


def test_files_of_the_package_onnx_are_read_as_it_reads_them(tmp_path):
    onnx = pytest.importorskip("onnx", reason="the package onnx is an oracle, not a dependency")
    helper = onnx.helper
    graph = helper.make_graph(
        [helper.make_node("Conv", ["x", "w"], ["y"], strides=[2, 2], kernel_shape=[2, 2])],
        "g",
        [helper.make_tensor_value_info("x", 1, [1, 3, 8, 8])],
        [helper.make_tensor_value_info("y", 1, None)],
        [onnx.numpy_helper.from_array(TAPS, "w"), helper.make_tensor("h", 10, [2], [0.5, -3.0])],
    )
    onnx.save(helper.make_model(graph), tmp_path / "net.onnx")
    found = read_model(tmp_path / "net.onnx")
    assert np.array_equal(found.arrays["w"], TAPS)
    assert found.arrays["h"].tolist() == [0.5, -3]
    assert found.strides == {"w": (2, 2)}
