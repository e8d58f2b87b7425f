"""A reader of the LaTeX that is exported: it evaluates formulas exactly on monomials."""

from __future__ import annotations

import math
import re
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

ORIGIN = {"x": Fraction(1, 3), "y": Fraction(-2, 5), "z": Fraction(3, 4)}


class Monomial:
    """A monomial in x, y, z order: its values, derivatives and integrals, exactly."""

    def __init__(self, exponents: Sequence[int]) -> None:
        self.exponents = tuple(exponents)

    def at(self, *place: Fraction, orders: Sequence[int] | None = None) -> Fraction:
        """Return the value at a place, or a derivative there."""
        product = Fraction(1)
        for x, k, d in zip(place, self.exponents, orders or [0] * len(place), strict=True):
            product *= math.perm(k, d) * x ** (k - d) if k >= d else 0
        return product

    def over(self, *sides: tuple[Fraction, Fraction]) -> Fraction:
        """Return the integral over a box."""
        return math.prod(
            (
                (b ** (k + 1) - a ** (k + 1)) / (k + 1)
                for (a, b), k in zip(sides, self.exponents, strict=True)
            ),
            start=Fraction(1),
        )


TOKEN = re.compile(r"\\(?:begin|end)\{\w+\}|\\[A-Za-z]+|\\\\|\\,|\d+|\S")
LAYOUT = {r"\quad", "&", r"\\", r"\begin{aligned}", r"\end{aligned}"}
MATRIX, END = r"\begin{bmatrix}", r"\end{bmatrix}"


