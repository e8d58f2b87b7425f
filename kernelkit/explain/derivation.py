"""How a kernel follows from its moment conditions, step by step."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from kernelkit.exact.moments import factorial, through_degree
from kernelkit.exact.offsets import Offset, Stencil, offset_text
from kernelkit.exact.polynomial import text as polynomial_text
from kernelkit.exact.preferences import RULES
from kernelkit.exact.rational import counted, written
from kernelkit.explain.paragraphs import paragraph
from kernelkit.export.wording import error_text

if TYPE_CHECKING:
    from kernelkit.exact.certify import Certificate
    from kernelkit.exact.factor import MultiIndex
    from kernelkit.exact.kernel import Kernel

MOST_TAPS = 10
"""Taps up to which the whole system is printed; a larger one is described."""

Row = list[Fraction]


def explain(certificate: Certificate, stencil: Stencil | None = None, *, prefer: str | None = None) -> str:
    """Tell how the kernel of a certificate is derived.

    Parameters
    ----------
    certificate
        The kernel, its target, and the proof of its accuracy.
    stencil
        The points it was derived on; left out, those that carry taps.
    prefer
        The preference that chose it, where one was asked for.

    Returns
    -------
    str
        The conditions, their elimination, the taps, and the error that remains.
    """
    kernel = certificate.kernel
    points = stencil or kernel.support
    degree = certificate.degree_of_exactness
    if degree is None:
        return "The target reads the samples themselves, so the taps are those of the target and there is no error."
    parts = [_question(certificate, degree)]
    exponents = through_degree(kernel.ndim, degree)
    kept, system = _independent(certificate, points, exponents)
    free = len(points) - len(kept)
    if len(points) <= MOST_TAPS:
        parts.append(_conditions(points, kept, system))
        if not free:
            parts.append(_elimination(points, kept, system))
    else:
        parts.append(
            f"The {len(exponents)} conditions on {len(points)} taps have rank {len(kept)}; row reduction over the "
            "rationals gives the taps."
        )
    if free:
        parts.append(_choice(len(kept), len(points), prefer))
    parts.append(_result(kernel))
    parts.append(_remainder(certificate))
    return "\n\n".join(parts)


def _question(certificate: Certificate, degree: int) -> str:
    target = certificate.target
    step = "offset" if set(target.spacing) == {1} else "(offset * spacing)"
    return paragraph(
        f"Wanted: sum tap * f(x + {step.strip('()')}) = ({target.name}) of f, for every polynomial f of degree "
        f"{degree} or less. By Taylor's formula at the origin that is one condition for each monomial: "
        f"sum tap * {step}^k = the target applied to x^k."
    )


def _independent(
    certificate: Certificate, points: Stencil, exponents: list[MultiIndex]
) -> tuple[list[MultiIndex], list[Row]]:
    """Return the conditions that are not combinations of earlier ones, with their right sides."""
    kept: list[MultiIndex] = []
    system: list[Row] = []
    reduced: list[tuple[int, Row]] = []
    for alpha in exponents:
        units = certificate.target.units(alpha)
        row = [_power(offset, alpha) * units for offset in points.offsets]
        row.append(certificate.target.moment(alpha) * units)
        rest = list(row)
        for pivot, other in reduced:
            factor = rest[pivot]
            rest = [a - factor * b for a, b in zip(rest, other, strict=True)]
        pivot = next((i for i, x in enumerate(rest[:-1]) if x), -1)
        if pivot >= 0:
            reduced.append((pivot, [x / rest[pivot] for x in rest]))
            kept.append(alpha)
            system.append(row)
    return kept, system


def _conditions(points: Stencil, kept: list[MultiIndex], system: list[Row]) -> str:
    return "The conditions, one a row (those that follow from others are left out):\n" + _table(
        points, kept, system
    )


def _elimination(points: Stencil, kept: list[MultiIndex], system: list[Row]) -> str:
    """Show Gauss-Jordan elimination, one table a pivot."""
    rows = [list(row) for row in system]
    labels = list(kept)
    blocks = []
    for step in range(len(rows)):
        column = next(j for j in range(len(points)) if any(row[j] for row in rows[step:]))
        best = next(i for i in range(step, len(rows)) if rows[i][column])
        rows[step], rows[best] = rows[best], rows[step]
        labels[step], labels[best] = labels[best], labels[step]
        rows[step] = [x / rows[step][column] for x in rows[step]]
        for i, row in enumerate(rows):
            if i != step and row[column]:
                factor = row[column]
                rows[i] = [a - factor * b for a, b in zip(row, rows[step], strict=True)]
        title = f"Eliminate the tap at {offset_text(points.offsets[column])} with the row of {_monomial(labels[step])}:"
        blocks.append(title + "\n" + _table(points, labels, rows))
    return "\n\n".join(blocks)


def _choice(rank: int, points: int, prefer: str | None) -> str:
    """Say which rule singles out one of several kernels."""
    rule = f"the rule {prefer!r}: {RULES[prefer].words}" if prefer else "products of one-dimensional kernels"
    return paragraph(
        f"These {counted(rank, 'condition')} leave {points - rank} of {counted(points, 'tap')} free. "
        f"The kernel is singled out by {rule}."
    )


def _table(points: Stencil, labels: list[MultiIndex], rows: list[Row]) -> str:
    head = ["", *(f"w({offset_text(p).strip('()')})" for p in points.offsets), "|", "target"]
    body = [
        [_monomial(alpha), *map(written, row[:-1]), "|", written(row[-1])]
        for alpha, row in zip(labels, rows, strict=True)
    ]
    widths = [max(map(len, column)) for column in zip(head, *body, strict=True)]
    return "\n".join(
        "  " + "  ".join(cell.rjust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in [head, *body]
    )


def _result(kernel: Kernel) -> str:
    taps = ", ".join(f"w({offset_text(offset).strip('()')}) = {written(tap)}" for offset, tap in kernel.taps)
    return paragraph(f"The taps: {taps}.", indent="  ")


def _remainder(certificate: Certificate) -> str:
    lines = [f"The first condition that fails is of degree {certificate.failing_degree}:"]
    for alpha, in_samples in certificate.defect:
        units, share = certificate.target.units(alpha), factorial(alpha)
        wanted, defect = certificate.target.moment(alpha) * units, in_samples * units
        lines.append(
            f"  on {_monomial(alpha)} the kernel gives {written(wanted + defect)}, the target {written(wanted)}; "
            f"divided by {share} (the factorial in Taylor's formula) that is {written(defect / share)}"
        )
    lines.append(paragraph(f"So kernel minus exact is {error_text(certificate)}.", indent="  "))
    return "\n".join(lines)


def _monomial(alpha: MultiIndex) -> str:
    return polynomial_text(((alpha, Fraction(1)),))


def _power(offset: Offset, alpha: MultiIndex) -> Fraction:
    product = Fraction(1)
    for x, k in zip(offset, alpha, strict=True):
        product *= x**k
    return product
