"""The frequencies at which a response is drawn: close enough for its fastest turns, and few enough for seconds."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from kernelkit.errors import LimitError
from kernelkit.exact.rational import counted

if TYPE_CHECKING:
    from collections.abc import Collection

    from kernelkit.exact.kernel import Kernel

FARTHEST_TAP = {1: 4096, 2: 128}
"""Offset, by number of axes, up to which a response is drawn: no paper shows the turns of farther taps."""

MOST_PRODUCTS = 150_000_000
"""Frequencies times taps in one figure: about ten seconds of sines and cosines."""

_FEWEST = {1: 512, 2: 100}
_A_SAMPLE = {1: 16, 2: 4}


def steps_to_pi(kernels: Collection[Kernel], ndim: int) -> int:
    """Return into how many steps the frequencies from 0 to pi are divided, on each of 1 or 2 axes.

    Raises
    ------
    LimitError
        Taps farther from the origin than `FARTHEST_TAP`, or more than `MOST_PRODUCTS`.
    """
    farthest = max(abs(x) for kernel in kernels for offset, _ in kernel.taps for x in offset)
    if farthest > FARTHEST_TAP[ndim]:
        raise LimitError(
            f"a tap {float(farthest):g} samples from the origin turns the phase too often to be drawn",
            next=f"stay within {FARTHEST_TAP[ndim]} samples",
        )
    steps = max(_FEWEST[ndim], math.ceil(_A_SAMPLE[ndim] * farthest))
    taps = sum(map(len, kernels))
    if taps * (steps if ndim == 1 else (2 * steps + 1) ** 2) > MOST_PRODUCTS:
        raise LimitError(
            f"a response of {counted(taps, 'tap')} as far as {float(farthest):g} samples takes too long",
            next="draw fewer kernels, or the response of their separable factors",
        )
    return steps
