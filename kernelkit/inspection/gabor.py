"""Fits of one Gabor function to a plane of taps: a wave under a Gaussian, with the share of the energy it explains.

Model, at column x and row y counted in pixels from the middle of the window, y downwards::

    offset + amplitude * exp(-u^2 / (2 sigma_along^2) - v^2 / (2 sigma_across^2)) * cos(2 pi frequency u + phase)
    u = (x - x0) cos(angle) - (y - y0) sin(angle)        along the wave
    v = (x - x0) sin(angle) + (y - y0) cos(angle)        across it

The angle therefore counts counter-clockwise as one looks at the picture, from the direction of growing columns; it is
the direction in which the wave runs, so a vertical bar has the angle 0.
"""

from __future__ import annotations

import functools
import itertools
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

from kernelkit.errors import InputError, LimitError, ShapeError
from kernelkit.learning.shapes import one_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

Offset = Literal["none", "fit"]
"""Whether a constant is fitted beside the wave."""

FEWEST_TAPS = 25
"""Taps from which on a fit of eight numbers says anything: below 5 x 5 noise is fitted nearly as well as a wave."""

LARGEST_SIDE = 64
"""Taps along one axis; filters that are fitted are small."""

STARTS = 3
"""Best of the tabled waves from which the fit begins."""

_ANGLES = 12
_PERIODS = (0.08, 0.11, 0.16, 0.22, 0.3, 0.4, 0.48)
"""Frequencies of the tabled waves, in cycles per pixel, beside those of half a cycle and one in the window."""

_WIDTHS = ((0.12, 0.12), (0.12, 0.24), (0.22, 0.22), (0.22, 0.4), (0.4, 0.4))
"""Deviations of the tabled Gaussians along and across, over the longer side of the window."""

_PLACES = (-0.22, 0.0, 0.22)
"""Their centres, over the sides of the window."""

_NARROWEST = 0.35
"""Smallest deviation in pixels: a narrower Gaussian is a single tap."""

_WIDEST = 2.0
"""Largest deviation over the longer side: a wider one is flat across the window."""

_EVALUATIONS = 300

_AT_END = 0.02
"""Share of the range of frequencies at either end that counts as its end."""


@dataclass(frozen=True, slots=True)
class Gabor:
    """A fitted Gabor function.

    Attributes
    ----------
    amplitude
        Height of the Gaussian in the unit of the taps, 0 or more.
    x, y
        Its centre in pixels from the middle of the window, x to the right and y downwards.
    sigma_along, sigma_across
        Its standard deviations in pixels, along the wave and across it.
    angle
        Direction of the wave in degrees, counter-clockwise as the picture is seen, from 0 to below 180.
    frequency
        Cycles per pixel.
    phase
        Phase at the centre in degrees, above -180 to 180: 0 is even and bright, 180 even and dark, 90 and -90 odd.
    offset
        The fitted constant; 0 where none was fitted.
    r_squared
        1 minus the sum of squared residuals over the sum of squared taps: the share of the energy about zero that is
        explained, not the variance about the mean.
    at_limit
        Whether the deviation along the wave is the window's side or more, the centre beyond the outer taps, or the
        frequency at an end of its range: centre and phase then trade for each other, and neither means anything.
    """

    amplitude: float
    x: float
    y: float
    sigma_along: float
    sigma_across: float
    angle: float
    frequency: float
    phase: float
    offset: float
    r_squared: float
    at_limit: bool

    @property
    def parity(self) -> str:
        """``"even"`` where the phase is nearer to 0 or 180 degrees than to 90 or -90, else ``"odd"``."""
        return "even" if abs(math.cos(math.radians(self.phase))) >= math.sqrt(0.5) else "odd"

    @property
    def cycles(self) -> float:
        """Cycles of the wave within two deviations to either side of the centre."""
        return 4 * self.sigma_along * self.frequency

    def on(self, shape: tuple[int, int]) -> Floats:
        """Return the taps of the fitted function on a window of (rows, columns)."""
        import numpy as np

        y, x = _grid(shape)
        c, s = math.cos(math.radians(self.angle)), math.sin(math.radians(self.angle))
        u, v = (x - self.x) * c - (y - self.y) * s, (x - self.x) * s + (y - self.y) * c
        gaussian = np.exp(-(u**2) / (2 * self.sigma_along**2) - v**2 / (2 * self.sigma_across**2))
        wave = np.cos(2 * math.pi * self.frequency * u + math.radians(self.phase))
        taps: Floats = (self.offset + self.amplitude * gaussian * wave).reshape(shape)
        return taps


