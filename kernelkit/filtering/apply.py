"""A kernel applied to an image: in stated units, with a stated centre, right up to the border."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any, Literal

from kernelkit.errors import InputError, ShapeError
from kernelkit.filtering.engine import aligned, correlate, correlate_separable
from kernelkit.filtering.libraries import library_of
from kernelkit.filtering.masked import around_holes
from kernelkit.filtering.plan import as_tuple, axes_of, kernel_of, plan, steps_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import ArrayLike, DTypeLike, NDArray

    from kernelkit.filtering.meaning import Scale
    from kernelkit.filtering.plan import AnyKernel, Axis, Boundary, Operation, Plan

    Array = NDArray[Any]


EXACT = 2**53
"""Whole numbers up to this, in magnitude, are exact in double precision."""


def apply(  # noqa: PLR0913 - every convention by name; what comes in, of any library, comes out
    kernel: AnyKernel,
    image: Any,  # noqa: ANN401
    *,
    boundary: Boundary | None = None,
    spacing: float | Sequence[float] | Literal["coords"] = 1.0,
    scale: Scale = "unit",
    operation: Operation = "correlate",
    axis: Axis = None,
    stride: int | Sequence[int] = 1,
    dilation: int | Sequence[int] = 1,
    mask: ArrayLike | None = None,
    out: Any = None,  # noqa: ANN401
) -> Any:  # noqa: ANN401
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
        Real samples, of any number of axes: an array of NumPy or what becomes one, of PyTorch, xarray or dask.  Whole
        numbers become float64 with their values as they are; float32 stays float32.
    boundary
        What happens at the border: ``one-sided`` derives border rows anew, exact to the same degree, from the samples
        that there are, and is the default for derivatives; otherwise one of
        `kernelkit.filtering.boundary.EXTENSIONS`, by default ``reflect``.
    spacing
        Distance of neighbouring samples, one number or one an axis of the kernel; ``coords`` takes it from the evenly
        spaced coordinates of an array of xarray's.
    scale
        ``unit``, or ``raw``: the taps as they are, whatever their gain; the spacing then still divides.
    operation
        ``convolve`` turns the kernel around first.
    axis
        The axes of the image that the kernel's axes go along, in order; needed where the image has more.  Those of
        xarray's arrays may be named.
    stride
        Keep every so-many-th answer, from the first on: one number, or one an axis of the kernel.
    dilation
        Distance of neighbouring taps in samples: one number, or one an axis.  At unit gain a derivative stays one.
    mask
        True where a sample is missing, of the image's shape: its value is not used, and around it the operator is
        fitted to the samples that are there.  NaN where those are too few.  Without a mask NaN spreads.
    out
        Where to: float32 or float64, of the result's shape.

    Returns
    -------
    :
        Of the image's library and shape; smaller for ``valid`` and with a stride.

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

    given = kernel_of(kernel, scale)
    conventions: Any = {
        "boundary": boundary,
        "spacing": as_tuple(spacing),
        "scale": scale,
        "operation": operation,
        "dilation": as_tuple(dilation),
    }
    library = library_of(image)
    if library != "numpy":
        module = importlib.import_module(f"kernelkit.filtering.{library}_arrays")
        other: Callable[..., Any] = getattr(module, f"apply_{library}")
        return other(given, image, axis=axis, stride=stride, mask=mask, out=out, **conventions)
    array, mask = unmasked(image, mask)
    planned = plan(given, masked=mask is not None, **conventions)
    axes = axes_of(given, array.shape, axis)
    steps = steps_of("stride", stride, len(axes))
    missing = None if mask is None else np.asarray(mask)
    if missing is not None:
        check_mask(missing, array.shape)
    shape = planned.shape_for(array.shape, axes)
    if max(steps) == 1:
        whole = output_for(out, shape, array)
        fill(planned, array, missing, axes, whole)
        return whole
    kept = [slice(None)] * array.ndim
    for place, step in zip(axes, steps, strict=True):
        kept[place] = slice(None, None, step)
    strided = tuple(len(range(side)[part]) for side, part in zip(shape, kept, strict=True))
    result = output_for(out, strided, array)
    whole = aligned(shape, result.dtype)
    fill(planned, array, missing, axes, whole)
    result[...] = whole[tuple(kept)]
    return result


def fill(planned: Plan, image: Array, missing: Array | None, axes: tuple[int, ...], out: Array) -> None:
    """Fill an array with what a kernel gives along some axes of an image."""
    import numpy as np

    with np.errstate(all="ignore"):  # what is infinite or no number stays so, in silence
        _filled(planned, image, missing, axes, out)


def _filled(planned: Plan, image: Array, missing: Array | None, axes: tuple[int, ...], out: Array) -> None:
    import numpy as np

    from kernelkit.filtering import rim

    one_sided = planned.boundary == "one-sided"
    extension = "edge" if one_sided else planned.boundary
    source = image if missing is None else np.where(missing, 0, image)
    if one_sided and missing is None and planned.lines is not None:
        lines = rim.lines_along(source.shape, dict(zip(axes, planned.lines, strict=True)))
        rim.separable(source, lines, out)
    else:
        _correlate(planned, source, axes, extension, out)
        if one_sided:
            last = tuple(range(image.ndim - len(axes), image.ndim))
            moved, target = np.moveaxis(source, axes, last), np.moveaxis(out, axes, last)
            hidden = None if missing is None else np.moveaxis(missing, axes, last)
            for place in np.ndindex(moved.shape[: -len(axes)]):
                if hidden is None:
                    rim.scattered(moved[place], planned.known, target[place])
                else:
                    around_holes(moved[place], hidden[place], planned.known, target[place])
    if planned.divisor != 1.0:
        out /= out.dtype.type(planned.divisor)


def _correlate(planned: Plan, image: Array, axes: tuple[int, ...], extension: str, out: Array) -> None:
    """Correlate with the taps, along some axes at once."""
    import numpy as np

    if planned.lines is None:
        [(weights, anchor)] = planned.tables
        order = np.argsort(axes)
        places = [0] * image.ndim
        for axis, place in zip(axes, anchor, strict=True):
            places[axis] = place
        others = [axis for axis in range(image.ndim) if axis not in axes]
        correlate(
            image,
            np.expand_dims(weights.transpose(order), others),
            anchor=places,
            extension=extension,
            out=out,
        )
        return
    factors, places = [np.ones(1)] * image.ndim, [0] * image.ndim
    for axis, (taps, (place,)) in zip(axes, planned.tables, strict=True):
        factors[axis], places[axis] = taps, place
    correlate_separable(image, factors, anchor=places, extension=extension, out=out)


def unmasked(image: ArrayLike, mask: ArrayLike | None) -> tuple[Array, ArrayLike | None]:
    """Return an image as an array of real numbers, and its mask: that of a masked array counts, too."""
    import numpy as np

    if isinstance(image, np.ma.MaskedArray):
        own = np.ma.getmaskarray(image)
        if own.any():
            mask = own if mask is None else own | np.asarray(mask)
        image = np.where(own, 0, image.data)
    return samples_of(image), mask


def samples_of(image: ArrayLike) -> Array:
    """Return an image as an array of real numbers.

    Raises
    ------
    InputError
        Complex samples or objects, or whole numbers beyond 2^53.
    ShapeError
        No samples.
    """
    import numpy as np

    array = np.asarray(image)
    check_samples(array.dtype, array.shape)
    kind, size = array.dtype.kind, array.dtype.itemsize
    if kind == "b" or size > 8 or (kind, size) == ("f", 2):
        return array.astype(np.float64)
    if kind in "iu" and size == 8 and max(-int(array.min()), int(array.max())) > EXACT:
        raise InputError(
            "the image holds whole numbers beyond 2^53",
            why="results are floating-point numbers, which cannot tell them from their neighbours",
            next="subtract a number from all samples first, if differences are what counts",
        )
    return array.astype(array.dtype.newbyteorder("="), copy=False)


def check_samples(dtype: DTypeLike, shape: tuple[int, ...]) -> None:
    """Refuse what no sample of an image is, by its type and shape.

    Raises
    ------
    InputError
        Complex samples or objects.
    ShapeError
        No samples.
    """
    import numpy as np

    if np.dtype(dtype).kind not in "buif":
        raise InputError(
            f"an image of {dtype} cannot be filtered", why="samples are real numbers", next="image.real"
        )
    if not shape or 0 in shape:
        raise ShapeError(f"an image of shape {shape} has no samples")


def check_mask(mask: Any, shape: tuple[int, ...]) -> None:  # noqa: ANN401 - of any library
    """Refuse a mask, by its type and shape, that does not say of every sample whether it is missing.

    Raises
    ------
    InputError
        Other than truth values.
    ShapeError
        Another shape than the image's.
    """
    if mask.dtype != bool:
        raise InputError(f"a mask is true where a sample is missing, not {mask.dtype}", next="mask=image < 0")
    if tuple(mask.shape) != shape:
        raise ShapeError(f"a mask of shape {tuple(mask.shape)} does not fit an image of shape {shape}")


def output_for(out: Array | None, shape: tuple[int, ...], image: Array) -> Array:
    """Return where a result goes: to ``out``, if it fits, or to new memory.

    Raises
    ------
    InputError
        An ``out`` of another type, or that shares memory with the image.
    ShapeError
        An ``out`` of another shape.
    """
    import numpy as np

    if out is None:
        return aligned(shape, np.float32 if image.dtype == np.float32 else np.float64)
    if not isinstance(out, np.ndarray):
        raise InputError(
            f"out is an array of NumPy's, not {type(out).__name__}", next=f"numpy.empty({shape})"
        )
    if out.shape != shape:
        raise ShapeError(f"out has shape {out.shape}, the result {shape}", next=f"numpy.empty({shape})")
    if out.dtype not in (np.float32, np.float64):
        raise InputError(
            f"out is {out.dtype}; results are float32 or float64, in the machine's order of bytes",
            next=f"numpy.empty({shape})",
        )
    if not out.flags.writeable:
        raise InputError("out can only be read", next=f"numpy.empty({shape})")
    if np.shares_memory(out, image):
        raise InputError("out and the image share memory", next="another array for the result")
    return out
