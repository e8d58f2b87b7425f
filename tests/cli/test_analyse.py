"""``kernelkit analyse``: figures of published tables, sorted, in every format."""

import csv
import io
import json

import pytest
from golden.tables import rows

from kernelkit.cli.app import run

GOLDEN = {row["kernel"]: row for row in rows("analysis", "gradient kernel", key="quantity")}


def analysed(capsys, *arguments):
    code = run(["analyse", *arguments])
    out, err = capsys.readouterr()
    return code, out, err


def test_the_figures_are_those_of_the_golden_table(capsys):
    names = ["sobel-3-x", "scharr-3-x", "prewitt-3-x", "farid-5-x"]
    _, out, _ = analysed(capsys, *names, "--format", "json")
    for row in json.loads(out)["rows"]:
        golden = GOLDEN[row["name"]]
        assert row["noise_gain"] == pytest.approx(float(golden["noise_gain"]), abs=1e-11)
        for key, radius in (
            ("angle_quarter", "pi/4"),
            ("angle_half", "pi/2"),
            ("angle_three_quarters", "3pi/4"),
        ):
            assert row[key] == pytest.approx(float(golden["direction_error_deg"][radius]), abs=2e-6)


def test_rows_are_sorted_on_any_column(capsys):
    _, out, _ = analysed(
        capsys, "sobel-x", "scharr-x", "prewitt-x", "--sort", "angle_half", "--format", "csv"
    )
    assert [row["name"] for row in csv.DictReader(io.StringIO(out))] == ["scharr-x", "sobel-x", "prewitt-x"]
    _, out, _ = analysed(
        capsys, "sobel-x", "scharr-x", "prewitt-x", "--sort", "-noise_gain", "--format", "csv"
    )
    assert [row["name"] for row in csv.DictReader(io.StringIO(out))] == ["scharr-x", "sobel-x", "prewitt-x"]


def test_columns_that_hold_nothing_are_left_out_of_tables(capsys):
    _, out, _ = analysed(capsys, "derive:1:2", "derive:1:4")
    assert "resolved" in out
    assert "anisotropy" not in out
    _, out, _ = analysed(capsys, "laplacian-5pt", "--format", "markdown")
    assert "| anisotropy |" in out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "Missing argument"),
        (("sobel-x", "--sort", "beauty"), "columns are name, computes"),
        (("[0,0]",), "no taps other than zero"),
        (("nothing-x",), "no kernel, no name of the catalogue and no file"),
    ],
)
def test_what_cannot_be_compared_is_refused(capsys, arguments, words):
    code, out, err = analysed(capsys, *arguments)
    assert (code, out) == (2, "")
    assert words in err
