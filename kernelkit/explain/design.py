"""Designs by criterion, told: the taps, what they are best at, and how well the catalogue does."""

from __future__ import annotations

import dataclasses
import itertools
import json
import math
from typing import TYPE_CHECKING

from kernelkit.exact.names import axis_names, derivative_text
from kernelkit.exact.offsets import offset_text
from kernelkit.exact.rational import counted, written
from kernelkit.explain.drawing import drawn
from kernelkit.export import json as json_format
from kernelkit.export.base import Sheet
from kernelkit.export.text import conventions, heading, layout, row
from kernelkit.optimise.comparison import DESIGN
from kernelkit.optimise.forms import FORMS
from kernelkit.optimise.gradient import gradient_axis
from kernelkit.optimise.largest_criteria import GAP

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kernelkit.exact.kernel import Kernel
    from kernelkit.optimise.design import Design

_MOST_EXACT = 9
_MOST_LISTED = 64
_DIGITS = (9, 6)
_AT_BOUND = 0.999
_UNKNOWN = 0.999
_MOST_NAMES = 3
_ELSEWHERE = "--format json, python, csv"


def text(found: Design) -> str:
    """Tell a design for reading in a terminal: taps, criterion and its value, proof, comparison."""
    sheet = Sheet(found.kernel, found.certificate)
    title = f"{heading(sheet)}, by {found.criterion.name}"
    if found.form != FORMS[0]:
        title += f", {found.form}"
    blocks = [title, *_taps(found), "\n".join(_facts(found)), _comparison(found), *_standing(found)]
    return "\n\n".join([*blocks, "\n".join(conventions(sheet))])


def _taps(found: Design) -> list[str]:
    """Show the taps once: a few on a line with their exact values, others in decimals or as factors."""
    kernel = found.kernel
    if kernel.ndim > 1 and found.factors:
        shown = _factors(found)
    elif kernel.ndim > 1:
        shown = drawn(kernel)
        if shown == layout(kernel):
            return [shown]
    elif len(kernel) <= _MOST_EXACT:
        return [_list_of_taps(kernel, [written(tap) for _, tap in kernel.taps])]
    else:
        shown = _list_of_taps(kernel) if len(kernel) <= _MOST_LISTED else f"  {counted(len(kernel), 'tap')}"
    return [shown, row("exact taps", _ELSEWHERE)]


def _list_of_taps(kernel: Kernel, exact: Sequence[str] = ()) -> str:
    """List offsets and taps as floats, and the exact taps if given."""
    rows = [("offset", "float"), *((offset_text(offset), repr(float(tap))) for offset, tap in kernel.taps)]
    wide, broad = (max(map(len, column)) for column in zip(*rows, strict=True))
    lines = [f"  {name:>{wide}}  {near:>{broad}}" for name, near in rows]
    if exact:
        lines = [f"{line}  {tap}" for line, tap in zip(lines, ["exact tap", *exact], strict=True)]
    return "\n".join(lines)


def _factors(found: Design) -> str:
    """Write smoother and derivative with the zeros between their taps; the taps are their products."""
    axis, names = gradient_axis(found.target), axis_names(found.target.ndim)
    over = " ".join(name for i, name in enumerate(names) if i != axis)
    labels = (f"smoother {over}", f"derivative {names[axis]}")
    blocks = []
    places = sorted({x for factor in found.factors for x, _ in factor.taps})
    for label, factor in zip(labels, found.factors, strict=True):
        taps = dict(factor.taps)
        blocks.append(row(label, "  ".join(f"{float(taps.get(x, 0)):.9g}" for x in places)))
    return "\n".join(blocks)


