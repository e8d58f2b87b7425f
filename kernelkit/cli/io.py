"""What the commands share: options for targets, reading kernels, writing results whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from kernelkit.errors import InputError, OutputError, UnknownNameError
from kernelkit.exact.derive import derive
from kernelkit.exact.functional import MOST_AXES, Functional, derivative, integral
from kernelkit.exact.kernel import Kernel
from kernelkit.exact.notation import read_kernel, read_numbers, read_points
from kernelkit.exact.operator import operator
from kernelkit.exact.scanner import Scanner

if TYPE_CHECKING:
    from fractions import Fraction

LARGEST_FILE = 10_000_000
"""Bytes of a kernel file; a larger one is refused unread."""

Command = TypeVar("Command", bound=Callable[..., object])


def target_options(command: Command) -> Command:
    """Add the options that say what is to be computed."""
    for option in reversed(
        [
            click.option(
                "--order",
                metavar="N[,N...]",
                help="Derivative of this order; 1,1 is the mixed one, in array order (y,x).",
            ),
            click.option(
                "--operator",
                metavar="TEXT",
                help='Operator such as "dxx + dyy - 2/3*dxy"; x is the last axis.',
            ),
            click.option(
                "--integral",
                metavar="A,B",
                multiple=True,
                help="Integral over [A,B]; once an axis, or once with --dim.",
            ),
            click.option(
                "--dim",
                type=click.IntRange(1, MOST_AXES),
                help="Number of axes, where the target leaves it open.",
            ),
            click.option(
                "--at",
                metavar="X[,Y...]",
                help="Evaluation point, in the same unit as the spacing; 0 when left out.",
            ),
        ]
    ):
        command = option(command)
    return command


def read_target(
    order: str | None, operator_text: str | None, spans: tuple[str, ...], dim: int | None, at: str | None
) -> Functional:
    """Return the target that the options name; exactly one of them must be given."""
    given = [
        name for name, x in (("--order", order), ("--operator", operator_text), ("--integral", spans)) if x
    ]
    if order == "" or operator_text == "":
        raise InputError("the target is empty", next="kernelkit derive --order 2")
    if len(given) != 1:
        what = "no target is given" if not given else f"{' and '.join(given)} name two targets"
        raise InputError(what, next="give one of --order 2, --operator 'dxx + dyy', --integral 0,1")
    place = read_numbers(at, "evaluation point") if at is not None else [0]
    where = place[0] if len(place) == 1 else place
    if order:
        orders = _orders(order)
        if dim not in {None, len(orders)}:
            raise InputError(
                f"--order {order} has {len(orders)} number{'s' if len(orders) > 1 else ''}, and --dim is {dim}",
                next=f"give one order an axis: --order {','.join(['0'] * (dim - 1) + ['2'])}" if dim else "",
            )
        return derivative(orders[0] if len(orders) == 1 else orders, at=where)
    if operator_text:
        return operator(operator_text, ndim=dim, at=where)
    if at is not None:
        raise InputError("an integral has no evaluation point", next="move its limits instead of --at")
    sides = [_limits(span) for span in spans]
    if dim and len(sides) == 1:
        sides *= dim
    if dim not in {None, len(sides)}:
        raise InputError(
            f"{len(sides)} intervals do not fit --dim {dim}", next="give one interval, or one an axis"
        )
    return integral(sides)


def _orders(text: str) -> list[int]:
    scanner = Scanner(text, "list of orders", 'orders look like "2", or "1,1" for one an axis')
    orders = []
    while True:
        sign = -1 if scanner.accept("-") else 1
        orders.append(sign * scanner.whole())
        if scanner.token.kind == "end":
            return orders
        scanner.expect(",")


def _limits(text: str) -> list[Fraction]:
    return read_numbers(text.replace(":", ","), "interval")


def read_any_kernel(text: str) -> Kernel:
    """Return the kernel named by an argument: a literal, ``derive:ORDER[:ACCURACY]``, a json or csv file, or ``-``.

    Raises
    ------
    UnknownNameError
        Neither a literal nor an existing file.
    InputError
        A file that cannot be read, or is too large.
    """
    if text.lstrip().startswith("["):
        return read_kernel(text)
    if text.startswith("derive:"):
        return _derived(text)
    if text == "-":
        return _from_text(_standard_input(), "standard input")
    content = _content(Path(text))
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


def _content(path: Path) -> str | None:
    """Return the text of a file, or None where there is none."""
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


def _from_text(text: str, source: str) -> Kernel:
    from kernelkit.export import csv, json

    if len(text) > LARGEST_FILE:
        raise InputError(
            f"{source} has more than {LARGEST_FILE} characters; that is no kernel",
            next="json and csv as derive writes them are read",
        )
    start = text.lstrip()[:1]
    if start == "{":
        return json.parse(text)
    return read_kernel(text) if start == "[" else csv.parse(text)


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


def write(text: str, output: Path | None) -> None:
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
    try:
        target = output.resolve()
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
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(name).chmod(mode)
        Path(name).replace(target)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise


def _mask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _cause(error: OSError | ValueError) -> str:
    return (error.strerror or str(error)).lower() if isinstance(error, OSError) else "it is no UTF-8 text"
