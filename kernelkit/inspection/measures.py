"""What is measured of every filter of a layer."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from kernelkit.identification.identify import Identification, identify
from kernelkit.inspection.colour import Split, split
from kernelkit.inspection.gabor import Gabor, fit_gabor
from kernelkit.inspection.nearest import Nearest, nearest_named
from kernelkit.inspection.pairs import CYCLES, GOOD_FIT, Neighbour, neighbours, phase_pairs
from kernelkit.inspection.spectrum import Direction, aliased_share, direction, spectral_peak
from kernelkit.inspection.symmetry import Symmetry, symmetry

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

    from kernelkit.inspection.layer import Layer

DEAD = 0.01
"""Norm of a filter over that of the layer's largest, below which it is dead."""

SLACK = Fraction(1, 100)
"""How far each tap may be off, over the largest, where the operator of a learned plane is named: one or
two steps of weights kept in eight bits.  With five times as much, waves lose all their low moments and are named after
derivatives of the tenth order."""


@dataclass(frozen=True, slots=True, eq=False)
class Filter:
    """The measures of one filter; angles in degrees counter-clockwise as seen, frequencies in cycles per pixel.

    Attributes
    ----------
    number
        Place in the layer, from 0.
    taps
        (channels, rows, columns).
    relative_norm
        Norm over that of the layer's largest filter.
    split
        Its dominant plane, colour mix and grey share.
    separability
        Share of the plane's energy in the best product of a column and a row.
    dc_share
        Share of the plane's energy in its mean.
    balance
        ``|sum of taps| / sum of |taps|`` of the plane: 0 for a filter blind to flat pictures, 1 for a mean.
    ramp_share, even_share, round_share
        Shares of the plane's energy in a ramp over the window; in its even part about the middle of the window; in
        narrow rings about the middle, or about the centre of the fit where that is more
        and in the inner half of the window.
    symmetry
        The plane's own centre, about which it is most nearly even or odd, and its even share about that.
    gabor
        The fit to the plane, or None where there are too few taps.
    gradient
        Direction in which the plane changes, and how much in that one only.
    peak
        Frequency and angle of the largest value of the plane's spectrum.
    aliased
        Share of the energy beyond what the stride carries; None where no stride is known.
    operator
        What the plane computes, as of any kernel, for taps within `SLACK` of the largest; None for a dead filter.
    nearest
        The kernel of the catalogue that explains most of the plane.
    neighbour
        The filter that it is most like.
    partner
        Number of the filter that is the same wave a quarter of a period on, or None.
    """

    number: int
    taps: NDArray[np.float64]
    relative_norm: float
    split: Split
    separability: float
    dc_share: float
    balance: float
    ramp_share: float
    even_share: float
    round_share: float
    symmetry: Symmetry
    gabor: Gabor | None
    gradient: Direction
    peak: tuple[float, float]
    aliased: float | None
    operator: Identification | None
    nearest: Nearest | None
    neighbour: Neighbour | None
    partner: int | None

    @property
    def is_fitted(self) -> bool:
        """Whether the Gabor fit is good enough to be read."""
        return self.gabor is not None and self.gabor.r_squared >= GOOD_FIT

    @property
    def has_phase(self) -> bool:
        """Whether the fit is good and no number of it that its phase depends on is at a limit."""
        return self.is_fitted and self.gabor is not None and not self.gabor.at_limit

    @property
    def is_wave(self) -> bool:
        """Whether the fit is good, with a cycle or more under its Gaussian: its frequency then means something."""
        return self.is_fitted and self.gabor is not None and self.gabor.cycles >= CYCLES

    @property
    def angle(self) -> float:
        """Direction in which it changes: of the fit where that is good, else of its gradients."""
        return self.gabor.angle if self.gabor is not None and self.is_fitted else self.gradient.angle

    @property
    def frequency(self) -> float:
        """Frequency of the fit where that is good, else of the largest value of the spectrum."""
        return self.gabor.frequency if self.gabor is not None and self.is_fitted else self.peak[0]

    @property
    def is_dead(self) -> bool:
        """Whether its norm is below `DEAD` of the largest."""
        return self.relative_norm < DEAD


def measure(layer: Layer, *, progress: Callable[[int, int], None] | None = None) -> tuple[Filter, ...]:
    """Measure every filter of a layer.

    Parameters
    ----------
    layer
        From `kernelkit.inspection.layer.first_layer`.
    progress
        Is told, before each filter, how many are done and of how many.

    Notes
    -----
    A filter of 7 x 7 takes about 40 ms on one core, one of 11 x 11 about 60 ms, most of it the fit and the operator.
    """
    import numpy as np

    norms = np.array([_norm(taps) for taps in layer.weights])
    largest = float(norms.max(initial=0)) or 1.0
    splits = [split(taps) for taps in layer.weights]
    fits: list[Gabor | None] = []
    for number, (part, norm) in enumerate(zip(splits, norms, strict=True)):
        if progress is not None:
            progress(number, len(norms))
        fits.append(None if norm < DEAD * largest else fit_gabor(part.plane))
    pairs = phase_pairs(fits, [part.mix for part in splits])
    partner = {a: b for pair in pairs for a, b in (pair, pair[::-1])}
    alike = neighbours(layer.weights)
    return tuple(
        _measured(
            layer,
            number,
            splits[number],
            float(norms[number] / largest),
            fits[number],
            alike[number],
            partner.get(number),
        )
        for number in range(len(norms))
    )


