"""What a stack of windows sees of its input: receptive fields, exact centres, samples that nothing reads."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from kernelkit.errors import LimitError, ShapeError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kernelkit.learning.shapes import Window

MOST_READS = 20_000_000
"""Reads of samples followed by `unread`; more is refused."""


@dataclass(frozen=True, slots=True)
class Field:
    """What one output of a stack of windows sees of the input, along one axis.

    Attributes
    ----------
    size
        Samples from the first to the last that it sees.
    jump
        Samples by which the field moves from one output to the next.
    first
        Index of the first sample that output 0 sees; negative where it sees padding.
    """

    size: int
    jump: int
    first: int

    @property
    def centre(self) -> Fraction:
        """The middle of the field of output 0, exactly: a half where the field has an even size."""
        return Fraction(2 * self.first + self.size - 1, 2)


def output_sizes(windows: Sequence[Window], samples: int) -> tuple[int, ...]:
    """Return the size after each of a stack of windows, along one axis.

    Raises
    ------
    ShapeError
        A window does not fit into what the one before it leaves.

    Examples
    --------
    >>> from kernelkit.learning.shapes import Window
    >>> output_sizes([Window(5, padding=2), Window(2, stride=2), Window(5), Window(2, stride=2)], 28)
    (28, 14, 10, 5)
    """
    found = []
    size = samples
    for number, window in enumerate(windows, 1):
        try:
            size = window.output(size)
        except ShapeError as refused:
            raise ShapeError(f"layer {number}: {refused.what}", why=refused.why, next=refused.next) from None
        found.append(size)
    return tuple(found)


def receptive_field(windows: Sequence[Window]) -> tuple[Field, ...]:
    """Return what an output sees of the input after each of a stack of windows, along one axis.

    Indices count from the first sample of the input, in array order; layers without a window (activations)
    change nothing and are left out.  The field is that of an output far from the border: at the border a
    part of it is padding.

    Parameters
    ----------
    windows
        From the input to the output.

    References
    ----------
    Araujo, Norris and Sim, Computing receptive fields of convolutional neural networks, Distill 2019.

    Examples
    --------
    >>> from kernelkit.learning.shapes import Window
    >>> for field in receptive_field([Window(11, stride=4, padding=2), Window(3, stride=2)]):
    ...     print(field.size, field.jump, field.first, field.centre)
    11 4 -2 3
    19 8 -2 7
    """
    fields = []
    size, jump, first = 1, 1, 0
    for window in windows:
        size += (window.span - 1) * jump
        first -= window.sides[0] * jump
        jump *= window.stride
        fields.append(Field(size, jump, first))
    return tuple(fields)


def unread(windows: Sequence[Window], samples: int) -> tuple[int, ...]:
    """Return the input samples of one axis that reach no output of a stack of windows.

    A pixel of a plane is read when its row and its column are: rows and columns are asked one by one.

    Parameters
    ----------
    windows
        From the input to the output.
    samples
        Size of the input.

    Raises
    ------
    ShapeError
        A window does not fit.
    LimitError
        More than `MOST_READS` reads would have to be followed.

    Examples
    --------
    The first layer of AlexNet leaves the last two columns unread, and its pooling the last output of that:

    >>> from kernelkit.learning.shapes import Window
    >>> unread([Window(11, stride=4, padding=1)], 224)
    (222, 223)
    >>> unread([Window(11, stride=4, padding=1), Window(3, stride=2)], 224)
    (218, 219, 220, 221, 222, 223)
    """
    sizes = (samples, *output_sizes(windows, samples))
    reads = sum(outputs * window.size for outputs, window in zip(sizes[1:], windows, strict=True))
    if max(reads, samples) > MOST_READS:
        raise LimitError(
            f"{max(reads, samples):,} reads are too many to follow one by one",
            why=f"the limit is {MOST_READS:,}",
            next="ask about a smaller input: what is unread at the end depends on the size modulo the jump",
        )
    used = set(range(sizes[-1]))
    for window, size in zip(reversed(windows), reversed(sizes[:-1]), strict=True):
        before = window.sides[0]
        used = {
            place
            for output in used
            for tap in range(window.size)
            if 0 <= (place := output * window.stride - before + tap * window.dilation) < size
        }
    return tuple(place for place in range(samples) if place not in used)
