"""What layers cost: multiply-adds, weights and values, from sizes alone."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

from kernelkit.errors import InputError, ShapeError
from kernelkit.learning.shapes import at_least, one_of, output_shape, per_axis

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kernelkit.learning.shapes import Padding, Sizes

PRECISIONS = {"float64": 8, "float32": 4, "bfloat16": 2, "float16": 2}
"""Bytes of one number."""

Biases = Literal["with", "without"]
"""Whether each output has a number of its own added to it."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What one layer, or a row of layers, costs for one image.

    Attributes
    ----------
    output
        Height and width of each map, or the number of units.
    multiply_adds
        Products, each added to a sum; those with padding are counted, adding a bias is not.
    weights, biases
        Numbers that are learned.
    values_in, values_out
        Numbers that go in and come out.
    """

    output: tuple[int, ...]
    multiply_adds: int
    weights: int
    biases: int
    values_in: int
    values_out: int

    @property
    def parameters(self) -> int:
        """Weights and biases."""
        return self.weights + self.biases

    @property
    def flops(self) -> int:
        """Floating-point operations, two for each multiply-add."""
        return 2 * self.multiply_adds

    def bytes(self, precision: str = "float32") -> int:
        """Return the bytes that weights and biases take; precisions are the keys of `PRECISIONS`."""
        return self.parameters * bytes_of(precision)


def bytes_of(precision: str) -> int:
    """Return the bytes of one number.

    Raises
    ------
    InputError
        No key of `PRECISIONS`.
    """
    return PRECISIONS[one_of(precision, tuple(PRECISIONS), what="a precision")]


def conv_cost(  # noqa: PLR0913 - the options of a convolution
    c_in: int,
    c_out: int,
    kernel: Sizes,
    size: Sizes,
    *,
    stride: Sizes = 1,
    padding: Padding = 0,
    dilation: Sizes = 1,
    groups: int = 1,
    biases: Biases = "with",
) -> Cost:
    """Return what a convolution in the plane costs: (c_out)(c_in / groups)(kernel)(output) multiply-adds.

    Parameters
    ----------
    c_in, c_out
        Channels in and out.
    kernel, size
        Height and width of the kernel and of the image; one number is a square.
    stride, padding, dilation
        As in `kernelkit.learning.shapes.output_shape`, padding on each side.
    groups
        Blocks of channels; nothing crosses from one to another.

    Raises
    ------
    ShapeError
        The kernel does not fit.
    InputError
        A number below 1, or groups that do not divide the channels.

    Examples
    --------
    >>> conv_cost(3, 16, 5, 32, padding=2).multiply_adds
    1228800
    """
    channels = at_least(c_in, 1, what="a number of channels"), at_least(c_out, 1, what="a number of channels")
    if any(c % at_least(groups, 1, what="groups") for c in channels):
        raise InputError(
            f"{groups} groups do not divide {c_in} channels in and {c_out} out",
            next=f"take a divisor of {math.gcd(*channels)}",
        )
    height, width = per_axis(size, 2, what="image size")
    output = output_shape((height, width), kernel, stride=stride, padding=padding, dilation=dilation)
    weights = c_out * (c_in // groups) * math.prod(per_axis(kernel, 2, what="kernel size"))
    return Cost(
        output,
        weights * math.prod(output),
        weights,
        c_out if one_of(biases, get_args(Biases), what="biases") == "with" else 0,
        c_in * height * width,
        c_out * math.prod(output),
    )


def fc_cost(sizes: Sequence[int], *, biases: Biases = "with") -> Cost:
    """Return what fully connected layers cost, one after another.

    Parameters
    ----------
    sizes
        Values that go in, then units of each layer.

    Raises
    ------
    ShapeError
        Fewer than two sizes.
    InputError
        A size below 1.

    Examples
    --------
    >>> fc_cost((6400, 4096, 4096), biases="without").weights
    42991616
    """
    if len(sizes) < 2:
        raise ShapeError(f"layers need two sizes or more, not {tuple(sizes)!r}", next="fc_cost((400, 120))")
    units = [at_least(size, 1, what="a size") for size in sizes]
    weights = sum(a * b for a, b in itertools.pairwise(units))
    with_biases = one_of(biases, get_args(Biases), what="biases") == "with"
    return Cost((units[-1],), weights, weights, sum(units[1:]) if with_biases else 0, units[0], units[-1])


def pool_steps(channels: int, output: Sizes, window: Sizes) -> int:
    """Return the comparisons of max pooling, or the additions of average pooling, for one image.

    Parameters
    ----------
    channels
        Maps.
    output, window
        Height and width of a pooled map, and of a window; one number is a square.

    Examples
    --------
    >>> pool_steps(6, 14, 2)
    3528
    """
    maps = at_least(channels, 1, what="a number of channels")
    return (
        maps
        * math.prod(per_axis(output, 2, what="output size"))
        * (math.prod(per_axis(window, 2, what="window size")) - 1)
    )
