"""c and fortran: what is written compiles without a warning and holds the same bits."""

from __future__ import annotations

import math
import re
import shutil
import struct
import subprocess
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from kernelkit.errors import LimitError
from kernelkit.exact.certify import Certificate, certify
from kernelkit.exact.derive import derive
from kernelkit.exact.functional import derivative, value
from kernelkit.exact.kernel import Kernel
from kernelkit.export.base import Sheet, render

if TYPE_CHECKING:
    from pathlib import Path

STRICT_C = ["gcc", "-std=c99", "-Wall", "-Wextra", "-Werror", "-pedantic"]
STRICT_FORTRAN = ["gfortran", "-std=f2008", "-Wall", "-Wextra", "-Werror", "-pedantic"]

needs_gcc = pytest.mark.skipif(shutil.which("gcc") is None, reason="gcc is not installed")
needs_gfortran = pytest.mark.skipif(shutil.which("gfortran") is None, reason="gfortran is not installed")

SPACING = 0.1
AXIS = 40


def sheet_of(result: Kernel | Certificate) -> Sheet:
    return Sheet(result, None) if isinstance(result, Kernel) else Sheet(result.kernel, result)


def taps_of(kernel: Kernel) -> list[tuple[tuple[Fraction, ...], Fraction]]:
    """Return the taps, or the one zero that stands for none."""
    return list(kernel.taps) or [((Fraction(0),) * kernel.ndim, Fraction(0))]


def bits(number: float) -> str:
    return struct.pack(">d", number).hex()


def built(command: list[str], cwd: Path) -> list[str]:
    """Compile, refusing any word from the compiler, run, and return the lines printed."""
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")
    return subprocess.run(["./a.out"], cwd=cwd, capture_output=True, text=True, check=True).stdout.split("\n")


def whole(kernel: Kernel) -> bool:
    return all(x.denominator == 1 for offset, _ in kernel.taps for x in offset)


def sample(place: int) -> float:
    """Return the same float as the C and Python sides: a quotient of small integers."""
    return (place * place % 17 - 8) / 7


def expected_sum(result: Kernel | Certificate) -> float:
    """Add in the order of the taps, in floats, then scale as the exported function does."""
    sheet = sheet_of(result)
    total = 0.0
    for i, (offset, tap) in enumerate(taps_of(sheet.kernel)):
        at = sum(int(x) * AXIS**k for k, x in enumerate(reversed(offset))) if applies(sheet) else i
        total += float(tap) * sample(at)
    power = sheet.h_power or 0
    scale = math.prod([SPACING] * abs(power))
    return total * scale if power > 0 else total / scale if power else total


def applies(sheet: Sheet) -> bool:
    return sheet.h_power is not None and whole(sheet.kernel)


C_MAIN = """
#include <stdio.h>
#include "kernel.c"
static double sample(int place) {{ return (place * place % 17 - 8) / 7.0; }}
int main(void)
{{
    static double f[140001];
    for (int i = -70000; i <= 70000; i++)
        f[i + 70000] = sample(i);
    printf("%d %d\\n", kernel_ndim, kernel_count);
    for (int i = 0; i < kernel_count; i++) {{
        for (int k = 0; k < kernel_ndim; k++)
            printf("%a ", (double){offset});
        printf("%a\\n", kernel_taps[i]);
    }}
    {stride}
    printf("%a\\n", {call});
    return 0;
}}
"""


@needs_gcc
def test_c_holds_the_nearest_floats_and_applies_them(result: Kernel | Certificate, tmp_path: Path) -> None:
    sheet = sheet_of(result)
    kernel = sheet.kernel
    source = render(result, "c")
    (tmp_path / "kernel.c").write_text(source + "\n")
    steps = ", ".join(str(AXIS**k) for k in reversed(range(kernel.ndim)))
    if applies(sheet):
        stride = f"ptrdiff_t stride[] = {{{steps}}};" if kernel.ndim > 1 else ""
        call = f"kernel_at(f + 70000, {'stride, ' if stride else ''}{SPACING})"
    else:
        stride = ""
        call = f"kernel_sum(f + 70000{f', {SPACING}' if sheet.h_power is not None else ''})"
    offset = "kernel_offsets[i]" if kernel.ndim == 1 else "kernel_offsets[i][k]"
    (tmp_path / "main.c").write_text(C_MAIN.format(offset=offset, stride=stride, call=call))
    first, *rows, last, _ = built([*STRICT_C, "main.c"], tmp_path)
    taps = taps_of(kernel)
    assert first == f"{kernel.ndim} {len(taps)}"
    numbers = [[float.fromhex(text) for text in row.split()] for row in rows]
    assert numbers == [[*map(float, offset), float(tap)] for offset, tap in taps]
    assert bits(float.fromhex(last)) == bits(expected_sum(result))


