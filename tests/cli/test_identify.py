"""``kernelkit identify``: every way to give a kernel, and bad input in three lines."""

import json

import numpy as np
import pytest
from PIL import Image

from kernelkit.cli.app import run

SOBEL = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])


def identified(capsys, *arguments):
    code = run(["identify", *map(str, arguments), "--format", "json"])
    out, err = capsys.readouterr()
    return code, json.loads(out) if not code else None, err


def test_literals_names_and_derivations(capsys):
    for text, target, scale in (
        ("[[-1,0,1],[-2,0,2],[-1,0,1]]", "d/dx", "8"),
        ("sobel-5-x", "d/dx", "128"),
        ("derive:3:2", "d^3/dx^3", "1"),
        ("kayyali", "d^2/dxdy", "24"),
    ):
        _, found, _ = identified(capsys, text)
        assert (found["readings"][0]["target"], found["readings"][0]["scale"]) == (target, scale)


def test_arrays_tables_and_pictures_of_taps(capsys, tmp_path):
    np.save(tmp_path / "taps.npy", SOBEL / 8)
    np.savetxt(tmp_path / "taps.csv", SOBEL, delimiter=",")
    Image.fromarray((SOBEL * 20 + 128).astype(np.uint8)).save(tmp_path / "taps.png")
    for name, scale, options in (
        ("taps.npy", "1", ()),
        ("taps.csv", "8", ()),
        ("taps.png", "160", ("--zero", "128")),
    ):
        _, found, _ = identified(capsys, tmp_path / name, *options)
        assert (found["readings"][0]["target"], found["readings"][0]["scale"]) == ("d/dx", scale)
        assert found["catalogue"][0]["name"] == "sobel-3-x"


def test_a_tolerance_is_taken(capsys):
    _, found, _ = identified(capsys, "[0.999,-2,1.001]", "--tolerance", "0.01")
    assert (found["readings"][0]["target"], found["exact"]) == ("d^2/dx^2", False)
    _, found, _ = identified(capsys, "[0.999,-2,1.001]")
    assert found["readings"][0]["target"] != "d^2/dx^2"


def save(path, array, **options):
    np.save(path, array, **options)
    return path


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (
            lambda p: save(p / "a.npy", np.array([1, object()], dtype=object), allow_pickle=True),
            "arrays of objects are refused",
        ),
        (lambda p: save(p / "a.npy", np.array([1.0, np.nan])), "holds NaN or infinity, in 1 entry"),
        (lambda p: save(p / "a.npy", np.array([1j])), "not real numbers"),
        (lambda p: save(p / "a.npy", np.zeros((500, 500))), "that is no kernel"),
        (lambda p: save(p / "a.npy", np.zeros((0, 3))), "is no kernel"),
        (lambda p: written(p / "a.npy", b"not an array"), "no npy file"),
        (lambda p: written(p / "a.csv", b"a,b\n1,2\n"), "a column 'a', which says nothing"),
        (lambda p: written(p / "a.csv", b"1,2\n3\n"), "has 1 column, not 2"),
        (lambda p: written(p / "a.csv", b""), "empty"),
        (lambda p: written(p / "a.csv", b"1,nan\n"), "is not an exact number"),
        (lambda p: written(p / "a.csv", b"\xff\xfe\x00"), "UTF-8"),
        (lambda p: written(p / "a.png", b"no picture"), "no picture that can be read"),
        (lambda p: picture(p / "a.png", np.zeros((2, 2, 3), np.uint8)), "not grey"),
        (lambda p: picture(p / "a.png", np.zeros((400, 400), np.uint8)), "that is no kernel"),
        (lambda p: p / "missing.npy", "there is no file"),
        (lambda _: "sobl-x", "names like it"),
        (lambda _: "[1,2", "expected"),
    ],
)
def test_bad_input_gets_three_lines_and_no_traceback(capsys, tmp_path, make, words):
    code, _, err = identified(capsys, make(tmp_path))
    assert code == 2
    assert err.startswith("error: ")
    assert words in err
    assert "next: " in err


def written(path, content):
    path.write_bytes(content)
    return path


def picture(path, array):
    Image.fromarray(array).save(path)
    return path


def test_zero_is_for_pictures_only(capsys):
    code, _, err = identified(capsys, "sobel-x", "--zero", "128")
    assert code == 2
    assert "grey value of a picture" in err
