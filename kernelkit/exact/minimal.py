"""Minimal kernels: the fewest taps, with a proof that fewer do not suffice."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from kernelkit.errors import LimitError
from kernelkit.exact import linear
from kernelkit.exact.bounds import Bound, is_line_derivative, lower_bound
from kernelkit.exact.certify import Certificate, certify
from kernelkit.exact.derive import derive, moment_system, unsolvable
from kernelkit.exact.factor import Span
from kernelkit.exact.fewest import fewest_taps
from kernelkit.exact.obstruct import check_axes, required_degree
from kernelkit.exact.offsets import MOST_POINTS, Points, Stencil
from kernelkit.exact.prefer import preferred
from kernelkit.exact.rational import counted
from kernelkit.notebook import Shown

if TYPE_CHECKING:
    from kernelkit.exact.functional import Functional
    from kernelkit.exact.kernel import Kernel

MOST_WIDER = 125
"""Points of the wider box that is tried where the smallest leaves the lower bound unattained."""

MOST_NESTED = 9
"""Margins about the target, growing by one, at which the nearest points are searched for an example."""

_WIDE = 8


@dataclass(frozen=True, slots=True)
class Minimal(Shown):
    """The fewest taps for a target: an example, a lower bound, and the scope of the search.

    Attributes
    ----------
    target, accuracy
        What was asked.
    kernel
        The example with the fewest taps known.
    bound
        The lower bound over all supports whatever, with its proof.
    within
        The points searched; None when theorems alone decide.
    searched
        Number of taps through which every set of those points was searched; 0 without a search.
    sets
        Number of sets that covers.
    supports
        How many kernels with the fewest taps the points carry; 0 when the search did not reach them.
    """

    target: Functional
    accuracy: int
    kernel: Kernel
    bound: Bound
    within: Stencil | None
    searched: int
    sets: int
    supports: int

    @property
    def count(self) -> int:
        """The number of taps of the example."""
        return len(self.kernel)

    @property
    def certificate(self) -> Certificate:
        """The proof of what the example computes."""
        return certify(self.kernel, self.target)

    @property
    def optimal(self) -> bool:
        """Whether no kernel anywhere has fewer taps: bound and example meet."""
        return self.count == self.bound.count

    @property
    def optimal_within(self) -> bool:
        """Whether no kernel on the searched points has fewer taps."""
        return self.optimal or (self.within is not None and self.searched >= self.count - 1)

    @property
    def scope(self) -> str:
        """What is proved, in one sentence, and what is left open."""
        count = counted(self.count, "tap")
        are = "is" if self.count == 1 else "are"
        if self.optimal:
            return f"{count} {are} the fewest anywhere: the lower bound is attained"
        assert self.within is not None  # without points a theorem decided
        where = f"on these {counted(len(self.within), 'point')}"
        if self.optimal_within:
            return (
                f"{count} {are} the fewest {where}, by exhaustive search; elsewhere the fewest are "
                f"{self.bound.count} to {self.count}: lower bound and example differ"
            )
        return (
            f"the fewest {where} are {max(self.bound.count, self.searched + 1)} to {self.count}: the search covered "
            f"all sets of up to {counted(self.searched, 'point')} (work limit), and the lower bound anywhere is "
            f"{self.bound.count}"
        )


def minimal(target: Functional, *, within: Points | Stencil | None = None, accuracy: int = 1) -> Minimal:
    """Return the least number of taps for a target, with an example and a proof.

    Parameters
    ----------
    target
        What is to be computed.
    within
        Points to search exhaustively.  Left out, the theorems decide where the kernel that `derive` puts together
        attains the lower bound; otherwise the smallest box of lattice points that has a kernel is searched, and
        where that leaves the bound unattained, also the next wider one.
    accuracy
        The accuracy asked for; 1 asks for any consistent kernel.

    Raises
    ------
    UnsolvableError
        No kernel on ``within`` reaches the accuracy.
    InputError, ShapeError, LimitError
        Arguments that do not fit together, or a system above the size limit.

    Notes
    -----
    For the d-th derivative on a line d + 1 taps are needed and suffice; a window centred on a sample has
    d + 1 points for even d and d + 2 for odd d, whose middle tap is zero.

    Examples
    --------
    >>> from kernelkit.exact.functional import derivative, laplacian
    >>> found = minimal(derivative(3))
    >>> found.count, found.kernel
    (4, Kernel({-2: -1/2, -1: 1, 1: -1, 2: 1/2}))
    >>> from kernelkit.exact.offsets import box
    >>> found = minimal(laplacian(2), within=box(1), accuracy=2)
    >>> found.count, found.supports, found.optimal
    (5, 2, True)
    """
    bound = lower_bound(target, accuracy)
    if within is None:
        kernel = derive(target, accuracy=accuracy)
        if len(kernel) == bound.count:
            return Minimal(target, accuracy, kernel, bound, None, 0, 0, 0)
    if within is not None:
        return _searched(target, accuracy, bound, Stencil.of(within))
    margin = _narrowest(target, accuracy)
    found = _searched(target, accuracy, bound, _around(target, margin))
    if found.optimal:
        return found
    # fewer taps may fit on a wider box, as four do for the plane Laplacian
    if math.prod(map(len, _ranges(target, margin + 1))) > MOST_WIDER:
        return found
    box = _around(target, margin + 1)
    wider = fewest_taps(target, box, required_degree(target, accuracy))
    if not wider.kernels or len(wider.kernels[0]) > found.count:
        return found
    return Minimal(target, accuracy, wider.kernels[0], bound, box, wider.through, wider.sets, wider.count)


def _searched(target: Functional, accuracy: int, bound: Bound, stencil: Stencil) -> Minimal:
    check_axes(target, stencil)
    degree = required_degree(target, accuracy)
    if linear.solve(*moment_system(target, stencil, degree)) is None:
        raise unsolvable(target, stencil, accuracy)
    found = fewest_taps(target, stencil, degree)
    kernel = found.kernels[0] if found.kernels else _known(target, accuracy, stencil)
    return Minimal(target, accuracy, kernel, bound, stencil, found.through, found.sets, found.count)


def _known(target: Functional, accuracy: int, stencil: Stencil) -> Kernel:
    """Return the smallest kernel at hand where the search did not come to an end.

    That is the one that derive puts together, or one found by searching the points nearest to the target.
    """
    found = [derive(target, accuracy=accuracy)]
    found = [kernel for kernel in found if set(kernel.support.offsets) <= set(stencil.offsets)]
    degree = required_degree(target, accuracy)
    for margin in range(MOST_NESTED):
        low, high = _extent(target)
        near = [
            offset
            for offset in stencil.offsets
            if all(a - margin <= x <= b + margin for x, a, b in zip(offset, low, high, strict=True))
        ]
        if not 0 < len(near) < min(len(stencil), MOST_WIDER + 1):
            continue
        inner = Stencil(stencil.ndim, tuple(near))
        if linear.solve(*moment_system(target, inner, degree)) is not None:
            found += fewest_taps(target, inner, degree).kernels[:1]
    if not found:
        return preferred(target, stencil, accuracy, "symmetric")
    return min(found, key=len)


def _narrowest(target: Functional, accuracy: int) -> int:
    """Return the margin of the smallest box of lattice points about the target that has a kernel.

    On a line it is wide: lucky sets of points that gain an order lie further out, such as -2, 3, 6.
    """
    degree = required_degree(target, accuracy)
    margin = _WIDE if is_line_derivative(target) else 0
    while linear.solve(*moment_system(target, _around(target, margin), degree)) is None:
        margin += 1
    return margin


def _around(target: Functional, margin: int) -> Stencil:
    """Return the lattice points within a margin of everything the target reads."""
    ranges = _ranges(target, margin)
    if math.prod(map(len, ranges)) > MOST_POINTS:
        raise LimitError(
            f"a search around the target would go through more than {MOST_POINTS} points",
            next="name the points with within=",
        )
    return Stencil(target.ndim, tuple(tuple(map(Fraction, p)) for p in itertools.product(*ranges)))


def _ranges(target: Functional, margin: int) -> list[range]:
    return [range(low - margin, high + margin + 1) for low, high in zip(*_extent(target), strict=True)]


def _extent(target: Functional) -> tuple[list[int], list[int]]:
    lows, highs = [], []
    for axis, step in enumerate(target.spacing):
        ends = []
        for _, factors in target.terms:
            f = factors[axis]
            ends += [f.lower / step, f.upper / step] if isinstance(f, Span) else [f.at / step]
        lows.append(math.floor(min(ends)))
        highs.append(math.ceil(max(ends)))
    return lows, highs
