"""Bands of waves: how far from zero a criterion looks, exactly."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from kernelkit.errors import InputError
from kernelkit.exact.rational import Exact, rational, written

if TYPE_CHECKING:
    from flint import arb

NARROWEST = Fraction(1, 10**9)
"""The least limit of a band, in pi or radians."""

_RADIANS = "rad"
_OF_PI = re.compile(r"(?:([-+./0-9eE]+)\s*\*?\s*)?pi(?:\s*/\s*([0-9]+))?")
_LONGEST = 30


@dataclass(frozen=True, slots=True)
class Band:
    """The waves up to a limit, in radians per sample; pi is the fastest wave on the grid.

    Attributes
    ----------
    limit
        The limit, as a fraction of pi or in radians.
    unit
        ``"pi"`` or ``"rad"``.
    """

    limit: Fraction
    unit: str

    @property
    def radians(self) -> float:
        """The limit in radians per sample."""
        return float(self.limit) * (math.pi if self.unit == "pi" else 1.0)

    @property
    def text(self) -> str:
        """The limit as it is written, and read again: ``pi/2``, ``3 pi/4``, ``11/10 rad``."""
        if self.unit != "pi":
            return f"{written(self.limit)} {_RADIANS}"
        top = "" if self.limit.numerator == 1 else f"{self.limit.numerator} "
        return f"{top}pi" + (f"/{self.limit.denominator}" if self.limit.denominator > 1 else "")

    def ball(self) -> arb:
        """Return the limit in radians as a ball of the current precision."""
        from flint import arb, fmpq

        exact = arb(fmpq(self.limit.numerator, self.limit.denominator))
        return exact * arb.pi() if self.unit == "pi" else exact


def read_band(given: Exact | Band) -> Band:
    """Read a band: a fraction of pi such as ``"1/2"``, ``"pi/2"`` or ``"1/2 pi"``, or radians such as ``"1.1 rad"``.

    Raises
    ------
    InputError
        Not above 0 and at most pi, so narrow that floating point sees no waves in it, or no exact number.

    Examples
    --------
    >>> read_band("3/4").text, read_band("3 pi/4").text, read_band("1.1 rad").text
    ('3 pi/4', '3 pi/4', '11/10 rad')
    """
    if isinstance(given, Band):
        return given
    text = given.strip() if isinstance(given, str) else ""
    of_pi = _OF_PI.fullmatch(text)
    if text.endswith(_RADIANS):
        band = Band(rational(text.removesuffix(_RADIANS), what="a band"), "rad")
    elif of_pi:
        times, parts = rational(of_pi[1] or 1, what="a band"), rational(of_pi[2] or 1, what="a band")
        band = Band(times / parts if parts else Fraction(0), "pi")
    else:
        band = Band(rational(given, what="a band"), "pi")
    # compared as a rational first: a float overflows
    if not 0 < band.limit <= 4 or band.radians > math.pi:
        raise InputError(
            f"a band reaches from 0 to at most pi, not to {_shown(given)}",
            why="faster waves look like slower ones on the grid",
            next='give a fraction of pi, as in band="1/2" (--band 1/2), or radians, as in "1.1 rad"',
        )
    if band.limit < NARROWEST:
        raise InputError(
            f"a band of {_shown(given)} is too narrow",
            why="for waves that slow every kernel of an accuracy is as good as exact",
            next='band="1/100" (--band 1/100) is narrow enough for any data',
        )
    return band


def _shown(given: object) -> str:
    text = str(given).strip()
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."
