"""Kernels as arguments: every way to name one, and what is refused."""

import pytest

from kernelkit import Kernel
from kernelkit.cli.kernels import LARGEST_FILE, read_any_kernel
from kernelkit.errors import InputError


def test_large_files_are_not_read(tmp_path):
    path = tmp_path / "large"
    path.write_text("[" + "1," * LARGEST_FILE)
    with pytest.raises(InputError, match="that is no kernel"):
        read_any_kernel(str(path))


def test_a_literal_in_a_file_is_a_kernel(tmp_path):
    path = tmp_path / "taps.txt"
    path.write_text("[1, -2, 1]/2\n")
    assert read_any_kernel(str(path)).kernel == Kernel({-1: "1/2", 0: -1, 1: "1/2"})


def test_a_closed_standard_input_is_said(monkeypatch):
    monkeypatch.setattr("sys.stdin", None)
    with pytest.raises(InputError, match="standard input is closed"):
        read_any_kernel("-")
