"""A folder of pictures for each class: read through Pillow, within the bounds of all images here."""

from __future__ import annotations

import hashlib
import math
import re
from typing import TYPE_CHECKING, NamedTuple, get_args

from kernelkit.datasets.identity import Part, one_part
from kernelkit.datasets.idx import MOST_BYTES
from kernelkit.datasets.labelled import LabelledImages, counted
from kernelkit.datasets.locate import as_path
from kernelkit.datasets.picture import shape_and_pixels, size_option, treatment
from kernelkit.errors import DatasetError, InputError, LimitError
from kernelkit.images import PICTURES

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable
    from pathlib import Path
    from typing import SupportsIndex

    import numpy as np
    from numpy.typing import NDArray

    from kernelkit.datasets.picture import Colour, Treatment

_OF_SYSTEMS = {"thumbs.db", "desktop.ini"}
"""Files that a system puts beside pictures on its own; hidden ones are others."""

_NAMED = 5
"""Files that are refused whose names are written out."""

_HASHED = 8
"""Bytes of a hash that decide whether a picture is held back; as a fraction of 256 to this power."""


class _Picture(NamedTuple):
    path: Path
    label: int


def read_folder(
    folder: str | os.PathLike[str],
    part: str = "train",
    *,
    picture_size: SupportsIndex | None = None,
    colour: Colour = "as is",
    test_share: float | None = None,
) -> LabelledImages:
    """Read pictures that are sorted into a folder a class.

    With subfolders ``train`` and ``test`` each part is read from its own, and the classes are those of ``train``;
    otherwise the subfolders are classes, and ``test_share`` holds some of their pictures back as the test part.
    Classes and files are in natural order, 2 before 10.  Hidden files are passed over; everything else in a class
    that is no picture is an error.

    Parameters
    ----------
    folder
        The folder of folders.
    part
        ``"train"`` or ``"test"``.
    picture_size
        Pixels along both sides that all pictures are resized to, after they are cut to the square in their middle;
        None: they must all have one size.  How: `kernelkit.datasets.picture.shape_and_pixels`.
    colour
        ``"grey"`` or ``"rgb"`` turns all pictures into that kind, grey as Pillow weighs colours (ITU-R 601).
    test_share
        About which share of each class is held back to test on, between 0 and 1; give both parts the same.  The
        hash of its content (SHA-256) decides for each file alone: no file that is added, removed, renamed or moved
        to another machine changes where the others are, and copies of a picture come to the same part.

    Raises
    ------
    DatasetError
        No classes, an empty one, files that are no pictures or cannot be read, all of which are counted; sizes or
        colours that differ, a share that leaves nothing to learn from or to test on.
    InputError
        Options that mean nothing.
    LimitError
        All pictures together would take more than `MOST_BYTES` bytes.
    """
    import numpy as np

    root, chosen = as_path(folder, what="a folder of pictures"), one_part(part)
    wanted, share = treatment(picture_size, colour), _share(test_share)
    classes, pictures = _pictures(root, chosen, share)
    images: NDArray[np.uint8] | None = None
    sides, refused, differing = [], [], []
    for index, picture in enumerate(pictures):
        try:
            found, pixels = shape_and_pixels(picture.path, wanted)
        except DatasetError as unfit:
            refused.append((picture.path, unfit))
            continue
        sides.append(found)
        if images is None:
            images = np.empty(_bounded(root, len(pictures), pixels.shape), dtype=np.uint8)
            first = picture.path
        if pixels.shape == images.shape[1:]:
            images[index] = pixels
        else:
            differing.append(_differs(picture.path, pixels.shape, first, images.shape[1:]))
    _refuse(refused)
    if differing:
        raise differing[0]
    assert images is not None  # no part is empty
    return LabelledImages(
        images,
        np.array([picture.label for picture in pictures], dtype=np.int64),
        classes,
        f"{chosen} images of {root}",
        str(root),
        "; ".join(("known by its folder only", *_done(sides, wanted, share), *_passed_over(root))),
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


def _refuse(refused: list[tuple[Path, DatasetError]]) -> None:
    """Refuse all files that are of no use at once; why is said of the first."""
    if not refused:
        return
    _, first = refused[0]
    if len(refused) == 1:
        raise first
    names = ", ".join(repr(str(path)) for path, _ in refused[:_NAMED])
    more = f" and {len(refused) - _NAMED:,} more" if len(refused) > _NAMED else ""
    raise DatasetError(
        f"{first.what}; refused are {len(refused):,} files: {names}{more}", why=first.why, next=first.next
    ) from first


def _share(test_share: float | None) -> float | None:
    try:
        fits = test_share is None or bool(0 < test_share < 1)
    except (TypeError, ValueError):
        fits = False  # no number
    if fits:
        return test_share
    raise InputError(
        f"the share of pictures held back to test on is between 0 and 1, not {test_share!r}",
        next="--test-share 0.2, or load(..., test_share=0.2)",
    )


def _pictures(root: Path, part: Part, share: float | None) -> tuple[tuple[str, ...], list[_Picture]]:
    """Return the classes of a folder, and the pictures of a part with their labels."""
    train, test = root / "train", root / "test"
    parts = [home for home in (train, test) if _holds_folders(home)]
    if parts == [test]:
        raise DatasetError(
            f"{str(root)!r} has a test part, and no training part",
            next=f"put the pictures to learn from into {train}, in a folder a class",
        )
    top = train if parts else root
    classes = _classes(top)
    if test not in parts:
        return classes, _divided(root, _in_classes(top, classes, classes), classes, part, share)
    if share is not None:
        raise InputError(
            f"{str(root)!r} has a test part, so none is held back to test on",
            next="leave out --test-share, in Python test_share",
        )
    home = root / part
    present = _classes(home)
    if unknown := [name for name in present if name not in classes]:
        raise DatasetError(
            f"{str(home / unknown[0])!r} is a class that {str(top)!r} does not have",
            why="a net can only tell the classes that it was trained on",
            next="name the folders of both parts alike",
        )
    return classes, _in_classes(home, present, classes)


def _in_classes(home: Path, present: tuple[str, ...], classes: tuple[str, ...]) -> list[_Picture]:
    """Return the pictures in the folders of a part, with their labels."""
    found = [_Picture(path, classes.index(name)) for name in present for path in _files(home / name)]
    _refuse([(path, _no_picture(path)) for path, _ in found if path.suffix.lower() not in PICTURES])
    return found


def _divided(
    root: Path, pictures: list[_Picture], classes: tuple[str, ...], part: Part, share: float | None
) -> list[_Picture]:
    """Return the pictures of a part, where only a share that is held back makes a test part."""
    if share is None and part == "train":
        return pictures
    if share is None:
        raise DatasetError(
            f"{str(root)!r} has no test part",
            why="pictures in folders a class are all to learn from, unless train and test each have such folders",
            next="--test-share 0.2, or load(..., test_share=0.2), holds a fifth of them back; or make these folders",
        )
    held_back = [_fraction(picture.path) < share * 256**_HASHED for picture in pictures]
    left = {picture.label for picture, held in zip(pictures, held_back, strict=True) if not held}
    if len(left) < len(classes):
        bare = next(name for label, name in enumerate(classes) if label not in left)
        raise DatasetError(
            f"a share of {share:g} to test on leaves no picture to learn from in the class {bare!r} of {str(root)!r}",
            next="a smaller --test-share, in Python test_share; or more pictures of this class",
        )
    if not any(held_back):
        raise DatasetError(
            f"a share of {share:g} to test on holds back none of {counted(len(pictures), 'picture')} in {str(root)!r}",
            next="a larger --test-share, in Python test_share; or more pictures",
        )
    return [p for p, held in zip(pictures, held_back, strict=True) if held == (part == "test")]


def _fraction(path: Path) -> int:
    """Return where the content of a file falls between 0 and 256 to the power of `_HASHED`, as if drawn at random."""
    try:
        return int.from_bytes(hashlib.sha256(path.read_bytes()).digest()[:_HASHED], "big")
    except OSError as refused:
        raise _out_of_reach(path, refused) from refused


def _done(sides: list[tuple[int, int]], wanted: Treatment, share: float | None) -> Iterable[str]:
    """Say in words what is not as it lies in the folder."""
    if share is not None:
        yield f"a share of {share:g} is held back to test on"
    if wanted.side is not None:
        cut = sum(height != width for height, width in sides)
        crop = f", {cut:,} of {len(sides):,} cut to the square in the middle first" if cut else ""
        yield f"resized to {wanted.side} x {wanted.side}{crop}"
    if wanted.colour != "as is":
        yield f"all turned {'grey' if wanted.colour == 'grey' else 'into RGB'}"


def _passed_over(root: Path) -> Iterable[str]:
    """Say which folders beside train and test are not read, such as val."""
    if not _holds_folders(root / "train"):
        return
    others = [
        repr(path.name) for path in _listed(root) if _is_folder(path) and path.name not in get_args(Part)
    ]
    if others:
        more = f" and {len(others) - _NAMED:,} more" if len(others) > _NAMED else ""
        yield f"not read beside train and test: {', '.join(others[:_NAMED])}{more}"


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
    """Return the files of a class, in natural order."""
    found = [path for path in _listed(folder) if path.name.lower() not in _OF_SYSTEMS]
    for path in found:
        if _is_folder(path):
            raise DatasetError(
                f"{str(path)!r} is a folder, no picture",
                why=f"{str(folder)!r} is taken for a class, whose folder holds pictures only",
                next="give the folder that holds the classes, or holds their folders in two named train and test",
            )
    if not found:
        raise DatasetError(
            f"the class {str(folder)!r} is empty", next="put its pictures there, or remove the folder"
        )
    return found


def _no_picture(path: Path) -> DatasetError:
    return DatasetError(
        f"{str(path)!r} is no picture",
        why=f"the folder of a class holds pictures only: {', '.join(PICTURES)}",
        next="move it elsewhere",
    )


def _holds_folders(folder: Path) -> bool:
    return _is_folder(folder) and any(map(_is_folder, _listed(folder)))


def _listed(folder: Path) -> list[Path]:
    """Return what is in a folder and not hidden, in natural order."""
    try:
        entries = list(folder.iterdir())
    except (OSError, ValueError) as refused:
        raise _out_of_reach(folder, refused) from refused
    shown = [path for path in entries if not path.name.startswith(".")]
    return sorted(shown, key=lambda path: natural(path.name))


def _out_of_reach(path: Path, refused: Exception) -> DatasetError:
    reason = getattr(refused, "strerror", None) or str(refused)
    return DatasetError(
        f"{str(path)!r} cannot be read: {reason.lower()}",
        next="give the folder of your pictures, all of which you may read",
    )


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:
        return False  # a link to somewhere out of reach


def _bounded(root: Path, count: int, shape: tuple[int, ...]) -> tuple[int, ...]:
    channels, height, width = shape
    if count * channels * height * width > MOST_BYTES:
        raise LimitError(
            f"the {counted(count, 'picture')} of {str(root)!r} would take more than {MOST_BYTES:,} bytes",
            why=f"each has {channels} x {height} x {width} samples, and all are held in memory",
            next=size_option(min(64, math.isqrt(MOST_BYTES // (count * channels)))),
        )
    return count, channels, height, width


def _differs(path: Path, shape: tuple[int, ...], first: Path, expected: tuple[int, ...]) -> DatasetError:
    kinds = {1: "grey", 3: "RGB"}
    if shape[0] != expected[0]:
        return DatasetError(
            f"{str(path)!r} is {kinds[shape[0]]}, and {str(first)!r} is {kinds[expected[0]]}",
            why="all images of a data set have the same channels",
            next='--colour rgb, or load(..., colour="rgb"); or grey instead of rgb',
        )
    return DatasetError(
        f"{str(path)!r} has {shape[1]} x {shape[2]} pixels, and {str(first)!r} has {expected[1]} x {expected[2]}",
        why="all images of a data set have one size",
        next=size_option(min(*shape[1:], *expected[1:])),
    )
