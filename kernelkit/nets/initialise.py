"""Where the weights of a net start: from a seed, whatever PyTorch's own generator has done before."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kernelkit.errors import InputError
from kernelkit.learning.extra import need_torch
from kernelkit.learning.shapes import at_least
from kernelkit.nets.choices import known_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import torch
    from torch import nn

LARGEST_SEED = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Start:
    """A way to start the weights.

    Attributes
    ----------
    words
        What it does, in a phrase.
    put
        Puts the starting weights into a net, with numbers from a generator.
    """

    words: str
    put: Callable[[nn.Module, torch.Generator], None]


def initialise(net: nn.Module, how: str, *, seed: int) -> None:
    """Start the weights of a net anew, in place.

    The numbers are drawn on the processor, so a seed gives the same start on every device, and PyTorch's
    global generators are neither read nor moved.

    Parameters
    ----------
    net
        Its convolutions and fully connected layers get new weights and biases; normalisations start at
        gain 1 and shift 0, with empty statistics.
    how
        A key of `STARTS`.
    seed
        A whole number from 0 to 2^63 - 1.

    Raises
    ------
    MissingExtraError
        PyTorch is not installed.
    UnknownNameError
        Another word for how.
    InputError
        No net, a seed out of range, or a layer with parameters of another kind.

    Examples
    --------
    >>> from kernelkit.nets.lenet import lenet
    >>> one, other = lenet(), lenet()
    >>> initialise(one, "xavier", seed=0)
    >>> initialise(other, "xavier", seed=0)
    >>> bool((one[0].weight == other[0].weight).all())
    True
    """
    need_torch("initialise")
    import torch
    from torch import nn

    if not isinstance(net, nn.Module):
        raise InputError(
            f"a net is a torch.nn.Module, not {net!r:.60}", next='build("lenet") of kernelkit.nets.known'
        )
    start = STARTS[known_name(how, STARTS, what="start")]
    if at_least(seed, 0, what="a seed") > LARGEST_SEED:
        raise InputError(f"a seed is at most {LARGEST_SEED}, not {seed}", next="take 0")
    for name, layer in net.named_modules():
        _check(name, layer)
    with torch.no_grad():
        start.put(net, torch.Generator().manual_seed(seed))


def _check(name: str, layer: nn.Module) -> None:
    from torch import nn

    learned = next(layer.parameters(recurse=False), None) is not None
    if learned and not _has_weights(layer) and not isinstance(layer, nn.BatchNorm1d | nn.BatchNorm2d):
        raise InputError(
            f'layer "{name}" is of the kind {type(layer).__name__}, whose start is not known here',
            why="convolutions, fully connected layers and batch normalisations are",
            next="start that layer by hand",
        )


def _has_weights(layer: nn.Module) -> bool:
    from torch import nn

    return isinstance(layer, nn.Conv1d | nn.Conv2d | nn.Conv3d | nn.Linear)


def _layers(net: nn.Module) -> Iterator[Any]:
    """Yield the convolutions and fully connected layers, in the order in which they are built."""
    return filter(_has_weights, net.modules())


def _uniform(tensor: torch.Tensor, bound: float, generator: torch.Generator) -> None:
    """Put numbers from [-bound, bound) into a tensor."""
    import torch

    drawn = torch.empty(tensor.shape, dtype=tensor.dtype).uniform_(-bound, bound, generator=generator)
    tensor.copy_(drawn)


def _default(net: nn.Module, generator: torch.Generator) -> None:
    """Draw weights and biases from U(-1/sqrt(fan in), 1/sqrt(fan in)), as PyTorch's layers do."""
    from torch import nn

    for layer in _layers(net):
        bound = 1 / math.sqrt(layer.weight[0].numel())
        _uniform(layer.weight, bound, generator)
        if layer.bias is not None:
            _uniform(layer.bias, bound, generator)
    for normalisation in net.modules():
        if isinstance(normalisation, nn.BatchNorm1d | nn.BatchNorm2d):
            normalisation.reset_parameters()


def _xavier(net: nn.Module, generator: torch.Generator) -> None:
    """Draw weights from U(-b, b) with b = sqrt(6 / (fan in + fan out)), after the default start.

    That order is the textbook's: its layers are built, and then their weights, not their biases, drawn again.
    """
    _default(net, generator)
    for layer in _layers(net):
        weight = layer.weight
        fans = weight[0].numel() + weight.shape[0] * weight[0, 0].numel()
        _uniform(weight, math.sqrt(6 / fans), generator)


STARTS = {
    "default": Start("PyTorch's own: weights and biases uniform within 1/sqrt(fan in)", _default),
    "xavier": Start(
        "the textbook's: weights uniform within sqrt(6 / (fan in + fan out)), biases as by default", _xavier
    ),
}
"""The ways to start a net, by name."""
