"""Which way to a correlation is cheapest: tap by tap, as a sum of few separable kernels, or by Fourier transforms.

A kernel that is one product of factors is taken apart by the engines themselves.  Costs are nanoseconds a sample on one
thread, measured on a processor of 2022 with 512-bit instructions that take two steps; all ways use threads alike, so
only their ratios decide.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[Any]
    Way = Literal["direct", "low rank", "Fourier"]

TAP = 0.018
"""One tap of one output in single precision; twice that in double."""

PASS = 0.5
"""Reading and writing an image once, in single precision; a tap costs 28 times less."""

BUTTERFLY = 1.45
"""Forward and back, for each sample of the extended image and each doubling of their number; always in double."""

FEW = 64
"""Taps below which tap by tap is always cheapest."""

BOX = 40
"""Sum of a rectangle's sides from which running sums are cheaper than two factors."""

MOST_TERMS = 4

ROUNDED = 2.0**-50
"""Largest difference, relative to the largest tap, between a kernel and the sum of products that is taken for it."""


class Term(NamedTuple):
    """One product: a column, and a row along the last axis that is longer than one."""

    across: Array
    along: Array


def cheapest(shape: Sequence[int], weights: Array, out: np.dtype[Any]) -> Way:
    """Return the cheapest way for an image of a shape and results of a type."""
    import numpy as np

    if weights.size < FEW:
        return "direct"
    scale, samples = out.itemsize / 4, math.prod(shape)
    extended = math.prod(n + k - 1 for n, k in zip(shape, weights.shape, strict=True))
    costs: dict[Way, float] = {
        "direct": scale * (PASS + TAP * np.count_nonzero(weights)),
        "Fourier": BUTTERFLY * extended * math.log2(extended) / samples,
    }
    found = terms(weights)
    if len(found) == 1:  # the engines see that themselves
        costs["direct"] = scale * (PASS + TAP * sum(part.size for part in found[0]))
    elif found:
        costs["low rank"] = scale * sum(
            2 * PASS + TAP * (across.size + along.size) for across, along in found
        )
    return min(costs, key=lambda way: costs[way])


def terms(weights: Array) -> tuple[Term, ...]:
    """Return a kernel as the sum of few products, if it is one to rounding; none otherwise."""
    import numpy as np

    return _terms(np.asarray(weights, np.float64).tobytes(), weights.shape)


@lru_cache(64)
def _terms(content: bytes, shape: tuple[int, ...]) -> tuple[Term, ...]:
    import numpy as np

    weights = np.frombuffer(content, np.float64).reshape(shape)
    last = max((axis for axis, size in enumerate(shape) if size > 1), default=0)
    table = weights.reshape(-1, shape[last])
    columns, sizes, rows = np.linalg.svd(table, full_matrices=False)
    products = np.cumsum(
        [size * np.outer(c, r) for size, c, r in zip(sizes, columns.T, rows, strict=True)], 0
    )
    exact = (abs(products - table) <= ROUNDED * abs(table).max()).all((1, 2))
    count = int(exact.argmax()) + 1
    if not exact.any() or count > MOST_TERMS:
        return ()
    beyond = [1] * (len(shape) - last - 1)
    return tuple(
        Term(
            (size * column).reshape(*shape[:last], 1, *beyond),
            np.ascontiguousarray(row).reshape(*[1] * last, -1, *beyond),
        )
        for size, column, row in zip(sizes[:count], columns.T, rows, strict=False)
    )
