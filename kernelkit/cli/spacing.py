"""What ``--spacing`` means: one number an axis, the widths of uneven cells, or names instead of numbers."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from kernelkit.errors import InputError
from kernelkit.exact.certify import certify
from kernelkit.exact.derive import derive
from kernelkit.exact.factor import Point
from kernelkit.exact.notation import signed_number
from kernelkit.exact.offsets import Stencil
from kernelkit.exact.scanner import Scanner
from kernelkit.exact.sides import Side

if TYPE_CHECKING:
    from kernelkit.exact.functional import Functional

Width = Fraction | str


def read_spacing(text: str) -> list[Width]:
    """Read numbers and names separated by commas.

    Examples
    --------
    >>> read_spacing("1/2, h1")
    [Fraction(1, 2), 'h1']
    """
    example = 'spacings look like "1/10", "1,2" or "h1,h2"; a product such as r*h needs a name of its own'
    scanner = Scanner(text, "spacing", example)
    widths: list[Width] = []
    while True:
        if scanner.token.kind == "word":
            if scanner.token.text.lower() in {"nan", "inf", "infinity"}:
                raise scanner.error(f"{scanner.found} is no spacing")
            widths.append(scanner.take().text)
        else:
            widths.append(signed_number(scanner))
        if scanner.token.kind == "end":
            return widths
        if not scanner.accept(","):
            raise scanner.error(f"expected a comma, found {scanner.found}")


def uneven_points(target: Functional, widths: list[Fraction], side: str | None) -> Stencil:
    """Return the nodes between cells of the given widths, seen from the node of evaluation."""
    if any(width <= 0 for width in widths):
        raise InputError(
            "a spacing must be positive",
            why="a cell of width zero puts two samples at one place",
            next="give the widths of the cells from left to right",
        )
    nodes = [Fraction(0)]
    for width in widths:
        nodes.append(nodes[-1] + width)
    base = nodes[base_node(target, len(widths), side)]
    return Stencil.of([x - base for x in nodes])


def fewest_nodes(target: Functional, nodes: Stencil, accuracy: int) -> Stencil:
    """Return the fewest nodes that reach an accuracy, as many before that of evaluation as after while there are.

    Raises
    ------
    UnsolvableError
        Not even all of them reach it.
    """
    base = nodes.offsets.index((Fraction(0),))
    for reach in range(1, len(nodes)):
        around = Stencil(1, nodes.offsets[max(base - reach, 0) : base + reach + 1])
        # n nodes reach n - order, and one more where they lie well: by Rolle's theorem never two
        if len(around) > target.order and len(around) >= target.order + accuracy - 1:
            reached = certify(derive(target, around), target).accuracy
            if reached is None or reached >= accuracy:
                return around
    derive(target, nodes, accuracy=accuracy)  # says why not
    return nodes


def base_node(target: Functional, cells: int, side: str | None) -> int:
    """Return the index of the node of evaluation: the middle one, or an end for a one-sided kernel."""
    ((coefficient, (factor, *_)), *others) = target.terms
    plain = (
        target.ndim == 1 and not others and coefficient == 1 and isinstance(factor, Point) and not factor.at
    )
    if not plain:
        raise InputError(
            "uneven cells are for one derivative at a node of a line",
            next="kernelkit derive --order 2 --spacing h1,h2",
        )
    places = {None: cells // 2, Side.CENTRAL: cells // 2, Side.FORWARD: 0, Side.BACKWARD: cells}
    if side is not None and Side(side) not in places:
        raise InputError(
            f"uneven cells have no {side} side", next="central, forward and backward name a node"
        )
    return places[None if side is None else Side(side)]
