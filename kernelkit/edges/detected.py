"""What edge detectors find before thresholds: pixels with their places, and the gradient there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kernelkit.edges.hysteresis import STRONG, held, ordered

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Detected:
    """Places of edges.

    Attributes
    ----------
    shape
        Of the image.
    pixels
        Flat index of the pixel nearest to each place.
    places
        A row each, in pixels along the axes in order.
    gradient
        There, a row each.
    """

    shape: tuple[int, ...]
    pixels: Array
    places: Array
    gradient: Array

    @property
    def strength(self) -> Array:
        """Magnitude of the gradient at each place."""
        import numpy as np

        found: Array = np.sqrt((self.gradient**2).sum(axis=1))
        return found

    @property
    def image(self) -> Array:
        """The largest strength on each pixel, 0 elsewhere."""
        import numpy as np

        strength, found = np.zeros(self.shape), self.strength
        order: Array | slice = slice(None)
        if not (self.pixels[1:] > self.pixels[:-1]).all():
            order = np.argsort(found)  # of several places in a pixel, the strongest is set last
        strength.ravel()[self.pixels[order]] = found[order]
        return strength

    def map(self, low: float, high: float) -> Array:
        """Return the pixels of those places that stay under hysteresis."""
        return held_pixels(self.shape, self.pixels, self.strength, low, high)

    def points(self, low: float, high: float) -> Array:
        """Return those places that stay under hysteresis: place, strength and, of two axes, direction, a row each."""
        import numpy as np

        kept = self.map(low, high).ravel()[self.pixels] & (self.strength >= low)
        columns = [self.places[kept], self.strength[kept, None]]
        if len(self.shape) == 2:
            columns.append(np.arctan2(self.gradient[kept, 0], self.gradient[kept, 1])[:, None])
        return np.hstack(columns)


def held_pixels(shape: tuple[int, ...], pixels: Array, strength: Array, low: float, high: float) -> Array:
    """Return a map of those pixels, some of several places, that stay under hysteresis."""
    import numpy as np

    low, high = ordered(low, high)
    levels = np.zeros(shape, np.uint8)
    levels.ravel()[pixels[(strength >= low) & (strength > 0)]] = 1
    levels.ravel()[pixels[(strength >= high) & (strength > 0)]] = STRONG
    return held(levels, len(shape))
