"""``kernelkit excite``: what an image can teach, before anything is trained."""

from __future__ import annotations

from typing import get_args

import click

from kernelkit.cli.images import read_any_image, read_size
from kernelkit.cli.io import write
from kernelkit.cli.options import output_options
from kernelkit.explain.learned import FORMATS, excited
from kernelkit.images.colour import Grey
from kernelkit.learning.excite import excite as excitation


@click.command()
@click.argument("image")
@click.option("--size", required=True, metavar="HxW", help="Size of the kernel: 3x3, 1x2, 5, or 3x3x3.")
@click.option(
    "--stride", default=1, show_default=True, type=click.IntRange(min=1), help="Step between windows."
)
@click.option(
    "--padding",
    default=0,
    show_default=True,
    type=click.IntRange(min=0),
    help="Zeros on each side of each axis.",
)
@click.option(
    "--dilation", default=1, show_default=True, type=click.IntRange(min=1), help="Step between taps."
)
@click.option(
    "--loss",
    type=click.Choice(["sum", "mean"]),
    default="sum",
    show_default=True,
    help="Which loss steps are for.",
)
@click.option(
    "--colour",
    type=click.Choice(get_args(Grey)),
    default="luminance",
    show_default=True,
    help="How a picture in colour is made grey.",
)
@output_options(FORMATS)
def excite(
    image: str,
    size: str,
    stride: int,
    padding: int,
    dilation: int,
    loss: str,
    colour: Grey,
    form: str,
    output: str | None,
) -> None:
    """Say what IMAGE determines of a kernel of some size, and which steps training on it bears.

    IMAGE is an npy, csv, png or tiff file, a literal such as "[[0,1],[1,0]]", or post for the image of the blog
    post.  Ranks of whole numbers are exact.

    \b
    Examples:
      kernelkit excite post --size 1x2
      kernelkit excite post --size 3x3
      kernelkit excite "[[0,0,0,0,0],[0,0,0,0,0],[0,0,1,0,0],[0,0,0,0,0],[0,0,0,0,0]]" --size 3x3
    """
    given = read_any_image(image, colour=colour)
    found = excitation(given, read_size(size), stride=stride, padding=padding, dilation=dilation, loss=loss)  # type: ignore[arg-type]  # click checked the word
    write(excited(found, form), output)
