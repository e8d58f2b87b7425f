"""What was learned, and what can be: runs, excitations and their numbers in words."""

from __future__ import annotations

import itertools
import json
import math
from typing import TYPE_CHECKING

from kernelkit.exact.names import axis_names
from kernelkit.exact.rational import counted, written
from kernelkit.explain.formats import known_format
from kernelkit.explain.paragraphs import paragraph
from kernelkit.export import base as export
from kernelkit.export.base import Sheet
from kernelkit.export.json import SCHEMA, record
from kernelkit.export.text import conventions, facts, layout, row

if TYPE_CHECKING:
    from fractions import Fraction

    from kernelkit.learning.descent import Descent
    from kernelkit.learning.excite import Excitation
    from kernelkit.learning.lesson import Lesson
    from kernelkit.learning.rational import Proof
    from kernelkit.learning.recover import Recovery
    from kernelkit.learning.run import Run

FORMATS = {"text": "for reading in a terminal", "json": "for scripts"}

KERNEL_FORMATS = FORMATS | {word: of for word, of in export.FORMATS.items() if word not in FORMATS}
"""In those that are not in `FORMATS`, the learned kernel alone is written."""

REDUCTION = 1e-6
"""Share of the error at the start, down to which steps are predicted."""

MOST_STEPS = 10**9
"""Steps that a patient person might wait for."""

MOST_FREE = 12
"""Directions that are written out."""

MOST_EPOCHS = 40
"""Epochs of which the loss is written."""

MOST_LISTED = 49
"""Taps that are listed."""

LONGEST_FRACTION = 16
"""Characters of a tap that is written as a fraction."""

ROUNDING = 1e-12
"""Share of the largest tap up to which a tap is the rounding of the arithmetic."""

MOST_PLACES = 9
"""Places of a tap behind the point."""

CONFIDENCE = 0.95
"""Of the intervals that are written."""


def excited(found: Excitation, form: str = "text") -> str:
    """Write what an image can teach a kernel of some size."""
    if known_format(form, FORMATS, of="what was learned") == "json":
        return json.dumps(_excitation_record(found), indent=2, allow_nan=False)
    sides = found.shape[1:]
    size = f"{sides[0]}-tap" if len(sides) == 1 else " x ".join(map(str, sides))
    channels = "" if found.shape[0] == 1 else f" on {counted(found.shape[0], 'channel')}"
    lines = [
        row("windows", f"{found.windows:,}"),
        row("rank", f"{found.rank} of {counted(found.unknowns, 'tap')}, {_certainty(found)}"),
        row("determined", found.determined),
        row("bias", f"{found.bias}, if one is learned"),
        row("condition", f"{found.condition:.6g}, of R = A^T A over the windows"),
        *_descent_rows(found, "without bias", found.without_bias, "none"),
        *_descent_rows(found, "with bias", found.with_bias, "fit"),
    ]
    if found.free:
        shown = found.free[:MOST_FREE]
        lines.append(
            row("unseen", f"{counted(len(found.free), 'direction')} in which taps can change unseen:")
        )
        lines += [row("", _direction_text(direction)) for direction in shown]
        if len(found.free) > MOST_FREE:
            lines.append(row("", f"and {len(found.free) - MOST_FREE} more; json lists all"))
    return "\n\n".join(
        [paragraph(f"a {size} kernel{channels}: {found.statement}", indent="  "), "\n".join(lines)]
    )


def _certainty(found: Excitation) -> str:
    return (
        "over the rationals"
        if found.certainty == "exact"
        else f"singular values above {found.tolerance:g} of the largest"
    )


def _descent_rows(found: Excitation, label: str, descent: Descent, bias: str) -> list[str]:
    if not descent.rank:
        return [row(label, "nothing moves: the image is zero")]
    steps = found.steps(REDUCTION, bias=bias)
    return [
        row(
            label,
            f"largest stable step {descent.largest_step:.6g}, best constant step {descent.best_step:.6g}; at that "
            f"{_steps_text(steps)}",
        )
    ]


