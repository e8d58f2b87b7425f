"""Plain text: the kernel aligned, with its scaling, error, accuracy and size."""

from __future__ import annotations

import itertools
import math
import textwrap
from fractions import Fraction
from typing import TYPE_CHECKING

from kernelkit.exact.bounds import lower_bound
from kernelkit.exact.names import axis_names
from kernelkit.exact.offsets import offset_text
from kernelkit.exact.polynomial import text as polynomial_text
from kernelkit.exact.rational import counted, written
from kernelkit.export.wording import (
    LEGIBLE,
    accuracy_text,
    briefly,
    correlation_text,
    decimal,
    error_text,
    node_text,
    short,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from kernelkit.exact.certify import Certificate
    from kernelkit.exact.kernel import Kernel, Tap
    from kernelkit.export.base import Sheet

WIDTH = 88
_MOST_ROWS = 33
_LABEL = 16


def render(sheet: Sheet) -> str:
    """Write a kernel for reading in a terminal."""
    title = textwrap.fill(heading(sheet), WIDTH, subsequent_indent="  ", break_on_hyphens=False)
    blocks = [title, drawing(sheet)]
    if sheet.certificate:
        blocks.append("\n".join(facts(sheet.certificate)))
    blocks.append("\n".join(conventions(sheet)))
    return "\n\n".join(blocks)


def heading(sheet: Sheet) -> str:
    """Name the target, or the kernel where no target is known."""
    certificate = sheet.certificate
    if certificate is None:
        return f"a kernel of {counted(len(sheet.kernel), 'tap')}"
    if not certificate.consistent:
        return f"not {certificate.target.name}"
    target = f"{certificate.target.name}{node_text(sheet)}"
    if certificate.accuracy is None:
        return f"{target}, without any error"
    return f"{target}, {accuracy_text(certificate)}"


def drawing(sheet: Sheet) -> str:
    """Draw the taps with the power of h that scales them."""
    if sheet.nodes:
        return _on_line(sheet.taps, _scale(sheet), numbered=True)
    return layout(sheet.kernel, _scale(sheet))


def facts(certificate: Certificate, *, number: Callable[[Fraction], str] = written) -> list[str]:
    """Say what is proved: error, accuracy, degree of exactness, size, noise; ``number`` writes a number."""
    kernel = certificate.kernel
    lines: list[str] = []
    if not certificate.consistent:
        lines += _failures(certificate)
    elif certificate.accuracy is None:
        lines += [row("kernel - exact", "0: kernel and target are the same functional")]
    else:
        lines += [
            *_error(certificate, number),
            row("exact through", f"degree {certificate.degree_of_exactness}"),
        ]
    if certificate.consistent:
        lines.append(row("taps", _size(certificate)))
    lines.append(row("noise", _noise(kernel, number)))
    return lines


def _noise(kernel: Kernel, number: Callable[[Fraction], str]) -> str:
    gain, norm = kernel.noise_gain_squared, kernel.l1_norm
    exact, brief = number(gain) + number(norm), short(gain) + short(norm)
    if briefly(exact, brief):
        return f"sum of squared taps about {short(gain)}, of absolute taps about {short(norm)}"
    return f"sum of squared taps {number(gain)}, of absolute taps {number(norm)}"


def _error(certificate: Certificate, number: Callable[[Fraction], str]) -> list[str]:
    """Write the error, and once more in decimals where that spares much."""
    exact = error_text(certificate, number=number)
    brief = briefly(exact, error_text(certificate, number=short))
    return [row("kernel - exact", exact), *([row("", brief)] if brief else [])]


def conventions(sheet: Sheet) -> list[str]:
    """State which way offsets count and where h goes."""
    axes = axis_names(sheet.kernel.ndim)
    order = "" if len(axes) == 1 else f"; offsets ({', '.join(axes)})"
    if 1 < len(axes) <= len("zyx"):
        order += f", rows are {axes[-2]}, columns {axes[-1]}"
    if sheet.nodes:
        order = f", x at node {sheet.base}"
    lines = [row("convention", f"correlation, {correlation_text(sheet)}{order}")]
    if sheet.target is not None:
        lines.append(row("scaling", sheet.scaling))
    return lines


def row(label: str, text: str) -> str:
    """Write a fact under its label, folded beside it."""
    lines = textwrap.wrap(text, WIDTH - _LABEL, break_long_words=False, break_on_hyphens=False)
    return f"{label:<{_LABEL}}" + f"\n{'':<{_LABEL}}".join(lines)


def layout(kernel: Kernel, scale: str = "") -> str:
    """Draw the taps: a row in one dimension, a grid in two, grids in three, a list where none of these fits.

    A common denominator is written once, behind the taps together with the power of h.
    """
    if not kernel.taps:
        return "  no taps: the kernel computes zero"
    denominator = math.lcm(*(tap.denominator for _, tap in kernel.taps))
    after = _after(denominator, scale)
    whole = kernel * denominator
    if kernel.ndim == 1:
        return _on_line(_filled(kernel), scale)
    if kernel.ndim <= len("zyx") and _on_lattice(kernel):
        drawn = _grids(whole, after)
        if drawn:
            return drawn
    return _list_of_taps(kernel.taps, scale)


def _scale(sheet: Sheet) -> str:
    power = sheet.h_power
    return (
        ""
        if not power or not sheet.unit_spacing
        else ("h" if abs(power) == 1 else f"h^{abs(power)}") + ("*" if power > 0 else "/")
    )


def _after(denominator: int, scale: str) -> str:
    """Return the factor behind the taps: ``* h / 2``, ``/ (12 h^2)``, ``/ 6``."""
    h, kind = scale[:-1], scale[-1:]
    if kind == "/":
        return f"/ ({denominator} {h})" if denominator > 1 else f"/ {h}"
    below = f" / {denominator}" if denominator > 1 else ""
    return f"* {h}{below}" if h else below.strip()


def _on_line(taps: Sequence[Tap], scale: str, *, numbered: bool = False) -> str:
    """Draw taps on a line as a row, or as a list where a row is too wide; ``numbered`` counts them as nodes."""
    denominator = math.lcm(*(tap.denominator for _, tap in taps))
    numbers = [*map(str, range(len(taps)))]
    rows = [
        ("node", numbers if numbered else [], ""),
        ("offset", [written(x) for (x,), _ in taps], ""),
        ("tap", [written(tap * denominator) for _, tap in taps], _after(denominator, scale)),
        ("about", _decimals(taps, denominator), _after(1, scale)),
    ]
    rows = [row for row in rows if row[1]]
    widths = [max(map(len, column)) for column in zip(*(entries for _, entries, _ in rows), strict=True)]
    lines = [
        f"  {name:<8}"
        + "  ".join(entry.rjust(w) for entry, w in zip(entries, widths, strict=True))
        + (f"    {after}" if after else "")
        for name, entries, after in rows
    ]
    if max(map(len, lines)) <= WIDTH:
        return "\n".join(lines)
    kept = taps if numbered else [(offset, tap) for offset, tap in taps if tap]
    return _list_of_taps(kept, scale, first=numbers if numbered else [])


def _decimals(taps: Sequence[Tap], denominator: int = 1) -> list[str]:
    """Return the taps in decimals where some is too long to be read, in units of ``1 / denominator``."""
    below = f"/{written(Fraction(denominator))}" if denominator > 1 else ""
    if max(len(written(tap * denominator) + below) for _, tap in taps) <= LEGIBLE:
        return []
    return [decimal(tap) for _, tap in taps]


def _filled(kernel: Kernel) -> list[tuple[tuple[Fraction, ...], Fraction]]:
    """Return the taps, with a zero at offset 0 where that is the only gap: odd kernels have none there."""
    steps = [b[0] - a[0] for (a, _), (b, _) in itertools.pairwise(kernel.taps)]
    if steps.count(Fraction(1)) == len(steps) - 1 and ((Fraction(-1),), (Fraction(1),)) in [
        (a, b) for (a, _), (b, _) in itertools.pairwise(kernel.taps)
    ]:
        return sorted([*kernel.taps, ((Fraction(0),), Fraction(0))])
    return list(kernel.taps)


def _on_lattice(kernel: Kernel) -> bool:
    start = kernel.origin
    return all(
        (x - s).denominator == 1 for offset, _ in kernel.taps for x, s in zip(offset, start, strict=True)
    )


def _grids(kernel: Kernel, after: str) -> str | None:
    """Draw one grid a plane, rows and columns labelled with their offsets."""
    axes = axis_names(kernel.ndim)
    start, extent = kernel.origin, kernel.width
    ranges = [[s + k for k in range(int(w) + 1)] for s, w in zip(start, extent, strict=True)]
    if any(len(r) > _MOST_ROWS for r in ranges):
        return None
    taps = dict(kernel.taps)
    planes = list(itertools.product(*ranges[:-2]))
    entries = {
        (*plane, y, x): written(taps.get((*plane, y, x), Fraction(0)))
        for plane in planes
        for y in ranges[-2]
        for x in ranges[-1]
    }
    columns = [written(x) for x in ranges[-1]]
    width = max(map(len, [*entries.values(), *columns]))
    margin = max(len(written(y)) for y in ranges[-2])
    blocks = []
    for plane in planes:
        title = f"  {axes[0]} = {written(plane[0])}\n" if plane else ""
        head = (
            f"  {axes[-2]} \\ {axes[-1]}".ljust(margin + 7) + " " + "  ".join(c.rjust(width) for c in columns)
        )
        rows = [
            f"  {written(y).rjust(margin)}".ljust(margin + 7)
            + " "
            + "  ".join(entries[(*plane, y, x)].rjust(width) for x in ranges[-1])
            for y in ranges[-2]
        ]
        blocks.append(title + "\n".join([head, *rows]))
    longest = max(len(row) for block in blocks for row in block.splitlines())
    if longest > WIDTH:
        return None
    return "\n\n".join(blocks) + (f"\n\n  every tap {after}" if after else "")


def _list_of_taps(taps: Sequence[Tap], scale: str, *, first: Sequence[str] = ()) -> str:
    after = _after(1, scale)
    exact = [("" if tap < 0 else " ") + written(tap) for _, tap in taps]
    columns = [
        ["node", *first],
        ["offset", *(offset_text(offset) for offset, _ in taps)],
        [f"tap{'  ' + after if after else ''}", *exact],
        [
            f"about{'  ' + after if after else ''}",
            *(("" if text.startswith("-") else " ") + text for text in _decimals(taps)),
        ],
    ]
    columns = [column for column in columns if column[1:]]
    widths = [max(map(len, column)) for column in columns]
    right = {"node", "offset"}
    return "\n".join(
        "  "
        + "  ".join(
            cell.rjust(w) if column[0] in right else cell.ljust(w)
            for cell, w, column in zip(line, widths, columns, strict=True)
        ).rstrip()
        for line in zip(*columns, strict=True)
    )


def _size(certificate: Certificate) -> str:
    count = len(certificate.kernel)
    bound = lower_bound(certificate.target, certificate.accuracy or 1)
    aim = "for it" if certificate.accuracy is None else f"for accuracy {certificate.accuracy}"
    if bound.count == count:
        return f"{count}, and no kernel {aim} has fewer"
    return f"{count}; no kernel {aim} has fewer than {bound.count}"


def _failures(certificate: Certificate) -> list[str]:
    lines = []
    for alpha, defect in certificate.defect[:4]:
        monomial = polynomial_text(((alpha, Fraction(1)),))
        units = certificate.target.units(alpha)
        wanted = certificate.target.moment(alpha) * units
        gives = wanted + defect * units
        lines.append(
            row("fails", f"on {monomial} the kernel gives {written(gives)}, the target {written(wanted)}")
        )
    if certificate.gain is not None:
        lines.append(
            row("gain", f"it computes {written(certificate.gain)} times the target: divide the taps by that")
        )
    return lines
