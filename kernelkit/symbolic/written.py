"""Symbolic kernels in writing: for a terminal, for scripts, for papers and for Python."""

from __future__ import annotations

import keyword
import textwrap
from typing import TYPE_CHECKING, Any

from sympy.printing.c import C99CodePrinter
from sympy.printing.latex import LatexPrinter
from sympy.printing.precedence import PRECEDENCE
from sympy.printing.str import StrPrinter

from kernelkit.errors import InputError
from kernelkit.exact.names import derivative_text

if TYPE_CHECKING:
    import sympy

    from kernelkit.symbolic.spacing import SymbolicKernel

LONGEST_LINE = 200
"""Characters of the source of a formula on one line."""


def expression(value: sympy.Expr) -> str:
    """Write an expression in Python's notation, sums beginning with a term that is not negative.

    Examples
    --------
    >>> from sympy.abc import g, h
    >>> expression(g - h), expression(h - g), expression(h**-2)
    ('g - h', 'h - g', '1/h**2')
    """
    return str(_Plain().doprint(value))


def text(kernel: SymbolicKernel) -> str:
    """Write a kernel as an aligned table with its accuracy and error.

    Examples
    --------
    >>> from kernelkit.symbolic.spacing import spaced
    >>> print(text(spaced(2, ("h1", "h2"))))
    d^2/dx^2 at node 1 of 0..2, cells of width h1, h2
    <BLANKLINE>
      node  offset  tap
         0  -h1     2/(h1*(h1 + h2))
      *  1  0       -2/(h1*h2)
         2  h2      2/(h2*(h1 + h2))
    <BLANKLINE>
    accuracy        1: halving every width divides the error by about 2
    kernel - exact  (h2 - h1)/3 d^3/dx^3 f + ...
    convention      correlation, (K f)(x) = sum tap * f(x + offset), x at the node marked *
    """
    offsets = [_caret(node) for node in kernel.nodes]
    wide = max(map(len, ["offset", *offsets]))
    digits = len(str(len(offsets) - 1))
    rows = [f"  {'node':>{digits + 3}}  {'offset':<{wide}}  tap"]
    for i, (offset, tap) in enumerate(zip(offsets, kernel.taps, strict=True)):
        mark = "*" if i == kernel.base else " "
        rows.append(f"  {mark}  {i:>{digits}}  {offset:<{wide}}  {_caret(tap)}")
    facts = [f"{label:<16}{words}" for label, words in _facts(kernel, "x at the node marked *").items()]
    return "\n".join([_title(kernel), "", *rows, "", *facts])


def _facts(kernel: SymbolicKernel, place: str) -> dict[str, str]:
    accuracy, error = "unlimited", "none: the kernel is the target itself"
    if kernel.accuracy is not None:
        accuracy = f"{kernel.accuracy}: halving every width divides the error by about {2**kernel.accuracy}"
        coefficient = _caret(kernel.leading_error)
        if kernel.leading_error.is_Add:
            coefficient = f"({coefficient})"
        along = derivative_text((kernel.order + kernel.accuracy,))
        error = f"{coefficient} {along} f + ..."
    return {
        "accuracy": accuracy,
        "kernel - exact": error,
        "convention": f"correlation, (K f)(x) = sum tap * f(x + offset), {place}",
    }


def record(kernel: SymbolicKernel) -> dict[str, Any]:
    """Return what json can hold, expressions as text in Python's notation.

    Examples
    --------
    >>> from kernelkit.symbolic.spacing import spaced
    >>> record(spaced(1, ("h",), base=0))["leading_error"]
    [{'coefficient': 'h/2', 'derivative': [2], 'h_power': 1}]
    """
    offsets = [expression(node) for node in kernel.nodes]
    return {
        "schema": "kernelkit/1",
        "convention": "correlation: (K f)(x) = sum tap * f(x + offset)",
        "axes": ["x"],
        "target": {"name": kernel.target.name, "order": kernel.order, "dim": 1},
        "spacings": [expression(spacing) for spacing in kernel.spacings],
        "base": kernel.base,
        "nodes": offsets,
        "taps": [
            {"offset": [offset], "tap": expression(tap)}
            for offset, tap in zip(offsets, kernel.taps, strict=True)
        ],
        "accuracy": kernel.accuracy,
        "leading_error": []
        if kernel.accuracy is None
        else [
            {
                "coefficient": expression(kernel.leading_error),
                "derivative": [kernel.order + kernel.accuracy],
                "h_power": kernel.accuracy,
            }
        ],
    }


