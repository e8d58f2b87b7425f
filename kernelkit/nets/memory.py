"""The memory that training a net takes, counted from its layers."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kernelkit.learning.shapes import one_of
from kernelkit.nets.costs import bytes_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kernelkit.nets.layers import Reading, Shape

OPTIMISERS = {"sgd": 0, "momentum": 1, "adam": 2, "adamw": 2}
"""Numbers that an optimiser remembers for each parameter."""

INDEX_BYTES = 8
"""Bytes of the place of one maximum, which max pooling keeps."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What the forward pass keeps for the backward pass.

    Attributes
    ----------
    values, indices
        For each image: numbers in the net's precision, and places of maxima of `INDEX_BYTES` bytes.
    batch_values
        Numbers for each batch, however large: the statistics of normalisations.
    """

    values: int
    indices: int
    batch_values: int

    def bytes(self, batch: int, precision: str) -> int:
        """Return the bytes for a batch."""
        size = bytes_of(precision)
        return batch * (self.values * size + self.indices * INDEX_BYTES) + self.batch_values * size


@dataclass(frozen=True, slots=True)
class Memory:
    """Bytes that training takes: what stays for the whole run, and what one batch needs.

    Attributes
    ----------
    weights
        All parameters.
    gradients
        One number for each parameter.
    optimiser
        What the optimiser remembers: see `OPTIMISERS`.
    activations
        Kept for the backward pass, for one batch: see `kept_of`.
    """

    weights: int
    gradients: int
    optimiser: int
    activations: int

    @property
    def total(self) -> int:
        """All of it."""
        return self.weights + self.gradients + self.optimiser + self.activations


def memory_of(parameters: int, kept: Kept, *, batch: int, precision: str, optimiser: str) -> Memory:
    """Return the bytes that training takes.

    Weights, gradients, state and activations are all of one precision, as without automatic mixing.  Not
    counted: the loss, gradients of activations while they pass, statistics of normalisations, and the
    workspace and fragments of libraries.

    Raises
    ------
    InputError
        An unknown precision or optimiser.
    """
    state = OPTIMISERS[one_of(optimiser, tuple(OPTIMISERS), what="an optimiser")]
    weights = parameters * bytes_of(precision)
    return Memory(weights, weights, state * weights, kept.bytes(batch, precision))


def kept_of(shape: Shape, layers: Iterable[tuple[Reading, int]]) -> Kept:
    """Return what PyTorch keeps of an image for the backward pass.

    Convolutions, fully connected layers, pooling and normalisations keep their input; ReLU, sigmoid and tanh
    their output; max pooling also the places of its maxima; dropout its mask, in the net's precision as on a
    processor (a graphics card keeps one byte for each).  What two layers keep is counted once where it lies
    in one piece of memory.  All parameters are learned and the images are not: what stands before the first
    parameters keeps nothing.

    Parameters
    ----------
    shape
        Of the image.
    layers
        In order, each with the number of its parameters.
    """
    here = 0  # number of the piece of memory in which the image lies now
    values = math.prod(shape)
    pieces: dict[int, int] = {}
    own = indices = batch_values = 0
    learns = False
    for number, (layer, parameters) in enumerate(layers, 1):
        learns = learns or parameters > 0
        before, here = (here, values), here if layer.storage == "shared" else number
        values = math.prod(layer.output)
        if not learns:
            continue
        if layer.keeps == "input":
            pieces[before[0]] = before[1]
        elif layer.keeps == "output":
            pieces[here] = values
        own += layer.own_values
        indices += layer.own_indices
        batch_values += layer.batch_values
    return Kept(sum(pieces.values()) + own, indices, batch_values)
