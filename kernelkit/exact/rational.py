"""Exact numbers: what is read as a rational, and how one is written."""

from __future__ import annotations

import math
import operator
import re
from decimal import Decimal
from fractions import Fraction
from typing import SupportsIndex

from kernelkit.errors import ExpressionError, InputError, LimitError

Exact = int | str | Fraction | Decimal | float | SupportsIndex
"""What is accepted wherever an exact number is expected."""

LONGEST_NUMBER = 1000
"""Characters of one number in text; more is refused before it is read."""

_RATIONAL = re.compile(r"[+-]?[0-9]+(?:/[0-9]+)?")
_DECIMAL = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE]([+-]?[0-9]{1,3}))?")


def rational(value: Exact, *, what: str = "a number") -> Fraction:
    """Read an exact number.

    Parameters
    ----------
    value
        An integer, a ``Fraction``, a ``Decimal``, text such as ``"-3/4"``, ``"0.1"`` or ``"1e-4"``, or a
        float whose printed decimal is its exact value (0.5, not 0.1).
    what
        What the number is, for the error message.

    Raises
    ------
    InputError
        Not a number, not finite, or a float such as 0.1 that is not the decimal it prints as: which of the
        two is meant cannot be known.
    LimitError
        Text of more than `LONGEST_NUMBER` characters.

    Examples
    --------
    >>> rational("-3/4"), rational("1e-1"), rational(0.5)
    (Fraction(-3, 4), Fraction(1, 10), Fraction(1, 2))
    """
    if type(value) is Fraction or type(value) is int:
        return Fraction(value)
    if isinstance(value, str):
        return _from_text(value.strip(), what)
    if isinstance(value, Fraction):
        return Fraction(value.numerator, value.denominator)
    if isinstance(value, Decimal | float):
        return _from_finite(value, what)
    if hasattr(value, "__index__") and not isinstance(value, bool):
        return Fraction(value.__index__())
    raise InputError(f"{what} must be a rational number, not {type(value).__name__}")


def _from_finite(value: Decimal | float, what: str) -> Fraction:
    if not (value.is_finite() if isinstance(value, Decimal) else math.isfinite(value)):
        raise InputError(f"{what} must be finite, not {value}")
    if isinstance(value, Decimal):
        if abs(value.adjusted()) > LONGEST_NUMBER:
            raise LimitError(f"{what} {value} has more than {LONGEST_NUMBER} digits")
        return Fraction(value)
    exact, shown = Fraction(value), repr(float(value))
    if exact != Fraction(shown):
        raise InputError(
            f"{what} {shown} is a binary float, not exactly the decimal it prints as",
            why=f"its exact value is {exact}",
            next=f'write it as text, "{shown}", or as Fraction({shown}) for the binary value',
        )
    return exact


def _from_text(text: str, what: str) -> Fraction:
    if len(text) > LONGEST_NUMBER:
        raise LimitError(f"{what} has {len(text)} characters; at most {LONGEST_NUMBER} are read")
    if _RATIONAL.fullmatch(text):
        top, _, bottom = text.partition("/")
        if bottom and int(bottom) == 0:
            raise InputError(f"{what} {text} divides by zero")
        return Fraction(int(top), int(bottom or 1))
    if _DECIMAL.fullmatch(text):
        return Fraction(text)
    raise ExpressionError(
        f"{what} {text!r} is not an exact number",
        next='integers, fractions and decimals are read: "-2", "3/4", "0.1", "1e-4"',
    )


def whole(value: SupportsIndex, *, what: str) -> int:
    """Read a whole number; NumPy's integers are ones, 2.0 is not.

    Raises
    ------
    InputError
        Not a whole number.
    """
    if isinstance(value, bool):
        raise InputError(f"{what} must be a whole number, not {value}")
    try:
        return operator.index(value)
    except TypeError as unread:
        raise InputError(f"{what} must be a whole number, not {value!r}") from unread


def counted(count: int, noun: str) -> str:
    """Write a number of things: ``1 tap``, ``2 taps``, ``1 axis``, ``2 axes``."""
    plural = "axes" if noun == "axis" else noun + "s"
    return f"{count:,} {noun if count == 1 else plural}"


def written(value: Fraction) -> str:
    """Write a rational as ``p/q``, or ``p`` for an integer.

    Raises
    ------
    LimitError
        Numerator or denominator has more digits than Python converts to text.
    """
    try:
        return str(value)
    except ValueError as too_long:
        bits = max(value.numerator.bit_length(), value.denominator.bit_length())
        raise LimitError(
            f"an exact number of about {bits * 3 // 10} digits is too long to write",
            why="Python refuses to convert integers of more than 4300 digits to text",
            next="use fewer points, or points with shorter fractions",
        ) from too_long
