"""Kernels as arguments: literals, names, derivations, files and standard input."""

from __future__ import annotations

import stat
import sys
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from kernelkit.cli.arrays import FORMATS, array_from_npy, kernel_from_picture
from kernelkit.errors import ExpressionError, InputError, LimitError, ShapeError, UnknownNameError
from kernelkit.exact.derive import derive
from kernelkit.exact.functional import derivative
from kernelkit.exact.kernel import Kernel
from kernelkit.exact.notation import read_kernel, read_numbers, read_points
from kernelkit.exact.scanner import Scanner

if TYPE_CHECKING:
    from pathlib import Path

    from kernelkit.catalogue.entry import Entry

_PICTURES = {".png", ".tif", ".tiff", ".bmp", ".pgm"}

_SUFFIXES = _PICTURES | {".json", ".csv", ".npy", ".txt", ".tsv", ".npz", ".jpg", ".jpeg", ".gif", ".webp"}
"""Ends of names that are meant as files."""

_LOOKS = 'kernels look like "[1,-2,1]", derive:2:4, sobel-x, taps.csv, or -'
_LISTED = "kernelkit show lists all names, kernelkit show --families those with parameters"

LARGEST_FILE = 10_000_000
"""Bytes of a kernel file; a larger one is refused unread."""


class Given(NamedTuple):
    """A kernel as it was given, with what is known of it.

    That is its spacing, its entry in the catalogue, and how far the type of its numbers lets each tap be off.
    """

    kernel: Kernel
    spacing: list[Fraction] | None = None
    entry: Entry | None = None
    tolerance: Fraction | None = None

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
        given = Given(_literal(text))
    elif text.startswith("derive:"):
        given = Given(_derived(text), tolerance=Fraction(0))
    elif text == "-":
        given = _from_text(_standard_input(), "standard input")
    else:
        path = _file(text)
        if path is not None and path.suffix.lower() in _PICTURES:
            return Given(kernel_from_picture(path, zero or 0))
        given = _named(text) if path is None else _from_file(path)
    if zero is not None:
        raise InputError("--zero is the grey value of a picture, and the kernel is none", next="leave it out")
    return given


def find_entry(name: str) -> Entry:
    """Return the entry of the catalogue that a name calls.

    Raises
    ------
    UnknownNameError
        Nothing in the catalogue is called so; the nearest names are offered.
    """
    from kernelkit.catalogue.named import find, names_like

    entry = find(name)
    if entry is None:
        near = names_like(name)
        raise UnknownNameError(
            f"no kernel is called {name!r}", next=f"names like it: {', '.join(near)}" if near else _LISTED
        )
    return entry


def _named(text: str) -> Given:
    from kernelkit.catalogue.named import LONGEST_NAME, find, names_like

    entry = find(text) if len(text) <= LONGEST_NAME else None
    if entry is not None:
        # taps that the source rounded are judged like any decimals; all others are exact
        return Given(entry.published, entry=entry, tolerance=Fraction(0) if entry.precision is None else None)
    wrong = _no_file(text) or _no_literal(text)
    if wrong is not None:
        raise wrong
    near = names_like(text[:LONGEST_NAME])
    raise UnknownNameError(
        f"{text[:LONGEST_NAME]!r} is no kernel, no name of the catalogue and no file",
        next=f"names like it: {', '.join(near)}" if near else f"{_LOOKS}; {_LISTED}",
    )


def _no_file(text: str) -> InputError | None:
    """Return what is wrong with a text that is meant as a file but is none."""
    from pathlib import Path

    path = Path(text)
    try:
        kind = path.lstat().st_mode
    except PermissionError:
        return InputError(f"{text!r} cannot be reached: permission denied", next=_LOOKS)
    except (OSError, ValueError):
        meant = "/" in text or path.suffix.lower() in _SUFFIXES
        return InputError(f"there is no file {text!r}"[:300], next=_LOOKS) if meant else None
    if stat.S_ISLNK(kind):
        return InputError(f"{text!r} is a link to a file that does not exist", next=_LOOKS)
    return InputError(f"{text!r} is a directory, not a file", next=f"name a file in it; {FORMATS}")


