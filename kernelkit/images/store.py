"""Zarr stores: arrays in chunks, read and written in parts."""

from __future__ import annotations

import contextlib
import math
import os
import shutil
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kernelkit.errors import InputError, MissingExtraError, OutputError
from kernelkit.files import check_place
from kernelkit.images.arrays import chosen
from kernelkit.images.decoding import decoding
from kernelkit.images.image import SPACE, Decoded, check_array, check_size, plain_axes

if TYPE_CHECKING:
    from collections.abc import Iterator

_TRIES, _MOMENT = 20, 0.05
"""How often, and how many seconds apart, a folder is removed."""

_MARKS = ("zarr.json", ".zarray", ".zgroup")
"""Files of which one stands in every zarr store."""


def is_zarr(path: Path) -> bool:
    """Whether a folder is a zarr store."""
    return any((path / mark).is_file() for mark in _MARKS)


def read_zarr(path: Path, array: str | None, most: int | None) -> Decoded:
    """Return an array of a store: in memory, or where ``most`` is None as the zarr array itself.

    Raises
    ------
    InputError
        No array, several of which none is named, or a damaged store.
    MissingExtraError
        Zarr is not installed.
    """
    zarr, name = _zarr(), str(path)
    with decoding(name, "zarr"):
        found = zarr.open(
            path, mode="r"
        )  # refuses codecs of Python objects, among them pickle, beside numbers
        if isinstance(found, zarr.Group):
            found = found[chosen(sorted(key for key, _ in found.arrays()), array, name)]
        elif array is not None:
            raise InputError(f"{name!r} is one array without a name", next="leave out array=")
        check_array(name, found.dtype, found.shape, most)
        if most is not None:
            check_size(name, math.prod(found.chunks), most)  # a chunk is decoded as a whole
        axes = _axes(name, found)
        return Decoded(found if most is None else found[...], axes)


def _axes(name: str, found: Any) -> str:  # noqa: ANN401 - zarr has no types
    """Return the axes that a store names, if they are ours."""
    named = getattr(found.metadata, "dimension_names", None) or ()
    if (
        len(named) == found.ndim
        and all(axis in set(SPACE) | {"c"} for axis in named)
        and len(set(named)) == len(named)
    ):
        return "".join(named)
    return plain_axes(name, found.shape)


@contextlib.contextmanager
def new_zarr(
    path: str | os.PathLike[str],
    *,
    shape: tuple[int, ...],
    dtype: Any,  # noqa: ANN401 - whatever NumPy takes for one
    axes: str,
    chunks: tuple[int, ...] | None = None,
) -> Iterator[Any]:
    """Yield a zarr array to be filled in parts: it is beside its place until the end, and removed on failure.

    What stands at the place is replaced if it is a zarr store.

    Parameters
    ----------
    path
        The folder of the store.
    shape, dtype
        Of the whole array.
    axes
        A letter an axis, as in `kernelkit.images.image.Image.axes`.
    chunks
        Of one chunk; None lets zarr choose.

    Raises
    ------
    OutputError
        The store cannot be written; nothing was left behind.
    MissingExtraError
        Zarr is not installed.
    """
    zarr, place = _zarr(), Path(path).absolute()
    if place.exists() and not (place.is_dir() and is_zarr(place)):
        raise OutputError(f"{path} is there and no zarr store", next="name another folder")
    if place.exists() and isinstance(zarr.open(place, mode="r"), zarr.Group):
        raise OutputError(
            f"{path} is a group of arrays, which one array would replace", next="name another folder"
        )
    if not place.exists():
        check_place(place, next="name another folder")  # zarr would make all folders above it
    beside = place.with_name(f".{place.name}.{os.getpid()}")
    before = place.with_name(f".{place.name}.{os.getpid()}.old")
    try:
        yield zarr.create_array(
            beside, shape=shape, dtype=dtype, chunks=chunks or "auto", dimension_names=tuple(axes)
        )
        if place.exists():
            place.rename(before)
        beside.rename(place)
    except OSError as refused:
        if before.exists() and not place.exists():
            before.rename(place)
        raise OutputError(
            f"{path} cannot be written: {(refused.strerror or str(refused)).lower()}",
            next="name another folder, or make room",
        ) from refused
    finally:
        _remove(beside)
        _remove(before)


def _remove(folder: Path) -> None:
    """Remove a folder in which other threads of zarr may still be writing for a moment."""
    for _ in range(_TRIES):
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            return
        time.sleep(_MOMENT)


def _zarr() -> Any:  # noqa: ANN401 - zarr has no types
    try:
        import zarr
    except ImportError as missing:
        raise MissingExtraError(
            "zarr stores need zarr, which is not installed", next='pip install "kernelkit[images]"'
        ) from missing
    return zarr
