"""Which images are learned from, which choose, and which are only tested on."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kernelkit.errors import InputError, ShapeError
from kernelkit.training.batches import batches_of, scale_of

if TYPE_CHECKING:
    import torch

    from kernelkit.datasets.labelled import LabelledImages
    from kernelkit.training.batches import Batches, Scale
    from kernelkit.training.config import Config

_SHARE = 12
"""One image of so many is held back by the recipes that choose: 5,000 of 60,000."""

_MOST = 5
"""One image of so many at most is held back unless somebody asks for more."""

SPLIT_SEED = 0
"""Of the validation split: the same for every seed of training, so that seeds can be compared."""


@dataclass(frozen=True, slots=True)
class Splits:
    """Three disjoint sets of images on one device, and the scale they share."""

    training: Batches
    validation: Batches | None
    test: Batches
    scale: Scale


def splits_of(
    config: Config, training: LabelledImages, test: LabelledImages, *, device: torch.device
) -> Splits:
    """Return the images a run learns from, chooses on and is tested on.

    Raises
    ------
    InputError
        More validation images than images, or a subset of more than there are.
    ShapeError
        Training and test images of different channels or classes.
    """
    _check_alike(training, test)
    learned, test = _subset(config, training, test)
    if config.validation >= len(learned):
        raise InputError(
            f"{config.validation} validation images leave none of {len(learned)} to learn from",
            next=f"--validation {len(learned) // _SHARE}, in Python validation={len(learned) // _SHARE}",
        )
    held_back = None
    if config.validation:
        learned, held_back = split_off(learned, config.validation)
    if config.normalisation == "batch" and len(learned) == 1:
        raise InputError(
            "batch normalisation needs two training images or more",
            why="the variance of a single one is nothing",
            next="--normalisation none, or more images",
        )
    scale = scale_of(config.inputs, learned)
    common = {"size": config.size, "device": device, "layout": config.layout}
    return Splits(
        batches_of(learned, scale, augmentation=config.augmentation, **common),  # type: ignore[arg-type]
        None if held_back is None else batches_of(held_back, scale, **common),  # type: ignore[arg-type]
        batches_of(test, scale, **common),  # type: ignore[arg-type]
        scale,
    )


def split_off(data: LabelledImages, count: int) -> tuple[LabelledImages, LabelledImages]:
    """Return all but ``count`` images, and these: as many of each class as can be, the same ones every time."""
    from kernelkit.datasets.sampling import split

    rest, chosen = split(data, count, seed=SPLIT_SEED)
    return data.take(rest, name=f"{data.name}, learned from"), data.take(
        chosen, name=f"{data.name}, held back"
    )


def _subset(
    config: Config, training: LabelledImages, test: LabelledImages
) -> tuple[LabelledImages, LabelledImages]:
    if not config.subset:
        return training, test
    if config.subset > len(training):
        raise InputError(
            f"a subset of {config.subset} cannot be taken from {len(training)} images",
            next=f"--subset {len(training)}",
        )
    if config.subset < len(training):
        _, training = split_off(training, config.subset)
    if config.subset < len(test):
        _, test = split_off(test, config.subset)
    return training, test


def _check_alike(training: LabelledImages, test: LabelledImages) -> None:
    channels = training.images.shape[1], test.images.shape[1]
    if channels[0] == channels[1] and training.classes == test.classes:
        return
    named = [f"channels: {channels[0]} and {channels[1]}"]
    named += [f"classes: {len(training.classes)} and {len(test.classes)}"]
    pairs = enumerate(itertools.zip_longest(training.classes, test.classes, fillvalue="none"))
    named += [f"class {at} is {one!r} and {other!r}" for at, (one, other) in pairs if one != other][:1]
    raise ShapeError(
        "training and test images are not of one kind",
        why="; ".join(named),
        next="name data whose two parts belong together, with the same classes in the same order",
    )


def held_back_of(config: Config, images: int) -> int:
    """Return how many of so many images to hold back, where a recipe says it for a larger data set.

    Recipes hold back a twelfth of 60,000.  Of a subset, and of so few images that their number would be more than a
    fifth, a twelfth is held back too, and never more than the recipe says.
    """
    used = config.subset or images
    if config.subset or config.validation * _MOST > used:
        return min(config.validation, used // _SHARE)
    return config.validation
