"""Recipes: configurations with a name, one table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kernelkit.errors import InputError, UnknownNameError
from kernelkit.training.config import Config

if TYPE_CHECKING:
    from collections.abc import Mapping

_TEXTBOOK = Config(
    net="lenet",
    size=28,
    recipe="textbook",
    epochs=10,
    batch=256,
    optimiser="sgd",
    lr=0.9,
    initialisation="xavier",
    validation=0,
)
_BEST = Config(
    net="lenet",
    size=28,
    recipe="best",
    epochs=80,
    batch=256,
    optimiser="adamw",
    lr=0.02,
    schedule="one-cycle",
    weight_decay=0.1,
    initialisation="xavier",
    normalisation="batch",
    inputs="standardised",
    augmentation="flips and shifts",
    label_smoothing=0.1,
    averaging=0.999,
)

RECIPES: Mapping[str, Mapping[str, Config]] = {
    "lenet": {
        "textbook": _TEXTBOOK,
        "best": _BEST,
        "modern": _BEST.with_changes(
            recipe="modern",
            epochs=40,
            weight_decay=0.05,
            options=(
                ("activation", "relu"),
                ("pooling", "max"),
                ("widths", (20, 40)),
                ("hidden", (64, 32)),
            ),
        ),
    },
    "alexnet": {
        "textbook": _TEXTBOOK.with_changes(net="alexnet", size=224, batch=128, lr=0.01),
    },
}
"""Recipes by net and name; the first of a net is the default.

``textbook`` is the published one: plain gradient descent, Xavier, all training images, ten epochs.  ``best`` trains the
posted LeNet, with its sigmoids and average pooling, as well as we know how.  ``modern`` trains a LeNet of at most
100,000 numbers with ReLU and max pooling.
"""

WORDS = {
    "textbook": "the published one: plain gradient descent from Xavier's start, ten epochs, all training images",
    "best": "the posted net, sigmoids and average pooling, as well as it can be trained here",
    "modern": "a LeNet of fewer than 100,000 numbers with ReLU and max pooling",
}


def recipe(net: str, name: str | None = None) -> Config:
    """Return a recipe; without a name the net's first one.

    Raises
    ------
    UnknownNameError
        No such net.
    InputError
        The net has no such recipe.

    Examples
    --------
    >>> recipe("lenet").lr
    0.9
    """
    if net not in tuple(RECIPES):  # what cannot be a key is no name either
        raise UnknownNameError(f"no net is called {net!r:.60}", next=f"take one of {', '.join(RECIPES)}")
    known = RECIPES[net]
    if name is None:
        return next(iter(known.values()))
    if name not in tuple(known):
        raise InputError(f"{net} has no recipe {name!r:.60}", next=f"take one of {', '.join(known)}")
    return known[name]
