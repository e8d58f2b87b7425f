"""What ``apply`` and ``gradient`` share: options, images in, results out, and what is said of both."""

from __future__ import annotations

import functools
import io
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from kernelkit.cli.files import PIPE, Task, each, tasks
from kernelkit.cli.io import tell
from kernelkit.cli.options import Command, plot_options
from kernelkit.errors import InputError, KernelkitError
from kernelkit.exact.notation import read_numbers
from kernelkit.filtering.plan import BOUNDARIES
from kernelkit.images import LARGEST, Mapping, open_image, to_grey, write_image

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from kernelkit.images import Image

    Array = NDArray[Any]

FORMATS = ("npy", "npz", "csv", "tiff", "png", "jpeg", "zarr")

_SUFFIX = {"tiff": ".tif", "jpeg": ".jpg"}
_GREYS = ("luminance", "rec601", "mean")
_MAPPED = {"png", "jpeg"}


@dataclass(frozen=True, slots=True)
class Filtering:
    """The options as they were typed."""

    images: tuple[str, ...]
    output: str | None
    form: str | None
    force: bool
    boundary: Any
    spacing: str | None
    axis: str | None
    colour: str | None
    channels: Any
    page: int | None
    array: str | None
    missing: str | None
    grey: str | None
    bits: Literal[8, 16]
    most: int
    plot: str | None

    def run(
        self,
        compute: Callable[[Image, Array | None], tuple[Array, str]],
        *,
        title: str,
        keeps_greys: bool = False,
        stream: Callable[[Image, str], str | None] | None = None,
    ) -> None:
        """Filter images: ``compute`` returns the result and the names of its axes.

        Where it ``keeps_greys``, such as a mean does, grey values of pictures are rounded and not stretched.
        ``stream`` filters from disk to disk what is not to be held in memory, and says what it did; or returns None.

        Raises
        ------
        KernelkitError
            Whatever went wrong with an image, or with some of several.
        """
        if self.output is None and self.plot is None:
            raise InputError("the result has nowhere to go", next="-o result.tif, or --plot result.png")
        todo = tasks(self.images, self.output, self._suffix, force=self.force)
        for task in todo:
            if task.target not in {None, PIPE} and _form_of(str(task.target)) not in {*FORMATS, "tif"}:
                raise InputError(
                    f"{task.target!r} names no format that images are written in",
                    next=f"one of {', '.join(FORMATS)}, as in -o result.tiff",
                )
        if self.plot is not None and len(todo) > 1:
            raise InputError(
                f"--plot draws one image, not {len(todo)}", next="leave it out, or give one image"
            )
        each(lambda task: self._one(task, compute, title, stream, keeps_greys=keeps_greys), todo, tell)

    @property
    def _suffix(self) -> str | None:
        return None if self.form is None else _SUFFIX.get(self.form, f".{self.form}")

    def _one(
        self,
        task: Task,
        compute: Callable[[Image, Array | None], tuple[Array, str]],
        title: str,
        stream: Callable[[Image, str], str | None] | None,
        *,
        keeps_greys: bool,
    ) -> None:
        import numpy as np

        image = self._opened(task.source)
        if stream is not None and task.target not in {None, PIPE}:
            said = stream(image, str(task.target))
            if said is not None:
                tell(f"{task.source}: {image.what} -> {task.target}: {said}")
                return
        if not isinstance(image.values, np.ndarray) or isinstance(image.values, np.memmap):
            image = self._opened(task.source, read=True)
        if self.colour in _GREYS:
            image = to_grey(image, self.colour)  # type: ignore[arg-type]  # click checked the word
        result, axes = compute(image, self._hidden(image))
        if self.plot is not None:
            _plot(image, result, axes, title, self.plot)
        said = f"{image.what}: {_range_of(result)}"
        if task.target is None:
            tell(f"{task.source}: {said}")
            return
        written: Any = io.BytesIO() if task.target == PIPE else task.target
        form = self.form if task.target == PIPE or task.target is None else _form_of(task.target)
        done = write_image(
            written,
            result,
            axes=axes,
            alpha=image.alpha if form == "png" and axes in {"yx", "yxc"} else None,
            mapping=self._mapping(image, result, keeps_greys=keeps_greys) if form in _MAPPED else None,
            bits=self.bits,
            form=(form or "npy") if task.target == PIPE else None,
            force=True,  # looked at before the work
        )
        if isinstance(written, io.BytesIO):
            sys.stdout.buffer.write(written.getvalue())
            sys.stdout.buffer.flush()
        tell(f"{task.source}: {said}{'; ' + done.words if done.words else ''} -> {task.target}")

    def _opened(self, source: str, *, read: bool = False) -> Image:
        place: Any = sys.stdin.buffer if source == PIPE else source
        return open_image(
            place, channels=self.channels, page=self.page, array=self.array, read=read, most=self.most
        )

    def _mapping(self, image: Image, result: Array, *, keeps_greys: bool) -> Any:  # noqa: ANN401 - or a word
        """Return how numbers become grey values: as the user says, as they are, or so that none is clipped."""
        if self.grey is None:
            bits = {"uint8": 8, "uint16": 16}.get(str(image.values.dtype))
            if keeps_greys and bits and float(result.min()) >= 0 and float(result.max()) < 2**bits:
                return Mapping(0.0, 1.0, bits)
            return "auto"
        ends = read_numbers(self.grey, "range")
        if len(ends) != 2:
            raise InputError(f"{self.grey!r} is no range", next="--range=-10,10: these are black and white")
        return Mapping.between(float(ends[0]), float(ends[1]), self.bits)

    def _hidden(self, image: Image) -> Array | None:
        """Return where samples are missing: True, in the shape of the image."""
        import numpy as np

        if self.missing is None:
            return None
        if self.missing.lower() == "nan":
            return np.asarray(np.isnan(image.values))
        try:
            [number] = read_numbers(self.missing, "number")
        except (KernelkitError, ValueError):
            mask = np.asarray(open_image(self.missing, most=self.most).values) != 0
            return np.broadcast_to(mask[..., None], image.values.shape) if image.axes.endswith("c") else mask
        return np.asarray(image.values == float(number))

    def space(self, image: Image, count: int | None = None) -> tuple[int, ...]:
        """Return the axes that are filtered: those named, or all of space, if these are as many as are wanted."""
        names = image.axes
        if self.axis is None:
            every = tuple(place for place, name in enumerate(names) if name != "c")
            if count not in {None, len(every)}:
                words = ",".join(names[place] for place in every[-(count or 1) :])
                raise InputError(
                    f"a kernel of {count} axes does not say where it goes in an image with the axes {', '.join(names)}",
                    next=f"--axis {words}",
                )
            return every
        found = []
        for part in self.axis.split(","):
            word = part.strip()
            if word in names and len(word) == 1:
                found.append(names.index(word))
            elif word.lstrip("-").isdecimal() and len(word) < 4 and -len(names) <= int(word) < len(names):
                found.append(int(word) % len(names))
            else:
                raise InputError(
                    f"the image has no axis {word!r}",
                    next=f"its axes are {', '.join(names)}: --axis {names[-1]}",
                )
        return tuple(found)

    def steps(self, count: int) -> float | tuple[float, ...]:
        """Return the spacing, one number or one an axis."""
        if self.spacing is None:
            return 1.0
        numbers = tuple(map(float, read_numbers(self.spacing, "spacing")))
        return numbers[0] if len(numbers) == 1 else numbers


