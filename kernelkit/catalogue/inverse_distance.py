"""Extended Sobel kernels: every sample weighted by its component along x over its squared distance."""

from __future__ import annotations

from fractions import Fraction

from kernelkit.catalogue.entry import Entry
from kernelkit.catalogue.family import SIZE, Family, check_odd_size, orders_of, target_along
from kernelkit.catalogue.masks import transposed, whole_taps
from kernelkit.catalogue.member_name import member_name
from kernelkit.errors import InputError, LimitError
from kernelkit.exact.kernel import Kernel

LARGEST = 31
"""Samples on a side: the whole taps of a larger kernel have hundreds of digits."""

_PRINTED_MULTIPLE = {7: 6}
"""By size: how many times the smallest whole taps are those in print, where they are not the smallest."""


def extended_sobel(axes: str = "x", *, size: int = 5) -> Entry:
    """Return the extended Sobel kernel ``i / (i^2 + j^2)`` in whole taps.

    They are the smallest ones, but for 7x7, which is in print as 4680 and not 780 times the formula.

    Parameters
    ----------
    axes
        ``x`` or ``y``: the axis of the derivative.
    size
        Samples on a side, odd, 3 to `LARGEST`.

    Raises
    ------
    InputError
        Other axes, or no odd size of at least 3.
    LimitError
        A size above `LARGEST`.

    References
    ----------
    Levkine 2012; Kekre 2010.

    Examples
    --------
    >>> extended_sobel(size=3).published.dense() == [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]
    True
    """
    orders = orders_of(axes, 2)
    if sum(orders) != 1:
        raise InputError(
            f"an extended Sobel kernel is a first derivative along one axis, not {axes!r}",
            next="extended-sobel-5-x and extended-sobel-5-y are kernels",
        )
    size = check_odd_size(size, 2, what="an extended Sobel kernel")
    if size < 3:
        raise InputError("one sample has no derivative", next="take size=3 or more")
    if size > LARGEST:
        raise LimitError(
            f"an extended Sobel kernel has at most {LARGEST} samples on a side",
            why="the common multiple of all squared distances grows beyond use",
            next="ask for a smaller size",
        )
    reach = range(-(size // 2), size // 2 + 1)
    formula = Kernel({(j, i): Fraction(i, i * i + j * j) for j in reach for i in reach if i})
    along_x = whole_taps(formula) * _PRINTED_MULTIPLE.get(size, 1)
    target = target_along(axes, 2)
    return Entry(
        name=member_name(f"extended-sobel-{size}", axes, ()),
        title=f"Extended Sobel {size}x{size}, {target.name}",
        published=along_x if axes == "x" else transposed(along_x, 0),
        target=target,
        source="Levkine 2012; Kekre 2010",
        family="gradient",
    )


FAMILIES: tuple[Family, ...] = (
    Family(
        "extended-sobel",
        "gradients weighted by inverse distance",
        extended_sobel,
        parameters=(SIZE,),
        letters=True,
        members=tuple(f"extended-sobel-{size}-{axis}" for size in (5, 7) for axis in "xy"),
    ),
)
