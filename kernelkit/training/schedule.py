"""The learning rate as a function of the step alone."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch
    from torch import nn

    from kernelkit.training.config import Config

WARM = 0.3
"""Share of the steps over which one-cycle rises."""

FIRST = 1 / 25
"""Where one-cycle begins, as a share of its peak."""


def rate(config: Config, step: int, steps: int) -> float:
    """Return the learning rate of a step, counted from 0, of so many.

    Constant, or one cycle: from lr/25 up to lr over the first 30 % of the steps and down to 0, both along half a
    cosine (Smith and Topin, Super-convergence, 2018, section 3, with cosines in place of lines).

    Examples
    --------
    >>> from kernelkit.training.config import Config
    >>> config = Config(net="lenet", size=28, lr=1.0, schedule="one-cycle")
    >>> [round(rate(config, step, 10), 3) for step in (0, 2, 9)]
    [0.04, 1.0, 0.0]
    """
    if config.schedule == "constant":
        return config.lr
    last = steps - 1
    peak = WARM * steps - 1
    if step < peak:
        return config.lr * _between(FIRST, 1.0, step / peak)
    return config.lr * _between(1.0, 0.0, (step - peak) / max(last - peak, 1))


def _between(start: float, end: float, share: float) -> float:
    """Return the height of half a cosine from start to end, a share of the way along."""
    return end + (start - end) * (1 + math.cos(math.pi * share)) / 2


def optimiser_of(config: Config, net: nn.Module) -> torch.optim.Optimizer:
    """Return torch's optimiser; decay acts on weights of layers, not on biases and not on normalisation."""
    import torch

    learned = [parameter for parameter in net.parameters() if parameter.requires_grad]
    weights = [parameter for parameter in learned if parameter.ndim > 1]
    others = [parameter for parameter in learned if parameter.ndim <= 1]
    groups = [
        {"params": weights, "weight_decay": config.weight_decay},
        {"params": others, "weight_decay": 0.0},
    ]
    if config.optimiser == "adamw":
        return torch.optim.AdamW(groups, lr=config.lr, fused=True)
    return torch.optim.SGD(groups, lr=config.lr, fused=True)
