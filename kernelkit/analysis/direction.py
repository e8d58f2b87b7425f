"""Direction: by how much a gradient kernel turns the direction of a wave or of an edge."""

from __future__ import annotations

import math
import numbers
from typing import TYPE_CHECKING

from kernelkit.analysis.step_edge import half_plane_shares
from kernelkit.analysis.symbol import as_floats
from kernelkit.errors import InputError, LimitError, ShapeError
from kernelkit.exact.certify import certify
from kernelkit.exact.functional import derivative
from kernelkit.exact.kernel import Kernel
from kernelkit.exact.rational import counted

if TYPE_CHECKING:
    from collections.abc import Callable
    from fractions import Fraction

    import numpy as np
    from numpy.typing import ArrayLike, NDArray

    Pair = tuple[NDArray[np.float64], NDArray[np.float64]]

DIRECTIONS = 720
"""Directions over an eighth of a turn in which the largest error is looked for before it is refined."""

WIDEST = 200
"""Samples that a kernel may reach: the directions that are looked at miss nothing of narrower ones."""

_LOOKED_AT = 8
_ZOOM = 8
_ROUNDS = 12
"""Best samples that are looked at closer, samples to either side of each, and how often: to 1e-9 of a step."""


def direction_error_coefficient(kernel: Kernel) -> Fraction | None:
    """Return the exact coefficient with which the direction error of a gradient kernel starts.

    With the kernel along x, and its transpose along y, the direction of a plane wave of wave number w in
    direction phi is off by ``c4 w^2 sin(4 phi)`` radians and terms with w^4.  From the Taylor series at unit gain,
    ``d/dx + a d^3/dx^3 + b d^3/dxdy^2``, it is ``c4 = (a - b) / 4``: zero when the leading error is a
    Laplacian of d/dx.

    Parameters
    ----------
    kernel
        A kernel of the plane along x, of any gain.

    Returns
    -------
    Fraction or None
        None where the kernel is no multiple of a consistent d/dx, or neither odd in x nor even in y: its
        direction error does not start like that.

    Raises
    ------
    ShapeError
        The kernel is not in the plane.

    Examples
    --------
    >>> direction_error_coefficient(Kernel.from_array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]))
    Fraction(-1, 48)
    """
    gain = _gain(kernel)
    if gain is None or not _is_mirrored(kernel):
        return None
    return (kernel.moment((0, 3)) / 6 - kernel.moment((2, 1)) / 2) / gain / 4


def direction_error(kernel: Kernel, radius: float) -> float | None:
    """Return the largest direction error for plane waves of one wave number, in degrees.

    The kernel measures along x, its transpose along y.  Over all directions phi of a wave with ``|w| = radius``
    the error is the angle between the two answers and the wave: ``atan2(Hy, Hx) - phi``.

    Parameters
    ----------
    kernel
        A kernel of the plane along x, of any gain other than zero.
    radius
        Wave number in radians per sample, above 0 and at most pi.

    Returns
    -------
    float or None
        Degrees; None where the answer along some wave is negative, so that the direction turns round.

    Raises
    ------
    ShapeError, InputError, LimitError
        The kernel is not in the plane, no gradient along x or not odd, the radius is not in (0, pi], or the
        kernel reaches further than `WIDEST`.

    Notes
    -----
    Plane waves and step edges (`step_edge_error`) rank kernels differently: decide which of them your images
    are made of.

    Examples
    --------
    >>> import math
    >>> f"{direction_error(Kernel.from_array([[-3, 0, 3], [-10, 0, 10], [-3, 0, 3]]), math.pi / 2):.4f}"
    '0.2889'
    """
    import numpy as np

    answers = _answers(kernel, _checked_radius(radius))
    # with both mirror symmetries one eighth of the circle tells all
    eighths = 1 if _is_mirrored(kernel) else 8
    angles = np.linspace(0, eighths * np.pi / 4, eighths * DIRECTIONS + 1)
    along_x, along_y = answers(angles)
    if (along_x * np.cos(angles) + along_y * np.sin(angles) <= 0).any():
        return None
    return math.degrees(_greatest(lambda at: np.abs(_error(answers(at), at)), angles)[0])


def direction_error_curve(kernel: Kernel, radius: float, angles: ArrayLike) -> NDArray[np.float64]:
    """Return the direction error of plane waves in degrees, with its sign, for angles in radians.

    Parameters are those of `direction_error`; the answer has the shape of ``angles``, which run from x towards y.
    """
    import numpy as np

    at = np.asarray(angles)
    if at.dtype.kind not in "iuf" or not np.isfinite(at).all():
        raise InputError(
            "angles are finite real numbers, in radians", next="numpy.linspace(0, numpy.pi / 2, 91)"
        )
    return np.degrees(_error(_answers(kernel, _checked_radius(radius))(at), at))


