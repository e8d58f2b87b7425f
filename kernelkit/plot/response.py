"""Frequency responses: by what a kernel multiplies a wave, as size and as shift."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from kernelkit.analysis.symbol import symbol
from kernelkit.errors import LimitError
from kernelkit.plot import style
from kernelkit.plot.gaps import with_gaps
from kernelkit.plot.kernels import named_kernels
from kernelkit.plot.waves import steps_to_pi

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from matplotlib.axes import Axes
    from matplotlib.colorbar import Colorbar
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from kernelkit.exact.kernel import Kernel

MOST_IMAGES = 4
"""Kernels in the plane in one figure: each takes a row of two images."""

_MOST_CONTOURS = 40
"""Pieces of contours; more hide the image that they explain."""

_JUMP = 150.0
"""Degrees between neighbouring dots that are a jump: 180 where the sign changes, 360 where the scale wraps."""

_VANISHING = 1e-9
"""Share of the sum of absolute taps below which a response has no phase: it is rounding."""


def response(kernels: Mapping[str, Kernel] | Kernel) -> Figure:
    """Draw magnitude and phase of ``K^(w) = sum tap * exp(i w . offset)``.

    On a line: two plots over w from 0 to pi, a line for each kernel.  In the plane: two images a kernel over
    -pi to pi on both axes, wx to the right and wy down, as x and y in an image; the magnitude has contours.
    Phases are in degrees from -180 to 180, and left out where the response vanishes.

    Parameters
    ----------
    kernels
        A kernel, or kernels by name: at most 12 on a line, at most `MOST_IMAGES` in the plane.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    ShapeError
        Kernels on other numbers of axes, or on different ones.
    InputError
        No kernel, one without taps, or one whose taps are beyond 1e100 or below 1e-100.
    LimitError
        Too many kernels or taps, or taps more than 4096 samples from the origin; 128 in the plane.

    Examples
    --------
    >>> from kernelkit import derivative, derive
    >>> figure = response({f"accuracy {p}": derive(derivative(1), accuracy=p) for p in (2, 4)})
    >>> [axes.get_ylabel() for axes in figure.axes]
    ['magnitude |K^(w)|', 'phase (degrees)']
    """
    found = named_kernels(
        kernels, ndim=(1, 2), next="kernelkit.analysis.symbol computes responses on any number of axes"
    )
    ndim = next(iter(found.values())).ndim
    if ndim == 1:
        return _lines(found)
    if len(found) > MOST_IMAGES:
        raise LimitError(
            f"{len(found)} kernels in the plane are too many for one figure; at most {MOST_IMAGES} fit",
            next="draw several figures",
        )
    return _images(found)


def _lines(kernels: dict[str, Kernel]) -> Figure:
    """Draw kernels on a line: magnitude above, phase below."""
    import numpy as np

    named = any(kernels)
    figure = style.new_figure(6.4 + 1.4 * named, 5.2, layout="constrained")
    above, below = figure.subplots(2, 1, sharex=True)
    waves = np.linspace(0, np.pi, steps_to_pi(kernels.values(), 1) + 1)
    lines = []
    for index, kernel in enumerate(kernels.values()):
        values = symbol(kernel, waves)
        look = style.line_style(index)
        lines += above.plot(waves, abs(values), **look)
        below.plot(*with_gaps(waves, _phase(values, kernel), _JUMP), **look)
    style.dress(above, "", "magnitude |K^(w)|")
    above.set_ylim(bottom=0)
    style.dress(below, "frequency w (radians per sample)", "phase (degrees)")
    below.set_ylim(-190, 190)
    below.set_yticks([-180, -90, 0, 90, 180])
    for axes in (above, below):
        axes.set_xlim(0, math.pi)
        style.pi_ticks(axes.xaxis, 0, 1, parts=4)
    if named:
        style.key(figure, lines, list(kernels))
    return figure


def _phase(values: NDArray[np.complex128], kernel: Kernel) -> NDArray[np.float64]:
    """Return the phase in degrees, not a number where there is none."""
    import numpy as np

    has_phase = abs(values) > _VANISHING * float(kernel.l1_norm)
    return np.where(has_phase, np.degrees(np.angle(values)), np.nan)


def _images(kernels: dict[str, Kernel]) -> Figure:
    """Draw kernels in the plane: a row for each, with magnitude to the left and phase to the right."""
    import numpy as np

    figure = style.new_figure(8.2, 3.2 * len(kernels), layout="constrained")
    grid = figure.subplots(len(kernels), 2, squeeze=False)
    waves = np.linspace(-np.pi, np.pi, 2 * steps_to_pi(kernels.values(), 2) + 1)
    both = np.stack(np.meshgrid(waves, waves, indexing="ij"), axis=-1)
    for (name, kernel), (left, right) in zip(kernels.items(), grid, strict=True):
        values = symbol(kernel, both)
        title = f"{name}: " if name else ""
        _magnitude_image(left, waves, np.abs(values), title)
        _phase_image(right, _phase(values, kernel), title)
    return figure


def _magnitude_image(axes: Axes, waves: NDArray[np.float64], size: NDArray[np.float64], title: str) -> None:
    """Draw the magnitude as an image with labelled contours."""
    from matplotlib.patheffects import withStroke
    from matplotlib.ticker import MaxNLocator

    largest = float(size.max())
    _image(axes, size, style.RISING, (0, largest), title + "magnitude |K^(w)|")
    # a flat response, of a kernel with one tap, has no contours
    if size.min() < 0.99 * largest:
        levels = [level for level in MaxNLocator(5).tick_values(0, largest) if 0 < level < largest]
        lines = axes.contour(waves, waves, size, levels=levels, colors=style.INK, linewidths=0.8)
        if sum(map(len, lines.allsegs)) > _MOST_CONTOURS:
            lines.remove()
        else:
            for text in axes.clabel(lines, fontsize=style.SMALL, fmt="%g"):
                # along the lines some would stand on their heads, and 9.0 would be read for 0.6
                text.set_rotation(0)
                text.set_path_effects([withStroke(linewidth=2.5, foreground="white")])
                # at the edge a label would stick out
                text.set_visible(max(map(abs, text.get_position())) < 0.93 * math.pi)


def _phase_image(axes: Axes, phase: NDArray[np.float64], title: str) -> None:
    """Draw the phase in the colours of signs: both signs are told apart in greyscale, as no cyclic map does."""
    _image(axes, phase, style.SIGNED, (-180, 180), title + "phase (degrees)").set_ticks(
        [-180, -90, 0, 90, 180]
    )


def _image(
    axes: Axes, values: NDArray[np.float64], colours: str, limits: tuple[float, float], title: str
) -> Colorbar:
    """Draw values over -pi to pi, wx to the right and wy down, with a scale of the colours."""
    # half a step more on each side: the outermost dots stand on -pi and pi
    edge = math.pi * len(values) / (len(values) - 1)
    drawn = axes.imshow(
        values,
        cmap=colours,
        vmin=limits[0],
        vmax=limits[1],
        extent=(-edge, edge, edge, -edge),
        interpolation="nearest",
        origin="upper",
    )
    style.dress(axes, "wx (radians per sample)", "wy (radians per sample)")
    axes.set_title(style.plain(title), fontsize=style.TEXT, color=style.INK)
    for axis in (axes.xaxis, axes.yaxis):
        style.pi_ticks(axis, -1, 1, parts=2)
    bar = axes.figure.colorbar(drawn, ax=axes, shrink=0.9, aspect=20, pad=0.03)
    bar.ax.tick_params(labelsize=style.SMALL, colors=style.INK)
    return bar
