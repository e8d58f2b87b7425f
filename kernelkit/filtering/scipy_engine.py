"""Correlation by SciPy: works everywhere, and is what the compiled engine is compared with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kernelkit.filtering.boundary import OUTSIDE, sources

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Array = NDArray[Any]


def correlate(image: Array, weights: Array, anchor: Sequence[int], extension: str, out: Array) -> None:
    """Fill out with a correlation; see `kernelkit.filtering.engine.correlate`."""
    from scipy import ndimage  # type: ignore[import-untyped]  # scipy ships no types

    wide = extended(image, weights.shape, anchor, extension)
    whole = ndimage.correlate(wide, weights, output=out.dtype, mode="constant")
    out[...] = whole[
        tuple(
            slice(size // 2, size // 2 + length)
            for size, length in zip(weights.shape, out.shape, strict=True)
        )
    ]


def correlate_separable(
    image: Array, factors: Sequence[Array], anchor: Sequence[int], extension: str, out: Array
) -> None:
    """Fill out with a correlation by one factor an axis; see `kernelkit.filtering.engine.correlate_separable`."""
    import numpy as np
    from scipy import ndimage

    sizes = [len(factor) for factor in factors]
    powers = 0
    whole = extended(image, sizes, anchor, extension)
    for axis, factor in enumerate(factors):
        if len(factor) > 1 or factor[0] != 1:
            # scipy takes taps that differ by less than 2e-16 for equal, however small they are
            power = int(np.frexp(np.abs(factor).max())[1])
            power = power if power < -8 else 0
            whole = ndimage.correlate1d(
                whole, np.ldexp(factor, -power), axis, output=out.dtype, mode="constant"
            )
            powers += power
    out[...] = whole[
        tuple(slice(size // 2, size // 2 + length) for size, length in zip(sizes, out.shape, strict=True))
    ]
    if powers:
        np.ldexp(out, powers, out=out)


def extended(image: Array, sizes: Sequence[int], anchor: Sequence[int], extension: str) -> Array:
    """Return an image with what lies beyond its border, as far as a window of the given sizes reaches."""
    if extension == "valid":
        return image
    for axis, (size, place) in enumerate(zip(sizes, anchor, strict=True)):
        if size == 1 and place == 0:
            continue
        image = extended_along(image, axis, extension, -place, image.shape[axis] + size - 1 - place)
    return image


def extended_along(image: Array, axis: int, extension: str, start: int, stop: int) -> Array:
    """Return what stands at places from start to stop of one axis, as `kernelkit.filtering.boundary.sources` says."""
    indices = sources(extension, image.shape[axis], start, stop)
    wide = image.take(indices.clip(0), axis)
    if extension == "zero":
        beyond: list[Any] = [slice(None)] * image.ndim
        beyond[axis] = indices == OUTSIDE
        wide[tuple(beyond)] = 0
    return wide
