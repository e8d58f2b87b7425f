"""What noisy taps are nearest to: how wide a smoothing kernel is, and which Gaussian or known kernel lies nearest."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kernelkit.identification.identify import identify
from kernelkit.learning.recover import oriented

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from kernelkit.exact.kernel import Kernel

NEAR = 0.05
"""Largest difference of a tap from one called near, over the largest tap."""

SIGMAS = 2000
"""Deviations of a Gaussian that are tried, a fifth of a per cent apart."""


@dataclass(frozen=True, slots=True)
class Nature:
    """What learned taps are nearest to.

    Attributes
    ----------
    kind
        As in `kernelkit.identification.identify.Identification`.
    deviation
        Of a smoothing kernel, the standard deviation along each axis in samples; else empty.
    nearest
        The sampled Gaussian or the kernel of the catalogue that lies nearest; empty where none is near.
    gap
        Largest difference of a tap from it, over the largest tap.
    """

    kind: str
    deviation: tuple[float, ...]
    nearest: str
    gap: float

    @property
    def statement(self) -> str:
        """The nature in one clause; empty where nothing is known."""
        words = []
        if self.deviation:
            sides = " x ".join(dict.fromkeys(f"{x:.2f}" for x in self.deviation))
            words.append(f"it smooths by a deviation of {sides} samples")
        if self.nearest:
            words.append(f"nearest is {self.nearest}, its taps within {self.gap:.2%} of the largest")
        return ", ".join(words)


def nature_of(kernel: Kernel, reach: float) -> Nature:
    """Say what taps with noise are nearest to.

    Parameters
    ----------
    kernel
        The learned taps.
    reach
        How far each may be off.

    Examples
    --------
    >>> from kernelkit import Kernel
    >>> found = nature_of(Kernel.from_array([0.0539, 0.2421, 0.3991, 0.2418, 0.0541]), 1e-3)
    >>> found.kind, found.nearest
    ('smoothing', 'a sampled Gaussian of sigma 1.00')
    """
    found = identify(kernel, tolerance=reach)
    largest = max((abs(float(tap)) for _, tap in kernel.taps), default=0.0)
    near = [_known(kernel)]
    deviation: tuple[float, ...] = ()
    if found.kind == "smoothing" and found.variance is not None and min(found.variance) > 0:
        deviation = tuple(math.sqrt(v) for v in found.variance)
        sigma, gap = _gaussian(kernel)
        near.append((gap, f"a sampled Gaussian of sigma {sigma:.2f}"))
    gap, nearest = min(near)
    gap = gap / largest if largest else math.inf
    return Nature(found.kind, deviation, nearest if gap <= NEAR else "", gap)


def _known(kernel: Kernel) -> tuple[float, str]:
    """Return the largest gap to the nearest multiple of a known kernel on the same samples, and what it is called."""
    import numpy as np

    places = {offset: i for i, (offset, _) in enumerate(kernel.taps)}
    taps = np.array([float(tap) for _, tap in kernel.taps])
    best, scale, nearest = math.inf, 1.0, None
    for _, _, published in oriented(kernel.ndim):
        if not all(offset in places for offset, _ in published.taps):
            continue
        other = np.zeros(len(taps))
        for offset, tap in published.taps:
            other[places[offset]] = float(tap)
        factor = float(taps @ other) / float(other @ other)
        gap = float(np.abs(taps - factor * other).max())
        if gap < best:
            best, scale, nearest = gap, factor, published
    if nearest is None:
        return best, ""
    # one kernel may have several names, of which the plainest is meant
    match = identify(nearest, tolerance=0).matches[0]
    factor = scale * float(match.scale)
    return best, f"{factor:.4g} times {match.name}{match.motion and ', '}{match.motion}"


def _gaussian(kernel: Kernel) -> tuple[float, float]:
    """Return the sigma of the samples of a round Gaussian, of the same sum, nearest to taps, and the largest gap."""
    import numpy as np

    squares = np.array([sum(float(x) ** 2 for x in offset) for offset, _ in kernel.taps])
    taps = np.array([float(tap) for _, tap in kernel.taps])

    def gap(sigma: float) -> float:
        weights: NDArray[np.float64] = np.exp(-squares / (2 * sigma * sigma))
        return float(np.abs(taps - weights * (taps.sum() / weights.sum())).max())

    sigma = min(np.geomspace(0.25, 16, SIGMAS).tolist(), key=gap)
    return sigma, gap(sigma)
