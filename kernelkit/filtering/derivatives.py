"""Gradients, Hessians and Laplacians of images and volumes, in array-axis order."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from kernelkit.exact.derive import derive
from kernelkit.exact.functional import derivative
from kernelkit.exact.kernel import Kernel
from kernelkit.filtering.apply import apply
from kernelkit.filtering.plan import kernel_of

if TYPE_CHECKING:
    from fractions import Fraction

    from numpy.typing import ArrayLike, NDArray

    from kernelkit.catalogue.entry import Entry
    from kernelkit.filtering.plan import Boundary

    Array = NDArray[Any]


def gradient(
    image: ArrayLike,
    *,
    kernel: Kernel | Entry | str | None = None,
    accuracy: int = 2,
    spacing: float | Sequence[float] = 1.0,
    boundary: Boundary = "one-sided",
    mask: ArrayLike | None = None,
) -> Array:
    """Return the gradient, the axis of its components first: ``gradient(image)[0]`` is the derivative along axis 0.

    Parameters
    ----------
    image
        Real samples.
    kernel
        A kernel for the derivative along the last axis, such as ``"sobel-x"``; turned for the other axes.  Central
        differences without one.
    accuracy
        Of the central differences.
    spacing, boundary, mask
        As for `kernelkit.filtering.apply.apply`.

    Returns
    -------
    :
        ``(image.ndim, *image.shape)``.

    Examples
    --------
    >>> import numpy as np
    >>> y, x = np.mgrid[:4, :5]
    >>> found = gradient(2 * x + 3 * y, kernel="sobel-x")
    >>> bool(np.allclose(found[0], 3)), bool(np.allclose(found[1], 2))
    (True, True)
    """
    import numpy as np

    array = np.asarray(image)
    steps = _steps(spacing, array.ndim)
    found = []
    for axis in range(array.ndim):
        if kernel is None:
            one = derive(derivative(1), accuracy=accuracy)
            found.append(apply(one, array, axis=axis, spacing=steps[axis], boundary=boundary, mask=mask))
        else:
            turned = _turned(kernel_of(kernel), axis)
            found.append(apply(turned, array, spacing=steps, boundary=boundary, mask=mask))
    return np.stack(found)


def hessian(
    image: ArrayLike,
    *,
    accuracy: int = 2,
    spacing: float | Sequence[float] = 1.0,
    boundary: Boundary = "one-sided",
    mask: ArrayLike | None = None,
) -> Array:
    """Return all second derivatives: ``hessian(image)[i, j]`` is the one along axes i and j.

    Parameters
    ----------
    image, spacing, boundary, mask
        As for `gradient`.
    accuracy
        Of the central differences.

    Returns
    -------
    :
        ``(image.ndim, image.ndim, *image.shape)``, symmetric.

    Examples
    --------
    >>> import numpy as np
    >>> y, x = np.mgrid[:5, :5]
    >>> found = hessian(x**2 + 6 * x * y + 4 * y**2)
    >>> [bool(np.allclose(found[place], value)) for place, value in {(0, 0): 8, (0, 1): 6, (1, 1): 2}.items()]
    [True, True, True]
    """
    import numpy as np

    array = np.asarray(image)
    steps = _steps(spacing, array.ndim)
    found: dict[tuple[int, int], Array] = {}
    for first, second in itertools.combinations_with_replacement(range(array.ndim), 2):
        if first == second:
            one = derive(derivative(2), accuracy=accuracy)
            answer = apply(one, array, axis=first, spacing=steps[first], boundary=boundary, mask=mask)
        else:
            slope = derive(derivative(1), accuracy=accuracy)
            answer = apply(
                slope.outer(slope),
                array,
                axis=(first, second),
                spacing=(steps[first], steps[second]),
                boundary=boundary,
                mask=mask,
            )
        found[first, second] = found[second, first] = answer
    axes = range(array.ndim)
    return np.stack([np.stack([found[first, second] for second in axes]) for first in axes])


def laplacian(
    image: ArrayLike,
    *,
    kernel: Kernel | Entry | str | None = None,
    accuracy: int = 2,
    spacing: float | Sequence[float] = 1.0,
    boundary: Boundary = "one-sided",
    mask: ArrayLike | None = None,
) -> Array:
    """Return the sum of the second derivatives along all axes; it is positive at the bottom of a bowl.

    Parameters
    ----------
    image, spacing, boundary, mask
        As for `gradient`.
    kernel
        A kernel for the Laplacian, such as ``"laplacian-9pt-isotropic"``, on samples that are equally far apart.
        Without one, a central difference along each axis.
    accuracy
        Of the central differences.

    Returns
    -------
    :
        Of the image's shape.

    Examples
    --------
    >>> import numpy as np
    >>> y, x = np.mgrid[:5, :6]
    >>> bool(np.allclose(laplacian(x**2 + y**2), 4))
    True
    """
    import numpy as np

    array = np.asarray(image)
    steps = _steps(spacing, array.ndim)
    if kernel is not None:
        whole: Array = apply(kernel_of(kernel), array, spacing=steps, boundary=boundary, mask=mask)
        return whole
    one = derive(derivative(2), accuracy=accuracy)
    parts = [
        apply(one, array, axis=axis, spacing=steps[axis], boundary=boundary, mask=mask)
        for axis in range(array.ndim)
    ]
    return functools.reduce(np.add, parts)


def _steps(spacing: float | Sequence[float], count: int) -> tuple[float, ...]:
    from kernelkit.errors import ShapeError

    steps = tuple(spacing) if isinstance(spacing, Sequence) else (spacing,) * count
    if len(steps) != count:
        raise ShapeError(f"{len(steps)} spacings for {count} axes", next="one number, or one an axis")
    return steps


def _turned(kernel: Kernel, axis: int) -> Kernel:
    """Return a kernel for the derivative along the last axis as one along another: the two axes exchanged."""

    def exchanged(offset: tuple[Fraction, ...]) -> tuple[Fraction, ...]:
        places = list(offset)
        places[axis], places[-1] = places[-1], places[axis]
        return tuple(places)

    return Kernel({exchanged(offset): tap for offset, tap in kernel.taps}, ndim=kernel.ndim)
