"""Arrays of NumPy: read without pickle, and headers are not believed."""

import io
import zipfile

import numpy as np
import pytest

from kernelkit.errors import CheckpointError, LimitError
from kernelkit.inspection import numpy_file
from kernelkit.inspection.weights import read_model

TAPS = np.random.default_rng(0).normal(size=(4, 3, 2, 2))


@pytest.mark.parametrize(
    "array", [TAPS, TAPS.astype(np.float16), TAPS.astype(">f4"), np.asfortranarray(TAPS)]
)
def test_npy_files_of_any_order_come_back(tmp_path, array):
    np.save(tmp_path / "w.npy", array)
    (tmp_path / "w.npy").rename(tmp_path / "no suffix")
    found = read_model(tmp_path / "no suffix")
    assert (found.form, list(found.arrays)) == ("npy", ["array"])
    assert np.array_equal(found.arrays["array"], array)
    assert found.arrays["array"].dtype.isnative


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
def test_npz_archives_come_back_without_text(tmp_path, save):
    save(tmp_path / "w.npz", conv=TAPS, names=np.array(["a"]), bias=np.zeros(4))
    found = read_model(tmp_path / "w.npz")
    assert (found.form, list(found.arrays)) == ("npz", ["conv", "bias"])
    assert np.array_equal(found.arrays["conv"], TAPS)


def test_objects_are_refused(tmp_path):
    np.save(tmp_path / "w.npy", np.array([{}], dtype=object), allow_pickle=True)
    with pytest.raises(CheckpointError, match="could run code"):
        read_model(tmp_path / "w.npy")
    np.savez(tmp_path / "w.npz", a=np.array([{}], dtype=object))
    with pytest.raises(CheckpointError, match="could run code"):
        read_model(tmp_path / "w.npz")


def header(shape, kind="<f8", extra=b""):
    head = f"{{'descr': '{kind}', 'fortran_order': False, 'shape': {shape}, }}".encode()
    return b"\x93NUMPY\x01\x00" + len(head).to_bytes(2, "little") + head + extra


@pytest.mark.parametrize(
    "content",
    [
        header("(10**12,)"),
        header("(1000000000000, 1000)"),
        header("(3,)", extra=b"\0" * 8),
        header("(-1,)", extra=b"\0" * 8),
        header("(__import__('os').getcwd(),)"),
        b"\x93NUMPY\x09\x00\x00\x00",
        b"\x93NUMPY",
    ],
)
def test_headers_that_lie_are_refused(tmp_path, content):
    (tmp_path / "w.npy").write_bytes(content)
    with pytest.raises(CheckpointError, match="damaged"):
        read_model(tmp_path / "w.npy")
    with zipfile.ZipFile(tmp_path / "w.npz", "w") as archive:
        archive.writestr("a.npy", content)
    with pytest.raises(CheckpointError, match="damaged"):
        read_model(tmp_path / "w.npz")


def test_archives_with_too_many_or_other_files_are_refused(tmp_path, monkeypatch):
    with zipfile.ZipFile(tmp_path / "w.npz", "w") as archive:
        archive.writestr("a.txt", b"text")
    with pytest.raises(CheckpointError, match="archive of 1 file, none"):
        read_model(tmp_path / "w.npz")
    monkeypatch.setattr(numpy_file, "MOST_MEMBERS", 0)
    with pytest.raises(LimitError, match="in 1 files"):
        read_model(tmp_path / "w.npz")


def test_damaged_archives_are_refused(tmp_path):
    whole = io.BytesIO()
    np.savez(whole, a=TAPS)
    (tmp_path / "w.npz").write_bytes(whole.getvalue()[:-30])
    with pytest.raises(CheckpointError, match="damaged archive"):
        read_model(tmp_path / "w.npz")
