"""From exact taps to floats: rounded once, to nearest, and what the rounding costs in moments."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from kernelkit.errors import LimitError, UnknownNameError
from kernelkit.exact.certify import agreement_degree, certify
from kernelkit.exact.kernel import Kernel
from kernelkit.exact.moments import through_degree

if TYPE_CHECKING:
    from kernelkit.exact.factor import MultiIndex
    from kernelkit.exact.functional import Functional

_FORMATS = {"float64": (53, -1074, 1024), "float32": (24, -149, 128)}
"""IEEE 754: bits of the significand, exponent of the least positive number, exponent that overflows."""


def nearest_double(value: Fraction) -> float:
    """Return the float64 nearest to an exact number, ties to even.

    Raises
    ------
    LimitError
        The number is beyond the range of float64.

    Examples
    --------
    >>> nearest_double(Fraction(1, 3))
    0.3333333333333333
    """
    try:
        return float(value)  # int / int is correctly rounded, subnormal numbers included
    except OverflowError as overflow:
        raise _too_large("float64") from overflow


def digits(value: Fraction) -> str:
    """Write the float64 nearest to an exact number, in the fewest digits that read back to it."""
    return repr(nearest_double(value))


def rounded(kernel: Kernel, precision: str = "float64") -> Kernel:
    """Return the kernel that floating point holds: each tap replaced by the exact value of its nearest float.

    Parameters
    ----------
    kernel
        Any kernel; its offsets stay exact.
    precision
        ``"float64"`` or ``"float32"``; ties go to even, and float32 is rounded to directly, not by way of
        float64.

    Raises
    ------
    LimitError
        A tap is beyond the range of the format.
    UnknownNameError
        No such format.

    Examples
    --------
    >>> kernel = Kernel({-1: "1/2", 0: "1/3"})
    >>> rounded(kernel, "float32")
    Kernel({-1: 1/2, 0: 11184811/33554432})
    """
    if precision not in _FORMATS:
        raise UnknownNameError(
            f"no precision is called {precision!r}", next=f"choose {' or '.join(_FORMATS)}"
        )
    return Kernel([(offset, _nearest(tap, precision)) for offset, tap in kernel.taps], ndim=kernel.ndim)


def residual_moments(
    kernel: Kernel, target: Functional, precision: str = "float64"
) -> tuple[tuple[MultiIndex, Fraction], ...]:
    """Return the moment errors that rounding causes where the exact kernel has none.

    Parameters
    ----------
    kernel
        The exact kernel.
    target
        What it computes.
    precision
        ``"float64"`` or ``"float32"``.

    Returns
    -------
    tuple
        ``(multi-index, moment of the rounded kernel - moment of the target)`` for each one that is not zero,
        through the kernel's degree of exactness.  A kernel without any error is compared through the degree
        at which agreement becomes a proof.

    Raises
    ------
    LimitError, UnknownNameError
        As for `rounded`.
    ShapeError
        Kernel and target have different numbers of axes.

    Examples
    --------
    >>> from kernelkit.exact.functional import value
    >>> residual_moments(Kernel({-2: "1/3", 1: "2/3"}), value())
    (((0,), Fraction(-1, 18014398509481984)),)
    """
    held = rounded(kernel, precision)
    certificate = certify(kernel, target)
    if held == kernel:
        return ()
    degree = certificate.degree_of_exactness
    last = agreement_degree(kernel, target) if degree is None else degree
    errors = (
        (alpha, held.moment(alpha) - target.moment(alpha)) for alpha in through_degree(kernel.ndim, last)
    )
    return tuple((alpha, error) for alpha, error in errors if error)


def _nearest(value: Fraction, precision: str) -> Fraction:
    bits, lowest, overflow = _FORMATS[precision]
    if not value:
        return value
    size = abs(value)
    exponent = size.numerator.bit_length() - size.denominator.bit_length()
    if size < Fraction(2) ** exponent:
        exponent -= 1
    # here 2**exponent <= size < 2**(exponent + 1); subnormal numbers share the least exponent
    unit = Fraction(2) ** max(exponent - bits + 1, lowest)
    nearest = round(value / unit) * unit  # Fraction rounds ties to even
    if abs(nearest) >= Fraction(2) ** overflow:
        raise _too_large(precision)
    return nearest


def _too_large(precision: str) -> LimitError:
    return LimitError(
        f"a tap is too large for {precision}",
        why="rounded to nearest it would be infinite",
        next="json and python keep the exact taps",
    )
