"""The kernels that are drawn, and a canvas that draws without a screen."""

from __future__ import annotations

import random

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg

from kernelkit import Kernel, derivative, derive, laplacian

SMOOTHING = {"Sobel": (1, 2, 1), "Scharr": (3, 10, 3), "Prewitt": (1, 1, 1), "Bickley": (1, 4, 1)}
GRADIENTS = {
    name: Kernel.from_array([[-s, 0, s] for s in column]) / (2 * sum(column))
    for name, column in SMOOTHING.items()
}
SOBEL = GRADIENTS["Sobel"]
SOBEL_IN_SPACE = Kernel.from_array([[[-a * b, 0, a * b] for b in (1, 2, 1)] for a in (1, 2, 1)]) / 32
FIRST = {f"accuracy {p}": derive(derivative(1), accuracy=p) for p in (2, 4, 6, 8)}
LAPLACIANS = {
    "five points": derive(laplacian(2)),
    "nine points": Kernel.from_array([[1, 4, 1], [4, -20, 4], [1, 4, 1]]) / 6,
}
HALF = Kernel({"-1/2": -1, "1/2": 1})
_drawn = random.Random(5)
RANDOM = Kernel.from_array([[_drawn.randint(-9, 9) for _ in range(15)] for _ in range(15)])


def painted(figure):
    """Draw a figure on a canvas in memory and return its pixels, of shape (rows, columns, 4)."""
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    return np.asarray(canvas.buffer_rgba())


def overhang(figure):
    """Return by how many inches what is drawn sticks out of the figure, at most; 0 or less where nothing does."""
    painted(figure)
    drawn = figure.get_tightbbox(figure.canvas.get_renderer())
    width, height = figure.get_size_inches()
    return max(-drawn.x0, -drawn.y0, drawn.x1 - width, drawn.y1 - height)


def ink_at_the_edge(figure):
    """Return whether anything is drawn on the outermost dots, as where something is cut off."""
    dots = painted(figure)[:, :, :3]
    return any((edge < 255).any() for edge in (dots[0], dots[-1], dots[:, 0], dots[:, -1]))
