"""The layer of a model that is looked at: the first one that sees pictures, or one by its name."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

from kernelkit.errors import CheckpointError, InputError, LimitError
from kernelkit.exact.rational import counted
from kernelkit.inspection.weights import Model
from kernelkit.learning.shapes import at_least, one_of, per_axis

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import ArrayLike, NDArray

Layout = Literal["OIHW", "HWIO"]
"""Axes of stored weights: (outputs, inputs, rows, columns), or (rows, columns, inputs, outputs) as Keras keeps them."""

_SETTLED = {"PyTorch", "ONNX", "tfjs"}
"""Forms whose arrays are known to be (outputs, inputs, rows, columns), as stored or as turned on reading."""

_BARE = {"npy", "PyTorch tensor", "array", "table", "kernel"}
"""Forms of one array alone, which may be filters of two or three axes; a matrix in a net is a linear layer."""

LARGEST_WINDOW = 15
"""Taps along an axis up to which two equal axes in front are taken for the window of a filter."""

Order = Literal["RGB", "BGR"]
"""Which of three input channels is red: the first, or the last as in Caffe and OpenCV."""

MOST_FILTERS = 4096
MOST_CHANNELS = 4096
LARGEST_SIDE = 64
"""Filters of a layer, channels of a filter, and taps along an axis that are inspected."""

LISTED = 12
"""Layers that are listed where a name is not known."""

_LEARNERS = ("optimiser.", "optimizer.")
"""Beginnings of names of what an optimiser remembers, which has the shapes of weights."""


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """A convolution's weights.

    Attributes
    ----------
    name
        Name in the file.
    weights
        Taps (outputs, inputs, rows, columns) in double precision, the inputs in the order red, green, blue where they
        are three.
    stride
        Strides (rows, columns), or None where nothing says them.
    kind
        ``"convolution"``, ``"pointwise"`` (1 x 1: it mixes channels and has no shape in the picture) or ``"depthwise"``
        (one filter a channel: its file says so, or it has one input and is not the first layer).
    order
        How the three channels were stored; ``"RGB"`` where there are not three.
    source
        The file, or "array".
    note
        What else is to be said of the numbers, in words; empty where nothing.
    """

    name: str
    weights: NDArray[np.float64]
    stride: tuple[int, int] | None = None
    kind: str = "convolution"
    order: Order = "RGB"
    source: str = "array"
    note: str = ""

    @property
    def size(self) -> str:
        """Shape in words: ``64 filters of 3 x 7 x 7``."""
        return f"{counted(len(self.weights), 'filter')} of {' x '.join(map(str, self.weights.shape[1:]))}"


def first_layer(
    weights: Model | Mapping[str, ArrayLike] | ArrayLike,
    layer: str | None = None,
    *,
    stride: int | Sequence[int] | None = None,
    order: Order = "RGB",
    layout: Layout | None = None,
) -> Layer:
    """Return the layer that sees the picture, or the one that is named.

    Left out, it is the first array of four axes with three inputs and more than one tap; else the first such with one
    input; else the first array of four axes.  What optimisers remember is passed over.

    Parameters
    ----------
    weights
        A model that was read, arrays by name, or one array: (outputs, inputs, rows, columns).  One array alone may have
        three axes, (outputs, rows, columns) with one input, or two, one filter; in a model such are no filters.
    layer
        Name of the array; ``NAME`` also finds ``NAME.weight``, and a number the array of that place in an npz file.
    stride
        Stride of the layer; what the file says when left out.
    order
        Which of three channels is red; ``"BGR"`` is refused where there are not three.
    layout
        Axes of the stored array; (outputs, inputs, rows, columns) when left out, but then shapes that look like the
        other are refused, as are those that look like it where "HWIO" is said.  PyTorch, ONNX and tfjs have one layout,
        and what is said here is passed over with a note.

    Raises
    ------
    CheckpointError
        No such layer, or none of four axes; those that are there are listed with their shapes.
    InputError
        Taps that are no finite numbers, something that is no array, or an order of channels that are not three.
    LimitError
        More than `MOST_FILTERS` filters, or filters too large.
    """
    one_of(order, get_args(Order), what="order")
    if layout is not None:
        one_of(layout, get_args(Layout), what="layout")
    model = weights if isinstance(weights, Model) else _as_model(weights)
    asked = layout
    if model.form in _SETTLED:
        layout = "OIHW"
    elif layout != "OIHW":
        _check_layout(model, asked)
        layout = layout or "OIHW"
    name = _chosen(model, layout) if layer is None else _found(model, layer)
    array = _checked(model, name, layout)
    if order == "BGR":
        if array.shape[1] != 3:
            raise InputError(
                f"{name[:100]!r} has {counted(array.shape[1], 'input')}, which have no order of three colours",
                why="BGR says that of three channels the last is red",
                next="leave out --order, in Python order; or name a layer with three inputs",
            )
        array = array[:, ::-1]
    first = next((n for n, a in model.arrays.items() if a.ndim == 4), name)
    steps = model.strides.get(name)
    if stride is not None:
        rows, columns = per_axis(stride, 2, what="stride")
        steps = (at_least(rows, 1, what="a stride"), at_least(columns, 1, what="a stride"))
    return Layer(
        name,
        array,
        steps,
        _kind(array.shape, model.groups.get(name), place="first" if name == first else "later"),
        order,
        model.source,
        _note(model, name, asked),
    )


def _as_model(weights: Mapping[str, ArrayLike] | ArrayLike) -> Model:
    if isinstance(weights, str | bytes | os.PathLike):
        raise InputError(
            "weights are arrays, not the name of a file",
            next=f"read_model({os.fsdecode(weights)[:100]!r}) of kernelkit.inspection.weights reads the file",
        )
    if isinstance(weights, Mapping):
        return Model(
            {str(name): _as_array(name, array) for name, array in weights.items()}, "arrays", "arrays"
        )
    return Model({"array": _as_array("array", weights)}, "array", "array")


def _as_array(name: object, value: ArrayLike) -> NDArray[np.generic]:
    import numpy as np

    try:
        return np.asarray(value)
    except (
        TypeError,
        ValueError,
        RuntimeError,
    ) as refused:  # ragged lists; tensors on a device or with a gradient
        raise InputError(
            f"{str(name)[:100]!r} is no array",
            why=str(refused).partition("\n")[0][:160],
            next="give rows of equal length, or of a tensor: tensor.detach().cpu().float().numpy()",
        ) from refused


def _kind(shape: tuple[int, ...], groups: int | None, *, place: str) -> str:
    if shape[2:] == (1, 1):
        return "pointwise"
    grouped = groups is not None and groups > 1 and shape[1] == 1
    return (
        "depthwise" if grouped or (groups is None and shape[1] == 1 and place == "later") else "convolution"
    )


def _note(model: Model, name: str, asked: Layout | None) -> str:
    if asked == "HWIO" and model.form in _SETTLED:
        return f"taken as (outputs, inputs, rows, columns), as {model.form} has them: the layout HWIO is passed over"
    if name in model.notes:
        return model.notes[name]
    stored = model.arrays[name].dtype
    if stored.kind in "iu" and model.form == "ONNX":
        return f"stored as {stored}: the stored whole numbers are shown, without a scale or a zero point"
    return ""


def _planes(model: Model) -> dict[str, tuple[int, ...]]:
    """Return the shapes of the arrays that may be convolutions in the plane."""
    return {
        name: array.shape
        for name, array in model.arrays.items()
        if array.ndim == 4 and array.size and not name.startswith(_LEARNERS)
    }


def _check_layout(model: Model, layout: Layout | None) -> None:
    """Refuse a model whose arrays are likelier of the other layout than of the one they would be taken for.

    Most have the two equal sides of a small window at the other place, and of one the window would be no square.
    """
    shapes = _planes(model)
    window, other = (slice(2, 4), slice(0, 2)) if layout == "HWIO" else (slice(0, 2), slice(2, 4))
    windows = {
        name: shape
        for name, shape in shapes.items()
        if len({*shape[window]}) == 1 and shape[window][0] <= LARGEST_WINDOW
    }
    turned = [name for name, shape in windows.items() if shape[window][0] > 1 and len({*shape[other]}) == 2]
    if not turned or 2 * len(windows) <= len(shapes):
        return
    name, shape = turned[0], shapes[turned[0]]
    if layout == "HWIO":
        raise CheckpointError(
            f"{name[:100]!r} of shape {shape} looks like (outputs, inputs, rows, columns), not like HWIO",
            why=f"as (rows, columns, inputs, outputs) its filters would be {shape[0]} x {shape[1]} taps on "
            f"{counted(shape[2], 'channel')}",
            next="leave --layout out; where it only looks so, numpy.save(path, array.transpose(3, 2, 0, 1)) turns it",
        )
    raise CheckpointError(
        f"{name[:100]!r} of shape {shape} looks like (rows, columns, inputs, outputs)",
        why=f"as (outputs, inputs, rows, columns) its filters would be {shape[2]} x {shape[3]} taps on "
        f"{counted(shape[1], 'channel')}",
        next="--layout HWIO, or --layout OIHW where it only looks so; layout='HWIO' in Python",
    )


def _chosen(model: Model, layout: Layout) -> str:
    """Return the name of the layer that sees the picture."""
    inputs, rows, columns = (1, 2, 3) if layout == "OIHW" else (2, 0, 1)
    planes = _planes(model)
    for wanted in (3, 1):
        for name, shape in planes.items():
            if shape[inputs] == wanted and shape[rows] * shape[columns] > 1:
                return name
    if planes:
        return next(iter(planes))
    if model.form in _BARE:
        return next(iter(model.arrays))
    raise CheckpointError(
        f"{model.source!r} holds no convolution in the plane: no array of it has four axes",
        why=f"it holds {listed(model) or 'nothing'}; rows of matrices are no windows of a picture",
        next="give weights (outputs, inputs, rows, columns), or one filter alone: numpy.save(path, array)",
    )


def _found(model: Model, layer: str) -> str:
    for name in (layer, f"{layer}.weight", f"net.{layer}", f"net.{layer}.weight", f"arr_{layer}"):
        if name in model.arrays:
            return name
    from difflib import get_close_matches

    # convolutions first: "conv" is likelier conv1.weight than conv1.bias
    planes = _planes(model)
    near = [name for name in planes if name.startswith(layer)] or [
        name for names in (planes, model.arrays) for name in get_close_matches(layer[:100], names, 1, 0.5)
    ]
    raise CheckpointError(
        f"no layer of {model.source!r} is called {layer[:100]!r}",
        why=f"it holds {listed(model)}",
        next=f"--layer {near[0]}" if near else "name one of them, or leave the name out",
    )


def listed(model: Model) -> str:
    """Return the names and shapes of a model's arrays, those of four axes first, no more than `LISTED`."""
    ordered = sorted(model.arrays.items(), key=lambda pair: pair[1].ndim != 4)
    shown = [f"{name[:60]} {tuple(array.shape)}" for name, array in ordered[:LISTED]]
    more = len(ordered) - len(shown)
    return ", ".join(shown) + (f" and {more:,} more" if more else "")


