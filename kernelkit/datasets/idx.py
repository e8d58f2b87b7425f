"""IDX files, the format of MNIST: big-endian arrays behind a header of a few bytes, packed by gzip or not."""

from __future__ import annotations

import gzip
import hashlib
import struct
import zlib
from typing import TYPE_CHECKING, NamedTuple, Protocol

from kernelkit.datasets.locate import as_path
from kernelkit.errors import DatasetError

if TYPE_CHECKING:
    import os
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

TYPES = {0x08: "u1", 0x09: "i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}
"""Type codes of the format and what they mean."""

MOST_BYTES = 2**31
"""Of an array; a header that promises more is refused before anything is allocated."""

MOST_AXES = 32
"""As many as arrays have in every version of NumPy."""

_GZIP = b"\x1f\x8b"
_BEST_PACKED = 1032
"""Bytes that one byte of deflated data can stand for, at most."""

_STEP = 1 << 20
_SHOWN = 24

_AGAIN = "fetch the file again"

_FOREIGN = {
    # beginnings of files that are often found in the place of data
    b"<": ("a web page", "the server answered with a page, perhaps of an error, and it was saved as the file"),
    b"version https://git-lfs": ("a pointer of Git LFS", "git lfs pull fetches the data themselves"),
    b"PK": ("a zip archive", "unpack it first"),
    b"\x93NUMPY": ("an npy file", "kernelkit.datasets.labelled.LabelledImages takes what numpy.load reads"),
    _GZIP: ("gzip within gzip", "it was packed twice: unpack it once"),
    b"BZh": ("a bzip2 file", "unpack it first"),
    b"\xfd7zXZ": ("an xz file", "unpack it first"),
}  # fmt: skip


class Content(NamedTuple):
    """What an IDX file holds.

    Attributes
    ----------
    array
        The values, in the machine's byte order.
    md5
        Of the bytes of the file, unpacked, header and all, in hexadecimal.
    """

    array: NDArray[np.generic]
    md5: str


class _Stream(Protocol):
    def read(self, most: int, /) -> bytes: ...


def read_idx(path: str | os.PathLike[str]) -> NDArray[np.generic]:
    """Read an IDX file.

    Parameters
    ----------
    path
        The file; whether it is packed by gzip tells its content, not its name.

    Returns
    -------
    numpy.ndarray
        uint8, int8, int16, int32, float32 or float64, in the machine's byte order.

    Raises
    ------
    DatasetError
        No such file; not IDX, such as a web page in its place; cut off, too long, or damaged; no entries, or more
        than `MOST_BYTES`.  Never more is unpacked than the header says, plus one byte.

    References
    ----------
    Y. LeCun, C. Cortes and C. Burges, The MNIST database, section "The IDX file format".
    """
    return read_content(path).array


def read_content(path: str | os.PathLike[str]) -> Content:
    """Read an IDX file as `read_idx` does, and tell the hash of its bytes, by which it can be known."""
    source = as_path(path, what="an IDX file")
    try:
        if not source.is_file():
            raise _refused(source, "is no file", why="a file with the data is expected there")
        with source.open("rb") as file:
            room = source.stat().st_size
            packed = file.read(2) == _GZIP
            file.seek(0)
            if not packed:
                return _read(file, source, room)
            with gzip.GzipFile(fileobj=file) as unpacked:
                return _read(unpacked, source, room * _BEST_PACKED)
    except EOFError as cut:
        raise _refused(
            source,
            "is cut off: its compressed data break off",
            why="a download that stopped leaves such files",
        ) from cut
    except (gzip.BadGzipFile, zlib.error) as damaged:
        raise _refused(source, "is damaged: gzip cannot unpack it", why=str(damaged)) from damaged
    except OSError as refused:
        raise _refused(source, f"cannot be read: {(refused.strerror or str(refused)).lower()}") from refused


def _read(stream: _Stream, source: Path, room: int) -> Content:
    """Read header and values; ``room`` is how many bytes the stream can give at most."""
    import numpy as np

    head = stream.read(4)
    if not head:
        raise _refused(source, "is empty", why="an IDX file begins with a header of at least 8 bytes")
    if len(head) < 4 or head[:2] != b"\0\0" or head[2] not in TYPES or not 1 <= head[3] <= MOST_AXES:
        raise _foreign(source, head + stream.read(_SHOWN))
    axes, kind = head[3], np.dtype(TYPES[head[2]])
    sizes = stream.read(4 * axes)
    if len(sizes) < 4 * axes:
        raise _refused(
            source,
            f"is cut off in its header: {4 + len(sizes)} of {4 + 4 * axes} bytes",
            why=f"it says that its array has {axes} axes, and the size of each takes 4 bytes",
        )
    shape = struct.unpack(f">{axes}I", sizes)
    length = _length(source, shape, kind.itemsize, room - len(head) - len(sizes))
    digest = hashlib.md5(head + sizes, usedforsecurity=False)
    values = np.empty(length, dtype=np.uint8)
    filled = 0
    while filled < length:
        piece = stream.read(min(_STEP, length - filled))
        if not piece:
            raise _short(source, shape, length, filled)
        values[filled : filled + len(piece)] = np.frombuffer(piece, dtype=np.uint8)
        digest.update(piece)
        filled += len(piece)
    if stream.read(1):
        raise _refused(
            source,
            f"goes on after the {length:,} bytes of its array",
            why=f"its header says {_shown(shape)} values of {kind.itemsize} bytes",
        )
    array = values.view(kind).reshape(shape)
    return Content(array.astype(kind.newbyteorder("="), copy=False), digest.hexdigest())


def _length(source: Path, shape: tuple[int, ...], itemsize: int, room: int) -> int:
    """Return the bytes of an array, when they can be there and are not too many."""
    length = itemsize
    for size in shape:
        length *= size
    if not length:
        raise _refused(source, f"holds nothing: its header says {_shown(shape)} values")
    if length > MOST_BYTES:
        raise _refused(
            source,
            f"says that it holds {_shown(shape)} values, more than {MOST_BYTES:,} bytes",
            why="a damaged header promises such sizes",
            next="fetch the file again, or cut the array into several files",
        )
    if length > room:
        raise _short(source, shape, length, None)
    return length


def _short(source: Path, shape: tuple[int, ...], length: int, found: int | None) -> DatasetError:
    there = "its file is too small for them" if found is None else f"only {found:,} are there"
    return _refused(
        source,
        f"is cut off: its header says {length:,} bytes of values, and {there}",
        why=f"{_shown(shape)} values are expected; a download that stopped leaves such files",
    )


def _foreign(source: Path, start: bytes) -> DatasetError:
    """Say what a file is that does not begin as IDX does."""
    expected = "an IDX file begins with two zeros, a type code from 08 to 0E and the number of axes"
    if start[:2] == b"\0\0" and len(start) > 3:
        wrong = f"type code {start[2]:02X}" if start[2] not in TYPES else f"{start[3]} axes"
        codes = ", ".join(f"{code:02X}" for code in TYPES)
        return _refused(
            source,
            f"has a header with {wrong}",
            why=f"the types of IDX are {codes}; the number of axes is from 1 to {MOST_AXES}",
        )
    text = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    for beginning, (what, why) in _FOREIGN.items():
        if text.startswith(beginning):
            return _refused(source, f"is {what}, not an IDX file", why=why)
    if len(start) > 3 and start[2:4] == b"\0\0" and start[1] in TYPES and 1 <= start[0] <= MOST_AXES:
        return _refused(
            source,
            "has a header in the wrong byte order",
            why="IDX is big-endian on every machine",
            next="write it anew, header and values big-endian",
        )
    return _refused(source, f"is no IDX file: it begins with the bytes {start[:8].hex(' ')}", why=expected)


def _shown(shape: tuple[int, ...]) -> str:
    return " x ".join(map(str, shape))


def _refused(source: Path, what: str, *, why: str = "", next: str = _AGAIN) -> DatasetError:
    return DatasetError(f"{str(source)!r} {what}", why=why, next=next)
