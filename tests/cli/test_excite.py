"""``kernelkit excite``: ranks, words and steps before anything is trained."""

import json

import numpy as np
import pytest
from PIL import Image

from kernelkit.cli.app import run


def excited(capsys, *arguments):
    code = run(["excite", *map(str, arguments), "--format", "json"])
    out, err = capsys.readouterr()
    return code, json.loads(out) if not code else None, err


def test_the_image_of_the_post(capsys):
    _, found, _ = excited(capsys, "post", "--size", "1x2")
    assert (found["rank"], found["certainty"]) == (2, "exact")
    assert found["without_bias"]["largest_step"] == pytest.approx(1 / 30)
    assert found["with_bias"]["largest_step"] == pytest.approx(0.01609, abs=5e-6)
    _, found, _ = excited(capsys, "post", "--size", "3x3")
    assert (found["rank"], found["unknowns"], len(found["free"])) == (3, 9, 6)
    assert "three column sums" in found["determined"]


def test_text_says_rank_words_and_steps(capsys):
    run(["excite", "post", "--size", "3x3"])
    out = capsys.readouterr().out
    assert "only the three column sums are determined" in " ".join(out.split())
    assert "[-1, 0, 0, 1, 0, 0, 0, 0, 0]" in out


def test_files_stride_padding_and_the_mean_loss(capsys, tmp_path):
    np.save(tmp_path / "x.npy", np.random.default_rng(0).normal(size=(12, 12)))
    _, total, _ = excited(capsys, tmp_path / "x.npy", "--size", "3", "--stride", 2, "--padding", 1)
    _, mean, _ = excited(
        capsys, tmp_path / "x.npy", "--size", "3", "--stride", 2, "--padding", 1, "--loss", "mean"
    )
    assert total["windows"] == 36
    ratio = mean["without_bias"]["largest_step"] / total["without_bias"]["largest_step"]
    assert ratio == pytest.approx(36)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("post",), "Missing option"),
        (("post", "--size", "9x9"), "9"),
        (("post", "--size", "3 by 3"), "is no size"),
        (("[[1,2],[3]]", "--size", "1"), "equal length"),
        (("[[1,x]]", "--size", "1"), "expected"),
        (("nothing.png", "--size", "1"), "there is no image"),
        (("x" * 300, "--size", "1"), "there is no image"),
        (("", "--size", "1"), "there is no image"),
        (("1,2,4", "--size", "1"), 'next: "[1,2,4]"'),
        (("[1,2,3]", "--size", "2", "--padding", 10**11), "padding"),
        (("[1e-200,2e-200]", "--size", "1"), "rescale"),
    ],
)
def test_bad_input_is_refused(capsys, arguments, words):
    code, _, err = excited(capsys, *arguments)
    assert code == 2
    assert words in err


def test_a_picture_in_colour_is_made_grey_and_that_is_said(capsys, tmp_path):
    colours = np.random.default_rng(0).integers(0, 256, (12, 12, 3)).astype(np.uint8)
    Image.fromarray(colours).save(tmp_path / "photo.png")
    np.save(tmp_path / "grey.npy", colours.mean(axis=2))
    _, found, err = excited(capsys, tmp_path / "photo.png", "--size", 3, "--colour", "mean")
    assert "made grey (mean)" in err
    _, wanted, _ = excited(capsys, tmp_path / "grey.npy", "--size", 3)
    assert found["without_bias"]["largest_step"] == pytest.approx(wanted["without_bias"]["largest_step"])
