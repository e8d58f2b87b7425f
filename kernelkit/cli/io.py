"""Writing results: to standard output, or to a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from kernelkit.files import write_whole

if TYPE_CHECKING:
    import os


def write(text: str, output: str | os.PathLike[str] | None) -> None:
    """Write a result to standard output, or to a file whole or not at all; ``-`` is standard output.

    Raises
    ------
    OutputError
        The file cannot be written; nothing was left behind.
    """
    if output is None or str(output) == "-":
        click.echo(text)
    else:
        write_whole(output, f"{text}\n".encode(), next="name another file with -o")
