"""Images and signals from files, as arrays: values as they are, never rescaled."""

from __future__ import annotations

import os
from pathlib import Path
from tokenize import TokenError
from typing import TYPE_CHECKING

from kernelkit.errors import InputError, LimitError, ShapeError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL import Image

LARGEST = 100_000_000
"""Samples of an image; more is refused before it is decoded."""

PICTURES = (".png", ".tif", ".tiff", ".bmp", ".pgm", ".ppm", ".jpg", ".jpeg")

_GREY = {"1", "L", "I", "I;16", "I;16B", "F"}

_MAGIC = b"\x93NUMPY"
_ZIP = b"PK"
_HEAD = 256
"""Bytes that tell npy files, archives and text apart."""

_LONGEST_SHOWN = 200

_DAMAGE = (
    ArithmeticError,
    AttributeError,
    EOFError,
    LookupError,
    MemoryError,
    OSError,
    RecursionError,
    SyntaxError,
    TokenError,
    TypeError,
    ValueError,
)
"""What comes out of damaged headers, which NumPy parses as Python, and out of damaged pictures in Pillow."""


def read_image(path: str | os.PathLike[str]) -> NDArray[np.generic]:
    """Read an image or a signal.

    Parameters
    ----------
    path
        An npy file, a csv table of numbers, or a picture.

    Returns
    -------
    numpy.ndarray
        (H, W) for grey pictures and tables, (C, H, W) for colour, (L,) for a table of one row or column, and any
        shape an npy file holds.  Integers stay integers, nothing is scaled.  Pictures stand as `read_picture` says.

    Raises
    ------
    InputError
        No such file, or one that holds no finite real numbers.
    LimitError
        More than `LARGEST` samples.
    """
    import numpy as np

    source = _existing(path)
    suffix = source.suffix.lower()
    if suffix == ".npy":
        values = _from_npy(source)
    elif suffix in PICTURES:
        values = _from_picture(source)
    else:
        values = _from_table(source)
    if values.dtype.kind not in "iufb":
        raise InputError(
            f"{str(source)!r} holds {values.dtype} of shape {values.shape}, not real numbers",
            next="save an array of integers or floats",
        )
    if not values.size:
        raise InputError(
            f"{str(source)!r} is empty: its shape is {values.shape}", next="save an array with entries"
        )
    if not np.isfinite(values).all():
        raise InputError(f"{str(source)!r} holds NaN or infinity", next="replace them by numbers")
    return values


def read_picture(path: str | os.PathLike[str]) -> Image.Image:
    """Read a picture of any mode, upright: turned as the camera that took it notes (the orientation in EXIF).

    Raises
    ------
    InputError
        No such file, no picture, or several in one file.
    LimitError
        More than `LARGEST` pixels.
    """
    from PIL import Image, ImageOps

    source = _existing(path)
    damaged = InputError(f"{str(source)!r} is no picture that can be read", next="save it as png, or as npy")
    try:
        opened = Image.open(source)
    except (*_DAMAGE, Image.DecompressionBombError) as unreadable:
        raise damaged from unreadable
    with opened:
        _check_size(source, opened.size[0] * opened.size[1])
        if getattr(opened, "n_frames", 1) > 1:
            raise InputError(f"{str(source)!r} holds several pictures", next="save the one that is meant")
        try:
            picture = ImageOps.exif_transpose(opened)
        except _DAMAGE as unreadable:
            raise damaged from unreadable
        picture.format = opened.format  # a copy forgets it
        return picture


def _existing(path: str | os.PathLike[str]) -> Path:
    """Return the path of a file that is there."""
    source, name = Path(path), os.fspath(path)
    try:
        kind = "file" if source.is_file() else "folder" if name and source.is_dir() else "nothing"
    except (OSError, ValueError):
        kind = "nothing"  # too long for a name, out of reach, or no name at all
    if kind == "file":
        return source
    shown = repr(name if len(name) <= _LONGEST_SHOWN else name[:_LONGEST_SHOWN] + "...")
    raise InputError(
        f"{shown} is a folder, no image" if kind == "folder" else f"there is no image {shown}",
        next="give an npy, csv, png or tiff file",
    )


