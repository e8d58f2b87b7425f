"""Images into files: numbers as they are where the format holds them, and by a stated mapping where it does not."""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Literal, NamedTuple

from kernelkit.errors import InputError, OutputError, ShapeError
from kernelkit.files import check_place, write_whole
from kernelkit.images.image import check_array, plain_axes
from kernelkit.images.mapping import Mapping
from kernelkit.images.png import encode_png
from kernelkit.images.store import is_zarr, new_zarr

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

_SUFFIXES = {
    ".npy": "npy",
    ".npz": "npz",
    ".csv": "csv",
    ".tif": "tiff",
    ".tiff": "tiff",
    ".png": "png",
    ".jpg": "jpeg",
    ".jpeg": "jpeg",
    ".zarr": "zarr",
}
FORMATS = tuple(dict.fromkeys(_SUFFIXES.values()))
"""What images are written as."""

_MAPPED = {"png", "jpeg", "tiff"}
"""Formats that note a mapping."""

_TRANSPARENT = {"png", "tiff"}
"""Formats that hold alpha."""

_NEXT = "name another file with -o"

_QUALITY = 95
"""Of jpeg; beyond it files grow and pictures hardly change (libjpeg's own advice)."""


class Written(NamedTuple):
    """What was written.

    Attributes
    ----------
    format
        ``png``, ``tiff``, ...
    mapping
        What the grey values stand for; None where numbers are as they were.
    clipped
        Samples beyond black or white.
    words
        All that a user must know, in words; empty if nothing was changed.
    """

    format: str
    mapping: Mapping | None
    clipped: int
    words: str


def write_image(  # noqa: PLR0913 - each is one property of the file
    target: str | os.PathLike[str] | IO[bytes],
    values: ArrayLike,
    *,
    axes: str | None = None,
    alpha: NDArray[np.generic] | None = None,
    mapping: Mapping | Literal["auto"] | None = None,
    bits: Literal[8, 16] = 8,
    form: str | None = None,
    force: bool = False,
) -> Written:
    """Write an image, a signal or a volume, whole or not at all.

    Npy, npz, csv, tiff and zarr hold the numbers as they are.  Png holds unsigned integers of 8 and 16 bits and
    truth values as they are, jpeg unsigned integers of 8 bits nearly so; anything else needs a mapping, for a picture
    has no signs and no fractions.  Png, jpeg and tiff note the mapping, and `Mapping.read` finds it there.

    Parameters
    ----------
    target
        A file, whose suffix names the format; or a binary stream.
    values
        Real numbers.
    axes
        A letter an axis, as in `kernelkit.images.image.Image.axes`; without it all axes are of space.
    alpha
        How opaque each pixel is, in the type of what is written; for png and tiff.
    mapping
        From numbers to grey values.  ``auto`` fits one to the values (`Mapping.fitting`): none is clipped.  Pixels
        that are NaN become transparent.
    bits
        Of the grey values of an ``auto`` mapping.
    form
        The format, where no suffix names it.
    force
        Whether a file that is there is replaced.

    Returns
    -------
    Written
        How numbers became grey values, in words too.

    Raises
    ------
    InputError
        Numbers that the format cannot hold, or no format.
    ShapeError
        More axes than the format has, or alpha of another shape.
    OutputError
        The file is there, or cannot be written; nothing was left behind.
    MissingExtraError
        A package that the format needs is not installed.
    """
    import numpy as np

    place = Path(target) if isinstance(target, str | os.PathLike) else None
    form = written_as(place, form)
    if place is not None:
        _check_free(place, form, force=force)
    array = np.asarray(values)
    check_array("the image to write", array.dtype, array.shape, None)
    axes = plain_axes("the image to write", array.shape) if axes is None else axes
    if len(axes) != array.ndim or "c" in axes[:-1]:
        raise ShapeError(
            f"axes {axes!r} do not name those of an array of shape {array.shape}",
            next="one letter an axis, c for colours last: yxc",
        )
    if axes.endswith("c") and array.shape[-1] == 1 and form in _MAPPED:
        array, axes = array[..., 0], axes[:-1]  # pictures of one colour are grey
    if axes.endswith("c") and array.dtype == bool and form in _MAPPED:
        array = array.astype(np.uint8)  # bits are for grey pictures; in colours the numbers stay 0 and 1
    _check_held(form, array, axes, alpha, mapping)
    array, alpha, written = _mapped(array, axes, alpha, form, mapping, bits)
    if form == "zarr":
        if place is None:
            raise InputError("a zarr store is a folder, no stream", next="name a folder with -o")
        with new_zarr(place, shape=array.shape, dtype=array.dtype, axes=axes) as store:
            store[...] = array
        return written
    content = _encoded(form, array, axes, alpha, written.mapping.note if written.mapping else "")
    if place is not None:
        write_whole(place, content, next=_NEXT)
        return written
    try:
        target.write(content)  # type: ignore[union-attr]  # it is a stream
    except OSError as refused:
        raise OutputError(
            f"the image cannot be written: {(refused.strerror or str(refused)).lower()}", next=_NEXT
        ) from refused
    return written


