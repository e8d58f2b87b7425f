"""How fast kernels are applied, against the libraries people use, and against a copy of the same bytes.

    python benchmarks/apply.py 20000

The number, which may be left out, asks for one more row: an image of so many samples a side, and the memory it takes.

One process; every contender of a row in turn, several rounds, medians; before its turn each waits until the threads of
the one before sleep.  All fill an array that is there already, where they can, and extend the image beyond its border,
save pystencils, which leaves the border out.  A number is how many times as long a contender takes as kernelkit;
`copy` is NumPy's copy of the image into the result, so 0.80 says that kernelkit runs at 80 % of its speed.  Peers that
are not installed are named.
"""

from __future__ import annotations

import importlib
import os
import platform
import resource
import statistics
import subprocess
import sys
import time
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from machine import processor

from kernelkit.filtering import engine, native_engine, recursive

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Contenders = dict[str, Callable[[], object]]

SIDES = (512, 2048, 8192)
ROUNDS, LEAST_ROUNDS = 9, 3
SECONDS = 1.0
"""A row is measured about so long, but at least three rounds."""

TURN = 0.01
"""Seconds a contender runs in a round, at least."""

SLEEP = 0.003
"""Seconds after which the threads of other libraries no longer spin."""

SLOW = 0.1
"""Seconds of one call from which a contender is left out of larger images."""


def optional(name: str) -> Any:  # noqa: ANN401  # a module, or None
    """Import a peer if it is installed."""
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


cv2, ndimage, torch = optional("cv2"), optional("scipy.ndimage"), optional("torch")
skimage, kornia, pystencils = optional("skimage.filters"), optional("kornia"), optional("pystencils")
PEERS = {
    "OpenCV": cv2,
    "scipy.ndimage": ndimage,
    "scikit-image": skimage,
    "PyTorch": torch,
    "kornia": kornia,
    "pystencils": pystencils,
}
MODULES = {name: module for name, module in PEERS.items() if module}


def race(contenders: Contenders) -> dict[str, float]:
    """Return the median seconds of each contender."""
    calls, seconds = {}, {name: [] for name in contenders}
    for name, call in contenders.items():
        call()
        start = time.perf_counter()
        call()
        calls[name] = max(1, round(TURN / (time.perf_counter() - start)))
    began = time.perf_counter()
    for done in range(ROUNDS):
        if done >= LEAST_ROUNDS and time.perf_counter() - began > SECONDS:
            break
        for name, call in contenders.items():
            time.sleep(SLEEP)
            call()
            start = time.perf_counter()
            for _ in range(calls[name]):
                call()
            seconds[name].append((time.perf_counter() - start) / calls[name])
    return {name: statistics.median(found) for name, found in seconds.items()}


def image_of(side: int, axes: int = 2, dtype: type = np.float32) -> np.ndarray:
    """Return noise, the same in every run."""
    image = np.random.default_rng(0).random((side,) * axes, np.float32)
    return (image * 255).astype(np.uint8) if dtype == np.uint8 else image


def bell(taps: int, order: int = 0) -> np.ndarray:
    """Return a sampled Gaussian or its slope."""
    places, sigma = np.arange(taps) - (taps - 1) / 2, taps / 7
    found = np.exp(-(places**2) / (2 * sigma**2))
    found /= found.sum()
    return found if order == 0 else places / sigma**2 * found


