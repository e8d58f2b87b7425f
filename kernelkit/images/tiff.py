"""Tiff files through tifffile: grey, colour, any number type, and pages as the axis z."""

from __future__ import annotations

import importlib.util
import math
import re
from typing import IO, TYPE_CHECKING, Any

from kernelkit.errors import InputError, MissingExtraError
from kernelkit.images.decoding import decoding
from kernelkit.images.image import Decoded, PixelSize, check_array, check_size
from kernelkit.images.mapping import Mapping
from kernelkit.images.upright import TAG, upright

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from tifffile import TiffFile, TiffPage

# numbers of TIFF 6.0
_PLAIN = 1  # compression
_JPEG = 7
_WHITE_IS_ZERO, _BLACK_IS_ZERO, _RGB, _PALETTE, _YCBCR = 0, 1, 2, 3, 6  # photometric interpretation
_PREMULTIPLIED, _ALPHA = 1, 2  # extra samples
_MICROMETRES = {2: 25400.0, 3: 10000.0}  # of an inch and a centimetre, the units of resolution
_SCREENS = {72.0, 96.0}  # dots per inch that programs write where they know none


def read_tiff(file: IO[bytes], name: str, page: int | None, most: int) -> Decoded:
    """Read one page, or all of them as a volume.

    Metadata of microscopes and of OME are not followed: they name axes in words of their own, and other files.

    Raises
    ------
    InputError
        A damaged file, pages that differ, no such page, or colours that are no grey or RGB.
    MissingExtraError
        A compressed file without imagecodecs.
    """
    import tifffile

    with decoding(name, "tiff"), tifffile.TiffFile(file, is_ome=False) as opened:
        pages = _pages(opened)
        _check_complete(name, pages)
        if page is not None:
            if not 0 <= page < len(pages):
                raise InputError(f"{name!r} has no page {page}", next=f"its pages are 0 to {len(pages) - 1}")
            pages = [pages[page]]
        first = pages[0]
        for one in pages:
            _check_page(name, one, most)
            if (one.shape, one.dtype, one.photometric, one.extrasamples) != (
                first.shape,
                first.dtype,
                first.photometric,
                first.extrasamples,
            ):
                raise InputError(
                    f"the pages of {name!r} differ in size or kind: {first.shape} and {one.shape}",
                    next="read one of them: page=0",
                )
        check_size(name, first.size * len(pages), most)
        read = [_page(one) for one in pages]
        return _stacked(read) if len(read) > 1 else read[0]


def _pages(opened: TiffFile) -> list[TiffPage]:
    """Return the pages of full size; a chain of pages that bites its tail has no end in tifffile."""
    pages: list[TiffPage] = []
    seen: set[int] = set()
    for page in opened.pages:
        if page.offset in seen:
            raise ValueError(f"page {len(seen)} is an earlier one again")
        seen.add(page.offset)
        if not page.is_reduced:  # type: ignore[union-attr]  # there are frames only where they are asked for
            pages.append(page)  # type: ignore[arg-type]  # as above
    # where a chain is cut tifffile ends it in silence
    opened.filehandle.seek(opened.pages.next_page_offset or 0)
    size = opened.tiff.offsetsize
    if opened.filehandle.read(size) != bytes(size):
        raise EOFError(f"the file ends before the page that follows page {len(seen) - 1}")
    return pages


def _check_complete(name: str, pages: list[TiffPage]) -> None:
    """Refuse what would be read in part: no page, or more images than pages."""
    if not pages:
        raise InputError(f"{name!r} has no page with an image", next="give a tiff file with an image in it")
    said = pages[0].description
    images = re.search(r"^images=(\d+)", said, re.MULTILINE) if said.startswith("ImageJ=") else None
    if '"truncated": true' in said or (images and int(images[1]) != len(pages)):
        raise InputError(
            f"{name!r} holds more images than its pages say", next="save it with a page for every image"
        )


def _check_page(name: str, page: TiffPage, most: int) -> None:
    if page.dtype is None or not page.size:
        raise InputError(
            f"a page of {name!r} holds samples of no type that is read here",
            next="save it as 8 or 16 bit, or float32",
        )
    check_array(name, page.dtype, page.shape, most)
    check_size(name, math.prod(page.chunks), most)  # a tile is decoded as a whole
    if page.compression != _PLAIN and importlib.util.find_spec("imagecodecs") is None:
        raise MissingExtraError(
            f"{name!r} is compressed by {_called(page.compression)}, which needs imagecodecs",
            next='pip install "kernelkit[images]", or save it without compression',
        )
    plain = page.photometric in {_WHITE_IS_ZERO, _BLACK_IS_ZERO, _RGB, _PALETTE}
    if not plain and not (
        page.photometric == _YCBCR and page.compression == _JPEG
    ):  # becomes RGB as it is decoded
        raise InputError(
            f"{name!r} has colours of the kind {_called(page.photometric)}",
            why="only grey and RGB say plainly which numbers they hold",
            next="save it in grey or RGB",
        )


