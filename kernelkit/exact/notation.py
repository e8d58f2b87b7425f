"""Points and kernels as people type them: ``-2:2``, ``box:1``, ``[[0,1,0],[1,-4,1],[0,1,0]]/4``."""

from __future__ import annotations

from fractions import Fraction

from kernelkit.errors import LimitError, ShapeError
from kernelkit.exact.kernel import Kernel, Table
from kernelkit.exact.offsets import MOST_POINTS, Stencil, box, cross, line
from kernelkit.exact.scanner import Scanner

_POINTS = 'points look like "-2,-1,0,1", "0:4", "-1/2:3/2", "box:1", "cross:2" or "(0,0),(1,0)"'
_KERNELS = 'kernels look like "[1,-2,1]" or "[[0,1,0],[1,-4,1],[0,1,0]]/4"'
_DEEPEST = 6


def read_points(text: str, *, ndim: int | None = None) -> Stencil:
    """Read a stencil.

    Parameters
    ----------
    text
        Numbers ``-2,-1,0,1``; ranges with both ends ``0:4``; ``box:R`` and ``cross:R``; tuples
        ``(0,0),(1,0)`` in array order.  Commas join any of them.
    ndim
        Number of axes of ``box`` and ``cross``; 2 when left out.

    Raises
    ------
    ExpressionError
        The text is no list of points; a caret stands under the place.
    InputError
        A point is given twice, or a range runs backwards.

    Examples
    --------
    >>> read_points("-2:0,1/2")
    Stencil({-2, -1, 0, 1/2})
    >>> len(read_points("box:1", ndim=3))
    27
    """
    scanner = Scanner(text, "list of points", _POINTS)
    if scanner.token.kind == "end":
        raise scanner.error("it is empty")
    points: list[tuple[Fraction, ...]] = []
    while True:
        points += _item(scanner, ndim)
        if len(points) > MOST_POINTS:
            raise LimitError(f"a stencil has at most {MOST_POINTS} points")
        if scanner.token.kind == "end":
            return Stencil.of(points)
        if not scanner.accept(","):
            raise scanner.error(f"expected a comma, found {scanner.found}")


def _item(scanner: Scanner, ndim: int | None) -> list[tuple[Fraction, ...]]:
    if word := scanner.accept("box", "cross"):
        scanner.expect(":")
        radius = scanner.whole()
        shape = box(radius, ndim=ndim or 2) if word.text == "box" else cross(radius, ndim=ndim or 2)
        return list(shape.offsets)
    if scanner.accept("("):
        point = [signed_number(scanner)]
        while scanner.accept(","):
            point.append(signed_number(scanner))
        scanner.expect(")")
        return [tuple(point)]
    first = signed_number(scanner)
    if scanner.accept(":"):
        return list(line(first, signed_number(scanner)).offsets)
    return [(first,)]


def read_numbers(text: str, what: str) -> list[Fraction]:
    """Read a list of exact numbers separated by commas.

    Examples
    --------
    >>> read_numbers("1, -2, 1/2", "list of taps")
    [Fraction(1, 1), Fraction(-2, 1), Fraction(1, 2)]
    """
    scanner = Scanner(text, what, 'numbers look like "1, -2, 1/2" or "0.1"')
    numbers = [signed_number(scanner)]
    while scanner.accept(","):
        numbers.append(signed_number(scanner))
    if scanner.token.kind != "end":
        raise scanner.error(f"expected a comma, found {scanner.found}")
    return numbers


def read_kernel(text: str) -> Kernel:
    """Read a kernel written as nested lists, with an optional divisor.

    Offset 0 is the middle of each axis, the entry before the middle of an even one.

    Raises
    ------
    ExpressionError
        The text is no kernel; a caret stands under the place.
    ShapeError
        Rows of different length.

    Examples
    --------
    >>> read_kernel("[1,-2,1]")
    Kernel({-1: 1, 0: -2, 1: 1})
    >>> read_kernel("[[-1,0,1]]/2")
    Kernel({(0, -1): -1/2, (0, 1): 1/2})
    """
    scanner = Scanner(text, "kernel", _KERNELS)
    table = _table(scanner, 1)
    divisor = Fraction(1)
    if scanner.accept("/"):
        divisor = scanner.number(zero="refused")
    if scanner.token.kind != "end":
        raise scanner.error(f"{scanner.found} does not belong here")
    return Kernel.from_array(table) / divisor


def read_table(text: str) -> Table:
    """Read nested lists of exact numbers.

    Raises
    ------
    ExpressionError
        The text is no table; a caret stands under the place.
    ShapeError
        Rows of different length.

    Examples
    --------
    >>> read_table("[[0,1],[1/2,0]]")
    [[Fraction(0, 1), Fraction(1, 1)], [Fraction(1, 2), Fraction(0, 1)]]
    """
    scanner = Scanner(text, "table of numbers", 'tables look like "[[0,1],[1,0]]"')
    table = _table(scanner, 1)
    if scanner.token.kind != "end":
        raise scanner.error(f"{scanner.found} does not belong here")
    try:
        Kernel.from_array(table)
    except ShapeError as ragged:
        raise ShapeError(
            "the rows of a table of numbers must have equal length and depth",
            next="give every row the same number of entries",
        ) from ragged
    return table


def _table(scanner: Scanner, depth: int) -> Table:
    if not scanner.accept("["):
        raise scanner.error(f"expected '[', found {scanner.found}")
    if depth > _DEEPEST:
        raise LimitError(f"a {scanner.what} has at most {_DEEPEST} axes")
    entries: list[Fraction | Table] = []
    while True:
        entries.append(_table(scanner, depth + 1) if scanner.token.text == "[" else signed_number(scanner))
        if scanner.accept("]"):
            return entries
        if not scanner.accept(","):
            raise scanner.error(f"expected ',' or ']', found {scanner.found}")


def signed_number(scanner: Scanner) -> Fraction:
    """Step over a number with an optional sign and denominator, and return it."""
    sign = -1 if (mark := scanner.accept("+", "-")) and mark.text == "-" else 1
    value = scanner.number()
    if scanner.token.text == "/" and scanner.peek.kind == "number":
        scanner.take()
        value /= scanner.number(zero="refused")
    return sign * value
