"""Weights of TensorFlow.js: a manifest in JSON, and shards of bytes in the same folder.

Convolutions are kept there as (rows, columns, inputs, outputs); arrays of four axes are turned to (outputs, inputs,
rows, columns) on reading.  Quantised numbers become ``stored * scale + min``.
Source: TensorFlow.js, "tfjs-core/src/io/types.ts", WeightsManifestEntry.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from kernelkit.errors import CheckpointError, LimitError
from kernelkit.inspection.weights import LARGEST_FILE, READABLE, Model, widened

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

LARGEST_MANIFEST = 20_000_000
"""Bytes of a manifest."""

_KINDS = {"float32": "<f4", "float16": "<f2", "int32": "<i4", "uint8": "u1", "uint16": "<u2", "bool": "u1"}


def read_tfjs(source: Path) -> Model:
    """Read a manifest, alone or inside a ``model.json``, with its shards.

    Raises
    ------
    CheckpointError
        JSON of something else, a shard that is missing, short or outside the folder.
    LimitError
        A manifest of more than `LARGEST_MANIFEST` bytes, or shards of more than a file of weights may have.
    """
    if source.stat().st_size > LARGEST_MANIFEST:
        raise LimitError(f"{str(source)!r} is too long for a manifest", next=READABLE)
    model = Model({}, "tfjs", str(source), held="a manifest that lists no numbers")
    try:
        found = json.loads(source.read_bytes())
    except (ValueError, RecursionError) as unread:
        raise CheckpointError(f"{str(source)!r} is text, but no JSON", next=READABLE) from unread
    groups = found.get("weightsManifest") if isinstance(found, Mapping) else found
    if not isinstance(groups, list) or not all(
        isinstance(g, Mapping) and isinstance(g.get("weights"), list) and isinstance(g.get("paths"), list)
        for g in groups
    ):
        raise CheckpointError(
            f"{str(source)!r} is JSON, but no manifest of TensorFlow.js",
            why='a manifest lists groups with "paths" and "weights"',
            next=READABLE,
        )
    for group in groups:
        content, place = _shards(source, group["paths"]), 0
        for entry in group["weights"]:
            place = _put(model, entry, content, place)
    return model


def _shards(source: Path, names: list[object]) -> bytes:
    parts, total = [], 0
    for name in names:
        if not isinstance(name, str) or Path(name).name != name or name in {"", ".", ".."} or "\\" in name:
            raise CheckpointError(
                f"the shard {name!r} is no file beside {str(source)!r}"[:300], next="put the shards beside it"
            )
        shard = source.parent / name
        try:
            total += shard.stat().st_size
            if total > LARGEST_FILE:
                raise LimitError(
                    f"the shards of {str(source)!r} have more than {LARGEST_FILE:,} bytes",
                    next="save the first layer alone: numpy.save(path, weights)",
                )
            parts.append(shard.read_bytes())
        except OSError as refused:
            raise CheckpointError(
                f"the shard {name!r} of {str(source)!r} cannot be read"[:300], next="put the shards beside it"
            ) from refused
    return b"".join(parts)


def _put(model: Model, entry: object, content: bytes, place: int) -> int:
    """Add one array to a model; return where the next one begins."""
    import numpy as np

    if not isinstance(entry, Mapping):
        raise _damaged(model, "an entry is no object")
    name, shape, kind = entry.get("name"), entry.get("shape"), entry.get("dtype")
    quantised = entry.get("quantization")
    if isinstance(quantised, Mapping):
        kind = quantised.get("dtype")
    if (
        not isinstance(name, str)
        or not isinstance(shape, list)
        or not all(type(n) is int and n >= 0 for n in shape)
        or not isinstance(kind, str)
        or kind not in _KINDS
    ):
        raise _damaged(model, f"the entry {name!r} has no name, shape and type that are known"[:200])
    size = math.prod(shape) * np.dtype(_KINDS[kind]).itemsize
    if size > len(content) - place:
        raise _damaged(model, f"{name[:80]!r} needs {size:,} bytes where {len(content) - place:,} are left")
    values: NDArray[np.generic] = widened(
        np.frombuffer(content, _KINDS[kind], math.prod(shape), place).reshape(shape)
    )
    if isinstance(quantised, Mapping) and kind in {"uint8", "uint16"}:
        scale, low = quantised.get("scale"), quantised.get("min")
        if not isinstance(scale, int | float) or not isinstance(low, int | float):
            raise _damaged(model, f"{name[:80]!r} has no scale and min")
        values = values.astype(np.float64) * float(scale) + float(low)
        model.notes[name] = f"dequantised from {kind}"
    if len(shape) == 4:
        values = values.transpose(3, 2, 0, 1)
    if kind != "bool":
        model.arrays[name] = values
    return place + size


def _damaged(model: Model, why: str) -> CheckpointError:
    return CheckpointError(f"{model.source!r} is a damaged manifest", why=why, next="download it again")
