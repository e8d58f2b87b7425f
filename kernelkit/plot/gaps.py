"""Lines with gaps where their values jump, so that no upright stroke joins what is not joined."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def with_gaps(
    places: NDArray[np.float64], degrees: NDArray[np.float64], jump: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the dots of a line with one that is not a number put in wherever the values jump by more.

    Examples
    --------
    >>> import numpy as np
    >>> x, y = with_gaps(np.array([0.0, 1.0, 2.0]), np.array([179.0, -179.0, -178.0]), 150)
    >>> x.tolist(), y.tolist()
    ([0.0, 1.0, 1.0, 2.0], [179.0, nan, -179.0, -178.0])
    """
    import numpy as np

    jumps = np.flatnonzero(abs(np.diff(degrees)) > jump) + 1
    return np.insert(places, jumps, places[jumps]), np.insert(degrees, jumps, np.nan)
