"""One picture to learn from, as the others are: cut to a square, resized, and of the colours asked for."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Literal, NamedTuple, get_args

from kernelkit.errors import DatasetError, InputError
from kernelkit.images import read_picture

if TYPE_CHECKING:
    from pathlib import Path
    from typing import SupportsIndex

    import numpy as np
    from numpy.typing import NDArray
    from PIL import Image

Colour = Literal["as is", "grey", "rgb"]
"""Whether pictures keep their one or three channels, which must then be as many in all, or are turned into one kind."""

_PLAIN = {"1", "L", "RGB"}
"""Modes of Pillow that say plainly which 8-bit numbers a picture holds."""

_ALPHA = {"LA", "PA", "RGBA"}
_TURNED = _PLAIN | _ALPHA | {"P", "CMYK", "YCbCr", "I;16", "I;16B"}
"""Modes that are turned into grey or RGB when that is asked for."""

_SIXTEEN_TO_EIGHT = 257
"""Of grey of 16 bits: 65535, white, is 255 times it."""

LARGEST_SIDE = 10_000
"""Pixels along a side that pictures may be resized to."""


class Treatment(NamedTuple):
    """What is done to every picture: the side of the square it is resized to, or None; and its colours."""

    side: int | None
    colour: Colour


def treatment(picture_size: SupportsIndex | None, colour: str) -> Treatment:
    """Return what is asked for, when it can be done.

    Raises
    ------
    InputError
        No size from 1 to `LARGEST_SIDE`, or no `Colour`.
    """
    if colour not in get_args(Colour):
        raise InputError(
            f"the colour of pictures is one of {', '.join(get_args(Colour))}, not {colour!r}",
            next='--colour rgb, or load(..., colour="rgb")',
        )
    try:
        side = None if picture_size is None else operator.index(picture_size)
    except TypeError:
        side = 0  # no number: refused with those out of range
    if isinstance(picture_size, bool):
        side = 0
    if side is not None and not 1 <= side <= LARGEST_SIDE:
        raise InputError(
            f"pictures are resized to squares of 1 to {LARGEST_SIDE:,} pixels a side, not {picture_size!r}",
            next=size_option(64),
        )
    return Treatment(side, colour)  # type: ignore[arg-type]  # it is one of them


def size_option(side: int) -> str:
    """Return how a size is asked for, on the command line and in Python."""
    return f"--picture-size {side}, or load(..., picture_size={side})"


def shape_and_pixels(path: Path, wanted: Treatment) -> tuple[tuple[int, int], NDArray[np.uint8]]:
    """Return the height and width a picture has in its file, and its treated pixels as uint8 (C, H, W).

    It stands upright, as the camera notes in EXIF.  A picture that is resized is cut to the square in its middle
    first, so that nothing in it is stretched; the odd row or column is lost below or on the right.  Resizing is
    Pillow's ``BILINEAR``: linear between pixels, and where pictures shrink an average under a triangle that widens
    with the step, so that no pixel is skipped.

    Turned into grey or RGB are also pictures with a palette, CMYK as Pillow weighs it, grey of 16 bits divided by
    257, and those whose alpha is opaque everywhere.

    Raises
    ------
    DatasetError
        No picture, or one whose numbers are no 8 bits of grey or RGB and are not turned into them.
    LimitError
        More samples than an image may have.
    """
    import numpy as np
    from PIL import Image

    try:
        picture = read_picture(path)
    except InputError as unread:
        raise DatasetError(
            unread.what, why=unread.why, next="save it anew as a grey or RGB png, or move it out of its class"
        ) from unread
    picture = _plain(path, picture) if wanted.colour == "as is" else _turned(path, picture, wanted.colour)
    height, width = picture.height, picture.width
    side = wanted.side
    if side is not None and (height, width) != (side, side):
        short = min(height, width)
        left, top = (width - short) // 2, (height - short) // 2
        square = picture.crop((left, top, left + short, top + short))
        picture = square.resize((side, side), Image.Resampling.BILINEAR)
    values = np.asarray(picture, dtype=np.uint8)
    return (height, width), np.moveaxis(np.atleast_3d(values), -1, 0)


def _plain(path: Path, picture: Image.Image) -> Image.Image:
    """Return a picture whose numbers are what is learned from, grey or RGB."""
    if picture.mode not in _PLAIN:
        raise DatasetError(
            f"{str(path)!r} is a picture of mode {picture.mode}",
            why="images to learn from are grey or RGB, with 8 bits a channel",
            next='--colour rgb, or load(..., colour="rgb"), turns such pictures into RGB; or grey instead of rgb'
            if picture.mode in _TURNED
            else "save it anew as a grey or RGB png, or move it out of its class",
        )
    return picture.convert("L") if picture.mode == "1" else picture


def _turned(path: Path, picture: Image.Image, colour: Colour) -> Image.Image:
    """Return a picture turned into grey or RGB."""
    import numpy as np
    from PIL import Image

    # Pillow reads some grey of 16 bits as whole numbers of 32, up to 65535 nevertheless
    sixteen = picture.mode.startswith("I;16") or (picture.mode == "I" and picture.format in {"PNG", "PPM"})
    if picture.mode not in _TURNED and not sixteen:
        raise DatasetError(
            f"{str(path)!r} is a picture of mode {picture.mode}",
            why="nothing says which of its numbers are black and white",
            next="save it anew as a grey or RGB png, or move it out of its class",
        )
    if "transparency" in picture.info or picture.mode in _ALPHA:
        if sixteen or picture.convert("RGBA").getchannel("A").getextrema()[0] != 255:
            raise DatasetError(
                f"{str(path)!r} is transparent in places",
                why="what is seen through it is not in the file, so it has no colours of its own there",
                next="save it anew on a background, or move it out of its class",
            )
        picture = picture.convert("RGBA")
    if sixteen:
        half = _SIXTEEN_TO_EIGHT // 2  # rounded: the divisor is odd, so no value is half-way
        levels = (np.asarray(picture).astype(np.int64) + half) // _SIXTEEN_TO_EIGHT
        picture = Image.fromarray(levels.astype(np.uint8))
    return picture.convert("L" if colour == "grey" else "RGB")
