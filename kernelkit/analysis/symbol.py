"""Symbols: what a kernel does to a wave, as numbers and as exact formulas."""

from __future__ import annotations

import math
from collections.abc import Iterable
from fractions import Fraction
from typing import TYPE_CHECKING, SupportsIndex

from kernelkit.analysis.chebyshev import cosine_polynomial, sine_polynomial
from kernelkit.analysis.given import check_kernel
from kernelkit.errors import InputError, LimitError, OffGridError, ShapeError
from kernelkit.exact.names import axis_names
from kernelkit.exact.offsets import Offset, offset_text
from kernelkit.exact.rational import counted, whole, written

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import ArrayLike, NDArray

    from kernelkit.exact.kernel import Kernel

MOST_PRODUCTS = 400_000_000
"""Number of frequencies times number of taps; more is refused."""

_BLOCK = 1 << 20

Parts = list[tuple[Fraction, str]]
"""Coefficients and what they multiply; empty text for the constant."""


def symbol(kernel: Kernel, frequencies: ArrayLike) -> NDArray[np.complex128]:
    """Evaluate ``K^(w) = sum tap * exp(i w . offset)``, the factor by which the kernel multiplies a wave.

    Parameters
    ----------
    kernel
        Taps at any rational offsets, on any number of axes.
    frequencies
        Real numbers, in radians per sample.  For a kernel on a line an array of any shape, one frequency an
        entry; on more axes the last axis holds one frequency an axis, in array order (x last).

    Returns
    -------
    numpy.ndarray
        Complex; the shape of ``frequencies``, without its last axis unless the kernel is on a line.  The
        symbol of an even kernel has no imaginary part at all, that of an odd one no real part.

    Raises
    ------
    InputError
        Frequencies that are no finite real numbers, or taps beyond the range of floats.
    ShapeError
        The last axis of ``frequencies`` does not fit the kernel.
    LimitError
        More than `MOST_PRODUCTS` frequencies times taps.

    Examples
    --------
    >>> from math import pi
    >>> from kernelkit import Kernel
    >>> symbol(Kernel({-1: 1, 0: -2, 1: 1}), [0, pi]).real.tolist()
    [0.0, -4.0]
    """
    import numpy as np

    check_kernel(kernel, verb="has a symbol")
    waves = read_frequencies(kernel, frequencies)
    offsets, taps = as_floats(kernel)
    rows = waves.reshape(-1, kernel.ndim)
    result = np.zeros(rows.shape[0], dtype=np.complex128)
    symmetry = kernel.symmetry
    step = max(1, _BLOCK // max(1, len(taps)))
    for start in range(0, rows.shape[0], step):
        part = slice(start, start + step)
        phase = rows[part] @ offsets.T
        if symmetry != "odd":
            result.real[part] = np.cos(phase) @ taps
        if symmetry != "even":
            result.imag[part] = np.sin(phase) @ taps
    return result.reshape(waves.shape if kernel.ndim == 1 else waves.shape[:-1])


def response_at(kernel: Kernel, corner: Sequence[SupportsIndex]) -> Fraction:
    """Return the exact symbol where every frequency is 0 or pi.

    Parameters
    ----------
    kernel
        Taps at whole offsets.
    corner
        One entry an axis, in array order: 0 for the frequency 0, 1 for pi, the fastest wave on the grid.

    Raises
    ------
    OffGridError
        An offset is no whole number: the symbol need not be rational there.
    ShapeError
        Not one entry an axis.
    InputError
        An entry other than 0 and 1.

    Examples
    --------
    >>> from kernelkit import Kernel
    >>> response_at(Kernel({-1: 1, 0: -2, 1: 1}), (1,))
    Fraction(-4, 1)
    """
    check_kernel(kernel, verb="has a response")
    if not isinstance(corner, Iterable):
        raise InputError(f"a corner is a sequence of 0 and 1, not {corner!r}"[:200], next="(0, 1)")
    place = [whole(entry, what="an entry of a corner") for entry in corner]
    if len(place) != kernel.ndim:
        raise ShapeError(
            f"a corner with {len(place)} entries does not fit {counted(kernel.ndim, 'axis')}",
            next=f"give {counted(kernel.ndim, 'number')}, each 0 or 1",
        )
    if any(entry not in {0, 1} for entry in place):
        raise InputError("an entry of a corner is 0 for the frequency 0, or 1 for pi", next="(0, 1)")
    total = Fraction(0)
    for offset, tap in kernel.taps:
        if any(x.denominator != 1 for x in offset):
            raise OffGridError(
                f"the offset {offset_text(offset)} is not on the grid",
                why="between samples the wave exp(i pi x) is not 1 or -1",
                next="symbol(kernel, frequencies) takes any offsets",
            )
        turns = sum(int(x) for x, entry in zip(offset, place, strict=True) if entry)
        total += -tap if turns % 2 else tap
    return total


def cosine_form(kernel: Kernel) -> str:
    """Write the symbol exactly, in cosines and sines.

    On a line the frequency is w; on more axes wx, wy, wz (x0, x1, ... become wx0, wx1, ...).  Taps at x and -x
    share a term.  Where the kernel is even or odd along every single axis the terms are products.

    Examples
    --------
    >>> from kernelkit import Kernel, derivative, derive, laplacian
    >>> cosine_form(derive(derivative(1), accuracy=4))
    'i (4/3 sin w - 1/6 sin 2w)'
    >>> cosine_form(Kernel({"-1/2": -1, "1/2": 1}))
    '2 i sin w/2'
    >>> cosine_form(derive(laplacian(2)))
    '-4 + 2 cos wx + 2 cos wy'
    """
    check_kernel(kernel, verb="has a symbol")
    parities = [_parity(kernel, axis) for axis in range(kernel.ndim)]
    if kernel.ndim > 1 and "none" not in parities:
        real, imaginary = _product_parts(kernel, parities)
    else:
        real, imaginary = _pair_parts(kernel)
    return _complex_text(real, imaginary)


def sine_power_form(kernel: Kernel) -> str | None:
    """Write the symbol exactly as a polynomial in s = sin^2(w/2), times i sin w for an odd kernel.

    None for a kernel that is neither even nor odd, or has an offset between samples, or more than one axis.

    Raises
    ------
    LimitError
        An offset is beyond the highest degree that is expanded.

    Examples
    --------
    >>> from kernelkit import derivative, derive
    >>> sine_power_form(derive(derivative(2), accuracy=4))
    '-4 s - 4/3 s^2 with s = sin^2(w/2)'
    >>> sine_power_form(derive(derivative(1), accuracy=4))
    'i sin w (1 + 2/3 s) with s = sin^2(w/2)'
    """
    check_kernel(kernel, verb="has a symbol")
    symmetry = kernel.symmetry
    on_grid = all(x.denominator == 1 for offset, _ in kernel.taps for x in offset)
    if kernel.ndim != 1 or symmetry == "none" or not on_grid:
        return None
    even = symmetry == "even"
    coefficients = (cosine_polynomial if even else sine_polynomial)(kernel)
    powers = ["", "s", *(f"s^{k}" for k in range(2, len(coefficients)))]
    parts = [(c, body) for c, body in zip(coefficients, powers, strict=False) if c]
    if even:
        text = _sum_text(parts)
    elif len(coefficients) == 1:
        text = _complex_text([], [(coefficients[0], "sin w")])
    else:
        text = f"i sin w ({_sum_text(parts)})"
    return text + (" with s = sin^2(w/2)" if len(coefficients) > 1 else "")


def as_floats(kernel: Kernel) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return offsets, of shape (taps, axes), and taps as floats, each rounded once.

    Raises
    ------
    InputError
        A number beyond the range of floats.
    """
    import numpy as np

    try:
        offsets = [[float(x) for x in offset] for offset, _ in kernel.taps]
        taps = [float(tap) for _, tap in kernel.taps]
        largest = float(kernel.l1_norm)
    except OverflowError as beyond:
        raise InputError(
            "a tap or an offset is beyond the range of floats",
            next="divide the taps by a common factor first",
        ) from beyond
    assert math.isfinite(largest)
    return np.array(offsets, dtype=np.float64).reshape(len(taps), kernel.ndim), np.array(
        taps, dtype=np.float64
    )


def read_frequencies(kernel: Kernel, frequencies: ArrayLike) -> NDArray[np.float64]:
    """Return frequencies as an array of floats that fits the kernel; refusals are those of `symbol`."""
    import numpy as np

    try:
        read = np.asarray(frequencies)
    except ValueError as ragged:
        raise ShapeError("frequencies must form an array: rows of equal length") from ragged
    count = read.size // kernel.ndim
    if count * len(kernel.taps) > MOST_PRODUCTS:
        raise LimitError(
            f"{count:,} frequencies times {counted(len(kernel.taps), 'tap')} are too many at once",
            next=f"stay below {MOST_PRODUCTS:,} products, or evaluate in pieces",
        )
    if read.dtype.kind not in "iuf" or not np.isfinite(read).all():
        raise InputError(
            "frequencies are finite real numbers, in radians per sample",
            next="numpy.linspace(0, numpy.pi, 65)",
        )
    if kernel.ndim > 1 and (not read.ndim or read.shape[-1] != kernel.ndim):
        raise ShapeError(
            f"frequencies of shape {read.shape} do not fit a kernel on {counted(kernel.ndim, 'axis')}",
            next=f"the last axis holds {kernel.ndim} frequencies, in array order",
        )
    return read.astype(np.float64)


def _parity(kernel: Kernel, axis: int) -> str:
    """Say whether a kernel is even or odd under reflection of one axis."""
    taps = dict(kernel.taps)
    mirrored = {(*x[:axis], -x[axis], *x[axis + 1 :]): tap for x, tap in kernel.taps}
    if mirrored == taps:
        return "even"
    return "odd" if mirrored == {x: -tap for x, tap in taps.items()} else "none"


def _product_parts(kernel: Kernel, parities: Sequence[str]) -> tuple[Parts, Parts]:
    """Return real and imaginary terms such as ``cos wx sin wy``, one for each orbit of reflections."""
    odd = parities.count("odd")
    parts: Parts = []
    for offset, tap in _by_distance(kernel):
        if any(x < 0 for x in offset):
            continue
        factors = [
            f"{'sin' if parities[axis] == 'odd' else 'cos'} {_multiple(offset[axis], name)}"
            for axis, name in _shown_axes(kernel.ndim)
            if offset[axis]
        ]
        # each sine brings a factor i, and i^2 is -1
        parts.append((tap * 2 ** len(factors) * (-1) ** (odd // 2), " ".join(factors)))
    return ([], parts) if odd % 2 else (parts, [])


def _pair_parts(kernel: Kernel) -> tuple[Parts, Parts]:
    """Return the terms in cosines and those in sines, one of each for a pair of opposite offsets."""
    taps = dict(kernel.taps)
    real, imaginary = [], []
    both = {_leading_positive(offset) for offset in taps}
    for offset in sorted(both, key=_distance):
        here, there = taps.get(offset, Fraction(0)), taps.get(tuple(-x for x in offset), Fraction(0))
        if not any(offset):
            real.append((here, ""))
            continue
        argument = _argument(offset)
        real.append((here + there, f"cos{argument}"))
        imaginary.append((here - there, f"sin{argument}"))
    return [part for part in real if part[0]], [part for part in imaginary if part[0]]


def _shown_axes(ndim: int) -> list[tuple[int, str]]:
    """Return axes and names of their frequencies in the order in which they are written, x first."""
    if ndim == 1:
        return [(0, "w")]
    axes = [(axis, f"w{name}") for axis, name in enumerate(axis_names(ndim))]
    return axes[::-1] if ndim <= len("xyz") else axes


def _leading_positive(offset: Offset) -> Offset:
    first = next((offset[axis] for axis, _ in _shown_axes(len(offset)) if offset[axis]), Fraction(0))
    return tuple(-x for x in offset) if first < 0 else offset


def _distance(offset: Offset) -> tuple[Fraction, ...]:
    shown = [offset[axis] for axis, _ in _shown_axes(len(offset))]
    return sum((x * x for x in offset), Fraction(0)), *(-x for x in shown)


def _by_distance(kernel: Kernel) -> list[tuple[Offset, Fraction]]:
    return sorted(kernel.taps, key=lambda pair: _distance(pair[0]))


def _argument(offset: Offset) -> str:
    parts: Parts = [(offset[axis], name) for axis, name in _shown_axes(len(offset)) if offset[axis]]
    if len(parts) == 1:
        return " " + _multiple(*parts[0])
    text = "".join(f" {'-' if x < 0 else '+'} {_multiple(abs(x), name)}" for x, name in parts)
    return f"({text.removeprefix(' + ')})"


def _multiple(factor: Fraction, name: str) -> str:
    top = "" if factor.numerator == 1 else written(Fraction(factor.numerator))
    return f"{top}{name}" + (f"/{factor.denominator}" if factor.denominator != 1 else "")


def _sum_text(parts: Parts) -> str:
    text = ""
    for coefficient, body in parts:
        size = abs(coefficient)
        term = body if body and size == 1 else f"{written(size)} {body}".rstrip()
        sign = "-" if coefficient < 0 else "+"
        text += f" {sign} {term}" if text else f"{'-' if coefficient < 0 else ''}{term}"
    return text or "0"


def _complex_text(real: Parts, imaginary: Parts) -> str:
    if len(imaginary) > 1:
        body = f"i ({_sum_text(imaginary)})"
        return f"{_sum_text(real)} + {body}" if real else body
    return _sum_text([*real, *((c, f"i {body}") for c, body in imaginary)])
