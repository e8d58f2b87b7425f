"""Gradients, Hessians and Laplacians of images and volumes, in array-axis order."""

from __future__ import annotations

import functools
import itertools
import operator
from typing import TYPE_CHECKING, Any, Literal, get_args

from kernelkit.errors import InputError, ShapeError, UnknownNameError
from kernelkit.exact.derive import derive
from kernelkit.exact.functional import derivative
from kernelkit.exact.kernel import Kernel
from kernelkit.filtering.apply import apply, output_for, unmasked
from kernelkit.filtering.libraries import direction_of, largest_of, length_of, library_of, stacked
from kernelkit.filtering.meaning import meaning
from kernelkit.filtering.one_pass import in_one_pass, pays
from kernelkit.filtering.plan import as_tuple, axes_of, each, kernel_of, plan

if TYPE_CHECKING:
    from collections.abc import Sequence
    from fractions import Fraction

    from numpy.typing import ArrayLike

    from kernelkit.filtering.plan import AnyKernel, Axis, Boundary

ROUNDING = 64
"""Units in the last place of the largest sample, over the spacing, that a gradient has to exceed for a direction."""

Output = Literal["components", "magnitude", "orientation"]
"""What becomes of the components of a gradient."""


def gradient(  # noqa: PLR0913 - every convention by name; what comes in, of any library, comes out
    image: Any,  # noqa: ANN401
    *,
    kernel: AnyKernel | None = None,
    output: Output = "components",
    accuracy: int = 2,
    axis: Axis = None,
    spacing: float | Sequence[float] | Literal["coords"] = 1.0,
    boundary: Boundary = "one-sided",
    mask: ArrayLike | None = None,
    out: Any = None,  # noqa: ANN401
) -> Any:  # noqa: ANN401
    """Return the gradient, in units per sample or per length, along all axes or some.

    Parameters
    ----------
    image
        Real samples; an array as for `kernelkit.filtering.apply.apply`.
    kernel
        A kernel for the derivative along the last axis, such as ``"sobel"``; turned for the other axes.  Central
        differences without one.
    output
        ``components``: the axis of components first, so that ``gradient(image)[0]`` is the derivative along the first
        axis.  ``magnitude``: their Euclidean length.  ``orientation``, of two axes: ``atan2(first, second)`` in
        radians, from the second axis towards the first; NaN where the gradient is 0 up to rounding, `ROUNDING`.
    accuracy
        Of the central differences.
    axis
        The axes of the gradient, in order; all without them.
    spacing, boundary, mask
        As for `kernelkit.filtering.apply.apply`.
    out
        Where to: an array of NumPy's, float32 or float64, of the result's shape.

    Returns
    -------
    :
        ``(axes, *image.shape)`` or, for magnitude and orientation, the image's shape.

    Raises
    ------
    InputError
        A kernel for something else than the derivative along the last axis.
    ShapeError
        Orientation along other than two axes; a kernel with another number of axes.
    UnknownNameError
        Another output.

    Examples
    --------
    >>> import numpy as np
    >>> y, x = np.mgrid[:4, :5]
    >>> found = gradient(4 * x + 3 * y, kernel="sobel")
    >>> bool(np.allclose(found[0], 3)), bool(np.allclose(found[1], 4))
    (True, True)
    >>> bool(np.allclose(gradient(4 * x + 3 * y, output="magnitude"), 5))
    True
    """
    if output not in get_args(Output):
        raise UnknownNameError(
            f"no output of a gradient is called {output!r}", next=f"one of {', '.join(get_args(Output))}"
        )
    array, mask, axes, steps = _given(image, mask, axis, spacing)
    if output == "orientation" and len(axes) != 2:
        raise ShapeError(
            f"an orientation is that of two axes, not of {len(axes)}", next="axis=(0, 1), or --axis y,x"
        )
    kernels = _slopes(kernel, len(axes), accuracy)
    if mask is None and library_of(array) == "numpy" and axes == (0, 1):
        plans = [plan(one, boundary=boundary, spacing=steps) for one in kernels]
        if pays(array, plans):
            if output == "magnitude":
                return in_one_pass(array, plans, "magnitude", out)
            if output == "components":
                return in_one_pass(array, plans, "components", out)
            both = in_one_pass(array, plans, "components")
            return _put(direction_of(both[0], both[1], rounding_of(array, both.dtype, steps)), out, array)
    parts = _applied(kernels, array, axes, spacing=steps, boundary=boundary, mask=mask)
    if output == "components":
        return _put(stacked(parts, "component", _names(array, axes)), out, array)
    if output == "magnitude":
        return _put(length_of(parts), out, array)
    return _put(direction_of(parts[0], parts[1], rounding_of(array, parts[0].dtype, steps)), out, array)


