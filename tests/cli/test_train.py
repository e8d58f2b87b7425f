"""``kernelkit train``: cards, runs from files, what is told, and what is refused."""

from __future__ import annotations

import csv
import gzip
import json
import os
import shutil
import signal
import struct
import subprocess
import sys

import numpy as np
import pytest
from fashion_mnist import the_folder
from PIL import Image
from safetensors.torch import load_file
from training.striped import striped

from kernelkit.cli.app import run
from kernelkit.inspection.layer import first_layer
from kernelkit.inspection.weights import read_model

PARTS = {"train": ("train", 120, 0), "test": ("t10k", 40, 1)}


def idx(array):
    return struct.pack(f">4B{array.ndim}I", 0, 0, 8, array.ndim, *array.shape) + array.astype("u1").tobytes()


@pytest.fixture(scope="module")
def stripes(tmp_path_factory):
    """Write stripes as packed IDX files."""
    folder = tmp_path_factory.mktemp("stripes")
    for start, count, seed in PARTS.values():
        data = striped(count, seed=seed)
        (folder / f"{start}-images-idx3-ubyte.gz").write_bytes(gzip.compress(idx(data.images[:, 0])))
        (folder / f"{start}-labels-idx1-ubyte.gz").write_bytes(gzip.compress(idx(data.labels)))
    return folder


QUICK = ("--epochs", "2", "--batch", "32", "--activation", "relu", "--optimiser", "adamw", "--lr", "0.01")


def trained(capsys, *arguments):
    code = run(["train", "lenet", *map(str, arguments), "--format", "json"])
    out, err = capsys.readouterr()
    return code, json.loads(out) if not code else None, err


@pytest.mark.parametrize(
    ("arguments", "parameters", "multiply_adds", "said"),
    [
        (["lenet"], "61,706", "416,520", "LeNet-5 of 1998"),
        (
            ["alexnet"],
            "46,764,746",
            "938,146,176",
            "rows and columns 218 to 223 of the input are read by nothing",
        ),
        (["alexnet"], "46,764,746", "938,146,176", "heights and widths from 193 to 224"),
        (["alexnet"], "46,764,746", "938,146,176", "5 convolutional and 3 fully connected"),
        (["alexnet", "--size", "193"], "46,764,746", "", "heights and widths from 193 to 224"),
    ],
)
def test_a_card_says_what_the_net_is(arguments, parameters, multiply_adds, said, capsys):
    assert run(["train", *arguments, "--shapes"]) == 0
    out = " ".join(capsys.readouterr().out.split())
    assert parameters in out
    assert multiply_adds in out
    assert said in out


@pytest.mark.parametrize(("net", "size", "layer"), [("lenet", 9, '"3"'), ("alexnet", 50, '"12"')])
def test_a_size_that_does_not_fit_names_the_layer(net, size, layer, capsys):
    assert run(["train", net, "--shapes", "--size", str(size)]) == 2
    assert f"layer {layer}" in capsys.readouterr().err


def test_options_of_the_net_change_its_card(capsys):
    run(
        [
            "train",
            "lenet",
            "--shapes",
            "--padding",
            "0",
            "--classes",
            "7",
            "--channels",
            "3",
            "--format",
            "json",
        ]
    )
    card = json.loads(capsys.readouterr().out)
    assert card["input"] == [3, 28, 28]
    # 456 + 2,416 + 256 * 120 + 120 + 10,164 + 84 * 7 + 7
    assert (
        card["parameters"] == 3 * 6 * 25 + 6 + 6 * 16 * 25 + 16 + 256 * 120 + 120 + 120 * 84 + 84 + 84 * 7 + 7
    )


