"""One axis of a term: a derivative at a point, or an integral over an interval."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Point:
    """One axis of a term: the derivative of a given order at a point."""

    order: int
    at: Fraction

    def moment(self, k: int) -> Fraction | int:
        """Apply the factor to ``x**k``."""
        if k == self.order:
            return math.factorial(k)
        if k < self.order or not self.at:
            return 0
        return math.perm(k, self.order) * self.at ** (k - self.order)

    def reflected(self) -> tuple[int, Point]:
        """Return the sign and factor seen after ``x -> -x``."""
        return (-1) ** self.order, Point(self.order, -self.at)


@dataclass(frozen=True, slots=True)
class Span:
    """One axis of a term: the integral over an interval."""

    lower: Fraction
    upper: Fraction
    order: int = -1

    def moment(self, k: int) -> Fraction:
        """Apply the factor to ``x**k``."""
        return (self.upper ** (k + 1) - self.lower ** (k + 1)) / (k + 1)

    def reflected(self) -> tuple[int, Span]:
        """Return the sign and factor seen after ``x -> -x``."""
        return 1, Span(-self.upper, -self.lower)


Factor = Point | Span
MultiIndex = tuple[int, ...]
Term = tuple[Fraction, tuple[Factor, ...]]
