"""C99 constants, and the function that applies them."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from kernelkit.export.rounding import digits
from kernelkit.export.wording import comment, convolving, fits_int, listed, note, sentences

if TYPE_CHECKING:
    from kernelkit.exact.offsets import Offset
    from kernelkit.export.base import Sheet


def render(sheet: Sheet) -> str:
    """Write static constants and an inline function; offsets off the lattice are rounded to double.

    Raises
    ------
    LimitError
        A tap or offset beyond the range of float64.
    """
    taps = listed(sheet)
    ndim = sheet.kernel.ndim
    whole = fits_int(sheet)
    rows = [_offset(offset, whole=whole) for offset, _ in taps]
    values = [digits(tap) for _, tap in taps]
    width = max(map(len, values))
    name = sheet.name
    count = f"{name}_count = sizeof {name}_offsets / sizeof *{name}_offsets"
    inner = "" if ndim == 1 else f"[{ndim}]"
    lines = [*sentences(sheet), *convolving(sheet)]
    return "\n".join(
        [
            comment(lines, "//"),
            "" if ndim == 1 or not _applies(sheet) else "\n#include <stddef.h>\n",
            f"static const {'int' if whole else 'double'} {name}_offsets[]{inner} = {_braced(rows)};",
            f"enum {{ {name}_ndim = {ndim}, {count} }};",
            f"static const double {name}_taps[{name}_count] = {{  // offset: exact tap",
            *(
                f"    {value},{' ' * (width - len(value))}  // {note(tap)}"
                for value, tap in zip(values, taps, strict=True)
            ),
            "};",
            "",
            *(_at(sheet) if _applies(sheet) else _sum(sheet)),
        ]
    )


def _offset(offset: Offset, *, whole: bool) -> str:
    texts = [str(int(x)) if whole else digits(x) for x in offset]
    return texts[0] if len(texts) == 1 else "{" + ", ".join(texts) + "}"


def _braced(rows: list[str]) -> str:
    single = "{" + ", ".join(rows) + "}"
    if len(single) <= 60:
        return single
    body = textwrap.wrap(", ".join(rows), 100, initial_indent="    ", subsequent_indent="    ")
    return "\n".join(["{", *body, "}"])


def _applies(sheet: Sheet) -> bool:
    """Whether the kernel can be applied to samples in memory: whole offsets, and one power of h."""
    return sheet.h_power is not None and fits_int(sheet)


def _h(sheet: Sheet) -> str:
    if sheet.nodes:
        return "h is 1 for the widths these taps are made for"
    return "h is the spacing" if sheet.unit_spacing else "h = 1 for the spacing these taps are made for"


def _at(sheet: Sheet) -> list[str]:
    axes, name = sheet.kernel.ndim, sheet.name
    if axes == 1:
        place, stride, remark = f"{name}_offsets[i]", "", "f[0], the next sample at f[1]"
    else:
        place = " + ".join(f"{name}_offsets[i][{k}] * stride[{k}]" for k in range(axes))
        stride = "const ptrdiff_t *stride, "
        remark = "f[0], neighbours along axis k at f[stride[k]]"
    return [
        f"// the kernel applied at {remark}; {_h(sheet)}",
        f"static inline double {name}_at(const double *f, {stride}double h)",
        *_body(f"f[{place}]", sheet),
    ]


def _sum(sheet: Sheet) -> list[str]:
    spacing = "" if sheet.h_power is None else ", double h"
    place = f"{sheet.name}_offsets[i]"
    where = ""
    if sheet.nodes:
        place, where = f"h * {place}", f", the samples in a row, x that of values[{sheet.base}]"
    return [
        comment(
            [
                f"the kernel applied to values[i] = f(x + {place}){where}"
                + (f"; {_h(sheet)}" if spacing else "")
            ],
            "//",
        ),
        f"static inline double {sheet.name}_sum(const double *values{spacing})",
        *_body("values[i]", sheet),
    ]


def _body(sample: str, sheet: Sheet) -> list[str]:
    power, name = sheet.h_power, sheet.name
    scale = " * ".join(["h"] * abs(power or 0))
    if power and power < 0:
        result = f"sum / ({scale})" if power < -1 else "sum / h"
    else:
        result = f"sum * {scale}" if scale else "sum"
    return [
        "{",
        "    double sum = 0.0;",
        f"    for (int i = 0; i < {name}_count; i++)",
        f"        sum += {name}_taps[i] * {sample};",
        *(["    (void)h;  // no power of h"] if power == 0 else []),
        *textwrap.wrap(f"return {result};", 100, initial_indent="    ", subsequent_indent="        "),
        "}",
    ]
