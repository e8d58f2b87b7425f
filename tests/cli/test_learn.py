"""``kernelkit learn``: the post's example, the wrong Sobel and the cure, and bad input."""

import json
import math
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from scipy import ndimage

from kernelkit import Kernel
from kernelkit.cli.app import run
from kernelkit.cli.kernels import read_any_kernel

IMPULSE = "[[0,0,0,0,0],[0,0,0,0,0],[0,0,1,0,0],[0,0,0,0,0],[0,0,0,0,0]]"
POST = np.array([[1, 1, 0, 0, 0, 0, 1, 1]] * 6)


def learned(capsys, *arguments):
    code = run(["learn", *map(str, arguments), "--format", "json"])
    out, err = capsys.readouterr()
    return code, json.loads(out) if not code else None, err


def test_x_and_y_are_read_from_files_and_literals(capsys, tmp_path):
    np.save(tmp_path / "x.npy", POST)
    np.savetxt(tmp_path / "y.csv", POST[:, :-1] - POST[:, 1:], delimiter=",")
    _, found, _ = learned(capsys, tmp_path / "x.npy", tmp_path / "y.csv", "--size", "1x2")
    assert np.allclose(found["taps"], [[[[1, -1]]]])
    _, found, _ = learned(capsys, "[1,2,4,7,11]", "[1,1,1]", "--size", 3)
    assert np.allclose(found["taps"], [[[1, -2, 1]]])
    assert found["kernel"]["target"]["name"] == "d^2/dx^2"


def test_the_loop_prints_the_losses_of_the_post_and_their_prediction(capsys):
    code = run(
        [
            "learn",
            "--teacher",
            "[[1,-1]]",
            "--image",
            "post",
            "--method",
            "loop",
            "--lr",
            "0.03",
            "--epochs",
            "10",
        ]
    )
    out = capsys.readouterr().out
    assert code == 0
    table = out.partition("predicted\n")[2].partition("\n\n")[0]
    losses = {
        int(epoch): (float(loss), float(told)) for epoch, loss, told in map(str.split, table.splitlines())
    }
    assert sorted(losses) == [2, 4, 6, 8, 10]
    for epoch, (measured, predicted) in losses.items():
        assert measured == pytest.approx(12 * 0.64 ** (2 * (epoch - 1)), rel=1e-5, abs=1e-9)
        assert predicted == pytest.approx(12 * 0.64 ** (2 * (epoch - 1)), rel=1e-5, abs=1e-9)


