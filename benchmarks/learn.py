"""How fast kernels are learned from a photograph, exactly, against least squares on unfolded patches and the loop.

    python benchmarks/learn.py

One process; the first call of each contender is not counted.  Random taps, labels by correlation without noise,
float64.  The error is the largest of a tap, relative to the largest tap.  The loop is gradient descent with PyTorch, as
in the post, in float32, in which it is fastest but never gets there, and in float64; its seconds are those of one step,
measured, times the steps that its best constant step needs to reach an error of 1e-6, computed: nobody waits for it
here.  Medians and least times are both given, because other processes disturb; ratios compare least times.
"""

from __future__ import annotations

import os
import platform
import statistics
import sys
import time
import tracemalloc
from typing import TYPE_CHECKING

import numpy as np
import torch
from machine import processor
from scipy.signal import correlate

from kernelkit.learning.descent import descent, rate, steps_needed
from kernelkit.learning.gradient import descend
from kernelkit.learning.gram import normal_equations
from kernelkit.learning.pairs import Pairs, pairs
from kernelkit.learning.patches import label_rows, patch_matrix
from kernelkit.learning.replay import replay
from kernelkit.learning.run import learn

if TYPE_CHECKING:
    from collections.abc import Callable

REPETITIONS = 15
SIZES = (3, 5, 11)
REDUCTION = 1e-6
REPLAYED = 1_000_000
LARGE = 4096


def times(call: Callable[[], object], repetitions: int = REPETITIONS) -> tuple[float, float]:
    """Return the median and the least seconds of a call."""
    call()
    seconds = []
    for _ in range(repetitions):
        start = time.perf_counter()
        call()
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds), min(seconds)


def photograph() -> tuple[str, np.ndarray]:
    """Return the cameraman if scikit-image is here, or noise with the spectrum of photographs."""
    try:
        from skimage import data
    except ImportError:
        waves = np.hypot(*np.meshgrid(np.fft.fftfreq(512), np.fft.rfftfreq(512), indexing="ij"))
        waves[0, 0] = 1
        phases = np.random.default_rng(0).normal(size=(2, *waves.shape))
        image = np.fft.irfft2((phases[0] + 1j * phases[1]) / waves)
        return "1/f noise, 512 x 512", (image - image.min()) / np.ptp(image)
    return "camera, 512 x 512", data.camera() / 255


def taps_of(size: int) -> np.ndarray:
    """Return random taps, the same in every run."""
    return np.random.default_rng(size).normal(size=(size, size))


def error(found: np.ndarray, taps: np.ndarray) -> float:
    """Return the largest error of a tap, relative to the largest tap."""
    return float(np.abs(np.ravel(found) - taps.ravel()).max() / np.abs(taps).max())


def step_seconds(given: Pairs, steps: int) -> float:
    """Return the least seconds of one step of the loop."""
    moments: list[float] = []
    descend(
        given,
        "loop",
        np.zeros((1, 1, *given.size)),
        lr=1e-9,
        steps=steps,
        stop_below=0,
        progress=lambda *_: moments.append(time.perf_counter()),
    )
    return float(np.diff(moments).min())


def exact(image: np.ndarray) -> None:
    """Print how fast and how well least squares finds the taps."""
    print(f"\n{'learn, exact':<10}{'refined':>9}{'median ms':>11}{'least ms':>10}{'error':>10}")
    for size in SIZES:
        taps = taps_of(size)
        y = correlate(image, taps, mode="valid", method="direct")
        for refinements in (0, 1):
            median, least = times(lambda: learn(image, y, size, refinements=refinements))
            run = learn(image, y, size, refinements=refinements)
            print(
                f"{size:>4} x {size:<5}{refinements:>9}{1e3 * median:>11.1f}{1e3 * least:>10.1f}"
                f"{error(run.taps, taps):>10.0e}"
            )


def peers(image: np.ndarray) -> None:
    """Print the ratios to NumPy's least squares and to the loop; ours is the call with one refinement."""
    print(
        f"\n{'peers':<12}{'ours ms':>9}{'lstsq ms':>10}{'ratio':>7}{'error':>9}"
        f"{'loop steps':>12}{'ms f32':>8}{'ratio':>11}{'ms f64':>8}{'ratio':>12}"
    )
    for size in SIZES:
        taps = taps_of(size)
        given = pairs(image, correlate(image, taps, mode="valid", method="direct"), size)
        single = pairs(given.x[0, 0].astype(np.float32), given.labels[0, 0].astype(np.float32), size)
        a, y = patch_matrix(given), label_rows(given.labels)
        ours = times(lambda: learn(image, given.labels[0, 0], size))[1]
        lstsq = times(lambda: np.linalg.lstsq(a, y, rcond=None), 2)[1]
        wrong = error(np.linalg.lstsq(a, y, rcond=None)[0], taps)
        found = descent(normal_equations(given))
        steps = steps_needed(rate(found, found.best_step), REDUCTION)
        fast, slow = step_seconds(single, 20), step_seconds(given, 10)
        ratios = [steps * step / ours for step in (fast, slow)]
        print(
            f"{size:>4} x {size:<5}{1e3 * ours:>9.1f}{1e3 * lstsq:>10.0f}{lstsq / ours:>7.0f}{wrong:>9.0e}"
            f"{steps:>12,}{1e3 * fast:>8.1f}{ratios[0]:>11,.0f}{1e3 * slow:>8.1f}{ratios[1]:>12,.0f}"
        )


def replays(image: np.ndarray) -> None:
    """Print how fast the loop is replayed."""
    print(f"\n{'replay':<12}{'steps':>10}{'s':>8}{'us a step':>11}")
    for size in SIZES:
        normal = normal_equations(
            pairs(image, correlate(image, taps_of(size), mode="valid", method="direct"), size)
        )
        step = descent(normal).best_step
        seconds = times(lambda: replay(normal, np.zeros(size * size), step, REPLAYED, least=0), 3)[1]
        print(f"{size:>4} x {size:<5}{REPLAYED:>10,}{seconds:>8.2f}{1e6 * seconds / REPLAYED:>11.2f}")


def large() -> None:
    """Print what a large pair costs."""
    print(f"\n{LARGE} x {LARGE:<8}{'s':>7}{'peak memory, times the image':>30}{'error':>10}")
    image = np.random.default_rng(0).random((LARGE, LARGE))
    for size in SIZES:
        taps = taps_of(size)
        y = correlate(image, taps, mode="valid", method="fft")
        begin = time.perf_counter()
        run = learn(image, y, size)
        seconds = time.perf_counter() - begin
        tracemalloc.start()
        learn(image, y, size)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        print(
            f"{size:>4} x {size:<8}{seconds:>7.2f}{peak / image.nbytes:>30.2f}{error(run.taps, taps):>10.0e}"
        )


def main() -> None:
    """Print the tables."""
    name, image = photograph()
    print(
        f"{processor()}, {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}, "
        f"NumPy {np.__version__}, PyTorch {torch.__version__}; {name}"
    )
    exact(image)
    peers(image)
    replays(image)
    large()


if __name__ == "__main__":
    sys.exit(main())
