"""Kernels as arrays: taps on a lattice, as whole numbers that stand for them, or as floats."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from kernelkit.exact.kernel import Kernel

LARGEST = 1_000_000
"""Entries of an array; a kernel spread wider has none."""


def places(kernel: Kernel) -> tuple[tuple[int, ...], list[tuple[int, ...]]] | None:
    """Return the shape of the box of a kernel and the index of each tap in it; None off a unit lattice."""
    low = kernel.origin
    shape = tuple(int(extent) + 1 for extent in kernel.width)
    size = 1
    for side in shape:
        size *= side
    if not kernel.taps or size > LARGEST:
        return None
    found = []
    for offset, _ in kernel.taps:
        steps = tuple(x - a for x, a in zip(offset, low, strict=True))
        if any(step.denominator != 1 for step in steps):
            return None
        found.append(tuple(map(int, steps)))
    return shape, found


def marks(kernel: Kernel, tolerance: Fraction = Fraction(0)) -> NDArray[np.int64] | None:
    """Return an array in which equal whole numbers stand for equal taps, and opposite ones for opposite taps.

    Exact taps of any size are compared by it as fast as machine numbers.  Taps count as equal when they differ by
    no more than twice the tolerance, and as zero within it.  None off a unit lattice.
    """
    import numpy as np

    box = places(kernel)
    if box is None:
        return None
    shape, indices = box
    numbers = tap_numbers(kernel, tolerance)
    array = np.zeros(shape, dtype=np.int64)
    for index, (_, tap) in zip(indices, kernel.taps, strict=True):
        number = numbers[abs(tap)]
        array[index] = number if tap > 0 else -number
    return array


def tap_numbers(kernel: Kernel, tolerance: Fraction) -> dict[Fraction, int]:
    """Return a whole number for each size of tap, the same for sizes within twice the tolerance."""
    numbers: dict[Fraction, int] = {}
    last, number = Fraction(0), 0
    for size in sorted({abs(tap) for _, tap in kernel.taps}):
        if size - last > (2 * tolerance if number else tolerance):
            number += 1
        numbers[size] = number
        last = size
    return numbers


def floats(kernel: Kernel) -> NDArray[np.float64] | None:
    """Return the taps over the largest of them, rounded to floats, zeros filled in; None off a unit lattice."""
    import numpy as np

    box = places(kernel)
    if box is None:
        return None
    shape, indices = box
    array = np.zeros(shape)
    # over the largest, so that taps of any size are numbers that floats can hold
    largest = max(abs(tap) for _, tap in kernel.taps)
    for index, (_, tap) in zip(indices, kernel.taps, strict=True):
        array[index] = float(tap / largest)
    return array
