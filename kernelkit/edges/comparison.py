"""Detectors side by side on images whose edges are known exactly: which finds them best at which noise."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kernelkit.edges.methods import Method, detected_by
from kernelkit.edges.prepared import prepared
from kernelkit.edges.scores import curve, scores
from kernelkit.edges.truth import Disc, HalfPlane, Polygon, scene
from kernelkit.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from kernelkit.edges.truth import Scene
    from kernelkit.filtering.plan import AnyKernel

    Array = NDArray[Any]

SHAPE = (96, 96)
"""Rows and columns of the images."""

FIGURES = (
    Disc((47.3, 48.6), 21.7),
    HalfPlane(0.4, (45.2, 50.1)),
    Polygon(((15.2, 20.7), (30.4, 80.3), (78.6, 60.2))),
)
"""What is drawn, in grey values 0 and 1: a disc, a straight edge at an odd angle, a triangle."""

TOLERANCE = 1.5
"""Pixels between a right edge and the true one, at most."""

THRESHOLDS = 40
"""Steps of the gradient's largest magnitude among which the best threshold is looked for."""


@dataclass(frozen=True, slots=True)
class Detector:
    """A detector by its settings.

    Attributes
    ----------
    name
        What it is called.
    method
        ``canny``, ``log`` or ``plus``.
    sigma
        Of the Gaussian, in pixels.
    kernel
        For the gradient of the smoothed image; None for the Gaussian's own derivatives.
    """

    name: str
    method: Method
    sigma: float
    kernel: AnyKernel | None = None


DETECTORS = (
    Detector("sobel", "canny", 0.0, "sobel"),
    Detector("scharr", "canny", 0.0, "scharr"),
    Detector("prewitt", "canny", 0.0, "prewitt"),
    Detector("canny, sigma 1", "canny", 1.0),
    Detector("canny, sigma 2", "canny", 2.0),
    Detector("canny, sigma 3", "canny", 3.0),
    Detector("log, sigma 2", "log", 2.0),
    Detector("plus, sigma 2", "plus", 2.0),
)


@dataclass(frozen=True, slots=True)
class Row:
    """What a detector reaches at one noise.

    Attributes
    ----------
    detector, noise
        Which; and the deviation of the noise, where the edge is a step of 1.
    f
        Largest harmonic mean of precision and recall at one threshold for all images.
    distance
        Root of the mean squared distance, in pixels, between sub-pixel places at that threshold and the true edge,
        among those within the tolerance; NaN where there are none.
    """

    detector: Detector
    noise: float
    f: float
    distance: float


def compare(
    noises: Sequence[float],
    *,
    detectors: Sequence[Detector] = DETECTORS,
    seeds: Sequence[int] = (0, 1),
    progress: Callable[[int, int], object] | None = None,
) -> list[Row]:
    """Return what detectors reach on figures with noise.

    Every detector gets the threshold that is best for it, the same for all images of a noise.

    Parameters
    ----------
    noises
        Deviations of white Gaussian noise, for an edge that is a step of 1.
    detectors
        Which are compared.
    seeds
        Of the noise: as many images of each figure.
    progress
        Told how many rows are done, and of how many.

    Raises
    ------
    InputError
        No noises, or some that are negative or no numbers.

    Examples
    --------
    >>> [row] = compare([0.0], detectors=[Detector("sobel", "canny", 0.0, "sobel")], seeds=[0])
    >>> row.f > 0.99, row.distance < 0.2
    (True, True)
    """
    if not noises or not all(noise >= 0 and math.isfinite(noise) for noise in noises):
        raise InputError(
            f"noises are deviations, 0 or more, not {list(noises)}", next="kernelkit evaluate --noise 0,0.1"
        )
    rows = []
    for noise in noises:
        scenes = [scene(figure, SHAPE, noise=noise, seed=seed) for figure in FIGURES for seed in seeds]
        for detector in detectors:
            rows.append(_row(detector, noise, scenes))
            if progress is not None:
                progress(len(rows), len(noises) * len(detectors))
    return rows


def _row(detector: Detector, noise: float, scenes: Sequence[Scene]) -> Row:
    import numpy as np

    found = []
    for one in scenes:
        ready = prepared(
            one.image, sigma=detector.sigma, kernel=detector.kernel, boundary="reflect", mask=None
        )
        found.append(detected_by(detector.method, ready, 0.0))
    strengths = [edges.image for edges in found]
    largest = max(float(strength.max()) for strength in strengths)
    # between steps of the strengths, so that rounding decides nothing
    thresholds = [largest * (step - 0.5) / THRESHOLDS for step in range(1, THRESHOLDS + 1)]
    curves = [
        curve(strength, [one.pixels], thresholds=thresholds, tolerance=TOLERANCE)
        for strength, one in zip(strengths, scenes, strict=True)
    ]
    reached = scores(curves)
    level = thresholds[reached.best]
    squares = np.concatenate(
        [
            _distances(edges.places[edges.strength >= level], true.places)
            for edges, true in zip(found, scenes, strict=True)
        ]
    )
    near = squares[squares <= TOLERANCE**2]
    distance = float(np.sqrt(near.mean())) if near.size else math.nan
    return Row(detector, noise, float(reached.ods.f), distance)


def _distances(places: Array, true: Array) -> Array:
    """Return the squared distances of places to the nearest true ones."""
    from scipy.spatial import cKDTree  # type: ignore[import-untyped]  # scipy ships no types

    found: Array = cKDTree(true).query(places)[0] ** 2
    return found
