"""Reading printed formulas of symbols: a small grammar of its own, so that texts are checked as numbers."""

from __future__ import annotations

import cmath
import math
import re
from fractions import Fraction

PIECE = re.compile(
    r"\s*(?:(?P<wave>\d*w(?:x\d+|[xyz])?(?:/\d+)?)|(?P<number>\d+(?:/\d+)?)|(?P<word>cos|sin|i|s)|(?P<sign>[-+()^]))"
)
WAVE = re.compile(r"(\d*)(w(?:x\d+|[xyz])?)(?:/(\d+))?")


def evaluate(text: str, frequencies: dict[str, float]) -> complex:
    """Return the value of a formula such as ``i (4/3 sin w - 1/6 sin 2w)`` at named frequencies."""
    body, _, where = text.partition(" with ")
    values: dict[str, complex] = dict(frequencies)
    if where:
        assert where == "s = sin^2(w/2)"
        values["s"] = math.sin(frequencies["w"] / 2) ** 2
    pieces = pieces_of(body)
    total = read_sum(pieces, values)
    assert not pieces, f"{pieces} is left of {text!r}"
    return total


def pieces_of(text: str) -> list[str]:
    """Split a formula; anything unknown fails."""
    pieces, place = [], 0
    while place < len(text):
        found = PIECE.match(text, place)
        assert found, f"{text[place:]!r} is no formula"
        pieces.append(found[0].strip())
        place = found.end()
    return pieces


def read_sum(pieces: list[str], values: dict[str, complex]) -> complex:
    """Read terms with signs between them."""
    total = 0j
    sign = 1
    if pieces[0] == "-":
        sign = -1
        pieces.pop(0)
    while True:
        total += sign * read_product(pieces, values)
        if not pieces or pieces[0] not in {"+", "-"}:
            return total
        sign = 1 if pieces.pop(0) == "+" else -1


def read_product(pieces: list[str], values: dict[str, complex]) -> complex:
    """Read factors side by side."""
    product = read_factor(pieces, values)
    while pieces and pieces[0] not in {"+", "-", ")"}:
        product *= read_factor(pieces, values)
    return product


def read_factor(pieces: list[str], values: dict[str, complex]) -> complex:
    """Read a number, i, a power of s, a cosine or sine, or a sum in brackets."""
    piece = pieces.pop(0)
    if piece == "(":
        inner = read_sum(pieces, values)
        assert pieces.pop(0) == ")"
        return inner
    if piece in {"cos", "sin"}:
        return (cmath.cos if piece == "cos" else cmath.sin)(read_factor(pieces, values))
    if piece == "i":
        return 1j
    if piece == "s":
        power = 1
        if pieces and pieces[0] == "^":
            pieces.pop(0)
            power = int(pieces.pop(0))
        return values["s"] ** power
    wave = WAVE.fullmatch(piece)
    if wave:
        return int(wave[1] or 1) * values[wave[2]] / int(wave[3] or 1)
    return complex(float(Fraction(piece)))