def test_a_run_tells_what_it_does_and_keeps_everything(stripes, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, found, err = trained(capsys, "--data", stripes, "--validation", 20, *QUICK, "--plot", "curve.png")
    assert code == 0
    said = " ".join(err.split())
    assert "120 images of 1 x 28 x 28 in 4 classes" in said
    assert "not known by its content" in said
    assert "textbook, but epochs 2 in place of 10; batch 32 in place of 256" in said
    assert "the best of all epochs on 20 training images held back" in said
    assert "epoch 1/2  train" in err
    assert "epoch 2/2  train" in err
    (only,) = found["runs"]
    folder = tmp_path / "runs" / "lenet-textbook" / "seed-0"
    assert only["folder"] == "runs/lenet-textbook/seed-0"
    assert load_file(folder / "best.safetensors")["0.weight"].shape == (6, 1, 5, 5)
    assert first_layer(read_model(folder / "best.safetensors")).stride == (1, 1)
    rows = list(csv.DictReader((folder / "log.csv").read_text().splitlines()))
    assert [float(row["train_loss"]) for row in rows] == [row["train_loss"] for row in only["history"]]
    assert found["test_accuracy"]["mean"] == only["test"]["accuracy"]
    assert found["published"] == []  # it is no longer the published recipe
    assert (tmp_path / "curve.png").read_bytes().startswith(b"\x89PNG")


def test_several_seeds_give_a_mean_and_a_spread_and_finished_ones_are_kept(stripes, tmp_path, capsys):
    _, first, _ = trained(capsys, "--data", stripes, *QUICK, "--folder", tmp_path, "--seeds", 1)
    _, found, err = trained(capsys, "--data", stripes, *QUICK, "--folder", tmp_path, "--seeds", 3, "--resume")
    assert err.count("epoch 1/2") == 2
    values = [one["test"]["accuracy"] for one in found["runs"]]
    assert found["test_accuracy"]["values"] == values
    assert found["test_accuracy"]["mean"] == pytest.approx(sum(values) / 3)
    assert values[0] == first["runs"][0]["test"]["accuracy"]
    assert [one["config"]["seed"] for one in found["runs"]] == [0, 1, 2]


def test_folders_of_all_seeds_are_looked_at_before_the_first_is_trained(stripes, tmp_path, capsys):
    trained(capsys, "--data", stripes, *QUICK, "--folder", tmp_path, "--seed", 1)
    code, _, err = trained(capsys, "--data", stripes, *QUICK, "--folder", tmp_path, "--seeds", 2)
    assert code == 2
    assert "holds an earlier run" in err
    assert "epoch" not in err
    _, _, err = trained(capsys, "--data", stripes, *QUICK, "--folder", tmp_path, "--seeds", 2, "--resume")
    assert f"nothing to resume in {tmp_path}/seed-0: this run starts anew" in err
    assert "seed-1: this run starts anew" not in err


def test_a_plateau_is_named_and_explained(stripes, tmp_path, capsys):
    code, _, err = trained(
        capsys,
        "--data",
        stripes,
        "--epochs",
        3,
        "--lr",
        1e-4,
        "--initialisation",
        "default",
        "--folder",
        tmp_path,
    )
    assert code == 0
    said = " ".join(err.split())
    assert "the loss stays at ln(4) = 1.3863, that of guessing" in said
    assert said.count("that of guessing") == 1
    assert "--initialisation xavier" in said


def test_divergence_is_an_error_with_a_smaller_step(stripes, tmp_path, capsys):
    code, _, err = trained(
        capsys, "--data", stripes, "--activation", "relu", "--lr", 1e8, "--epochs", 30, "--folder", tmp_path
    )
    assert code == 2
    assert "diverged" in err
    assert "--lr 0.9" in err  # that of the recipe


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--data", "nowhere"], 2, "neither a folder nor the name of a data set"),
        (["--classes", "3"], 2, "the data decide classes and channels"),
        (["--activation", "swish"], 2, "swish"),
        (["--initialisation", "he"], 2, "he"),
        (["--widths", "6,x"], 2, "expected a whole number, found 'x'"),
        (["--widths", "6"], 2, "widths are 2 whole numbers, not 6"),
        (["--hidden", "9999999,84"], 2, "at most 1,048,576 are built"),
        (["--weight-decay", "1"], 2, "0 turns it off"),
        (["--folder", ""], 2, "--folder is empty"),
        (["-o", "."], 2, ". cannot be written: it is a folder"),
        (["--colour", "grey"], 2, "--colour"),
        (["--test-share", "0.2"], 2, "--test-share"),
        (["--lr", "-1"], 2, "lr"),
        (["--lr", "nan"], 2, "lr"),
        (["--validation", "120"], 2, "leave none of 120 to learn from"),
        (["--subset", "1000"], 2, "cannot be taken from 120 images"),
        (["--patience", "3"], 2, "early stopping needs validation images"),
        (["--device", "cuda"], 2, "there is no cuda device here"),
        (["--plot", "missing/curve.png"], 2, "its folder does not exist"),
    ],
)
def test_what_cannot_be_run_is_refused_in_words(
    arguments, code, said, stripes, tmp_path, capsys, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    given = arguments if "--data" in arguments else ["--data", str(stripes), *arguments]
    assert run(["train", "lenet", *given]) == code
    err = capsys.readouterr().err
    assert said in err
    assert err.count("error:") == 1
    assert not (tmp_path / "runs").exists()


@pytest.mark.parametrize(
    "options",
    [
        ["--data", "mnist"],
        ["--download"],
        ["--resume"],
        ["--folder", "runs"],
        ["--seed", "0"],
        ["--seeds", "2"],
        ["--epochs", "1"],
        ["--lr", "1"],
        ["--patience", "3"],
        ["--validation", "5"],
        ["--precision", "bfloat16"],
        ["--compile"],
        ["--device", "cpu"],
        ["--save-every", "9"],
        ["--plot", "curve.svg"],
        ["--colour", "rgb", "--picture-size", "28", "--test-share", "0.2"],
    ],
)
def test_options_that_change_nothing_about_a_card_are_refused(options, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert run(["train", "lenet", "--shapes", *options]) == 2
    out, err = capsys.readouterr()
    assert not out
    assert all(name in err for name in options if name.startswith("--"))
    assert "leave out --shapes" in err
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "options",
    [
        ["--recipe", "modern"],
        ["--size", "32"],
        ["--batch", "32"],
        ["--optimiser", "adamw"],
        ["--activation", "relu"],
        ["--pooling", "max"],
        ["--padding", "0"],
        ["--widths", "20,40"],
        ["--hidden", "64,32"],
        ["--classes", "7"],
        ["--channels", "3"],
        ["--format", "json"],
    ],
)
def test_options_that_a_card_takes_change_it(options, capsys):
    run(["train", "lenet", "--shapes"])
    plain = capsys.readouterr().out
    assert run(["train", "lenet", "--shapes", *options]) == 0
    assert capsys.readouterr().out != plain


def test_a_run_that_stops_early_says_when(stripes, tmp_path, capsys):
    """A learning rate of nearly nothing never finds a better epoch than the first."""
    given = ["--data", stripes, "--validation", 20, "--patience", 1, "--epochs", 5, "--lr", 1e-12]
    code, found, err = trained(capsys, *given, "--folder", tmp_path)
    assert code == 0
    assert "stopped early after 2 of 5 epochs: none better in the last 1" in err
    assert found["runs"][0]["reason"] == "stopped early"
    assert found["runs"][0]["epochs"] == 2


def test_pictures_of_several_sizes_and_colours_without_a_test_part_are_trained_on(tmp_path, capsys):
    """Dark and bright pictures; half of them are held back to test on."""
    draw = np.random.default_rng(0)
    for name, level in (("dark", 40), ("bright", 210)):
        (tmp_path / name).mkdir()
        for number in range(24):
            high, wide = draw.integers(20, 60, 2)
            shape = (high, wide, 3) if number % 2 else (high, wide)
            pixels = np.clip(draw.normal(level, 20, shape), 0, 255).astype(np.uint8)
            Image.fromarray(pixels).save(tmp_path / name / f"{number}.png")
    given = ["--data", tmp_path, "--picture-size", 28, "--colour", "grey", "--test-share", 0.5]
    code, found, err = trained(capsys, *given, *QUICK, "--epochs", 30, "--folder", tmp_path / "runs")
    assert code == 0
    said = " ".join(err.split())
    tested = found["runs"][0]["test"]["images"]
    assert 0 < tested < 48
    assert f"{48 - tested} images of 1 x 28 x 28 in 2 classes" in said
    assert found["test_accuracy"]["mean"] == 1.0


def started(*arguments, **options):
    command = [sys.executable, "-m", "kernelkit", "train", "lenet", *map(str, arguments)]
    return subprocess.Popen(command, text=True, env=os.environ | {"OMP_NUM_THREADS": "1"}, **options)


@pytest.mark.parametrize("listener", ["gone", "never there"])
def test_a_run_goes_on_when_nobody_listens(listener, stripes, tmp_path):
    """Standard output and error lead to a pipe whose reader left, or were closed from the start."""
    ears, mouth = os.pipe()
    os.close(ears)
    streams = {"stdout": mouth, "stderr": mouth}
    if listener == "never there":
        streams = {"preexec_fn": lambda: os.closerange(1, 3)}
    given = ["--data", stripes, "--folder", tmp_path, *QUICK, "--plot", tmp_path / "curve.svg"]
    process = started(*given, **streams)
    os.close(mouth)
    assert process.wait(timeout=60) == 0
    assert json.loads((tmp_path / "seed-0" / "result.json").read_text())["reason"] == "finished"
    assert (tmp_path / "curve.svg").exists()
    assert load_file(tmp_path / "seed-0" / "best.safetensors")


def test_of_several_processes_one_says_what_all_of_them_refuse(stripes, tmp_path):
    command = [
        *(sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"),
        *("-m", "kernelkit", "train", "lenet", "--data", str(stripes), "--folder", str(tmp_path)),
        *("--validation", "120"),
    ]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, env=os.environ | {"OMP_NUM_THREADS": "1"}
    )
    assert done.returncode
    assert done.stderr.count("leave none of 120 to learn from") == 1


def test_alexnet_has_only_its_own_recipes(capsys):
    assert run(["train", "alexnet", "--recipe", "best"]) == 2
    assert "alexnet has no recipe 'best'" in capsys.readouterr().err


def test_without_pytorch_the_way_to_get_it_is_said(monkeypatch, capsys):
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    assert run(["train", "lenet"]) == 4
    assert 'pip install "kernelkit[learn]"' in capsys.readouterr().err
    assert run(["train", "lenet", "--shapes"]) == 4


def test_ctrl_c_ends_with_a_checkpoint_and_resume_goes_on(stripes, tmp_path):
    command = [
        *(
            sys.executable,
            "-m",
            "kernelkit",
            "train",
            "lenet",
            "--data",
            str(stripes),
            "--folder",
            str(tmp_path),
        ),
        *("--activation", "relu", "--batch", "8", "--epochs", "400", "--validation", "20"),
    ]
    process = subprocess.Popen(
        command,
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"OMP_NUM_THREADS": "1"},
    )
    for line in process.stderr:
        if line.startswith("epoch   2/400"):
            process.send_signal(signal.SIGINT)
            break
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert not out
    assert "next: the same command with --resume" in err
    assert "Traceback" not in err
    done = len((tmp_path / "seed-0" / "log.jsonl").read_text().splitlines())
    assert 2 <= done < 400
    changed = [*command[:-3], str(done), "--validation", "20"]
    refused = subprocess.run([*changed, "--resume"], capture_output=True, text=True, check=False)
    assert refused.returncode == 2
    assert f"epochs 400 and {done}" in refused.stderr


