"""IDX files written by the definition of the format, to be read and to be damaged."""

from __future__ import annotations

import gzip
import struct
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

CODES = {"uint8": 8, "int8": 9, "int16": 0xB, "int32": 0xC, "float32": 0xD, "float64": 0xE}


def idx(array: np.ndarray) -> bytes:
    """Return an array as the bytes of an IDX file."""
    head = struct.pack(f">BBBB{array.ndim}I", 0, 0, CODES[array.dtype.name], array.ndim, *array.shape)
    return head + array.astype(array.dtype.newbyteorder(">")).tobytes()


def header(code: int, *sizes: int) -> bytes:
    """Return a header alone, whatever it promises."""
    return struct.pack(f">BBBB{len(sizes)}I", 0, 0, code, len(sizes), *sizes)


def garment(count: int, seed: int = 0) -> np.ndarray:
    """Return images in which no two are alike."""
    return np.random.default_rng(seed).integers(0, 256, (count, 4, 3), dtype=np.uint8)


def put(folder: Path, images: np.ndarray, labels: np.ndarray, *, start: str = "train") -> Path:
    """Write the two files of a part, the labels packed."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{start}-images-idx3-ubyte").write_bytes(idx(images))
    (folder / f"{start}-labels-idx1-ubyte.gz").write_bytes(gzip.compress(idx(labels)))
    return folder


def small(folder: Path, count: int = 12, classes: int = 3, *, start: str = "train") -> Path:
    """Write a small data set whose labels go round."""
    return put(folder, garment(count), np.arange(count, dtype=np.uint8) % classes, start=start)
