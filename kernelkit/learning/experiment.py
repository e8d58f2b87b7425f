"""Experiments: a small image that determines a window, and how well a given image would do."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kernelkit.errors import InputError, LimitError
from kernelkit.exact.rational import counted, whole
from kernelkit.learning.excite import excite

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import ArrayLike, NDArray

MOST_PIXELS = 1 << 24
"""Pixels of images that are made."""


def smallest_image(size: int | Sequence[int], *, channels: int = 1) -> NDArray[np.float64]:
    """Return small images that determine every tap of a window: an impulse in ``2 size - 1`` pixels a side.

    Each of their windows sees one tap alone, so the patch matrix is a permutation and ``R`` is the identity: the
    output is the kernel itself, reflected, and one gradient step of 1/2 learns it.  ``N`` samples give ``N - k + 1``
    windows along an axis.

    For one channel there is no image of fewer pixels with as many windows as taps.  For several there are as few
    windows as taps, too, and no fewer images of this shape do; but larger images share their borders, and may do
    with fewer pixels in all: one white image of 3 by 7 by 8 determines three channels of 3 by 3 taps.

    Parameters
    ----------
    size
        Window; one number is a window on a line.
    channels
        Input channels: as many images, with the impulse in one channel each.

    Returns
    -------
    ndarray
        (*space) for one channel, else (channels, channels, *space).

    Raises
    ------
    InputError
        Sizes or channels below 1.
    LimitError
        More than `MOST_PIXELS` pixels.

    Examples
    --------
    >>> smallest_image(2).tolist()
    [0.0, 1.0, 0.0]
    >>> excite(smallest_image((3, 3)), (3, 3)).condition
    1.0
    """
    import numpy as np

    window = (size,) if not hasattr(size, "__iter__") else tuple(size)
    numbers = [whole(n, what="a size") for n in window]
    count = whole(channels, what="a number of channels")
    if not numbers or min(*numbers, count) < 1:
        raise InputError(
            f"a window {tuple(numbers)} with {counted(count, 'channel')} has nothing to learn",
            next="smallest_image((3, 3))",
        )
    space = tuple(2 * n - 1 for n in numbers)
    if math.prod(space) * count**2 > MOST_PIXELS:
        raise LimitError(
            f"{counted(count**2, 'plane')} of shape {space} would be more than {MOST_PIXELS} pixels",
            next="white noise of a few times as many pixels as taps does, too",
        )
    images = np.zeros((count, count, *space))
    for channel in range(count):
        images[(channel, channel, *(n - 1 for n in numbers))] = 1
    return images[0, 0] if count == 1 else images


@dataclass(frozen=True, slots=True)
class Score:
    """How well an image would teach a kernel, against the best image of the same energy.

    The best ``R`` of a trace is a multiple of the identity: impulses and white noise come near it.  All three
    scores lie between 0 (some taps stay unknown) and 1.

    Attributes
    ----------
    average
        Variance of the taps, averaged, of the best image over that of this one (A-optimality).
    volume
        The same for the volume of the joint confidence region, per tap (D-optimality).
    worst
        The same for the worst combination of taps (E-optimality).
    rank, unknowns
        Combinations determined, and taps.
    noise_per_tap
        Root-mean-square standard error of the taps for labels with noise of deviation 1; infinite where some are
        not determined.
    """

    average: float
    volume: float
    worst: float
    rank: int
    unknowns: int
    noise_per_tap: float

    @property
    def statement(self) -> str:
        """The verdict in one sentence."""
        if self.rank < self.unknowns:
            return f"determines {self.rank} of {counted(self.unknowns, 'tap')}"
        return (
            f"determines {counted(self.unknowns, 'tap')}, with {self.average:.3g} of the precision of the best image "
            f"of its energy; noise of 1 in the labels gives {self.noise_per_tap:.3g} in the taps"
        )


def score(
    X: ArrayLike,  # noqa: N803  # the post's name
    size: int | Sequence[int],
    *,
    stride: int | Sequence[int] = 1,
    padding: int | Sequence[int] = 0,
    dilation: int | Sequence[int] = 1,
) -> Score:
    """Score an image as an experiment on a kernel of some size, before any label is measured.

    Parameters
    ----------
    X, size, stride, padding, dilation
        As for `kernelkit.learning.excite.excite`.

    References
    ----------
    Pukelsheim, Optimal Design of Experiments, chapter 6: the criteria D, A and E.

    Examples
    --------
    >>> score(smallest_image((3, 3)), (3, 3)).average
    1.0
    >>> score([[1, 1, 0, 0, 0, 0, 1, 1]] * 6, (3, 3)).statement
    'determines 3 of 9 taps'
    """
    found = excite(X, size, stride=stride, padding=padding, dilation=dilation)
    values = found.without_bias.eigenvalues.tolist()
    count = found.unknowns
    if found.rank < count:
        return Score(0.0, 0.0, 0.0, found.rank, count, math.inf)
    mean = math.fsum(values) / count
    variance = math.fsum(1 / v for v in values) / count
    volume = math.exp(math.fsum(map(math.log, values)) / count)
    return Score(1 / (mean * variance), volume / mean, values[0] / mean, count, count, math.sqrt(variance))
