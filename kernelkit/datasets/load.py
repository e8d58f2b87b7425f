"""One door to all data: by name, or by folder; and what can be told of the images at once."""

from __future__ import annotations

import math
import os
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple, get_args

from kernelkit.datasets.folder import read_folder, sides_of
from kernelkit.datasets.identity import PUBLISHED, one_part, published, recognised
from kernelkit.datasets.idx import read_content
from kernelkit.datasets.labelled import LabelledImages
from kernelkit.datasets.locate import Files, check_pair, files_in, locate
from kernelkit.errors import DatasetError, InputError, ShapeError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from kernelkit.datasets.folder import Colour
    from kernelkit.datasets.identity import Part, Published

Download = Literal["never", "if missing"]
"""Whether data that are not there are fetched."""

MOST_CLASSES = 100_000
"""Of files that are not known, whose classes are counted from their labels."""

_LONGEST_SHOWN = 200

_BLOCK = 1 << 22
"""Pixels counted at a time: as 64-bit indices they take 32 MB."""


def load(
    name_or_folder: str | os.PathLike[str],
    part: str = "train",
    *,
    folder: str | os.PathLike[str] | None = None,
    download: Download = "never",
    size: int | tuple[int, int] | None = None,
    colour: Colour = "as they are",
) -> LabelledImages:
    """Read a part of a data set.

    Parameters
    ----------
    name_or_folder
        ``"fashion-mnist"`` or ``"mnist"``, whose files are then known by their content or refused; or a folder,
        with the IDX files of any data set or with a folder of pictures for each class.  A folder that bears such a
        name is ``"./mnist"``.
    part
        ``"train"`` or ``"test"``.
    folder
        Where the files of a named data set are, when not where `locate` looks.
    download
        ``"if missing"`` fetches a named data set that is not there into the user's cache.
    size, colour
        For pictures, see `read_folder`; IDX files are read as they are.

    Raises
    ------
    DatasetError
        Not there, damaged, or not what it is said to be.
    InputError
        Options that mean nothing here.
    MissingExtraError
        Fetching needs pooch.
    """
    chosen = one_part(part)
    if download not in get_args(Download):
        raise InputError(f'download is "never" or "if missing", not {download!r}')
    name = os.fspath(name_or_folder)
    if folder is not None and download != "never":
        raise InputError(
            "data are fetched into the user's cache, not into a folder given",
            next='leave out the folder, or take download="never"',
        )
    if isinstance(name_or_folder, str) and name in PUBLISHED:
        data = _named(published(name), chosen, folder, download)
        return _as_it_is(data, size, colour)
    if folder is not None or download != "never":
        raise InputError(
            f"{name!r} is read as a folder, which has no other place and is not fetched",
            why=f"the named data sets are {' and '.join(PUBLISHED)}",
            next="give the folder alone, or one of these names",
        )
    return _from_folder(_existing(name), chosen, size, colour)


class Statistics(NamedTuple):
    """Mean and standard deviation of the pixels over 255, each a channel; the deviation is that of the population."""

    mean: tuple[float, ...]
    deviation: tuple[float, ...]


def statistics(data: LabelledImages) -> Statistics:
    """Return mean and standard deviation of all pixels of each channel, divided by 255.

    Pixels are counted, so nothing is lost to rounding before the last division and root.
    """
    sums = [_moments(data.images[:, channel]) for channel in range(data.shape[0])]
    pixels = data.images.size // data.shape[0]
    return Statistics(
        tuple(first / (255 * pixels) for first, _ in sums),
        tuple(math.sqrt(second * pixels - first * first) / (255 * pixels) for first, second in sums),
    )


def duplicates(data: LabelledImages, other: LabelledImages | None = None) -> NDArray[np.int64]:
    """Find images that are there twice, pixel by pixel, whatever their labels.

    Parameters
    ----------
    data
        The images that are looked for.
    other
        Where; None: among the images before each in ``data`` itself.

    Returns
    -------
    numpy.ndarray
        (K, 2): the index of an image in ``data``, and that of the first equal one in ``other`` or ``data``;
        ascending.

    Raises
    ------
    ShapeError
        Images of two sizes.
    """
    import numpy as np

    first = data if other is None else other
    if first.shape != data.shape:
        raise ShapeError(
            f"{data.name} has images of {data.shape} and {first.name} of {first.shape}",
            why="images of two sizes are never equal",
        )
    both = [_rows(first)] if other is None else [_rows(first), _rows(data)]
    _, at, back = np.unique(np.concatenate(both), return_index=True, return_inverse=True)
    home = at[back.reshape(-1)]  # the first image equal to each
    if other is None:
        again = np.flatnonzero(home != np.arange(len(data)))
        return np.stack([again, home[again]], axis=1)
    home = home[len(first) :]
    found = np.flatnonzero(home < len(first))
    return np.stack([found, home[found]], axis=1)


