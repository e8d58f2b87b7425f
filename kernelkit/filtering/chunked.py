"""Images larger than memory: a kernel applied piece by piece, from one array on disk to another."""

from __future__ import annotations

import itertools
import math
import os
from typing import TYPE_CHECKING, Any, Protocol, SupportsIndex

from kernelkit.errors import InputError, LimitError, ShapeError
from kernelkit.filtering.halo import halo

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Unpack

    from numpy.typing import NDArray

    from kernelkit.filtering.halo import Halo
    from kernelkit.filtering.plan import AnyKernel, Spaced

    Array = NDArray[Any]

COPIES = 5
"""Arrays of a piece's size, of the wider of the types of sums and of samples, that filtering takes at most."""

MASKED = 64
"""Bytes for each sample, besides, that fitting around missing samples takes."""


class Source(Protocol):
    """What can be read from: an array of NumPy, zarr, h5py."""

    @property
    def shape(self) -> tuple[int, ...]:
        """Samples along each axis."""

    @property
    def dtype(self) -> Any:  # noqa: ANN401 - each library has its own
        """Type of the samples."""

    def __getitem__(self, place: Any, /) -> Any: ...  # noqa: ANN401 - slices in, whatever becomes an array out


class Target(Source, Protocol):
    """What can be written to besides."""

    def __setitem__(self, place: Any, values: Any, /) -> None: ...  # noqa: ANN401 - as above


