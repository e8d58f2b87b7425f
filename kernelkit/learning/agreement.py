"""The operator test: whether learned taps compute an operator, as far as their noise lets one say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kernelkit.errors import InputError
from kernelkit.exact import linear
from kernelkit.exact.moments import through_degree
from kernelkit.exact.rational import counted, whole
from kernelkit.learning.region import check_channels

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from kernelkit.exact.functional import Functional
    from kernelkit.learning.statistics import Estimate

LEVEL = 0.05
"""Share of true statements that the operator test rejects, where nothing else is asked for."""


@dataclass(frozen=True, slots=True)
class OperatorTest:
    """Whether learned taps compute an operator through some degree, as far as their noise lets one say.

    Attributes
    ----------
    target
        The operator.
    degree
        Total degree through which moments were compared.
    conditions
        Independent moments compared.
    statistic
        Their mean squared deviation in units of its own spread: about 1 if the statement is true.
    p_value
        The chance of a larger one if it is true.
    level
        The share of true statements that are rejected.
    """

    target: Functional
    degree: int
    conditions: int
    statistic: float
    p_value: float
    level: float

    @property
    def verdict(self) -> str:
        """``"agrees"`` or ``"differs"``."""
        return "differs" if self.p_value < self.level else "agrees"

    @property
    def statement(self) -> str:
        """The verdict in one sentence."""
        tested = f"{counted(self.conditions, 'moment')} through degree {self.degree}"
        return f"{self.verdict} with {self.target.name} in {tested} (p = {self.p_value:.3g})"


def operator_test(
    found: Estimate,
    target: Functional,
    degree: int,
    *,
    level: float = LEVEL,
    output: int = 0,
    channel: int = 0,
) -> OperatorTest:
    """Test whether learned taps compute an operator exactly on polynomials through a degree.

    The moments ``m = M w`` have covariance ``sigma^2 M R^-1 M^T`` (Wald); their mean squared deviation from those of
    the target follows F with windows less unknowns where the noise was estimated, chi-squared where it was given.
    Kernels that agree through the degree cannot be told apart: through degree 2, [1, -2, 1] and the five-point
    second derivative of accuracy 4 are the same.

    Parameters
    ----------
    found
        From `kernelkit.learning.statistics.estimate`.
    target
        The operator at unit spacing, with its factor: ``derivative(2)``, or ``8 * derivative((0, 1))`` for Sobel.
    degree
        Total degree through which moments are compared.
    level
        Share of true statements to reject.
    output, channel
        Which kernel of a layer.

    Raises
    ------
    InputError
        Another number of axes, a degree below 0, a level outside (0, 1), channels that were not learned, or moments
        that no kernel on this window has.

    References
    ----------
    Wald, Tests of statistical hypotheses concerning several parameters when the number of observations is large,
    Trans. AMS 54 (1943), pp. 426-482.
    """
    import numpy as np

    check_channels(found, output, channel)
    ndim = len(found.offsets[0])
    if target.ndim != ndim:
        raise InputError(
            f"{target.name} has {counted(target.ndim, 'axis')}, the kernel {counted(ndim, 'axis')}",
            next="derivative((0, 2)) is d^2/dx^2 on two axes",
        )
    if whole(degree, what="a degree") < 0:
        raise InputError(f"a degree is 0 or more, unlike {degree}", next="degree=2")
    if not 0 < level < 1:
        raise InputError(f"a level lies between 0 and 1, unlike {level}", next="level=0.05")
    exponents = through_degree(ndim, degree)
    rows = [
        [int(np.prod([x**k for x, k in zip(p, a, strict=True)])) for p in found.offsets] for a in exponents
    ]
    wanted = [target.moment(alpha) for alpha in exponents]
    if linear.solve(rows, wanted) is None:
        raise InputError(
            f"no kernel on this window has the moments of {target.name} through degree {degree}",
            next="lower the degree, or learn a larger window",
        )
    independent = linear.reduce_rows(list(zip(*rows, strict=True))).pivots
    matrix = np.array([rows[i] for i in independent], dtype=float)
    gap = matrix @ found.taps[output, channel].ravel() - [float(wanted[i]) for i in independent]
    spread = matrix @ found.covariance(output, channel) @ matrix.T
    statistic = _mean_square(gap, spread)
    return OperatorTest(
        target, degree, len(independent), statistic, found.tail(statistic, len(independent)), level
    )


def _mean_square(gap: NDArray[np.float64], spread: NDArray[np.float64]) -> float:
    """Return ``gap^T spread^-1 gap`` over its length; infinite for a gap where there is no spread."""
    import numpy as np

    if not spread.any():
        return np.inf if gap.any() else 0.0
    scale = np.sqrt(np.diag(spread))
    return float((gap / scale) @ np.linalg.solve(spread / np.outer(scale, scale), gap / scale)) / len(gap)
