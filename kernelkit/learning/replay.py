"""Replays: every loss of a run of gradient descent, step by step, at a fraction of a microsecond a step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kernelkit.errors import InputError, LimitError
from kernelkit.learning.descent import Loss, descent, limit

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import ArrayLike, NDArray

    from kernelkit.learning.descent import Descent
    from kernelkit.learning.gram import Normal

    Floats = NDArray[np.float64]

MOST_STEPS = 10_000_000
"""Steps of one replay; their losses take 80 MB."""

BLOCK = 256
"""Steps that are worked out at a time."""


@dataclass(frozen=True, slots=True, eq=False)
class Replay:
    """A run of gradient descent, replayed.

    Attributes
    ----------
    losses
        Before each step, and after the last: (steps + 1,).
    unknowns
        Taps, and bias if one is fitted, after the last step: (unknowns, C_out).
    """

    losses: Floats
    unknowns: Floats


def replay(
    normal: Normal,
    start: ArrayLike,
    lr: float | Sequence[float],
    steps: int | None = None,
    *,
    momentum: float = 0,
    loss: Loss = "sum",
    least: float | None = None,
) -> Replay:
    """Return every loss of gradient descent on a layer's taps, as the loop of the post would print them.

    The loop is followed in the eigenvectors of R, where each step is one multiplication a mode; the images are not
    read again.  The numbers are those of the loop in exact arithmetic, to the rounding of float64.

    Parameters
    ----------
    normal
        From `kernelkit.learning.gram.normal_equations`.
    start
        (unknowns, C_out), or (unknowns,) for one output channel: taps channel by channel and row by row, and last
        the bias if one is fitted.
    lr
        The step size, which multiplies the full gradient ``2 (R w - r)``; or one for each step.
    steps
        Number of steps; left out for a list of step sizes, which has one for each.
    momentum
        Share of the last change that is added to the next: ``w += momentum * (last change) - lr * gradient``.
    loss, least
        As in `descent`.

    Raises
    ------
    InputError
        Not finite, or no number of steps.
    ShapeError
        A start of another shape.
    LimitError
        More than `MOST_STEPS` steps.

    Examples
    --------
    The image of the post, from 1/2 and 1/4:

    >>> from kernelkit.learning.gram import normal_equations
    >>> from kernelkit.learning.pairs import pairs
    >>> edges, labels = [[1, 1, 0, 0, 0, 0, 1, 1]] * 6, [[0, 1, 0, 0, 0, -1, 0]] * 6
    >>> normal = normal_equations(pairs(edges, labels, (1, 2)))
    >>> replay(normal, [0.5, 0.25], 0.03, 4).losses.round(6).tolist()
    [17.625, 9.1632, 4.997407, 2.8432, 1.674183]
    """
    import numpy as np

    found = descent(normal, loss=loss, least=least)
    end = limit(found, start)  # refuses a start of another shape
    rates, count = _steps(lr, steps)
    if not np.isfinite(momentum) or not np.isfinite(rates).all():
        raise InputError("steps and momentum must be finite numbers", next="lr=descent(normal).best_step")
    begun = np.asarray(start, dtype=float).reshape(end.shape)
    losses = np.empty(count + 1)
    now = before = found.vectors.T @ (begun - found.minimum)
    table = None
    # a run that diverges leaves the range of floats; that is an answer, not a mistake
    with np.errstate(over="ignore", invalid="ignore"):
        for first in range(0, count, BLOCK):
            taken = min(BLOCK, count - first)
            if table is None or len(rates) > 1 or taken < BLOCK:
                chosen = rates[first : first + taken] if len(rates) > 1 else np.repeat(rates, taken)
                table = _powers(found, chosen, momentum)
            states = table[0][:, :, None] * now
            if momentum:
                states += table[1][:, :, None] * before
            losses[first : first + taken] = _losses(found, states[:-1])
            now, before = states[-1], states[-2]
        losses[count:] = _losses(found, now[None])
        return Replay(losses=losses, unknowns=end + found.vectors @ now)


def _steps(lr: float | Sequence[float], steps: int | None) -> tuple[Floats, int]:
    """Return the step sizes, one for all or one for each, and the number of steps."""
    import numpy as np

    rates = np.atleast_1d(np.asarray(lr, dtype=float))
    scalar = np.ndim(lr) == 0
    if scalar == (steps is None):
        raise InputError(
            "a constant step size needs a number of steps, and a list of them has its own",
            next="replay(normal, start, 0.03, 10), or replay(normal, start, [1 / 60, 1 / 12])",
        )
    count = len(rates) if steps is None else steps
    if count < 0:
        raise InputError(f"{count} steps cannot be taken")
    if count > MOST_STEPS:
        raise LimitError(
            f"{count} steps are more than {MOST_STEPS}", next="taps_at and loss_at tell any step at once"
        )
    return rates, count


def _powers(found: Descent, rates: Floats, momentum: float) -> tuple[Floats, Floats]:
    """Return what multiplies the last two errors of each mode after 0, 1, ... steps, (steps + 1, rank) each."""
    import numpy as np

    own, other = np.zeros((2, len(rates) + 1, found.rank))
    own[0] = 1
    for i, factors in enumerate(1 - 2 * found.scale * rates[:, None] * found.eigenvalues):
        # the error before the first of these steps stands for one step earlier
        last_own, last_other = (own[i - 1], other[i - 1]) if i else (0.0, 1.0)
        own[i + 1] = (factors + momentum) * own[i] - momentum * last_own
        other[i + 1] = (factors + momentum) * other[i] - momentum * last_other
    return own, other


def _losses(found: Descent, states: Floats) -> Floats:
    import numpy as np

    squares = np.einsum("tko,tko->tk", states, states)
    return np.asarray(found.scale * (found.least + squares @ found.eigenvalues))
