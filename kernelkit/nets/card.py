"""The card of a net: what its layers make of an image, what they cost, and what they see of it."""

from __future__ import annotations

import bisect
import math
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from kernelkit.errors import ShapeError
from kernelkit.learning.extra import need_torch
from kernelkit.learning.receptive import receptive_field, unread
from kernelkit.learning.shapes import at_least
from kernelkit.nets.known import identity_of
from kernelkit.nets.memory import kept_of, memory_of
from kernelkit.nets.sizes import MOST_SIZE, alike
from kernelkit.nets.stack import layers_of, parameters_of, placed, read_all, shape_after, windows_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import nn

    from kernelkit.learning.receptive import Field
    from kernelkit.nets.layers import Reading, Shape
    from kernelkit.nets.memory import Kept, Memory

CONVOLUTIONAL = "Conv2d"
FULLY_CONNECTED = "Linear"


@dataclass(frozen=True, slots=True)
class Row:
    """One layer of a net.

    Attributes
    ----------
    name
        As in the state dict.
    kind
        Its class in torch.nn.
    words
        Sizes and options of its windows.
    output
        What it leaves of one image, without the number of images.
    parameters
        Numbers that it learns; those shared with an earlier layer are counted there.
    multiply_adds
        For one image, products with padding counted, biases and everything but convolutions and fully
        connected layers not.
    fields
        What one output sees along rows and along columns; None where outputs have no place in the image.
    has_windows
        Whether it slides over the image.
    """

    name: str
    kind: str
    words: str
    output: Shape
    parameters: int
    multiply_adds: int
    fields: tuple[Field, Field] | None
    has_windows: bool

    @property
    def values(self) -> int:
        """Numbers that it leaves of one image."""
        return math.prod(self.output)


@dataclass(frozen=True, slots=True)
class Card:
    """What there is to know of a net without running it.

    Attributes
    ----------
    shape
        Of one image: channels, rows, columns.
    rows
        The layers, from the input to the output.
    batch, precision, optimiser
        What the memory is counted for.
    memory
        Bytes for training.
    kept
        What the backward pass needs, in numbers.
    unread_rows, unread_columns
        Of the image: those that reach no output.
    heights, widths
        Sizes next to the image's that leave maps of the same size, each along its axis; empty where the net
        has no windows.
    identity
        Which known net it is, and which of the same name it is not, in phrases; empty for other nets.
    """

    shape: Shape
    rows: tuple[Row, ...]
    batch: int
    precision: str
    optimiser: str
    memory: Memory
    kept: Kept
    unread_rows: tuple[int, ...]
    unread_columns: tuple[int, ...]
    heights: range
    widths: range
    identity: tuple[str, ...]

    @property
    def layers(self) -> dict[str, int]:
        """How many layers are convolutional, fully connected, and learned: these two together."""
        kinds = [row.kind for row in self.rows]
        convolutional, connected = kinds.count(CONVOLUTIONAL), kinds.count(FULLY_CONNECTED)
        return {
            "convolutional": convolutional,
            "fully_connected": connected,
            "learned": convolutional + connected,
        }

    @property
    def parameters(self) -> int:
        """Numbers that are learned."""
        return sum(row.parameters for row in self.rows)

    @property
    def multiply_adds(self) -> int:
        """Products for one image, each added to a sum."""
        return sum(row.multiply_adds for row in self.rows)

    @property
    def values(self) -> int:
        """Numbers that all layers leave of one image."""
        return sum(row.values for row in self.rows)

    def parameters_of(self, kind: str) -> int:
        """Return the parameters of the layers of one kind: "Conv2d" or "Linear"."""
        return sum(row.parameters for row in self.rows if row.kind == kind)

    def multiply_adds_of(self, kind: str) -> int:
        """Return the multiply-adds of the layers of one kind: "Conv2d" or "Linear"."""
        return sum(row.multiply_adds for row in self.rows if row.kind == kind)

    def share_of_parameters(self, kind: str) -> Fraction:
        """Return which part of all parameters a kind of layers has; 0 where there are none."""
        return Fraction(self.parameters_of(kind), max(self.parameters, 1))

    def share_of_multiply_adds(self, kind: str) -> Fraction:
        """Return which part of all multiply-adds a kind of layers does; 0 where there are none."""
        return Fraction(self.multiply_adds_of(kind), max(self.multiply_adds, 1))


