"""The command line as a whole: help, exit codes, errors in three lines, nothing written for bad input."""

import importlib.metadata
import re
import shlex
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import zarr
from fashion_mnist import the_folder
from PIL import Image

from kernelkit.cli.app import COMMANDS, _as_typed, run

COMMAND = str(Path(sys.executable).with_name("kernelkit"))
EXAMPLE = re.compile(r"^ {4}(kernelkit .+)$", re.MULTILINE)


def help_of(*path: str, capsys: pytest.CaptureFixture[str]) -> str:
    assert run([*path, "--help"]) == 0
    return capsys.readouterr().out


def test_help_names_every_command(capsys):
    out = help_of(capsys=capsys)
    assert all(f"  {name} " in out for name in COMMANDS)


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_examples_in_help_work(command, capsys, tmp_path, monkeypatch):
    """Every --help ends with two to five examples, and each of them runs."""
    monkeypatch.chdir(tmp_path)
    if command == "train":
        the_folder()  # its examples train on the real images
    if command in {"apply", "gradient", "edges", "evaluate", "learn"}:
        _put_images(tmp_path)
    examples = EXAMPLE.findall(help_of(*command.split(), capsys=capsys).replace("  Examples:\n", ""))
    assert 2 <= len(examples) <= 5
    for example in examples:
        if command in {"edges", "gradient"}:
            (tmp_path / "edges.png").unlink(missing_ok=True)
        assert run(shlex.split(example)[1:]) == 0, example
        assert "".join(capsys.readouterr()).strip()


def _put_images(folder: Path) -> None:
    """Write what the examples filter."""
    image = np.arange(30 * 40).reshape(30, 40)
    Image.fromarray((image % 251).astype(np.uint8)).save(folder / "photo.png")
    Image.fromarray(image % 40 == 20).save(folder / "truth.png")
    Image.fromarray(image % 40 == 21).save(folder / "edges.png")
    for name in ("before", "after"):
        Image.fromarray(np.random.default_rng(len(name)).integers(0, 256, (20, 20), np.uint8)).save(
            folder / f"{name}.png"
        )
    np.save(folder / "height.npy", image.astype(np.float32))
    np.savetxt(folder / "signal.csv", image[0] ** 2)
    (folder / "scans").mkdir()
    Image.fromarray((image % 251).astype(np.uint8)).save(folder / "scans" / "one.tif")
    zarr.create_array(folder / "big.zarr", shape=image.shape, dtype="f4", chunks=(16, 16))[...] = image


def test_no_arguments_print_the_help(capsys):
    assert run([]) == 0
    assert "Usage: kernelkit" in capsys.readouterr().out


def test_version_is_that_of_the_package(capsys):
    assert run(["--version"]) == 0
    assert capsys.readouterr().out == f"kernelkit {importlib.metadata.version('kernelkit')}\n"


def test_unknown_command_is_named(capsys):
    assert run(["derives"]) == 2
    assert capsys.readouterr().err == "error: no command is called 'derives'\n  next: kernelkit --help\n"


def test_an_impossible_kernel_leaves_with_code_3_and_the_witness(capsys):
    assert run(["derive", "--order", "3", "--offsets", "0,1,2"]) == 3
    out, err = capsys.readouterr()
    assert out == ""
    assert err == (
        "error: no kernel on offsets 0, 1, 2 computes d^3/dx^3\n"
        "  why:  x (x - 1) (x - 2) is zero on all 3 points, but its d^3/dx^3 is 6\n"
        "  next: 4 points always suffice\n"
    )


def test_module_and_command_are_the_same_program():
    arguments = ["derive", "--order", "2", "--format", "json"]
    module = subprocess.run([sys.executable, "-m", "kernelkit", *arguments], capture_output=True, check=True)
    command = subprocess.run([COMMAND, *arguments], capture_output=True, check=True)
    assert module.stdout == command.stdout
    assert not module.stderr


def test_a_closed_pipe_is_no_traceback():
    """``kernelkit derive ... | head -1`` prints one line and nothing on standard error."""
    line = f"{COMMAND} derive --order 1 --accuracy 200 --format csv | head -1"
    done = subprocess.run(["bash", "-c", line], capture_output=True, text=True, check=False)
    assert done.stdout == "offset,tap,float\n"
    assert done.stderr == ""


def test_tab_completion_offers_the_commands():
    done = subprocess.run(
        ["bash", "-c", "_KERNELKIT_COMPLETE=bash_complete COMP_WORDS='kernelkit ' COMP_CWORD=1 " + COMMAND],
        capture_output=True,
        text=True,
        check=False,
    )
    assert {row.split(",")[1] for row in done.stdout.split()} == set(COMMANDS)


@pytest.mark.parametrize(
    ("redirect", "code", "words"),
    [(">&-", 0, ""), (">/dev/full", 2, "error: standard output cannot be written")],
)
def test_a_standard_output_that_takes_nothing_is_no_traceback(redirect, code, words):
    done = subprocess.run(
        ["bash", "-c", f"{COMMAND} derive --order 2 {redirect}"], capture_output=True, text=True, check=False
    )
    assert done.returncode == code
    assert done.stderr.startswith(words)
    assert "Traceback" not in done.stderr


def test_an_interrupt_leaves_with_130_and_one_word(monkeypatch, capsys):
    def interrupted(*_arguments, **_options):
        raise KeyboardInterrupt

    monkeypatch.setattr("kernelkit.cli.minimal.least", interrupted)
    assert run(["minimal", "--order", "2"]) == 130
    assert capsys.readouterr().err.split() == ["interrupted"]


def test_standard_output_is_not_blamed_for_a_file(monkeypatch, capsys):
    def refused(*_arguments, **_options):
        raise PermissionError(13, "Permission denied", "secret.npy")

    monkeypatch.setattr("kernelkit.cli.minimal.least", refused)
    assert run(["minimal", "--order", "2"]) == 2
    assert capsys.readouterr().err == "error: 'secret.npy' cannot be used: permission denied\n"


@pytest.mark.parametrize(
    ("step", "typed"),
    [
        ("axis=(0, 1)", "--axis 0,1"),
        ('boundary="one-sided"', "--boundary one-sided"),
        ("name one: array='a'", "name one: --array a"),
        ("leave out page=3", "leave out --page 3"),
        ("low=1.5, high=5", "--low 1.5, --high 5"),
        ("spacing=0.5, or one an axis", "--spacing 0.5, or one an axis"),
        ("allow as many: open_image(..., most=...)", "allow as many: --most N"),
        ("reading x=3 is no option", "reading x=3 is no option"),
        ("kernelkit show lists all names", "kernelkit show lists all names"),
    ],
)
def test_words_of_python_become_options(step, typed):
    assert _as_typed(step) == typed
