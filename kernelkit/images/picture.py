"""Pictures of any mode as Pillow has them, for those who crop and resize them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kernelkit.errors import InputError, KernelkitError
from kernelkit.images.decoding import DAMAGE, quiet
from kernelkit.images.image import LARGEST, check_size
from kernelkit.images.source import existing

if TYPE_CHECKING:
    import os

    from PIL import Image

PICTURES = (".png", ".tif", ".tiff", ".bmp", ".pgm", ".ppm", ".jpg", ".jpeg")
"""Suffixes of pictures in folders."""


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

    source = existing(path)
    try:
        with quiet(), Image.open(source) as opened:
            check_size(str(source), opened.width * opened.height, LARGEST)
            if getattr(opened, "n_frames", 1) > 1:
                raise InputError(f"{str(source)!r} holds several pictures", next="save the one that is meant")
            picture = ImageOps.exif_transpose(opened)
            picture.format = opened.format  # a copy forgets it
            return picture
    except KernelkitError:
        raise
    except (*DAMAGE, Image.DecompressionBombError) as unreadable:
        raise InputError(
            f"{str(source)!r} is no picture that can be read", next="save it as png, or as npy"
        ) from unreadable
