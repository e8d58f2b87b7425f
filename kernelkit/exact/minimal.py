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
from kernelkit.exact.fewest import fewest_taps
from kernelkit.exact.functional import Functional, Span
from kernelkit.exact.obstruct import check_axes, required_degree
from kernelkit.exact.offsets import MOST_POINTS, Points, Stencil
from kernelkit.exact.prefer import preferred

if TYPE_CHECKING:
    from kernelkit.exact.kernel import Kernel

_WIDE = 8


@dataclass(frozen=True, slots=True)
class Minimal:
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
        where = "" if self.within is None else f" on these {len(self.within)} points"
        if self.optimal:
            return f"{self.count} taps are the fewest anywhere: the lower bound is attained"
        if self.optimal_within:
            return (
                f"{self.count} taps are the fewest{where}, by exhaustive search; elsewhere between "
                f"{self.bound.count} and {self.count} are needed: lower bound and example differ"
            )
        known = (
            f"the search covered all sets of up to {self.searched} points"
            if self.searched
            else "no search was made"
        )
        return (
            f"between {max(self.bound.count, self.searched + 1)} and {self.count} taps are the fewest{where}: "
            f"{known} (work limit), and the lower bound anywhere is {self.bound.count}"
        )


def minimal(target: Functional, *, within: Points | Stencil | None = None, accuracy: int = 1) -> Minimal:
    """Return the least number of taps for a target, with an example and a proof.

    Parameters
    ----------
    target
        What is to be computed.
    within
        Points to search exhaustively.  Left out, one-dimensional derivatives are decided by theorem, and other
        targets are searched in the smallest box of lattice points about them that has a kernel; where that
        leaves the lower bound unattained, also in the next wider one.
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
    if within is None and is_line_derivative(target):
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
    wider = _searched(target, accuracy, bound, _around(target, margin + 1))
    return wider if wider.supports or not found.supports else found


def _searched(target: Functional, accuracy: int, bound: Bound, stencil: Stencil) -> Minimal:
    check_axes(target, stencil)
    degree = required_degree(target, accuracy)
    if linear.solve(*moment_system(target, stencil, degree)) is None:
        raise unsolvable(target, stencil, accuracy)
    found = fewest_taps(target, stencil, degree)
    if found.kernels:
        return Minimal(
            target, accuracy, found.kernels[0], bound, stencil, found.through, found.sets, len(found.kernels)
        )
    example = preferred(target, stencil, accuracy, "symmetric")
    return Minimal(target, accuracy, example, bound, stencil, found.through, found.sets, 0)


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
    sides = [(low - margin, high + margin) for low, high in zip(*_extent(target), strict=True)]
    ranges = [range(low, high + 1) for low, high in sides]
    count = math.prod(map(len, ranges))
    if count > MOST_POINTS:
        raise LimitError(
            f"a search among {count} points is above the limit of {MOST_POINTS}",
            next="name the points with within=",
        )
    return Stencil(target.ndim, tuple(tuple(map(Fraction, p)) for p in itertools.product(*ranges)))


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
