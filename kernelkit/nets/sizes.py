"""From the size of an image to the size of the maps that a stack of windows leaves of it, and back."""

from __future__ import annotations

import bisect
from typing import TYPE_CHECKING

from kernelkit.errors import LimitError, ShapeError
from kernelkit.learning.receptive import output_sizes
from kernelkit.learning.shapes import at_least, per_axis

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import SupportsIndex

    from kernelkit.learning.shapes import Window

Size = int | tuple[int, int]
"""Height and width of an image in pixels; one number is a square."""

MOST_SIZE = 4096
"""Pixels along one axis, up to which sizes are tried."""

MOST_UNITS = 2**20
"""Maps of a convolution, or units of a fully connected layer, up to which nets are built."""

MOST_WEIGHTS = 2**31
"""Weights of one fully connected layer; more is refused before memory is taken."""


def map_size(net: str, windows: Mapping[str, Window], size: Size, *, usual: int) -> tuple[int, int]:
    """Return height and width of the maps after a stack of square windows.

    Parameters
    ----------
    net
        Its name, for messages.
    windows
        The windows from the input on, under the names of their layers.
    size
        Height and width of the image, or one number for both.
    usual
        The size that the net is usually built for, for messages.

    Raises
    ------
    ShapeError
        A window does not fit: the layer, what it needs, and the sizes that work are named.
    """
    height, width = (at_least(n, 1, what="an image size") for n in per_axis(size, 2, what="image size"))
    stack = tuple(windows.values())
    try:
        return output_sizes(stack, height)[-1], output_sizes(stack, width)[-1]
    except ShapeError:
        raise _refused(net, windows, (height, width), usual) from None


def _refused(net: str, windows: Mapping[str, Window], size: tuple[int, int], usual: int) -> ShapeError:
    stack = tuple(windows.values())
    small = min(size)
    left = (small, *fitting(stack, small))
    layer, window = list(windows.items())[len(left) - 1]
    padded = f" with padding {window.sides[0]} on each side" if window.sides[0] else ""
    nearest = next((n for n in range(small, MOST_SIZE) if len(fitting(stack, n)) == len(stack)), None)
    same = same_maps(stack, usual)
    return ShapeError(
        f"{net} does not take images of {size[0]} x {size[1]} pixels",
        why=f'layer "{layer}" reads windows of {window.span} x {window.span} and gets {left[-1]} samples{padded}',
        next=(f"the nearest size is {nearest}, and all larger ones work; " if nearest else "")
        + f"{same[0]} to {same[-1]} give the maps of the usual {usual}",
    )


def fitting(windows: Sequence[Window], samples: int) -> tuple[int, ...]:
    """Return the sizes after the windows of a stack, up to the first one that does not fit.

    Examples
    --------
    >>> from kernelkit.learning.shapes import Window
    >>> fitting([Window(5), Window(9)], 12)
    (8,)
    """
    for count in range(len(windows), 0, -1):
        try:
            return output_sizes(windows[:count], samples)
        except ShapeError:
            continue
    return ()


def same_maps(windows: Sequence[Window], samples: int) -> range:
    """Return the sizes along one axis, next to a given one, of which a stack leaves as much.

    Raises
    ------
    ShapeError
        A window does not fit into the given size.

    Examples
    --------
    >>> from kernelkit.learning.shapes import Window
    >>> same_maps([Window(5, padding=2), Window(2, 2), Window(5), Window(2, 2)], 28)
    range(28, 32)
    """
    left = (samples, *output_sizes(windows, samples))[-1]

    def is_same(size: int) -> bool:
        sizes = (size, *fitting(windows, size))
        return len(sizes) == len(windows) + 1 and sizes[-1] == left

    return alike(is_same, samples)


def alike(is_same: Callable[[int], bool], size: int) -> range:
    """Return the sizes around a given one, from 1 to `MOST_SIZE`, for which something is as for that one.

    Parameters
    ----------
    is_same
        Whether it is as for the given size; true for one unbroken range of sizes.

    Examples
    --------
    >>> alike(lambda size: size // 4 == 7, 30)
    range(28, 32)
    """
    below, above = range(1, size + 1), range(size, max(size, MOST_SIZE) + 1)
    first = bisect.bisect_left(below, 1, key=is_same)
    last = bisect.bisect_left(above, 1, key=lambda n: not is_same(n))
    return range(below[first], size + last)


def features_of(net: str, maps: int, size: tuple[int, int], *, outputs: int) -> int:
    """Return the number of values in so many maps, for a fully connected layer to read.

    Raises
    ------
    LimitError
        The layer would have more than `MOST_WEIGHTS` weights.
    """
    features = maps * size[0] * size[1]
    if features * outputs > MOST_WEIGHTS:
        raise LimitError(
            f"the first fully connected layer of {net} would have {features:,} x {outputs:,} weights",
            why=f"the limit is {MOST_WEIGHTS:,}",
            next="take smaller images, or fewer hidden units",
        )
    return features


def units(value: SupportsIndex, *, what: str) -> int:
    """Return a whole number of maps, units, classes or channels, from 1 to `MOST_UNITS`.

    Raises
    ------
    InputError
        Not a whole number, or less than 1.
    LimitError
        More than a tensor has room for.
    """
    number = at_least(value, 1, what=what)
    if number > MOST_UNITS:
        raise LimitError(f"{what} is {number:,}; at most {MOST_UNITS:,} are built", next="take fewer")
    return number


def several(values: Sequence[int], count: int, *, what: str) -> tuple[int, ...]:
    """Return a given count of whole numbers from 1 up.

    Raises
    ------
    ShapeError
        Another count of numbers.
    InputError
        A number below 1, or none.
    LimitError
        A number beyond `MOST_UNITS`.
    """
    if not isinstance(values, list | tuple) or len(values) != count:
        given = ", ".join(map(str, values)) if isinstance(values, list | tuple) else repr(values)
        raise ShapeError(
            f"{what} are {count} whole numbers, not {given}"[:200], next=f"give {count} numbers from 1 up"
        )
    return tuple(units(value, what=f"one of {what}") for value in values)
