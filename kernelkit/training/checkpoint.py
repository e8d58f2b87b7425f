"""Checkpoints: tensors as safetensors, everything else as json in the same file, so that both are whole or neither.

Nothing in such a file can be executed.  The weights of a net stand under the names of its layers; what a run needs to
go on stands under ``net.``, ``average.`` and ``optimiser.``.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING

from kernelkit.errors import CheckpointError, InputError, MissingExtraError
from kernelkit.files import write_whole

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping

    from torch import Tensor, nn

SCHEMA = "kernelkit/1"
KEY = "kernelkit"
"""Name of the json in the header of a file."""


def save_checkpoint(
    path: str | os.PathLike[str],
    tensors: Mapping[str, Tensor],
    facts: Mapping[str, object],
    notes: Mapping[str, str] | None = None,
) -> None:
    """Write tensors and facts as one file, whole or not at all; notes stand in its header beside the facts.

    Raises
    ------
    OutputError
        The file cannot be written: no folder, no permission, a full disk.  An older file stays as it was.
    MissingExtraError
        The package safetensors is not installed.
    """
    _need_safetensors()
    from safetensors.torch import save

    plain = {name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}
    text = json.dumps({"schema": SCHEMA, "sha256": _hash(plain), **facts})
    write_whole(
        path,
        _in_order(save(plain, metadata={KEY: text, **(notes or {})})),
        next="free some space, or name another --folder",
    )


def _in_order(content: bytes) -> bytes:
    """Return a file with its header sorted: the library writes metadata in another order each time."""
    end = 8 + int.from_bytes(content[:8], "little")
    header = json.dumps(json.loads(content[8:end]), ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    head = header.encode()
    head += b" " * (-len(head) % 8)  # the data begin at a multiple of 8 bytes
    return b"".join((len(head).to_bytes(8, "little"), head, memoryview(content)[end:]))


def load_checkpoint(path: str | os.PathLike[str]) -> tuple[dict[str, Tensor], dict[str, object]]:
    """Return the tensors and the facts of a file that `save_checkpoint` wrote.

    Raises
    ------
    CheckpointError
        The file is missing, damaged, or from something else.
    InputError
        Something that is no path.
    """
    _need_safetensors()
    from safetensors import SafetensorError
    from safetensors.torch import load

    try:
        content = Path(path).read_bytes()
    except TypeError as wrong:
        raise InputError(
            f"weights are read from a path, not from {type(path).__name__}",
            next="give the path of best.safetensors in the folder of a run",
        ) from wrong
    except (OSError, ValueError) as refused:  # ValueError: a path that no file can have
        reason = getattr(refused, "strerror", None) or str(refused)
        raise CheckpointError(
            f"{path!s} cannot be read: {reason.lower()}",
            next="best.safetensors and last.safetensors lie in the folder of a run; put one that is lost back, or "
            "train in another folder",
        ) from refused
    try:
        tensors: dict[str, Tensor] = load(content)
        # load refuses a damaged file, so the header is whole here: its length stands in the first 8 bytes
        header = json.loads(content[8 : 8 + int.from_bytes(content[:8], "little")])
        facts = json.loads(header["__metadata__"][KEY])
    except (SafetensorError, KeyError, TypeError, ValueError) as refused:
        raise CheckpointError(
            f"{path} is no checkpoint of kernelkit",
            why=f"it holds {len(content)} bytes that are damaged or come from something else: {str(refused)[:120]}",
            next="copy it again if it was one, or train in another folder"
            if isinstance(refused, SafetensorError)
            else "kernelkit inspect reads weights of other programs; training goes on only from its own",
        ) from refused
    if not isinstance(facts, dict) or facts.get("schema") != SCHEMA:
        raise CheckpointError(
            f"{path} is written in another form than {SCHEMA}", next="use the version that wrote it"
        )
    if facts.pop("sha256", None) != _hash(tensors):
        raise CheckpointError(
            f"{path} is damaged: its numbers are not those that were written",
            why="the hash of its tensors is another",
            next="copy it again, or train in another folder",
        )
    return tensors, facts


def _hash(tensors: Mapping[str, Tensor]) -> str:
    """Return a hash of names, kinds, shapes and numbers."""
    import torch

    digest = hashlib.sha256()
    for name, tensor in sorted(tensors.items()):
        digest.update(f"{name} {tensor.dtype} {tuple(tensor.shape)} ".encode())
        digest.update(tensor.reshape(-1).view(torch.uint8).numpy().data)
    return digest.hexdigest()


def fill(net: nn.Module, tensors: Mapping[str, Tensor], *, source: str) -> None:
    """Put tensors into a net of exactly these names and shapes.

    Raises
    ------
    CheckpointError
        They belong to another net; the differing shapes are named.
    """
    wanted = {name: tuple(tensor.shape) for name, tensor in net.state_dict().items()}
    found = {name: tuple(tensor.shape) for name, tensor in tensors.items()}
    differing = [
        f"{name} is {found.get(name, 'absent')} and should be {wanted.get(name, 'absent')}"
        for name in dict.fromkeys([*wanted, *found])
        if wanted.get(name) != found.get(name)
    ]
    if differing:
        more = f", and {len(differing) - 4} more" if len(differing) > 4 else ""
        raise CheckpointError(
            f"{source} holds the weights of another net",
            why="; ".join(differing[:4]) + more,
            next="take the file of a run with the options of this net, or train in another folder",
        )
    net.load_state_dict(dict(tensors))


def part(tensors: Mapping[str, Tensor], prefix: str) -> dict[str, Tensor]:
    """Return the tensors whose names begin with a prefix, without it."""
    return {name.removeprefix(prefix): tensor for name, tensor in tensors.items() if name.startswith(prefix)}


def _need_safetensors() -> None:
    import importlib.util

    if importlib.util.find_spec("safetensors") is None:
        raise MissingExtraError(
            "checkpoints need safetensors, which is not installed",
            why="weights are kept in a form that cannot execute anything",
            next='pip install "kernelkit[learn]"',
        )
