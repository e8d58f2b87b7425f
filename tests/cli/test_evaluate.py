"""``kernelkit evaluate``: numbers counted by hand, for one annotator and for two."""

import io
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Pillow

from kernelkit.cli.app import run


def column(*places):
    image = np.zeros((10, 20), np.uint8)
    image[:, list(places)] = 255
    return image


@pytest.fixture
def _here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name, places in {"found": [5, 12], "truth": [6], "other": [5], "double": [5, 6, 7]}.items():
        Pillow.fromarray(column(*places)).save(f"{name}.png")


def scored(capsys, *arguments):
    assert run(["evaluate", *arguments, "--format", "json"]) == 0
    return json.loads(capsys.readouterr().out)


@pytest.mark.usefixtures("_here")
def test_one_of_two_columns_is_right(capsys):
    """10 of 20 found pixels lie one pixel from the 10 true ones: Pratt 10 * 0.9 + 10 / (1 + 36/9), over 20."""
    found = scored(capsys, "found.png", "truth.png", "--tolerance", "1")
    assert (found["precision"], found["recall"]) == (0.5, 1.0)
    assert found["f"] == pytest.approx(2 / 3)
    assert found["figure_of_merit"] == pytest.approx((10 * 0.9 + 10 / 5) / 20)
    assert scored(capsys, "found.png", "truth.png", "--tolerance", "0.5")["f"] == 0


@pytest.mark.usefixtures("_here")
def test_a_doubled_edge_is_not_rewarded_unless_it_is_thinned(capsys):
    assert scored(capsys, "double.png", "truth.png", "--tolerance", "2")["precision"] == pytest.approx(1 / 3)
    assert scored(capsys, "double.png", "truth.png", "--tolerance", "2", "--thin")["precision"] > 0.9


@pytest.mark.usefixtures("_here")
def test_all_annotators_count(capsys):
    found = scored(capsys, "found.png", "truth.png", "other.png", "--tolerance", "0")
    assert (found["precision"], found["recall"]) == (0.5, 0.5)


@pytest.mark.usefixtures("_here")
def test_a_map_in_colours_has_edges_where_it_is_not_black(capsys):
    grey = column(6)
    Pillow.fromarray(np.stack([0 * grey, grey, 0 * grey], -1)).save("colours.png")
    assert scored(capsys, "colours.png", "truth.png", "--tolerance", "0")["f"] == 1


@pytest.mark.usefixtures("_here")
def test_found_edges_come_through_a_pipe(capsys, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(Path("found.png").read_bytes())))
    assert scored(capsys, "-", "found.png", "--tolerance", "0")["f"] == 1


@pytest.mark.usefixtures("_here")
def test_a_truth_without_edges_has_no_figure_of_merit(capsys):
    Pillow.fromarray(column()).save("empty.png")
    found = scored(capsys, "found.png", "empty.png")
    assert (found["precision"], found["recall"], found["figure_of_merit"]) == (0, 0, None)
    assert run(["evaluate", "found.png", "empty.png"]) == 0
    assert "none, as the truth marks no edge" in capsys.readouterr().out


@pytest.mark.usefixtures("_here")
def test_wide_lines_and_jpeg_are_told(capsys):
    """Three columns are one line, shorter by its ends; jpeg writes cosines over 8 x 8 pixels, which ripple."""
    assert run(["evaluate", "double.png", "truth.png"]) == 0
    assert "the 30 found pixels are lines of" in capsys.readouterr().err
    assert run(["evaluate", "double.png", "truth.png", "--thin"]) == 0
    assert not capsys.readouterr().err
    Pillow.fromarray(column(6)).save("truth.jpg")
    assert run(["evaluate", "found.png", "truth.jpg"]) == 0
    assert "truth.jpg: jpeg leaves greys" in capsys.readouterr().err


@pytest.mark.usefixtures("_here")
def test_people_read_a_table(capsys):
    assert run(["evaluate", "found.png", "truth.png", "--tolerance", "1"]) == 0
    assert "precision           0.5000" in capsys.readouterr().out


@pytest.mark.usefixtures("_here")
@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["found.png", "none.png"], "there is no image"),
        (["found.png", "volume.npy"], "has rows and columns"),
        (["found.png", "truth.png", "small.png"], "shape (3, 3)"),
    ],
)
def test_what_cannot_be_scored(capsys, arguments, says):
    np.save("volume.npy", np.zeros((10, 20, 3)))
    Pillow.fromarray(np.zeros((3, 3), np.uint8)).save("small.png")
    assert run(["evaluate", *arguments]) == 2
    assert says in capsys.readouterr().err


def test_detectors_side_by_side(capsys):
    assert run(["evaluate", "--noise", "0,0.4"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["noise", "0", "noise", "0.4"]
    scored = {line.rsplit(maxsplit=4)[0]: line.split()[-4:] for line in lines[2:-2]}
    assert float(scored["sobel"][2].rstrip("*")) < float(scored["canny, sigma 2"][2].rstrip("*"))
    assert sum("*" in cell for cells in scored.values() for cell in cells) >= 2
