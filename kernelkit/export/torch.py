"""A torch weight, and the convolution call that applies it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kernelkit.errors import ShapeError
from kernelkit.export.brackets import bracketed, in_a_row
from kernelkit.export.window import Window
from kernelkit.export.wording import comment, sentences

if TYPE_CHECKING:
    from kernelkit.export.base import Sheet

MOST_AXES = 3
"""torch.nn.functional has conv1d, conv2d and conv3d."""


def render(sheet: Sheet) -> str:
    """Write a float64 weight of one input and one output channel with the lines that apply it.

    Raises
    ------
    ShapeError
        The kernel has more than three axes.
    OffGridError
        The offsets are not one step apart.
    LimitError
        A tap beyond the range of float64, or an array too large.
    """
    ndim = sheet.kernel.ndim
    if ndim > MOST_AXES:
        raise ShapeError(
            f"torch convolves along at most {MOST_AXES} axes, and the kernel has {ndim}",
            next="numpy and python take any number of axes",
        )
    if sheet.nodes:
        return in_a_row(
            sheet, "torch", "torch.tensor([", "], dtype=torch.float64)", "f is a float64 tensor of samples"
        )
    window = Window.of(sheet.kernel)
    flip = ", ".join(str(k - ndim) for k in range(ndim))
    lines = [
        *sentences(sheet),
        window.layout,
        f"torch's conv{ndim}d correlates: nothing is flipped.",
        f"A routine that convolves needs the flipped weight, weight.flip({flip}).",
    ]
    shape = (1, 1, *window.shape)
    return "\n".join(
        [
            comment(lines, "#"),
            "import torch",
            "",
            f"taps = torch.tensor({bracketed(window)}, dtype=torch.float64)",
            f"weight = taps[None, None]  # shape {shape}: one channel out, one in",
            "",
            *_usage(window),
        ]
    )


def _usage(window: Window) -> list[str]:
    ndim = len(window.shape)
    padding: list[int] = []
    for anchor, size in zip(reversed(window.anchor), reversed(window.shape), strict=True):
        padding += [anchor, size - 1 - anchor]
    axes = "along x" if ndim == 1 else "last axis first"
    conv = f"torch.nn.functional.conv{ndim}d"
    return [
        "# f is a float64 tensor of samples; padding 0, only whole windows",
        f"# out = {conv}(f[None, None], weight)[0, 0]",
        f"# {window.place((0,) * ndim)}",
        "# as many outputs as samples, with zeros outside",
        f"padding = {tuple(padding)}  # before and after, {axes}",
        f"# out = {conv}(torch.nn.functional.pad(f[None, None], padding), weight)[0, 0]",
        f"# {window.place(window.anchor)}",
    ]
