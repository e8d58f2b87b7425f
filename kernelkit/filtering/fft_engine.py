"""Correlation by Fourier transforms, whose cost hardly depends on the size of the window.

Transforms are taken in double precision, whatever the type of the output, of bands of rows, so that little memory is
used.  A result differs from the exact one by at most ``8 log2(N)`` units of rounding (half an ulp of 1) times
``norm(weights) * norm(samples)``, where norms are roots of sums of squares and ``N`` is the number of samples in a band
with its extension; and by the rounding to the type of the output.  One sample that is no finite number spoils a whole
band, so images have to be finite.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from kernelkit.filtering.native_engine import threads
from kernelkit.filtering.scipy_engine import extended, extended_along

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Array = NDArray[Any]

BAND = 1 << 23
"""Samples of a band, about: its transforms take some hundred megabytes."""


def correlate(image: Array, weights: Array, anchor: Sequence[int], extension: str, out: Array) -> None:
    """Fill out with a correlation of a finite image; see `kernelkit.filtering.engine.correlate`."""
    import numpy as np
    from scipy import fft  # type: ignore[import-untyped]  # scipy ships no types

    beyond, sides = weights.shape[0] - 1, weights.shape[1:]
    across = [side + size - 1 for side, size in zip(out.shape[1:], sides, strict=True)]
    # four windows, so that of what is transformed at most a quarter is transformed twice
    band = min(len(out), max(4 * beyond, BAND // math.prod(across)))
    sizes = [fft.next_fast_len(side, real=True) for side in (band + beyond, *across)]
    workers = threads()
    spectrum = np.conj(fft.rfftn(weights, sizes, workers=workers))
    for start in range(0, len(out), band):
        stop = min(start + band, len(out))
        rows = (
            image[start : stop + beyond]
            if extension == "valid"
            else extended_along(image, 0, extension, start - anchor[0], stop - anchor[0] + beyond)
        )
        samples = extended(rows, (1, *sides), (0, *anchor[1:]), extension)
        product = fft.rfftn(samples.astype(np.float64, copy=False), sizes, workers=workers)
        product *= spectrum
        whole = fft.irfftn(product, sizes, workers=workers, overwrite_x=True)
        out[start:stop] = whole[tuple(slice(side) for side in (stop - start, *out.shape[1:]))]
