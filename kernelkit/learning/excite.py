"""Excitation: what images can teach a kernel of some size, and at which steps, before anything is trained."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, get_args

from kernelkit.errors import InputError
from kernelkit.exact import linear
from kernelkit.exact.rational import counted
from kernelkit.learning.descent import Descent, Loss, rate, steps_needed
from kernelkit.learning.pairs import BIAS, pairs
from kernelkit.learning.shapes import finite, one_of
from kernelkit.learning.triangle import triangle
from kernelkit.learning.undetermined import determined_text
from kernelkit.learning.whole import is_whole, whole_normal

if TYPE_CHECKING:
    from collections.abc import Sequence
    from fractions import Fraction

    import numpy as np
    from numpy.typing import ArrayLike, NDArray

    from kernelkit.learning.pairs import Pairs

TOLERANCE = 1e-9
"""Singular values of the patch matrix below it, over the largest, count as zero where nothing exact is known."""

_SMALLEST = 1e-145
"""Singular values up to it count as zero; their squares are eigenvalues, whose inverses are steps."""


@dataclass(frozen=True, slots=True, eq=False)
class Excitation:
    """What images determine of the kernels of one layer, and the steps that training bears.

    Attributes
    ----------
    shape
        (C_in, *size) of the taps of one output channel.
    windows
        Output samples, all images together.
    rank
        Combinations of the taps that are determined.
    certainty
        ``"exact"``: the rank over the rationals of whole-number images; ``"numerical"``: singular values below
        ``tolerance`` times the largest were taken for zero.
    tolerance
        0 where exact.
    free
        A basis of the directions in which taps can change unseen, flat in the order of ``shape``: fractions where
        exact, else orthonormal floats.
    determined
        What is determined, in words.
    bias
        Of a constant that is learned too: ``"determined"``, or ``"mixed with the taps"``.
    without_bias, with_bias
        Gradient descent when the taps alone are trained, and when the bias is, too: its eigenvalues, its largest
        stable step and its best one.
    """

    shape: tuple[int, ...]
    windows: int
    rank: int
    certainty: str
    tolerance: float
    free: tuple[tuple[Fraction | float, ...], ...]
    determined: str
    bias: str
    without_bias: Descent
    with_bias: Descent

    @property
    def unknowns(self) -> int:
        """Taps of one output channel."""
        return math.prod(self.shape)

    @property
    def condition(self) -> float:
        """Condition number of ``R = A^T A``; infinite where some taps are not determined."""
        return self.without_bias.condition if self.rank == self.unknowns else math.inf

    def steps(self, reduction: float, lr: float | None = None, *, bias: str = "none") -> int:
        """Predict the number of steps after which no error is larger than a share of what it was at the start.

        Parameters
        ----------
        reduction
            The share, between 0 and 1.
        lr
            A constant step; left out, the best one.
        bias
            ``"none"``, or ``"fit"`` where the bias is trained, too.

        Raises
        ------
        InputError
            A step at which errors do not shrink, or another word.

        Examples
        --------
        >>> post = excite([[1, 1, 0, 0, 0, 0, 1, 1]] * 6, (1, 2))
        >>> post.steps(1e-12), post.steps(1e-12, 0.03)
        (69, 124)
        """
        one_of(bias, BIAS, what="bias")
        found = self.without_bias if bias == "none" else self.with_bias
        return steps_needed(rate(found, found.best_step if lr is None else lr), reduction)

    @property
    def statement(self) -> str:
        """The verdict in one sentence."""
        seen = f"rank {self.rank} of {counted(self.unknowns, 'tap')} from {counted(self.windows, 'window')}"
        return f"{seen}: {self.determined}"


def excite(
    X: ArrayLike,  # noqa: N803  # the post's name
    size: int | Sequence[int],
    *,
    stride: int | Sequence[int] = 1,
    padding: int | Sequence[int] = 0,
    dilation: int | Sequence[int] = 1,
    loss: Loss = "sum",
    tolerance: float | None = None,
) -> Excitation:
    """Say what images can teach about a kernel of some size, before any label is looked at.

    The patch matrix A has one window a row.  A kernel is determined exactly when A has full column rank; gradient
    descent is stable below 1/lambda_max of ``A^T A``.

    Parameters
    ----------
    X
        Images, as `kernelkit.learning.pairs.pairs` reads them.
    size, stride, padding, dilation
        Of the layer.
    loss
        ``"sum"`` of squares, as in the post, or ``"mean"``: what the steps are meant for.
    tolerance
        Relative size below which singular values count as zero; given, nothing is decided exactly.  Left out,
        images in whole multiples of a power of two are decided over the rationals, others at `TOLERANCE`.

    Raises
    ------
    ShapeError, InputError, LimitError
        As `kernelkit.learning.pairs.pairs`, or a tolerance outside [0, 1).

    Examples
    --------
    >>> found = excite([[1, 1, 0, 0, 0, 0, 1, 1]] * 6, (3, 3))
    >>> found.statement
    'rank 3 of 9 taps from 24 windows: only the three column sums are determined'
    >>> post = excite([[1, 1, 0, 0, 0, 0, 1, 1]] * 6, (1, 2))
    >>> round(1 / post.without_bias.largest_step, 9), round(post.with_bias.largest_step, 5)
    (30.0, 0.01609)
    """
    one_of(loss, get_args(Loss), what="loss")
    given = pairs(X, None, size, stride=stride, padding=padding, dilation=dilation, bias="fit")
    if tolerance is not None and not 0 <= finite(tolerance, what="a tolerance") < 1:
        raise InputError(f"a tolerance lies in [0, 1), unlike {tolerance}", next="tolerance=1e-9")
    shape = (given.x.shape[1], *given.size)
    whole = tolerance is None and is_whole(given)
    cut = 0.0 if whole else TOLERANCE if tolerance is None else tolerance
    seen = _exactly(given) if whole else _numerically(given, cut)
    rank = len(seen.row_space)
    return Excitation(
        shape,
        given.windows,
        rank,
        "exact" if whole else "numerical",
        cut,
        seen.free,
        determined_text(seen.row_space, shape, certainty="exact" if whole else "numerical"),
        "determined" if len(seen.with_bias[0]) > rank else "mixed with the taps",
        _descent(*seen.without_bias, loss, given),
        _descent(*seen.with_bias, loss, given),
    )


Modes = tuple["NDArray[np.float64]", "NDArray[np.float64]"]


class _Seen(NamedTuple):
    """What a patch matrix determines; eigenvalues are ascending, without zeros, each with its vector."""

    row_space: NDArray[np.float64]
    free: tuple[tuple[Fraction | float, ...], ...]
    without_bias: Modes
    with_bias: Modes


def _exactly(given: Pairs) -> _Seen:
    """Return what is determined over the rationals."""
    import numpy as np

    system = whole_normal(given)
    with_bias = system.gram
    without = [row[:-1] for row in with_bias[:-1]]
    taps = linear.reduce_rows(without)
    rank = len(taps.pivots)
    rows = np.array(
        [[int(taps.echelon[i, j]) / taps.denominator for j in range(given.taps)] for i in range(rank)]
    )
    free = () if rank == given.taps else linear.null_space(without)
    scale = np.full(given.unknowns, float(system.x_scale))
    scale[-1] = 1
    floats = np.array(with_bias, dtype=float) / np.outer(scale, scale)
    return _Seen(
        rows.reshape(rank, given.taps),
        tuple(map(tuple, free)),
        _modes(floats[:-1, :-1], rank),
        _modes(floats, linear.rank(with_bias)),
    )


def _numerically(given: Pairs, cut: float) -> _Seen:
    """Return the same from singular values, those up to ``cut`` times the largest taken for zero."""
    import numpy as np

    with_bias = triangle(given)
    modes = []
    for part in (with_bias[:, :-1], with_bias):
        _, values, rows = np.linalg.svd(part)
        # below the floor squares underflow, where strides leave only tiny samples in the windows
        rank = int(np.sum(values > max(cut * values[0], _SMALLEST)))
        modes.append((rank, values, rows))
    rank, values, rows = modes[0]
    free = tuple(tuple(map(float, row)) for row in rows[rank:])
    without, both = ((v[:r][::-1] ** 2, w[:r][::-1].T) for r, v, w in modes)
    return _Seen(rows[:rank], free, without, both)


def _modes(gram: NDArray[np.float64], rank: int) -> Modes:
    """Return the eigenvalues of R that are not zero, ascending, and their vectors."""
    import numpy as np

    values, vectors = np.linalg.eigh(gram)
    first = len(values) - rank
    # rounding is about the last bit of the largest: smaller eigenvalues are only known to be there
    least = np.finfo(float).eps * values[-1]
    return np.maximum(values[first:], least), vectors[:, first:]


def _descent(values: NDArray[np.float64], vectors: NDArray[np.float64], loss: Loss, given: Pairs) -> Descent:
    """Return gradient descent towards labels that are not known: only its minimum is left open."""
    import numpy as np

    scale = 1.0 if loss == "sum" else 1 / given.windows
    return Descent(values, vectors, np.zeros((len(vectors), 0)), 0.0, scale)