def _facts(found: Design) -> list[str]:
    criterion, certificate = found.criterion, found.certificate
    unit = f" {criterion.unit}" if criterion.unit else ""
    value = f"{found.objective:.6g}{unit}"
    if found.objective <= found.rounding:
        value += ", no more than rounding"
    lines = [row("criterion", criterion.words(found.target.ndim)), row("objective", value)]
    if found.kernel != found.optimum:
        lines.append(row("", f"{found.best:.6g}{unit} before the free taps were rounded"))
    if found.gap > GAP:
        lines.append(row("gap", _gap(found)))
    *first, last = found.conditions
    given = f"{', '.join(first)} and {last}"
    freedom = f"none: {given} determine the kernel"
    if found.freedom:
        freedom = f"{found.freedom} of {counted(len(found.stencil), 'tap')}; {given} give the others"
    degree = certificate.degree_of_exactness
    through = "all degrees" if degree is None else f"degree {degree}"
    return [
        *lines,
        row("free", freedom),
        row("kernel - exact", _error(found)),
        row("exact through", f"{through}, proved from the exact taps"),
        row("noise gain", _noise(found)),
    ]


def _gap(found: Design) -> str:
    where = ", among products near this one" if found.factors else ""
    if found.gap > _UNKNOWN:
        return f"the least possible value is not known{where}"
    return f"the least possible value is at most {100 * found.gap:.2g} % smaller{where}"


def _noise(found: Design) -> str:
    """Write the noise gain, and that it is at its bound."""
    gain = float(found.kernel.noise_gain_squared) ** 0.5
    if gain < _AT_BOUND * found.most_noise:
        return f"{gain:.6g}"
    return (
        f"{gain:.6g}, at the bound of {found.most_noise:.6g}: with more noise the objective could be smaller"
    )


def _error(found: Design) -> str:
    """Write the leading error with decimals: the exact coefficients are fractions of many digits."""
    terms = []
    for term in reversed(found.certificate.leading_terms):
        power = f" h^{term.h_power}" if found.target.homogeneous else ""
        sign = "-" if term.coefficient < 0 else "+"
        size = f"{abs(float(term.coefficient)):.6g}"
        terms.append(f"{sign} {size}{power} {derivative_text(term.derivative)} f")
    if not terms:
        return "0"
    first = terms[0].removeprefix("+ ").replace("- ", "-", 1)
    return " ".join([first, *terms[1:], "+ ..."])


def _comparison(found: Design) -> str:
    width = max(len(line.name) for line in found.comparison)
    lines = [f"  {'rank':>4}  {'kernel':<{width}}  accuracy  {found.criterion.name}"]
    for line in found.comparison:
        accuracy = "exact" if line.accuracy is None else str(line.accuracy)
        lines.append(f"  {line.rank:>4}  {line.name:<{width}}  {accuracy:>8}  {line.objective:.6g}")
    return "\n".join(lines)


def _standing(found: Design) -> list[str]:
    """Say why kernels stand before the design: they are not among those that were searched."""
    before = list(itertools.takewhile(lambda line: line.name != DESIGN, found.comparison))
    coarse = [x.name for x in before if x.accuracy is not None and x.accuracy < found.accuracy]
    others = [x.name for x in before if x.name not in coarse]
    reasons = [f"{_few(coarse)} below accuracy {found.accuracy}"] if coarse else []
    reasons += [f"{_few(others)} of other points, symmetries or multiples"] if others else []
    return [row("before it", "; ".join(reasons))] if reasons else []


def _few(names: Sequence[str]) -> str:
    if len(names) <= _MOST_NAMES:
        return ", ".join(names)
    return f"{', '.join(names[:_MOST_NAMES])} and {len(names) - _MOST_NAMES} more"


def record(found: Design) -> str:
    """Write a design as JSON: the record of the kernel, and what it was designed for."""
    entries = json_format.record(Sheet(found.kernel, found.certificate))
    criterion = found.criterion
    entries["design"] = {
        "criterion": criterion.name,
        "words": criterion.words(found.target.ndim),
        "band": criterion.band.text,
        "unit": criterion.unit,
        "accuracy": found.accuracy,
        "form": found.form,
        "freedom": found.freedom,
        "conditions": list(found.conditions),
        "objective": found.objective,
        "objective_before_rounding": found.best,
        "gap": found.gap,
        "most_noise": found.most_noise if math.isfinite(found.most_noise) else None,
        "floats": [float(tap) for _, tap in found.kernel.taps],
        "factors": [
            {"taps": [{"offset": written(x), "tap": written(tap)} for (x,), tap in factor.taps]}
            for factor in found.factors
        ],
        "comparison": [dataclasses.asdict(line) for line in found.comparison],
    }
    return json.dumps(entries, indent=2)
