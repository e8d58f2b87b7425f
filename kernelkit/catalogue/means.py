"""Means: equal weights on a box, on a disc, and along a line."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction

from kernelkit.catalogue.entry import Entry
from kernelkit.catalogue.family import (
    DIM,
    LARGEST_SIZE,
    Family,
    Parameter,
    check_odd_size,
    check_size,
    orders_of,
    side_text,
)
from kernelkit.catalogue.member_name import member_name
from kernelkit.errors import InputError, LimitError
from kernelkit.exact.functional import value
from kernelkit.exact.kernel import Kernel
from kernelkit.exact.rational import Exact, rational, whole, written

_STEPS = {0: (0, 1), 45: (1, 1), 90: (1, 0), 135: (1, -1)}
"""Directions in which samples lie on a line: offsets (y, x) from one to the next, by degrees from x towards y."""


def box(*, size: int = 3, dim: int = 2) -> Entry:
    """Return the mean over a box of samples: all taps are 1 as published, and the gain is their number.

    Parameters
    ----------
    size
        Samples on a side.  The mean of an even number of samples lies half way between two of them.
    dim
        Number of axes.

    Raises
    ------
    InputError, LimitError
        A size beyond the limits of kernels by name.

    Examples
    --------
    >>> box(size=3).kernel.dense()[0]
    [Fraction(1, 9), Fraction(1, 9), Fraction(1, 9)]
    >>> box(size=2, dim=1).published
    Kernel({-1/2: 1, 1/2: 1})
    """
    axes = len(orders_of("", dim))
    size = check_size(size, axes, what="a mean")
    side = [Fraction(2 * k - size + 1, 2) for k in range(size)]
    return Entry(
        name=member_name(f"box-{size}", "", (("dim", axes, 2),)),
        title=f"Mean of {side_text(size, axes)}",
        published=Kernel.from_ordered(
            axes, ((place, Fraction(1)) for place in itertools.product(side, repeat=axes))
        ),
        target=value(ndim=axes),
        source="textbook; cv2.blur, scipy.ndimage.uniform_filter",
        family="smoothing",
        remarks=() if size % 2 else ("half-sample kernel: the mean lies between the samples",),
    )


def disk(*, radius: Exact = 2) -> Entry:
    """Return the mean over a disc of the plane: taps of 1 where the centre of a pixel is within the radius.

    Pixels on the rim count wholly or not at all; a disc with the shares of its pixels has other taps.

    Parameters
    ----------
    radius
        In samples, 1 to 127.

    Raises
    ------
    LimitError
        A radius beyond these limits.

    Examples
    --------
    >>> disk(radius=1).published.dense() == [[0, 1, 0], [1, 1, 1], [0, 1, 0]]
    True
    """
    reach = rational(radius, what="a radius")
    if not 1 <= reach <= LARGEST_SIZE // 2:
        raise LimitError(
            f"the radius of a disc lies between 1 and {LARGEST_SIZE // 2} samples, not at {written(reach)}",
            next="disk:radius=2 has 13 taps",
        )
    whole_reach = math.floor(reach)
    side = range(-whole_reach, whole_reach + 1)
    square = reach * reach
    return Entry(
        name=member_name("disk", "", (("radius", reach, 2),)),
        title=f"Mean of a disc, radius {written(reach)}",
        published=Kernel({(y, x): 1 for y in side for x in side if y * y + x * x <= square}),
        target=value(ndim=2),
        source="textbook",
        family="smoothing",
        remarks=("sampled: pixels on the rim count wholly or not at all",),
    )


def motion(*, size: int = 5, theta: int = 0) -> Entry:
    """Return the mean along a line of the plane: the blur of a camera that moves evenly.

    Parameters
    ----------
    size
        Samples on the line, odd.  On a diagonal they are a root of 2 apart.
    theta
        Direction of the line in degrees, from x towards y: 0, 45, 90 or 135; y points down.

    Raises
    ------
    InputError
        An even size, or another direction.
    LimitError
        A size beyond the limits of kernels by name.

    Examples
    --------
    >>> motion(size=3, theta=45).published.dense() == [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
    True
    """
    size = check_odd_size(size, 1, what="motion blur")
    degrees = whole(theta, what="a direction")
    if degrees not in _STEPS:
        raise InputError(
            f"the direction of motion blur is {', '.join(map(str, _STEPS))} degrees, not {degrees}",
            why="along other directions a line does not run through samples",
            next="motion-5:theta=45 runs along the diagonal",
        )
    y, x = _STEPS[degrees]
    reach = range(-(size // 2), size // 2 + 1)
    return Entry(
        name=member_name(f"motion-{size}", "", (("theta", degrees, 0),)),
        title=f"Motion blur over {size} samples at {degrees} degrees",
        published=Kernel({(k * y, k * x): 1 for k in reach}),
        target=value(ndim=2),
        source="textbook",
        family="smoothing",
        remarks=("the direction is taken from x towards y, and y points down",),
    )


FAMILIES: tuple[Family, ...] = (
    Family(
        "box",
        "means of all samples of a box",
        box,
        parameters=(Parameter("size", "whole", "samples on a side, odd or even"), DIM),
        members=(
            *(f"box-{size}" for size in (2, 3, 5, 7)),
            *(f"box-{size}:dim=1" for size in (2, 3, 5)),
            "box-3:dim=3",
        ),
        aliases=("mean", "uniform", "average"),
    ),
    Family(
        "disk",
        "means of all samples of a disc",
        disk,
        parameters=(Parameter("radius", "number", "radius in samples, 1 to 127"),),
        members=("disk", "disk:radius=3"),
        aliases=("disc", "pillbox"),
    ),
    Family(
        "motion",
        "means along a line of the plane",
        motion,
        parameters=(
            Parameter("size", "whole", "samples on the line, odd"),
            Parameter("theta", "whole", "direction in degrees, 0, 45, 90 or 135, from x towards y (down)"),
        ),
        members=("motion-5", "motion-5:theta=45", "motion-5:theta=90", "motion-5:theta=135"),
        aliases=("motion-blur",),
    ),
)
"""The families of this file."""
