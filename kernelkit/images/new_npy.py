"""Npy files that are filled in parts."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kernelkit.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextlib.contextmanager
def new_npy(path: str | os.PathLike[str], *, shape: tuple[int, ...], dtype: Any) -> Iterator[Any]:  # noqa: ANN401
    """Yield an array on disk to be filled in parts: it is beside its place until the end, and removed on failure.

    All its room is taken at the beginning, so that a full disk is found before the work.

    Parameters
    ----------
    path
        The file; one that is there is replaced at the end.
    shape, dtype
        Of the whole array.

    Raises
    ------
    OutputError
        The file cannot be written; nothing was left behind.
    """
    import numpy as np

    place = Path(path).absolute()
    beside = place.with_name(f".{place.name}.{os.getpid()}")
    try:
        array = np.lib.format.open_memmap(beside, "w+", dtype, shape)
        if hasattr(os, "posix_fallocate"):
            # writing to room that was only promised ends the process where the disk is full
            with beside.open("r+b") as file:
                os.posix_fallocate(file.fileno(), 0, beside.stat().st_size)
        yield array
        array.flush()
        beside.replace(place)
    except OSError as refused:
        if isinstance(refused, OutputError):
            raise
        raise OutputError(
            f"{path} cannot be written: {(refused.strerror or str(refused)).lower()}",
            next="name another file, or make room",
        ) from refused
    finally:
        with contextlib.suppress(OSError):
            beside.unlink(missing_ok=True)