def filter_options(colours: Sequence[str]) -> Callable[[Command], Command]:
    """Add the options of images and results; the command gets one ``chosen``, a `Filtering`."""
    options = [
        click.argument("images", nargs=-1, required=True, metavar="IMAGE..."),
        click.option("-o", "--output", metavar="FILE", help="Where to: a file, a folder, or - for a pipe."),
        click.option(
            "--format",
            "form",
            type=click.Choice(FORMATS),
            help="Of the result, where no suffix says it: in a folder, or a pipe [default there: npy].",
        ),
        click.option("--force", is_flag=True, help="Replace files that are there."),
        click.option(
            "--boundary",
            type=click.Choice(BOUNDARIES),
            help="What happens at the border.  [default: one-sided for derivatives, else reflect]",
        ),
        click.option(
            "--spacing", metavar="H[,H...]", help="Distance between samples, one number or one an axis."
        ),
        click.option(
            "--axis", metavar="A[,A...]", help="Axes to filter along, by letter or number: x, or y,x."
        ),
        click.option(
            "--colour", type=click.Choice(list(colours)), help=f"Of colours: {_COLOURS[len(colours)]}"
        ),
        click.option(
            "--channels",
            type=click.Choice(["first", "last"]),
            help="Where colours are in an array that names no axes.",
        ),
        click.option("--page", type=click.IntRange(min=0), help="Of a tiff file, from 0; all without it."),
        click.option("--array", metavar="NAME", help="Of a file that holds several."),
        click.option(
            "--missing",
            metavar="NAN|VALUE|FILE",
            help="Samples that are missing: NaN, those of a value, or where a mask is not 0.",
        ),
        click.option(
            "--range",
            "grey",
            metavar="LOW,HIGH",
            help="Results that are black and white in png and jpeg; without it none is clipped.",
        ),
        click.option(
            "--bits",
            type=click.Choice(["8", "16"]),
            default="8",
            show_default=True,
            help="Of grey values in png.",
        ),
        click.option(
            "--most",
            type=click.IntRange(min=1),
            default=LARGEST,
            show_default=True,
            metavar="N",
            help="Samples that are taken into memory.",
        ),
    ]

    def added(command: Command) -> Command:
        @functools.wraps(command)
        def gathered(*, bits: str, **given: Any) -> None:  # noqa: ANN401 - click's values
            own = {name: given.pop(name) for name in Filtering.__slots__ if name in given}
            command(chosen=Filtering(bits=16 if bits == "16" else 8, **own), **given)

        drawn = plot_options(what="the image and the result")(gathered)
        for option in reversed(options):
            drawn = option(drawn)
        return drawn

    return added


def _form_of(target: str) -> str:
    """Return what the suffix of a file says: the formats of pictures need to be told from others."""
    suffix = Path(target).suffix.lower().removeprefix(".")
    return "jpeg" if suffix == "jpg" else suffix


_COLOURS = {
    4: "each channel alone, or made grey first.  [default: each]",
    5: "all at once by their tensor, each alone, or made grey first.  [default: tensor]",
}


def _range_of(result: Array) -> str:
    """Say between which numbers a result lies."""
    import numpy as np

    finite = result[np.isfinite(result)]
    lost = result.size - finite.size
    words = f"{finite.min():.6g} to {finite.max():.6g}" if finite.size else "no numbers"
    return words + (f", {lost} without an answer" if lost else "")


def _plot(image: Image, result: Array, axes: str, title: str, path: str) -> None:
    from kernelkit.plot.filtered import filtered
    from kernelkit.plot.save import save

    if axes not in {"x", "yx"}:
        raise InputError(
            f"a result with the axes {', '.join(axes)} is no picture",
            next="--page 0, --colour luminance, or a result with one number a pixel",
        )
    save(filtered(image.values, result, title=title), path)
