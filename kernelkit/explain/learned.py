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

FORMATS = {"text": "for reading in a terminal", "json": "for scripts"}
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
        A key of `FORMATS`.
    every
        Of the loop's epochs each so many are written, and the last one.
    """
    if known_format(form, FORMATS, of="what was learned") == "json":
        return json.dumps(_lesson_record(lesson), indent=2, allow_nan=False)
    blocks = [paragraph(lesson.statement, indent="  ")]
    if lesson.predicted is not None and len(lesson.run.history) > 1:
        blocks.append(_epochs(lesson, every))
    if lesson.certificate is not None:
        blocks.append(layout(lesson.certificate.kernel))
    blocks.append(_taps_table(lesson))
    blocks.append("\n".join(_facts(lesson)))
    if lesson.certificate is not None:
        blocks.append("\n".join(conventions(Sheet(lesson.certificate.kernel, lesson.certificate))))
    return "\n\n".join(blocks)


def _facts(lesson: Lesson) -> list[str]:
    run, estimate = lesson.run, lesson.estimate
    lines = [row("data", lesson.exact.statement)]
    if run is not lesson.exact:
        lines.append(row("method", run.statement))
        gap = float(abs(run.weights - lesson.exact.weights).max())
        lines.append(row("exact taps", f"least squares differ from these by at most {gap:.3g}"))
    if lesson.proof is not None:
        lines.append(row("proof", lesson.proof.statement))
    if lesson.proof is not None and run is lesson.exact:
        left = ", ".join(map(_short, lesson.proof.loss))
    else:
        left = f"{run.loss:.6g}"
    lines.append(row("loss", f"sum of squares {left}"))
    if run.pairs.bias == "fit":
        known = lesson.proof is not None and run is lesson.exact
        biases = (
            map(_short, lesson.proof.bias) if known and lesson.proof else (f"{x:.6g}" for x in run.biases)
        )
        lines.append(row("bias", ", ".join(biases)))
    if lesson.is_rounding and not lesson.is_met:
        lines.append(row("noise", "none but the rounding of the arithmetic"))
    elif estimate is not None and not lesson.is_met:
        noise = ", ".join(f"{x:.3g}" for x in estimate.noise)
        freedom = counted(estimate.freedom, "degree")
        lines.append(row("noise", f"deviation of the labels {noise}, from {freedom} of freedom"))
    lines.append(
        row(
            "loop",
            f"largest stable step {lesson.largest_step:.6g}, best constant step {lesson.best_step:.6g}",
        )
    )
    if lesson.recovery is not None and lesson.recovery.is_decided and not lesson.is_met:
        lines.append(row("recovered", _sure_text(lesson.recovery)))
    if lesson.certificate is not None:
        lines += facts(lesson.certificate)[:1]
    return lines


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
        "operator": "the nearest taps that compute the operator exactly",
    }
    return f"{ways[best.how]}; the data are compatible with it (p = {best.p_value:.3g})"


def _taps_table(lesson: Lesson) -> str:
    """List every tap, with the exact one beside it where another method learned, and its interval."""
    given = lesson.run.pairs
    outputs, inputs = lesson.run.weights.shape[:2]
    iterated = lesson.run is not lesson.exact
    # where the labels are met exactly, or their best fit is known in fractions, there is no rounding to show
    exact = None if lesson.proof is None else list(itertools.chain(*lesson.proof.taps))
    reach = None
    if lesson.estimate is not None and not lesson.is_met and not lesson.is_rounding:
        reach = lesson.estimate.factor(CONFIDENCE) * lesson.estimate.errors
    names = "" if given.ndim == 1 else f" ({', '.join(axis_names(given.ndim))})"
    head = [f"offset{names}"] + ["tap"] * (iterated or exact is None)
    head += ["exact tap"] * (iterated or exact is not None)
    head += [f"{CONFIDENCE:.0%} interval"] * (reach is not None)
    lines = [head]
    for output, channel in itertools.product(range(outputs), range(inputs)):
        for index, offset in zip(itertools.product(*map(range, given.size)), given.offsets, strict=True):
            place = str(offset[0]) if len(offset) == 1 else f"({', '.join(map(str, offset))})"
            if outputs * inputs > 1:
                place = f"{output} <- {channel} {place}"
            where = (output, channel, *index)
            cells = [place] + [f"{lesson.run.weights[where]:.9g}"] * (iterated or exact is None)
            if exact is not None:
                cells.append(_short(exact[len(lines) - 1]))
            elif iterated:
                cells.append(f"{lesson.exact.weights[where]:.9g}")
            cells += [] if reach is None else [f"+- {reach[where]:.2g}"]
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
    if lesson.certificate is not None:
        entries["kernel"] = record(Sheet(lesson.certificate.kernel, lesson.certificate))
    return entries
