"""Writing results, to standard output or to a file; and telling people what happens meanwhile."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import click

from kernelkit.files import write_whole

if TYPE_CHECKING:
    from typing import TextIO


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
        write_whole(output, f"{text}\n".encode(), next="name another file with -o")


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
