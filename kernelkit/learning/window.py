"""Cross-correlation and pooling as the post writes them, for arrays and tensors, with every option of a layer."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Literal, get_args, overload

from kernelkit.errors import InputError, LimitError, ShapeError, UnknownNameError
from kernelkit.exact.rational import counted
from kernelkit.learning.arrays import (
    cast,
    common_type,
    is_complex,
    is_whole,
    namespace,
    of_one_kind,
    read,
    type_of_whole_sums,
    working_type,
)
from kernelkit.learning.shapes import Padding, Rounding, Sizes, one_of, windows_along
from kernelkit.learning.sliding import (
    PaddingCounts,
    average,
    check_padding,
    extreme,
    slices,
    soft_maximum,
)

if TYPE_CHECKING:
    import torch
    from numpy.typing import ArrayLike, NDArray

    from kernelkit.learning.arrays import Array

Mode = Literal["max", "avg", "min", "softmax"]
"""What pooling makes of a window; "softmax" is the mean weighted by exp(x)."""

MOST_WORK = 2 * 10**11
"""Multiplications, or comparisons, of one call; more is refused."""


@overload
def corr2d(
    X: torch.Tensor,  # noqa: N803 - the post's name
    K: torch.Tensor,  # noqa: N803 - the post's name
    *,
    stride: Sizes = 1,
    padding: Padding = 0,
    dilation: Sizes = 1,
) -> torch.Tensor: ...
@overload
def corr2d(
    X: ArrayLike,  # noqa: N803 - the post's name
    K: ArrayLike,  # noqa: N803 - the post's name
    *,
    stride: Sizes = 1,
    padding: Padding = 0,
    dilation: Sizes = 1,
) -> NDArray[Any]: ...
def corr2d(
    X: object,  # noqa: N803 - the post's name
    K: object,  # noqa: N803 - the post's name
    *,
    stride: Sizes = 1,
    padding: Padding = 0,
    dilation: Sizes = 1,
) -> Array:
    """Return the cross-correlation of images with a kernel: ``Y[i, j] = sum X[i + a, j + b] K[a, b]``.

    This is what networks call convolution; the kernel is not flipped.  With padding p, stride s and dilation
    d the sum is over ``X[i * s - p + a * d, j * s - p + b * d]``, and padded samples are 0.

    Parameters
    ----------
    X
        One image (H, W); with channels (C_in, H, W), or many of them (N, C_in, H, W).
    K
        A kernel (h, w) for one image without channels; (C_out, C_in, h, w) for images with channels.
    stride, dilation
        One number, or one an axis in the order (height, width).
    padding
        A number each side, one an axis, pairs (before, after), or "same".

    Returns
    -------
    array or tensor
        Of the kind and device of X, shape (H', W'), (C_out, H', W') or (N, C_out, H', W').  Tensors are
        differentiable in X and K.  The type is that of the product: float64 stays float64, and 16-bit floats
        are summed in 32 bits.  Whole numbers give exact int64; nothing wraps.

    Raises
    ------
    ShapeError
        The shapes do not belong together, or the kernel is larger than the padded image.
    InputError
        Not numbers, an empty array, or an array beside a tensor.
    LimitError
        More than `MOST_WORK` multiplications, or whole numbers whose sums may not fit into int64.

    Examples
    --------
    >>> corr2d([[0, 1, 2], [3, 4, 5], [6, 7, 8]], [[0, 1], [2, 3]])
    array([[19, 25],
           [37, 43]])
    """
    return corr(X, K, ndim=2, stride=stride, padding=padding, dilation=dilation)


def corr(
    X: object,  # noqa: N803 - as in corr2d
    K: object,  # noqa: N803 - as in corr2d
    *,
    ndim: int,
    stride: Sizes = 1,
    padding: Padding = 0,
    dilation: Sizes = 1,
) -> Array:
    r"""Return the cross-correlation of signals (``ndim=1``), images (2) or volumes (3) with a kernel.

    As `corr2d`, with so many axes of space: X is of shape (\*space), (C_in, \*space) or (N, C_in, \*space).

    Examples
    --------
    >>> corr([0, 0, 1, 0, 0], [1, 2], ndim=1, padding="same")
    array([0, 2, 1, 0, 0])
    """
    _check_ndim(ndim)
    x, k = read(X, what="X"), read(K, what="K")
    of_one_kind(x, k)
    _check_shapes(x.shape, k.shape, ndim)
    windows = windows_along(
        x.shape[-ndim:], k.shape[-ndim:], stride=stride, padding=padding, dilation=dilation
    )
    many_x = x.reshape(1, *((1,) if k.ndim == ndim else ()), *x.shape) if x.ndim < ndim + 2 else x
    many_k = k.reshape(1, 1, *k.shape) if k.ndim == ndim else k
    outputs = tuple(w.output(n) for w, n in zip(windows, x.shape[-ndim:], strict=True))
    _check_work(len(many_x) * math.prod(outputs) * math.prod(many_k.shape))
    final = common_type(x, k)
    work = type_of_whole_sums(many_x, many_k) if is_whole(x) and is_whole(k) else working_type(x, final)
    many_x, many_k = cast(many_x, work), cast(many_k, work)
    total: Array = 0
    for place, samples in slices(many_x, windows, fill=0):
        # (C_out, C_in) @ (N, C_in, outputs)
        total = total + many_k[(..., *place)] @ samples.reshape(*samples.shape[:2], -1)
    lead = tuple(total.shape[2 - (x.ndim - ndim) : 2])
    return cast(total.reshape(*lead, *outputs), final)


@overload
def pool2d(
    X: torch.Tensor,  # noqa: N803 - the post's name
    pool_size: Sizes,
    mode: Mode = "max",
    *,
    stride: Sizes = 1,
    padding: Padding = 0,
    dilation: Sizes = 1,
    rounding: Rounding = "floor",
    padding_counts: PaddingCounts = "yes",
) -> torch.Tensor: ...
@overload
def pool2d(
    X: ArrayLike,  # noqa: N803 - the post's name
    pool_size: Sizes,
    mode: Mode = "max",
    *,
    stride: Sizes = 1,
    padding: Padding = 0,
    dilation: Sizes = 1,
    rounding: Rounding = "floor",
    padding_counts: PaddingCounts = "yes",
) -> NDArray[Any]: ...
def pool2d(  # noqa: PLR0913 - the options of a pooling layer
    X: object,  # noqa: N803 - the post's name
    pool_size: Sizes,
    mode: Mode = "max",
    *,
    stride: Sizes = 1,
    padding: Padding = 0,
    dilation: Sizes = 1,
    rounding: Rounding = "floor",
    padding_counts: PaddingCounts = "yes",
) -> Array:
    """Return the maximum, average, minimum or soft maximum over each place of a window.

    Parameters
    ----------
    X
        Images of shape (..., H, W): axes before the last two, channels and images, are pooled one by one.
    pool_size
        The window (height, width); one number is a square.
    mode
        "max" (padded with minus infinity), "min" (with infinity), "avg" (with 0), or "softmax",
        ``sum x exp(x) / sum exp(x)`` over the samples without padding.
    stride
        1 as in the post; networks mostly take the size of the window.
    padding
        A number each side, one an axis, pairs (before, after), or "same"; at most half of the window.
    rounding
        "ceil" keeps a last window that hangs over the end.
    padding_counts
        "no" divides an average by the samples in the window, "yes" by the padding too.  What hangs over
        the end beyond the padding never counts.

    Returns
    -------
    array or tensor
        Of the kind, device and leading shape of X.  "max" and "min" keep the type; "avg" and "softmax" keep
        types of floats and give float64 for whole numbers.  A NaN in a window makes a NaN.  Tensors are
        differentiable; equal maxima share the gradient.

    Raises
    ------
    UnknownNameError
        Another mode.
    ShapeError
        The window does not fit, is padded by more than half of itself, or holds no sample at some place.
    InputError
        Not numbers, or complex numbers under a mode that needs an order.
    LimitError
        More than `MOST_WORK` comparisons.

    Examples
    --------
    >>> pool2d([[1, 2], [3, 4]], 2, "avg")
    array([[2.5]])
    >>> pool2d([[-5, -2], [-3, -4]], 3, padding=1)
    array([[-2, -2],
           [-2, -2]])
    """
    return pool(
        X,
        pool_size,
        mode,
        ndim=2,
        stride=stride,
        padding=padding,
        dilation=dilation,
        rounding=rounding,
        padding_counts=padding_counts,
    )


def pool(  # noqa: PLR0913 - the options of a pooling layer, as in pool2d
    X: object,  # noqa: N803 - as in pool2d
    pool_size: Sizes,
    mode: Mode = "max",
    *,
    ndim: int,
    stride: Sizes = 1,
    padding: Padding = 0,
    dilation: Sizes = 1,
    rounding: Rounding = "floor",
    padding_counts: PaddingCounts = "yes",
) -> Array:
    """Return `pool2d` over the last ``ndim`` axes of signals (1), images (2) or volumes (3).

    Examples
    --------
    >>> pool([3, 1, 4, 1, 5], 2, ndim=1)
    array([3, 4, 4, 5])
    """
    _check_ndim(ndim)
    _check_mode(mode, padding_counts)
    x = read(X, what="X")
    if x.ndim < ndim:
        raise ShapeError(
            f"X of shape {tuple(x.shape)} has no {counted(ndim, 'axis')} to pool over",
            next="corr and pool take ndim=1 for signals",
        )
    if is_complex(x) and mode != "avg":
        raise InputError(f"{x.dtype} numbers have no order, which mode {mode!r} needs", next='mode="avg"')
    windows = windows_along(
        x.shape[-ndim:], pool_size, stride=stride, padding=padding, dilation=dilation, rounding=rounding
    )
    outputs = [w.output(n) for w, n in zip(windows, x.shape[-ndim:], strict=True)]
    _check_work(math.prod(x.shape[:-ndim]) * math.prod(outputs) * math.prod(w.size for w in windows))
    # only an average may stand over padding alone, where padding counts
    check_padding(x.shape, windows, padding_counts if mode == "avg" else "no")
    if mode in {"max", "min"}:
        return extreme(x, windows, mode)
    final = namespace(x).float64 if is_whole(x) else x.dtype
    y = cast(x, working_type(x, final))
    return cast(soft_maximum(y, windows) if mode == "softmax" else average(y, windows, padding_counts), final)


def _check_ndim(ndim: int) -> None:
    if ndim not in {1, 2, 3}:
        raise InputError(f"windows slide along 1, 2 or 3 axes, not {ndim}", next="ndim=2 for images")


def _check_mode(mode: str, padding_counts: str) -> None:
    if mode not in get_args(Mode):
        raise UnknownNameError(
            f"unknown mode {mode!r} of pooling",
            why=f"the modes are {', '.join(get_args(Mode))}",
            next='mode="avg"' if mode in {"mean", "average"} else 'mode="max"',
        )
    one_of(padding_counts, get_args(PaddingCounts), what="padding_counts")
    if padding_counts == "no" and mode != "avg":
        raise InputError(
            f"padding_counts is about averages, and mode is {mode!r}",
            why="it would change nothing",
            next="leave it out",
        )


def _check_shapes(x: tuple[int, ...], k: tuple[int, ...], ndim: int) -> None:
    space = {1: "L", 2: "H, W", 3: "D, H, W"}[ndim]
    if len(k) == len(x) == ndim or (
        len(k) == ndim + 2 and len(x) in {ndim + 1, ndim + 2} and k[1] == x[-ndim - 1]
    ):
        return
    if len(k) == ndim + 2 and len(x) in {ndim + 1, ndim + 2}:
        raise ShapeError(
            f"X of shape {tuple(x)} has {counted(x[-ndim - 1], 'channel')}, K of shape {tuple(k)} is for {k[1]}",
            next="K has the shape (C_out, C_in, ...), X (N, C_in, ...)",
        )
    raise ShapeError(
        f"X of shape {tuple(x)} and K of shape {tuple(k)} do not belong together",
        why=f"either X is ({space}) and K has {counted(ndim, 'axis')}, "
        f"or X is ([N,] C_in, {space}) and K is (C_out, C_in, ...)",
        next="reshape: X[None, None] and K[None, None] add images and channels",
    )


def _check_work(work: int) -> None:
    if work > MOST_WORK:
        raise LimitError(
            f"{work:,} products of samples and taps are too many",
            why=f"the limit is {MOST_WORK:,}",
            next="take fewer images at a time, a smaller window or a larger stride",
        )
