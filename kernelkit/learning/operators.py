"""Operators of learned taps: which natural ones their moments agree with, and the exact kernels nearest to the taps."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING

from kernelkit.errors import UnsolvableError
from kernelkit.exact.functional import biharmonic, derivative, laplacian
from kernelkit.exact.moments import through_degree
from kernelkit.exact.nearest import nearest
from kernelkit.exact.offsets import Stencil

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kernelkit.exact.functional import Functional
    from kernelkit.exact.kernel import Kernel
    from kernelkit.learning.region import Candidate, Region

HIGHEST_ORDER = 4
"""Order of the operators that are tried."""

HIGHEST_ACCURACY = 4
"""Accuracy that is tried first."""

SIMPLE = 1000
"""Largest denominator of a scale."""


def operators_of(region: Region, learned: Kernel) -> list[Candidate]:
    """Return kernels in the region that compute natural operators exactly, those that are exact furthest first.

    Derivatives through order `HIGHEST_ORDER`, the Laplacian and the biharmonic operator are tried, at the simplest
    scale within its interval.  That their moments agree may be an accident where the noise is large.

    Parameters
    ----------
    region
        The joint region of the taps.
    learned
        The taps at their exact values.
    """
    stencil = Stencil.of(region.offsets)
    found: list[tuple[int, Candidate]] = []
    for target in _targets(stencil.ndim):
        scale = _scale(region, target)
        if scale is None:
            continue
        # with a free scale, any taps have some value to accuracy 1
        for accuracy in range(HIGHEST_ACCURACY, max(0, 1 - target.order), -1):
            try:
                kernel = nearest(learned / scale, target, accuracy=accuracy, stencil=stencil)
            except UnsolvableError:
                continue
            candidate = region.candidate(kernel * scale, "operator")
            if candidate is not None:
                found.append((target.order + accuracy, candidate))
                break
    return [candidate for _, candidate in sorted(found, key=lambda pair: -pair[0])]


def simplest_between(low: Fraction, high: Fraction) -> Fraction:
    """Return the fraction with the smallest denominator from low to high; 0 where that lies between.

    Examples
    --------
    >>> simplest_between(Fraction("0.33"), Fraction("0.34")), simplest_between(Fraction(-3), Fraction("-2.5"))
    (Fraction(1, 3), Fraction(-3, 1))
    """
    if low <= 0 <= high:
        return Fraction(0)
    if high < 0:
        return -simplest_between(-high, -low)
    whole = math.ceil(low)
    if whole <= high:
        return Fraction(whole)
    below = whole - 1
    return below + 1 / simplest_between(1 / (high - below), 1 / (low - below))


def _targets(ndim: int) -> Iterator[Functional]:
    for alpha in through_degree(ndim, HIGHEST_ORDER):
        yield derivative(alpha)
    if ndim > 1:
        yield laplacian(ndim)
        yield biharmonic(ndim)


def _scale(region: Region, target: Functional) -> Fraction | None:
    """Return the simplest scale at which the moments through the order of a target agree, each within its interval."""
    gaps = []
    low, high = -math.inf, math.inf
    for alpha in through_degree(target.ndim, target.order):
        row = [float(math.prod(x**k for x, k in zip(p, alpha, strict=True))) for p in region.offsets]
        value, reach = region.combination(row)
        wanted = float(target.moment(alpha))
        if wanted:
            ends = sorted(((value - reach) / wanted, (value + reach) / wanted))
            low, high = max(low, ends[0]), min(high, ends[1])
        else:
            gaps.append(abs(value) - reach)
    if low > high or low <= 0 <= high or max(gaps, default=-1.0) > 0:
        return None
    scale = simplest_between(Fraction(low), Fraction(high))
    return scale if scale.denominator <= SIMPLE else None
