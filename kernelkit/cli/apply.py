"""``kernelkit apply``: a kernel applied to images, in stated units, right up to the border."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import TYPE_CHECKING, Any, get_args

import click

from kernelkit.cli.filtered import Filtering, filter_options
from kernelkit.cli.io import tell
from kernelkit.cli.kernels import read_any_kernel
from kernelkit.cli.options import read_whole_numbers
from kernelkit.cli.progress import progress_of
from kernelkit.errors import InputError
from kernelkit.filtering.apply import apply as applied
from kernelkit.filtering.meaning import Scale
from kernelkit.filtering.plan import Operation, dilated, plan

if TYPE_CHECKING:
    from kernelkit.exact.kernel import Kernel
    from kernelkit.filtering.plan import Plan
    from kernelkit.images import Image

_LONGEST = 12
"""Characters of an exact gain; a longer one is said as a decimal."""

_LONG = re.compile(r"\d{5,}/\d+|\d+/\d{5,}")
"""Fractions that people had better read as decimals."""

_STEPS = 'steps look like 2, or "2,1" for one an axis'


@click.command()
@click.argument("kernel")
@filter_options(["each", "luminance", "rec601", "mean"])
@click.option(
    "--scale",
    type=click.Choice(get_args(Scale)),
    default="unit",
    show_default=True,
    help="unit: a derivative is one, a mean is a mean.  raw: the taps as they are.",
)
@click.option(
    "--operation",
    type=click.Choice(get_args(Operation)),
    default="correlate",
    show_default=True,
    help="convolve turns the kernel around first.",
)
@click.option("--stride", default="1", metavar="N[,N]", help="Keep every N-th answer.")
@click.option("--dilation", default="1", metavar="N[,N]", help="Distance of neighbouring taps, in samples.")
def apply(
    kernel: str, chosen: Filtering, scale: Scale, operation: Operation, stride: str, dilation: str
) -> None:
    """Apply KERNEL to images: npy, npz, csv, png, tiff, jpeg, bmp, pgm, zarr.

    KERNEL is a name such as sobel-x, a literal "[[-1,0,1],[-2,0,2],[-1,0,1]]", a derivation such as derive:2:4, or a
    file.  An IMAGE is a file, a folder, a pattern in quotes, or - for standard input.  Numbers are taken as they are; a
    derivative is in units per sample, positive where the image rises.  Stores in zarr go to zarr piece by piece.

    \b
    Examples:
      kernelkit apply sobel-x photo.png -o slope.tif
      kernelkit apply derive:2 signal.csv --spacing 0.01 -o curvature.csv
      kernelkit apply laplacian-5pt scans/ -o laplacians/ --format png --bits 16
      kernelkit apply sobel-x big.zarr -o slope.zarr
      cat photo.png | kernelkit apply box-5 - -o - --format png > smooth.png
    """
    if kernel == "-" and "-" in chosen.images:
        raise InputError("a pipe holds the kernel or the image, not both", next="name a file for one of them")
    read = read_any_kernel(kernel)
    given = read.kernel if scale == "raw" else read.comparable
    conventions: dict[str, Any] = {
        "boundary": chosen.boundary,
        "scale": scale,
        "operation": operation,
        "spacing": chosen.steps(given.ndim),
        "dilation": _steps(dilation),
    }
    steps = _steps(stride)
    planned = plan(given, masked=chosen.missing is not None, **conventions)
    summed = given.flipped() if operation == "convolve" else given
    tell(told(kernel, dilated(summed, conventions["dilation"]), planned, scale))

    def compute(image: Image, missing: Any) -> tuple[Any, str]:  # noqa: ANN401 - arrays
        axes = chosen.space(image, given.ndim)
        return (
            applied(given, image.values, axis=axes, stride=steps, mask=missing, **conventions),
            image.axes,
        )

    def stream(image: Image, target: str) -> str | None:
        from kernelkit.cli.stream import is_streamed, streamed

        if not is_streamed(image, target):
            return None
        if chosen.colour != "each" or chosen.missing or chosen.plot:
            raise InputError(
                "an image on disk is filtered as it is: without --colour, --missing and --plot",
                next="cut out a part of it for these",
            )
        return streamed(
            given,
            image,
            target,
            axis=chosen.space(image, given.ndim),
            stride=steps,
            progress=progress_of("piece {} of {}"),
            **conventions,
        )

    chosen.run(compute, title=kernel, order=planned.known.order, ndim=given.ndim, stream=stream)


def told(name: str, kernel: Kernel, planned: Plan, scale: str) -> str:
    """Say what a kernel computes, what its sums are divided by, and what happens at the border."""
    from kernelkit.exact.rational import written
    from kernelkit.filtering.meaning import meaning

    known = meaning(kernel)
    name_of = "nothing" if known.target is None else _LONG.sub(_as_decimal, known.target.name)
    what = f"computes {name_of}"
    if name_of.startswith("value"):
        what = _averages(kernel, known.gain) + name_of.removeprefix("value")
    exact = written(known.gain)
    size = exact if len(exact) <= _LONGEST else f"{float(known.gain):.6g}"
    gain = f", its gain {size} divided out" if scale == "unit" and known.gain != 1 else ""
    raw = f", {size} times, as its taps are" if scale == "raw" and known.gain != 1 else ""
    return f"{name} {what}{gain}{raw}; border {planned.boundary}"


def _averages(kernel: Kernel, gain: Fraction) -> str:
    """Say what a kernel of order 0 does to an image."""
    if len(kernel) == 1:
        return "computes the value"
    return (
        "smooths" if all(tap * gain > 0 for _, tap in kernel.taps) else "is a mean with some weights negative"
    )


def _as_decimal(fraction: re.Match[str]) -> str:
    return f"{float(Fraction(fraction[0])):.6g}"


def _steps(text: str) -> int | tuple[int, ...]:
    numbers = read_whole_numbers(text, "list of steps", _STEPS)
    return numbers[0] if len(numbers) == 1 else numbers