def latex(kernel: SymbolicKernel) -> str:
    """Write a displayed formula with its error term, and what it says in comments; needs amsmath.

    A formula too long for a line has one sample a line.
    """
    left, parts = _parts(kernel)
    shown = formula(kernel)
    if len(shown) > LONGEST_LINE:
        lines = [f"{left} = {{}} & {parts[0].removeprefix('+ ')}", *(f"& {part}" for part in parts[1:])]
        shown = "\\begin{aligned}\n" + " \\\\\n".join(lines) + "\n\\end{aligned}"
    return "\n".join([*_comments(kernel, "%", "Needs amsmath."), r"\[", shown, r"\]"])


def formula(kernel: SymbolicKernel) -> str:
    r"""Write a kernel as a formula in LaTeX, with its error term.

    Examples
    --------
    >>> from kernelkit.symbolic.spacing import spaced
    >>> print(formula(spaced(1, ("h", "h"))))
    f'(x) = - \frac{1}{2 h} f(x - h) + \frac{1}{2 h} f(x + h) - \frac{h^{2}}{6} f'''(x) + \cdots
    """
    left, parts = _parts(kernel)
    return f"{left} = {' '.join(parts).removeprefix('+ ')}"


def _parts(kernel: SymbolicKernel) -> tuple[str, list[str]]:
    """Return the derivative, and the terms with their signs that it equals."""
    parts = []
    for node, tap in zip(kernel.nodes, kernel.taps, strict=True):
        if tap:
            shift = _signed(_latex(node)) if node else ""
            sign, size = _split(_factor(tap))
            parts.append(f"{sign} f(x{shift})" if size == "1" else f"{sign} {size} f(x{shift})")
    if kernel.accuracy is not None:
        # exact is kernel minus error
        sign, size = _split(_factor(kernel.leading_error))
        along = _primes(kernel.order + kernel.accuracy)
        parts.append(f"{'+' if sign == '-' else '-'} {size} {along}(x) + \\cdots")
    return f"{_primes(kernel.order)}(x)", parts


def python(kernel: SymbolicKernel, name: str = "") -> str:
    """Write a function of the widths that returns the taps: exact for fractions, rounded for floats.

    Raises
    ------
    InputError
        A spacing is called by a keyword of Python.

    Examples
    --------
    >>> from kernelkit.symbolic.spacing import spaced
    >>> print(python(spaced(1, ("h",), base=0)))
    def taps(h):
        # d/dx at node 0 of 0..1, a cell of width h
        # sum of tap * f(x + offset), offsets 0, h
        return (
            -1/h,
            1/h,
        )
    """
    arguments = [symbol.name for symbol in kernel.symbols]
    for argument in arguments:
        if keyword.iskeyword(argument):
            raise InputError(
                f"{argument!r} is a keyword of Python and cannot name an argument", next="rename the spacing"
            )
    lines = [
        f"def {name + '_' if name else ''}taps({', '.join(arguments)}):",
        f"    # {_title(kernel)}",
        f"    # sum of tap * f(x + offset), offsets {', '.join(map(expression, kernel.nodes))}",
        "    return (",
        *(f"        {expression(tap)}," for tap in kernel.taps),
        "    )",
    ]
    return "\n".join(lines)


