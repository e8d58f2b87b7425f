"""``kernelkit gradient``: how fast images change, and in which direction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_args

import click

from kernelkit.cli.filtered import Filtering, filter_options
from kernelkit.cli.io import tell
from kernelkit.cli.kernels import read_any_kernel
from kernelkit.errors import InputError
from kernelkit.exact.derive import derive
from kernelkit.exact.functional import derivative
from kernelkit.filtering.derivatives import Output
from kernelkit.filtering.derivatives import gradient as gradient_of
from kernelkit.filtering.meaning import meaning
from kernelkit.filtering.rim import line_of

if TYPE_CHECKING:
    from kernelkit.images import Image

NOISY = 100
"""Times as much noise at the border as inside, beyond which it is told."""

_COMPONENTS = "ztwqrs"
"""Names for the axis of components: the first that the image does not have."""


@click.command()
@filter_options(["tensor", "each", "luminance", "rec601", "mean"])
@click.option(
    "--kernel",
    metavar="KERNEL",
    help="For the derivative along x, turned for the other axes: sobel.  Central differences without one.",
)
@click.option(
    "--accuracy",
    type=click.IntRange(min=1),
    metavar="P",
    help="Of central differences, which are even: 3 gives 4.  [default: 2]",
)
@click.option(
    "--result",
    type=click.Choice(get_args(Output)),
    default="magnitude",
    show_default=True,
    help="components: one page an axis; orientation in radians, from x towards y, of colours a line without sign.",
)
def gradient(chosen: Filtering, kernel: str | None, accuracy: int | None, result: Output) -> None:
    """Compute the gradient of images: its length, its direction, or its components, in units per sample.

    An IMAGE is a file (npy, npz, csv, png, tiff, jpeg, bmp, pgm, zarr), a folder, a pattern in quotes, or - for
    standard input.  Numbers are taken as they are.  At the border one-sided differences are as accurate as inside.

    \b
    Examples:
      kernelkit gradient photo.png -o edges.png
      kernelkit gradient photo.png --kernel sobel --result components -o slopes.tif
      kernelkit gradient height.npy --spacing 0.5 --result orientation -o aspect.npy
      kernelkit gradient "scans/*.tif" -o edges/ --format tiff
    """
    if kernel is not None and accuracy is not None:
        raise InputError(
            "--accuracy is for central differences, and --kernel gives others", next="leave one out"
        )
    if kernel == "-":
        raise InputError("a kernel of a gradient is no pipe", next="--kernel sobel, or a file")
    given = None if kernel is None else read_any_kernel(kernel).comparable
    boundary = chosen.boundary or "one-sided"
    conventions: dict[str, Any] = {
        "kernel": given,
        "accuracy": accuracy or 2,
        "boundary": boundary,
    }
    what = kernel or _central(accuracy or 2)
    tell(f"gradient by {what}: {result}; border {boundary}")
    if kernel is None and boundary == "one-sided":
        _warn_of_noise(accuracy or 2)

    def compute(image: Image, missing: Any) -> tuple[Any, str]:  # noqa: ANN401 - arrays
        axes = chosen.space(image)
        conventions["spacing"] = chosen.steps(len(axes))
        if image.axes.endswith("c") and chosen.colour == "tensor":
            return _tensor(image, missing, axes, result, conventions)
        found = gradient_of(image.values, output=result, axis=axes, mask=missing, **conventions)
        names = image.axes
        if result == "components":
            names = next(name for name in _COMPONENTS if name not in names) + names
        return found, names

    chosen.run(compute, title=f"{kernel or 'gradient'}: {result}", order=1)


def _central(accuracy: int) -> str:
    """Say which central differences there are of an accuracy, or of the next that is even."""
    even = meaning(derive(derivative(1), accuracy=accuracy)).accuracy
    more = "" if even == accuracy else f", the next after {accuracy} that they have"
    return f"central differences of accuracy {even}{more}"


def _warn_of_noise(accuracy: int) -> None:
    """Tell where border rows make much more of noise than those inside."""
    import numpy as np

    line = line_of(derive(derivative(1), accuracy=accuracy))
    times = float(np.linalg.norm(line.low[0]) / np.linalg.norm(line.taps))
    if times > NOISY:
        tell(
            f"noise in the first and last samples becomes {times:.2g} times as large as inside: a lower --accuracy"
        )


def _tensor(
    image: Image,
    missing: Any,  # noqa: ANN401 - arrays, here and below
    axes: tuple[int, ...],
    result: Output,
    conventions: dict[str, Any],
) -> tuple[Any, str]:
    from kernelkit.filtering.colour import tensor_gradient

    if result == "components":
        raise InputError(
            "colours have one length and one direction together, and components each for itself",
            next="--colour each, or --colour luminance",
        )
    if axes != (0, 1) or image.axes != "yxc":
        raise InputError(
            f"the tensor of colours is that of a picture, not of axes {', '.join(image.axes)}",
            next="--colour each, or --colour luminance",
        )
    hidden = None if missing is None else missing.any(-1)
    length, orientation = tensor_gradient(image.values, mask=hidden, **conventions)
    return length if result == "magnitude" else orientation, "yx"
