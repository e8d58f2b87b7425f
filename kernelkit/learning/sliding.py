"""All outputs of a sliding window at once: what it reads at each of its places, and what pooling makes of that."""

from __future__ import annotations

import functools
import itertools
import operator
from typing import TYPE_CHECKING, Literal

from kernelkit.errors import ShapeError
from kernelkit.learning.arrays import (
    copied,
    detached,
    filled_like,
    highest,
    lowest,
    namespace,
    numbers_like,
    padded,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kernelkit.learning.arrays import Array
    from kernelkit.learning.shapes import Window

PaddingCounts = Literal["yes", "no"]
"""Whether an average divides by the padded samples too."""


def slices(x: Array, windows: Sequence[Window], *, fill: float) -> Iterator[tuple[tuple[int, ...], Array]]:
    """Yield each place in the window and the samples that stand there, for all outputs at once.

    Few strided views of one padded array: no copy of every window is made.
    """
    shape = x.shape[-len(windows) :]
    outputs = [window.output(n) for window, n in zip(windows, shape, strict=True)]
    sides = []
    for window, n, count in zip(windows, shape, outputs, strict=True):
        before = window.sides[0]
        # the last window may end before the padding does, or hang over its end
        end = (count - 1) * window.stride + window.span
        sides.append((before, max(end - before - n, 0)))
    full = padded(x, sides, fill)
    for place in itertools.product(*(range(window.size) for window in windows)):
        cut = tuple(
            slice(a * w.dilation, a * w.dilation + (count - 1) * w.stride + 1, w.stride)
            for a, w, count in zip(place, windows, outputs, strict=True)
        )
        yield place, full[(..., *cut)]


def extreme(x: Array, windows: Sequence[Window], mode: str) -> Array:
    """Return the "max" or "min" over each window; padding never wins."""
    module = namespace(x)
    larger, fill = (module.maximum, lowest(x)) if mode == "max" else (module.minimum, highest(x))
    found = functools.reduce(larger, (samples for _, samples in slices(x, windows, fill=fill)))
    # a window of one sample is a view of the caller's data
    return copied(found)


def average(x: Array, windows: Sequence[Window], padding_counts: PaddingCounts) -> Array:
    """Return the sum over each window, divided by the number of its samples, with or without the padding."""
    total = functools.reduce(operator.add, (samples for _, samples in slices(x, windows, fill=0)))
    counts = filled_like(x, total.shape[-len(windows) :], 1)
    for axis, held in enumerate(samples_held(x.shape, windows, padding_counts)):
        counts = counts * numbers_like(x, held).reshape([-1 if i == axis else 1 for i in range(len(windows))])
    return total / counts


def soft_maximum(x: Array, windows: Sequence[Window]) -> Array:
    """Return ``sum x exp(x) / sum exp(x)`` over the samples of each window; padding has no weight."""
    module = namespace(x)
    # the quotient does not depend on what is subtracted in the exponent: no gradient goes through it
    top = extreme(detached(x), windows, "max")
    there = filled_like(x, x.shape[-len(windows) :], 1)
    weighted: Array = 0
    weights: Array = 0
    for (_, samples), (_, mask) in zip(
        slices(x, windows, fill=0), slices(there, windows, fill=0), strict=True
    ):
        weight = module.exp(module.where(mask > 0, samples, top) - top) * mask
        weighted = weighted + weight * samples
        weights = weights + weight
    return weighted / weights


def samples_held(
    shape: Sequence[int], windows: Sequence[Window], padding_counts: PaddingCounts
) -> tuple[tuple[int, ...], ...]:
    """Return how many samples the windows hold, for each output along each axis.

    What hangs over the end beyond the padding is in neither count.
    """
    axes = []
    for window, n in zip(windows, shape[-len(windows) :], strict=True):
        before, after = window.sides
        low, high = (-before, n + after) if padding_counts == "yes" else (0, n)
        starts = (output * window.stride - before for output in range(window.output(n)))
        axes.append(
            tuple(
                # first and last tap that fall between the ends
                min((high - 1 - start) // window.dilation, window.size - 1)
                - max(-((start - low) // window.dilation), 0)
                + 1
                for start in starts
            )
        )
    return tuple(axes)


def check_padding(shape: Sequence[int], windows: Sequence[Window], padding_counts: PaddingCounts) -> None:
    """Refuse padding by more than half of a window, and windows that hold nothing that counts.

    Raises
    ------
    ShapeError
        One of the two.
    """
    for window in windows:
        side = max(window.sides)
        if 2 * side > window.span:
            raise ShapeError(
                f"padding {side} is more than half of the window {window.span}",
                why="padding counts each side, and half of the window is PyTorch's limit, which is taken over",
                next=f"padding={window.span // 2} at most; a total for both sides is shared between them",
            )
    for window, held in zip(windows, samples_held(shape, windows, padding_counts), strict=True):
        if min(held) < 1:
            raise ShapeError(
                f"the window of output {held.index(min(held))} holds padding only",
                why=f"its {window.size} places are {window.dilation} apart and step over all samples",
                next="take less padding or dilation",
            )
