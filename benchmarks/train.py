"""How fast LeNet is trained, against loops that fetch one image at a time, on the same cores.

    python benchmarks/train.py

One process, every way in turn, several rounds; an epoch of 60,000 images of the published recipe.  The peers are what
people write: a torch Dataset that normalises each image when it is asked for, behind a DataLoader without and with two
workers.  Medians and least times of an epoch; ratios of least times, since other processes disturb.  Loading the data
is not counted.  AlexNet's step and the resizing of its batch stand below.
"""

from __future__ import annotations

import statistics
import time
from typing import TYPE_CHECKING

import numpy as np
import torch
from machine import processor
from PIL import Image
from torch.utils.data import DataLoader, Dataset

from kernelkit.datasets.load import load
from kernelkit.nets.initialise import initialise
from kernelkit.nets.lenet import lenet
from kernelkit.training.loop import train
from kernelkit.training.recipes import recipe

if TYPE_CHECKING:
    from collections.abc import Callable

    from kernelkit.datasets.labelled import LabelledImages

ROUNDS = 5


class OneByOne(Dataset):
    """Images as pictures, made tensors one at a time, as in most tutorials."""

    def __init__(self, data: LabelledImages) -> None:
        self.data = data

    def __len__(self) -> int:
        """Return how many images there are."""
        return len(self.data)

    def __getitem__(self, index: int) -> tuple[torch.Tensor, int]:
        """Return one image as a tensor, and its label."""
        picture = Image.fromarray(self.data.images[index, 0])
        return torch.from_numpy(np.array(picture)[None]).float().div(255), int(self.data.labels[index])


def loop(data: LabelledImages, workers: int) -> Callable[[], None]:
    """Return an epoch of the usual loop."""
    net = lenet()
    initialise(net, "xavier", seed=0)
    optimiser = torch.optim.SGD(net.parameters(), lr=0.9)
    loader = DataLoader(OneByOne(data), 256, shuffle=True, num_workers=workers)

    def epoch() -> None:
        for images, labels in loader:
            loss = torch.nn.functional.cross_entropy(net(images), labels)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()

    return epoch


def ours(data: LabelledImages, test: LabelledImages, *, compilation: str) -> Callable[[], float]:
    """Return a run of two epochs that says how long the second took: compiling is over by then."""
    config = recipe("lenet", "textbook").with_changes(epochs=2, compilation=compilation)
    return lambda: train(config, data, test, device="cpu").history[-1].seconds


def main() -> None:
    """Print the seconds of an epoch in each way."""
    data, test = (load("fashion-mnist", part) for part in ("train", "test"))
    few = test.take(np.arange(1000), name="1,000 test images")
    print(f"{processor()}, {torch.get_num_threads()} threads, PyTorch {torch.__version__}")
    print("LeNet, published recipe, seconds an epoch of 60,000 images")
    ways: dict[str, Callable[[], float]] = {
        "kernelkit": ours(data, few, compilation="none"),
        "kernelkit, compiled": ours(data, few, compilation="whole net"),
        "DataLoader, no workers": timed(loop(data, 0)),
        "DataLoader, 2 workers": timed(loop(data, 2)),
    }
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(ROUNDS):
        for name, way in ways.items():
            seconds[name].append(way())
    least = min(seconds["kernelkit"])
    for name, found in seconds.items():
        print(
            f"  {name:24} median {statistics.median(found):6.2f}  least {min(found):6.2f}  "
            f"{len(data) / min(found):8,.0f} images/s  ratio {min(found) / least:5.2f}"
        )
    config = recipe("lenet", "best").with_changes(epochs=2)
    found = min(row.seconds for row in train(config, data, few, device="cpu").history)
    print(f"the same net by the recipe best, 55,000 images with validation: {found:.2f} seconds an epoch")
    print("AlexNet at 224 pixels, batches of 32, seconds a step (an epoch of ten)")
    for precision in ("float32", "bfloat16"):
        config = recipe("alexnet").with_changes(batch=32, epochs=2, subset=320, precision=precision)
        found = train(config, data, few, device="cpu").history[-1].seconds / 10
        print(f"  {precision:24} {found:6.3f}  {1000 * found / 32:6.1f} ms an image")


def timed(call: Callable[[], None]) -> Callable[[], float]:
    """Return a call that says how long it took."""

    def seconds() -> float:
        start = time.perf_counter()
        call()
        return time.perf_counter() - start

    return seconds


if __name__ == "__main__":
    main()