def hessian(
    image: Any,  # noqa: ANN401
    *,
    accuracy: int = 2,
    axis: Axis = None,
    spacing: float | Sequence[float] | Literal["coords"] = 1.0,
    boundary: Boundary = "one-sided",
    mask: ArrayLike | None = None,
    out: Any = None,  # noqa: ANN401
) -> Any:  # noqa: ANN401
    """Return all second derivatives: ``hessian(image)[i, j]`` is the one along axes i and j.

    Parameters
    ----------
    image, axis, spacing, boundary, mask, out
        As for `gradient`.
    accuracy
        Of the central differences.

    Returns
    -------
    :
        ``(axes, axes, *image.shape)``, symmetric.

    Examples
    --------
    >>> import numpy as np
    >>> y, x = np.mgrid[:5, :5]
    >>> found = hessian(x**2 + 6 * x * y + 4 * y**2)
    >>> [bool(np.allclose(found[place], value)) for place, value in {(0, 0): 8, (0, 1): 6, (1, 1): 2}.items()]
    [True, True, True]
    """
    array, mask, axes, steps = _given(image, mask, axis, spacing)
    slope, bend = derive(derivative(1), accuracy=accuracy), derive(derivative(2), accuracy=accuracy)
    places = list(itertools.combinations_with_replacement(range(len(axes)), 2))
    kernels = [_lifted({i: bend} if i == j else {i: slope, j: slope}, len(axes)) for i, j in places]
    parts = _applied(kernels, array, axes, spacing=steps, boundary=boundary, mask=mask)
    found = dict(zip(places, parts, strict=True))
    count = range(len(axes))
    names = _names(array, axes)
    rows = [stacked([found[min(i, j), max(i, j)] for j in count], "column", names) for i in count]
    return _put(stacked(rows, "row", names), out, array)


def laplacian(  # noqa: PLR0913 - as above
    image: Any,  # noqa: ANN401
    *,
    kernel: AnyKernel | None = None,
    accuracy: int = 2,
    axis: Axis = None,
    spacing: float | Sequence[float] | Literal["coords"] = 1.0,
    boundary: Boundary = "one-sided",
    mask: ArrayLike | None = None,
    out: Any = None,  # noqa: ANN401
) -> Any:  # noqa: ANN401
    """Return the sum of the second derivatives along all axes, or some; it is positive at the bottom of a bowl.

    Parameters
    ----------
    image, axis, spacing, boundary, mask, out
        As for `gradient`.
    kernel
        A kernel for the Laplacian, such as ``"laplacian-9pt-isotropic"``, on samples that are equally far apart.
        Without one, a central difference along each axis.
    accuracy
        Of the central differences.

    Returns
    -------
    :
        Of the image's shape.

    Examples
    --------
    >>> import numpy as np
    >>> y, x = np.mgrid[:5, :6]
    >>> bool(np.allclose(laplacian(x**2 + y**2), 4))
    True
    """
    array, mask, axes, steps = _given(image, mask, axis, spacing)
    if kernel is not None:
        return apply(kernel, array, axis=axes, spacing=steps, boundary=boundary, mask=mask, out=out)
    bend = derive(derivative(2), accuracy=accuracy)
    kernels = [_lifted({place: bend}, len(axes)) for place in range(len(axes))]
    parts = _applied(kernels, array, axes, spacing=steps, boundary=boundary, mask=mask)
    return _put(functools.reduce(operator.add, parts), out, array)


def rounding_of(image: Any, dtype: Any, steps: Any) -> Any:  # noqa: ANN401 - of any library
    """Return how long a gradient may be where nothing changes: what rounding makes of the largest sample."""
    import numpy as np

    precision = np.finfo(str(dtype).rpartition(".")[2]).eps
    step = min(steps) if isinstance(steps, tuple) else 1.0
    return ROUNDING * precision * largest_of(image) / step


