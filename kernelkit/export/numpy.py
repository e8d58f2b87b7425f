"""A NumPy array, and how NumPy and SciPy apply it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kernelkit.export.brackets import bracketed, in_a_row
from kernelkit.export.window import Window
from kernelkit.export.wording import comment, sentences

if TYPE_CHECKING:
    from kernelkit.export.base import Sheet


def render(sheet: Sheet) -> str:
    """Write a float64 array with the lines that apply it.

    Raises
    ------
    OffGridError
        The offsets are not one step apart.
    LimitError
        A tap beyond the range of float64, or an array too large.
    """
    if sheet.nodes:
        return in_a_row(sheet, "numpy as np", "np.array([", "])", "f holds the samples")
    window = Window.of(sheet.kernel)
    flip = ", ".join(["::-1"] * sheet.kernel.ndim)
    lines = [*sentences(sheet), window.layout, f"To convolve instead, use the flipped array taps[{flip}]."]
    return "\n".join(
        [
            comment(lines, "#"),
            "import numpy as np",
            "",
            f"taps = np.array({bracketed(window)})",
            "",
            *_usage(window),
        ]
    )


def _usage(window: Window) -> list[str]:
    # SciPy puts its centre at size // 2 + origin
    origin = tuple(a - size // 2 for a, size in zip(window.anchor, window.shape, strict=True))
    same = str(origin if len(origin) > 1 else origin[0])
    lines = []
    if len(origin) == 1:
        lines += [
            "# only whole windows; f has at least as many samples as there are taps",
            '# out = np.correlate(f, taps, mode="valid")',
            f"# {window.place((0,))}",
        ]
    return [
        *lines,
        "# as many outputs as samples; f holds floats, for SciPy keeps their type;",
        '# borders: by default mode="reflect", f(-1) = f(0)',
        f"# out = scipy.ndimage.correlate(f, taps, origin={same})",
        f"# {window.place(window.anchor)}",
    ]
