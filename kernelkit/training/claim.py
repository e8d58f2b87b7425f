"""The folder of a run, held by one run at a time: a second process that wants to train there is refused."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING

from kernelkit.errors import InputError, OutputError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from kernelkit.training.processes import Processes

LOCK = ".lock"
"""File that is locked; it stays, for one that is removed could be locked by two at once."""


@contextmanager
def claimed(folder: Path | None, processes: Processes) -> Iterator[None]:
    """Make the folder of a run, and hold it until the end; the system lets go of it when a process is killed.

    Raises
    ------
    InputError
        Another run goes on in it.
    OutputError
        It cannot be made or written to.
    """
    if folder is None:
        yield
        return
    held = _opened(folder)
    try:
        # the first process takes it for all of them, which refuse alike, so that none waits for the others
        if not processes.agree(holds=not processes.first or _locked(held)):
            raise InputError(
                f"another process is training in {folder}",
                why="two runs would overwrite each other's files",
                next="wait for it to end, or name another --folder",
            )
        yield
    finally:
        held.close()


def _opened(folder: Path) -> IO[bytes]:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return (folder / LOCK).open("ab")
    except OSError as refused:
        raise OutputError(
            f"{folder} cannot be made, or not be written to: {(refused.strerror or str(refused)).lower()}",
            next="name another --folder",
        ) from refused


def _locked(held: IO[bytes]) -> bool:
    """Lock a file; where the system or its file system knows no such locks, nobody is refused."""
    if sys.platform == "win32":
        return True
    import fcntl

    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True
