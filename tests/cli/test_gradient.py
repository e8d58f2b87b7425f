"""``kernelkit gradient``: length, direction and components of images, grey and in colours."""

import numpy as np
import pytest
import tifffile
from PIL import Image as Pillow

from kernelkit.cli.app import run
from kernelkit.images import open_image


@pytest.fixture
def _here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    y, x = np.mgrid[:9, :12]
    Pillow.fromarray((4 * x + 3 * y).astype(np.uint8)).save("ramp.png")
    np.save("volume.npy", np.mgrid[:6, :7, :8].sum(0).astype(np.float32))
    Pillow.fromarray(np.stack([3 * x, 60 - 4 * x, 0 * x], -1).astype(np.uint8)).save("colours.png")


@pytest.mark.usefixtures("_here")
@pytest.mark.parametrize("kernel", [None, "sobel", "scharr-3-x"])
@pytest.mark.parametrize(
    ("result", "value"), [("magnitude", 5), ("orientation", np.arctan2(3, 4)), ("components", None)]
)
def test_a_plane(kernel, result, value):
    more = [] if kernel is None else ["--kernel", kernel]
    assert run(["gradient", "ramp.png", "--result", result, "-o", "out.npy", *more]) == 0
    found = np.load("out.npy")
    if value is None:
        assert np.allclose(found, np.array([3, 4])[:, None, None])
    else:
        assert np.allclose(found, value)


@pytest.mark.usefixtures("_here")
def test_components_are_pages_and_volumes_have_three(capsys):
    assert run(["gradient", "ramp.png", "--result", "components", "-o", "out.tif"]) == 0
    found = open_image("out.tif")
    assert (found.axes, found.values.shape) == ("zyx", (2, 9, 12))
    assert run(["gradient", "volume.npy", "-o", "out.npy"]) == 0
    assert np.allclose(np.load("out.npy"), np.sqrt(3))
    assert run(["gradient", "volume.npy", "--axis", "y,x", "--spacing", "1,0.5", "-o", "two.npy"]) == 0
    assert np.allclose(np.load("two.npy"), np.sqrt(5))
    assert "border one-sided" in capsys.readouterr().err


@pytest.mark.usefixtures("_here")
@pytest.mark.parametrize(
    ("colour", "value"), [(None, 5), ("tensor", 5), ("each", [3, 4, 0]), ("mean", 1 / 3)]
)
def test_colours_all_at_once_or_one_by_one(colour, value):
    more = [] if colour is None else ["--colour", colour]
    assert run(["gradient", "colours.png", "-o", "out.npy", *more]) == 0
    found = np.load("out.npy")
    assert found.ndim == (3 if colour == "each" else 2)
    assert np.allclose(found, value)


@pytest.mark.usefixtures("_here")
def test_pictures_of_lengths_are_black_at_0(capsys):
    assert run(["gradient", "ramp.png", "-o", "out.png", "--plot", "plot.png"]) == 0
    assert (np.asarray(Pillow.open("out.png")) == 255).all()
    assert "0 is 0" in capsys.readouterr().err
    with Pillow.open("plot.png") as drawn:
        assert drawn.size[0] > 300


@pytest.mark.usefixtures("_here")
@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["ramp.png", "-o", "o.npy", "--kernel", "sobel-y"], "not of one for d/dy"),
        (["ramp.png", "-o", "o.npy", "--kernel", "sobel", "--accuracy", "4"], "leave one out"),
        (["ramp.png", "-o", "o.npy", "--kernel", "-"], "no pipe"),
        (["volume.npy", "-o", "o.npy", "--kernel", "sobel"], "no gradient along 3"),
        (["volume.npy", "-o", "o.npy", "--result", "orientation"], "an orientation is that of two axes"),
        (["colours.png", "-o", "o.npy", "--result", "components"], "--colour each"),
        (["ramp.png", "-o", "o.png", "--result", "components"], "png holds no image of axes"),
    ],
)
def test_what_cannot_be_done(capsys, tmp_path, arguments, says):
    before = {path.name for path in tmp_path.iterdir()}
    assert run(["gradient", *arguments]) == 2
    assert says in capsys.readouterr().err
    assert {path.name for path in tmp_path.iterdir()} == before


@pytest.mark.usefixtures("_here")
def test_components_of_many_axes_have_an_axis_of_their_own():
    np.save("many.npy", np.random.default_rng(0).normal(size=(4, 4, 4, 4, 4)))
    assert run(["gradient", "many.npy", "--result", "components", "-o", "out.npy"]) == 0
    assert np.load("out.npy").shape == (5, 4, 4, 4, 4, 4)


@pytest.mark.usefixtures("_here")
@pytest.mark.parametrize(
    "more", [["--missing", "1e400"], ["--range", "1e400,1"], ["--missing", "colours.png"]]
)
def test_numbers_and_masks_that_cannot_be(capsys, more):
    assert run(["gradient", "ramp.png", "-o", "out.png", *more]) == 2
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.usefixtures("_here")
def test_an_odd_accuracy_is_said_to_be_the_next_even_one(capsys):
    """Central differences are odd, so that their error has even powers only."""
    image = np.random.default_rng(0).normal(size=(20, 20))
    np.save("noise.npy", image)
    for accuracy in "34":
        assert run(["gradient", "noise.npy", "--accuracy", accuracy, "-o", f"{accuracy}.npy"]) == 0
        assert "central differences of accuracy 4" in capsys.readouterr().err
    assert np.array_equal(np.load("3.npy"), np.load("4.npy"))


@pytest.mark.usefixtures("_here")
def test_border_rows_that_drown_in_noise_are_told(capsys):
    image = np.random.default_rng(0).normal(size=(50, 50))
    np.save("noise.npy", image)
    for accuracy in ("2", "20"):
        assert run(["gradient", "noise.npy", "--accuracy", accuracy, "-o", f"{accuracy}.npy"]) == 0
        told = "noise in the first and last samples" in capsys.readouterr().err
        found = np.load(f"{accuracy}.npy")
        assert told == (found[:, 0].mean() > 50 * found[20:-20, 20:-20].mean())


@pytest.mark.usefixtures("_here")
def test_pages_are_said_to_be_a_volume_and_what_is_hinted_takes_each_alone(capsys):
    """A series of frames that get brighter: the plane of each has the slopes 3 and 4."""
    y, x = np.mgrid[:9, :12]
    series = np.stack([1000 * time + 4 * x + 3 * y for time in range(5)]).astype(np.uint16)
    tifffile.imwrite("series.tif", series, photometric="minisblack")
    assert run(["gradient", "series.tif", "-o", "all.npy"]) == 0
    assert "5 pages are a volume with an axis z: --axis y,x" in capsys.readouterr().err
    assert np.allclose(np.load("all.npy"), np.hypot(1000, 5))
    for way in (["--axis", "y,x"], ["--page", "0"]):
        assert run(["gradient", "series.tif", "-o", "out.npy", "--force", *way]) == 0
        assert "a volume" not in capsys.readouterr().err
        assert np.allclose(np.load("out.npy"), 5)
    assert run(["apply", "derive:1", "series.tif", "-o", "out.npy", "--force"]) == 2
    said = capsys.readouterr().err
    assert "--axis x" in said
    assert "a volume" not in said  # a kernel on a line takes no pages together
    tifffile.imwrite("two.tif", series[:2], photometric="minisblack")
    assert run(["gradient", "two.tif", "-o", "two.npy"]) == 2
    assert "--axis y,x takes each page alone" in capsys.readouterr().err
