"""Images to learn from: the photograph and the garments of the textbooks, and noise."""

from __future__ import annotations

import gzip
import hashlib

import numpy as np
import pytest
from fashion_mnist import FOLDER, the_folder

EDGES = [[1, 1, 0, 0, 0, 0, 1, 1]] * 6
"""The image of the post."""

DIFFERENCES = [[0, 1, 0, 0, 0, -1, 0]] * 6
"""What the taps 1, -1 make of it."""

GARMENTS = FOLDER / "train-images-idx3-ubyte.gz"


def camera() -> np.ndarray:
    """Return the photograph of the cameraman, 512 x 512, from 0 to 1, or skip the test."""
    data = pytest.importorskip("skimage.data", reason="the photograph comes with scikit-image")
    pixels = data.camera()
    assert hashlib.md5(pixels.tobytes(), usedforsecurity=False).hexdigest() == (
        "9a8aea882f041e0c476138dda6b1d15f"
    )
    return pixels / 255


def garments(count: int) -> np.ndarray:
    """Return the first training images of Fashion-MNIST, from 0 to 1, or skip the test."""
    with gzip.open(the_folder() / GARMENTS.name) as file:
        header = file.read(16)
        assert int.from_bytes(header[:4], "big") == 0x803
        pixels = np.frombuffer(file.read(count * 28 * 28), dtype=np.uint8)
    return pixels.reshape(count, 28, 28) / 255


def rough(shape: tuple[int, ...], seed: int = 0) -> np.ndarray:
    """Return random samples around 3, so that means matter."""
    return np.random.default_rng(seed).normal(3, 1, shape)


LAYERS = [
    # shape of X, size, settings of the layer
    ((1, 1, 6, 8), (1, 2), {}),
    ((1, 1, 30, 40), (3, 3), {}),
    ((2, 2, 9, 50), (5, 2), {}),
    ((1, 3, 9, 9), (8, 8), {}),
    ((1, 1, 1, 60), (1, 7), {}),
    ((2, 1, 60, 1), (7, 1), {"padding": (2, 0)}),
    ((1, 2, 5, 6), (1, 1), {}),
    ((2, 2, 70, 33), (4, 3), {"dilation": (3, 2), "padding": (1, 5)}),
    ((1, 2, 5, 5), (2, 2), {"dilation": (4, 3)}),
    ((2, 3, 3000), (7,), {"dilation": 3, "padding": 4}),
    ((1, 1, 9), (4,), {}),
    ((2, 2, 9, 8, 7), (3, 2, 2), {"stride": (1, 2, 1), "padding": (0, 1, 2)}),
    ((1, 1, 6, 6, 6), (2, 3, 2), {"dilation": (2, 1, 3)}),
    ((3, 1, 30, 31), (3, 3), {"stride": 2, "padding": 1}),
    ((1, 2, 17), (3,), {"stride": 3, "dilation": 2}),
]
"""Layers of all kinds: axes, channels, stride, padding, dilation, windows as large as the image."""


def name_of(layer: tuple) -> str:
    """Name a parametrised test after its layer."""
    shape, size, settings = layer
    return f"{shape}-{size}-{settings}"


def naive_patches(x: np.ndarray, size: tuple, *, stride=1, padding=0, dilation=1) -> np.ndarray:
    """Return the patch matrix by loops over every entry: the definition."""
    axes = len(size)
    s, p, d = ((v,) * axes if isinstance(v, int) else v for v in (stride, padding, dilation))
    padded = np.pad(x, [(0, 0), (0, 0), *((n, n) for n in p)])
    out = [(n - e * (k - 1) - 1) // t + 1 for n, k, t, e in zip(padded.shape[2:], size, s, d, strict=True)]
    rows = []
    for image in padded:
        for place in np.ndindex(*out):
            row = []
            for channel in image:
                for tap in np.ndindex(*size):
                    index = tuple(i * t + a * e for i, t, a, e in zip(place, s, tap, d, strict=True))
                    row.append(channel[index])
            rows.append(row)
    return np.array(rows)
