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
