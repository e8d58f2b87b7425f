"""Images and signals from files, as arrays: values as they are, never rescaled."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from kernelkit.errors import InputError, LimitError, ShapeError

if TYPE_CHECKING:
    import os

    import numpy as np
    from numpy.typing import NDArray

LARGEST = 100_000_000
"""Samples of an image; more is refused before it is decoded."""

PICTURES = (".png", ".tif", ".tiff", ".bmp", ".pgm", ".ppm", ".jpg", ".jpeg")

_GREY = {"1", "L", "I", "I;16", "I;16B", "F"}


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
        shape an npy file holds.  Integers stay integers, nothing is scaled.

    Raises
    ------
    InputError
        No such file, or one that holds no finite real numbers.
    LimitError
        More than `LARGEST` samples.
    """
    import numpy as np

    source = Path(path)
    if not source.is_file():
        raise InputError(
            f"there is no image {str(source)!r}"
            if not source.is_dir()
            else f"{str(source)!r} is a folder, no image",
            next="give an npy, csv, png or tiff file",
        )
    suffix = source.suffix.lower()
    if suffix == ".npy":
        values = _from_npy(source)
    elif suffix in PICTURES:
        values = _from_picture(source)
    else:
        values = _from_table(source)
    if values.dtype.kind not in "iufb" or not values.size:
        raise InputError(
            f"{str(source)!r} holds {values.dtype} of shape {values.shape}, not real numbers",
            next="save an array of integers or floats with at least one entry",
        )
    if not np.isfinite(values).all():
        raise InputError(f"{str(source)!r} holds NaN or infinity", next="replace them by numbers")
    return values


def _from_npy(source: Path) -> NDArray[np.generic]:
    import numpy as np

    try:
        array = np.load(source, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError, EOFError, SyntaxError, TypeError, OverflowError, MemoryError) as damaged:
        raise InputError(
            f"{str(source)!r} is no npy file of numbers", next="numpy.save writes npy files"
        ) from damaged
    if not isinstance(array, np.ndarray):
        raise InputError(f"{str(source)!r} holds several arrays", next="save one array with numpy.save")
    _check_size(source, array.size)
    return np.array(array)


def _from_picture(source: Path) -> NDArray[np.generic]:
    import numpy as np
    from PIL import Image, UnidentifiedImageError

    damaged = InputError(f"{str(source)!r} is no picture that can be read", next="save it as png, or as npy")
    try:
        picture = Image.open(source)
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError) as unreadable:
        raise damaged from unreadable
    with picture:
        _check_size(source, picture.size[0] * picture.size[1])
        if getattr(picture, "n_frames", 1) > 1:
            raise InputError(f"{str(source)!r} holds several pictures", next="save the one that is meant")
        if picture.mode not in _GREY | {"RGB"}:
            raise InputError(
                f"{str(source)!r} is a picture of mode {picture.mode}",
                why="only grey and RGB pictures say plainly which numbers they hold",
                next="save it in grey or RGB",
            )
        try:
            values = np.asarray(picture)
        except (OSError, ValueError, SyntaxError) as unreadable:
            raise damaged from unreadable
    return np.moveaxis(values, -1, 0) if values.ndim > 2 else values


def _from_table(source: Path) -> NDArray[np.generic]:
    import numpy as np

    if source.stat().st_size > LARGEST:
        raise LimitError(f"{str(source)!r} has more than {LARGEST:,} characters", next="save it as npy")
    try:
        text = source.read_text(encoding="utf-8-sig")
        rows = [
            [float(cell) for cell in line.replace(";", ",").replace("\t", ",").split(",")]
            for line in text.splitlines()
            if line.strip()
        ]
    except (OSError, ValueError) as unread:
        raise InputError(
            f"{str(source)!r} is no table of numbers",
            why="every cell must be a number; cells are separated by commas, semicolons or tabs",
            next="numpy.savetxt(file, array, delimiter=',') writes one, numpy.save an npy file",
        ) from unread
    if not rows or len({len(row) for row in rows}) > 1:
        raise ShapeError(
            f"the rows of {str(source)!r} differ in length" if rows else f"{str(source)!r} is empty",
            next="give every row the same number of cells",
        )
    table = np.array(rows)
    return table.ravel() if 1 in table.shape else table


def _check_size(source: Path, samples: int) -> None:
    if samples > LARGEST:
        raise LimitError(
            f"{str(source)!r} has {samples:,} samples, more than {LARGEST:,}", next="cut out a part of it"
        )
