"""A folder of pictures for each class: read through Pillow, within the bounds of all images here."""

from __future__ import annotations

import operator
import re
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple, get_args

from kernelkit.datasets.idx import MOST_BYTES
from kernelkit.datasets.labelled import LabelledImages
from kernelkit.errors import DatasetError, InputError, LimitError
from kernelkit.images import PICTURES, read_image

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable

    import numpy as np
    from numpy.typing import NDArray

    from kernelkit.datasets.identity import Part

Colour = Literal["as they are", "grey", "RGB"]
"""Whether pictures keep their one or three channels, which must then be as many in all, or are turned into one kind."""

LARGEST_SIDE = 10_000
"""Pixels along a side that pictures may be resized to."""

_OF_SYSTEMS = {"thumbs.db", "desktop.ini"}
"""Files that a system puts beside pictures on its own; hidden ones are others."""


class _Picture(NamedTuple):
    path: Path
    label: int


def read_folder(
    folder: str | os.PathLike[str],
    part: Part = "train",
    *,
    size: int | tuple[int, int] | None = None,
    colour: Colour = "as they are",
) -> LabelledImages:
    """Read pictures that are sorted into a folder a class.

    With subfolders ``train`` and ``test`` each part is read from its own, and the classes are those of ``train``;
    otherwise the subfolders are classes of a training part, and there is no other.  Classes and files are in natural
    order, 2 before 10.  Hidden files are passed over; everything else in a class that is no picture is an error.

    Parameters
    ----------
    folder
        The folder of folders.
    part
        ``"train"`` or ``"test"``.
    size
        Height and width, or one number for both, that all pictures are resized to (linear, after averaging when they
        shrink); None: they must all have one size.
    colour
        ``"grey"`` or ``"RGB"`` turns all pictures into that kind, grey as Pillow weighs colours (ITU-R 601).

    Raises
    ------
    DatasetError
        No classes, an empty one, files that are no pictures, sizes or colours that differ.
    InputError
        A picture that cannot be read, options that mean nothing.
    LimitError
        All pictures together would take more than `MOST_BYTES` bytes.
    """
    import numpy as np

    root, sides = Path(folder), sides_of(size)
    if colour not in get_args(Colour):
        raise InputError(f"colour is one of {', '.join(get_args(Colour))}, not {colour!r}")
    classes, pictures = _pictures(root, part)
    images: NDArray[np.uint8] | None = None
    for index, picture in enumerate(pictures):
        pixels = _pixels(picture.path, sides, colour)
        if images is None:
            images = np.empty(_bounded(root, len(pictures), pixels.shape), dtype=np.uint8)
        if pixels.shape != images.shape[1:]:
            raise _differs(picture.path, pixels.shape, pictures[0].path, images.shape[1:])
        images[index] = pixels
    assert images is not None  # no class is empty
    return LabelledImages(
        images,
        np.array([picture.label for picture in pictures], dtype=np.int64),
        classes,
        f"{part} images of {root}",
        str(root),
        "known by its folder only",
    )


def natural(name: str) -> tuple[tuple[tuple[int, str], ...], str]:
    """Return a key that sorts names with numbers in them as people do.

    Examples
    --------
    >>> sorted(["class10", "class2", "Class1"], key=natural)
    ['Class1', 'class2', 'class10']
    """
    pieces = re.split(r"([0-9]+)", name.casefold())
    return tuple((int(p), "") if i % 2 else (-1, p) for i, p in enumerate(pieces)), name


def sides_of(size: int | tuple[int, int] | None) -> tuple[int, int] | None:
    """Return the height and width that a size names, or None for none.

    Raises
    ------
    InputError
        No number or pair of numbers from 1 to `LARGEST_SIDE`.
    """
    if size is None:
        return None
    given = tuple(size) if isinstance(size, tuple | list) else (size, size)
    try:
        height, width = map(operator.index, given)
    except (TypeError, ValueError) as unread:
        raise InputError(
            f"a size is a number of pixels, or height and width, not {size!r}", next="take size=28"
        ) from unread
    if not 1 <= min(height, width) <= max(height, width) <= LARGEST_SIDE:
        raise InputError(
            f"pictures have sides from 1 to {LARGEST_SIDE:,}, not {height} x {width}", next="take size=28"
        )
    return height, width


def _pictures(root: Path, part: Part) -> tuple[tuple[str, ...], list[_Picture]]:
    """Return the classes of a folder, and the pictures of a part with their labels."""
    train = root / "train"
    parted = _is_folder(train) and any(map(_is_folder, _listed(train)))
    if not parted and part == "test":
        raise DatasetError(
            f"{str(root)!r} has no test part",
            why="a folder of pictures has parts when its subfolders are train and test, each with a folder a class",
            next='take part="train" and keep some of it for validation, or sort the pictures into train and test',
        )
    top = train if parted else root
    classes = _classes(top)
    home = root / part if parted else root
    present = _classes(home) if home != top else classes
    if unknown := [name for name in present if name not in classes]:
        raise DatasetError(
            f"{str(home / unknown[0])!r} is a class that {str(top)!r} does not have",
            why="a net can only tell the classes that it was trained on",
            next="name the folders of both parts alike",
        )
    pictures = [_Picture(path, classes.index(name)) for name in present for path in _files(home / name)]
    return classes, pictures


