"""What the losses of a run say when it does not learn: a plateau at chance, or divergence."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from kernelkit.training.recipes import RECIPES, recipe

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kernelkit.training.config import Config
    from kernelkit.training.history import Epoch

NEAR = 0.02
"""A loss so near that of guessing, in nats, is no better."""

ABOVE = 0.5
"""A loss so far above that of guessing, in nats, is not that of a net that has yet to begin to learn."""

WAIT = 2
"""Whole epochs at the loss of guessing before it is called a plateau."""


def chance(classes: int) -> float:
    """Return the cross-entropy of guessing evenly, ln(classes), in nats.

    Examples
    --------
    >>> round(chance(10), 6)
    2.302585
    """
    return math.log(classes)


def plateau(history: Sequence[Epoch], classes: int) -> bool:
    """Whether the last epochs all ended no better than guessing."""
    last = history[-WAIT:]
    return (
        classes > 1 and len(last) == WAIT and all(epoch.train_loss > chance(classes) - NEAR for epoch in last)
    )


def plateau_advice(config: Config, classes: int, *, loss: float) -> str:
    """Return what a loss that does not fall means, and what helps.

    Parameters
    ----------
    config
        What is run.
    classes
        Of the data.
    loss
        That of the last epoch: near that of guessing nothing is learned yet, far above it steps are too long.
    """
    if loss > chance(classes) + ABOVE:
        return (
            f"the loss is {loss:.4g}, worse than that of guessing, ln({classes}) = {chance(classes):.4f}: steps "
            f"are too long.  What helps: a smaller learning rate: --lr {_shown(_shorter(config))}."
        )
    advice = []
    if dict(config.options).get("activation", "sigmoid" if config.net == "lenet" else "relu") == "sigmoid":
        if config.normalisation == "none":
            advice.append("sigmoids pass on little gradient: --normalisation batch, or --activation relu")
        if config.initialisation == "default":
            advice.append("weights that begin larger leave sooner: --initialisation xavier")
    advice.append(f"another learning rate: --lr {_shown(config.lr * 3)} or --lr {_shown(config.lr / 3)}")
    return (
        f"the loss stays at ln({classes}) = {chance(classes):.4f}, that of guessing: the net tells no class "
        f"from another yet.  What helps: {'; '.join(advice)}."
    )


def divergence_advice(config: Config) -> str:
    """Return what to do against losses that are no longer numbers."""
    return f"--lr {_shown(_shorter(config))}" + (
        ", or --precision float32" if config.precision == "bfloat16" else ""
    )


def _shorter(config: Config) -> float:
    """Return a tenth of the learning rate, but no more than that of the recipe, which is known to work."""
    known = RECIPES[config.net]
    return min(config.lr / 10, known.get(config.recipe, recipe(config.net)).lr)


def _shown(lr: float) -> str:
    return f"{lr:.2g}"
