"""Colour of a filter: its dominant plane, the mix of channels that the plane multiplies, and how grey it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kernelkit.errors import ShapeError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

OPPOSED = 0.1
"""Weight of a channel against the others, of a mix of length 1, from which on it opposes them: a hundredth of the
energy."""

CHROMATIC = 0.5
"""Share of the energy in the mean of the channels below which a filter is chromatic: most is in their differences."""


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """A filter as the best product of a mix of channels and a plane, in the sense of least squares.

    Attributes
    ----------
    plane
        The plane, with the norm of the product, (rows, columns).
    mix
        Weight of each channel; length 1, its largest entry positive.
    share
        Share of the filter's energy that the product has: 1 for a filter of one colour.
    grey_share
        Share of the energy in the mean over the channels: 1 where all channels are equal, 0 where they add up to
        nothing everywhere.
    """

    plane: NDArray[np.float64]
    mix: tuple[float, ...]
    share: float
    grey_share: float

    @property
    def chroma(self) -> str:
        """``"grey"``, or of three channels ``"colour-opponent"`` or ``"coloured"`` where most energy is no grey.

        Opponent mixes have channels of both signs, as red against green; coloured ones see mostly one channel.
        """
        if len(self.mix) != 3 or self.grey_share >= CHROMATIC:
            return "grey"
        return "colour-opponent" if min(self.mix) <= -OPPOSED else "coloured"


def split(filter_taps: ArrayLike) -> Split:
    """Split a filter into a mix of channels and a plane, by its singular values.

    Parameters
    ----------
    filter_taps
        (channels, rows, columns).

    Raises
    ------
    ShapeError
        Other than three axes.

    Examples
    --------
    >>> import numpy as np
    >>> found = split(np.array([1, -1, 0])[:, None, None] * np.array([[1, 2], [0, 1]]))
    >>> found.chroma, f"{found.share:.3f}", f"{found.grey_share:.3f}"
    ('colour-opponent', '1.000', '0.000')
    """
    import numpy as np

    taps = np.asarray(filter_taps, dtype=float)
    if taps.ndim != 3 or not taps.size:
        raise ShapeError(
            f"a filter has the axes (channels, rows, columns), not the shape {taps.shape}",
            next="split(array[None]) takes one plane",
        )
    channels, shape = len(taps), taps.shape[1:]
    largest = float(abs(taps).max())
    if not largest:
        return Split(np.zeros(shape), (1.0, *(0.0,) * (channels - 1)), 1.0, 1.0)
    if channels == 1:
        return Split(taps[0].copy(), (1.0,), 1.0, 1.0)
    flat = (taps / largest).reshape(channels, -1)
    left, values, right = np.linalg.svd(flat, full_matrices=False)
    mix = left[:, 0]
    sign = 1.0 if mix[np.argmax(abs(mix))] > 0 else -1.0
    energy = float((flat**2).sum())
    grey = channels * float((flat.mean(axis=0) ** 2).sum()) / energy
    return Split(
        (sign * largest * values[0] * right[0]).reshape(shape),
        tuple(float(sign * weight) + 0.0 for weight in mix),
        min(1.0, float(values[0] ** 2) / energy),
        min(1.0, grey),
    )
