"""The joint confidence region of learned taps, and exact kernels within it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from kernelkit.learning.statistics import checked_confidence

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from kernelkit.exact.kernel import Kernel
    from kernelkit.learning.statistics import Estimate

ROUNDING = 1e-9
"""Half the width of an interval is at least so much of the largest tap: what solving in floats may lose."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One rational kernel within the joint confidence region of the learned taps.

    Attributes
    ----------
    kernel
        Its taps.
    how
        ``"fractions"``: the smallest common denominator within all intervals; ``"catalogue"``: a known kernel;
        ``"operator"``: the taps nearest to the learned ones that compute their operator exactly.
    name
        Of a known kernel, its name in the catalogue; else empty.
    p_value
        The chance of learning taps as far away as these, or farther, if it is the true kernel.
    """

    kernel: Kernel
    how: str
    name: str
    p_value: float


class Region(NamedTuple):
    """The joint confidence region of the taps of one kernel, an ellipsoid.

    Attributes
    ----------
    taps
        Learned, flat.
    whitener
        Turns deviations of the taps into independent ones of deviation 1.
    reach
        Half-widths of intervals that hold all at once with the confidence, one a tap.
    offsets
        Where the taps stand.
    found
        What the region came from.
    confidence
        Share of repetitions in which the true taps lie within.
    """

    taps: NDArray[np.float64]
    whitener: NDArray[np.float64]
    reach: NDArray[np.float64]
    offsets: tuple[tuple[int, ...], ...]
    found: Estimate
    confidence: float

    def p_value(self, taps: NDArray[np.float64]) -> float:
        """Return the chance of learning something as far from these taps, if they are the true ones."""
        gap = self.whitener @ (self.taps - taps)
        return self.found.tail(float(gap @ gap) / len(gap), len(gap))

    def holds(self, taps: NDArray[np.float64]) -> bool:
        """Whether taps lie in the region."""
        return self.p_value(taps) >= 1 - self.confidence

    def combination(self, row: Sequence[float]) -> tuple[float, float]:
        """Return a combination of the taps, and the half-width of its interval."""
        import numpy as np

        spread = np.linalg.solve(self.whitener.T, np.asarray(row))
        factor = self.found.factor(self.confidence)
        return float(self.taps @ row), factor * float(np.linalg.norm(spread))

    def candidate(self, kernel: Kernel, how: str, name: str = "") -> Candidate | None:
        """Return a kernel as a candidate; None where it lies outside the region or the window."""
        import numpy as np

        places = {offset: i for i, offset in enumerate(self.offsets)}
        taps = np.zeros(len(places))
        for offset, tap in kernel.taps:
            place = places.get(tuple(map(int, offset))) if all(x.denominator == 1 for x in offset) else None
            if place is None:
                return None
            taps[place] = float(tap)
        return Candidate(kernel, how, name, self.p_value(taps)) if self.holds(taps) else None

    def rank(self, candidate: Candidate) -> float:
        """Return half the squared distance plus the logarithm of the height: near and plain kernels come first."""
        taps = dict(candidate.kernel.taps)
        gap = self.whitener @ (
            self.taps - [float(taps.get(tuple(map(Fraction, x)), 0)) for x in self.offsets]
        )
        bottom = math.lcm(*(tap.denominator for tap in taps.values()))
        height = bottom * max(1, *(abs(int(tap * bottom)) for tap in taps.values()), 1)
        return float(gap @ gap) / 2 + math.log(height)


def region_of(found: Estimate, confidence: float, output: int, channel: int) -> Region:
    """Return the joint region of the kernel from one input channel to one output channel."""
    import numpy as np

    taps = found.taps[output, channel].ravel()
    floor = ROUNDING * max(float(np.abs(taps).max()), np.finfo(float).tiny)
    factor = found.factor(1 - (1 - checked_confidence(confidence)) / len(taps))  # Bonferroni
    covariance = found.covariance(output, channel) + np.eye(len(taps)) * (floor / factor) ** 2
    whitener = np.linalg.inv(np.linalg.cholesky(covariance))
    reach = factor * np.sqrt(np.diag(covariance))
    return Region(taps, whitener, reach, found.offsets, found, confidence)
