"""Which format a file has, told by its first bytes: a name decides nothing."""

from __future__ import annotations

import re

from kernelkit.errors import InputError

HEAD = 64
"""Bytes that tell the formats apart."""

_SIGNATURES = (
    (rb"\x93NUMPY", "npy"),
    (rb"PK(\x03\x04|\x05\x06)", "npz"),
    (rb"\x89PNG\r\n\x1a\n", "png"),
    (rb"\xff\xd8\xff", "jpeg"),
    (rb"(II[*+]\x00|MM\x00[*+])", "tiff"),
    (rb"P[1-6][\s#]", "netpbm"),
    (rb"BM", "bmp"),
)

_FOREIGN = (
    (rb"GIF8", "a gif picture"),
    (rb"RIFF....WEBP", "a webp picture"),
    (rb"....ftyp", "a heif, avif or video file"),
    (rb"(\x00\x00\x00\x0cjP  |\xff\x4f\xff\x51)", "a jpeg 2000 picture"),
    (rb"\x1f\x8b", "a file packed by gzip"),
    (rb"\x89HDF", "an hdf5 file"),
    (rb"SIMPLE  =", "a fits file"),
    (rb"%PDF", "a pdf file"),
)

_ASK = "save it as npy, npz, png, tiff, jpeg, bmp, pgm, ppm, csv or zarr"


def format_of(head: bytes, name: str) -> str:
    """Return the format of a file that begins with these bytes; ``csv`` for text.

    Raises
    ------
    InputError
        An empty file, or one of no format that is read here.
    """
    if not head:
        raise InputError(f"{name!r} is empty", next="give a file with an image in it")
    for signature, form in _SIGNATURES:
        if re.match(signature, head):
            return form
    for signature, kind in _FOREIGN:
        if re.match(signature, head, re.DOTALL):
            raise InputError(f"{name!r} is {kind}, which is not read here", next=_ASK)
    if all(byte >= ord(" ") or chr(byte).isspace() for byte in head):
        return "csv"
    raise InputError(f"{name!r} is no image of a format that is read here", next=_ASK)
