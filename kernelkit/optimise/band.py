"""Bands of waves: how far from zero a criterion looks, exactly."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kernelkit.errors import InputError
from kernelkit.exact.rational import Exact, rational, written

if TYPE_CHECKING:
    from fractions import Fraction

    from flint import arb

_RADIANS = "rad"


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
        """The limit as it is written: ``pi/2``, ``3 pi/4``, ``11/10``."""
        if self.unit != "pi":
            return written(self.limit)
        top = "" if self.limit.numerator == 1 else f"{self.limit.numerator} "
        return f"{top}pi" + (f"/{self.limit.denominator}" if self.limit.denominator > 1 else "")

    def ball(self) -> arb:
        """Return the limit in radians as a ball of the current precision."""
        from flint import arb, fmpq

        exact = arb(fmpq(self.limit.numerator, self.limit.denominator))
        return exact * arb.pi() if self.unit == "pi" else exact


def read_band(given: Exact | Band) -> Band:
    """Read a band: a fraction of pi such as ``"1/2"``, or radians such as ``"1.1 rad"``.

    Raises
    ------
    InputError
        Not above 0 and at most pi, or no exact number.

    Examples
    --------
    >>> read_band("3/4").text, read_band("1.1 rad").text
    ('3 pi/4', '11/10')
    """
    if isinstance(given, Band):
        return given
    if isinstance(given, str) and given.strip().endswith(_RADIANS):
        band = Band(rational(given.strip().removesuffix(_RADIANS), what="a band"), "rad")
        inside = band.limit > 0 and band.radians <= math.pi
    else:
        band = Band(rational(given, what="a band"), "pi")
        inside = 0 < band.limit <= 1
    if not inside:
        raise InputError(
            f"a band reaches from 0 to at most pi, not to {band.text}",
            why="faster waves look like slower ones on the grid",
            next='give a fraction of pi, as in band="1/2" (--band 1/2), or radians, as in "1.1 rad"',
        )
    return band
