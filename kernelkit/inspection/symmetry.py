"""The centre about which a plane of taps is most nearly even or odd, wherever it lies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

FINE = 4
"""Centres tried in half a pixel."""


@dataclass(frozen=True, slots=True)
class Symmetry:
    """How even or odd a plane is about its own centre, zeros taken outside the window.

    Attributes
    ----------
    x, y
        The centre in pixels from the middle of the window, x to the right and y downwards.
    even
        Share of the energy that is even about it; the rest is odd.
    """

    x: float
    y: float
    even: float

    @property
    def parity(self) -> str:
        """``"even"`` or ``"odd"``, whichever has more of the energy."""
        return "even" if self.even >= 0.5 else "odd"

    @property
    def share(self) -> float:
        """Share of the energy that has the parity, from 0.5 to 1."""
        return max(self.even, 1 - self.even)


def symmetry(plane: NDArray[np.float64]) -> Symmetry:
    """Return the centre about which a plane is most nearly even or odd, to an eighth of a pixel.

    The plane convolved with itself has at ``2 c`` its product with its image in the point c: the energy where it is
    even about c, minus the energy where it is odd.  Its largest absolute value is the centre, and its sign the parity;
    between half pixels it is read off its Fourier series.

    Examples
    --------
    >>> import numpy as np
    >>> symmetry(np.array([[0.0, -1, 1], [0, -1, 1]]))
    Symmetry(x=0.5, y=0.0, even=0.0)
    """
    import numpy as np

    energy = float((plane**2).sum())
    if not energy:
        return Symmetry(0.0, 0.0, 1.0)
    # zeros at the end, so that it does not run into itself; of odd length, so that no frequency stands for two
    doubled = [2 * size + 1 for size in plane.shape]
    product = np.fft.irfft2(np.fft.rfft2(plane, doubled) ** 2, doubled) / energy
    for axis, size in enumerate(doubled):
        product = FINE * np.fft.irfft(np.fft.rfft(product, axis=axis), FINE * size, axis=axis)
    row, column = np.unravel_index(np.argmax(abs(product).round(9)), product.shape)
    y, x = (
        float(place) / FINE / 2 - (size - 1) / 2
        for place, size in zip((row, column), plane.shape, strict=True)
    )
    return Symmetry(x, y, float(np.clip(0.5 + product[row, column] / 2, 0, 1).round(12)))
