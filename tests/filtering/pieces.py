"""Kernels of every kind, on images that tests cut into pieces, with all conventions, and the answers of the whole."""

from __future__ import annotations

import numpy as np

from kernelkit import Kernel, derivative, derive
from kernelkit.errors import LimitError, ShapeError
from kernelkit.filtering.apply import apply
from kernelkit.filtering.plan import BOUNDARIES

KERNELS = {
    "line": derive(derivative(1), accuracy=6),
    "gaps": Kernel.from_array([1, 0, -8, 0, 0, 8, 0, -1, 3]),
    "product": Kernel.from_array(np.outer([1, 4, 6, 4, 1], [-1, 0, 1])),
    "window": Kernel.from_array([[1, 4, 1], [4, -20, 4], [1, 4, 1]]),
    "even": Kernel.from_array([[1, 2], [3, 4]]),
    "wide": Kernel.from_array(np.random.default_rng(0).integers(1, 9, (3, 6))),
}

CONVENTIONS = (
    {},
    {"scale": "raw", "operation": "convolve"},
    {"spacing": 0.3, "stride": 3},
    {"stride": 2, "dilation": 2},
)


def images(kernel):
    """Yield images, and the axes of a kernel in them: larger and smaller than the kernel, of all kinds of samples."""
    random = np.random.default_rng(1)
    shapes = {1: ((40,), (3,), (7, 66), (20, 3)), 2: ((40, 66), (17, 100), (3, 7), (18, 17, 3), (5, 18, 66))}
    kinds = ("float32", "uint8", "float64", "bool", "float16")
    for shape, kind in zip(shapes[kernel.ndim], kinds, strict=False):
        image = random.integers(0, 200, shape) + (random.random(shape) if "float" in kind else 0)
        first = 1 if len(shape) == 3 and shape[2] > 3 else 0
        axis = tuple(range(first, first + kernel.ndim))
        yield image.astype(kind), axis[::-1] if len(shape) == 3 else axis


def wholes(kernel):
    """Yield images, by what, and the answer of the whole; what is refused has no pieces."""
    for image, axis in images(kernel):
        for boundary in BOUNDARIES:
            for more in CONVENTIONS:
                conventions = {"axis": axis, "boundary": boundary, **more}
                try:
                    yield image, conventions, apply(kernel, image, **conventions)
                except (LimitError, ShapeError):
                    assert boundary in {"valid", "one-sided"}
