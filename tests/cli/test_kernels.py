"""Kernels as arguments: every way to name one, and what is refused."""

import io
import os
import threading
from fractions import Fraction

import numpy as np
import pytest

from kernelkit import Kernel, named
from kernelkit.cli.app import run
from kernelkit.cli.kernels import LARGEST_FILE, find_entry, read_any_kernel
from kernelkit.errors import InputError, KernelkitError, UnknownNameError


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


def refusal(text):
    with pytest.raises(KernelkitError) as refused:
        read_any_kernel(text)
    assert refused.value.next
    assert "names()" not in str(refused.value)
    assert "named(" not in str(refused.value)
    return refused.value


def test_each_fault_has_its_own_sentence(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    (tmp_path / "link.csv").symlink_to("nowhere.csv")
    assert refusal("taps.csv").what == "there is no file 'taps.csv'"
    assert refusal("no/such").what == "there is no file 'no/such'"
    assert refusal("folder").what == "'folder' is a directory, not a file"
    assert refusal("link.csv").what == "'link.csv' is a link to a file that does not exist"
    assert refusal("1,2,1").what == "'1,2,1' is a list of numbers; taps of a kernel stand in brackets"
    assert read_any_kernel(refusal("1,2,1").next.strip('"')).kernel == Kernel({-1: 1, 0: 2, 1: 1})
    assert refusal("sobl-x").what == "'sobl-x' is no kernel, no name of the catalogue and no file"
    assert "sobel-3-x" in refusal("sobl-x").next
    assert "kernelkit show" in refusal("qqqqqq").next
    assert refusal("sobel-x:siz=5").what == "sobel has no parameter 'siz'"


@pytest.mark.parametrize(
    "text",
    [
        "x" * 1000,
        "x" * 5000 + ".csv",
        "",
        "\0",
        "[[[[[[[1]]]]]]]",
        "[[1],[1,2]]",
        "derive:2:0",
        "derive:9999",
    ],
)
def test_other_refusals_name_a_way_out(text):
    assert len(refusal(text).what) < 400


def test_a_name_is_found_beside_a_folder_of_that_name(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sobel-x").mkdir()
    assert read_any_kernel("sobel-x").entry == named("sobel-x")


@pytest.mark.parametrize("suffix", ["jpg", "gif", "webp", "npz", "mat", ""])
def test_files_of_other_kinds_are_told_what_is_read(tmp_path, suffix):
    path = tmp_path / f"a.{suffix}"
    path.write_bytes(b"GIF89a\x00\x01")
    assert (
        "json, csv and npy files are read, and grey pictures in png, tiff, bmp and pgm"
        in refusal(str(path)).next
    )


def test_files_name_themselves_where_their_text_is_refused(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("1,x\n")
    assert refusal(str(path)).what.startswith(f"{str(path)!r}: line 1 of the csv text")


@pytest.mark.parametrize("text", ["[1, -2, 1]", "1,-2,1\n", '{"taps": [{"offset": ["0"], "tap": "1"}]}'])
def test_a_byte_order_mark_is_no_part_of_a_kernel(tmp_path, text):
    (tmp_path / "plain").write_text(text)
    (tmp_path / "marked").write_text(text, encoding="utf-8-sig")
    assert read_any_kernel(str(tmp_path / "marked")) == read_any_kernel(str(tmp_path / "plain"))


def test_a_pipe_is_a_file(tmp_path):
    path = tmp_path / "pipe"
    os.mkfifo(path)
    writer = threading.Thread(target=path.write_text, args=("[1,-2,1]",))
    writer.start()
    assert read_any_kernel(str(path)).kernel == Kernel({-1: 1, 0: -2, 1: 1})
    writer.join()


def test_standard_input_is_read_once(monkeypatch, capsys):
    monkeypatch.setattr("sys.stdin", io.StringIO("[-1,0,1]"))
    assert run(["analyse", "-", "-"]) == 2
    assert "another - has read it" in capsys.readouterr().err


def test_entries_are_found_with_advice_for_the_command_line():
    assert find_entry("sobel-x") == named("sobel-x")
    for text, words in (("sobl-x", "names like it: "), ("qqqqqq", "kernelkit show lists all names")):
        with pytest.raises(UnknownNameError, match=f"no kernel is called '{text}'") as refused:
            find_entry(text)
        assert words in refused.value.next


def test_the_type_of_an_array_says_how_far_its_taps_may_be_off(tmp_path):
    """float16 keeps 11 bits: a tenth becomes 0.09998, which identify must still see as one."""
    for kind in (np.float16, np.float32, np.float64):
        np.save(tmp_path / "a.npy", np.array([0.1, 0.8, 0.1]).astype(kind))
        given = read_any_kernel(str(tmp_path / "a.npy"))
        assert given.tolerance > abs(given.kernel.taps[0][1] - Fraction(1, 10))
    np.save(tmp_path / "a.npy", np.array([1, 2, 1]))
    assert read_any_kernel(str(tmp_path / "a.npy")).tolerance is None


@pytest.mark.parametrize(
    ("text", "exact"), [("derive:2:4", True), ("sobel-x", True), ("farid-3-x", False), ("[1,-2,1]", False)]
)
def test_kernels_known_to_be_exact_are_held_to_it(text, exact):
    assert (read_any_kernel(text).tolerance == 0) is exact
