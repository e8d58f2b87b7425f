"""What lies beyond the border of an image: six extensions, by formula."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, get_args

from kernelkit.errors import UnknownNameError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Extension = Literal["zero", "edge", "reflect", "symmetric", "wrap", "valid"]
"""How samples beyond the border are made up.

=============  ========================  =========  =============  =========
name           f(-1), f(-2)              numpy.pad  scipy.ndimage  torch
=============  ========================  =========  =============  =========
``zero``       0, 0                      constant   constant       zeros
``edge``       f(0), f(0)                edge       nearest        replicate
``reflect``    f(1), f(2)                reflect    mirror         reflect
``symmetric``  f(0), f(1)                symmetric  reflect
``wrap``       f(n - 1), f(n - 2)        wrap       wrap           circular
``valid``      none: the output shrinks
=============  ========================  =========  =============  =========
"""

EXTENSIONS: tuple[Extension, ...] = get_args(Extension)

SCIPY: dict[str, str] = {
    "zero": "constant",
    "edge": "nearest",
    "reflect": "mirror",
    "symmetric": "reflect",
    "wrap": "wrap",
}
"""The words of scipy.ndimage for the same extensions."""

OUTSIDE = -1
"""Index of a sample that is zero whatever the image holds."""


def sources(extension: str, samples: int, start: int, stop: int) -> NDArray[np.int64]:
    """Return which sample stands at each place from start to stop along an axis; `OUTSIDE` where none does.

    Images of any size extend without end: reflections repeat.

    Parameters
    ----------
    extension
        One of `EXTENSIONS` but ``valid``.
    samples
        Along the axis; at least one.
    start, stop
        Half-open range of places; 0 is the first sample.

    Raises
    ------
    UnknownNameError
        Another extension.

    Examples
    --------
    >>> [sources(name, 4, -2, 6).tolist() for name in ("edge", "reflect", "symmetric", "wrap", "zero")]
    [[0, 0, 0, 1, 2, 3, 3, 3], [2, 1, 0, 1, 2, 3, 2, 1], [1, 0, 0, 1, 2, 3, 3, 2], [2, 3, 0, 1, 2, 3, 0, 1], \
[-1, -1, 0, 1, 2, 3, -1, -1]]
    """
    import numpy as np

    places = np.arange(start, stop)
    if extension == "edge":
        return places.clip(0, samples - 1)
    if extension == "wrap":
        return places % samples
    if extension == "symmetric":
        within = places % (2 * samples)
        return np.minimum(within, 2 * samples - 1 - within)
    if extension == "reflect":
        period = max(2 * (samples - 1), 1)
        within = places % period
        return np.minimum(within, period - within) if samples > 1 else np.zeros_like(places)
    if extension == "zero":
        return np.where((places >= 0) & (places < samples), places, OUTSIDE)
    raise UnknownNameError(f"no extension is called {extension!r}", next=f"one of {', '.join(EXTENSIONS)}")
