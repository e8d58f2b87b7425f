"""Gradient descent on a layer's taps, in closed form: where it ends, how fast, and every step on the way.

The gradient of the sum of squares is ``2 (R w - r)``, so a step multiplies the error along an eigenvector of R with
``1 - 2 lr lambda`` and leaves alone what R does not see.  Nothing has to be run to know a run.
"""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

from kernelkit.errors import InputError, ShapeError
from kernelkit.learning.shapes import finite, one_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

    from kernelkit.learning.gram import Normal

    Floats = NDArray[np.float64]

Loss = Literal["sum", "mean"]
"""The sum of squares, as in the post, or their mean over all entries of the output."""

_SMALLEST = 1e-290
"""Eigenvalues up to it count as zero; a mean over 2**29 outputs leaves their inverses within the floats."""


@dataclass(frozen=True, slots=True, eq=False)
class Descent:
    """What decides every run of gradient descent on one pair; made by `descent`.

    Attributes
    ----------
    eigenvalues
        Of R, ascending, those that count as zero left out: (rank,).
    vectors
        Their eigenvectors, (unknowns, rank).
    minimum
        The solution of least norm, (unknowns, C_out).
    least
        The loss there, as a sum of squares.
    scale
        1 for the sum, and 1 over the number of outputs for the mean: what multiplies the sum's gradient.
    """

    eigenvalues: Floats
    vectors: Floats
    minimum: Floats
    least: float
    scale: float

    @property
    def rank(self) -> int:
        """Number of unknowns that move."""
        return len(self.eigenvalues)

    @property
    def largest_step(self) -> float:
        """The step below which every start converges: ``1 / lambda_max`` for the sum, N times that for the mean."""
        return 1 / (self.scale * float(self.eigenvalues[-1])) if self.rank else math.inf

    @property
    def best_step(self) -> float:
        """The constant step with the best rate: ``1 / (lambda_min + lambda_max)`` for the sum."""
        if not self.rank:
            return math.inf
        return 1 / (self.scale * float(self.eigenvalues[0] + self.eigenvalues[-1]))

    @property
    def condition(self) -> float:
        """Largest eigenvalue over the smallest one that is not zero."""
        return float(self.eigenvalues[-1] / self.eigenvalues[0]) if self.rank else 1.0


def descent(
    normal: Normal, *, loss: Loss = "sum", least: float | None = None, tolerance: float | None = None
) -> Descent:
    """Return what decides every run of gradient descent on a pair.

    Parameters
    ----------
    normal
        From `kernelkit.learning.gram.normal_equations`.
    loss
        ``"sum"``, or ``"mean"`` over all windows and output channels.
    least
        The loss that remains at the minimum, as a sum of squares, where it is known better than
        ``yy - r w`` tells, which is good to sixteen digits of yy: 0 for labels made without noise.
    tolerance
        Eigenvalues below this share of the largest count as zero: directions that no run leaves or enters.
        Left out, rounding times the number of unknowns.

    Examples
    --------
    The image of the post: its usual 0.03 is at nine tenths of the limit 1/30.

    >>> from kernelkit.learning.gram import normal_equations
    >>> from kernelkit.learning.pairs import pairs
    >>> edges, labels = [[1, 1, 0, 0, 0, 0, 1, 1]] * 6, [[0, 1, 0, 0, 0, -1, 0]] * 6
    >>> found = descent(normal_equations(pairs(edges, labels, (1, 2))))
    >>> round(1 / found.largest_step, 9), round(1 / found.best_step, 9)
    (30.0, 36.0)
    """
    import numpy as np

    one_of(loss, get_args(Loss), what="loss")
    eigenvalues, vectors = np.linalg.eigh(normal.R)
    share = _rounding(len(eigenvalues)) if tolerance is None else finite(tolerance, what="a tolerance")
    # eigenvalues whose inverses, which are steps, would overflow move nothing
    kept = eigenvalues > max(share * eigenvalues.max(initial=0), _SMALLEST)
    eigenvalues, vectors = eigenvalues[kept], vectors[:, kept]
    minimum = vectors @ ((vectors.T @ normal.r) / eigenvalues[:, None])
    rest = float(normal.yy.sum() - (normal.r * minimum).sum()) if least is None else least
    return Descent(
        eigenvalues=eigenvalues,
        vectors=vectors,
        minimum=minimum,
        least=max(0.0, rest),
        scale=1.0 if loss == "sum" else 1 / (normal.count * max(1, normal.r.shape[1])),
    )


def limit(found: Descent, start: ArrayLike) -> Floats:
    """Return where every stable run from a start ends: the solution nearest to it.

    What the images do not determine stays as it was, so the end depends on the start.

    Parameters
    ----------
    start
        (unknowns, C_out), or (unknowns,) for one output channel.
    """
    begun = _start(found, start)
    return found.minimum + begun - found.vectors @ (found.vectors.T @ begun)