def _steps_text(steps: int) -> str:
    if steps > MOST_STEPS:
        return f"{steps:.1e} steps to {REDUCTION:g} of the error, more than can be taken: learn exactly"
    return f"{counted(steps, 'step')} to {REDUCTION:g} of the error"


def _direction_text(direction: tuple[Fraction | float, ...]) -> str:
    return "[" + ", ".join(f"{x:.4g}" if isinstance(x, float) else written(x) for x in direction) + "]"


def _excitation_record(found: Excitation) -> dict[str, object]:
    def descent(part: Descent) -> dict[str, object]:
        return {
            "largest_step": _finite(part.largest_step),
            "best_step": _finite(part.best_step),
            "eigenvalues": [float(x) for x in part.eigenvalues],
        }

    return {
        "schema": SCHEMA,
        "shape": list(found.shape),
        "windows": found.windows,
        "rank": found.rank,
        "unknowns": found.unknowns,
        "certainty": found.certainty,
        "determined": found.determined,
        "condition": _finite(found.condition),
        "bias": found.bias,
        "without_bias": descent(found.without_bias),
        "with_bias": descent(found.with_bias),
        "free": [[x if isinstance(x, float) else written(x) for x in d] for d in found.free],
    }


def told(lesson: Lesson, form: str = "text", *, every: int = 2) -> str:
    """Write what was learned: taps with intervals, what they are, and how sure that is.

    Parameters
    ----------
    lesson
        From `kernelkit.learning.lesson.study`.
    form
        A key of `KERNEL_FORMATS`.
    every
        Of the loop's epochs each so many are written, and the last one.
    """
    if known_format(form, KERNEL_FORMATS, of="what was learned") == "json":
        return json.dumps(_lesson_record(lesson), indent=2, allow_nan=False)
    if form != "text":
        return export.render(lesson.exact_kernel or lesson.kernel, form)
    blocks = [paragraph(lesson.statement, indent="  ")]
    if lesson.predicted is not None and len(lesson.run.history) > 1:
        blocks.append(_epochs(lesson, every))
    if lesson.exact_kernel is not None:
        blocks.append(layout(lesson.exact_kernel.kernel))
    blocks.append(_taps_table(lesson))
    blocks.append("\n".join(_facts(lesson)))
    if lesson.certificate is not None:
        blocks.append("\n".join(conventions(Sheet(lesson.certificate.kernel, lesson.certificate))))
    return "\n\n".join(blocks)


def _facts(lesson: Lesson) -> list[str]:
    run, estimate, proof = lesson.run, lesson.estimate, lesson.proof
    lines = _data_rows(lesson)
    if run is not lesson.exact:
        lines.append(row("method", run.statement))
        gap = float(abs(run.weights - lesson.exact.weights).max())
        lines.append(row("exact taps", f"least squares differ from these by at most {gap:.3g}"))
    if proof is not None:
        lines.append(row("proof", proof.statement))
    exact = proof is not None and run is lesson.exact
    left = ", ".join(map(_short, proof.loss)) if proof is not None and exact else f"{run.loss:.6g}"
    lines.append(row("loss", f"sum of squares {left}"))
    if run.pairs.bias == "fit":
        met = exact and lesson.is_met
        biases = map(_short, proof.bias) if proof is not None and met else (f"{x:.6g}" for x in run.biases)
        lines.append(row("bias", ", ".join(biases)))
    if lesson.is_rounding and not lesson.is_met:
        lines.append(row("noise", "none but the rounding of the arithmetic"))
    elif estimate is not None and not lesson.is_met:
        noise = ", ".join(f"{x:.3g}" for x in estimate.noise)
        freedom = counted(estimate.freedom, "degree")
        lines.append(row("noise", f"deviation of the labels {noise}, from {freedom} of freedom"))
    best = f"best constant step {lesson.best_step:.6g}{lesson.other_units}"
    lines.append(row("loop", f"largest stable step {lesson.largest_step:.6g}, {best}"))
    if lesson.recovery is not None and lesson.recovery.is_decided and not lesson.is_met:
        lines.append(row("recovered", _sure_text(lesson.recovery)))
    if lesson.certificate is not None:
        # the fractions of taps that are one choice within the noise say nothing
        number = written if lesson.exact_kernel is not None else _decimal
        lines += facts(lesson.certificate, number=number)[:1]
    return lines


