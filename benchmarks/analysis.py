"""How fast kernels are identified and compared.

    python benchmarks/analysis.py

No peer identifies a kernel, so the yardstick is numpy.linalg.svd on the same taps, which is what people reach for when
they ask whether a kernel is separable.  Medians of calls in one process; the first call, which reads the catalogue, is
given apart.
"""

from __future__ import annotations

import platform
import statistics
import time
from typing import TYPE_CHECKING

import numpy as np
from machine import processor

from kernelkit import Kernel, identify, named
from kernelkit.analysis.measure import measure
from kernelkit.catalogue.named import entries

if TYPE_CHECKING:
    from collections.abc import Callable

REPETITIONS = 30
COMPARED = 50


def median(call: Callable[[], object], repetitions: int = REPETITIONS) -> float:
    """Return the median seconds of a call."""
    times = []
    for _ in range(repetitions):
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def main() -> None:
    """Print the table."""
    print(f"{processor()}, {platform.system()}, Python {platform.python_version()}, NumPy {np.__version__}")
    start = time.perf_counter()
    identify([1, -2, 1])
    print(f"first call, with the catalogue read: {1e3 * (time.perf_counter() - start):.0f} ms")
    random = np.random.default_rng(1)
    cases = {
        "Sobel 7x7": named("sobel-7-x").published,
        "random whole 7x7": Kernel.from_array(random.integers(-9, 10, (7, 7)).tolist()),
        "random float 7x7": Kernel.from_array(random.normal(size=(7, 7))),
        "Sobel 3x3x3": named("sobel-3d-x").published,
        "random whole 3x3x3": Kernel.from_array(random.integers(-9, 10, (3, 3, 3)).tolist()),
        "isotropic Laplacian 3x3": named("laplacian-9pt-isotropic").published,
        "central difference, 9 taps": named("central-x:accuracy=8").published,
    }
    print(f"\n{'identify':<30}{'ms':>8}{'times numpy svd':>18}")
    for name, kernel in cases.items():
        identify(kernel)
        ours = median(lambda: identify(kernel))
        array = np.atleast_2d(np.array(kernel.dense(), dtype=float))
        svd = median(lambda: np.linalg.svd(array))
        print(f"{name:<30}{1e3 * ours:>8.2f}{ours / svd:>18.0f}")
    kernels = [entry for entry in entries() if entry.published.ndim == 2 and len(entry.published) <= 49]
    chosen = kernels[:: max(1, len(kernels) // COMPARED)][:COMPARED]
    seconds = median(lambda: [measure(entry.name, entry.published) for entry in chosen], 5)
    print(
        f"\nmeasure {len(chosen)} kernels of the plane: {seconds:.2f} s, {1e3 * seconds / len(chosen):.1f} ms a kernel"
    )


if __name__ == "__main__":
    main()
