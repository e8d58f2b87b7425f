"""The calls that are compared: one list a library, each call as text and as a function."""

# ruff: noqa: PLW0108 - the text of a call is the body of the lambda beside it

from __future__ import annotations

import sys
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from numpy.typing import NDArray

    Array = NDArray[Any]

Asked = Literal["d/dx", "gradient", "Laplacian", "filter"]
"""A derivative along x; the length of the gradient; the Laplacian; or given taps applied to an image."""


@dataclass(frozen=True, slots=True)
class Call:
    """A call of a library.

    Attributes
    ----------
    asked
        What it answers.
    text
        As it is written in a program; ``image`` stands for the image and ``taps`` for an array of taps.
    run
        The same as a function of the image and, of a filter, the taps.
    """

    asked: Asked
    text: str
    run: Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Library:
    """A library that may be installed.

    Attributes
    ----------
    name
        As it is imported.
    package
        As pip installs it.
    calls
        Imports it, and returns its calls; raises ImportError where it cannot be imported.
    tensors
        Whether it takes tensors of batch, channel, row and column.
    """

    name: str
    package: str
    calls: Callable[[], list[Call]]
    tensors: bool = False

    @property
    def version(self) -> str:
        """The version that is installed, once its calls were listed."""
        version: str = sys.modules[self.name].__version__
        return version.partition("+")[0]  # without the build, such as +cpu

    def answer(self, call: Call, *arrays: Array) -> Array | None:
        """Return what a call answers to arrays of two axes, as floats; None where the library refuses it."""
        import numpy as np

        own: type[Exception] = getattr(sys.modules.get(self.name), "error", ValueError)  # as OpenCV has one
        given: list[Any] = list(arrays)
        if self.tensors:
            import torch

            given = [torch.from_numpy(array)[None, None] for array in arrays]
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # only the numbers are of interest
                return np.asarray(call.run(*given), dtype=float).reshape(arrays[0].shape)
        except (AttributeError, RuntimeError, TypeError, ValueError, own):
            return None


def _kernelkit() -> list[Call]:
    import kernelkit.filtering.apply
    import kernelkit.filtering.derivatives

    return [
        Call(
            "d/dx",
            "kernelkit.filtering.apply.apply('sobel-x', image)",
            lambda image: kernelkit.filtering.apply.apply("sobel-x", image),
        ),
        Call(
            "d/dx",
            "kernelkit.filtering.derivatives.gradient(image)[1]",
            lambda image: kernelkit.filtering.derivatives.gradient(image)[1],
        ),
        Call(
            "gradient",
            "kernelkit.filtering.derivatives.gradient(image, output='magnitude')",
            lambda image: kernelkit.filtering.derivatives.gradient(image, output="magnitude"),
        ),
        Call(
            "Laplacian",
            "kernelkit.filtering.derivatives.laplacian(image)",
            lambda image: kernelkit.filtering.derivatives.laplacian(image),
        ),
        Call(
            "filter",
            "kernelkit.filtering.apply.apply(taps, image, scale='raw')",
            lambda image, taps: kernelkit.filtering.apply.apply(taps, image, scale="raw"),
        ),
    ]


def _numpy() -> list[Call]:
    import numpy  # noqa: ICN001 - as the calls are written

    return [
        Call("d/dx", "numpy.gradient(image, axis=1)", lambda image: numpy.gradient(image, axis=1)),
        Call(
            "d/dx",
            "numpy.gradient(image, axis=1, edge_order=2)",
            lambda image: numpy.gradient(image, axis=1, edge_order=2),
        ),
        Call(
            "gradient",
            "numpy.hypot(*numpy.gradient(image))",
            lambda image: numpy.hypot(*numpy.gradient(image)),
        ),
    ]


def _scipy() -> list[Call]:
    import scipy.ndimage  # type: ignore[import-untyped]  # scipy ships no types
    import scipy.signal  # type: ignore[import-untyped]

    return [
        Call("d/dx", "scipy.ndimage.sobel(image, axis=1)", lambda image: scipy.ndimage.sobel(image, axis=1)),
        Call(
            "d/dx", "scipy.ndimage.prewitt(image, axis=1)", lambda image: scipy.ndimage.prewitt(image, axis=1)
        ),
        Call(
            "d/dx",
            "scipy.ndimage.gaussian_filter(image, 1, order=(0, 1))",
            lambda image: scipy.ndimage.gaussian_filter(image, 1, order=(0, 1)),
        ),
        Call(
            "d/dx",
            "scipy.signal.savgol_filter(image, 5, 2, deriv=1, axis=1)",
            lambda image: scipy.signal.savgol_filter(image, 5, 2, deriv=1, axis=1),
        ),
        Call(
            "gradient",
            "scipy.ndimage.generic_gradient_magnitude(image, scipy.ndimage.sobel)",
            lambda image: scipy.ndimage.generic_gradient_magnitude(image, scipy.ndimage.sobel),
        ),
        Call(
            "gradient",
            "scipy.ndimage.gaussian_gradient_magnitude(image, 1)",
            lambda image: scipy.ndimage.gaussian_gradient_magnitude(image, 1),
        ),
        Call("Laplacian", "scipy.ndimage.laplace(image)", lambda image: scipy.ndimage.laplace(image)),
        Call(
            "Laplacian",
            "scipy.ndimage.gaussian_laplace(image, 1)",
            lambda image: scipy.ndimage.gaussian_laplace(image, 1),
        ),
        Call(
            "Laplacian",
            "scipy.ndimage.gaussian_laplace(image, 0.5)",
            lambda image: scipy.ndimage.gaussian_laplace(image, 0.5),
        ),
        Call(
            "filter",
            "scipy.ndimage.correlate(image, taps)",
            lambda image, taps: scipy.ndimage.correlate(image, taps),
        ),
        Call(
            "filter",
            "scipy.ndimage.convolve(image, taps)",
            lambda image, taps: scipy.ndimage.convolve(image, taps),
        ),
        Call(
            "filter",
            "scipy.signal.correlate2d(image, taps, mode='same')",
            lambda image, taps: scipy.signal.correlate2d(image, taps, mode="same"),
        ),
        Call(
            "filter",
            "scipy.signal.convolve2d(image, taps, mode='same')",
            lambda image, taps: scipy.signal.convolve2d(image, taps, mode="same"),
        ),
    ]


