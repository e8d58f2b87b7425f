"""Images, signals and volumes from files and pipes: values as they are, never rescaled."""

from __future__ import annotations

import io
import os
from typing import IO, TYPE_CHECKING, Any, Literal, get_args

from kernelkit.errors import InputError, LimitError
from kernelkit.images.arrays import map_npy, read_npy, read_npz
from kernelkit.images.content import HEAD, format_of
from kernelkit.images.image import LARGEST, Decoded, Image
from kernelkit.images.netpbm import read_netpbm
from kernelkit.images.picture import PICTURES
from kernelkit.images.pictures import read_picture_file
from kernelkit.images.source import ASK, existing
from kernelkit.images.store import read_zarr
from kernelkit.images.table import read_csv
from kernelkit.images.tiff import read_tiff

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Channels = Literal["first", "last"]
"""Where an array that names no axes has its colours."""

_NAMED = {"png", "jpeg", "bmp", "netpbm"}
"""Formats that say which axes an image has."""

_BYTES_A_SAMPLE = 16
"""Of a pipe, so that one without an end is refused."""


def open_image(
    source: str | os.PathLike[str] | IO[bytes],
    *,
    channels: Channels | None = None,
    page: int | None = None,
    array: str | None = None,
    read: bool = True,
    most: int = LARGEST,
) -> Image:
    """Open an image, a signal or a volume; its content tells the format, not its name.

    Npy, npz, csv, zarr; png, jpeg, bmp, pbm, pgm, ppm; tiff of any number type, whose pages are the axis z.  Numbers
    stay as they are in the file: integers of 8 or 16 bits, or of 2 or 4, are not stretched, NaN stays NaN.  Pictures
    stand upright, as their camera noted.

    Parameters
    ----------
    source
        A file, the folder of a zarr store, or a binary stream, which is read to its end.
    channels
        The axis of colours in a file that names none, such as an npy file; without it all axes are of space.
    page
        The one page of a tiff file to read, from 0; without it all, which must then be alike.
    array
        The name of an array in an npz archive or in a zarr group; needed if there are several.
    read
        False leaves the numbers of npy files and zarr stores on disk, so that any size can be read in parts.
    most
        Samples that are taken into memory at the most; headers that announce more are refused unread.

    Returns
    -------
    Image
        Values, names of axes, alpha apart, and what it is in words.

    Raises
    ------
    InputError
        No such file, a damaged one, or one of no format that is read here.
    LimitError
        More than ``most`` samples.
    ShapeError
        A table with rows of several lengths, or an array of more than eight axes.
    UnknownNameError
        No such array.
    MissingExtraError
        A package that the format needs is not installed.
    """
    if channels not in {None, *get_args(Channels)}:
        raise InputError(f"channels are first or last, not {channels!r}", next='channels="last"')
    if not isinstance(source, str | os.PathLike):
        given: object = source  # whatever callers say it is
        if isinstance(given, io.TextIOBase) or not hasattr(given, "read"):
            raise InputError(
                f"an image is opened by its path or from a binary stream, not a {type(given).__name__}",
                next="open_image(path), or read_bytes(data)",
            )
        data = source.read(most * _BYTES_A_SAMPLE + 1)
        if len(data) > most * _BYTES_A_SAMPLE:
            raise LimitError(
                f"the input has more than {most * _BYTES_A_SAMPLE:,} bytes",
                next="allow more: open_image(..., most=...), or save it as a file",
            )
        return read_bytes(data, channels=channels, page=page, array=array, most=most)
    path = existing(source)
    if path.is_fifo():
        with path.open("rb") as pipe:
            return open_image(pipe, channels=channels, page=page, array=array, most=most)
    name = str(path)
    if path.is_dir():
        form, decoded = "zarr", read_zarr(path, array, most if read else None)
    else:
        try:
            with path.open("rb") as file:
                form = format_of(file.read(HEAD), name)
                decoded = (
                    _decoded(file, name, form, page, array, most) if read or form != "npy" else map_npy(path)
                )
        except OSError as refused:
            raise InputError(
                f"{name!r} cannot be read: {(refused.strerror or str(refused)).lower()}", next=ASK
            ) from refused
    return _image(decoded, name, form, channels, {"page": page, "array": array})


def read_bytes(
    data: bytes,
    name: str = "-",
    *,
    channels: Channels | None = None,
    page: int | None = None,
    array: str | None = None,
    most: int = LARGEST,
) -> Image:
    """Open an image that is in memory, as `open_image` does.

    Parameters
    ----------
    data
        The content of a file.
    name
        What errors call it.
    channels, page, array, most
        As for `open_image`.

    Raises
    ------
    InputError, LimitError, ShapeError, UnknownNameError, MissingExtraError
        As `open_image`.
    """
    form = format_of(data[:HEAD], name)
    decoded = _decoded(io.BytesIO(data), name, form, page, array, most)
    return _image(decoded, name, form, channels, {"page": page, "array": array})


