"""Planes: the images of a pair as two-dimensional arrays on which every window moves by single steps."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from kernelkit.learning.pairs import Pairs

SMALLEST = 2048
"""Windows of a plane below which the patch matrix is quicker."""

FOLD = 512
"""Windows in a row of a signal that is folded into a plane."""

STRIP = 1 << 15
"""Samples of one channel that are worked on at a time: arrays of this size are reused, not mapped anew."""


class Plane(NamedTuple):
    """One plane of one image.

    Attributes
    ----------
    x
        (C_in, rows + kh - 1, columns + kw - 1), a view where the image has no padding.
    y
        (C_out, rows, columns), a view of the outputs.
    size
        (kh, kw), the window on this plane.
    """

    x: NDArray[Any]
    y: NDArray[Any]
    size: tuple[int, int]


def has_planes(given: Pairs) -> bool:
    """Whether the images come apart into planes that are worth it: one or two axes, stride 1, not small."""
    whole = math.prod(given.out) // math.prod(given.dilation)
    return given.ndim <= 2 and set(given.stride) == {1} and whole >= SMALLEST


def planes(given: Pairs, outputs: NDArray[Any]) -> Iterator[Plane]:
    """Yield the planes of all images, each with its view of the outputs (N, C_out, out...).

    A dilated window is a plain one on every d-th sample, so d planes stand for one image.  A signal is folded:
    its rows overlap by what a window reads beyond its first sample.
    """
    import numpy as np

    for image, output in zip(given.x, outputs, strict=True):
        padded = image
        if any(given.padding):
            padded = np.pad(image, [(0, 0), *((p, p) for p in given.padding)])
        for phase in np.ndindex(*given.dilation):
            every = tuple(slice(p, None, d) for p, d in zip(phase, given.dilation, strict=True))
            y = output[(slice(None), *every)]
            x = padded[(slice(None), *every)]
            if not y.size and len(outputs[0]):
                continue
            if given.ndim == 1:
                yield from _folded(x, y, given.size[0])
            else:
                kh, kw = given.size
                rows, columns = y.shape[1:]
                yield Plane(x[:, : rows + kh - 1, : columns + kw - 1], y, (kh, kw))


def strips(plane: Plane) -> Iterator[slice]:
    """Yield slices of the output rows of a plane, each of about `STRIP` samples."""
    rows, columns = plane.y.shape[1:]
    height = max(32, STRIP // columns)
    for start in range(0, rows, height):
        yield slice(start, min(rows, start + height))


def _folded(x: NDArray[Any], y: NDArray[Any], taps: int) -> Iterator[Plane]:
    """Yield a signal (C, L) as one plane of long rows, and one of the rest."""
    import numpy as np

    length = y.shape[1]
    width = min(length, max(FOLD, 4 * taps))
    rows = length // width
    done = rows * width
    to_channel, to_sample = x.strides
    folded = np.lib.stride_tricks.as_strided(
        x, (len(x), rows, width + taps - 1), (to_channel, width * to_sample, to_sample)
    )
    yield Plane(folded, y[:, :done].reshape(len(y), rows, width), (1, taps))
    if done < length:
        yield Plane(x[:, None, done : length + taps - 1], y[:, None, done:], (1, taps))
