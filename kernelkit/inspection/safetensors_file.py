"""Tensors of a safetensors file, checkpoints of kernelkit among them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from kernelkit.errors import CheckpointError, MissingExtraError
from kernelkit.exact.rational import counted
from kernelkit.inspection.weights import Model, from_bfloat16, widened

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

KINDS = {
    "F64": "<f8",
    "F32": "<f4",
    "F16": "<f2",
    "BF16": "<u2",
    "I64": "<i8",
    "I32": "<i4",
    "I16": "<i2",
    "I8": "i1",
    "U8": "u1",
    "U16": "<u2",
    "U32": "<u4",
    "U64": "<u8",
}
"""Kinds of numbers that are read, as NumPy calls them; of others (truth values, eight-bit floats) nothing is said."""

LARGEST_STRIDE = 1024


def read_safetensors(source: Path) -> Model:
    """Read a safetensors file.

    The metadata entry ``NAME.stride``, or ``stride`` for the only layer that is meant, gives a stride: ``"4"`` or
    ``"4,2"``, rows first.

    Raises
    ------
    CheckpointError
        A damaged file.
    MissingExtraError
        The package safetensors is not installed.
    """
    import importlib.util

    if importlib.util.find_spec("safetensors") is None:
        raise MissingExtraError(
            f"{str(source)!r} is a safetensors file, and safetensors is not installed",
            next='pip install "kernelkit[learn]"',
        )
    import safetensors

    content = source.read_bytes()
    try:
        found = safetensors.deserialize(content)  # type: ignore[no-untyped-call]
        # the library has checked the header, whose length stands in front of it
        head = json.loads(content[8 : 8 + int.from_bytes(content[:8], "little")])
    except (safetensors.SafetensorError, ValueError, RecursionError) as damaged:
        raise CheckpointError(
            f"{str(source)!r} is a damaged safetensors file",
            why=str(damaged)[:160],
            next="copy or download it again, or save it anew",
        ) from damaged
    # the library lists in no order; that of the data in the file is what writers chose
    tensors = sorted(found, key=lambda pair: _place(head, pair[0]))
    arrays = {name: _array(entry) for name, entry in tensors if entry["dtype"] in KINDS}
    kinds = sorted({entry["dtype"] for _, entry in tensors})
    return Model(
        arrays,
        "safetensors",
        str(source),
        strides=_strides(head.get("__metadata__") or {}, arrays),
        held=f"tensors of {', '.join(kinds)}, which are not read" if kinds else "no tensors",
    )


def _place(head: Mapping[str, Mapping[str, list[int]]], name: str) -> int:
    return head[name]["data_offsets"][0]


def _array(entry: Mapping[str, object]) -> NDArray[np.generic]:
    import numpy as np

    data, shape, kind = entry["data"], entry["shape"], str(entry["dtype"])
    assert isinstance(data, bytes | bytearray)
    assert isinstance(shape, list)
    values = np.frombuffer(bytes(data), KINDS[kind]).reshape(shape)
    return from_bfloat16(values) if kind == "BF16" else widened(values)


def _strides(metadata: Mapping[str, str], arrays: Mapping[str, object]) -> dict[str, tuple[int, int]]:
    found = {}
    for name in arrays:
        text = metadata.get(f"{name}.stride", metadata.get("stride"))
        if text is not None:
            found[name] = _stride(text, name)
    return found


def _stride(text: str, name: str) -> tuple[int, int]:
    parts = text.split(",")
    if not all(part.strip().isascii() and part.strip().isdecimal() and len(part) <= 6 for part in parts):
        parts = []
    numbers = [int(part) for part in parts]
    if len(numbers) not in {1, 2} or not all(0 < number <= LARGEST_STRIDE for number in numbers):
        raise CheckpointError(
            f"the stride {text[:40]!r} of {name[:80]!r} is no stride",
            next=f"strides in metadata look like 4 or 4,2; {counted(1, 'number')} is for both axes",
        )
    return numbers[0], numbers[-1]
