"""Operators from text, by a small grammar of their own; text is never evaluated.

::

    sum      = ["+" | "-"] product { ("+" | "-") product }
    product  = power { ["*"] power | "/" number }
    power    = atom [ ("^" | "**") whole ]
    atom     = number | "d" letters | "D" "[" whole { "," whole } "]" | "laplacian" | "biharmonic" | "(" sum ")"

``dxx`` and ``dx^2`` are the second derivative along x, ``D[1,2]`` is the derivative with that multi-index in
array order, and a number on its own is that many times the value.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from kernelkit.errors import InputError, LimitError, ShapeError
from kernelkit.exact.functional import HIGHEST_ORDER, MOST_AXES, Functional, from_polynomial
from kernelkit.exact.scanner import Scanner

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kernelkit.exact.rational import Exact

# exponents with x first, trailing zeros cut, so that the number of axes need not be known while reading
_Exponents = tuple[int, ...]
_Terms = dict[_Exponents, Fraction]

_LETTERS = "xyz"
_DEEPEST = 40
_MOST_TERMS = 1000
_LONGEST_COEFFICIENT = 10_000
_EXAMPLE = 'operators look like "dxx + dyy - 2/3*dxy", "(dxx + dyy)^2", "D[2,0] + D[0,2]" or "laplacian"'


def operator(text: str, *, ndim: int | None = None, at: Exact | Sequence[Exact] = 0) -> Functional:
    """Read a constant-coefficient differential operator.

    Parameters
    ----------
    text
        For instance ``"dxx + dyy - 2/3*dxy"``; the last axis is x, the one before it y, then z.
    ndim
        Number of axes; left out, as many as the text names.
    at
        Where the operator is evaluated, in the same unit as the spacing.

    Raises
    ------
    ExpressionError
        The text is no operator; a caret stands under the place.
    ShapeError
        The text names more axes than ``ndim``.
    LimitError
        An order above `HIGHEST_ORDER`, or a text that multiplies out to too many terms.

    Examples
    --------
    >>> operator("dxx + dyy - 2/3*dxy").name
    'd^2/dx^2 - 2/3 d^2/dxdy + d^2/dy^2'
    >>> operator("1 - dxx").name
    '-d^2/dx^2 + value'
    """
    if not isinstance(text, str):
        raise InputError(f"an operator is given as text, not as {type(text).__name__}", next=_EXAMPLE)
    reader = _Reader(Scanner(text, "operator", _EXAMPLE), ndim)
    terms = reader.read()
    if ndim is None:
        ndim = max(reader.axes, 1)
        # a Laplacian runs over all axes that are named anywhere in the text
        terms = _Reader(Scanner(text, "operator", _EXAMPLE), ndim).read()
    elif reader.axes > ndim:
        raise ShapeError(
            f"the operator {text.strip()!r} names {reader.axes} axes, not {ndim}",
            next=f"give it {reader.axes} axes",
        )
    padded = {(alpha + (0,) * ndim)[:ndim][::-1]: c for alpha, c in terms.items()}
    return from_polynomial(padded, ndim, at=at)


class _Reader:
    def __init__(self, scanner: Scanner, ndim: int | None) -> None:
        self.scanner = scanner
        self.ndim = ndim
        self.axes = 0
        self.depth = 0

    def read(self) -> _Terms:
        if self.scanner.token.kind == "end":
            raise self.scanner.error("it is empty")
        terms = self.sum()
        if self.scanner.token.kind != "end":
            raise self.scanner.error(f"{self.scanner.found} does not belong here")
        return terms

    def sum(self) -> _Terms:
        sign = -1 if (first := self.scanner.accept("+", "-")) and first.text == "-" else 1
        total = _scaled(self.product(), sign)
        while mark := self.scanner.accept("+", "-"):
            for alpha, c in self.product().items():
                total[alpha] = total.get(alpha, Fraction(0)) + (c if mark.text == "+" else -c)
        return {alpha: c for alpha, c in total.items() if c}

    def product(self) -> _Terms:
        total = self.power()
        while True:
            token = self.scanner.token
            if self.scanner.accept("/"):
                total = _scaled(total, 1 / self.scanner.number(zero="refused"))
            elif self.scanner.accept("*") or token.kind in {"word", "number"} or token.text == "(":
                total = self.times(total, self.power())
            else:
                return total

    def power(self) -> _Terms:
        base = self.atom()
        if self.scanner.accept("^", "**"):
            exponent = self.scanner.whole()
            if exponent > HIGHEST_ORDER:
                raise LimitError(f"the exponent {exponent} is above the limit of {HIGHEST_ORDER}")
            total: _Terms = {(): Fraction(1)}
            for _ in range(exponent):
                total = self.times(total, base)
            return total
        return base

    def atom(self) -> _Terms:
        token = self.scanner.token
        if token.kind == "number":
            return {(): self.scanner.number()}
        if token.kind == "word":
            return self.word()
        if self.scanner.accept("("):
            self.depth += 1
            if self.depth > _DEEPEST:
                raise LimitError(f"parentheses are nested more than {_DEEPEST} deep", next=_EXAMPLE)
            inside = self.sum()
            self.scanner.expect(")")
            self.depth -= 1
            return inside
        raise self.scanner.error(
            f"expected a derivative, a number or '(', found {self.scanner.found}", next=_EXAMPLE
        )

    def word(self) -> _Terms:
        token = self.scanner.take()
        if token.text == "D" and self.scanner.accept("["):
            orders = [self.scanner.whole()]
            while self.scanner.accept(","):
                orders.append(self.scanner.whole())
            self.scanner.expect("]")
            if len(orders) > MOST_AXES:
                raise LimitError(f"an operator has at most {MOST_AXES} axes, not {len(orders)}")
            self.axes = max(self.axes, len(orders))
            return {self.checked(_trimmed(orders[::-1])): Fraction(1)}
        if token.text in {"laplacian", "biharmonic"}:
            axes = self.ndim or len("xy")
            self.axes = max(self.axes, axes)
            once = {(0,) * i + (2,): Fraction(1) for i in range(axes)}
            return once if token.text == "laplacian" else self.times(once, once)
        if token.text.startswith("d") and len(token.text) > 1 and set(token.text[1:]) <= set(_LETTERS):
            alpha = _trimmed([token.text[1:].count(letter) for letter in _LETTERS])
            self.axes = max(self.axes, len(alpha))
            return {self.checked(alpha): Fraction(1)}
        import difflib  # 5 ms that only a mistake pays

        near = difflib.get_close_matches(token.text.lower(), ["laplacian", "biharmonic"], 1)
        raise self.scanner.error(
            f"{token.text!r} is no derivative",
            place=token.place,
            next=f"did you mean {near[0]}?" if near else "",
        )

    def checked(self, alpha: _Exponents) -> _Exponents:
        if sum(alpha) > HIGHEST_ORDER:
            raise LimitError(f"order {sum(alpha)} is above the limit of {HIGHEST_ORDER}")
        return alpha

    def times(self, left: _Terms, right: _Terms) -> _Terms:
        """Compose two operators: constant coefficients commute, so exponents add."""
        product: _Terms = {}
        for a, c in left.items():
            for b, d in right.items():
                width = max(len(a), len(b))
                both = zip(a + (0,) * (width - len(a)), b + (0,) * (width - len(b)), strict=True)
                alpha = self.checked(tuple(x + y for x, y in both))
                total = product.get(alpha, Fraction(0)) + c * d
                if max(total.numerator.bit_length(), total.denominator.bit_length()) > _LONGEST_COEFFICIENT:
                    raise LimitError(
                        f"a coefficient of the operator has more than {_LONGEST_COEFFICIENT} bits"
                    )
                product[alpha] = total
                if len(product) > _MOST_TERMS:
                    raise LimitError(
                        f"the operator multiplies out to more than {_MOST_TERMS} terms",
                        next="give fewer terms, or lower powers",
                    )
        return {alpha: c for alpha, c in product.items() if c}


def _scaled(terms: _Terms, factor: Fraction | int) -> _Terms:
    return {alpha: c * factor for alpha, c in terms.items()}


def _trimmed(exponents: Sequence[int]) -> _Exponents:
    kept = list(exponents)
    while kept and not kept[-1]:
        kept.pop()
    return tuple(kept)
