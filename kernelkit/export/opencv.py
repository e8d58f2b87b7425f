"""A NumPy array and an anchor for cv2.filter2D."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kernelkit.errors import InputError, ShapeError
from kernelkit.export.brackets import bracketed
from kernelkit.export.window import Window
from kernelkit.export.wording import comment, sentences

if TYPE_CHECKING:
    from kernelkit.export.base import Sheet

IMAGE_AXES = 2


def render(sheet: Sheet) -> str:
    """Write a float64 array and its anchor, with the call that applies them; 1-D kernels become a row.

    Raises
    ------
    ShapeError
        The kernel has more than two axes.
    InputError
        Cells are uneven.
    OffGridError
        The offsets are not one step apart.
    LimitError
        A tap beyond the range of float64, or an array too large.
    """
    ndim = sheet.kernel.ndim
    if ndim > IMAGE_AXES:
        raise ShapeError(
            f"cv2.filter2D takes kernels of {IMAGE_AXES} axes, and this one has {ndim}",
            next="the numpy format takes any number of axes",
        )
    if sheet.nodes:
        raise InputError(
            "cv2.filter2D slides one kernel over even cells, and these are uneven",
            next="the numpy format has the taps of this node",
        )
    window = Window.of(sheet.kernel).as_rows()
    anchor = tuple(reversed(window.anchor))
    lines = [
        *sentences(sheet),
        window.layout,
        "cv2.filter2D correlates: nothing is flipped.",
        "A routine that convolves needs the flipped array, taps[::-1, ::-1].",
    ]
    return "\n".join(
        [
            comment(lines, "#"),
            "import numpy as np",
            "",
            f"taps = np.array({bracketed(window)})  # rows are y, columns are x",
            f"anchor = {anchor}  # OpenCV's order: (x, y)",
            "",
            "# borders: by default cv2.BORDER_REFLECT_101, f(-1) = f(1)",
            "# out = cv2.filter2D(f, cv2.CV_64F, taps, anchor=anchor)",
            f"# {window.place(window.anchor)}",
        ]
    )
