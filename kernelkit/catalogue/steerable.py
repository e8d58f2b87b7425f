"""Freeman and Adelson's second derivative of a Gaussian, steered to any direction."""

from __future__ import annotations

import functools
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from kernelkit.catalogue.entry import Entry
from kernelkit.catalogue.family import Family, Parameter
from kernelkit.catalogue.irrational import UNIT, rounded, working_precision
from kernelkit.catalogue.member_name import member_name
from kernelkit.exact.functional import derivative, from_polynomial
from kernelkit.exact.kernel import Kernel
from kernelkit.exact.rational import Exact, rational, written

if TYPE_CHECKING:
    from kernelkit.exact.kernel import Tap

SOURCE = "Freeman and Adelson, The design and use of steerable filters, IEEE PAMI 13 (1991), pp. 891-906"

PRECISION = Fraction(1, 20_000)
"""Half a unit of the fourth place, the last one printed."""


class _Factor(NamedTuple):
    """A printed factor: its taps from the centre on, and the order of its derivative."""

    formula: str
    order: int
    from_centre: tuple[str, ...]


# nine taps, spacing 0.67, in the order of the appendix
_FACTORS = {
    "f1": _Factor("0.9213 (2 x^2 - 1) exp(-x^2)", 2, ("-0.9213", "-0.0601", "0.3964", "0.1148", "0.0094")),
    "f2": _Factor("exp(-x^2)", 0, ("1", "0.6383", "0.1660", "0.0176", "0.0008")),
    "f3": _Factor("sqrt(1.843) x exp(-x^2)", 1, ("0", "0.5806", "0.3020", "0.0480", "0.0028")),
}


@functools.cache
def entries() -> tuple[Entry, ...]:
    """Return the three factors as published: freeman-adelson-f1, -f2 and -f3."""
    return tuple(
        Entry(
            name=f"freeman-adelson-{key}",
            title=f"Freeman-Adelson G2, {key}",
            published=_factor(key),
            target=derivative(factor.order),
            source=SOURCE,
            family="steerable",
            remarks=(
                f"{key} = {factor.formula} at x = 0.67 n",
                "factor of the oriented masks steerable-g2:theta=... (degrees)",
            ),
            precision=PRECISION,
        )
        for key, factor in _FACTORS.items()
    )


def steerable_g2(*, theta: Exact = 0) -> Entry:
    """Return the second derivative of a Gaussian in one direction, 9 by 9 taps, from the printed factors.

    The mask is ``cos^2 f2 (x) f1 + 2 cos sin f3 (x) f3 + sin^2 f1 (x) f2``, factors in array order (y, x).
    With y up, as in the article, the middle term has the other sign.

    Parameters
    ----------
    theta
        Direction of the derivative in degrees, from x towards y; y points down.

    Notes
    -----
    The target is cos^2 d^2/dx^2 + 2 cos sin d^2/dxdy + sin^2 d^2/dy^2, whose coefficients are rounded to 24
    places where they are irrational.  The printed factors miss its moments by their own rounding;
    `Entry.kernel` is the nearest kernel that does not.

    References
    ----------
    Freeman and Adelson, The design and use of steerable filters, IEEE PAMI 13 (1991), pp. 891-906.

    Examples
    --------
    >>> steerable_g2(theta=45).target.name
    '1/2 d^2/dx^2 + d^2/dxdy + 1/2 d^2/dy^2'
    """
    angle = rational(theta, what="an angle")
    along_x, mixed, along_y = _steering(angle)
    second, smooth, first = (_factor(key) for key in ("f1", "f2", "f3"))
    published = along_x * smooth.outer(second) + mixed * first.outer(first) + along_y * second.outer(smooth)
    return Entry(
        name=member_name("steerable-g2", "", (("theta", angle, 0),)),
        title=f"Freeman-Adelson G2 at {written(angle)} degrees",
        published=published,
        target=from_polynomial({(0, 2): along_x, (1, 1): mixed, (2, 0): along_y}, 2),
        source=SOURCE,
        family="steerable",
        remarks=("the direction is taken from x towards y, and y points down",),
        precision=_precision(second, smooth, first, mixed),
    )


def _factor(key: str) -> Kernel:
    factor = _FACTORS[key]
    taps: list[Tap] = []
    for n in range(-4, 5):
        tap = Fraction(factor.from_centre[abs(n)])
        taps.append(((Fraction(n),), -tap if n < 0 and factor.order % 2 else tap))
    return Kernel.from_ordered(1, taps)


def _steering(degrees: Fraction) -> tuple[Fraction, Fraction, Fraction]:
    """Return cos^2, 2 cos sin and sin^2; the squares add up to 1 exactly."""
    from flint import arb, fmpq

    with working_precision():
        # through the double angle, multiples of 45 degrees are exact
        turn = fmpq(degrees.numerator, 90 * degrees.denominator)
        square = (1 + rounded(arb.cos_pi_fmpq(turn))) / 2
        mixed = rounded(arb.sin_pi_fmpq(turn))
    return square, mixed, 1 - square


def _precision(second: Kernel, smooth: Kernel, first: Kernel, mixed: Fraction) -> Fraction:
    """Bound what the printed places leave open in a tap of the mask."""
    largest = [max(abs(tap) for _, tap in kernel.taps) for kernel in (second, smooth, first)]
    straight = PRECISION * (largest[0] + largest[1] + PRECISION)
    crossed = PRECISION * (2 * largest[2] + PRECISION)
    return -(-(straight + abs(mixed) * crossed) // UNIT) * UNIT


FAMILIES = (
    Family(
        name="steerable-g2",
        summary="second derivative of a Gaussian in any direction, from Freeman and Adelson's factors",
        build=steerable_g2,
        parameters=(Parameter("theta", "number", "direction in degrees, from x towards y (down)"),),
        members=("steerable-g2", "steerable-g2:theta=45", "steerable-g2:theta=90"),
    ),
)
"""The families of this file; the three factors, which take no parameters, are `entries`."""