def taps_at(found: Descent, start: ArrayLike, lr: float, step: int) -> Floats:
    """Return the unknowns after so many steps, (unknowns, C_out), without taking them."""
    begun = _start(found, start)
    factors = (1 - 2 * lr * found.scale * found.eigenvalues) ** step
    away = found.vectors.T @ (begun - found.minimum)
    return limit(found, begun) + found.vectors @ (factors[:, None] * away)


def loss_at(found: Descent, start: ArrayLike, lr: float, step: int) -> float:
    """Return the loss after so many steps, a sum or mean as asked of `descent`.

    It is ``least + sum of lambda c^2 (1 - 2 lr lambda)^(2 step)`` with c the error of the start along each
    eigenvector: two printed losses of a run with two modes predict all others.
    """
    away = found.vectors.T @ (_start(found, start) - found.minimum)
    energy = found.eigenvalues * (away * away).sum(1)
    factors = (1 - 2 * lr * found.scale * found.eigenvalues) ** (2 * step)
    return found.scale * float(found.least + energy @ factors)


def rate(found: Descent, lr: float) -> float:
    """Return the factor by which a step shrinks the slowest error; 1 or more means that it does not shrink."""
    import numpy as np

    return float(np.abs(1 - 2 * lr * found.scale * found.eigenvalues).max(initial=0))


def steps_needed(shrinking: float, reduction: float) -> int:
    """Return the least number of steps with ``rate ** steps <= reduction``.

    Parameters
    ----------
    shrinking
        The factor of one step, from `rate`.
    reduction
        The share of the error that may remain.

    Raises
    ------
    InputError
        A rate of 1 or more never gets there; a reduction outside 0 to 1.

    Examples
    --------
    >>> steps_needed(2 / 3, 1e-12)
    69
    """
    if not 0 <= finite(shrinking, what="a rate") < 1:
        raise InputError(
            f"errors that are multiplied with {shrinking:.6g} a step do not shrink",
            next="a step below Descent.largest_step",
        )
    if not 0 < finite(reduction, what="the share that may remain") <= 1:
        raise InputError(f"the share that may remain must lie between 0 and 1, not {reduction}")
    if shrinking == 0:
        return int(reduction < 1)
    steps = max(0, math.ceil(math.log(reduction) / math.log(shrinking)))
    # the quotient of two rounded logarithms may be off by one
    while steps and shrinking ** (steps - 1) <= reduction:
        steps -= 1
    while shrinking**steps > reduction:
        steps += 1
    return steps


def heavy_ball(found: Descent) -> tuple[float, float]:
    """Return the step and the momentum with the best rate: ``w += momentum * (last change) - lr * gradient``.

    References
    ----------
    B. T. Polyak, Some methods of speeding up the convergence of iteration methods, 1964, section 2.

    Raises
    ------
    InputError
        The images are zero.
    """
    _moves(found)
    low, high = (math.sqrt(2 * found.scale * float(found.eigenvalues[i])) for i in (0, -1))
    return 4 / (low + high) ** 2, ((high - low) / (high + low)) ** 2


def finishing_steps(found: Descent) -> tuple[float, ...]:
    """Return steps after which gradient descent is at its limit: one for each different eigenvalue, shortest first.

    Each step removes the error along its eigenvectors.  In floating point this holds for a few eigenvalues that lie
    together; errors grow in between where they lie far apart.

    Raises
    ------
    InputError
        The images are zero.
    """
    _moves(found)
    chosen: list[float] = []
    for value in found.eigenvalues[::-1].tolist():
        # eigenvalues within rounding of one another are one
        if not chosen or chosen[-1] - value > _rounding(len(found.vectors)) * chosen[0]:
            chosen.append(value)
    return tuple(1 / (2 * found.scale * value) for value in chosen)


def _rounding(unknowns: int) -> float:
    """Return the rounding of eigenvalues as a share of the largest."""
    return 4 * unknowns * sys.float_info.epsilon


def _moves(found: Descent) -> None:
    if not found.rank:
        raise InputError("images that are zero move no tap", next="learn from images that vary")


def _start(found: Descent, start: ArrayLike) -> Floats:
    import numpy as np

    begun = np.asarray(start, dtype=float)
    wanted = found.minimum.shape
    if begun.ndim == 1 and wanted[1] == 1:
        begun = begun[:, None]
    if begun.shape != wanted:
        raise ShapeError(
            f"a start must have shape {wanted}, unknowns times output channels, but has shape {begun.shape}",
            next="taps channel by channel and row by row, and last the bias if one is fitted",
        )
    if not np.isfinite(begun).all():
        raise InputError("a start must be finite numbers")
    return begun