def _norm(taps: NDArray[np.float64]) -> float:
    largest = float(abs(taps).max())
    return largest * math.sqrt(float(((taps / largest) ** 2).sum())) if largest else 0.0


def _measured(
    layer: Layer,
    number: int,
    part: Split,
    relative: float,
    fit: Gabor | None,
    neighbour: Neighbour | None,
    partner: int | None,
) -> Filter:
    import numpy as np

    unit = float(abs(part.plane).max()) or 1.0
    plane = part.plane / unit
    is_dead = relative < DEAD
    values = np.linalg.svd(plane, compute_uv=False)
    energy = float((plane**2).sum()) or 1.0
    size = float(abs(plane).sum()) or 1.0
    return Filter(
        number=number,
        taps=layer.weights[number],
        relative_norm=relative,
        split=part,
        separability=float(values[0] ** 2) / energy,
        dc_share=float(plane.sum() ** 2) / plane.size / energy,
        balance=abs(float(plane.sum())) / size,
        ramp_share=ramp_share(plane),
        even_share=float((((plane + plane[::-1, ::-1]) / 2) ** 2).sum()) / energy,
        round_share=_roundness(plane, fit),
        symmetry=symmetry(plane),
        gabor=fit,
        gradient=direction(plane),
        peak=spectral_peak(plane),
        aliased=None if layer.stride is None else aliased_share(layer.weights[number], layer.stride),
        operator=None if is_dead else identify(part.plane, tolerance=Fraction(unit) * SLACK),
        nearest=None if is_dead else _in_units(nearest_named(plane), unit),
        neighbour=neighbour,
        partner=partner,
    )


def _roundness(plane: NDArray[np.float64], fit: Gabor | None) -> float:
    """Return the share in rings about the middle, or about the centre of the fit where that is not near the rim."""
    found = round_share(plane)
    if fit is not None and all(
        abs(off) <= size / 4 for off, size in zip((fit.y, fit.x), plane.shape, strict=True)
    ):
        found = max(found, round_share(plane, (fit.y, fit.x)))
    return found


def _in_units(found: Nearest | None, unit: float) -> Nearest | None:
    return None if found is None else Nearest(found.name, found.motion, found.scale * unit, found.r_squared)


def ramp_share(plane: NDArray[np.float64]) -> float:
    """Return the share of a plane's energy in the ramp ``a x + b y`` about the middle of its window.

    Examples
    --------
    >>> import numpy as np
    >>> ramp_share(np.array([[-1.0, 0, 1], [-1, 0, 1], [-1, 0, 1]]))
    1.0
    """
    import numpy as np

    energy = float((plane**2).sum())
    if not energy:
        return 0.0
    explained = 0.0
    for axis, size in enumerate(plane.shape):
        ramp = np.arange(size) - (size - 1) / 2
        along = plane.sum(axis=1 - axis)
        length = float((ramp**2).sum()) * plane.shape[1 - axis]
        explained += float(ramp @ along) ** 2 / length if length else 0.0
    return min(1.0, explained / energy)


def round_share(plane: NDArray[np.float64], centre: tuple[float, float] = (0.0, 0.0)) -> float:
    """Return the share of a plane's energy in the means of rings, two thirds of a pixel wide, about a centre.

    ``centre`` is (y, x) in pixels from the middle of the window.

    Examples
    --------
    >>> import numpy as np
    >>> round_share(np.array([[0.0, 1, 0], [1, -4, 1], [0, 1, 0]]))
    1.0
    """
    import numpy as np

    energy = float((plane**2).sum())
    if not energy:
        return 0.0
    y, x = np.mgrid[: plane.shape[0], : plane.shape[1]].astype(float)
    middle = [(size - 1) / 2 + off for size, off in zip(plane.shape, centre, strict=True)]
    # the rings of a 3 x 3 window are its middle, its sides and its corners
    ring = np.floor(np.hypot(y - middle[0], x - middle[1]) * 1.5 + 0.25).astype(int).ravel()
    counts = np.bincount(ring)
    sums = np.bincount(ring, plane.ravel())
    return min(1.0, float((sums[counts > 0] ** 2 / counts[counts > 0]).sum()) / energy)
