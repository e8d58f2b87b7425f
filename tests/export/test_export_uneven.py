"""Uneven cells: every format takes the samples in a row, and gives the derivative of polynomials."""

from __future__ import annotations

import csv
import json
import re
import shutil
import subprocess
from fractions import Fraction
from itertools import accumulate
from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch
from export.latex_reader import evaluated

from kernelkit.errors import InputError
from kernelkit.exact.certify import Certificate, certify
from kernelkit.exact.derive import derive
from kernelkit.exact.functional import derivative
from kernelkit.exact.kernel import Kernel
from kernelkit.exact.offsets import Stencil
from kernelkit.export.base import FORMATS, NAMED, Sheet, render
from kernelkit.export.csv import parse as parse_csv
from kernelkit.export.json import parse as parse_json

if TYPE_CHECKING:
    from pathlib import Path

H = 0.25
"""A cell is so many times its width."""

LINES = {
    "doubling": (1, ["1", "2", "4", "8", "16", "32"], 0),
    "middle": (2, ["1", "2"], 1),
    "zero tap": (1, ["2", "2"], 1),
    "stretched": (3, ["1", "1.1", "1.21", "1.331"], 4),
    "value": (0, ["1", "3"], 1),
}


@pytest.fixture(params=LINES.values(), ids=LINES)
def line(request: pytest.FixtureRequest) -> tuple[Certificate, list[Fraction]]:
    """Return a kernel on uneven cells, and the places of all nodes."""
    order, widths, base = request.param
    ends = list(accumulate(map(Fraction, widths), initial=Fraction(0)))
    nodes = [end - ends[base] for end in ends]
    return certify(derive(derivative(order), nodes), derivative(order)), nodes


def samples(nodes: list[Fraction]) -> list[float]:
    """Sample 2 + 3 x + 5 x^2 / 2 + 7 x^3 / 6 where the cells are H times their widths."""
    return [float(2 + 3 * x + 5 * x**2 / 2 + 7 * x**3 / 6) for x in (Fraction(H) * node for node in nodes)]


def expected(certificate: Certificate) -> float:
    """Return its derivative at 0, with the error: of a cubic no kernel here has more than one term of it."""
    order = certificate.target.order
    derivatives = [2.0, 3.0, 5.0, 7.0]
    error = sum(
        float(term.coefficient) * H**term.h_power * derivatives[term.derivative[0]]
        for term in certificate.leading_terms
        if term.derivative[0] < len(derivatives)
    )
    return derivatives[order] + error


def scaled(value: float, certificate: Certificate) -> float:
    return value / H**certificate.target.order


MAIN = """
#include <stdio.h>
#include "kernel.c"
#include "other.c"
int main(void)
{
    const double row[] = {%s};
    printf("%%a\\n", slope_sum(row, %s));
    return kernel_count != 3;
}
"""