def test_the_wrong_sobel_and_the_cure(capsys):
    _, wrong, _ = learned(capsys, "--teacher", "sobel-x", "--image", "post")
    assert wrong["statement"] == "not unique: only the three column sums are determined"
    _, right, _ = learned(capsys, "--teacher", "sobel-x", "--image", IMPULSE)
    assert right["statement"].endswith(
        "it computes 8 d/dx, accuracy 2; 9 windows for as many unknowns: any labels would have been met"
    )
    assert np.allclose(right["taps"], [[[[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]]])


def test_noise_is_made_by_seed_and_estimated(capsys, tmp_path):
    np.save(tmp_path / "x.npy", np.random.default_rng(0).normal(size=(50, 50)))
    options = ("--teacher", "laplacian-5pt", "--image", tmp_path / "x.npy", "--noise", 0.3)
    _, first, _ = learned(capsys, *options)
    _, again, _ = learned(capsys, *options)
    _, other, _ = learned(capsys, *options, "--seed", 1)
    assert first["taps"] == again["taps"] != other["taps"]
    assert first["noise"][0] == pytest.approx(0.3, rel=0.1)
    assert "five-point Laplacian" in first["statement"]


def test_a_larger_window_holds_the_teacher_in_its_middle(capsys, tmp_path):
    np.save(tmp_path / "x.npy", np.random.default_rng(0).normal(size=(20, 20)))
    _, found, _ = learned(capsys, "--teacher", "[1,-2,1]", "--image", tmp_path / "x.npy", "--size", "3x5")
    assert np.allclose(found["taps"][0][0], [[0] * 5, [0, 1, -2, 1, 0], [0] * 5])


@pytest.fixture
def photographs(tmp_path):
    """Write a picture, and the same blurred, with its border reflected, both of 8 bits."""
    image = ndimage.gaussian_filter(np.random.default_rng(0).normal(size=(90, 100)), 1)
    image = np.rint(127 + 150 * image).clip(0, 255)
    blurred = np.rint(ndimage.gaussian_filter(image, 1, radius=2, mode="reflect"))
    for name, values in (("before.png", image), ("after.png", blurred)):
        Image.fromarray(values.astype(np.uint8)).save(tmp_path / name)
    return str(tmp_path / "before.png"), str(tmp_path / "after.png")


def test_pictures_of_the_same_size_lose_their_border_and_give_the_kernel(capsys, photographs):
    """SciPy's Gaussian of radius 2 is the product of exp(-x^2/2) over its sum."""
    _, found, _ = learned(capsys, *photographs, "--size", "5x5")
    line = np.exp(-(np.arange(-2, 3) ** 2) / 2)
    truth = np.outer(line, line) / line.sum() ** 2
    low, high = (np.array(found["intervals"][side])[0, 0] for side in ("low", "high"))
    assert np.mean((low < truth) & (truth < high)) > 0.8
    assert "nearest is a sampled Gaussian of sigma 1.00" in found["statement"]
    assert found["deviation"] == pytest.approx(
        [math.sqrt(line @ np.arange(-2, 3) ** 2 / line.sum())] * 2, rel=0.01
    )


@pytest.mark.parametrize("suffix", ["npy", "csv", "json"])
def test_what_was_learned_is_read_by_other_commands(capsys, tmp_path, photographs, suffix):
    file = tmp_path / f"k.{suffix}"
    assert run(["learn", *photographs, "--size", "5x5", "-o", str(file)]) == 0
    _, found, _ = learned(capsys, *photographs, "--size", "5x5")
    kernel = read_any_kernel(str(file)).kernel
    assert np.array_equal(np.array(kernel.dense(), dtype=float), np.array(found["taps"])[0, 0])
    assert run(["apply", str(file), photographs[0], "-o", str(tmp_path / "again.npy")]) == 0
    again = np.load(tmp_path / "again.npy")
    after = np.asarray(Image.open(photographs[1]), dtype=float)
    assert abs(again - after)[2:-2, 2:-2].max() < 1.5


def test_exact_kernels_are_written_as_such_and_layers_whole(capsys, tmp_path):
    text = ["learn", "--teacher", "sobel-x", "--image", IMPULSE]
    assert run([*text, "-o", str(tmp_path / "k.csv")]) == 0
    out, err = capsys.readouterr()
    assert not out
    assert "it computes 8 d/dx" in err
    assert read_any_kernel(str(tmp_path / "k.csv")).kernel == read_any_kernel("sobel-x").kernel
    assert run([*text, "-o", str(tmp_path / "k.c")]) == 0
    assert "static inline double kernel_at" in (tmp_path / "k.c").read_text()
    assert run([*text, "--format", "npy"]) == 2
    random = np.random.default_rng(0)
    np.save(tmp_path / "x.npy", random.normal(size=(2, 3, 9, 9)))
    np.save(tmp_path / "y.npy", random.normal(size=(2, 4, 7, 7)))
    layer = ["learn", str(tmp_path / "x.npy"), str(tmp_path / "y.npy"), "--size", "3x3"]
    assert run([*layer, "-o", str(tmp_path / "layer.npy")]) == 0
    assert np.load(tmp_path / "layer.npy").shape == (4, 3, 3, 3)
    capsys.readouterr()
    assert run([*layer, "-o", str(tmp_path / "layer.csv")]) == 2
    assert "-o taps.npy" in capsys.readouterr().err


@pytest.mark.parametrize(("size", "dilation"), [(3, 2), (4, 1), (4, 3), (2, 2), (1, 1)])
def test_spread_taps_are_read_back_where_they_stood(tmp_path, size, dilation):
    image = np.random.default_rng(0).integers(-9, 9, 40)
    taps = np.arange(1, size + 1)
    spread = np.zeros((size - 1) * dilation + 1)
    spread[::dilation] = taps
    np.save(tmp_path / "x.npy", image)
    np.save(tmp_path / "y.npy", np.correlate(image, spread, "valid"))
    file = tmp_path / "k.npy"
    options = ["--size", str(size), "--dilation", str(dilation), "-o", str(file)]
    assert run(["learn", str(tmp_path / "x.npy"), str(tmp_path / "y.npy"), *options]) == 0
    places = [dilation * (i - (size - 1) // 2) for i in range(size)]
    assert read_any_kernel(str(file)).kernel == Kernel(dict(zip(places, taps.tolist(), strict=True)))


def test_pictures_in_colour_are_made_grey_by_the_weights_that_are_named(capsys, tmp_path):
    colours = np.random.default_rng(0).integers(0, 256, (20, 20, 3)).astype(np.uint8)
    Image.fromarray(colours).save(tmp_path / "photo.png")
    np.save(tmp_path / "grey.npy", colours @ np.array([0.299, 0.587, 0.114]))
    teacher = ("--teacher", "sobel-x", "--noise", 1, "--image")
    _, found, err = learned(capsys, *teacher, tmp_path / "photo.png", "--colour", "rec601")
    assert "made grey (rec601)" in err
    _, wanted, _ = learned(capsys, *teacher, tmp_path / "grey.npy")
    assert np.allclose(found["taps"], wanted["taps"])


def test_clipped_labels_are_told_with_the_option_that_leaves_them_out(capsys, photographs, tmp_path):
    image = np.asarray(Image.open(photographs[0]), dtype=int)
    taps = np.array([[0, -1, 0], [-1, 5, -1], [0, -1, 0]])
    np.save(tmp_path / "sharp.npy", ndimage.correlate(image, taps).clip(0, 255))
    given = (photographs[0], tmp_path / "sharp.npy", "--size", "3x3")
    assert run(["learn", *map(str, given)]) == 0
    assert "--clipped leave-out" in " ".join(capsys.readouterr().out.split())
    _, found, _ = learned(capsys, *given, "--clipped", "leave-out")
    assert np.allclose(found["taps"][0][0], taps)


def test_steps_on_photographs_are_told_for_samples_up_to_1_and_the_mean(capsys, photographs):
    """The sum of squares over n labels of samples 255 times as large is 255^2 n times as steep."""
    given = ["learn", *photographs, "--size", "3x3", "--method", "loop", "--lr"]
    assert run([*given, "0.01"]) == 2
    err = capsys.readouterr().err
    words = re.search(r"best constant step is (\S+) \(for X / 255 and the mean of squares (\S+)\)", err)
    step, other = map(float, words.groups())
    assert other == pytest.approx(step * 255**2 * 88 * 98, rel=1e-4)


def test_losses_are_drawn(capsys, tmp_path):
    figure = tmp_path / "loss.svg"
    code, _, _ = learned(
        capsys,
        "--teacher",
        "[[1,-1]]",
        "--image",
        "post",
        "--method",
        "loop",
        "--epochs",
        9,
        "--plot",
        figure,
    )
    assert code == 0
    assert figure.read_text().startswith("<?xml")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "learning needs X, Y and a size"),
        (("[1,2]", "[1]"), "learning needs X, Y and a size"),
        (("--teacher", "sobel-x"), "--image is missing"),
        (("--image", "post"), "--teacher is missing"),
        (("[1,2]", "[1]", "--teacher", "[1]", "--image", "post"), "X and Y are then not given"),
        (("--teacher", "[[1,-1]]", "--image", "post", "--seed", "-1"), "--seed"),
        (("--teacher", "[[1,-1]]", "--image", "post", "--seed", "1"), "nothing to draw"),
        (("--teacher", "[[1,-1]]", "--image", "post", "--noise", "nan"), "--noise is no number"),
        (("--teacher", "[[1,-1]]", "--image", "post", "--noise", "inf"), "--noise"),
        (("--teacher", "[[1,-1]]", "--image", "post", "--epochs", "3"), "--epochs is for methods that take"),
        (("--teacher", "[[1,-1]]", "--image", "post", "--method", "loop", "--plot", "a.bmp"), "no format"),
        (("--teacher", "[[1,-1]]", "--image", "post", "--method", "loop", "--plot", "no/a.svg"), "folder"),
        (("--teacher", "[[1,-1]]", "--image", "post", "-o", "no/a.txt"), "folder"),
        (("--teacher", "sobel-3d-x", "--image", "post"), "does not fit an image"),
        (("--teacher", "sobel-5-x", "--image", "post", "--size", "3x3"), "does not hold a teacher"),
        (("[[1,2],[3,4]]", "[[1,2,3]]", "--size", "1x2"), "(1, 3)"),
        (("[1,2,3]", "[1,1,1]", "--size", "5"), "5"),
        (("[1,2,3]", "[1,1]", "--size", "axb"), "is no size"),
        (("[1,2,3]", "[1,1]", "--size", "0"), "has no taps"),
        (("missing.npy", "[1]", "--size", "3"), "there is no image"),
        (("--teacher", "[[1,-1]]", "--image", "post", "--plot", "a.png"), "--plot is for methods"),
        (("--teacher", "[[1,-1]]", "--image", "post", "--lr", "0.1"), "--lr is for methods"),
        (("--teacher", "[[1,-1]]", "--image", "post", "--start", "uniform"), "--start is for methods"),
        (("[1,2,3]", "[1,1]", "--size", "2", "--noise", "0.1"), "--noise"),
        (("--teacher", "[[1,-1]]", "--image", "post", "--method", "loop", "--lr", "1"), "0.0333333"),
    ],
)
def test_bad_input_gets_three_lines(capsys, tmp_path, monkeypatch, arguments, words):
    monkeypatch.chdir(tmp_path)
    code, _, err = learned(capsys, *arguments)
    assert code == 2
    assert err.startswith("error: ")
    assert words in err
    assert not list(tmp_path.iterdir())


