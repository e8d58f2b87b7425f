"""The kernel nearest to given taps that computes a target exactly as accurately as asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kernelkit.errors import InputError
from kernelkit.exact import linear
from kernelkit.exact.derive import moment_system, unsolvable
from kernelkit.exact.kernel import Kernel
from kernelkit.exact.obstruct import required_degree
from kernelkit.exact.offsets import Stencil

if TYPE_CHECKING:
    from kernelkit.exact.functional import Functional


def nearest(
    kernel: Kernel, target: Functional, *, accuracy: int = 1, stencil: Stencil | None = None
) -> Kernel:
    """Return the consistent kernel with the least sum of squared differences from given taps.

    Rounded, published or learned taps miss their moments by a little; this is the smallest change that meets
    them.  Symmetries shared by taps and target are kept, because the smallest change is unique.

    Parameters
    ----------
    kernel
        Taps at unit gain: close to those of ``target``.
    target
        What they are meant to compute.
    accuracy
        The accuracy to reach; 1 is consistency.
    stencil
        Where taps may stand; the support of ``kernel`` when left out.

    Raises
    ------
    UnsolvableError
        No taps at these offsets reach the accuracy.
    InputError
        The stencil leaves out offsets of the kernel.

    Examples
    --------
    >>> from kernelkit.exact.functional import derivative
    >>> nearest(Kernel({-1: "-0.49", 0: "0.01", 1: "0.5"}), derivative(1), accuracy=2)
    Kernel({-1: -1/2, 1: 1/2})
    """
    taps = dict(kernel.taps)
    points = Stencil(kernel.ndim, tuple(taps)) if stencil is None else Stencil.of(stencil)
    if taps.keys() - set(points.offsets):
        raise InputError(
            "the stencil leaves out offsets that carry taps", next="add the support of the kernel to it"
        )
    degree = required_degree(target, accuracy)
    rows, wanted = moment_system(target, points, degree)
    start = [taps.get(x, 0) for x in points.offsets]
    missing = [
        b - sum(a * w for a, w in zip(row, start, strict=True)) for row, b in zip(rows, wanted, strict=True)
    ]
    change = linear.least_norm(rows, missing)
    if change is None:
        raise unsolvable(target, points, accuracy)
    return Kernel.from_ordered(
        kernel.ndim, [(x, w + c) for x, w, c in zip(points.offsets, start, change, strict=True)]
    )
