"""Training: the loss of a run over its steps, measured and predicted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kernelkit.errors import InputError, ShapeError
from kernelkit.plot import style

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from numpy.typing import ArrayLike

MOST_STEPS = 10_000_000


def training(measured: ArrayLike, predicted: ArrayLike | None = None, *, title: str = "") -> Figure:
    """Draw the loss before each step, and the one predicted before training over it.

    Parameters
    ----------
    measured
        Sum of squared residuals before each step and after the last, (steps + 1,).
    predicted
        The same by the closed form, or None.
    title
        A line above the figure.

    Raises
    ------
    ShapeError
        No losses, or two histories of different length.
    InputError
        Losses that are no finite numbers from 0 up.
    """
    import numpy as np

    losses = np.asarray(measured, dtype=float)
    if losses.ndim != 1 or not losses.size or losses.size > MOST_STEPS:
        raise ShapeError(
            f"losses form one row, not an array of shape {losses.shape}", next="training(run.history)"
        )
    expected = None if predicted is None else np.asarray(predicted, dtype=float)
    if expected is not None and expected.shape != losses.shape:
        raise ShapeError(
            f"{expected.size} predicted losses do not fit {losses.size} measured ones",
            next="predict every step",
        )
    if not np.isfinite(losses).all() or (losses < 0).any():
        raise InputError("losses are finite and not negative", next="draw the steps before the run diverged")
    figure = style.new_figure(6.4, 4.2, layout="constrained")
    axes = figure.add_subplot()
    steps = np.arange(losses.size)
    lines = []
    names = []
    if expected is not None:
        (line,) = axes.plot(steps, expected, color=style.FAINT, linewidth=5, solid_capstyle="round")
        lines.append(line)
        names.append("predicted before training")
    marks = {"marker": "o", "markersize": 4.0} if losses.size <= 60 else {}
    (line,) = axes.plot(steps, losses, **(style.line_style(0) | marks))
    lines.append(line)
    names.append("measured")
    style.dress(axes, "step", "loss (sum of squares)")
    if (losses > 0).all() and losses.max() > 20 * losses.min():
        axes.set_yscale("log")
    if title:
        axes.set_title(style.plain(title), fontsize=style.TEXT, color=style.INK)
    style.key(figure, lines, names)
    return figure
