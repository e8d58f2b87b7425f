"""``kernelkit identify``: the twin of `kernelkit.identify`."""

from __future__ import annotations

import click

from kernelkit.analysis.separable import separate
from kernelkit.cli.io import write
from kernelkit.cli.kernels import read_any_kernel
from kernelkit.cli.options import output_options, plot_options
from kernelkit.cli.pictures import ONE, draw_one
from kernelkit.exact.rational import rational
from kernelkit.explain.identity import FORMATS, described
from kernelkit.identification.identify import identify as identified


@click.command()
@click.argument("kernel")
@click.option(
    "--tolerance",
    metavar="T",
    help="How far each tap may be off; 0 for exact statements only. Chosen by the taps when left out.",
)
@click.option("--zero", metavar="GREY", help="Of a picture, the grey value of a tap of zero. [default: 0]")
@plot_options(ONE)
@output_options(FORMATS)
def identify(
    kernel: str,
    tolerance: str | None,
    zero: str | None,
    plot: str | None,
    picture: str | None,
    form: str,
    output: str | None,
) -> None:
    """Say what KERNEL computes, at which scale and how well, and which known kernel it is.

    KERNEL is a literal such as "[[-1,0,1],[-2,0,2],[-1,0,1]]", a name of the catalogue, a derivation such as
    derive:2:4, a json, csv or npy file, a grey picture with one pixel a tap, or - for standard input.  It is
    read as a correlation mask: flip a convolution mask first.

    \b
    Examples:
      kernelkit identify "[[-1,0,1],[-2,0,2],[-1,0,1]]"
      kernelkit identify "[[0,-1,0],[-1,5,-1],[0,-1,0]]"
      kernelkit identify kayyali
      kernelkit identify "[1,4,1]/3" --format json
    """
    given = read_any_kernel(kernel, zero=None if zero is None else rational(zero, what="a grey value"))
    found = identified(given.kernel, tolerance=tolerance if tolerance is not None else given.tolerance)
    if plot is not None:
        draw_one(kernel, given.kernel, picture, plot)
    factors = separate(given.kernel, tolerance=found.tolerance) if given.kernel.taps else None
    write(described(found, factors, form), output)
