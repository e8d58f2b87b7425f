"""Smooth differentiators: exact on low degrees, as flat as possible where the frequency is pi (Holoborodko)."""

from __future__ import annotations

from kernelkit.catalogue.entry import Entry
from kernelkit.catalogue.family import SIZE, Family, Parameter, check_odd_size, kind_along
from kernelkit.catalogue.masks import whole_taps
from kernelkit.catalogue.member_name import member_name
from kernelkit.catalogue.smoothed_difference import smoothed_factor
from kernelkit.errors import InputError
from kernelkit.exact.functional import derivative
from kernelkit.exact.kernel import Kernel
from kernelkit.exact.rational import whole

_SECOND_DIFFERENCE = Kernel({-1: 1, 0: -2, 1: 1})

_EXACT = 2


def flattest(order: int, size: int, exact: int) -> Kernel:
    """Return the centred kernel for a derivative whose symbol has the highest possible zero at pi.

    A kernel with a zero of order m at pi is ``(1 + z)^m (z - 1)^order`` times a symmetric polynomial, and
    symmetric polynomials are combinations of powers of the second difference.  Each further power begins
    two degrees higher, so that the moments determine the coefficients one after the other.

    Parameters
    ----------
    order
        1 or 2.
    size
        Number of taps, odd, at least ``exact + 3``.
    exact
        Even degree through which polynomials are treated exactly.
    """
    powers = exact // 2 - 1
    target = derivative(order)
    basis = smoothed_factor(order, size - 2 * powers)
    kernel = Kernel({}, ndim=1)
    for degree in range(order, order + exact, 2):
        missing = target.moment((degree,)) - kernel.moment((degree,))
        kernel += basis * (missing / basis.moment((degree,)))
        basis = basis @ _SECOND_DIFFERENCE
    return kernel


def holoborodko(axes: str = "x", *, size: int = 5, exact: int = _EXACT) -> Entry:
    """Return a smooth noise-robust differentiator of Holoborodko.

    Polynomials are differentiated exactly through the degree ``exact``; all remaining freedom makes the
    response to the highest frequency zero, and flat there.

    Parameters
    ----------
    axes
        ``x`` for the first derivative, ``xx`` for the second.
    size
        Number of taps, odd.
    exact
        Degree of exactness asked for, even: 2 or 4 as published; higher ones work.

    Raises
    ------
    InputError
        Other axes, an odd degree, or a size that leaves no freedom.
    LimitError
        A size beyond the limits of kernels by name.

    References
    ----------
    Holoborodko 2008, Smooth noise-robust differentiators, holoborodko.com.

    Examples
    --------
    >>> holoborodko("x", size=7).published
    Kernel({-3: -1, -2: -4, -1: -5, 1: 5, 2: 4, 3: 1})
    >>> holoborodko("xx", size=5).kernel
    Kernel({-2: 1/4, 0: -1/2, 2: 1/4})
    """
    if axes not in ("x", "xx"):
        raise InputError(
            f"Holoborodko's kernels are the derivatives x and xx on a line, not {axes!r}",
            next="holoborodko-7-x and holoborodko-7-xx are kernels",
        )
    size = check_odd_size(size, 1, what="a Holoborodko kernel")
    exact = whole(exact, what="a degree of exactness")
    if exact < 2 or exact % 2:
        raise InputError(
            f"the degree of exactness is an even number from 2 on, not {exact}",
            why="symmetry gives the odd one above it",
            next="take exact=2 or exact=4",
        )
    if size < exact + 3:
        raise InputError(
            f"{size} taps leave no freedom beyond degree {exact}",
            why="all of them are needed for the moments, so that nothing is left for the frequency pi",
            next=f"take size={exact + 3} or more",
        )
    target = derivative(len(axes))
    return Entry(
        name=member_name(f"holoborodko-{size}", "".join(sorted(axes)), (("exact", exact, _EXACT),)),
        title=f"Holoborodko, {size} taps, exact to degree {exact}, {target.name}",
        published=whole_taps(flattest(len(axes), size, exact)),
        target=target,
        source="Holoborodko 2008, Smooth noise-robust differentiators, holoborodko.com",
        family=kind_along(axes),
    )


FAMILIES: tuple[Family, ...] = (
    Family(
        "holoborodko",
        "smooth differentiators, flat at the highest frequency (Holoborodko)",
        holoborodko,
        parameters=(
            SIZE,
            Parameter("exact", "whole", "degree through which polynomials are exact: 2, 4, ..."),
        ),
        letters=True,
        members=(
            *(f"holoborodko-{size}-x" for size in (5, 7, 9, 11)),
            *(f"holoborodko-{size}-x:exact=4" for size in (7, 9, 11)),
            *(f"holoborodko-{size}-xx" for size in (5, 7)),
            "holoborodko-7-xx:exact=4",
        ),
    ),
)