def apply_in_bands(  # noqa: PLR0913 - from where to where, at what price, and every convention by name
    kernel: AnyKernel,
    source: Source,
    target: Target,
    *,
    memory: int = 2**28,
    progress: Callable[[int, int], object] | None = None,
    axis: SupportsIndex | Sequence[SupportsIndex] | None = None,
    stride: int | Sequence[int] = 1,
    mask: Source | None = None,
    **conventions: Unpack[Spaced],
) -> None:
    """Apply a kernel to an image on disk, into another array on disk: the same bits as the whole at once.

    Bands of whole rows are read, with the rows around them that the kernel needs, filtered and written; where a row
    does not fit into the memory, pieces of it.  They end where the target's chunks do, so that each chunk is written
    once.  Kernels that Fourier transforms sum, and missing samples, may differ in the last digits.  Whatever ends this
    early leaves the pieces that were written: that the target is whole is known when this
    returns.

    Parameters
    ----------
    kernel, axis, stride, conventions
        As for `kernelkit.filtering.apply.apply`.
    source
        Anything with a shape, a dtype and slices: ``numpy.memmap``, an array of zarr, a dataset of h5py.
    target
        The same, for writing: float32 or float64, of the result's shape.
    memory
        Bytes that may be held at a time, not counting what a library keeps of its files.
    progress
        Called after each piece with how many are done and how many there are.
    mask
        True where a sample is missing; like the source.

    Raises
    ------
    InputError, ShapeError, UnknownNameError
        As `kernelkit.filtering.apply.apply` does; before anything is written.
    LimitError
        Too little memory for one chunk of the target with what it needs around it.

    Examples
    --------
    >>> import numpy as np
    >>> image, slope = np.arange(6.0) ** 2, np.empty(6)
    >>> apply_in_bands([-1, 0, 1], image, slope)
    >>> slope
    array([ 0.,  2.,  4.,  6.,  8., 10.])
    """
    import numpy as np

    _check(source, target, memory)
    around = halo(kernel, source, axis=axis, stride=stride, mask=mask, conventions=conventions)
    lengths = tuple(map(len, around.kept))
    if tuple(target.shape) != lengths:
        raise ShapeError(f"the target has shape {tuple(target.shape)}, the result {lengths}")
    dtype = np.dtype(np.dtype(target.dtype).type)  # whatever the order of its bytes on disk
    if dtype not in (np.float32, np.float64):
        raise InputError(f"the target is {dtype}; results are float32 or float64")
    given = np.dtype(source.dtype)
    converted = 8 if given.kind == "b" or (given.kind, given.itemsize) == ("f", 2) else given.itemsize
    each = 2 * (given.itemsize + dtype.itemsize) + COPIES * max(converted, dtype.itemsize)
    each += MASKED if mask is not None else 0
    chunks = _chunks(target) or _chunks(source) or (1,) * len(lengths)
    units = [-(-least // chunk) * chunk for chunk, least in zip(chunks, around.least, strict=True)]
    sides = _sides(around, source.shape, units, memory // each)
    pieces = [
        [slice(start, min(start + side, length)) for start in range(0, length, side)]
        for side, length in zip(sides, lengths, strict=True)
    ]
    total = math.prod(map(len, pieces))
    for done, place in enumerate(itertools.product(*pieces), 1):
        read, wanted = [], []
        for part, kept, margin, samples in zip(place, around.kept, around.margins, source.shape, strict=True):
            spans, inside = _spans(kept[part], margin, samples, wraps=around.wraps)
            read.append(spans)
            wanted.append(inside)
        image = _read(source, read)
        answers = np.empty(image.shape, dtype)
        around.filtered(image, None if mask is None else _read(mask, read), answers)
        target[place] = answers[tuple(wanted)]
        if progress is not None:
            progress(done, total)


def _check(source: Source, target: Target, memory: int) -> None:
    """Refuse what is no array, no place to write to, or no amount of memory."""
    for array, word in ((source, "source"), (target, "target")):
        if not hasattr(array, "shape") or not hasattr(array, "dtype"):
            raise InputError(
                f"the {word} is a {type(array).__name__}, which has no shape and no type of samples",
                next="numpy.load(path, mmap_mode=...), or zarr.open(path)",
            )
    if not isinstance(memory, SupportsIndex) or memory < 1:
        raise InputError(f"memory is a number of bytes, not {memory!r}", next="memory=2**28")
    if not getattr(getattr(target, "flags", None), "writeable", True) or getattr(target, "read_only", False):
        raise InputError("the target can only be read", next='mode "r+"')
    if _is_one(source, target):
        raise InputError(
            "the target and the source share memory",
            why="pieces need samples that were written over before",
            next="another target",
        )


def _is_one(source: Source, target: Source) -> bool:
    """Whether both are in one memory, or in one file."""
    import numpy as np

    if isinstance(source, np.ndarray) and isinstance(target, np.ndarray) and np.shares_memory(source, target):
        return True
    files = [getattr(array, "filename", None) for array in (source, target)]  # of mapped files
    if None not in files and os.path.realpath(str(files[0])) == os.path.realpath(str(files[1])):
        return True
    stores = [getattr(array, "store_path", None) for array in (source, target)]  # of zarr
    return source is target or (None not in stores and str(stores[0]) == str(stores[1]))


def _chunks(array: Source) -> tuple[int, ...] | None:
    """Return what is written at once: shards of zarr, or chunks; None where single samples are."""
    found: tuple[int, ...] | None = getattr(array, "shards", None) or getattr(array, "chunks", None)
    return found


def _sides(around: Halo, shape: Sequence[int], units: Sequence[int], samples: int) -> list[int]:
    """Return how many answers a side the largest pieces have: whole units, and whole rows before more of them.

    Raises
    ------
    LimitError
        So many samples are too few for one unit and the margins around it.
    """

    def read(sides: Sequence[int]) -> list[int]:
        return [
            min(side * kept.step + 2 * margin, there)
            for side, kept, margin, there in zip(sides, around.kept, around.margins, shape, strict=True)
        ]

    least = math.prod(read(units))
    if least > samples:
        raise LimitError(
            f"a piece of {' x '.join(map(str, units))} needs {least} samples, and memory holds {samples}",
            why="what is written at once is filtered at once, with the samples around it",
            next="more memory, or a target of smaller chunks",
        )
    sides = list(units)
    for axis in reversed(range(len(sides))):
        many = samples * read(sides)[axis] // math.prod(read(sides))
        kept, margin, unit = around.kept[axis], around.margins[axis], units[axis]
        # once all samples along the axis fit, more answers need no more
        wanted = len(kept) if many >= shape[axis] else (many - 2 * margin) // kept.step
        sides[axis] = max(wanted // unit, 1) * unit if wanted < len(kept) else len(kept)
    return sides


def _spans(kept: range, margin: int, samples: int, *, wraps: bool) -> tuple[list[slice], slice]:
    """Return what is read along an axis for some answers, and where these stand in it."""
    first, last = kept[0], kept[-1] + 1
    low, high = first - margin, last + margin
    if wraps and high - low >= samples:
        low, high = 0, samples
    if not wraps:
        low, high = max(low, 0), min(high, samples)
    parts = [slice(low, high)]
    if low < 0:
        parts = [slice(low + samples, samples), slice(0, high)]
    if high > samples:
        parts = [slice(low, samples), slice(0, high - samples)]
    return parts, slice(first - low, last - low, kept.step)


def _read(source: Source, spans: Sequence[Sequence[slice]], chosen: tuple[slice, ...] = ()) -> Array:
    """Return an array put together from parts along each axis."""
    import numpy as np

    if len(chosen) == len(spans):
        return np.asarray(source[chosen])
    parts = [_read(source, spans, (*chosen, part)) for part in spans[len(chosen)]]
    return parts[0] if len(parts) == 1 else np.concatenate(parts, len(chosen))
