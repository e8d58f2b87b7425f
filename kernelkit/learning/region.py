"""The joint confidence region of learned taps, and exact kernels within it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from kernelkit.errors import InputError
from kernelkit.exact.rational import counted, whole
from kernelkit.learning.statistics import checked_confidence

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from kernelkit.exact.kernel import Kernel
    from kernelkit.learning.statistics import Estimate

ROUNDING = 1e-9
"""Half the width of an interval is at least so much of the largest tap: what solving in floats may lose."""

LEAST = 1e-140
"""Half-widths are at least so much: taps of zero have no largest one, and squares of smaller numbers underflow."""


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

    def dense(self, kernel: Kernel) -> NDArray[np.float64]:
        """Return the taps of a kernel within the window, zeros filled in."""
        import numpy as np

        taps = dict(kernel.taps)
        return np.array([float(taps.get(tuple(map(Fraction, x)), 0)) for x in self.offsets])

    def candidate(self, kernel: Kernel, how: str, name: str = "") -> Candidate | None:
        """Return a kernel as a candidate; None where it lies outside the region or the window."""
        places = set(self.offsets)
        if not all(offset in places for offset, _ in kernel.taps):
            return None
        taps = self.dense(kernel)
        return Candidate(kernel, how, name, self.p_value(taps)) if self.holds(taps) else None

    def rank(self, candidate: Candidate) -> float:
        """Return half the squared distance plus the logarithm of the height: near and plain kernels come first."""
        taps = dict(candidate.kernel.taps)
        gap = self.whitener @ (self.taps - self.dense(candidate.kernel))
        bottom = math.lcm(*(tap.denominator for tap in taps.values()))
        height = bottom * max(1, *(abs(int(tap * bottom)) for tap in taps.values()), 1)
        return float(gap @ gap) / 2 + math.log(height)


def region_of(found: Estimate, confidence: float, output: int, channel: int) -> Region:
    """Return the joint region of the kernel from one input channel to one output channel.

    Raises
    ------
    InputError
        A confidence outside (0, 1), or channels that were not learned.
    """
    import numpy as np

    check_channels(found, output, channel)
    taps = found.taps[output, channel].ravel()
    floor = max(ROUNDING * float(np.abs(taps).max()), LEAST)
    factor = found.factor(1 - (1 - checked_confidence(confidence)) / len(taps))  # Bonferroni
    covariance = found.covariance(output, channel) + np.eye(len(taps)) * (floor / factor) ** 2
    whitener = np.linalg.inv(np.linalg.cholesky(covariance))
    reach = factor * np.sqrt(np.diag(covariance))
    return Region(taps, whitener, reach, found.offsets, found, confidence)


def check_channels(found: Estimate, output: int, channel: int) -> None:
    """Refuse output and input channels that were not learned.

    Raises
    ------
    InputError
        A channel outside the layer.
    """
    outputs, inputs = found.taps.shape[:2]
    for number, count, what in ((output, outputs, "output channel"), (channel, inputs, "input channel")):
        if not 0 <= whole(number, what=f"an {what}") < count:
            raise InputError(
                f"there is no {what} {number}",
                why=f"the layer has {counted(count, what)}, numbered from 0",
                next="output=0, channel=0",
            )
