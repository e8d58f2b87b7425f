"""Png, jpeg and bmp pictures through Pillow; png of 16 bits in colour, which Pillow cuts to 8, through imagecodecs."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Any

from kernelkit.errors import InputError, MissingExtraError
from kernelkit.images.decoding import decoding
from kernelkit.images.image import Decoded, check_size
from kernelkit.images.mapping import Mapping
from kernelkit.images.upright import TAG, upright

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL.ImageFile import ImageFile

_DEPTH, _COLOUR = 24, 25
"""Where the head of every png states the bits of a sample, and its kind of colour (PNG 3, section 11.2.1)."""

_GREY = 0

_CHANNELS = {"1": 1, "L": 1, "I;16": 1, "P": 3, "LA": 2, "RGB": 3, "RGBA": 4}
"""Channels of Pillow's modes whose numbers have one meaning."""


def read_picture_file(file: IO[bytes], name: str, form: str, most: int) -> Decoded:
    """Read a picture upright, with alpha apart.

    Raises
    ------
    InputError
        A damaged picture, several in one file, or CMYK.
    MissingExtraError
        A png of 16 bits in colour without imagecodecs.
    """
    with decoding(name, form):
        opened = _opened(file, form)
        if opened.mode not in _CHANNELS:
            raise InputError(
                f"{name!r} is a picture of mode {opened.mode}",
                why="its numbers are amounts of ink, or of no one meaning",
                next="save it in grey or RGB",
            )
        check_size(name, opened.width * opened.height * _CHANNELS[opened.mode], most)
        if getattr(opened, "n_frames", 1) > 1:
            raise InputError(f"{name!r} holds several pictures", next="save the one that is meant")
        file.seek(0)
        head = file.read(_COLOUR + 1)
        depth, colour = (head[_DEPTH], head[_COLOUR]) if form == "png" else (8, None)
        if depth == 16 and colour != _GREY:
            values, alpha = _sixteen_bits(file, name)
            opened.load()  # text and orientation may follow the samples
        else:
            values, alpha = _samples(opened, depth)
        orientation = opened.getexif().get(TAG)
        said = opened.info.get("comment", b"") if form == "jpeg" else opened.info.get("Description", "")
        return Decoded(
            upright(values, orientation),
            "yxc" if values.ndim > 2 else "yx",
            None if alpha is None else upright(alpha, orientation),
            bits="1 bit" if values.dtype == bool else f"{8 if opened.mode == 'P' else depth} bit",
            notes=("from a palette",) if opened.mode == "P" else (),
            mapping=Mapping.read(said),
        )


def _opened(file: IO[bytes], form: str) -> ImageFile:
    """Open a picture as what its content is; Pillow's own bound on pixels is not asked, ours is."""
    from PIL.BmpImagePlugin import BmpImageFile
    from PIL.JpegImagePlugin import JpegImageFile
    from PIL.PngImagePlugin import PngImageFile

    plugins: dict[str, type[ImageFile]] = {"png": PngImageFile, "jpeg": JpegImageFile, "bmp": BmpImageFile}
    return plugins[form](file)


def _samples(opened: ImageFile, depth: int) -> tuple[NDArray[np.generic], NDArray[np.generic] | None]:
    """Return colours and alpha of a picture that Pillow reads without loss."""
    import numpy as np

    opened.load()
    see_through = opened.info.get("transparency")
    if opened.mode == "P":
        wanted = "RGB" if see_through is None else "RGBA"
        return _apart(np.asarray(opened.convert(wanted)))
    values, alpha = _apart(np.asarray(opened))
    if depth in {2, 4}:
        values = values // (255 // (2**depth - 1))  # Pillow stretched them to 8 bits
    if see_through is not None:
        same = values == np.asarray(see_through)
        kind = np.uint16 if values.dtype == np.uint16 else np.uint8
        alpha = np.where(same if same.ndim == 2 else same.all(axis=-1), 0, np.iinfo(kind).max).astype(kind)
    return values, alpha


def _apart(samples: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any] | None]:
    """Return colours, and the alpha that follows one or three of them."""
    if samples.ndim == 2:
        return samples, None
    if samples.shape[-1] % 2:
        return samples, None
    colours, alpha = samples[..., :-1], samples[..., -1]
    return (colours[..., 0] if colours.shape[-1] == 1 else colours), alpha


def _sixteen_bits(file: IO[bytes], name: str) -> tuple[NDArray[np.generic], NDArray[np.generic] | None]:
    try:
        import imagecodecs
    except ImportError as missing:
        raise MissingExtraError(
            f"{name!r} is a png of 16 bits in colour, which needs imagecodecs",
            why="Pillow would cut it to 8 bits",
            next='pip install "kernelkit[images]"',
        ) from missing
    file.seek(0)
    return _apart(imagecodecs.png_decode(file.read()))
