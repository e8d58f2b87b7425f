"""Values as Markdown: how a computed fact is written in a sentence, in a cell, and as a paragraph of its own."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Mapping, Sequence
from fractions import Fraction
from numbers import Integral, Real
from typing import TYPE_CHECKING, Any

from kernelkit.errors import InputError
from kernelkit.exact.kernel import Kernel
from kernelkit.report.model import Code, Figure, Table, Tex

if TYPE_CHECKING:
    from kernelkit.report.model import Language

MINUS = "\N{MINUS SIGN}"
BLOCKS = (Code, Figure, Table)
"""Facts that can only be paragraphs of their own."""


def inline(value: object, form: str, language: Language) -> str:
    r"""Write a value in a sentence.

    Raises
    ------
    InputError
        A floating-point number without a format, one that is not finite, or a value that is no part of a sentence.

    Examples
    --------
    >>> from fractions import Fraction
    >>> inline(61706, "", "en"), inline(Fraction(-1, 12), "", "en"), inline(2.5e-13, ".1e", "en")
    ('61,706', '−1/12', '$2.5 \\times 10^{-13}$')
    >>> inline([1, -2, 1], "", "en"), inline("a*b", "", "en")
    ('`[1, -2, 1]`', 'a\\*b')
    """
    if isinstance(value, str):
        return escaped(value)
    if isinstance(value, Tex):
        return f"${value.source}$"
    if isinstance(value, Mapping):
        return escaped(str(value[language]))
    if isinstance(value, bool) or value is None or isinstance(value, BLOCKS):
        raise InputError(
            f"{type(value).__name__} is no part of a sentence", next="a number, text or a kernel"
        )
    if isinstance(value, Integral | Real | Fraction):
        return _number(value, form)
    return f"`{_bracketed(_nested(value), form)}`"


def escaped(text: str) -> str:
    r"""Return text that Markdown shows as it stands.

    Examples
    --------
    >>> print(escaped("<b> $1 [x] a_b"))
    \<b\> \$1 \[x\] a\_b
    """
    return re.sub(r"([\\`*_\[\]<>$|~])", r"\\\1", " ".join(text.split()))


def block(value: object, language: Language, *, name: str) -> str:
    """Write a value as a paragraph of its own; a figure is a reference to a file of its name."""
    if isinstance(value, Tex):
        return f"$$\n{value.source}\n$$"
    if isinstance(value, Code):
        fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", value.text)), default=0))
        return f"{fence}{value.language}\n{value.text.strip(chr(10))}\n{fence}"
    if isinstance(value, Table):
        return _table(value, language)
    if isinstance(value, Kernel):
        return f"$$\n{_matrix(value)}\n$$"
    assert isinstance(value, Figure)
    return f"![{value.caption[language]}](figure:{name})"


def _matrix(kernel: Kernel) -> str:
    """Write a kernel of one or two dimensions as a matrix of whole numbers over one denominator."""
    dense = kernel.dense()
    rows: list[list[Fraction]] = [dense] if kernel.ndim == 1 else dense  # type: ignore[list-item, assignment]
    below = math.lcm(*(tap.denominator for row in rows for tap in row))
    body = r" \\ ".join(" & ".join(str(tap * below) for tap in row) for row in rows)
    factor = rf"\frac{{1}}{{{below}}}" if below > 1 else ""
    return rf"{factor}\begin{{bmatrix}} {body} \end{{bmatrix}}"


def _number(value: Any, form: str) -> str:  # noqa: ANN401 - any real number
    if isinstance(value, Integral):
        text = _formatted(int(value), form or ",")
    elif isinstance(value, Fraction):
        text = _formatted(float(value), form) if form else str(value)
    else:
        if not form or not math.isfinite(value):
            raise InputError(
                f"{value!r} cannot be written as a number of a sentence",
                why="a floating-point number is finite and has a format",
                next="{name:.3f}",
            )
        text = _formatted(float(value), form)
        mantissa, exponent, power = text.partition("e")
        if exponent:
            return f"${mantissa} \\times 10^{{{int(power)}}}$"
    return text.replace("-", MINUS)


def _formatted(value: float, form: str) -> str:
    try:
        return format(value, form)
    except ValueError as wrong:
        raise InputError(f"{form!r} is no format of a number: {wrong}", next="{name:.3f}") from wrong


def _nested(value: object) -> object:
    if isinstance(value, Kernel):
        return value.dense()
    if hasattr(value, "tolist"):
        return value.tolist()
    if isinstance(value, Sequence):
        return value
    raise InputError(f"{type(value).__name__} is no part of a sentence", next="a number, text or a kernel")


def _bracketed(value: object, form: str) -> str:
    """Write numbers in brackets, which the command line reads again."""
    if isinstance(value, Sequence) and not isinstance(value, str):
        return f"[{', '.join(_bracketed(part, form) for part in value)}]"
    if isinstance(value, float):
        if not math.isfinite(value):
            raise InputError(f"an array of a sentence holds {value!r}", next="numbers that are finite")
        return _formatted(value, form) if form else str(int(value)) if value.is_integer() else repr(value)
    return str(value)


def _table(table: Table, language: Language) -> str:
    """Write a table with columns that stand in line, also in a terminal."""
    heads = [escaped(head) for head in table.columns[language]]
    rows = [[_cell(cell, language) for cell in row] for row in table.rows]
    for row in rows:
        if len(row) != len(heads):
            raise InputError(f"a row of {len(row)} cells in a table of {len(heads)} columns")
    numeric = [all(_counts(row[i]) for row in table.rows) for i in range(len(heads))]
    widths = [max(3, *(width(row[i]) for row in [heads, *rows])) for i in range(len(heads))]

    def line(cells: Sequence[str]) -> str:
        padded = (
            " " * (widest - width(cell)) + cell if right else cell + " " * (widest - width(cell))
            for cell, widest, right in zip(cells, widths, numeric, strict=True)
        )
        return f"| {' | '.join(padded)} |"

    rule = [
        "-" * (widest - 1) + ":" if right else "-" * widest
        for widest, right in zip(widths, numeric, strict=True)
    ]
    return "\n".join([line(heads), line(rule), *map(line, rows)])


def _cell(cell: object, language: Language) -> str:
    if isinstance(cell, Tex):  # a bar would end the cell
        cell = Tex(cell.source.replace(r"\|", r"\Vert ").replace("|", r"\vert "))
    form = ".4g" if isinstance(cell, Real) and not isinstance(cell, Integral | Fraction) else ""
    return inline(cell, form, language)


def _counts(cell: object) -> bool:
    return isinstance(cell, Real) and not isinstance(cell, bool)


def width(text: str) -> int:
    """Return how many columns of a terminal a text takes; Chinese characters take two.

    Examples
    --------
    >>> width("abc"), width("核")
    (3, 2)
    """
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