@needs_gcc
def test_c_compiles_alone_without_a_warning(result: Kernel | Certificate, tmp_path: Path) -> None:
    """Constants that nobody uses yet are no reason for a warning."""
    (tmp_path / "kernel.c").write_text(render(result, "c") + "\n")
    done = subprocess.run(
        [*STRICT_C, "-c", "kernel.c"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


@needs_gcc
def test_c_takes_offsets_beyond_int_as_double(tmp_path: Path) -> None:
    source = render(certify(Kernel({0: -1, 2**31: 1}), derivative(1)), "c")
    assert "static const double kernel_offsets[] = {0.0, 2147483648.0}" in source
    (tmp_path / "kernel.c").write_text(source + "\n")
    done = subprocess.run(
        [*STRICT_C, "-c", "kernel.c"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


FORTRAN_MAIN = """
program main
  use, intrinsic :: iso_fortran_env, only: real64, int64
  use kernel
  implicit none
  integer :: i
  print '(i0, 1x, i0)', kernel_ndim, kernel_count
  do i = 1, kernel_count
    print '(*(z16.16, 1x))', transfer(real({offset}, real64), [0_int64]), transfer(kernel_taps(i), 0_int64)
  end do
end program main
"""


@needs_gfortran
def test_fortran_holds_the_nearest_floats(result: Kernel | Certificate, tmp_path: Path) -> None:
    kernel = sheet_of(result).kernel
    check_fortran(kernel, render(result, "fortran"), tmp_path)


@needs_gfortran
@pytest.mark.parametrize("ndim", [1, 2])
def test_fortran_splits_what_one_statement_cannot_hold(ndim: int, tmp_path: Path) -> None:
    """Fortran 2008 allows 255 continuation lines."""
    kernel = Kernel({((k % 7,) * (ndim - 1) + (k,)): Fraction(1, k + 3) for k in range(600)})
    check_fortran(kernel, render(kernel, "fortran"), tmp_path)


@needs_gfortran
def test_fortran_reads_subnormal_and_large_taps(tmp_path: Path) -> None:
    kernel = Kernel({0: Fraction(3, 2**1070), 1: Fraction(10) ** 300, 2: Fraction(1, 3 * 10**20)})
    check_fortran(kernel, render(kernel, "fortran"), tmp_path)


def check_fortran(kernel: Kernel, source: str, tmp_path: Path) -> None:
    assert max(map(len, source.splitlines())) <= 132
    (tmp_path / "kernel.f90").write_text(source + "\n")
    offset = "[kernel_offsets(i)]" if kernel.ndim == 1 else "kernel_offsets(:, i)"
    (tmp_path / "main.f90").write_text(FORTRAN_MAIN.format(offset=offset))
    first, *rows, _ = built([*STRICT_FORTRAN, "kernel.f90", "main.f90"], tmp_path)
    taps = taps_of(kernel)
    assert first == f"{kernel.ndim} {len(taps)}"
    assert [row.lower().split() for row in rows] == [
        [*map(bits, map(float, (*place, tap)))] for place, tap in taps
    ]


@needs_gcc
def test_c_writes_every_power_of_h(tmp_path: Path) -> None:
    """A high order has a long product, and it is folded into lines."""
    target = derivative(40)
    result = certify(derive(target), target)
    source = render(result, "c")
    assert len(re.findall(r"\bh\b", source.split("return sum")[1])) == 40
    assert max(map(len, source.splitlines())) <= 120
    (tmp_path / "kernel.c").write_text(source + "\n")
    done = subprocess.run(
        [*STRICT_C, "-c", "kernel.c"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    "name", ["c", "fortran", "julia", "csv", "markdown", "numpy", "torch", "opencv", "matlab"]
)
def test_taps_beyond_the_range_of_floats_are_refused(name: str) -> None:
    with pytest.raises(LimitError, match="too large for float64"):
        render(Kernel({0: Fraction(10) ** 309}), name)


@pytest.mark.parametrize("name", ["c", "fortran"])
def test_values_have_no_power_of_h(name: str) -> None:
    source = render(certify(Kernel({0: 1}), value()), name)
    assert "Scaling: no power of h." in source
    assert "/ h" not in source


@pytest.mark.parametrize("name", ["c", "fortran"])
def test_exact_taps_stand_beside_their_floats_where_there_is_room(name: str) -> None:
    source = render(Kernel({-1: "1/3", 2: Fraction(1, 3**9999)}), name)
    assert re.search(r"0\.3333333333333333.*-1: 1/3\n", source)
    assert re.search(r" 0\.0.* 2\n", source)
