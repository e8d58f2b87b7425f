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

        # unlike hypot it has a slope of 0 where nothing changes, and not 0 / 0
        return torch.linalg.vector_norm(torch.stack(list(parts)), dim=0)
    import numpy as np

    return functools.reduce(np.hypot, parts)


def direction_of(down: Any, across: Any) -> Any:  # noqa: ANN401
    """Return the angle of vectors, from the second component towards the first; NaN where both are 0."""
    some = (down != 0) | (across != 0)
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
