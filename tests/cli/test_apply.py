"""``kernelkit apply``: files in, files out, what is said about signs, gains and greys, and what is refused."""

import io
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import tifffile
from PIL import Image as Pillow

from kernelkit.cli.app import run
from kernelkit.errors import InputError
from kernelkit.filtering.apply import apply
from kernelkit.images import Mapping, open_image


@pytest.fixture
def _here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    y, x = np.mgrid[:9, :12]
    np.save("ramp.npy", (2 * x + 3 * y).astype(np.float32))
    Pillow.fromarray((2 * x + 3 * y).astype(np.uint8)).save("ramp.png")
    colours = np.stack([2 * x, 3 * y, 60 - x], -1).astype(np.uint8)
    Pillow.fromarray(colours).save("colours.png")
    np.savetxt("signal.csv", (np.arange(20) * 0.5) ** 2)


@pytest.mark.usefixtures("_here")
@pytest.mark.parametrize("image", ["ramp.npy", "ramp.png"])
@pytest.mark.parametrize(
    ("kernel", "more", "value"),
    [
        ("sobel-x", [], 2),
        ("sobel-y", [], 3),
        ("sobel-x", ["--spacing", "0.5"], 4),
        ("[[-1,0,1],[-2,0,2],[-1,0,1]]", [], 2),
        ("[[-1,0,1],[-2,0,2],[-1,0,1]]", ["--scale", "raw"], 16),
        ("sobel-x", ["--scale", "raw"], 16),
        ("[[-1,0,1],[-2,0,2],[-1,0,1]]", ["--scale", "raw", "--operation", "convolve"], -16),
        ("derive:1", ["--axis", "y"], 3),
        ("derive:1", ["--axis", "-1"], 2),
        ("derive:1", ["--axis", "x", "--dilation", "3"], 2),
    ],
)
def test_a_plane_has_its_slope_up_to_the_border(capsys, image, kernel, more, value):
    assert run(["apply", kernel, image, "-o", "out.tif", *more]) == 0
    found = open_image("out.tif").values
    assert found.shape == (9, 12)
    assert found.dtype == (np.float32 if image == "ramp.npy" else np.float64)
    assert np.allclose(found, value, atol=1e-5)
    said = capsys.readouterr().err
    assert "border one-sided" in said
    assert "out.tif" in said


@pytest.mark.usefixtures("_here")
def test_signs_are_kept_in_pictures_by_a_mapping_that_is_said(capsys):
    image = np.random.default_rng(0).integers(0, 255, (20, 30)).astype(np.uint8)
    Pillow.fromarray(image).save("noise.png")
    assert run(["apply", "sobel-x", "noise.png", "-o", "out.png"]) == 0
    wanted = apply("sobel-x", image)
    mapping = Mapping.symmetric(float(np.abs(wanted).max()))
    greys = np.asarray(Pillow.open("out.png"))
    assert np.abs((greys - mapping.offset) / mapping.scale - wanted).max() <= 0.51 / mapping.scale
    said = capsys.readouterr().err
    assert "0 is 128" in said
    assert "0 samples clipped" in said
    assert run(["apply", "sobel-x", "noise.png", "-o", "out.png", "--force", "--range=-1,1"]) == 0
    assert f"{(np.abs(wanted) > 1).sum()} samples clipped" in capsys.readouterr().err


@pytest.mark.usefixtures("_here")
def test_means_of_pictures_keep_their_greys(capsys):
    assert run(["apply", "box-3", "ramp.png", "-o", "out.png"]) == 0
    wanted = np.rint(apply("box-3", np.asarray(Pillow.open("ramp.png"))))
    assert np.array_equal(np.asarray(Pillow.open("out.png")), wanted)
    assert "border reflect" in capsys.readouterr().err


@pytest.mark.usefixtures("_here")
@pytest.mark.parametrize(("colour", "shape"), [("each", (9, 12, 3)), ("mean", (9, 12)), (None, (9, 12, 3))])
def test_colours_one_by_one_or_made_grey(colour, shape):
    more = [] if colour is None else ["--colour", colour]
    assert run(["apply", "sobel-x", "colours.png", "-o", "out.npy", *more]) == 0
    found = np.load("out.npy")
    assert found.shape == shape
    assert np.allclose(found, 1 / 3 if colour == "mean" else [2, 0, -1])


