"""An image made ready for edges: checked, its missing samples set aside, its gradient, its noise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kernelkit.edges.missing import near_missing
from kernelkit.edges.noise import noise_of
from kernelkit.edges.smoothing import BITS, checked, rounding_of, slopes, taps
from kernelkit.edges.suppress import AT_ONCE
from kernelkit.edges.thresholds import levels
from kernelkit.errors import ShapeError
from kernelkit.filtering.apply import unmasked
from kernelkit.filtering.plan import kernel_of

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from kernelkit.edges.thresholds import Threshold
    from kernelkit.filtering.boundary import Extension
    from kernelkit.filtering.plan import AnyKernel

    Array = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Prepared:
    """An image and its gradient.

    Attributes
    ----------
    image
        Real samples, 0 where they are missing.
    mask
        True where a sample is missing, if any is.
    sigma, kernel, boundary
        As given.
    gradient
        The axis of components first.
    magnitude
        NaN where a missing sample has a part in it.
    """

    image: Array
    mask: Array | None
    sigma: float
    kernel: AnyKernel | None
    boundary: Extension
    gradient: Array
    magnitude: Array

    @property
    def window(self) -> int:
        """Samples along an axis that have a part in a gradient, at most."""
        return 2 * _reach(self.sigma, self.kernel, self.image.ndim) + 1

    def levels(self, low: Threshold, high: Threshold) -> tuple[float, float]:
        """Return thresholds as numbers."""
        return levels(low, high, self.magnitude, self._noise)

    def _noise(self) -> float:
        """Return the deviation that the image's noise gives a component of the gradient."""
        import numpy as np

        impulse = np.zeros((2 * self.window + 1,) * self.image.ndim)
        impulse[(self.window,) * self.image.ndim] = 1
        response = slopes(impulse, sigma=self.sigma, kernel=self.kernel, boundary="edge")[-1]
        return noise_of(self.image, mask=self.mask) * float(np.sqrt((response**2).sum()))


def prepared(
    image: ArrayLike,
    *,
    sigma: float,
    kernel: AnyKernel | None,
    boundary: Extension,
    mask: ArrayLike | None,
) -> Prepared:
    """Check an image and conventions, and compute the gradient.

    Raises
    ------
    InputError
        Complex samples or objects, a sigma or boundary that cannot be; a mask that is not of truth values.
    ShapeError
        An image of no axes, or that seems to be in colour; a mask that does not fit.
    """
    import numpy as np

    checked(sigma, boundary)
    array, hidden = unmasked(image, mask)
    if array.ndim == 3 and array.shape[2] in (3, 4) and min(array.shape[:2]) > 4:
        raise ShapeError(
            f"an image of shape {array.shape} seems to be in colour",
            why="edges are those of one grey value, or of a volume",
            next="image.mean(axis=2) for a picture; numpy.moveaxis(image, 2, 0) for a volume of so few slices",
        )
    missing = None
    if hidden is not None:
        near = near_missing(hidden, array.shape, _reach(sigma, kernel, array.ndim))
        missing = np.asarray(hidden)
        array = np.where(missing, 0, array)
    gradient = slopes(array, sigma=sigma, kernel=kernel, boundary=boundary)
    magnitude = _length(gradient, rounding_of(array))
    if missing is not None:
        magnitude[near] = np.nan
    return Prepared(array, missing, sigma, kernel, boundary, gradient, magnitude)


def _length(gradient: Array, least: float) -> Array:
    """Return the length of a gradient, 0 where it is at most ``least``; some rows at a time, in the cache."""
    import numpy as np

    length = np.empty(gradient.shape[1:])
    rows = max(1, AT_ONCE * len(length) // max(length.size, 1))
    with np.errstate(all="ignore"):
        for start in range(0, len(length), rows):
            parts, part = gradient[:, start : start + rows], length[start : start + rows]
            np.multiply(parts[0], parts[0], out=part)
            for component in parts[1:]:
                part += component * component
            np.sqrt(part, out=part)
            part[part <= least] = 0
    return length


def _reach(sigma: float, kernel: AnyKernel | None, count: int) -> int:
    """Return how many samples on each side have a part in a derivative, at most."""
    orders = (0, 1, 2) if kernel is None else (0,)
    smooth = max(len(taps(sigma, order, BITS // count)[0]) // 2 for order in orders)
    if kernel is None:
        return smooth
    return smooth + max(int(abs(place)) for offset, _ in kernel_of(kernel).taps for place in offset)
