"""Border rows re-derived: near the rim a kernel gives way to others, exact to the same degree, that stay inside."""

from __future__ import annotations

import functools
import itertools
import math
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from kernelkit.errors import LimitError, ShapeError, UnsolvableError
from kernelkit.exact.kernel import Kernel
from kernelkit.exact.nearest import nearest
from kernelkit.exact.obstruct import required_degree
from kernelkit.exact.offsets import Stencil
from kernelkit.filtering.engine import correlate_separable
from kernelkit.filtering.meaning import meaning, window_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from kernelkit.filtering.meaning import Meaning

    Array = NDArray[Any]

MOST_WORK = 60_000
"""Border kernels times their points that are derived; more is refused."""


@dataclass(frozen=True, slots=True)
class Line:
    """A kernel along one axis with the kernels that stand for it near both ends.

    Attributes
    ----------
    taps
        From the first offset to the last.
    before
        How many samples before the output's own the first tap lies.
    low, high
        Weights of the first, and of the last, samples: a row for each output near that end.
    """

    taps: Array
    before: int
    low: Array
    high: Array


@functools.lru_cache(maxsize=256)
def line_of(kernel: Kernel) -> Line:
    """Return a kernel on a line with its border kernels, derived exactly; taps keep their gain.

    Near an end the kernel is replaced by the one that is nearest to what is left of it, in the sum of squares, among
    those that compute the same with the same accuracy from the samples that there are.
    """
    import numpy as np

    known = meaning(kernel)
    [(start, stop)] = window_of(kernel)
    before, after = -start, stop
    taps = dict(kernel.taps)
    [samples] = samples_of(known)
    low = [_moved(known, -place, samples) for place in range(before)]
    high = [_moved(known, after - place - samples, samples) for place in range(after)]
    return Line(
        np.array([float(taps.get((Fraction(place),), 0)) for place in range(start, stop + 1)]),
        before,
        np.array(low, dtype=float).reshape(before, samples),
        np.array(high, dtype=float).reshape(after, samples),
    )


def samples_of(known: Meaning) -> list[int]:
    """Return how many samples along each axis border kernels read: enough for the degree of exactness."""
    assert known.target is not None
    degree: int = required_degree(known.target, known.accuracy or 1)
    return [max(last - first, degree) + 1 for first, last in window_of(known.kernel)]


def _moved(known: Meaning, start: int, samples: int) -> list[Fraction]:
    """Return the border kernel on the samples from an offset on."""
    offsets = [(Fraction(start + step),) for step in range(samples)]
    found = dict(_nearest(known, Stencil(1, tuple(offsets))).taps)
    return [found.get(offset, Fraction(0)) for offset in offsets]


def _nearest(known: Meaning, there: Stencil) -> Kernel:
    """Return the nearest kernel of the same meaning on the given points, with the gain of the taps."""
    assert known.target is not None
    points = set(there.offsets)
    left = [(offset, tap / known.gain) for offset, tap in known.kernel.taps if offset in points]
    start = Kernel(dict(left), ndim=known.kernel.ndim)
    return nearest(start, known.target, accuracy=known.accuracy or 1, stencil=there) * known.gain


def along(image: Array, line: Line, axis: int) -> Array:
    """Return a kernel applied along one axis, right up to both ends."""
    import numpy as np

    out = np.empty(image.shape, image.dtype if image.dtype == np.float32 else np.float64)
    separable(image, {axis: line}, out)
    return out


def lines_along(shape: Sequence[int], kernels: Mapping[int, Kernel]) -> dict[int, Line]:
    """Return a line for each axis named, after a look at the length of the image: deriving takes longer.

    Raises
    ------
    ShapeError
        Fewer samples along an axis than are needed.
    """
    check_length(shape, {axis: samples_of(meaning(kernel))[0] for axis, kernel in kernels.items()})
    return {axis: line_of(kernel) for axis, kernel in kernels.items()}


def separable(image: Array, lines: Mapping[int, Line], out: Array) -> None:
    """Fill out with a product of kernels, one for each axis named, right up to the border: inside, then the strips."""
    import numpy as np

    factors, anchor = [np.ones(1)] * image.ndim, [0] * image.ndim
    for axis, line in lines.items():
        factors[axis], anchor[axis] = line.taps, line.before
    correlate_separable(image, factors, anchor=anchor, extension="edge", out=out)
    for axis, line in lines.items():
        source, target = np.moveaxis(image, axis, 0), np.moveaxis(out, axis, 0)
        for rows, at_start in ((line.low, True), (line.high, False)):
            if not len(rows):
                continue
            read = source[: rows.shape[1]] if at_start else source[-rows.shape[1] :]
            # term by term, so that a result does not depend on how many others are computed beside it
            strip = np.zeros((len(rows), *read.shape[1:]))
            for weights, sample in zip(rows.T, read, strict=True):
                strip += np.multiply.outer(weights, sample)
            for number, other in lines.items():
                if number != axis:
                    strip = along(strip, other, number + (number < axis))
            target[slice(len(rows)) if at_start else slice(-len(rows), None)] = strip


