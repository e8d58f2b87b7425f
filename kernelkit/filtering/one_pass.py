"""Two kernels applied in one pass over an image: a gradient, or its magnitude, at the cost of reading once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kernelkit.filtering.engine import aligned, correlate_pair

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from kernelkit.filtering.engine import End
    from kernelkit.filtering.plan import Plan

    Array = NDArray[Any]

WORTH_A_FRAME = 2_000_000
"""Samples from which one pass pays although one-sided borders are computed again, apart."""


def pays(image: Array, plans: Sequence[Plan]) -> bool:
    """Whether two kernels can be, and had better be, applied in one pass."""
    if len(plans) != 2 or image.ndim != 2:
        return False
    if plans[0].boundary != "one-sided":
        return True
    return image.size >= WORTH_A_FRAME and min(image.shape) > 2 * _frame(plans)


def in_one_pass(image: Array, plans: Sequence[Plan], end: End, out: Array | None = None) -> Array:
    """Return both results, along a new first axis, or the square root of the sum of their squares.

    Raises
    ------
    InputError
        As for `kernelkit.filtering.apply.apply`.
    ShapeError
        A window that fits nowhere, for ``valid``; an ``out`` of another shape.
    """
    from kernelkit.filtering.apply import output_for

    boundary = plans[0].boundary
    first, second, anchor = windows(plans)
    if out is not None:
        out = output_for(out, out.shape, image)
    out = correlate_pair(
        image,
        first,
        second,
        anchor=anchor,
        extension="edge" if boundary == "one-sided" else boundary,
        end=end,
        out=out,
    )
    if boundary == "one-sided":
        _mend(image, plans, end, out)
    return out


def windows(plans: Sequence[Plan]) -> tuple[Array, Array, tuple[int, int]]:
    """Return two kernels' taps, divided, in windows of one shape; and where in them the output's own sample stands."""
    import numpy as np

    tables = []
    for planned in plans:
        taps, anchor = planned.tables[0]
        if planned.lines:
            (down, (top,)), (across, (left,)) = planned.tables
            taps, anchor = np.outer(down, across), (top, left)
        tables.append((taps / planned.divisor, anchor))
    before = [max(places) for places in zip(*(anchor for _, anchor in tables), strict=True)]
    after = [max(taps.shape[axis] - anchor[axis] for taps, anchor in tables) for axis in range(len(before))]
    same = []
    for taps, anchor in tables:
        window = np.zeros([low + high for low, high in zip(before, after, strict=True)])
        window[
            tuple(
                slice(low - place, low - place + size)
                for low, place, size in zip(before, anchor, taps.shape, strict=True)
            )
        ] = taps
        same.append(window)
    return same[0], same[1], (before[0], before[1])


def _frame(plans: Sequence[Plan]) -> int:
    """Return how many rows or columns make up the border: more than border kernels write, or read."""
    from kernelkit.filtering.meaning import meaning
    from kernelkit.filtering.rim import samples_of

    needs = [max(samples_of(planned.known)) for planned in plans]
    needs += [samples_of(meaning(line))[0] for planned in plans for line in planned.lines or ()]
    return 2 * max(needs)


def _mend(image: Array, plans: Sequence[Plan], end: End, out: Array) -> None:
    """Compute the border again, side by side, with border kernels."""
    import numpy as np

    from kernelkit.filtering.apply import fill

    frame = _frame(plans)
    kept = frame // 2
    for axis in (0, 1):
        for at_start in (True, False):
            read, place, keep = [slice(None)] * 2, [slice(None)] * 2, [slice(None)] * 2
            read[axis] = slice(frame) if at_start else slice(-frame, None)
            place[axis] = keep[axis] = slice(kept) if at_start else slice(-kept, None)
            side = image[tuple(read)]
            parts = aligned((2, *side.shape), out.dtype)
            for planned, part in zip(plans, parts, strict=True):
                fill(planned, side, None, (0, 1), part)
            whole = parts if end == "components" else np.hypot(parts[0], parts[1])
            every = [slice(None)] * (out.ndim - 2)
            out[tuple(every + place)] = whole[tuple(every + keep)]
