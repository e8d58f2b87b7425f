"""Binomial smoothing and differences of it: Sobel kernels of every size, order and dimension."""

from __future__ import annotations

from kernelkit.catalogue.entry import Entry
from kernelkit.catalogue.family import (
    DIM,
    SIZE,
    Family,
    check_odd_size,
    kind_along,
    orders_of,
    side_text,
    target_along,
)
from kernelkit.catalogue.masks import product
from kernelkit.catalogue.member_name import member_name
from kernelkit.errors import InputError
from kernelkit.exact.functional import value
from kernelkit.exact.kernel import Kernel

LARGEST_OPENCV = 31
"""The largest size that OpenCV takes."""


def smoothed_factor(order: int, size: int) -> Kernel:
    """Return the coefficients of ``(1 + z)^(size - 1 - order) (z - 1)^order``, centred.

    That is the difference of an order, smoothed by a binomial.  It has the gain ``2^(size - 1 - order)``.
    Size 1 stands for no smoothing: the shortest centred difference.

    Raises
    ------
    InputError
        The size is too small for the order.

    Examples
    --------
    >>> smoothed_factor(1, 5), smoothed_factor(2, 1)
    (Kernel({-2: -1, -1: -2, 1: 2, 2: 1}), Kernel({-1: 1, 0: -2, 1: 1}))
    """
    length = 3 if size == 1 and order in {1, 2} else size
    if order >= length:
        raise InputError(
            f"a derivative of order {order} does not fit into size {size}",
            why="a difference of order d needs d + 1 samples",
            next=f"take size={order + 1 + order % 2} or more",
        )
    taps = [1]
    for step in [-1] * order + [1] * (length - 1 - order):
        taps = [a + step * b for a, b in zip([0, *taps], [*taps, 0], strict=True)]
    radius = length // 2
    return Kernel({k - radius: tap for k, tap in enumerate(taps)})


def binomial(*, size: int = 3, dim: int = 1) -> Entry:
    """Return the binomial smoother: rows of Pascal's triangle along every axis.

    Parameters
    ----------
    size
        Samples on a side, odd.
    dim
        Number of axes.

    Raises
    ------
    InputError, LimitError
        An even size, or one beyond the limits of kernels by name.

    Examples
    --------
    >>> binomial(size=5).published
    Kernel({-2: 1, -1: 4, 0: 6, 1: 4, 2: 1})
    """
    dim = len(orders_of("", dim))
    size = check_odd_size(size, dim, what="a binomial smoother")
    return Entry(
        name=member_name(f"binomial-{size}", "", (("dim", dim, 1),)),
        title=f"Binomial smoother, {side_text(size, dim)}",
        published=product([smoothed_factor(0, size)] * dim),
        target=value(ndim=dim),
        source="Pascal's triangle; cv2.getDerivKernels of order 0",
        family="smoothing",
    )


def sobel(axes: str = "x", *, size: int = 3, dim: int = 2) -> Entry:
    """Return the Sobel kernel: differences along the axes of the derivative, binomials along all.

    The published taps are the whole numbers of OpenCV.

    Parameters
    ----------
    axes
        The derivative, letter by letter: ``x``, ``xx``, ``xy``, ...
    size
        Samples on a side, odd; 1 is no smoothing at all.
    dim
        Number of axes.

    Raises
    ------
    InputError
        No letters, an even size, or an order that does not fit into the size.
    LimitError
        A size beyond the limits of kernels by name.

    References
    ----------
    Sobel & Feldman 1968; Danielsson & Seger 1990; OpenCV, getDerivKernels.

    Examples
    --------
    >>> sobel("x", size=1).published
    Kernel({(0, -1): -1, (0, 1): 1})
    >>> sobel("xy", size=5).gain
    Fraction(64, 1)
    """
    orders = orders_of(axes, dim)
    if not any(orders):
        raise InputError("a Sobel kernel is a derivative", next="sobel-x is d/dx; binomial-3 smooths")
    size = check_odd_size(size, dim, what="a Sobel kernel")
    target = target_along(axes, dim)
    return Entry(
        name=member_name(f"sobel-{size}", "".join(sorted(axes)), (("dim", dim, 2),)),
        title=f"Sobel {side_text(size, dim)}, {target.name}",
        published=product(smoothed_factor(order, size) for order in orders),
        target=target,
        source="Sobel & Feldman 1968; Danielsson & Seger 1990; sizes and orders of OpenCV, getDerivKernels",
        family=kind_along(axes),
        remarks=_library_calls(orders, size),
    )


def _library_calls(orders: tuple[int, ...], size: int) -> tuple[str, ...]:
    """Name the calls of other libraries that apply the published taps."""
    calls = []
    if len(orders) == 2 and size <= LARGEST_OPENCV:
        calls.append(f"cv2.Sobel(image, ddepth, dx={orders[1]}, dy={orders[0]}, ksize={size})")
    if size == 3 and sum(orders) == 1:
        calls.append(f"scipy.ndimage.sobel(image, axis={orders.index(1)})")
    return tuple(f"{call} applies the published taps" for call in calls)


def _listed() -> tuple[str, ...]:
    return tuple(f"sobel-{size}-{axes}" for size in (3, 5, 7) for axes in ("x", "y", "xx", "xy", "yy"))


FAMILIES: tuple[Family, ...] = (
    Family(
        "binomial",
        "binomial smoothing",
        binomial,
        parameters=(SIZE, DIM),
        members=tuple(f"binomial-{size}{tail}" for tail in ("", ":dim=2") for size in (3, 5, 7)),
    ),
    Family(
        "sobel",
        "differences smoothed by binomials, in OpenCV's sizes and orders",
        sobel,
        parameters=(SIZE, DIM),
        letters=True,
        members=_listed(),
        aliases=("cv-sobel",),
    ),
)
