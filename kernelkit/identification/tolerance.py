"""Tolerances: when rounded taps are said to meet a condition, and the simple number a rounded one stands for."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

from kernelkit.errors import InputError
from kernelkit.exact.moments import axis_scales
from kernelkit.exact.rational import Exact, rational

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kernelkit.exact.factor import MultiIndex
    from kernelkit.exact.kernel import Kernel

SIMPLE = 1000
"""Largest denominator of a number that a rounded one is taken for."""

CHANCE = 1000
"""A fraction p/q is recognised within w only if q^2 w is below one over this: others meet some fraction by chance."""

SHORT = 1000
"""A tap with a denominator up to this is exact; nobody rounds to it."""

LONG_DECIMAL = 10**6
"""A decimal with a larger denominator is taken for a rounded number."""

LONG_BINARY = 20
"""A binary fraction with more digits than this is taken for a float."""

PRECISIONS = {
    "float64": Fraction(1, 10**9),
    "float32": Fraction(1, 10**6),
    "float16": Fraction(2, 10**3),
    "bfloat16": Fraction(16, 10**3),
}
"""Largest change of a tap, over the largest tap, for numbers of a type: its rounding, and that of what made them."""

_SINGLE_BITS = 24


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How far every tap may be from the one that is meant.

    A moment is said to vanish within it when a change of every tap by no more than ``size`` makes it vanish.

    Attributes
    ----------
    size
        Largest change of a tap; 0 for exact taps.
    kernel
        Whose moments are looked at.
    """

    size: Fraction
    kernel: Kernel
    _reaches: dict[MultiIndex, Fraction] = field(default_factory=dict, init=False, repr=False, compare=False)

    def of_moment(self, alpha: MultiIndex) -> Fraction:
        """Return the largest change of a moment."""
        if not self.size:
            return self.size
        if alpha not in self._reaches:
            self._reaches[alpha] = self.size * self._reach(alpha)
        return self._reaches[alpha]

    def _reach(self, alpha: MultiIndex) -> Fraction:
        """Return the sum of the absolute monomial over all offsets, in whole numbers over one denominator."""
        scales = axis_scales([offset for offset, _ in self.kernel.taps])
        columns = zip(*(offset for offset, _ in self.kernel.taps), strict=True)
        products = [1] * len(self.kernel)
        for column, scale, k in zip(columns, scales, alpha, strict=True):
            if k:
                powers = {x: int(abs(x) * scale) ** k for x in set(column)}
                products = [product * powers[x] for product, x in zip(products, column, strict=True)]
        return Fraction(sum(products), math.prod(s**k for s, k in zip(scales, alpha, strict=True)))

    def vanishes(self, alpha: MultiIndex, amount: Fraction) -> bool:
        """Whether an amount of the moment ``alpha`` is zero within the tolerance."""
        return abs(amount) <= self.of_moment(alpha)


def tolerance_for(kernel: Kernel, size: Exact | None = None, *, precision: str | None = None) -> Tolerance:
    """Return the tolerance to judge a kernel by.

    Parameters
    ----------
    kernel
        The taps.
    size
        Largest change of a tap, in the unit of the taps.
    precision
        A key of `PRECISIONS`: the type of numbers that the taps came as.  With neither this nor ``size`` the taps
        themselves tell: long binary fractions are floats, of single precision where none needs more digits; long
        decimals are rounded; a kernel with any other fraction, such as 1/3, is exact.
    """
    if size is not None:
        given = (
            Fraction(size)
            if isinstance(size, float) and math.isfinite(size)
            else rational(size, what="a tolerance")
        )
        if given < 0:
            raise InputError(
                "a tolerance must not be negative", next="tolerance=0 asks for exact statements only"
            )
        return Tolerance(given, kernel)
    kind = precision or _precision_of([tap for _, tap in kernel.taps])
    if kind is None or not kernel.taps:
        return Tolerance(Fraction(0), kernel)
    return Tolerance(max(abs(tap) for _, tap in kernel.taps) * PRECISIONS[kind], kernel)


def _precision_of(taps: Sequence[Fraction]) -> str | None:
    """Return the precision that taps look rounded to; None for exact ones."""
    digits = 0
    rounded = False
    for tap in taps:
        below = tap.denominator
        if 10 ** below.bit_length() % below:
            return None  # a fraction that no decimal and no float is
        if below <= SHORT:
            continue
        if not below & (below - 1):
            used = (tap.numerator >> ((tap.numerator & -tap.numerator).bit_length() - 1)).bit_length()
            digits = max(digits, used)
            rounded |= used > LONG_BINARY
        else:
            digits = _SINGLE_BITS + 1
            rounded |= below > LONG_DECIMAL
    if not rounded:
        return None
    return "float32" if digits <= _SINGLE_BITS else "float64"


def recognised(value: Fraction, within: Fraction) -> Fraction:
    """Return the simple number that a rounded one stands for; the number itself where there is none.

    Simple numbers have denominators up to `SIMPLE`, and so small that it would be a strange chance to find one
    within the tolerance.

    Examples
    --------
    >>> recognised(Fraction("0.3333333"), Fraction(1, 10**6)), recognised(Fraction("0.850574"), Fraction(1, 10**9))
    (Fraction(1, 3), Fraction(425287, 500000))
    """
    if not within:
        return value
    low, high = value - within, value + within
    if low <= 0 <= high:
        return Fraction(0)
    low, high, sign = (-high, -low, -1) if high < 0 else (low, high, 1)
    near = _between(*low.as_integer_ratio(), *high.as_integer_ratio())
    if near is None or CHANCE * near.denominator**2 * within > 1:
        return value
    return sign * near


def _between(a: int, b: int, c: int, d: int) -> Fraction | None:
    """Return the simplest fraction from a/b to c/d, both positive, by their continued fractions.

    None where its denominator is larger than `SIMPLE`.
    """
    top, bottom, last_top, last_bottom = 1, 0, 0, 1
    while bottom <= SIMPLE:
        whole = -(-a // b)
        if whole * d <= c:
            found = Fraction(last_top + whole * top, last_bottom + whole * bottom)
            return found if found.denominator <= SIMPLE else None
        whole -= 1
        top, last_top = last_top + whole * top, top
        bottom, last_bottom = last_bottom + whole * bottom, bottom
        a, b, c, d = d, c - whole * d, b, a - whole * b
    return None
