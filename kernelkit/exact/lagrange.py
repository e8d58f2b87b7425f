"""Interpolatory weights on a line, in whole numbers with one division at the end."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


_LONG = 100
"""Pairs of nodes from which on numbers are so long that reducing them early pays."""


def interpolatory_weights(nodes: Sequence[Fraction], moments: Sequence[Fraction | int]) -> list[Fraction]:
    """Return the weights w with ``sum w_i nodes_i**k = moments_k`` for all k below the number of nodes.

    With the node polynomial P(X) = prod (b_j X - a_j) over the nodes a_j / b_j, the weight of node i is the
    target applied to Q_i(X) / Q_i(x_i), Q_i = P / (b_i X - a_i).  By Gauss's lemma Q_i has whole coefficients,
    found from the low side by exact division, and only as many are needed as the target has moments.  For a
    derivative of order d at 0 that is d + 1, so N weights cost O(N d) operations on whole numbers.

    Parameters
    ----------
    nodes
        Distinct nodes.
    moments
        The target's moments 0, 1, ...; moments left out at the end are zero.
    """
    tops = [x.numerator for x in nodes]
    bottoms = [x.denominator for x in nodes]
    keep = len(moments)
    if not any(moments[:-1]) and tops == [-a for a in reversed(tops)] and bottoms == bottoms[::-1]:
        return _mirrored_weights(tops, bottoms, keep - 1, moments[-1])
    low = _low_coefficients(tops, bottoms, keep + 1)
    scale = math.lcm(*(m.denominator for m in moments))
    wanted = [(k, int(m * scale)) for k, m in enumerate(moments) if m]
    slopes = _slopes(tops, bottoms)
    power = len(nodes) - 1
    weights = []
    for a, b, slope in zip(tops, bottoms, slopes, strict=True):
        quotient = _quotient(low, a, b, keep)
        top = sum(quotient[k] * m for k, m in wanted)
        if b != 1:
            top *= b**power
        weights.append(Fraction(top, slope * scale))
    return weights


def _mirrored_weights(
    tops: list[int], bottoms: list[int], order: int, moment: Fraction | int
) -> list[Fraction]:
    """Return the weights for one moment on nodes symmetric about 0, from the upper half of them.

    With z = 1 where 0 is a node, P = X^z R(X^2), and the quotient by (b X - a) is X^z R_i(X^2) (b X + a) with
    R_i = R / (b^2 Y - a^2): half the factors, half the coefficients, half the nodes.
    """
    half = len(tops) // 2
    zero = len(tops) % 2
    upper = [*zip(tops[half + zero :], bottoms[half + zero :], strict=True)]
    squares = [(a * a, b * b) for a, b in upper]
    wanted, odd = divmod(order - zero, 2)
    low = _low_coefficients([a for a, _ in squares], [b for _, b in squares], max(wanted, order // 2) + 1)
    if half > _LONG and _is_lattice(tops, bottoms):
        return _mirror(_lattice_weights(half, low, wanted, odd, moment), low, order, moment, zero)
    weights = []
    slopes = _slopes(tops, bottoms)[half + zero :]
    for (a, b), (aa, bb), slope in zip(upper, squares, slopes, strict=True):
        quotient = 0
        for p in low[: wanted + 1]:
            quotient = (bb * quotient - p) // aa
        top = quotient * (b if odd else a) * moment.numerator
        if b != 1:
            top *= b ** (len(tops) - 1)
        weights.append(Fraction(top, slope * moment.denominator))
    return _mirror(weights, low, order, moment, zero)


def _is_lattice(tops: list[int], bottoms: list[int]) -> bool:
    """Whether the nodes are -m, ..., m."""
    half = len(tops) // 2
    return len(tops) % 2 == 1 and set(bottoms) == {1} and tops == list(range(-half, half + 1))


def _lattice_weights(
    half: int, low: list[int], wanted: int, odd: int, moment: Fraction | int
) -> list[Fraction]:
    """Return the weights at 1, ..., m of the nodes -m, ..., m.

    There the slope over R(0) is (m + i)! (m - i)! / m!^2 up to its sign, a short number once it is reduced, and R(0)
    is taken out of the low coefficients as well: so no greatest common divisor of long numbers is left, which is
    where the time went.
    """
    common = math.gcd(*low)
    short = [p // common for p in low[: wanted + 1]]
    bottom = low[0] // common * moment.denominator
    ratio = Fraction(1)
    weights = []
    for i in range(1, half + 1):
        ratio *= Fraction(i - half - 1, half + i)
        top, unit = 0, 1
        for p in short:
            top -= p * unit
            unit *= i * i
        weights.append(ratio * Fraction(top * moment.numerator * (1 if odd else i), unit * bottom))
    return weights


def _mirror(
    upper: list[Fraction], low: list[int], order: int, moment: Fraction | int, zero: int
) -> list[Fraction]:
    """Add the weight at 0 and those below it, even or odd as the order is."""
    middle = [] if not zero else [Fraction(0) if order % 2 else Fraction(low[order // 2], low[0]) * moment]
    below = [-w for w in reversed(upper)] if order % 2 else upper[::-1]
    return below + middle + upper


def _low_coefficients(tops: list[int], bottoms: list[int], keep: int) -> list[int]:
    """Return the lowest ``keep`` coefficients of prod (b X - a)."""
    low = [1] + [0] * (keep - 1)
    for a, b in zip(tops, bottoms, strict=True):
        for k in range(keep - 1, 0, -1):
            low[k] = b * low[k - 1] - a * low[k]
        low[0] *= -a
    return low


def _quotient(low: list[int], a: int, b: int, keep: int) -> list[int]:
    """Return the lowest ``keep`` coefficients of P / (b X - a), exactly."""
    if not a:
        return low[1 : keep + 1]
    quotient = []
    previous = 0
    for k in range(keep):
        previous = (b * previous - low[k]) // a
        quotient.append(previous)
    return quotient


def _slopes(tops: list[int], bottoms: list[int]) -> list[int]:
    """Return prod over j != i of (a_i b_j - a_j b_i) for every i."""
    count = len(tops)
    first = tops[0]
    if all(b == 1 for b in bottoms) and tops == list(range(first, first + count)):
        # consecutive nodes: i! (n - 1 - i)! with alternating sign, one step of a recurrence each
        slope = math.factorial(count - 1) * (-1) ** (count - 1)
        slopes = [slope]
        for i in range(1, count):
            slope = -slope * i // (count - i)
            slopes.append(slope)
        return slopes
    if all(b == bottoms[0] for b in bottoms):
        unit = bottoms[0] ** (count - 1)
        return [unit * math.prod(a - c for c in tops if c != a) for a in tops]
    pairs = list(zip(tops, bottoms, strict=True))
    return [
        math.prod(a * d - c * b for j, (c, d) in enumerate(pairs) if j != i) for i, (a, b) in enumerate(pairs)
    ]
