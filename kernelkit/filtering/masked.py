"""Missing samples: near a hole a kernel gives way, place by place, to the nearest one that reads only what is there."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from kernelkit.errors import LimitError, ShapeError
from kernelkit.exact.moments import of_degree
from kernelkit.exact.obstruct import required_degree
from kernelkit.filtering.meaning import window_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from kernelkit.filtering.meaning import Meaning

    Array = NDArray[Any]

THIN = 1e-9
"""Share of the largest eigenvalue, and of the moments that are wanted, that counts as nothing."""

AT_ONCE = 2_000_000
"""Numbers gathered at a time."""


def around_holes(image: Array, missing: Array, known: Meaning, out: Array) -> None:
    """Put the outputs whose window holds a missing sample in place; where too few samples are left, NaN.

    What is missing has weight 0 and lies inside the image or, as far as the window reaches, beyond its border.  Of
    all weights on the samples that are there, and that compute the kernel's operator as exactly as it does, those are
    taken that differ least from the kernel's own taps: a local least-squares fit.  Where there are none, the window
    grows, sample by sample on each side, by no more than the degree of exactness asks for.

    Parameters
    ----------
    image
        Samples; the missing ones may hold anything.
    missing
        True where there is none; of the image's shape.
    known
        The kernel and what it computes.
    out
        What the kernel gave everywhere; of the image's shape, floating-point.

    Raises
    ------
    ShapeError
        A mask of another shape.
    LimitError
        A kernel of so high a degree that its moments cannot be solved for in floating point.
    """
    import numpy as np

    if missing.shape != image.shape:
        raise ShapeError(f"a mask of shape {missing.shape} does not fit an image of shape {image.shape}")
    ranges = window_of(known.kernel)
    assert known.target is not None
    near = _reached(missing, ranges)
    for grown in range(int(required_degree(known.target, known.accuracy or 1)) + 2):
        wide = [(first - grown, last + grown) for first, last in ranges]
        places = np.argwhere(near)
        if len(places):
            solved = _solved(image, missing, known, wide, places)
            out[tuple(places.T)] = solved
            near[tuple(places.T)] = np.isnan(solved)


def _reached(missing: Array, ranges: Sequence[tuple[int, int]]) -> Array:
    """Return where a window holds a missing sample, or reaches over the border."""
    import numpy as np

    wide = np.pad(missing, [(-first, last) for first, last in ranges], constant_values=True)
    near: Array = wide
    for axis, (first, last) in enumerate(ranges):
        near = np.asarray(np.lib.stride_tricks.sliding_window_view(near, last - first + 1, axis).any(-1))
    return np.ascontiguousarray(near)


def _solved(
    image: Array, missing: Array, known: Meaning, ranges: Sequence[tuple[int, int]], places: Array
) -> Array:
    """Return the outputs at some places."""
    import numpy as np

    assert known.target is not None
    degree = int(required_degree(known.target, known.accuracy or 1))
    powers = [alpha for total in range(degree + 1) for alpha in of_degree(image.ndim, total)]
    offsets = np.stack(
        np.meshgrid(*(np.arange(first, last + 1) for first, last in ranges), indexing="ij"), -1
    ).reshape(-1, image.ndim)
    # in units of the window all powers stay below 1, which keeps the moments apart
    unit = max(1, int(np.abs(offsets).max()))
    rows = np.stack([np.prod((offsets / unit) ** np.array(alpha), axis=1) for alpha in powers])
    wanted = np.array(
        [float(known.target.moment(alpha)) / unit ** sum(alpha) * float(known.gain) for alpha in powers]
    )
    taps = {tuple(map(int, offset)): float(tap) for offset, tap in known.kernel.taps}
    own = np.array([taps.get(tuple(offset), 0.0) for offset in offsets.tolist()])
    if degree > 8:
        raise LimitError(
            f"a kernel that is exact through degree {degree} cannot be fitted around missing samples",
            next="a kernel of lower accuracy",
        )
    padding = [(max(-first, 0), max(last, 0)) for first, last in ranges]
    there = ~np.pad(missing, padding, constant_values=True)
    samples = np.where(there, np.pad(image, padding), 0).astype(np.float64)
    found = np.empty(len(places))
    step = max(1, AT_ONCE // (len(offsets) * max(1, len(powers))))
    base = np.array([before for before, _ in padding])
    for start in range(0, len(places), step):
        part = places[start : start + step]
        index = tuple((part[:, None, :] + base + offsets[None]).transpose(2, 0, 1))
        found[start : start + step] = _fitted(there[index], samples[index], rows, wanted, own)
    return found


def _fitted(there: Array, samples: Array, rows: Array, wanted: Array, own: Array) -> Array:
    """Return the outputs of windows: weights nearest to the taps among those with the moments that are wanted."""
    import numpy as np

    held = there.astype(np.float64)
    moments = (held[:, None, :] * rows) @ rows.T
    short = wanted - (held * own) @ rows.T
    values, vectors = np.linalg.eigh(moments)
    known = values > THIN * values[:, -1:].clip(1e-300)
    turned = np.einsum("wpq,wp->wq", vectors, short)
    multipliers = np.einsum("wpq,wq->wp", vectors, np.where(known, turned, 0) / np.where(known, values, 1))
    # what lies outside of the moments that are there cannot be met by any weights
    unmet = np.abs(np.where(known, 0, turned)).max(1)
    enough = unmet <= THIN * np.abs(wanted).max()
    weights = held * (own + multipliers @ rows)
    answers: Array = np.einsum("wn,wn->w", weights, samples)
    answers[~enough] = math.nan
    return answers
