"""Npy and npz files: NumPy writes them, and nothing in them is run."""

import io
import pickle
import zipfile

import numpy as np
import pytest
from images.seeds import npy, npz

from kernelkit.errors import InputError, KernelkitError, LimitError, UnknownNameError
from kernelkit.images import open_image, read_bytes


@pytest.mark.parametrize("kind", ["?", "i1", "<u2", ">u2", "i8", "f2", ">f4", "f8"])
@pytest.mark.parametrize("order", ["C", "F"])
def test_numbers_and_their_type_are_kept(kind, order):
    array = (np.arange(24).reshape(2, 3, 4) % 2).astype(kind, order=order)
    image = read_bytes(npy(array))
    assert np.array_equal(image.values, array)
    assert image.values.dtype == array.dtype
    assert image.axes == "zyx"


@pytest.mark.parametrize("version", [(1, 0), (2, 0)])
def test_both_versions_of_the_header_are_read(version):
    file = io.BytesIO()
    np.lib.format.write_array(file, np.arange(6.0).reshape(2, 3), version=version)
    assert read_bytes(file.getvalue()).values.tolist() == [[0, 1, 2], [3, 4, 5]]


def test_nan_stays(tmp_path):
    np.save(tmp_path / "a.npy", [np.nan, 1.0, -np.inf])
    assert np.array_equal(open_image(tmp_path / "a.npy").values, [np.nan, 1.0, -np.inf], equal_nan=True)


def test_unread_arrays_stay_on_disk_whatever_their_size(tmp_path):
    np.lib.format.open_memmap(tmp_path / "a.npy", "w+", np.uint8, (30, 40))[3, 4] = 7
    image = open_image(tmp_path / "a.npy", read=False, most=10)
    assert isinstance(image.values, np.memmap)
    assert image.values[3, 4] == 7
    assert image.values.sum() == 7
    with pytest.raises(LimitError):
        open_image(tmp_path / "a.npy", most=10)


def test_one_array_needs_no_name_and_several_do():
    one, two = npz(only=np.arange(3)), npz(a=np.arange(3), b=np.ones((2, 2)))
    assert read_bytes(one).values.tolist() == [0, 1, 2]
    assert read_bytes(two, array="b").values.tolist() == [[1, 1], [1, 1]]
    with pytest.raises(InputError, match="2 arrays: 'a', 'b'"):
        read_bytes(two)
    with pytest.raises(UnknownNameError, match="no array called 'c'\n  next: its arrays are 'a', 'b'"):
        read_bytes(two, array="c")


def test_an_archive_without_arrays_is_refused():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("readme.txt", "nothing")
    with pytest.raises(InputError, match="holds no array"):
        read_bytes(file.getvalue())


class _Runs:
    def __reduce__(self):
        return pytest.fail, ("the pickle was run",)


@pytest.mark.parametrize("packed", [False, True])
def test_objects_are_refused_before_they_run(packed):
    objects = io.BytesIO()
    np.lib.format.write_array_header_1_0(objects, {"descr": "|O", "fortran_order": False, "shape": (1,)})
    data = objects.getvalue() + pickle.dumps(_Runs())
    if packed:
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("a.npy", data)
        data = file.getvalue()
    with pytest.raises(InputError, match="objects are refused"):
        read_bytes(data)


@pytest.mark.parametrize(
    "array",
    [
        np.zeros(3, complex),
        np.array(["text"]),
        np.zeros(3, "datetime64[s]"),
        np.zeros(3, [("a", "f4")]),
        np.zeros((0, 3)),
        np.array(1.0),
        np.zeros((1,) * 9),
    ],
    ids=["complex", "text", "dates", "records", "empty", "number", "nine axes"],
)
def test_what_is_no_image_of_numbers_is_refused(array):
    with pytest.raises(KernelkitError, match=r"'-' (holds|is empty)"):
        read_bytes(npy(array))


def test_a_bomb_is_refused_by_its_header_and_a_liar_by_its_length():
    """A terabyte that packs into a kilobyte; and a header that says less than is packed, which is cut there."""
    header = io.BytesIO()
    np.lib.format.write_array_header_1_0(
        header, {"descr": "|u1", "fortran_order": False, "shape": (10**6, 10**6)}
    )
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.npy", header.getvalue() + bytes(10**7))
    with pytest.raises(LimitError, match="1,000,000,000,000 samples"):
        read_bytes(file.getvalue())
    with pytest.raises(InputError, match="ends 999,999,000,000 bytes too early"):
        read_bytes(header.getvalue() + bytes(10**6), most=10**12)


def test_objects_are_refused_unread_on_disk_too(tmp_path):
    np.save(tmp_path / "a.npy", np.array([{}, 1], object), allow_pickle=True)
    for read in (True, False):
        with pytest.raises(InputError, match="holds Python objects"):
            open_image(tmp_path / "a.npy", read=read)
