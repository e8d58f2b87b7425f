"""Arrays that NumPy saved, read without pickle and without trusting any size a header states."""

from __future__ import annotations

import math
import zipfile
from tokenize import TokenError
from typing import IO, TYPE_CHECKING

from kernelkit.errors import CheckpointError, LimitError
from kernelkit.inspection.weights import Model, widened

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

MOST_MEMBERS = 100_000
"""Files in an archive."""

_DAMAGE = (
    ArithmeticError,
    AttributeError,
    EOFError,
    LookupError,
    MemoryError,
    NotImplementedError,
    OSError,
    RecursionError,
    RuntimeError,
    SyntaxError,
    TokenError,
    TypeError,
    ValueError,
    zipfile.BadZipFile,
)
"""What comes out of damaged headers, which NumPy parses as Python, and of damaged archives."""


def read_npy(source: Path) -> Model:
    """Read an npy file; its one array is called ``array``.

    Raises
    ------
    CheckpointError
        A damaged file, or one of Python objects.
    """
    try:
        with source.open("rb") as file:
            array = _array(file, source.stat().st_size, str(source))
    except CheckpointError:
        raise  # it is a ValueError too, and says more
    except _DAMAGE as damaged:
        raise _is_damaged(str(source), "npy file") from damaged
    arrays = {"array": array} if array.dtype.kind in "iuf" else {}
    return Model(arrays, "npy", str(source), held=f"an array of {array.dtype}, not of numbers")


def read_npz(source: Path) -> Model:
    """Read the arrays of an npz archive.

    Raises
    ------
    CheckpointError
        A damaged archive, or one of Python objects.
    """
    arrays, others = {}, []
    try:
        with zipfile.ZipFile(source) as archive:
            for info in archive.infolist():
                with archive.open(info) as file:
                    array = _array(file, info.file_size, f"{source}: {info.filename}")
                if array.dtype.kind in "iuf":
                    arrays[info.filename.removesuffix(".npy")] = array
                else:
                    others.append(f"{info.filename[:60]} of {array.dtype}")
    except CheckpointError:
        raise  # as above
    except _DAMAGE as damaged:
        raise _is_damaged(str(source), "npz archive") from damaged
    return Model(arrays, "npz", str(source), held=f"arrays that are not of numbers: {', '.join(others[:8])}")


def members_of(source: Path, *, largest: int) -> list[str]:
    """Return the names of the files in an archive, none of which was unpacked.

    Raises
    ------
    CheckpointError
        A damaged archive.
    LimitError
        One that unpacks to more than ``largest`` bytes, or holds more than `MOST_MEMBERS` files.
    """
    try:
        with zipfile.ZipFile(source) as archive:
            infos = archive.infolist()
    except _DAMAGE as damaged:
        raise _is_damaged(str(source), "archive") from damaged
    total = sum(info.file_size for info in infos)
    if total > largest or len(infos) > MOST_MEMBERS:
        raise LimitError(
            f"{str(source)!r} unpacks to {total:,} bytes in {len(infos):,} files",
            why=f"the limit is {largest:,} bytes in {MOST_MEMBERS:,} files",
            next="save the first layer alone: numpy.save(path, weights)",
        )
    return [info.filename for info in infos]


def _array(file: IO[bytes], size: int, name: str) -> NDArray[np.generic]:
    """Read one array after checking that its header fits the bytes that are there."""
    import numpy as np
    from numpy.lib import format as npy

    version = npy.read_magic(file)
    header = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
    shape, is_fortran, kind = header(file)
    if kind.hasobject:
        raise CheckpointError(
            f"{name!r} holds Python objects, which could run code: arrays of objects are refused",
            next="save an array of floats",
        )
    count = math.prod(shape)
    if min(shape, default=0) < 0 or count * kind.itemsize > size:
        raise CheckpointError(
            f"{name!r} is damaged: its header tells of {count:,} numbers, more than it has room for",
            next="copy or download it again, or save it anew",
        )
    content = file.read(count * kind.itemsize)
    values = np.frombuffer(content, kind, count).reshape(shape, order="F" if is_fortran else "C")
    return widened(values)


def _is_damaged(name: str, what: str) -> CheckpointError:
    return CheckpointError(
        f"{name!r} is a damaged {what}: its header or its length is wrong",
        next="copy or download it again, or save it anew",
    )
