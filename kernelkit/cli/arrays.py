"""Kernels from arrays in files: npy, and pictures whose pixels are taps."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from kernelkit.errors import InputError, LimitError, ShapeError
from kernelkit.exact.kernel import Kernel
from kernelkit.exact.rational import counted

if TYPE_CHECKING:
    from pathlib import Path

LARGEST_ARRAY = 100_000
"""Entries of an array of taps; more is refused before it is read."""

MOST_AXES = 6

_GREY = {"1", "L", "I", "I;16", "F"}


def kernel_from_npy(path: Path) -> Kernel:
    """Read an array that NumPy saved; objects, which could run code, are refused.

    Raises
    ------
    InputError
        The file is no npy file, or holds something else than finite real numbers.
    LimitError
        More than `LARGEST_ARRAY` entries.
    """
    import numpy as np

    try:
        array = np.load(path, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError, EOFError) as damaged:
        raise InputError(
            f"{str(path)!r} is no npy file of numbers: {str(damaged).splitlines()[0].lower()}",
            next="numpy.save writes npy files; arrays of objects are refused",
        ) from damaged
    if not isinstance(array, np.ndarray) or array.dtype.kind not in "iufb":
        raise InputError(
            f"{str(path)!r} holds {getattr(array, 'dtype', type(array).__name__)}, not real numbers",
            next="save an array of integers or floats",
        )
    if array.ndim == 0 or array.ndim > MOST_AXES or not array.size:
        raise ShapeError(
            f"an array of shape {array.shape} is no kernel",
            next=f"save an array of 1 to {MOST_AXES} axes with entries",
        )
    if array.size > LARGEST_ARRAY:
        raise LimitError(
            f"{str(path)!r} has {array.size:,} entries, more than {LARGEST_ARRAY:,}: that is no kernel",
            next="cut out the kernel",
        )
    values = np.asarray(array)
    if not np.isfinite(values).all():
        count = counted(int((~np.isfinite(values)).sum()), "entry")
        raise InputError(f"{str(path)!r} holds NaN or infinity, in {count}", next="replace them by numbers")
    return Kernel.from_array(values.astype(int) if values.dtype.kind == "b" else values)


def kernel_from_picture(path: Path, zero: Fraction | int = 0) -> Kernel:
    """Read a grey picture whose pixels are taps; ``zero`` is the grey value of a tap of zero.

    Raises
    ------
    InputError
        No picture, or one in colour.
    LimitError
        More than `LARGEST_ARRAY` pixels.
    """
    import numpy as np
    from PIL import Image, UnidentifiedImageError

    damaged = InputError(
        f"{str(path)!r} is no picture that can be read", next="png, tiff, bmp and pgm pictures are read"
    )
    try:
        picture = Image.open(path)
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError) as unreadable:
        raise damaged from unreadable
    with picture:
        width, height = picture.size
        if width * height > LARGEST_ARRAY:
            raise LimitError(
                f"{str(path)!r} has {width} x {height} pixels, more than {LARGEST_ARRAY:,}: that is no kernel",
                next="cut out the kernel, one pixel a tap",
            )
        if picture.mode not in _GREY:
            raise InputError(
                f"{str(path)!r} is a picture of mode {picture.mode}, not grey",
                next="save it in grey, one pixel a tap",
            )
        try:
            values = np.asarray(picture)
        except (OSError, ValueError, SyntaxError) as unreadable:
            raise damaged from unreadable
    if not np.isfinite(values).all():
        raise InputError(f"{str(path)!r} holds pixels that are not finite", next="replace them by numbers")
    kernel = Kernel.from_array(values.astype(int) if values.dtype.kind in "bu" else values)
    if not zero:
        return kernel
    low = tuple(Fraction(-((size - 1) // 2)) for size in values.shape)
    everywhere = [
        ((low[0] + i, low[1] + j), -zero) for i in range(values.shape[0]) for j in range(values.shape[1])
    ]
    return kernel + Kernel(everywhere)
