"""The Gaussian on a line as taps: its discrete analogue, its samples, its integrals over samples."""

from __future__ import annotations

import itertools
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from kernelkit.catalogue.irrational import HALF_UNIT, ball, rounded, working_precision
from kernelkit.catalogue.tail import HEAVIEST_TAIL, LARGEST_RADIUS, LIGHTEST_TAIL
from kernelkit.errors import InputError, LimitError, UnsolvableError
from kernelkit.exact.functional import derivative, value
from kernelkit.exact.kernel import Kernel
from kernelkit.exact.nearest import nearest
from kernelkit.exact.obstruct import obstruction
from kernelkit.exact.offsets import line
from kernelkit.exact.rational import written

if TYPE_CHECKING:
    from flint import arb

FORMS = ("discrete", "sampled", "integrated")
"""Ways to bring a Gaussian onto samples."""

HIGHEST_ORDER = 4
"""Order of the derivative along one axis."""

_COUNTS = {1: "one tap", 3: "three taps"}
_ORDINALS = ("", "first", "second", "third", "fourth")


class Line(NamedTuple):
    """Taps along one axis, and how far each may lie from the function they stand for."""

    kernel: Kernel
    precision: Fraction


def reach_beyond_tail(form: str, variance: Fraction, tail: Fraction) -> int:
    """Return the least radius, 1 or more, beyond which no more than ``tail`` of the Gaussian lies.

    Raises
    ------
    LimitError
        It is above `LARGEST_RADIUS`.

    Examples
    --------
    >>> reach_beyond_tail("discrete", Fraction(1), Fraction(1, 10**6))
    7
    """
    reach = _reach(form, variance, tail)
    if reach is not None:
        return reach
    raise LimitError(
        f"a Gaussian of variance {written(variance)} with a tail of {written(tail)} needs a radius above "
        f"{LARGEST_RADIUS}",
        next="take a smaller Gaussian, or a heavier tail such as 1/1000000",
    )


def mass_beyond(form: str, variance: Fraction, reach: int) -> arb:
    """Return the part of the Gaussian that lies beyond a radius, on both sides together."""
    with working_precision():
        if form == "discrete":
            inside = _bessel(variance, 0) + 2 * sum(_bessel(variance, n) for n in range(1, reach + 1))
            return 1 - inside
        return (ball(reach + Fraction(1, 2)) / ball(2 * variance).sqrt()).erfc()


def gaussian_line(form: str, variance: Fraction, order: int, radius: int) -> Line:
    """Return the derivative of a Gaussian along one axis, on offsets ``-radius`` to ``radius``.

    The discrete analogue (Lindeberg 1990) is ``T(n; t) = exp(-t) I_n(t)``; its derivatives are its central
    differences, as they are in the limit.  Cut off at the radius, it is changed least such that its sum is 1
    and its variance t again; then the differences have exactly the moments of the uncut ones through two
    degrees above their order.  The other forms are samples of the continuous derivative, or its integrals
    over the width of a sample, divided by the sum of the smoothing taps on the same offsets.

    Parameters
    ----------
    form
        One of `FORMS`.
    variance
        In squared samples.
    order
        Order of the derivative, at most `HIGHEST_ORDER`.
    radius
        Largest offset.

    Raises
    ------
    UnsolvableError
        Fewer taps than any derivative of this order needs.
    InputError
        Enough taps, but no room for this Gaussian.
    """
    _check_count(order, radius)
    if form == "discrete":
        return _differences_of_discrete(variance, order, radius)
    half = (_samples if form == "sampled" else _integrals)(variance, order, radius)
    kernel = _mirrored(half, order)
    if kernel.moment((order,)) <= 0 or len(kernel) <= order:
        raise InputError(
            f"a Gaussian of variance {written(variance)}, {form} through radius {radius}, does not hold "
            f"its {_ORDINALS[order]} derivative",
            why=f"its taps do not answer x^{order} with a positive number",
            next="take a larger radius, or the form discrete",
        )
    return Line(kernel, HALF_UNIT)


