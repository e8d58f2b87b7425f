"""Images with a label each, in memory: one array of bytes and one of whole numbers."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kernelkit.errors import DatasetError, InputError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_NAMED = 5
"""Classes without an image whose names are written out."""


@dataclass(frozen=True, slots=True, eq=False)
class LabelledImages:
    """Images of one size, and the class of each.

    Attributes
    ----------
    images
        uint8 (N, C, H, W), contiguous, at least one.
    labels
        int64 (N,), from 0 to one less than there are classes.
    classes
        A name for each label, no two the same; a list becomes a tuple.
    name
        What they are, such as ``"Fashion-MNIST train"``.
    source
        Where they were read.
    identity
        How far the name can be trusted, in words: known by its content, or not.

    Raises
    ------
    DatasetError
        Arrays of another type or shape, labels without a class, classes named alike.
    """

    images: NDArray[np.uint8]
    labels: NDArray[np.int64]
    classes: tuple[str, ...]
    name: str
    source: str
    identity: str

    def __post_init__(self) -> None:
        _check_arrays(self.images, self.labels, self.name)
        try:
            names = tuple(self.classes)
        except TypeError:
            names = ("",)  # no names at all
        object.__setattr__(
            self, "classes", names
        )  # so that a list is as good, and equal to that of another part
        if not all(isinstance(name, str) and name for name in names) or len(set(names)) < len(names):
            raise DatasetError(
                f"the classes of {self.name} have no names, or two have the same",
                next="give every label a name of its own",
            )
        low, high = int(self.labels.min()), int(self.labels.max())
        if low < 0 or high >= len(self.classes):
            raise DatasetError(
                f"{self.name} has the label {low if low < 0 else high}",
                why=f"there {'is' if len(self.classes) == 1 else 'are'} {counted(len(self.classes), 'class')}, "
                "labelled from 0 on",
                next="check that images and labels belong together",
            )

    def __len__(self) -> int:
        return len(self.labels)

    def __repr__(self) -> str:
        channels, height, width = self.shape
        return (
            f"LabelledImages({self.name}: {counted(len(self), 'image')}, {channels} x {height} x {width}, "
            f"{counted(len(self.classes), 'class')})"
        )

    @property
    def description(self) -> str:
        """What they are, how many, how far that can be trusted, and which classes have no image: a line of text."""
        shape, classes = " x ".join(map(str, self.shape)), counted(len(self.classes), "class")
        empty = [name for name, count in zip(self.classes, self.counts, strict=True) if not count]
        more = f" and {len(empty) - _NAMED:,} more" if len(empty) > _NAMED else ""
        lacking = f"; no image of {', '.join(empty[:_NAMED])}{more}" if empty else ""
        return f"{self.name}: {counted(len(self), 'image')} of {shape} in {classes}; {self.identity}{lacking}"

    @property
    def shape(self) -> tuple[int, int, int]:
        """Channels, height and width of an image."""
        _, channels, height, width = self.images.shape
        return channels, height, width

    @property
    def counts(self) -> tuple[int, ...]:
        """Images of each class."""
        import numpy as np

        return tuple(np.bincount(self.labels, minlength=len(self.classes)).tolist())

    @property
    def sha256(self) -> str:
        """Hash of shape, images and labels; computed when asked, half a second for a gigabyte."""
        digest = hashlib.sha256(repr(self.images.shape).encode())
        digest.update(self.images.reshape(-1).data)
        digest.update(self.labels.astype("<i8", copy=False).data)
        return digest.hexdigest()

    def take(self, indices: NDArray[np.int64], *, name: str) -> LabelledImages:
        """Return the images at the indices, as a copy.

        Parameters
        ----------
        indices
            Whole numbers from 0 to one less than there are images, at least one.
        name
            What the part is.

        Raises
        ------
        InputError
            Anything else: no image, or one that does not exist.
        """
        import numpy as np

        chosen = np.asarray(indices)
        if chosen.ndim != 1 or chosen.dtype.kind not in "iu" or not chosen.size:
            raise InputError(
                f"indices of images are a list of whole numbers, not {chosen.dtype} of shape {chosen.shape}",
                next="numpy.flatnonzero(chosen) turns a mask into indices; take at least one",
            )
        if int(chosen.min()) < 0 or int(chosen.max()) >= len(self):
            raise InputError(
                f"the images of {self.name} have the indices 0 to {len(self) - 1}",
                next="leave out all others",
            )
        identity = f"{chosen.size:,} of {counted(len(self), 'image')} of {self.name}, {self.identity}"
        return LabelledImages(
            self.images[chosen], self.labels[chosen], self.classes, name, self.source, identity
        )


def check_labelled(value: object, *, what: str) -> None:
    """Refuse what are no labelled images.

    Raises
    ------
    InputError
        It is something else.
    """
    if not isinstance(value, LabelledImages):
        raise InputError(
            f"{what} must be of the kind LabelledImages, not {value!r:.60}",
            next='load("fashion-mnist", "train") of kernelkit.datasets.load reads them',
        )


def counted(count: int, noun: str) -> str:
    """Write a number of things: ``1 class``, ``2 classes``, ``1 image``, ``2 images``."""
    plural = noun + ("es" if noun.endswith("s") else "s")
    return f"{count:,} {noun if count == 1 else plural}"


def _check_arrays(images: NDArray[np.uint8], labels: NDArray[np.int64], name: str) -> None:
    import numpy as np

    if not isinstance(images, np.ndarray) or not isinstance(labels, np.ndarray):
        raise DatasetError(
            f"the images or labels of {name} are no NumPy array",
            next="numpy.array(images, dtype=numpy.uint8), numpy.array(labels, dtype=numpy.int64)",
        )
    if images.dtype != "uint8" or images.ndim != 4 or not images.size or not images.flags.c_contiguous:
        raise DatasetError(
            f"the images of {name} are {images.dtype} of shape {images.shape}",
            why="images are held as one contiguous array of uint8 (N, C, H, W), with at least one entry",
            next="numpy.ascontiguousarray(images, dtype=numpy.uint8), with pixels from 0 to 255",
        )
    if labels.dtype != "int64" or labels.ndim != 1:
        raise DatasetError(
            f"the labels of {name} are {labels.dtype} of shape {labels.shape}",
            why="labels are int64 (N,)",
            next="labels.astype(numpy.int64), one an image",
        )
    if len(images) != len(labels):
        raise DatasetError(
            f"{name} has {counted(len(images), 'image')} and {counted(len(labels), 'label')}",
            why="every image has one label",
            next="check that both come from the same part of the same data set",
        )
