"""Moments of a kernel, degree by degree."""

from __future__ import annotations

from fractions import Fraction
from math import lcm, prod
from typing import TYPE_CHECKING

from kernelkit.exact.moments import axis_scales, of_degree

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kernelkit.exact.factor import MultiIndex
    from kernelkit.exact.kernel import Kernel


def moments_of(kernel: Kernel) -> Iterator[list[tuple[MultiIndex, Fraction]]]:
    """Yield ``(multi-index, moment)`` for all multi-indices of degree 0, then 1, and so on without end.

    Examples
    --------
    >>> import itertools
    >>> from kernelkit.exact.kernel import Kernel
    >>> list(itertools.islice(moments_of(Kernel({-1: 1, 0: -2, 1: 1})), 3))
    [[((0,), Fraction(0, 1))], [((1,), Fraction(0, 1))], [((2,), Fraction(2, 1))]]
    """
    return _line_moments(kernel) if kernel.ndim == 1 else _grid_moments(kernel)


class Moments:
    """The moments of one kernel by degree, computed as far as they are asked for, and only once.

    Examples
    --------
    >>> from kernelkit.exact.kernel import Kernel
    >>> Moments(Kernel({-1: 1, 0: -2, 1: 1}))[2]
    [((2,), Fraction(2, 1))]
    """

    __slots__ = ("_known", "_rest", "kernel")

    def __init__(self, kernel: Kernel) -> None:
        self.kernel = kernel
        self._known: list[list[tuple[MultiIndex, Fraction]]] = []
        self._rest = moments_of(kernel)

    def __getitem__(self, degree: int) -> list[tuple[MultiIndex, Fraction]]:
        while len(self._known) <= degree:
            self._known.append(next(self._rest))
        return self._known[degree]


def _line_moments(kernel: Kernel) -> Iterator[list[tuple[MultiIndex, Fraction]]]:
    """Yield the moments of a 1-D kernel as sums of whole numbers over one denominator."""
    if not kernel.taps:
        degree = 0
        while True:
            yield [((degree,), Fraction(0))]
            degree += 1
    places = [offset for offset, _ in kernel.taps]
    scale = axis_scales(places)[0]
    bottom = _common_denominator(kernel)
    # taps at x and -x enter even moments by their sum and odd ones by their difference, and one of the two
    # is often zero
    even: dict[int, int] = {}
    odd: dict[int, int] = {}
    for (x,), tap in kernel.taps:
        node, weight = _scaled(x, scale), _scaled(tap, bottom)
        even[abs(node)] = even.get(abs(node), 0) + weight
        odd[abs(node)] = odd.get(abs(node), 0) + (weight if node > 0 else -weight)
    halves = [
        [[weight, node * node] for node, weight in even.items() if weight],
        [[weight * node, node * node] for node, weight in odd.items() if weight and node],
    ]
    degree = 0
    unit = bottom
    while True:
        half = halves[degree % 2]
        yield [((degree,), Fraction(sum(pair[0] for pair in half), unit))]
        for pair in half:
            pair[0] *= pair[1]
        unit *= scale
        degree += 1


def _grid_moments(kernel: Kernel) -> Iterator[list[tuple[MultiIndex, Fraction]]]:
    """Yield the moments of a kernel in several dimensions, summed one axis at a time."""
    bottom = _common_denominator(kernel)
    scales = axis_scales([offset for offset, _ in kernel.taps]) or [1] * kernel.ndim
    sums = _AxisSums(
        {tuple(map(_scaled, offset, scales)): _scaled(tap, bottom) for offset, tap in kernel.taps}
    )
    degree = 0
    while True:
        yield [
            (
                alpha,
                Fraction(sums.moment(alpha), bottom * prod(s**k for s, k in zip(scales, alpha, strict=True))),
            )
            for alpha in of_degree(kernel.ndim, degree)
        ]
        degree += 1


class _AxisSums:
    """Weights at whole points; moments are sums over the last axis first, kept for each of its powers.

    On n points a side that costs n^2 sums for a power of the last axis and n for each moment, not n^2.
    """

    def __init__(self, weights: dict[tuple[int, ...], int]) -> None:
        self.weights = weights
        self.summed: dict[int, _AxisSums] = {}

    def moment(self, alpha: MultiIndex) -> int:
        if not alpha:
            return self.weights.get((), 0)
        power = alpha[-1]
        if power not in self.summed:
            sums: dict[tuple[int, ...], int] = {}
            for place, weight in self.weights.items():
                sums[place[:-1]] = sums.get(place[:-1], 0) + weight * place[-1] ** power
            self.summed[power] = _AxisSums({place: total for place, total in sums.items() if total})
        return self.summed[power].moment(alpha[:-1])


def _scaled(number: Fraction, scale: int) -> int:
    """Multiply with a multiple of the denominator, in whole numbers: fractions would look for common divisors."""
    return number.numerator * (scale // number.denominator)


def _common_denominator(kernel: Kernel) -> int:
    return lcm(*(tap.denominator for _, tap in kernel.taps))
