"""Least-squares polynomial fits to a window: Savitzky-Golay, Prewitt and Lanczos kernels, exactly.

The fit is a projection on polynomials that are orthogonal on the window, the Gram polynomials.  On a grid
their products along the axes are orthogonal too, so that no system is solved in any dimension.
"""

from __future__ import annotations

import math
from dataclasses import replace
from fractions import Fraction

from kernelkit.catalogue.entry import Entry
from kernelkit.catalogue.family import (
    DIM,
    SIZE,
    Family,
    Parameter,
    check_odd_size,
    check_size,
    kind_along,
    orders_of,
    side_text,
    target_along,
)
from kernelkit.catalogue.masks import product, whole_taps
from kernelkit.catalogue.member_name import member_name
from kernelkit.errors import InputError, LimitError
from kernelkit.exact.kernel import Kernel
from kernelkit.exact.rational import Exact, counted, rational, whole, written

_Sums = dict[tuple[int, ...], int]
"""Numbers over one denominator, by their place in the window."""

HIGHEST_DEGREE = 32
"""Degree of a fitted polynomial; more is refused."""

MOST_PRODUCTS = 500_000
"""Taps times degrees that are added up for one kernel; more is refused."""

_LANCZOS_DEGREE = 2


def gram_parts(size: int, degree: int, order: int, at: Fraction) -> list[list[Fraction]]:
    """Return what each Gram polynomial adds to the weights of a fit, degree by degree.

    The fit of degree m to samples on the window has the derivative ``sum f(x) sum_{k<=m} part[k][x]``.

    Parameters
    ----------
    size
        Number of samples, at unit distance and centred on 0: half-integers where it is even.
    degree
        The highest degree.
    order
        The derivative that is taken.
    at
        Where it is taken, relative to the middle of the window.

    References
    ----------
    Gorry 1990, Anal. Chem. 62:570.
    """
    samples = [Fraction(2 * i + 1 - size, 2) for i in range(size)]
    # p_{k+1}(x) = x p_k(x) - b_k p_{k-1}(x), and the same differentiated at the output point
    previous, current = [Fraction(0)] * size, [Fraction(1)] * size
    before, here = [Fraction(0)] * (order + 1), [Fraction(1), *[Fraction(0)] * order]
    norm, b = Fraction(size), Fraction(0)
    parts = []
    for k in range(degree + 1):
        parts.append([here[order] * p / norm for p in current])
        following = [x * p - b * q for x, p, q in zip(samples, current, previous, strict=True)]
        after = [at * here[d] + (d * here[d - 1] if d else 0) - b * before[d] for d in range(order + 1)]
        previous, current, before, here = current, following, here, after
        b = Fraction((k + 1) ** 2 * (size**2 - (k + 1) ** 2), 4 * (4 * (k + 1) ** 2 - 1))
        norm *= b
    return parts


