"""``kernelkit minimal``: the twin of `kernelkit.minimal`."""

from __future__ import annotations

import click

from kernelkit.cli.io import write
from kernelkit.cli.options import Wanted, Whole, output_options, wanted_options
from kernelkit.exact.minimal import minimal as least
from kernelkit.exact.notation import read_points
from kernelkit.explain.minimality import FORMATS, told


@click.command()
@wanted_options
@click.option(
    "--accuracy",
    type=Whole(min=1),
    default=1,
    show_default=True,
    metavar="P",
    help="Error O(h^P); 1 asks for any consistent kernel.",
)
@click.option("--within", metavar="POINTS", help="Points to search exhaustively, such as box:1 or -3:3.")
@output_options(FORMATS)
def minimal(
    wanted: Wanted,
    accuracy: int,
    within: str | None,
    form: str,
    output: str | None,
) -> None:
    """Find the fewest taps for a target, with an example and the proof that fewer do not suffice.

    \b
    Examples:
      kernelkit minimal --order 3
      kernelkit minimal --operator "dxx + dyy" --within box:1
      kernelkit minimal --operator "dxx + dyy" --within box:2 --accuracy 2 --format json
    """
    target = wanted.functional()
    points = None if within is None else read_points(within, ndim=target.ndim)
    write(told(least(target, within=points, accuracy=accuracy), form), output)
