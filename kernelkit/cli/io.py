"""Writing results: to standard output, or to a file whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from typing import TYPE_CHECKING

import click

from kernelkit.errors import OutputError

if TYPE_CHECKING:
    from pathlib import Path


def write(text: str, output: str | os.PathLike[str] | None) -> None:
    """Write a result to standard output, or to a file whole or not at all.

    A link is followed, an existing file keeps its permissions, and what is no regular file, such as a pipe or a
    device, is written to as it is; ``-`` is standard output.

    Raises
    ------
    OutputError
        The file cannot be written; nothing was left behind.
    """
    if output is None or str(output) == "-":
        click.echo(text)
        return
    from pathlib import Path  # 5 ms that printing never pays

    try:
        target = Path(output).resolve()
        if target.is_dir():
            raise IsADirectoryError(errno.EISDIR, "it is a folder")
        if target.exists() and not target.is_file():
            with target.open("w", encoding="utf-8") as device:
                device.write(text + "\n")
        else:
            _replace(target, text + "\n")
    except OSError as refused:
        raise OutputError(
            f"{output} cannot be written: {(refused.strerror or str(refused)).lower()}",
            next="name another file with -o",
        ) from refused


def _replace(target: Path, text: str) -> None:
    """Put a file in place of another, whole, with the permissions of the one that was there."""
    import tempfile  # 4 ms that printing never pays

    mode = stat.S_IMODE(target.stat().st_mode) if target.exists() else 0o666 & ~_mask()
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    temporary = target.parent / name
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        temporary.chmod(mode)
        temporary.replace(target)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise


def _mask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
