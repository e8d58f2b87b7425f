"""Kernels from npy files and pictures: values as they are, and hostile files refused unread."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from kernelkit import Kernel
from kernelkit.cli.arrays import LARGEST_ARRAY, kernel_from_npy, kernel_from_picture
from kernelkit.errors import InputError, LimitError


@pytest.mark.parametrize("kind", [np.int8, np.uint16, np.int64, np.float32, np.float64, bool])
def test_every_real_type_is_read_at_its_exact_value(tmp_path, kind):
    array = np.array([[0, 1, 0], [1, 0, 1]]).astype(kind)
    np.save(tmp_path / "a.npy", array)
    assert kernel_from_npy(tmp_path / "a.npy") == Kernel.from_array([[0, 1, 0], [1, 0, 1]])


def test_floats_are_read_at_their_binary_value(tmp_path):
    np.save(tmp_path / "a.npy", np.array([0.1, -0.3]))
    assert [tap for _, tap in kernel_from_npy(tmp_path / "a.npy").taps] == [Fraction(0.1), Fraction(-0.3)]


def test_code_in_a_file_is_never_run(tmp_path):
    np.save(tmp_path / "a.npy", np.array([print], dtype=object), allow_pickle=True)
    with pytest.raises(InputError, match="arrays of objects are refused"):
        kernel_from_npy(tmp_path / "a.npy")


def test_large_arrays_are_refused_before_they_are_read(tmp_path):
    np.lib.format.open_memmap(tmp_path / "a.npy", "w+", np.float64, (LARGEST_ARRAY + 1,)).flush()
    with pytest.raises(LimitError, match="that is no kernel"):
        kernel_from_npy(tmp_path / "a.npy")


@given(rows=st.lists(st.lists(st.integers(0, 255), min_size=3, max_size=3), min_size=1, max_size=4))
def test_pixels_are_taps_above_the_grey_of_zero(tmp_path_factory, rows):
    path = tmp_path_factory.mktemp("pictures") / "a.png"
    Image.fromarray(np.array(rows, dtype=np.uint8)).save(path)
    assert kernel_from_picture(path) == Kernel.from_array(rows)
    shifted = [[value - 128 for value in row] for row in rows]
    assert kernel_from_picture(path, Fraction(128)) == Kernel.from_array(shifted)


def test_sixteen_bits_are_read_whole(tmp_path):
    Image.fromarray(np.array([[0, 65535]], dtype=np.uint16)).save(tmp_path / "a.png")
    assert kernel_from_picture(tmp_path / "a.png") == Kernel({(0, 1): 65535})


def test_a_truncated_picture_is_refused(tmp_path):
    Image.fromarray(np.zeros((9, 9), dtype=np.uint8) + 7).save(tmp_path / "a.png")
    whole = (tmp_path / "a.png").read_bytes()
    (tmp_path / "b.png").write_bytes(whole[: len(whole) - 20])
    with pytest.raises(InputError, match="no picture that can be read"):
        kernel_from_picture(tmp_path / "b.png")


def test_a_picture_of_many_pixels_is_refused_by_its_header(tmp_path):
    Image.new("L", (LARGEST_ARRAY, 2)).save(tmp_path / "a.png")
    with pytest.raises(LimitError, match="that is no kernel"):
        kernel_from_picture(tmp_path / "a.png")


def header(array: bytes, length: int) -> bytes:
    """Return an npy file with a header of our own making."""
    return b"\x93NUMPY\x01\x00" + length.to_bytes(2, "little") + array


DAMAGED = {
    "empty": b"",
    "text": b"1,2,1",
    "a pickle": b"\x80\x04\x95",
    "magic alone": b"\x93NUMPY",
    "no dictionary": header(b"{{{{", 4),
    "an open bracket": header(b"{'descr': '<f8', 'shape': (3,", 29),
    "code": header(b"__import__('os').getcwd()", 25),
    "a null": header(b"{'descr': '<f8', 'fortran_order': False, 'shape': (\x00,)}", 56),
    "deep": header(b"(" * 5000, 5000),
    "a negative shape": header(b"{'descr': '<f8', 'fortran_order': False, 'shape': (-1,), }", 58),
    "an endless shape": header(
        b"{'descr': '<f8', 'fortran_order': False, 'shape': (9" + b"9" * 40 + b",), }", 97
    ),
    "entries missing": header(b"{'descr': '<f8', 'fortran_order': False, 'shape': (3,), }\n", 58),
}


@pytest.mark.filterwarnings("ignore:Reading `.npy`")
@pytest.mark.parametrize("name", DAMAGED)
def test_damaged_arrays_are_refused_without_advice_to_trust_them(tmp_path, name):
    path = tmp_path / "a.npy"
    path.write_bytes(DAMAGED[name])
    with pytest.raises(InputError) as refused:
        kernel_from_npy(path)
    assert str(path) in refused.value.what
    assert refused.value.next
    assert "pickle" not in str(refused.value)


def test_any_one_byte_may_be_wrong(tmp_path):
    path = tmp_path / "a.npy"
    np.save(path, np.array([1.0, 2.0]))
    whole = path.read_bytes()
    for place in range(128):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0x15]) + whole[place + 1 :])
        try:
            found = kernel_from_npy(path)
        except (InputError, LimitError):
            continue
        assert found.taps


def test_floats_too_wide_are_refused_with_a_way_out(tmp_path):
    np.save(tmp_path / "a.npy", np.ones(3, dtype=np.longdouble))
    with pytest.raises(InputError, match="64 bits or less") as refused:
        kernel_from_npy(tmp_path / "a.npy")
    assert "a.npy" in refused.value.what
    assert "astype(float)" in refused.value.next


def test_archives_are_told_from_arrays(tmp_path):
    np.savez(tmp_path / "a.npz", taps=np.ones(3))
    (tmp_path / "a.npz").rename(tmp_path / "a.npy")
    with pytest.raises(InputError, match="archive of arrays"):
        kernel_from_npy(tmp_path / "a.npy")


@pytest.mark.parametrize("order", ["<u2", ">u2"])
def test_tiffs_of_both_byte_orders_are_read(tmp_path, order):
    values = np.array([[0, 1], [256, 65535]])
    mode = "I;16" if order == "<u2" else "I;16B"
    Image.frombytes(mode, (2, 2), values.astype(order).tobytes()).save(tmp_path / "a.tiff")
    assert kernel_from_picture(tmp_path / "a.tiff") == Kernel.from_array(values)


@pytest.mark.parametrize("suffix", ["jpg", "gif", "webp"])
def test_formats_that_change_pixels_are_refused_under_any_name(tmp_path, suffix):
    Image.new("L", (3, 3), 7).save(tmp_path / f"a.{suffix}")
    (tmp_path / f"a.{suffix}").rename(tmp_path / "a.png")
    with pytest.raises(InputError, match="png, tiff, bmp and pgm"):
        kernel_from_picture(tmp_path / "a.png")


@pytest.mark.parametrize("suffix", ["png", "tiff"])
def test_pictures_of_several_pages_are_refused(tmp_path, suffix):
    pages = [Image.new("L", (3, 3), grey) for grey in (1, 2)]
    pages[0].save(tmp_path / f"a.{suffix}", save_all=True, append_images=pages[1:])
    with pytest.raises(InputError, match="more than one page or frame"):
        kernel_from_picture(tmp_path / f"a.{suffix}")


def test_pictures_in_colour_are_refused(tmp_path):
    Image.new("RGB", (3, 3)).save(tmp_path / "a.bmp")
    with pytest.raises(InputError, match="not grey"):
        kernel_from_picture(tmp_path / "a.bmp")
