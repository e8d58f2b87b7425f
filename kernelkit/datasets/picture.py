"""One picture to learn from, as the others are: cut to a square, resized, and of the colours asked for."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Literal, NamedTuple, get_args

from kernelkit.errors import DatasetError, InputError
from kernelkit.images import read_image

if TYPE_CHECKING:
    from pathlib import Path
    from typing import SupportsIndex

    import numpy as np
    from numpy.typing import NDArray

Colour = Literal["as is", "grey", "rgb"]
"""Whether pictures keep their one or three channels, which must then be as many in all, or are turned into one kind."""

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

    A picture that is resized is cut to the square in its middle first, so that nothing in it is stretched; the
    odd row or column is lost below or on the right.  Resizing is Pillow's ``BILINEAR``: linear between pixels,
    and where pictures shrink an average under a triangle that widens with the step, so that no pixel is skipped.

    Raises
    ------
    DatasetError
        No picture, or one whose samples have more than 8 bits.
    LimitError
        More samples than an image may have.
    """
    import numpy as np
    from PIL import Image

    values = _samples(path)
    height, width = values.shape[-2:]
    side = wanted.side
    if side is not None and height != width:
        short = min(height, width)
        top, left = (height - short) // 2, (width - short) // 2
        values = values[..., top : top + short, left : left + short]
    if wanted.colour != "as is" or side not in {None, values.shape[-1]}:
        picture = Image.fromarray(
            np.ascontiguousarray(np.moveaxis(values, 0, -1) if values.ndim > 2 else values)
        )
        if wanted.colour != "as is":
            picture = picture.convert("L" if wanted.colour == "grey" else "RGB")
        if side is not None:
            picture = picture.resize((side, side), Image.Resampling.BILINEAR)
        values = np.asarray(picture, dtype=np.uint8)
        values = np.moveaxis(values, -1, 0) if values.ndim > 2 else values
    return (height, width), values.reshape(-1, *values.shape[-2:])


def _samples(path: Path) -> NDArray[np.uint8]:
    """Return a picture as uint8, (H, W) or (C, H, W)."""
    import numpy as np

    try:
        values = read_image(path)
    except InputError as unread:
        # what else can be read as an image is of no use among pictures
        raise DatasetError(
            unread.what, why=unread.why, next="save it anew as a grey or RGB png, or move it out of its class"
        ) from unread
    if values.dtype == np.bool_:
        return values.astype(np.uint8) * np.uint8(255)
    if values.dtype != np.uint8:
        raise DatasetError(
            f"{str(path)!r} has samples of {values.dtype}",
            why="images to learn from have 8 bits a channel",
            next="save it anew with 8 bits, or move it out of its class",
        )
    return values.astype(np.uint8, copy=False)
