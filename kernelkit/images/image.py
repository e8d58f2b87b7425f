"""The value that every reader returns: samples, the names of their axes, and alpha apart from them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from kernelkit.errors import InputError, LimitError, ShapeError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from kernelkit.images.mapping import Mapping

LARGEST = 100_000_000
"""Samples of an image; more is refused before it is decoded, unless the caller allows it."""

SPACE = "srqwtzyx"
"""Names of axes without colour, as many from the right as an array has: (y, x) for two, (z, y, x) for three."""

SHOWN = 200
"""Characters of a file's name or of a decoder's words that errors repeat."""


class PixelSize(NamedTuple):
    """How large a pixel is by its file, along y and along x."""

    sizes: tuple[float, float]
    unit: str

    @property
    def numbers(self) -> str:
        """One number, or two with a comma where they differ."""
        return ",".join(dict.fromkeys(f"{size:.6g}" for size in self.sizes))


class Decoded(NamedTuple):
    """What a format says of itself; `kernelkit.images.read` makes an `Image` of it."""

    values: Any
    axes: str
    alpha: NDArray[np.generic] | None = None
    bits: str = ""
    notes: tuple[str, ...] = ()
    mapping: Mapping | None = None
    pixel: PixelSize | None = None


@dataclass(frozen=True, slots=True)
class Image:
    """An image, a signal or a volume from a file, with the numbers of the file: never rescaled.

    Attributes
    ----------
    values
        Real numbers of the type in the file.  An array, or what stands for one on disk when it was not to be read:
        a zarr array, or a mapped npy file.
    axes
        One letter an axis: ``yx``, ``zyx``, and ``c`` for colours, which are last: ``yxc``.
    alpha
        How opaque each pixel is, without the axis of colours; None in files that do not say.
    what
        The same in words.
    format
        ``png``, ``tiff``, ...
    mapping
        What the file says about the numbers its grey values stand for, if it does.
    pixel
        What a tiff file says about the size of its pixels, if it does; nothing is scaled by it.
    """

    values: Any
    axes: str
    alpha: NDArray[np.generic] | None
    what: str
    format: str
    mapping: Mapping | None = None
    pixel: PixelSize | None = None


def plain_axes(name: str, shape: tuple[int, ...]) -> str:
    """Return the axes of an array that names none.

    Raises
    ------
    ShapeError
        A single number, or more axes than have names.
    """
    if not 0 < len(shape) <= len(SPACE):
        raise ShapeError(
            f"{name!r} holds an array of {len(shape)} axes, not 1 to {len(SPACE)}", next="save an image of it"
        )
    return SPACE[-len(shape) :]


def check_array(name: str, dtype: np.dtype[Any], shape: tuple[int, ...], most: int | None) -> None:
    """Refuse an array before it is read, by what its header says.

    Raises
    ------
    InputError
        No real numbers, or no numbers at all.
    LimitError
        More than ``most`` samples; None allows any number.
    """
    if dtype.hasobject:
        raise InputError(
            f"{name!r} holds Python objects, which could run code: arrays of objects are refused",
            next="save an array of integers or floats",
        )
    if dtype.kind not in "iufb":
        raise InputError(
            f"{name!r} holds {dtype} of shape {shape}, not real numbers",
            next="save an array of integers or floats",
        )
    if not all(side > 0 for side in shape):
        raise InputError(f"{name!r} is empty: its shape is {shape}", next="save an array with entries")
    if most is not None:
        check_size(name, math.prod(shape), most)


def check_size(name: str, samples: int, most: int) -> None:
    """Refuse an image whose header announces too much, before memory is taken for it.

    Raises
    ------
    LimitError
        More than ``most`` samples.
    """
    if samples > most:
        raise LimitError(
            f"{name!r} has {samples:,} samples, more than {most:,}",
            next="cut out a part of it, or allow as many: open_image(..., most=...)",
        )
