"""``kernelkit edges``: maps and places of known edges, thresholds of three kinds, and what is refused."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Pillow

from kernelkit.cli.app import run
from kernelkit.cli.edges import _level
from kernelkit.edges.thresholds import Noise, Quantile
from kernelkit.errors import InputError
from kernelkit.images import open_image


@pytest.fixture
def _here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    step = np.zeros((20, 32), np.uint8)
    step[:, 16:] = 200
    Pillow.fromarray(step).save("step.png")
    Pillow.fromarray(np.stack([step, step, 0 * step], -1)).save("colours.png")


@pytest.mark.usefixtures("_here")
@pytest.mark.parametrize("method", ["canny", "log", "plus"])
@pytest.mark.parametrize("image", ["step.png", "colours.png"])
def test_a_step_is_one_column_and_lies_between_pixels(capsys, image, method):
    more = ["--method", method, "--low", "1", "--high", "5"]
    assert run(["edges", image, "-o", "out.png", "--subpixel", "points.json", *more]) == 0
    columns = np.flatnonzero(open_image("out.png").values[10])
    assert columns.tolist() in ([15], [16])
    points = json.loads(Path("points.json").read_text(encoding="utf-8"))
    assert np.allclose([point["x"] for point in points], 15.5, atol=1e-6)
    assert np.allclose([point["direction"] for point in points], 0, atol=1e-6)
    said = capsys.readouterr().err
    assert f"edges by {method}" in said
    assert ("made grey" in said) == (image == "colours.png")


@pytest.mark.usefixtures("_here")
def test_points_in_a_table():
    assert (
        run(["edges", "step.png", "-o", "out.npy", "--low", "1", "--high", "5", "--subpixel", "points.csv"])
        == 0
    )
    lines = Path("points.csv").read_text(encoding="utf-8").splitlines()
    assert lines[0] == "y,x,strength,direction"
    assert len(lines) == 1 + np.count_nonzero(np.load("out.npy"))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [("12.5", 12.5), ("0", 0.0), ("90%", Quantile(0.9)), ("6n", Noise(6)), ("0.5n", Noise(0.5))],
)
def test_thresholds_of_three_kinds(text, wanted):
    assert _level(text) == wanted


@pytest.mark.parametrize("text", ["", "n", "%", "-1", "nan", "inf", "high", "120%"])
def test_what_is_no_threshold(text):
    with pytest.raises(InputError):
        _level(text)


@pytest.mark.usefixtures("_here")
@pytest.mark.parametrize(
    ("more", "says"),
    [
        (["--low", "9", "--high", "5"], "low"),
        (["--low", "many"], "no threshold"),
        (["--method", "plus", "--kernel", "scharr"], "takes no kernel"),
        (["--subpixel", "points.txt"], "csv or json"),
        (["--axis", "x"], "of all axes"),
        (["--boundary", "zero"], "boundary"),
        (["--sigma", "-1"], "sigma"),
    ],
)
def test_what_cannot_be_done(capsys, tmp_path, more, says):
    before = {path.name for path in tmp_path.iterdir()}
    assert run(["edges", "step.png", "-o", "out.png", *more]) == 2
    assert says in capsys.readouterr().err
    assert {path.name for path in tmp_path.iterdir()} == before


@pytest.mark.usefixtures("_here")
@pytest.mark.parametrize(
    ("more", "wanted"),
    [
        (["--high", "10"], "thresholds 4 and 10"),
        (["--low", "4"], "thresholds 4 and 10"),
        ([], "thresholds "),
    ],
)
def test_thresholds_that_are_not_given(capsys, more, wanted):
    """A step is found whatever is given."""
    assert run(["edges", "step.png", "-o", "out.png", *more]) == 0
    said = capsys.readouterr().err
    assert wanted in said
    assert "20 of 640 marked" in said


@pytest.mark.usefixtures("_here")
def test_noise_alone_has_hardly_an_edge_and_texture_no_more_than_its_share():
    noise = np.random.default_rng(0).normal(100, 10, (200, 200))
    np.save("noise.npy", noise)
    assert run(["edges", "noise.npy", "-o", "out.npy"]) == 0
    assert np.load("out.npy").mean() < 0.001
    np.save("texture.npy", np.kron(np.random.default_rng(1).integers(0, 200, (25, 25)), np.ones((8, 8))))
    assert run(["edges", "texture.npy", "-o", "edges.npy"]) == 0
    assert np.load("edges.npy").mean() < 0.2
