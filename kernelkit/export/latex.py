"""The formula with its error term, in LaTeX with amsmath."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING

from kernelkit.exact.rational import written
from kernelkit.export.matrix import matrix, orientation, plane_window
from kernelkit.export.typeset import at, fraction, functional, names, partial, place, scaled, signed
from kernelkit.export.wording import LEGIBLE, comment, convolving, decimal, listed, next_h_power, sentences

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kernelkit.exact.certify import Certificate
    from kernelkit.export.base import Sheet
    from kernelkit.export.window import Window

LONGEST_SUM = 110
"""Characters of source of a sum on one line; a longer one is broken into lines."""

PER_LINE = 4
"""Terms on each line of what is broken."""

PARTS_ON_LINE = 5
"""Kernel, target and error terms on one line; more are broken into lines."""

ALIGNED = "aligned"


def render(sheet: Sheet) -> str:
    """Write a displayed formula: the kernel, what it computes, and the leading error.

    Plane kernels on a lattice of up to ten columns are matrices, all others sums of samples.

    Raises
    ------
    LimitError
        A number with too many digits to write.
    """
    window = plane_window(sheet.kernel)
    steps = sheet.target.spacing if sheet.target else (Fraction(1),) * sheet.kernel.ndim
    left = _left(sheet, window, steps)
    parts = (
        [left, *_right(sheet.certificate)]
        if sheet.certificate
        else [f"(K f){at(names(sheet.kernel.ndim))} = {left}"]
    )
    if len(parts) > PARTS_ON_LINE or ALIGNED in left:
        parts = [rf"\begin{{{ALIGNED}}}", *_broken(parts), rf"\end{{{ALIGNED}}}"]
    remarks = ["Needs amsmath.", *convolving(sheet)]
    return "\n".join(
        [
            comment([*sentences(sheet), *remarks], "%"),
            r"\[",
            *parts,
            r"\]",
            *([orientation(window, steps, _unit(sheet))] if window else []),
        ]
    )


def _broken(parts: list[str]) -> list[str]:
    """Put kernel and target on lines of their own, and the error on as few as it fits on."""
    first, *second = parts[:2]
    lines = [f"& {first}", *(rf"& {part}" for part in second)]
    rest = parts[2:]
    lines += [r"& \quad " + " ".join(rest[i : i + PER_LINE]) for i in range(0, len(rest), PER_LINE)]
    return [line + (r" \\" if i < len(lines) - 1 else "") for i, line in enumerate(lines)]


def _unit(sheet: Sheet) -> str:
    """Return the symbol of the spacing: none where one power of h does not serve all terms."""
    return "" if sheet.certificate and sheet.h_power is None else "h"


def _left(sheet: Sheet, window: Window | None, steps: Sequence[Fraction]) -> str:
    """Write the kernel: a common factor, times coprime whole numbers."""
    taps = sheet.kernel.taps or listed(sheet)
    bottom = math.lcm(*(tap.denominator for _, tap in taps))
    factor = Fraction(math.gcd(*(int(tap * bottom) for _, tap in taps)), bottom) or Fraction(1)
    scale = scaled(factor, sheet.h_power or 0)
    if window:
        return f"{'' if scale == '1' else scale + ' '}{matrix(window, factor)} f"
    terms = []
    for offset, tap in taps:
        moved = zip(names(sheet.kernel.ndim), offset, steps, strict=True)
        sample = "f" + at([place(name, x * step, _unit(sheet)) for name, x, step in moved])
        terms.append((tap, written(abs(tap / factor)), sample))
    if max(map(len, [written(factor), *(size for _, size, _ in terms)])) > LEGIBLE:
        return _with_decimals(terms, scaled(Fraction(1), sheet.h_power or 0))
    inner = signed(terms)
    single = len(inner) <= LONGEST_SUM
    if not single:
        lines = [signed(terms[i : i + PER_LINE]) for i in range(0, len(terms), PER_LINE)]
        lines[1:] = [line if line.startswith("-") else f"+ {line}" for line in lines[1:]]
        inner = "\\begin{aligned}\n& " + " \\\\\n& ".join(lines) + "\n\\end{aligned}"
    if scale == "1":
        return inner
    if scale.startswith(r"\frac{1}") and single:
        return fraction(inner, scale.removeprefix(r"\frac{1}{").removesuffix("}"))
    return (
        f"{scale} {inner}"
        if len(terms) == 1 and inner.startswith("f")
        else rf"{scale} \left[ {inner} \right]"
    )


def _with_decimals(terms: list[tuple[Fraction, str, str]], scale: str) -> str:
    """Write one sample a line, with its exact tap and a decimal of it."""
    lines = [
        rf"& {'- ' if tap < 0 else '+ '}{signed([(abs(tap), scaled(abs(tap), 0), sample)])}"
        rf" && (\approx {decimal(tap)})"
        for tap, _, sample in terms
    ]
    inner = "\\begin{aligned}\n" + " \\\\\n".join(lines) + "\n\\end{aligned}"
    return rf"{'' if scale == '1' else scale + ' '}\left[ {inner} \right]"


def _right(certificate: Certificate) -> list[str]:
    """Write the target, the leading error and the power of h of what follows."""
    homogeneous = certificate.target.homogeneous
    lines = [f"= {functional(certificate.target, 'h' if homogeneous else '')}"]
    if certificate.failing_degree is None:
        return lines
    here = names(1) if certificate.kernel.ndim == 1 else []
    for term in reversed(certificate.leading_terms):
        size = scaled(abs(term.coefficient), term.h_power if homogeneous else 0)
        body = partial(term.derivative, here)
        lines.append(("- " if term.coefficient < 0 else "+ ") + (body if size == "1" else f"{size} {body}"))
    return [*lines, *_rest(certificate)]


def _rest(certificate: Certificate) -> list[str]:
    power = next_h_power(certificate)
    if power is None:
        return []
    return [f"+ O({scaled(Fraction(1), power)})"] if certificate.target.homogeneous else [r"+ \cdots"]
