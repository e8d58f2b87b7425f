"""Gaussian smoothing and Gaussian derivatives of any axes, as discrete analogue, samples or integrals."""

from __future__ import annotations

import math
from fractions import Fraction

from kernelkit.catalogue.entry import Entry
from kernelkit.catalogue.family import DIM, MOST_TAPS, Family, Parameter, kind_along, orders_of, target_along
from kernelkit.catalogue.gaussian_taps import (
    FORMS,
    HIGHEST_ORDER,
    Line,
    gaussian_line,
    mass_beyond,
    reach_beyond_tail,
)
from kernelkit.catalogue.irrational import UNIT, ball
from kernelkit.catalogue.member_name import member_name
from kernelkit.catalogue.tail import DEFAULT_TAIL, LARGEST_RADIUS, LIGHTEST_TAIL, checked_tail
from kernelkit.errors import InputError, LimitError
from kernelkit.exact.rational import Exact, rational, whole, written

LARGEST_SIGMA = 64
"""Standard deviation in samples, on a line; in more dimensions the number of taps ends earlier."""

LEAST_SIGMA = Fraction(1, 10**9)
"""A narrower Gaussian smooths nothing that 24 places could show."""

HIGHEST_TOTAL = 6
"""Order of the derivative, all axes together."""

_SOURCES = {
    "discrete": "Lindeberg, Scale-space for discrete signals, IEEE PAMI 12 (1990), pp. 234-254",
    "sampled": "samples of the continuous Gaussian, as image libraries take them",
    "integrated": "integrals of the continuous Gaussian over the samples; Lindeberg, J. Math. Imaging Vis. 66 (2024)",
}


def gaussian(
    axes: str = "",
    *,
    sigma: Exact | None = None,
    variance: Exact | None = None,
    form: str = "discrete",
    radius: int | None = None,
    tail: Exact = DEFAULT_TAIL,
    dim: int = 1,
) -> Entry:
    """Return Gaussian smoothing, or a Gaussian derivative of positive sign on rising signals.

    In more dimensions kernels multiply.  The form decides what stands in for the continuous Gaussian:

    ``discrete``
        The discrete analogue exp(-t) I_n(t) and its central differences.  Cut off, it is changed least such
        that smoothing has sum 1 and variance t exactly: then derivatives have exact moments through their
        order, at any sigma.  `Entry.published` are these taps.
    ``sampled``
        Samples of the continuous derivative over the sum of the smoothing taps, which is what image libraries
        multiply with.  Below a sigma of one sample they are far from derivatives; `Entry.kernel` is the
        nearest kernel that is one.
    ``integrated``
        Integrals over the width of each sample, likewise.

    For the last two, `Entry.kernel` solves for all taps together where the order along an axis is 2 or more,
    which takes at most 2048 of them.

    Parameters
    ----------
    axes
        Letters of the derivative: ``""`` smooths, ``"x"`` is d/dx, ``"xxy"`` d^3/dx^2dy; at most
        4 of a kind and 6 in all.
    sigma
        Standard deviation in samples, from 1e-9 to 64; 1 when left out.
    variance
        Its square instead, for variances without a rational root.
    form
        ``discrete``, ``sampled`` or ``integrated``.
    radius
        Largest offset on every axis.  Left out, it is chosen by ``tail``: the radius of the smoother, and one
        more for each one or two orders of the derivative on that axis.
    tail
        Instead of a radius: part of the Gaussian's mass that may lie beyond that of the smoother, 1e-20 to
        1/100.
    dim
        Number of axes, 1 to 3.

    Raises
    ------
    UnsolvableError
        The radius leaves fewer taps than any such derivative needs.
    InputError
        The radius has no room for the Gaussian; a sigma, tail or form that means nothing.
    LimitError
        A sigma, order or number of taps beyond the limits.

    References
    ----------
    Lindeberg, Scale-space for discrete signals, IEEE PAMI 12 (1990), pp. 234-254.

    Examples
    --------
    >>> third = gaussian("xxx", variance="1/4").kernel
    >>> [third.moment((k,)) for k in range(4)]
    [Fraction(0, 1), Fraction(0, 1), Fraction(0, 1), Fraction(6, 1)]
    """
    t = variance_of(sigma, variance)
    orders = _checked_orders(axes, dim)
    share = checked_tail(tail)
    if form not in FORMS:
        raise InputError(f"{form!r} is no form of a Gaussian", next=f"forms are {', '.join(FORMS)}")
    radii = _radii(form, t, orders, radius, share)
    lines = [gaussian_line(form, t, order, r) for order, r in zip(orders, radii, strict=True)]
    product, precision = outer_product(lines)
    target = target_along(axes, dim)
    return Entry(
        name=member_name(
            "gaussian",
            "".join(sorted(axes)),
            (
                ("sigma", rational(sigma) if sigma is not None else 1, 1),
                ("variance", rational(variance) if variance is not None else 1, 1),
                ("form", form, "discrete"),
                ("radius", radius if radius is not None else "chosen", "chosen"),
                ("tail", share, DEFAULT_TAIL),
                ("dim", dim, 1),
            ),
        ),
        title=f"Gaussian {target.name}, variance {written(t)}, {form}",
        published=product,
        target=target,
        source=_SOURCES[form],
        family=kind_along(axes),
        remarks=(_cut(form, t, orders, radii),),
        precision=precision,
    )


