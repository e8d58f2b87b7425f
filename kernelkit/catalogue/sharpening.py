"""Sharpening masks of the plane: the image less a Laplacian of it, or plus what a smoother takes away."""

from __future__ import annotations

from fractions import Fraction

from kernelkit.catalogue.entry import Entry
from kernelkit.catalogue.family import Family, Parameter, check_odd_size
from kernelkit.catalogue.gaussian import gaussian
from kernelkit.catalogue.irrational import HALF_UNIT
from kernelkit.catalogue.masks import product
from kernelkit.catalogue.member_name import member_name
from kernelkit.catalogue.smoothed_difference import smoothed_factor
from kernelkit.errors import InputError
from kernelkit.exact.functional import value
from kernelkit.exact.kernel import Kernel
from kernelkit.exact.rational import Exact, rational, whole, written

_IDENTITY = Kernel({(0, 0): 1})

_AROUND = {
    # by number of neighbours: the sum of the differences to them, a multiple of a Laplacian
    4: Kernel.from_array([[0, 1, 0], [1, -4, 1], [0, 1, 0]]),
    8: Kernel.from_array([[1, 1, 1], [1, -8, 1], [1, 1, 1]]),
}

_LAPLACIANS = {4: 1, 8: 3}
"""By number of neighbours: how many Laplacians that sum is."""


def sharpen(*, alpha: Exact = 1, neighbours: int = 4) -> Entry:
    """Return the image less alpha times the sum of the differences to 4 or 8 neighbours.

    Parameters
    ----------
    alpha
        Strength, above 0; 1 gives the customary masks with 5 or 9 in the middle.
    neighbours
        4 or 8.  The sum is the Laplacian for 4 of them, three times the Laplacian for 8.

    Raises
    ------
    InputError
        A strength that is not positive, or another number of neighbours.

    Examples
    --------
    >>> sharpen().published.dense() == [[0, -1, 0], [-1, 5, -1], [0, -1, 0]]
    True
    """
    strength = _positive(alpha, "the strength of sharpening", "alpha=1 is the customary one")
    count = whole(neighbours, what="a number of neighbours")
    if count not in _AROUND:
        raise InputError(f"a mask sharpens by 4 or 8 neighbours, not by {count}", next="neighbours=8")
    times = strength * _LAPLACIANS[count]
    return Entry(
        name=member_name("sharpen", "", (("alpha", strength, 1), ("neighbours", count, 4))),
        title=f"Sharpening by {count} neighbours, strength {written(strength)}",
        published=_IDENTITY - strength * _AROUND[count],
        target=value(ndim=2),
        source="textbook",
        family="sharpening",
        remarks=(f"the image less {'' if times == 1 else written(times) + ' times '}its Laplacian",),
    )


def unsharp(*, amount: Exact = 1, size: int = 5, sigma: Exact | None = None) -> Entry:
    """Return an unsharp mask: the image plus ``amount`` times what a smoother takes away from it.

    Parameters
    ----------
    amount
        How much of the difference is added, above 0.
    size
        Odd number of samples on a side, 3 or more.
    sigma
        Standard deviation of a discrete Gaussian, in samples; left out, the smoother is the binomial of that size.

    Raises
    ------
    InputError
        An amount that is not positive, an even size, or one without room for the Gaussian.
    LimitError
        A size beyond the limits of kernels by name.

    Examples
    --------
    >>> (256 * unsharp().published).dense()[2] == [-6, -24, 476, -24, -6]
    True
    """
    share = _positive(amount, "the amount of an unsharp mask", "amount=1 is the customary one")
    side = check_odd_size(size, 2, what="an unsharp mask")
    if side == 1:
        raise InputError("one sample smooths nothing", next="take size=3 or more")
    if sigma is None:
        smooth, precision = product([smoothed_factor(0, side)] * 2) / Fraction(4) ** (side - 1), None
        by = "binomial"
    else:
        found = gaussian(sigma=sigma, radius=side // 2, dim=2)
        smooth, precision = found.kernel, share * (found.precision or HALF_UNIT)
        by = f"Gaussian, sigma {written(rational(sigma))}"
    return Entry(
        name=member_name(
            f"unsharp-{side}", "", (("amount", share, 1), ("sigma", _given(sigma), _given(None)))
        ),
        title=f"Unsharp mask {side}x{side}, amount {written(share)}, {by}",
        published=_IDENTITY * (1 + share) - smooth * share,
        target=value(ndim=2),
        source="textbook",
        family="sharpening",
        remarks=("the image plus what the smoother takes away",),
        precision=precision,
    )


def _given(sigma: Exact | None) -> Fraction | str:
    return "none" if sigma is None else rational(sigma)


def _positive(number: Exact, what: str, advice: str) -> Fraction:
    read = rational(number, what=what)
    if read <= 0:
        raise InputError(f"{what} must be above 0, not {written(read)}", next=advice)
    return read


FAMILIES: tuple[Family, ...] = (
    Family(
        "sharpen",
        "the image less a multiple of its Laplacian",
        sharpen,
        parameters=(
            Parameter("alpha", "number", "strength, above 0"),
            Parameter("neighbours", "whole", "4 or 8"),
        ),
        members=("sharpen", "sharpen:neighbours=8"),
    ),
    Family(
        "unsharp",
        "the image plus what a smoother takes away from it",
        unsharp,
        parameters=(
            Parameter("amount", "number", "how much of the difference is added, above 0"),
            Parameter("size", "whole", "odd number of samples on a side"),
            Parameter("sigma", "number", "deviation of a Gaussian in samples; left out, a binomial smooths"),
        ),
        members=("unsharp-3", "unsharp-5"),
        aliases=("unsharp-mask",),
    ),
)
"""The families of this file."""
