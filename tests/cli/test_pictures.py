"""``--plot``: the figure named is drawn, whole or not at all, and what has none is refused."""

import pytest

from kernelkit.cli.app import run
from kernelkit.cli.pictures import ONE, SEVERAL

SIGNATURES = {".png": b"\x89PNG", ".svg": b"<?xml", ".pdf": b"%PDF"}


@pytest.mark.parametrize("picture", ONE)
def test_every_picture_of_one_kernel_is_drawn(tmp_path, capsys, picture):
    name = "central-x" if picture == "wavenumber" else "sobel-x"
    assert run(["show", name, "--plot", str(tmp_path / "a.png"), "--picture", picture]) == 0
    assert (tmp_path / "a.png").read_bytes().startswith(SIGNATURES[".png"])
    assert capsys.readouterr().out.startswith(name.replace("sobel-x", "sobel-3-x"))


@pytest.mark.parametrize("picture", SEVERAL)
def test_every_picture_of_several_kernels_is_drawn(tmp_path, capsys, picture):
    names = ["derive:1:2", "derive:1:4"] if picture == "wavenumber" else ["sobel-x", "scharr-x"]
    assert run(["analyse", *names, "--plot", str(tmp_path / "a.svg"), "--picture", picture]) == 0
    assert (tmp_path / "a.svg").read_bytes().startswith(SIGNATURES[".svg"])
    assert names[0] in capsys.readouterr().out


def test_a_literal_is_drawn_as_a_stencil_when_nothing_is_named(tmp_path):
    assert run(["identify", "[1,-2,1]", "--plot", str(tmp_path / "a.pdf")]) == 0
    assert (tmp_path / "a.pdf").read_bytes().startswith(SIGNATURES[".pdf"])


@pytest.mark.parametrize("picture", ONE)
def test_literals_and_files_have_every_picture_too(tmp_path, picture):
    taps = "[-1,0,1]" if picture == "wavenumber" else "[[-1,0,1],[-2,0,2],[-1,0,1]]"
    (tmp_path / "taps.txt").write_text(taps)
    for given in (taps, str(tmp_path / "taps.txt")):
        assert run(["identify", given, "--plot", str(tmp_path / "a.svg"), "--picture", picture]) == 0
        assert (tmp_path / "a.svg").read_bytes().startswith(SIGNATURES[".svg"])


def test_gradients_along_y_are_drawn_as_those_along_x(tmp_path):
    for name in ("sobel-x", "sobel-y"):
        assert run(["show", name, "--plot", str(tmp_path / f"{name}.svg"), "--picture", "direction"]) == 0
    first, second = (
        (tmp_path / f"{name}.svg").read_text().replace(name[-1:], "") for name in ("sobel-x", "sobel-y")
    )
    assert abs(len(first) - len(second)) < 200


@pytest.mark.parametrize("trade", [["derive:1:2", "derive:1:4"], ["laplacian-5pt", "laplacian-8"]])
def test_lines_and_laplacians_have_a_trade_off_too(tmp_path, trade):
    assert run(["analyse", *trade, "--plot", str(tmp_path / "a.png")]) == 0
    assert (tmp_path / "a.png").stat().st_size > 1000


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["show", "--plot", "a.png"], "a list has no figure"),
        (["show", "sobel-x", "--picture", "response"], "no file to be drawn in"),
        (["analyse", "sobel-x", "--picture", "direction"], "no file to be drawn in"),
        (["identify", "[1,-1]", "-o", "./a.png", "--plot", "a.png"], "both name a.png"),
        (["show", "sobel-x", "--plot", "a.gif"], "names no format that figures are written in"),
        (["show", "sobel-x", "--plot", "missing/a.png"], "cannot be written"),
        (["show", "sobel-3d-x", "--plot", "a.png", "--picture", "surface"], "kernels on 2 axes"),
        (["identify", "[0,0]", "--plot", "a.png", "--picture", "response"], "no taps other than zero"),
        (["analyse", "sobel-x", "derive:1:2", "--plot", "a.png"], "no figure in common"),
        (
            ["analyse", "derive:1:2", "derive:2:2", "--plot", "a.png", "--picture", "wavenumber"],
            "of one order",
        ),
        (["analyse", "sobel-x", "--plot", "a.png", "--picture", "stencil"], "is not one of"),
    ],
)
def test_what_has_no_figure_is_refused_and_nothing_is_written(
    tmp_path, monkeypatch, capsys, arguments, words
):
    monkeypatch.chdir(tmp_path)
    assert run(arguments) == 2
    err = capsys.readouterr().err
    assert words in err
    assert not list(tmp_path.iterdir())
