"""An image made ready for edges: checked, its missing samples set aside, its gradient, its noise."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from kernelkit.edges.missing import near_missing
from kernelkit.edges.noise import noise_of
from kernelkit.edges.smoothing import BITS, checked, checked_scale, rounding_of, slopes, taps
from kernelkit.edges.suppress import AT_ONCE
from kernelkit.edges.thresholds import levels
from kernelkit.errors import ShapeError
from kernelkit.filtering import native_engine
from kernelkit.filtering.apply import unmasked
from kernelkit.filtering.plan import kernel_of

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from kernelkit.edges.suppress import Gradient
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
        return window_of(self.sigma, self.kernel, self.image.ndim)

    def levels(self, low: Threshold, high: Threshold) -> tuple[float, float]:
        """Return thresholds as numbers."""
        noise = partial(noise_of_slopes, self.image, self.mask, self.sigma, self.kernel)
        return levels(low, high, noise, self.magnitude)


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
    LimitError
        Samples too large or too small for their products to be numbers.
    ShapeError
        An image of no axes, or that seems to be in colour; a mask that does not fit.
    """
    import numpy as np

    array, hidden = grey(image, sigma=sigma, boundary=boundary, mask=mask)
    missing = None
    if hidden is not None:
        near = near_missing(hidden, array.shape, reach_of(sigma, kernel, array.ndim))
        missing = np.asarray(hidden)
        array = np.where(missing, 0, array)
    gradient = slopes(array, sigma=sigma, kernel=kernel, boundary=boundary)
    magnitude = np.empty(array.shape)
    fill_lengths(gradient, rounding_of(array), magnitude)
    if missing is not None:
        magnitude[near] = np.nan
    return Prepared(array, missing, sigma, kernel, boundary, gradient, magnitude)


def grey(
    image: ArrayLike, *, sigma: float, boundary: Extension, mask: ArrayLike | None
) -> tuple[Array, ArrayLike | None]:
    """Check an image and conventions as for `prepared`, and return the image as an array, and its mask."""
    checked(sigma, boundary)
    array, hidden = unmasked(image, mask)
    checked_scale(array)
    if array.ndim == 3 and array.shape[2] in (3, 4) and min(array.shape[:2]) > 4:
        raise ShapeError(
            f"an image of shape {array.shape} seems to be in colour",
            why="edges are those of one grey value, or of a volume",
            next="image.mean(axis=2) for a picture; numpy.moveaxis(image, 2, 0) for a volume of so few slices",
        )
    return array, hidden


def noise_of_slopes(image: Array, mask: Array | None, sigma: float, kernel: AnyKernel | None) -> float:
    """Return the deviation that an image's noise gives a component of the gradient."""
    import numpy as np

    window = window_of(sigma, kernel, image.ndim)
    impulse = np.zeros((2 * window + 1,) * image.ndim)
    impulse[(window,) * image.ndim] = 1
    response = slopes(impulse, sigma=sigma, kernel=kernel, boundary="edge")[-1]
    return noise_of(image, mask=mask) * float(np.sqrt((response**2).sum()))


def fill_lengths(gradient: Gradient, least: float, out: Array) -> None:
    """Fill out with the length of a gradient, 0 where it is at most ``least``."""
    import numpy as np

    if len(gradient) == 2 and native_engine.lengths(gradient, least, out):
        return
    rows = max(1, AT_ONCE * len(out) // max(out.size, 1))  # in the cache
    with np.errstate(all="ignore"):
        for start in range(0, len(out), rows):
            some, length = [part[start : start + rows] for part in gradient], out[start : start + rows]
            np.multiply(some[0], some[0], out=length)
            for component in some[1:]:
                length += component * component
            np.sqrt(length, out=length)
            length[length <= least] = 0


def window_of(sigma: float, kernel: AnyKernel | None, count: int) -> int:
    """Return how many samples along an axis have a part in a gradient, at most."""
    return 2 * reach_of(sigma, kernel, count) + 1


def reach_of(sigma: float, kernel: AnyKernel | None, count: int) -> int:
    """Return how many samples on each side have a part in a derivative, at most."""
    orders = (0, 1, 2) if kernel is None else (0,)
    smooth = max(len(taps(sigma, order, BITS // count)) // 2 for order in orders)
    if kernel is None:
        return smooth
    return smooth + max(int(abs(place)) for offset, _ in kernel_of(kernel).taps for place in offset)
