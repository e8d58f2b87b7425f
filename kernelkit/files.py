"""Files written whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from typing import TYPE_CHECKING

from kernelkit.errors import OutputError

if TYPE_CHECKING:
    from pathlib import Path


def write_whole(path: str | os.PathLike[str], content: bytes, *, next: str) -> None:
    """Put content in a file, whole or not at all: it is written beside its place and then renamed.

    A link is followed, an existing file keeps its permissions, and what is no regular file, such as a pipe or a
    device, is written to as it is.

    Parameters
    ----------
    path
        Where to; the folder must exist.
    content
        What to write.
    next
        What the error tells the user to do.

    Raises
    ------
    OutputError
        The file cannot be written; nothing was left behind.
    """
    from pathlib import Path  # 5 ms that a command without files never pays

    try:
        target = Path(path).resolve()
        if target.is_dir():
            raise IsADirectoryError(errno.EISDIR, "it is a folder")
        if target.exists() and not target.is_file():
            target.write_bytes(content)
        else:
            _replace(target, content)
    except OSError as refused:
        raise OutputError(
            f"{path} cannot be written: {(refused.strerror or str(refused)).lower()}", next=next
        ) from refused


def check_place(path: str | os.PathLike[str], *, next: str) -> None:
    """Refuse a path that `write_whole` could not write to, before the work whose result it shall take.

    Raises
    ------
    OutputError
        It is a folder, or in none, or in one that nothing may be written to.
    """
    target = os.path.realpath(path)
    folder = os.path.dirname(target)  # noqa: PTH120 - pathlib takes 5 ms to import
    if os.path.isdir(target):  # noqa: PTH112 - as above
        reason = "it is a folder"
    elif not os.path.isdir(folder):  # noqa: PTH112 - as above
        reason = "its folder does not exist"
    # a file is replaced in its folder, and anything else, such as a device, is written to as it is
    elif not os.access(target if _is_special(target) else folder, os.W_OK):
        reason = "permission denied"
    else:
        return
    raise OutputError(f"{os.fspath(path) or 'an empty path'} cannot be written: {reason}", next=next)


def _is_special(target: str) -> bool:
    """Whether something is there that is no regular file."""
    return os.path.exists(target) and not os.path.isfile(target)  # noqa: PTH110, PTH113 - as above


def _replace(target: Path, content: bytes) -> None:
    import tempfile  # 4 ms that a command without files never pays

    mode = stat.S_IMODE(target.stat().st_mode) if target.exists() else 0o666 & ~_mask()
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    temporary = target.parent / name
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        temporary.chmod(mode)
        temporary.replace(target)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise


def _mask() -> int:
    """Return the permissions that new files of this process do without."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
