"""Correlation by the compiled extension: an array of any number of axes is laid out as planes, rows and samples.

Sums are formed in the type of the output, every output in one order: results depend neither on the number of threads
nor on where an output lies, but for the running sums of `box`.  With ``n`` taps a result differs from the exact one by
at most ``n + 8`` units of rounding (half an ulp of 1) times ``sum |weight * sample|``.
"""

from __future__ import annotations

import math
import os
from importlib import import_module
from typing import TYPE_CHECKING, Any

from kernelkit.errors import InputError
from kernelkit.filtering.layout import SHORT, layout_of, plan_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[Any]

try:
    _native: Any = import_module("kernelkit.filtering._native")
except ImportError:  # installed where no compiler was
    _native = None

THREADS = "KERNELKIT_THREADS"
"""Environment variable: the most threads that one call uses."""

WORTH_A_THREAD = 4_000_000
"""Taps times samples from which waking another thread pays."""

BOX_TAPS = 24
"""Taps that cost as much as running sums, whatever their window."""

A_FEW = 20
"""Taps that cost as much as the length of a gradient."""

MOST_THREADS = 1024

LONGEST = 2**20
"""Samples of a line up to which recursions copy lines side by side: some hundred megabytes for each thread."""

SMALL = 4096
"""Weights up to which a kernel is remembered as it was prepared."""


def name() -> str:
    """Return the instructions and the number of threads; empty where there is no extension."""
    if _native is None:
        return ""
    count = threads()
    return f"compiled, {_native.instruction_sets()[0]}, {count} thread{'s' if count > 1 else ''}"


def processors() -> int:
    """Return how many processors this process may run on."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def threads() -> int:
    """Return the most threads that one call uses: the processors this process may run on, or what the user says.

    Raises
    ------
    InputError
        KERNELKIT_THREADS is no positive whole number.
    """
    wanted = os.environ.get(THREADS, "")
    if not wanted:
        return processors()
    if not wanted.isdecimal() or not 0 < int(wanted) <= MOST_THREADS:
        raise InputError(
            f"{THREADS} is {wanted!r}",
            why=f"threads are counted from 1 to {MOST_THREADS}",
            next=f"{THREADS}=1",
        )
    return int(wanted)


def correlate(
    image: Array,
    kernels: Sequence[Sequence[Array]],
    anchor: Sequence[int],
    extension: str,
    outs: Sequence[Array],
) -> bool:
    """Fill outs, and say whether that was possible: else somebody else has to.

    Parameters
    ----------
    image
        Real, with at least one sample.
    kernels
        One, or two of one size.  Each is its weights; or two arrays whose product they are, the second along the last
        axis of the window, the first along all others.
    anchor, extension
        As for `kernelkit.filtering.engine.correlate`.
    outs
        One array a kernel; or one for two kernels, for the magnitude.
    """
    import numpy as np

    if _native is None:
        return False
    prepare = (
        plan_of if sum(part.size for kernel in kernels for part in kernel) <= SMALL else plan_of.__wrapped__
    )
    plan = prepare(
        tuple([tuple([np.asarray(part, np.float64).tobytes() for part in kernel]) for kernel in kernels]),
        tuple([tuple([part.shape for part in kernel]) for kernel in kernels]),
        image.shape,
        tuple(anchor),
        extension,
    )
    if plan is None or not _exact_before_sums(image.dtype, plan.harmless, outs):
        return False
    if any(np.may_share_memory(image, out) for out in outs):
        image = image.copy()
    if not (image.flags.aligned and image.dtype.isnative):
        image = np.require(image, image.dtype.newbyteorder("="), "A")
    filled = [
        out
        if out.flags.carray and out.dtype.isnative
        else np.empty_like(out, out.dtype.newbyteorder("="), "C", subok=False)
        for out in outs
    ]
    count = threads() if outs[0].size * plan.taps >= WORTH_A_THREAD else 1
    magnitude = len(outs) < len(kernels)
    layout = plan.layout
    for source, *targets in zip(
        image.reshape(plan.source), *[out.reshape(plan.target) for out in filled], strict=True
    ):
        _native.correlate(
            source, tuple(targets), plan.weights, layout.edges, layout.window, layout.step, magnitude, count
        )
    for out, full in zip(outs, filled, strict=True):
        if out is not full:
            out[...] = full
    return True


def box(
    image: Array, sizes: Sequence[int], weight: float, anchor: Sequence[int], extension: str, out: Array
) -> bool:
    """Fill out with sums over windows times a weight, by running sums, or say no.

    Sums are kept in double precision.  Those of whole numbers are exact; others differ from the exact ones, before they
    are rounded to single precision, by at most ``samples * 2^-52`` times the largest sum of magnitudes over a window,
    where samples are those of a row and of a column of four windows, at least 64.  Results in double are refused unless
    the image holds whole numbers.

    Parameters
    ----------
    image
        As for `correlate`; if a sample is infinite or no number, out holds nothing of use, and the answer is no.
    sizes
        Of the window, by axis.
    weight, anchor, extension, out
        As for `correlate`.
    """
    import numpy as np

    whole = image.dtype.kind in "biu" and image.dtype.itemsize < 8
    if _native is None or not (
        whole or (image.dtype in {np.dtype("f4"), np.dtype("f8")} and out.itemsize == 4)
    ):
        return False
    layout = layout_of(image.shape, tuple(sizes), tuple(anchor), extension)
    if layout is None or layout.window[0] > 1 or layout.step > 1 or layout.window[1:].count(1):
        return False
    if not out.flags.carray or np.may_share_memory(image, out):
        return False
    count = threads() if out.size * BOX_TAPS >= WORTH_A_THREAD else 1
    image = np.require(image, image.dtype.newbyteorder("="), "A")
    source, target = image.reshape(layout.shape(image.shape)), out.reshape(layout.shape(out.shape))
    return all(
        _native.box(planes, (sums,), layout.edges, layout.window, weight, count)
        for planes, sums in zip(source, target, strict=True)
    )


def recursive(image: Array, axis: int, recursion: Array, beyond: tuple[Array, Array], out: Array) -> bool:
    """Fill out with recursions there and back along an axis, or say no.

    Parameters
    ----------
    image
        Real; either ``out`` itself, or without a sample in common with it.
    recursion
        Weight of the sample itself, sign of the way there, 1 if constants are kept and 0 if they vanish; then of two or
        three pairs of exponentials the pole and the weight, real and imaginary parts.
    beyond
        Which sample stands at each place before and after the line; `kernelkit.filtering.boundary.sources`.
    out
        In one block, float32 or float64, in which states are kept, too.
    """
    import numpy as np

    if _native is None or image.shape[axis] > LONGEST:
        return False
    image = np.require(image, image.dtype.newbyteorder("="), "A")
    shape = math.prod(image.shape[:axis]), image.shape[axis], math.prod(image.shape[axis + 1 :])
    none = np.empty(0, np.int64)
    count = threads() if out.size * len(recursion) >= WORTH_A_THREAD else 1
    _native.recursive(
        image.reshape(shape), (out.reshape(shape),), recursion, (none, none, *beyond, none, none), count
    )
    return True


def _exact_before_sums(samples: np.dtype[Any], harmless: bool, outs: Sequence[Array]) -> bool:  # noqa: FBT001  # a property of weights, not a switch
    """Whether the extension knows the types, and loses nothing of samples and weights before it sums in outs' type."""
    kind, size = samples.kind, samples.itemsize
    results = {(out.dtype.kind, out.dtype.itemsize) for out in outs}
    if kind not in "biuf" or size not in {1, 2, 4, 8} or (kind, size) == ("f", 2):
        return False
    if results == {("f", 4)}:
        return harmless and (size <= 2 or (kind, size) == ("f", 4))
    return results == {("f", 8)}


