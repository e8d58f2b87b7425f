"""Identifications in words, and as values for scripts."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import TYPE_CHECKING

from kernelkit.exact.names import axis_names
from kernelkit.exact.offsets import offset_text
from kernelkit.exact.rational import counted, written
from kernelkit.explain.drawing import drawn
from kernelkit.explain.formats import known_format
from kernelkit.explain.paragraphs import paragraph
from kernelkit.export.base import Sheet
from kernelkit.export.json import record
from kernelkit.export.table import shown
from kernelkit.export.text import conventions, row
from kernelkit.export.wording import short, target_text, terms_text
from kernelkit.identification.symmetries import symmetry_text

if TYPE_CHECKING:
    from kernelkit.analysis.separable import Separation
    from kernelkit.exact.kernel import Kernel
    from kernelkit.identification.identify import Identification
    from kernelkit.identification.matches import Match
    from kernelkit.identification.reading import Reading

FORMATS = {"text": "for reading in a terminal", "json": "for scripts"}
NEARLY = 1000
"""Taps whose sum is smaller than their size over this nearly add up to zero."""

MOST_LISTED = 24
"""Samples across which the taps of a factor are listed with the zeros between them."""

MOST_DIFFERENCES = 4
"""Differing taps that are written out for one match."""

_ARTICLE = {
    "zero": "the zero kernel",
    "identity": "the identity",
    "shift": "a shift",
    "smoothing": "a smoothing kernel",
    "interpolation": "an interpolation",
    "integral": "a rule of integration",
    "mixture": "a mixture",
    "gradient": "a gradient kernel",
    "derivative": "a derivative",
    "laplacian": "a Laplacian",
    "operator": "a differential operator",
}


def described(found: Identification, separation: Separation | None = None, form: str = "text") -> str:
    """Write what a kernel is.

    Parameters
    ----------
    found
        The identification.
    separation
        Its separable factors, where they were asked for.
    form
        A key of `FORMATS`.

    Raises
    ------
    UnknownNameError
        No such format.
    """
    if known_format(form, FORMATS, of="identifications") == "json":
        return json.dumps(_record(found, separation), indent=2)
    return _text(found, separation)


def reading_text(reading: Reading) -> str:
    """Write an operator with its factor: ``8 d/dx``, ``2 (d/dx - 1/2 d/dy)``, ``6 times the value``.

    Examples
    --------
    >>> from kernelkit.identification.identify import identify
    >>> reading_text(identify([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]).best)
    '8 d/dx'
    """
    name = target_text(reading.target)
    if reading.scale == 1:
        return f"the {name}" if reading.target.order <= 0 else name
    if reading.target.order <= 0:
        return f"{short(reading.scale)} times the {name}"
    single = len(reading.target.terms) == 1 and not name.startswith("-")
    if reading.scale == -1:
        return f"-{name}" if single else f"-({name})"
    return f"{short(reading.scale)} {name}" if single else f"{short(reading.scale)} ({name})"


def _text(found: Identification, separation: Separation | None) -> str:
    best = found.best
    title = _title(found)
    blocks = [paragraph(title, indent="  "), drawn(found.kernel)]
    lines = []
    for i, reading in enumerate(found.readings):
        lines += _reading_rows(reading, "computes" if i == 0 else "also")
    for word, reading in found.parts:
        label = "the rest" if word == "rest" else f"{word} part"
        lines.append(row(label, f"{reading_text(reading)}{_accuracy_clause(reading)}"))
    if found.variance is not None:
        lines.append(row("variance", _variance_text(found)))
    lines.append(row("symmetry", symmetry_text(found.symmetries)))
    if separation is not None and found.kernel.ndim > 1:
        within = " (within the tolerance)" if found.tolerance and not found.exact else ""
        lines.append(row("separable", separation_text(separation) + within))
    if found.isotropic_through is not None and best is not None and best.accuracy is not None:
        lines.append(row("direction", _isotropy_text(found, best)))
    lines += [row("catalogue" if i == 0 else "", _match_text(match)) for i, match in enumerate(found.matches)]
    if found.tolerance and not found.exact:
        lines.append(
            row("tolerance", f"what is not exact holds for taps within {float(found.tolerance):.2g} of these")
        )
    hint = _hint(found)
    if hint:
        lines.append(row("hint", hint))
    blocks.append("\n".join(lines))
    blocks.append("\n".join(conventions(Sheet(found.kernel, None))))
    return "\n\n".join(block for block in blocks if block)


def _title(found: Identification) -> str:
    title = _ARTICLE[found.kind]
    best = found.best
    if best is None:
        return "zero within the tolerance" if found.kernel.taps else title
    if found.kind == "identity":
        return title if best.scale == 1 else f"a multiple of the identity: {reading_text(best)}"
    title += f": {reading_text(best)}"
    if found.kind == "mixture":
        title += "".join(f" and {reading_text(reading)}" for _, reading in found.parts)
    return title


def _hint(found: Identification) -> str:
    """Say which tolerance would help where taps nearly, but not quite, add up to zero."""
    total = abs(sum((tap for _, tap in found.kernel.taps), Fraction(0)))
    size = sum((abs(tap) for _, tap in found.kernel.taps), Fraction(0))
    if not size or not 0 < total * NEARLY < size or total <= found.tolerance * len(found.kernel):
        return ""
    needed = float(2 * total / len(found.kernel))
    return (
        f"the taps add up to {short(total / size)} of their size; if that is rounding or noise, "
        f"--tolerance {needed:.1g} takes it for zero"
    )


def _reading_rows(reading: Reading, label: str) -> list[str]:
    text = reading_text(reading)
    if reading.scale not in {1, -1}:
        text += f"; divide the taps by {short(reading.scale)} for unit gain"
    if not reading.exact:
        text += " (within the tolerance)"
    lines = [row(label, text)]
    if reading.accuracy is None:
        lines.append(row("", "without any error"))
    else:
        where = " at unit gain" if reading.scale != 1 else ""
        local = "local accuracy" if reading.target.order < 0 else "accuracy"
        error = terms_text(reading.leading_terms, powers=reading.target.homogeneous, number=short)
        lines.append(row("", f"{local} {reading.accuracy}, error{where} {error} + ..."))
    return lines


def _accuracy_clause(reading: Reading) -> str:
    return "" if reading.accuracy is None else f", accuracy {reading.accuracy}"


def _variance_text(found: Identification) -> str:
    assert found.variance is not None
    names = axis_names(found.kernel.ndim)
    if len(set(found.variance)) == 1:
        along = " along every axis" if len(names) > 1 else ""
        size = found.variance[0]
        spread = f", standard deviation {shown(float(size) ** 0.5)}" if size > 0 else ""
        return f"{short(size)} squared samples{along}{spread}"
    return ", ".join(
        f"{short(size)} along {name}"
        for name, size in reversed(list(zip(names, found.variance, strict=True)))
    )


def _isotropy_text(found: Identification, best: Reading) -> str:
    through = found.isotropic_through
    order = max(best.target.order, 0)
    if through is None or best.accuracy is None:
        return "not looked at"
    if through >= order + best.accuracy:
        return f"through degree {through} the error is the operator times Laplacians: it favours no direction"
    return "the leading error depends on the direction"


def separation_text(separation: Separation) -> str:
    """Say how a kernel separates: exact factors, or its rank."""
    if separation.factors is None:
        ranks = separation.ranks
        if len(set(ranks)) == 1:
            return f"no: its rank is {ranks[0]}, so {counted(ranks[0], 'separable kernel')} add up to it"
        return f"no: its ranks along the axes are {', '.join(map(str, ranks))}"
    names = axis_names(len(separation.factors))
    parts = [
        f"{taps_text(factor)} along {name}" for name, factor in zip(names, separation.factors, strict=True)
    ]
    scale = "" if separation.scale == 1 else f"{short(separation.scale)} times "
    return scale + " times ".join(parts)


def taps_text(kernel: Kernel) -> str:
    """Write a kernel on a line as a list, with zeros between its taps; uneven ones with their offsets."""
    places = {offset[0]: tap for offset, tap in kernel.taps}
    low, high = min(places), max(places)
    if high - low > MOST_LISTED or any((x - low).denominator != 1 for x in places):
        return "{" + ", ".join(f"{written(x)}: {short(tap)}" for x, tap in places.items()) + "}"
    return f"[{', '.join(short(places.get(low + i, Fraction(0))) for i in range(int(high - low) + 1))}]"


def _match_text(match: Match) -> str:
    parts = [match.name]
    if match.version != "published":
        parts[0] += f" ({match.version})"
    if match.motion:
        parts.append(match.motion)
    if any(match.shift):
        parts.append(f"shifted by {offset_text(match.shift)}")
    if match.scale != 1:
        parts.append(f"times {short(match.scale)}")
    if not match.differences:
        return ", ".join(parts) + ("" if len(parts) > 1 else ", the same taps")
    listed = [
        f"{short(d.given)} for {short(d.expected)} at {offset_text(d.offset)}"
        for d in match.differences[:MOST_DIFFERENCES]
    ]
    count = len(match.differences)
    more = f" and {count - MOST_DIFFERENCES} more" if count > MOST_DIFFERENCES else ""
    verb = "differs" if count == 1 else "differ"
    return f"near {', '.join(parts)}: {counted(count, 'tap')} {verb}, {', '.join(listed)}{more}"


def _record(found: Identification, separation: Separation | None) -> dict[str, object]:
    entries = record(Sheet(found.kernel, None))
    entries |= {
        "kind": found.kind,
        "readings": [_reading_record(reading) for reading in found.readings],
        "parts": [{"part": word, **_reading_record(reading)} for word, reading in found.parts],
        "variance": None if found.variance is None else [written(v) for v in found.variance],
        "symmetry": {
            "centre": [written(x) for x in found.symmetries.centre],
            "axes": list(found.symmetries.axes),
            "point": found.symmetries.point,
            "exchange": found.symmetries.exchange,
            "order": found.symmetries.order,
        },
        "isotropic_through_degree": found.isotropic_through,
        "exact": found.exact,
        "tolerance": float(found.tolerance),
        "catalogue": [_match_record(match) for match in found.matches],
    }
    if separation is not None:
        entries["separable"] = {
            "ranks": list(separation.ranks),
            "scale": written(separation.scale),
            "factors": None
            if separation.factors is None
            else [record(Sheet(factor, None))["taps"] for factor in separation.factors],
        }
    return entries


def _reading_record(reading: Reading) -> dict[str, object]:
    return {
        "target": reading.target.name,
        "scale": written(reading.scale),
        "accuracy": reading.accuracy,
        "exact": reading.exact,
        "leading_error": [
            {"coefficient": written(t.coefficient), "derivative": list(t.derivative), "h_power": t.h_power}
            for t in reading.leading_terms
        ],
    }


def _match_record(match: Match) -> dict[str, object]:
    return {
        "name": match.name,
        "version": match.version,
        "scale": written(match.scale),
        "motion": match.motion,
        "shift": [written(x) for x in match.shift],
        "distance": match.distance,
        "differences": [
            {
                "offset": [written(x) for x in d.offset],
                "given": written(d.given),
                "expected": written(d.expected),
            }
            for d in match.differences
        ],
    }