class Reader:
    """Reads the LaTeX that is exported, and evaluates it on a monomial; what it does not know is an error."""

    def __init__(self, text: str, remark: str, exponents: Sequence[int], h: Fraction) -> None:
        # the layout of a matrix says where its entries belong, all other layout says nothing
        self.tokens = []
        for part in re.split(r"(?s)(\\begin\{bmatrix\}.*?\\end\{bmatrix\})", text):
            kept = TOKEN.findall(part)
            self.tokens += (
                kept if part.startswith(MATRIX) else [token for token in kept if token not in LAYOUT]
            )
        self.remark = remark
        self.names = "xyz"[: len(exponents)]
        self.monomial = Monomial(exponents)
        self.here = [ORIGIN[name] for name in self.names]
        self.h = h

    def _next(self, expected: str | None = None) -> str:
        token = self.tokens.pop(0)
        assert expected in {None, token}
        return token

    def _at(self, *tokens: str) -> bool:
        return bool(self.tokens) and self.tokens[0] in tokens

    def _braces(self) -> str:
        """Return the tokens between braces."""
        self._next("{")
        inside = ""
        while not self._at("}"):
            inside += "{" + self._braces() + "}" if self._at("{") else self._next()
        self._next("}")
        return inside

    def sum(self) -> Fraction:
        """Read a sum, and return its value."""
        total = Fraction(0)
        while self.tokens and not self._at("}", ")", ",", "=", "\\right"):
            sign = -1 if self._at("-") else 1
            if self._at("+", "-"):
                self._next()
            total += sign * self._product()
        return total

    def _product(self) -> Fraction:
        value = self._factor()
        while self.tokens and not self._at("+", "-", "}", ")", ",", "=", "\\right"):
            value *= self._factor()
        return value

    def _factor(self) -> Fraction:
        token = self._next()
        if token.isdigit():
            return Fraction(token)
        return {
            "h": self._power,
            "f": self._function,
            "O": self._rest,
            "\\cdots": Fraction,
            "\\frac": self._fraction,
            "\\tfrac": self._fraction,
            "\\int": self._integral,
            "\\left": self._brackets,
            MATRIX: self._matrix,
        }.get(token, lambda: ORIGIN[token])()

    def _power(self) -> Fraction:
        if not self._at("^"):
            return self.h
        self._next("^")
        return self.h ** int(self._braces())

    def _rest(self) -> Fraction:
        """Skip what is only an order of magnitude."""
        self._next("(")
        self.sum()
        self._next(")")
        return Fraction(0)

    def _brackets(self) -> Fraction:
        self._next("[")
        value = self.sum()
        self._next("\\right")
        self._next("]")
        return value

    def _fraction(self) -> Fraction:
        if self.tokens[1] == "\\partial":
            self._braces()
            orders = dict.fromkeys(self.names, 0)
            self._next("{")
            while not self._at("}"):
                self._next("\\partial")
                name = self._next()
                orders[name] = 1
                if self._at("^"):
                    self._next()
                    orders[name] = int(self._braces())
                if self._at("\\,"):
                    self._next()
            self._next("}")
            return self.monomial.at(*self._place(), orders=list(orders.values()))
        parts = []
        for _ in range(2):
            self._next("{")
            parts.append(self.sum())
            self._next("}")
        return parts[0] / parts[1]

    def _place(self) -> list[Fraction]:
        """Read the arguments of f; none at all mean the point of evaluation."""
        if not self._at("("):
            return self.here
        self._next()
        place = [self.sum()]
        while self._at(","):
            self._next()
            place.append(self.sum())
        self._next(")")
        return place

    def _function(self) -> Fraction:
        order = 0
        while self._at("'"):
            self._next()
            order += 1
        if self._at("^"):
            self._next()
            order = int(self._braces().strip("()"))
        place = self._place()
        return self.monomial.at(*place, orders=[order, *[0] * (len(place) - 1)])

    def _integral(self) -> Fraction:
        sides = []
        self.tokens.insert(0, "\\int")
        while self._at("\\int"):
            self._next()
            ends = []
            for mark in "_^":
                self._next(mark)
                self._next("{")
                ends.append(self.sum())
                self._next("}")
            sides.append((ends[0], ends[1]))
        self._next("f")
        while not self._at(")"):
            self._next()
        self._next()
        for _ in sides:
            self._next("\\,")
            self._next("d")
            while self._at("'", "t", *self.names):
                self._next()
        # the innermost integral is over x, the first argument
        return self.monomial.over(*reversed(sides))

    def _matrix(self) -> Fraction:
        """Sum the samples a matrix stands for: rows along y, origin at the box or as stated."""
        end = self.tokens.index(END)
        text = "".join(self.tokens[:end])
        self.tokens = self.tokens[end + 1 :]
        self._next("f")
        rows = [row.split("&") for row in text.split(r"\\")]
        boxed = ["boxed" in cell for row in rows for cell in row]
        width = len(rows[0])
        marked, place = re.findall(r"the (\w+) entry multiplies \$f(.*)\$", self.remark)[0]
        assert marked == ("boxed" if any(boxed) else "first")
        i0, j0 = divmod(boxed.index(True), width) if any(boxed) else (0, 0)
        x, y = Reader(place, "", self.monomial.exponents, self.h)._place()
        apart = re.findall(r"\$([^$]*)\$ apart", self.remark) or ["h", "h"]
        dy, dx = (Reader(text, "", [0], self.h).sum() for text in apart)
        return sum(
            (
                Fraction(re.sub(r"[^-\d]", "", cell)) * self.monomial.at(x + (j - j0) * dx, y + (i - i0) * dy)
                for i, row in enumerate(rows)
                for j, cell in enumerate(row)
            ),
            Fraction(0),
        )


def display(source: str) -> str:
    """Return the displayed formula."""
    [body] = re.findall(r"\\\[\n(.*?)\n\\\]", source, re.DOTALL)
    return body


def evaluated(source: str, exponents: Sequence[int], h: Fraction) -> list[Fraction]:
    """Evaluate both sides of the formula on a monomial."""
    body, remark = display(source), source.split("\\]")[1]
    readers = [Reader(side, remark, exponents, h) for side in body.split("=")]
    values = [reader.sum() for reader in readers]
    assert not any(reader.tokens for reader in readers)
    return values