def written_as(place: Path | None, form: str | None) -> str:
    """Return the format of a file: the one that is named, or what the suffix says; of a stream it has to be named.

    Raises
    ------
    InputError
        None of `FORMATS`.
    """
    if form is None and place is not None:
        form = _SUFFIXES.get(place.suffix.lower())
    if form not in FORMATS:
        what = f"{place.name!r} names no format" if place is not None else "a stream needs a format"
        raise InputError(
            f"{what} that images are written in", next=f"one of {', '.join(sorted(FORMATS))}, as in out.tiff"
        )
    return form


def _check_free(place: Path, form: str, *, force: bool) -> None:
    """Refuse a place that is taken, or that cannot be written to, before the work."""
    if form != "zarr" or not place.is_dir():
        check_place(place, next=_NEXT)
    elif not is_zarr(place):
        raise OutputError(f"{place} is a folder and no zarr store", next=_NEXT)
    if not force and (place.is_file() or place.is_dir()):
        raise OutputError(f"{place} is there already", next="--force, or force=True, replaces it")


def _check_held(
    form: str, array: NDArray[Any], axes: str, alpha: NDArray[np.generic] | None, mapping: object
) -> None:
    """Refuse what the format has no room for."""
    colours = array.shape[-1] if axes.endswith("c") else 1
    space = axes.removesuffix("c")
    most = {"csv": 2, "png": 2, "jpeg": 2, "tiff": 3}.get(form, len(space))
    if len(space) > most or (form == "csv" and "c" in axes):
        raise ShapeError(
            f"{form} holds no image of axes {', '.join(axes)}",
            next="write npy, npz or zarr, or one part of it",
        )
    if form in {"png", "jpeg"} and (colours not in {1, 3} or len(space) != 2):
        raise ShapeError(
            f"{form} holds grey and RGB pictures, not shape {array.shape} of axes {', '.join(axes)}",
            next="write tiff or npy, or one channel",
        )
    if form == "tiff" and len(space) < 2:
        raise ShapeError("tiff holds pictures and volumes, no signals", next="write npy or csv")
    if not (mapping is None or mapping == "auto" or isinstance(mapping, Mapping)):
        raise InputError(f"{mapping!r} is no mapping", next='mapping="auto", or Mapping.between(low, high)')
    if mapping is not None and form not in _MAPPED:
        raise InputError(
            f"{form} holds numbers as they are and notes no mapping",
            next="leave the mapping out, or write png",
        )
    if alpha is not None and form not in _TRANSPARENT:
        raise InputError(f"{form} holds no alpha", next="write png or tiff, or leave alpha out")
    if alpha is not None and alpha.shape != array.shape[: len(space)]:
        raise ShapeError(
            f"alpha has shape {alpha.shape}, the image {array.shape[: len(space)]}", next="one alpha a pixel"
        )


