"""``--plot`` of an image and its result: which panels a figure has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kernelkit.cli.io import tell
from kernelkit.cli.pictures import LONGEST_NAME

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from kernelkit.images import Image

    Array = NDArray[Any]

_CHANNELS = ("red", "green", "blue")

_PANELS = 7
"""Channels and components that a figure shows at the most."""


def draw_beside(
    image: Image, result: Array, axes: str, *, title: str, slopes: Sequence[str], path: str
) -> None:
    """Draw an image beside its result: components and channels side by side, of a volume the slice in its middle.

    ``slopes`` are the axes of the derivatives that lie along the first axis of the result, if it has components.
    """
    from kernelkit.plot.filtered import filtered
    from kernelkit.plot.save import save

    panels = {title if len(title) <= LONGEST_NAME else f"{title[: LONGEST_NAME - 3]}...": result}
    if slopes:
        panels = {f"d/d{name}": part for name, part in zip(slopes, result, strict=True)}
        axes = axes[1:]
    if axes.endswith("c"):
        count = result.shape[-1]
        names = _CHANNELS if count == len(_CHANNELS) else [f"channel {place}" for place in range(count)]
        panels = {
            f"{word}, {name}": part[..., place]
            for word, part in panels.items()
            for place, name in enumerate(names)
        }
    if len(panels) > _PANELS:
        tell(f"the figure shows {_PANELS} of {len(panels)} channels")
        panels = dict(list(panels.items())[:_PANELS])
    space = axes.removesuffix("c")
    drawn = {}
    for word, part in panels.items():
        plane, where = _slice(part, space)
        drawn[word + where] = plane
    given, where = _slice(image.values, space)
    save(filtered(given, drawn, given=f"image{where}"), path)


def _slice(values: Array, space: str) -> tuple[Array, str]:
    """Return the plane in the middle of a volume, and where it lies."""
    where = ""
    for name in space[:-2]:
        place = len(values) // 2
        values, where = values[place], f"{where}, {name} = {place}"
    return values, where