def read_image(path: str | os.PathLike[str]) -> NDArray[np.generic]:
    """Read an image or a signal to learn from.

    Parameters
    ----------
    path
        A file that `open_image` reads.

    Returns
    -------
    numpy.ndarray
        (H, W) for grey pictures and tables, (C, H, W) for colour, (L,) for a table of one row or column, and any
        shape an npy file holds.  Integers stay integers, nothing is scaled.

    Raises
    ------
    InputError
        As `open_image`; and NaN, infinities, a palette, alpha, or several pages: no one set of numbers to learn from.
    LimitError
        More than `LARGEST` samples.
    """
    import numpy as np

    image, name = open_image(path), os.fspath(path)
    if image.alpha is not None or "from a palette" in image.what:
        raise InputError(
            f"{name!r} is a picture with {'alpha' if image.alpha is not None else 'a palette'}",
            why="only grey and RGB pictures say plainly which numbers they hold",
            next="save it in grey or RGB",
        )
    if image.format == "tiff" and image.axes[0] in "zt":
        raise InputError(f"{name!r} holds several pictures", next="save the one that is meant")
    if not np.isfinite(image.values).all():
        raise InputError(f"{name!r} holds NaN or infinity", next="replace them by numbers")
    return np.asarray(np.moveaxis(image.values, -1, 0) if image.axes == "yxc" else image.values)


def _decoded(
    file: IO[bytes], name: str, form: str, page: int | None, array: str | None, most: int
) -> Decoded:
    file.seek(0)
    if form == "npy":
        return read_npy(file, name, most)
    if form == "npz":
        return read_npz(file, name, most, array)
    if form == "tiff":
        return read_tiff(file, name, page, most)
    if form == "csv":
        try:
            return read_csv(file, name, most)
        except InputError as no_table:
            if name.lower().endswith(PICTURES):
                raise InputError(
                    f"{name!r} is no picture", why="its content is text, or of an unknown kind", next=ASK
                ) from no_table
            raise
    if form == "netpbm":
        return read_netpbm(file, name, most)
    return read_picture_file(file, name, form, most)


def _image(
    decoded: Decoded, name: str, form: str, channels: Channels | None, asked: dict[str, object]
) -> Image:
    """Return the image that a decoder found, colours last, after a look at what was asked for in vain."""
    for option, forms in (("page", {"tiff"}), ("array", {"npz", "zarr"})):
        if asked[option] not in {None, 0} and form not in forms:
            raise InputError(
                f"{name!r} is {form}, which holds one image", next=f"leave out {option}={asked[option]!r}"
            )
    values, axes = decoded.values, decoded.axes
    if channels is not None:
        if "c" in axes or len(axes) < 2 or form in _NAMED:
            raise InputError(
                f"the colours of {name!r} are no question: its axes are {', '.join(axes)}",
                next=f"leave out channels={channels!r}",
            )
        axes = axes[1:] + "c"
        values = _last(values, name) if channels == "first" else values
    elif "c" in axes[:-1]:
        place = axes.index("c")
        axes = axes[:place] + axes[place + 1 :] + "c"
        values = _last(values, name, place)
    what = _words(decoded, values, axes, form)
    return Image(values, axes, decoded.alpha, what, form, decoded.mapping, decoded.pixel)


def _last(values: Any, name: str, place: int = 0) -> Any:  # noqa: ANN401 - arrays of NumPy or of zarr
    import numpy as np

    if not isinstance(values, np.ndarray):
        raise InputError(
            f"the colours of {name!r} are not its last axis", next="read=True, or store them last"
        )
    return np.moveaxis(values, place, -1)


def _words(decoded: Decoded, values: Any, axes: str, form: str) -> str:  # noqa: ANN401 - as above
    """Say what an image is: 480 x 640 (y, x) RGB with alpha, 8 bit, png."""
    space = axes.removesuffix("c")
    size = f"{' x '.join(map(str, values.shape[: len(space)]))} ({', '.join(space)})"
    if space != axes:
        size += " RGB" if values.shape[-1] == 3 else f" in {values.shape[-1]} channels"
    elif form not in {"npy", "npz", "csv", "zarr"}:
        size += " grey"
    if decoded.alpha is not None:
        size += " with alpha"
    if decoded.mapping:
        size += f", {decoded.mapping.words}"
    return ", ".join([size, decoded.bits or str(values.dtype), form, *decoded.notes])