def _from_npy(source: Path) -> NDArray[np.generic]:
    import numpy as np

    try:
        with source.open("rb") as file:
            start = file.read(_HEAD)
    except OSError as refused:
        raise _unreadable(source, refused) from refused
    if start.startswith(_ZIP):
        raise InputError(
            f"{str(source)!r} is an archive, which holds several arrays (npz), or none",
            next='numpy.save("image.npy", archive["name"]) writes one of them',
        )
    if not start.startswith(_MAGIC):
        raise InputError(
            f"{str(source)!r} is no npy file",
            next="rename it to .csv: it holds text" if _is_text(start) else "numpy.save writes npy files",
        )
    try:
        array = np.load(source, mmap_mode="r", allow_pickle=False)
    except _DAMAGE as damaged:
        if "object" in str(damaged).lower():
            raise InputError(
                f"{str(source)!r} holds Python objects, which could run code: arrays of objects are refused",
                next="save an array of integers or floats",
            ) from damaged
        raise InputError(
            f"{str(source)!r} is a damaged npy file: its header or its length is wrong",
            next="write it anew with numpy.save",
        ) from damaged
    _check_size(source, array.size)
    return np.array(array)


def _is_text(start: bytes) -> bool:
    return bool(start) and all(byte >= ord(" ") or chr(byte).isspace() for byte in start)


def _from_picture(source: Path) -> NDArray[np.generic]:
    import numpy as np

    picture = read_picture(source)
    if picture.mode not in _GREY | {"RGB"}:
        raise InputError(
            f"{str(source)!r} is a picture of mode {picture.mode}",
            why="only grey and RGB pictures say plainly which numbers they hold",
            next="save it in grey or RGB",
        )
    values = np.asarray(picture)
    return np.moveaxis(values, -1, 0) if values.ndim > 2 else values


def _from_table(source: Path) -> NDArray[np.generic]:
    import numpy as np

    if source.stat().st_size > LARGEST:
        raise LimitError(f"{str(source)!r} has more than {LARGEST:,} characters", next="save it as npy")
    lines = []
    try:
        lines = [line for line in source.read_text(encoding="utf-8-sig").splitlines() if line.strip()]
        rows = [_cells(line) for line in lines]
    except OSError as refused:
        raise _unreadable(source, refused) from refused
    except ValueError as unread:
        headed = _has_header(lines)
        raise InputError(
            f"{str(source)!r} is no table of numbers",
            why="its first line is a header, not numbers"
            if headed
            else "every cell must be a number; cells are separated by commas, semicolons or tabs",
            next="delete the first line"
            if headed
            else "numpy.savetxt(file, array, delimiter=',') writes one, numpy.save an npy file",
        ) from unread
    if not rows or len({len(row) for row in rows}) > 1:
        raise ShapeError(
            f"the rows of {str(source)!r} differ in length" if rows else f"{str(source)!r} is empty",
            next="give every row the same number of cells",
        )
    table = np.array(rows)
    return table.ravel() if 1 in table.shape else table


def _cells(line: str) -> list[float]:
    return [float(cell) for cell in line.replace(";", ",").replace("\t", ",").split(",")]


def _has_header(lines: list[str]) -> bool:
    """Whether only the first line of a table that cannot be read holds words."""
    try:
        return len(lines) > 1 and all(map(_cells, lines[1:]))
    except ValueError:
        return False


def _unreadable(source: Path, refused: OSError) -> InputError:
    return InputError(
        f"{str(source)!r} cannot be read: {(refused.strerror or str(refused)).lower()}",
        next="give an npy, csv, png or tiff file that can be read",
    )


def _check_size(source: Path, samples: int) -> None:
    if samples > LARGEST:
        raise LimitError(
            f"{str(source)!r} has {samples:,} samples, more than {LARGEST:,}", next="cut out a part of it"
        )
