"""Names: axes, partial derivatives, and functionals in words and symbols."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kernelkit.exact.factor import Factor, MultiIndex, Point, Span, Term
from kernelkit.exact.rational import written

if TYPE_CHECKING:
    from collections.abc import Callable
    from fractions import Fraction


def axis_names(ndim: int) -> tuple[str, ...]:
    """Return the names of the axes in array order: the last is x, before it y, then z.

    Examples
    --------
    >>> axis_names(1), axis_names(3), axis_names(4)
    (('x',), ('z', 'y', 'x'), ('x0', 'x1', 'x2', 'x3'))
    """
    letters = ("z", "y", "x")
    return letters[-ndim:] if ndim <= len(letters) else tuple(f"x{i}" for i in range(ndim))


def derivative_text(alpha: MultiIndex) -> str:
    """Write a partial derivative, x first.

    Examples
    --------
    >>> derivative_text((4,)), derivative_text((1, 2)), derivative_text((0, 0))
    ('d^4/dx^4', 'd^3/dx^2dy', '1')
    """
    total = sum(alpha)
    if not total:
        return "1"
    axes = list(zip(axis_names(len(alpha)), alpha, strict=True))
    if len(alpha) <= len("xyz"):
        axes.reverse()
    below = "".join(f"d{name}" + (f"^{k}" if k > 1 else "") for name, k in axes if k)
    return ("d" if total == 1 else f"d^{total}") + "/" + below


def functional_text(terms: tuple[Term, ...], *, number: Callable[[Fraction], str] = written) -> str:
    """Write a combination of terms, such as ``d^2/dx^2 + d^2/dy^2`` or ``integral over [0, 1]``.

    ``number`` writes a coefficient, or a place.
    """
    if not terms:
        return "zero"
    places = {_place_text(factors, number) for _, factors in terms}
    shared = places.pop() if len(places) == 1 else None
    text = ""
    for coefficient, factors in terms:
        body = _factors_text(factors) + ("" if shared is not None else _place_text(factors, number))
        scale = "" if abs(coefficient) == 1 else number(abs(coefficient)) + " "
        if text:
            text += " - " if coefficient < 0 else " + "
        elif coefficient < 0:
            text = "-"
        text += scale + body
    return text + (shared or "")


def _factors_text(factors: tuple[Factor, ...]) -> str:
    points = [f for f in factors if isinstance(f, Point)]
    spans = [f for f in factors if isinstance(f, Span)]
    region = " x ".join(f"[{written(s.lower)}, {written(s.upper)}]" for s in spans)
    if not points:
        return f"integral over {region}"
    orders = tuple(f.order if isinstance(f, Point) else 0 for f in factors)
    core = derivative_text(orders) if any(orders) else "value"
    if not spans:
        return core
    along = ", ".join(
        name for name, f in zip(axis_names(len(factors)), factors, strict=True) if isinstance(f, Span)
    )
    return f"{core} integrated over {region} along {along}"


def _place_text(factors: tuple[Factor, ...], number: Callable[[Fraction], str]) -> str:
    places = [
        (n, f.at) for n, f in zip(axis_names(len(factors)), factors, strict=True) if isinstance(f, Point)
    ]
    if not any(x for _, x in places):
        return ""
    if len(places) == 1:
        return f" at {places[0][0]} = {number(places[0][1])}"
    return f" at ({', '.join(n for n, _ in places)}) = ({', '.join(number(x) for _, x in places)})"
