"""The patch matrix and its labels reduced to a small square factor, by matrix products alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kernelkit.learning.gram import normal_equations
from kernelkit.learning.patches import block_rows, blocks, label_rows

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from kernelkit.learning.pairs import Pairs

FLOOR = 1e-8
"""Share of the largest singular value that squares in double precision still show."""


def reduced(given: Pairs) -> NDArray[np.float64]:
    """Return a square T with ``T^T T = [A Y]^T [A Y]``, A the patch matrix and Y the labels, good to rounding.

    Singular values of T are those of ``[A Y]`` to rounding, relative to the largest.  Those of the products
    ``A^T A`` alone would lose all below a hundred-millionth; here they only serve to make the columns nearly
    orthonormal, and the products of those, formed from the patches, show the rest.  QR of the patches would do the
    same, but works column by column where this works by blocks, and takes several times as long.

    Parameters
    ----------
    given
        From `pairs`, with labels.

    References
    ----------
    Y. Yamamoto, Y. Nakatsukasa, Y. Yanagisawa, T. Fukaya, Roundoff error analysis of the CholeskyQR2 algorithm,
    Electronic Transactions on Numerical Analysis 44 (2015), 306-326.
    """
    import numpy as np

    normal, labels = normal_equations(given), label_rows(given.labels).astype(float, copy=False)
    gram = np.block([[normal.R, normal.r], [normal.r.T, labels.T @ labels]])
    # columns of one size first: samples, ones and labels may differ by orders of magnitude
    sizes = np.sqrt(np.diag(gram))
    sizes[sizes == 0] = 1
    values, vectors = np.linalg.eigh(gram / np.outer(sizes, sizes))
    if values[-1] <= 0:
        return np.zeros_like(gram)
    spread = np.sqrt(np.maximum(values, FLOOR**2 * values[-1]))
    whitener = vectors / spread / sizes[:, None]
    products = np.zeros_like(gram)
    unknowns = given.unknowns
    for rows, block in blocks(given, block_rows(given)):
        white = block @ whitener[:unknowns] + labels[rows] @ whitener[unknowns:]
        products += white.T @ white
    left, seen = np.linalg.eigh(products)
    root = np.sqrt(np.maximum(left, 0))[:, None] * seen.T
    return np.asarray((root * spread) @ vectors.T * sizes)