def _data_rows(lesson: Lesson) -> list[str]:
    """Say what the data determine, what was left out of them, and what speaks against them."""
    # a proved rank needs no tolerance beside it
    proof, exact = lesson.proof, lesson.exact
    rows = {"data": exact.statement if proof is None else exact.determined(proof.rank, "")}
    if lesson.left_out:
        rows["clipped"] = f"{counted(lesson.left_out, 'window')} with the least or the largest label left out"
    if lesson.clipped is not None:
        rows["clipped"] = f"{lesson.clipped.statement}: leave them out, --clipped leave-out"
    if lesson.border:
        rows["border"] = lesson.border
    return [row(label, text) for label, text in rows.items()]


def _decimal(number: Fraction) -> str:
    return f"{float(number):.3g}"


def _epochs(lesson: Lesson, every: int) -> str:
    """Write the loss of every second epoch, as the post prints it, beside the one predicted before training."""
    assert lesson.predicted is not None
    last = len(lesson.run.history) - 1
    epochs = [epoch for epoch in range(1, last + 1) if epoch % every == 0 or epoch == last]
    if len(epochs) > MOST_EPOCHS:
        step = len(epochs) // MOST_EPOCHS + 1
        epochs = [*epochs[::step], *(epochs[-1:] if (len(epochs) - 1) % step else [])]
    lines = [f"  {'epoch':>7}  {'loss':>14}  {'predicted':>14}"]
    # the post prints the loss that an epoch began with
    lines += [
        f"  {epoch:>7}  {lesson.run.history[epoch - 1]:>14.6g}  {lesson.predicted[epoch - 1]:>14.6g}"
        for epoch in epochs
    ]
    return "\n".join(lines)


def _sure_text(recovery: Recovery) -> str:
    best = recovery.best
    assert best is not None
    ways = {
        "fractions": "the taps with the smallest common denominator within the intervals",
        "catalogue": f"the kernel {best.name} of the catalogue lies within the intervals",
        "operator": "taps that compute the operator exactly lie within the intervals",
    }
    return f"{ways[best.how]}; the data are compatible with it (p = {best.p_value:.3g})"


def _taps_table(lesson: Lesson) -> str:
    """List every tap, with the exact one beside it where another method learned, and its interval."""
    given = lesson.run.pairs
    outputs, inputs = lesson.run.weights.shape[:2]
    iterated = lesson.run is not lesson.exact
    # where labels are not met, fractions would be those of the noise
    exact = None if lesson.proof is None or not lesson.is_met else list(itertools.chain(*lesson.proof.taps))
    reach = None
    if lesson.estimate is not None and not lesson.is_met and not lesson.is_rounding:
        reach = lesson.estimate.factor(CONFIDENCE) * lesson.estimate.errors
    names = "" if given.ndim == 1 else f" ({', '.join(axis_names(given.ndim))})"
    head = [f"offset{names}"] + ["tap"] * (iterated or exact is None)
    if exact is not None or iterated:
        head.append("least squares" if exact is None else "exact tap")
    head += [f"{CONFIDENCE:.0%} interval"] * (reach is not None)
    lines = [head]
    for output, channel in itertools.product(range(outputs), range(inputs)):
        for index, offset in zip(itertools.product(*map(range, given.size)), given.offsets, strict=True):
            place = str(offset[0]) if len(offset) == 1 else f"({', '.join(map(str, offset))})"
            if outputs * inputs > 1:
                place = f"{output} <- {channel} {place}"
            where = (output, channel, *index)
            within = None if reach is None else float(reach[where])
            cells = [place] + [_tap(lesson.run, where, within)] * (iterated or exact is None)
            if exact is not None:
                cells.append(_short(exact[len(lines) - 1]))
            elif iterated:
                cells.append(_tap(lesson.exact, where, within))
            cells += [] if within is None else [f"+- {_placed(within, within, f'{within:.2g}')}"]
            lines.append(cells)
    shown = lines[: MOST_LISTED + 1]
    widths = [max(map(len, column)) for column in zip(*shown, strict=True)]
    text = [
        "  " + "  ".join(cell.rjust(width) for cell, width in zip(cells, widths, strict=True))
        for cells in shown
    ]
    if len(lines) > len(shown):
        text.append(f"  and {len(lines) - len(shown)} more; json lists all")
    return "\n".join(text)