def _named(
    asked: Published, part: Part, folder: str | os.PathLike[str] | None, download: Download
) -> LabelledImages:
    try:
        files = locate(asked.name, part, folder=folder)
    except DatasetError:
        if download == "never":
            raise
        from kernelkit.datasets.download import fetch  # its packages are optional

        files = fetch(asked.name, part)
    return _from_idx(files, part, asked)


def _from_folder(
    place: Path, part: Part, size: int | tuple[int, int] | None, colour: Colour
) -> LabelledImages:
    if files := files_in(place, part):
        return _as_it_is(_from_idx(files, part, None), size, colour)
    check_pair(place, part)
    other: Part = "test" if part == "train" else "train"
    if files_in(place, other):
        raise DatasetError(
            f"{str(place)!r} holds the {other} part of a data set, and no {part} part",
            next=f'put its two files there, or take part="{other}"',
        )
    return read_folder(place, part, size=size, colour=colour)


def _from_idx(files: Files, part: Part, asked: Published | None) -> LabelledImages:
    """Read two files, and tell what they hold by their content."""
    import numpy as np

    images, labels = (read_content(path) for path in files)
    pixels = images.array
    if pixels.dtype != np.uint8 or pixels.ndim != 3:
        raise DatasetError(
            f"{str(files.images)!r} holds {pixels.dtype} of shape {pixels.shape}",
            why="images are expected: uint8 of shape (images, height, width)",
        )
    kind = labels.array.dtype.kind
    if labels.array.ndim != 1 or kind not in "iu":
        raise DatasetError(
            f"{str(files.labels)!r} holds {labels.array.dtype} of shape {labels.array.shape}",
            why="labels are expected: whole numbers of shape (images,)",
        )
    if len(pixels) != len(labels.array):
        raise DatasetError(
            f"{str(files.images)!r} holds {len(pixels):,} images and {files.labels.name!r} "
            f"{len(labels.array):,} labels",
            why="every image has one label",
            next="take both files from the same part of the same data set",
        )
    found = recognised(images, labels, files, part=part, asked=asked)
    place = str(files.images.parent)
    if found is not None:
        title, classes, identity = f"{found.title} {part}", found.classes, "known by its content"
    else:
        title, classes = f"{part} images of {place}", _counted_classes(labels.array, files.labels)
        identity = f"not known by its content, MD5 {images.md5} (images) and {labels.md5} (labels)"
    return LabelledImages(
        pixels.astype(np.uint8, copy=False)[:, np.newaxis],
        labels.array.astype(np.int64),
        classes,
        title,
        place,
        identity,
    )


def _counted_classes(labels: NDArray[np.generic], path: Path) -> tuple[str, ...]:
    """Name the classes of an unknown data set after its labels, from 0 to the largest."""
    low, high = int(labels.min()), int(labels.max())
    if low < 0 or high >= MOST_CLASSES:
        raise DatasetError(
            f"{str(path)!r} holds the label {low if low < 0 else high}",
            why=f"labels are expected from 0 to {MOST_CLASSES - 1:,}",
            next="number the classes from 0",
        )
    return tuple(map(str, range(high + 1)))


def _as_it_is(data: LabelledImages, size: int | tuple[int, int] | None, colour: str) -> LabelledImages:
    """Refuse to resize or recolour what is read from IDX files."""
    _, *sides = data.shape
    if sides_of(size) not in {None, tuple(sides)} or colour not in {"as they are", "grey"}:
        raise InputError(
            f"{data.name} has grey images of {sides[0]} x {sides[1]}, which are read as they are",
            why="size and colour are for folders of pictures",
            next="leave them out",
        )
    return data


def _existing(name: str) -> Path:
    try:
        if name and Path(name).is_dir():
            return Path(name)
    except OSError:
        name = name[:_LONGEST_SHOWN]  # out of reach, or too long for a name: the error says it
    raise DatasetError(
        f"{name[:_LONGEST_SHOWN]!r} is neither a folder nor the name of a data set",
        why=f"the named data sets are {' and '.join(PUBLISHED)}",
        next="give one of these names, or the folder of your files",
    )


def _moments(pixels: NDArray[np.uint8]) -> tuple[int, int]:
    """Return the sum of pixels and the sum of their squares, exactly."""
    import numpy as np

    counts = np.zeros(256, dtype=np.int64)
    step = max(1, _BLOCK // (pixels[0].size))
    for start in range(0, len(pixels), step):
        counts += np.bincount(pixels[start : start + step].reshape(-1), minlength=256)
    values = counts.tolist()
    return sum(v * n for v, n in enumerate(values)), sum(v * v * n for v, n in enumerate(values))


def _rows(data: LabelledImages) -> NDArray[np.void]:
    """Return every image as one value that is compared byte by byte."""
    import numpy as np

    flat = data.images.reshape(len(data), -1)
    return flat.view(np.dtype((np.void, flat.shape[1]))).reshape(-1)
