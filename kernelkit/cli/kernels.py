"""Kernels as arguments: literals, names, derivations, files and standard input."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, NamedTuple

from kernelkit.errors import InputError, UnknownNameError
from kernelkit.exact.derive import derive
from kernelkit.exact.functional import derivative
from kernelkit.exact.kernel import Kernel
from kernelkit.exact.notation import read_kernel, read_numbers, read_points
from kernelkit.exact.scanner import Scanner

if TYPE_CHECKING:
    from fractions import Fraction
    from pathlib import Path

    from kernelkit.catalogue.entry import Entry

_PICTURES = {".png", ".tif", ".tiff", ".bmp", ".pgm"}

LARGEST_FILE = 10_000_000
"""Bytes of a kernel file; a larger one is refused unread."""


class Given(NamedTuple):
    """A kernel as it was given, with what is known of it: its spacing, its entry in the catalogue."""

    kernel: Kernel
    spacing: list[Fraction] | None = None
    entry: Entry | None = None

    @property
    def comparable(self) -> Kernel:
        """The kernel to measure: where the print of an entry misses its moments, the consistent kernel."""
        return self.kernel if self.entry is None or self.entry.consistent else self.entry.kernel


def read_any_kernel(text: str, *, zero: Fraction | None = None) -> Given:
    """Return the kernel that an argument names.

    Parameters
    ----------
    text
        A literal ``[1,-2,1]``; ``derive:ORDER[:ACCURACY]``; a name of the catalogue, which gives the published
        taps; a json, csv or npy file, or a grey picture; ``-`` for standard input.
    zero
        Of a picture, the grey value of a tap of zero; 0 when left out.

    Raises
    ------
    UnknownNameError
        None of these.
    InputError
        A file that cannot be read, or ``zero`` for something else than a picture.
    LimitError
        A file that is too large for a kernel.
    """
    if text.lstrip().startswith("["):
        given = Given(read_kernel(text))
    elif text.startswith("derive:"):
        given = Given(_derived(text))
    elif text == "-":
        given = _from_text(_standard_input(), "standard input")
    else:
        path = _file(text)
        if path is not None and path.suffix.lower() in _PICTURES:
            from kernelkit.cli.arrays import kernel_from_picture

            return Given(kernel_from_picture(path, zero or 0))
        given = _named(text) if path is None else _from_file(path)
    if zero is not None:
        raise InputError("--zero is the grey value of a picture, and the kernel is none", next="leave it out")
    return given


def _named(text: str) -> Given:
    from kernelkit.catalogue.named import named

    try:
        entry = named(text)
    except UnknownNameError as unknown:
        raise UnknownNameError(
            f"{text!r} is no kernel, no name of the catalogue and no file",
            why=unknown.why,
            next=unknown.next or 'kernels look like "[1,-2,1]", derive:2:4, sobel-x, taps.csv, or -',
        ) from unknown
    return Given(entry.published, entry=entry)


def _file(name: str) -> Path | None:
    from pathlib import Path  # 5 ms that a literal never pays

    path = Path(name)
    try:
        return path if path.is_file() else None
    except (OSError, ValueError):
        return None  # too long for a name, or not one at all


def _from_file(path: Path) -> Given:
    if path.suffix.lower() == ".npy":
        from kernelkit.cli.arrays import kernel_from_npy

        return Given(kernel_from_npy(path))
    try:
        with path.open(encoding="utf-8") as file:
            content = file.read(LARGEST_FILE + 1)
    except (OSError, ValueError) as unreadable:
        raise InputError(
            f"{str(path)!r} cannot be read: {_cause(unreadable)}",
            next="json, csv and npy files are read, and grey pictures",
        ) from unreadable
    return _from_text(content, str(path))


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


def _cause(error: OSError | ValueError) -> str:
    return (error.strerror or str(error)).lower() if isinstance(error, OSError) else "it is no UTF-8 text"
