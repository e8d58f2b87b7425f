"""PyTorch files: state dicts, bare and wrapped, and pickles that would run code, which nothing here does."""

import collections
import os
import pickle
import zipfile

import numpy as np
import pytest

from kernelkit.errors import CheckpointError, LimitError, MissingExtraError
from kernelkit.inspection import weights as module
from kernelkit.inspection.layer import first_layer
from kernelkit.inspection.weights import read_model

torch = pytest.importorskip("torch", reason="PyTorch is an optional package")

TAPS = torch.randn(4, 3, 2, 2, generator=torch.Generator().manual_seed(0))


def saved(tmp_path, value, **options):
    path = tmp_path / "weights.of.some.name"
    torch.save(value, path, **options)
    return path


@pytest.mark.parametrize("way", ["zip", "legacy"])
@pytest.mark.parametrize("wrap", [(), ("state_dict",), ("model",), ("model_state_dict", "net")])
def test_state_dicts_are_read_bare_and_wrapped(tmp_path, wrap, way):
    value = collections.OrderedDict([("features.0.weight", TAPS), ("features.0.bias", TAPS[:, 0, 0, 0])])
    for name in reversed(wrap):
        value = {"epoch": 3, name: value, "optimizer": {"state": {0: {"step": torch.ones(1)}}}}
    found = read_model(saved(tmp_path, value, _use_new_zipfile_serialization=way == "zip"))
    assert found.form == "PyTorch"
    assert list(found.arrays) == ["features.0.weight", "features.0.bias"]
    layer = first_layer(found, "features.0")
    assert layer.name == "features.0.weight"
    assert np.array_equal(layer.weights, TAPS.numpy())


def test_modules_give_their_state(tmp_path):
    net = torch.nn.Sequential(torch.nn.Conv2d(1, 6, 5), torch.nn.Sigmoid())
    assert first_layer(read_model(saved(tmp_path, net.state_dict()))).name == "0.weight"


def test_kinds_of_tensors(tmp_path):
    value = {
        "half": TAPS.half(),
        "brain": TAPS.bfloat16(),
        "flags": torch.tensor([True]),
        "complex": torch.ones(2, dtype=torch.complex64),
        "sparse": torch.eye(3).to_sparse(),
        "grad": torch.nn.Parameter(TAPS),
        "deep": {"a": {"b": torch.ones(2)}},
        "step": 7,
    }
    found = read_model(saved(tmp_path, value)).arrays
    assert sorted(found) == ["brain", "deep.a.b", "grad", "half", "sparse"]
    assert found["half"].dtype == found["brain"].dtype == np.float32
    assert np.allclose(found["brain"], TAPS, rtol=1 / 128)
    assert np.array_equal(found["sparse"], np.eye(3))


def test_a_single_tensor_is_a_layer(tmp_path):
    assert first_layer(read_model(saved(tmp_path, TAPS))).name == "array"


def test_a_single_matrix_is_a_filter_and_one_with_a_name_is_not(tmp_path):
    matrix = torch.tensor([[1.0, -1.0]])
    assert first_layer(read_model(saved(tmp_path, matrix))).weights.shape == (1, 1, 1, 2)
    with pytest.raises(CheckpointError, match="holds no convolution"):
        first_layer(read_model(saved(tmp_path, {"fc.weight": matrix})))


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ({"epoch": 3, "args": {"lr": 0.1}}, "a dict with the keys epoch, args"),
        ({}, "an empty dict"),
        ({str(n): n for n in range(20)}, "and 12 more"),
        ([1, 2], "the type list"),
    ],
)
def test_files_without_tensors_are_refused_with_what_they_hold(tmp_path, value, words):
    with pytest.raises(CheckpointError, match="holds no weights") as refused:
        read_model(saved(tmp_path, value))
    assert words in refused.value.why


def test_whole_modules_are_refused_with_what_to_do(tmp_path):
    with pytest.raises(CheckpointError) as refused:
        read_model(saved(tmp_path, torch.nn.Conv2d(1, 1, 3)))
    assert "holds code" in refused.value.what
    assert "whole module" in refused.value.why
    assert "state_dict()" in refused.value.next


class Hostile:
    """Asks a pickle to make a folder when it is read."""

    def __init__(self, folder):
        self.folder = folder

    def __reduce__(self):
        return os.mkdir, (str(self.folder),)


@pytest.mark.parametrize("way", ["torch", 2, 3, 4, 5])
def test_code_in_a_pickle_is_named_and_not_run(tmp_path, way):
    """The last four are protocols of bare pickles; the name lies in its memo once it was told before."""
    trap = tmp_path / "made by code"
    path = tmp_path / "weights.pt"
    if way == "torch":
        torch.save({"w": TAPS, "x": Hostile(trap)}, path)
    else:
        path.write_bytes(pickle.dumps([os.mkdir.__module__, Hostile(trap)], protocol=way))
    with pytest.raises(CheckpointError, match=f"asks for {os.mkdir.__module__}.mkdir") as refused:
        read_model(path)
    assert "state_dict" in refused.value.next
    assert not trap.exists()


def test_arrays_in_a_pickle_are_sent_to_numpy(tmp_path):
    path = tmp_path / "weights.pkl"
    path.write_bytes(pickle.dumps({"w": TAPS.numpy()}))
    with pytest.raises(CheckpointError, match="asks for numpy") as refused:
        read_model(path)
    assert refused.value.next.startswith("numpy.savez")


def test_a_pickle_of_plain_values_holds_no_code(tmp_path):
    path = tmp_path / "weights.pkl"
    for content in (pickle.dumps({"a": [1, "text"]}), pickle.dumps({"a": [1, "text"]})[:-9]):
        path.write_bytes(content)
        with pytest.raises(CheckpointError, match="no state dict of PyTorch"):
            read_model(path)


def test_programs_are_refused_by_what_they_are(tmp_path):
    with zipfile.ZipFile(tmp_path / "weights.pt", "w") as archive:
        for name in ("net/data.pkl", "net/constants.pkl", "net/code/__torch__.py"):
            archive.writestr(name, b"")
    with pytest.raises(CheckpointError, match="TorchScript"):
        read_model(tmp_path / "weights.pt")


def test_damaged_files_are_refused(tmp_path):
    path = saved(tmp_path, {"w": TAPS})
    whole = path.read_bytes()
    for content in (whole[: len(whole) // 2], whole[:100], b"\x80\x02garbage", b"\x80\x02."):
        path.write_bytes(content)
        with pytest.raises(CheckpointError):
            read_model(path)


def test_an_archive_that_unpacks_to_too_much_is_refused_unread(tmp_path, monkeypatch):
    path = tmp_path / "weights.pt"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a/data.pkl", b"\0" * 100_000)
    monkeypatch.setattr(module, "LARGEST_FILE", 50_000)
    with pytest.raises(LimitError, match="unpacks to 100,000 bytes"):
        read_model(path)


def test_without_torch_the_way_to_get_it_is_said(tmp_path, monkeypatch):
    path = saved(tmp_path, {"w": TAPS})
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with pytest.raises(MissingExtraError):
        read_model(path)
