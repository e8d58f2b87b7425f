"""What ``apply`` and ``gradient`` share: options, images in, results out, and what is said of both."""

from __future__ import annotations

import functools
import io
import math
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kernelkit.cli.files import PIPE, Task, check_apart, each, shown, tasks
from kernelkit.cli.io import tell
from kernelkit.cli.options import Command, plot_options, read_floats
from kernelkit.cli.panels import draw_beside
from kernelkit.errors import InputError, KernelkitError, ShapeError
from kernelkit.exact.rational import counted
from kernelkit.filtering.plan import BOUNDARIES
from kernelkit.images import LARGEST, Mapping, open_image, to_grey, write_image
from kernelkit.images.write import FORMATS, written_as

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from kernelkit.images import Image

    Array = NDArray[Any]


_SUFFIX = {"tiff": ".tif", "jpeg": ".jpg"}
_GREYS = ("luminance", "rec601", "mean")
_MAPPED = {"png", "jpeg"}
_WHOLE = re.compile(r"-?[0-9]{1,3}")


@dataclass(frozen=True, slots=True)
class Filtering:
    """The options as they were typed."""

    images: tuple[str, ...]
    output: str | None
    form: str | None
    force: bool
    skip: bool
    boundary: Any
    spacing: str | None
    axis: str | None
    colour: str
    channels: Any
    page: int | None
    array: str | None
    missing: str | None
    grey: str | None
    bits: Any
    most: int
    plot: str | None

    def run(
        self,
        compute: Callable[[Image, Array | None], tuple[Array, str]],
        *,
        title: str,
        order: int | None = None,
        ndim: int | None = None,
        stream: Callable[[Image, str], str | None] | None = None,
        elsewhere: bool = False,
    ) -> None:
        """Filter images: ``compute`` returns the result and the names of its axes, components first.

        Of a derivative of ``order`` 0, such as a mean, grey values of pictures are rounded and not stretched; others
        are per length.  ``ndim`` is that of the kernel, where it has one.  ``elsewhere`` says that what ``compute``
        finds is written by the command, too, and -o is not needed.
        ``stream`` filters from disk to disk what is not to be held in memory, and says what it did; or returns None.

        Raises
        ------
        KernelkitError
            Whatever went wrong with an image, or with some of several.
        """
        if self.output is None and self.plot is None and not elsewhere:
            raise InputError("the result has nowhere to go", next="-o result.tif, or --plot result.png")
        self._check_skip()
        todo = tasks(self.images, self.output, self._suffix, force=self.force, skip=self.skip)
        if self.plot is not None:
            check_apart([self.plot], [task.source for task in todo])
        if there := sum(task.is_done for task in todo):
            tell(f"there already, and left: {there} of {counted(len(todo), 'result')}")
        for task in todo:
            if task.target is None:
                continue
            form = self._form(task.target)
            if self.form not in {None, form}:
                raise InputError(
                    f"{task.target} and --format {self.form} name two formats", next="leave --format out"
                )
        if self.plot is not None and len(todo) > 1:
            raise InputError(
                f"--plot draws one image, not {len(todo)}", next="leave it out, or give one image"
            )
        scales: set[Mapping] = set()
        notes = _Notes(self, order, ndim)
        try:
            each(lambda task: self._one(task, compute, title, stream, notes, scales), todo, tell)
        finally:
            if len(scales) > 1:
                tell(
                    f"these pictures differ in scale: --range={_covering(scales)} --force gives all the same"
                )

    @property
    def _suffix(self) -> str | None:
        return None if self.form is None else _SUFFIX.get(self.form, f".{self.form}")

    def _one(
        self,
        task: Task,
        compute: Callable[[Image, Array | None], tuple[Array, str]],
        title: str,
        stream: Callable[[Image, str], str | None] | None,
        notes: _Notes,
        scales: set[Mapping],
    ) -> None:
        import numpy as np

        if task.target is not None:
            self._check_greys(task.target)
        image = self._opened(task.source)
        if stream is not None and task.target not in {None, PIPE}:
            said = stream(image, str(task.target))
            if said is not None:
                tell(f"{shown(task.source)}: {self._read(image)} -> {shown(str(task.target))}: {said}")
                return
        if not isinstance(image.values, np.ndarray) or isinstance(image.values, np.memmap):
            image = self._opened(task.source, read=True)
        said = self._read(image)
        notes.tell(image)
        greys = str(image.values.dtype) if notes.order == 0 else ""
        if self.colour in _GREYS:
            image = to_grey(image, self.colour)  # type: ignore[arg-type]  # click checked the word
        result, axes = compute(image, self._hidden(image))
        said += f": {_range_of(result)}"
        if task.target is not None:
            said += self._written(task.target, result, axes, image.alpha, greys, scales)
        tell(f"{shown(task.source)}: {said}")
        if self.plot is not None:
            slopes = [image.axes[place] for place in self.space(image)] if len(axes) > len(image.axes) else []
            draw_beside(image, result, axes, title=title, slopes=slopes, path=self.plot)

    def _read(self, image: Image) -> str:
        """Say what an image is, and as what it is taken."""
        said = image.what
        if image.mapping is not None and image.mapping.scale != 1:
            said += ", the grey values taken as they are"
        if image.axes.endswith("c"):
            said += f", {_COLOURS[self.colour]}"
        if self.spacing is not None:
            said += f", spacing {self.spacing}"
            said += f" (the file says {image.pixel.numbers} {image.pixel.unit})" if image.pixel else ""
        return said

    def _written(
        self,
        target: str,
        result: Array,
        axes: str,
        alpha: Array | None,
        greys: str,
        scales: set[Mapping],
    ) -> str:
        """Write a result, and say how."""
        place: Any = io.BytesIO() if target == PIPE else target
        form = self._form(target)
        if form == "jpeg" and result.dtype == bool:
            raise InputError(
                "jpeg leaves greys beside what is black or white", next="png, as in -o result.png"
            )
        mapping = self._mapping(result, greys) if form in _MAPPED else None
        bits = mapping.bits if isinstance(mapping, Mapping) else self.bits or 8
        fits = (
            alpha is not None
            and axes in {"yx", "yxc"}
            and alpha.shape == result.shape[:2]
            and result.dtype != bool
        )
        lost = "; its alpha is not kept" if alpha is not None and form == "png" and not fits else ""
        done = write_image(
            place,
            result,
            axes=axes,
            alpha=_alpha(alpha, bits) if form == "png" and fits else None,
            mapping=mapping,
            bits=16 if bits == 16 else 8,
            form=form,
            force=True,  # looked at before the work
        )
        if done.mapping is not None:
            scales.add(done.mapping)
        if isinstance(place, io.BytesIO):
            sys.stdout.buffer.write(place.getvalue())
            sys.stdout.buffer.flush()
        return f"{'; ' + done.words if done.words else ''}{lost} -> {shown(target)}"

    def _form(self, target: str) -> str:
        """Return the format of a result: what its suffix says, or where there is none --format, or npy in a pipe."""
        if target == PIPE:
            return self.form or "npy"
        place = Path(target)
        return written_as(place, None if place.suffix else self.form)

    def _check_greys(self, target: str) -> None:
        """Refuse options of grey values where there will be none."""
        form = self._form(target)
        for name, given in (("--range", self.grey), ("--bits", self.bits)):
            if given is not None and form not in _MAPPED:
                raise InputError(
                    f"{name} is for pictures with grey values, and {form} holds the numbers as they are",
                    next="leave it out, or -o result.png",
                )

    def _check_skip(self) -> None:
        if self.force and self.skip:
            raise InputError("--force and --skip-existing contradict each other", next="leave one out")
        if self.skip and self.plot is not None:
            raise InputError(
                "a figure is drawn with its result, which --skip-existing may leave out", next="leave one out"
            )

    def _opened(self, source: str, *, read: bool = False) -> Image:
        place: Any = source
        if source == PIPE:
            # Python has no standard input at all where it was closed
            place = getattr(sys.stdin, "buffer", None)
            if place is None:
                raise InputError("standard input is closed", next="name a file")
        return open_image(
            place, channels=self.channels, page=self.page, array=self.array, read=read, most=self.most
        )

    def _mapping(self, result: Array, greys: str) -> Any:  # noqa: ANN401 - a mapping, or the word for one that fits
        """Return how numbers become grey values: as the user says, as they were, or so that none is clipped.

        ``greys`` is the type of the grey values that are to be kept, if any are.
        """
        if result.dtype == bool:
            return None  # black and white
        if self.grey is None:
            top, bits = {"uint8": (255, 8), "uint16": (65535, 16)}.get(greys, (0, 0))
            fits = bits and bits <= (self.bits or bits) and result.min() >= 0 and result.max() < top + 0.5
            if not fits:
                return "auto"
            return Mapping(0.0, 257.0, 16) if self.bits == 16 > bits else Mapping(0.0, 1.0, bits)
        ends = read_floats(self.grey, "range")
        if len(ends) != 2:
            raise InputError(f"{self.grey!r} is no range", next="--range=-10,10: these are black and white")
        return Mapping.between(ends[0], ends[1], self.bits or 8)

    def _hidden(self, image: Image) -> Array | None:
        """Return where samples are missing: True, in the shape of the image."""
        import numpy as np

        if self.missing is None:
            return None
        if self.missing.lower() == "nan":
            return np.asarray(np.isnan(image.values))
        number = _number(self.missing)
        if number is None:
            mask = np.asarray(open_image(self.missing, most=self.most).values) != 0
            space = image.values.shape[:-1] if image.axes.endswith("c") else image.values.shape
            if mask.shape != space:
                raise ShapeError(
                    f"{self.missing!r} has shape {mask.shape}, the image {space}",
                    why="a mask says of every sample whether it is missing",
                    next="a mask of the image's size",
                )
            return np.broadcast_to(mask[..., None], image.values.shape) if image.axes.endswith("c") else mask
        return np.asarray(image.values == number)

    def space(self, image: Image, count: int | None = None) -> tuple[int, ...]:
        """Return the axes that are filtered: those named, or all of space, if these are as many as are wanted."""
        names = image.axes
        if self.axis is None:
            every = tuple(place for place, name in enumerate(names) if name != "c")
            if count is not None and count > len(every):
                raise ShapeError(
                    f"a kernel of {counted(count, 'axis')} is more than an image with {counted(len(every), 'axis')}",
                    next="a kernel on a line, such as derive:1, or [-1,0,1]",
                )
            if count not in {None, len(every)}:
                words = ",".join(names[place] for place in every[-(count or 1) :])
                raise InputError(
                    f"a kernel of {counted(count or 0, 'axis')} does not say where it goes in an image with the axes "
                    f"{', '.join(names)}",
                    next=f"--axis {words}",
                )
            return every
        found = []
        for part in self.axis.split(","):
            word = part.strip()
            if word in names and len(word) == 1:
                found.append(names.index(word))
            elif _WHOLE.fullmatch(word) and -len(names) <= int(word) < len(names):
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
        numbers = read_floats(self.spacing, "spacing")
        return numbers[0] if len(numbers) == 1 else numbers


