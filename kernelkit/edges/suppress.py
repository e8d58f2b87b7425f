"""Non-maximum suppression: of a ridge of gradients its crest, whichever way the image is turned."""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING, Any, NamedTuple

from kernelkit.errors import ShapeError
from kernelkit.filtering import native_engine

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    Array = NDArray[Any]
    Gradient = Sequence[Array] | Array  # a component each, or the axis of components first


AT_ONCE = 2**15
"""Pixels looked at together: few enough for all that is computed of them to stay in the cache."""


class Maxima(NamedTuple):
    """Pixels where a magnitude is largest along its gradient.

    Attributes
    ----------
    pixels
        Flat indices, ascending.
    places
        Where the maximum lies, to a fraction of a pixel: a row each, the axes in order.
    """

    pixels: Array
    places: Array


def suppress(magnitude: ArrayLike, components: ArrayLike) -> Array:
    """Return where a gradient's magnitude is largest along the gradient.

    The magnitude on both sides of a pixel is interpolated between its neighbours, one step along the axis of the
    largest component.  A plateau of equal magnitudes counts as one maximum, at its middle, if it falls off on both
    sides; one that reaches the border of the image, or a slope, has none.  A crest along an axis is one pixel wide; one
    along a diagonal passes through the pixels of a staircase.

    No order of scanning matters.  Negation, another contrast, flips and transposition change nothing but what they
    must: of an even number of equal pixels two are in the middle, and the one with the lower index along the axis of
    the largest component is taken.  A flip then takes the other one.  That cannot be helped.  Let a step be 0 to column
    15 and 1 from 16 on: flipped, it is the same as negated and 1 added.  A map that neither negation nor a constant
    changes, and that flips with the image, is therefore its own mirror image about 15.5, and has both columns or none.
    The place, 15.5, has no such difficulty: see `maxima`.

    Parameters
    ----------
    magnitude
        Of any number of axes.
    components
        The gradient, the axis of components first.

    Returns
    -------
    :
        True at maxima.

    Raises
    ------
    ShapeError
        Components that do not fit.

    References
    ----------
    Canny, A computational approach to edge detection, IEEE PAMI 8 (1986) 679-698, section VIII.

    Examples
    --------
    >>> import numpy as np
    >>> slope = np.tile([0.0, 1, 2, 2, 1, 0], (3, 1))
    >>> suppress(slope, [np.zeros((3, 6)), slope])[1].astype(int)
    array([0, 0, 1, 0, 0, 0])
    """
    import numpy as np

    lengths, parts = np.asarray(magnitude, float), np.asarray(components, float)
    if parts.shape != (lengths.ndim, *lengths.shape) or not lengths.ndim or not lengths.size:
        raise ShapeError(
            f"components of shape {parts.shape} do not fit a magnitude of shape {lengths.shape}",
            why="there is one component an axis, the axis of components first",
        )
    kept = np.zeros(lengths.size, bool)
    kept[crest(lengths, parts, 0.0, longest=max(lengths.shape))] = True
    return kept.reshape(lengths.shape)


def crest(
    magnitude: Array, components: Gradient, low: float, *, longest: int, own: slice = slice(None)
) -> Array:
    """Return the pixels of `maxima`, without their places; of plateaus that begin, and peaks, in some rows."""
    import numpy as np

    row = magnitude[:1].size
    ends = [end * row for end in own.indices(len(magnitude))[:2]]
    peaks, starts = (
        pixels[slice(*np.searchsorted(pixels, ends))] for pixels in _classified(magnitude, components, low)
    )
    if not starts.size:
        return peaks
    middles, _ = _middles(_Ridge.of(magnitude, components), starts, longest)
    return np.sort(np.concatenate([peaks, middles]), kind="stable")


