"""Images, signals and volumes in files: read as they are, written whole or not at all."""

from __future__ import annotations

from kernelkit.images.colour import to_grey
from kernelkit.images.image import LARGEST, Image
from kernelkit.images.mapping import Mapping
from kernelkit.images.new_npy import new_npy
from kernelkit.images.picture import PICTURES, read_picture
from kernelkit.images.read import open_image, read_bytes, read_image
from kernelkit.images.store import new_zarr
from kernelkit.images.write import Written, write_image

__all__ = [
    "LARGEST",
    "PICTURES",
    "Image",
    "Mapping",
    "Written",
    "new_npy",
    "new_zarr",
    "open_image",
    "read_bytes",
    "read_image",
    "read_picture",
    "to_grey",
    "write_image",
]
