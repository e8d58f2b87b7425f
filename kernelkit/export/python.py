"""kernelkit source that rebuilds the exact kernel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kernelkit.exact.rational import written
from kernelkit.export.wording import comment, convolving, sentences

if TYPE_CHECKING:
    from fractions import Fraction

    from kernelkit.exact.offsets import Offset
    from kernelkit.export.base import Sheet


def render(sheet: Sheet) -> str:
    """Write Python source that makes an equal kernel.

    Raises
    ------
    LimitError
        A tap with too many digits to write.
    """
    kernel = sheet.kernel
    pairs = [f"    {_place(offset)}: {_exact(tap)}," for offset, tap in kernel.taps]
    numbers = [x for offset, tap in kernel.taps for x in (*offset, tap)]
    fractions = any(x.denominator != 1 for x in numbers)
    lines = [*sentences(sheet), *convolving(sheet, f"A routine that convolves needs {sheet.name}.flipped().")]
    return "\n".join(
        [
            comment(lines, "#"),
            *(["from fractions import Fraction", ""] if fractions else []),
            "from kernelkit import Kernel",
            "",
            *(
                [f"{sheet.name} = Kernel({{", *pairs, "})"]
                if pairs
                else [f"{sheet.name} = Kernel({{}}, ndim={kernel.ndim})"]
            ),
        ]
    )


def _place(offset: Offset) -> str:
    return _exact(offset[0]) if len(offset) == 1 else f"({', '.join(map(_exact, offset))})"


def _exact(number: Fraction) -> str:
    written(number)  # refuses what Python could not read back
    if number.denominator == 1:
        return str(number.numerator)
    return f"Fraction({number.numerator}, {number.denominator})"