def test_a_refused_resume_says_nothing_as_if_it_had_begun(stripes, tmp_path, capsys):
    trained(capsys, "--data", stripes, *QUICK, "--folder", tmp_path)
    code, _, err = trained(capsys, "--data", stripes, *QUICK, "--lr", 1, "--folder", tmp_path, "--resume")
    assert code == 2
    assert err.startswith("error:")
    assert "lr 0.01 and 1.0" in err


def test_a_run_goes_on_with_its_data_from_another_place(stripes, tmp_path, capsys):
    given = [*QUICK, "--folder", tmp_path / "runs"]
    _, first, _ = trained(capsys, "--data", stripes, *given)
    shutil.copytree(stripes, tmp_path / "moved")
    code, again, _ = trained(capsys, "--data", tmp_path / "moved", *given, "--resume")
    assert code == 0
    assert again["runs"][0]["test"] == first["runs"][0]["test"]


@pytest.mark.parametrize("option", ["-o", "--plot"])
@pytest.mark.parametrize("name", ["q.svg", "q.svg/out.svg", "q.svg/out.svg/seed-0/a.svg"])
def test_what_is_written_may_not_lie_where_the_run_makes_folders(option, name, stripes, tmp_path, capsys):
    target = tmp_path / name
    target.parent.mkdir(parents=True, exist_ok=True)
    folder = tmp_path / "q.svg" / "out.svg"
    code = run(["train", "lenet", "--data", str(stripes), "--folder", str(folder), option, str(target)])
    assert code == 2
    assert "cannot both be there" in capsys.readouterr().err
    assert not list(tmp_path.rglob("*.json"))