@pytest.mark.usefixtures("_here")
def test_signals_in_tables():
    assert run(["apply", "derive:2", "signal.csv", "--spacing", "0.5", "-o", "bend.csv"]) == 0
    assert np.allclose(np.loadtxt("bend.csv"), 2)


@pytest.mark.usefixtures("_here")
def test_strides_and_smaller_results():
    more = ["--boundary", "valid", "--stride", "2,3"]
    assert run(["apply", "sobel-x", "ramp.npy", "-o", "out.npy", *more]) == 0
    assert np.load("out.npy").shape == (4, 4)


@pytest.mark.usefixtures("_here")
@pytest.mark.parametrize("missing", ["nan", "-9999", "mask.npy"])
def test_missing_samples(missing):
    image = np.load("ramp.npy")
    mask = np.zeros(image.shape, bool)
    mask[4, 5] = mask[0, 0] = True
    np.save("mask.npy", mask)
    image[mask] = np.nan if missing == "nan" else -9999
    np.save("holes.npy", image)
    assert run(["apply", "sobel-x", "holes.npy", "--missing", missing, "-o", "out.npy"]) == 0
    assert np.allclose(np.load("out.npy"), 2, atol=1e-5)


@pytest.mark.usefixtures("_here")
def test_folders_and_patterns(capsys):
    np.save("plane.npy", np.load("ramp.npy"))
    assert run(["apply", "sobel-x", "*.png", "plane.npy", "-o", "out", "--format", "tiff"]) == 0
    said = capsys.readouterr().err
    assert "1 of 3: colours.png" in said
    assert np.allclose(open_image("out/plane.tif").values, 2, atol=1e-5)
    assert run(["apply", "sobel-x", "*.png", "-o", "out", "--format", "tiff"]) == 2
    assert "is there" in capsys.readouterr().err


