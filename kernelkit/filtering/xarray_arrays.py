"""Kernels applied to labelled arrays: dimensions by name, spacing from coordinates, labels kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal, SupportsIndex

from kernelkit.errors import InputError, ShapeError, UnknownNameError
from kernelkit.filtering.apply import apply
from kernelkit.filtering.halo import halo
from kernelkit.filtering.plan import axes_of, kernel_of

if TYPE_CHECKING:
    from typing import Unpack

    import xarray
    from numpy.typing import ArrayLike, NDArray

    from kernelkit.filtering.plan import AnyKernel, Conventions

    Axis = SupportsIndex | str

EVEN = 1e-6
"""How far coordinates may lie from even spacing, in spacings."""


def apply_xarray(
    kernel: AnyKernel,
    image: xarray.DataArray,
    *,
    spacing: float | Sequence[float] | Literal["coords"] = 1.0,
    axis: Axis | Sequence[Axis] | None = None,
    stride: int | Sequence[int] = 1,
    mask: xarray.DataArray | ArrayLike | None = None,
    out: NDArray[Any] | None = None,
    **conventions: Unpack[Conventions],
) -> xarray.DataArray:
    """Apply a kernel to a labelled array: dimensions, coordinates, name and attributes are kept.

    Attributes are kept as they are; a unit among them is that of the image, not of its derivative.  What is backed by
    dask stays lazy.

    Parameters
    ----------
    kernel, stride, conventions
        As for `kernelkit.filtering.apply.apply`.
    image
        Real samples.
    spacing
        As for that; or ``coords``, to take it from the evenly spaced, increasing coordinates of the kernel's axes.
    axis
        Dimensions by name, or axes by number.
    mask
        As for that; if it is labelled, with the labels of the image, in any order of dimensions.
    out
        As for that; its memory becomes the result's.

    Raises
    ------
    InputError
        Coordinates that tell no spacing, and what `kernelkit.filtering.apply.apply` raises.
    ShapeError, UnknownNameError
        As that does, and for labels of the mask that do not fit.

    Examples
    --------
    >>> import xarray
    >>> image = xarray.DataArray([0.0, 1.0, 4.0, 9.0], {"x": [0.0, 0.5, 1.0, 1.5]}, name="height")
    >>> apply_xarray([-1, 0, 1], image, axis="x", spacing="coords")
    <xarray.DataArray 'height' (x: 4)> Size: 32B
    array([ 0.,  4.,  8., 12.])
    Coordinates:
      * x        (x) float64 32B 0.0 0.5 1.0 1.5
    """
    import xarray

    if not isinstance(image, xarray.DataArray):
        raise InputError(
            f"a {type(image).__name__} is not one array",
            next="dataset.map(lambda image: apply(kernel, image)), or variable.values",
        )
    given = kernel_of(kernel, conventions.get("scale", "unit"))
    axes = axes_of(given, image.shape, _numbers(image, axis))
    steps = tuple(_step(image, image.dims[place]) for place in axes) if spacing == "coords" else spacing
    missing = _unlabelled(mask, image) if isinstance(mask, xarray.DataArray) else mask
    values = apply(
        given, image.data, spacing=steps, axis=axes, stride=stride, mask=missing, out=out, **conventions
    )
    places = halo(given, image, axis=axes, stride=stride, conventions={"spacing": steps, **conventions}).kept
    kept = dict(zip(image.dims, (slice(one.start, one.stop, one.step) for one in places), strict=True))
    return xarray.DataArray(values, image.isel(kept).coords, image.dims, image.name, image.attrs)


def _numbers(
    image: xarray.DataArray, axis: Axis | Sequence[Axis] | None
) -> SupportsIndex | tuple[SupportsIndex, ...] | None:
    """Return axes by number for dimensions by name."""
    if axis is None:
        return None
    found: list[SupportsIndex] = []
    for one in axis if isinstance(axis, Sequence) and not isinstance(axis, str) else (axis,):
        if isinstance(one, str):
            if one not in image.dims:
                raise UnknownNameError(
                    f"no dimension is called {one!r}", next=f"one of {', '.join(map(str, image.dims))}"
                )
            found.append(image.dims.index(one))
        else:
            found.append(one)
    return tuple(found)


def _step(image: xarray.DataArray, dimension: object) -> float:
    """Return the distance of neighbouring coordinates."""
    import numpy as np

    if dimension not in image.coords:
        raise InputError(
            f"dimension {dimension!r} has no coordinates", next="spacing as a number, or image.assign_coords"
        )
    places = image.coords[dimension].to_numpy()
    if places.dtype.kind in "mM":
        raise InputError(
            f"the coordinates of {dimension!r} are times, and no unit is said",
            next=f"image.assign_coords({dimension}=(image[{dimension!r}] - image[{dimension!r}][0]) "
            "/ numpy.timedelta64(1, 's'))",
        )
    if places.dtype.kind not in "iuf" or places[0] == places[-1]:
        raise InputError(f"the coordinates of {dimension!r} tell no spacing", next="spacing as a number")
    rounding = 4 * np.finfo(places.dtype).eps * abs(places).max() if places.dtype.kind == "f" else 0.0
    exact = places.astype(np.float64)
    step = float(exact[-1] - exact[0]) / (len(exact) - 1)
    if step < 0:
        raise InputError(
            f"the coordinates of {dimension!r} decrease",
            why="a derivative along them has the other sign than one along the axis",
            next=f"image.sortby({dimension!r})",
        )
    if not (abs(exact - np.linspace(exact[0], exact[-1], len(exact))) <= max(EVEN * step, rounding)).all():
        apart = np.diff(exact)
        raise InputError(
            f"the coordinates of {dimension!r} are not evenly spaced",
            why=f"neighbours are from {apart.min():g} to {apart.max():g} apart",
            next=f"image.interp({dimension}=numpy.linspace({exact.min():g}, {exact.max():g}, {len(exact)}))",
        )
    return step


def _unlabelled(mask: xarray.DataArray, image: xarray.DataArray) -> Any:  # noqa: ANN401 - of NumPy or dask
    """Return a mask in the image's order of dimensions."""
    import xarray

    try:
        xarray.align(image, mask, join="exact", copy=False)
        return mask.transpose(*image.dims).data
    except ValueError as error:
        raise ShapeError("the labels of the mask are not those of the image", why=str(error)) from error