def fit_gabor(plane: ArrayLike, *, offset: Offset = "none") -> Gabor | None:
    """Fit a Gabor function to one plane of taps.

    All waves of a fixed table are compared with the taps first, each with its best amplitude and phase; the fit by
    Levenberg and Marquardt begins at the best few that differ.  No random number is drawn.

    Parameters
    ----------
    plane
        Taps of one filter, (rows, columns).
    offset
        "fit" also fits a constant.

    Returns
    -------
    Gabor or None
        None for a plane of fewer than `FEWEST_TAPS` taps, on which eight numbers fit anything, or of zeros.

    Raises
    ------
    ShapeError
        Not a plane.
    InputError
        Taps that are no finite numbers.
    LimitError
        More than `LARGEST_SIDE` taps along an axis.

    Examples
    --------
    >>> import numpy as np
    >>> y, x = np.mgrid[-4:5, -4:5]
    >>> found = fit_gabor(np.exp(-(x**2 + y**2) / 8) * np.cos(2 * np.pi * x / 4))
    >>> round(found.angle % 180), round(1 / found.frequency, 3), found.parity, f"{found.r_squared:.3f}"
    (0, 4.0, 'even', '1.000')
    """
    import numpy as np

    taps = np.asarray(plane, dtype=float)
    one_of(offset, get_args(Offset), what="offset")
    if taps.ndim != 2:
        raise ShapeError(f"a plane has 2 axes, not the shape {taps.shape}", next="fit each channel alone")
    if not np.isfinite(taps).all():
        raise InputError("taps to be fitted are finite numbers", next="replace NaN and infinity")
    if max(taps.shape) > LARGEST_SIDE:
        raise LimitError(
            f"a plane of {taps.shape[0]} x {taps.shape[1]} taps is too large to fit",
            why=f"the limit is {LARGEST_SIDE} along an axis",
            next="cut out the part that is not zero",
        )
    largest = float(abs(taps).max(initial=0))
    if taps.size < FEWEST_TAPS or min(taps.shape) < 3 or not largest:
        return None
    scaled = (taps / largest).ravel()
    tries = [_improved(start, scaled, taps.shape, offset) for start in _starts(scaled, taps.shape)]
    _, best = min(tries, key=lambda pair: pair[0])
    return _named(best, scaled, taps.shape, largest)


@dataclass(frozen=True, slots=True)
class _Box:
    """Limits of the numbers that are fitted, each reached only in the limit by a free variable."""

    half_width: float
    half_height: float
    longest: int

    def sigma(self, free: float) -> tuple[float, float]:
        """Return a deviation and the derivative of its logarithm."""
        low, high = math.log(_NARROWEST), math.log(_WIDEST * self.longest)
        share = _share(free)
        return math.exp(low + (high - low) * share), (high - low) * share * (1 - share)

    def frequency(self, free: float, angle: float) -> tuple[float, float, float]:
        """Return a frequency, and its derivatives by the free variable and by the angle."""
        c, s = math.cos(angle), math.sin(angle)
        reach = max(abs(c), abs(s))
        low, high, share = 1 / (8 * self.longest), 0.5 / reach, _share(free)
        turn = -math.copysign(s, s * c) if abs(c) >= abs(s) else math.copysign(c, s * c)
        return (
            low + (high - low) * share,
            (high - low) * share * (1 - share),
            -share * high / reach * turn if s * c else 0.0,
        )


def _share(free: float) -> float:
    return 1 / (1 + math.exp(-min(max(free, -30.0), 30.0)))


def _free(share: float) -> float:
    within = min(max(share, 1e-3), 1 - 1e-3)
    return math.log(within / (1 - within))