def filter_options(
    colours: Sequence[str],
    *,
    boundaries: Sequence[str] = BOUNDARIES,
    boundary: str = "one-sided for derivatives, else reflect",
    without: Collection[str] = (),
) -> Callable[[Command], Command]:
    """Add the options of images and results; the command gets one ``chosen``, a `Filtering`.

    Parameters
    ----------
    colours
        What may be done to colours, the default first.
    boundaries, boundary
        What may be at the border; and what is there by default, in words.
    without
        Fields of `Filtering` that make no sense for the command: their options are left out.
    """
    options: dict[str, Callable[[Command], Command]] = {
        "images": click.argument("images", nargs=-1, required=True, metavar="IMAGE..."),
        "output": click.option(
            "-o", "--output", metavar="FILE", help="Where to: a file, a folder, or - for a pipe."
        ),
        "form": click.option(
            "--format",
            "form",
            type=click.Choice(FORMATS),
            help="Of the result, where no suffix says it: in a folder, or a pipe [default there: npy].",
        ),
        "force": click.option("--force", is_flag=True, help="Replace files that are there."),
        "skip": click.option(
            "--skip-existing",
            "skip",
            is_flag=True,
            help="Leave results that are there: a folder goes on where it stopped.",
        ),
        "boundary": click.option(
            "--boundary",
            type=click.Choice(list(boundaries)),
            help=f"What happens at the border.  [default: {boundary}]",
        ),
        "spacing": click.option(
            "--spacing", metavar="H[,H...]", help="Distance between samples, one number or one an axis."
        ),
        "axis": click.option(
            "--axis", metavar="A[,A...]", help="Axes to filter along, by letter or number: x, or y,x."
        ),
        "colour": click.option(
            "--colour",
            type=click.Choice(list(colours)),
            default=colours[0],
            show_default=True,
            help=f"Of pictures in colours: {'; '.join(f'{word}: {_COLOURS[word]}' for word in colours[:2])}.",
        ),
        "channels": click.option(
            "--channels",
            type=click.Choice(["first", "last"]),
            help="Where colours are in an array that names no axes.",
        ),
        "page": click.option(
            "--page", type=click.IntRange(min=0), help="Of a tiff file, from 0; all without it."
        ),
        "array": click.option("--array", metavar="NAME", help="Of a file that holds several."),
        "missing": click.option(
            "--missing",
            metavar="NAN|VALUE|FILE",
            help="Samples that are missing: NaN, those of a value, or where a mask is not 0.",
        ),
        "grey": click.option(
            "--range",
            "grey",
            metavar="LOW,HIGH",
            help="Results that are black and white in png and jpeg; without it none is clipped.",
        ),
        "bits": click.option(
            "--bits",
            type=click.Choice(["8", "16"]),
            help="Of grey values in png.  [default: 8]",
        ),
        "most": click.option(
            "--most",
            type=click.IntRange(min=1),
            default=LARGEST,
            show_default=True,
            metavar="N",
            help="Samples that are taken into memory.",
        ),
    }

    def added(command: Command) -> Command:
        @functools.wraps(command)
        def gathered(*, bits: str | None = None, **given: Any) -> None:  # noqa: ANN401 - click's values
            own = {name: given.pop(name, None) for name in Filtering.__slots__ if name != "bits"}
            command(chosen=Filtering(bits=None if bits is None else int(bits), **own), **given)

        drawn = plot_options(what="the image and the result")(gathered)
        for option in reversed([option for name, option in options.items() if name not in without]):
            drawn = option(drawn)
        return drawn

    return added