def check_length(shape: Sequence[int], needs: dict[int, int]) -> None:
    """Refuse an image with too few samples for the border kernels.

    Raises
    ------
    ShapeError
        Fewer samples along an axis than are needed.
    """
    for axis, least in needs.items():
        if shape[axis] < least:
            raise ShapeError(
                f"an image of {' x '.join(map(str, shape))} is too small for one-sided borders",
                why=f"{least} samples are needed along axis {axis}",
                next="other axes, a smaller kernel, or a boundary that makes samples up, such as reflect",
            )


def scattered(image: Array, known: Meaning, out: Array) -> None:
    """Mend the border of what any kernel gave; raises what `places_of` does."""
    import numpy as np

    for places, kernel in places_of(image.shape, known):
        if kernel is not known.kernel:
            whole = np.zeros([len(one) for one in places])
            for offset, tap in kernel.taps:
                whole += float(tap) * image[moved(places, offset)]
            out[moved(places)] = whole


def places_of(shape: Sequence[int], known: Meaning) -> Iterator[tuple[list[range], Kernel]]:
    """Yield the inside of an image with the kernel, and each kind of place near the rim with one of its own.

    Raises
    ------
    LimitError
        Too many border kernels to derive.
    ShapeError
        An image too small for them.
    """
    before, after = (
        [-first for first, _ in window_of(known.kernel)],
        [last for _, last in window_of(known.kernel)],
    )
    most = samples_of(known)
    check_length(shape, dict(enumerate(most)))
    kinds = [(low + 1 + high) * samples for low, high, samples in zip(before, after, most, strict=True)]
    if math.prod(kinds) > MOST_WORK:
        raise LimitError(
            "this kernel is too large for one-sided borders",
            why="it is no product of kernels along the axes, so each place near the rim needs a derivation of its own",
            next="another boundary, such as reflect",
        )
    for places in itertools.product(*map(_kinds, before, after)):
        inside = all(place is None for place in places)
        yield (
            [
                range(low, samples - high) if place is None else range(place % samples, place % samples + 1)
                for place, low, high, samples in zip(places, before, after, shape, strict=True)
            ],
            known.kernel if inside else _border_kernel(known, places, tuple(most)),
        )


def moved(places: Sequence[range], offset: Sequence[Fraction] | None = None) -> tuple[slice, ...]:
    """Return places, or those an offset away from them, as slices."""
    steps = [int(step) for step in offset] if offset else [0] * len(places)
    return tuple(slice(one.start + step, one.stop + step) for one, step in zip(places, steps, strict=True))


def _kinds(before: int, after: int) -> Iterator[int | None]:
    """Return the kinds of places along an axis: counted from the start, the inside, counted from the end."""
    yield from range(before)
    yield None
    yield from range(-after, 0)


@functools.lru_cache(maxsize=4096)
def _border_kernel(known: Meaning, places: tuple[int | None, ...], most: tuple[int, ...]) -> Kernel:
    """Return the kernel for one kind of place; where it needs more points than are asked for, it reads more."""
    spans = []
    for axis, (place, samples) in enumerate(zip(places, most, strict=True)):
        offsets = [int(offset[axis]) for offset, _ in known.kernel.taps]
        if place is None:
            spans.append(range(min(offsets), max(offsets) + 1))
        else:
            start = -place if place >= 0 else -place - samples
            spans.append(range(start, start + samples))
    points = itertools.product(*([Fraction(step) for step in span] for span in spans))
    try:
        return _nearest(known, Stencil(len(spans), tuple(points)))
    except UnsolvableError:
        # along the rim, too, the kernel may have too few points: a centred box of the full width has enough
        wide = [
            span if place is not None else range(-(samples // 2), samples - samples // 2)
            for span, place, samples in zip(spans, places, most, strict=True)
        ]
        points = itertools.product(*([Fraction(step) for step in span] for span in wide))
        return _nearest(known, Stencil(len(spans), tuple(points)))
