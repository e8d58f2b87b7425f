"""``kernelkit analyse``: several kernels measured side by side."""

from __future__ import annotations

import click

from kernelkit.analysis.measure import measure
from kernelkit.cli.io import write
from kernelkit.cli.kernels import read_any_kernel
from kernelkit.cli.options import output_options, plot_options
from kernelkit.cli.pictures import SEVERAL, draw_several
from kernelkit.explain.comparison import table_of
from kernelkit.export.table import TABLE_FORMATS, render_table


@click.command()
@click.argument("kernels", nargs=-1, required=True, metavar="KERNEL...")
@click.option(
    "--sort",
    metavar="COLUMN",
    help="Sort rows by a column, such as noise_gain; -COLUMN descends. json lists all columns.",
)
@plot_options(SEVERAL)
@output_options(TABLE_FORMATS)
def analyse(
    kernels: tuple[str, ...],
    sort: str | None,
    plot: str | None,
    picture: str | None,
    form: str,
    output: str | None,
) -> None:
    """Compare kernels: what each computes, its error, noise, direction, rank and stability.

    KERNEL is a literal, a name of the catalogue, a derivation such as derive:2:4, a file, or - for standard
    input.  All figures are at unit gain, so that raw masks of any scale are compared fairly.

    \b
    Examples:
      kernelkit analyse sobel-x scharr-x prewitt-x bickley-x --sort angle_half
      kernelkit analyse derive:1:2 derive:1:4 derive:1:6
      kernelkit analyse laplacian-5pt laplacian-9pt-isotropic --format markdown
    """
    given = {text: read_any_kernel(text) for text in kernels}
    measured = [
        measure(text, kernel.comparable, tolerance=kernel.tolerance) for text, kernel in given.items()
    ]
    if plot is not None:
        draw_several(measured, picture, plot)
    table = table_of(measured)
    if sort is not None:
        table = table.sorted_by(sort)
    write(render_table(table.without_empty_columns() if form != "json" else table, form), output)
