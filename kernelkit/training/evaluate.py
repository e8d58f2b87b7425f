"""How good a net is on a whole split: every image once, every image with the same weight."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kernelkit.datasets.sampling import shards

if TYPE_CHECKING:
    import torch
    from torch import Tensor, nn

    from kernelkit.training.batches import Batches
    from kernelkit.training.config import Precision
    from kernelkit.training.processes import Processes

IMAGES_A_STEP = 1000
PIXELS_A_STEP = 2_000_000
"""Larger images are evaluated fewer at a time."""


def accumulator(device: torch.device) -> torch.dtype:
    """Return the type that sums are kept in: the widest floating-point numbers of the device."""
    import torch

    return torch.float32 if device.type == "mps" else torch.float64


@dataclass(frozen=True, slots=True)
class Metrics:
    """Means over images, not over batches.

    Attributes
    ----------
    loss
        Mean cross-entropy, in nats.
    accuracy
        Share of images whose largest output is that of their label; the first one, where several are largest.
    images
        How many images were counted.
    """

    loss: float
    accuracy: float
    images: int


def metrics(sums: Tensor) -> Metrics:
    """Return means from sums: of losses, of right answers, of images.

    Examples
    --------
    >>> import torch
    >>> metrics(torch.tensor([1.0 * 4 + 3.0 * 2, 3.0, 6.0]))
    Metrics(loss=1.6666666666666667, accuracy=0.5, images=6)
    """
    loss, right, images = (float(value) for value in sums.tolist())
    return Metrics(loss / images, right / images, int(images))


def evaluate(net: nn.Module, batches: Batches, *, precision: Precision, processes: Processes) -> Metrics:
    """Return loss and accuracy over all images; several processes share them, each image falls to exactly one."""
    import torch

    device = batches.images.device
    sums = torch.zeros(3, dtype=accumulator(device), device=device)
    start, stop = shards(len(batches), processes.count)[processes.rank]
    pixels = batches.images.shape[1] * batches.size**2
    at_once = max(1, min(IMAGES_A_STEP, PIXELS_A_STEP // pixels))
    learning = net.training
    net.eval()
    with torch.inference_mode():
        for first in range(start, stop, at_once):
            images, labels = batches.plain(slice(first, min(first + at_once, stop)))
            sums += tally(outputs_of(net, images, precision), labels)
    net.train(learning)
    return metrics(processes.summed(sums))


def outputs_of(net: nn.Module, images: Tensor, precision: Precision) -> Tensor:
    """Return the outputs in float32, computed in the precision asked for."""
    import torch

    with torch.autocast(images.device.type, torch.bfloat16, enabled=precision == "bfloat16"):
        outputs: Tensor = net(images)
    return outputs.float()


def tally(outputs: Tensor, labels: Tensor) -> Tensor:
    """Return the sums of losses, of right answers and of images, (3,), of the type that `accumulator` says."""
    import torch

    with torch.no_grad():
        loss = torch.nn.functional.cross_entropy(outputs, labels, reduction="sum")
        right = (outputs.argmax(1) == labels).sum()
        count = torch.tensor(len(labels), device=outputs.device)
        wide = accumulator(outputs.device)
        return torch.stack([loss.to(wide), right.to(wide), count.to(wide)])
