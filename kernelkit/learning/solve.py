"""Least squares on the patch matrix, exactly: the taps at which the loop of the post would end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kernelkit.errors import InputError
from kernelkit.exact.rational import counted
from kernelkit.learning.gram import shifted_sums
from kernelkit.learning.predict import residual_products
from kernelkit.learning.reduced import reduced
from kernelkit.learning.shapes import at_least, finite

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

    from kernelkit.learning.pairs import Pairs

    Floats = NDArray[np.float64]
    Inverse = Callable[[Floats], Floats]

TOLERANCES = {"float32": 1e-6, "float64": 1e-12}
"""Singular values of the patch matrix below this share of the largest count as zero."""

SMALL = 1 << 18
"""Entries of a patch matrix that is factored at once."""

SAFE = 1e-9
"""Reciprocal condition of the normal equations down to which they are trusted; below, the matrix is factored."""


@dataclass(frozen=True, slots=True, eq=False)
class Solution:
    """Taps of least squares.

    Attributes
    ----------
    taps
        (C_out, C_in, size...), float64.  Where several fit equally well, those with the least sum of squares.
    bias
        (C_out,), zeros if none is fitted.
    rank
        Unknowns that the images determine: the rank of the patch matrix, with its column of ones if a bias
        is fitted.
    tolerance
        Singular values below this share of the largest counted as zero.
    """

    taps: Floats
    bias: Floats
    rank: int
    tolerance: float


def solve(given: Pairs, *, tolerance: float | None = None, refinements: int = 1) -> Solution:
    """Return the taps, and the bias if wanted, that minimise the sum of squared residuals.

    Large patch matrices are not made: their normal equations are summed in float64, means taken off, solved by
    Cholesky, and put right by the residuals of the images themselves.  Where their condition is bad or their rank
    in doubt, and for small images, the patch matrix is reduced block by block to a square factor good to rounding
    (`kernelkit.learning.reduced`), which is solved by SVD.

    Parameters
    ----------
    given
        From `kernelkit.learning.pairs.pairs`, with labels.
    tolerance
        Singular values below this share of the largest count as zero.  Left out, 1e-12, and 1e-6 for float32
        images, whose samples are not known better.  With a bias those of the centred matrix count, as a share
        of the largest before the means were taken off.
    refinements
        Corrections by residuals; one gives full precision.

    Raises
    ------
    InputError
        No labels, all samples zero, or a tolerance or number of refinements that means nothing.

    Examples
    --------
    >>> from kernelkit.learning.pairs import pairs
    >>> solution = solve(pairs([0, 0, 1, 4, 4, 2], [0, 1, 3, 0, -2], 2))
    >>> solution.taps.round(12).tolist(), solution.rank
    ([[[-1.0, 1.0]]], 2)
    """
    import numpy as np

    chosen = TOLERANCES[str(given.x.dtype)] if tolerance is None else tolerance
    if not 0 <= finite(chosen, what="a tolerance") < 1:
        raise InputError(f"a tolerance must be at least 0 and less than 1, not {chosen}")
    rounds = at_least(refinements, 0, what="a number of refinements")
    taps, outs = given.taps, given.labels.shape[1]
    found = None
    if given.windows * given.unknowns > SMALL:
        found = _by_sums(given, chosen)
    if found is None:
        found = _by_factors(given, chosen)
    w, b, shift, means, rank, inverse = found
    for _ in range(rounds):
        shaped = np.ascontiguousarray(w.T).reshape(outs, given.x.shape[1], *given.size)
        products, sums = residual_products(given, shaped, b, shift)
        if given.bias == "fit":
            products -= np.outer(means - shift, sums)
            step = inverse(products)
            b = b + sums / given.windows - means @ step
        else:
            step = inverse(products + np.outer(shift, sums))
        w = w + step
    assert w.shape == (taps, outs)
    return Solution(
        taps=np.ascontiguousarray(w.T).reshape(outs, given.x.shape[1], *given.size),
        bias=b,
        rank=rank + (given.bias == "fit"),
        tolerance=chosen,
    )


Found = tuple["Floats", "Floats", "Floats", "Floats", int, "Inverse"]
"""Taps (taps, C_out), bias, shift and means of the columns, rank without the bias, and the inverse of R."""


def _by_sums(given: Pairs, tolerance: float) -> Found | None:
    """Solve the normal equations by Cholesky, or return None where they are not to be trusted."""
    import numpy as np
    from scipy import linalg  # type: ignore[import-untyped]  # scipy ships no types

    sums = shifted_sums(given)
    shift, count = sums.shift, sums.count
    total = sums.sums + count * shift
    if given.bias == "fit":
        gram = sums.gram - np.outer(sums.sums, sums.sums) / count
        cross = sums.cross - np.outer(sums.sums, sums.label_sums) / count
    else:
        gram = sums.gram + np.outer(shift, sums.sums) + np.outer(total, shift)
        cross = sums.cross + np.outer(sums.sums, sums.label_shift)
        cross += np.outer(shift, sums.label_sums + count * sums.label_shift)
    try:
        factor, lower = linalg.cho_factor(gram, check_finite=False)
    except linalg.LinAlgError:
        return None
    norm = np.abs(gram).sum(0).max()
    reciprocal, _ = linalg.lapack.dpocon(factor, norm, uplo="L" if lower else "U")
    # squares of singular values, and of the largest one before means were taken off, at most the trace
    squares = float((np.diag(sums.gram) + shift * (sums.sums + total)).sum())
    if reciprocal < SAFE or reciprocal * norm < given.taps * tolerance**2 * squares:
        return None

    def inverse(right: Floats) -> Floats:
        return np.asarray(linalg.cho_solve((factor, lower), right, check_finite=False))

    w = inverse(cross)
    b = np.zeros(cross.shape[1])
    if given.bias == "fit":
        b = sums.label_shift + sums.label_sums / count - (total / count) @ w
    return w, b, shift, total / count, given.taps, inverse


def _by_factors(given: Pairs, tolerance: float) -> Found:
    """Solve by the patch matrix reduced to a square factor, and the SVD of that."""
    import numpy as np

    fit, taps = given.bias == "fit", given.taps
    factor = reduced(given)
    if fit:
        # with the column of ones first, what is left below its row is the centred problem
        order = [taps, *range(taps), *range(taps + 1, factor.shape[1])]
        factor = np.asarray(np.linalg.qr(factor[:, order], mode="r"))
    a, y = factor[fit:, fit : fit + taps], factor[fit:, fit + taps :]
    left, singular, right = np.linalg.svd(a, full_matrices=False)
    # means were part of the samples: what is left of a constant image is rounding
    kept = singular > tolerance * np.linalg.norm(factor[:, fit : fit + taps], 2)
    if not kept.any() and not fit:
        raise InputError(
            f"rank 0: X is zero in every window, and determines none of the {counted(taps, 'tap')}",
            next="learn from images that vary; excite(X, size) tells what they determine",
        )
    left, singular, right = left[:, kept], singular[kept], right[kept]
    w = right.T @ ((left.T @ y) / singular[:, None])
    means, b = np.zeros(taps), np.zeros(y.shape[1])
    if fit:
        first = factor[0, 1:] / factor[0, 0]
        means, b = first[:taps], first[taps:] - first[:taps] @ w

    def inverse(products: Floats) -> Floats:
        return np.asarray(right.T @ ((right @ products) / singular[:, None] ** 2))

    return w, b, np.zeros(taps), means, int(kept.sum()), inverse