def _classes(top: Path) -> tuple[str, ...]:
    """Return the folders in a folder, in natural order; pictures beside them belong to no class."""
    entries = _listed(top)
    if stray := [path for path in entries if path.suffix.lower() in PICTURES and not _is_folder(path)]:
        raise DatasetError(
            f"{str(stray[0])!r} belongs to no class",
            why="the class of a picture is the folder it is in",
            next="move it into the folder of its class",
        )
    classes = tuple(path.name for path in entries if _is_folder(path))
    if not classes:
        raise DatasetError(
            f"{str(top)!r} holds no data",
            why="expected are IDX files such as train-images-idx3-ubyte.gz, or a folder of pictures for each class",
            next="give the folder that holds them",
        )
    return classes


def _files(folder: Path) -> list[Path]:
    """Return the pictures of a class, in natural order."""
    found = [path for path in _listed(folder) if path.name.lower() not in _OF_SYSTEMS]
    for path in found:
        if path.suffix.lower() not in PICTURES or _is_folder(path):
            raise DatasetError(
                f"{str(path)!r} is no picture",
                why=f"the folder of a class holds pictures only: {', '.join(PICTURES)}",
                next="move it elsewhere",
            )
    if not found:
        raise DatasetError(
            f"the class {str(folder)!r} is empty", next="put its pictures there, or remove the folder"
        )
    return found


def _listed(folder: Path) -> list[Path]:
    """Return what is in a folder and not hidden, in natural order."""
    try:
        entries: Iterable[Path] = list(folder.iterdir())
    except OSError as refused:
        raise DatasetError(
            f"{str(folder)!r} cannot be read: {(refused.strerror or str(refused)).lower()}",
            next="give the folder of your pictures",
        ) from refused
    shown = [path for path in entries if not path.name.startswith(".")]
    return sorted(shown, key=lambda path: natural(path.name))


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:
        return False  # a link to somewhere out of reach


def _pixels(path: Path, sides: tuple[int, int] | None, colour: Colour) -> NDArray[np.uint8]:
    """Return a picture as uint8 (C, H, W)."""
    import numpy as np
    from PIL import Image

    values = read_image(path)
    if values.dtype == np.bool_:
        values = values.astype(np.uint8) * np.uint8(255)
    if values.dtype != np.uint8:
        raise DatasetError(
            f"{str(path)!r} has samples of {values.dtype}",
            why="images to learn from have 8 bits a channel",
            next="save it with 8 bits",
        )
    if colour == "as they are" and sides in {None, values.shape[-2:]}:
        return values.astype(np.uint8, copy=False).reshape(-1, *values.shape[-2:])
    picture = Image.fromarray(np.moveaxis(values, 0, -1) if values.ndim > 2 else values)
    if colour != "as they are":
        picture = picture.convert("L" if colour == "grey" else "RGB")
    if sides is not None:
        picture = picture.resize(sides[::-1], Image.Resampling.BILINEAR)
    pixels = np.asarray(picture, dtype=np.uint8)
    return np.moveaxis(pixels, -1, 0) if pixels.ndim > 2 else pixels[np.newaxis]


def _bounded(root: Path, count: int, shape: tuple[int, ...]) -> tuple[int, ...]:
    channels, height, width = shape
    if count * channels * height * width > MOST_BYTES:
        raise LimitError(
            f"the {count:,} pictures of {str(root)!r} would take more than {MOST_BYTES:,} bytes",
            why=f"each has {channels} x {height} x {width} samples, and all are held in memory",
            next="resize them, as with size=64",
        )
    return count, channels, height, width


def _differs(path: Path, shape: tuple[int, ...], first: Path, expected: tuple[int, ...]) -> DatasetError:
    kinds = {1: "grey", 3: "RGB"}
    if shape[0] != expected[0]:
        return DatasetError(
            f"{str(path)!r} is {kinds[shape[0]]}, and {str(first)!r} is {kinds[expected[0]]}",
            why="all images of a data set have the same channels",
            next='turn them all into one kind with colour="RGB" or colour="grey"',
        )
    return DatasetError(
        f"{str(path)!r} has {shape[1]} x {shape[2]} pixels, and {str(first)!r} has {expected[1]} x {expected[2]}",
        why="all images of a data set have one size",
        next=f"resize them all, as with size=({expected[1]}, {expected[2]})",
    )
