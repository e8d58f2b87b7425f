"""Minimal kernels: the fewest taps, with a proof that fewer do not suffice."""

from __future__ import annotations

import math
from dataclasses import dataclass

from kernelkit.exact import linear
from kernelkit.exact.bounds import Bound, lower_bound
from kernelkit.exact.certify import Certificate, certify
from kernelkit.exact.derive import derive, moment_system, unsolvable
from kernelkit.exact.fewest import fewest_taps
from kernelkit.exact.functional import Functional, Point, Span
from kernelkit.exact.kernel import Kernel
from kernelkit.exact.obstruct import check_axes, required_degree
from kernelkit.exact.offsets import Points, Stencil, box, line
from kernelkit.exact.prefer import preferred


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
        known = f"the search covered all sets of up to {self.searched} points" if self.searched else "no search was made"
        return (
            f"between {max(self.bound.count, self.searched + 1)} and {self.count} taps are the fewest{where}: "
            f"{known} (work limit), and the lower bound anywhere is {self.bound.count}"
        )


def minimal(
    target: Functional, *, within: Points | Stencil | None = None, accuracy: int = 1
) -> Minimal:
    """Return the least number of taps for a target, with an example and a proof.

    Parameters
    ----------
    target
        What is to be computed.
    within
        Points to search exhaustively.  Left out, one-dimensional derivatives are decided by theorem, and other
        targets are searched in the smallest box of lattice points about them that has a kernel.
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
    >>> found = minimal(laplacian(2), within=box(1), accuracy=2)
    >>> found.count, found.supports, found.optimal
    (5, 2, True)
    """
    bound = lower_bound(target, accuracy)
    if within is None and _is_line_derivative(target):
        kernel = derive(target, accuracy=accuracy)
        if len(kernel) == bound.count:
            return Minimal(target, accuracy, kernel, bound, None, 0, 0, 0)
    stencil = _neighbourhood(target, accuracy) if within is None else Stencil.of(within)
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


def _is_line_derivative(target: Functional) -> bool:
    return target.ndim == 1 and len(target.terms) == 1 and isinstance(target.terms[0][1][0], Point)




def _neighbourhood(target: Functional, accuracy: int) -> Stencil:
    """Return the smallest box of lattice points about the target that has a kernel of the accuracy."""
    lows, highs = _extent(target)
    degree = required_degree(target, accuracy)
    margin = 0
    while True:
        radius = [(low - margin, high + margin) for low, high in zip(lows, highs, strict=True)]
        if target.ndim == 1:
            stencil = line(*radius[0])
        else:
            stencil = _lattice_box(radius)
        if linear.solve(*moment_system(target, stencil, degree)) is not None:
            return stencil
        margin += 1


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


def _lattice_box(sides: list[tuple[int, int]]) -> Stencil:
    widest = max(max(abs(low), abs(high)) for low, high in sides)
    inside = [
        offset
        for offset in box(widest, ndim=len(sides)).offsets
        if all(low <= x <= high for x, (low, high) in zip(offset, sides, strict=True))
    ]
    return Stencil(len(sides), tuple(inside))
