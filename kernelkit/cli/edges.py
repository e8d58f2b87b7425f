"""``kernelkit edges``: where the edges of images are, on pixels and between them."""

from __future__ import annotations

import math
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import click

from kernelkit.cli.files import check_apart, tasks
from kernelkit.cli.filtered import Filtering, filter_options
from kernelkit.cli.io import tell, write
from kernelkit.cli.kernels import read_any_kernel
from kernelkit.edges.canny import STRONG, WEAK
from kernelkit.edges.methods import Method, detected_by
from kernelkit.edges.polylines import polylines
from kernelkit.edges.prepared import prepared
from kernelkit.edges.smoothing import BORDERS
from kernelkit.edges.thresholds import Noise, Quantile
from kernelkit.edges.written import lines_as_json, lines_as_svg, points_as_csv, points_as_json
from kernelkit.errors import InputError, OutputError, ShapeError
from kernelkit.files import check_place

if TYPE_CHECKING:
    from collections.abc import Callable

    from kernelkit.edges.prepared import Prepared
    from kernelkit.edges.thresholds import Threshold
    from kernelkit.images import Image

_ALL = 100  # percent

LOW_SHARE, HIGH_SHARE = 0.8, 0.93
"""Shares of the pixels that are below the thresholds where none are given, unless noise asks for more."""

RATIO = 0.4
"""Of the thresholds, at least, where not both are given; Canny has a half to a third."""

_WRITTEN: dict[str, dict[str, Callable[[Any, Image], str]]] = {
    "--subpixel": {
        ".csv": lambda points, image: points_as_csv(points, image.axes),
        ".json": lambda points, image: points_as_json(points, image.axes),
    },
    "--lines": {
        ".json": lambda points, _: lines_as_json(polylines(points)),
        ".svg": lambda points, image: lines_as_svg(polylines(points), image.values.shape),
    },
}
"""What is written of points, by option and suffix."""


@click.command()
@filter_options(
    ["luminance", "rec601", "mean"],
    boundaries=BORDERS,
    boundary="reflect",
    without={"axis", "spacing", "grey", "bits"},
)
@click.option(
    "--method",
    type=click.Choice(get_args(Method)),
    default="canny",
    show_default=True,
    help="canny: crests of the gradient.  log, plus: zero crossings; plus has no bias where edges are curved.",
)
@click.option("--sigma", type=float, default=1.0, show_default=True, help="Of the Gaussian, in pixels.")
@click.option(
    "--kernel", metavar="KERNEL", help="For the gradient of the smoothed image, with canny: scharr."
)
@click.option(
    "--low",
    metavar="LEVEL",
    help="Weakest gradient, if connected to a strong one.  [default: 0.4 of --high; without that 80% or 3n, if more]",
)
@click.option(
    "--high",
    metavar="LEVEL",
    help="Strong gradient, per pixel: 12.5, 90% of pixels, or 6n: 6 times the noise.  [default: 93%, or 6n if more]",
)
@click.option(
    "--subpixel", metavar="FILE", help="Also the places between pixels, as csv or json by the suffix."
)
@click.option(
    "--lines", metavar="FILE", help="Also these places linked into lines, as json or svg by the suffix."
)
def edges(
    chosen: Filtering,
    method: Method,
    sigma: float,
    kernel: str | None,
    low: str | None,
    high: str | None,
    subpixel: str | None,
    lines: str | None,
) -> None:
    """Find the edges of images: a picture that is white on them, and their places to a fraction of a pixel.

    An IMAGE is a file, a folder, a pattern in quotes, or - for standard input.  Thresholds are in units of the image
    per pixel, shares of its pixels, or multiples of its own noise.  Pictures in colours are made grey, which is said.

    \b
    Examples:
      kernelkit edges photo.png -o edges.png
      kernelkit edges photo.png -o edges.png --sigma 2 --low 2 --high 5 --subpixel points.csv
      kernelkit edges photo.png -o edges.png --method plus --high 95% --low 80% --lines edges.svg
      kernelkit edges "scans/*.tif" -o edges/ --format png
    """
    if chosen.skip and (subpixel is not None or lines is not None):
        raise InputError(
            "places and lines are written with the picture, which --skip-existing may leave out",
            next="leave one out",
        )
    if kernel is not None and method != "canny":
        raise InputError(f"--method {method} takes no kernel", next="leave --kernel out, or --method canny")
    files = {
        option: file for option, file in (("--subpixel", subpixel), ("--lines", lines)) if file is not None
    }
    _check_files(files, chosen)
    given = None if kernel is None else read_any_kernel(kernel).comparable
    levels = (None if low is None else _level(low), None if high is None else _level(high))
    boundary: Any = chosen.boundary or "reflect"
    smoothed = f"a Gaussian of sigma {sigma:g}" + (f", then {kernel}" if kernel else "")
    tell(f"edges by {method}, {smoothed}; border {boundary}")
    texts: list[tuple[str, str]] = []

    def compute(image: Image, missing: Any) -> tuple[Any, str]:  # noqa: ANN401 - arrays
        if lines is not None and image.axes != "yx":
            raise ShapeError(
                f"lines are those of rows and columns, and the image has the axes {', '.join(image.axes)}",
                next="--page 0 for one page of several, or leave --lines out",
            )
        ready = prepared(image.values, sigma=sigma, kernel=given, boundary=boundary, mask=missing)
        weak, strong = _thresholds(ready, *levels)
        tell(f"thresholds {weak:.4g} and {strong:.4g} per pixel")
        found = detected_by(method, ready, weak)
        for option, file in files.items():
            texts.append((_WRITTEN[option][_suffix(file)](found.points(weak, strong), image), file))
        marked = found.map(weak, strong)
        if not marked.any():
            import numpy as np

            largest = float(np.fmax.reduce(ready.magnitude, axis=None, initial=0.0))
            tell(f"no pixel is marked: the largest gradient is {largest:.4g} per pixel")
        return marked, image.axes

    chosen.run(compute, title=f"edges by {method}", elsewhere=bool(files))
    for text, file in texts:
        write(text, file)