def variance_of(sigma: Exact | None, variance: Exact | None = None) -> Fraction:
    """Return the variance that a standard deviation or a variance names; 1 where neither does.

    Raises
    ------
    InputError
        Both are given, or the one given is not positive, or sigma is below `LEAST_SIGMA`.
    LimitError
        It is above `LARGEST_SIGMA`.
    """
    if sigma is not None and variance is not None:
        raise InputError("a Gaussian has a sigma or a variance, not both", next="leave out one of them")
    if variance is not None:
        t = rational(variance, what="a variance")
    else:
        deviation = rational(1 if sigma is None else sigma, what="sigma")
        t = deviation * abs(deviation)
    if t <= 0:
        raise InputError(
            "sigma and variance of a Gaussian must be positive",
            next="no smoothing at all is a plain difference: central-x",
        )
    if t < LEAST_SIGMA**2:
        raise InputError(
            "sigma must not be below a billionth of a sample",
            why="so narrow a Gaussian smooths nothing",
            next="no smoothing at all is a plain difference: central-x",
        )
    if t > LARGEST_SIGMA**2:
        raise LimitError(
            f"sigma must not be above {LARGEST_SIGMA} samples",
            next="smooth and subsample first, or smooth several times: variances add up",
        )
    return t


def outer_product(lines: list[Line]) -> Line:
    """Multiply taps of one axis each, and bound how far the products may be off."""
    product, precision = lines[0]
    largest = max(abs(tap) for _, tap in product.taps)
    for factor in lines[1:]:
        peak = max(abs(tap) for _, tap in factor.kernel.taps)
        precision = precision * (peak + factor.precision) + largest * factor.precision
        largest *= peak
        product = product.outer(factor.kernel)
    return Line(product, -(-precision // UNIT) * UNIT)


def _checked_orders(axes: str, dim: int) -> tuple[int, ...]:
    orders = orders_of(axes, dim)
    if max(orders) > HIGHEST_ORDER or sum(orders) > HIGHEST_TOTAL:
        raise LimitError(
            f"a Gaussian derivative has order {HIGHEST_ORDER} at most along an axis and {HIGHEST_TOTAL} in all",
            next="kernels compose: two derivatives applied in turn add their orders, and their variances",
        )
    return orders


def _radii(
    form: str, variance: Fraction, orders: tuple[int, ...], radius: int | None, tail: Fraction
) -> list[int]:
    """Return the largest offset on each axis: the one given, or what the tail and the orders ask for."""
    if radius is None:
        reach = reach_beyond_tail(form, variance, tail)
        radii = [reach + (order + 1) // 2 for order in orders]
    else:
        if tail != DEFAULT_TAIL:
            raise InputError("a radius and a tail each fix where the taps end", next="leave out one of them")
        radii = [_checked_radius(radius)] * len(orders)
    if math.prod(2 * r + 1 for r in radii) > MOST_TAPS:
        raise LimitError(
            f"a Gaussian on {'x'.join(str(2 * r + 1) for r in radii)} offsets has more than {MOST_TAPS:,} taps",
            next="the kernel of one axis (dim=1), applied along one axis after the other, does the same",
        )
    return radii


def _checked_radius(radius: int) -> int:
    reach = whole(radius, what="a radius")
    if reach < 0:
        raise InputError("a radius must not be negative", next="leave it out, and the tail decides")
    if reach > LARGEST_RADIUS:
        raise LimitError(
            f"a radius must not be above {LARGEST_RADIUS}", next="leave it out, and the tail decides"
        )
    return reach


def _cut(form: str, variance: Fraction, orders: tuple[int, ...], radii: list[int]) -> str:
    """Say where the taps end and what lies beyond."""
    within = min(r - (order + 1) // 2 for r, order in zip(radii, orders, strict=True))
    mass = mass_beyond(form, variance, within)
    left = mass.str(2, radius=False) if mass > ball(LIGHTEST_TAIL) else "less than 1e-20"
    each = "x".join(map(str, radii))
    return f"cut off at radius {each}; {left} of the Gaussian's mass lies beyond radius {within}"


FAMILIES = (
    Family(
        name="gaussian",
        summary="Gaussian smoothing and derivatives: discrete analogue, samples or integrals",
        build=gaussian,
        parameters=(
            Parameter("sigma", "number", "standard deviation in samples, at most 64; about 20 in the plane"),
            Parameter("variance", "number", "its square, instead of sigma"),
            Parameter("form", "word", "what stands in for the continuous Gaussian", FORMS),
            Parameter("radius", "whole", "largest offset; left out, the tail decides"),
            Parameter("tail", "number", "mass that may lie beyond the radius of the smoother"),
            DIM,
        ),
        letters=True,
        members=("gaussian", "gaussian-x", "gaussian-xx", "gaussian-xxx"),
    ),
)
"""The family of this file."""
