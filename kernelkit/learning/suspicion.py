"""Why a fit is bad: labels that were clipped, or a border that zeros do not explain."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kernelkit.errors import InputError
from kernelkit.learning.arrays import MOST_ENTRIES
from kernelkit.learning.patches import LARGEST_MATRIX
from kernelkit.learning.solve import solve

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from kernelkit.learning.pairs import Pairs
    from kernelkit.learning.run import Run

FEWEST = 2
"""Labels at an extreme from which on it counts: any labels have one largest."""

BEYOND = 0.9
"""Share of clipped labels that the kernel of the others must put at the extreme or beyond."""

WORSE = 3
"""How many times as large residuals must be to be told."""


@dataclass(frozen=True, slots=True)
class Clipped:
    """Labels at the two extremes, and how well the others are met without them.

    Attributes
    ----------
    low, high
        The extremes.
    at_low, at_high
        How many labels are there.
    kept
        Root mean square of the residuals of all labels.
    left_out
        That of the others where they are learned from alone.
    """

    low: float
    high: float
    at_low: int
    at_high: int
    kept: float
    left_out: float

    @property
    def statement(self) -> str:
        """What was seen, in one sentence."""
        return (
            f"{self.at_low:,} labels are at {self.low:g} and {self.at_high:,} at {self.high:g}, the extremes; without "
            f"them the residuals fall from {self.kept:.3g} to {self.left_out:.3g}, and the kernel goes beyond where "
            "they stop"
        )


def unclipped(given: Pairs) -> Pairs:
    """Return the pairs without the windows whose label is the least or the largest.

    The windows that stay stand side by side in one image, a stride apart.

    Raises
    ------
    InputError
        No labels are left, or the windows would take too much memory.
    """
    import numpy as np

    keep = _inner(given)
    reach = tuple(d * (k - 1) + 1 for k, d in zip(given.size, given.dilation, strict=True))
    if not keep.any():
        raise InputError("all labels are the least or the largest, and none is left", next='clipped="keep"')
    if int(keep.sum()) * math.prod(reach) * given.x.shape[1] > MOST_ENTRIES:
        raise InputError(
            "the windows take too much memory one by one", next="learn from a part of the images"
        )
    axes = tuple(range(2, 2 + given.ndim))
    padded = np.pad(given.x, [(0, 0), (0, 0), *((p, p) for p in given.padding)])
    views = np.lib.stride_tricks.sliding_window_view(padded, reach, axes)
    views = views[(slice(None), slice(None), *(slice(None, None, s) for s in given.stride))]
    windows = np.moveaxis(views, 1, 1 + given.ndim)[keep]  # (kept, C, reach)
    side_by_side = np.moveaxis(windows, 0, -2)
    image = side_by_side.reshape(*side_by_side.shape[:-2], -1)
    labels = np.moveaxis(given.labels, 1, -1)[keep].T
    return replace(
        given,
        x=np.ascontiguousarray(image)[None],
        y=labels.reshape(1, len(labels), *(1,) * (given.ndim - 1), -1),
        stride=(*(1,) * (given.ndim - 1), reach[-1]),
        padding=(0,) * given.ndim,
    )


def clipped_labels(run: Run) -> Clipped | None:
    """Return the labels at the extremes where they spoil a fit: there the kernel of the others goes beyond.

    Parameters
    ----------
    run
        Least squares on all labels, of one output channel.
    """
    import numpy as np

    given = run.pairs
    labels = given.labels[:, 0]
    keep = _inner(given)
    low, high = float(labels.min()), float(labels.max())
    at_low, at_high = int((labels == low).sum()), int((labels == high).sum())
    inner = int(keep.sum())
    if max(at_low, at_high) < FEWEST or not 2 * given.unknowns <= inner <= LARGEST_MATRIX // given.unknowns:
        return None
    rest = unclipped(given)
    if not rest.x.any():
        return None
    found = solve(rest)
    kept = math.sqrt(run.loss / given.windows)
    without = replace(run, pairs=rest, weights=found.taps, biases=found.bias)
    left = math.sqrt(without.loss / inner)
    told = replace(run, weights=found.taps, biases=found.bias).prediction.reshape(labels.shape)
    ends = ((labels == low) & (told <= low + WORSE * left)) | (
        (labels == high) & (told >= high - WORSE * left)
    )
    beyond = float(np.mean(ends[~keep]))
    outside = bool(((told < low - WORSE * left) | (told > high + WORSE * left)).any())
    spoiled = kept > WORSE * left and beyond >= BEYOND and outside
    return Clipped(low, high, at_low, at_high, kept, left) if spoiled else None


def border_text(run: Run) -> str:
    """Say that zeros around the images do not explain the labels at the border; empty where they do."""
    import numpy as np

    given = run.pairs
    if not any(given.padding):
        return ""
    within = np.ones(given.out, dtype=bool)
    for axis, (n, k, s, p, d, out) in enumerate(
        zip(given.space, given.size, given.stride, given.padding, given.dilation, given.out, strict=True)
    ):
        start = np.arange(out) * s - p
        line = (start >= 0) & (start + d * (k - 1) < n)
        within &= np.expand_dims(line, tuple(i for i in range(given.ndim) if i != axis))
    if not within.any() or within.all():
        return ""
    squares = np.square(run.residual).reshape(*given.labels.shape)
    inside = math.sqrt(float(squares[..., within].mean()))
    outside = math.sqrt(float(squares[..., ~within].mean()))
    if outside <= WORSE * inside:
        return ""
    return (
        f"zeros around X do not explain Y there: residuals of {outside:.3g} where the window reaches beyond X, "
        f"{inside:.3g} elsewhere; without padding, the border of Y is left out"
    )


def _inner(given: Pairs) -> NDArray[np.bool_]:
    """Return which windows have labels between the extremes in every output channel, (N, out...)."""
    labels = given.labels
    axes = (0, *range(2, labels.ndim))
    low, high = labels.min(axes, keepdims=True), labels.max(axes, keepdims=True)
    inner: NDArray[np.bool_] = ((labels > low) & (labels < high)).all(axis=1)
    return inner
