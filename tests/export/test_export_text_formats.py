"""python, csv, markdown and julia: what is written reads back as the exact kernel."""

from __future__ import annotations

import csv
import io
import re
import shutil
import subprocess
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest
from export.kernels import kernel_of

from kernelkit.exact.kernel import Kernel
from kernelkit.exact.names import axis_names
from kernelkit.export.base import render

if TYPE_CHECKING:
    from pathlib import Path

    from kernelkit.exact.certify import Certificate

needs_julia = pytest.mark.skipif(shutil.which("julia") is None, reason="julia is not installed")

HUGE = Kernel({0: Fraction(10**40, 3), "1/3": Fraction(1, 10**40), 5: -7})


def _read_python(source: str) -> Kernel:
    names: dict[str, Kernel] = {}
    exec(source, names)  # noqa: S102 - the point of the test: what is exported is run
    return names["kernel"]


def test_python_rebuilds_the_kernel(result: Kernel | Certificate) -> None:
    assert _read_python(render(result, "python")) == kernel_of(result)


def test_python_keeps_long_numbers() -> None:
    assert _read_python(render(HUGE, "python")) == HUGE
    long = Kernel({0: Fraction(7**5000, 3)})
    assert _read_python(render(long, "python")) == long


def test_csv_reads_back(result: Kernel | Certificate) -> None:
    kernel = kernel_of(result)
    header, *rows = csv.reader(io.StringIO(render(result, "csv")))
    places = ["offset"] if kernel.ndim == 1 else [*axis_names(kernel.ndim)]
    assert header == [*places, "tap", "float"]
    exact = [(tuple(map(Fraction, row[:-2])), Fraction(row[-2])) for row in rows]
    assert exact == list(kernel.taps)
    assert [float(row[-1]) for row in rows] == [float(tap) for _, tap in kernel.taps]


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_markdown_table_reads_back(result: Kernel | Certificate) -> None:
    kernel = kernel_of(result)
    lines = render(result, "markdown").splitlines()
    table = [_cells(line) for line in lines if line.startswith("|")]
    assert {len(row) for row in table} == {len(table[0])}
    assert all(re.fullmatch("-+:", cell) for cell in table[1])
    if table[0][0] == "":
        xs = [Fraction(cell.removeprefix("x = ")) for cell in table[0][1:]]
        found = {
            (Fraction(row[0].removeprefix("y = ")), x): Fraction(cell)
            for row in table[2:]
            for x, cell in zip(xs, row[1:], strict=True)
        }
    else:
        found = {tuple(map(Fraction, row[:-2])): Fraction(row[-2]) for row in table[2:]}
        assert [float(row[-1]) for row in table[2:]] == [float(tap) for _, tap in kernel.taps]
    assert Kernel(found, ndim=kernel.ndim) == kernel


def test_markdown_draws_plane_kernels_as_a_grid_and_lists_wide_ones() -> None:
    assert "| y = 0 |" in render(Kernel({(0, 0): 1}), "markdown")
    assert "y = 0" not in render(Kernel({(0, k): 1 for k in range(13)}), "markdown")


def _vector(source: str, name: str) -> list[str]:
    [body] = re.findall(rf"^{name} = \[(.*?)\]$", source, re.MULTILINE | re.DOTALL)
    if "(" in body:
        return re.findall(r"\((.*?)\)", body)
    return [entry.strip() for entry in body.split(",") if entry.strip()]


def _julia_number(text: str) -> Fraction:
    for number in re.findall(r"\d+", text):
        # what Int64 cannot hold must be marked, and only that
        assert (f'big"{number}"' in text or f'big"-{number}"' in text) == (int(number) >= 2**63)
    return Fraction(re.sub(r'big"(-?\d+)"', r"\1", text).replace("//", "/"))


def _julia_kernel(source: str) -> tuple[Kernel, list[float]]:
    offsets = [tuple(map(_julia_number, entry.split(", "))) for entry in _vector(source, "kernel_offsets")]
    taps = map(_julia_number, _vector(source, "kernel_taps"))
    ndim = len(offsets[0])
    return Kernel(zip(offsets, taps, strict=True), ndim=ndim), [
        float(entry) for entry in _vector(source, "kernel_floats")
    ]


def test_julia_vectors_read_back(result: Kernel | Certificate) -> None:
    kernel = kernel_of(result)
    found, floats = _julia_kernel(render(result, "julia"))
    assert found == kernel
    assert floats == ([float(tap) for _, tap in kernel.taps] or [0.0])


def test_julia_marks_what_int64_cannot_hold() -> None:
    source = render(HUGE, "julia")
    assert f'big"{10**40}"//3' in source
    assert f'1//big"{10**40}"' in source
    assert _julia_kernel(source)[0] == HUGE
    edge = render(Kernel({0: 2**63 - 1, 1: 2**63, 2: -(2**63)}), "julia")
    assert f'kernel_taps = [{2**63 - 1}, big"{2**63}", big"-{2**63}"]' in edge


@needs_julia
def test_julia_runs(result: Kernel | Certificate, tmp_path: Path) -> None:
    kernel = kernel_of(result)
    check = """
for (o, t, x) in zip(kernel_offsets, kernel_taps, kernel_floats)
    parts = Rational.((o..., t))
    println(join(("$(numerator(p))/$(denominator(p))" for p in parts), " "), " ", x)
end
"""
    (tmp_path / "kernel.jl").write_text(render(result, "julia") + "\n" + check)
    out = subprocess.run(
        ["julia", "kernel.jl"], cwd=tmp_path, capture_output=True, text=True, check=True
    ).stdout
    rows = [row.split() for row in out.splitlines()]
    found = {tuple(map(Fraction, row[:-2])): Fraction(row[-2]) for row in rows}
    assert Kernel(found, ndim=kernel.ndim) == kernel
    assert [float(row[-1]) for row in rows] == ([float(tap) for _, tap in kernel.taps] or [0.0])
