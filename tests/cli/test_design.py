"""``kernelkit design``: what it prints, in which formats, and that it is the twin of the API."""

import json
import shlex
import subprocess
import sys
import time
from fractions import Fraction

import numpy as np
import pytest
from optimise.waves import direction_degrees, largest_direction_error, symbol_at

from kernelkit import box, derivative, laplacian, line
from kernelkit.cli import design as command
from kernelkit.cli.app import run
from kernelkit.export import json as json_format
from kernelkit.export.base import FORMATS
from kernelkit.optimise.design import design


def record(arguments: str, capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    assert run(["design", *shlex.split(arguments), "--format", "json"]) == 0
    loaded: dict[str, object] = json.loads(capsys.readouterr().out)
    return loaded


def shown(arguments: str, capsys: pytest.CaptureFixture[str]) -> str:
    assert run(["design", *shlex.split(arguments)]) == 0
    return capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        ("--order 1 --size 7 --accuracy 4", design(derivative(1), line(-3, 3), accuracy=4)),
        (
            "--order 1 --offsets=-3:3 --accuracy 4 --band 1.1rad --denominator 1000",
            design(derivative(1), line(-3, 3), accuracy=4, band="1.1 rad", denominator=1000),
        ),
        (
            "--operator dxx+dyy --size 3 --criterion noise:1,band:10",
            design(laplacian(2), box(1), criterion="noise:1,band:10"),
        ),
        (
            "--order 0,1 --size 3 --criterion direction --form separable",
            design(derivative((0, 1)), box(1), criterion="direction", form="separable"),
        ),
        (
            "--order 1 --size 4",
            design(derivative(1), ["-3/2", "-1/2", "1/2", "3/2"]),
        ),
    ],
)
def test_the_command_is_the_twin_of_the_call(arguments, found, capsys):
    entries = record(arguments, capsys)
    assert json_format.parse(json.dumps(entries)) == found.kernel
    assert entries["design"]["objective"] == found.objective
    assert entries["design"]["criterion"] == found.criterion.name


def test_with_dim_a_single_order_is_a_derivative_along_x(capsys):
    entries = record("--order 1 --size 3 --dim 2 --criterion direction", capsys)
    assert entries["target"] == {"name": "d/dx", "order": 1, "dim": 2}
    assert all(Fraction(entry["offset"][1]) for entry in entries["taps"])
    volume = record("--order 2 --size 3 --dim 3 --criterion noise", capsys)
    assert volume["target"] == {"name": "d^2/dx^2", "order": 2, "dim": 3}


def test_five_taps_win_the_comparison_by_a_figure_that_plain_sums_confirm(capsys):
    out = shown("--order 1 --size 5 --dim 2 --criterion direction", capsys)
    ranks = [line.split() for line in out[out.index("rank") :].splitlines() if line[:6].strip().isdigit()]
    assert ranks[0][:3] == ["1", "this", "design"]
    assert {"scharr-5-x", "farid-5-x", "ando-5-x"} <= {row[1] for row in ranks}
    figures = [float(row[-1]) for row in ranks]
    assert figures == sorted(figures)
    assert 20 * figures[0] < figures[1]
    kernel = json_format.parse(json.dumps(record("--order 1 --size 5 --dim 2 --criterion direction", capsys)))
    assert figures[0] == pytest.approx(largest_direction_error(kernel, np.pi / 2), rel=0.02)
    assert f"objective       {figures[0]:.6g} degrees" in out
    angles = np.linspace(0, np.pi, 181)
    assert np.abs(direction_degrees(kernel, np.pi / 2, angles)).max() < 0.0002
    assert {"sobel-3-x", "prewitt-3-x"} <= {row[1] for row in ranks}
    assert "robinson" not in out
    assert "misprint" not in out


def test_the_printed_value_is_that_of_the_printed_taps(capsys):
    """Read the exact taps back from the text and integrate the square of the error of their symbol."""
    out = shown("--order 1 --size 7 --accuracy 4", capsys)
    taps = {}
    for row in map(str.split, out.splitlines()):
        if len(row) == 3 and "/" in row[2] and row[0].lstrip("-").isdigit():
            taps[int(row[0])] = Fraction(row[2])
            assert float(row[1]) == float(taps[int(row[0])])
    assert sorted(taps) == [-3, -2, -1, 1, 2, 3]
    assert sum(tap * x for x, tap in taps.items()) == 1
    assert sum(tap * x**3 for x, tap in taps.items()) == 0
    nodes, weights = np.polynomial.legendre.leggauss(40)
    waves = nodes * np.pi / 2
    symbol = sum(float(tap) * np.exp(1j * x * waves) for x, tap in taps.items())
    mean = np.sum(weights / 2 * np.abs(symbol - 1j * waves) ** 2)
    assert f"objective       {np.sqrt(mean):.6g}\n" in out
    assert "kernel - exact  0.0197066 h^4 d^5/dx^5 f + ..." in out


