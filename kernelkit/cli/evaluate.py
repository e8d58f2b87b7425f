"""``kernelkit evaluate``: found edges against true ones."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import click

from kernelkit.cli.files import PIPE, shown
from kernelkit.cli.io import tell, write
from kernelkit.cli.options import output_options, read_floats
from kernelkit.cli.progress import progress_of
from kernelkit.edges.comparison import compare
from kernelkit.edges.match import edge_mask, thinned, tolerance_of
from kernelkit.edges.scores import count, figure_of_merit
from kernelkit.errors import InputError
from kernelkit.images import open_image

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

WIDE = 2
"""Times as many pixels as their thinned lines have: those of edges wider than that are told."""


@click.command()
@click.argument("maps", nargs=-1, metavar="[EDGES TRUTH...]")
@click.option(
    "--tolerance",
    type=click.FloatRange(min=0),
    metavar="PIXELS",
    help="Largest distance of a right pixel from a true one.  [default: 0.0075 of the diagonal]",
)
@click.option("--thin", is_flag=True, help="Make the found edges one pixel wide first.")
@click.option(
    "--noise",
    metavar="D[,D...]",
    help="Without EDGES: deviations of noise, for edges that are steps of 1.  [default: 0,0.1,0.2,0.4]",
)
@output_options(["text", "json"])
def evaluate(
    *,
    maps: tuple[str, ...],
    tolerance: float | None,
    thin: bool,
    noise: str | None,
    form: str,
    output: str | None,
) -> None:
    """Score EDGES against TRUTH, images that are not black on edges; or, without them, detectors on known figures.

    Found and true pixels are matched one to one within the tolerance, so that a doubled edge is not rewarded.
    Precision: the share of found pixels that are right.  Recall: the share of the truth that was found.  F: their
    harmonic mean.  Pratt's figure of merit is that of the first TRUTH; there may be one for each annotator.  EDGES may
    be - for standard input.

    Without EDGES: which kernel finds edges best at which noise, on a disc, a straight edge and a triangle.  F at the
    threshold that is best for each, and how far its places between pixels are off.

    \b
    Examples:
      kernelkit evaluate edges.png truth.png
      kernelkit evaluate edges.png truth.png --tolerance 1 --thin --format json
      cat edges.png | kernelkit evaluate - truth.png
      kernelkit evaluate --noise 0,0.3
    """
    if not maps:
        if thin or tolerance is not None:
            raise InputError("--thin and --tolerance are for EDGES and TRUTH", next="leave them out")
        write(
            _compared((0.0, 0.1, 0.2, 0.4) if noise is None else read_floats(noise, "list of noises"), form),
            output,
        )
        return
    if noise is not None:
        raise InputError("--noise is for known figures, not for EDGES", next="leave it out")
    if len(maps) == 1:
        raise InputError("there is no truth to compare with", next="kernelkit evaluate edges.png truth.png")
    found, *true = map(_map, maps)
    line = thinned(found)
    wide, left = int(found.sum()), int(line.sum())
    if thin:
        found = line
    elif wide > WIDE * left:
        tell(f"the {wide:,} found pixels are lines of {left:,} pixels: --thin scores those")
    distance = tolerance_of(found.shape) if tolerance is None else tolerance
    counts = count(found, true, tolerance=distance)
    numbers = {
        "tolerance": distance,
        "found": counts.found,
        "right": counts.matched_found,
        "truth": counts.truth,
        "matched": counts.matched_truth,
        "precision": float(counts.precision),
        "recall": float(counts.recall),
        "f": float(counts.f),
        "figure_of_merit": figure_of_merit(found, true[0]) if true[0].any() else None,
    }
    if form == "json":
        write(json.dumps(numbers, indent=2), output)
        return
    width = max(map(len, _LABELS.values()))
    rows = [f"{_LABELS[key]:{width}}  {_text(number)}" for key, number in numbers.items()]
    write("\n".join(rows), output)


def _compared(noises: Sequence[float], form: str) -> str:
    """Return detectors side by side, a row each."""
    rows = compare(noises, progress=progress_of("row {} of {}"))
    if form == "json":
        return json.dumps(
            [
                {"detector": row.detector.name, "noise": row.noise, "f": row.f, "distance": row.distance}
                for row in rows
            ],
            indent=2,
        )
    names = list(dict.fromkeys(row.detector.name for row in rows))
    by_name = {name: [row for row in rows if row.detector.name == name] for name in names}
    width = max(map(len, names))
    cells = 16
    head = " ".join(f"{f'noise {noise:g}':>{cells}}" for noise in noises)
    lines = [f"{'':{width}} {head}", f"{'':{width}} {' '.join(f'{_HEAD:>{cells}}' for _ in noises)}"]
    best = [max(row.f for row in rows if row.noise == noise) for noise in noises]
    for name, found in by_name.items():
        shown = [
            f"{row.f:.3f}{'*' if row.f == top else ' '} {row.distance:.3f}"
            for row, top in zip(found, best, strict=True)
        ]
        lines.append(f"{name:{width}} {' '.join(f'{text:>{cells}}' for text in shown)}")
    return "\n".join([*lines, "", "* the largest F at this noise"])


_HEAD = "F   off (px)"

_LABELS = {
    "tolerance": "tolerance (pixels)",
    "found": "found pixels",
    "right": "of these right",
    "truth": "true pixels",
    "matched": "of these found",
    "precision": "precision",
    "recall": "recall",
    "f": "F",
    "figure_of_merit": "figure of merit",
}


def _text(number: float | None) -> str:
    if number is None:
        return "none, as the truth marks no edge"
    return f"{number:,}" if isinstance(number, int) else f"{number:.4f}"


def _map(path: str) -> NDArray[np.bool_]:
    # Python has no standard input where it was closed
    image = open_image(sys.stdin.buffer if path == PIPE and sys.stdin else path)
    if image.format == "jpeg":
        tell(
            f"{shown(path)}: jpeg leaves greys beside lines, and all that is not black counts; png leaves none"
        )
    values = image.values.any(axis=-1) if image.axes.endswith("c") else image.values
    if values.ndim != 2:
        raise InputError(
            f"{path!r} has the axes {', '.join(image.axes)}, and a map of edges has rows and columns",
            next="save one page, or one slice, of it",
        )
    return edge_mask(values, what=repr(path))