def card(
    net: nn.Sequential,
    shape: Sequence[int] = (1, 28, 28),
    *,
    batch: int = 256,
    precision: str = "float32",
    optimiser: str = "momentum",
) -> Card:
    """Return the card of a net; only shapes are computed, and the net is not run.

    Parameters
    ----------
    net
        Layers of the kinds in `kernelkit.nets.layers.READERS`, one after another; sequences within it too.
    shape
        Of one image: channels, rows, columns.  Other shapes serve nets that begin without windows.
    batch
        Images in one step of training.
    precision
        Of weights and activations: a key of `kernelkit.nets.costs.PRECISIONS`.
    optimiser
        A key of `kernelkit.nets.memory.OPTIMISERS`.

    Raises
    ------
    MissingExtraError
        PyTorch is not installed.
    ShapeError
        A layer cannot take what the one before it leaves, or is not known here: the layer and the reason are
        named, and sizes that fit where there are any.
    InputError
        No sequence of layers, or a number or word that means nothing here.

    Examples
    --------
    >>> from kernelkit.nets.lenet import lenet
    >>> found = card(lenet())
    >>> found.parameters, found.multiply_adds, found.layers["learned"]
    (61706, 416520, 5)
    """
    need_torch("card")
    image = _image(shape)
    batch = at_least(batch, 1, what="a batch")
    layers = layers_of(net)
    try:
        readings = read_all(layers, image)
    except ShapeError as refused:
        raise _with_sizes(refused, net, image) from None
    counts = parameters_of(layers)
    kept = kept_of(image, list(zip(readings, counts, strict=True)))
    windows = windows_of(readings)
    stacks = tuple(zip(*windows, strict=True)) if windows else ()
    return Card(
        image,
        _rows(layers, readings, counts),
        batch,
        precision,
        optimiser,
        memory_of(sum(counts), kept, batch=batch, precision=precision, optimiser=optimiser),
        kept,
        unread(stacks[0], image[1]) if stacks else (),
        unread(stacks[1], image[2]) if stacks else (),
        _alike(layers, image, 1) if stacks else range(0),
        _alike(layers, image, 2) if stacks else range(0),
        identity_of(net),
    )


def sizes_that_fit(net: nn.Sequential, *, channels: int | None = None) -> range:
    """Return the sizes n of which a net takes images of n x n pixels, up to `MOST_SIZE`.

    Parameters
    ----------
    net
        As in `card`.
    channels
        Of the images; None is as many as the first convolution takes, or 1 without one.

    Raises
    ------
    MissingExtraError, InputError
        As in `card`.

    Examples
    --------
    >>> from kernelkit.nets.lenet import lenet
    >>> sizes_that_fit(lenet())
    range(28, 32)
    """
    need_torch("sizes_that_fit")
    layers = layers_of(net)
    inputs = [getattr(layer, "in_channels", None) for _, layer in layers]
    first_maps = next((count for count in inputs if count), 1)
    maps = first_maps if channels is None else at_least(channels, 1, what="channels")
    kinds = [type(layer).__name__ for _, layer in layers]
    first = kinds.index(FULLY_CONNECTED) if FULLY_CONNECTED in kinds else None
    wanted: Any = 1 if first is None else layers[first][1].in_features

    def features(size: int) -> int:
        """Return what the first fully connected layer would get: 0 where windows do not fit, and rising."""
        shape = shape_after(layers[:first], (maps, size, size))
        return 0 if shape is None else 1 if first is None else shape[-1]

    tried = range(1, MOST_SIZE + 1)
    low = bisect.bisect_left(tried, wanted, key=features)
    high = bisect.bisect_right(tried, wanted, key=features)
    found = tried[low:high]
    whole = len(found) and shape_after(layers, (maps, found[0], found[0])) is not None
    return found if whole else range(0)


def _image(shape: Sequence[int]) -> Shape:
    if not isinstance(shape, list | tuple) or not shape:
        raise ShapeError(
            f"the shape of an image is channels, rows and columns, not {shape!r}"[:200], next="(1, 28, 28)"
        )
    return tuple(at_least(size, 1, what="a size of the image") for size in shape)


def _with_sizes(refused: ShapeError, net: nn.Sequential, shape: Shape) -> ShapeError:
    """Add the sizes that the net takes, where there are any with the channels of the image."""
    sizes = sizes_that_fit(net, channels=shape[0]) if len(shape) == 3 else range(0)
    if not sizes:
        return refused
    most = f"to {sizes[-1]}" if sizes[-1] < MOST_SIZE else "or more"
    span = f"{sizes[0]} {most}" if len(sizes) > 1 else str(sizes[0])
    return ShapeError(
        refused.what,
        why=refused.why,
        next=f"give square images of {span} pixels",
    )


def _rows(
    layers: Sequence[tuple[str, nn.Module]], readings: Sequence[Reading], counts: Sequence[int]
) -> tuple[Row, ...]:
    stacks = list(zip(*windows_of(readings), strict=True))
    fields = list(zip(*map(receptive_field, stacks), strict=True)) if stacks else []
    last = len(list(placed(readings)))
    rows = []
    passed = 0
    for number, ((name, layer), reading, count) in enumerate(zip(layers, readings, counts, strict=True)):
        passed += number < last and reading.windows is not None
        seen = fields[passed - 1] if passed and number < last else None
        rows.append(
            Row(
                name,
                type(layer).__name__,
                reading.words,
                reading.output,
                count,
                reading.multiply_adds,
                seen,
                reading.windows is not None,
            )
        )
    return tuple(rows)


def _alike(layers: Sequence[tuple[str, nn.Module]], shape: Shape, axis: int) -> range:
    """Return the sizes along one axis that leave maps as large as the image does."""
    count = len(list(placed(read_all(layers, shape))))
    wanted = shape_after(layers[:count], shape)

    def same(size: int) -> bool:
        return shape_after(layers[:count], (*shape[:axis], size, *shape[axis + 1 :])) == wanted

    return alike(same, shape[axis])