@pytest.mark.usefixtures("_here")
def test_one_bad_image_of_a_folder_is_told_and_the_others_are_filtered(tmp_path, capsys):
    (tmp_path / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    assert run(["apply", "sobel-x", ".", "-o", "out"]) == 2
    said = capsys.readouterr().err
    assert "error: " in said
    assert "2 of 5 images could not be filtered" in said  # a 2-D kernel fits no signal either
    assert np.allclose(np.load("out/ramp.npy"), 2, atol=1e-5)


@pytest.mark.usefixtures("_here")
def test_pipes(tmp_path):
    with (tmp_path / "ramp.npy").open("rb") as image:
        done = subprocess.run(
            [sys.executable, "-m", "kernelkit", "apply", "sobel-x", "-", "-o", "-"],
            stdin=image,
            capture_output=True,
            check=True,
        )
    assert np.allclose(np.load(io.BytesIO(done.stdout)), 2, atol=1e-5)
    assert b"sobel-x computes d/dx, its gain 8 divided out" in done.stderr


@pytest.mark.usefixtures("_here")
def test_pictures_of_what_was_done(tmp_path):
    assert run(["apply", "sobel-x", "ramp.png", "--plot", "out.png"]) == 0
    assert np.asarray(Pillow.open("out.png")).std() > 0
    assert run(["apply", "derive:1", "signal.csv", "--plot", "signal.svg"]) == 0
    assert (tmp_path / "signal.svg").read_text().lstrip().startswith("<?xml")


@pytest.mark.usefixtures("_here")
def test_stores_go_to_stores(capsys):
    zarr = pytest.importorskip("zarr", reason="zarr is optional, and not installed")
    image = np.random.default_rng(0).normal(size=(50, 60)).astype(np.float32)
    zarr.create_array("big.zarr", shape=image.shape, dtype="f4", chunks=(16, 16))[...] = image
    assert run(["apply", "sobel-x", "big.zarr", "-o", "slope.zarr"]) == 0
    found = zarr.open("slope.zarr", mode="r")
    assert found.chunks == (16, 16)
    assert np.array_equal(found[...], apply("sobel-x", image))
    assert "50 x 60 float32" in capsys.readouterr().err
    assert run(["apply", "sobel-x", "big.zarr", "-o", "slope.zarr"]) == 2
    assert run(["apply", "sobel-x", "big.zarr", "-o", "slope.zarr", "--force", "--missing", "nan"]) == 2
    assert "filtered as it is" in capsys.readouterr().err
    assert run(["apply", "sobel-x", "big.zarr", "-o", "slope.npy"]) == 0
    assert np.array_equal(np.load("slope.npy"), apply("sobel-x", image))


@pytest.mark.usefixtures("_here")
@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["sobel-x", "ramp.npy"], 2, "nowhere to go"),
        (["sobel-x", "none.png", "-o", "o.npy"], 2, "there is no image"),
        (["nonsense", "ramp.npy", "-o", "o.npy"], 2, "no kernel"),
        (["-", "-", "-o", "o.npy"], 2, "not both"),
        (["derive:1", "ramp.npy", "-o", "o.npy"], 2, "--axis x"),
        (["derive:1", "ramp.npy", "-o", "o.npy", "--axis", "z"], 2, "no axis 'z'"),
        (["sobel-x", "ramp.npy", "-o", "ramp.npy", "--force"], 2, "is an image that is read"),
        (["sobel-x", "ramp.npy", "-o", "o.npy", "--force", "--skip-existing"], 2, "contradict"),
        (["sobel-x", "ramp.png", "--plot", "ramp.png"], 2, "is an image that is read"),
        (["sobel-x", "ramp.npy", "-o", "o.gif"], 2, "no format"),
        (["sobel-x", "ramp.npy", "-o", "o.png", "--range", "3"], 2, "is no range"),
        (["sobel-x", "ramp.npy", "-o", "o.tif", "--range=-1,1"], 2, "--range is for pictures"),
        (["sobel-x", "ramp.npy", "-o", "o.npy", "--bits", "16"], 2, "--bits is for pictures"),
        (
            ["sobel-x", "colours.png", "-o", "o.npy", "--missing", "signal.csv"],
            2,
            "has shape (20,), the image (9, 12)",
        ),
        (["sobel-x", "ramp.npy", "-o", "o.png", "--format", "tiff"], 2, "name two formats"),
        (["sobel-x", "signal.csv", "-o", "o.npy"], 2, "derive:1"),
        (["sobel-x", "ramp.npy", "-o", "o.npy", "--spacing", "1e400"], 2, "beyond the largest float"),
        (["sobel-x", "ramp.npy", "-o", "o.npy", "--spacing", "1e-320"], 2, "leave the range"),
        (["sobel-x", "ramp.npy", "-o", "o.npy", "--axis=--1,0"], 2, "no axis '--1'"),
        (["sobel-x", "ramp.npy", "-o", "o.npy", "--axis=x"], 2, "name as many axes as the kernel has"),
        (["derive:1", "ramp.png", "-o", "o.npy", "--channels", "first", "--axis", "x"], 2, "no question"),
        (["roberts-1", "ramp.npy", "-o", "o.npy"], 2, '"[[1,0],[0,-1]]"'),
        (["sobel-x", "ramp.npy", "-o", "o.npy", "--spacing", "0"], 2, "spacings are positive"),
        (["sobel-x", "ramp.npy", "-o", "o.npy", "--stride", "0"], 2, "stride"),
        (["gaussian:sigma=3,dim=2", "ramp.npy", "-o", "o.npy", "--boundary", "valid"], 2, "fits nowhere"),
        (["sobel-x", "ramp.npy", "-o", "o.npy", "--missing", "nan", "--boundary", "wrap"], 2, "contradict"),
        (["sobel-x", "ramp.npy", "ramp.png", "-o", "o", "--plot", "p.png"], 2, "draws one image"),
        (["sobel-x", "ramp.npy", "-o", "o.npy", "--most", "5"], 2, "more than 5"),
        (["sobel-x", "ramp.npy", "-o", "o.npy", "--page", "3"], 2, "holds one image"),
    ],
)
def test_what_cannot_be_done_is_said_and_leaves_nothing(capsys, tmp_path, arguments, code, says):
    before = {path.name for path in tmp_path.iterdir()}
    assert run(["apply", *arguments]) == code
    out, err = capsys.readouterr()
    assert out == ""
    assert says in err
    assert "Traceback" not in err
    assert {path.name for path in tmp_path.iterdir()} == before


