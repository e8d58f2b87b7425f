"""Data sets known by their content: what a file holds tells the hash of its bytes, never its name."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple, get_args

from kernelkit.errors import DatasetError, InputError, UnknownNameError

if TYPE_CHECKING:
    from pathlib import Path

    from kernelkit.datasets.idx import Content

Part = Literal["train", "test"]
"""The images to learn from, or those that measure what was learned."""

Kind = Literal["images", "labels"]


class Known(NamedTuple):
    """What a file with a known hash holds: of which data set, which part, images or labels."""

    dataset: str
    part: Part
    kind: Kind


@dataclass(frozen=True, slots=True)
class Published:
    """A published data set of four IDX files.

    Attributes
    ----------
    name
        As users type it.
    title
        As its authors write it.
    classes
        Names of the labels 0, 1, and so on.
    md5
        For each part and kind of file the MD5 of its bytes, unpacked.
    """

    name: str
    title: str
    classes: tuple[str, ...]
    md5: dict[tuple[Part, Kind], str]


FASHION_MNIST = Published(
    "fashion-mnist",
    "Fashion-MNIST",
    (
        "T-shirt/top",
        "Trouser",
        "Pullover",
        "Dress",
        "Coat",
        "Sandal",
        "Shirt",
        "Sneaker",
        "Bag",
        "Ankle boot",
    ),
    {
        # the files of Debian's dataset-fashion-mnist 0.0~git20200523, unpacked; classes: README of the data set
        ("train", "images"): "f4a8712d7a061bf5bd6d2ca38dc4d50a",
        ("train", "labels"): "9018921c3c673c538a1fc5bad174d6f9",
        ("test", "images"): "8181f5470baa50b63fa0f6fddb340f0a",
        ("test", "labels"): "15d484375f8d13e6eb1aabb0c3f46965",
    },
)

MNIST = Published(
    "mnist",
    "MNIST",
    tuple("0123456789"),
    {
        # checked after unpacking by pralab/secml, src/secml/data/loader/c_dataloader_mnist.py
        ("train", "images"): "6bbc9ace898e44ae57da46a324031adb",
        ("train", "labels"): "a25bea736e30d166cdddb491f175f624",
        ("test", "images"): "2646ac647ad5339dbf082846283269ea",
        ("test", "labels"): "27ae3e4e09519cfbb04c329615203637",
    },
)

PUBLISHED = {published.name: published for published in (FASHION_MNIST, MNIST)}
"""The data sets that can be asked for by name."""

_BY_MD5 = {
    md5: Known(published.name, part, kind)
    for published in PUBLISHED.values()
    for (part, kind), md5 in published.md5.items()
}


def known(md5: str) -> Known | None:
    """Return what the file of this hash holds, or None: it is known by nothing but its name."""
    return _BY_MD5.get(md5)


def published(name: str) -> Published:
    """Return the data set of a name.

    Raises
    ------
    UnknownNameError
        No data set here has it.
    """
    if name not in PUBLISHED:
        raise UnknownNameError(
            f"no data set is named {name!r}",
            why=f"the named ones are {' and '.join(PUBLISHED)}",
            next="give the folder of your files instead of a name",
        )
    return PUBLISHED[name]


def one_part(part: str) -> Part:
    """Return a part, or refuse another word.

    Raises
    ------
    InputError
        Neither train nor test.
    """
    for word in get_args(Part):
        if isinstance(part, str) and part == word:
            return word  # type: ignore[no-any-return]  # get_args gives any
    raise InputError(
        f"a part of a data set is train or test, not {part!r}", next='load(..., "train") or load(..., "test")'
    )


def recognised(
    images: Content, labels: Content, paths: tuple[Path, Path], *, part: Part, asked: Published | None
) -> Published | None:
    """Return the data set that two files hold, or None when their content is not known.

    Parameters
    ----------
    images, labels
        What was read.
    paths
        Where, for the errors.
    part
        Which part was asked for.
    asked
        Which data set was; None for whatever is there.

    Raises
    ------
    DatasetError
        The content is known, and is not what was asked for; or it is not known, and a data set was.
    """
    found = [known(content.md5) for content in (images, labels)]
    kinds: tuple[Kind, Kind] = ("images", "labels")
    for content, path, kind, what in zip((images, labels), paths, kinds, found, strict=True):
        if what is None and asked is not None:
            raise DatasetError(
                f"{str(path)!r} does not hold the {kind} of {asked.title}, {part} part",
                why=f"its content has the MD5 {content.md5}, expected is {asked.md5[part, kind]}",
                next=_as_it_is(path),
            )
        if what is not None and what != Known(asked.name if asked else what.dataset, part, kind):
            meant = f"the {kind} of {asked.title if asked else 'a data set'}, {part} part"
            raise DatasetError(
                f"{str(path)!r} holds the {what.kind} of {PUBLISHED[what.dataset].title}, {what.part} part",
                why=f"this is known by its content, MD5 {content.md5}; expected are {meant}",
                next=_as_it_is(path)
                if asked is not None and what == Known(what.dataset, part, kind)
                else "name the files after what they hold",
            )
    if found[0] is None or found[1] is None:
        return None
    if found[0].dataset != found[1].dataset:
        raise DatasetError(
            f"{str(paths[0])!r} belongs to {PUBLISHED[found[0].dataset].title} and {paths[1].name!r} to "
            f"{PUBLISHED[found[1].dataset].title}",
            why="images and labels of different data sets do not fit together",
            next="take both files from one data set",
        )
    return PUBLISHED[found[0].dataset]


def _as_it_is(path: Path) -> str:
    """Say how a file that is not what its place says is used nevertheless."""
    folder = str(path.parent)
    return f"--data {shlex.quote(folder)}, or load({folder!r}), takes what is there"
