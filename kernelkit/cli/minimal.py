"""``kernelkit minimal``: the twin of `kernelkit.minimal`."""

from __future__ import annotations

from pathlib import Path

import click

from kernelkit.cli.io import read_target, target_options, write
from kernelkit.exact.minimal import minimal as least
from kernelkit.exact.notation import read_points
from kernelkit.explain.minimality import FORMATS, told


@click.command()
@target_options
@click.option(
    "--accuracy",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    metavar="P",
    help="Error O(h^P); 1 asks for any consistent kernel.",
)
@click.option("--within", metavar="POINTS", help="Points to search exhaustively, such as box:1 or -3:3.")
@click.option(
    "--format",
    "form",
    type=click.Choice(list(FORMATS)),
    default="text",
    show_default=True,
    help="How to write it.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write to a file, whole or not at all.",
)
def minimal(
    order: str | None,
    operator: str | None,
    integral: tuple[str, ...],
    dim: int | None,
    at: str | None,
    accuracy: int,
    within: str | None,
    form: str,
    output: Path | None,
) -> None:
    """Find the fewest taps for a target, with an example and the proof that fewer do not suffice.

    \b
    Examples:
      kernelkit minimal --order 3
      kernelkit minimal --operator "dxx + dyy" --within box:1
      kernelkit minimal --operator "dxx + dyy" --within box:2 --accuracy 2 --format json
    """
    target = read_target(order, operator, integral, dim, at)
    points = None if within is None else read_points(within, ndim=target.ndim)
    write(told(least(target, within=points, accuracy=accuracy), form), output)
