"""Files of figures: whole or not at all, the same bytes in every run."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import matplotlib as mpl
import pytest
from PIL import Image
from plot.pictures import FIRST, RANDOM, SOBEL

from kernelkit.errors import InputError, OutputError, UnknownNameError
from kernelkit.plot.response import response
from kernelkit.plot.save import DPI, save
from kernelkit.plot.stencil import stencil
from kernelkit.plot.surface import surface

KINDS = {"png": b"\x89PNG\r\n\x1a\n", "svg": b"<?xml", "pdf": b"%PDF-"}
FIGURES = {
    "stencil": lambda: stencil(SOBEL),
    "image": lambda: stencil(RANDOM),
    "surface": lambda: surface(SOBEL),
}


@pytest.mark.parametrize(("kind", "start"), KINDS.items())
def test_the_suffix_says_the_format(tmp_path, kind, start):
    for name in (f"a.{kind}", f"b.{kind.upper()}"):
        save(stencil(SOBEL), tmp_path / name)
        assert (tmp_path / name).read_bytes().startswith(start)
    assert sorted(p.name for p in tmp_path.iterdir()) == [f"a.{kind}", f"b.{kind.upper()}"]


def test_pictures_have_150_dots_an_inch(tmp_path):
    figure = response(FIRST)
    save(figure, str(tmp_path / "a.png"))
    with Image.open(tmp_path / "a.png") as picture:
        assert picture.size == tuple(round(DPI * side) for side in figure.get_size_inches())
        assert picture.info["dpi"] == pytest.approx((150, 150), abs=0.1)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", FIGURES)
def test_the_same_figure_gives_the_same_bytes(tmp_path, kind, name):
    for place in ("first", "second"):
        save(FIGURES[name](), tmp_path / f"{place}.{kind}")
    assert (tmp_path / f"first.{kind}").read_bytes() == (tmp_path / f"second.{kind}").read_bytes()


def test_another_process_writes_the_same_svg_and_no_date(tmp_path):
    program = (
        "import sys\nfrom kernelkit import Kernel\n"
        "from kernelkit.plot.stencil import stencil\nfrom kernelkit.plot.save import save\n"
        "save(stencil(Kernel.from_array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]) / 8), sys.argv[1])"
    )
    environment = {**os.environ, "PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo"}
    subprocess.run([sys.executable, "-c", program, str(tmp_path / "other.svg")], check=True, env=environment)
    save(stencil(SOBEL), tmp_path / "here.svg")
    text = (tmp_path / "here.svg").read_text(encoding="utf-8")
    assert text == (tmp_path / "other.svg").read_text(encoding="utf-8")
    assert "date" not in text


def test_settings_of_the_user_are_left_alone(tmp_path):
    before = dict(mpl.rcParams)
    save(stencil(SOBEL), tmp_path / "a.svg")
    assert dict(mpl.rcParams) == before


def fail(*_arguments, **_options):
    raise OSError(28, "No space left on device")


@pytest.mark.parametrize("step", ["replace", "chmod"])
def test_a_failed_write_leaves_nothing_new_and_keeps_what_was_there(tmp_path, monkeypatch, step):
    (tmp_path / "old.png").write_bytes(b"old")
    figure = stencil(SOBEL)
    monkeypatch.setattr(Path, step, fail)
    for name in ("old.png", "new.png"):
        with pytest.raises(OutputError, match=r"cannot be written: no space left on device"):
            save(figure, tmp_path / name)
    assert [p.name for p in tmp_path.iterdir()] == ["old.png"]
    assert (tmp_path / "old.png").read_bytes() == b"old"


def test_a_figure_that_cannot_be_drawn_writes_nothing(tmp_path, monkeypatch):
    figure = stencil(SOBEL)
    monkeypatch.setattr(figure, "draw", fail)
    with pytest.raises(OSError, match="No space"):
        save(figure, tmp_path / "a.png")
    assert not list(tmp_path.iterdir())


def test_permissions_are_those_of_any_new_file_or_of_the_file_before(tmp_path):
    save(stencil(SOBEL), tmp_path / "new.png")
    (tmp_path / "plain").write_bytes(b"")
    assert stat.S_IMODE((tmp_path / "new.png").stat().st_mode) == stat.S_IMODE(
        (tmp_path / "plain").stat().st_mode
    )
    (tmp_path / "new.png").chmod(0o640)
    save(stencil(SOBEL), tmp_path / "new.png")
    assert stat.S_IMODE((tmp_path / "new.png").stat().st_mode) == 0o640


def test_a_link_is_followed(tmp_path):
    (tmp_path / "real.png").write_bytes(b"old")
    (tmp_path / "link.png").symlink_to(tmp_path / "real.png")
    save(stencil(SOBEL), tmp_path / "link.png")
    assert (tmp_path / "link.png").is_symlink()
    assert (tmp_path / "real.png").read_bytes().startswith(KINDS["png"])


@pytest.mark.parametrize("name", ["figure.jpg", "figure", "figure.", ".png", "figure.png.txt"])
def test_other_suffixes_are_refused_with_the_known_ones(tmp_path, name):
    with pytest.raises(UnknownNameError) as refused:
        save(stencil(SOBEL), tmp_path / name)
    assert refused.value.why == "the suffix says which: .png, .svg, .pdf"
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("place", ["missing/a.png", "folder.png"])
def test_places_that_cannot_be_written_are_refused(tmp_path, place):
    (tmp_path / "folder.png").mkdir()
    with pytest.raises(OutputError, match="cannot be written"):
        save(stencil(SOBEL), tmp_path / place)
    assert [p.name for p in tmp_path.iterdir()] == ["folder.png"]


@pytest.mark.parametrize(("figure", "path"), [("figure", "a.png"), (None, "a.png")])
def test_only_figures_are_saved(figure, path):
    with pytest.raises(InputError, match="only a figure"):
        save(figure, path)


@pytest.mark.parametrize("path", [3, None, b"a.png", "a\0.png"])
def test_a_path_is_text(path):
    with pytest.raises(InputError, match="a path is text"):
        save(stencil(SOBEL), path)