def torch_correlation(image: np.ndarray, weights: np.ndarray) -> Callable[[], object]:
    """Return a call of the convolution of PyTorch, with zeros beyond the border."""
    axes = weights.ndim
    call = (torch.nn.functional.conv1d, torch.nn.functional.conv2d, torch.nn.functional.conv3d)[axes - 1]
    given = torch.from_numpy(image)[None, None]
    taps = torch.from_numpy(weights.astype(np.float32))[None, None]

    def run() -> object:
        with torch.inference_mode():
            return call(given, taps, padding=tuple(side // 2 for side in weights.shape))

    return run


def centre(weights: np.ndarray) -> tuple[int, ...]:
    """Return the middle of a window."""
    return tuple(side // 2 for side in weights.shape)


def correlation(image: np.ndarray, weights: np.ndarray) -> Contenders:
    """Return all who correlate with given weights."""
    out, beside = engine.aligned(image.shape, np.float32), np.empty(image.shape, np.float32)
    taps = weights.astype(np.float32)
    found: Contenders = {
        "kernelkit": partial(
            engine.correlate, image, weights, anchor=centre(weights), extension="symmetric", out=out
        ),
        "copy": partial(np.copyto, beside, image),
    }
    if cv2 and image.ndim == 2:
        found["OpenCV"] = partial(
            cv2.filter2D, image, cv2.CV_32F, taps, dst=beside, borderType=cv2.BORDER_REFLECT
        )
    if ndimage:
        found["scipy.ndimage"] = partial(ndimage.correlate, image, weights, output=beside)
    if torch:
        found["PyTorch"] = torch_correlation(image, weights)
    if kornia and image.ndim == 2:
        given, kernel = torch.from_numpy(image)[None, None], torch.from_numpy(taps)[None]
        found["kornia"] = partial(kornia.filters.filter2d, given, kernel, border_type="replicate")
    return found


def separable(image: np.ndarray, down: np.ndarray, across: np.ndarray) -> Contenders:
    """Return all who correlate with a product of two factors."""
    out, beside = engine.aligned(image.shape, np.float32), np.empty(image.shape, np.float32)
    places = (len(down) // 2, len(across) // 2)
    found: Contenders = {
        "kernelkit": partial(
            engine.correlate_separable, image, [down, across], anchor=places, extension="symmetric", out=out
        ),
        "copy": partial(np.copyto, beside, image),
    }
    rows, columns = across.astype(np.float32), down.astype(np.float32)
    if cv2:
        found["OpenCV"] = partial(
            cv2.sepFilter2D, image, cv2.CV_32F, rows, columns, dst=beside, borderType=cv2.BORDER_REFLECT
        )
    if ndimage:

        def scipy() -> None:
            ndimage.correlate1d(
                ndimage.correlate1d(image, down, 0, output=np.float32), across, 1, output=beside
            )

        found["scipy.ndimage"] = scipy
    if torch:
        first, second = torch_correlation(image, down[:, None]), torch.from_numpy(rows)[None, None, None]

        def by_torch() -> object:
            with torch.inference_mode():
                return torch.nn.functional.conv2d(first(), second, padding=(0, places[1]))

        found["PyTorch"] = by_torch
    return found


def magnitude(image: np.ndarray, down: np.ndarray, across: np.ndarray) -> Contenders:
    """Return all who compute the length of a gradient, of factors that smooth and differentiate."""
    out = engine.aligned(image.shape, np.float32)
    beside, first, second = (np.empty(image.shape, np.float32) for _ in range(3))
    along, other = np.outer(down, across), np.outer(across, down)
    found: Contenders = {
        "kernelkit": partial(
            engine.correlate_pair,
            image,
            along,
            other,
            anchor=centre(along),
            extension="symmetric",
            end="magnitude",
            out=out,
        ),
        "copy": partial(np.copyto, beside, image, casting="unsafe"),
    }
    small = len(down) == 3
    if cv2:
        rows, columns, border = across.astype(np.float32), down.astype(np.float32), cv2.BORDER_REFLECT

        def opencv() -> None:
            if small:
                cv2.Sobel(image, cv2.CV_32F, 1, 0, dst=first, scale=1 / 8, borderType=border)
                cv2.Sobel(image, cv2.CV_32F, 0, 1, dst=second, scale=1 / 8, borderType=border)
            else:
                cv2.sepFilter2D(image, cv2.CV_32F, rows, columns, dst=first, borderType=border)
                cv2.sepFilter2D(image, cv2.CV_32F, columns, rows, dst=second, borderType=border)
            cv2.magnitude(first, second, beside)

        found["OpenCV"] = opencv
    if ndimage:

        def scipy() -> None:
            for axis, to in ((1, first), (0, second)):
                smooth = ndimage.correlate1d(image, down, 1 - axis, output=np.float32)
                ndimage.correlate1d(smooth, across, axis, output=to)
            np.hypot(first, second, out=beside)

        found["scipy.ndimage"] = scipy
    if small and skimage:
        found["scikit-image"] = partial(skimage.sobel, image)
    if small and kornia:
        given = torch.from_numpy(image.astype(np.float32))[None, None]
        found["kornia"] = partial(kornia.filters.sobel, given)
    return found


def box(image: np.ndarray, side: int) -> Contenders:
    """Return all who average over a square."""
    found = separable(image, *[np.full(side, 1 / side)] * 2)
    del found["scipy.ndimage"]
    found.pop("PyTorch", None)
    beside = np.empty(image.shape, np.float32)
    if cv2:
        found["OpenCV"] = partial(
            cv2.boxFilter, image, cv2.CV_32F, (side, side), dst=beside, borderType=cv2.BORDER_REFLECT
        )
    if ndimage:
        found["scipy.ndimage"] = partial(ndimage.uniform_filter, image, side, output=beside)
    return found


def smoothing(image: np.ndarray, sigma: float) -> Contenders:
    """Return all who smooth with a Gaussian: by recursions, or by taps up to four deviations."""
    out, beside = engine.aligned(image.shape, np.float32), np.empty(image.shape, np.float32)
    found: Contenders = {
        "kernelkit": partial(recursive.gaussian, image, sigma, boundary="symmetric", out=out),
        "copy": partial(np.copyto, beside, image),
    }
    if cv2:
        found["OpenCV"] = partial(
            cv2.GaussianBlur, image, (0, 0), sigma, dst=beside, borderType=cv2.BORDER_REFLECT
        )
    if ndimage:
        found["scipy.ndimage"] = partial(ndimage.gaussian_filter, image, sigma, output=beside)
    if skimage:
        found["scikit-image"] = partial(skimage.gaussian, image, sigma, mode="mirror", out=beside)
    return found


def stencil(image: np.ndarray, weights: np.ndarray) -> Contenders:
    """Return all who apply a stencil to a volume."""
    found = correlation(image, weights)
    if pystencils:
        source, target = pystencils.fields("source, target: float32[3D]")
        terms = [
            float(weights[place])
            * source[tuple(int(p) - side // 2 for p, side in zip(place, weights.shape, strict=True))]
            for place in zip(*np.nonzero(weights), strict=True)
        ]
        config = pystencils.CreateKernelConfig(target=pystencils.Target.CurrentCPU)
        config.cpu.openmp.enable = True
        config.cpu.openmp.num_threads = native_engine.threads()
        config.cpu.vectorize.enable = True
        config.cpu.vectorize.assume_inner_stride_one = True
        kernel = pystencils.create_kernel(
            [pystencils.Assignment(target[0, 0, 0], sum(terms))], config
        ).compile()
        found["pystencils"] = partial(kernel, source=image, target=np.empty_like(image))
    return found


def star(radius: int) -> np.ndarray:
    """Return a Laplacian's support: three axes, so many steps either way."""
    weights = np.zeros((2 * radius + 1,) * 3)
    taps = np.random.default_rng(1).normal(size=2 * radius + 1)
    for axis in range(3):
        weights[tuple(slice(None) if axis == other else radius for other in range(3))] += taps
    return weights


def rows(side: int) -> Iterator[tuple[str, Callable[[], Contenders]]]:
    """Yield what is measured for images of one size; each row makes its contenders when it is its turn."""
    image, five = image_of(side), np.array([1.0, -8, 0, 8, -1]) / 12
    sobel = (np.array([1.0, 2, 1]) / 4, np.array([-1.0, 0, 1]) / 2)
    yield "gradient magnitude, float32", partial(magnitude, image, *sobel)
    yield "gradient magnitude, uint8", partial(magnitude, image_of(side, dtype=np.uint8), *sobel)
    random = np.random.default_rng(2)
    for taps in (3, 5, 7, 9, 11, 15, 21, 31):
        yield f"dense {taps} x {taps}", partial(correlation, image, random.normal(size=(taps, taps)))
    for taps in (3, 7, 15, 31, 63):
        yield f"separable, {taps} taps", partial(separable, image, bell(taps), bell(taps, 1))
    for taps in (15, 31):
        yield (
            f"Gaussian gradient magnitude, {taps} taps",
            partial(magnitude, image, bell(taps), bell(taps, 1)),
        )
    yield "five taps along the first axis", partial(correlation, image, five[:, None])
    yield "five taps along the last axis", partial(correlation, image, five[None])
    for taps in (5, 31, 101):
        yield f"box {taps} x {taps}", partial(box, image, taps)
    for sigma in (3, 10, 30):
        yield f"recursive Gaussian, sigma {sigma}", partial(smoothing, image, sigma)


def volumes() -> Iterator[tuple[str, Callable[[], Contenders]]]:
    """Yield what is measured for a volume of 256 x 256 x 256."""
    volume = image_of(256, 3)
    yield "7 points", partial(stencil, volume, star(1))
    yield "27 points", partial(stencil, volume, np.random.default_rng(3).normal(size=(3, 3, 3)))
    yield "star of radius 4", partial(stencil, volume, star(4))


def show(title: str, contenders: Contenders, slow: set[tuple[str, str]]) -> None:
    """Race, and print a row; remember who was too slow to be asked again."""
    found = race({name: call for name, call in contenders.items() if (title, name) not in slow})
    slow |= {(title, name) for name, seconds in found.items() if seconds > SLOW and name != "kernelkit"}
    own = found.pop("kernelkit")
    ratios = "  ".join(f"{name} {seconds / own:.2f}" for name, seconds in found.items())
    print(f"  {title:38} {1e3 * own:9.3f} ms   {ratios}", flush=True)


def measure(threads: int) -> None:
    """Print all rows with so many threads."""
    os.environ[native_engine.THREADS] = str(threads)
    if cv2:
        cv2.setNumThreads(threads)
    if torch:
        torch.set_num_threads(threads)
    slow: set[tuple[str, str]] = set()
    for side in SIDES:
        print(f"\n{side} x {side}, {threads} thread{'s' if threads > 1 else ''}")
        for title, contenders in rows(side):
            show(title, contenders(), slow)
    print(f"\n256 x 256 x 256, {threads} thread{'s' if threads > 1 else ''}")
    for title, contenders in volumes():
        show(title, contenders(), slow)


def first_result() -> None:
    """Print how long a new process takes to its first result, beside one that imports NumPy only."""
    code = {
        "import numpy": "import numpy",
        "first result": "import numpy; from kernelkit.filtering.engine import correlate; "
        "correlate(numpy.ones((512, 512), 'f4'), numpy.ones((3, 3)), anchor=(1, 1), extension='edge')",
    }
    seconds: dict[str, list[float]] = {name: [] for name in code}
    for _ in range(ROUNDS):
        for name, program in code.items():
            start = time.perf_counter()
            subprocess.run([sys.executable, "-c", program], check=True)  # our own code
            seconds[name].append(time.perf_counter() - start)
    for name, found in seconds.items():
        print(f"a new process, {name:23} {1e3 * statistics.median(found):9.0f} ms")


def large(side: int) -> None:
    """Print the time and the memory of a gradient magnitude of an image that is read and written once."""
    image = np.ones((side, side), np.float32)
    out = engine.aligned(image.shape, np.float32)
    out[:] = 0
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    contenders = magnitude(image[:3, :3], np.array([1.0, 2, 1]) / 4, np.array([-1.0, 0, 1]) / 2)
    call = contenders["kernelkit"]
    run = partial(call.func, image, *call.args[1:], **{**call.keywords, "out": out})
    start = time.perf_counter()
    run()
    seconds = time.perf_counter() - start
    more = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    print(
        f"gradient magnitude of {side} x {side} float32: {seconds:.2f} s, "
        f"{more:.0f} MiB beside {2 * image.nbytes / 2**20:.0f} MiB of input and output"
    )


def main() -> None:
    """Print the machine, then everything."""
    cores = native_engine.threads()
    versions = ", ".join(
        f"{name} {importlib.import_module(module.__name__.partition('.')[0]).__version__}"
        for name, module in MODULES.items()
    )
    print(f"{processor()}, {cores} cores, {platform.python_implementation()} {platform.python_version()}")
    print(f"engine: {engine.name()}; NumPy {np.__version__}, {versions}")
    if absent := [name for name in PEERS if name not in MODULES]:
        print(f"not installed: {', '.join(absent)}")
    print("times of kernelkit, and how many times as long others take; more is better for kernelkit")
    if sys.argv[1:]:
        large(int(sys.argv[1]))
    first_result()
    for threads in sorted({cores, 1}, reverse=True):
        measure(threads)


if __name__ == "__main__":
    main()
