"""``kernelkit edges``: where the edges of images are, on pixels and between them."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any, get_args

import click

from kernelkit.cli.filtered import Filtering, filter_options
from kernelkit.cli.io import tell, write
from kernelkit.cli.kernels import read_any_kernel
from kernelkit.edges.canny import STRONG, WEAK
from kernelkit.edges.methods import Method, detected_by
from kernelkit.edges.prepared import prepared
from kernelkit.edges.thresholds import Noise, Quantile
from kernelkit.errors import InputError, ShapeError

if TYPE_CHECKING:
    from kernelkit.edges.prepared import Prepared
    from kernelkit.edges.thresholds import Threshold
    from kernelkit.images import Image

_DECIMALS = 6
_ALL = 100  # percent

LOW_SHARE, HIGH_SHARE = 0.8, 0.93
"""Shares of the pixels that are below the thresholds where none are given, unless noise asks for more."""

RATIO = 0.4
"""Of the thresholds, where one is given; Canny has a half to a third."""


@click.command()
@filter_options(["luminance", "rec601", "mean"])
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
    help="Weakest gradient, if connected to a strong one.  [default: 0.4 of --high; without it 80%, or 3n if more]",
)
@click.option(
    "--high",
    metavar="LEVEL",
    help="Strong gradient, per pixel: 12.5, 90% of pixels, or 6n: 6 times the noise.  [default: 93%, or 6n if more]",
)
@click.option(
    "--subpixel", metavar="FILE", help="Also the places between pixels, as csv or json by the suffix."
)
def edges(
    chosen: Filtering,
    method: Method,
    sigma: float,
    kernel: str | None,
    low: str | None,
    high: str | None,
    subpixel: str | None,
) -> None:
    """Find the edges of images: a picture that is white on them, and their places to a fraction of a pixel.

    An IMAGE is a file, a folder, a pattern in quotes, or - for standard input.  Thresholds are in units of the image
    per pixel, shares of its pixels, or multiples of its own noise.  Pictures in colours are made grey, which is said.

    \b
    Examples:
      kernelkit edges photo.png -o edges.png
      kernelkit edges photo.png -o edges.png --sigma 2 --low 2 --high 5 --subpixel points.csv
      kernelkit edges photo.png -o edges.png --method plus --high 95% --low 80%
      kernelkit edges "scans/*.tif" -o edges/ --format png
    """
    if kernel is not None and method != "canny":
        raise InputError(f"--method {method} takes no kernel", next="leave --kernel out, or --method canny")
    if subpixel is not None and (not subpixel.endswith((".csv", ".json")) or len(chosen.images) != 1):
        raise InputError("--subpixel takes a csv or json file, for one image", next="--subpixel points.csv")
    given = None if kernel is None else read_any_kernel(kernel).comparable
    levels = (None if low is None else _level(low), None if high is None else _level(high))
    boundary: Any = chosen.boundary or "reflect"
    smoothed = f"a Gaussian of sigma {sigma:g}" + (f", then {kernel}" if kernel else "")
    tell(f"edges by {method}, {smoothed}; border {boundary}")

    def compute(image: Image, missing: Any) -> tuple[Any, str]:  # noqa: ANN401 - arrays
        if chosen.axis is not None or chosen.spacing is not None:
            raise InputError("edges are those of all axes, in pixels", next="leave --axis and --spacing out")
        ready = prepared(image.values, sigma=sigma, kernel=given, boundary=boundary, mask=missing)
        weak, strong = _thresholds(ready, *levels)
        found = detected_by(method, ready, weak)
        marked = found.map(weak, strong)
        tell(f"thresholds {weak:.4g} and {strong:.4g} per pixel")
        if subpixel is not None:
            write(
                _written(found.points(weak, strong), image.axes, as_json=subpixel.endswith(".json")), subpixel
            )
        return marked, image.axes

    chosen.run(compute, title=f"edges by {method}")


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
    return max(shares[0], noises[0]), max(shares[1], noises[1])


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


def _written(points: Any, axes: str, *, as_json: bool) -> str:  # noqa: ANN401 - an array
    """Return a row a point: place, strength and, in the plane, direction."""
    names = [*axes, "strength", "direction"][: points.shape[1]]
    if len(names) != points.shape[1]:
        raise ShapeError(f"points of {points.shape[1]} numbers do not fit axes {axes}")
    rows = points.round(_DECIMALS).tolist()
    if as_json:
        return json.dumps([dict(zip(names, row, strict=True)) for row in rows], indent=1)
    return "\n".join(
        [",".join(names), *(",".join(f"{number:.{_DECIMALS}f}" for number in row) for row in rows)]
    )
