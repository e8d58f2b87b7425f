"""A kernel applied to an image: in stated units, with a stated centre, right up to the border."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Literal, SupportsIndex, get_args

from kernelkit.catalogue.entry import Entry
from kernelkit.catalogue.named import named
from kernelkit.errors import InputError, ShapeError, UnknownNameError
from kernelkit.exact.kernel import Kernel
from kernelkit.filtering.boundary import EXTENSIONS, Extension
from kernelkit.filtering.engine import correlate, correlate_separable
from kernelkit.filtering.masked import around_holes
from kernelkit.filtering.meaning import Scale, meaning

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from kernelkit.exact.kernel import SupportsToList, Table
    from kernelkit.filtering.meaning import Meaning

    Array = NDArray[Any]
    AnyKernel = Kernel | Entry | str | Table | SupportsToList

Boundary = Literal["one-sided"] | Extension
Operation = Literal["correlate", "convolve"]

LARGEST_WHOLE = 2**20
"""Whole taps of a factor up to this are kept."""

BOUNDARIES: tuple[str, ...] = ("one-sided", *EXTENSIONS)


def apply(  # noqa: PLR0913 - what is applied to what, and every convention by name
    kernel: AnyKernel,
    image: ArrayLike,
    *,
    boundary: Boundary | None = None,
    spacing: float | Sequence[float] = 1.0,
    scale: Scale = "unit",
    operation: Operation = "correlate",
    axis: SupportsIndex | Sequence[SupportsIndex] | None = None,
    mask: ArrayLike | None = None,
    out: Array | None = None,
) -> Array:
    """Apply a kernel.

    The answer at a sample is ``sum tap * image[sample + offset]``: a correlation.  By default it is divided by the
    kernel's gain and by the spacing, so that a derivative is one, in units per sample or per millimetre, with its own
    sign; a mean is a mean.

    Parameters
    ----------
    kernel
        A kernel, a name of the catalogue such as ``"sobel-x"``, or its taps as nested lists or an array; of an even
        number of taps the one at index ``(n - 1) // 2`` belongs to the output's own sample.
    image
        Real samples, of any number of axes.  Whole numbers become float64 with their values as they are; float32
        stays float32.
    boundary
        What happens at the border: ``one-sided`` derives border rows anew, exact to the same degree, from the samples
        that there are, and is the default for derivatives; otherwise one of `EXTENSIONS`, by default ``reflect``.
    spacing
        Distance of neighbouring samples, one number or one an axis of the kernel.
    scale
        ``unit``, or ``raw``: the taps as they are, whatever their gain; the spacing then still divides.
    operation
        ``convolve`` turns the kernel around first.
    axis
        The axes of the image that the kernel's axes go along, in order; needed where the image has more.
    mask
        True where a sample is missing, of the image's shape: its value is not used, and around it the operator is
        fitted to the samples that are there.  NaN where those are too few.  Without a mask NaN spreads.
    out
        Where to: float32 or float64, of the result's shape.

    Returns
    -------
    :
        Of the image's shape; smaller for ``valid``.

    Raises
    ------
    InputError
        Complex samples or objects, a kernel without taps, spacings that are not positive.
    ShapeError
        Axes, masks or outputs that do not fit, or an image that is too small for its border.
    UnknownNameError
        A word that is none of those above, or an unknown kernel.

    Examples
    --------
    >>> import numpy as np
    >>> ramp = 3 * np.arange(5) ** 2
    >>> apply([-1, 0, 1], ramp)
    array([ 0.,  6., 12., 18., 24.])
    >>> apply([-1, 0, 1], ramp, spacing=0.5)
    array([ 0., 12., 24., 36., 48.])
    >>> apply([-1, 0, 1], ramp, scale="raw", boundary="zero")
    array([  3.,  12.,  24.,  36., -27.])
    """
    import numpy as np

    given = kernel_of(kernel)
    array = _samples(image)
    if operation not in get_args(Operation):
        raise UnknownNameError(f"no operation is called {operation!r}", next="correlate or convolve")
    known = meaning(given.flipped() if operation == "convolve" else given)
    axes = _axes(known.kernel, array, axis)
    factor = known.factor(scale, _spacings(spacing, len(axes)))
    chosen = boundary or ("one-sided" if known.order > 0 else "reflect")
    if chosen not in BOUNDARIES:
        raise UnknownNameError(f"no boundary is called {chosen!r}", next=f"one of {', '.join(BOUNDARIES)}")
    if mask is not None and chosen != "one-sided":
        if boundary is not None:
            raise InputError(
                f"a mask and the boundary {boundary} contradict each other",
                why="around missing samples, and at the border, the operator is fitted to those that are there",
                next='boundary="one-sided"',
            )
        chosen = "one-sided"
    missing = None if mask is None else _mask(mask, array)
    last = tuple(range(array.ndim - len(axes), array.ndim))
    moved = np.moveaxis(array, axes, last)
    if chosen == "valid":
        shape = moved.shape[: -len(axes)] + tuple(
            samples - size + 1
            for samples, size in zip(moved.shape[-len(axes) :], _sizes(known.kernel), strict=True)
        )
        if min(shape) < 1:
            raise ShapeError(
                f"a kernel of {' x '.join(map(str, _sizes(known.kernel)))} fits nowhere in an image of "
                f"{' x '.join(map(str, array.shape))}",
                next="another boundary than valid",
            )
    else:
        shape = moved.shape
    whole = _output(out, np.moveaxis(np.empty(shape, bool), last, axes).shape, array)
    target = np.moveaxis(whole, axes, last)
    for place in np.ndindex(moved.shape[: -len(axes)]):
        hidden = None if missing is None else np.moveaxis(missing, axes, last)[place]
        _one(known, moved[place], hidden, chosen, target[place])
    if factor != 1.0:
        whole *= whole.dtype.type(factor)
    return whole


def kernel_of(kernel: AnyKernel) -> Kernel:
    """Return the kernel that a name, an entry or a table of taps stands for; a name stands for the consistent kernel.

    Raises
    ------
    UnknownNameError
        A name that the catalogue does not know.
    """
    if isinstance(kernel, str):
        kernel = named(kernel)
    if isinstance(kernel, Entry):
        return kernel.kernel
    return kernel if isinstance(kernel, Kernel) else Kernel.from_array(kernel)


def _one(known: Meaning, image: Array, missing: Array | None, boundary: str, out: Array) -> None:
    """Apply a kernel along all axes of one image, with the gain of its taps."""
    import numpy as np

    from kernelkit.filtering import rim

    if missing is not None:
        image = np.where(missing, 0, image)
    lines = _lines(known.kernel)
    if boundary == "one-sided" and missing is None and lines is not None:
        rim.separable(image, [rim.line_of(line) for line in lines], out)
        return
    extension = "edge" if boundary == "one-sided" else boundary
    weights, anchor = _table(known.kernel)
    if lines is None:
        correlate(image, weights, anchor=anchor, extension=extension, out=out)
    else:
        factors = [_table(line) for line in lines]
        correlate_separable(
            image,
            [taps for taps, _ in factors],
            anchor=[place for _, (place,) in factors],
            extension=extension,
            out=out,
        )
    if missing is not None:
        around_holes(image, missing, known, out)
    elif boundary == "one-sided":
        rim.scattered(image, known, out)


def _lines(kernel: Kernel) -> list[Kernel] | None:
    """Return one kernel an axis whose product is the kernel; None where there are none.

    Small whole taps stay whole, so that sums of whole samples are exact; others are divided by the largest.
    """
    from kernelkit.analysis.separable import separate

    if kernel.ndim == 1:
        return [kernel]
    found = separate(kernel)
    if found.factors is None:
        return None
    scale, balanced = found.scale, []
    for factor in found.factors:
        largest = max(abs(tap) for _, tap in factor.taps)
        unit = largest if largest > LARGEST_WHOLE else Fraction(1)
        balanced.append(factor / unit)
        scale *= unit
    return [balanced[0] * scale, *balanced[1:]]


def _table(kernel: Kernel) -> tuple[Array, tuple[int, ...]]:
    """Return the taps in a window that holds offset 0, and where in it offset 0 stands."""
    import numpy as np

    first = [min(int(min(places)), 0) for places in zip(*kernel.support.offsets, strict=True)]
    weights = np.zeros(_sizes(kernel))
    for offset, tap in kernel.taps:
        weights[tuple(int(place) - start for place, start in zip(offset, first, strict=True))] = float(tap)
    return weights, tuple(-start for start in first)


def _sizes(kernel: Kernel) -> tuple[int, ...]:
    """Return the sides of the window that holds the taps and offset 0."""
    return tuple(
        max(int(max(places)), 0) - min(int(min(places)), 0) + 1
        for places in zip(*kernel.support.offsets, strict=True)
    )


def _samples(image: ArrayLike) -> Array:
    import numpy as np

    array = np.asarray(image)
    if array.dtype.kind not in "buif":
        raise InputError(
            f"an image of {array.dtype} cannot be filtered", why="samples are real numbers", next="image.real"
        )
    if array.ndim == 0 or array.size == 0:
        raise ShapeError(f"an image of shape {array.shape} has no samples")
    if array.dtype.kind == "b" or array.dtype.itemsize > 8 or array.dtype == np.float16:
        return array.astype(np.float64)
    return array


def _axes(
    kernel: Kernel, image: Array, axis: SupportsIndex | Sequence[SupportsIndex] | None
) -> tuple[int, ...]:
    from kernelkit.exact.rational import counted

    if axis is None:
        if kernel.ndim != image.ndim:
            raise ShapeError(
                f"a kernel of {counted(kernel.ndim, 'axis')} does not say where it goes in an image of "
                f"{counted(image.ndim, 'axis')}",
                next=f"axis={tuple(range(image.ndim))[-kernel.ndim :] if kernel.ndim > 1 else 0}",
            )
        return tuple(range(image.ndim))
    axes = tuple(axis) if isinstance(axis, Sequence) else (axis,)
    found = []
    for one in axes:
        place = one.__index__()
        if not -image.ndim <= place < image.ndim:
            raise ShapeError(f"an image of {counted(image.ndim, 'axis')} has no axis {place}")
        found.append(place % image.ndim)
    if len(found) != kernel.ndim or len(set(found)) != len(found):
        raise ShapeError(f"axes {tuple(found)} cannot serve a kernel of {counted(kernel.ndim, 'axis')}")
    return tuple(found)


def _spacings(spacing: float | Sequence[float], count: int) -> tuple[float, ...]:
    import math

    steps = tuple(spacing) if isinstance(spacing, Sequence) else (spacing,) * count
    if len(steps) != count:
        raise ShapeError(f"{len(steps)} spacings for {count} axes", next="one number, or one an axis")
    found = tuple(map(float, steps))
    if not all(step > 0 and math.isfinite(step) for step in found):
        raise InputError(f"spacings are positive numbers, not {spacing}")
    return found


def _mask(mask: ArrayLike, image: Array) -> Array:
    import numpy as np

    missing = np.asarray(mask)
    if missing.dtype != np.bool_:
        raise InputError(
            f"a mask is true where a sample is missing, not {missing.dtype}", next="mask=image < 0"
        )
    if missing.shape != image.shape:
        raise ShapeError(f"a mask of shape {missing.shape} does not fit an image of shape {image.shape}")
    return missing


def _output(out: Array | None, shape: tuple[int, ...], image: Array) -> Array:
    import numpy as np

    if out is None:
        return np.empty(shape, np.float32 if image.dtype == np.float32 else np.float64)
    if out.shape != shape:
        raise ShapeError(f"out has shape {out.shape}, the result {shape}", next=f"numpy.empty({shape})")
    if out.dtype not in (np.float32, np.float64):
        raise InputError(f"out is {out.dtype}; results are float32 or float64")
    if np.shares_memory(out, image):
        raise InputError("out and the image share memory", next="another array for the result")
    return out
