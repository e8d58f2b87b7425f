"""Spectra: how far the symbol of a kernel reaches, over all frequencies."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Literal

from kernelkit.analysis.chebyshev import (
    Peak,
    cosine_polynomial,
    extremes,
    greatest_sine_product,
    sine_polynomial,
)
from kernelkit.analysis.given import check_kernel
from kernelkit.analysis.symbol import as_floats, response_at, symbol
from kernelkit.errors import LimitError
from kernelkit.exact.kernel import Kernel
from kernelkit.exact.names import axis_names

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np
    from numpy.typing import NDArray

Certainty = Literal["exact", "to 1e-12", "exact at a corner, found by search", "found by search"]

MOST_AXES = 3
"""Axes of a kernel whose spectrum is searched."""

FARTHEST_EXACT = 64
"""Largest offset, in lattice steps, for which roots of polynomials are sought: seconds pass beyond it."""

MOST_SAMPLES = 1 << 22
"""Frequencies of the grid on which a search begins."""

NEGLIGIBLE = 1e-12
"""Times the sum of the absolute taps: differences of searched values below it are rounding."""

_SAMPLES_A_PERIOD = 16
_FEWEST_SAMPLES = {1: 4096, 2: 128, 3: 48}
_MOST_STARTS = 12


@dataclass(frozen=True, slots=True)
class Extremum:
    """An extreme value over all frequencies.

    Attributes
    ----------
    value
        A `Fraction` where it is known exactly, else a float.
    at
        A frequency of it, in radians per sample, one number an axis in array order.
    certainty
        ``exact``: proved.  ``to 1e-12``: proved too, but irrational; the float is right to its last digits.
        ``exact at a corner, found by search``: the value where all frequencies are 0 or pi is exact, and a
        search found none beyond it.  ``found by search``: on a grid, improved until nothing changed.
    """

    value: Fraction | float
    at: tuple[float, ...]
    certainty: Certainty

    @property
    def place(self) -> str:
        """The frequency in words, ``w = pi`` or ``(wy, wx) = (pi, 0.5 pi)``."""
        shown = [_pi_text(w) for w in self.at]
        if len(shown) == 1:
            return f"w = {shown[0]}"
        names = (f"w{name}" for name in axis_names(len(self.at)))
        return f"({', '.join(names)}) = ({', '.join(shown)})"


@dataclass(frozen=True, slots=True)
class SpectrumRange:
    """How far the symbol reaches: its least and greatest real part, its greatest absolute imaginary part."""

    real_least: Extremum
    real_greatest: Extremum
    imaginary_greatest: Extremum


def spectrum_range(kernel: Kernel) -> SpectrumRange:
    """Return the least and greatest real part and the greatest absolute imaginary part of a symbol.

    All frequencies count: for offsets on a finer lattice, such as half samples, those of that lattice.  Where
    all taps lie on the axes, as on a line, the symbol is a sum over axes; its extremes are at roots of
    polynomials, and exact where they are rational.  They are exact also for kernels of one sample around,
    even along every axis, because their symbols are linear in every cosine.  All others are searched, and so
    are kernels that reach further out than `FARTHEST_EXACT` lattice steps.

    Raises
    ------
    LimitError
        More than `MOST_AXES` axes, or offsets so far out that the search would take too long.
    InputError
        No kernel, or taps beyond the range of floats.

    Examples
    --------
    >>> from kernelkit import derivative, derive, laplacian
    >>> spectrum_range(derive(derivative(2), accuracy=4)).real_least.value
    Fraction(-16, 3)
    >>> found = spectrum_range(derive(laplacian(2))).real_least
    >>> found.value, found.place, found.certainty
    (Fraction(-8, 1), '(wy, wx) = (pi, pi)', 'exact')
    """
    check_kernel(kernel, verb="has a spectrum")
    lattice = on_lattice(kernel)
    if all(sum(map(bool, x)) <= 1 and max(map(abs, x)) <= FARTHEST_EXACT for x, _ in lattice.kernel.taps):
        found = _along_axes(lattice.kernel)
    else:
        even, odd = parts(lattice.kernel)
        found = (_least_even(even), _negated(_least_even(-even)), _negated(_least_odd(odd)))
    low, high, wide = (Extremum(e.value, lattice.frequency(e.at), e.certainty) for e in found)
    return SpectrumRange(low, high, wide)


@dataclass(frozen=True, slots=True)
class Lattice:
    """A kernel brought to whole offsets without common factor, on the axes along which it reaches at all.

    Attributes
    ----------
    kernel
        The kernel on the lattice; its symbol takes the same values.
    axes
        The axes of the original kernel that are left.
    steps
        Samples a lattice step on each of them: frequencies of the original are those of the lattice over it.
    ndim
        Number of axes of the original kernel.
    """

    kernel: Kernel
    axes: tuple[int, ...]
    steps: tuple[Fraction, ...]
    ndim: int

    def frequency(self, of_lattice: Sequence[float]) -> tuple[float, ...]:
        """Return the frequency of the original kernel, in radians per sample."""
        place = [0.0] * self.ndim
        for axis, step, w in zip(self.axes, self.steps, of_lattice, strict=True):
            place[axis] = w / float(step)
        return tuple(place)


def on_lattice(kernel: Kernel) -> Lattice:
    """Bring a kernel to whole offsets; refuses more than `MOST_AXES` axes and taps beyond floats."""
    if kernel.ndim > MOST_AXES:
        raise LimitError(
            f"a spectrum is searched on at most {MOST_AXES} axes, not on {kernel.ndim}",
            next="symbol(kernel, frequencies) serves any number of axes",
        )
    as_floats(kernel)
    axes = [axis for axis in range(kernel.ndim) if any(x[axis] for x, _ in kernel.taps)] or [0]
    steps = tuple(_step([x[axis] for x, _ in kernel.taps]) for axis in axes)
    taps = {
        tuple(x[axis] / step for axis, step in zip(axes, steps, strict=True)): tap for x, tap in kernel.taps
    }
    return Lattice(Kernel(taps, ndim=len(axes)), tuple(axes), steps, kernel.ndim)


def parts(kernel: Kernel) -> tuple[Kernel, Kernel]:
    """Return the even and the odd part: the real part of the symbol is that of the even one."""
    return (kernel + kernel.flipped()) / 2, (kernel - kernel.flipped()) / 2


def grid(kernel: Kernel) -> tuple[NDArray[np.float64], NDArray[np.complex128]]:
    """Return frequencies and symbol on a grid fine enough to follow it, for a kernel on a lattice.

    The frequencies have shape (samples, axes); 0 and pi are among them on every axis.

    Raises
    ------
    LimitError
        More than `MOST_SAMPLES` frequencies.
    """
    import numpy as np

    sides = []
    for axis in range(kernel.ndim):
        radius = max((abs(int(x[axis])) for x, _ in kernel.taps), default=0)
        sides.append(max(_FEWEST_SAMPLES[kernel.ndim], _SAMPLES_A_PERIOD * radius))
    if math.prod(sides) > MOST_SAMPLES:
        raise LimitError(
            f"offsets this far out need a search over {math.prod(sides):,} frequencies",
            why=f"the symbol turns that often, and at most {MOST_SAMPLES:,} are searched",
            next="symbol(kernel, frequencies) evaluates where you ask",
        )
    array = np.zeros(sides)
    for offset, tap in kernel.taps:
        array[tuple(int(x) % side for x, side in zip(offset, sides, strict=True))] += float(tap)
    values = np.fft.ifftn(array, norm="forward")
    lines = [2 * np.pi * np.arange(side) / side for side in sides]
    places = np.stack(np.meshgrid(*lines, indexing="ij"), axis=-1)
    return places, values


def lowest_starts(values: NDArray[np.float64]) -> list[tuple[int, ...]]:
    """Return the indices of the lowest local minima of values on a periodic grid, the lowest first."""
    import numpy as np

    local = np.ones(values.shape, dtype=bool)
    for axis in range(values.ndim):
        for shift in (1, -1):
            local &= values <= np.roll(values, shift, axis=axis)
    found = np.argwhere(local)
    order = np.argsort(values[local], kind="stable")[:_MOST_STARTS]
    return [tuple(map(int, found[i])) for i in order]


def _step(coordinates: list[Fraction]) -> Fraction:
    bottom = math.lcm(*(x.denominator for x in coordinates))
    return Fraction(math.gcd(*(int(x * bottom) for x in coordinates)) or 1, bottom)


def _along_axes(kernel: Kernel) -> tuple[Extremum, Extremum, Extremum]:
    """Return the extremes of a sum of functions of one frequency each: the sums of theirs."""
    found = []
    for axis in range(kernel.ndim):
        # the centre belongs to the first axis, and to no other
        taps = {x[axis]: tap for x, tap in kernel.taps if x[axis] or not (axis or any(x))}
        line = Kernel(taps, ndim=1)
        wide = _of_peak(greatest_sine_product(sine_polynomial(line)))
        # -w gives the opposite imaginary part; all axes must pull the same way
        if symbol(line, wide.at).imag[0] < 0:
            wide = Extremum(wide.value, (-wide.at[0],), wide.certainty)
        least, greatest = extremes(cosine_polynomial(line))
        found.append((_of_peak(least), _of_peak(greatest), wide))
    low, high, wide_sum = (_summed(column) for column in zip(*found, strict=True))
    return low, high, wide_sum


def _summed(extrema: Sequence[Extremum]) -> Extremum:
    proved = all(e.certainty == "exact" for e in extrema)
    values = [e.value for e in extrema]
    total = sum(values, Fraction(0)) if proved else math.fsum(values)
    return Extremum(total, tuple(w for e in extrema for w in e.at), "exact" if proved else "to 1e-12")


def _of_peak(peak: Peak) -> Extremum:
    w = 2 * math.asin(math.sqrt(peak.s))
    return Extremum(peak.value, (w,), "exact" if isinstance(peak.value, Fraction) else "to 1e-12")


def _least_even(kernel: Kernel) -> Extremum:
    """Return the least symbol of an even kernel on several axes."""
    corners = itertools.product((0, 1), repeat=kernel.ndim)
    value, corner = min((response_at(kernel, corner), corner) for corner in corners)
    at = tuple(math.pi * entry for entry in corner)
    if _linear_in_cosines(kernel):
        return Extremum(value, at, "exact")
    searched = _search(kernel, lambda phase: (phase.real, phase.imag), -1)
    if float(value) <= float(searched.value) + NEGLIGIBLE * float(kernel.l1_norm):
        return Extremum(value, at, "exact at a corner, found by search")
    return searched


def _least_odd(kernel: Kernel) -> Extremum:
    """Return the least imaginary part of an odd kernel; the greatest is its negative."""
    if not kernel.taps:
        return Extremum(Fraction(0), (0.0,) * kernel.ndim, "exact")
    return _search(kernel, lambda phase: (phase.imag, phase.real), 1)


def _negated(least: Extremum) -> Extremum:
    return Extremum(-least.value, least.at, least.certainty)


def _linear_in_cosines(kernel: Kernel) -> bool:
    """Whether each cosine enters linearly, so that extremes over each are at its ends, 1 and -1."""
    taps = dict(kernel.taps)
    return all(
        max(map(abs, x)) <= 1
        and all(taps.get((*x[:i], -x[i], *x[i + 1 :])) == tap for i in range(kernel.ndim))
        for x, tap in taps.items()
    )


def _search(
    kernel: Kernel,
    pick: Callable[[NDArray[np.complex128]], tuple[NDArray[np.float64], NDArray[np.float64]]],
    sign: int,
) -> Extremum:
    """Return the least of ``sum tap * pick(exp(i w . x))[0]``; its gradient has ``sign * pick(...)[1]``."""
    import numpy as np
    from scipy.optimize import minimize  # type: ignore[import-untyped]  # scipy ships no types

    offsets, taps = as_floats(kernel)
    places, values = grid(kernel)

    def height(w: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        along, across = pick(np.exp(1j * (offsets @ w)))
        return float(taps @ along), sign * ((taps * across) @ offsets)

    best, at = math.inf, (0.0,) * kernel.ndim
    for start in lowest_starts(pick(values)[0]):
        found = minimize(height, places[start], jac=True, method="BFGS", options={"gtol": 1e-13})
        if found.fun < best:
            best, at = float(found.fun), tuple(math.remainder(w, math.tau) for w in found.x)
    return Extremum(best, at, "found by search")


def _pi_text(w: float) -> str:
    factor = f"{w / math.pi:.6g}"
    return {"0": "0", "-0": "0", "1": "pi", "-1": "-pi"}.get(factor, f"{factor} pi")