def _no_literal(text: str) -> InputError | None:
    """Return what is wrong with a list of numbers that lacks its brackets."""
    if not text[:1].isdigit() and text[:1] not in {"-", "+", ".", "("}:
        return None
    try:
        read_numbers(text, "list of taps")
    except ExpressionError:
        return None
    return InputError(
        f"{text!r} is a list of numbers; taps of a kernel stand in brackets", next=f'"[{text.strip()}]"'
    )


def _file(name: str) -> Path | None:
    from pathlib import Path  # 5 ms that a literal never pays

    path = Path(name)
    try:
        # pipes are files too
        return path if path.exists() and not path.is_dir() else None
    except (OSError, ValueError):
        return None  # too long for a name, or not one at all


def _from_file(path: Path) -> Given:
    if path.suffix.lower() == ".npy":
        return _from_array(path)
    try:
        with path.open(encoding="utf-8") as file:
            content = file.read(LARGEST_FILE + 1)
    except (OSError, ValueError) as unreadable:
        raise InputError(f"{str(path)!r} cannot be read: {_cause(unreadable)}", next=FORMATS) from unreadable
    if "\0" in content:
        raise InputError(f"{str(path)!r} cannot be read: it is no text", next=FORMATS)
    try:
        return _from_text(content, str(path))
    except ExpressionError as unread:
        raise ExpressionError(f"{str(path)!r}: {unread.what}", why=unread.why, next=unread.next) from unread


def _from_array(path: Path) -> Given:
    from kernelkit.identification.identify import precision_of
    from kernelkit.identification.tolerance import tolerance_for

    array = array_from_npy(path)
    kernel = Kernel.from_array(array)
    precision = precision_of(array)
    size = tolerance_for(kernel, precision=precision).size if precision and kernel.taps else None
    return Given(kernel, tolerance=size)


def _standard_input() -> str:
    try:
        content = sys.stdin.read(LARGEST_FILE + 1)
    except AttributeError as closed:
        # Python has no standard input at all where it was closed
        raise InputError("standard input is closed", next="name a file, or give a literal kernel") from closed
    except (OSError, ValueError) as unreadable:
        raise InputError(
            f"standard input cannot be read: {_cause(unreadable)}",
            next="name a file, or give a literal kernel",
        ) from unreadable
    if not content.strip():
        raise InputError(
            "standard input is empty",
            why="nothing was written to it, or another - has read it: it can be read once",
            next="name files, or give literal kernels",
        )
    return content


def _literal(text: str) -> Kernel:
    try:
        return read_kernel(text)
    except (LimitError, ShapeError) as refused:
        raise type(refused)(refused.what, why=refused.why, next=refused.next or _LOOKS) from refused


def _derived(text: str) -> Kernel:
    example = "derive:2:4 is order 2 with accuracy 4"
    scanner = Scanner(text.removeprefix("derive:"), "derivation", example)
    order = scanner.whole()
    accuracy = scanner.whole() if scanner.accept(":") else None
    if scanner.token.kind != "end":
        raise scanner.error(f"expected ORDER or ORDER:ACCURACY, found {scanner.found}")
    try:
        return derive(derivative(order), accuracy=accuracy)
    except (InputError, LimitError) as refused:
        raise type(refused)(refused.what, why=refused.why, next=refused.next or example) from refused


def _from_text(text: str, source: str) -> Given:
    from kernelkit.export import csv, json

    if len(text) > LARGEST_FILE:
        raise InputError(
            f"{source} has more than {LARGEST_FILE} characters; that is no kernel",
            next="json and csv as derive writes them are read",
        )
    # spreadsheets and editors put a byte order mark in front
    text = text.removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}")
    start = text.lstrip()[:1]
    if start == "{":
        record = _kernel_of(text)
        return Given(json.parse(record), json.spacing(record))
    return Given(_literal(text) if start == "[" else csv.parse(text))


def _kernel_of(text: str) -> str:
    """Return the record of the kernel in what ``learn --format json`` writes; any other text as it is."""
    import json

    try:
        kernel = json.loads(text).get("kernel")
    except (ValueError, RecursionError):
        return text  # refused by who reads it, with the reason
    return json.dumps(kernel) if isinstance(kernel, dict) else text


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
