"""Images as arguments: files, literals, and the image of the post."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kernelkit.cli.files import shown
from kernelkit.cli.io import tell
from kernelkit.errors import ExpressionError, InputError, KernelkitError, LimitError
from kernelkit.exact.notation import read_numbers, read_table
from kernelkit.images import PICTURES, Image, read_image, to_grey

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from kernelkit.images.colour import Grey

_WHOLE = 2**31
"""Whole numbers up to this stay whole: sums of their products over a window fit 64 bits."""

POST = [[1, 1, 0, 0, 0, 0, 1, 1]] * 6
"""The image on which the blog post learns its kernel: white, black, white."""


def read_any_image(text: str, *, colour: Grey = "luminance") -> NDArray[np.generic]:
    """Return the image that an argument names: a literal, ``post``, or a file; one in colours made grey, which is told.

    Raises
    ------
    ExpressionError
        A literal that is no table of numbers.
    InputError, ShapeError, LimitError
        As `kernelkit.images.read_image`.
    """
    import numpy as np

    if text == "post":
        return np.array(POST)
    if text.lstrip().startswith("["):
        table = read_table(text)
        numbers = np.array(table, dtype=object)
        return as_numbers(numbers)
    try:
        image = read_image(text)
    except InputError as refused:
        if _lists_numbers(text):
            raise InputError(
                f"{text!r} is a list of numbers; images stand in brackets", next=f'"[{text.strip()}]"'
            ) from refused
        raise
    if image.ndim > 2 and text.lower().endswith(PICTURES):
        # a kernel of the command line has axes of space only, and channels would pass for one
        grey = to_grey(Image(np.moveaxis(image, 0, -1), "yxc", None, text, ""), colour)
        tell(shown(grey.what))
        return np.asarray(grey.values)
    return image


def _lists_numbers(text: str) -> bool:
    try:
        read_numbers(text, "list of numbers")
    except KernelkitError:
        return False
    return True


def as_numbers(exact: NDArray[np.object_]) -> NDArray[np.generic]:
    """Return exact numbers as whole ones where they all are small and whole, else as floats.

    Raises
    ------
    LimitError
        A number that no float can hold.
    """
    import numpy as np

    if all(number.denominator == 1 and abs(number) <= _WHOLE for number in exact.ravel()):
        return exact.astype(np.int64)
    try:
        return exact.astype(float)
    except OverflowError as huge:
        raise LimitError(
            "a number is beyond the largest float, 1.8e308", next="give the image in another unit"
        ) from huge


def read_size(text: str) -> int | tuple[int, ...]:
    """Read the size of a window: ``3x3``, ``1x2``, or ``5`` for all axes.

    Raises
    ------
    ExpressionError
        Anything else.
    InputError
        A side of 0.
    """
    parts = text.lower().replace("*", "x").split("x")
    if not all(part.strip().isascii() and part.strip().isdecimal() and len(part) <= 6 for part in parts):
        raise ExpressionError(f"{text!r} is no size", next="sizes look like 3x3, 1x2, 5 or 3x3x3")
    size = tuple(int(part) for part in parts)
    if min(size) < 1:
        raise InputError(f"a window of {text} has no taps", next="every side is at least 1")
    return size[0] if len(size) == 1 else size
