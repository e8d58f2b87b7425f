"""Designs by criterion, told: the taps, what they are best at, and how well the catalogue does."""

from __future__ import annotations

import dataclasses
import json
import textwrap
from typing import TYPE_CHECKING

from kernelkit.errors import LimitError, OffGridError
from kernelkit.exact.names import derivative_text
from kernelkit.exact.offsets import offset_text
from kernelkit.exact.rational import counted, written
from kernelkit.export import json as json_format
from kernelkit.export.base import Sheet
from kernelkit.export.text import WIDTH, conventions, heading
from kernelkit.optimise.design import FORMS

if TYPE_CHECKING:
    from kernelkit.optimise.design import Design

_LABEL = 16
_MOST_COLUMNS = 7
_MOST_LISTED = 64


def text(found: Design) -> str:
    """Tell a design for reading in a terminal: taps, criterion and its value, proof, comparison."""
    certificate = found.certificate
    title = f"{heading(Sheet(found.kernel, certificate))}, by {found.criterion.name}"
    if found.form != FORMS[0]:
        title += f", {found.form}"
    blocks = [title, _taps(found)]
    if found.factors:
        for name, factor in zip(("smoother", "derivative"), found.factors, strict=True):
            taps = "  ".join(f"{float(tap):.9g}" for _, tap in factor.taps)
            blocks.append(_row(name, taps))
    blocks += ["\n".join(_facts(found)), _comparison(found)]
    blocks.append("\n".join(conventions(Sheet(found.kernel, certificate))))
    return "\n\n".join(blocks)


def _taps(found: Design) -> str:
    """List offsets, taps as floats and exact taps; in the plane, a table to look at before."""
    names = [offset_text(offset) for offset, _ in found.kernel.taps]
    floats = [repr(float(tap)) for _, tap in found.kernel.taps]
    wide, broad = max(map(len, [*names, "offset"])), max(map(len, floats))
    if len(names) > _MOST_LISTED:
        return f"  {counted(len(names), 'tap')}; --format json, csv or python writes them"
    lines = [f"  {'offset':>{wide}}  {'float':>{broad}}  exact tap"]
    for name, near, (_, tap) in zip(names, floats, found.kernel.taps, strict=True):
        lines.append(f"  {name:>{wide}}  {near:>{broad}}  {written(tap)}")
    listed = "\n".join(lines)
    try:
        rows = found.floats.tolist() if found.target.ndim == 2 else []
    except (OffGridError, LimitError):
        return listed
    if not rows or len(rows[0]) > _MOST_COLUMNS:
        return listed
    return "\n".join("  " + "  ".join(f"{x:>10.6f}" for x in row) for row in rows) + "\n\n" + listed


def _facts(found: Design) -> list[str]:
    criterion, certificate = found.criterion, found.certificate
    unit = f" {criterion.unit}" if criterion.unit else ""
    lines = [
        _row("criterion", criterion.words(found.target.ndim)),
        _row("objective", f"{found.objective:.6g}{unit}"),
    ]
    if found.kernel != found.optimum:
        lines.append(_row("", f"{found.best:.6g}{unit} before the free taps were rounded"))
    if found.freedom:
        freedom = (
            f"{found.freedom} of {counted(len(found.stencil), 'tap')}; moments and symmetry give the others"
        )
    else:
        freedom = "none: moments and symmetry determine the kernel"
    degree = certificate.degree_of_exactness
    through = "all degrees" if degree is None else f"degree {degree}"
    lines += [
        _row("free", freedom),
        _row("kernel - exact", _error(found)),
        _row("exact through", f"{through}, proved from the exact taps"),
        _row("noise gain", f"{float(found.kernel.noise_gain_squared) ** 0.5:.6g}"),
    ]
    return lines


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
    width = max(len(row.name) for row in found.comparison)
    lines = [f"  {'rank':>4}  {'kernel':<{width}}  {found.criterion.name}"]
    lines += [f"  {row.rank:>4}  {row.name:<{width}}  {row.objective:.6g}" for row in found.comparison]
    return "\n".join(lines)


def _row(label: str, text: str) -> str:
    lines = textwrap.wrap(text, WIDTH - _LABEL, break_long_words=False, break_on_hyphens=False)
    return f"{label:<{_LABEL}}" + f"\n{'':<{_LABEL}}".join(lines)


def record(found: Design) -> str:
    """Write a design as JSON: the record of the kernel, and what it was designed for."""
    entries = json_format.record(Sheet(found.kernel, found.certificate))
    criterion = found.criterion
    entries["design"] = {
        "criterion": criterion.name,
        "words": criterion.words(found.target.ndim),
        "band": criterion.band.text,
        "unit": criterion.unit,
        "form": found.form,
        "freedom": found.freedom,
        "objective": found.objective,
        "objective_before_rounding": found.best,
        "floats": [float(tap) for _, tap in found.optimum.taps],
        "factors": [
            {"taps": [{"offset": written(x), "tap": written(tap)} for (x,), tap in factor.taps]}
            for factor in found.factors
        ],
        "comparison": [dataclasses.asdict(row) for row in found.comparison],
    }
    return json.dumps(entries, indent=2)