@pytest.mark.usefixtures("_here")
@pytest.mark.parametrize(
    ("kernel", "more", "says"),
    [
        (
            "[-1,0,1]",
            ["--operation", "convolve", "--scale", "raw"],
            "computes d/dx, -2 times, as its taps are",
        ),
        ("[-1,0,1]", ["--operation", "convolve"], "computes d/dx, its gain -2 divided out"),
        ("[-1,1]", ["--operation", "convolve"], "x = -1/2"),
        ("[-1,1]", ["--dilation", "4"], "at x = 2, its gain 4 divided out"),
        ("[-1,0,1]", ["--dilation", "2", "--scale", "raw"], "4 times, as its taps are"),
        ("[12345/67891,1,1/3]", ["--scale", "raw"], "1.51517 times"),
        ("[1,2,1]", [], "smooths, its gain 4 divided out"),
        ("[-1,-1]", [], "smooths at x = 1/2, its gain -2 divided out"),
        ("[-1,4,-1]", [], "is a mean with some weights negative, its gain 2"),
        ("[3]", [], "computes the value, its gain 3"),
        ("derive:1", ["--spacing", "0.5"], "float64, csv, spacing 0.5: "),
    ],
)
def test_what_is_said_is_what_is_computed(capsys, kernel, more, says):
    assert run(["apply", kernel, "signal.csv", "-o", "out.npy", *more]) == 0
    assert says in capsys.readouterr().err


@pytest.mark.usefixtures("_here")
def test_what_became_of_colours_is_said(capsys):
    for command, more, says in (
        (["apply", "sobel-x"], [], "each channel alone"),
        (["gradient"], [], "all channels at once, by their tensor"),
        (["gradient"], ["--colour", "luminance"], "made grey, 0.2126 R"),
    ):
        assert run([*command, "colours.png", "-o", "out.npy", "--force", *more]) == 0
        assert says in capsys.readouterr().err


@pytest.mark.usefixtures("_here")
@pytest.mark.parametrize("bits", [[], ["--bits", "16"]])
def test_alpha_is_kept_and_not_filtered(bits):
    image = np.random.default_rng(0).integers(0, 255, (9, 12, 4)).astype(np.uint8)
    Pillow.fromarray(image).save("alpha.png")
    assert run(["apply", "sobel-x", "alpha.png", "-o", "out.png", "--colour", "luminance", *bits]) == 0
    found = open_image("out.png")
    assert np.array_equal(found.alpha, image[..., 3].astype(int) * (257 if bits else 1))


@pytest.mark.usefixtures("_here")
def test_what_is_infinite_stays_so_without_a_word_of_numpy(capsys):
    image = np.load("ramp.npy")
    image[0, 0] = np.inf
    np.save("inf.npy", image)
    assert run(["apply", "sobel-x", "inf.npy", "-o", "out.npy"]) == 0
    assert "Warning" not in capsys.readouterr().err
    assert not np.isfinite(np.load("out.npy")[0, 0])


@pytest.mark.usefixtures("_here")
def test_standard_input_that_is_closed(capsys, monkeypatch):
    monkeypatch.setattr(sys, "stdin", None)
    assert run(["apply", "sobel-x", "-", "-o", "out.npy"]) == 2
    assert "standard input is closed" in capsys.readouterr().err


@pytest.mark.usefixtures("_here")
@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_named_pipes_are_read():
    os.mkfifo("pipe")
    with subprocess.Popen(["cp", "ramp.npy", "pipe"]):
        assert run(["apply", "sobel-x", "pipe", "-o", "out.npy"]) == 0
    assert np.allclose(np.load("out.npy"), 2, atol=1e-5)


@pytest.mark.usefixtures("_here")
def test_places_without_a_suffix_take_the_format():
    assert run(["apply", "sobel-x", "ramp.npy", "-o", "slope", "--format", "npy"]) == 0
    assert np.allclose(open_image("slope").values, 2, atol=1e-5)


@pytest.mark.usefixtures("_here")
def test_alpha_that_no_longer_fits_is_told(capsys):
    image = np.random.default_rng(0).integers(0, 255, (9, 12, 4)).astype(np.uint8)
    Pillow.fromarray(image).save("alpha.png")
    assert run(["apply", "sobel-x", "alpha.png", "-o", "out.png", "--stride", "2"]) == 0
    assert open_image("out.png").alpha is None
    assert "its alpha is not kept" in capsys.readouterr().err


