"""Finite-difference kernels on cells of unequal width, with symbols for the widths."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import sympy

from kernelkit.errors import InputError, LimitError, UnsolvableError
from kernelkit.exact.functional import Functional, derivative
from kernelkit.exact.kernel import Kernel
from kernelkit.exact.obstruct import obstruction
from kernelkit.exact.rational import Exact, rational, written
from kernelkit.symbolic.plan import plan
from kernelkit.symbolic.tree import trees_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MOST_CELLS = 12
"""Cells of one kernel; more is refused, because the numerators grow with the powers of their number."""

MOST_TERMS = 10_000
"""Terms of a numerator, estimated from the number of names and its degree; nobody reads more."""

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}")

Cell = str | Fraction


@dataclass(frozen=True, slots=True)
class SymbolicKernel:
    """The kernel of a derivative on all nodes of a row of cells, in closed form.

    Attributes
    ----------
    order
        Order of the derivative; 0 is the value itself.
    spacings
        Widths of the cells from left to right: positive symbols, or numbers.
    base
        Index of the node at which the derivative is taken.
    nodes
        Positions relative to that node, ascending; one more than there are cells.
    taps
        One a node, factored: denominators are products of sums of neighbouring spacings.  A tap that vanishes
        stays, as 0.
    accuracy
        The p of an error O(h^p) when all spacings shrink in proportion to h; None when there is no error.
    leading_error
        The C of the error ``C * f^(order + accuracy) + ...``, kernel minus exact; it scales with h^p.
    """

    order: int
    spacings: tuple[sympy.Expr, ...]
    base: int
    nodes: tuple[sympy.Expr, ...]
    taps: tuple[sympy.Expr, ...]
    accuracy: int | None
    leading_error: sympy.Expr

    @property
    def target(self) -> Functional:
        """What the kernel computes, at its base node."""
        return derivative(self.order)

    @property
    def symbols(self) -> tuple[sympy.Symbol, ...]:
        """The spacings that are symbols, each once, in the order of the cells."""
        return tuple(dict.fromkeys(s for s in self.spacings if s.is_Symbol))


def spaced(order: int, spacings: Sequence[str | Exact], *, base: int | None = None) -> SymbolicKernel:
    """Return the kernel of a derivative on nodes whose distances are given by name.

    Parameters
    ----------
    order
        Order of the derivative, 0 to the number of cells.
    spacings
        Widths of the cells, left to right: names such as ``"h1"``, repeated where equal, or positive numbers.
    base
        Index of the node at which the derivative is taken; left out, the middle one, ``len(spacings) // 2``.

    Raises
    ------
    UnsolvableError, InputError, LimitError
        Too few cells for the order; no name and no positive number, or no node; more than `MOST_CELLS` cells
        or `MOST_TERMS` terms.

    Notes
    -----
    Nothing is simplified: see `kernelkit.symbolic.closed`.  Taps are in lowest terms.  Eight names take
    milliseconds; numerators of more than about `MOST_TERMS` terms are refused.

    Examples
    --------
    >>> kernel = spaced(2, ("h1", "h2"))
    >>> kernel.taps, kernel.accuracy
    ((2/(h1*(h1 + h2)), -2/(h1*h2), 2/(h2*(h1 + h2))), 1)
    >>> spaced(2, ("h", "h")).leading_error
    h**2/12
    """
    cells, middle = _checked(order, spacings, base)
    names = sorted({cell for cell in cells if isinstance(cell, str)})
    index = {name: v for v, name in enumerate(names)}
    pattern = tuple(-1 - index[cell] if isinstance(cell, str) else cell for cell in cells)
    made = plan(order, pattern, middle)
    trees = trees_of(tuple(names))
    return SymbolicKernel(
        order,
        tuple(trees.symbols[index[cell]] if isinstance(cell, str) else _number(cell) for cell in cells),
        middle,
        tuple(trees.position(node, made.unit) for node in made.nodes),
        tuple(trees.factored(tap) for tap in made.taps),
        made.accuracy,
        trees.factored(made.error),
    )


def width(spacing: str | Exact) -> sympy.Expr:
    """Return the symbol of a name, or the number itself; both are positive.

    Raises
    ------
    InputError
        No name and no positive number.

    Examples
    --------
    >>> width("h"), width("1/2")
    (h, 1/2)
    """
    cell = _cell(spacing)
    return sympy.Symbol(cell, positive=True) if isinstance(cell, str) else _number(cell)


def at(kernel: SymbolicKernel, values: Mapping[str, Exact]) -> Kernel:
    """Return the exact kernel for given widths, with offsets from the base node.

    Parameters
    ----------
    kernel
        A kernel with symbols.
    values
        A positive number for each of its symbols, by name.

    Raises
    ------
    InputError
        A symbol without a value, a value without a symbol, or a width that is not positive.

    Examples
    --------
    >>> at(spaced(2, ("h1", "h2")), {"h1": 1, "h2": 2})
    Kernel({-1: 2/3, 0: -1, 2: 1/3})
    """
    wanted, given = {s.name for s in kernel.symbols}, set(values)
    if wanted != given:
        missing, extra = sorted(wanted - given), sorted(given - wanted)
        raise InputError(
            f"no value for {', '.join(missing)}" if missing else f"no spacing is called {', '.join(extra)}",
            why=f"the kernel's spacings are {', '.join(map(str, kernel.spacings))}",
        )
    numbers = {
        symbol: _number(width) for symbol in kernel.symbols for width in (_positive(values[symbol.name]),)
    }
    pairs = zip(kernel.nodes, kernel.taps, strict=True)
    return Kernel([(_fraction(node, numbers), _fraction(tap, numbers)) for node, tap in pairs])


def _fraction(expression: sympy.Expr, numbers: Mapping[sympy.Symbol, sympy.Expr]) -> Fraction:
    number = expression.xreplace(numbers)
    return Fraction(int(number.p), int(number.q))


def _checked(order: object, spacings: Sequence[str | Exact], base: object) -> tuple[list[Cell], int]:
    if isinstance(spacings, str):
        raise InputError(
            f"spacings are a sequence of cells, not the one text {spacings!r}",
            next='spaced(2, ("h1", "h2"))',
        )
    count = len(spacings)
    if not count:
        raise InputError("a kernel needs at least one cell", next='spaced(1, ("h",))')
    if count > MOST_CELLS:
        raise LimitError(
            f"{count} cells are above the limit of {MOST_CELLS}",
            why="the numerators would have up to a million terms",
            next="give numbers for all spacings and use derive, which takes any number of points",
        )
    cells = [_cell(spacing) for spacing in spacings]
    middle = count // 2 if base is None else base
    if not isinstance(middle, int) or not 0 <= middle <= count:
        nodes = f"{count} cells" if count > 1 else "1 cell"
        raise InputError(f"base {base!r} is no node of {nodes}", next=f"nodes are counted from 0 to {count}")
    if not isinstance(order, int):
        raise InputError(f"a derivative's order must be a whole number: {order!r}")
    if not 0 <= order <= count:
        raise _unsolvable(derivative(order), cells, middle)  # which refuses negative orders
    _check_terms(len({cell for cell in cells if isinstance(cell, str)}), count - order)
    return cells, middle


def _check_terms(names: int, degree: int) -> None:
    terms = math.comb(names + degree - 1, degree) if names else 0
    if terms > MOST_TERMS:
        raise LimitError(
            f"numerators of about {terms} terms are above the limit of {MOST_TERMS}",
            next="use fewer names, or numbers for some spacings",
        )


def _cell(spacing: str | Exact) -> Cell:
    if isinstance(spacing, str):
        if _NAME.fullmatch(spacing):
            return spacing
        if not spacing.strip()[:1].isdigit():
            raise InputError(
                f"a spacing is a name or a positive number, not {spacing[:80]!r}",
                why="names are letters, digits and underscores, at most 64, and do not begin with a digit",
                next='for instance "h1", "1/2" or "0.1"',
            )
    return _positive(spacing)


def _positive(width: Exact) -> Fraction:
    exact = rational(width, what="a spacing")
    if exact <= 0:
        raise InputError(
            f"a spacing must be positive, not {written(exact)}", why="nodes are distinct and ascending"
        )
    return exact


def _unsolvable(target: Functional, cells: Sequence[Cell], base: int) -> UnsolvableError:
    """Return the error for too few cells: a kernel for all spacings would be one for spacings 1."""
    widths = [Fraction(1) if isinstance(cell, str) else cell for cell in cells]
    ends = [sum(widths[:i], Fraction(0)) for i in range(len(widths) + 1)]
    witness = obstruction(target, [end - ends[base] for end in ends])
    assert witness is not None
    names = dict.fromkeys(cell for cell in cells if isinstance(cell, str))
    where = f", not even for {' = '.join(names)} = 1" if names else ""
    enough = f"{target.order} cells always suffice"
    return UnsolvableError(
        f"no kernel on {len(ends)} nodes computes {target.name}{where}",
        obstruction=witness,
        next=enough if target.order <= MOST_CELLS else f"{enough}, but at most {MOST_CELLS} are taken",
    )


def _number(value: Fraction) -> sympy.Rational:
    return sympy.Rational(value.numerator, value.denominator)