def test_the_text_tells_all_there_is_to_know(capsys):
    out = shown("--order 0,1 --size 5 --criterion direction --form separable --denominator 10000", capsys)
    words = [
        "d/dx, accuracy 2, by direction, separable",
        "smoother y  ",
        "derivative x  ",
        "exact taps",
        "largest direction error of the gradient over |w| <= pi/2",
        "before the free taps were rounded",
        "3 of 25 taps; moments and symmetry give the others",
        "degree 2, proved from the exact taps",
        "noise gain",
        "this design",
        "correlation, (K f)(x) = sum tap * f(x + offset)",
        "divide by h",
    ]
    places = [out.index(text) for text in words]
    assert places == sorted(places)


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_is_written_to_a_file_as_to_the_terminal(form, capsys, tmp_path):
    arguments = ["design", "--order", "1", "--size", "5", "--format", form]
    assert run(arguments) == 0
    printed = capsys.readouterr().out
    assert run([*arguments, "-o", str(tmp_path / "kernel")]) == 0
    assert capsys.readouterr().out == ""
    assert (tmp_path / "kernel").read_text() == printed


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        ("--order 1", 2, "no points are given"),
        ("--order 1 --size 5 --offsets=-2:2", 2, "two sets of points"),
        ("--size 5", 2, "no target is given"),
        ("--order 1 --size 5 --criterion bend", 2, "did you mean band?"),
        ("--order 1 --size 5 --band 2", 2, "at most pi"),
        ("--order 1 --size 5 --band x", 2, "a band 'x' is not an exact number"),
        ("--order 1 --size 0", 2, "--size"),
        ("--order 1 --size 99999", 2, "at most 2048 points"),
        ("--order 1 --dim 3 --size 500", 2, "at most 2048 points"),
        ("--order 1,1 --dim 3 --size 5", 2, "--dim is 3"),
        ("--order 3 --size 3", 3, "its d^3/dx^3 is 6"),
        ("--order 1 --size 5 --form half", 2, "half"),
        ("--order 1 --size 5 --denominator 0", 2, "denominator"),
        ("--order 1 --size 5 --denominator 9999999999999999999999999", 2, "10^24"),
        ("--order 1 --size 5 --denominator 1e400", 2, "10^24"),
        ("--order 1 --size 5 --denominator 5/2", 2, "a whole number"),
        ("--order 1 --size 5 --denominator many", 2, "not an exact number"),
        ("--order 1 --size 5 --band 1e400", 2, "not to 1e400"),
        ("--order 1 --size 5 --band 1e-400", 2, "too narrow"),
        ("--order 1 --size 5 --plot x.txt", 2, "png"),
        ("--order 1 --size 5 --picture response", 2, "--plot"),
        ("--order 1 --size 5 --plot x.png --picture direction", 2, "on 2 axes"),
        ("--order 1 --dim 6 --size 3", 2, "limit of work"),
    ],
)
def test_bad_input_is_refused_in_words(arguments, code, words, capsys):
    assert run(["design", *shlex.split(arguments)]) == code
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("error: ")
    assert words in err
    assert "  next: " in err
    assert max(map(len, err.splitlines())) < 200


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("--denominator 1e3", "--denominator 1000"),
        ("--band '1/2 pi'", "--band 1/2"),
        ("--band pi/2", "--band 1/2"),
    ],
)
def test_other_spellings_mean_the_same(first, second, capsys):
    arguments = "--order 1 --size 7 --accuracy 4"
    assert shown(f"{arguments} {first}", capsys) == shown(f"{arguments} {second}", capsys)


@pytest.mark.parametrize("picture", ["stencil", "direction", "response"])
def test_the_designed_kernel_is_drawn_on_request(picture, capsys, tmp_path):
    figure = tmp_path / "kernel.svg"
    arguments = f"--order 1 --dim 2 --size 3 --criterion direction --plot {figure} --picture {picture}"
    assert "this design" in shown(arguments, capsys)
    assert "<svg" in figure.read_text(encoding="utf-8")


def test_up_to_pi_sobel_is_what_three_by_three_samples_allow(capsys):
    out = shown("--order 1 --dim 2 --size 3 --criterion direction --band 1", capsys)
    assert "every tap / 8" in out
    assert "objective       18.5009 degrees" in out
    assert "the wave pi along an axis" in out
    assert ["1", "sobel-3-x", "2", "18.5009"] in [line.split() for line in out.splitlines()]


class Terminal:
    """A standard error that says it is a terminal, or a pipe."""

    def __init__(self, kind):
        self.kind = kind

    def isatty(self):
        """Say so."""
        return self.kind == "terminal"


@pytest.mark.parametrize(
    ("kind", "wait", "told"), [("terminal", 0.3, True), ("terminal", 0, False), ("pipe", 0.3, False)]
)
def test_only_a_terminal_is_told_of_long_work(kind, wait, told, monkeypatch):
    heard = []
    monkeypatch.setattr(sys, "stderr", Terminal(kind))
    monkeypatch.setattr("kernelkit.cli.design.click.echo", lambda words, **_: heard.append(words))
    with command.told_after(0.05, "still searching"):
        time.sleep(wait)
    assert heard == ["still searching"] * told


def test_nothing_but_the_result_is_written_to_a_pipe():
    arguments = [
        sys.executable,
        "-m",
        "kernelkit",
        "design",
        "--order",
        "1",
        "--size",
        "5",
        "--format",
        "csv",
    ]
    done = subprocess.run(arguments, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("offset,tap,float\n-2,")
    assert not done.stderr


def test_designs_are_the_same_at_every_run(capsys):
    arguments = "--order 2 --size 7 --criterion minimax --band 3/4"
    assert shown(arguments, capsys) == shown(arguments, capsys)
    kernel = json_format.parse(json.dumps(record(arguments, capsys)))
    waves = np.linspace(0, 0.75 * np.pi, 2001)
    assert np.abs(symbol_at(kernel, (waves,)) + waves**2).max() < 0.05
