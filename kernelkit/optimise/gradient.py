"""Gradients: the axis of a first derivative, its answers along all axes, and the wave that it does not answer."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from kernelkit.errors import InputError, ShapeError
from kernelkit.exact.factor import Point
from kernelkit.optimise.wave_samples import exchanged, symbol_at

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy as np
    from numpy.typing import NDArray

    from kernelkit.exact.functional import Functional
    from kernelkit.exact.kernel import Kernel
    from kernelkit.exact.offsets import Offset, Stencil
    from kernelkit.optimise.band import Band


def gradient_axis(target: Functional) -> int:
    """Return the axis of a first derivative in two or more dimensions.

    Raises
    ------
    ShapeError
        The target has one axis, or more than three.
    InputError
        It is no first derivative along one axis at the origin, on a grid of equal spacing.
    """
    if not 2 <= target.ndim <= 3:
        raise ShapeError(
            f"a gradient has a direction in 2 or 3 dimensions, not in {target.ndim}",
            next="take derivative((0, 1)) (--order 0,1), the derivative along x in the plane",
        )
    if len(target.terms) == 1 and len(set(target.spacing)) == 1:
        factors = target.terms[0][1]
        orders = [f.order for f in factors]
        at_origin = all(isinstance(f, Point) and not f.at for f in factors)
        if at_origin and sorted(orders) == [0] * (target.ndim - 1) + [1]:
            return orders.index(1)
    raise InputError(
        f"{target.name} is no first derivative along one axis on a grid of equal spacing",
        why="the direction of a gradient is that of its first derivatives",
        next="take derivative((0, 1)) (--order 0,1)",
    )


def gradient_symbols(kernel: Kernel, axis: int, waves: NDArray[np.float64]) -> list[NDArray[np.complex128]]:
    """Return the symbols of the kernels along all axes, made from that along one by exchanging axes."""
    return [symbol_at(kernel, exchanged(waves, axis, other)) for other in range(kernel.ndim)]


def sees_wave_pi(band: Band, offsets: Iterable[Offset]) -> bool:
    """Whether a band holds the wave pi along an axis, and points at whole offsets, which do not tell it from zero.

    No odd kernel on such points answers that wave, so its gradient has no direction there.
    """
    return band.unit == "pi" and band.limit == 1 and all(x.denominator == 1 for o in offsets for x in o)


def wave_pi_row(stencil: Stencil, axis: int) -> list[int]:
    """Return what each tap adds to the slope of the answer along ``axis`` at the wave pi along another axis.

    Near that wave, at the distance t from its axis, the answer along the wave is of the order t^2 on the rim of
    the disc ``|w| <= pi``, where the wave itself is off by t^2 / (2 pi).  The answer across is of the order t, and
    turns the gradient by 90 degrees in the limit, unless this slope is zero.  Sobel's mask is the one of 3 x 3
    samples for which it is.
    """
    other = next(a for a in range(stencil.ndim) if a != axis)
    return [int(offset[axis]) * (-1 if offset[other] % 2 else 1) for offset in stencil.offsets]


def turns_at_wave_pi(kernel: Kernel, axis: int) -> bool:
    """Whether the direction of a gradient on whole offsets is off by 90 degrees in the limit of the wave pi."""
    for other in range(kernel.ndim):
        if other != axis and _at_pi(kernel, axis, other) and not _at_pi(kernel, other, axis):
            return True
    return False


def _at_pi(kernel: Kernel, slope: int, fast: int) -> Fraction:
    """Return the slope of the symbol along an axis at the wave pi along another, over i."""
    signs = [-1 if offset[fast] % 2 else 1 for offset, _ in kernel.taps]
    return sum(
        (sign * tap * x[slope] for sign, (x, tap) in zip(signs, kernel.taps, strict=True)), Fraction(0)
    )