def test_of_few_images_most_are_learned_from(stripes, tmp_path, capsys):
    """The recipe holds back 5,000 of 60,000: a twelfth of 120, and of 48."""
    for number, given in enumerate(([], ["--subset", 48])):
        code, found, err = trained(
            capsys,
            "--recipe",
            "best",
            "--data",
            stripes,
            "--epochs",
            1,
            *given,
            "--folder",
            tmp_path / str(number),
        )
        assert code == 0
        held_back = (48 if given else 120) // 12
        assert found["runs"][0]["validation"]["images"] == held_back
        assert f"validation {held_back} in place of 5000" in " ".join(err.split())


def grey_pictures(folder, part, name, levels):
    (folder / part / name).mkdir(parents=True)
    for level in levels:
        Image.new("L", (28, 28), level).save(folder / part / name / f"{level}.png")


def test_a_single_class_and_test_images_that_were_learned_from_are_noted(tmp_path, capsys):
    grey_pictures(tmp_path, "train", "only", range(10))
    grey_pictures(tmp_path, "test", "only", range(8, 12))
    code, _, err = trained(capsys, "--data", tmp_path, *QUICK, "--folder", tmp_path / "runs")
    assert code == 0
    said = " ".join(err.split())
    assert "note: all training images are of the class only" in said
    assert "note: 2 test images of 4 are among the training images too" in said


