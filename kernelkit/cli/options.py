"""Options that several commands share: what is to be computed, and how the result is written."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from kernelkit.errors import InputError
from kernelkit.exact.functional import MOST_AXES, Functional, derivative, integral
from kernelkit.exact.notation import read_numbers
from kernelkit.exact.operator import operator
from kernelkit.exact.rational import counted
from kernelkit.exact.scanner import Scanner
from kernelkit.files import check_place

if TYPE_CHECKING:
    from fractions import Fraction

Command = Callable[..., None]


class Whole(click.IntRange):
    """A whole number in a range, called so in messages."""

    name = "whole number"


@dataclass(frozen=True, slots=True)
class Wanted:
    """The target as it was typed: exactly one of ``order``, ``operator`` and ``integral``."""

    order: str | None
    operator: str | None
    integral: tuple[str, ...]
    dim: int | None
    at: str | None

    def functional(self, *, ndim: int | None = None) -> Functional:
        """Return the target; ``ndim`` is the number of axes of an operator that leaves it open."""
        named = {"--order": self.order, "--operator": self.operator, "--integral": self.integral}
        given = [name for name, text in named.items() if text]
        if "" in {self.order, self.operator}:
            raise InputError("the target is empty", next="kernelkit derive --order 2")
        if len(given) != 1:
            what = "no target is given" if not given else f"{' and '.join(given)} name two targets"
            raise InputError(what, next="give one of --order 2, --operator 'dxx + dyy', --integral 0,1")
        if self.order:
            orders = read_whole_numbers(
                self.order, "list of orders", 'orders look like "2", or "1,1" for one an axis'
            )
            return self._derivative(list(orders))
        if self.operator:
            return operator(self.operator, ndim=self.dim or ndim, at=self._place())
        return self._integral([_limits(span) for span in self.integral])

    def _derivative(self, orders: list[int]) -> Functional:
        if self.dim is not None and len(orders) == 1:
            orders = [0] * (self.dim - 1) + orders  # a single order is that along x
        if self.dim is not None and self.dim != len(orders):
            example = ",".join(["0"] * (self.dim - 1) + ["2"])
            raise InputError(
                f"--order {self.order} has {counted(len(orders), 'number')}, and --dim is {self.dim}",
                next=f"give one order an axis: --order {example}",
            )
        return derivative(orders[0] if len(orders) == 1 else orders, at=self._place())

    def _integral(self, sides: list[list[Fraction]]) -> Functional:
        if self.at is not None:
            raise InputError("an integral has no evaluation point", next="move its limits instead of --at")
        if self.dim and len(sides) == 1:
            sides *= self.dim
        if self.dim not in {None, len(sides)}:
            raise InputError(
                f"{counted(len(sides), 'interval')} do not fit --dim {self.dim}",
                next="give one interval, or one an axis",
            )
        return integral(sides)

    def _place(self) -> Fraction | list[Fraction] | int:
        if self.at is None:
            return 0
        place = read_numbers(self.at, "evaluation point")
        return place[0] if len(place) == 1 else place


def wanted_options(command: Command) -> Command:
    """Add the options that say what is to be computed; the command gets one ``wanted``."""

    @functools.wraps(command)
    def gathered(
        *arguments: object,
        order: str | None,
        operator: str | None,
        integral: tuple[str, ...],
        dim: int | None,
        at: str | None,
        **options: object,
    ) -> None:
        command(*arguments, wanted=Wanted(order, operator, integral, dim, at), **options)

    return _with(
        gathered,
        click.option(
            "--order",
            metavar="N[,N...]",
            help="Derivative of this order; 1,1 is the mixed one, in array order (y,x).",
        ),
        click.option(
            "--operator", metavar="TEXT", help='Operator such as "dxx + dyy - 2/3*dxy"; x is the last axis.'
        ),
        click.option(
            "--integral",
            metavar="A,B",
            multiple=True,
            help="Integral over [A,B]; once an axis, or once with --dim.",
        ),
        click.option(
            "--dim",
            type=Whole(1, MOST_AXES),
            help="Number of axes, where the target leaves it open; a single order is then along x.",
        ),
        click.option(
            "--at",
            metavar="X[,Y...]",
            help="Evaluation point, in the same unit as the spacing; 0 when left out.",
        ),
    )


def output_options(formats: Iterable[str]) -> Callable[[Command], Command]:
    """Add ``--format`` and ``-o``; the command gets ``form`` and ``output``."""
    return lambda command: _with(
        command,
        click.option(
            "--format",
            "form",
            type=click.Choice(list(formats)),
            default="text",
            show_default=True,
            help="How to write it.",
        ),
        click.option(
            "-o",
            "--output",
            type=click.Path(),
            callback=_output_checked,
            metavar="FILE",
            help="Write to a file, whole or not at all.",
        ),
    )


def plot_options(pictures: Iterable[str] = (), *, what: str = "a figure") -> Callable[[Command], Command]:
    """Add ``--plot``, and ``--picture`` where there are several; the command gets ``plot`` and ``picture``."""
    choices = list(pictures)
    options = [
        click.option(
            "--plot",
            type=click.Path(),
            callback=_plot_checked,
            metavar="FILE",
            help=f"Also draw {what}: png, svg or pdf by the suffix.",
        )
    ]
    if choices:
        options.append(
            click.option(
                "--picture",
                type=click.Choice(choices),
                help=f"Which figure --plot draws. [default: {choices[0]}]",
            )
        )

    def added(command: Command) -> Command:
        @functools.wraps(command)
        def checked(*arguments: object, **given: object) -> None:
            _check_figure(given["plot"], given.get("picture"), given.get("output"))
            command(*arguments, **given)

        return _with(checked, *options)

    return added


def _check_figure(plot: object, picture: object, output: object) -> None:
    """Refuse, before any work, options of figures that do not agree with each other."""
    if plot is None and picture is not None:
        raise InputError(
            f"--picture {picture} has no file to be drawn in",
            next=f"--plot {picture}.svg --picture {picture}",
        )
    if None not in {plot, output} and os.path.realpath(str(plot)) == os.path.realpath(str(output)):
        raise InputError(f"-o and --plot both name {plot}", next="give the figure a file of its own")


def _output_checked(_context: click.Context, _option: click.Parameter, output: str | None) -> str | None:
    """Return a file to write to, which was looked at before any work."""
    if output not in {None, "-"}:
        check_place(str(output), next="name another file with -o")
    return output


def _plot_checked(_context: click.Context, _option: click.Parameter, plot: str | None) -> str | None:
    """Return a file to draw in, which was looked at before any work."""
    if plot is not None:
        from kernelkit.plot.save import target_of  # only where a figure is wanted

        target, _ = target_of(plot)
        check_place(target, next="save it in a folder that exists and that you may write to")
    return plot


def _with(command: Command, *options: Callable[[Command], Command]) -> Command:
    """Apply options so that help lists them in this order."""
    for option in reversed(options):
        command = option(command)
    return command


def read_whole_numbers(text: str, what: str, example: str) -> tuple[int, ...]:
    """Return whole numbers typed with commas between them.

    Parameters
    ----------
    text
        What was typed.
    what
        What it should be, for messages.
    example
        What such text looks like: the way out in messages.

    Raises
    ------
    ExpressionError
        Something else; a caret stands under the place.

    Examples
    --------
    >>> read_whole_numbers("20, 40", "list of widths", "--widths 20,40")
    (20, 40)
    """
    scanner = Scanner(text, what, example)
    numbers = []
    while True:
        sign = -1 if scanner.accept("-") else 1
        numbers.append(sign * scanner.whole())
        if scanner.token.kind == "end":
            return tuple(numbers)
        scanner.expect(",")


def read_floats(text: str, what: str) -> tuple[float, ...]:
    """Return numbers typed with commas between them, as floats.

    Raises
    ------
    ExpressionError
        Something else.
    InputError
        A number that no float can hold.
    """
    try:
        return tuple(map(float, read_numbers(text, what)))
    except OverflowError as huge:
        raise InputError(
            f"{text[:40]} is beyond the largest float, 1.8e308", next="give another unit"
        ) from huge


def _limits(text: str) -> list[Fraction]:
    return read_numbers(text.replace(":", ","), "interval")
