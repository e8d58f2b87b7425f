"""``kernelkit design``: the twin of `kernelkit.optimise.design.design`."""

from __future__ import annotations

import contextlib
import itertools
import sys
import threading
from typing import TYPE_CHECKING

import click

from kernelkit.cli.io import write
from kernelkit.cli.options import Wanted, output_options, plot_options, wanted_options
from kernelkit.cli.pictures import ONE, draw_one
from kernelkit.errors import InputError
from kernelkit.exact.derive import DEFAULT_ACCURACY
from kernelkit.exact.notation import read_points
from kernelkit.exact.offsets import Stencil, central
from kernelkit.exact.rational import rational
from kernelkit.explain import design as explained
from kernelkit.export.base import FORMATS, render
from kernelkit.optimise.criteria import RULES
from kernelkit.optimise.design import HALF
from kernelkit.optimise.design import design as best_kernel
from kernelkit.optimise.forms import FORMS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kernelkit.exact.functional import Functional

PATIENCE = 2.0
"""Seconds after which a terminal is told that the search goes on."""


@click.command()
@wanted_options
@click.option("--size", type=click.IntRange(min=1), metavar="N", help="N points on each axis, centred on 0.")
@click.option("--offsets", metavar="POINTS", help="Samples, as for derive: -3:3 or box:2 or (0,0),(1,0).")
@click.option(
    "--criterion",
    default="band",
    show_default=True,
    metavar="NAME",
    help=f"{', '.join(RULES)}; or a mixture of squares such as noise:1,band:10.",
)
@click.option(
    "--band",
    default=HALF,
    show_default=True,
    metavar="B",
    help='The waves that count: a fraction of pi, or "1.1 rad".',
)
@click.option(
    "--accuracy",
    type=click.IntRange(min=1),
    default=DEFAULT_ACCURACY,
    show_default=True,
    metavar="P",
    help="Error O(h^P) at least.",
)
@click.option(
    "--form",
    "shape",
    type=click.Choice(FORMS),
    default=FORMS[0],
    show_default=True,
    help="separable: smoother times derivative, by direction.",
)
@click.option(
    "--denominator",
    metavar="N",
    help="Round free taps to multiples of 1/N. [default: 24 decimals, 15 for largest values]",
)
@plot_options(ONE)
@output_options(FORMATS)
def design(
    wanted: Wanted,
    size: int | None,
    offsets: str | None,
    criterion: str,
    band: str,
    accuracy: int,
    shape: str,
    denominator: str | None,
    plot: str | None,
    picture: str | None,
    form: str,
    output: str | None,
) -> None:
    """Design the best kernel by a criterion; moments and symmetry hold exactly.

    Exactly one of --order, --operator and --integral names the target; with --dim a single --order is a
    derivative along x.  The value of the criterion is computed from the exact taps that are printed, and
    compared with the kernels of the catalogue.

    \b
    Examples:
      kernelkit design --order 1 --size 7 --accuracy 4
      kernelkit design --order 1 --size 5 --dim 2 --criterion direction
      kernelkit design --order 2 --size 7 --criterion minimax --band 3/4 --plot error.png
      kernelkit design --operator "dxx + dyy" --size 5 --criterion noise:1,band:10
      kernelkit design --order 0,1 --size 5 --criterion direction --form separable --format python
    """
    target = wanted.functional()
    with told_after(PATIENCE, "searching for the best taps ..."):
        found = best_kernel(
            target,
            _points(target, size, offsets),
            criterion=criterion,
            band=band,
            accuracy=accuracy,
            form=shape,
            denominator=None if denominator is None else _parts(denominator),
        )
    if plot is not None:
        draw_one(f"{target.name} by {criterion}", found.kernel, picture, plot)
    if form == "text":
        write(explained.text(found), output)
    elif form == "json":
        write(explained.record(found), output)
    else:
        write(render(found.certificate, form), output)


def _parts(text: str) -> int:
    """Read a whole number, also one written as 1e3."""
    number = rational(text, what="a denominator")
    if number.denominator != 1:
        raise InputError(f"a denominator is a whole number, not {text}", next="--denominator 1000")
    return int(number)


def _points(target: Functional, size: int | None, offsets: str | None) -> Stencil:
    if (size is None) == (offsets is None):
        what = "no points are given" if size is None else "--size and --offsets name two sets of points"
        raise InputError(what, next="give one of --size 5 and --offsets box:2")
    if offsets is not None:
        return read_points(offsets, ndim=target.ndim)
    side = [x for (x,) in central(size or 1).offsets]
    return Stencil.of(itertools.product(side, repeat=target.ndim))


@contextlib.contextmanager
def told_after(seconds: float, words: str) -> Iterator[None]:
    """Write words to a terminal when work takes long; never to a file or a pipe."""
    if sys.stderr is None or not sys.stderr.isatty():
        yield
        return
    timer = threading.Timer(seconds, click.echo, [words], {"err": True})
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