def c(kernel: SymbolicKernel, name: str = "kernel") -> str:
    r"""Write a C99 function of the widths that fills in the taps, one a sample in a row.

    Raises
    ------
    InputError
        A spacing has the name of the array.

    Examples
    --------
    >>> from kernelkit.symbolic.spacing import spaced
    >>> print(c(spaced(1, ("h",), base=0)).partition("\n\n")[2])
    // sum taps[i] * f(sample i); x is at sample 0
    static inline void kernel_taps(double h, double taps[2])
    {
        taps[0] = -1/h;
        taps[1] = 1.0/h;
    }
    """
    printer = _C()
    arguments = [str(printer.doprint(symbol)) for symbol in kernel.symbols]
    if "taps" in arguments:
        raise InputError("'taps' is the name of the array that C fills in", next="rename the spacing")
    used = {symbol for tap in kernel.taps for symbol in tap.free_symbols}
    unused = [a for a, symbol in zip(arguments, kernel.symbols, strict=True) if symbol not in used]
    lines = [f"    taps[{i}] = {printer.doprint(tap)};" for i, tap in enumerate(kernel.taps)]
    return "\n".join(
        [
            *_comments(kernel, "//"),
            "",
            *(["#include <math.h>", ""] if any("pow(" in line for line in lines) else []),
            f"// sum taps[i] * f(sample i); x is at sample {kernel.base}",
            f"static inline void {name}_taps("
            + "".join(f"double {argument}, " for argument in arguments)
            + f"double taps[{len(kernel.taps)}])",
            "{",
            *(f"    (void){argument};  // no tap depends on it" for argument in unused),
            *lines,
            "}",
        ]
    )


def _comments(kernel: SymbolicKernel, mark: str, *more: str) -> list[str]:
    facts = [f"{label}: {words}" for label, words in _facts(kernel, "x at that node").items()]
    return [
        textwrap.fill(
            line, 100, initial_indent=f"{mark} ", subsequent_indent=f"{mark}   ", break_on_hyphens=False
        )
        for line in [_title(kernel), *facts, *more]
    ]


def _title(kernel: SymbolicKernel) -> str:
    widths = ", ".join(map(expression, kernel.spacings))
    cells = "a cell" if len(kernel.spacings) == 1 else "cells"
    return (
        f"{kernel.target.name} at node {kernel.base} of 0..{len(kernel.spacings)}, {cells} of width {widths}"
    )


class _Ordered:
    """Writes no sum with a minus in front where some term has none."""

    def _as_ordered_terms(self, expr: sympy.Expr, order: str | None = None) -> list[sympy.Expr]:
        terms: list[sympy.Expr] = super()._as_ordered_terms(expr, order=order)  # type: ignore[misc]  # of the printer
        if terms[0].could_extract_minus_sign():
            terms.sort(key=lambda term: bool(term.could_extract_minus_sign()))
        return terms


class _Plain(_Ordered, StrPrinter):  # type: ignore[misc]  # SymPy has no types
    def _print_Pow(self, expr: sympy.Expr, rational: bool = False) -> str:  # noqa: FBT001, FBT002, N802 - SymPy's own signature
        base, exponent = expr.as_base_exp()
        if exponent.is_Integer and exponent < -1:
            return f"1/{self.parenthesize(base, PRECEDENCE['Pow'])}**{-exponent}"
        return str(super()._print_Pow(expr, rational))


class _C(_Ordered, C99CodePrinter):  # type: ignore[misc]  # SymPy has no types
    pass


class _Latex(_Ordered, LatexPrinter):  # type: ignore[misc]  # SymPy has no types
    pass


def _caret(value: sympy.Expr) -> str:
    return expression(value).replace("**", "^")


def _latex(value: sympy.Expr) -> str:
    return str(_Latex().doprint(value))


def _factor(value: sympy.Expr) -> str:
    return rf"\left({_latex(value)}\right)" if value.is_Add else _latex(value)


def _split(written: str) -> tuple[str, str]:
    written = written.strip()
    return ("-", written[1:].strip()) if written.startswith("-") else ("+", written)


def _signed(written: str) -> str:
    return " {} {}".format(*_split(written))


def _primes(order: int) -> str:
    return "f" + "'" * order if order <= 3 else f"f^{{({order})}}"
