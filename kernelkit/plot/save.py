"""Writing figures to files, whole or not at all."""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import TYPE_CHECKING

from kernelkit.errors import InputError, UnknownNameError
from kernelkit.files import write_whole

if TYPE_CHECKING:
    from matplotlib.figure import Figure

DPI = 150
"""Dots per inch of png files."""

# what would differ from one day, or one version, to the next is left out of the file
_METADATA: dict[str, dict[str, str | None]] = {
    "png": {"Software": None},
    "svg": {"Date": None, "Creator": None},
    "pdf": {"CreationDate": None, "Creator": None, "Producer": None},
}


def save(figure: Figure, path: str | os.PathLike[str]) -> None:
    """Write a figure as png, svg or pdf, as the suffix of the path says.

    The file is written beside its place and then renamed: it is there whole or not at all, and a file that was
    there before is replaced only by a whole one.  The same figure gives the same bytes.

    Parameters
    ----------
    figure
        A figure of this package, or any other.
    path
        Where to; the folder must exist.

    Raises
    ------
    UnknownNameError
        Another suffix than .png, .svg or .pdf.
    InputError
        Not a figure, or not a path.
    OutputError
        The file cannot be written; nothing was left behind.

    Examples
    --------
    >>> from kernelkit import Kernel
    >>> from kernelkit.plot.stencil import stencil
    >>> save(stencil(Kernel({-1: 1, 0: -2, 1: 1})), "second_derivative.png")  # doctest: +SKIP
    """
    from matplotlib import rc_context
    from matplotlib.figure import Figure as AnyFigure

    if not isinstance(figure, AnyFigure):
        raise InputError(
            f"only a figure can be saved, not {type(figure).__name__}",
            next='save(stencil(kernel), "taps.png")',
        )
    target, kind = target_of(path)
    whole = io.BytesIO()
    # the salt makes the names inside an svg file the same in every run; it is no setting of a figure
    with rc_context({"svg.hashsalt": "kernelkit", "savefig.bbox": None}):
        figure.savefig(whole, format=kind, dpi=DPI, metadata=_METADATA[kind])
    write_whole(target, whole.getvalue(), next="save it in a folder that exists and that you may write to")


def target_of(path: str | os.PathLike[str]) -> tuple[Path, str]:
    """Return a path and the format that its suffix names; so it can be checked before long work.

    Raises
    ------
    UnknownNameError
        Another suffix than .png, .svg or .pdf.
    InputError
        Not a path.
    """
    if not isinstance(path, str | os.PathLike) or "\0" in str(path):
        raise InputError(f"a path is text, not {path!r}"[:200], next='save(figure, "taps.png")')
    target = Path(path)
    kind = target.suffix.lower().removeprefix(".")
    if kind not in _METADATA:
        known = ", ".join(f".{name}" for name in _METADATA)
        raise UnknownNameError(
            f"{target.name!r} names no format that figures are written in",
            why=f"the suffix says which: {known}",
            next=f"{target.stem or 'figure'}.png is a name",
        )
    return target, kind
