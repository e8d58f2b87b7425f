"""Npy files in parts: whole at the end, absent otherwise, and refused at once where there is no room."""

import errno
import os

import numpy as np
import pytest

from kernelkit.errors import OutputError
from kernelkit.images import new_npy


def test_a_file_appears_when_it_is_whole(tmp_path):
    place = tmp_path / "a.npy"
    with new_npy(place, shape=(3, 4), dtype=np.float32) as array:
        array[:2] = 1
        assert not place.exists()
        array[2:] = 2
    assert np.load(place).tolist() == [[1] * 4, [1] * 4, [2] * 4]
    assert [path.name for path in tmp_path.iterdir()] == ["a.npy"]


def test_what_fails_leaves_what_was_there(tmp_path):
    place = tmp_path / "a.npy"
    np.save(place, np.arange(3))

    def filled():
        with new_npy(place, shape=(3, 4), dtype=float) as array:
            array[0] = 1
            raise ValueError("no more")

    with pytest.raises(ValueError, match="no more"):
        filled()
    assert np.load(place).tolist() == [0, 1, 2]
    assert [path.name for path in tmp_path.iterdir()] == ["a.npy"]


def test_a_full_disk_is_found_before_the_work(tmp_path, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "posix_fallocate", full, raising=False)
    with (
        pytest.raises(OutputError, match="no space left"),
        new_npy(tmp_path / "a.npy", shape=(9,), dtype=float),
    ):
        pytest.fail("the work began")
    assert [path.name for path in tmp_path.iterdir()] == []


def test_a_folder_that_is_not_there(tmp_path):
    with (
        pytest.raises(OutputError, match="cannot be written"),
        new_npy(tmp_path / "none" / "a.npy", shape=(9,), dtype=float),
    ):
        pytest.fail("the work began")
