"""Masks: kernels in whole numbers, and products of factors along the axes."""

from __future__ import annotations

import functools
import math
from fractions import Fraction
from typing import TYPE_CHECKING, TypeVar

from kernelkit.exact.kernel import Kernel

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Number = TypeVar("Number", int, Fraction)


def whole_taps(kernel: Kernel) -> Kernel:
    """Return the smallest positive multiple of a kernel whose taps are whole numbers: its customary mask.

    Examples
    --------
    >>> whole_taps(Kernel({-1: "-1/6", 0: "1/2", 1: "2/3"}))
    Kernel({-1: -1, 0: 3, 1: 4})
    """
    if not kernel.taps:
        return kernel
    bottom = math.lcm(*(tap.denominator for _, tap in kernel.taps))
    top = math.gcd(*(tap.numerator for _, tap in kernel.taps))
    return kernel * Fraction(bottom, top)


def product(factors: Iterable[Kernel]) -> Kernel:
    """Return the kernel whose factors along the axes are given, in array order.

    Examples
    --------
    >>> product([Kernel({0: 1, 1: 2}), Kernel({-1: -1, 1: 1})])
    Kernel({(0, -1): -1, (0, 1): 1, (1, -1): -2, (1, 1): 2})
    """
    return functools.reduce(Kernel.outer, factors)


def swapped(numbers: Sequence[Number], axis: int) -> tuple[Number, ...]:
    """Return coordinates, or orders of a derivative, with those of the last axis and another one exchanged."""
    changed = list(numbers)
    changed[axis], changed[-1] = changed[-1], changed[axis]
    return tuple(changed)


def transposed(kernel: Kernel, axis: int) -> Kernel:
    """Return the kernel with its last axis and another one exchanged: the mask for y from that for x.

    Examples
    --------
    >>> transposed(Kernel({(0, -1): -1, (0, 1): 1}), 0)
    Kernel({(-1, 0): -1, (1, 0): 1})
    """
    return Kernel.from_ordered(
        kernel.ndim, sorted((swapped(offset, axis), tap) for offset, tap in kernel.taps)
    )
