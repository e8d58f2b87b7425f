"""LaTeX pieces: numbers, samples, derivatives, integrals and sums of them."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from kernelkit.exact.factor import Factor, MultiIndex, Point
from kernelkit.exact.names import axis_names
from kernelkit.exact.rational import written

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kernelkit.exact.functional import Functional

PRIMES = 3
"""Derivatives written with primes; higher ones have their order in parentheses."""


def fraction(top: str, bottom: str) -> str:
    r"""Write a quotient, without a bar over 1.

    Examples
    --------
    >>> print(fraction("1", "h^{2}"), fraction("h", "1"))
    \frac{1}{h^{2}} h
    """
    return top if bottom == "1" else rf"\frac{{{top}}}{{{bottom}}}"


def h_to(power: int) -> str:
    """Write a positive power of h; nothing for zero."""
    if power <= 0:
        return ""
    return "h" if power == 1 else f"h^{{{power}}}"


def scaled(size: Fraction, h_power: int) -> str:
    r"""Write a positive number times a power of h as one quotient.

    Examples
    --------
    >>> print(scaled(Fraction(1, 12), 2), scaled(Fraction(2), 0), scaled(Fraction(1, 2), -1))
    \frac{h^{2}}{12} 2 \frac{1}{2 h}
    """
    return fraction(_times(size.numerator, h_to(h_power)), _times(size.denominator, h_to(-h_power)))


def _times(number: int, power: str) -> str:
    text = written(Fraction(number))
    if not power:
        return text
    return power if number == 1 else f"{text} {power}"


def names(ndim: int) -> list[str]:
    """Return the names of the axes in array order: ``x`` last, or ``x_{0}`` and on."""
    return [name if len(name) == 1 else f"x_{{{name[1:]}}}" for name in axis_names(ndim)]


def place(name: str, shift: Fraction, unit: str) -> str:
    r"""Write a coordinate moved by a number of units.

    Examples
    --------
    >>> print(place("x", Fraction(-1), "h"), place("x", Fraction(1, 2), "h"), place("y", Fraction(3), ""))
    x-h x+\tfrac{1}{2}h y+3
    """
    if not shift:
        return name
    size = abs(shift)
    if size.denominator > 1:
        text = (
            rf"\tfrac{{{written(Fraction(size.numerator))}}}{{{written(Fraction(size.denominator))}}}{unit}"
        )
    else:
        text = unit if unit and size == 1 else f"{written(size)}{unit}"
    return f"{name}{'-' if shift < 0 else '+'}{text}"


def at(places: Sequence[str]) -> str:
    """Write the arguments of f, x first up to three axes; nothing for no places."""
    if not places:
        return ""
    ordered = list(places) if len(places) > len("xyz") else list(reversed(places))
    return f"({', '.join(ordered)})"


def partial(alpha: MultiIndex, places: Sequence[str]) -> str:
    r"""Write a derivative of f at a place.

    Examples
    --------
    >>> print(partial((2,), ["x"]), partial((4,), ["x"]), partial((1, 2), ["y", "x"]))
    f''(x) f^{(4)}(x) \frac{\partial^{3} f}{\partial x^{2} \, \partial y}(x, y)
    """
    total = sum(alpha)
    if len(alpha) == 1 or not total:
        mark = "'" * total if total <= PRIMES else f"^{{({total})}}"
        return f"f{mark}{at(places)}"
    axes = list(zip(names(len(alpha)), alpha, strict=True))
    if len(alpha) <= len("xyz"):
        axes.reverse()
    below = r" \, ".join(rf"\partial {name}" + (f"^{{{k}}}" if k > 1 else "") for name, k in axes if k)
    above = r"\partial f" if total == 1 else rf"\partial^{{{total}}} f"
    return rf"\frac{{{above}}}{{{below}}}{at(places)}"


def functional(target: Functional, unit: str) -> str:
    """Write what a kernel computes."""
    if not target.terms:
        return "0"
    return signed([(c, scaled(abs(c), 0), _term(factors, unit)) for c, factors in target.terms])


def signed(terms: Sequence[tuple[Fraction, str, str]]) -> str:
    r"""Write a sum of ``(number that gives the sign, its size as text, what it multiplies)``.

    Examples
    --------
    >>> print(signed([(Fraction(-1), "1", "f(x)"), (Fraction(-2), "2", "f(x+h)")]))
    -f(x) - 2 f(x+h)
    """
    text = ""
    for value, size, body in terms:
        if text:
            text += " - " if value < 0 else " + "
        elif value < 0:
            text = "-"
        text += body if size == "1" else f"{size} {body}"
    return text


def _term(factors: tuple[Factor, ...], unit: str) -> str:
    places, signs, ends = [], "", ""
    for name, factor in zip(names(len(factors)), factors, strict=True):
        if isinstance(factor, Point):
            places.append(place(name, factor.at, unit))
            continue
        variable = "t" if len(factors) == 1 else f"{name}'"
        places.append(variable)
        signs += rf"\int_{{{place(name, factor.lower, unit)}}}^{{{place(name, factor.upper, unit)}}} "
        ends = rf" \, d{variable}" + ends
    orders = tuple(f.order if isinstance(f, Point) else 0 for f in factors)
    return signs + partial(orders, places) + ends
