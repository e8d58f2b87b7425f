"""The gradient of a large image some rows at a time, so that it stays in the cache and takes no memory of its size."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from kernelkit.edges.prepared import fill_lengths, reach_of
from kernelkit.edges.smoothing import rounding_of, slopes
from kernelkit.filtering.boundary import sources
from kernelkit.filtering.engine import aligned

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from kernelkit.filtering.boundary import Extension

    Array = NDArray[Any]

PIXELS = 2**19
"""Of a strip: its gradient and magnitude take 12 MiB."""


class Strip(NamedTuple):
    """Rows of an image.

    Attributes
    ----------
    first
        Row of the image at which gradient and magnitude begin.
    own
        Which of their rows are those of this strip: others overlap with the strips beside it.
    gradient, magnitude
        As of `kernelkit.edges.prepared.Prepared`; of the next strip once that is asked for.
    """

    first: int
    own: slice
    gradient: list[Array]
    magnitude: Array


def strips(image: Array, *, sigma: float, boundary: Extension, margin: int) -> Iterator[Strip]:
    """Give the gradient of an image of two axes, the same as that of the whole to the last digit.

    Parameters
    ----------
    image, sigma, boundary
        As for `kernelkit.edges.prepared.prepared`, which has checked them.
    margin
        Rows by which strips overlap on both sides, where the image has them.
    """
    import numpy as np

    height, width = image.shape
    reach, least = reach_of(sigma, None, 2), rounding_of(image)
    rows = max(1, PIXELS // width, 4 * (margin + reach))
    held = min(rows + 2 * margin, height) + 2 * reach
    memory, lengths = aligned((2 * held * width,), np.float64), aligned((held, width), np.float64)
    for start in range(0, height, rows):
        first, last = max(0, start - margin), min(height, start + rows + margin)
        above, below = (
            first - reach,
            last + reach,
        )  # what lies beyond these rows spoils only those that are left out
        inside = above >= 0 and below <= height
        samples = image[above:below] if inside else image[sources(boundary, height, above, below)]
        parts = memory[: 2 * samples.size].reshape(2, *samples.shape)
        slopes(samples, sigma=sigma, kernel=None, boundary=boundary, out=parts)
        kept = [part[reach : reach + last - first] for part in parts]
        magnitude = lengths[: last - first]
        fill_lengths(kept, least, magnitude)
        yield Strip(first, slice(start - first, min(rows, height - start) + start - first), kept, magnitude)
