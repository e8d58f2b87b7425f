"""Writing results, to standard output or to a file; and telling people what happens meanwhile."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kernelkit.errors import InputError
from kernelkit.files import write_whole

if TYPE_CHECKING:
    from typing import TextIO

RESULTS = {"output", "plot", "subpixel", "lines"}
"""Parameters of commands that name what is written."""


def write(text: str, output: str | os.PathLike[str] | None) -> None:
    """Write a result to standard output, or to a file whole or not at all; ``-`` is standard output.

    Raises
    ------
    OutputError
        The file cannot be written; nothing was left behind.
    """
    if output is None or str(output) == "-":
        try:
            click.echo(text)
        except BrokenPipeError:  # the reader has seen enough; click would leave with 1
            silence(sys.stdout)
    else:
        write_file(output, f"{text}\n".encode())


def write_file(output: str | os.PathLike[str], content: bytes) -> None:
    """Write a result to a file, whole or not at all, but never over what the command reads.

    Raises
    ------
    InputError
        The file is an argument of the command.
    OutputError
        The file cannot be written; nothing was left behind.
    """
    context = click.get_current_context(silent=True)
    for name, given in context.params.items() if context else ():
        for value in given if isinstance(given, tuple) else [given]:
            if name not in RESULTS and isinstance(value, str) and _is_same(value, output):
                raise InputError(
                    f"{output} is read by this command, and no place for its result",
                    next="name another file with -o",
                )
    write_whole(output, content, next="name another file with -o")


def _is_same(path: str, other: str | os.PathLike[str]) -> bool:
    try:
        return Path(path).samefile(other)
    except (OSError, ValueError):  # one of them is no file
        return False


def tell(text: str, *, end: str = "\n") -> None:
    """Tell people something on standard error; when nobody listens any more, the work goes on in silence."""
    try:
        click.echo(text + end, err=True, nl=False)
    except OSError:
        silence(sys.stderr)


def silence(stream: TextIO) -> None:
    """Let a standard stream that takes no more lead nowhere, so that what is left in it does not fail at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def open_closed_streams() -> None:
    """Let standard output and error that were closed from the start lead nowhere.

    Otherwise the next files that are opened take their places, and get what libraries write there.
    """
    sys.stdout = sys.stdout or _nowhere()
    sys.stderr = sys.stderr or _nowhere()


def _nowhere() -> TextIO:
    return open(os.devnull, "w")  # noqa: PTH123 - open as long as the process
