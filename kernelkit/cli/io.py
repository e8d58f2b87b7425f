"""Reading kernels from arguments, and writing results whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import sys
from typing import TYPE_CHECKING, NamedTuple

import click

from kernelkit.errors import InputError, OutputError, UnknownNameError
from kernelkit.exact.derive import derive
from kernelkit.exact.functional import derivative
from kernelkit.exact.kernel import Kernel
from kernelkit.exact.notation import read_kernel, read_numbers, read_points
from kernelkit.exact.scanner import Scanner

if TYPE_CHECKING:
    from fractions import Fraction
    from pathlib import Path

LARGEST_FILE = 10_000_000
"""Bytes of a kernel file; a larger one is refused unread."""


class Given(NamedTuple):
    """A kernel as it was given, and the spacing it was made for where that is known."""

    kernel: Kernel
    spacing: list[Fraction] | None = None


def read_any_kernel(text: str) -> Given:
    """Return the kernel named by an argument: a literal, ``derive:ORDER[:ACCURACY]``, a json or csv file, or ``-``.

    Raises
    ------
    UnknownNameError
        Neither a literal nor an existing file.
    InputError
        A file that cannot be read, or is too large.
    """
    if text.lstrip().startswith("["):
        return Given(read_kernel(text))
    if text.startswith("derive:"):
        return Given(_derived(text))
    if text == "-":
        return _from_text(_standard_input(), "standard input")
    content = _content(text)
    if content is not None:
        return _from_text(content, text)
    raise UnknownNameError(
        f"{text!r} is no kernel and no file",
        next='kernels look like "[1,-2,1]", derive:2:4, taps.json, taps.csv, or - for standard input',
    )


def _standard_input() -> str:
    try:
        return sys.stdin.read(LARGEST_FILE + 1)
    except AttributeError as closed:
        # Python has no standard input at all where it was closed
        raise InputError("standard input is closed", next="name a file, or give a literal kernel") from closed
    except (OSError, ValueError) as unreadable:
        raise InputError(
            f"standard input cannot be read: {_cause(unreadable)}",
            next="name a file, or give a literal kernel",
        ) from unreadable


def _content(name: str) -> str | None:
    """Return the text of a file, or None where there is none."""
    from pathlib import Path  # 5 ms that a literal never pays

    path = Path(name)
    try:
        if not path.is_file():
            return None
        with path.open(encoding="utf-8") as file:
            return file.read(LARGEST_FILE + 1)
    except (OSError, ValueError) as unreadable:
        raise InputError(
            f"{str(path)!r} cannot be read: {_cause(unreadable)}",
            next="json and csv as derive writes them are read",
        ) from unreadable


def _derived(text: str) -> Kernel:
    scanner = Scanner(text.removeprefix("derive:"), "derivation", "derive:2:4 is order 2 with accuracy 4")
    order = scanner.whole()
    accuracy = scanner.whole() if scanner.accept(":") else None
    if scanner.token.kind != "end":
        raise scanner.error(f"expected ORDER or ORDER:ACCURACY, found {scanner.found}")
    return derive(derivative(order), accuracy=accuracy)


def _from_text(text: str, source: str) -> Given:
    from kernelkit.export import csv, json

    if len(text) > LARGEST_FILE:
        raise InputError(
            f"{source} has more than {LARGEST_FILE} characters; that is no kernel",
            next="json and csv as derive writes them are read",
        )
    start = text.lstrip()[:1]
    if start == "{":
        return Given(json.parse(text), json.spacing(text))
    return Given(read_kernel(text) if start == "[" else csv.parse(text))


def read_taps(taps: str, offsets: str | None) -> Kernel:
    """Return the kernel given by ``--taps`` and ``--offsets``; without offsets it is centred."""
    numbers = read_numbers(taps, "list of taps")
    if offsets is None:
        return Kernel.from_array(numbers)
    stencil = read_points(offsets)
    if len(stencil) != len(numbers):
        raise InputError(
            f"{len(numbers)} taps do not fit {len(stencil)} offsets",
            next="give one tap an offset, in ascending order of the offsets",
        )
    return Kernel(zip(stencil.offsets, numbers, strict=True), ndim=stencil.ndim)


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
            f"{output} cannot be written: {_cause(refused)}", next="name another file with -o"
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


def _cause(error: OSError | ValueError) -> str:
    return (error.strerror or str(error)).lower() if isinstance(error, OSError) else "it is no UTF-8 text"
