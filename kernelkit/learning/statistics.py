"""Statistics of learned taps: their standard errors, covariances and intervals."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from kernelkit.errors import InputError, ShapeError, UnderdeterminedError
from kernelkit.exact.kernel import Kernel
from kernelkit.exact.rational import counted
from kernelkit.learning.excite import TOLERANCE
from kernelkit.learning.pairs import numbers, window_offsets
from kernelkit.learning.shapes import finite
from kernelkit.learning.triangle import triangle

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

    from kernelkit.learning.pairs import Offsets, Pairs

CONFIDENCE = 0.95
"""Share of repetitions in which an interval covers the true tap, where nothing else is asked for."""


@dataclass(frozen=True, slots=True, eq=False)
class Estimate:
    """Least-squares taps with their uncertainty, for labels with independent noise of one deviation.

    Attributes
    ----------
    taps
        (C_out, C_in, *size).
    bias
        (C_out,), or None where none was fitted.
    noise
        Standard deviation of the noise of the labels of each output channel, in their unit.
    noise_from
        ``"residuals"`` or ``"given"``.
    windows
        Output samples.
    inverse
        ``R^-1 = (A^T A)^-1`` over the taps of one output channel, flat, and its bias last: the covariance is the
        variance of the noise times it.
    offsets
        Where the taps of one channel stand, centre ``(size - 1) // 2``, times the dilation.
    """

    taps: NDArray[np.float64]
    bias: NDArray[np.float64] | None
    noise: NDArray[np.float64]
    noise_from: str
    windows: int
    inverse: NDArray[np.float64]
    offsets: Offsets

    @property
    def freedom(self) -> int:
        """Windows less unknowns: what the noise is estimated from."""
        return self.windows - len(self.inverse)

    @property
    def errors(self) -> NDArray[np.float64]:
        """Standard errors, in the shape of the taps."""
        import numpy as np

        count = self.taps[0].size
        spread = np.sqrt(np.diag(self.inverse)[:count])
        return (self.noise[:, None] * spread).reshape(self.taps.shape)

    @property
    def bias_errors(self) -> NDArray[np.float64] | None:
        """Standard errors of the biases."""
        import numpy as np

        return None if self.bias is None else self.noise * np.sqrt(self.inverse[-1, -1])

    def covariance(self, output: int = 0, channel: int = 0) -> NDArray[np.float64]:
        """Return the covariance of the taps from one input to one output channel, flat in row-major order."""
        start = channel * len(self.offsets)
        part = self.inverse[start : start + len(self.offsets), start : start + len(self.offsets)]
        found: NDArray[np.float64] = self.noise[output] ** 2 * part
        return found

    def factor(self, confidence: float = CONFIDENCE) -> float:
        """Return how many standard errors a two-sided interval reaches to each side.

        It is the quantile of Student's t where the noise was estimated, of the normal where it was given.
        """
        from scipy.stats import norm, t  # type: ignore[import-untyped]  # scipy ships no types

        upper = (1 + checked_confidence(confidence)) / 2
        return float(norm.ppf(upper) if self.noise_from == "given" else t.ppf(upper, self.freedom))

    def interval(self, confidence: float = CONFIDENCE) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return lower and upper ends, in the shape of the taps, each covering its tap with the confidence."""
        reach = self.factor(confidence) * self.errors
        return self.taps - reach, self.taps + reach

    def tail(self, statistic: float, conditions: int) -> float:
        """Return the chance of a larger mean squared deviation of so many conditions, if all are true."""
        from scipy.stats import chi2, f

        if self.noise_from == "given":
            return float(chi2.sf(statistic * conditions, conditions))
        return float(f.sf(statistic, conditions, self.freedom))

    def kernel(self, output: int = 0, channel: int = 0) -> Kernel:
        """Return the learned taps from one input to one output channel as a kernel, floats at their exact value."""
        flat = self.taps[output, channel].ravel().tolist()
        pairs = zip(self.offsets, map(Fraction, flat), strict=True)
        return Kernel(pairs, ndim=len(self.offsets[0]))


def checked_confidence(confidence: float) -> float:
    """Return a confidence.

    Raises
    ------
    InputError
        It does not lie between 0 and 1.
    """
    if not 0 < finite(confidence, what="a confidence") < 1:
        raise InputError(f"a confidence lies between 0 and 1, unlike {confidence}", next="confidence=0.95")
    return confidence


