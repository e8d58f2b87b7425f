"""``kernelkit learn``: a kernel from data, with its intervals, its proof and its name."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, get_args

import click

from kernelkit.cli.images import read_any_image, read_size
from kernelkit.cli.io import write
from kernelkit.cli.options import output_options, plot_options
from kernelkit.cli.progress import progress_of
from kernelkit.cli.teacher import taught
from kernelkit.errors import InputError
from kernelkit.explain.learned import FORMATS, told
from kernelkit.learning.lesson import study
from kernelkit.learning.run import Method

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

_STEP = "step {} of {}, loss {:.6g}; Ctrl-C keeps the best taps so far"


@click.command()
@click.argument("images", nargs=-1, metavar="[X Y]")
@click.option(
    "--size", metavar="HxW", help="Size of the kernel: 3x3, 1x2, 5; that of the teacher when left out."
)
@click.option("--teacher", metavar="KERNEL", help="Make the labels with this kernel, from --image.")
@click.option("--image", metavar="IMAGE", help="The image the teacher is applied to.")
@click.option(
    "--noise",
    type=click.FloatRange(0, 1e100),
    default=0.0,
    help="Deviation of noise added to the labels made.",
)
@click.option(
    "--seed", type=click.IntRange(min=0), metavar="N", help="Of noise and of a uniform start. [default: 0]"
)
@click.option(
    "--method", type=click.Choice(get_args(Method)), default="exact", show_default=True, help="How to learn."
)
@click.option(
    "--lr", type=float, metavar="STEP", help="Step of the loop or of Adam. [default: the best constant one]"
)
@click.option(
    "--epochs", type=click.IntRange(min=0), help="Steps of the loop and the optimisers. [default: 1000]"
)
@click.option("--start", type=click.Choice(["zeros", "uniform"]), help="Taps to begin with. [default: zeros]")
@click.option(
    "--bias",
    type=click.Choice(["none", "fit"]),
    default="none",
    show_default=True,
    help="Learn a constant, too.",
)
@click.option(
    "--stride", default=1, show_default=True, type=click.IntRange(min=1), help="Step between windows."
)
@click.option(
    "--padding", default=0, show_default=True, type=click.IntRange(min=0), help="Zeros on each side."
)
@click.option(
    "--dilation", default=1, show_default=True, type=click.IntRange(min=1), help="Step between taps."
)
@click.option("--force", is_flag=True, help="Try a step of the loop beyond the largest stable one.")
@plot_options(what="the losses")
@output_options(FORMATS)
def learn(
    images: tuple[str, ...],
    size: str | None,
    teacher: str | None,
    image: str | None,
    noise: float,
    seed: int | None,
    method: Method,
    lr: float | None,
    epochs: int | None,
    start: str | None,
    bias: str,
    stride: int,
    padding: int,
    dilation: int,
    plot: str | None,
    form: str,
    output: str | None,
    *,
    force: bool,
) -> None:
    """Learn the kernel that turns X into Y, and say what it is and how sure that is.

    X and Y are npy, csv, png or tiff files, or literals; Y is what a layer of that size, stride, padding and
    dilation makes of X.  With --teacher and --image the labels are made instead.

    \b
    Examples:
      kernelkit learn --teacher "[[1,-1]]" --image post
      kernelkit learn --teacher "[[1,-1]]" --image post --method loop --lr 0.03 --epochs 10
      kernelkit learn --teacher sobel-x --image post
      kernelkit learn "[1,2,4,8,5,7]" "[1,2,-7,5]" --size 3
    """
    iterates = method != "exact"
    if not iterates:
        _refuse_steps({"--lr": lr, "--epochs": epochs, "--start": start, "--plot": plot})
    made = teacher is not None or image is not None
    _check_noise(noise, seed, made=made, random_start=start == "uniform")
    layer = {"stride": stride, "padding": padding, "dilation": dilation}
    x: NDArray[np.generic]
    window: int | tuple[int, ...]
    if made:
        x, y, window = taught(teacher, image, images, size, noise=noise, seed=seed or 0, layer=layer)
    elif len(images) != 2 or size is None:
        raise InputError(
            "learning needs X, Y and a size, or a teacher and an image",
            next="kernelkit learn X.npy Y.npy --size 3x3, or kernelkit learn --teacher sobel-x --image photo.png",
        )
    else:
        x, y, window = read_any_image(images[0]), read_any_image(images[1]), read_size(size)
    lesson = study(
        x,
        y,
        window,
        method=method,
        bias=bias,
        start=start,
        seed=seed if start == "uniform" else None,
        lr=lr,
        steps=epochs,
        beyond="tried" if force else "refused",
        progress=progress_of(_STEP) if iterates else None,
        **layer,
    )
    if plot is not None:
        from kernelkit.plot.save import save
        from kernelkit.plot.training import training

        save(training(lesson.run.history, lesson.predicted), plot)
    write(told(lesson, form), output)


def _refuse_steps(options: Mapping[str, object]) -> None:
    """Refuse options of methods that take steps, where none are taken."""
    for name, value in options.items():
        if value is not None:
            raise InputError(
                f"{name} is for methods that take steps, and least squares needs none",
                next=f"--method loop {name} ..., or leave {name} out",
            )


def _check_noise(noise: float, seed: int | None, *, made: bool, random_start: bool) -> None:
    if math.isnan(noise):
        raise InputError("--noise is no number", next="--noise 0.1")
    if noise and not made:
        raise InputError("--noise is added to labels that are made, and Y was given", next="leave it out")
    if seed is not None and not noise and not random_start:
        raise InputError("--seed has nothing to draw", next="--noise 0.1, or --start uniform, draws numbers")
