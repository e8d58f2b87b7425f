"""``kernelkit inspect``: files of weights, tables, kernels by name, all formats, and bad input."""

import json

import numpy as np
import pytest
from inspection.layers import face_api

from kernelkit.cli.app import run


def inspected(capsys, *arguments):
    code = run(["inspect", *map(str, arguments), "--format", "json"])
    out, err = capsys.readouterr()
    return code, json.loads(out) if not code else None, err


def test_a_file_of_weights_is_inspected(capsys, tmp_path):
    np.savez(tmp_path / "net.npz", conv=face_api(), late=np.ones((2, 32, 3, 3)))
    code, found, _ = inspected(capsys, tmp_path / "net.npz", "--stride", "2")
    assert code == 0
    assert found["layer"]["name"] == "conv"
    assert found["layer"]["stride"] == [2, 2]
    assert found["summary"]["chromatic"] == 7
    _, other, _ = inspected(capsys, tmp_path / "net.npz", "--layer", "late")
    assert other["layer"]["shape"] == [2, 32, 3, 3]
    _, blue, _ = inspected(capsys, tmp_path / "net.npz", "--order", "BGR")
    assert blue["layer"]["stored_order"] == "BGR"
    assert blue["filters"][1]["mix"] == pytest.approx(found["filters"][1]["mix"][::-1])


def test_layouts_of_keras(capsys, tmp_path):
    np.save(tmp_path / "k.npy", face_api().transpose(2, 3, 1, 0))
    assert inspected(capsys, tmp_path / "k.npy", "--layout", "HWIO")[1]["layer"]["shape"] == [32, 3, 7, 7]
    code, _, err = inspected(capsys, tmp_path / "k.npy")
    assert code == 2
    assert "--layout HWIO" in err
    np.save(tmp_path / "t.npy", face_api())
    code, _, err = inspected(capsys, tmp_path / "t.npy", "--layout", "HWIO")
    assert code == 2
    assert "leave --layout out" in err


def test_tables_of_two_to_four_axes(capsys):
    assert inspected(capsys, "[[-1,0,1],[-1,0,1]]")[1]["filters"][0]["class"] == "gradient"
    assert len(inspected(capsys, "[[[1,1],[1,1]],[[1,-1],[1,-1]]]")[1]["filters"]) == 2
    assert inspected(capsys, "[[[[1/2,1]],[[0,1]],[[3,1]]]]")[1]["layer"]["shape"] == [1, 3, 1, 2]


def test_kernels_of_the_catalogue(capsys):
    _, found, _ = inspected(capsys, "sobel-x")
    assert found["filters"][0]["operator"] == "8 d/dx (gradient)"
    assert inspected(capsys, "[1]")[0] == 2
    assert inspected(capsys, "derive:2")[1]["layer"]["shape"] == [1, 1, 1, 3]


def test_figures_and_pages_are_written(capsys, tmp_path):
    figure, page = tmp_path / "filters.png", tmp_path / "filters.html"
    code = run(["inspect", "sobel-x", "--plot", str(figure), "--format", "html", "-o", str(page)])
    assert code == 0
    assert capsys.readouterr().out == ""
    assert figure.read_bytes().startswith(b"\x89PNG")
    assert "data:image/png;base64," in page.read_text()
    assert run(["inspect", "sobel-x", "--scale", "filter", "--plot", str(figure)]) == 0
    assert capsys.readouterr().out.startswith("sobel-x: 1 filter of 1 x 3 x 3; 1 gradient")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("absent.pth",), "there is no file 'absent.pth'"),
        (("no/folder",), "there is no file"),
        (("nosuchkernel",), "is no file of weights and no kernel of the catalogue"),
        (("sobel-3d-x",), "on 3 axes"),
        (("[[[[[1]]]]]",), "a table of 5 axes is no layer"),
        (("[[1,2],[3]]",), "equal length"),
        (("[[1,",), "error"),
        (("sobel-x", "--stride", "two"), "is no stride"),
        (("sobel-x", "--stride", "1,2,3"), "is no stride"),
        (("sobel-x", "--stride", "0"), "stride"),
        (("sobel-x", "--order", "RBG"), "--order"),
        (("sobel-x", "--order", "BGR"), "no order of three colours"),
        (("sobel-x", "--scale", "filter"), "--scale filter is for the picture"),
        (("sobel-x", "--scale", "layer", "--format", "json"), "--scale layer is for the picture"),
        (("sobel-x", "--plot", "a.bmp"), "no format"),
        (("sobel-x", "--layer", "conv"), "no layer of"),
        ((".",), "is a folder"),
    ],
)
def test_bad_input_is_refused_in_words(capsys, arguments, words):
    assert run(["inspect", *arguments]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert words in err
    assert "Traceback" not in err