def _called(number: int) -> str:
    """Return the name of a number of the standard, where it has one."""
    return str(getattr(number, "name", number)).lower()


def _page(page: TiffPage) -> Decoded:
    """Decode a page: colours last, alpha apart, upright."""
    import numpy as np

    values, axes = page.asarray(), page.axes.lower().replace("s", "c")
    values = values.astype(values.dtype.newbyteorder("="), copy=False)
    notes: tuple[str, ...] = ()
    if page.photometric == _PALETTE:
        values, axes, notes = np.moveaxis(page.colormap[:, values], 0, -1), axes + "c", ("from a palette",)  # type: ignore[index]
    if "c" in axes:
        values, axes = np.moveaxis(values, axes.index("c"), -1), axes.replace("c", "") + "c"
    values, alpha, more = _without_alpha(values, page)
    if values.ndim < len(axes):
        axes = axes.replace("c", "")
    tag = page.tags.get(TAG)
    orientation, rows = tag.value if tag else 1, axes.index("y")
    if page.photometric == _WHITE_IS_ZERO:
        notes += ("0 is white",)
    return Decoded(
        upright(values, orientation, rows),
        axes,
        None if alpha is None else upright(alpha, orientation, rows),
        bits=f"{page.bitspersample} bit"
        if values.dtype.kind in "ub" and page.photometric != _PALETTE
        else "",
        notes=notes + more,
        mapping=Mapping.read(page.description),
        pixel=_pixel_size(page, turned=orientation > 4),
    )


def _pixel_size(page: TiffPage, *, turned: bool) -> PixelSize | None:
    """Return how large a pixel is: in the unit that ImageJ names, or from dots per inch or centimetre."""
    tags = [page.tags.get(name) for name in ("YResolution", "XResolution")]
    dots = [tag.value[0] / tag.value[1] if tag and all(tag.value) else 0.0 for tag in tags]
    if not all(dots):
        return None
    said = re.search(r"^ImageJ=.*^unit=(\S+)", page.description, re.MULTILINE | re.DOTALL)
    tag = page.tags.get("ResolutionUnit")
    micrometres = _MICROMETRES.get(int(tag.value)) if tag else None
    if said and said[1].lower() not in {"pixel", "pixels"}:
        unit = {"\\u00B5m": "um", "\u00b5m": "um", "micron": "um", "microns": "um"}.get(said[1], said[1])
        sizes = [1 / number for number in dots]
    elif micrometres is None or (micrometres == _MICROMETRES[2] and _SCREENS.issuperset(dots)):
        return None
    else:
        sizes = [micrometres / number for number in dots]
        unit = "um" if min(sizes) < 1000 else "mm"
        sizes = [size / (1000 if unit == "mm" else 1) for size in sizes]
    return PixelSize((sizes[1], sizes[0]) if turned else (sizes[0], sizes[1]), unit)


def _without_alpha(
    values: NDArray[Any], page: TiffPage
) -> tuple[NDArray[Any], NDArray[np.generic] | None, tuple[str, ...]]:
    """Return colours and alpha; the one sample too many that many programs leave nameless behind RGB is alpha too."""
    import numpy as np

    extra = [int(kind) for kind in page.extrasamples]
    named = [index for index, kind in enumerate(extra) if kind in {_PREMULTIPLIED, _ALPHA}]
    if not named and page.photometric == _RGB and len(extra) == 1:
        named = [0]
    if not named:
        return values, None, ()
    if len(extra) >= values.shape[-1]:
        raise ValueError(f"{len(extra)} of {values.shape[-1]} samples are extra ones")
    place = values.shape[-1] - len(extra) + named[0]
    colours = np.delete(values, place, axis=-1)
    notes = ("colours multiplied by alpha",) if extra[named[0]] == _PREMULTIPLIED else ()
    return (colours[..., 0] if colours.shape[-1] == 1 else colours), values[..., place], notes


def _stacked(pages: list[Decoded]) -> Decoded:
    """Return pages as one volume: as the axis z, or before the axes that a page has itself."""
    import numpy as np

    first = pages[0]
    return first._replace(
        values=np.stack([page.values for page in pages]),
        axes=("t" if "z" in first.axes else "z") + first.axes,
        alpha=None if first.alpha is None else np.stack([page.alpha for page in pages]),  # type: ignore[misc]
    )
