"""Extended Sobel kernels: i / (i^2 + j^2)."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest

from kernelkit.catalogue.inverse_distance import LARGEST, extended_sobel
from kernelkit.catalogue.smoothed_difference import sobel
from kernelkit.errors import InputError, LimitError


@pytest.mark.parametrize("size", [3, 5, 7, 9, 31])
def test_taps_are_one_multiple_of_the_formula(size):
    entry = extended_sobel("x", size=size)
    ratios = {tap / (i / (i * i + j * j)) for (j, i), tap in entry.published.taps}
    assert len(ratios) == 1
    assert len(entry.published) == size * (size - 1)
    assert all(tap.denominator == 1 for _, tap in entry.published.taps)


@pytest.mark.parametrize(("size", "factor"), [(3, 1), (5, 1), (7, 6), (9, 1)])
def test_whole_taps_are_the_smallest_except_in_print(size, factor):
    """Levkine prints the 7x7 mask as 4680 times the formula, six times the smallest."""
    taps = [int(tap) for _, tap in extended_sobel("x", size=size).published.taps]
    assert math.gcd(*taps) == factor


def test_radius_one_is_sobel():
    for axes in ("x", "y"):
        assert extended_sobel(axes, size=3).published == sobel(axes).published


@pytest.mark.parametrize("size", [5, 7, 11])
def test_y_is_the_transpose_of_x_and_both_are_derivatives(size):
    x, y = extended_sobel("x", size=size), extended_sobel("y", size=size)
    assert np.array_equal(np.transpose(x.published.dense()), y.published.dense())
    assert x.gain == y.gain > 0
    assert x.certificate.accuracy == y.certificate.accuracy == 2


@pytest.mark.parametrize(("size", "gain"), [(5, 12), (7, 24)])
def test_gains_of_the_bare_formula(size, gain):
    """The formula itself has gain 12 at radius 2 and 24 at radius 3."""
    entry = extended_sobel("x", size=size)
    scale = dict(entry.published.taps)[Fraction(0), Fraction(1)]
    assert entry.gain / scale == gain


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ({"axes": "xy"}, InputError, "along one axis, not 'xy'"),
        ({"axes": ""}, InputError, "along one axis, not ''"),
        ({"axes": "z"}, InputError, "beyond 2"),
        ({"size": 1}, InputError, "one sample has no derivative"),
        ({"size": 4}, InputError, "odd size, not 4"),
        ({"size": LARGEST + 2}, LimitError, "at most 31 samples on a side"),
    ],
)
def test_kernels_that_do_not_exist_are_refused(arguments, error, words):
    with pytest.raises(error, match=words):
        extended_sobel(**arguments)