def estimate(given: Pairs, *, noise: float | None = None) -> Estimate:
    """Learn taps by least squares and say how certain they are.

    The labels are taken as ``A w + noise``, independent and of one deviation sigma; then the taps have covariance
    ``sigma^2 (A^T A)^-1``, and sigma is estimated from what is left, over windows less unknowns.

    Parameters
    ----------
    given
        From `kernelkit.learning.pairs.pairs`, with labels.
    noise
        Standard deviation of the noise of the labels, where it is known; else it is estimated.

    Raises
    ------
    UnderdeterminedError
        Images that do not determine all taps.
    InputError
        No labels; a noise below zero; or no window to spare from which the noise could be estimated.

    Examples
    --------
    >>> from kernelkit.learning.pairs import pairs
    >>> image = [[1, 1, 0, 0, 0, 0, 1, 1]] * 6
    >>> labels = [[0, 1, 0, 0, 0, -1, 0]] * 6
    >>> found = estimate(pairs(image, labels, (1, 2)), noise=0.5)
    >>> found.covariance().round(4).tolist()
    [[0.025, -0.0167], [-0.0167, 0.025]]
    """
    import numpy as np
    from scipy.linalg import solve_triangular  # type: ignore[import-untyped]  # scipy ships no types

    outputs = given.labels.shape[1]
    if noise is not None and finite(noise, what="a deviation of noise") < 0:
        raise InputError(f"a deviation of noise is 0 or more, unlike {noise}", next="noise=0.1")
    spare = given.windows - given.unknowns
    reduced = triangle(given)
    square = reduced[: given.unknowns, : given.unknowns]
    values = np.linalg.svd(square, compute_uv=False)
    rank = int(np.sum(values > TOLERANCE * values[0]))
    if rank < given.unknowns:
        raise UnderdeterminedError(
            f"the images determine {rank} of {counted(given.unknowns, 'unknown')}, so taps have no errors",
            freedom=given.unknowns - rank,
            next="excite(X, size).determined says which combinations are known",
        )
    if noise is None and not spare:
        raise InputError(
            f"{counted(given.windows, 'window')} for as many unknowns leave nothing to estimate the noise from",
            next="give noise=, or more images",
        )
    found = solve_triangular(square, reduced[: given.unknowns, given.unknowns :]).T
    left = np.sum(reduced[given.unknowns :, given.unknowns :] ** 2, axis=0)
    back = solve_triangular(square, np.eye(given.unknowns))
    return Estimate(
        found[:, : given.taps].reshape(outputs, given.x.shape[1], *given.size),
        found[:, -1].copy() if given.bias == "fit" else None,
        np.sqrt(left / spare) if noise is None else np.full(outputs, float(noise)),
        "residuals" if noise is None else "given",
        given.windows,
        back @ back.T,
        given.offsets,
    )


def stated(taps: ArrayLike, errors: ArrayLike) -> Estimate:
    """Return taps with standard errors that are stated, independent, and not estimated from data at hand.

    Parameters
    ----------
    taps
        One kernel, (*size).
    errors
        Standard errors, one for all or one a tap, positive.

    Raises
    ------
    InputError
        Taps that are no finite numbers, or errors that are not positive.
    ShapeError
        Errors that are neither one number nor in the shape of the taps; or a single number for the taps.

    Examples
    --------
    >>> stated([0.98, -2.01, 1.02], 0.02).errors.tolist()
    [[[0.02, 0.02, 0.02]]]
    """
    import numpy as np

    example = "stated([1.01, -0.98], 0.02)"
    found, given = (numbers(v, name).astype(float) for v, name in ((taps, "taps"), (errors, "errors")))
    if not found.ndim or given.shape not in {(), found.shape}:
        raise ShapeError(
            f"errors of shape {given.shape} do not fit taps of shape {found.shape}", next=example
        )
    if not (given > 0).all():
        raise InputError(f"errors must be positive, unlike {given.min():g}", next=example)
    spread = np.broadcast_to(given, found.shape)
    size = found.shape
    return Estimate(
        found[None, None],
        None,
        np.ones(1),
        "given",
        found.size,
        np.diag(spread.ravel() ** 2),
        window_offsets(size, (1,) * len(size)),
    )