def test_data_without_such_faults_are_not_noted(stripes, tmp_path, capsys):
    _, _, err = trained(capsys, "--data", stripes, *QUICK, "--folder", tmp_path)
    assert "nothing to tell apart" not in err
    assert "among the training images" not in err


@pytest.mark.slow
def test_lenet_learns_real_garments_in_three_epochs(tmp_path, capsys):
    """0.65 was seen after three epochs of the published recipe, whose path is rough; guessing is 0.10."""
    code, found, err = trained(capsys, "--data", the_folder(), "--epochs", 3, "--folder", tmp_path)
    assert code == 0
    assert "Fashion-MNIST train: 60,000 images" in err
    assert "known by its content" in " ".join(err.split())
    assert found["runs"][0]["parameters"] == 61_706
    assert found["runs"][0]["test"]["images"] == 10_000
    assert found["test_accuracy"]["mean"] >= 0.6


@pytest.mark.slow
def test_alexnet_takes_ten_steps_at_224_pixels(tmp_path, capsys):
    code = run(
        [
            *(
                "train",
                "alexnet",
                "--data",
                str(the_folder()),
                "--subset",
                "320",
                "--batch",
                "32",
                "--epochs",
                "1",
            ),
            *("--folder", str(tmp_path), "--format", "json"),
        ]
    )
    found = json.loads(capsys.readouterr().out)
    assert code == 0
    (only,) = found["runs"]
    assert only["parameters"] == 46_764_746
    assert only["history"][-1]["step"] == 10
    assert 2.0 < only["history"][-1]["train_loss"] < 2.6  # near ln(10): ten steps are no training
