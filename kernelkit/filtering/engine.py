"""The engine: plain correlations of arrays with weights, by the compiled extension where it is there, else by SciPy.

Nothing here knows what a kernel computes: weights in, numbers out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from kernelkit.errors import ShapeError
from kernelkit.filtering import native_engine, scipy_engine

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import DTypeLike, NDArray

    Array = NDArray[Any]

End = Literal["components", "magnitude"]
"""What becomes of two correlations: both, or the square root of the sum of their squares."""

LINE = 64
"""Bytes of a line of the cache: outputs that start at one can be stored past the cache."""


def name() -> str:
    """Return which engine runs, in words.

    Raises
    ------
    InputError
        KERNELKIT_THREADS is no positive whole number.
    """
    return native_engine.name() or "SciPy"


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
    if out.size and not native_engine.correlate(image, [[weights]], anchor, extension, [out]):
        scipy_engine.correlate(image, weights, anchor, extension, out)
    return out


def correlate_pair(
    image: Array,
    first: Array,
    second: Array,
    *,
    anchor: Sequence[int],
    extension: str,
    end: End,
    out: Array | None = None,
) -> Array:
    """Return the correlations with two kernels of one size, in one pass over the image.

    Parameters
    ----------
    image, anchor, extension
        As for `correlate`.
    first, second
        Weights, as for `correlate`, of one shape.
    end
        ``components`` for both results, along a new first axis; ``magnitude`` for ``sqrt(a ** 2 + b ** 2)``.
    out
        As for `correlate`, with the axis of components where there is one.

    Returns
    -------
    :
        ``out``.

    Raises
    ------
    ShapeError
        As for `correlate`.
    """
    import numpy as np

    out = _output(image, first.shape, extension, out, (2,) if end == "components" else ())
    outs = list(out) if end == "components" else [out]
    if out.size and not native_engine.correlate(image, [[first], [second]], anchor, extension, outs):
        pair = list(out) if end == "components" else [np.empty_like(out), np.empty_like(out)]
        image = image.copy() if np.may_share_memory(image, out) else image
        for weights, component in zip((first, second), pair, strict=True):
            scipy_engine.correlate(image, weights, anchor, extension, component)
        if end == "magnitude":
            np.hypot(pair[0], pair[1], out=out)
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
    if out.size and not native_engine.correlate_separable(image, factors, anchor, extension, out):
        scipy_engine.correlate_separable(image, factors, anchor, extension, out)
    return out


def _output(
    image: Array, sizes: Sequence[int], extension: str, out: Array | None, components: tuple[int, ...] = ()
) -> Array:
    import numpy as np

    shape = image.shape
    if extension == "valid":
        shape = tuple(samples - size + 1 for samples, size in zip(shape, sizes, strict=True))
        if min(shape, default=1) < 1:
            raise ShapeError(
                f"a window of {' x '.join(map(str, sizes))} fits nowhere in an image of "
                f"{' x '.join(map(str, image.shape))}",
                next="another boundary than valid",
            )
    shape = components + shape
    if out is None:
        return aligned(shape, np.float32 if image.dtype == np.float32 else np.float64)
    if out.shape != shape:
        raise ShapeError(f"out has shape {out.shape}, the result {shape}", next=f"numpy.empty({shape})")
    return out


def aligned(shape: tuple[int, ...], dtype: DTypeLike) -> Array:
    """Return an array that begins at a line of the cache."""
    import numpy as np

    size = int(np.prod(shape)) * np.dtype(dtype).itemsize
    memory = np.empty(size + LINE, np.uint8)
    start = -memory.ctypes.data % LINE
    return memory[start : start + size].view(dtype).reshape(shape)