@pytest.mark.usefixtures("_here")
def test_a_group_is_not_replaced_by_an_array(capsys):
    zarr = pytest.importorskip("zarr", reason="zarr is optional, and not installed")
    group = zarr.create_group("group.zarr")
    for name in "pq":
        group.create_array(name, shape=(20, 30), dtype="f4")[...] = 1
    assert run(["apply", "sobel-x", "ramp.npy", "-o", "group.zarr", "--force"]) == 2
    assert "is a group of arrays" in capsys.readouterr().err
    assert sorted(zarr.open_group("group.zarr", mode="r").array_keys()) == ["p", "q"]


@pytest.mark.usefixtures("_here")
def test_a_figure_that_fails_leaves_the_result(monkeypatch):
    def fails(*_):
        raise InputError("no figure")

    monkeypatch.setattr("kernelkit.plot.save.save", fails)
    assert run(["apply", "sobel-x", "ramp.png", "-o", "out.npy", "--plot", "out.png"]) == 2
    assert np.allclose(np.load("out.npy"), 2)


@pytest.mark.usefixtures("_here")
def test_pictures_of_a_folder_that_differ_in_scale_have_one_range_that_clips_none(capsys):
    for name, slope in (("a", 3), ("b", 7)):
        np.save(f"{name}.npy", slope * np.load("ramp.npy"))
    line = ["apply", "sobel-x", "a.npy", "b.npy", "-o", "out", "--format", "png"]
    assert run(line) == 0
    [said] = [row for row in capsys.readouterr().err.splitlines() if "differ in scale" in row]
    assert run([*line, *(word for word in said.split() if word.startswith("--"))]) == 0
    said = capsys.readouterr().err
    assert "differ in scale" not in said
    assert said.count("0 samples clipped") == 2
    assert run([*line, "--force", "--range=-15,15"]) == 0
    assert "differ in scale" not in capsys.readouterr().err


@pytest.mark.usefixtures("_here")
def test_a_folder_goes_on_where_it_stopped(capsys):
    assert run(["apply", "sobel-x", "ramp.npy", "-o", "out/"]) == 0
    written = Path("out/ramp.npy").stat().st_mtime_ns
    assert run(["apply", "sobel-x", "ramp.npy", "ramp.png", "-o", "out", "--skip-existing"]) == 0
    assert "left: 1 of 2 results" in capsys.readouterr().err
    assert Path("out/ramp.npy").stat().st_mtime_ns == written
    assert np.asarray(Pillow.open("out/ramp.png")).all()


@pytest.mark.usefixtures("_here")
def test_grey_values_that_stand_for_numbers_are_taken_as_they_are_and_this_is_said(capsys):
    assert run(["apply", "sobel-x", "colours.png", "-o", "slope.png"]) == 0
    capsys.readouterr()
    assert run(["apply", "box-3", "slope.png", "-o", "out.npy"]) == 0
    assert "the grey values taken as they are" in capsys.readouterr().err
    assert np.allclose(np.load("out.npy"), apply("box-3", open_image("slope.png").values, axis=(0, 1)))


@pytest.mark.usefixtures("_here")
def test_the_size_of_pixels_is_said_to_be_used_or_not(capsys):
    size = {"resolution": (20000, 20000), "resolutionunit": "CENTIMETER"}
    tifffile.imwrite("scan.tif", np.load("ramp.npy"), **size)
    assert run(["apply", "sobel-x", "scan.tif", "scan.tif", "-o", "out.npy"]) == 2  # two of one name
    assert run(["apply", "sobel-x", "scan.tif", "-o", "out.npy"]) == 0
    assert (
        "0.5 um per pixel, which is not used: --spacing 0.5 gives answers per um" in capsys.readouterr().err
    )
    assert run(["apply", "sobel-x", "scan.tif", "-o", "per.npy", "--spacing", "0.5"]) == 0
    assert "spacing 0.5 (the file says 0.5 um)" in capsys.readouterr().err
    assert np.allclose(np.load("per.npy"), 2 * np.load("out.npy"))
    assert run(["apply", "box-3", "scan.tif", "-o", "mean.npy"]) == 0
    assert "per pixel" not in capsys.readouterr().err  # a mean has no length in its unit
