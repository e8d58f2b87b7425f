"""From colours to one number a pixel, with stated weights."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, get_args

from kernelkit.errors import InputError

if TYPE_CHECKING:
    from kernelkit.images.image import Image

Grey = Literal["luminance", "rec601", "mean"]
"""Ways to make colours grey."""

_WEIGHTS = {
    "luminance": (0.2126, 0.7152, 0.0722),  # ITU-R BT.709-6, item 3.2
    "rec601": (0.299, 0.587, 0.114),  # ITU-R BT.601-7, item 2.5.1
    "mean": (1 / 3, 1 / 3, 1 / 3),
}


def to_grey(image: Image, how: Grey = "luminance") -> Image:
    """Return a colour image as one number a pixel; grey ones are returned as they are.

    The weights are applied to the numbers of the file as they are.  Gamma is not removed, so for ordinary pictures
    the result is what video engineers call luma, and not a measure of light.

    Parameters
    ----------
    image
        An image whose last axis is of three colours, red, green, blue.
    how
        ``luminance``: 0.2126 R + 0.7152 G + 0.0722 B (ITU-R BT.709); ``rec601``: 0.299 R + 0.587 G + 0.114 B, as
        Pillow and OpenCV; ``mean``: a third of each.

    Returns
    -------
    Image
        With values of float64, float32 where they were float32, and alpha as it was.

    Raises
    ------
    InputError
        Another number of colours, or no such way.
    """
    import dataclasses

    import numpy as np

    if how not in _WEIGHTS:
        raise InputError(
            f"colours become grey by {', '.join(get_args(Grey))}, not {how!r}", next='how="mean"'
        )
    if not image.axes.endswith("c"):
        return image
    if image.values.shape[-1] != 3:
        raise InputError(
            f"the image has {image.values.shape[-1]} channels, not red, green and blue",
            next="choose a channel: image.values[..., 0]",
        )
    colours = np.asarray(image.values)
    kind = np.float32 if colours.dtype == np.float32 else np.float64
    weights = np.array(_WEIGHTS[how], dtype=kind)
    grey = sum(weights[index] * colours[..., index].astype(kind, copy=False) for index in range(3))
    return dataclasses.replace(
        image, values=grey, axes=image.axes[:-1], what=f"{image.what}, made grey ({how})"
    )
