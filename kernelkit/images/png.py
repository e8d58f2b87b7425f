"""Png written by the standard's own rules: Pillow writes no 16 bits in colour, and no 16 bits with alpha."""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_KINDS = {1: 0, 2: 4, 3: 2, 4: 6}
"""Colour types of grey, grey with alpha, RGB and RGBA (PNG 3, section 11.2.1)."""

_UP = 2
"""The filter that writes differences to the row above (section 9.2): whole rows at once in NumPy."""


def encode_png(samples: NDArray[Any], text: str = "") -> bytes:
    """Return a png file.

    Parameters
    ----------
    samples
        bool (H, W), or uint8 or uint16 (H, W) or (H, W, channels): grey, grey and alpha, RGB, or RGB and alpha.
    text
        A description that the file carries.
    """
    import numpy as np

    height, width = samples.shape[:2]
    channels = samples.shape[2] if samples.ndim > 2 else 1
    if samples.dtype == bool:
        depth, rows = 1, np.packbits(samples, axis=1)
    else:
        depth = 8 * samples.dtype.itemsize
        big = np.ascontiguousarray(samples, dtype=samples.dtype.newbyteorder(">"))
        rows = big.view(np.uint8).reshape(height, -1)
    filtered = np.empty((height, rows.shape[1] + 1), np.uint8)
    filtered[:, 0] = _UP
    filtered[0, 1:] = rows[0]
    np.subtract(rows[1:], rows[:-1], out=filtered[1:, 1:])
    head = struct.pack(">IIBBBBB", width, height, depth, _KINDS[channels], 0, 0, 0)
    described = _chunk(b"tEXt", b"Description\0" + text.encode("latin-1")) if text else b""
    return b"".join(
        [
            _SIGNATURE,
            _chunk(b"IHDR", head),
            described,
            _chunk(b"IDAT", zlib.compress(filtered.data, 6)),
            _chunk(b"IEND", b""),
        ]
    )


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
