"""Manifests of TensorFlow.js: shards beside them, quantised numbers, axes turned, and nothing outside the folder."""

import json

import numpy as np
import pytest
from golden.tables import read

from kernelkit.errors import CheckpointError, LimitError
from kernelkit.inspection import tfjs
from kernelkit.inspection.layer import first_layer
from kernelkit.inspection.weights import read_model

TAPS = np.random.default_rng(0).normal(size=(5, 4, 3, 2)).astype("<f4")  # rows, columns, inputs, outputs
CONTENT = TAPS.tobytes()
ENTRY = {"name": "conv/kernel", "shape": [5, 4, 3, 2], "dtype": "float32"}


def saved(folder, entries=(ENTRY,), shards=(CONTENT,), *, inside="list", paths=None):
    names = [f"shard{i}.bin" for i in range(len(shards))]
    for name, content in zip(names, shards, strict=True):
        (folder / name).write_bytes(content)
    groups = [{"paths": names if paths is None else paths, "weights": list(entries)}]
    (folder / "model.json").write_text(
        json.dumps(groups if inside == "list" else {"weightsManifest": groups})
    )
    return folder / "model.json"


@pytest.mark.parametrize("inside", ["list", "model"])
def test_convolutions_are_turned_to_outputs_first(tmp_path, inside):
    content = TAPS.tobytes()
    found = read_model(saved(tmp_path, shards=(content[:50], content[50:]), inside=inside))
    assert found.form == "tfjs"
    layer = first_layer(found)
    assert layer.weights.shape == (2, 3, 5, 4)
    assert layer.weights[1, 2, 3, 0] == TAPS[3, 0, 2, 1]


def test_quantised_numbers_have_their_scale_and_minimum_back(tmp_path):
    table = read("first_layer_face_api")
    entry = {
        "name": table["name"],
        "shape": table["shape"],
        "dtype": "float32",
        "quantization": {"dtype": "uint8", "scale": table["scale"], "min": table["min"]},
    }
    bias = {"name": "bias", "shape": [2], "dtype": "float32"}
    content = bytes(table["stored"]) + np.array([1, 2], "<f4").tobytes()
    found = read_model(saved(tmp_path, (entry, bias), (content,)))
    layer = first_layer(found)
    assert layer.note == "dequantised from uint8"
    assert layer.weights.min() == pytest.approx(table["min"])
    step = np.diff(np.unique(layer.weights.round(12)))
    assert step.min() == pytest.approx(table["scale"])
    assert found.arrays["bias"].tolist() == [1, 2]


def test_half_precision_is_widened(tmp_path):
    entry = ENTRY | {"quantization": {"dtype": "float16"}}
    found = read_model(saved(tmp_path, (entry,), (TAPS.astype("<f2").tobytes(),)))
    assert np.allclose(found.arrays["conv/kernel"].transpose(2, 3, 1, 0), TAPS, rtol=1e-3)


@pytest.mark.parametrize("name", ["../secret.bin", "/etc/passwd", "a/b.bin", "..", "", 7, "a\\b"])
def test_shards_outside_the_folder_are_not_opened(tmp_path, name):
    with pytest.raises(CheckpointError, match="no file beside"):
        read_model(saved(tmp_path, paths=[name]))


@pytest.mark.parametrize(
    ("entries", "words"),
    [
        ([ENTRY | {"shape": [9, 9, 9, 9]}], "are left"),
        ([ENTRY | {"shape": [-1, 2, 2, 2]}], "no name, shape and type"),
        ([ENTRY | {"shape": [10**30]}], "are left"),
        ([ENTRY | {"dtype": "string"}], "no name, shape and type"),
        ([ENTRY | {"dtype": ["float32"]}], "no name, shape and type"),
        ([ENTRY | {"quantization": {"dtype": "uint8"}}], "no scale and min"),
        (["text"], "no object"),
    ],
)
def test_manifests_that_do_not_fit_their_bytes_are_refused(tmp_path, entries, words):
    with pytest.raises(CheckpointError) as refused:
        read_model(saved(tmp_path, entries))
    assert words in refused.value.why


@pytest.mark.parametrize("content", ["{", "[1]", '{"a": 1}', "[" * 100_000, '[{"weights": 1, "paths": []}]'])
def test_other_json_is_refused(tmp_path, content):
    (tmp_path / "model.json").write_text(content)
    with pytest.raises(CheckpointError):
        read_model(tmp_path / "model.json")


def test_missing_and_oversized_shards(tmp_path, monkeypatch):
    with pytest.raises(CheckpointError, match="cannot be read"):
        read_model(saved(tmp_path, paths=["absent.bin"]))
    monkeypatch.setattr(tfjs, "LARGEST_FILE", 10)
    with pytest.raises(LimitError):
        read_model(saved(tmp_path))
    monkeypatch.setattr(tfjs, "LARGEST_MANIFEST", 10)
    with pytest.raises(LimitError, match="too long"):
        read_model(saved(tmp_path))
