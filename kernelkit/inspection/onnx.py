"""Weights of an ONNX model: its initialisers, its constants, and the strides of the convolutions that use them.

Read from the wire format, without the package onnx.  Graphs inside nodes are not descended into, so nothing nests.
Source of the field numbers: onnx/onnx.proto, IR version 10.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kernelkit.errors import CheckpointError
from kernelkit.exact.rational import counted
from kernelkit.inspection.protobuf import BYTES, VARINT, Field, damaged, fields, wholes
from kernelkit.inspection.weights import READABLE, Model, from_bfloat16, widened

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.generic]

MOST_AXES = 16
"""Axes of a tensor."""

_BFLOAT16 = 16

_KINDS = {
    1: "<f4",
    2: "u1",
    3: "i1",
    4: "<u2",
    5: "<i2",
    6: "<i4",
    7: "<i8",
    10: "<f2",
    11: "<f8",
    12: "<u4",
    13: "<u8",
    _BFLOAT16: "<u2",
}
"""Types of tensors by their number in ``TensorProto.DataType``, as NumPy calls their bytes."""

_MODEL_VERSION, _MODEL_GRAPH = 1, 7
_GRAPH_NODE, _GRAPH_INITIALISER = 1, 5
_NODE_INPUT, _NODE_OUTPUT, _NODE_OPERATOR, _NODE_ATTRIBUTE = 1, 2, 4, 5
_ATTRIBUTE_NAME, _ATTRIBUTE_WHOLE, _ATTRIBUTE_TENSOR, _ATTRIBUTE_WHOLES = 1, 3, 5, 8
_DIMS, _TYPE, _FLOATS, _WHOLES, _LONGS, _NAME, _RAW, _DOUBLES, _UNSIGNED = 1, 2, 4, 5, 7, 8, 9, 10, 11
_EXTERNAL, _LOCATION = 13, 14


@dataclass(slots=True)
class _Node:
    """What is read of a node."""

    operator: str = ""
    inputs: list[str] = field(default_factory=list)
    outputs: list[str] = field(default_factory=list)
    wholes: dict[str, list[int]] = field(default_factory=dict)
    tensor: memoryview | None = None


def read_onnx(source: Path) -> Model:
    """Read the weights of an ONNX model.

    Those that convolutions use come first, in the order of the graph, with the strides and groups of their nodes;
    a stride of the padding word ``auto_pad`` does not exist.  Whole numbers are returned as they are stored.

    Raises
    ------
    CheckpointError
        No ONNX model, a damaged one, or one whose weights lie in other files.
    """
    whole = memoryview(source.read_bytes())
    try:
        graph = _graph(whole)
        nodes = [_node(part.content) for part in fields(graph) if _is(part, _GRAPH_NODE)]
        found = dict(_tensors(graph, nodes))
    except CheckpointError as error:
        raise CheckpointError(f"{str(source)!r}: {error.what}", why=error.why, next=error.next) from error
    model = Model(
        {}, "ONNX", str(source), held=f"a graph of {counted(len(nodes), 'node')} without real numbers"
    )
    for node in nodes:
        name = node.inputs[1] if node.operator == "Conv" and len(node.inputs) > 1 else ""
        if name in found and name not in model.arrays:
            model.arrays[name] = found[name]
            steps = node.wholes.get("strides", [1, 1])
            if len(steps) == 2 and min(steps) > 0:
                model.strides[name] = steps[0], steps[1]
            model.groups[name] = (node.wholes.get("group") or [1])[0]
    model.arrays.update((name, array) for name, array in found.items() if name not in model.arrays)
    return model


def _is(part: Field, number: int) -> bool:
    return part.number == number and part.kind == BYTES


def _graph(model: memoryview) -> memoryview:
    """Return the graph of a model, or say that this is none."""
    graph, version = None, None
    try:
        for part in fields(model):
            if part.number == _MODEL_VERSION and part.kind == VARINT:
                version = part.whole
            elif _is(part, _MODEL_GRAPH):
                graph = part.content
    except CheckpointError as unread:
        if version is None or graph is None:
            why = "" if version is None else unread.why
            raise CheckpointError(
                "it is no file of weights that is known", why=why, next=READABLE
            ) from unread
        raise
    if version is None or graph is None:
        raise CheckpointError(
            "it is no file of weights that is known", why="as ONNX, it has no graph", next=READABLE
        )
    return graph


def _node(message: memoryview) -> _Node:
    node = _Node()
    for part in fields(message):
        if _is(part, _NODE_INPUT):
            node.inputs.append(part.text)
        elif _is(part, _NODE_OUTPUT):
            node.outputs.append(part.text)
        elif _is(part, _NODE_OPERATOR):
            node.operator = part.text
        elif _is(part, _NODE_ATTRIBUTE):
            _attribute(node, part.content)
    return node


def _attribute(node: _Node, message: memoryview) -> None:
    name, numbers, tensor = "", [], None
    for part in fields(message):
        if _is(part, _ATTRIBUTE_NAME):
            name = part.text
        elif _is(part, _ATTRIBUTE_TENSOR):
            tensor = part.content
        elif part.number == _ATTRIBUTE_WHOLES or (part.number == _ATTRIBUTE_WHOLE and part.kind == VARINT):
            numbers += wholes(part)
    if numbers:
        node.wholes[name] = numbers
    if name == "value" and tensor is not None:
        node.tensor = tensor


def _tensors(graph: memoryview, nodes: list[_Node]) -> Iterator[tuple[str, Array]]:
    """Yield initialisers and constants of real numbers with their names."""
    for part in fields(graph):
        if _is(part, _GRAPH_INITIALISER):
            name, array = tensor_of(part.content)
            if array is not None:
                yield name, array
    for node in nodes:
        if node.operator == "Constant" and node.tensor is not None and node.outputs:
            _, array = tensor_of(node.tensor)
            if array is not None:
                yield node.outputs[0], array


def tensor_of(message: memoryview) -> tuple[str, Array | None]:
    """Return the name and the array of a ``TensorProto``; None for text, truth values and complex numbers.

    Raises
    ------
    CheckpointError
        Numbers that do not fit the shape, or that lie in another file.
    """
    import numpy as np

    name, kind, shape = "", 0, []
    stores: dict[int, list[Field]] = {}
    for part in fields(message):
        if part.number == _DIMS:
            shape += wholes(part)
        elif part.number == _TYPE and part.kind == VARINT:
            kind = part.whole
        elif _is(part, _NAME):
            name = part.text
        elif part.number == _EXTERNAL or (part.number == _LOCATION and part.whole == 1):
            raise CheckpointError(
                f"the weights {name[:80]!r} lie in another file, which is not opened",
                why="the model was saved with external data",
                next="onnx.save_model(model, path, save_as_external_data=False) puts them into one file",
            )
        elif part.number in {_FLOATS, _WHOLES, _LONGS, _RAW, _DOUBLES, _UNSIGNED}:
            stores.setdefault(part.number, []).append(part)
    if kind not in _KINDS:
        return name, None
    count = math.prod(shape)
    if len(shape) > MOST_AXES or min(shape, default=0) < 0:
        raise damaged(f"the shape of {name[:80]!r} is no shape")
    values = _values(kind, stores)
    if len(values) != count:
        raise damaged(f"{name[:80]!r} holds {len(values):,} numbers where its shape tells of {count:,}")
    array = from_bfloat16(values.astype(np.uint16)) if kind == _BFLOAT16 else widened(values)
    return name, array.reshape(shape)


def _values(kind: int, stores: Mapping[int, list[Field]]) -> Array:
    """Return the numbers of a tensor from wherever its type keeps them."""
    import numpy as np

    native = np.dtype(_KINDS[kind])
    if _RAW in stores:
        content = stores[_RAW][-1].content
        if len(content) % native.itemsize:
            raise damaged(f"{len(content):,} bytes are no whole number of {native} numbers")
        return np.frombuffer(content, native)
    for number, stored in ((_FLOATS, "<f4"), (_DOUBLES, "<f8")):
        if number in stores:
            joined = b"".join(bytes(part.content) for part in stores[number])
            if len(joined) % np.dtype(stored).itemsize:
                raise damaged("a list of floats ends inside one")
            return np.frombuffer(joined, stored).astype(native)
    numbers = [
        number
        for store in (_WHOLES, _LONGS, _UNSIGNED)
        for part in stores.get(store, ())
        for number in wholes(part)
    ]
    if native.kind == "f" or kind == _BFLOAT16:
        # half precision stands as its bits in whole numbers
        return np.array([number & 0xFFFF for number in numbers], "<u2").view(native)
    limits = np.iinfo(native)
    if any(not int(limits.min) <= number <= int(limits.max) for number in numbers):
        raise damaged(f"a number does not fit {native}")
    return np.array(numbers, native)