def _mapped(
    array: NDArray[Any],
    axes: str,
    alpha: NDArray[Any] | None,
    form: str,
    mapping: Mapping | Literal["auto"] | None,
    bits: int,
) -> tuple[NDArray[Any], NDArray[Any] | None, Written]:
    """Return grey values where a mapping is asked for, and otherwise the numbers that the format holds."""
    import numpy as np

    held = {"png": ("bool", "uint8", "uint16"), "jpeg": ("uint8",)}.get(form)
    lossy = "jpeg is lossy: its numbers are near the ones given, not equal" if form == "jpeg" else ""
    if mapping is None:
        if held and array.dtype.name not in held:
            raise InputError(
                f"{form} has no numbers of type {array.dtype}",
                why="a picture holds unsigned integers: signs and fractions need a mapping to grey values",
                next='mapping="auto" states one and writes it into the file; tiff and npy keep the numbers',
            )
        if form == "tiff" and array.dtype == np.longdouble and array.dtype.itemsize > 8:
            raise InputError("tiff has no numbers of more than 64 bits", next="write npy, or float64")
        return array, _like(alpha, array), Written(form, None, 0, lossy)
    found = Mapping.fitting(array, bits) if mapping == "auto" else mapping
    if form == "jpeg" and found.bits != 8:
        raise InputError("jpeg holds 8 bits a sample, not 16", next="bits=8, or write png")
    empty = np.isnan(array)
    missing = empty.any(axis=-1) if axes.endswith("c") else empty
    greys, clipped = found.greys(array)
    words = [found.words, f"{clipped} samples clipped"]
    if missing.any():
        if form == "jpeg":
            raise InputError(
                "jpeg holds no pixels without a value, and the image has NaN",
                next="write png, where they are transparent, or tiff",
            )
        alpha = np.full(missing.shape, found.top, greys.dtype) if alpha is None else alpha.copy()
        alpha[missing] = 0
        words.append(f"{int(missing.sum())} pixels without a value are transparent")
    return (
        greys,
        _like(alpha, greys),
        Written(form, found, clipped, "; ".join(filter(None, [", ".join(words), lossy]))),
    )


def _like(alpha: NDArray[Any] | None, array: NDArray[Any]) -> NDArray[Any] | None:
    """Return alpha when it has the type of the samples that it stands beside in the file."""
    if alpha is None or alpha.dtype == array.dtype:
        return alpha
    raise InputError(
        f"alpha is {alpha.dtype}, and what is written is {array.dtype}", next="give alpha in that type"
    )


def _encoded(form: str, array: NDArray[Any], axes: str, alpha: NDArray[Any] | None, note: str) -> bytes:
    """Return the content of a file."""
    import numpy as np

    file = io.BytesIO()
    samples = array
    if alpha is not None:
        samples = np.concatenate(
            [array if axes.endswith("c") else array[..., None], alpha[..., None]], axis=-1
        )
    if form == "npy":
        np.save(file, array)
    elif form == "npz":
        np.savez_compressed(file, image=array)
    elif form == "csv":
        np.savetxt(file, array, fmt="%d" if array.dtype.kind in "iub" else "%.17g", delimiter=",")
    elif form == "png":
        return encode_png(samples, note)
    elif form == "jpeg":
        from PIL import Image

        Image.fromarray(array).save(file, "jpeg", quality=_QUALITY, subsampling=0, comment=note.encode())
    else:
        _tiff(file, samples, axes, note, alpha=alpha is not None)
    return file.getvalue()


def _tiff(file: io.BytesIO, samples: NDArray[Any], axes: str, note: str, *, alpha: bool) -> None:
    import tifffile

    colours = samples.shape[-1] - alpha if axes.endswith("c") else 1
    last = axes.endswith("c") or alpha
    rgb = colours == 3
    extra = samples.shape[-1] - (3 if rgb else 1) if last else 0
    tifffile.imwrite(
        file,
        samples,
        photometric="rgb" if rgb else "minisblack",
        planarconfig="contig" if last else None,
        extrasamples=["unspecified"] * (extra - alpha) + ["unassalpha"] * alpha or None,
        metadata=None,
        software="kernelkit",
        description=note or None,
    )
