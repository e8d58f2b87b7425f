"""Images held as one tensor, normalised once, handed out by index; augmented and resized batch by batch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kernelkit.errors import InputError
from kernelkit.learning.shapes import finite, positive
from kernelkit.training.randomness import generator

if TYPE_CHECKING:
    import torch
    from torch import Tensor

    from kernelkit.datasets.labelled import LabelledImages
    from kernelkit.training.config import Augmentation, Inputs, Layout

SHIFT = 1
"""Pixels by which an image may be moved along each axis."""

_SHIFTED = {"shifts", "flips and shifts"}


@dataclass(frozen=True, slots=True)
class Scale:
    """How pixels 0 to 255 become the numbers a net reads: (pixel/255 - mean)/deviation, one pair a channel.

    Raises
    ------
    InputError
        Not one of each a channel, or a deviation that nothing can be divided by.
    """

    mean: tuple[float, ...]
    deviation: tuple[float, ...]

    def __post_init__(self) -> None:
        if len(self.mean) != len(self.deviation):
            raise InputError(
                f"{len(self.mean)} means and {len(self.deviation)} deviations are no scale of channels"
            )
        for value in self.mean:
            finite(value, what="a mean")
        for value in self.deviation:
            positive(value, what="a deviation")


def scale_of(inputs: Inputs, training: LabelledImages) -> Scale:
    """Return the scale; that of standardised inputs is measured on the training images, and on nothing else."""
    from kernelkit.datasets.load import statistics

    channels = training.images.shape[1]
    if inputs == "unit":
        return Scale((0.0,) * channels, (1.0,) * channels)
    measured = statistics(training)
    return Scale(measured.mean, tuple(deviation or 1.0 for deviation in measured.deviation))


@dataclass(frozen=True, slots=True)
class Batches:
    """Images and labels on one device.

    Attributes
    ----------
    images
        Normalised, (N, C, H, W), float32; with a margin of black on each side where images are shifted.
    labels
        (N,), int64.
    size
        Height and width of what is handed out.
    augmentation
        What `drawn` does to them.
    layout
        Of what is handed out.
    """

    images: Tensor
    labels: Tensor
    size: int
    augmentation: Augmentation
    layout: Layout

    def __len__(self) -> int:
        return len(self.labels)

    def plain(self, indices: Tensor | slice) -> tuple[Tensor, Tensor]:
        """Return images as they are, and their labels."""
        margin = SHIFT if self.augmentation in _SHIFTED else 0
        inner = slice(margin, -margin or None)
        return self._ready(self.images[indices][:, :, inner, inner]), self.labels[indices]

    def drawn(self, indices: Tensor, rows: slice, *, seed: int, step: int) -> tuple[Tensor, Tensor]:
        """Return the rows of a batch, moved and mirrored as its step decides, and their labels.

        What happens to a row depends on the whole batch's indices, the seed and the step, not on which process
        asks for which rows.
        """
        if self.augmentation == "none":
            return self.plain(indices[rows])
        import torch

        draws = generator(seed, "augmentation", step)
        moves = torch.randint(0, 2 * SHIFT + 1, (2, len(indices)), generator=draws)
        mirrored = torch.rand(len(indices), generator=draws) < 0.5
        device = self.images.device
        down, right = moves[:, rows].to(device)
        images = _windows(self.images)[indices[rows], :, down, right]
        if self.augmentation == "flips and shifts":
            chosen = mirrored[rows].to(device).view(-1, 1, 1, 1)
            images = torch.where(chosen, images.flip(-1), images)
        return self._ready(images), self.labels[indices[rows]]

    def _ready(self, images: Tensor) -> Tensor:
        import torch

        if images.shape[-2:] != (self.size, self.size):
            images = torch.nn.functional.interpolate(
                images, size=(self.size, self.size), mode="bilinear", align_corners=False
            )
        form = torch.channels_last if self.layout == "channels last" else torch.contiguous_format
        return images.contiguous(memory_format=form)


def batches_of(
    data: LabelledImages,
    scale: Scale,
    *,
    size: int,
    device: torch.device,
    layout: Layout,
    augmentation: Augmentation = "none",
) -> Batches:
    """Return images as one normalised tensor on a device.

    Examples
    --------
    >>> import numpy as np
    >>> import torch
    >>> from kernelkit.datasets.labelled import LabelledImages
    >>> images = np.arange(8, dtype=np.uint8).reshape(2, 1, 2, 2)
    >>> data = LabelledImages(images, np.array([0, 1]), ("a", "b"), "eight pixels", "here", "made here")
    >>> scale = Scale((0.0,), (1.0,))
    >>> batches = batches_of(data, scale, size=4, device=torch.device("cpu"), layout="channels first")
    >>> batches.plain(slice(0, 2))[0].shape
    torch.Size([2, 1, 4, 4])
    """
    import torch

    pixels = torch.tensor(data.images, device=device).float()
    channels = [1, -1, 1, 1]
    mean = torch.tensor(scale.mean, device=device).view(channels)
    deviation = torch.tensor(scale.deviation, device=device).view(channels)
    images = pixels.div_(255).sub_(mean).div_(deviation)
    if augmentation in _SHIFTED:
        black = [float(value) for value in (-mean / deviation).flatten().tolist()]
        images = _with_margin(images, black)
    return Batches(images, torch.tensor(data.labels, device=device), size, augmentation, layout)


def _with_margin(images: Tensor, black: list[float]) -> Tensor:
    """Return images with a margin of black, which is another number in each channel."""
    count, channels, height, width = images.shape
    framed = images.new_empty(count, channels, height + 2 * SHIFT, width + 2 * SHIFT)
    for channel, value in enumerate(black):
        framed[:, channel] = value
    framed[:, :, SHIFT:-SHIFT, SHIFT:-SHIFT] = images
    return framed


def _windows(framed: Tensor) -> Tensor:
    """Return all shifted images as a view, (N, C, down, right, H, W); nothing is copied."""
    height, width = (samples - 2 * SHIFT for samples in framed.shape[-2:])
    return framed.unfold(2, height, 1).unfold(3, width, 1)