def step_edge_error(kernel: Kernel) -> tuple[float, float]:
    """Return the largest direction error for an ideal step edge, and the angle of the edge, both in degrees.

    The edge is a half-plane through the centre of the middle pixel, and every pixel holds the exact share of
    its area that lies in it.  The angle is that of the normal of the edge, from x towards y; between 0 and 45
    degrees for a kernel that is even in y and odd in x, whose error repeats from there.

    Parameters
    ----------
    kernel
        A kernel of the plane along x with whole offsets, of any gain other than zero; its transpose is along y.

    Raises
    ------
    ShapeError, InputError
        The kernel is not in the plane, no gradient along x, or has offsets between samples.

    Notes
    -----
    Plane waves (`direction_error`) and step edges rank kernels differently.

    References
    ----------
    Davies, Circularity: a new principle underlying the design of accurate edge orientation operators, Image and
    Vision Computing 2 (1984), pp. 134-142, for the model.

    Examples
    --------
    >>> error, at = step_edge_error(Kernel.from_array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]))
    >>> f"{error:.3f} at {at:.1f}"
    '1.423 at 35.4'
    """
    import numpy as np

    sign = _sign(kernel)
    if any(x.denominator != 1 for offset, _ in kernel.taps for x in offset):
        raise InputError(
            "a step edge is looked at by kernels with whole offsets",
            next="direction_error() takes any offsets",
        )
    places, taps = as_floats(kernel)
    taps = taps * sign

    def error(at: NDArray[np.float64]) -> NDArray[np.float64]:
        # the transposed kernel sees what the kernel sees of the transposed picture
        along_x = half_plane_shares(places[:, 1], places[:, 0], at) @ taps
        along_y = half_plane_shares(places[:, 0], places[:, 1], at) @ taps
        return np.abs(_error((along_x, along_y), at))

    eighths = 1 if _is_mirrored(kernel) else 8
    angles = np.linspace(0, eighths * np.pi / 4, eighths * DIRECTIONS + 1)
    largest, place = _greatest(error, angles)
    return math.degrees(largest), math.degrees(place) % 360


def _is_mirrored(kernel: Kernel) -> bool:
    """Whether a kernel is even in y and odd in x."""
    even = Kernel.from_ordered(2, sorted(((-y, x), tap) for (y, x), tap in kernel.taps)) == kernel
    return even and Kernel.from_ordered(2, sorted(((y, -x), tap) for (y, x), tap in kernel.taps)) == -kernel


def _error(answers: Pair, at: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the angle from the true direction to the measured one, in radians, in (-pi, pi]."""
    import numpy as np

    along_x, along_y = answers
    turned_x = along_x * np.cos(at) + along_y * np.sin(at)
    turned_y = along_y * np.cos(at) - along_x * np.sin(at)
    return np.arctan2(turned_y, turned_x)


def _answers(kernel: Kernel, radius: float) -> Callable[[NDArray[np.float64]], Pair]:
    """Return a function of directions: the answers of the kernel and its transpose to waves, with positive gain.

    They are over i, and only the part in phase with the derivative of the wave: the odd part of the kernel.
    """
    import numpy as np

    sign = _sign(kernel)
    if kernel.symmetry != "odd":
        raise InputError(
            "the kernel is not odd, so its answers to a wave are out of phase and have no direction",
            why="only an odd kernel turns a cosine into a sine alone",
            next="the odd part is (kernel - kernel.flipped()) / 2; shifted() centres a kernel between samples",
        )
    offsets, taps = as_floats(kernel)
    if (abs(offsets) > WIDEST).any():
        raise LimitError(
            f"directions are measured of kernels that reach at most {WIDEST} samples",
            next="cut out the kernel",
        )
    taps = taps * sign

    def answers(angles: NDArray[np.float64]) -> Pair:
        y, x = radius * np.sin(angles)[..., None], radius * np.cos(angles)[..., None]
        along_x = np.sin(x * offsets[:, 1] + y * offsets[:, 0]) @ taps
        along_y = np.sin(y * offsets[:, 1] + x * offsets[:, 0]) @ taps
        return along_x, along_y

    return answers


def _greatest(
    error: Callable[[NDArray[np.float64]], NDArray[np.float64]], angles: NDArray[np.float64]
) -> tuple[float, float]:
    """Return the greatest value of a function on an arc and its place: the best samples, looked at ever closer."""
    import numpy as np

    centres = angles[np.argsort(-error(angles), kind="stable")[:_LOOKED_AT]]
    step = float(angles[1] - angles[0])
    near = np.linspace(-1, 1, 2 * _ZOOM + 1)
    for _ in range(_ROUNDS):
        places = centres[:, None] + step * near
        centres = places[np.arange(len(centres)), error(places).argmax(axis=1)]
        step /= _ZOOM / 2
    values = error(centres)
    return float(values.max()), float(centres[values.argmax()])


def _gain(kernel: Kernel) -> Fraction | None:
    if not isinstance(kernel, Kernel):
        raise InputError(
            f"directions are measured of a Kernel, not of {type(kernel).__name__}",
            next="Kernel.from_array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])",
        )
    if kernel.ndim != len("yx"):
        raise ShapeError(
            f"the direction of a gradient is measured in the plane, not on {counted(kernel.ndim, 'axis')}",
            next="take a plane of the kernel",
        )
    return certify(kernel, derivative((0, 1))).gain


def _sign(kernel: Kernel) -> int:
    gain = _gain(kernel)
    if gain is None:
        raise InputError(
            "the kernel is no gradient along x",
            why="its first moments are not those of a multiple of d/dx",
            next="identify(kernel) says what it computes; exchange the axes of a kernel along y",
        )
    return 1 if gain > 0 else -1


def _checked_radius(radius: object) -> float:
    # NumPy's floats of any precision are real numbers too
    if isinstance(radius, bool) or not isinstance(radius, numbers.Real) or not 0 < float(radius) <= math.pi:
        raise InputError(
            f"a wave number lies above 0 and is at most pi, not {radius!r}",
            next="math.pi / 2 is half of all waves",
        )
    return float(radius)