def _tap(run: Run, where: tuple[int, ...], reach: float | None) -> str:
    """Write a tap to two digits of its interval, or to nine where it has none; 0 for what is rounding."""
    tap = float(run.weights[where])
    if abs(tap) <= ROUNDING * float(abs(run.weights).max()):
        return "0"
    return f"{tap:.9g}" if reach is None else _placed(tap, reach, f"{tap:.9g}")


def _placed(number: float, reach: float, otherwise: str) -> str:
    """Write a number with as many places as show two digits of an interval, where these are few."""
    places = 1 - math.floor(math.log10(reach)) if reach else -1
    return f"{number:.{places}f}" if 0 <= places <= MOST_PLACES else otherwise


def _short(number: Fraction) -> str:
    """Write a fraction, or twelve digits of one that is long."""
    text = written(number)
    return text if len(text) <= LONGEST_FRACTION else f"{float(number):.12g}"


def _finite(number: float) -> float | None:
    """Return a number as json can hold it: there is no infinity in it."""
    return number if math.isfinite(number) else None


def _proof_record(proof: Proof) -> dict[str, object]:
    return {
        "statement": proof.statement,
        "taps": [list(map(written, taps)) for taps in proof.taps],
        "bias": list(map(written, proof.bias)),
        "loss": list(map(written, proof.loss)),
    }


def _lesson_record(lesson: Lesson) -> dict[str, object]:
    run, recovery = lesson.run, lesson.recovery
    entries: dict[str, object] = {
        "schema": SCHEMA,
        "method": run.method,
        "convention": "correlation: Y = sum tap * X(x + offset)",
        "size": list(run.pairs.size),
        "taps": run.weights.tolist(),
        "bias": run.biases.tolist(),
        "exact_taps": lesson.exact.weights.tolist(),
        "loss": run.loss,
        "history": run.history.tolist(),
        "predicted": None if lesson.predicted is None else lesson.predicted.tolist(),
        "stop": run.stop,
        "rank": lesson.exact.rank,
        "unknowns": run.unknowns,
        "windows": run.pairs.windows,
        "largest_step": _finite(lesson.largest_step),
        "best_step": _finite(lesson.best_step),
        "proof": None if lesson.proof is None else _proof_record(lesson.proof),
    }
    if lesson.estimate is not None and not lesson.is_met and not lesson.is_rounding:
        low, high = lesson.estimate.interval(CONFIDENCE)
        entries |= {
            "standard_errors": lesson.estimate.errors.tolist(),
            "confidence": CONFIDENCE,
            "intervals": {"low": low.tolist(), "high": high.tolist()},
            "noise": lesson.estimate.noise.tolist(),
            "degrees_of_freedom": lesson.estimate.freedom,
        }
    entries["statement"] = lesson.statement
    if recovery is not None:
        entries["p_value"] = None if recovery.best is None else recovery.best.p_value
        entries["decided"] = recovery.decided
        entries["factor"] = recovery.factor
        entries["alternatives"] = [other.name for other in recovery.alternatives]
    if lesson.nature is not None:
        entries["nearest"], entries["nearest_gap"] = lesson.nature.nearest, _finite(lesson.nature.gap)
        entries["deviation"] = list(lesson.nature.deviation)
    if run.weights.shape[:2] == (1, 1):
        entries["kernel"] = record(Sheet(lesson.kernel, lesson.exact_kernel))
    return entries
