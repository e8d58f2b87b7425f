"""Files of weights: told apart by content, and everything else refused by what it is."""

import gzip
import zipfile

import numpy as np
import pytest

from kernelkit.errors import CheckpointError, InputError, LimitError
from kernelkit.inspection import weights
from kernelkit.inspection.weights import from_bfloat16, read_model, read_weights, widened

TAPS = np.random.default_rng(0).normal(size=(2, 3, 2, 2))


def test_the_name_of_a_file_says_nothing(tmp_path):
    np.save(tmp_path / "w.npy", TAPS)
    for name in ("w.onnx", "w.safetensors", "w.pt", "w"):
        (tmp_path / name).write_bytes((tmp_path / "w.npy").read_bytes())
        assert np.array_equal(read_weights(tmp_path / name)["array"], TAPS)
        assert read_model(str(tmp_path / name)).form == "npy"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"\x89HDF\r\n\x1a\n" + b"\0" * 50, "HDF5"),
        (b"GGUF" + b"\0" * 50, "GGUF"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n", "Git LFS"),
        (b"\n<!DOCTYPE html><html></html>", "HTML"),
        (gzip.compress(b"weights"), "gzip"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "picture"),
        (b"some text of no kind", "no file of weights that is known"),
        (bytes(100), "no file of weights that is known"),
    ],
)
def test_other_files_are_refused_by_what_they_are(tmp_path, content, words):
    (tmp_path / "w.pt").write_bytes(content)
    with pytest.raises(CheckpointError) as refused:
        read_model(tmp_path / "w.pt")
    assert words in refused.value.what
    assert refused.value.next


def test_models_of_keras_are_answered_with_a_line_to_type(tmp_path):
    with zipfile.ZipFile(tmp_path / "net.keras", "w") as archive:
        for name in ("metadata.json", "config.json", "model.weights.h5"):
            archive.writestr(name, "{}")
    with pytest.raises(CheckpointError, match="Keras") as refused:
        read_model(tmp_path / "net.keras")
    assert "get_weights()" in refused.value.next
    assert "--layout HWIO" in refused.value.next


def test_files_without_numbers_are_refused(tmp_path):
    np.save(tmp_path / "w.npy", np.array(["text"]))
    with pytest.raises(CheckpointError, match="holds no weights") as refused:
        read_model(tmp_path / "w.npy")
    assert "<U4" in refused.value.why
    np.savez(tmp_path / "w.npz", labels=np.array(["text"]))
    with pytest.raises(CheckpointError, match="holds no weights") as refused:
        read_model(tmp_path / "w.npz")
    assert "labels.npy of <U4" in refused.value.why


def test_absent_files_folders_and_what_is_no_name(tmp_path):
    with pytest.raises(CheckpointError, match="there is no file"):
        read_model(tmp_path / "absent.pt")
    with pytest.raises(CheckpointError, match="is a folder"):
        read_model(tmp_path)
    for name in ("", "a\0b", "x" * 5000):
        with pytest.raises(CheckpointError, match="there is no file"):
            read_model(name)


def test_files_that_are_there_are_named_where_another_was_asked_for(tmp_path):
    np.save(tmp_path / "last.npy", TAPS)
    (tmp_path / "log.csv").touch()
    for name in (tmp_path, tmp_path / "best.npy"):
        with pytest.raises(CheckpointError) as refused:
            read_model(name)
        assert refused.value.next.endswith(": last.npy")


@pytest.mark.parametrize("path", [None, 3, ["a.pt"]])
def test_what_is_no_path_is_refused_by_what_it_is(path):
    with pytest.raises(InputError, match=f"not by {type(path).__name__}"):
        read_model(path)


def test_large_files_are_refused_unread(tmp_path, monkeypatch):
    np.save(tmp_path / "w.npy", TAPS)
    monkeypatch.setattr(weights, "LARGEST_FILE", 10)
    with pytest.raises(LimitError, match="more than 10"):
        read_model(tmp_path / "w.npy")


def test_half_precision_is_widened_exactly():
    halves = np.array([0.1, 65504, 6e-8], np.float16)
    assert widened(halves).dtype == np.float32
    assert np.array_equal(widened(halves), halves)
    assert widened(np.ones(2, ">f8")).dtype == np.float64
    numbers = np.array([1.5, -0.0078125, 2**100], np.float32)
    assert np.array_equal(from_bfloat16((numbers.view(np.uint32) >> 16).astype(np.uint16)), numbers)