@pytest.mark.skipif(shutil.which("gcc") is None, reason="gcc is not installed")
def test_c_takes_the_samples_in_a_row_and_kernels_of_two_names_live_in_one_program(
    line: tuple[Certificate, list[Fraction]], tmp_path: Path
) -> None:
    certificate, nodes = line
    (tmp_path / "kernel.c").write_text(render(certificate, "c", nodes=nodes, name="slope") + "\n")
    second = derivative(2)
    (tmp_path / "other.c").write_text(render(certify(derive(second), second), "c") + "\n")
    row = ", ".join(map(repr, samples(nodes)))
    (tmp_path / "main.c").write_text(MAIN % (row, H))
    strict = ["gcc", "-std=c99", "-Wall", "-Wextra", "-Werror", "-pedantic", "-Wno-unused-function"]
    done = subprocess.run([*strict, "main.c"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    shown = subprocess.run(["./a.out"], cwd=tmp_path, capture_output=True, text=True, check=True).stdout
    assert float.fromhex(shown.strip()) == pytest.approx(expected(certificate), rel=1e-12)


FORTRAN = """
program main
  use, intrinsic :: iso_fortran_env, only: real64
  use slope
  implicit none
  print '(es24.16)', sum(slope_taps * [%s])
end program main
"""


@pytest.mark.skipif(shutil.which("gfortran") is None, reason="gfortran is not installed")
def test_fortran_has_a_tap_for_each_sample_in_a_row(
    line: tuple[Certificate, list[Fraction]], tmp_path: Path
) -> None:
    certificate, nodes = line
    (tmp_path / "kernel.f90").write_text(render(certificate, "fortran", nodes=nodes, name="slope") + "\n")
    row = ", &\n".join(f"{x!r}_real64" for x in samples(nodes))
    (tmp_path / "main.f90").write_text(FORTRAN % row)
    subprocess.run(["gfortran", "-std=f2008", "kernel.f90", "main.f90"], cwd=tmp_path, check=True)
    shown = subprocess.run(["./a.out"], cwd=tmp_path, capture_output=True, text=True, check=True).stdout
    assert scaled(float(shown), certificate) == pytest.approx(expected(certificate), rel=1e-12)


@pytest.mark.parametrize("form", ["numpy", "torch"])
def test_the_line_that_applies_an_array_is_right(form: str, line: tuple[Certificate, list[Fraction]]) -> None:
    """The row stands between other numbers, so that a place wrong by one is seen."""
    certificate, nodes = line
    row = [99.0, 99.0, *samples(nodes), 99.0]
    make = np.array if form == "numpy" else lambda numbers: torch.tensor(numbers, dtype=torch.float64)
    names: dict[str, object] = {"f": make(row), "i": 2 + nodes.index(Fraction(0))}
    source = render(certificate, form, nodes=nodes)
    exec(source + "\n" + source.splitlines()[-1].removeprefix("# "), names)  # noqa: S102 - what is exported is run
    assert scaled(float(names["out"]), certificate) == pytest.approx(expected(certificate), rel=1e-12)  # type: ignore[arg-type]  # a number


def test_matlab_counts_from_the_node_of_evaluation(line: tuple[Certificate, list[Fraction]]) -> None:
    certificate, nodes = line
    source = render(certificate, "matlab", nodes=nodes)
    [taps] = re.findall(r"^taps = \[(.*)\];$", source.replace(" ...\n", " "), re.MULTILINE)
    assert [float(tap) for tap in taps.split()] == [float(dict(pairs(certificate)).get(x, 0)) for x in nodes]
    [first, last] = re.findall(r"f\(i(.*):i(.*)\)\);$", source)[0]
    base = nodes.index(Fraction(0))
    shifts = [int(text.replace(" ", "") or 0) for text in (first, last)]
    assert shifts == [-base, len(nodes) - 1 - base]


def pairs(certificate: Certificate) -> list[tuple[Fraction, Fraction]]:
    return [(x, tap) for (x,), tap in certificate.kernel.taps]


def test_opencv_cannot_slide_over_uneven_cells() -> None:
    kernel = Kernel({-1: 1, 0: -1})
    with pytest.raises(InputError, match=r"cv2.filter2D slides one kernel over even cells"):
        render(kernel, "opencv", nodes=[-1, 0, 2])


def test_tables_have_every_node(line: tuple[Certificate, list[Fraction]]) -> None:
    certificate, nodes = line
    taps = [dict(pairs(certificate)).get(x, Fraction(0)) for x in nodes]
    rows = list(csv.DictReader(render(certificate, "csv", nodes=nodes).splitlines()))
    assert [(Fraction(row["place"]), Fraction(row["tap"])) for row in rows] == list(
        zip(nodes, taps, strict=True)
    )
    entries = json.loads(render(certificate, "json", nodes=nodes))
    assert [Fraction(entry["offset"][0]) for entry in entries["taps"]] == nodes
    assert [Fraction(entry["tap"]) for entry in entries["taps"]] == taps
    assert entries["base"] == nodes.index(Fraction(0))
    names: dict[str, Kernel] = {}
    exec(render(certificate, "python", nodes=nodes), names)  # noqa: S102 - what is exported is run
    assert names["kernel"] == certificate.kernel


@pytest.mark.parametrize(("form", "parse"), [("csv", parse_csv), ("json", parse_json)])
def test_places_are_not_read_back_as_counts_of_samples(form: str, parse: object) -> None:
    kernel = derive(derivative(1), [-1, 0, 2])
    with pytest.raises(InputError, match="this kernel is for uneven cells"):
        parse(render(kernel, form, nodes=[-1, 0, 2]))  # type: ignore[operator]  # a function


@pytest.mark.parametrize("form", [form for form in FORMATS if form not in {"opencv", "csv", "json"}])
def test_nothing_says_that_places_count_samples(form: str) -> None:
    kernel = derive(derivative(1), [-1, 0, 2])
    source = render(certify(kernel, derivative(1)), form, nodes=[-1, 0, 2])
    assert "at node 1 of 0..2, accuracy 2" in source
    prose = re.sub(r"\s+(#|//|!|%)?\s*", " ", source)
    assert "for cells of width 1, 2, where h = 1; for h times these: divide by h" in prose
    assert "count samples" not in source
    assert "convol" not in source


def test_text_numbers_the_nodes() -> None:
    text = render(certify(derive(derivative(1), [-1, 0, 1]), derivative(1)), nodes=[-1, 0, 1])
    assert "  node     0  1  2\n  offset  -1  0  1\n  tap     -1  0  1    / (2 h)" in text


def test_a_long_error_has_a_decimal_beside_it() -> None:
    nodes = [*STRETCHED, Fraction("7.71561"), Fraction("9.487171")]
    certificate = certify(derive(derivative(1), nodes), derivative(1))
    for form in ("text", "c"):
        source = re.sub(r"\s+(//)?\s*", " ", render(certificate, form, nodes=nodes))
        [exact, about] = re.findall(r"(\S+) h\^7 d\^8/dx\^8 f", source)
        assert float(about) == pytest.approx(float(Fraction(exact)), rel=1e-5)
    [squares] = re.findall(r"sum of squared taps about (\S+),", render(certificate, nodes=nodes))
    assert float(squares) == pytest.approx(float(certificate.kernel.noise_gain_squared), rel=1e-5)


STRETCHED = [
    Fraction(0),
    Fraction(1),
    Fraction("2.1"),
    Fraction("3.31"),
    Fraction("4.641"),
    Fraction("6.1051"),
]


def test_what_is_too_long_to_be_read_has_decimals_beside_it() -> None:
    """The decimals round the exact numbers that they stand beside."""
    certificate = certify(derive(derivative(1), STRETCHED), derivative(1))
    text = render(certificate, nodes=STRETCHED)
    rows = text.split("\n\n")[1].splitlines()
    assert rows[0].split() == ["node", "offset", "tap", "/", "h", "about", "/", "h"]
    for row in rows[1:]:
        _, _, exact, about = row.split()
        assert float(about) == pytest.approx(float(Fraction(exact)), rel=1e-5)


def test_latex_has_one_sample_a_line_where_fractions_are_long() -> None:
    certificate = certify(derive(derivative(1), STRETCHED), derivative(1))
    source = render(certificate, "latex", nodes=STRETCHED)
    decimals = re.findall(r" && \(\\approx (\S+)\)", source)
    assert [float(x) for x in decimals] == pytest.approx(
        [float(tap) for _, tap in pairs(certificate)], rel=1e-5
    )
    plain = re.sub(r" && \(\\approx \S+\)", "", source).replace(
        "[ \\begin{aligned}\n& +", "[ \\begin{aligned}\n&"
    )
    for degree in range(7):
        left, right = evaluated(plain, (degree,), Fraction(2, 7))
        assert left == right


@pytest.mark.parametrize("nodes", [[-1, 1], [0, 1], [(0, 0), (0, 1)]])
def test_nodes_must_have_x_and_all_taps(nodes: list[object]) -> None:
    with pytest.raises(InputError, match="the nodes of uneven cells lack x or a place that has a tap"):
        render(Kernel({-1: 1, 0: -1}), "c", nodes=nodes)


def test_a_sheet_without_nodes_has_the_taps_of_its_kernel() -> None:
    kernel = Kernel({-1: 1, 1: 2})
    assert Sheet(kernel, None).taps == kernel.taps
    assert Sheet(kernel, None, Stencil.of([-1, 0, 1])).taps == (((-1,), 1), ((0,), 0), ((1,), 2))


@pytest.mark.parametrize("form", NAMED)
def test_code_calls_the_kernel_as_asked(form: str) -> None:
    kernel = Kernel({-1: 1, 1: 2})
    usual = render(kernel, form)
    identifier = re.compile(
        r"\bkernel(?=_)|(?<=module )kernel|^kernel(?= =)|kernel(?=\.flipped)", re.MULTILINE
    )
    assert identifier.search(usual)
    assert render(kernel, form, name="slope") == identifier.sub("slope", usual)


@pytest.mark.parametrize("name", ["2nd", "a b", "class", "a" * 41, "d/dx", "été", "_x"])
def test_what_cannot_name_a_variable_is_refused(name: str) -> None:
    with pytest.raises(InputError, match="cannot name a kernel"):
        render(Kernel({0: 1}), "c", name=name)


@pytest.mark.parametrize("form", [form for form in FORMATS if form not in NAMED])
def test_formats_without_names_refuse_one(form: str) -> None:
    with pytest.raises(InputError, match=f"{form} has no name of the kernel"):
        render(Kernel({0: 1}), form, name="slope")
