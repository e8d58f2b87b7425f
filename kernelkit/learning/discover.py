"""Size discovery: the smallest window that explains labels, by nested windows, F-tests and BIC."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kernelkit.errors import InputError, ShapeError
from kernelkit.exact.rational import counted
from kernelkit.learning.pairs import pairs, real_array
from kernelkit.learning.shapes import finite
from kernelkit.learning.triangle import triangle

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy as np
    from numpy.typing import ArrayLike, NDArray

    from kernelkit.learning.pairs import Pairs

LEVEL = 0.01
"""Share of sufficient windows that the F-test finds too small."""

EXACT = 1e-24
"""Share of the sum of squared labels up to which a residual is rounding: labels without noise."""

Box = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class WindowFit:
    """One window of a nested series.

    Attributes
    ----------
    box
        ``(first offset, last offset)`` on each axis, relative to the output.
    taps
        Number of taps, of one output channel.
    residual
        Sum of squared residuals over the sum of squared labels (about their mean where a bias is fitted).
    p_value
        The chance, in an F-test against the largest window, of an excess of the residual as large as this one if the
        window is large enough.
    bic
        Bayesian information criterion, ``N log(residual) + taps log N`` summed over output channels; lower is better.
    """

    box: Box
    taps: int
    residual: float
    p_value: float
    bic: float

    @property
    def size(self) -> tuple[int, ...]:
        """Sides of the window."""
        return tuple(high - low + 1 for low, high in self.box)


@dataclass(frozen=True, slots=True)
class Discovery:
    """The windows that were tried, and the smallest that suffices.

    Attributes
    ----------
    fits
        Nested windows, largest first.
    chosen
        The smallest one from which on no F-test finds a window too small.
    by_bic
        The one with the least BIC.
    level
        Of the F-tests.
    """

    fits: tuple[WindowFit, ...]
    chosen: WindowFit
    by_bic: WindowFit
    level: float

    @property
    def statement(self) -> str:
        """The verdict in one sentence."""
        size = " x ".join(map(str, self.chosen.size))
        text = f"a window of {size} suffices: {counted(self.chosen.taps, 'tap')}, residual {self.chosen.residual:.3g}"
        if self.chosen == self.fits[0]:
            text += "; it is the largest that was tried, so a larger one may be needed"
        if self.by_bic != self.chosen:
            text += f"; BIC prefers {' x '.join(map(str, self.by_bic.size))}"
        return text


def discover(
    X: ArrayLike,  # noqa: N803  # the post's name
    Y: ArrayLike,  # noqa: N803  # the post's name
    largest: int | Sequence[int],
    *,
    bias: str = "none",
    level: float = LEVEL,
) -> Discovery:
    """Find the smallest window that explains labels as well as a large one does.

    From the largest window, the side whose loss costs least is taken off, again and again: every window lies in the
    one before.  All are fitted to the same outputs.  A window is large enough if the F-test against the largest one
    does not reject it; it is found exactly where labels have no noise.

    Parameters
    ----------
    X
        Images, as `kernelkit.learning.pairs.pairs` reads them.
    Y
        Labels: in the shape of X, label i belonging to sample i; or in that of the valid output of the largest window.
    largest
        Window that is surely large enough.
    bias
        ``"none"``, or ``"fit"``.
    level
        Of the F-tests.

    Raises
    ------
    ShapeError
        Labels in neither shape.
    InputError
        Fewer windows than unknowns and one to spare, images that do not determine the largest window, or a level
        outside (0, 1).

    Notes
    -----
    On white images, the best n taps of a d-th difference leave the omitted squared binomials over ``C(2d, d)``: d
    taps leave ``1/C(2d, d)``, d + 1 nothing.

    Examples
    --------
    >>> x = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8, 9, 7, 9, 3]
    >>> second = [0, *(a - 2 * b + c for a, b, c in zip(x, x[1:], x[2:])), 0]
    >>> found = discover(x, second, 5)
    >>> found.chosen.box, found.chosen.size
    (((-1, 1),), (3,))
    """
    if not 0 < finite(level, what="a level") < 1:
        raise InputError(f"a level lies between 0 and 1, unlike {level}", next="level=0.01")
    given = _aligned(X, Y, largest, bias)
    _check_enough(given)
    reduced = triangle(given)
    middle = [(n - 1) // 2 for n in given.size]
    box: Box = tuple((-c, n - 1 - c) for n, c in zip(given.size, middle, strict=True))
    boxes = [box]
    losses = [_losses(reduced, given, box)]
    while any(low < high for low, high in boxes[-1]):
        tried = [(_losses(reduced, given, smaller), smaller) for smaller in _smaller(boxes[-1])]
        best, smaller = min(tried, key=lambda pair: float(pair[0].sum()))
        boxes.append(smaller)
        losses.append(best)
    squares = _squares(reduced, given)
    fits = tuple(_fit(b, loss, losses[0], squares, given) for b, loss in zip(boxes, losses, strict=True))
    enough = list(itertools.takewhile(lambda fit: fit.p_value >= level, fits))
    return Discovery(fits, enough[-1], min(fits, key=lambda fit: (fit.bic, fit.taps)), level)


def _aligned(images: ArrayLike, labels: ArrayLike, largest: int | Sequence[int], bias: str) -> Pairs:
    """Return the pairs of the largest window, labels in the shape of the images cut to its valid output."""
    bare = pairs(images, None, largest, bias=bias)
    # samples without a whole window may be NaN: they are cut off before labels are checked
    y = real_array(labels, "Y")
    if y.shape[y.ndim - bare.ndim :] == bare.space != bare.out:
        inner = [
            slice((k - 1) // 2, n - (k - 1 - (k - 1) // 2))
            for n, k in zip(bare.space, bare.size, strict=True)
        ]
        y = y[(slice(None),) * (y.ndim - bare.ndim) + tuple(inner)]
    elif y.shape[y.ndim - bare.ndim :] != bare.out:
        raise ShapeError(
            f"labels of shape {y.shape} are neither {bare.space}, one a sample, nor {bare.out}",
            why=f"the valid output of the largest window {bare.size} has shape {bare.out}",
            next="pad the labels to the shape of the images",
        )
    return pairs(images, y, largest, bias=bias)


def _check_enough(given: Pairs) -> None:
    import numpy as np

    if given.windows <= given.unknowns:
        raise InputError(
            f"{counted(given.windows, 'window')} cannot test {counted(given.unknowns, 'unknown')}",
            next="a smaller largest window, or more images",
        )
    values = np.linalg.svd(triangle(replace(given, y=None)), compute_uv=False)
    if values[-1] <= 1e-9 * values[0]:
        raise InputError(
            f"the images do not determine a window {given.size}, so none within it can be told from it",
            next="excite(X, largest).determined says what they do determine",
        )


def _smaller(box: Box) -> Iterator[Box]:
    """Yield the boxes with one side less."""
    for axis, (low, high) in enumerate(box):
        if low < high:
            for side in ((low + 1, high), (low, high - 1)):
                yield (*box[:axis], side, *box[axis + 1 :])


def _losses(reduced: NDArray[np.float64], given: Pairs, box: Box) -> NDArray[np.float64]:
    """Return the least sum of squared residuals of each output channel with taps in a box only."""
    import numpy as np

    middle = [(n - 1) // 2 for n in given.size]
    inside = np.zeros((given.x.shape[1], *given.size), dtype=bool)
    inside[
        (slice(None), *(slice(low + c, high + c + 1) for (low, high), c in zip(box, middle, strict=True)))
    ] = True
    kept = np.append(inside.ravel(), np.ones(given.unknowns - given.taps, dtype=bool))
    window, labels = reduced[:, : given.unknowns][:, kept], reduced[:, given.unknowns :]
    left = labels - window @ np.linalg.lstsq(window, labels, rcond=None)[0]
    return np.asarray(np.sum(left**2, axis=0))


def _squares(reduced: NDArray[np.float64], given: Pairs) -> NDArray[np.float64]:
    """Return the sum of squared labels of each output channel, about the mean where a bias is fitted."""
    import numpy as np

    labels = reduced[:, given.unknowns :]
    if given.bias == "fit":
        ones = reduced[:, given.unknowns - 1]
        labels = labels - np.outer(ones, ones @ labels) / (ones @ ones)
    return np.asarray(np.sum(labels**2, axis=0))


def _fit(
    box: Box,
    loss: NDArray[np.float64],
    least: NDArray[np.float64],
    squares: NDArray[np.float64],
    given: Pairs,
) -> WindowFit:
    """Return one window with its tests; residuals of rounding count as equal, and as zero."""
    import numpy as np
    from scipy.stats import f  # type: ignore[import-untyped]  # scipy ships no types

    taps = given.x.shape[1] * math.prod(high - low + 1 for low, high in box)
    outputs = len(loss)
    floor = np.maximum(EXACT * squares, np.finfo(float).tiny)
    loss, least = np.maximum(loss, floor), np.maximum(least, floor)
    dropped = (given.taps - taps) * outputs
    spare = (given.windows - given.unknowns) * outputs
    # every channel weighs as its own noise says
    excess = float(np.sum((loss - least) / least)) * (given.windows - given.unknowns)
    p_value = 1.0 if not dropped else float(f.sf(excess / dropped, dropped, spare))
    total = float(np.sum(squares))
    residual = float(np.sum(loss)) / total if total else 0.0
    bic = float(np.sum(given.windows * np.log(loss / given.windows))) + taps * outputs * math.log(
        given.windows
    )
    return WindowFit(box, taps, 0.0 if residual <= EXACT else residual, p_value, bic)
