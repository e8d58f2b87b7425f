"""Ridges and corners: eigenvalues of the Hessian, and of the structure tensor."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

from kernelkit.edges.smoothing import checked, checked_scale, derivative, slopes
from kernelkit.errors import InputError
from kernelkit.filtering.apply import unmasked

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from kernelkit.filtering.boundary import Extension

    Array = NDArray[Any]


def curvatures(image: ArrayLike, *, sigma: float = 2.0, boundary: Extension = "reflect") -> Array:
    """Return the eigenvalues of the Hessian of the smoothed image, the axis of eigenvalues first, in ascending order.

    On a bright line the first is negative and the others small; on a dark one the last is positive.

    Parameters
    ----------
    image
        Real samples of any number of axes; those that a masked array hides are NaN.
    sigma
        Of the Gaussian, in pixels.
    boundary
        As for `kernelkit.edges.canny.canny`.

    Returns
    -------
    :
        ``(axes, *image.shape)``, in units of the image per pixel squared.

    Examples
    --------
    >>> import numpy as np
    >>> y, x = np.mgrid[:20, :20]
    >>> curvatures(x**2 - 2 * y**2, sigma=1)[:, 10, 10].round(9)
    array([-4.,  2.])
    """
    array = _samples(image, sigma, boundary)
    count = array.ndim
    found = {
        (i, j): derivative(
            array, [(axis == i) + (axis == j) for axis in range(count)], sigma=sigma, boundary=boundary
        )
        for i, j in itertools.combinations_with_replacement(range(count), 2)
    }
    return _eigenvalues(found, count)


def structure(
    image: ArrayLike, *, sigma: float = 1.0, window: float = 2.0, boundary: Extension = "reflect"
) -> Array:
    """Return the eigenvalues of the structure tensor, the axis of eigenvalues first, in ascending order.

    The tensor is the product of the gradient with itself, averaged under a Gaussian.  Where the image is flat all
    eigenvalues are small, at edges all but the last, and at corners none: the first is the measure of Shi and Tomasi,
    the product over the sum that of Noble and Harris.

    Parameters
    ----------
    image, sigma, boundary
        As for `curvatures`.
    window
        The sigma of the Gaussian that averages, in pixels.

    Returns
    -------
    :
        ``(axes, *image.shape)``, in units of the image squared per pixel squared.

    References
    ----------
    Harris and Stephens, A combined corner and edge detector, Alvey Vision Conference (1988) 147-151.
    Shi and Tomasi, Good features to track, CVPR (1994) 593-600.

    Examples
    --------
    >>> import numpy as np
    >>> y, x = np.mgrid[:40, :40]
    >>> structure(3 * x + 4 * y)[:, 20, 20].round(9)
    array([ 0., 25.])
    """
    import numpy as np

    checked(window, boundary)
    gradient = slopes(_samples(image, sigma, boundary), sigma=sigma, kernel=None, boundary=boundary)
    count = len(gradient)
    with np.errstate(all="ignore"):  # as in `_eigenvalues`
        found = {
            (i, j): derivative(gradient[i] * gradient[j], [0] * count, sigma=window, boundary=boundary)
            for i, j in itertools.combinations_with_replacement(range(count), 2)
        }
    return _eigenvalues(found, count)


def _samples(image: ArrayLike, sigma: float, boundary: Extension) -> Array:
    """Check an image and conventions, and return its samples, NaN where they are missing."""
    import numpy as np

    checked(sigma, boundary)
    array, hidden = unmasked(image, None)
    checked_scale(array)
    return array if hidden is None else np.where(hidden, np.nan, array)


def _eigenvalues(parts: dict[tuple[int, int], Array], count: int) -> Array:
    """Return the eigenvalues of symmetric tensors, at each sample."""
    import numpy as np

    if count == 1:
        return parts[0, 0][None]
    if count == 2:
        with np.errstate(all="ignore"):  # what is infinite or no number stays so, in silence
            half = (parts[0, 0] - parts[1, 1]) / 2
            mean, root = (parts[0, 0] + parts[1, 1]) / 2, np.hypot(half, parts[0, 1])
            return np.stack([mean - root, mean + root])
    whole = np.stack(
        [np.stack([parts[min(i, j), max(i, j)] for j in range(count)], axis=-1) for i in range(count)],
        axis=-1,
    )
    if not np.isfinite(whole).all():
        raise InputError("the eigenvalues of what is no number are not known", next="numpy.nan_to_num(image)")
    return np.moveaxis(np.linalg.eigvalsh(whole), -1, 0)