def discrete_smoother(variance: Fraction, radius: int) -> Kernel:
    """Return the discrete Gaussian, cut off at a radius, with sum 1 and its variance exactly.

    Raises
    ------
    InputError
        No taps that fall off from the centre have this variance and are near the Gaussian.

    Notes
    -----
    Taps beyond the radius that leaves out `LIGHTEST_TAIL` are zero.

    Examples
    --------
    >>> taps = discrete_smoother(Fraction(1, 2), 5)
    >>> taps.moment((0,)), taps.moment((2,))
    (Fraction(1, 1), Fraction(1, 2))
    """
    least = _reach("discrete", variance, LIGHTEST_TAIL)
    if least is not None:
        # taps further out are lost in rounding, and the least change would outweigh them
        radius = min(radius, least)
    if radius * radius > variance:
        cut = _mirrored(_discrete(variance, radius), 0)
        # f + t/2 f'' is what smoothing with variance t computes, through degree 3
        kernel = nearest(cut, value() + derivative(2) * (variance / 2), stencil=line(-radius, radius))
        half = [tap for offset, tap in kernel.taps if offset[0] >= 0]
        if len(half) == radius + 1 and half[-1] > 0 and all(a > b for a, b in itertools.pairwise(half)):
            return kernel
    raise InputError(
        f"smoothing through radius {radius} has no room for a discrete Gaussian of variance {written(variance)}",
        why="taps with that variance would not fall off from the centre",
        next=f"radius {reach_beyond_tail('discrete', variance, HEAVIEST_TAIL)} serves for smoothing, one more "
        "for each one or two orders of a derivative; the form sampled takes any radius",
    )


def _reach(form: str, variance: Fraction, tail: Fraction) -> int | None:
    with working_precision():
        if form == "discrete":
            left = 1 - _bessel(variance, 0)
            for reach in range(1, LARGEST_RADIUS + 1):
                left -= 2 * _bessel(variance, reach)
                if left <= ball(tail):
                    return reach
        else:
            for reach in range(1, LARGEST_RADIUS + 1):
                if mass_beyond(form, variance, reach) <= ball(tail):
                    return reach
    return None


def _differences_of_discrete(variance: Fraction, order: int, radius: int) -> Line:
    margin = (order + 1) // 2
    difference = Kernel({0: 1})
    for _ in range(order // 2):
        difference @= Kernel({-1: 1, 0: -2, 1: 1})
    if order % 2:
        difference @= Kernel({-1: "-1/2", 1: "1/2"})
    kernel = difference @ discrete_smoother(variance, radius - margin)
    uncut = difference @ _mirrored(_discrete(variance, radius + margin), 0)
    own = dict(uncut.taps)
    changed = max(abs(tap - own.get(offset, 0)) for offset, tap in kernel.taps)
    return Line(kernel, changed + HALF_UNIT * difference.l1_norm)


def _bessel(variance: Fraction, n: int) -> arb:
    """Return exp(-t) I_n(t)."""
    return ball(variance).bessel_i(ball(n), scaled=True)


def _discrete(variance: Fraction, radius: int) -> list[Fraction]:
    with working_precision():
        return [rounded(_bessel(variance, n)) for n in range(radius + 1)]


def _density(variance: Fraction, x: Fraction | int) -> arb:
    """Return the Gaussian at x times the root of 2 pi times its deviation."""
    return ball(-(Fraction(x) ** 2) / (2 * variance)).exp()


def _samples(variance: Fraction, order: int, radius: int) -> list[Fraction]:
    with working_precision():
        densities = [_density(variance, n) for n in range(radius + 1)]
        total = densities[0] + 2 * sum(densities[1:])
        return [
            rounded(ball(_hermite(order, Fraction(n), variance)) * density / total)
            for n, density in enumerate(densities)
        ]


def _integrals(variance: Fraction, order: int, radius: int) -> list[Fraction]:
    with working_precision():
        edges = [n - Fraction(1, 2) for n in range(radius + 2)]
        scale = ball(2 * variance).sqrt()
        total = (ball(edges[-1]) / scale).erf()
        if order == 0:
            primitives = [(ball(x) / scale).erf() / 2 for x in edges]
        else:
            from flint import arb

            # tap n integrates (-1)^d times the d-th derivative, whose primitive is one order lower
            root = (2 * arb.pi() * ball(variance)).sqrt()
            primitives = [
                -ball(_hermite(order - 1, x, variance)) * _density(variance, x) / root for x in edges
            ]
        return [rounded((b - a) / total) for a, b in itertools.pairwise(primitives)]


def _hermite(order: int, x: Fraction, variance: Fraction) -> Fraction:
    """Return the factor of the Gaussian in (-1)^d times its d-th derivative: x/t, (x^2 - t)/t^2, ..."""
    lower, current = Fraction(0), Fraction(1)
    for k in range(order):
        lower, current = current, (x * current - k * lower) / variance
    return current


def _mirrored(half: list[Fraction], order: int) -> Kernel:
    sign = -1 if order % 2 else 1
    return Kernel({n: half[abs(n)] * (sign if n < 0 else 1) for n in range(1 - len(half), len(half))})


def _check_count(order: int, radius: int) -> None:
    witness = obstruction(derivative(order), line(-radius, radius))
    if witness is not None:
        raise UnsolvableError(
            f"radius {radius} leaves {_COUNTS[2 * radius + 1]}, and at least {order + 1} taps are needed for a "
            f"{_ORDINALS[order]} derivative",
            obstruction=witness,
            next=f"radius={(order + 1) // 2} is the least for that, and a Gaussian needs more",
        )
