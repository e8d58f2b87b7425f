"""How arrays are laid out as planes, rows and samples, and kernels as the parts that are summed one after the other."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from kernelkit.filtering.boundary import OUTSIDE, sources

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[Any]

SHORT = 64
"""Samples below which a last axis that is not filtered, such as channels, shares rows with the axis before."""

WRITING = 8
"""Taps that cost as much as writing sums and reading them again."""

ROUNDED = 2.0**-51
"""How exactly, relatively, weights have to be a product to be taken for one."""

HARMLESS = 1e-30, 1e30
"""Weights that single precision holds with all its digits, and whose products stay in range."""


class Layout(NamedTuple):
    """How arrays are read as images of planes, rows and samples, and what lies beyond their borders."""

    groups: tuple[tuple[int, ...], ...]
    window: tuple[int, int, int]
    step: int
    edges: tuple[NDArray[np.int64], ...]

    def shape(self, shape: Sequence[int]) -> tuple[int, ...]:
        """Return a shape with four axes: images, planes, rows, samples."""
        merged = [math.prod(shape[axis] for axis in group) for group in self.groups]
        return (math.prod(merged[:-3]), *merged[-3:])


class Plan(NamedTuple):
    """What the extension is told about kernels and images of one shape; what sums cost, and what they ask for."""

    layout: Layout
    source: tuple[int, ...]
    target: tuple[int, ...]
    weights: tuple[tuple[Array, ...], ...]
    taps: int
    harmless: bool


@lru_cache(256)
def plan_of(
    contents: tuple[tuple[bytes, ...], ...],
    shapes: tuple[tuple[tuple[int, ...], ...], ...],
    image: tuple[int, ...],
    anchor: tuple[int, ...],
    extension: str,
) -> Plan | None:
    """Return how kernels are applied to an image of a shape, or None where that is not possible."""
    known = [_prepared(*kernel) for kernel in zip(contents, shapes, strict=True)]
    layout = layout_of(image, known[0].sizes, anchor, extension)
    if layout is None:
        return None
    parts = [kernel.parts if layout.window[2] > 1 else (kernel.whole,) for kernel in known]
    lost = [size - 1 if extension == "valid" else 0 for size in known[0].sizes]
    return Plan(
        layout,
        layout.shape(image),
        layout.shape([samples - few for samples, few in zip(image, lost, strict=True)]),
        tuple(tuple(part.reshape(layout.shape(part.shape))[0] for part in kernel) for kernel in parts),
        sum(WRITING + kernel.taps for kernel in known),
        all(kernel.harmless for kernel in known),
    )


class Kernel(NamedTuple):
    """Weights; the parts that are summed one after the other, where that is less work; and what they ask for.

    ``whole`` is what was given, the first part of a product where that was given.
    """

    whole: Array
    parts: tuple[Array, ...]
    taps: int
    sizes: tuple[int, ...]
    harmless: bool


def _prepared(contents: tuple[bytes, ...], shapes: tuple[tuple[int, ...], ...]) -> Kernel:
    import numpy as np

    given = [
        np.frombuffer(data, np.float64).reshape(shape) for data, shape in zip(contents, shapes, strict=True)
    ]
    parts = tuple(map(np.ascontiguousarray, _factored(given[0]) if len(given) == 1 else given))
    sizes = [abs(part[part != 0]) for part in parts]
    least = [float(size.min(initial=1)) for size in sizes]
    most = [float(size.max(initial=1)) for size in sizes]
    return Kernel(
        given[0],
        parts,
        sum(map(len, sizes)),
        tuple(map(math.prod, zip(*shapes, strict=True))),
        min(*least, math.prod(least)) >= HARMLESS[0] and max(*most, math.prod(most)) <= HARMLESS[1],
    )


def _factored(weights: Array) -> tuple[Array, ...]:
    """Return weights as two arrays whose product they are, if they are one and that is less work; else as they are."""
    import numpy as np

    last = max((axis for axis, size in enumerate(weights.shape) if size > 1), default=0)
    table = weights.reshape(-1, weights.shape[last])
    row, column = np.unravel_index(np.argmax(np.abs(table)), table.shape)
    across, along = table[:, column], table[row] / (table[row, column] or 1)
    taps = [np.count_nonzero(part) for part in (weights, across, along)]
    if (
        taps[0] <= taps[1] + taps[2] + WRITING
        or (abs(np.outer(across, along) - table) > ROUNDED * abs(table)).any()
    ):
        return (weights,)
    beyond = [1] * (weights.ndim - last - 1)
    return across.reshape(*weights.shape[:last], 1, *beyond), along.reshape(*[1] * last, -1, *beyond)


@lru_cache(64)
def layout_of(
    shape: tuple[int, ...], sizes: tuple[int, ...], anchor: tuple[int, ...], extension: str
) -> Layout | None:
    """Lay arrays of a shape out for a window; None where more than three axes would have to be filtered at once."""
    import numpy as np

    groups: list[tuple[int, ...]] = []
    for axis, size in enumerate(sizes):
        if size == 1 and groups and sizes[groups[-1][0]] == 1:
            groups[-1] += (axis,)
        else:
            groups.append((axis,))
    step = 1
    if len(groups) > 1 and sizes[groups[-1][0]] == 1 and math.prod(shape[a] for a in groups[-1]) < SHORT:
        trailing = groups.pop()
        groups[-1] += trailing
        step = math.prod(shape[axis] for axis in trailing)
    inside = all(0 <= place < size for place, size in zip(anchor, sizes, strict=True))
    if (extension != "valid" and not inside) or any(sizes[group[0]] > 1 for group in groups[:-3]):
        return None
    groups = [()] * (3 - len(groups)) + groups
    edges: list[NDArray[np.int64]] = []
    for group in groups[-3:]:
        for beyond in (False, True):
            indices = np.empty(0, np.int64)
            if group and extension != "valid":
                samples, size, place = shape[group[0]], sizes[group[0]], anchor[group[0]]
                ends = (samples, samples + size - 1 - place) if beyond else (-place, 0)
                indices = sources(extension, samples, *ends)
            edges.append(indices)
    if step > 1:
        edges[-2:] = [
            np.where(indices[:, None] == OUTSIDE, OUTSIDE, indices[:, None] * step + np.arange(step)).ravel()
            for indices in edges[-2:]
        ]
    z, y, x = (sizes[group[0]] if group else 1 for group in groups[-3:])
    return Layout(tuple(groups), (z, y, x), step, tuple(edges))
