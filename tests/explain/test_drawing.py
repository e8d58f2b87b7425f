"""Drawings: exact where taps are short, rounded and aligned where they are long."""

import re
from fractions import Fraction

import numpy as np

from kernelkit import Kernel
from kernelkit.explain.drawing import drawn
from kernelkit.explain.paragraphs import WIDTH


def numbers_of(line):
    return [float(word) for word in line.split()[1:]]


def test_short_taps_are_drawn_over_their_common_denominator():
    assert drawn(Kernel({-1: "-1/2", 1: "1/2"})).splitlines() == [
        "  offset  -1  0  1",
        "  tap     -1  0  1    / 2",
    ]


def test_long_taps_are_drawn_rounded_in_place():
    taps = np.random.default_rng(7).normal(size=(3, 5))
    lines = drawn(Kernel.from_array(taps)).splitlines()
    assert lines[0].split() == ["y", "\\", "x", "-2", "-1", "0", "1", "2"]
    for line, row in zip(lines[1:], taps, strict=True):
        assert np.allclose(numbers_of(line), row, atol=6e-6)
    assert len({len(line) for line in lines}) == 1


def test_samples_between_taps_are_drawn_as_zeros():
    lines = drawn(Kernel({-2: Fraction(1 / 3), 2: Fraction(1 / 3)})).splitlines()
    assert lines[0].split() == ["offset", "-2", "-1", "0", "1", "2"]
    assert numbers_of(lines[1]) == [0.333333, 0, 0, 0, 0.333333]


def test_long_rows_take_fewer_digits_and_large_kernels_are_counted():
    wide = Kernel.from_array(np.random.default_rng(1).normal(size=9))
    assert all(len(line) <= WIDTH for line in drawn(wide).splitlines())
    large = Kernel.from_array(np.random.default_rng(1).normal(size=(40, 40)))
    assert drawn(large) == "  1600 taps, from (-19, -19) on; json and csv list them"


def test_kernels_in_space_are_drawn_slice_by_slice():
    taps = np.random.default_rng(3).normal(size=(2, 2, 2))
    text = drawn(Kernel.from_array(taps))
    assert re.findall(r"z = (-?\d)", text) == ["0", "1"]
    assert sum(line.startswith("  y \\ x") for line in text.splitlines()) == 2


def test_uneven_offsets_are_columns_of_their_own():
    lines = drawn(Kernel({0: Fraction(1 / 3), Fraction(1, 3): Fraction(2 / 3)})).splitlines()
    assert lines[0].split() == ["offset", "0", "1/3"]
