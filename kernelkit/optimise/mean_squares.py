"""Mean squares over a band of waves, in closed form, and the taps that make a sum of them least.

On the box ``|w| <= b`` of every axis the mean of ``(i w)^p exp(i w s)`` is the product over the axes of
``b^p`` times the p-th derivative of ``sin z / z`` at ``z = b s``.  Symbols of kernels, derivatives and integrals
are sums of such waves, so every mean square of them is known to any number of digits.
"""

from __future__ import annotations

import functools
import itertools
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from kernelkit.errors import LimitError
from kernelkit.exact.factor import Point

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from flint import arb, arb_mat

    from kernelkit.exact.functional import Functional
    from kernelkit.exact.offsets import Offset
    from kernelkit.optimise.band import Band

Wave = tuple[tuple[Fraction, tuple[tuple[int, Fraction], ...]], ...]
"""A sum of terms: a coefficient, and ``(p, s)`` on each axis for the factor ``(i w)^p exp(i w s)``."""

_FIRST_BITS = 256
_MOST_BITS = 1 << 13


@dataclass(frozen=True, slots=True)
class Residual:
    """What shall be small in the mean square: a combination of waves less a wanted one.

    Attributes
    ----------
    waves
        One an unknown, each as a list of waves that stand for one another: the band looks the same to all
        members of a list, so one of them, times their number, is enough on one side of a product.
    wanted
        The wave to be approached; empty for zero.
    """

    waves: tuple[tuple[Wave, ...], ...]
    wanted: Wave


@dataclass(frozen=True, slots=True)
class Objective:
    """A weighted sum of squares of unknowns that shall be least.

    Attributes
    ----------
    residuals
        Weights, and residuals of which the mean square over the band counts.
    weights
        One an unknown: the weight of its own square.
    """

    residuals: tuple[tuple[Fraction, Residual], ...]
    weights: tuple[Fraction, ...]


def tap_wave(offset: Offset, sign: int = 1) -> Wave:
    """Return the symbol of a unit tap, ``exp(i w . offset)``."""
    return ((Fraction(sign), tuple((0, x) for x in offset)),)


def target_wave(target: Functional) -> Wave:
    """Return the symbol of a target, in units of samples; an integral is a difference of antiderivatives."""
    terms = []
    for coefficient, factors in target.terms:
        parts: list[list[tuple[Fraction, tuple[int, Fraction]]]] = []
        for factor, step in zip(factors, target.spacing, strict=True):
            unit = step**-factor.order
            if isinstance(factor, Point):
                parts.append([(unit, (factor.order, factor.at / step))])
            else:
                parts.append([(unit, (-1, factor.upper / step)), (-unit, (-1, factor.lower / step))])
        for choice in itertools.product(*parts):
            product = coefficient
            for scale, _ in choice:
                product *= scale
            terms.append((product, tuple(place for _, place in choice)))
    return tuple(terms)


def times(wave: Wave, axis: int) -> Wave:
    """Return a wave times ``i w`` of one axis."""
    return tuple(
        (c, (*factors[:axis], (factors[axis][0] + 1, factors[axis][1]), *factors[axis + 1 :]))
        for c, factors in wave
    )


def minus(a: Wave, b: Wave) -> Wave:
    """Return the difference of two waves."""
    return (*a, *((-c, factors) for c, factors in b))


def least_squares(
    objective: Objective,
    particular: Sequence[Fraction],
    directions: Sequence[Sequence[Fraction]],
    band: Band,
    denominator: int,
) -> list[Fraction]:
    """Return the free values that make an objective least, rounded once.

    Parameters
    ----------
    objective
        What shall be least.
    particular, directions
        The unknowns are ``particular`` plus free values times ``directions``.
    band
        The waves over which the means are taken, on each axis alone.
    denominator
        Free values are returned as the nearest multiples of ``1 / denominator``.

    Raises
    ------
    LimitError
        The digits needed are beyond the limit of work.
    """
    from flint import ctx

    bits = _FIRST_BITS
    while bits <= _MOST_BITS:
        with ctx.workprec(bits):
            found = _solved(objective, particular, directions, band, denominator)
            if found is not None:
                return found
        bits *= 2
    raise LimitError(
        "the least squares need more digits than the limit of work allows",
        next="take a wider band, or fewer points",
    )


