"""The engine: plain correlations of arrays with weights, by the compiled extension where it is there, else by SciPy.

Large kernels take the way that `kernelkit.filtering.routes` finds cheapest.

Nothing here knows what a kernel computes: weights in, numbers out.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Literal

from kernelkit.errors import ShapeError
from kernelkit.filtering import fft_engine, native_engine, routes, scipy_engine

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import DTypeLike, NDArray

    Array = NDArray[Any]

End = Literal["components", "magnitude"]
"""What becomes of two correlations: both, or the square root of the sum of their squares."""

LINE, PAGE = 64, 4096
"""Bytes of a line of the cache, at one of which outputs have to start to be stored past it, and of a page.  A processor
takes a load for dependent on a store that lies at the same place of another page, and images mostly begin with one, so
outputs begin five lines later."""


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

    Whole numbers times whole weights, images with NaN or infinities, and kernels of fewer than 64 taps are summed tap
    by tap, or factor by factor where a kernel is one product: to the bound of `kernelkit.filtering.native_engine`, and
    a NaN spoils no output but those whose taps meet it.  Others may be summed as at most four products, which equal the
    kernel to 2^-50 of its largest tap, each to that bound; or by Fourier transforms, to the bound of
    `kernelkit.filtering.fft_engine`; whichever is fastest.  Equal weights over a large rectangle are summed by running
    sums, to the bound of `kernelkit.filtering.native_engine.box`.

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
    import numpy as np

    out = _output(image, weights.shape, extension, out)
    if not out.size:
        return out
    if weights.size == 1 and not any(anchor):
        weight = out.dtype.type(weights.flat[0])
        if weight:
            np.multiply(image, weight, out=out, casting="unsafe")
        else:  # no taps read nothing
            out.fill(0)
        return out
    constant = weights.size >= routes.FEW and (weights == weights.flat[0]).all()
    if constant and _box(image, weights.shape, float(weights.flat[0]), anchor, extension, out):
        return out
    way = routes.cheapest(image.shape, weights, out.dtype)
    if way == "direct" or not _may_be_rounded(image, weights):
        _direct(image, [weights], anchor, extension, out)
        return out
    image = image.copy() if np.may_share_memory(image, out) else image
    if way == "Fourier":
        fft_engine.correlate(image, weights, anchor, extension, out)
    else:
        first, *others = routes.terms(weights)
        _direct(image, first, anchor, extension, out)
        product = aligned(out.shape, out.dtype)
        for term in others:
            _direct(image, term, anchor, extension, product)
            np.add(out, product, out=out)
    return out


def _direct(image: Array, kernel: Sequence[Array], anchor: Sequence[int], extension: str, out: Array) -> None:
    """Correlate with weights, or with the product of a column and a row."""
    if not native_engine.correlate(image, [kernel], anchor, extension, [out]):
        weights = kernel[0] if len(kernel) == 1 else kernel[0] * kernel[1]
        scipy_engine.correlate(image, weights, anchor, extension, out)


def _box(
    image: Array, sizes: Sequence[int], weight: float, anchor: Sequence[int], extension: str, out: Array
) -> bool:
    """Sum over large windows by running sums, if that is possible and no sample can spoil others."""
    return sum(sizes) >= routes.BOX and native_engine.box(image, sizes, weight, anchor, extension, out)


def _may_be_rounded(image: Array, weights: Array) -> bool:
    """Whether sums have no exact value to keep, and no sample can spoil others."""
    import numpy as np

    if image.dtype.kind in "biu":
        return bool((weights != np.rint(weights)).any())
    with np.errstate(over="ignore", invalid="ignore"):
        return bool(
            np.isfinite(image.sum())
        )  # in its own type: a sum that overflows is no reason to be less exact


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
    sizes = [len(factor) for factor in factors]
    out = _output(image, sizes, extension, out)
    if not out.size:
        return out
    if sum(sizes) >= routes.BOX and all((factor == factor[0]).all() for factor in factors):
        weight = math.prod(float(factor[0]) for factor in factors)
        if _box(image, sizes, weight, anchor, extension, out):
            return out
    if not native_engine.correlate_separable(image, factors, anchor, extension, out):
        scipy_engine.correlate_separable(image, factors, anchor, extension, out)
    return out


def correlate_separable_pair(
    image: Array,
    pair: Sequence[Sequence[Array]],
    *,
    anchor: Sequence[int],
    extension: str,
    out: Array,
) -> None:
    """Fill out, along its first axis, with the correlations with two products of factors, in one pass over the image.

    Parameters
    ----------
    image, anchor, extension
        As for `correlate_separable`; an image of two axes.
    pair
        Of each kernel the factor of both axes; those of one axis are of one length.
    """
    columns_and_rows = [[column[:, None], row[None]] for column, row in pair]
    if out.size and not native_engine.correlate(image, columns_and_rows, anchor, extension, list(out)):
        for factors, component in zip(pair, out, strict=True):
            scipy_engine.correlate_separable(image, factors, anchor, extension, component)


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
    """Return an array that begins at a line of the cache, and not where images mostly do within a page."""
    import numpy as np

    size = int(np.prod(shape)) * np.dtype(dtype).itemsize
    memory = np.empty(size + PAGE, np.uint8)
    start = (5 * LINE - memory.ctypes.data) % PAGE
    return memory[start : start + size].view(dtype).reshape(shape)
