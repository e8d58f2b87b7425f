"""Images as arguments of a command: files, folders, patterns and pipes; and where each result goes."""

from __future__ import annotations

import glob
import os
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from kernelkit.errors import InputError, KernelkitError, OutputError
from kernelkit.exact.rational import counted
from kernelkit.files import check_place
from kernelkit.images.store import is_zarr

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

PIPE = "-"
"""Standard input, or standard output."""

SUFFIXES = {
    ".npy": ".npy",
    ".npz": ".npy",
    ".csv": ".csv",
    ".tif": ".tif",
    ".tiff": ".tiff",
    ".png": ".png",
    ".jpg": ".png",
    ".jpeg": ".png",
    ".bmp": ".png",
    ".pbm": ".png",
    ".pgm": ".png",
    ".ppm": ".png",
    ".zarr": ".zarr",
}
"""What is an image in a folder, and what its result is called: what is lossless, and holds signs where it can."""

_NEXT = "-o FOLDER"


class Task(NamedTuple):
    """One image, where its result goes (None for nowhere), and whether it is there and to be left."""

    source: str
    target: str | None
    is_done: bool = False


def tasks(
    images: Sequence[str], output: str | None, suffix: str | None, *, force: bool, skip: bool = False
) -> list[Task]:
    """Return what is to be done, after a look at every place that shall be written to.

    Parameters
    ----------
    images
        Files, folders of them, patterns such as ``scans/*.tif``, or ``-`` for standard input.
    output
        A file, ``-``, or a folder: it is one where there are several images, or a folder was given.
    suffix
        Of the results, where they get their names here.
    force
        Whether files that are there are replaced.
    skip
        Whether results that are there are left, and count as done.

    Raises
    ------
    InputError
        No images, several whose results would have one name, or one that would be replaced by a result.
    OutputError
        A place that cannot be written to, or where something is.
    """
    found = [(image, path) for image in images for path in _expanded(image)]
    several = len(found) > 1 or any(image != path for image, path in found) or (output or "").endswith("/")
    if output is None:
        return [Task(path, None) for _, path in found]
    if not output:
        raise OutputError("an empty name is no place for a result", next="-o result.tif")
    if several and output == PIPE:
        raise InputError(f"{len(found)} images do not go into one pipe", next=_NEXT)
    folder = Path(output)
    if not several and (not folder.is_dir() or is_store(folder)):
        [(_, path)] = found
        check_apart([output], [path])
        return [_task(path, output, force=force, skip=skip)]
    if not folder.exists() and folder.suffix.lower() in SUFFIXES and not output.endswith("/"):
        raise InputError(
            f"{output} is named as a file, and {counted(len(found), 'image')} of a folder or pattern go into a folder",
            next=f"-o {folder.with_suffix('')}/",
        )
    if folder.exists() and not folder.is_dir():
        raise OutputError(f"{output} is there and no folder, and there are {len(found)} images", next=_NEXT)
    done: dict[str, str] = {}
    for _, path in found:
        target = str(folder / _name(path, suffix))
        if target in done:
            raise InputError(
                f"the results of {done[target]} and {path} would both be {target}",
                next="filter them one after the other, into folders of their own",
            )
        done[target] = path
    check_apart(done, done.values())
    if not folder.exists():
        return [Task(path, target) for target, path in done.items()]
    return [_task(path, target, force=force, skip=skip, others=True) for target, path in done.items()]


def check_apart(targets: Iterable[str], sources: Iterable[str]) -> None:
    """Refuse to write where an image is read.

    Raises
    ------
    InputError
        One of the targets is a source.
    """
    read = {os.path.realpath(source): source for source in sources if source != PIPE}
    for target in targets:
        if target != PIPE and (source := read.get(os.path.realpath(target))) is not None:
            raise InputError(
                f"{source} is an image that is read, and no place for a result", next="name another file"
            )


def each(work: Callable[[Task], None], todo: Sequence[Task], tell: Callable[[str], object]) -> None:
    """Do all tasks that are not done; where there are several, one that fails is told and the others go on.

    Raises
    ------
    InputError
        Some failed.
    """
    failed = 0
    for number, task in enumerate(todo, 1):
        if task.is_done:
            continue
        if task.target not in {None, PIPE}:
            Path(str(task.target)).parent.mkdir(parents=True, exist_ok=True)
        if len(todo) == 1:
            work(task)
            return
        tell(f"{number} of {len(todo)}: {shown(task.source)}")
        try:
            work(task)
        except OSError:
            raise  # a full disk is full for the next one, too
        except KernelkitError as refused:
            failed += 1
            tell(f"error: {refused}")
    if failed:
        raise InputError(
            f"{failed} of {len(todo)} images could not be filtered", next="see above for each of them"
        )


def shown(name: str) -> str:
    """Return a name as it may stand on a terminal: odd characters, which could fake lines, are escaped."""
    return name if name.isprintable() else repr(name)


def _expanded(image: str) -> list[str]:
    """Return the files that an argument names."""
    path = Path(image)
    if image == PIPE or not image:
        return [image]
    try:
        folder, there = path.is_dir(), path.exists()
    except (OSError, ValueError):
        return [image]  # reading it says why
    if folder and not is_store(path):
        found = sorted(str(file) for file in path.iterdir() if file.suffix.lower() in SUFFIXES)
        if not found:
            raise InputError(
                f"there is no image in the folder {image!r}",
                why=f"images end in {', '.join(SUFFIXES)}",
                next="name the files, whatever they are called",
            )
        return found
    if not there and glob.has_magic(image):
        found = sorted(glob.glob(image, recursive=True))  # noqa: PTH207 - paths of any kind, not below one folder
        if not found:
            raise InputError(f"no file matches {image!r}", next="look at the pattern and the folder")
        return found
    return [image]


def is_store(folder: Path) -> bool:
    """Whether a folder is one array in chunks, or shall be."""
    return folder.suffix == ".zarr" or is_zarr(folder)


def _name(path: str, suffix: str | None) -> str:
    """Return what the result of an image is called."""
    name = Path("image.npy" if path == PIPE else path)
    return name.stem + (suffix or SUFFIXES.get(name.suffix.lower(), ".npy"))


def _task(source: str, target: str, *, force: bool, skip: bool, others: bool = False) -> Task:
    """Return what is to be done where the place can be written to."""
    place = Path(target)
    if target == PIPE:
        return Task(source, target)
    is_device = place.exists() and not place.is_file() and not place.is_dir()
    if not force and not is_device and (place.exists() or place.is_symlink()):
        if skip:
            return Task(source, target, is_done=True)
        goes_on = " --skip-existing goes on with the others," if others else ""
        raise OutputError(f"{target} is there", next=f"--force replaces it,{goes_on} -o names another place")
    if not is_store(place):
        check_place(target, next="name another file with -o")
    return Task(source, target)
