"""``kernelkit learn``: a kernel from data, with its intervals, its proof and its name."""

from __future__ import annotations

import io
import math
from fractions import Fraction
from pathlib import PurePath
from typing import TYPE_CHECKING, get_args

import click
from click.core import ParameterSource

from kernelkit.cli.images import read_any_image, read_size
from kernelkit.cli.io import tell, write, write_file
from kernelkit.cli.options import output_options, plot_options
from kernelkit.cli.progress import progress_of
from kernelkit.cli.teacher import taught
from kernelkit.errors import InputError
from kernelkit.explain.learned import FORMATS, KERNEL_FORMATS, told
from kernelkit.images.colour import Grey
from kernelkit.learning.lesson import study
from kernelkit.learning.run import Method

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

    from kernelkit.learning.lesson import Lesson
    from kernelkit.learning.run import Run

_FORMS = {".json": "json", ".csv": "csv", ".npy": "npy", ".c": "c", ".h": "c"}
"""What a file is by its suffix, where no format is named."""

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
@click.option(
    "--clipped",
    type=click.Choice(["keep", "leave-out"]),
    default="keep",
    show_default=True,
    help="What is done about the least and the largest labels, where they were cut off.",
)
@click.option(
    "--colour",
    type=click.Choice(get_args(Grey)),
    default="luminance",
    show_default=True,
    help="How pictures in colour are made grey.",
)
@click.option("--force", is_flag=True, help="Try a step of the loop beyond the largest stable one.")
@plot_options(what="the losses")
@output_options([*KERNEL_FORMATS, "npy"])
@click.pass_context
def learn(
    context: click.Context,
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
    clipped: str,
    colour: Grey,
    plot: str | None,
    form: str,
    output: str | None,
    *,
    force: bool,
) -> None:
    """Learn the kernel that turns X into Y, and say what it is and how sure that is.

    X and Y are npy, csv, png or tiff files, or literals; Y is what a layer of that size, stride, padding and
    dilation makes of X.  Where Y is as large as X, as filtered pictures are, its border is left out.  With --teacher
    and --image the labels are made instead.  -o k.npy, k.csv, k.json or k.c writes the kernel, for identify and apply.

    \b
    Examples:
      kernelkit learn --teacher "[[1,-1]]" --image post
      kernelkit learn --teacher "[[1,-1]]" --image post --method loop --lr 0.03 --epochs 10
      kernelkit learn before.png after.png --size 5x5 -o k.npy
      kernelkit learn --teacher sobel-x --image post
      kernelkit learn "[1,2,4,8,5,7]" "[1,2,-7,5]" --size 3
    """
    if context.get_parameter_source("form") is ParameterSource.DEFAULT:
        form = _FORMS.get(PurePath(output or "").suffix.lower(), form)
    if form == "npy" and output in {None, "-"}:
        raise InputError("npy is not for a terminal", next="-o kernel.npy")
    iterates = method != "exact"
    if not iterates:
        _refuse_steps({"--lr": lr, "--epochs": epochs, "--start": start, "--plot": plot})
    made = teacher is not None or image is not None
    _check_noise(noise, seed, made=made, random_start=start == "uniform")
    layer = {"stride": stride, "padding": padding, "dilation": dilation}
    x: NDArray[np.generic]
    window: int | tuple[int, ...]
    if made:
        x, y, window = taught(
            teacher, image, images, size, noise=noise, seed=seed or 0, layer=layer, colour=colour
        )
    elif len(images) != 2 or size is None:
        raise InputError(
            "learning needs X, Y and a size, or a teacher and an image",
            next="kernelkit learn X.npy Y.npy --size 3x3, or kernelkit learn --teacher sobel-x --image photo.png",
        )
    else:
        x, y = (read_any_image(name, colour=colour) for name in images)
        window = read_size(size)
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
        clipped=clipped,
        progress=progress_of(_STEP) if iterates else None,
        **layer,
    )
    if plot is not None:
        from kernelkit.plot.save import save
        from kernelkit.plot.training import training

        save(training(lesson.run.history, lesson.predicted), plot)
    if form not in FORMATS:
        tell(f"{lesson.statement}{_bias_text(lesson.run)}")
    if form == "npy":
        write_file(str(output), _npy(lesson))
    else:
        write(told(lesson, form), output)


def _bias_text(run: Run) -> str:
    return (
        f"; beside the taps, {', '.join(f'{x:.6g}' for x in run.biases)} is added" if run.biases.any() else ""
    )


def _npy(lesson: Lesson) -> bytes:
    """Return the taps as NumPy saves them: those of one kernel about the middle of the array, else all of a layer."""
    import numpy as np

    taps = lesson.run.weights
    if taps.shape[:2] == (1, 1):
        kernel = dict(lesson.kernel.taps)
        offsets = np.array(lesson.run.pairs.offsets)
        low, high = -offsets.min(0), offsets.max(0)
        low = np.where(high > low + 1, high, low)  # of spread taps the middle is further in
        taps = np.zeros(low + high + 1)
        for offset in lesson.run.pairs.offsets:
            taps[tuple(low + offset)] = float(kernel.get(tuple(map(Fraction, offset)), 0))
    file = io.BytesIO()
    np.save(file, taps)
    return file.getvalue()


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