def _check_files(files: dict[str, str], chosen: Filtering) -> None:
    """Refuse, before any work, files of points that could not be written."""
    taken = {"-o": chosen.output, "--plot": chosen.plot}
    given = [task.source for task in tasks(chosen.images, None, None, force=False)]
    for option, file in files.items():
        if _suffix(file) not in _WRITTEN[option]:
            raise InputError(
                f"{file!r} does not say what {option} is to write",
                next=" or ".join(f"{option} edges{suffix}" for suffix in _WRITTEN[option]),
            )
        if len(given) > 1:
            raise InputError(f"{option} is for one image, not {len(given)}", next="one image at a time")
        check_apart([file], given)
        for other, place in taken.items():
            if place is not None and os.path.realpath(place) == os.path.realpath(file):
                raise InputError(f"{other} and {option} both name {file}", next="give each a file of its own")
        taken[option] = file
        check_place(file, next=f"name another file with {option}")
        if Path(file).exists() and not chosen.force:
            raise OutputError(f"{file} is there", next=f"--force replaces it, {option} names another place")


def _suffix(file: str) -> str:
    return Path(file).suffix.lower()


def _thresholds(ready: Prepared, low: Threshold | None, high: Threshold | None) -> tuple[float, float]:
    """Return two thresholds; where none are given they stand above the noise, and above most of the image."""
    if low is not None and high is not None:
        return ready.levels(low, high)
    if high is not None:
        strong = ready.levels(high, high)[1]
        return RATIO * strong, strong
    if low is not None:
        weak = ready.levels(low, low)[0]
        return weak, weak / RATIO
    shares, noises = ready.levels(Quantile(LOW_SHARE), Quantile(HIGH_SHARE)), ready.levels(WEAK, STRONG)
    strong = max(shares[1], noises[1])
    # where most of the image is flat, 80 % of it is below nothing
    return max(RATIO * strong, shares[0], noises[0]), strong


def _level(text: str) -> Threshold:
    """Read a threshold: ``12.5``, ``90%``, or ``6n`` for six times the noise."""
    number, kind = (text[:-1], text[-1]) if text[-1:] in {"%", "n"} else (text, "")
    try:
        value = float(number)
    except ValueError:
        value = math.nan
    if not value >= 0 or math.isinf(value) or (kind == "%" and value > _ALL):
        raise InputError(
            f"{text[:40]!r} is no threshold", next="--high 12.5, 90% of all pixels, or 6n: 6 times the noise"
        )
    if kind == "%":
        return Quantile(value / 100)
    return Noise(value) if kind == "n" else value
