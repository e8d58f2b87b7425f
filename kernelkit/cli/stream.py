"""Images on disk filtered into files on disk, piece by piece."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kernelkit.filtering.chunked import apply_in_bands
from kernelkit.filtering.halo import halo
from kernelkit.images import LARGEST, new_npy, new_zarr

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from contextlib import AbstractContextManager

    from kernelkit.exact.kernel import Kernel
    from kernelkit.images import Image


def is_streamed(image: Image, target: str) -> bool:
    """Whether an image goes from disk to disk: into a store in zarr always, into npy where it is large."""
    import numpy as np

    on_disk = not isinstance(image.values, np.ndarray) or isinstance(image.values, np.memmap)
    suffix = Path(target).suffix.lower()
    return on_disk and (suffix == ".zarr" or (suffix == ".npy" and math.prod(image.values.shape) > LARGEST))


def streamed(
    kernel: Kernel,
    image: Image,
    target: str,
    *,
    axis: tuple[int, ...],
    stride: int | Sequence[int],
    progress: Callable[[int, int], object] | None,
    **conventions: Any,  # noqa: ANN401 - those of apply
) -> str:
    """Filter an image from disk to disk; say how large the result is.

    The file is beside its place until it is whole, and removed where it does not become so.
    """
    import numpy as np

    source = image.values
    dtype = np.dtype(np.float32 if source.dtype == np.float32 else np.float64)
    around = halo(kernel, source, axis=axis, stride=stride, mask=None, conventions=conventions)  # type: ignore[arg-type]  # checked by what uses them
    shape = tuple(map(len, around.kept))
    chunks = getattr(source, "chunks", None)
    new: AbstractContextManager[Any]
    if Path(target).suffix.lower() == ".zarr":
        whole = None if chunks is None else tuple(map(min, chunks, shape))
        new = new_zarr(target, shape=shape, dtype=dtype, axes=image.axes, chunks=whole)
    else:
        new = new_npy(target, shape=shape, dtype=dtype)
    with new as place:
        apply_in_bands(kernel, source, place, axis=axis, stride=stride, progress=progress, **conventions)
    return f"{' x '.join(map(str, shape))} {dtype}"
