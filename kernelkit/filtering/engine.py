"""The engine: plain correlations of arrays with weights.

Nothing here knows what a kernel computes: weights in, numbers out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kernelkit.errors import ShapeError
from kernelkit.filtering import scipy_engine

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Array = NDArray[Any]


def correlate(
    image: Array, weights: Array, *, anchor: Sequence[int], extension: str, out: Array | None = None
) -> Array:
    """Return ``out[i] = sum_j weights[j] * image[i + j - anchor]``, with what lies beyond the border.

    Parameters
    ----------
    image
        Real, of any number of axes.
    weights
        As many axes, float64.
    anchor
        Which entry of the weights multiplies the sample at the output's own place, by axis; with the extension
        ``valid`` outputs are those whose window lies inside the image, and the anchor changes nothing.
    extension
        One of `kernelkit.filtering.boundary.EXTENSIONS`.
    out
        Where to; float32 or float64, which is also what sums are rounded to.  Made when it is not given: float32 for
        float32 images, float64 for all others.

    Returns
    -------
    :
        ``out``.

    Raises
    ------
    ShapeError
        Weights that are larger than the image, for ``valid``; an ``out`` of another shape.
    """
    out = _output(image, weights.shape, extension, out)
    scipy_engine.correlate(image, weights, anchor, extension, out)
    return out


def correlate_separable(
    image: Array, factors: Sequence[Array], *, anchor: Sequence[int], extension: str, out: Array | None = None
) -> Array:
    """Return the correlation with the outer product of factors, one an axis; ``[1.0]`` leaves an axis alone.

    Parameters
    ----------
    image, anchor, extension, out
        As for `correlate`.
    factors
        One-dimensional, float64.

    Returns
    -------
    :
        ``out``.

    Raises
    ------
    ShapeError
        As for `correlate`.
    """
    out = _output(image, [len(factor) for factor in factors], extension, out)
    scipy_engine.correlate_separable(image, factors, anchor, extension, out)
    return out


def _output(image: Array, sizes: Sequence[int], extension: str, out: Array | None) -> Array:
    import numpy as np

    shape = image.shape
    if extension == "valid":
        shape = tuple(samples - size + 1 for samples, size in zip(shape, sizes, strict=True))
        if min(shape) < 1:
            raise ShapeError(
                f"a window of {' x '.join(map(str, sizes))} fits nowhere in an image of "
                f"{' x '.join(map(str, image.shape))}",
                next="another boundary than valid",
            )
    if out is None:
        return np.empty(shape, np.float32 if image.dtype == np.float32 else np.float64)
    if out.shape != shape:
        raise ShapeError(f"out has shape {out.shape}, the result {shape}", next=f"numpy.empty({shape})")
    return out