def _opencv() -> list[Call]:
    import cv2

    return [
        Call("d/dx", "cv2.Sobel(image, cv2.CV_64F, 1, 0)", lambda image: cv2.Sobel(image, cv2.CV_64F, 1, 0)),
        Call("d/dx", "cv2.Sobel(image, -1, 1, 0)", lambda image: cv2.Sobel(image, -1, 1, 0)),
        Call(
            "d/dx",
            "cv2.Sobel(image, cv2.CV_64F, 1, 0, ksize=5)",
            lambda image: cv2.Sobel(image, cv2.CV_64F, 1, 0, ksize=5),
        ),
        Call(
            "d/dx", "cv2.Scharr(image, cv2.CV_64F, 1, 0)", lambda image: cv2.Scharr(image, cv2.CV_64F, 1, 0)
        ),
        Call("Laplacian", "cv2.Laplacian(image, cv2.CV_64F)", lambda image: cv2.Laplacian(image, cv2.CV_64F)),
        Call(
            "Laplacian",
            "cv2.Laplacian(image, cv2.CV_64F, ksize=3)",
            lambda image: cv2.Laplacian(image, cv2.CV_64F, ksize=3),
        ),
        Call(
            "filter",
            "cv2.filter2D(image, cv2.CV_64F, taps)",
            lambda image, taps: cv2.filter2D(image, cv2.CV_64F, taps),
        ),
    ]


def _skimage() -> list[Call]:
    import skimage.filters

    return [
        Call("d/dx", "skimage.filters.sobel_v(image)", lambda image: skimage.filters.sobel_v(image)),
        Call("d/dx", "skimage.filters.sobel_h(image)", lambda image: skimage.filters.sobel_h(image)),
        Call("d/dx", "skimage.filters.scharr_v(image)", lambda image: skimage.filters.scharr_v(image)),
        Call("d/dx", "skimage.filters.prewitt_v(image)", lambda image: skimage.filters.prewitt_v(image)),
        Call("d/dx", "skimage.filters.farid_v(image)", lambda image: skimage.filters.farid_v(image)),
        Call("gradient", "skimage.filters.sobel(image)", lambda image: skimage.filters.sobel(image)),
        Call("gradient", "skimage.filters.scharr(image)", lambda image: skimage.filters.scharr(image)),
        Call("gradient", "skimage.filters.farid(image)", lambda image: skimage.filters.farid(image)),
        Call("gradient", "skimage.filters.roberts(image)", lambda image: skimage.filters.roberts(image)),
        Call("Laplacian", "skimage.filters.laplace(image)", lambda image: skimage.filters.laplace(image)),
    ]


def _findiff() -> list[Call]:
    import findiff

    return [
        Call("d/dx", "findiff.Diff(1, 1)(image)", lambda image: findiff.Diff(1, 1)(image)),
        Call("Laplacian", "findiff.Laplacian([1, 1])(image)", lambda image: findiff.Laplacian([1, 1])(image)),
    ]


def _kornia() -> list[Call]:
    import kornia.filters

    return [
        Call(
            "d/dx",
            "kornia.filters.spatial_gradient(image)[0, 0, 0]",
            lambda image: kornia.filters.spatial_gradient(image)[0, 0, 0],
        ),
        Call(
            "d/dx",
            "kornia.filters.spatial_gradient(image, normalized=False)[0, 0, 0]",
            lambda image: kornia.filters.spatial_gradient(image, normalized=False)[0, 0, 0],
        ),
        Call("gradient", "kornia.filters.sobel(image)", lambda image: kornia.filters.sobel(image)),
        Call(
            "Laplacian",
            "kornia.filters.laplacian(image, 3)",
            lambda image: kornia.filters.laplacian(image, 3),
        ),
        Call(
            "filter",
            "kornia.filters.filter2d(image, taps[0])",
            lambda image, taps: kornia.filters.filter2d(image, taps[0]),
        ),
    ]


def _torch() -> list[Call]:
    import torch

    return [
        Call("d/dx", "torch.gradient(image, dim=3)[0]", lambda image: torch.gradient(image, dim=3)[0]),
        Call(
            "filter",
            "torch.nn.functional.conv2d(image, taps, padding='same')",
            lambda image, taps: torch.nn.functional.conv2d(image, taps, padding="same"),
        ),
    ]


LIBRARIES = (
    Library("kernelkit", "kernelkit", _kernelkit),
    Library("numpy", "numpy", _numpy),
    Library("scipy", "scipy", _scipy),
    Library("cv2", "opencv-python", _opencv),
    Library("skimage", "scikit-image", _skimage),
    Library("findiff", "findiff", _findiff),
    Library("kornia", "kornia", _kornia, tensors=True),
    Library("torch", "torch", _torch, tensors=True),
)


def listed(libraries: Iterable[Library] = LIBRARIES) -> tuple[list[tuple[Library, Call]], list[Library]]:
    """Return the calls of all libraries that can be imported, and the libraries that cannot."""
    calls: list[tuple[Library, Call]] = []
    missing = []
    for library in libraries:
        try:
            calls += [(library, call) for call in library.calls()]
        except ImportError:
            missing.append(library)
    return calls, missing
