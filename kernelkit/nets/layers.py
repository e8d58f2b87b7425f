"""One layer at a time: what PyTorch's layers make of a shape, cost and keep, read without running them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from kernelkit.errors import ShapeError
from kernelkit.learning.shapes import Window, per_axis, same_padding, windows_along

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import nn

    from kernelkit.learning.shapes import Rounding

Shape = tuple[int, ...]
"""Sizes of what one image has become, without the number of images."""

Layer: TypeAlias = Any
"""A layer of PyTorch's whose class its reader knows: the classes share no type with the options read here."""

Keeps = Literal["input", "output", "nothing"]
"""Which of the two the backward pass needs."""

KEEP_OUTPUT = {"ReLU", "Sigmoid", "Tanh", "ELU", "Softmax", "LogSoftmax"}
KEEP_INPUT = {"LeakyReLU", "GELU", "SiLU", "Softplus", "Hardtanh", "ReLU6", "Hardswish", "PReLU"}
"""Activations by what PyTorch saves of them; one that works in place saves its output."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What one layer does to one image.

    Attributes
    ----------
    output
        The shape that it leaves.
    words
        Its sizes and options, as far as they matter.
    multiply_adds
        Products, each added to a sum.
    windows
        How it slides over rows and over columns; None where each place is computed from itself, or all from
        all.
    places
        "lost" where rows and columns end: what comes out has no place in the image.
    keeps
        What the backward pass needs of its input and output.
    storage
        "shared" where the output lies in the memory of the input.
    own_values, own_indices
        Other numbers that it keeps for each image: in the net's precision, and of 8 bytes.
    batch_values
        Numbers that it keeps for each batch, however large.
    """

    output: Shape
    words: str = ""
    multiply_adds: int = 0
    windows: tuple[Window, Window] | None = None
    places: Literal["kept", "lost"] = "kept"
    keeps: Keeps = "nothing"
    storage: Literal["new", "shared"] = "new"
    own_values: int = 0
    own_indices: int = 0
    batch_values: int = 0


def read(layer: nn.Module, shape: Shape) -> Reading:
    """Return what a layer does to an image of a shape.

    Raises
    ------
    ShapeError
        The layer cannot take the shape, or is of a kind or with an option that is not known here.
    """
    from torch import nn

    kind = type(layer).__name__
    if kind not in READERS or type(layer) is not getattr(nn, kind, None):
        raise ShapeError(
            f"layers of the kind {kind} are not known here",
            why="known are " + ", ".join(READERS),
            next="build the net of those",
        )
    return READERS[kind](layer, shape)


