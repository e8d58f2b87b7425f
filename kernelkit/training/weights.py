"""A trained net: its weights as a run keeps them, and the net read back from them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kernelkit.errors import CheckpointError, KernelkitError
from kernelkit.learning.extra import need_torch
from kernelkit.training.batches import Scale
from kernelkit.training.checkpoint import fill, load_checkpoint, save_checkpoint
from kernelkit.training.config import Config, from_dict

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping

    from torch import Tensor, nn


@dataclass(frozen=True, slots=True)
class Trained:
    """A net with its weights, and how to feed it.

    Attributes
    ----------
    net
        The plain net, ready to evaluate; it takes images (N, C, H, W) of ``config.size`` pixels, float32.
    config
        What it was trained with.
    scale
        It reads (pixel/255 - mean)/deviation.
    classes
        What its outputs stand for, in their order.
    epoch
        The epoch whose weights these are.
    """

    net: nn.Sequential
    config: Config
    scale: Scale
    classes: tuple[str, ...]
    epoch: int


def save_weights(
    path: str | os.PathLike[str],
    net: nn.Sequential,
    weights: Mapping[str, Tensor],
    facts: Mapping[str, object],
) -> None:
    """Write the weights of a net with what is needed to use them, and the strides that weights do not tell.

    Raises
    ------
    OutputError, MissingExtraError
        As `save_checkpoint`.
    """
    from torch import nn

    strides = {
        f"{name}.weight.stride": ",".join(map(str, layer.stride))
        for name, layer in net.named_children()
        if isinstance(layer, nn.Conv2d)
    }
    save_checkpoint(path, weights, facts, strides)


def load_trained(path: str | os.PathLike[str]) -> Trained:
    """Return the net whose weights a run kept in ``best.safetensors``.

    Raises
    ------
    CheckpointError
        The file is missing, damaged, or holds no such weights.
    InputError
        Something that is no path.
    MissingExtraError
        PyTorch or safetensors is not installed.
    """
    need_torch("load_trained")
    from kernelkit.nets.known import build

    tensors, facts = load_checkpoint(path)
    try:
        config = from_dict(facts["config"])  # type: ignore[arg-type]
        classes = tuple(str(name) for name in facts["classes"])  # type: ignore[attr-defined]
        mean = tuple(float(value) for value in facts["mean"])  # type: ignore[attr-defined]
        deviation = tuple(float(value) for value in facts["deviation"])  # type: ignore[attr-defined]
        epoch = int(facts["epoch"])  # type: ignore[call-overload]
        scale = Scale(mean, deviation)
        net = build(config.net, **config.net_options(channels=len(mean), classes=len(classes)))
    except (KeyError, TypeError, ValueError, KernelkitError) as refused:
        raise CheckpointError(
            f"{path} does not say which net its weights belong to",
            why=f"it has no entry {refused}"
            if isinstance(refused, KeyError)
            else str(refused).splitlines()[0][:150],
            next="best.safetensors in the folder of a run holds weights and says it",
        ) from refused
    fill(net, tensors, source=str(path))
    return Trained(net.eval(), config, scale, classes, epoch)
