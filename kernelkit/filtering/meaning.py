"""What a kernel computes, as far as applying it needs to know: its gain, its orders along the axes, its accuracy."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Literal, get_args

from kernelkit.errors import InputError, OffGridError, UnknownNameError
from kernelkit.exact.factor import Point
from kernelkit.identification.identify import best_reading

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kernelkit.exact.functional import Functional
    from kernelkit.exact.kernel import Kernel

Scale = Literal["unit", "raw"]
"""Unit: divided by the gain, so that the answer is the derivative, or the mean, itself.  Raw: the taps as they are."""


MOST_LISTED = 25
"""Taps of a kernel that an error repeats."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a kernel computes.

    Attributes
    ----------
    kernel
        The taps, as they are.
    target
        The operator; None for a kernel of zeros.
    gain
        Its factor in the taps.
    accuracy
        The p of an error of O(h^p) at unit gain; None where there is no error, or no operator.
    """

    kernel: Kernel
    target: Functional | None
    gain: Fraction
    accuracy: int | None

    @property
    def order(self) -> int:
        """Of the derivative; 0 for what smooths, shifts, or is nothing."""
        return 0 if self.target is None else max(self.target.order, 0)

    def divisor(self, scale: Scale, spacing: Sequence[Fraction]) -> Fraction:
        """Return what the plain correlation is divided by.

        Raises
        ------
        UnknownNameError
            Another word for the scale.
        InputError
            Unequal spacings for a kernel whose terms need different powers of them.
        """
        if scale not in get_args(Scale):
            raise UnknownNameError(
                f"no scale is called {scale!r}", next=f"one of {', '.join(get_args(Scale))}"
            )
        whole = Fraction(1) if scale == "raw" or not self.gain else self.gain
        if self.target is None or set(spacing) == {1}:
            return whole
        powers = {tuple(_order(factor) for factor in factors) for _, factors in self.target.terms}
        if len(set(spacing)) > 1 and len(powers) > 1:
            raise InputError(
                f"one kernel cannot give {self.target.name} on samples "
                f"{' and '.join(str(float(step)) for step in spacing)} apart",
                why="its terms need different powers of the spacings, so its taps would have to differ",
                next="kernelkit.filtering.derivatives.laplacian, or derive(laplacian(2).on_grid((1, 2)))",
            )
        for order, step in zip(next(iter(powers)), spacing, strict=True):
            whole *= step**order
        return whole


@functools.lru_cache(maxsize=256)
def meaning(kernel: Kernel) -> Meaning:
    """Say what a kernel computes.

    Raises
    ------
    InputError
        A kernel without taps.
    OffGridError
        Offsets that are not whole, so that no sample lies there.

    Examples
    --------
    >>> from kernelkit.exact.kernel import Kernel
    >>> found = meaning(Kernel.from_array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]))
    >>> found.target.name, found.gain, found.accuracy
    ('d/dx', Fraction(8, 1), 2)
    """
    if any(place.denominator != 1 for offset, _ in kernel.taps for place in offset):
        raise OffGridError(
            "the kernel has taps between the samples of an image",
            why="its offsets are not whole numbers",
            next=_on_samples(kernel),
        )
    if not kernel.taps:
        raise InputError(
            "a kernel without taps computes nothing", next="give at least one tap that is not zero"
        )
    best = best_reading(kernel)
    if best is None:
        return Meaning(kernel, None, Fraction(0), None)
    return Meaning(kernel, best.target, best.scale, best.accuracy)


def _on_samples(kernel: Kernel) -> str:
    """Say which kernel is meant, perhaps, where offsets lie between samples."""
    moved = "kernel.shifted, by the half that is missing; the answer then belongs as far away"
    if len(kernel) > MOST_LISTED:
        return moved
    try:
        return f'"{_text(kernel.dense())}": the same taps on samples, whose answer belongs between them'
    except OffGridError:
        return moved


def _text(taps: object) -> str:
    return f"[{','.join(map(_text, taps))}]" if isinstance(taps, list) else str(taps)


def window_of(kernel: Kernel) -> list[tuple[int, int]]:
    """Return the first and the last offset along each axis of the window that holds the taps and offset 0."""
    return [
        (min(int(min(places)), 0), max(int(max(places)), 0))
        for places in zip(*(offset for offset, _ in kernel.taps), strict=True)
    ]


def _order(factor: object) -> int:
    return factor.order if isinstance(factor, Point) else -1