def _checked(model: Model, name: str, layout: Layout) -> NDArray[np.float64]:
    """Return an array as (outputs, inputs, rows, columns) of finite doubles."""
    import numpy as np

    array = model.arrays[name]
    if array.dtype.kind not in "iufb":
        what = array.dtype if array.ndim else type(array.item()).__name__
        raise InputError(
            f"{name[:100]!r} holds {what}, not real numbers",
            next="give an array of floats; of a net of PyTorch, its state_dict()",
        )
    stored = tuple(array.shape)
    if not array.size:
        raise CheckpointError(
            f"{name[:100]!r} holds no taps: its shape is {stored}", next="save it with no axis of length 0"
        )
    if layout == "HWIO":
        if array.ndim != 4:
            raise InputError(
                f"the layout HWIO is of four axes, and {name[:100]!r} has the shape {stored}",
                next="leave --layout out, in Python layout",
            )
        array = array.transpose(3, 2, 0, 1)
    elif model.form in _BARE and array.ndim in {2, 3}:
        array = array.reshape(-1, 1, *array.shape[-2:])
    if array.ndim != 4:
        raise CheckpointError(
            f"{name[:100]!r} is no convolution in the plane: its shape is {stored}",
            why=f"{model.source!r} holds {listed(model)}",
            next="name an array of four axes, (outputs, inputs, rows, columns)"
            if _planes(model)
            else "give an array (rows, columns), (filters, rows, columns) or (filters, channels, rows, columns) alone",
        )
    shape = array.shape
    if shape[0] > MOST_FILTERS or shape[1] > MOST_CHANNELS or max(shape[2:]) > LARGEST_SIDE:
        raise LimitError(
            f"{name[:100]!r} of shape {shape} is too large to inspect",
            why=f"the limits are {MOST_FILTERS} filters, {MOST_CHANNELS} channels and {LARGEST_SIDE} taps a side",
            next="inspect a part, of (outputs, inputs, rows, columns) "
            f"array[:{MOST_FILTERS}, :{MOST_CHANNELS}, :{LARGEST_SIDE}, :{LARGEST_SIDE}]",
        )
    taps = np.array(array, dtype=np.float64)
    if not np.isfinite(taps).all():
        count = int((~np.isfinite(taps)).sum())
        raise InputError(
            f"{name[:100]!r} holds NaN or infinity in {count:,} of {math.prod(shape):,} taps",
            next="the training that made it diverged: inspect an earlier checkpoint",
        )
    return taps
