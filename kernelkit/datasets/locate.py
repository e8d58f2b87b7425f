"""Where the files of a data set are: the folder given, or the places where they are usually kept."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, get_args

from kernelkit.datasets.identity import Part, one_part, published
from kernelkit.errors import DatasetError, InputError

if TYPE_CHECKING:
    from collections.abc import Iterator

VARIABLE = "KERNELKIT_DATA"
"""Environment variable: a folder with data sets, looked at before all other places."""

DEBIAN = {"fashion-mnist": "dataset-fashion-mnist"}
"""Packages of Debian that hold a data set, in /usr/share/datasets."""

_STARTS: dict[Part, tuple[str, ...]] = {"train": ("train",), "test": ("t10k", "test")}
_LAYOUTS = {"fashion-mnist": "FashionMNIST/raw", "mnist": "MNIST/raw"}
"""Where torchvision puts the files in the folder it is given."""


class Files(NamedTuple):
    """The two files of one part of a data set."""

    images: Path
    labels: Path


def files_in(folder: Path, part: Part) -> Files | None:
    """Return the IDX files of a part that lie in a folder, or None when one is missing.

    The names are those of MNIST, such as train-images-idx3-ubyte.gz, with a hyphen or a dot before idx, packed or
    not; where both are there, the unpacked ones are read.
    """
    for start in _STARTS[part]:
        images, labels = _one(folder, f"{start}-images", "idx3"), _one(folder, f"{start}-labels", "idx1")
        if images and labels:
            return Files(images, labels)
    return None


def check_pair(folder: Path, part: Part) -> None:
    """Refuse a folder with one of the two files of a part.

    Raises
    ------
    DatasetError
        Which is there, and which is missing.
    """
    for start in _STARTS[part]:
        images, labels = _one(folder, f"{start}-images", "idx3"), _one(folder, f"{start}-labels", "idx1")
        if bool(images) != bool(labels):
            kind, rank = ("labels", 1) if images else ("images", 3)
            raise DatasetError(
                f"{str(images or labels)!r} stands alone: {start}-{kind}-idx{rank}-ubyte is missing beside it",
                why="images and labels are two files",
                next=f"put it into {folder} too",
            )


def locate(name: str, part: Part, *, folder: str | os.PathLike[str] | None = None) -> Files:
    """Return the files of a part of a named data set.

    Parameters
    ----------
    name
        fashion-mnist or mnist.
    part
        train or test.
    folder
        Where to look, in it and in the places inside that bear the data set's name; None: the environment variable
        `VARIABLE`, the user's cache, and /usr/share/datasets, in this order.

    Raises
    ------
    DatasetError
        They are in none of these places: which they are, and how to get the files.
    InputError, UnknownNameError
        No part, no path, or no data set of this name.
    """
    asked, chosen = published(name).name, one_part(part)
    given = None if folder is None else as_path(folder, what="the folder of a data set")
    places = list(_usual(asked) if given is None else _inside(given, asked))
    for place in places:
        if found := files_in(place, chosen):
            return found
    raise DatasetError(
        f"the {chosen} part of {asked} is not there: {' and '.join(names_of(chosen))} are missing",
        why="looked in " + ", ".join(map(str, places)),
        next=f'--download, or load("{asked}", download="if missing"), fetches them; or {by_hand(asked)}',
    )


def names_of(part: Part) -> tuple[str, str]:
    """Return the usual names of the two files of a part."""
    start = _STARTS[part][0]
    return f"{start}-images-idx3-ubyte.gz", f"{start}-labels-idx1-ubyte.gz"


def by_hand(name: str) -> str:
    """Say how the files of a named data set come to this machine without this package."""
    package = f"apt install {DEBIAN[name]} on Debian, or " if name in DEBIAN else ""
    files = ", ".join(file for part in get_args(Part) for file in names_of(part))
    return f'{package}put its files ({files}) into a folder DIR, and give --data DIR, or load("DIR")'


def as_path(value: str | bytes | os.PathLike[str], *, what: str) -> Path:
    """Return the path that a value names.

    Raises
    ------
    InputError
        It is no path at all, such as a number.
    """
    try:
        return Path(os.fsdecode(value))
    except TypeError as no_path:
        raise InputError(f"{what} is a path, not {value!r}", next='give a path, such as "data"') from no_path


def cache(name: str) -> Path:
    """Return the folder where a data set that is fetched is kept; it need not exist.

    Raises
    ------
    DatasetError
        The user has no home.
    """
    root = os.environ.get("XDG_CACHE_HOME", "")
    # the standard of these variables has relative ones ignored
    if not os.path.isabs(root):  # noqa: PTH117 - text from the environment, no path yet
        try:
            root = str(Path.home() / ".cache")
        except RuntimeError as homeless:
            raise DatasetError(
                "there is no place to keep data: the user has no home folder",
                next="set XDG_CACHE_HOME to a folder",
            ) from homeless
    return Path(root) / "kernelkit" / name


def _usual(name: str) -> Iterator[Path]:
    if given := os.environ.get(VARIABLE):
        yield from _inside(Path(given), name)
    try:
        yield cache(name)
    except DatasetError:
        yield from ()
    yield Path("/usr/share/datasets") / name


def _inside(folder: Path, name: str) -> Iterator[Path]:
    """Yield the places in a folder, the more telling ones first."""
    yield folder / name
    yield folder / _LAYOUTS[name]
    yield folder


def _one(folder: Path, start: str, rank: str) -> Path | None:
    for ending in ("", ".gz"):
        for mark in "-.":
            path = folder / f"{start}{mark}{rank}-ubyte{ending}"
            if _is_file(path):
                return path
    return None


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:
        return False  # out of reach, or too long for a name