def _solved(
    objective: Objective,
    particular: Sequence[Fraction],
    directions: Sequence[Sequence[Fraction]],
    band: Band,
    denominator: int,
) -> list[Fraction] | None:
    """Solve the normal equations in balls; None where these are too wide to round."""
    from flint import arb, arb_mat

    count = len(particular)
    products = arb_mat(count, count)
    wanted = arb_mat(count, 1)
    average = _averages(band)
    for i, weight in enumerate(objective.weights):
        products[i, i] = _ball(weight)
    for weight, residual in objective.residuals:
        gram, right = _normal_equations(residual, average)
        products += gram * _ball(weight)
        wanted += right * _ball(weight)
    basis = arb_mat([[_ball(x) for x in direction] for direction in directions])
    start = arb_mat([[_ball(x)] for x in particular])
    try:
        free = (basis * products * basis.transpose()).solve(basis * (wanted - products * start))
    except ZeroDivisionError:  # not yet known to be invertible at this precision
        return None
    rounded = []
    for entry in free.entries():
        nearest = (entry * denominator + arb(1) / 2).floor().unique_fmpz()
        if nearest is None:
            return None
        rounded.append(Fraction(int(nearest), denominator))
    return rounded


def _normal_equations(residual: Residual, average: Callable[[int, Fraction], arb]) -> tuple[arb_mat, arb_mat]:
    from flint import arb_mat

    count = len(residual.waves)
    gram, right = arb_mat(count, count), arb_mat(count, 1)
    whole = [tuple(itertools.chain.from_iterable(members)) for members in residual.waves]
    for i, members in enumerate(residual.waves):
        for j in range(i, count):
            entry = _mean(members[0], whole[j], average) * len(members)
            gram[i, j] = entry
            gram[j, i] = entry
        right[i, 0] = _mean(members[0], residual.wanted, average) * len(members)
    return gram, right


def _mean(a: Wave, b: Wave, average: Callable[[int, Fraction], arb]) -> arb:
    """Return the mean of ``a`` times the conjugate of ``b``; it is real for real coefficients."""
    from flint import arb

    total = arb(0)
    for c, left in a:
        for e, right in b:
            product = _ball(c * e)
            for (p, x), (q, y) in zip(left, right, strict=True):
                product *= average(p + q, x - y)
                if q % 2:
                    product = -product
            total += product
    return total


def _averages(band: Band) -> Callable[[int, Fraction], arb]:
    """Return the mean of ``(i w)^p exp(i w s)`` over ``|w| <= b`` as a function that remembers its values.

    For p = -1 and -2 it is an antiderivative with respect to s: integrals are differences of these.
    """
    limit = band.ball()

    @functools.cache
    def average(power: int, shift: Fraction) -> arb:
        return limit**power * _sinc_derivative(power, limit * _ball(shift), shift)

    return average


def _sinc_derivative(order: int, z: arb, shift: Fraction) -> arb:
    """Return a derivative of ``sin z / z``, or for negative orders an antiderivative that is even or odd."""
    from flint import arb

    if order == -1:
        return z.si()
    if order == -2:
        return z * z.si() + z.cos()
    if not shift:
        return arb(0) if order % 2 else arb((-1) ** (order // 2)) / (order + 1)
    turns = [z.sin(), z.cos(), -z.sin(), -z.cos()]
    value = turns[0] / z
    for k in range(1, order + 1):
        # z times the sinc is the sine; differentiated k times
        value = (turns[k % 4] - k * value) / z
    return value


def _ball(value: Fraction) -> arb:
    from flint import arb, fmpq

    return arb(fmpq(value.numerator, value.denominator))
