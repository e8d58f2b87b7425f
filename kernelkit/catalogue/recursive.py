"""Deriche's smoother and derivative: two recursions of second order, and their taps cut off."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from kernelkit.catalogue.entry import Entry
from kernelkit.catalogue.family import Family, Parameter
from kernelkit.catalogue.irrational import HALF_UNIT, PLACES, ball, rounded, working_precision
from kernelkit.catalogue.member_name import member_name
from kernelkit.catalogue.tail import DEFAULT_TAIL, LARGEST_RADIUS, checked_tail
from kernelkit.errors import InputError, LimitError
from kernelkit.exact.functional import derivative, value
from kernelkit.exact.kernel import Kernel
from kernelkit.exact.rational import Exact, rational, whole, written

if TYPE_CHECKING:
    from flint import arb

    from kernelkit.exact.functional import Functional

KINDS = ("derivative", "smooth")

LEAST_ALPHA, LARGEST_ALPHA = Fraction(1, 1000), 16

COEFFICIENT_PLACES = 2 * PLACES
"""Decimal places of the coefficients: a recursion adds up its rounding over 1/alpha^2 samples."""

_SOURCE = {
    "derivative": "Deriche, Using Canny's criteria to derive a recursively implemented optimal edge detector, "
    "Int. J. Comput. Vis. 1 (1987), pp. 167-187",
    "smooth": "Deriche, Fast algorithms for low-level vision, IEEE PAMI 12 (1990), pp. 78-87",
}

Pair = tuple[Fraction, Fraction]


@dataclass(frozen=True, slots=True)
class Recursive:
    """A kernel without end, computed by one pass forwards and one backwards.

    With the signal f, coefficients ``(b0, b1)``, ``(a1, a2)`` and ``(d1, d2)`` in this order::

        p[i] = b0 f[i] + b1 f[i-1] + d1 p[i-1] + d2 p[i-2]        i rising
        q[i] = a1 f[i+1] + a2 f[i+2] + d1 q[i+1] + d2 q[i+2]      i falling
        answer = p + q

    Attributes
    ----------
    causal
        Weights of f[i] and f[i-1] in the pass forwards.
    anticausal
        Weights of f[i+1] and f[i+2] in the pass backwards.
    feedback
        Weights of the two results before, in both.
    target
        What the two passes compute, at unit gain.
    """

    causal: Pair
    anticausal: Pair
    feedback: Pair
    target: Functional

    def response(self, radius: int) -> Kernel:
        """Return the kernel the passes apply, through a radius, each tap rounded to 24 places.

        In the correlation convention the pass forwards reads offsets 0 and below, the pass backwards those
        above 0.

        Raises
        ------
        InputError
            A negative radius.
        LimitError
            A radius above 600.

        Examples
        --------
        >>> first = deriche("1/2").response(2)
        >>> first.symmetry, first.taps[-1][1] > 0
        ('odd', True)
        """
        reach = whole(radius, what="a radius")
        if reach < 0:
            raise InputError("a radius must not be negative", next="response(20)")
        if reach > LARGEST_RADIUS:
            raise LimitError(
                f"a radius must not be above {LARGEST_RADIUS}", next=f"response({LARGEST_RADIUS})"
            )
        behind = self._impulse(self.causal, reach + 1)
        ahead = self._impulse(self.anticausal, reach)
        taps = {-n: tap for n, tap in enumerate(behind)} | {n + 1: tap for n, tap in enumerate(ahead)}
        return Kernel({offset: _decimal(tap, PLACES) for offset, tap in taps.items()})

    def _impulse(self, inputs: Pair, count: int) -> list[Fraction]:
        """Answer an impulse: its first answers in the order of the pass."""
        answers: list[Fraction] = []
        before, last = Fraction(0), Fraction(0)
        for n in range(count):
            now = self.feedback[0] * last + self.feedback[1] * before + (inputs[n] if n < 2 else 0)
            before, last = last, _decimal(now, COEFFICIENT_PLACES)
            answers.append(last)
        return answers


def deriche(alpha: Exact, *, kind: str = "derivative") -> Recursive:
    """Return Deriche's filter as a recursion.

    With q = exp(-alpha) the derivative has taps ``c n q^|n|`` and the smoother ``k (alpha |n| + 1) q^|n|``;
    c and k make a unit ramp answer 1 and a constant itself.  Coefficients are rounded to 48 places.

    Parameters
    ----------
    alpha
        Inverse width, per sample: the variance of the smoother is close to 4/alpha^2; 1/1000 to 16.
    kind
        ``derivative`` or ``smooth``.

    Raises
    ------
    InputError
        Another kind.
    LimitError
        An alpha outside the bounds.

    References
    ----------
    Deriche, Using Canny's criteria to derive a recursively implemented optimal edge detector, Int. J. Comput.
    Vis. 1 (1987), pp. 167-187; Fast algorithms for low-level vision, IEEE PAMI 12 (1990), pp. 78-87.

    Examples
    --------
    >>> [float(weight) for weight in deriche(1).feedback]
    [0.7357588823428847, -0.1353352832366127]
    """
    a = _checked_alpha(alpha)
    if kind not in KINDS:
        raise InputError(f"{kind!r} is no kind of Deriche filter", next=f"kinds are {' and '.join(KINDS)}")
    with working_precision():
        q = ball(-a).exp()
        if kind == "derivative":
            tap = _ramp_scale(q) * q
            causal, anticausal = (ball(0), -tap), (tap, ball(0))
        else:
            k = _smoother_scale(q, a)
            causal = (k, k * q * ball(a - 1))
            anticausal = (k * q * ball(a + 1), -k * q * q)
        feedback = (2 * q, -q * q)
        forwards, backwards, both = (
            (rounded(first, COEFFICIENT_PLACES), rounded(second, COEFFICIENT_PLACES))
            for first, second in (causal, anticausal, feedback)
        )
    return Recursive(forwards, backwards, both, derivative(1) if kind == "derivative" else value())


def deriche_derivative(*, alpha: Exact = 1, tail: Exact = DEFAULT_TAIL) -> Entry:
    """Return the taps of Deriche's derivative, cut off.

    As published, with c = (1 - q)^2/q, a unit step answers 1; what a unit ramp answers is the gain.

    Parameters
    ----------
    alpha
        Inverse width, per sample.
    tail
        Part of the ramp's answer that may lie beyond the radius, 1e-20 to 1/100.

    Raises
    ------
    LimitError
        An alpha outside the bounds, or so small that the taps run beyond a radius of 600.

    References
    ----------
    Deriche, Int. J. Comput. Vis. 1 (1987), pp. 167-187.

    Examples
    --------
    >>> kernel = deriche_derivative(alpha=1).kernel
    >>> kernel.moment((0,)), kernel.moment((1,))
    (Fraction(0, 1), Fraction(1, 1))
    """
    a, share = _checked_alpha(alpha), checked_tail(tail)
    with working_precision():
        q = ball(-a).exp()
        radius = _radius("derivative", a, share)
        classical = (1 - q) ** 2 / q
        taps = {n: rounded(classical * n * q ** abs(n)) for n in range(-radius, radius + 1)}
    return _entry("deriche", a, share, taps, "as published a unit step answers 1, not a unit ramp")


def deriche_smooth(*, alpha: Exact = 1, tail: Exact = DEFAULT_TAIL) -> Entry:
    """Return the taps of Deriche's smoother, cut off.

    Parameters
    ----------
    alpha
        Inverse width, per sample: the variance is close to 4/alpha^2.
    tail
        Part of the sum of the taps that may lie beyond the radius, 1e-20 to 1/100.

    Raises
    ------
    LimitError
        An alpha outside the bounds, or so small that the taps run beyond a radius of 600.

    References
    ----------
    Deriche, IEEE PAMI 12 (1990), pp. 78-87.

    Examples
    --------
    >>> deriche_smooth(alpha=2).kernel.moment((0,))
    Fraction(1, 1)
    """
    a, share = _checked_alpha(alpha), checked_tail(tail)
    with working_precision():
        q = ball(-a).exp()
        k = _smoother_scale(q, a)
        radius = _radius("smooth", a, share)
        taps = {n: rounded(k * ball(a * abs(n) + 1) * q ** abs(n)) for n in range(-radius, radius + 1)}
    return _entry("deriche-smooth", a, share, taps, "as published the taps without end have sum 1")


def _ramp_scale(q: arb) -> arb:
    """Return the c with which the sum of c n^2 q^|n| over all n is 1."""
    return (1 - q) ** 3 / (2 * q * (1 + q))


def _smoother_scale(q: arb, alpha: Fraction) -> arb:
    """Return the k with which the sum of k (alpha |n| + 1) q^|n| over all n is 1."""
    return (1 - q) ** 2 / (1 + 2 * ball(alpha) * q - q * q)


def _radius(kind: str, alpha: Fraction, tail: Fraction) -> int:
    """Return the least radius, 1 or more, beyond which no more than a tail is left."""
    reach = _reach(kind, alpha, tail)
    if reach is not None:
        return reach
    # the reach grows with 1/alpha: between a width that is served and one that is not
    served, refused = 1, math.ceil(1 / alpha)
    while refused - served > 1:
        width = (served + refused) // 2
        if _reach(kind, Fraction(1, width), tail) is None:
            refused = width
        else:
            served = width
    raise LimitError(
        f"a Deriche filter of alpha {written(alpha)} with a tail of {written(tail)} needs a radius above "
        f"{LARGEST_RADIUS}",
        why="its taps fall off slowly; the recursion itself, kernelkit.catalogue.recursive.deriche, has no end",
        next=f"alpha=1/{served} serves with that tail",
    )


def _reach(kind: str, alpha: Fraction, tail: Fraction) -> int | None:
    """Return the least radius that leaves a tail, or None where it is above `LARGEST_RADIUS`."""
    with working_precision():
        q = ball(-alpha).exp()
        ramp, smooth = _ramp_scale(q), _smoother_scale(q, alpha)
        left = ball(1) if kind == "derivative" else 1 - smooth
        power = ball(1)
        for radius in range(1, LARGEST_RADIUS + 1):
            power *= q
            share = ramp * radius * radius if kind == "derivative" else smooth * ball(alpha * radius + 1)
            left -= 2 * share * power
            if left <= ball(tail):
                return radius
    return None


def _entry(family: str, alpha: Fraction, tail: Fraction, taps: dict[int, Fraction], remark: str) -> Entry:
    kind = "smooth" if family == "deriche-smooth" else "derivative"
    return Entry(
        name=member_name(family, "", (("alpha", alpha, 1), ("tail", tail, DEFAULT_TAIL))),
        title=f"Deriche {'smoother' if kind == 'smooth' else kind}, alpha {written(alpha)}",
        published=Kernel(taps),
        target=value() if kind == "smooth" else derivative(1),
        source=_SOURCE[kind],
        family="recursive",
        remarks=(remark, f"cut off at radius {max(taps)}; as a recursion it has no end"),
        precision=HALF_UNIT,
    )


def _checked_alpha(alpha: Exact) -> Fraction:
    a = rational(alpha, what="alpha")
    if not LEAST_ALPHA <= a <= LARGEST_ALPHA:
        raise LimitError(
            f"alpha lies between {LEAST_ALPHA} and {LARGEST_ALPHA} per sample, not at {written(a)}",
            next="alpha=1 is a smoother of about two samples' deviation",
        )
    return a


def _decimal(number: Fraction, places: int) -> Fraction:
    """Round to the nearest decimal of so many places; opposite numbers to opposite decimals."""
    steps = (2 * abs(number) * 10**places + 1) // 2
    return Fraction(-steps if number < 0 else steps, 10**places)


_PARAMETERS = (
    Parameter("alpha", "number", "inverse width per sample, about 1/17 to 16; the tail sets the least"),
    Parameter("tail", "number", "part of the answer that may lie beyond the radius"),
)

FAMILIES = (
    Family(
        name="deriche",
        summary="Deriche's derivative, cut off; as published a unit step answers 1",
        build=deriche_derivative,
        parameters=_PARAMETERS,
        members=("deriche",),
    ),
    Family(
        name="deriche-smooth",
        summary="Deriche's smoother, cut off",
        build=deriche_smooth,
        parameters=_PARAMETERS,
        members=("deriche-smooth",),
    ),
)
"""The families of this file."""
