"""One door to all data: by name, or by folder; and what can be told of the images at once."""

from __future__ import annotations

import hashlib
import math
import os
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple, get_args

from kernelkit.datasets.folder import read_folder
from kernelkit.datasets.identity import PUBLISHED, one_part, recognised
from kernelkit.datasets.idx import read_content
from kernelkit.datasets.labelled import LabelledImages, check_labelled, counted
from kernelkit.datasets.locate import Files, as_path, check_pair, files_in, locate, names_of
from kernelkit.errors import DatasetError, InputError, ShapeError

if TYPE_CHECKING:
    from typing import SupportsIndex

    import numpy as np
    from numpy.typing import NDArray

    from kernelkit.datasets.identity import Part, Published
    from kernelkit.datasets.idx import Content
    from kernelkit.datasets.picture import Colour

Download = Literal["never", "if missing"]
"""Whether data that are not there are fetched."""

MOST_CLASSES = 100_000
"""Of files that are not known, whose classes are counted from their labels."""

_LONGEST_SHOWN = 200

_HASHED = 32
"""Bytes of the hash that images are compared by: so many that no two different ones are known to share one."""

_BLOCK = 1 << 22
"""Pixels counted at a time: as 64-bit indices they take 32 MB."""


def load(
    name_or_folder: str | os.PathLike[str],
    part: str = "train",
    *,
    folder: str | os.PathLike[str] | None = None,
    download: Download = "never",
    picture_size: SupportsIndex | None = None,
    colour: Colour = "as is",
    test_share: float | None = None,
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
    picture_size, colour, test_share
        For folders of pictures, see `read_folder`; refused for IDX files, which are read as they are.

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
        raise InputError(
            f'download is "never" or "if missing", not {download!r}',
            next='load("mnist", download="if missing")',
        )
    place = as_path(name_or_folder, what="what is read")
    name = os.fsdecode(name_or_folder)
    asked = PUBLISHED.get(name_or_folder) if isinstance(name_or_folder, str) else None
    if folder is not None and download != "never":
        raise InputError(
            "data are fetched into the user's cache, not into a folder given",
            next='load("mnist", download="if missing"), without the folder',
        )
    given = [
        option
        for option, is_given in (
            ("--picture-size", picture_size is not None),
            ("--colour", colour != "as is"),
            ("--test-share", test_share is not None),
        )
        if is_given
    ]
    if asked is not None:
        _refuse_for_idx(given, asked.title)
        return _from_idx(_located(asked, chosen, folder, download), chosen, asked)
    if folder is not None or download != "never":
        raise InputError(
            f"{name[:_LONGEST_SHOWN]!r} is read as a folder, which is not fetched and has no other place",
            why=f"the named data sets are {' and '.join(PUBLISHED)}",
            next="leave out --download, in Python download and folder; or give one of these names",
        )
    _check_existing(name)
    files = _idx_files(place, chosen)
    if files is None:
        return read_folder(place, chosen, picture_size=picture_size, colour=colour, test_share=test_share)
    _refuse_for_idx(given, repr(str(place)))
    return _from_idx(files, chosen, None)


class Statistics(NamedTuple):
    """Mean and standard deviation of the pixels over 255, each a channel; the deviation is that of the population."""

    mean: tuple[float, ...]
    deviation: tuple[float, ...]


def statistics(data: LabelledImages) -> Statistics:
    """Return mean and standard deviation of all pixels of each channel, divided by 255.

    Pixels are counted, so nothing is lost to rounding before the last division and root.

    Raises
    ------
    InputError
        No labelled images.
    """
    check_labelled(data, what="data")
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
    InputError
        No labelled images.
    """
    import numpy as np

    first = data if other is None else other
    check_labelled(data, what="data")
    check_labelled(first, what="other")
    if first.shape != data.shape:
        raise ShapeError(
            f"{data.name} has images of {data.shape} and {first.name} of {first.shape}",
            why="images of two sizes are never equal",
            next="compare images of one size",
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


def _located(
    asked: Published, part: Part, folder: str | os.PathLike[str] | None, download: Download
) -> Files:
    """Return the files of a named data set, fetched where that is asked for."""
    try:
        return locate(asked.name, part, folder=folder)
    except DatasetError:
        if download == "never":
            raise
        from kernelkit.datasets.download import fetch  # its packages are optional

        return fetch(asked.name, part)


def _refuse_for_idx(given: list[str], what: str) -> None:
    """Refuse options that would change nothing."""
    if given:
        raise InputError(
            f"{', '.join(given)}: for folders of pictures only, and {what} is read from IDX files, as they are",
            next="leave this out, in Python "
            + ", ".join(option.strip("-").replace("-", "_") for option in given),
        )


def _idx_files(place: Path, part: Part) -> Files | None:
    """Return the IDX files of a part in a folder; None when it holds none of any part."""
    if files := files_in(place, part):
        return files
    check_pair(place, part)
    other: Part = "test" if part == "train" else "train"
    if files_in(place, other):
        raise DatasetError(
            f"{str(place)!r} holds the {other} part of a data set, and no {part} part",
            next=f"put {' and '.join(names_of(part))} there too",
        )
    return None


def _from_idx(files: Files, part: Part, asked: Published | None) -> LabelledImages:
    """Read two files, and tell what they hold by their content."""
    import numpy as np

    images, labels = (read_content(path) for path in files)
    pixels = images.array
    if pixels.ndim == 1 and labels.array.ndim == 3:
        raise DatasetError(
            f"{str(files.images)!r} holds labels, and {files.labels.name!r} images",
            why="which is which tells the name of a file",
            next="exchange the names of the two files",
        )
    if pixels.dtype != np.uint8 or pixels.ndim != 3:
        raise DatasetError(
            f"{str(files.images)!r} holds {pixels.dtype} of shape {pixels.shape}",
            why="images are expected: uint8 of shape (images, height, width)",
            next="write it so; images in colour, or of other sizes, can be pictures in a folder a class",
        )
    _check_labels(files.labels, labels)
    if len(pixels) != len(labels.array):
        raise DatasetError(
            f"{str(files.images)!r} holds {counted(len(pixels), 'image')} and {files.labels.name!r} "
            f"{counted(len(labels.array), 'label')}",
            why="every image has one label",
            next="take both files from the same part of the same data set",
        )
    found = recognised(images, labels, files, part=part, asked=asked)
    place = str(files.images.parent)
    if found is not None:
        title, classes, identity = f"{found.title} {part}", found.classes, "known by its content"
    else:
        title, classes = f"{part} images of {place}", _counted_classes(labels, files.labels, part)
        identity = f"not known by its content, MD5 {images.md5} (images) and {labels.md5} (labels)"
    return LabelledImages(
        pixels.astype(np.uint8, copy=False)[:, np.newaxis],
        labels.array.astype(np.int64),
        classes,
        title,
        place,
        identity,
    )


def _check_labels(path: Path, labels: Content) -> None:
    if labels.array.ndim != 1 or labels.array.dtype.kind not in "iu":
        raise DatasetError(
            f"{str(path)!r} holds {labels.array.dtype} of shape {labels.array.shape}",
            why="labels are expected: whole numbers of shape (images,)",
            next="write it so, one whole number from 0 on for each image",
        )


def _counted_classes(labels: Content, path: Path, part: Part) -> tuple[str, ...]:
    """Name the classes of an unknown data set, from 0 to the largest label to learn from, where these are there."""
    import numpy as np

    learned = files_in(path.parent, "train") if part == "test" else None
    if learned is not None:
        training = read_content(learned.labels)
        _check_labels(learned.labels, training)
        if unknown := np.setdiff1d(labels.array, training.array).tolist():
            raise DatasetError(
                f"{str(path)!r} holds the label {unknown[0]}, which {learned.labels.name!r} does not",
                why="a net can only tell the classes that it was trained on",
                next="take both parts from the same data set",
            )
        labels, path = training, learned.labels
    low, high = int(labels.array.min()), int(labels.array.max())
    if low < 0 or high >= MOST_CLASSES:
        raise DatasetError(
            f"{str(path)!r} holds the label {low if low < 0 else high}",
            why=f"labels are expected from 0 to {MOST_CLASSES - 1:,}",
            next="number the classes from 0",
        )
    return tuple(map(str, range(high + 1)))


def _check_existing(name: str) -> None:
    try:
        if name and Path(name).is_dir():
            return
    except OSError:
        name = name[:_LONGEST_SHOWN]  # out of reach, or too long for a name: the error says it
    raise DatasetError(
        f"{name[:_LONGEST_SHOWN]!r} is neither a folder nor the name of a data set",
        why=f"the named data sets are {' and '.join(PUBLISHED)}",
        next="give --data, or load(...), one of these names or the folder of your files",
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
    """Return a hash of every image (BLAKE2b), which sorts in a tenth of the time that all of its pixels take."""
    import numpy as np

    hashes = [hashlib.blake2b(image, digest_size=_HASHED).digest() for image in data.images]
    return np.frombuffer(b"".join(hashes), dtype=np.dtype((np.void, _HASHED)))
