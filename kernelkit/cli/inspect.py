"""``kernelkit inspect``: what the filters of a trained net's first layer are."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, get_args

import click
from click.core import ParameterSource

from kernelkit.cli.io import write
from kernelkit.cli.options import output_options, plot_options
from kernelkit.cli.progress import progress_of
from kernelkit.errors import CheckpointError, InputError, ShapeError, UnknownNameError
from kernelkit.explain.filters import FORMATS, told
from kernelkit.inspection.inspect import inspect as inspected
from kernelkit.inspection.layer import Layout, Order, first_layer
from kernelkit.inspection.weights import SUFFIXES

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from kernelkit.inspection.weights import Model

_SUFFIXES = (*SUFFIXES, ".json", ".bin", ".h5", ".ckpt", ".pkl")
"""Ends of names that are meant as files."""

_SCALES = ("layer", "filter")


@click.command()
@click.argument("model")
@click.option("--layer", metavar="NAME", help="Which layer; the first that sees the picture when left out.")
@click.option(
    "--order",
    type=click.Choice(get_args(Order)),
    default="RGB",
    show_default=True,
    help="Of three channels, which is red: the first, or the last as in Caffe and OpenCV.",
)
@click.option(
    "--layout",
    type=click.Choice(get_args(Layout)),
    help="Axes of the stored array: outputs, inputs, rows, columns; or as Keras keeps them.  The first when left out.",
)
@click.option(
    "--stride", metavar="N[,N]", help="Stride of the layer, rows first; from the file when left out."
)
@click.option(
    "--scale",
    type=click.Choice(_SCALES),
    default="layer",
    show_default=True,
    help="Of the picture: one scale for all filters, or each its own.",
)
@plot_options(what="the filters side by side")
@output_options(FORMATS)
def inspect(
    model: str,
    layer: str | None,
    order: Order,
    layout: Layout | None,
    stride: str | None,
    scale: str,
    plot: str | None,
    form: str,
    output: str | None,
) -> None:
    """Say of every filter of a layer what it is: edge, bar, blob, colour, dead, noise; with the numbers.

    MODEL is a file of weights: safetensors (checkpoints of kernelkit too), a PyTorch state dict, ONNX, a tfjs manifest,
    npy or npz, told apart by content; nothing in it is executed.  A table of taps or a kernel of the catalogue is
    taken, too.  For AlexNet of torchvision: kernelkit inspect alexnet.pth --stride 4 --format html -o alexnet.html

    \b
    Examples:
      kernelkit inspect sobel-x
      kernelkit inspect gabor-13:sigma=2,psi=90 --stride 2
      kernelkit inspect "[[[1,1],[-1,-1]],[[1,-1],[1,-1]],[[1,1],[1,1]]]"
      kernelkit inspect laplacian-5pt --plot filter.png
      kernelkit inspect sobel-x --format json
    """
    if plot is None and form != "html" and _typed("scale"):
        raise InputError(
            f"--scale {scale} is for the picture, and none is asked for",
            next=f"--plot filters.svg --scale {scale}, or leave it out",
        )
    chosen = first_layer(
        _model(model), layer, stride=None if stride is None else _steps(stride), order=order, layout=layout
    )
    found = inspected(chosen, progress=progress_of("filter {} of {}"))
    picture = b""
    if plot is not None or form == "html":
        from kernelkit.plot.filters import mosaic, png
        from kernelkit.plot.save import save

        figure = mosaic(found, scale="filter" if scale == "filter" else "layer")
        if plot is not None:
            save(figure, plot)
        picture = png(figure) if form == "html" else b""
    write(told(found, form, picture=picture), output)


def _typed(name: str) -> bool:
    """Return whether an option was typed."""
    return click.get_current_context().get_parameter_source(name) is ParameterSource.COMMANDLINE


def _model(text: str) -> Model:
    """Return what an argument names: a table, a file of weights, or a kernel of the catalogue."""
    import numpy as np

    from kernelkit.inspection.weights import Model, read_model

    if text.lstrip().startswith("["):
        from kernelkit.exact.notation import read_table

        try:
            table = np.array(read_table(text), dtype=object).astype(float)
        except OverflowError as too_large:
            raise InputError(
                "a tap of the table is larger than any float", next='"[[1,-1]]" is one filter'
            ) from too_large
        if table.ndim not in {2, 3, 4}:
            raise ShapeError(
                f"a table of {table.ndim} axes is no layer",
                next='"[[1,-1]]" is one filter, three brackets hold several, four (filters, channels, rows, columns)',
            )
        return Model({"table": table}, "table", "the command line")

    try:
        return read_model(text)
    except CheckpointError as absent:
        if not absent.what.startswith("there is no file"):
            raise
        taps = _kernel(text, absent)
    return Model({text[:80]: taps}, "kernel", "the catalogue")


def _kernel(text: str, absent: CheckpointError) -> NDArray[np.float64]:
    """Return the taps of a kernel of the catalogue on one or two axes."""
    import numpy as np

    from kernelkit.cli.kernels import read_any_kernel

    if "/" in text or "\\" in text or text.lower().endswith(_SUFFIXES):
        raise absent
    try:
        kernel = read_any_kernel(text).kernel
    except UnknownNameError as unknown:
        raise UnknownNameError(
            f"{text[:200]!r} is no file of weights and no kernel of the catalogue", next=unknown.next
        ) from unknown
    if kernel.ndim > 2 or not kernel.taps:
        raise ShapeError(
            f"{text[:80]!r} is a kernel on {kernel.ndim} axes; filters are in the plane",
            next=f"kernelkit identify {shlex.quote(text[:80])}",
        )
    taps: NDArray[np.float64] = np.array(kernel.dense(), dtype=float)
    return np.atleast_2d(taps)


def _steps(text: str) -> tuple[int, int]:
    parts = text.split(",")
    if len(parts) > 2 or not all(
        p.strip().isascii() and p.strip().isdecimal() and len(p) <= 6 for p in parts
    ):
        raise InputError(
            f"{text[:40]!r} is no stride", next="--stride 4, or --stride 4,2 for rows and columns"
        )
    return int(parts[0]), int(parts[-1])
