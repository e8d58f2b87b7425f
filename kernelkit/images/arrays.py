"""Arrays of NumPy: npy files, and npz archives of them."""

from __future__ import annotations

import io
import math
import zipfile
from typing import IO, TYPE_CHECKING, Any

from kernelkit.errors import InputError, UnknownNameError
from kernelkit.images.decoding import decoding
from kernelkit.images.image import Decoded, check_array, plain_axes

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

_LISTED = 8
"""Names of arrays that an error repeats."""


def read_npy(file: IO[bytes], name: str, most: int) -> Decoded:
    """Read an npy file into memory."""
    with decoding(name, "npy"):
        length = file.seek(0, io.SEEK_END)
        file.seek(0)
        values = _array(file, name, most, length)
        return Decoded(values, plain_axes(name, values.shape))


def map_npy(path: Path) -> Decoded:
    """Return an npy file as an array that stays on disk."""
    import numpy as np

    name = str(path)
    with decoding(name, "npy"):
        with path.open("rb") as file:
            _header(file, name, None)
        values = np.load(path, mmap_mode="r", allow_pickle=False)
        return Decoded(values, plain_axes(name, values.shape))


def read_npz(file: IO[bytes], name: str, most: int, array: str | None) -> Decoded:
    """Read one array of an archive: the one of that name, or the only one."""
    with decoding(name, "npz"), zipfile.ZipFile(file) as archive:
        names = [entry.removesuffix(".npy") for entry in archive.namelist() if entry.endswith(".npy")]
        # unpacked piece by piece into the array its header announces, so an archive that unpacks to more takes none
        entry = archive.getinfo(f"{chosen(names, array, name)}.npy")
        with archive.open(entry) as member:
            values = _array(member, name, most, entry.file_size)
        return Decoded(values, plain_axes(name, values.shape))


def chosen(names: list[str], array: str | None, name: str) -> str:
    """Return which array of a file is meant.

    Raises
    ------
    InputError
        It holds none, or several and none is named.
    UnknownNameError
        It holds none of that name.
    """
    listed = ", ".join(map(repr, names[:_LISTED])) + (", ..." if len(names) > _LISTED else "")
    if not names:
        raise InputError(f"{name!r} holds no array", next="numpy.savez(file, image=array) writes one")
    if array is not None and array not in names:
        raise UnknownNameError(f"{name!r} holds no array called {array!r}", next=f"its arrays are {listed}")
    if array is None and len(names) > 1:
        raise InputError(
            f"{name!r} holds {len(names)} arrays: {listed}", next=f"name one: array={names[0]!r}"
        )
    return names[0] if array is None else array


def _header(file: IO[bytes], name: str, most: int | None) -> tuple[tuple[int, ...], bool, np.dtype[Any]]:
    """Return shape, order and type of what follows, after a look at them."""
    from numpy.lib import format as npy

    version = npy.read_magic(file)
    # version 3 is for the field names of records, which are no images
    header = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
    shape, by_columns, dtype = header(file)
    check_array(name, dtype, shape, most)
    return shape, by_columns, dtype


def _array(file: IO[bytes], name: str, most: int, length: int) -> NDArray[np.generic]:
    import numpy as np

    shape, by_columns, dtype = _header(file, name, most)
    missing = math.prod(shape) * dtype.itemsize - (length - file.tell())
    if missing > 0:
        raise EOFError(f"the file ends {missing:,} bytes too early")
    values: NDArray[Any] = np.empty(math.prod(shape), dtype)
    _fill(file, memoryview(values.view(np.uint8)))  # type: ignore[arg-type]  # arrays are buffers
    return values.reshape(shape, order="F" if by_columns else "C")


def _fill(file: IO[bytes], buffer: memoryview) -> None:
    while buffer:
        read = file.readinto(buffer)  # type: ignore[attr-defined]  # every binary file has it
        if not read:
            raise EOFError(f"the file ends {len(buffer):,} bytes too early")
        buffer = buffer[read:]
