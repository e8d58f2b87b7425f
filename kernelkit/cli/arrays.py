"""Kernels from arrays in files: npy, and pictures whose pixels are taps."""

from __future__ import annotations

import warnings
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from kernelkit.errors import InputError, LimitError, ShapeError
from kernelkit.exact.kernel import Kernel
from kernelkit.exact.rational import counted

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray
    from PIL.Image import Image

FORMATS = "json, csv and npy files are read, and grey pictures in png, tiff, bmp and pgm"
"""What can be read from files: the way out where something else was given."""

LARGEST_ARRAY = 100_000
"""Entries of an array of taps; more is refused before it is read."""

MOST_AXES = 6

_GREY = {"1", "L", "I", "I;16", "I;16B", "I;16L", "F"}

_PICTURES = ("PNG", "TIFF", "BMP", "PPM")
"""Formats that keep pixels as they are, as Pillow calls them; PPM holds pgm."""

_MAGIC = b"\x93NUMPY"
_ZIP = b"PK"
_DOUBLE = 8
"""Bytes of the widest float that is read."""


def kernel_from_npy(path: Path) -> Kernel:
    """Read the kernel that NumPy saved as an array; refusals are those of `array_from_npy`."""
    return Kernel.from_array(array_from_npy(path))


def array_from_npy(path: Path) -> NDArray[Any]:
    """Read an array of taps that NumPy saved; objects, which could run code, are refused.

    Raises
    ------
    InputError
        The file is no npy file, or holds something else than finite real numbers.
    ShapeError
        An array without axes or entries, or of more than `MOST_AXES` axes.
    LimitError
        More than `LARGEST_ARRAY` entries.
    """
    import numpy as np

    array = _opened(path)
    kind = array.dtype
    if kind.kind not in "iufb" or (kind.kind == "f" and kind.itemsize > _DOUBLE):
        wider = kind.kind == "f"
        raise InputError(
            f"{str(path)!r} holds {kind}, not " + ("floats of 64 bits or less" if wider else "real numbers"),
            next="numpy.save(path, array.astype(float)) writes them"
            if wider
            else "save an array of integers or floats",
        )
    if array.ndim == 0 or array.ndim > MOST_AXES or not array.size:
        raise ShapeError(
            f"{str(path)!r} holds an array of shape {array.shape}, which is no kernel",
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
    return values.astype(int) if kind.kind == "b" else values


def _opened(path: Path) -> NDArray[Any]:
    """Return the array of an npy file, its entries unread; what NumPy says of other files is not repeated."""
    import numpy as np

    try:
        with path.open("rb") as file:
            start = file.read(len(_MAGIC))
    except OSError as refused:
        raise InputError(
            f"{str(path)!r} cannot be read: {(refused.strerror or str(refused)).lower()}", next=FORMATS
        ) from refused
    if start.startswith(_ZIP):
        raise InputError(
            f"{str(path)!r} is an archive of arrays (npz), not one array",
            next='numpy.save("taps.npy", archive["name"]) writes one of them',
        )
    if start != _MAGIC:
        raise InputError(f"{str(path)!r} is no npy file", next="numpy.save writes npy files; " + FORMATS)
    try:
        array: NDArray[Any] = np.load(path, mmap_mode="r", allow_pickle=False)
    except Exception as damaged:
        # headers are parsed as Python, and any of its errors can come out
        if "object" in str(damaged).lower():
            raise InputError(
                f"{str(path)!r} holds Python objects, which could run code: arrays of objects are refused",
                next="save an array of integers or floats",
            ) from damaged
        raise InputError(
            f"{str(path)!r} is a damaged npy file: its header or its length is wrong",
            next="write it anew with numpy.save",
        ) from damaged
    return array


def kernel_from_picture(path: Path, zero: Fraction | int = 0) -> Kernel:
    """Read a grey picture whose pixels are taps; ``zero`` is the grey value of a tap of zero.

    Raises
    ------
    InputError
        No picture of the formats in `FORMATS`, one in colour, or one of several pages or frames.
    LimitError
        More than `LARGEST_ARRAY` pixels.
    """
    import numpy as np
    from PIL import Image

    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore", Image.DecompressionBombWarning
        )  # counted below, before a pixel is read
        try:
            with Image.open(path, formats=_PICTURES) as picture:
                _check_picture(path, picture)
                values = np.asarray(picture)
        except (InputError, LimitError):
            raise
        except Image.DecompressionBombError as huge:
            raise LimitError(
                f"{str(path)!r} has too many pixels: that is no kernel", next="cut out the kernel"
            ) from huge
        except Exception as unreadable:
            # decoders of damaged pictures raise errors of every kind
            raise InputError(f"{str(path)!r} is no picture that can be read", next=FORMATS) from unreadable
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


def _check_picture(path: Path, picture: Image) -> None:
    """Refuse by its header what is no table of taps."""
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
    if getattr(picture, "n_frames", 1) > 1:
        raise InputError(
            f"{str(path)!r} has more than one page or frame", next="save the one that is the kernel alone"
        )