def _given(
    image: Any,  # noqa: ANN401
    mask: ArrayLike | None,
    axis: Axis,
    spacing: float | Sequence[float] | Literal["coords"],
) -> tuple[Any, ArrayLike | None, tuple[int, ...], Any]:
    """Return the image as an array of its library, its mask, the axes that are meant, and a spacing for each."""
    array = image
    if library_of(image) == "numpy":
        array, mask = unmasked(image, mask)
    if not hasattr(array, "ndim"):
        raise InputError(
            f"a {type(array).__name__} is not one array", next="dataset.map(gradient), or one variable"
        )
    dims = list(getattr(array, "dims", ()))
    chosen = tuple(range(array.ndim)) if axis is None else as_tuple(axis)
    chosen = chosen if isinstance(chosen, tuple) else (chosen,)
    chosen = tuple(dims.index(one) if one in dims else one for one in chosen)
    if not chosen:
        raise ShapeError("derivatives go along one axis at least", next="axis=0")
    axes = axes_of(Kernel({(0,) * len(chosen): 1}), array.shape, chosen)
    if isinstance(spacing, str) and spacing == "coords" and dims:
        return array, mask, axes, spacing
    return array, mask, axes, each("spacings", spacing, len(axes))


def _slopes(kernel: AnyKernel | None, count: int, accuracy: int) -> list[Kernel]:
    """Return a kernel for the derivative along each axis."""
    if kernel is None:
        slope = derive(derivative(1), accuracy=accuracy)
        return [_lifted({axis: slope}, count) for axis in range(count)]
    given = kernel_of(kernel)
    if given.ndim != count:
        raise ShapeError(
            f"a kernel of {given.ndim} axes gives no gradient along {count}",
            next="a kernel of as many axes, such as gaussian-x:dim=2, or none, for central differences",
        )
    found = meaning(given)
    wanted = derivative((0,) * (count - 1) + (1,))
    if found.target != wanted:
        name = "nothing" if found.target is None else found.target.name
        raise InputError(
            f"a gradient is made of a kernel for {wanted.name}, not of one for {name}",
            why="the kernel is turned to serve the other axes",
            next='kernel="sobel", or no kernel, for central differences',
        )
    return [_turned(given, axis) for axis in range(count)]


def _lifted(lines: dict[int, Kernel], count: int) -> Kernel:
    """Return the product of kernels on lines, each along an axis of its own."""
    whole = [lines.get(axis, Kernel({0: 1})) for axis in range(count)]
    return functools.reduce(Kernel.outer, whole)


def _turned(kernel: Kernel, axis: int) -> Kernel:
    """Return a kernel for the derivative along the last axis as one along another: the two axes exchanged."""

    def exchanged(offset: tuple[Fraction, ...]) -> tuple[Fraction, ...]:
        places = list(offset)
        places[axis], places[-1] = places[-1], places[axis]
        return tuple(places)

    return Kernel({exchanged(offset): tap for offset, tap in kernel.taps}, ndim=kernel.ndim)


def _applied(
    kernels: Sequence[Kernel],
    array: Any,  # noqa: ANN401 - of any library
    axes: tuple[int, ...],
    *,
    boundary: Boundary,
    **conventions: Any,  # noqa: ANN401 - those of apply
) -> list[Any]:
    """Apply kernels to one image, and keep of valid results what all of them have."""
    parts = [apply(one, array, axis=axes, boundary=boundary, **conventions) for one in kernels]
    if boundary != "valid":
        return parts
    return [part[_common(one, kernels, axes, array.ndim)] for part, one in zip(parts, kernels, strict=True)]


def _common(one: Kernel, kernels: Sequence[Kernel], axes: Sequence[int], count: int) -> tuple[slice, ...]:
    """Return the part of a kernel's valid result where the windows of all kernels fit."""
    kept = [slice(None)] * count
    for axis, place in enumerate(axes):
        before = [-min(0, *(int(offset[axis]) for offset, _ in kernel.taps)) for kernel in (one, *kernels)]
        after = [max(0, *(int(offset[axis]) for offset, _ in kernel.taps)) for kernel in (one, *kernels)]
        low, high = max(before) - before[0], max(after) - after[0]
        kept[place] = slice(low, -high or None)
    return tuple(kept)


def _put(result: Any, out: Any, image: Any) -> Any:  # noqa: ANN401
    """Return a result, in ``out`` if there is one."""
    if out is None:
        return result
    if library_of(result) != "numpy":
        raise InputError("out is for arrays of NumPy", next="the result itself")
    output_for(out, result.shape, image)[...] = result
    return out


def _names(array: Any, axes: Sequence[int]) -> list[str]:  # noqa: ANN401
    """Return what axes are called."""
    return [str(getattr(array, "dims", range(array.ndim))[axis]) for axis in axes]
