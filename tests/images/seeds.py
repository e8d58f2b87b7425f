"""Tiny files of every format, written by others: NumPy, Pillow, tifffile, imagecodecs, zarr, and by hand."""

from __future__ import annotations

import io
import zlib

import imagecodecs
import numpy as np
import tifffile
from PIL import Image

RANDOM = np.random.default_rng(7)
GREY = RANDOM.integers(0, 256, (5, 7), dtype=np.uint8)
RGB = RANDOM.integers(0, 256, (5, 7, 3), dtype=np.uint8)
RGBA = RANDOM.integers(0, 256, (5, 7, 4), dtype=np.uint8)
GREY16 = RANDOM.integers(0, 65536, (5, 7), dtype=np.uint16)
RGB16 = RANDOM.integers(0, 65536, (5, 7, 3), dtype=np.uint16)
FLOATS = RANDOM.normal(size=(5, 7)).astype(np.float32)
VOLUME = RANDOM.normal(size=(3, 5, 7))


def pillow(picture, form, **options):
    """Return what Pillow writes, of an array or of a picture of its own."""
    file = io.BytesIO()
    (picture if isinstance(picture, Image.Image) else Image.fromarray(picture)).save(file, form, **options)
    return file.getvalue()


def tiff(array, **options):
    """Return what tifffile writes."""
    file = io.BytesIO()
    tifffile.imwrite(file, array, **options)
    return file.getvalue()


def npy(array):
    """Return an npy file."""
    file = io.BytesIO()
    np.save(file, array)
    return file.getvalue()


def npz(**arrays):
    """Return a packed npz archive."""
    file = io.BytesIO()
    np.savez_compressed(file, **arrays)
    return file.getvalue()


def chunk(kind, content):
    """Return a chunk of a png file."""
    return len(content).to_bytes(4, "big") + kind + content + zlib.crc32(kind + content).to_bytes(4, "big")


def png(header, rows, *more):
    """Return a png file by hand: thirteen bytes of header, chunks between, and rows that begin with their filter."""
    return b"".join(
        [
            b"\x89PNG\r\n\x1a\n",
            chunk(b"IHDR", header),
            *more,
            chunk(b"IDAT", zlib.compress(rows)),
            chunk(b"IEND", b""),
        ]
    )


def noted(orientation):
    """Return EXIF with an orientation."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    return exif


def files():
    """Return a small file of every kind that is read, by name."""
    return {
        "npy": npy(FLOATS),
        "npy by columns": npy(np.asfortranarray(VOLUME)),
        "npz": npz(image=FLOATS),
        "npz of two": npz(a=GREY, b=RGB),
        "png": pillow(GREY, "png"),
        "png rgb": pillow(RGB, "png", exif=noted(6)),
        "png rgba": pillow(RGBA, "png"),
        "png 16 bit": pillow(GREY16, "png"),
        "png 16 bit rgb": imagecodecs.png_encode(RGB16),
        "png palette": pillow(Image.fromarray(RGB).quantize(4), "png", transparency=b"\x00\xff\x80\x01"),
        "png of one bit": pillow(Image.fromarray(GREY > 99), "png"),
        "jpeg": pillow(GREY, "jpeg"),
        "jpeg rgb": pillow(RGB, "jpeg", exif=noted(3), comment=b"a comment"),
        "bmp": pillow(RGB, "bmp"),
        "pgm": pillow(GREY, "ppm"),
        "ppm": pillow(RGB, "ppm"),
        "pgm in words": b"P2\n# comment\n3 2\n9\n1 2 3\n4 5 6\n",
        "pbm": pillow(Image.fromarray(GREY > 99), "ppm"),
        "tiff": tiff(GREY),
        "tiff float": tiff(FLOATS),
        "tiff pages": tiff(VOLUME, photometric="minisblack"),
        "tiff rgba": tiff(RGBA, photometric="rgb", extrasamples=["unassalpha"]),
        "tiff deflate tiles": tiff(GREY16, compression="zlib", predictor=True, tile=(16, 16)),
        "tiff lzw": tiff(RGB, compression="lzw"),
        "tiff zstd": tiff(FLOATS, compression="zstd"),
        "tiff planes": tiff(RGB.transpose(2, 0, 1), photometric="rgb", planarconfig="separate"),
        "tiff palette": pillow(Image.fromarray(RGB).quantize(4), "tiff"),
        "bigtiff": tiff(GREY, bigtiff=True, byteorder=">"),
        "csv": b"1,2.5\n-3,4e2\n",
        "csv of tabs": b"\xef\xbb\xbf1\t2\n3\tnan\n",
    }
