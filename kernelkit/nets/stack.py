"""The layers of a net in a row: their names, what each makes of a shape, and which have a place in the image."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kernelkit.errors import InputError, ShapeError
from kernelkit.nets.layers import read

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from torch import nn

    from kernelkit.learning.shapes import Window
    from kernelkit.nets.layers import Reading, Shape


def layers_of(net: nn.Module, prefix: str = "") -> list[tuple[str, nn.Module]]:
    """Return the layers of a net, those of sequences within it too, under their names in the state dict.

    Raises
    ------
    InputError
        No sequence of layers.
    """
    if not is_sequence(net):
        raise InputError(
            f"a card is of a torch.nn.Sequential, not of a {type(net).__name__}",
            why="how other modules join their layers is known only to their code",
            next="nn.Sequential(layer, layer, ...)",
        )
    found: list[tuple[str, nn.Module]] = []
    # without removing duplicates, or a layer used twice would be read once
    for name, layer in net.named_modules(remove_duplicate=False):
        if name and "." not in name:
            inner = is_sequence(layer)
            found += layers_of(layer, f"{prefix}{name}.") if inner else [(prefix + name, layer)]
    return found


def is_sequence(layer: nn.Module) -> bool:
    """Whether a module runs its layers one after another, and does nothing else."""
    from torch import nn

    return isinstance(layer, nn.Sequential) and type(layer).forward is nn.Sequential.forward


def read_all(layers: Sequence[tuple[str, nn.Module]], shape: Shape) -> list[Reading]:
    """Return what each layer does to an image of a shape.

    Raises
    ------
    ShapeError
        A layer cannot take what the one before it leaves; it is named.
    """
    found: list[Reading] = []
    for name, layer in layers:
        here = found[-1].output if found else shape
        try:
            found.append(read(layer, here))
        except ShapeError as refused:
            raise ShapeError(
                f'layer "{name}", {type(layer).__name__}, cannot take {" x ".join(map(str, here))}',
                why=refused.what + (f"; {refused.why}" if refused.why else ""),
                next=refused.next,
            ) from None
    return found


def shape_after(layers: Sequence[tuple[str, nn.Module]], shape: Shape) -> Shape | None:
    """Return what layers leave of an image, or None where it does not fit."""
    try:
        readings = read_all(layers, shape)
    except ShapeError:
        return None
    return readings[-1].output if readings else shape


def parameters_of(layers: Sequence[tuple[str, nn.Module]]) -> list[int]:
    """Count the parameters of each layer; one that several share counts for the first of them."""
    seen: set[int] = set()
    counts = []
    for _, layer in layers:
        new = {id(p): p.numel() for p in layer.parameters() if id(p) not in seen}
        seen |= new.keys()
        counts.append(sum(new.values()))
    return counts


def placed(readings: Sequence[Reading]) -> Iterator[Reading]:
    """Yield the layers whose outputs have a place in the image: those before places are lost."""
    for reading in readings:
        if reading.places == "lost":
            return
        yield reading


def windows_of(readings: Sequence[Reading]) -> list[tuple[Window, Window]]:
    """Return how the layers that have a place in the image slide over its rows and columns."""
    return [reading.windows for reading in placed(readings) if reading.windows]