def _conv(layer: Layer, shape: Shape) -> Reading:
    _need_maps(shape, layer.in_channels)
    if layer.padding_mode != "zeros":
        raise ShapeError(f"padding mode {layer.padding_mode!r} is not followed", next='use "zeros"')
    size, stride, dilation = layer.kernel_size, layer.stride, layer.dilation
    if layer.padding == "same":
        pads: Any = [
            same_padding(n, k, dilation=d) for n, k, d in zip(shape[1:], size, dilation, strict=True)
        ]
    else:
        pads = (0, 0) if layer.padding == "valid" else layer.padding
    rows, columns = windows_along(shape[1:], size, stride=stride, padding=pads, dilation=dilation)
    output = (layer.out_channels, rows.output(shape[1]), columns.output(shape[2]))
    words = [_size_text(size)]
    words += [f"stride {_size_text(stride)}"] if set(stride) != {1} else []
    if layer.padding == "same":
        words.append("padding same")
    elif set(pads) != {0}:
        words.append(f"padding {_size_text(pads)}")
    words += [f"dilation {_size_text(dilation)}"] if set(dilation) != {1} else []
    words += [f"groups {layer.groups}"] if layer.groups != 1 else []
    # an odd total of padding makes PyTorch copy the image with the extra row or column, and keep the copy
    odd = [after - before for before, after in (rows.sides, columns.sides)]
    copied = shape[0] * math.prod(n + extra for n, extra in zip(shape[1:], odd, strict=True))
    return Reading(
        output,
        " ".join(words),
        math.prod(output) * (layer.in_channels // layer.groups) * math.prod(size),
        (rows, columns),
        keeps="nothing" if any(odd) else "input",
        own_values=copied if any(odd) else 0,
    )


def _pool(layer: Layer, shape: Shape) -> Reading:
    _need_maps(shape)
    size = per_axis(layer.kernel_size, 2, what="window size")
    stride = per_axis(layer.stride, 2, what="stride")
    pads = per_axis(layer.padding, 2, what="padding")
    is_max = hasattr(layer, "dilation")
    dilation = per_axis(layer.dilation if is_max else 1, 2, what="dilation")
    if is_max and layer.return_indices:
        raise ShapeError("it returns indices beside the maxima", next="leave return_indices out")
    if any(2 * p > (k - 1) * d + 1 for p, k, d in zip(pads, size, dilation, strict=True)):
        raise ShapeError(
            f"padding {_size_text(pads)} is more than half of the window {_size_text(size)}",
            why="PyTorch refuses it",
            next="take less padding",
        )
    rounding: Rounding = "ceil" if layer.ceil_mode else "floor"
    rows, columns = windows_along(
        shape[1:], size, stride=stride, padding=pads, dilation=dilation, rounding=rounding
    )
    output = (shape[0], rows.output(shape[1]), columns.output(shape[2]))
    words = f"{_size_text(size)} stride {_size_text(stride)}"
    words += f" padding {_size_text(pads)}" if set(pads) != {0} else ""
    words += f" dilation {_size_text(dilation)}" if set(dilation) != {1} else ""
    words += " ceil" if layer.ceil_mode else ""
    return Reading(
        output,
        words,
        windows=(rows, columns),
        keeps="input",
        own_indices=math.prod(output) if is_max else 0,
    )


def _global_average(layer: Layer, shape: Shape) -> Reading:
    _need_maps(shape)
    if layer.output_size not in {1, (1, 1)}:
        raise ShapeError(
            f"adaptive pooling to {layer.output_size} is not followed",
            why="its windows differ from place to place; to 1, over the whole map, it is followed",
            next="use AvgPool2d",
        )
    windows = (Window(shape[1]), Window(shape[2]))
    return Reading((shape[0], 1, 1), "1", windows=windows)


def _flatten(layer: Layer, shape: Shape) -> Reading:
    axes = len(shape) + 1
    start, end = (axis % axes if -axes <= axis < axes else axes for axis in (layer.start_dim, layer.end_dim))
    if not 1 <= start <= end < axes:
        raise ShapeError(
            f"axes {layer.start_dim} to {layer.end_dim} cannot be joined",
            why="axis 0 counts the images, and the first axis joined stands before the last",
            next="use Flatten()",
        )
    output = (*shape[: start - 1], math.prod(shape[start - 1 : end]), *shape[end:])
    return Reading(output, places="kept" if output == shape else "lost", storage="shared")


def _linear(layer: Layer, shape: Shape) -> Reading:
    if shape[-1] != layer.in_features:
        flat = math.prod(shape)
        advice = "put Flatten() before it" if flat == layer.in_features else f"build it for {shape[-1]:,}"
        raise ShapeError(
            f"it reads {layer.in_features:,} features and gets {shape[-1]:,}",
            why=f"the last axis of {_shape_text(shape)} holds the features",
            next=advice,
        )
    output = (*shape[:-1], layer.out_features)
    return Reading(output, multiply_adds=math.prod(shape) * layer.out_features, places="lost", keeps="input")


def _normalisation(layer: Layer, shape: Shape) -> Reading:
    axes = {"BatchNorm1d": {1, 2}, "BatchNorm2d": {3}}[type(layer).__name__]
    if len(shape) not in axes or shape[0] != layer.num_features:
        raise ShapeError(
            f"it takes {layer.num_features} on the first of {' or '.join(map(str, sorted(axes)))} axes and gets "
            f"{_shape_text(shape)}",
            next=f"build it for {shape[0]}",
        )
    return Reading(shape, keeps="input", batch_values=2 * layer.num_features)


def _dropout(layer: Layer, shape: Shape) -> Reading:
    if not 0 < layer.p < 1:
        return Reading(shape, f"{layer.p:g}", storage="shared")
    storage: Literal["new", "shared"] = "shared" if layer.inplace else "new"
    return Reading(shape, f"{layer.p:g}", storage=storage, own_values=math.prod(shape))


def _activation(layer: Layer, shape: Shape) -> Reading:
    if getattr(layer, "inplace", False):
        return Reading(shape, keeps="output", storage="shared")
    return Reading(shape, keeps="output" if type(layer).__name__ in KEEP_OUTPUT else "input")


def _identity(layer: Layer, shape: Shape) -> Reading:
    del layer  # it does nothing
    return Reading(shape, storage="shared")


READERS: dict[str, Callable[[Layer, Shape], Reading]] = {
    "Conv2d": _conv,
    "MaxPool2d": _pool,
    "AvgPool2d": _pool,
    "AdaptiveAvgPool2d": _global_average,
    "Flatten": _flatten,
    "Linear": _linear,
    "BatchNorm1d": _normalisation,
    "BatchNorm2d": _normalisation,
    "Dropout": _dropout,
    "Identity": _identity,
    **dict.fromkeys(sorted(KEEP_OUTPUT | KEEP_INPUT), _activation),
}
"""The kinds of layers that are known, and what reads each."""


def _need_maps(shape: Shape, channels: int | None = None) -> None:
    if len(shape) != 3:
        raise ShapeError(
            f"it takes channels, rows and columns, and gets {_shape_text(shape)}",
            next="put it before what joins the axes",
        )
    if channels is not None and channels != shape[0]:
        raise ShapeError(
            f"it takes {channels} channel{'s' * (channels != 1)} and gets {shape[0]}",
            next=f"build it for {shape[0]}, or give it {channels}",
        )


def _size_text(sizes: tuple[int, ...]) -> str:
    return str(sizes[0]) if len(set(sizes)) == 1 else "x".join(map(str, sizes))


def _shape_text(shape: Shape) -> str:
    return " x ".join(map(str, shape))
