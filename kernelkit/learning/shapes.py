"""Shapes of windows that slide over data: output sizes and padding, in all their conventions."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

from kernelkit.errors import InputError, ShapeError
from kernelkit.exact.rational import counted, whole

if TYPE_CHECKING:
    from typing import SupportsIndex

Rounding = Literal["floor", "ceil"]
"""Whether a last window that hangs over the end is left out or kept."""

Convention = Literal["per side", "total"]
"""What a number of padded samples counts: those on each side of an axis, or those on both sides together."""

Sizes = int | Sequence[int]
"""One whole number for all axes, or one an axis in array order."""

Padding = int | Sequence[int | tuple[int, int]] | Literal["same"]
"""A number for all axes, or an axis each a number or the pair (before, after); or the word "same"."""

AXES = {1: "(length,)", 2: "(height, width)", 3: "(depth, height, width)"}
"""Names of axes in array order, for messages."""


@dataclass(frozen=True, slots=True)
class Window:
    """A window that slides along one axis.

    Output number i reads the samples ``i * stride - before + a * dilation`` for a from 0 to size - 1, where
    before is the padding in front.

    Attributes
    ----------
    size
        Samples that the window reads.
    stride
        Samples between two outputs.
    padding
        Samples put on each side, or the pair (before, after).
    dilation
        Samples between two that the window reads.
    rounding
        "floor" leaves out a last window that hangs over the end; "ceil" keeps it as long as it begins in the
        samples or in the padding before them.

    Raises
    ------
    InputError
        A size, stride or dilation below 1, a padding below 0, or another word for rounding.

    Examples
    --------
    >>> Window(11, stride=4, padding=1).output(224)
    54
    """

    size: int
    stride: int = 1
    padding: int | tuple[int, int] = 0
    dilation: int = 1
    rounding: Rounding = "floor"

    def __post_init__(self) -> None:
        for value, what in (
            (self.size, "a window's size"),
            (self.stride, "a stride"),
            (self.dilation, "a dilation"),
        ):
            at_least(value, 1, what=what)
        for side in self.padding if isinstance(self.padding, tuple) else (self.padding,):
            at_least(side, 0, what="a padding")
        one_of(self.rounding, get_args(Rounding), what="rounding")

    @property
    def sides(self) -> tuple[int, int]:
        """The padding before and after the samples."""
        return self.padding if isinstance(self.padding, tuple) else (self.padding, self.padding)

    @property
    def span(self) -> int:
        """Samples from the first to the last that the window reads, those it skips counted too."""
        return (self.size - 1) * self.dilation + 1

    def output(self, samples: int) -> int:
        """Return the number of outputs on so many samples.

        Raises
        ------
        ShapeError
            No window fits.
        """
        before, after = self.sides
        spare = samples + before + after - self.span
        outputs = spare // self.stride + 1
        if self.rounding == "ceil":
            outputs = -(-spare // self.stride) + 1
            # the last window must begin in the samples or before them, or it would hold padding only
            if (outputs - 1) * self.stride >= samples + before:
                outputs -= 1
        if samples < 1 or outputs < 1:
            raise ShapeError(
                f"a window over {counted(self.span, 'sample')} does not fit into {samples} + {before + after}",
                why=f"the axis has {counted(samples, 'sample')} and {before} + {after} of padding",
                next="take a smaller window, or more padding",
            )
        return outputs


def output_shape(
    shape: Sequence[int],
    size: Sizes,
    *,
    stride: Sizes = 1,
    padding: Padding = 0,
    dilation: Sizes = 1,
    rounding: Rounding = "floor",
    convention: Convention = "per side",
) -> tuple[int, ...]:
    """Return the output sizes of a window sliding over data of a shape.

    An axis of n samples gives ``floor((n + total - dilation * (size - 1) - 1) / stride) + 1`` outputs.

    Parameters
    ----------
    shape
        Samples along each axis, without channels and number of images.
    size, stride, dilation
        One number for all axes, or one an axis.
    padding
        A number, one an axis, pairs (before, after), or "same": enough for ``ceil(n / stride)`` outputs.
    rounding
        "ceil" keeps a last window that hangs over the end.
    convention
        "per side": a padding of 1 puts one sample on each side, as PyTorch counts.  "total": a padding of 2
        does, as the formulas of textbooks count; an odd one puts the extra sample behind.

    Raises
    ------
    ShapeError
        The window does not fit, or the options are for another number of axes.
    InputError
        A number or word that means nothing here.

    References
    ----------
    Dumoulin and Visin, A guide to convolution arithmetic for deep learning, relationship 6.

    Examples
    --------
    >>> output_shape((8, 8), (3, 5), padding=(0, 1), stride=(3, 4))
    (2, 2)
    >>> output_shape((8, 8), (3, 5), padding=(0, 2), stride=(3, 4), convention="total")
    (2, 2)
    """
    windows = windows_along(
        shape,
        size,
        stride=stride,
        padding=padding,
        dilation=dilation,
        rounding=rounding,
        convention=convention,
    )
    return tuple(window.output(samples) for window, samples in zip(windows, shape, strict=True))


def windows_along(
    shape: Sequence[int],
    size: Sizes,
    *,
    stride: Sizes = 1,
    padding: Padding = 0,
    dilation: Sizes = 1,
    rounding: Rounding = "floor",
    convention: Convention = "per side",
) -> tuple[Window, ...]:
    """Return the window along each axis of a shape; parameters as for `output_shape`."""
    axes = len(shape)
    one_of(convention, get_args(Convention), what="a padding convention")
    sizes = per_axis(size, axes, what="window size")
    strides = per_axis(stride, axes, what="stride")
    dilations = per_axis(dilation, axes, what="dilation")
    sides: Sequence[int | tuple[int, int]]
    if isinstance(padding, str):
        one_of(padding, ("same",), what="a padding in words")
        sides = [
            same_padding(n, k, stride=s, dilation=d)
            for n, k, s, d in zip(shape, sizes, strides, dilations, strict=True)
        ]
    else:
        sides = _sides(padding, axes, convention)
    return tuple(
        Window(k, s, p, d, rounding) for k, s, p, d in zip(sizes, strides, sides, dilations, strict=True)
    )


def same_padding(samples: int, size: int, *, stride: int = 1, dilation: int = 1) -> tuple[int, int]:
    """Return the padding (before, after) that gives ``ceil(samples / stride)`` outputs.

    An odd total puts the extra sample behind, so an even window at stride 1 reads its output's sample with
    entry ``(size - 1) // 2``, the entry that `Kernel.from_array` puts at offset 0.

    Examples
    --------
    >>> same_padding(224, 7, stride=2)
    (2, 3)
    """
    window = Window(size, stride, 0, dilation)
    outputs = -(-at_least(samples, 1, what="a number of samples") // window.stride)
    return split_total(max((outputs - 1) * window.stride + window.span - samples, 0))


def split_total(total: SupportsIndex) -> tuple[int, int]:
    """Return the padding (before, after) for a total of both sides; an odd sample goes behind.

    Examples
    --------
    >>> split_total(5)
    (2, 3)
    """
    both = at_least(total, 0, what="a total padding")
    return both // 2, both - both // 2


def per_axis(value: Sizes, axes: int, *, what: str) -> tuple[int, ...]:
    """Return one number an axis, from one for all or from as many as there are axes.

    Raises
    ------
    ShapeError
        As many numbers as there are not axes.
    """
    if not isinstance(value, Sequence):
        return (whole(value, what=f"a {what}"),) * axes
    if len(value) != axes:
        raise _wrong_count(value, axes, what)
    return tuple(whole(entry, what=f"a {what}") for entry in value)


def at_least(value: SupportsIndex, least: int, *, what: str) -> int:
    """Return a whole number that is no less than another.

    Raises
    ------
    InputError
        Not a whole number, or less.
    """
    number = whole(value, what=what)
    if number < least:
        raise InputError(f"{what} must be {least} or more, not {number}")
    return number


def finite(value: object, *, what: str) -> float:
    """Return a finite real number as a float.

    Raises
    ------
    InputError
        Something else: text, NaN, infinity, a complex number or an array.
    """
    try:
        # text and truth values would pass for numbers
        number = math.nan if isinstance(value, str | bytes | bool) else float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        number = math.nan
    if not math.isfinite(number):
        raise InputError(
            f"{what} must be a finite number, not {value!r}"[:200], next="give a number such as 0.01"
        )
    return number


def positive(value: object, *, what: str) -> float:
    """Return a number above 0 as a float.

    Raises
    ------
    InputError
        Not a finite number, as `finite` says, or not above 0.
    """
    number = finite(value, what=what)
    if number <= 0:
        raise InputError(
            f"{what} must be positive and finite, not {value}", next="give a number such as 0.01"
        )
    return number


def one_of(word: str, known: Sequence[str], *, what: str) -> str:
    """Return a word that is known.

    Raises
    ------
    InputError
        Another word; all known ones are named.
    """
    if word not in known:
        raise InputError(f"{what} is one of {', '.join(known)}, not {word!r}", next=f'take "{known[0]}"')
    return word


def _sides(
    padding: int | Sequence[int | tuple[int, int]], axes: int, convention: Convention
) -> list[tuple[int, int]]:
    given = padding if isinstance(padding, Sequence) else (padding,) * axes
    if len(given) != axes:
        raise _wrong_count(given, axes, "padding")
    found = []
    for entry in given:
        if isinstance(entry, Sequence):
            if len(entry) != 2:
                raise _wrong_count(given, axes, "padding")
            found.append((whole(entry[0], what="a padding"), whole(entry[1], what="a padding")))
        elif convention == "total":
            found.append(split_total(entry))
        else:
            found.append((whole(entry, what="a padding"),) * 2)
    return found


def _wrong_count(value: object, axes: int, what: str) -> ShapeError:
    return ShapeError(
        f"{what} {value!r} is not for {counted(axes, 'axis')}",
        why=f"it is one number for all axes, or one an axis: {AXES.get(axes, counted(axes, 'number'))}",
        next=f"give {1 if axes == 1 else (1,) * axes!r}, or 1 for all axes",
    )
