"""PBM, PGM and PPM pictures, whose samples Pillow would rescale to 8 or 16 bits."""

from __future__ import annotations

import re
from typing import IO, TYPE_CHECKING, Any

from kernelkit.images.decoding import decoding
from kernelkit.images.image import Decoded, check_size

if TYPE_CHECKING:
    from numpy.typing import NDArray

_GAP = rb"(?:\s|#[^\n]*\n)+"
_HEADER = re.compile(rb"P(?P<kind>[1-6])" + _GAP + rb"(?P<width>\d{1,9})" + _GAP + rb"(?P<height>\d{1,9})")
_MAXIMUM = re.compile(_GAP + rb"(?P<maximum>\d{1,5})")
_LONGEST = 65_536
"""Bytes of a header with its comments."""

_TEXT = 8
"""Bytes of a sample written as text: five digits and some space."""


def read_netpbm(file: IO[bytes], name: str, most: int) -> Decoded:
    """Read one picture, plain or raw, with its samples as they are: 0 to the maximum that it states."""
    import numpy as np

    with decoding(name, "pgm"):
        head = file.read(_LONGEST)
        found = _HEADER.match(head)
        if not found:
            raise ValueError("the header has no width and height")
        kind, width, height = int(found["kind"]), int(found["width"]), int(found["height"])
        end, maximum = found.end(), 1
        if kind not in {1, 4}:
            stated = _MAXIMUM.match(head, end)
            if not stated or not 0 < int(stated["maximum"]) < 65_536:
                raise ValueError("the header has no maximum from 1 to 65535")
            end, maximum = stated.end(), int(stated["maximum"])
        colours = 3 if kind in {3, 6} else 1
        samples = width * height * colours
        check_size(name, samples, most)
        if not samples:
            raise ValueError("the picture has no pixels")
        file.seek(end)
        if kind < 4:
            text = re.sub(rb"#[^\n]*", b"", file.read(_TEXT * samples + _LONGEST))
            # a plain bitmap may leave out the space between its digits
            words = re.findall(rb"[01]", text) if kind == 1 else text.split()
            values: NDArray[Any] = np.array(words[:samples], dtype="S5").astype(np.int64)
        elif kind == 4:
            row = -(-width // 8)
            packed = np.frombuffer(file.read(1 + row * height), np.uint8, row * height, offset=1)
            values = np.unpackbits(packed.reshape(height, row), axis=1, count=width).ravel()
        else:
            sample = np.dtype(">u2" if maximum > 255 else "u1")
            values = np.frombuffer(file.read(1 + samples * sample.itemsize), sample, samples, offset=1)
        if len(values) != samples:
            raise EOFError(f"the file holds {len(values):,} of {samples:,} samples")
        if values.max() > maximum or values.min() < 0:
            raise ValueError(f"a sample is beyond the stated maximum {maximum}")
        values = values.astype(bool if maximum == 1 else np.uint16 if maximum > 255 else np.uint8)
        if colours == 3:
            return Decoded(values.reshape(height, width, 3), "yxc", bits=_bits(maximum))
        notes = ("1 is black",) if kind in {1, 4} else ()
        return Decoded(values.reshape(height, width), "yx", bits=_bits(maximum), notes=notes)


def _bits(maximum: int) -> str:
    return f"{maximum.bit_length()} bit" if maximum & (maximum + 1) == 0 else f"0 to {maximum}"
