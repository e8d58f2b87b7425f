"""Separability: the exact ranks of a kernel, its factors where it has any, and the best sums of few products."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from kernelkit.analysis.given import check_kernel
from kernelkit.errors import InputError, LimitError, ShapeError
from kernelkit.exact.kernel import Kernel
from kernelkit.exact.linear import rank
from kernelkit.exact.rational import Exact, counted, rational, whole
from kernelkit.identification.tolerance import recognised

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import SupportsIndex

    import numpy as np
    from numpy.typing import NDArray

MOST_ENTRIES = 100_000
"""Entries of the table of taps whose rank is taken; more is refused."""


@dataclass(frozen=True, slots=True)
class Separation:
    """How a kernel splits into kernels along single axes.

    Attributes
    ----------
    ranks
        Rank of the taps along each axis, in array order: how many kernels along that axis are needed.  All 1 for a
        separable kernel.
    factors
        One kernel on a line for each axis, whose outer product times `scale` is the kernel: whole taps without
        a common divisor, the last one positive.  None where the kernel is not separable.
    scale
        The factor that is left over; 1 where there are no factors.
    """

    ranks: tuple[int, ...]
    factors: tuple[Kernel, ...] | None
    scale: Fraction

    @property
    def separable(self) -> bool:
        """Whether one kernel an axis suffices."""
        return self.factors is not None


@dataclass(frozen=True, slots=True)
class LowRank:
    """The best approximation of a plane kernel by a sum of few products, in the sense of least squares.

    Attributes
    ----------
    columns, rows
        Taps along y and along x of each product, of shapes ``(products, height)`` and ``(products, width)``.
    relative_error
        Root of the sum of squared differences over that of the squared taps.
    singular_values
        All singular values of the taps, descending.
    """

    columns: NDArray[np.float64]
    rows: NDArray[np.float64]
    relative_error: float
    singular_values: tuple[float, ...]


def separate(kernel: Kernel, *, tolerance: Exact = 0) -> Separation:
    """Return the ranks and factors of a kernel, exactly or within a tolerance.

    With a tolerance of 0 nothing is rounded: ranks are taken over the rationals, so that a table of rounded taps,
    which looks separable, is told from one that is.

    Parameters
    ----------
    kernel
        Taps at any offsets on one to six axes.
    tolerance
        How far each tap may be off, in the unit of the taps.  Ranks then count the singular values above what such
        a change of all taps can make, and factors are rounded.

    Raises
    ------
    InputError
        A kernel without taps.
    LimitError
        A table of more than `MOST_ENTRIES` entries.

    Examples
    --------
    >>> found = separate(Kernel.from_array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]))
    >>> found.ranks, found.factors, found.scale
    ((1, 1), (Kernel({-1: 1, 0: 2, 1: 1}), Kernel({-1: -1, 1: 1})), Fraction(1, 1))
    """
    check_kernel(kernel, verb="is separated")
    if not kernel.taps:
        raise InputError(
            "a kernel without taps has no factors", next="give at least one tap that is not zero"
        )
    within = Fraction(tolerance) if isinstance(tolerance, float) else rational(tolerance, what="a tolerance")
    if within:
        return _within(kernel, within)
    ranks = tuple(_exact_rank(kernel, axis) for axis in range(kernel.ndim))
    if set(ranks) != {1}:
        return Separation(ranks, None, Fraction(1))
    return _factored(kernel, _primitive)


def _within(kernel: Kernel, tolerance: Fraction) -> Separation:
    """Return ranks by singular values, and factors of the taps through the largest one."""
    import numpy as np

    largest = max(abs(tap) for _, tap in kernel.taps)
    ranks = []
    for axis in range(kernel.ndim):
        table = np.array([[float(tap / largest) for tap in row] for row in _unfolded(kernel, axis)])
        # the norm of a change of every entry by no more than the tolerance
        noise = float(tolerance / largest) * math.sqrt(table.size)
        ranks.append(max(1, int((np.linalg.svd(table, compute_uv=False) > noise).sum())))
    if set(ranks) != {1}:
        return Separation(tuple(ranks), None, Fraction(1))
    return _factored(kernel, lambda along: _over_largest(along, tolerance / largest))


def _factored(
    kernel: Kernel, scaled: Callable[[dict[Fraction, Fraction]], dict[Fraction, Fraction]]
) -> Separation:
    """Return the factors of a kernel of rank 1, read along the axes through its largest tap."""
    pivot, tap = max(kernel.taps, key=lambda pair: abs(pair[1]))
    factors = []
    scale = tap
    for axis in range(kernel.ndim):
        along = {
            offset[axis]: value
            for offset, value in kernel.taps
            if all(x == p for i, (x, p) in enumerate(zip(offset, pivot, strict=True)) if i != axis)
        }
        factor = scaled(along)
        factors.append(Kernel(factor))
        scale /= factor[pivot[axis]]
    return Separation((1,) * kernel.ndim, tuple(factors), scale)


def low_rank(kernel: Kernel, products: SupportsIndex) -> LowRank:
    """Return the best sum of so many products of a kernel along y and one along x.

    Parameters
    ----------
    kernel
        A kernel of the plane whose taps are one step apart.
    products
        Number of products, 1 or more; two passes each.

    Raises
    ------
    ShapeError
        The kernel is not in the plane.
    InputError
        No kernel, one without taps, or less than one product.

    Examples
    --------
    >>> f"{low_rank(Kernel.from_array([[0, 1, 0], [1, -4, 1], [0, 1, 0]]), 1).relative_error:.4f}"
    '0.1005'
    """
    import numpy as np

    check_kernel(kernel, verb="is taken apart")
    if not kernel.taps:
        raise InputError(
            "a kernel without taps has no factors", next="give at least one tap that is not zero"
        )
    if kernel.ndim != len("yx"):
        raise ShapeError(
            f"products of two kernels are for the plane, not for {counted(kernel.ndim, 'axis')}",
            next="separate() gives the ranks on any number of axes",
        )
    count = whole(products, what="a number of products")
    if count < 1:
        raise InputError("at least one product must be asked for", next="low_rank(kernel, 1)")
    _check_size(kernel)
    left, values, right = np.linalg.svd(np.array(kernel.dense(), dtype=float))
    kept = min(count, len(values))
    roots = np.sqrt(values[:kept])
    rest = float(np.linalg.norm(values[kept:]) / np.linalg.norm(values))
    return LowRank((left[:, :kept] * roots).T, right[:kept] * roots[:, None], rest, tuple(map(float, values)))


def _unfolded(kernel: Kernel, axis: int) -> list[list[Fraction]]:
    """Return the taps as a table with a row for each place along an axis."""
    rows = sorted({offset[axis] for offset, _ in kernel.taps})
    columns = sorted({offset[:axis] + offset[axis + 1 :] for offset, _ in kernel.taps})
    if len(rows) * len(columns) > MOST_ENTRIES:
        raise _too_large(len(rows) * len(columns))
    places = dict(kernel.taps)
    return [[places.get((*c[:axis], row, *c[axis:]), Fraction(0)) for c in columns] for row in rows]


def _exact_rank(kernel: Kernel, axis: int) -> int:
    bottom = math.lcm(*(tap.denominator for _, tap in kernel.taps))
    return rank([[int(tap * bottom) for tap in row] for row in _unfolded(kernel, axis)])


def _over_largest(along: dict[Fraction, Fraction], within: Fraction) -> dict[Fraction, Fraction]:
    """Return taps over the last one of the largest, simple numbers where they are near."""
    largest = max(abs(tap) for tap in along.values())
    last = next(tap for tap in reversed(along.values()) if abs(tap) >= largest * (1 - within))
    return {x: recognised(tap / last, 2 * within) for x, tap in along.items()}


def _primitive(along: dict[Fraction, Fraction]) -> dict[Fraction, Fraction]:
    """Return taps as whole numbers without a common divisor, the last one positive."""
    bottom = math.lcm(*(tap.denominator for tap in along.values()))
    numbers = {x: int(tap * bottom) for x, tap in along.items()}
    divisor = math.gcd(*numbers.values())
    if numbers[max(numbers)] < 0:
        divisor = -divisor
    return {x: Fraction(number, divisor) for x, number in numbers.items()}


def _check_size(kernel: Kernel) -> None:
    entries = math.prod(int(extent) + 1 for extent in kernel.width)
    if entries > MOST_ENTRIES:
        raise _too_large(entries)


def _too_large(entries: int) -> LimitError:
    return LimitError(
        f"a table of {entries:,} taps is too large to separate",
        why=f"the limit is {MOST_ENTRIES:,} entries",
        next="cut out the part that is not zero",
    )
