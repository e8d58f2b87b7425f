"""The nets by name, and which net each one is: several others bear the same names."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kernelkit.learning.extra import need_torch
from kernelkit.nets.alexnet import USUAL_SIZE as ALEXNET_SIZE
from kernelkit.nets.alexnet import alexnet
from kernelkit.nets.choices import known_name
from kernelkit.nets.lenet import USUAL_SIZE as LENET_SIZE
from kernelkit.nets.lenet import lenet

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import nn


@dataclass(frozen=True, slots=True)
class Known:
    """A net that can be built by name.

    Attributes
    ----------
    name
        As it is typed.
    builder
        The function that builds it; its keyword-only parameters are the net's options.
    size
        Height and width in pixels of the images that it is built for unless told otherwise.
    identity
        Which net of that name this is with its usual options, and which it is not: phrases.
    """

    name: str
    builder: Callable[..., nn.Sequential]
    size: int
    identity: tuple[str, ...]

    @property
    def options(self) -> tuple[str, ...]:
        """The names of the builder's options."""
        return tuple(inspect.signature(self.builder).parameters)


LENET = (
    "the textbook's LeNet for one-channel 28 x 28 images: 6/16 maps, 120/84 hidden units, 10 classes",
    """not LeNet-5 of 1998, which has a third convolution C5, a partial table of connections in C3, trainable
subsampling, an output of radial basis functions and 32 x 32 inputs""",
)
ALEXNET = (
    """the textbook's AlexNet for one-channel 224 x 224 images: 96/256/384/384/256 maps, one tower, no local
response normalisation, 10 classes""",
    """not torchvision's (64/192/384/256/256 maps, 61,100,840 parameters), nor the original's two towers of 2012
(60 million parameters)""",
    """the post's "8 convolutional and 5 fully connected" layers are 5 and 3: 8 learned layers""",
)

NETS = {
    "lenet": Known("lenet", lenet, LENET_SIZE, tuple(" ".join(line.split()) for line in LENET)),
    "alexnet": Known("alexnet", alexnet, ALEXNET_SIZE, tuple(" ".join(line.split()) for line in ALEXNET)),
}
"""The nets that can be built by name."""


def build(name: str, **options: object) -> nn.Sequential:
    """Build a net by its name.

    Parameters
    ----------
    name
        A key of `NETS`.
    **options
        Those of its builder: see `kernelkit.nets.lenet.lenet` and `kernelkit.nets.alexnet.alexnet`.

    Raises
    ------
    UnknownNameError
        An unknown net or option; the nearest known name is offered.
    KernelkitError
        What the builder refuses.

    Examples
    --------
    >>> len(build("lenet", activation="relu", pooling="max"))
    12
    """
    known = NETS[known_name(name, NETS, what="net")]
    for option in options:
        known_name(option, known.options, what="option", of=known.name)
    return known.builder(**options)


def identity_of(net: nn.Module) -> tuple[str, ...]:
    """Return which known net a net is, in phrases: empty where it is none.

    Weights, windows and their order decide; another activation or pooling is told, and dropout is not
    looked at.
    """
    import torch

    for known in NETS.values():
        with torch.device("meta"):
            usual = known.builder()
        if _plan(net) == _plan(usual):
            return known.identity + _changes(usual, net)
    return ()


def _plan(net: nn.Module) -> list[tuple[object, ...]]:
    """Return the layers that decide which net it is, each with its sizes."""
    from torch import nn

    found: list[tuple[object, ...]] = []
    for layer in net.modules():
        if isinstance(layer, nn.Conv2d):
            options = (layer.stride, layer.padding, layer.dilation, layer.groups, layer.padding_mode)
            found.append((*layer.weight.shape, layer.bias is None, *options))
        elif isinstance(layer, nn.Linear):
            found.append((*layer.weight.shape, layer.bias is None))
        elif isinstance(layer, nn.MaxPool2d | nn.AvgPool2d):
            found.append((layer.kernel_size, layer.stride, layer.padding, layer.ceil_mode))
        elif isinstance(layer, nn.BatchNorm1d | nn.BatchNorm2d):
            found.append((layer.num_features,))
    return found


def _changes(usual: nn.Module, net: nn.Module) -> tuple[str, ...]:
    pairs = zip(usual.modules(), net.modules(), strict=False)
    kinds = ((type(one).__name__, type(other).__name__) for one, other in pairs)
    changed = dict.fromkeys(
        (one, other) for one, other in kinds if one != other and "Dropout" not in one + other
    )
    if not changed:
        return ()
    return ("here with " + ", ".join(f"{other} in place of {one}" for one, other in changed),)


def sketch(name: str, **options: object) -> nn.Sequential:
    """Build a net without weights, for its shapes alone: it takes no memory and computes nothing.

    Raises
    ------
    UnknownNameError, KernelkitError
        As `build`.

    Examples
    --------
    >>> sum(weights.numel() for weights in sketch("alexnet").parameters())
    46764746
    """
    need_torch("a card")
    import torch

    with torch.device("meta"):
        return build(name, **options)
