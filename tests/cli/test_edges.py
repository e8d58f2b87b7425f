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
    Path("there.json").write_text("", encoding="utf-8")


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
def test_points_alone_need_no_picture():
    assert run(["edges", "step.png", "--low", "1", "--high", "5", "--subpixel", "points.csv"]) == 0
    assert len(Path("points.csv").read_text(encoding="utf-8").splitlines()) == 1 + 20


@pytest.mark.usefixtures("_here")
def test_edges_of_a_picture_with_alpha_are_a_map_without(capsys):
    step = open_image("step.png").values
    Pillow.fromarray(np.stack([step, step, step, step // 2 + 100], -1)).save("alpha.png")
    assert run(["edges", "alpha.png", "-o", "out.png"]) == 0
    assert "its alpha is not kept" in capsys.readouterr().err
    assert open_image("out.png").alpha is None
    assert run(["edges", "step.png", "-o", "out.jpg"]) == 2
    assert "jpeg leaves greys" in capsys.readouterr().err


@pytest.mark.usefixtures("_here")
def test_points_in_a_table():
    assert (
        run(["edges", "step.png", "-o", "out.npy", "--low", "1", "--high", "5", "--subpixel", "points.csv"])
        == 0
    )
    lines = Path("points.csv").read_text(encoding="utf-8").splitlines()
    assert lines[0] == "y,x,strength,direction"
    assert len(lines) == 1 + np.count_nonzero(np.load("out.npy"))


@pytest.mark.usefixtures("_here")
@pytest.mark.parametrize("method", ["canny", "log", "plus"])
def test_a_bright_square_is_one_closed_line_as_json_and_as_svg(method):
    """The Laplacian's line swings out before the corners, by less than a third of sigma."""
    square = np.zeros((40, 50), np.uint8)
    square[10:30, 15:35] = 200
    Pillow.fromarray(square).save("square.png")
    more = ["--method", method, "-o", "out.png", "--subpixel", "points.csv", "--force"]
    for lines in ("lines.json", "lines.SVG"):
        assert run(["edges", "square.png", "--lines", lines, *more]) == 0
    longest, *rest = json.loads(Path("lines.json").read_text(encoding="utf-8"))
    assert longest["closed"]
    y, x, _ = np.transpose(longest["points"])
    assert [y.min(), y.max(), x.min(), x.max()] == pytest.approx([9.5, 29.5, 14.5, 34.5], abs=0.3)
    table = Path("points.csv").read_text(encoding="utf-8").splitlines()
    assert len(longest["points"]) + sum(len(line["points"]) for line in rest) == len(table) - 1
    drawn = Path("lines.SVG").read_text(encoding="utf-8")
    assert 'viewBox="-0.5 -0.5 50 40"' in drawn
    assert drawn.count("<path") == 1 + len(rest)


@pytest.mark.usefixtures("_here")
@pytest.mark.parametrize(("shape", "axes"), [((20,), "x"), ((6, 7, 8), "z, y, x")])
def test_lines_are_those_of_the_plane(capsys, shape, axes):
    np.save("other.npy", np.ones(shape))
    assert run(["edges", "other.npy", "-o", "out.npy", "--lines", "lines.json"]) == 2
    assert f"the image has the axes {axes}" in capsys.readouterr().err
    assert not Path("lines.json").exists()


@pytest.mark.usefixtures("_here")
def test_points_of_a_folder_have_no_one_file(capsys):
    assert run(["edges", ".", "-o", "out/", "--subpixel", "points.csv"]) == 2
    assert "for one image, not 2" in capsys.readouterr().err


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
        (["--subpixel", "points.txt"], "--subpixel edges.csv or --subpixel edges.json"),
        (["--subpixel", "lines.svg"], "does not say"),
        (["--lines", "lines.csv"], "--lines edges.json or --lines edges.svg"),
        (["--lines", "nowhere/lines.json"], "another file with --lines"),
        (["--lines", "there.json"], "is there"),
        (["--subpixel", "new.json", "--lines", "./new.json"], "both name"),
        (["--plot", "new.svg", "--lines", "new.svg"], "both name"),
        (["colours.png", "--subpixel", "points.csv"], "one image"),
        (["--range", "0,1"], "No such option"),
        (["--axis", "x"], "No such option"),
        (["--boundary", "zero"], "'zero' is not one of"),
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
def test_a_white_page_with_a_mark_on_it_has_two_thresholds(capsys):
    """Four in five pixels are flat: a share of them is no threshold for what is connected."""
    page = np.full((60, 60), 255, np.uint8)
    page[10:50, 20:40] = 0
    Pillow.fromarray(page).save("page.png")
    assert run(["edges", "page.png", "-o", "out.png"]) == 0
    low, high = (float(word) for word in capsys.readouterr().err.split("thresholds ")[1].split()[0:3:2])
    assert low >= 0.3 * high > 0


@pytest.mark.usefixtures("_here")
def test_noise_alone_has_hardly_an_edge_and_texture_no_more_than_its_share():
    noise = np.random.default_rng(0).normal(100, 10, (200, 200))
    np.save("noise.npy", noise)
    assert run(["edges", "noise.npy", "-o", "out.npy"]) == 0
    assert np.load("out.npy").mean() < 0.001
    np.save("texture.npy", np.kron(np.random.default_rng(1).integers(0, 200, (25, 25)), np.ones((8, 8))))
    assert run(["edges", "texture.npy", "-o", "edges.npy"]) == 0
    assert np.load("edges.npy").mean() < 0.2


@pytest.mark.usefixtures("_here")
def test_where_no_pixel_is_marked_the_largest_gradient_is_said(capsys):
    """And a threshold below it marks some."""
    assert run(["edges", "step.png", "-o", "out.png", "--high", "1e9"]) == 0
    said = capsys.readouterr().err
    assert "0 of 640 marked" in said
    largest = float(said.split("the largest gradient is ")[1].split()[0])
    assert run(["edges", "step.png", "-o", "out.png", "--force", "--high", f"{0.99 * largest}"]) == 0
    assert "20 of 640 marked" in capsys.readouterr().err


@pytest.mark.usefixtures("_here")
def test_points_never_replace_the_image(capsys):
    np.savetxt("table.csv", np.eye(9), delimiter=",")
    assert run(["edges", "table.csv", "-o", "out.png", "--subpixel", "table.csv", "--force"]) == 2
    assert "is an image that is read" in capsys.readouterr().err
    assert np.array_equal(np.loadtxt("table.csv", delimiter=","), np.eye(9))


@pytest.mark.usefixtures("_here")
def test_pages_are_said_to_be_a_volume(capsys):
    pages = [Pillow.open("step.png")] * 5
    pages[0].save("pages.tif", save_all=True, append_images=pages[1:])
    assert run(["edges", "pages.tif", "-o", "out.npy", "--low", "1", "--high", "5"]) == 0
    said = capsys.readouterr().err
    assert "the 5 pages are a volume with an axis z: --page 0 takes one" in said
    assert "--axis" not in said


@pytest.mark.parametrize("side", ["--subpixel=p.csv", "--lines=p.json", "--plot=p.png"])
def test_what_is_made_with_the_picture_is_not_left_out_in_silence(side, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    np.save("x.npy", np.eye(20))
    assert run(["edges", "x.npy", "-o", "e.png", "--skip-existing", side]) == 2
    assert "--skip-existing" in capsys.readouterr().err