def correlate_separable(
    image: Array, factors: Sequence[Array], anchor: Sequence[int], extension: str, out: Array
) -> bool:
    """Fill out with a correlation by one factor an axis, the last two at once where rows are long, or say no."""
    import numpy as np

    axes = [axis for axis, factor in enumerate(factors) if len(factor) > 1] or [image.ndim - 1]
    gain = math.prod(float(factor[0]) for axis, factor in enumerate(factors) if axis not in axes)
    factors = [factor * gain if axis == axes[-1] else factor for axis, factor in enumerate(factors)]
    # the second of two arrays lies along samples, so its axis has to be one of samples
    at_once = 2 if math.prod(image.shape[axes[-1] + 1 :]) < SHORT else 1
    passes = [[axis] for axis in axes[:-at_once]] + [axes[-at_once:]]
    for together in passes:
        kernel = [np.reshape(factors[a], [-1 if b == a else 1 for b in range(image.ndim)]) for a in together]
        places = [place if axis in together else 0 for axis, place in enumerate(anchor)]
        target = out
        if together is not passes[-1]:
            lost = [
                len(factors[a]) - 1 if extension == "valid" and a in together else 0
                for a in range(image.ndim)
            ]
            target = np.empty(np.subtract(image.shape, lost), out.dtype)
        if not correlate(image, [kernel], places, extension, [target]):
            return False
        image = target
    return True


def lengths(components: Sequence[Array] | Array, least: float, out: Array) -> bool:
    """Fill out with the length of a gradient of two components, 0 where it is at most least, or say no.

    Parameters
    ----------
    components
        Of an image, float64.
    out
        Of that shape, in one block, float64.
    """
    import numpy as np

    if _native is None:
        return False
    _native.lengths(*map(np.ascontiguousarray, components), out, least, _few_threads(out))
    return True


def crests(components: Sequence[Array] | Array, magnitude: Array, low: float, out: Array) -> bool:
    """Fill out with 1 where a magnitude is a maximum along its gradient, 2 where a plateau begins, else 0; or say no.

    Parameters
    ----------
    components, magnitude
        Of an image, float64.
    low
        The least magnitude of a maximum.
    out
        Of bytes, in one block.
    """
    import numpy as np

    if _native is None or magnitude.ndim != 2 or not magnitude.size:
        return False
    parts = [np.ascontiguousarray(part) for part in (*components, magnitude)]
    _native.crests(*parts, out, low, _few_threads(out))
    return True


def hold(levels: Array, reach: int) -> bool:
    """Make 2 of each 1 that is connected to a 2, along at most so many axes at once; or say no.

    Parameters
    ----------
    levels
        Bytes of at most three axes, in one block.
    """
    if _native is None or levels.ndim > 3 or not levels.size:
        return False
    _native.hold(levels.reshape((1,) * (3 - levels.ndim) + levels.shape), reach)
    return True


def _few_threads(array: Array) -> int:
    return threads() if array.size * A_FEW >= WORTH_A_THREAD else 1