def maxima(magnitude: Array, components: Array, low: float, *, longest: int) -> Maxima:
    """Return the maxima of at least ``low`` along the gradient, as `suppress` says, and where they lie between pixels.

    The place is the vertex of the parabola through the magnitudes at a pixel and on both sides of it, or the middle of
    a plateau, of at most ``longest`` pixels.
    """
    import numpy as np

    ridge = _Ridge.of(magnitude, components)
    peaks, starts = _classified(magnitude, components, low)
    lines = ridge.lines(peaks)
    above, below = ridge.rise(lines), ridge.rise(lines.back())
    middles, halves = _middles(ridge, starts, longest)
    found = np.concatenate([peaks, middles])
    order = np.argsort(found, kind="stable")
    found, shift = found[order], np.concatenate([0.5 * (below - above) / (below + above), halves])[order]
    lines = ridge.lines(found)
    along = shift * ridge.parts(found) / np.where(lines.down, -lines.sizes[0], lines.sizes[0])
    return Maxima(found, np.stack(np.unravel_index(found, magnitude.shape), axis=1) + along.T)


def _classified(magnitude: Array, components: Gradient, low: float) -> tuple[Array, Array]:
    """Return the pixels of at least low that are peaks along the gradient, and those where plateaus begin."""
    import numpy as np

    kinds = np.empty(magnitude.shape, np.uint8)
    if native_engine.crests(components, magnitude, low, kinds):
        marked = np.flatnonzero(kinds.view(bool))
        kind = kinds.ravel()[marked]
        return marked[kind == 1], marked[kind == 2]
    ridge = _Ridge.of(magnitude, components)
    pixels = np.flatnonzero(_inside(components, (magnitude >= low) & (magnitude > 0)))
    peaks, starts = [pixels[:0]], [pixels[:0]]
    for start in range(0, len(pixels), AT_ONCE):
        some = pixels[start : start + AT_ONCE]
        lines = ridge.lines(some)
        above, below = ridge.rise(lines), ridge.rise(lines.back())
        peaks.append(some[(above < 0) & (below < 0)])
        starts.append(some[(above == 0) & (below < 0)])
    return np.concatenate(peaks), np.concatenate(starts)


class _Lines(NamedTuple):
    """Lines along the gradient through pixels, towards higher indices along the axis of the largest component.

    Attributes
    ----------
    centre
        Index of each pixel, with a frame of one pixel around the image.
    sizes
        Of the components, in descending order.
    steps
        Along the axis of each, one pixel as a difference of indices.
    down
        Where the largest component is negative.
    """

    centre: Array
    sizes: list[Array]
    steps: list[Array]
    down: Array

    def back(self) -> _Lines:
        """Return the lines the other way."""
        return self._replace(steps=[-step for step in self.steps])