def _grid(shape: tuple[int, ...]) -> tuple[Floats, Floats]:
    """Return rows and columns in pixels from the middle, one entry a tap."""
    import numpy as np

    y, x = np.mgrid[: shape[0], : shape[1]].astype(float)
    return (y - (shape[0] - 1) / 2).ravel(), (x - (shape[1] - 1) / 2).ravel()


@functools.lru_cache(maxsize=8)
def _table(shape: tuple[int, int]) -> tuple[Floats, Floats, Floats]:
    """Return tabled waves as orthonormal pairs, (waves, taps) each, and x, y, sigmas, angle and frequency of each."""
    import numpy as np

    y, x = _grid(shape)
    longest = max(shape)
    frequencies = sorted({0.5 / longest, 1 / longest, *(f for f in _PERIODS if f > 1.2 / longest)})
    kinds = np.array(
        [
            (px * shape[1], py * shape[0], along * longest, across * longest, math.pi * k / _ANGLES, f)
            for px, py, (along, across), k, f in itertools.product(
                _PLACES, _PLACES, _WIDTHS, range(_ANGLES), frequencies
            )
        ]
    )
    x0, y0, along, across, angle, frequency = (column[:, None] for column in kinds.T)
    u = (x - x0) * np.cos(angle) - (y - y0) * np.sin(angle)
    v = (x - x0) * np.sin(angle) + (y - y0) * np.cos(angle)
    gaussian = np.exp(-(u**2) / (2 * along**2) - v**2 / (2 * across**2))
    even, odd = (gaussian * wave(2 * math.pi * frequency * u) for wave in (np.cos, np.sin))
    even /= np.linalg.norm(even, axis=1, keepdims=True)
    odd -= (odd * even).sum(1, keepdims=True) * even
    odd /= np.maximum(np.linalg.norm(odd, axis=1, keepdims=True), 1e-9)
    return even, odd, kinds


def _starts(taps: Floats, shape: tuple[int, int]) -> list[Floats]:
    """Return the tabled waves that explain most, each unlike the ones before it."""
    import numpy as np

    even, odd, kinds = _table(shape)
    explained = (even @ taps) ** 2 + (odd @ taps) ** 2
    found: list[Floats] = []
    for place in np.argsort(-explained, kind="stable"):
        kind = kinds[place]
        if all(_unlike(kind, other, max(shape)) for other in found):
            found.append(kind)
        if len(found) == STARTS:
            break
    return found


def _unlike(one: Floats, other: Floats, longest: int) -> bool:
    """Whether two tabled waves differ in direction, in frequency, or much in place."""
    turn = abs(one[4] - other[4]) % math.pi
    return bool(
        min(turn, math.pi - turn) > math.pi / 7
        or max(one[5], other[5]) > 1.6 * min(one[5], other[5])
        or math.hypot(one[0] - other[0], one[1] - other[1]) > 0.3 * longest
    )


def _improved(start: Floats, taps: Floats, shape: tuple[int, int], offset: Offset) -> tuple[float, Floats]:
    """Return the sum of squared residuals and the numbers fitted from one start."""
    import numpy as np
    from scipy.optimize import least_squares  # type: ignore[import-untyped]

    y, x = _grid(shape)
    box = _Box(shape[1] / 2, shape[0] / 2, max(shape))
    low, high = math.log(_NARROWEST), math.log(_WIDEST * box.longest)
    reach = 0.5 / max(abs(math.cos(start[4])), abs(math.sin(start[4])))
    floor = 1 / (8 * box.longest)
    free = [
        math.atanh(start[0] / box.half_width),
        math.atanh(start[1] / box.half_height),
        _free((math.log(start[2]) - low) / (high - low)),
        _free((math.log(start[3]) - low) / (high - low)),
        start[4],
        _free((start[5] - floor) / (reach - floor)),
    ]
    bare = _model(np.array([*free, 1.0, 0.0]), x, y, box)[1]
    basis = bare[:, 6:8]
    linear = np.linalg.lstsq(basis, taps, rcond=None)[0]
    begin = np.array([*free, *linear, *([0.0] * (offset == "fit"))])
    # value and slopes are asked for one after the other at the same place
    last: list[tuple[Floats, Floats, Floats]] = []

    def at(numbers: Floats) -> tuple[Floats, Floats]:
        if not last or not np.array_equal(last[0][0], numbers):
            last[:] = [(numbers.copy(), *_model(numbers, x, y, box))]
        return last[0][1], last[0][2]

    done = least_squares(
        lambda numbers: at(numbers)[0] - taps,
        begin,
        jac=lambda numbers: at(numbers)[1],
        method="lm",
        ftol=1e-9,
        xtol=1e-9,
        gtol=1e-12,
        max_nfev=_EVALUATIONS,
    )
    return float(2 * done.cost), done.x


