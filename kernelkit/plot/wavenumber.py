"""Modified wavenumbers against the ideal: which derivative of a wave a kernel takes."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, SupportsIndex

from kernelkit.analysis.wavenumber import about_its_place, modified_wavenumber
from kernelkit.exact.rational import written
from kernelkit.plot import style
from kernelkit.plot.kernels import named_kernels
from kernelkit.plot.waves import steps_to_pi

if TYPE_CHECKING:
    from collections.abc import Mapping
    from fractions import Fraction

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from kernelkit.exact.kernel import Kernel

_NOTHING = 1e-9
"""Amplitude in radians per sample that is rounding and not drawn."""


def wavenumber(kernels: Mapping[str, Kernel] | Kernel, order: SupportsIndex) -> Figure:
    """Draw the modified wavenumber kappa, with ``K^(w) = (i kappa)^order``, over w from 0 to pi.

    Each kernel is looked at from the place where it computes the derivative best, such as half way between the two
    samples of a difference; where that is not the origin, its name says so.  The real part, the phase, is drawn
    against the ideal line ``kappa = w``; the imaginary part, the amplitude, is drawn below unless it is zero for all
    kernels.

    Parameters
    ----------
    kernels
        A kernel on a line for the derivative of the given order with gain 1, or up to 12 of them by name.
    order
        Order of the derivative, 1 or more.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    ShapeError
        A kernel on more than one axis.
    InputError
        No kernel, one without taps, or one that is not consistent with gain 1; an order below 1.
    LimitError
        Too many kernels or taps, an order above 32, or taps more than 4096 samples from the origin.

    References
    ----------
    Lele, Compact finite difference schemes with spectral-like resolution, J. Comput. Phys. 103 (1992), figure 1.

    Examples
    --------
    >>> from kernelkit import derivative, derive
    >>> figure = wavenumber({f"accuracy {p}": derive(derivative(1), accuracy=p) for p in (2, 4)}, 1)
    >>> len(figure.axes), len(figure.axes[0].lines)
    (1, 3)
    """
    import numpy as np

    found = named_kernels(
        kernels, ndim=(1,), next="the response draws kernels in the plane; a row of them has a wavenumber"
    )
    placed = {name: about_its_place(kernel, order) for name, kernel in found.items()}
    moved = [kernel for kernel, _ in placed.values()]
    waves = np.linspace(0, np.pi, steps_to_pi(moved, 1) + 1)
    curves = [modified_wavenumber(kernel, order, waves) for kernel in moved]
    has_amplitude = any(abs(curve.imag).max() > _NOTHING for curve in curves)
    figure = style.new_figure(7.4, 4.8 + 2.2 * has_amplitude, layout="constrained")
    panels = figure.subplots(
        1 + has_amplitude, 1, sharex=True, squeeze=False, height_ratios=[2, 1][: 1 + has_amplitude]
    )[:, 0]
    lines = panels[0].plot([0, math.pi], [0, math.pi], color=style.FAINT, linewidth=3.0)
    for index, curve in enumerate(curves):
        look = style.line_style(index)
        lines += panels[0].plot(waves, curve.real, **look)
        if has_amplitude:
            panels[1].plot(waves, curve.imag, **look)
    _frame(list(panels))
    style.key(figure, lines, ["ideal", *(_key(name, place) for name, (_, place) in placed.items())])
    return figure


def _key(name: str, place: Fraction) -> str:
    return (name or "kernel") + (f", about x = {written(place)}" if place else "")


def _frame(panels: list[Axes]) -> None:
    """Label one or two panels; fractions of pi on both axes where both are wavenumbers."""
    style.dress(panels[0], "", "modified wavenumber Re κ\n(radians per sample)")
    style.pi_ticks(panels[0].yaxis, 0, 1, parts=4)
    if len(panels) > 1:
        style.dress(panels[1], "", "amplitude Im κ\n(radians per sample)")
        panels[1].axhline(0, color=style.FAINT, linewidth=0.8, zorder=0)
    panels[-1].set_xlabel("wavenumber w (radians per sample)", fontsize=style.TEXT, color=style.INK)
    for axes in panels:
        axes.set_xlim(0, math.pi)
        style.pi_ticks(axes.xaxis, 0, 1, parts=4)
