"""Learning curves: loss and accuracy over the epochs, while learning and on images held back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kernelkit.errors import InputError
from kernelkit.plot import style

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from kernelkit.training.history import Epoch


def curves(histories: Sequence[Sequence[Epoch]], *, chance: float | None = None, title: str = "") -> Figure:
    """Draw loss and accuracy over the epochs; several seeds as lines of one colour.

    Parameters
    ----------
    histories
        One history a seed.
    chance
        Cross-entropy of guessing, drawn as a faint line; None leaves it out.
    title
        A line above the figure.

    Raises
    ------
    InputError
        No epoch to draw.
    """
    if not any(histories):
        raise InputError("there is no epoch to draw", next="train at least one whole epoch")
    figure = style.new_figure(8.6, 3.8, layout="constrained")
    left, right = figure.subplots(1, 2)
    lines: list[Artist] = []
    names: list[str] = []
    for index, (name, share) in enumerate((("while learning", "train"), ("validation", "validation"))):
        drawn = [
            _line(axes, history, f"{share}_{what}", index)
            for history in histories
            for axes, what in ((left, "loss"), (right, "accuracy"))
        ]
        found = next((line for line in drawn if line is not None), None)
        if found is not None:
            lines.append(found)
            names.append(name)
    if chance is not None:
        lines.append(left.axhline(chance, color=style.FAINT, linewidth=2, zorder=0))
        names.append("guessing")
    style.dress(left, "epoch", "mean cross-entropy (nats)")
    style.dress(right, "epoch", "accuracy")
    for axes in (left, right):
        axes.xaxis.get_major_locator().set_params(integer=True, min_n_ticks=1)
    if title:
        figure.suptitle(style.plain(title), fontsize=style.TEXT, color=style.INK)
    style.key(figure, lines, names)
    return figure


def _line(axes: Axes, history: Sequence[Epoch], column: str, index: int) -> Artist | None:
    """Draw one column over the epochs; return nothing where it is empty."""
    points = [
        (epoch.epoch, getattr(epoch, column)) for epoch in history if getattr(epoch, column) is not None
    ]
    if not points:
        return None
    marks = {"marker": "o", "markersize": 4.0} if len(points) <= 12 else {}
    (line,) = axes.plot(*zip(*points, strict=True), **(style.line_style(index) | marks))
    return line
