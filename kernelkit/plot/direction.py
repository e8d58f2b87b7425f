"""Direction errors of gradient kernels: by how many degrees the gradient of a wave points beside it."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING

from kernelkit.analysis.direction import direction_error_curve
from kernelkit.plot import style
from kernelkit.plot.gaps import with_gaps
from kernelkit.plot.kernels import named_kernels

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matplotlib.figure import Figure

    from kernelkit.exact.kernel import Kernel

_JUMP = 20.0
"""Degrees between dots a quarter of a degree apart that are a jump: the gradient vanishes or turns round there."""


def direction(kernels: Mapping[str, Kernel] | Kernel, radius: float = math.pi / 2) -> Figure:
    """Draw the direction error of gradient kernels over the direction of a wave, from 0 to 90 degrees.

    A plane wave of ``radius`` radians per sample runs in direction phi; the error is the direction of the gradient
    minus phi, positive from x towards y.  For kernels that are odd in x and even in y the other quadrants repeat the
    first.  The axes are straight because the error has both signs, which no radius of a polar plot can show.  A line
    has gaps where the gradient vanishes or turns round.

    Parameters
    ----------
    kernels
        The kernel for d/dx in the plane, or up to 12 of them by name, at any gain; the one for d/dy is its
        transpose.
    radius
        Wave number, above 0 and at most pi.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    ShapeError
        A kernel that is not on 2 axes.
    InputError
        No kernel, one without taps, one that is no gradient along x, or a radius that is not in its range.
    LimitError
        Too many kernels.

    Examples
    --------
    >>> from kernelkit import Kernel
    >>> figure = direction(Kernel.from_array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]))
    >>> figure.axes[0].get_ylabel()
    'direction error (degrees)'
    """
    import numpy as np

    found = named_kernels(
        kernels,
        ndim=(2,),
        next="the product of a kernel along x and a smoothing one along y is a gradient of the plane",
    )
    angles = np.linspace(0, np.pi / 2, 361)
    named = any(found)
    figure = style.new_figure(6.4 + 1.2 * named, 4.0, layout="constrained")
    axes = figure.subplots()
    axes.axhline(0, color=style.FAINT, linewidth=0.8, zorder=0)
    lines = []
    for index, kernel in enumerate(found.values()):
        errors = direction_error_curve(kernel, radius, angles)
        line = with_gaps(np.degrees(angles), errors, _JUMP)
        lines += axes.plot(*line, **style.line_style(index))
    style.dress(axes, "direction of the wave (degrees)", "direction error (degrees)")
    axes.set_xlim(0, 90)
    axes.set_xticks(range(0, 91, 15))
    axes.set_title(f"wave number {_written(radius)} radians per sample", fontsize=style.TEXT, color=style.INK)
    if named:
        style.key(figure, lines, list(found))
    return figure


def _written(radius: float) -> str:
    """Write a wave number as the fraction of pi that it is, or in four digits."""
    share = Fraction(radius / math.pi).limit_denominator(12)
    is_share = math.isclose(radius, math.pi * share, rel_tol=1e-12)
    return style.pi_text(share.numerator, share.denominator) if is_share else f"{radius:.4g}"