def _model(numbers: Floats, x: Floats, y: Floats, box: _Box) -> tuple[Floats, Floats]:
    """Return the function at all taps and its derivatives (taps, numbers)."""
    import numpy as np

    tx, ty = math.tanh(numbers[0]), math.tanh(numbers[1])
    angle = float(numbers[4])
    along, by_along = box.sigma(float(numbers[2]))
    across, by_across = box.sigma(float(numbers[3]))
    frequency, by_frequency, by_turn = box.frequency(float(numbers[5]), angle)
    c, s, omega = math.cos(angle), math.sin(angle), 2 * math.pi * frequency
    dx, dy = x - box.half_width * tx, y - box.half_height * ty
    u, v = dx * c - dy * s, dx * s + dy * c
    gaussian = np.exp(-(u**2) / (2 * along**2) - v**2 / (2 * across**2))
    even, odd = gaussian * np.cos(omega * u), -gaussian * np.sin(omega * u)
    value = numbers[6] * even + numbers[7] * odd
    slope = numbers[6] * odd - numbers[7] * even  # the derivative by the phase, omega u
    by_u, by_v = slope * omega - value * u / along**2, -value * v / across**2
    columns = [
        -(by_u * c + by_v * s) * box.half_width * (1 - tx * tx),
        (by_u * s - by_v * c) * box.half_height * (1 - ty * ty),
        value * u**2 / along**2 * by_along,
        value * v**2 / across**2 * by_across,
        by_v * u - by_u * v + slope * u * 2 * math.pi * by_turn,
        slope * u * 2 * math.pi * by_frequency,
        even,
        odd,
    ]
    if len(numbers) > len(columns):
        columns.append(np.ones_like(x))
        value = value + numbers[8]
    return value, np.stack(columns, axis=1)


def _named(numbers: Floats, taps: Floats, shape: tuple[int, int], largest: float) -> Gabor:
    """Return fitted numbers under their names, the angle below 180 degrees."""
    y, x = _grid(shape)
    box = _Box(shape[1] / 2, shape[0] / 2, max(shape))
    value, _ = _model(numbers, x, y, box)
    angle = math.degrees(numbers[4]) % 360
    phase = math.degrees(math.atan2(numbers[7], numbers[6]))
    if angle >= 180:
        # the same wave, seen the other way round
        angle, phase = angle - 180, -phase
    centre = box.half_width * math.tanh(numbers[0]), box.half_height * math.tanh(numbers[1])
    along = box.sigma(float(numbers[2]))[0]
    return Gabor(
        amplitude=largest * math.hypot(numbers[6], numbers[7]),
        x=centre[0],
        y=centre[1],
        sigma_along=along,
        sigma_across=box.sigma(float(numbers[3]))[0],
        angle=angle,
        frequency=box.frequency(float(numbers[5]), float(numbers[4]))[0],
        phase=180.0 if phase <= -180 else phase,
        offset=largest * float(numbers[8]) if len(numbers) > 8 else 0.0,
        r_squared=1 - float(((value - taps) ** 2).sum() / (taps**2).sum()),
        at_limit=along >= box.longest
        or abs(centre[0]) > box.half_width - 0.5
        or abs(centre[1]) > box.half_height - 0.5
        or not _AT_END <= _share(float(numbers[5])) <= 1 - _AT_END,
    )
