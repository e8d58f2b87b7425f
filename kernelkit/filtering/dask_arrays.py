"""Kernels applied to dask arrays: lazily, block by block, the same bits as the whole at once."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, SupportsIndex

from kernelkit.errors import InputError, ShapeError
from kernelkit.filtering.halo import halo

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Unpack

    import dask.array
    from numpy.typing import ArrayLike, NDArray

    from kernelkit.filtering.halo import Halo
    from kernelkit.filtering.plan import AnyKernel, Spaced


def apply_dask(
    kernel: AnyKernel,
    image: dask.array.Array,
    *,
    axis: SupportsIndex | Sequence[SupportsIndex] | None = None,
    stride: int | Sequence[int] = 1,
    mask: dask.array.Array | ArrayLike | None = None,
    out: None = None,
    **conventions: Unpack[Spaced],
) -> dask.array.Array:
    """Apply a kernel to a dask array; nothing is computed before the result is.

    Blocks get the samples around them that the kernel needs.  Blocks smaller than that are joined first.

    Parameters
    ----------
    kernel, axis, stride, conventions
        As for `kernelkit.filtering.apply.apply`.
    image
        Of known block sizes.
    mask
        As for that; a dask array, too, or what becomes one.
    out
        Refused: a lazy result is stored by dask.

    Raises
    ------
    InputError, ShapeError, UnknownNameError
        As `kernelkit.filtering.apply.apply` does, at once.

    Examples
    --------
    >>> import dask.array as da
    >>> apply_dask([-1, 0, 1], da.arange(6, chunks=2) ** 2).compute()
    array([ 0.,  2.,  4.,  6.,  8., 10.])
    """
    import dask.array as da
    import numpy as np

    if out is not None:
        raise InputError(
            "a lazy result is not written into out",
            why="nothing is computed yet",
            next="dask.array.store(apply(kernel, image), out)",
        )
    if not image.dtype.isnative or (image.dtype.kind, image.dtype.itemsize) == ("f", 2):
        # as apply does with the whole
        wide = (
            np.float64
            if image.dtype.itemsize == 2 and image.dtype.kind == "f"
            else image.dtype.newbyteorder("=")
        )
        image = image.astype(wide)
    if any(map(math.isnan, image.shape)):
        raise ShapeError(
            f"an image of shape {image.shape} has no borders yet", next="image.compute_chunk_sizes()"
        )
    missing = None if mask is None else da.asarray(mask)
    around = halo(kernel, image, axis=axis, stride=stride, mask=missing, conventions=conventions)
    chunks = _chunks(image, around)
    depth = {place: margin if len(chunks[place]) > 1 else 0 for place, margin in enumerate(around.margins)}
    whole = da.map_overlap(
        _filtered,
        *(array.rechunk(chunks) for array in (image, missing) if array is not None),
        depth=depth,
        boundary="periodic" if around.wraps else "none",
        around=around,
        dtype=around.dtype,
        meta=np.empty((0,) * image.ndim, around.dtype),
    )
    return whole[tuple(slice(kept.start, kept.stop, kept.step) for kept in around.kept)]


def _filtered(*arrays: NDArray[Any], around: Halo) -> NDArray[Any]:
    return around.filtered(*arrays)


def _chunks(image: dask.array.Array, around: Halo) -> tuple[tuple[int, ...], ...]:
    """Return blocks that are large enough for what their neighbours read of them."""
    from dask.array.overlap import ensure_minimum_chunksize

    return tuple(
        (side,) if least >= side else ensure_minimum_chunksize(least, sizes)
        for side, sizes, least in zip(
            image.shape, image.chunks, map(max, around.margins, around.least), strict=True
        )
    )