class _Ridge(NamedTuple):
    """A gradient, laid out flat.

    Attributes
    ----------
    shape
        Of the image.
    magnitude
        With a frame of one pixel, equal to its neighbour, around the image.
    components
        Each laid out flat.
    strides
        Along the axes, in the magnitude.
    """

    shape: tuple[int, ...]
    magnitude: Array
    components: list[Array]
    strides: list[int]

    @classmethod
    def of(cls, magnitude: Array, components: Gradient) -> _Ridge:
        """Lay out a gradient."""
        import numpy as np

        framed = np.pad(magnitude, 1, "edge")
        strides = [math.prod(framed.shape[axis + 1 :]) for axis in range(framed.ndim)]
        return cls(magnitude.shape, framed.ravel(), [part.reshape(-1) for part in components], strides)

    def parts(self, pixels: Array) -> Array:
        """Return the gradient at pixels, a component a row."""
        import numpy as np

        return np.stack([component[pixels] for component in self.components])

    def lines(self, pixels: Array) -> _Lines:
        """Return lines through pixels."""
        import numpy as np

        centre, rest = np.full(len(pixels), sum(self.strides)), pixels
        for side, stride in zip(reversed(self.shape), reversed(self.strides), strict=True):
            before = rest // side
            centre += (rest - before * side) * stride
            rest = before
        ordered: list[tuple[Any, ...]] = []
        for component, stride in zip(self.components, self.strides, strict=True):
            part = component[pixels]
            ordered.append((np.abs(part), np.intp(stride), part < 0))
        for low, high in itertools.combinations(range(len(ordered)), 2):
            swap = ordered[high][0] > ordered[low][0]
            pairs = list(zip(ordered[low], ordered[high], strict=True))
            ordered[low] = tuple(np.where(swap, other, one) for one, other in pairs)
            ordered[high] = tuple(np.where(swap, one, other) for one, other in pairs)
        sizes, steps, signs = ([each[place] for each in ordered] for place in range(3))
        down = signs[0]
        steps = [np.where(sign ^ down, -step, step) for step, sign in zip(steps, signs, strict=True)]
        return _Lines(centre, sizes, steps, down)

    def rise(self, lines: _Lines) -> Array:
        """Return how much larger the magnitude is one step along lines, times the largest component.

        Between pixels it is interpolated on the simplex of those that are reached by steps along the axes in order of
        their components.  What is equal gives exactly 0, and what symmetry exchanges the same digits.
        """
        import numpy as np

        here, total, place = self.magnitude[lines.centre], np.zeros(len(lines.centre)), lines.centre
        for size, smaller, step in zip(lines.sizes, [*lines.sizes[1:], 0.0], lines.steps, strict=True):
            place = place + step
            total += (size - smaller) * (self.magnitude[place] - here)
        return total

    def following(self, pixels: Array) -> Array:
        """Return the pixels nearest to one step along lines, inside the image."""
        import numpy as np

        lines = self.lines(pixels)
        places = np.stack(np.unravel_index(pixels, self.shape))
        for size, step in zip(lines.sizes, lines.steps, strict=True):
            for axis, stride in enumerate(self.strides):
                places[axis] += np.where(
                    (abs(step) == stride) & (2 * size >= lines.sizes[0]), np.sign(step), 0
                )
        found: Array = np.ravel_multi_index(tuple(places), self.shape, mode="clip")
        return found


def _inside(components: Gradient, candidate: Array) -> Array:
    """Return the candidates but those that have no neighbour on one side along the axis of a largest component."""
    import numpy as np

    inside = candidate.copy()
    for axis in range(candidate.ndim):
        for end in (slice(1), slice(-1, None)):
            side = (slice(None),) * axis + (end,)
            sizes = np.abs([component[side] for component in components])
            inside[side] &= sizes[axis] < np.delete(sizes, axis, axis=0).max(axis=0, initial=0)
    return inside


def _middles(ridge: _Ridge, starts: Array, longest: int) -> tuple[Array, Array]:
    """Follow plateaus from their lower ends; return the pixels in their middles, and how far from them the middle is.

    A plateau ends where the magnitude falls off, and is none where it rises or the image ends.
    """
    import numpy as np

    at, middle, found, shifts = starts, starts, [], []
    flat = ridge.magnitude
    for length in range(2, longest + 1):
        ahead = ridge.following(at)
        lines = ridge.lines(ahead)
        equal = (flat[lines.centre] == flat[ridge.lines(at).centre]) & (ahead != at)
        middle = ridge.following(middle) if length % 2 else middle
        above = ridge.rise(lines)
        # else the tie is with what lies between two pixels, and the plateau ends there
        between = flat[lines.centre] != flat[ridge.lines(at).centre]
        ends = between | (equal & (above < 0))
        found.append(middle[ends])
        shifts.append(np.full(np.count_nonzero(ends), 0.0 if length % 2 else 0.5))
        goes_on = equal & (above == 0)
        at, middle = ahead[goes_on], middle[goes_on]
        if not at.size:
            break
    return np.concatenate([starts[:0], *found]), np.concatenate([np.zeros(0), *shifts])