def _alpha(alpha: Array | None, bits: int) -> Array | None:
    """Return how opaque pixels are in as many bits as the picture has: 255 becomes 65535."""
    import numpy as np

    if alpha is None or alpha.dtype.kind != "u" or alpha.dtype.itemsize * 8 == bits:
        return alpha
    if bits == 16:
        return alpha.astype(np.uint16) * np.uint16(257)
    return ((alpha.astype(np.uint32) + 128) // 257).astype(np.uint8)


def _number(text: str) -> float | None:
    """Return the number that a text is; None where it is none, but perhaps a file."""
    try:
        [number] = read_floats(text, "number")
    except (KernelkitError, ValueError):
        return None
    return number


_COLOURS = {
    "each": "each channel alone",
    "tensor": "all channels at once, by their tensor",
    "luminance": "made grey, 0.2126 R + 0.7152 G + 0.0722 B",
    "rec601": "made grey, 0.299 R + 0.587 G + 0.114 B",
    "mean": "made grey, a third of each",
}


def _range_of(result: Array) -> str:
    """Say between which numbers a result lies."""
    import numpy as np

    if result.dtype == bool:
        return f"{int(result.sum()):,} of {result.size:,} marked"
    finite = result[np.isfinite(result)]
    lost = result.size - finite.size
    words = f"{finite.min():.6g} to {finite.max():.6g}" if finite.size else "no numbers"
    return words + (f", {lost} without an answer" if lost else "")


def _covering(scales: Iterable[Mapping]) -> str:
    """Return a range that clips nothing that these mappings do not: 0 to white, or alike on both sides of 0."""
    white = max((mapping.top - mapping.offset) / mapping.scale for mapping in scales)
    step = 10.0 ** (math.floor(math.log10(white)) - 2)
    high = f"{math.ceil(white / step) * step:.6g}"
    return f"{f'-{high}' if any(mapping.offset for mapping in scales) else '0'},{high}"


class _Notes:
    """Tells, once each, what a file of several pages is taken for, and what it says that is not used."""

    def __init__(self, asked: Filtering, order: int | None, ndim: int | None) -> None:
        self.asked = asked
        self.order = order
        self.ndim = ndim
        self.told: set[str] = set()

    def tell(self, image: Image) -> None:
        """Tell what is new of an image."""
        for note in self._of(image):
            if note not in self.told:
                tell(note)
                self.told.add(note)

    def _of(self, image: Image) -> Iterator[str]:
        space = image.axes.removesuffix("c")
        is_volume = image.format == "tiff" and len(space) > 2
        if is_volume and self.asked.axis is None and self.ndim in {None, len(space)}:
            # without an order of a derivative there are edges, which have no --axis
            alone = "" if self.order is None else f"--axis {space[-2]},{space[-1]} takes each page alone, "
            yield f"the {len(image.values)} pages are a volume with an axis {space[0]}: {alone}--page 0 takes one"
        if self.order and image.pixel and self.asked.spacing is None:
            size, unit = image.pixel.numbers, image.pixel.unit
            way = f": --spacing {size} gives answers per {unit}" if len(space) == 2 else ""
            yield f"the file says {size} {unit} per pixel, which is not used{way}"
