"""Small labelled images that a net learns in seconds: stripes of four directions, with noise."""

from __future__ import annotations

import numpy as np

from kernelkit.datasets.labelled import LabelledImages

CLASSES = ("level", "upright", "rising", "falling")


def striped(count: int, *, seed: int, size: int = 28, name: str = "stripes") -> LabelledImages:
    """Return so many noisy images of stripes, and which way they run."""
    draw = np.random.default_rng(seed)
    labels = np.arange(count) % len(CLASSES)
    y, x = np.mgrid[:size, :size]
    along = np.stack([y, x, x + y, x - y])[labels]
    phase = draw.uniform(0, 2 * np.pi, (count, 1, 1))
    waves = 127 + 90 * np.sin(2 * np.pi * along / 7 + phase) + draw.normal(0, 20, along.shape)
    images = np.clip(waves, 0, 255).astype(np.uint8)[:, None]
    return LabelledImages(images, labels.astype(np.int64), CLASSES, name, "tests", "drawn by the test")
