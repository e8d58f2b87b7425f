"""How libraries apply given taps: which way around, where the middle is, and what lies beyond the border."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple, cast

from kernelkit.errors import LimitError, ShapeError
from kernelkit.exact.kernel import Kernel
from kernelkit.explain.identity import reading_text
from kernelkit.filtering.apply import apply
from kernelkit.filtering.meaning import meaning
from kernelkit.filtering.plan import BOUNDARIES
from kernelkit.identification.identify import best_reading

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kernelkit.filtering.plan import Boundary
    from kernelkit.peers.calls import Array, Call, Library

CLOSE = 1e-9
"""How far answers may be apart, in units of the largest: Fourier transforms round."""

LARGEST = 2**12
"""Entries of a kernel; the images have 16 times as many samples, and some libraries multiply each with each."""


class Convention(NamedTuple):
    """How one call applies taps; None where that is not seen.

    Attributes
    ----------
    library, version, call
        Of whom it was asked.
    taps
        ``as given``: a correlation; ``turned around``: a convolution.
    middle
        Index of the tap, as given, that belongs to the sample of the answer.
    computes
        What becomes of the kernel by that.
    border
        The name that what lies beyond the border has here.
    """

    library: str
    version: str
    call: str
    taps: str | None
    middle: str | None
    computes: str | None
    border: str | None


def conventions(kernel: Kernel, calls: Iterable[tuple[Library, Call]]) -> list[Convention]:
    """Return how calls of filters apply a kernel on a line, along x, or in the plane; other calls are passed over.

    Raises
    ------
    ShapeError
        A kernel of more axes.
    InputError, OffGridError
        A kernel without taps, or with taps less than a sample apart.
    LimitError
        A kernel whose window has more than `LARGEST` entries.
    """
    if kernel.ndim > 2:
        raise ShapeError(
            f"libraries are compared on pictures, of two axes, and the kernel has {kernel.ndim}",
            next="a kernel of one axis or two",
        )
    plane = kernel if kernel.ndim == 2 else Kernel({0: 1}).outer(kernel)
    if math.prod(size + 1 for size in plane.width) > LARGEST:
        raise LimitError(
            f"libraries are asked about kernels of at most {LARGEST} entries", next="a smaller kernel"
        )
    # an array does not say where offset 0 is: here it is in the middle
    centred = plane.shifted(
        [-start - size // 2 for start, size in zip(plane.origin, plane.width, strict=True)]
    )
    meaning(centred)  # refuses kernels without taps, or with taps less than a sample apart
    return [measured(library, call, centred) for library, call in calls if call.asked == "filter"]


def measured(library: Library, call: Call, kernel: Kernel) -> Convention:
    """Return how one call applies a kernel in the plane."""
    import numpy as np

    taps = np.array(kernel.dense(), dtype=float)
    impulse = np.zeros([4 * size + 1 for size in taps.shape])
    impulse[tuple(2 * size for size in taps.shape)] = 1
    response = library.answer(call, impulse, taps)
    ways = {"as given": kernel, "turned around": kernel.flipped()}
    placed = {} if response is None else {way: _placed(one, response) for way, one in ways.items()}
    seen = {way: one for way, one in placed.items() if one is not None}
    if not seen:
        return Convention(library.name, library.version, call.text, None, None, None, None)
    way, applied = next(iter(seen.items()))
    first = [int(place) for place in applied.origin]
    middle = [
        -place if way == "as given" else place + size - 1
        for place, size in zip(first, taps.shape, strict=True)
    ]
    reading = best_reading(applied)
    return Convention(
        library.name,
        library.version,
        call.text,
        taps="either way" if len(seen) > 1 else way,
        middle=f"({', '.join(map(str, middle))})",
        computes=None if reading is None else reading_text(reading),
        border=", ".join(_borders(library, call, applied, taps)) or None,
    )


def _placed(kernel: Kernel, response: Array) -> Kernel | None:
    """Return a kernel moved to where its answer to an impulse in the middle shows it; None if it shows another."""
    import numpy as np

    answers = response[::-1, ::-1]  # the answer at a place shows the tap at the opposite offset
    middle = [side // 2 for side in answers.shape]
    taps = np.zeros(answers.shape)
    for offset, tap in kernel.taps:
        taps[tuple(int(step) + place for step, place in zip(offset, middle, strict=True))] = float(tap)
    moves = _first_largest(answers) - _first_largest(taps)
    if not _same(np.roll(taps, moves, (0, 1)), answers):
        return None
    return kernel.shifted([int(step) for step in moves])


def _first_largest(numbers: Array) -> Array:
    """Return the index of the first of the largest entries; what rounding sets apart is of one size."""
    import numpy as np

    sizes = np.abs(numbers)
    first: Array = np.argwhere(sizes >= (1 - CLOSE) * sizes.max())[0]
    return first


def _borders(library: Library, call: Call, applied: Kernel, taps: Array) -> list[str]:
    """Return the borders with which a kernel gives what the call answers to an image of noise."""
    import numpy as np

    image = np.random.default_rng(0).normal(size=[4 * size + 1 for size in taps.shape])
    found = library.answer(call, image, taps)
    return [
        name
        for name in BOUNDARIES
        if found is not None
        and name != "valid"
        and _same(found, apply(applied, image, boundary=cast("Boundary", name), scale="raw"))
    ]


def _same(found: Array, expected: Array) -> bool:
    import numpy as np

    return bool(np.allclose(found, expected, rtol=0, atol=CLOSE * np.abs(expected).max()))
