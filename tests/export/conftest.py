"""The naive loop over taps that outputs are compared with, and how they are compared."""

from __future__ import annotations

import itertools
import re
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
import pytest
from export.kernels import CASES, kernel_of, on_lattice

if TYPE_CHECKING:
    from collections.abc import Callable

    from kernelkit.exact.kernel import Kernel

Place = tuple[Fraction, ...]
Naive = dict[Place, float]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test that asks for ``result`` on all kernels, ``lattice`` on those that fit arrays."""
    if "result" in metafunc.fixturenames:
        metafunc.parametrize("result", CASES.values(), ids=CASES)
    if "lattice" in metafunc.fixturenames:
        kept = {name: result for name, result in CASES.items() if on_lattice(kernel_of(result))}
        metafunc.parametrize("lattice", kept.values(), ids=kept)


@pytest.fixture
def naive() -> Callable[[Kernel, np.ndarray], Naive]:
    """Return a loop over taps: ``(K f)(place)`` wherever all samples exist."""

    def apply(kernel: Kernel, samples: np.ndarray) -> Naive:
        taps = kernel.taps or (((Fraction(0),) * kernel.ndim, Fraction(0)),)
        anchor = taps[0][0]
        values = {}
        for index in itertools.product(*map(range, samples.shape)):
            place = tuple(i - x for i, x in zip(index, anchor, strict=True))
            reads = [tuple(int(p + x) for p, x in zip(place, offset, strict=True)) for offset, _ in taps]
            if all(0 <= i < n for read in reads for i, n in zip(read, samples.shape, strict=True)):
                values[place] = sum(
                    float(tap) * samples[read] for read, (_, tap) in zip(reads, taps, strict=True)
                )
        return values

    return apply


@pytest.fixture
def samples() -> Callable[[int], np.ndarray]:
    """Return random samples of odd shape on a number of axes, larger than all windows."""

    def make(ndim: int) -> np.ndarray:
        shape = {1: (41,), 2: (13, 23), 3: (7, 8, 9)}[ndim]
        return np.random.default_rng(20240229).uniform(-1, 1, shape)

    return make


@pytest.fixture
def agrees() -> Callable[[np.ndarray, str, Naive], None]:
    """Return a check of an output against the loop, at the places that the export's own sentence names."""

    def check(out: np.ndarray, claim: str, expected: Naive) -> None:
        names, places = re.fullmatch(r"[#%] out[\[(](.*)[\])] is the value at \(?(.*?)\)?", claim).groups()
        shifts = []
        for name, place in zip(names.split(", "), places.split(", "), strict=True):
            assert place.startswith(name)
            shifts.append(Fraction(place.removeprefix(name).replace(" ", "") or 0))
        seen = set()
        for index, number in np.ndenumerate(out):
            place = tuple(i + shift for i, shift in zip(index, shifts, strict=True))
            if place in expected:
                seen.add(place)
                assert number == pytest.approx(expected[place], rel=1e-12, abs=1e-12)
        inside = {
            p for p in expected if all(0 <= x - s < n for x, s, n in zip(p, shifts, out.shape, strict=True))
        }
        assert seen == inside
        assert seen

    return check


@pytest.fixture
def usages() -> Callable[[str], list[tuple[str, str]]]:
    """Return the commented calls of an export, each with its sentence on where the output lies."""

    def find(source: str) -> list[tuple[str, str]]:
        lines = source.splitlines()
        calls = [i for i, line in enumerate(lines) if line.startswith("# out = ")]
        return [(lines[i].removeprefix("# "), lines[i + 1]) for i in calls]

    return find
