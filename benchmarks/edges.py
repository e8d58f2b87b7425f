"""Canny's edges against OpenCV and scikit-image: python benchmarks/edges.py > docs/benchmarks/edges.txt.

All smooth with sigma 1 and take thresholds that mean the same gradient.  Interleaved, medians; the image is a disc of
noise and figures, so that there are edges of all strengths.
"""

from __future__ import annotations

import os
import statistics
import time
from typing import TYPE_CHECKING

import cv2
import numpy as np
import skimage
from machine import processor
from skimage import feature

from kernelkit.edges.canny import canny
from kernelkit.edges.truth import Disc, scene
from kernelkit.filtering.engine import name

if TYPE_CHECKING:
    from collections.abc import Callable

SIDES = (512, 2048)
ROUNDS = 7
LOW, HIGH = 4.0, 10.0


def main() -> None:
    """Measure and print."""
    print(f"{processor()}, {os.cpu_count()} processors; {name()}")
    print(f"NumPy {np.__version__}, OpenCV {cv2.__version__}, scikit-image {skimage.__version__}")
    print("times of kernelkit, and how many times as long others take\n")
    for side in SIDES:
        image = _image(side)
        # Sobel's answer is 8 times the gradient; OpenCV takes |gx| + |gy| unless it is asked for the length
        contenders: dict[str, Callable[[], object]] = {
            "kernelkit": lambda image=image: canny(image, low=LOW, high=HIGH),
            "OpenCV": lambda image=image: cv2.Canny(
                cv2.GaussianBlur(image, (0, 0), 1.0), 8 * LOW, 8 * HIGH, L2gradient=True
            ),
            "scikit-image": lambda image=image: feature.canny(
                image.astype(float), sigma=1.0, low_threshold=2 * LOW, high_threshold=2 * HIGH
            ),
        }
        times = _raced(contenders)
        own = times.pop("kernelkit")
        others = "  ".join(f"{other} {taken / own:.2f}" for other, taken in times.items())
        print(f"{side} x {side} uint8  {own * 1e3:9.2f} ms   {others}")


def _image(side: int) -> np.ndarray:
    disc = scene(Disc((side / 2, side / 2), side / 3), (side, side), low=60, high=190, noise=6)
    return np.clip(disc.image, 0, 255).astype(np.uint8)


def _raced(contenders: dict[str, Callable[[], object]]) -> dict[str, float]:
    """Return the median time of each, taken in turns."""
    taken: dict[str, list[float]] = {contender: [] for contender in contenders}
    for call in contenders.values():
        call()
    for _ in range(ROUNDS):
        for contender, call in contenders.items():
            start = time.perf_counter()
            call()
            taken[contender].append(time.perf_counter() - start)
    return {contender: statistics.median(times) for contender, times in taken.items()}


if __name__ == "__main__":
    main()