def fitted(size: int, degree: int, orders: tuple[int, ...], at: Fraction = Fraction(0)) -> Kernel:
    """Return the derivative of the least-squares polynomial of a total degree on a window, one order an axis.

    Parameters
    ----------
    size
        Samples on a side.
    degree
        Total degree of the polynomial, less than ``size``.
    orders
        The derivative, in array order.
    at
        Where it is taken, relative to the centre sample; the offsets of the kernel are relative to that place.
    """
    first = -((size - 1) // 2)
    middle = Fraction(2 * first + size - 1, 2)
    places = [first + i - at for i in range(size)]
    # sums over the last axis of all degrees up to k serve every product of the others; all in whole numbers,
    # because fractions would look for common divisors at every step
    sums: list[_Sums] = [{(): 1}] * (degree + 1)
    bottom = 1
    for axis, order in reversed(list(enumerate(orders))):
        parts, scale = _whole(gram_parts(size, degree, order, at - middle))
        bottom *= scale
        degrees = range(degree + 1) if axis else [degree]
        sums = [_combined(parts, sums, k) for k in degrees]
    return Kernel.from_ordered(
        len(orders),
        ((tuple(places[i] for i in index), Fraction(top, bottom)) for index, top in sums[-1].items()),
    )


def _whole(parts: list[list[Fraction]]) -> tuple[list[list[int]], int]:
    """Return numbers over their common denominator, and that."""
    bottom = math.lcm(*(number.denominator for part in parts for number in part))
    return [[int(number * bottom) for number in part] for part in parts], bottom


def _combined(parts: list[list[int]], sums: list[_Sums], degree: int) -> _Sums:
    """Add one axis in front: the parts of degree j meet all others of degree up to ``degree - j``."""
    return {
        (i, *rest): sum(parts[j][i] * sums[degree - j][rest] for j in range(degree + 1))
        for i in range(len(parts[0]))
        for rest in sums[0]
    }


def savgol(axes: str = "", *, size: int = 5, degree: int = 2, dim: int = 1, at: Exact = 0) -> Entry:
    """Return the Savitzky-Golay kernel: the derivative of the least-squares polynomial on a window.

    Parameters
    ----------
    axes
        The derivative, letter by letter; none is the value, that is smoothing.
    size
        Samples on a side.  An even window has one sample more after the output than before it, and the
        fit is still taken at a sample.
    degree
        Total degree of the polynomial, less than ``size``.
    dim
        Number of axes.
    at
        Where the polynomial is read, in samples from the centre sample; only on a line.  At -2 a window of 5
        serves its first sample: the kernel for the end of a signal.

    Raises
    ------
    InputError
        A degree too low for the derivative or too high for the window, or ``at`` outside of it.
    LimitError
        A size or degree beyond the limits.

    References
    ----------
    Savitzky & Golay 1964, Anal. Chem. 36:1627, with the later corrections; Gorry 1990, Anal. Chem. 62:570.

    Examples
    --------
    >>> savgol(size=5).published, savgol(size=5).gain
    (Kernel({-2: -3, -1: 12, 0: 17, 1: 12, 2: -3}), Fraction(35, 1))
    >>> savgol("x", size=3, at=-1).kernel
    Kernel({0: -3/2, 1: 2, 2: -1/2})
    """
    orders = orders_of(axes, dim)
    size = check_size(size, dim, what="a Savitzky-Golay kernel")
    degree = _check_degree(degree, size, sum(orders))
    if size ** len(orders) * (degree + 1) > MOST_PRODUCTS:
        raise LimitError(
            f"a fit of degree {degree} to {side_text(size, len(orders))} is above the limit of "
            f"{MOST_PRODUCTS:,} products",
            next="ask for a smaller size or a lower degree",
        )
    place = rational(at, what="the place of the output")
    if place and len(orders) > 1:
        raise InputError("the place of the output can be chosen on a line only", next="take dim=1, or at=0")
    if not -((size - 1) // 2) <= place <= size // 2:
        raise InputError(
            f"{written(place)} is outside the window of {size} samples",
            why="a fitted polynomial says nothing about what lies beyond its samples",
            next=f"take at from {-((size - 1) // 2)} to {size // 2}",
        )
    target = target_along(axes, dim)
    where = f", read at {written(place)}" if place else ""
    given = (("degree", degree, 2), ("dim", len(orders), 1), ("at", place, 0))
    return Entry(
        name=member_name(f"savgol-{size}", "".join(sorted(axes)), given),
        title=f"Savitzky-Golay {side_text(size, len(orders))}, degree {degree}, {target.name}{where}",
        published=whole_taps(fitted(size, degree, orders, place)),
        target=target,
        source="Savitzky & Golay 1964, Anal. Chem. 36:1627, with the later corrections; Gorry 1990, Anal. Chem. 62:570",
        family=kind_along(axes),
    )


def _check_degree(degree: int, size: int, order: int) -> int:
    degree = whole(degree, what="a degree")
    if degree > HIGHEST_DEGREE:
        raise LimitError(
            f"polynomials are fitted up to degree {HIGHEST_DEGREE}", next="ask for a lower degree"
        )
    if degree >= size:
        raise InputError(
            f"{counted(size, 'sample')} on a side cannot determine a polynomial of degree {degree}",
            next=f"take size={degree + 1} or more, or a lower degree",
        )
    if degree < order:
        raise InputError(
            f"a polynomial of degree {degree} has no derivative of order {order}",
            next=f"take degree={order} or more",
        )
    return degree


def prewitt(axes: str = "x", *, size: int = 3, dim: int = 2) -> Entry:
    """Return the Prewitt kernel: the slope of the least-squares plane on a window.

    Parameters
    ----------
    axes
        One letter: the axis of the derivative.
    size
        Samples on a side, odd.
    dim
        Number of axes.

    Raises
    ------
    InputError
        Not one letter, or no odd size of at least 3.
    LimitError
        A size beyond the limits of kernels by name.

    References
    ----------
    Prewitt 1970; 5x5 as in Kekre 2010 and Levkine 2012.

    Examples
    --------
    >>> prewitt("y", size=3).published.dense() == [[-1, -1, -1], [0, 0, 0], [1, 1, 1]]
    True
    """
    orders = orders_of(axes, dim)
    if sum(orders) != 1:
        raise InputError(
            f"a Prewitt kernel is a first derivative along one axis, not {axes!r}",
            why="a plane has no other derivative",
            next="savgol-xx:dim=2 is the second derivative of a fit",
        )
    size = check_odd_size(size, dim, what="a Prewitt kernel")
    degree = _check_degree(1, size, 1)
    target = target_along(axes, dim)
    return Entry(
        name=member_name(f"prewitt-{size}", "".join(sorted(axes)), (("dim", len(orders), 2),)),
        title=f"Prewitt {side_text(size, len(orders))}, {target.name}",
        published=product(whole_taps(fitted(size, degree, (order,))) for order in orders),
        target=target,
        source="Prewitt 1970; other sizes Kekre 2010, Levkine 2012",
        family="gradient",
        remarks=(
            f"the least-squares plane on {side_text(size, len(orders))}, and Savitzky-Golay of degree 1 and 2",
        ),
    )


def lanczos(axes: str = "x", *, size: int = 5, degree: int = _LANCZOS_DEGREE) -> Entry:
    """Return Lanczos's low-noise differentiator: Savitzky-Golay on an odd window, by its other name.

    Parameters
    ----------
    axes
        ``x`` for the first derivative, ``xx`` for the second, ...
    size
        Number of samples, odd.
    degree
        Degree of the polynomial; 3 and 4 are called super-Lanczos.

    Raises
    ------
    InputError, LimitError
        As for `savgol`, and for an even size.

    References
    ----------
    Lanczos 1956, Applied Analysis.

    Examples
    --------
    >>> lanczos().published
    Kernel({-2: -2, -1: -1, 1: 1, 2: 2})
    """
    if not axes:
        raise InputError(
            "a Lanczos differentiator is a derivative", next="lanczos-x is d/dx; savgol-5 smooths"
        )
    size = check_odd_size(size, 1, what="a Lanczos differentiator")
    entry = savgol(axes, size=size, degree=degree)
    return replace(
        entry,
        name=member_name(f"lanczos-{size}", "".join(sorted(axes)), (("degree", degree, _LANCZOS_DEGREE),)),
        title=f"Lanczos low-noise differentiator, {size} points, degree {degree}, {entry.target.name}",
        source="Lanczos 1956, Applied Analysis",
        remarks=(f"the same kernel as {entry.name}",),
    )


_DEGREE = Parameter("degree", "whole", "total degree of the fitted polynomial")

FAMILIES: tuple[Family, ...] = (
    Family(
        "savgol",
        "derivatives of least-squares polynomials (Savitzky-Golay)",
        savgol,
        parameters=(
            SIZE,
            _DEGREE,
            DIM,
            Parameter("at", "number", "where the polynomial is read, in samples from the centre sample"),
        ),
        letters=True,
        members=(
            *(f"savgol-{size}" for size in (5, 7, 9, 11)),
            *(f"savgol-{size}:degree=4" for size in (7, 11)),
            *(f"savgol-{size}-x" for size in (5, 7, 9, 11)),
            *(f"savgol-{size}-x:degree=4" for size in (7, 11)),
            *(f"savgol-{size}-xx" for size in (5, 7, 9, 11)),
            *(f"savgol-{size}-xx:degree=4" for size in (7, 9, 11)),
            *(f"savgol-{size}-xxx:degree=3" for size in (5, 7, 9)),
            *(f"savgol-{size}{axes}:dim=2" for size in (3, 5) for axes in ("", "-xx", "-xy", "-yy")),
        ),
        aliases=("savitzky-golay",),
    ),
    Family(
        "prewitt",
        "slopes of least-squares planes",
        prewitt,
        parameters=(SIZE, DIM),
        letters=True,
        members=tuple(f"prewitt-{size}-{axis}" for size in (3, 5) for axis in "xy"),
    ),
    Family(
        "lanczos",
        "low-noise differentiators: Savitzky-Golay by another name",
        lanczos,
        parameters=(SIZE, _DEGREE),
        letters=True,
    ),
)
