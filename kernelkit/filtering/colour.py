"""The gradient of an image in colours: one length and one direction for all channels together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kernelkit.errors import InputError, ShapeError
from kernelkit.filtering.apply import unmasked
from kernelkit.filtering.derivatives import gradient, rounding_of
from kernelkit.filtering.libraries import largest_of, library_of
from kernelkit.filtering.plan import as_tuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    from kernelkit.filtering.plan import AnyKernel, Boundary

    Array = NDArray[Any]


def tensor_gradient(
    image: ArrayLike,
    *,
    kernel: AnyKernel | None = None,
    accuracy: int = 2,
    spacing: float | Sequence[float] = 1.0,
    boundary: Boundary = "one-sided",
    mask: ArrayLike | None = None,
) -> tuple[Array, Array]:
    """Return how fast, and in which direction, an image in colours changes most.

    The direction is that in which the squared changes of all channels sum to the most: the first eigenvector of the
    tensor ``sum over channels of g g^T``; the length is the root of its eigenvalue.  Edges between colours of the same
    brightness show, which they do not in grey, and changes of opposite sign in two channels do not cancel.

    Parameters
    ----------
    image
        Rows, columns and channels.
    kernel, accuracy, spacing, boundary
        As for `kernelkit.filtering.derivatives.gradient`.
    mask
        True where a pixel is missing; rows and columns.

    Returns
    -------
    length
        Rows and columns; with one channel the gradient's, with three equal ones the square root of 3 times it.
    orientation
        Of a line, not of an arrow: radians in (-pi/2, pi/2], from the last axis of space towards the first; NaN where
        nothing changes.

    Raises
    ------
    ShapeError
        An image without an axis of channels.
    InputError, UnknownNameError
        As `kernelkit.filtering.derivatives.gradient`.

    References
    ----------
    S. Di Zenzo, "A note on the gradient of a multi-image", Computer Vision, Graphics, and Image Processing 33 (1986)
    116-125, equations 7 to 10.

    Examples
    --------
    >>> import numpy as np
    >>> image = np.zeros((5, 6, 2))
    >>> image[..., 0], image[..., 1] = 3 * np.arange(6), -4 * np.arange(6)
    >>> length, orientation = tensor_gradient(image)
    >>> bool(np.allclose(length, 5)), bool(np.allclose(orientation, 0))
    (True, True)
    """
    import numpy as np

    if library_of(image) != "numpy":
        raise InputError(
            f"the gradient of colours is that of NumPy's arrays, not of {type(image).__name__}",
            next="image.detach().cpu().numpy(), or image.to_numpy()",
        )
    if isinstance(image, np.ma.MaskedArray) and image.ndim == 3:
        hidden_somewhere = np.ma.getmaskarray(image).any(-1)
        mask = hidden_somewhere if mask is None else hidden_somewhere | np.asarray(mask)
        image = np.where(np.ma.getmaskarray(image), 0, image.data)
    array, _ = unmasked(image, None)
    if array.ndim != 3:
        raise ShapeError(
            f"an image of shape {array.shape} has no rows, columns and channels", next="image[..., None]"
        )
    hidden = None
    if mask is not None:
        missing = np.asarray(mask)
        if missing.shape != array.shape[:2]:
            raise ShapeError(
                f"a mask of shape {missing.shape} does not fit an image of shape {array.shape}",
                next="one truth value a pixel",
            )
        hidden = np.broadcast_to(missing[..., None], array.shape)
    down, across = gradient(
        array,
        kernel=kernel,
        accuracy=accuracy,
        axis=(0, 1),
        spacing=spacing,
        boundary=boundary,
        mask=hidden,
    )
    # squares of very large and of very small numbers leave the range, so the largest becomes 1
    unit = max(float(largest_of(down)), float(largest_of(across))) or 1.0
    down, across, kind = down.astype(np.float64) / unit, across.astype(np.float64) / unit, down.dtype
    yy, xx, yx = (down * down).sum(-1), (across * across).sum(-1), (down * across).sum(-1)
    spread = np.hypot(xx - yy, 2 * yx)
    length = np.sqrt((xx + yy + spread) / 2) * unit
    orientation = np.arctan2(2 * yx, xx - yy) / 2
    steps = as_tuple(spacing)
    least = rounding_of(array, kind, steps if isinstance(steps, tuple) else (steps,))
    orientation[(spread == 0) | ~(length > least)] = np.nan
    return length.astype(kind), orientation.astype(kind)