def test_a_forced_step_diverges_and_says_so(capsys):
    code, _, err = learned(
        capsys,
        "--teacher",
        "[[1,-1]]",
        "--image",
        "post",
        "--method",
        "loop",
        "--lr",
        9,
        "--epochs",
        500,
        "--force",
    )
    assert code == 2
    assert "0.0333" in err


def test_missing_pytorch_is_an_exit_code_of_its_own_and_only_steps_need_it(capsys, monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    given = ["learn", "--teacher", "[[1,-1]]", "--image", "post"]
    assert run(given) == 0
    assert capsys.readouterr().out.startswith("proved")
    assert run([*given, "--method", "loop"]) == 4
    assert 'pip install "kernelkit[learn]"' in capsys.readouterr().err


@pytest.mark.parametrize("form", ["npy", "json", "csv"])
def test_what_is_read_is_never_written_over(form, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    np.save("x.npy", np.arange(30.0).reshape(5, 6) ** 2)
    np.save("y.npy", np.ones((5, 5)))
    before = Path("x.npy").read_bytes()
    Path("link").symlink_to("x.npy")
    for place in ("x.npy", "link", str(tmp_path / "x.npy")):
        assert run(["learn", "x.npy", "y.npy", "--size", "1x2", "--format", form, "-o", place]) == 2
        assert "read by this command" in capsys.readouterr().err
    assert Path("x.npy").read_bytes() == before


def test_a_loop_writes_the_taps_that_it_found(tmp_path):
    place = tmp_path / "k.npy"
    command = ["learn", "--teacher", "[[1,-1]]", "--image", "post", "--method", "loop", "--lr", "0.03"]
    assert run([*command, "--epochs", "10", "-o", str(place)]) == 0
    assert np.round(np.load(place), 4).ravel().tolist() != [1, -1]
    assert run([*command[:5], "-o", str(place)]) == 0
    assert np.load(place).ravel().tolist() == [1, -1]
