"""Noise: how much of it a kernel lets through."""

from __future__ import annotations

import math
from fractions import Fraction

from kernelkit.errors import InputError, LimitError
from kernelkit.exact.kernel import Kernel


def noise_gain(kernel: Kernel) -> float:
    """Return the deviation of the output for white noise of deviation 1: the root of the sum of squared taps.

    The sum itself is exact: `Kernel.noise_gain_squared`.  Only the root is rounded, once.  Divide a raw mask
    by its gain first, or kernels of different scale are compared.

    Raises
    ------
    InputError
        Not a kernel.
    LimitError
        The root is too large for a float.

    Examples
    --------
    >>> noise_gain(Kernel.from_array([-1, 0, 1]) / 2)
    0.7071067811865476
    """
    if not isinstance(kernel, Kernel):
        raise InputError(
            f"a noise gain belongs to a Kernel, not to {type(kernel).__name__}",
            next="noise_gain(Kernel.from_array([-1, 0, 1]) / 2)",
        )
    squared = kernel.noise_gain_squared
    top, bottom = squared.numerator, squared.denominator
    # a root with 64 bits to spare, so that squares far outside the range of floats still have one
    bits = 64 + max(0, bottom.bit_length() - top.bit_length())
    whole = math.isqrt((top << 2 * bits) // bottom)
    # one more bit says that something was cut off, so that no root falls half way between two floats
    cut = whole * whole * bottom != top << 2 * bits
    root = Fraction(2 * whole + cut, 2 << bits)
    try:
        return float(root)
    except OverflowError as large:
        raise LimitError(
            "the noise gain is too large for a float",
            next="noise_gain_squared is exact at any size",
        ) from large
