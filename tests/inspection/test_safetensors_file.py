"""Safetensors: every kind of number, strides in the metadata, checkpoints of this package, and damage."""

import json
import sys

import numpy as np
import pytest

from kernelkit.errors import CheckpointError, MissingExtraError
from kernelkit.inspection.layer import first_layer
from kernelkit.inspection.weights import read_model

TAPS = np.random.default_rng(0).normal(size=(4, 3, 2, 2)).astype(np.float32)


def saved(path, tensors, metadata=None):
    """Write a file by its published format: the length of the header, the header in JSON, the bytes."""
    header, data = {}, b""
    for name, (kind, shape, content) in tensors.items():
        header[name] = {
            "dtype": kind,
            "shape": list(shape),
            "data_offsets": [len(data), len(data) + len(content)],
        }
        data += content
    if metadata is not None:
        header["__metadata__"] = metadata
    head = json.dumps(header).encode()
    path.write_bytes(len(head).to_bytes(8, "little") + head + data)
    return path


@pytest.mark.parametrize(
    ("kind", "stored", "dtype"),
    [
        ("F64", "<f8", "float64"),
        ("F32", "<f4", "float32"),
        ("F16", "<f2", "float32"),
        ("I64", "<i8", "int64"),
        ("I32", "<i4", "int32"),
        ("I8", "i1", "int8"),
        ("U8", "u1", "uint8"),
    ],
)
def test_kinds_of_numbers(tmp_path, kind, stored, dtype):
    values = np.array([1, 2, 100], stored)
    found = read_model(saved(tmp_path / "w.bin", {"w": (kind, (3,), values.tobytes())}))
    assert found.form == "safetensors"
    assert found.arrays["w"].tolist() == [1, 2, 100]
    assert found.arrays["w"].dtype == dtype


def test_bfloat16_is_the_upper_half_of_single_precision(tmp_path):
    words = np.array([1.0, -2.5, 3e38], "<f4").view("<u4") >> 16
    found = read_model(saved(tmp_path / "w.bin", {"w": ("BF16", (3,), words.astype("<u2").tobytes())}))
    assert found.arrays["w"].dtype == np.float32
    assert np.allclose(found.arrays["w"], [1, -2.5, 3e38], rtol=1 / 128)


def test_arrays_come_in_the_order_of_the_file_and_truth_values_not_at_all(tmp_path):
    tensors = {
        "z": ("F32", TAPS.shape, TAPS.tobytes()),
        "flags": ("BOOL", (2,), b"\1\0"),
        "a": ("F32", (1,), b"\0" * 4),
    }
    assert list(read_model(saved(tmp_path / "w", tensors)).arrays) == ["z", "a"]


@pytest.mark.parametrize(("tensors", "words"), [({"f": ("BOOL", (1,), b"\1")}, "BOOL"), ({}, "no tensors")])
def test_files_without_numbers_are_refused_with_what_they_hold(tmp_path, tensors, words):
    with pytest.raises(CheckpointError, match="holds no weights") as refused:
        read_model(saved(tmp_path / "w", tensors))
    assert words in refused.value.why


@pytest.mark.parametrize(("text", "stride"), [("4", (4, 4)), ("4,2", (4, 2))])
def test_strides_stand_in_the_metadata(tmp_path, text, stride):
    tensors = {"0.weight": ("F32", TAPS.shape, TAPS.tobytes())}
    for key in ("0.weight.stride", "stride"):
        found = read_model(saved(tmp_path / "w", tensors, {key: text}))
        assert first_layer(found).stride == stride
    assert first_layer(read_model(saved(tmp_path / "w", tensors))).stride is None


@pytest.mark.parametrize("text", ["four", "0", "1,2,3", "", "-1", "9999999"])
def test_strides_that_are_none_are_refused(tmp_path, text):
    tensors = {"w": ("F32", TAPS.shape, TAPS.tobytes())}
    with pytest.raises(CheckpointError, match="is no stride"):
        read_model(saved(tmp_path / "w", tensors, {"stride": text}))


def test_checkpoints_of_a_run_are_read_and_what_the_optimiser_remembers_is_passed_over(tmp_path):
    store = pytest.importorskip("safetensors.numpy", reason="safetensors is an optional package")
    store.save_file(
        {"optimiser.0.momentum": 9 * TAPS, "net.0.weight": TAPS, "net.0.bias": TAPS[:, 0, 0, 0]},
        tmp_path / "last.safetensors",
        metadata={"kernelkit": "{}"},
    )
    found = first_layer(read_model(tmp_path / "last.safetensors"))
    assert found.name == "net.0.weight"
    assert np.array_equal(found.weights, TAPS)
    assert first_layer(read_model(tmp_path / "last.safetensors"), "0").name == "net.0.weight"


@pytest.mark.parametrize(
    "change",
    [
        lambda content: content[:-1],
        lambda content: content[:20],
        lambda content: content + b"\0",
        lambda content: content.replace(b"F32", b"F99"),
        lambda content: content.replace(b'"shape": [4', b'"shape": [9'),
        lambda content: content.replace(b"[0, 192]", b"[0, 999]"),
    ],
)
def test_damaged_files_are_refused(tmp_path, change):
    path = saved(tmp_path / "w", {"w": ("F32", TAPS.shape, TAPS.tobytes())})
    path.write_bytes(change(path.read_bytes()))
    with pytest.raises(CheckpointError, match="damaged safetensors"):
        read_model(path)


def test_without_the_package_the_way_to_get_it_is_said(tmp_path, monkeypatch):
    path = saved(tmp_path / "w", {"w": ("F32", TAPS.shape, TAPS.tobytes())})
    monkeypatch.setitem(sys.modules, "safetensors", None)
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with pytest.raises(MissingExtraError) as refused:
        read_model(path)
    assert refused.value.next.startswith("pip install")
