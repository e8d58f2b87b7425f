"""Exact Julia rationals, and their nearest Float64."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from kernelkit.exact.rational import written
from kernelkit.export.brackets import filled
from kernelkit.export.rounding import digits
from kernelkit.export.wording import comment, convolving, listed, sentences

if TYPE_CHECKING:
    from kernelkit.export.base import Sheet

LARGEST_INT = 2**63 - 1


def render(sheet: Sheet) -> str:
    """Write offsets, exact taps and rounded taps as vectors.

    Raises
    ------
    LimitError
        A tap beyond the range of float64, or with too many digits to write.
    """
    taps = listed(sheet)
    lines = [*sentences(sheet), *convolving(sheet)]
    columns = list(zip(*(offset for offset, _ in taps), strict=True))
    axes = [_texts(list(column)) for column in columns]
    offsets = ["(" + ", ".join(row) + ")" if len(row) > 1 else row[0] for row in zip(*axes, strict=True)]
    values = [tap for _, tap in taps]
    return "\n".join(
        [
            comment(lines, "#"),
            _vector(f"{sheet.name}_offsets", offsets),
            _vector(f"{sheet.name}_taps", _texts(values)),
            "# each tap's nearest Float64",
            _vector(f"{sheet.name}_floats", [digits(tap) for tap in values]),
            "",
            *_use(sheet),
        ]
    )


def _vector(name: str, entries: list[str]) -> str:
    return filled(entries, f"{name} = [", "]")


def _texts(values: list[Fraction]) -> list[str]:
    """Write integers as such, rationals with //, and what Int64 cannot hold with big."""
    if all(value.denominator == 1 for value in values):
        return [_integer(value.numerator) for value in values]
    return [f"{_integer(value.numerator)}//{_integer(value.denominator)}" for value in values]


def _integer(number: int) -> str:
    text = written(Fraction(number))
    return text if abs(number) <= LARGEST_INT else f'big"{text}"'


def _use(sheet: Sheet) -> list[str]:
    argument = "o" if sheet.kernel.ndim == 1 else "o..."
    power = sheet.h_power or 0
    scale = f" {'*' if power > 0 else '/'} h" + (f"^{abs(power)}" if abs(power) > 1 else "") if power else ""
    if sheet.nodes:
        return [
            f"# applied to values, the samples in a row, x that of values[{sheet.base + 1}]:",
            f"# sum({sheet.name}_taps .* values){scale}",
        ]
    return [
        "# applied, where f(offset) is the sample at an offset:",
        f"# sum(t * f({argument}) for (o, t) in zip({sheet.name}_offsets, {sheet.name}_taps)){scale}",
    ]
