"""Pairs: images and the labels their windows shall give, checked once and brought to one shape."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kernelkit.errors import InputError, LimitError, ShapeError
from kernelkit.exact.rational import counted
from kernelkit.learning.arrays import MOST_ENTRIES
from kernelkit.learning.shapes import Window, one_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[Any]
    Offsets = tuple[tuple[int, ...], ...]

LARGEST_UNKNOWNS = 4096
"""Unknowns of one output channel; the matrix of the normal equations then takes 128 MiB."""

BIAS = ("none", "fit")

LARGEST = 1e75
SMALLEST = 1e-75
"""Between them lies the largest number of all data that is not zero.

Then taps, which are quotients of labels and images, lie within 1e150, and neither their squares nor those of the
products in the Gram matrix leave the range of floats.
"""


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """Images and labels in the shape of a convolution layer; made by `pairs`.

    Attributes
    ----------
    x
        Images, (N, C_in, space...), float32 or float64.
    y
        Labels, (N, C_out, out...), of the same type, or None for questions about the images alone.
    size
        Window, one number an axis of space.
    stride, padding, dilation
        One number an axis; padding is zeros, per side.
    bias
        ``"none"`` or ``"fit"``: one constant for each output channel is learned too.
    form
        ``"plain"`` if the images came without axes for N and C, ``"batch"`` if with them.
    cut
        Samples left out at each end of labels that were as large as the images, one number an axis; else empty.
    """

    x: Floats
    y: Floats | None
    size: tuple[int, ...]
    stride: tuple[int, ...]
    padding: tuple[int, ...]
    dilation: tuple[int, ...]
    bias: str
    form: str
    cut: tuple[int, ...] = ()

    @property
    def ndim(self) -> int:
        """Number of axes of space."""
        return len(self.size)

    @property
    def offsets(self) -> Offsets:
        """Where the taps stand, row by row: ``(index - (size - 1) // 2) * dilation`` on each axis."""
        return window_offsets(self.size, self.dilation)

    @property
    def space(self) -> tuple[int, ...]:
        """Shape of one image."""
        return tuple(self.x.shape[2:])

    @property
    def out(self) -> tuple[int, ...]:
        """Shape of one output: the windows along each axis."""
        steps = zip(self.space, self.size, self.stride, self.padding, self.dilation, strict=True)
        return tuple(Window(k, stride=s, padding=p, dilation=d).output(n) for n, k, s, p, d in steps)

    @property
    def windows(self) -> int:
        """Number of windows of all images together: the rows of the patch matrix."""
        return int(self.x.shape[0]) * math.prod(self.out)

    @property
    def taps(self) -> int:
        """Number of taps of one output channel."""
        return int(self.x.shape[1]) * math.prod(self.size)

    @property
    def unknowns(self) -> int:
        """Number of unknowns of one output channel: its taps, and one more if a bias is fitted."""
        return self.taps + (self.bias == "fit")

    @property
    def labels(self) -> Floats:
        """The labels, for callers that need them.

        Raises
        ------
        InputError
            There are none.
        """
        if self.y is None:
            raise InputError("the labels Y are missing", next="pairs(X, Y, size)")
        return self.y


def window_offsets(size: Sequence[int], dilation: Sequence[int]) -> Offsets:
    """Return the offsets of a window's taps, row by row, from its centre ``(size - 1) // 2``."""
    sides = ([d * (i - (n - 1) // 2) for i in range(n)] for n, d in zip(size, dilation, strict=True))
    return tuple(itertools.product(*sides))


def pairs(
    X: ArrayLike,  # noqa: N803  # the post's name
    Y: ArrayLike | None,  # noqa: N803  # the post's name
    size: int | Sequence[int],
    *,
    stride: int | Sequence[int] = 1,
    padding: int | Sequence[int] = 0,
    dilation: int | Sequence[int] = 1,
    bias: str = "none",
) -> Pairs:
    """Check images and labels, and bring them to the shape (N, C, space...).

    Parameters
    ----------
    X
        One image without channels: (L,), (H, W) or (D, H, W).  Or many, with channels: (N, C_in, space...).
        NumPy arrays, nested lists, torch tensors.  float32 stays; integers become float64, unscaled.
    Y
        Labels in the same form, (out...) or (N, C_out, out...); None for questions about X alone.  Labels as large
        as the images, of an odd window without stride and padding, are cut: at the border they depend on samples
        beyond X, and what was put there is not known.
    size
        Window, one number an axis.  One number alone is meant for every axis: those of a plain X of up to
        three axes, or the last two of four and the last three of five.
    stride, padding, dilation
        As in a convolution layer, one number or one an axis.  Padding is zeros, on each side.
    bias
        ``"none"``, or ``"fit"`` to learn one constant for each output channel too.

    Raises
    ------
    ShapeError
        Axes, window or labels that do not fit; the shapes are written out.
    InputError
        No numbers, complex ones, NaN or infinity, data that are not zero and beyond `SMALLEST` to `LARGEST`,
        empty arrays, or an unknown word.
    LimitError
        More than `LARGEST_UNKNOWNS` unknowns for one output channel, or too many padded samples.

    Examples
    --------
    >>> given = pairs([[1, 1, 0], [0, 1, 1]], [[0, 1], [-1, 0]], (1, 2))
    >>> given.x.shape, given.out, given.windows, given.unknowns
    ((1, 1, 2, 3), (2, 2), 4, 2)
    """
    x = numbers(X, "X")
    window, form = _window(x, size)
    steps = {
        "stride": _per_axis(stride, window, "stride", 1),
        "padding": _per_axis(padding, window, "padding", 0),
        "dilation": _per_axis(dilation, window, "dilation", 1),
    }
    one_of(bias, BIAS, what="bias")
    given = x[None, None] if form == "plain" else x
    result = Pairs(x=given, y=None, size=window, bias=bias, form=form, **steps)
    if result.unknowns > LARGEST_UNKNOWNS:
        raise LimitError(
            f"{counted(result.unknowns, 'unknown')} for each output channel are more than {LARGEST_UNKNOWNS:,}",
            next="a smaller window, or fewer input channels",
        )
    _ = result.out  # raises where no window fits
    padded = math.prod(given.shape[:2]) * math.prod(
        n + 2 * p for n, p in zip(result.space, result.padding, strict=True)
    )
    if padded > MOST_ENTRIES:
        raise LimitError(
            f"the padded images would have {padded:,} samples",
            why=f"the limit is {MOST_ENTRIES:,}",
            next="take fewer images at a time, or less padding",
        )
    return result if Y is None else _with_labels(result, Y)


def _cut(given: Pairs, labels: tuple[int, ...]) -> tuple[int, ...]:
    """Return how many samples to leave out at each end of labels that are as large as the image; else nothing."""
    plain = set(given.stride) == {1} and not any(given.padding) and all(side % 2 for side in given.size)
    same = labels[-given.ndim :] == given.space and given.out != given.space
    spans = zip(given.size, given.dilation, strict=True)
    return tuple((side - 1) // 2 * step for side, step in spans) if plain and same else ()


def _other_shape(given: Pairs, labels: tuple[int, ...]) -> str:
    """Say what to do about labels of another shape."""
    if labels[-given.ndim :] == given.space and set(given.stride) == {1} and not any(given.padding):
        odd = "x".join(str(side + 1 - side % 2) for side in given.size)
        return f"size {odd}: only a window with a middle can be told from labels as large as X"
    return "corr2d gives the right shape; X and Y both come plain, or both as (N, C, ...)"


def _with_labels(given: Pairs, labels: ArrayLike) -> Pairs:
    """Return the pairs with their labels, of the same type as the images."""
    import numpy as np

    y = numbers(labels, "Y")
    shape = y.shape
    cut = _cut(given, shape)
    for axis, n in enumerate(reversed(cut), 1):
        y = np.moveaxis(np.moveaxis(y, -axis, 0)[n : y.shape[-axis] - n], 0, -axis)
    plain = given.form == "plain"
    wanted = given.out if plain else (given.x.shape[0], "C_out", *given.out)
    fits = y.shape == given.out if plain else _fits_batch(y, given)
    if not fits:
        shown = f"({', '.join(map(str, wanted))}{',' if len(wanted) == 1 else ''})"
        raise ShapeError(
            f"Y must have shape {shown}, the output of the layer, but has shape {shape}",
            why="a label of another shape would be stretched by broadcasting, and train in silence",
            next=_other_shape(given, shape),
        )
    kind = np.result_type(given.x, y)
    return replace(
        given,
        x=given.x.astype(kind, copy=False),
        y=(y[None, None] if plain else y).astype(kind, copy=False),
        cut=cut,
    )


def _fits_batch(y: Floats, given: Pairs) -> bool:
    return y.ndim == given.ndim + 2 and y.shape[0] == given.x.shape[0] and y.shape[2:] == given.out


def real_array(values: ArrayLike, name: str) -> Floats:
    """Return values as an array of float32 or float64, which may hold NaN and infinity.

    Raises
    ------
    ShapeError
        Ragged rows.
    InputError
        No real numbers, masked entries, or none at all.
    """
    import numpy as np

    if isinstance(values, np.ma.MaskedArray) and np.ma.is_masked(values):
        raise InputError(f"{name} has masked entries", next="learn from windows without them")
    try:
        if hasattr(values, "detach"):  # a torch tensor, perhaps on a device, perhaps with a gradient
            values = values.detach().cpu().numpy()
        array = np.asarray(values)
    except ValueError as ragged:
        raise ShapeError(
            f"{name} is no array: its rows differ in length", next="give every row the same number of entries"
        ) from ragged
    except (TypeError, RuntimeError) as unread:
        # tensors of types that NumPy lacks, or lists of tensors with gradients
        raise InputError(
            f"{name} is no array of numbers: {unread}", next="numpy.asarray(values) must read it"
        ) from unread
    if array.dtype.kind not in "biuf":
        raise InputError(
            f"{name} must hold real numbers, not {array.dtype}",
            next="learn from real and imaginary parts apart" if array.dtype.kind == "c" else "",
        )
    if not array.size:
        raise InputError(f"{name} is empty: its shape is {array.shape}")
    kind = np.float32 if array.dtype.kind == "f" and array.dtype.itemsize <= 4 else np.float64
    return array.astype(kind, copy=False)


def numbers(values: ArrayLike, name: str) -> Floats:
    """Return values as float32 or float64, finite and of a size that can be squared.

    Raises
    ------
    ShapeError, InputError
        As `real_array`; NaN and infinity; data that are not zero and beyond `SMALLEST` to `LARGEST`.
    """
    import numpy as np

    array = real_array(values, name)
    with np.errstate(invalid="ignore", over="ignore"):
        total = array.sum(dtype=np.float64)
    # a finite sum has finite terms only; the other case may be mere overflow, so look again
    if not np.isfinite(total) and not np.isfinite(array).all():
        place = tuple(map(int, np.argwhere(~np.isfinite(array))[0]))
        raise InputError(
            f"{name} is {array[place]} at index {place}", next="leave those images out, or fill the gaps"
        )
    check_range(max(float(array.max()), -float(array.min())), name)
    return array


def check_range(largest: float, name: str) -> None:
    """Refuse data whose squares leave the range of floats, or nearly so, by their largest absolute value.

    Raises
    ------
    InputError
        It is beyond `LARGEST`, or not zero and below `SMALLEST`.
    """
    if largest > LARGEST or 0 < largest < SMALLEST:
        raise InputError(
            f"the largest absolute value of {name} is {largest:.3g}, too "
            + ("large" if largest > LARGEST else "small")
            + " for sums of squares",
            why=f"it must lie between {SMALLEST:g} and {LARGEST:g}, or be zero",
            next=f"rescale: {name} / {largest:.3g}",
        )


def _window(x: Floats, size: int | Sequence[int]) -> tuple[tuple[int, ...], str]:
    """Return the window, one number an axis of space, and the form of the images."""
    if _whole(size):
        axes = x.ndim if x.ndim <= 3 else x.ndim - 2
        window = (int(size),) * axes  # type: ignore[arg-type]  # _whole has looked
    elif isinstance(size, str | bytes) or not hasattr(size, "__iter__"):
        raise InputError(f"a window has whole sizes, not {size!r}", next="size=3, or size=(1, 2)")
    else:
        window = tuple(size)
    if not 1 <= len(window) <= 3:
        raise ShapeError(
            f"a window of {len(window)} axes for X of shape {x.shape}",
            why="images have one, two or three axes, and two more before those for N and C",
            next="X as (L,), (H, W), (D, H, W) or (N, C, ...)",
        )
    window = _per_axis(window, window, "size", 1)
    if x.ndim == len(window):
        return window, "plain"
    if x.ndim == len(window) + 2:
        return window, "batch"
    raise ShapeError(
        f"a window {window} does not fit X of shape {x.shape}",
        why=f"it has {len(window)} axes, so X needs {len(window)}, or {len(window) + 2} with N and C first",
        next="X[None, None] adds both axes, X[:, None] the one for channels",
    )


def _per_axis(value: int | Sequence[int], window: tuple[int, ...], name: str, least: int) -> tuple[int, ...]:
    """Return one whole number an axis, each at least ``least``."""
    numbers = (value,) * len(window) if _whole(value) else value
    if isinstance(numbers, str | bytes) or not hasattr(numbers, "__iter__"):
        raise InputError(f"{name} must be whole numbers, not {value!r}", next=f"{name}={least}")
    found = tuple(numbers)
    if len(found) != len(window):
        raise ShapeError(f"{name} {found} has {len(found)} numbers for {len(window)} axes")
    if not all(_whole(n) and n >= least for n in found):
        raise InputError(f"{name} must be whole numbers from {least} on, not {found}", next=f"{name}={least}")
    return tuple(int(n) for n in found)


def _whole(value: object) -> bool:
    return hasattr(value, "__index__") and not isinstance(value, bool) and not hasattr(value, "__len__")
