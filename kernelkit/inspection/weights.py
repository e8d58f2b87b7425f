"""Weights out of files: what kind of file it is says its content, never its name, and nothing in it is executed."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from kernelkit.errors import CheckpointError, InputError, LimitError
from kernelkit.exact.rational import counted

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.generic]

LARGEST_FILE = 2 * 1024**3
"""Bytes of a file of weights; a larger one is refused unread."""

READABLE = "safetensors, PyTorch state dicts, ONNX, tfjs manifests, npy and npz are read"
"""What can be read: the way out where something else was given."""

SUFFIXES = (".safetensors", ".pt", ".pth", ".onnx", ".npy", ".npz")
"""Ends that names of readable files have by custom; they say where to look, never what a file holds."""

LARGEST_HEADER = 100_000_000
"""Bytes that the header of a safetensors file may have, by its format."""

_LONGEST_SHOWN = 200

_KERAS = 'numpy.savez("weights.npz", *keras.saving.load_model(path).get_weights()) in Keras'
"""A line that writes what a model of Keras holds in a form that is read."""

_FOREIGN = {
    # first bytes of files that are something else, what they are, and what to do
    b"\x89HDF\r\n\x1a\n": (
        "an HDF5 file, as Keras writes",
        f"{_KERAS}, which is read with --layout HWIO",
    ),
    b"GGUF": ("a GGUF file of a language model", READABLE),
    b"version https://git-lfs": ("a pointer of Git LFS, not the file itself", "git lfs pull"),
    b"<": ("a page of HTML or XML, perhaps of a failed download", "download the file itself"),
    b"\x1f\x8b": ("compressed with gzip", "gunzip it first"),
    b"\x89PNG": ("a picture", READABLE),
}


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """What a file of weights holds.

    Attributes
    ----------
    arrays
        Arrays by their names, in the order of the file; in ONNX those of convolutions first, in the order of the graph.
        Half precision is widened to single; whole numbers stay as they are stored.
    form
        ``"safetensors"``, ``"PyTorch"``, ``"PyTorch tensor"``, ``"ONNX"``, ``"tfjs"``, ``"npy"`` or ``"npz"``.
    source
        Path as it was given.
    strides
        Strides (rows, columns) of layers, where the file says them.
    groups
        Numbers of groups of convolutions, where the file says them.
    notes
        What was done to arrays on reading, in words, by name.
    held
        What the file holds, in words, for the message where none of it is an array of numbers.
    """

    arrays: dict[str, Array]
    form: str
    source: str
    strides: dict[str, tuple[int, int]] = field(default_factory=dict)
    groups: dict[str, int] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)
    held: str = ""


def read_weights(path: str | os.PathLike[str]) -> dict[str, Array]:
    """Return the arrays of a file of weights by their names; refusals are those of `read_model`."""
    return read_model(path).arrays


def read_model(path: str | os.PathLike[str]) -> Model:
    """Read a file of weights.

    Safetensors (checkpoints of kernelkit too), PyTorch state dicts, ONNX, tfjs manifests with their shards beside
    them, npy and npz are told apart by their content.

    Parameters
    ----------
    path
        The file.

    Raises
    ------
    CheckpointError
        No such file, one that holds something else, is damaged, or holds code.
    LimitError
        A file of more than `LARGEST_FILE` bytes, or one that unpacks to more.
    MissingExtraError
        The package that reads this kind is not installed.
    InputError
        Something that is no path.
    """
    source = _existing(path)
    try:
        size = source.stat().st_size
        with source.open("rb") as file:
            start = file.read(64)
    except OSError as refused:
        raise CheckpointError(
            f"{str(source)!r} cannot be read: {(refused.strerror or str(refused)).lower()}", next=READABLE
        ) from refused
    if size > LARGEST_FILE:
        raise LimitError(
            f"{str(source)!r} has {size:,} bytes, more than {LARGEST_FILE:,}",
            next="save the first layer alone: numpy.save(path, weights)",
        )
    model = _read(source, start)
    if not model.arrays:
        raise CheckpointError(
            f"{str(source)!r} holds no weights", why=f"it holds {model.held}", next=READABLE
        )
    return model


def _read(source: Path, start: bytes) -> Model:
    """Hand a file to the reader that its first bytes call for."""
    if not start:
        raise CheckpointError(f"{str(source)!r} is empty", next=READABLE)
    if start.startswith(b"\x93NUMPY"):
        from kernelkit.inspection.numpy_file import read_npy

        return read_npy(source)
    if start.startswith(b"PK"):
        return _read_archive(source)
    if start[8:9] == b"{" and int.from_bytes(start[:8], "little") <= LARGEST_HEADER:
        from kernelkit.inspection.safetensors_file import read_safetensors

        return read_safetensors(source)
    if start[:1] == b"\x80" and start[1] in range(2, 6):
        from kernelkit.inspection.torch_file import read_torch

        return read_torch(source)
    for begin, (what, cure) in _FOREIGN.items():
        if start.lstrip().startswith(begin):
            raise CheckpointError(f"{str(source)!r} holds no weights: it is {what}", next=cure)
    if start.lstrip()[:1] in {b"[", b"{"}:
        from kernelkit.inspection.tfjs import read_tfjs

        return read_tfjs(source)
    from kernelkit.inspection.onnx import read_onnx

    return read_onnx(source)


def _read_archive(source: Path) -> Model:
    """Read a zip archive: of NumPy, or of PyTorch."""
    from kernelkit.inspection.numpy_file import members_of, read_npz

    names = members_of(source, largest=LARGEST_FILE)
    if any(name.rpartition("/")[2] == "data.pkl" for name in names):
        if any(name.rpartition("/")[2] == "constants.pkl" for name in names):
            raise CheckpointError(
                f"{str(source)!r} is a TorchScript program: it holds code, which is not run",
                next='torch.save(torch.jit.load(path).state_dict(), "weights.pt") where you trust it',
            )
        from kernelkit.inspection.torch_file import read_torch

        return read_torch(source)
    if names and all(name.endswith(".npy") for name in names):
        return read_npz(source)
    if "model.weights.h5" in names:
        raise CheckpointError(
            f"{str(source)!r} holds a model of Keras, in HDF5 inside a zip archive",
            next=f"{_KERAS}, which is read with --layout HWIO",
        )
    raise CheckpointError(
        f"{str(source)!r} is an archive of {counted(len(names), 'file')}, none of PyTorch's or NumPy's",
        why=f"it holds {', '.join(sorted(names)[:3])}"[:200] if names else "",
        next=READABLE,
    )


def _existing(path: str | os.PathLike[str]) -> Path:
    """Return the path of a file that is there."""
    try:
        name = os.fsdecode(path)
    except TypeError as wrong:
        raise InputError(
            f"a file of weights is named by a path, not by {type(path).__name__}",
            next='read_model("weights.safetensors")',
        ) from wrong
    shown = repr(name if len(name) <= _LONGEST_SHOWN else name[:_LONGEST_SHOWN] + "...")
    try:
        source = Path(name)
        kind = "file" if source.is_file() else "folder" if name and source.is_dir() else "nothing"
    except (OSError, ValueError):
        kind = "nothing"  # too long for a name, out of reach, or no name at all
    if kind != "file":
        raise CheckpointError(
            f"{shown} is a folder, not a file of weights"
            if kind == "folder"
            else f"there is no file {shown}",
            next=_near(Path(name) if kind == "folder" else Path(name).parent) or READABLE,
        )
    return source


def _near(folder: Path) -> str:
    """Return a line that names the files of weights in a folder; empty where there are none."""
    try:
        names = sorted(entry.name for entry in folder.iterdir() if entry.suffix.lower() in SUFFIXES)
    except (OSError, ValueError):
        return ""
    more = f" and {len(names) - 3:,} more" if len(names) > 3 else ""
    return f"name a file that is there: {', '.join(names[:3])}{more}" if names else ""


def widened(array: Array) -> Array:
    """Return half precision as single precision, which holds it exactly; other numbers as they are.

    Examples
    --------
    >>> import numpy as np
    >>> widened(np.ones(2, np.float16)).dtype
    dtype('float32')
    """
    import numpy as np

    native = array.astype(array.dtype.newbyteorder("="), copy=False)
    return native.astype(np.float32) if native.dtype == np.float16 else native


def from_bfloat16(words: NDArray[np.uint16]) -> NDArray[np.float32]:
    """Return bfloat16 numbers, given as their bits, in single precision, whose upper half they are.

    Examples
    --------
    >>> import numpy as np
    >>> from_bfloat16(np.array([0x3F80, 0xC000], np.uint16)).tolist()
    [1.0, -2.0]
    """
    import numpy as np

    return (words.astype(np.uint32) << 16).view(np.float32)
