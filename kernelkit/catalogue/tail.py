"""Tails: how much of a kernel without end may be cut off."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from kernelkit.errors import InputError
from kernelkit.exact.rational import rational

if TYPE_CHECKING:
    from kernelkit.exact.rational import Exact

DEFAULT_TAIL = Fraction(1, 10**12)
"""Left out where nothing else is asked for: too little to be seen in binary64 sums of a few hundred taps."""

HEAVIEST_TAIL, LIGHTEST_TAIL = Fraction(1, 100), Fraction(1, 10**20)
"""With more left out the rest is another kernel, with less taps are lost in rounding."""

LARGEST_RADIUS = 600
"""Samples on either side of the centre; kernels that need more are refused."""


def checked_tail(tail: Exact) -> Fraction:
    """Return a tail within its bounds.

    Raises
    ------
    InputError
        It is heavier than `HEAVIEST_TAIL` or lighter than `LIGHTEST_TAIL`.
    """
    share = rational(tail, what="a tail")
    if not LIGHTEST_TAIL <= share <= HEAVIEST_TAIL:
        raise InputError(
            f"a tail lies between 1e-20 and {HEAVIEST_TAIL}",
            why="with more the rest is another kernel, with less taps are lost in rounding",
            next="tail='1e-6' leaves out a millionth",
        )
    return share
