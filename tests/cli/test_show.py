"""``kernelkit show``: one kernel, lists of kernels, exports, and what is refused."""

import csv
import io
import json

import pytest

from kernelkit import Kernel, named
from kernelkit.catalogue.named import names
from kernelkit.cli.app import run
from kernelkit.export.json import parse


def shown(capsys, *arguments):
    code = run(["show", *arguments])
    out, err = capsys.readouterr()
    return code, out, err


def test_a_kernel_is_shown_with_gain_error_and_source(capsys):
    code, out, _ = shown(capsys, "sobel-x")
    assert code == 0
    assert "8 times d/dx" in out
    assert "1/6 h^2 d^3/dx^3 f + 1/4 h^2 d^3/dxdy^2 f" in out
    assert "Sobel & Feldman 1968" in out


def test_json_is_the_unit_kernel_and_the_published_taps(capsys):
    _, out, _ = shown(capsys, "scharr-x", "--format", "json")
    assert parse(out) == named("scharr-x").kernel
    assert json.loads(out)["published_gain"] == "32"
    _, out, _ = shown(capsys, "scharr-x", "--format", "json", "--published")
    assert parse(out) == named("scharr-x").published


def test_other_formats_export_unit_or_published_taps(capsys):
    _, out, _ = shown(capsys, "sobel-x", "--format", "csv", "--published")
    read = list(csv.DictReader(io.StringIO(out)))
    assert Kernel([((row["y"], row["x"]), row["tap"]) for row in read]) == named("sobel-x").published
    _, out, _ = shown(capsys, "sobel-x", "--format", "python")
    assert "(1, 1): Fraction(1, 8)" in out


def test_all_kernels_are_listed(capsys):
    _, out, _ = shown(capsys, "--format", "csv")
    assert [row["name"] for row in csv.DictReader(io.StringIO(out))] == list(names())


def test_lists_are_of_one_kind_or_of_families(capsys):
    _, out, _ = shown(capsys, "--family", "laplacian", "--format", "json")
    assert {row["family"] for row in json.loads(out)["rows"]} == {"laplacian"}
    _, out, _ = shown(capsys, "--families")
    assert "savgol" in out
    assert "size  samples on a side" in out
    assert max(map(len, out.splitlines())) <= 88
    _, out, _ = shown(capsys, "--families", "--format", "markdown")
    assert "size: samples on a side" in out


def test_the_list_fits_a_terminal_and_says_where_the_sources_are(capsys):
    _, out, _ = shown(capsys)
    assert max(map(len, out.splitlines())) <= 100
    assert out.splitlines()[-1] == (
        "sources stand in the other formats, --format csv; kernelkit show NAME proves one kernel"
    )


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("sobl-x",), "names like it"),
        (("--family", "nothing"), "kinds are"),
        (("sobel-x", "--family", "gradient"), "a name is given"),
        (("--format", "python"), "a list is not written as python"),
        (("sobel-x:size=4",), "odd"),
        (("sobel-x:siz=5",), "size"),
    ],
)
def test_what_cannot_be_shown_is_refused_in_three_lines(capsys, arguments, words):
    code, out, err = shown(capsys, *arguments)
    assert (code, out) == (2, "")
    assert err.startswith("error: ")
    assert words in err
    assert "next: " in err
