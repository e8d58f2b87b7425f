"""``kernelkit learn``: the post's example, the wrong Sobel and the cure, and bad input."""

import json

import numpy as np
import pytest

from kernelkit.cli.app import run

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
    impulse = "[[0,0,0,0,0],[0,0,0,0,0],[0,0,1,0,0],[0,0,0,0,0],[0,0,0,0,0]]"
    _, right, _ = learned(capsys, "--teacher", "sobel-x", "--image", impulse)
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
