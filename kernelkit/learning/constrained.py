"""Learning under exact conditions, by elimination of the directions that they fix."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from kernelkit.errors import InputError, ShapeError
from kernelkit.exact.kernel import Kernel
from kernelkit.learning.excite import TOLERANCE
from kernelkit.learning.pairs import window_offsets
from kernelkit.learning.triangle import triangle

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from kernelkit.learning.constraints import Constraints
    from kernelkit.learning.pairs import Pairs


@dataclass(frozen=True, slots=True, eq=False)
class ConstrainedFit:
    """Taps learned under exact conditions.

    Attributes
    ----------
    kernels
        Of each output channel, of each input channel, its kernel: exact fractions that meet the conditions exactly,
        nearest to the data up to the rounding of the free directions.
    taps
        The same as floats, (C_out, C_in, *size).
    bias
        (C_out,), or None where none was fitted.
    loss
        Of each output channel the sum of squared residuals.
    free
        Directions that were learned, for each output channel.
    """

    kernels: tuple[tuple[Kernel, ...], ...]
    taps: NDArray[np.float64]
    bias: NDArray[np.float64] | None
    loss: NDArray[np.float64]
    free: int


def constrained(given: Pairs, conditions: Constraints) -> ConstrainedFit:
    """Learn taps by least squares among those that meet exact conditions.

    All taps that meet them are ``w0 + B z``, w0 and B exact; z is learned from the labels less what w0 gives, by QR
    of ``A B``, and put back in fractions, so that the conditions hold exactly whatever rounding does to z.

    Parameters
    ----------
    given
        From `kernelkit.learning.pairs.pairs`, with labels.
    conditions
        On every kernel of the layer alike.

    Raises
    ------
    ShapeError
        Conditions on another window.
    InputError
        Conditions that contradict each other, or a dilated layer.

    Examples
    --------
    >>> from kernelkit.exact.functional import derivative
    >>> from kernelkit.learning.constraints import moments_of
    >>> from kernelkit.learning.pairs import pairs
    >>> data = pairs([0, 1, 3, 2, 5, 8, 4], [1, -3, 4, 0, -7], 3)
    >>> constrained(data, moments_of(derivative(2), (3,), 2)).kernels[0][0]
    Kernel({-1: 1, 0: -2, 1: 1})
    """
    import numpy as np

    if conditions.size != given.size:
        raise ShapeError(f"conditions on a window {conditions.size} do not fit a layer of size {given.size}")
    outputs, channels, taps = given.labels.shape[1], given.x.shape[1], math.prod(given.size)
    if max(given.dilation) > 1:
        raise InputError(
            f"conditions are on neighbouring samples, and the layer has dilation {given.dilation}",
            next="learn on every dilation-th sample of X and Y, with dilation 1",
        )
    found = conditions.solutions()
    directions = found.directions()
    basis = np.array([[float(c) for c in direction] for direction in directions]).reshape(-1, taps).T
    start = np.tile([float(c) for c in found.particular], channels)
    whole_basis = np.zeros((given.unknowns, channels * basis.shape[1] + (given.bias == "fit")))
    whole_basis[: given.taps, : channels * basis.shape[1]] = np.kron(np.eye(channels), basis)
    if given.bias == "fit":
        start = np.append(start, 0.0)
        whole_basis[-1, -1] = 1
    reduced = triangle(given)
    window, labels = reduced[:, : given.unknowns], reduced[:, given.unknowns :]
    missing = labels - (window @ start)[:, None]
    learned = np.linalg.lstsq(window @ whole_basis, missing, rcond=TOLERANCE)[0]
    left = missing - window @ whole_basis @ learned
    flat = start[:, None] + whole_basis @ learned
    kernels = tuple(
        tuple(
            _kernel(found.particular, directions, part, given.size)
            for part in np.split(learned[: channels * basis.shape[1], output], channels)
        )
        for output in range(outputs)
    )
    return ConstrainedFit(
        kernels,
        flat[: given.taps].T.reshape(outputs, channels, *given.size),
        flat[-1] if given.bias == "fit" else None,
        np.sum(left**2, axis=0),
        whole_basis.shape[1],
    )


def _kernel(
    start: Sequence[Fraction],
    directions: Sequence[Sequence[Fraction]],
    amounts: NDArray[np.float64],
    size: tuple[int, ...],
) -> Kernel:
    """Return start plus amounts of the directions, in fractions."""
    taps = list(start)
    for direction, amount in zip(directions, amounts.tolist(), strict=True):
        taps = [tap + Fraction(amount) * c for tap, c in zip(taps, direction, strict=True)]
    return Kernel(zip(window_offsets(size, (1,) * len(size)), taps, strict=True), ndim=len(size))
