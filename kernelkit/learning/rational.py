"""Whole-number data solved in rational arithmetic: the kernel, and a proof that it is the only one."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Context, Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from kernelkit.errors import InputError, UnderdeterminedError
from kernelkit.exact import linear
from kernelkit.exact.kernel import Kernel
from kernelkit.exact.rational import counted, written
from kernelkit.learning.patches import blocks
from kernelkit.learning.undetermined import determined_text
from kernelkit.learning.whole import WholeNormal, whole_normal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kernelkit.learning.pairs import Offsets, Pairs

PRIME = (1 << 61) - 1
"""Windows that are independent modulo a prime are independent."""

READABLE = 80
"""Bits of a fraction that a sentence shows."""

WINDOWS = 256
"""Windows that are looked at in one go for independent ones."""


@dataclass(frozen=True, slots=True)
class Proof:
    """All kernels that fit data best, in exact fractions, and whether there is only one.

    Attributes
    ----------
    shape
        (C_in, *size) of the taps of one output channel.
    offsets
        Where the taps of one channel stand, centre ``(size - 1) // 2``, times the dilation.
    taps
        Of each output channel its taps, flat in the order of ``shape``; of several solutions the one with the least
        sum of squares.
    bias
        Of each output channel its constant; empty where none was asked for.
    loss
        Of each output channel the sum of squared residuals; 0 where every window agrees.
    rank
        Rank of the windows over the rationals.
    unknowns
        Taps, and a bias where one was asked for.
    witnesses
        Numbers of as many windows as the rank, row by row through all images, that already determine all that the
        rest does: they are linearly independent.
    free
        A basis of what can be added to the unknowns of an output channel without any change of any output.
    determined
        What is determined, in words.
    """

    shape: tuple[int, ...]
    offsets: Offsets
    taps: tuple[tuple[Fraction, ...], ...]
    bias: tuple[Fraction, ...]
    loss: tuple[Fraction, ...]
    rank: int
    unknowns: int
    witnesses: tuple[int, ...]
    free: tuple[tuple[Fraction, ...], ...]
    determined: str

    @property
    def unique(self) -> str:
        """``"yes"`` or ``"no"``."""
        return "no" if self.free else "yes"

    @property
    def consistent(self) -> str:
        """``"yes"`` where all labels are met exactly, else ``"no"``."""
        return "no" if any(self.loss) else "yes"

    @property
    def statement(self) -> str:
        """The verdict in one sentence."""
        count = counted(self.unknowns, "unknown")
        if self.free:
            return f"rank {self.rank} of {count}: {self.determined}"
        proved = f"{counted(self.rank, 'independent window')} for {count}: no other kernel"
        if any(self.loss):
            return f"{proved} comes as near; the sum of squares left is {', '.join(map(_brief, self.loss))}"
        return f"{proved} gives these labels"

    def kernel(self, output: int = 0, channel: int = 0) -> Kernel:
        """Return the kernel from one input channel to one output channel.

        Raises
        ------
        UnderdeterminedError
            There are others.
        """
        if self.free:
            raise UnderdeterminedError(
                "the windows determine no single kernel",
                freedom=len(self.free),
                why=self.determined,
                next="taps holds the solution with the least sum of squares; smallest_image gives better data",
            )
        length = len(self.offsets)
        flat = self.taps[output][channel * length : (channel + 1) * length]
        return Kernel(zip(self.offsets, flat, strict=True), ndim=len(self.shape) - 1)


def prove(given: Pairs) -> Proof:
    """Solve for the kernel of whole-number data exactly, and prove whether it is the only one.

    Data may also be halves, quarters and so on, as floats hold them exactly.  Labels that no kernel meets are
    fitted by least squares, still in fractions.

    Parameters
    ----------
    given
        From `kernelkit.learning.pairs.pairs`, with labels.

    Raises
    ------
    InputError
        No labels, or data that are no short binary fractions and so taken for rounded.
    LimitError
        As `kernelkit.learning.whole.whole_normal`.

    Examples
    --------
    >>> from kernelkit.learning.pairs import pairs
    >>> found = prove(pairs([3, 1, 4, 1, 5], [2, -3, 3, -4], 2))
    >>> found.statement, found.kernel()
    ('2 independent windows for 2 unknowns: no other kernel gives these labels', Kernel({0: 1, 1: -1}))
    """
    if given.y is None:
        raise InputError("the labels Y are missing", next="prove(pairs(X, Y, size))")
    system = whole_normal(given)
    reduced = linear.reduce_rows(system.gram)
    rank = len(reduced.pivots)
    scales = [Fraction(system.x_scale)] * given.taps + [Fraction(1)] * (given.unknowns - given.taps)
    free = [] if rank == given.unknowns else linear.null_space(system.gram)
    outputs = [_solution(system, channel, scales, unique=not free) for channel in range(len(system.right))]
    shape = (given.x.shape[1], *given.size)
    return Proof(
        shape,
        given.offsets,
        tuple(tuple(taps[: given.taps]) for taps, _ in outputs),
        tuple(taps[-1] for taps, _ in outputs) if given.bias == "fit" else (),
        tuple(loss for _, loss in outputs),
        rank,
        given.unknowns,
        _independent_windows(given, system.x_scale, rank),
        tuple(tuple(d * s for d, s in zip(direction, scales, strict=True)) for direction in free),
        _words(reduced, given, shape),
    )


def _solution(
    system: WholeNormal, channel: int, scales: Sequence[Fraction], *, unique: bool
) -> tuple[list[Fraction], Fraction]:
    """Return the unknowns of one output channel and its loss, from ``R w = r``."""
    right = system.right[channel]
    wanted = [Fraction(entry) for entry in right]
    if unique:
        solved = linear.solve(system.gram, wanted)
        found = None if solved is None else solved.particular
    else:
        # least in the unknowns w themselves, which are scale * w' of the system
        weights = [int(system.x_scale / s) for s in scales]
        weighed = [[entry * k for entry, k in zip(row, weights, strict=True)] for row in system.gram]
        found = linear.least_norm(weighed, wanted)
        found = None if found is None else [u * k for u, k in zip(found, weights, strict=True)]
    assert found is not None  # normal equations always have a solution
    met = sum((w * b for w, b in zip(found, right, strict=True)), Fraction(0))
    loss = (system.squares[channel] - met) / system.y_scale**2
    return [w * s / system.y_scale for w, s in zip(found, scales, strict=True)], loss


def _words(reduced: linear.Reduced, given: Pairs, shape: tuple[int, ...]) -> str:
    import numpy as np

    rank = len(reduced.pivots)
    if rank == given.unknowns:
        return "every unknown is determined"
    rows = np.array(
        [
            [int(reduced.echelon[i, j]) / reduced.denominator for j in range(given.unknowns)]
            for i in range(rank)
        ]
    ).reshape(rank, given.unknowns)
    if given.bias == "fit":
        are = "is" if rank == 1 else "are"
        return f"only {rank} of {given.unknowns} combinations of the taps and the bias {are} determined"
    return determined_text(rows, shape, certainty="exact")


def _independent_windows(given: Pairs, scale: int, rank: int) -> tuple[int, ...]:
    """Return the numbers of the first windows that have the rank of all."""
    from flint import nmod_mat

    chosen: list[int] = []
    kept: list[list[int]] = []
    for rows, block in blocks(given, rows=WINDOWS):
        fresh = (block * _scales(given, scale)).astype("int64").tolist()
        candidates = kept + fresh
        numbers = chosen + list(range(rows.start, rows.stop))
        columns = [[row[j] % PRIME for row in candidates] for j in range(given.unknowns)]
        echelon, found = nmod_mat(columns, PRIME).rref()
        pivots, column = [], 0
        for row in range(found):
            while not int(echelon[row, column]):
                column += 1
            pivots.append(column)
        chosen, kept = [numbers[p] for p in pivots], [candidates[p] for p in pivots]
        if found == rank:
            return tuple(chosen)
    raise AssertionError(
        "the rank modulo a prime of 61 bits is that over the rationals for all but freak data"
    )


def _scales(given: Pairs, scale: int) -> list[float]:
    return [float(scale)] * given.taps + [1.0] * (given.unknowns - given.taps)


def _brief(value: Fraction) -> str:
    """Write an exact number, or six digits of one that is too long to read."""
    if value.numerator.bit_length() + value.denominator.bit_length() <= READABLE:
        return written(value)
    digits = Context(prec=6).divide(Decimal(value.numerator), Decimal(value.denominator))
    return f"about {digits:g}"
