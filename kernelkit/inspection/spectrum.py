"""Spectra of filters: what a stride aliases, where the peak is, and in which direction a plane changes."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from kernelkit.errors import ShapeError
from kernelkit.learning.shapes import at_least

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

PADDED = 8
"""Samples of the spectrum a tap along each axis: the peak is found to a sixteenth of a cycle over the window."""


class Direction(NamedTuple):
    """Direction in which a plane changes most.

    ``angle`` is in degrees, counter-clockwise as the picture is seen, from 0 to below 180; ``coherence`` is 1 where
    the plane changes in this direction only, 0 where it changes in all alike.
    """

    angle: float
    coherence: float


def aliased_share(taps: ArrayLike, stride: tuple[int, int]) -> float:
    """Return the share of a filter's spectral energy beyond what a stride can carry.

    That is the energy where ``|omega_y| > pi / stride_y`` or ``|omega_x| > pi / stride_x``, over all of it: what white
    noise leaves behind the filter that folds onto lower frequencies.  Exact by Parseval's theorem: the energy within
    the limits is ``sum (S_y w S_x) * w`` with ``S[i, j] = sin(pi (i - j) / stride) / (pi (i - j))``.

    Parameters
    ----------
    taps
        (rows, columns), or (channels, rows, columns) whose energies are added.
    stride
        Strides (rows, columns).

    Examples
    --------
    >>> aliased_share([[1.0]], (2, 2)), aliased_share([[1.0, -1.0]], (1, 1))
    (0.75, 0.0)
    """
    import numpy as np

    planes = np.asarray(taps, dtype=float)
    if planes.ndim not in {2, 3} or not planes.size:
        raise ShapeError(
            f"a filter has 2 or 3 axes, not the shape {planes.shape}",
            next="give each filter of a layer alone",
        )
    down, right = (at_least(step, 1, what="a stride") for step in stride)
    largest = abs(planes).max()
    if (down, right) == (1, 1) or not largest:
        return 0.0
    planes = planes / largest
    kept = _band(planes.shape[-2], down) @ planes @ _band(planes.shape[-1], right)
    return float(np.clip(1 - (kept * planes).sum() / (planes**2).sum(), 0, 1))


def _band(size: int, stride: int) -> Floats:
    """Return the matrix of the ideal low-pass filter for a stride, between taps."""
    import numpy as np

    lag = np.arange(size)[:, None] - np.arange(size)
    band: Floats = np.sinc(lag / stride) / stride
    return band


def spectral_peak(plane: ArrayLike) -> tuple[float, float]:
    """Return frequency (cycles per pixel) and angle (degrees, as in `Direction`) of the largest spectral value.

    The spectrum is sampled `PADDED` times as densely as the window asks for.

    Examples
    --------
    >>> spectral_peak([[1.0, -1.0], [1.0, -1.0]])
    (0.5, 0.0)
    """
    import numpy as np

    taps = np.asarray(plane, dtype=float)
    sizes = tuple(PADDED * max(n, 2) for n in taps.shape)
    power = abs(np.fft.rfft2(taps, sizes))
    row, column = np.unravel_index(int(np.argmax(power.round(12))), power.shape)
    fy = float(np.fft.fftfreq(sizes[0])[row])
    fx = float(np.fft.rfftfreq(sizes[1])[column])
    # y counts downwards, angles upwards
    return math.hypot(fx, fy), _half_turn(math.atan2(-fy, fx))


def direction(plane: ArrayLike) -> Direction:
    """Return the direction in which a plane changes, from the tensor of its gradients between four taps each.

    Examples
    --------
    >>> direction([[0, 1, 2], [0, 1, 2]])
    Direction(angle=0.0, coherence=1.0)
    """
    import numpy as np

    taps = np.asarray(plane, dtype=float)
    largest = abs(taps).max(initial=0)
    if min(taps.shape) < 2 or not largest:
        return Direction(0.0, 0.0)
    taps = taps / largest
    across = np.diff(taps, axis=1)
    down = np.diff(taps, axis=0)
    dx = (across[1:] + across[:-1]) / 2
    dy = (down[:, 1:] + down[:, :-1]) / 2
    xx, yy, xy = float((dx * dx).sum()), float((dy * dy).sum()), float((dx * dy).sum())
    if xx + yy < 1e-18:
        return Direction(0.0, 0.0)
    coherence = math.hypot(xx - yy, 2 * xy) / (xx + yy)
    return Direction(_half_turn(math.atan2(-2 * xy, xx - yy) / 2), min(1.0, coherence))


def _half_turn(radians: float) -> float:
    """Return an angle in degrees from 0 to below 180."""
    angle = math.degrees(radians) % 180
    return 0.0 if angle > 180 - 1e-9 else angle
