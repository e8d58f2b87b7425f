"""The page for those who come from MATLAB: its numbers are those that Octave gives."""

import re
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

PAGE = (Path(__file__).parents[2] / "docs" / "coming-from" / "matlab.md").read_text(encoding="utf-8")
SHOWN = [
    np.array([[float(number) for number in row.split()] for row in re.findall(r"\[([-\d. ]+)\]", block)])
    for block in re.findall(r"(?<=\n)(\[\[[-\d.\s\[\]]+?\]\])\n", PAGE)
]
CALLS = ("conv2(A, K, 'same')", "conv2(A, K, 'valid')", "4 * del2(A)", "gradient(A, 2, 4)")


def octave(program: str) -> list[np.ndarray]:
    """Run a program that prints matrices: their shape, then their numbers column by column."""
    done = subprocess.run(
        ["octave", "--no-gui", "--quiet", "--eval", program], capture_output=True, text=True, check=True
    )
    lines = iter(done.stdout.split("\n"))
    return [
        np.array(next(lines).split(), float).reshape([int(n) for n in shape.split()], order="F")
        for shape in lines
        if shape
    ]


@pytest.mark.skipif(shutil.which("octave") is None, reason="octave is not installed")
def test_the_page_shows_what_octave_gives():
    given = re.findall(r">>> ([AK]) = np\.array\((.*)\)\n", PAGE)
    program = "".join(f"{name} = {rows.replace('], [', '; ')};" for name, rows in given)
    for call in CALLS:
        program += f'B = {call}; printf("%d ", size(B)); printf("\\n"); printf("%.17g ", B); printf("\\n");'
    same, valid, bends, slopes = octave(program)
    shown_same, shown_valid, shown_bends, shown_slopes = SHOWN
    assert (shown_same == same).all()
    assert (shown_valid == valid).all()
    assert shown_bends == pytest.approx(bends, abs=1e-12)
    inside = slice(1, -1)
    assert (shown_slopes[:, inside] == slopes[:, inside]).all()
    assert not (shown_slopes == slopes).all()


def test_the_calls_stand_in_the_table():
    for call in CALLS:
        assert f"`{call.replace('2, 4', 'hx, hy')}`" in PAGE.replace("[Fx, Fy] = ", "")
    assert len(SHOWN) == len(CALLS)
