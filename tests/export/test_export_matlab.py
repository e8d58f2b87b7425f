"""matlab: the array has MATLAB's order of dimensions, and the sentences place the outputs."""

from __future__ import annotations

import re
import shutil
import subprocess
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
import pytest
from export.kernels import kernel_of

from kernelkit.export.base import render
from kernelkit.export.window import Window

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from kernelkit.exact.certify import Certificate
    from kernelkit.exact.kernel import Kernel

needs_octave = pytest.mark.skipif(shutil.which("octave") is None, reason="octave is not installed")


def _matlab_array(source: str) -> np.ndarray:
    """Read the literal: rows end with ;, numbers with a blank, pages lie along the dimension cat names."""
    [text] = re.findall(r"^taps = (.*?);$", source.replace(" ...\n", " "), re.MULTILINE)
    pages = [
        np.array([[float(x) for x in row.split()] for row in page.split(";")])
        for page in re.findall(r"\[(.*?)\]", text)
    ]
    if text.startswith("["):
        assert len(pages) == 1
        return pages[0]
    assert text.startswith("cat(3, ")
    return np.stack(pages, axis=2)


def test_matlab_array_has_rows_y_columns_x_pages_z(lattice: Kernel | Certificate) -> None:
    kernel = kernel_of(lattice)
    source = render(lattice, "matlab")
    array = _matlab_array(source)
    window = Window.of(kernel)
    expected = np.zeros(window.shape)
    for index, tap in window.entries.items():
        expected[index] = float(tap)
    if kernel.ndim == 3:
        assert "Dimensions are (y, x, z)" in source
        expected = np.moveaxis(expected, 0, 2)
    assert array.tolist() == np.atleast_2d(expected).tolist()


def _as_matlab(samples: np.ndarray) -> np.ndarray:
    return np.moveaxis(samples, 0, 2) if samples.ndim == 3 else np.atleast_2d(samples)


def _moved(values: dict[tuple[Fraction, ...], float]) -> dict[tuple[Fraction, ...], float]:
    """Reorder places as MATLAB does: (y, x), and (y, x, z) from (z, y, x)."""
    padded = {(Fraction(0),) * (2 - len(place)) + place: x for place, x in values.items()}
    return {(*place[-2:], *place[:-2]): x for place, x in padded.items()}


def test_matlab_sentences_place_the_outputs(
    lattice: Kernel | Certificate, samples: Callable, naive: Callable, agrees: Callable
) -> None:
    """By MATLAB's definitions: filter2, convn of the flipped array, imfilter about floor((size + 1) / 2)."""
    kernel = kernel_of(lattice)
    source = render(lattice, "matlab")
    taps = _matlab_array(source)
    f = samples(kernel.ndim)
    moved = _moved(naive(kernel, f))
    f = _as_matlab(f)
    valid, same = [line for line in source.splitlines() if line.startswith("% out(")]
    window = np.lib.stride_tricks.sliding_window_view(f, taps.shape)
    agrees((window * taps).sum(axis=tuple(range(f.ndim, 2 * f.ndim))), valid, moved)
    before = [(n + 1) // 2 - 1 for n in taps.shape]
    padded = np.pad(f, [(b, n - 1 - b) for b, n in zip(before, taps.shape, strict=True)])
    window = np.lib.stride_tricks.sliding_window_view(padded, taps.shape)
    agrees((window * taps).sum(axis=tuple(range(f.ndim, 2 * f.ndim))), same, moved)


@needs_octave
def test_octave_runs_the_calls(
    lattice: Kernel | Certificate, samples: Callable, naive: Callable, agrees: Callable, tmp_path: Path
) -> None:
    kernel = kernel_of(lattice)
    source = render(lattice, "matlab")
    f = samples(kernel.ndim)
    moved = _moved(naive(kernel, f))
    f = _as_matlab(f)
    claim = next(line for line in source.splitlines() if line.startswith("% out("))
    calls = re.findall(r"% (?:filter2|conv2|convn) \w+: +(out = .*)", source)
    assert calls
    numbers = " ".join(map(repr, f.ravel(order="F").tolist()))
    for call in calls:
        script = f"{source}\nf = reshape([{numbers}], [{' '.join(map(str, f.shape))}]);\n{call}\n"
        script += (
            'printf("%d ", [size(out), ones(1, 3 - ndims(out))]); printf("\\n"); printf("%.17g\\n", out);'
        )
        (tmp_path / "kernel_script.m").write_text(script)
        done = subprocess.run(
            ["octave", "--no-gui", "--quiet", "kernel_script.m"],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=True,
        )
        shape, *values = done.stdout.strip().split("\n")
        out = np.array([float(x) for x in values]).reshape(
            [int(n) for n in shape.split()][: f.ndim], order="F"
        )
        agrees(out, claim, moved)
