"""What the libraries of arrays call by different names; none is imported unless an array of it came in."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence

Library = Literal["numpy", "torch", "xarray", "dask"]


def library_of(image: object) -> Library:
    """Return the library of an array; ``numpy`` for everything that becomes an array of NumPy's.

    Examples
    --------
    >>> library_of([1, 2, 3])
    'numpy'
    """
    found = {base.__module__.partition(".")[0] for base in type(image).__mro__}
    others: tuple[Library, ...] = ("torch", "xarray", "dask")
    return next((library for library in others if library in found), "numpy")


def stacked(parts: Sequence[Any], name: str, labels: Sequence[str]) -> Any:  # noqa: ANN401 - of any library
    """Return arrays along a new first axis; of labelled ones it is called by name and has the labels."""
    library = library_of(parts[0])
    if library == "torch":
        import torch

        return torch.stack(list(parts))
    if library == "dask":
        import dask.array

        return dask.array.stack(parts)
    if library == "xarray":
        import xarray

        name = name if name not in parts[0].dims else f"{name}_of_gradient"
        index = xarray.Variable(name, list(labels))
        return xarray.concat(parts, index)
    import numpy as np

    return np.stack(parts)


def length_of(parts: Sequence[Any]) -> Any:  # noqa: ANN401
    """Return the square root of the sum of squares."""
    if library_of(parts[0]) == "torch":
        import torch

        # unlike hypot, the norm has a slope of 0 where nothing changes, and not 0 / 0; like hypot, it keeps its range
        whole = torch.stack(list(parts))
        unit = whole.detach().abs().amax(0)
        unit = torch.where(unit > 0, unit, 1)
        return torch.linalg.vector_norm(whole / unit, dim=0) * unit
    import numpy as np

    return functools.reduce(np.hypot, parts)


def direction_of(
    down: Any,  # noqa: ANN401
    across: Any,  # noqa: ANN401
    least: Any = 0.0,  # noqa: ANN401
) -> Any:  # noqa: ANN401
    """Return the angle of vectors, from the second component towards the first.

    NaN where neither component is larger than ``least``.
    """
    some = (abs(down) > least) | (abs(across) > least)
    library = library_of(down)
    if library == "torch":
        import torch

        # the slope of what is not chosen has to be a number, too
        return torch.where(some, torch.atan2(down, torch.where(some, across, 1)), torch.nan)
    import numpy as np

    angle = np.arctan2(down, across)
    if library == "xarray":
        return angle.where(some)
    if library == "dask":
        import dask.array

        return dask.array.where(some, angle, np.nan)
    angle[~some] = np.nan
    return angle


def largest_of(image: Any) -> Any:  # noqa: ANN401
    """Return the largest magnitude among samples that are numbers."""
    library = library_of(image)
    if library == "torch":
        import torch

        whole = image.detach().abs().double() if image.device.type != "mps" else image.detach().abs().float()
        return torch.nan_to_num(whole, nan=0.0, posinf=0.0).max()
    import numpy as np

    if library == "xarray":
        return np.abs(image.astype(float)).where(np.isfinite(image), 0).max()
    if library == "dask":
        import dask.array

        return dask.array.where(np.isfinite(image), np.abs(image.astype(float)), 0).max()
    with np.errstate(invalid="ignore"):
        largest = max(abs(float(image.min())), abs(float(image.max())))
    if np.isfinite(largest):
        return largest
    return np.max(np.abs(image, dtype=np.float64), where=np.isfinite(image), initial=0.0)
