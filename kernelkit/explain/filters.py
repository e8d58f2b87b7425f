"""Inspected layers in words: a summary, then a line or a block for every filter; and as values for scripts."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING

from kernelkit.exact.rational import counted
from kernelkit.explain.filter_page import page
from kernelkit.explain.formats import known_format
from kernelkit.explain.identity import reading_text
from kernelkit.explain.paragraphs import paragraph
from kernelkit.export.json import SCHEMA
from kernelkit.export.text import row
from kernelkit.inspection.classes import MUCH_ALIASED, RULES, symmetry_limit, tells_noise
from kernelkit.inspection.summary import ANGLES, CLOSE_FIT

if TYPE_CHECKING:
    from kernelkit.inspection.classes import Verdict
    from kernelkit.inspection.inspect import Inspection
    from kernelkit.inspection.measures import Filter
    from kernelkit.inspection.summary import Summary

FORMATS = {"text": "for reading in a terminal", "json": "for scripts", "html": "one page with a picture"}

MUCH_NOISE = 0.25
"""Share of the living filters from which on it is said what noise can mean."""

MOST_BLOCKS = 6
"""Filters up to which each is told in a block of its own."""

MOST_LISTED = 128
"""Filters that the text lists; json and html list all."""

WIDTH = 100
"""Columns of the list of filters."""

_KINDS = {
    "pointwise": "pointwise, 1 x 1: it mixes channels and has no shape in the picture",
    "depthwise": "depthwise, one filter a channel",
}

CONVENTION = (
    "correlation; x counts to the right and y down, in pixels from the middle of the window; angles in degrees, "
    "counter-clockwise as seen, are those in which the filter changes: an upright bar has 0"
)


def told(inspection: Inspection, form: str = "text", *, picture: bytes = b"") -> str:
    """Write what was found in a layer.

    Parameters
    ----------
    inspection
        From `kernelkit.inspection.inspect.inspect`.
    form
        A key of `FORMATS`.
    picture
        A png file that html shows; none when empty.

    Raises
    ------
    UnknownNameError
        No such format.
    """
    known_format(form, FORMATS, of="filters")
    if form == "json":
        return json.dumps(_record(inspection), indent=2, allow_nan=False)
    if form == "html":
        return page(inspection, heading(inspection), facts(inspection), CONVENTION, picture)
    lines = [row(label, text) for label, text in facts(inspection)]
    blocks = [paragraph(heading(inspection), indent="  "), "\n".join(lines)]
    pairs = list(zip(inspection.filters, inspection.verdicts, strict=True))
    if len(pairs) <= MOST_BLOCKS:
        blocks += [_block(one, verdict) for one, verdict in pairs]
    else:
        listed = [_head(), *(_line(one, verdict) for one, verdict in pairs[:MOST_LISTED])]
        if len(pairs) > MOST_LISTED:
            listed.append(f"  and {len(pairs) - MOST_LISTED} more; --format json and html list all")
        blocks.append("\n".join(listed))
    blocks.append(row("convention", CONVENTION))
    return "\n\n".join(blocks)


def heading(inspection: Inspection) -> str:
    """Name a layer and count its classes: ``conv1: 64 filters of 3 x 7 x 7; 20 bar, 12 edge``."""
    counts = ", ".join(f"{count} {name}" for name, count in inspection.summary.classes.items())
    return f"{inspection.layer.name[:80]}: {inspection.layer.size}; {counts}"


def facts(inspection: Inspection) -> list[tuple[str, str]]:
    """Return what is known of a layer as pairs of a label and a sentence."""
    layer, summary = inspection.layer, inspection.summary
    found = [("source", layer.source[:200]), ("kind", _KINDS.get(layer.kind, "")), ("numbers", layer.note)]
    if summary.dead:
        found.append(("dead", f"{summary.dead} of {counted(summary.filters, 'filter')}"))
    found += [("noise", _noise(summary)), ("few taps", _few_taps(inspection))]
    if layer.weights.shape[1] > 1:
        found.append(("colour" if layer.weights.shape[1] == 3 else "channels", _colour(inspection)))
    if summary.separability is not None:
        found.append(
            (
                "separable",
                f"a column times a row has {summary.separability:.3f} of a plane's energy in the median",
            )
        )
    found += [
        ("flat pictures", f"{summary.blind} of {summary.filters} are blind to them"),
        *_waves(summary),
        ("aliasing", _aliasing(inspection)),
        ("phase pairs", _pairs(summary.phase_pairs)),
        ("duplicates", _pairs(summary.duplicates)),
    ]
    return [(label, text) for label, text in found if text]


def _noise(summary: Summary) -> str:
    """Say what it can mean that many filters are called noise."""
    count, alive = summary.noise, summary.filters - summary.dead
    if count < max(1, MUCH_NOISE * alive):
        return ""
    return (
        f"the shapes of {count} of {counted(alive, 'filter')} cannot be told from white noise: weights still "
        "near their random start (few epochs, a small step), filters that the net does not use, or shapes that are no "
        "single wave"
    )


def _few_taps(inspection: Inspection) -> str:
    """Say how far names can be trusted where no Gabor function is fitted."""
    planes = [one.split.plane for one in inspection.filters if one.gabor is None and not one.is_dead]
    if not planes or inspection.layer.kind == "pointwise":
        return ""
    taps = planes[0].size
    if not tells_noise(planes[0]):
        return f"{counted(taps, 'tap')} cannot tell noise from a filter: white noise gets these names, too"
    return (
        f"{taps} taps hardly tell noise from a filter: bar and edge are said only where an even or odd share of "
        f"{symmetry_limit(taps):.2f} is reached, as by 1 of 100 planes of white noise; what is called noise may be a "
        "filter"
    )


def _waves(summary: Summary) -> list[tuple[str, str]]:
    """Say how well waves fit, and which."""
    found = []
    if summary.gabor_r_squared is not None:
        fits = (
            f"R^2 {summary.gabor_r_squared:.3f} in the median, {summary.close_fits} of {summary.fitted} above"
        )
        found.append(("Gabor fit", f"{fits} {CLOSE_FIT:g}; R^2 is the share of the energy about zero"))
    elif summary.filters > summary.dead:
        found.append(("Gabor fit", "none: on so few taps its eight numbers fit anything"))
    if summary.frequency is not None:
        period = f"a period of {1 / summary.frequency:.1f} pixels"
        found.append(
            ("frequency", f"{summary.frequency:.3f} cycles per pixel in the median of waves, {period}")
        )
    if summary.filters > 1 and any(summary.directions):
        bins = [
            f"{count} at {180 / ANGLES * place:g}" for place, count in enumerate(summary.directions) if count
        ]
        found.append(("directions", ", ".join(bins) + " degrees"))
    return found


def _colour(inspection: Inspection) -> str:
    summary, layer = inspection.summary, inspection.layer
    if summary.colour_share is None or summary.grey_share is None:
        return "nothing to say: all filters are dead"
    share = f"one mix of channels has {summary.colour_share:.3f} of a filter's energy in the median"
    if layer.weights.shape[1] != 3:
        return share
    kept = "red, green, blue" if layer.order == "RGB" else "blue, green, red in the file"
    return (
        f"{summary.chromatic} chromatic, {summary.opponent} of them colour-opponent; {share}, the mean of the channels "
        f"{summary.grey_share:.3f}; channels taken as {kept}"
    )


def _aliasing(inspection: Inspection) -> str:
    stride, summary = inspection.layer.stride, inspection.summary
    if stride is None:
        return "not said: weights do not tell the stride; give --stride N"
    steps = str(stride[0]) if stride[0] == stride[1] else f"{stride[0]} down and {stride[1]} across"
    if stride == (1, 1):
        return "none: the stride is 1"
    if summary.aliased_share is None:
        return f"stride {steps}"
    return (
        f"at stride {steps}, {summary.aliased_share:.3f} of a filter's spectral energy in the median lies beyond "
        f"pi/stride and folds down; {summary.aliased} filters have {MUCH_ALIASED:g} or more there"
    )


def _pairs(pairs: tuple[tuple[int, int], ...]) -> str:
    if not pairs:
        return ""
    shown = ", ".join(f"{a} and {b}" for a, b in pairs[:12])
    return f"{len(pairs)}: {shown}" + (" and more" if len(pairs) > 12 else "")


def _head() -> str:
    return (
        f"  {'no':>4}  {'class':<15}  {'norm':>5}  {'angle':>5}  {'period':>6}  {'phase':>5}  {'R^2':>4}  "
        f"{'grey':>4}  also"
    )


def _line(one: Filter, verdict: Verdict) -> str:
    """Write a filter in one line of `WIDTH` columns."""
    if one.is_dead:
        return f"  {one.number:>4}  {verdict.name:<15}  {one.relative_norm:5.0e}"
    fit = one.gabor
    angle = f"{one.angle:5.0f}" if one.gradient.coherence >= 0.2 else f"{'-':>5}"
    period = _period(one)
    phase = f"{fit.phase:5.0f}" if fit is not None and one.has_phase else f"{'-':>5}"
    r_squared = "   -" if fit is None else f"{fit.r_squared:4.2f}"
    grey = f"{one.split.grey_share:4.2f}" if len(one.split.mix) == 3 else "   -"
    line = (
        f"  {one.number:>4}  {verdict.name:<15}  {one.relative_norm:5.2f}  {angle}  {period}  {phase}  {r_squared}  "
        f"{grey}  {_short(', '.join(verdict.flags))}"
    ).rstrip()
    return line if len(line) <= WIDTH else f"{line[: WIDTH - 3]}..."


def _period(one: Filter) -> str:
    """Write a period in pixels; of one that is more than twice the window nothing but that is known."""
    longest = 2 * max(one.split.plane.shape)
    if one.frequency * longest < 1:
        return f"{f'>{longest}':>6}"
    return f"{1 / one.frequency:6.1f}"


def _short(flags: str) -> str:
    return flags.replace("blind to flat", "blind").replace("phase pair with", "pair with")


def _block(one: Filter, verdict: Verdict) -> str:
    """Write everything about one filter."""
    lines = [row(f"filter {one.number}", f"{verdict.name}: {verdict.evidence}")]
    if verdict.flags:
        lines.append(row("also", ", ".join(verdict.flags)))
    if one.is_dead:
        return "\n".join(lines)
    if one.operator is not None:
        lines.append(row("computes", operator_text(one)))
    if one.nearest is not None:
        moved = f" ({one.nearest.motion})" if one.nearest.motion else ""
        lines.append(
            row(
                "nearest",
                f"{one.nearest.name}{moved} times {one.nearest.scale:.4g}, R^2 {one.nearest.r_squared:.3f} about zero",
            )
        )
    lines.append(row("shares", _shares(one)))
    if one.gabor is not None:
        lines.append(row("Gabor", _gabor_text(one)))
    lines.append(
        row(
            "direction",
            f"{one.gradient.angle:.0f} degrees by its gradients, coherence {one.gradient.coherence:.2f}; spectral peak "
            f"at {one.peak[0]:.3f} cycles per pixel",
        )
    )
    if one.aliased is not None:
        lines.append(row("aliasing", f"{one.aliased:.3f} of the energy lies beyond the stride"))
    return "\n".join(lines)


def operator_text(one: Filter) -> str:
    """Say what the dominant plane of a filter computes, within a hundredth of its largest tap."""
    found = one.operator
    if found is None or found.best is None:
        return "nothing, within a hundredth of the largest tap"
    parts = [
        reading_text(found.best),
        *(f"the {word} part: {reading_text(part)}" for word, part in found.parts),
    ]
    text = (
        "; ".join(parts)
        if found.kind != "mixture"
        else " and ".join([reading_text(found.best), *(reading_text(part) for _, part in found.parts)])
    )
    return f"{text} ({found.kind}{'' if found.exact else ', within a hundredth of the largest tap'})"


def _shares(one: Filter) -> str:
    parts = {
        "one column times a row": one.separability,
        "mean": one.dc_share,
        "ramp": one.ramp_share,
        "rings": one.round_share,
        "even": one.even_share,
    }
    at = one.symmetry
    text = ", ".join(f"{name} {share:.2f}" for name, share in parts.items()) + (
        f" about the middle of the window and {at.even:.2f} about (x, y) = ({at.x:+.2f}, "
        f"{at.y:+.2f}), of the plane's energy"
    )
    if len(one.split.mix) > 1:
        text += (
            f"; one mix of channels {one.split.share:.2f} and grey {one.split.grey_share:.2f} of the filter's"
        )
    return text


def _gabor_text(one: Filter) -> str:
    fit = one.gabor
    assert fit is not None
    return (
        f"R^2 {fit.r_squared:.3f}; {fit.amplitude:.4g} high at ({fit.x:+.2f}, {fit.y:+.2f}) pixels (x, y), deviations "
        f"{fit.sigma_along:.2f} along and {fit.sigma_across:.2f} across, angle {fit.angle:.1f}, frequency "
        f"{fit.frequency:.4f} cycles per pixel, phase {fit.phase:.0f} degrees "
        + (
            "there; one of these is at its limit, so do not read centre and phase"
            if fit.at_limit
            else "there"
        )
    )


def _record(inspection: Inspection) -> dict[str, object]:
    from dataclasses import asdict

    layer = inspection.layer
    return {
        "schema": SCHEMA,
        "convention": CONVENTION,
        "layer": {
            "name": layer.name,
            "source": layer.source,
            "shape": list(layer.weights.shape),
            "kind": layer.kind,
            "stride": None if layer.stride is None else list(layer.stride),
            "channels": "RGB" if layer.weights.shape[1] == 3 else None,
            "stored_order": layer.order if layer.weights.shape[1] == 3 else None,
            "note": layer.note,
        },
        "classes": [rule._asdict() for rule in RULES],
        "summary": asdict(inspection.summary),
        "filters": [
            _filter_record(one, verdict)
            for one, verdict in zip(inspection.filters, inspection.verdicts, strict=True)
        ],
    }


def _filter_record(one: Filter, verdict: Verdict) -> dict[str, object]:
    from dataclasses import asdict

    return {
        "number": one.number,
        "class": verdict.name,
        "evidence": verdict.evidence,
        "flags": list(verdict.flags),
        "relative_norm": _finite(one.relative_norm),
        "mix": list(one.split.mix),
        "mix_share": one.split.share,
        "grey_share": one.split.grey_share,
        "separability": one.separability,
        "dc_share": one.dc_share,
        "balance": one.balance,
        "ramp_share": one.ramp_share,
        "even_share": one.even_share,
        "symmetry": asdict(one.symmetry),
        "round_share": one.round_share,
        "gabor": None if one.gabor is None else asdict(one.gabor) | {"cycles": one.gabor.cycles},
        "angle": one.angle,
        "coherence": one.gradient.coherence,
        "frequency": one.frequency,
        "measured_by": "Gabor fit" if one.is_fitted else "gradients and spectral peak",
        "aliased": one.aliased,
        "kind": None if one.operator is None else one.operator.kind,
        "operator": None if one.operator is None or one.operator.best is None else operator_text(one),
        "nearest": None if one.nearest is None else asdict(one.nearest),
        "neighbour": None
        if one.neighbour is None
        else asdict(one.neighbour) | {"relation": one.neighbour.relation},
        "partner": one.partner,
    }


def _finite(number: float) -> float | None:
    return number if math.isfinite(number) else None
