"""Files to read from, when they are there."""

from __future__ import annotations

import os
from pathlib import Path

from kernelkit.errors import InputError
from kernelkit.images.image import SHOWN
from kernelkit.images.store import is_zarr

ASK = "give an npy, npz, csv, png, tiff, jpeg, bmp, pgm, ppm or zarr file"


def existing(path: str | os.PathLike[str]) -> Path:
    """Return the path of a file, of a pipe, or of the folder of a zarr store.

    Raises
    ------
    InputError
        Nothing is there, or another folder.
    """
    source, name = Path(path), os.fspath(path)
    shown = repr(name if len(name) <= SHOWN else name[:SHOWN] + "...")
    try:
        if name and (source.is_file() or source.is_fifo() or is_zarr(source)):
            return source
        folder = bool(name) and source.is_dir()
    except (OSError, ValueError):
        folder = False  # too long for a name, out of reach, or no name at all
    raise InputError(f"{shown} is a folder, no image" if folder else f"there is no image {shown}", next=ASK)
