"""``kernelkit compare --libraries``: tables in every format, what is missing, and what is refused."""

import json
import sys

import pytest

from kernelkit.cli.app import run


def test_libraries_are_asked_in_every_format(capsys, tmp_path):
    assert run(["compare", "--libraries", "--format", "json"]) == 0
    rows = {row["call"]: row for row in json.loads(capsys.readouterr().out)["rows"]}
    assert rows["scipy.ndimage.sobel(image, axis=1)"]["scale"] == 8
    assert run(["compare", "--libraries", "[-1,1]", "--format", "csv", "-o", str(tmp_path / "t.csv")]) == 0
    assert "turned around" in (tmp_path / "t.csv").read_text()


def test_a_kernel_may_have_any_name(capsys):
    assert run(["compare", "--libraries", "sobel-x"]) == 0
    out = capsys.readouterr().out
    [convolved] = [line for line in out.splitlines() if line.startswith("scipy.ndimage.convolve")]
    assert "-8 d/dx" in convolved


def test_what_is_not_installed_is_told_with_the_way_to_get_it(capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "cv2", None)
    monkeypatch.setitem(sys.modules, "skimage", None)
    monkeypatch.setitem(sys.modules, "skimage.filters", None)
    assert run(["compare", "--libraries", "[-1,1]"]) == 0
    out, err = capsys.readouterr()
    assert "not installed: cv2, skimage" in err
    assert "pip install opencv-python scikit-image" in err
    assert "cv2" not in out


@pytest.mark.parametrize(
    ("arguments", "next_step"),
    [
        ([], "kernelkit analyse sobel-x scharr-x"),
        (["[1,0,-1]", "sobel-y"], "kernelkit analyse '[1,0,-1]' sobel-y"),
        (["--libraries", "[1,-1]", "sobel-y"], "kernelkit compare --libraries '[1,-1]'"),
        (["--libraries", "sobel-3d-x"], "a kernel of one axis or two"),
        (["--libraries", "no-such"], "kernelkit show"),
    ],
)
def test_what_cannot_be_compared_is_refused(capsys, arguments, next_step):
    assert run(["compare", *arguments]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert next_step in err
