"""Tensors of a PyTorch state dict, read with ``weights_only``: a pickle that would run code is refused."""

from __future__ import annotations

import importlib.util
import pickle  # for the class of an error; nothing is unpickled here
import pickletools
import struct
import warnings
import zipfile
from collections.abc import Mapping
from typing import TYPE_CHECKING

from kernelkit.errors import CheckpointError, MissingExtraError
from kernelkit.inspection.weights import READABLE, Model, widened

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray
    from torch import Tensor

WRAPPERS = ("state_dict", "model_state_dict", "model", "net", "weights", "params", "module")
"""Names under which programs put a state dict beside other things."""

DEEPEST = 4
"""Dictionaries inside dictionaries that are looked into."""

MOST_TENSORS = 100_000

_DAMAGE = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    LookupError,
    MemoryError,
    OSError,
    RecursionError,
    RuntimeError,
    TypeError,
    ValueError,
    struct.error,
    zipfile.BadZipFile,
)
"""What comes out of damaged files."""


def read_torch(source: Path) -> Model:
    """Read a state dict, also one under ``state_dict``, ``model`` or another name of `WRAPPERS`.

    Raises
    ------
    CheckpointError
        A pickle that needs code (a whole module, an optimiser of another package), or a damaged file.
    MissingExtraError
        PyTorch is not installed.
    """
    if importlib.util.find_spec("torch") is None:
        raise MissingExtraError(
            f"{str(source)!r} is a PyTorch file, and PyTorch is not installed",
            next='pip install "kernelkit[learn]"',
        )
    import torch

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # on old ways of storing, which change no number
            found = torch.load(source, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as refused:
        raise _refused(source, str(refused)) from refused
    except _DAMAGE as damaged:
        raise CheckpointError(
            f"{str(source)!r} is a damaged PyTorch file, or none",
            why=str(damaged).strip().partition("\n")[0][:160],
            next="copy or download it again, or save it anew with torch.save(model.state_dict(), path)",
        ) from damaged
    arrays: dict[str, NDArray[np.generic]] = {}
    notes: dict[str, str] = {}
    _collect(_unwrapped(found), "", arrays, notes, DEEPEST)
    form = "PyTorch tensor" if isinstance(found, torch.Tensor) else "PyTorch"
    return Model(arrays, form, str(source), notes=notes, held=_described(found))


def _refused(source: Path, said: str) -> CheckpointError:
    """Say of a pickle that needs code which class it asks for, and how to get at its weights."""
    after = said.partition("GLOBAL ")[2].split()
    # PyTorch reads no pickles of the protocols 4 and 5, and then names nothing
    name = after[0] if after else _first_global(source)
    if not name:
        return CheckpointError(f"{str(source)!r} is a pickle, but no state dict of PyTorch", next=READABLE)
    is_module = name.startswith(("torch.nn", "__main__", "torchvision"))
    return CheckpointError(
        f"{str(source)!r} holds code: it asks for {name[:80]}, and code in a file of weights is not run",
        why="it is a whole module, not its weights"
        if is_module
        else "a pickle can run anything when it is read",
        next='numpy.savez("weights.npz", **arrays) where the arrays were made'
        if name.startswith("numpy")
        else 'torch.save(model.state_dict(), "weights.pt") where the model was made',
    )


def _first_global(source: Path) -> str:
    """Return the first function or class that a pickle asks for, by listing its steps; empty where there is none."""
    memo: dict[object, str] = {}
    before, last = "", ""
    try:
        for step, argument, _ in pickletools.genops(source.read_bytes()):
            if step.name == "GLOBAL":
                return str(argument).replace(" ", ".")
            if step.name == "STACK_GLOBAL":
                return f"{before}.{last}"
            if step.name == "MEMOIZE":
                memo[len(memo)] = last
            elif step.stack_after:
                text = memo[argument] if step.name.endswith("BINGET") else argument
                before, last = last, text if isinstance(text, str) else ""
    except _DAMAGE:
        return ""  # it ends or breaks off before it asks for anything
    return ""


def _described(found: object) -> str:
    """Say what was found where no tensors were, and of a dictionary under which keys."""
    if not isinstance(found, Mapping):
        return f"a value of the type {type(found).__name__}"
    keys = [str(key)[:40] for key in found]
    more = f" and {len(keys) - 8:,} more" if len(keys) > 8 else ""
    return f"a dict with the keys {', '.join(keys[:8])}{more}" if keys else "an empty dict"


def _unwrapped(found: object) -> object:
    """Return the state dict inside dictionaries that hold other things beside it."""
    import torch

    for _ in range(DEEPEST):
        if not isinstance(found, Mapping) or any(isinstance(v, torch.Tensor) for v in found.values()):
            return found
        inner = next((found[name] for name in WRAPPERS if isinstance(found.get(name), Mapping)), None)
        if inner is None:
            return found
        found = inner
    return found


def _collect(
    found: object, name: str, arrays: dict[str, NDArray[np.generic]], notes: dict[str, str], depth: int
) -> None:
    """Put all tensors below a value into a table, under names joined by dots."""
    import torch

    if isinstance(found, torch.Tensor) and len(arrays) < MOST_TENSORS:
        array = _array(found)
        if array is not None:
            arrays[name or "array"] = array
            if found.is_quantized:
                notes[name or "array"] = "dequantised"
    elif isinstance(found, Mapping) and depth:
        for key, value in found.items():
            if isinstance(key, str | int):
                _collect(value, f"{name}.{key}" if name else str(key), arrays, notes, depth - 1)


def _array(tensor: Tensor) -> NDArray[np.generic] | None:
    """Return a tensor as an array; None for one without numbers, or of numbers that are not real."""
    import torch

    if tensor.is_meta or tensor.is_complex() or tensor.dtype == torch.bool:
        return None
    plain = tensor.detach()
    if plain.is_quantized:
        plain = plain.dequantize()
    if plain.layout != torch.strided:
        plain = plain.to_dense()
    if plain.is_floating_point() and plain.dtype not in {torch.float16, torch.float32, torch.float64}:
        plain = plain.float()  # bfloat16 and eight-bit floats, which NumPy does not know
    values: NDArray[np.generic] = plain.numpy()
    return widened(values)
