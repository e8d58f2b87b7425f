"""Gaussians by recursions, whose cost does not depend on their width: a stated approximation, never chosen silently.

One side of a Gaussian, or of its derivative, is close to a sum of few complex exponentials, and a sum with exponential
weights is one multiplication a sample: ``z <- p z + x``.  The exponents come from the singular vectors of a Hankel
matrix of the function's samples; the weights, for each width, from least squares against the taps themselves, under
the conditions that gains are exact.
"""

from __future__ import annotations

import math
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple, SupportsIndex

from kernelkit.catalogue.gaussian import gaussian as gaussian_kernel
from kernelkit.errors import InputError, LimitError, UnknownNameError
from kernelkit.exact.kernel import Kernel
from kernelkit.filtering import native_engine
from kernelkit.filtering.apply import apply, output_for, unmasked
from kernelkit.filtering.boundary import EXTENSIONS, sources
from kernelkit.filtering.engine import aligned
from kernelkit.filtering.libraries import library_of
from kernelkit.filtering.plan import as_tuple, axes_of, each, positive
from kernelkit.filtering.scipy_engine import extended_along

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    from kernelkit.filtering.boundary import Extension
    from kernelkit.filtering.plan import Axis

    Array = NDArray[Any]

NARROW = 2.0
"""Sigma, in samples, below which taps are summed one by one: they are few, and exponentials too smooth for them."""

WIDEST = 1000.0
"""Sigma, in samples, above which single precision forgets what recursions remember."""

LEAST, MOST = 1e-100, 1e100
"""Spacings whose squares are numbers, too."""

PAIRS = (2, 3, 3)
"""Of conjugate exponentials, by order of the derivative: the least that keep the error below 1e-3 on an axis."""

REACH = 8.0
"""Sigmas that lines go on beyond the border, from where on they stay as they are; exponentials are below 2e-6 there."""

FINE = 10
"""Samples a sigma that exponents are found from; half as many, or four times, change errors by a quarter at most."""


def gaussian(
    image: ArrayLike,
    sigma: float | Sequence[float],
    *,
    order: int | Sequence[int] = 0,
    axis: Axis = None,
    boundary: Extension = "reflect",
    spacing: float | Sequence[float] = 1.0,
    out: Array | None = None,
) -> Array:
    """Smooth with a Gaussian, or take its derivative, at a cost that does not depend on sigma.

    Recursions stand for the sampled Gaussian.  Of images within ``[0, 1]`` smoothing differs from it by at most 3e-4 an
    axis; a first or second derivative by at most 1e-4 or 1e-3 of its largest value that any such image has.  Constants
    stay what they are, to the last digit, and have no derivatives; a ramp has its slope, ``x^2`` its second derivative.
    Along axes on which sigma is below two samples taps are summed one by one: those of the catalogue's sampled
    Gaussian.

    Recursions are faster than taps from a sigma of about five samples.  Their price is that a sample that is no finite
    number spoils its whole line, along every axis in turn; in single precision one beyond 1e35 does, too.

    Parameters
    ----------
    image
        Real samples, of any number of axes.  Whole numbers become float64; float32 stays float32.
    sigma
        Standard deviation in units of the spacing, one number or one an axis: at most 1000 samples.
    order
        Of the derivative, 0, 1 or 2: one number or one an axis.
    axis
        The axes that are filtered, all without them.
    boundary
        How the image goes on beyond its border: one of `kernelkit.filtering.boundary.EXTENSIONS` but ``valid``.
    spacing
        Distance of neighbouring samples, one number or one an axis.
    out
        Where to: float32 or float64, of the image's shape.

    Returns
    -------
    :
        ``out``, or an array of the image's shape.

    Raises
    ------
    InputError
        Sigmas or spacings that are not positive, orders above 2, an image of another library than NumPy, or one with
        missing samples.
    LimitError
        A sigma above 1000 samples, or a spacing below 1e-100 or above 1e100.
    ShapeError
        Axes or an ``out`` that do not fit.
    UnknownNameError
        Another boundary.

    References
    ----------
    Deriche, Recursively implementing the Gaussian and its derivatives, INRIA RR-1893 (1993): the form of the
    recursions.  Kung, A new identification and model reduction algorithm via singular value decompositions, Asilomar
    Conference (1978): their exponents.

    Examples
    --------
    >>> import numpy as np
    >>> ramp = 3.0 * np.arange(400)
    >>> round(float(gaussian(ramp, 10, order=1)[200]), 6)
    3.0
    >>> bool((gaussian(np.full((5, 6), 0.1), 100) == 0.1).all())
    True
    """
    if library_of(image) != "numpy":
        raise InputError("recursions are for arrays of NumPy", next="numpy.asarray(image)")
    if boundary not in EXTENSIONS or boundary == "valid":
        raise UnknownNameError(
            f"a recursion knows no boundary {boundary!r}",
            why="it has no end, so it asks for samples beyond every border",
            next=f"one of {', '.join(name for name in EXTENSIONS if name != 'valid')}",
        )
    array, mask = unmasked(image, None)
    if mask is not None:
        raise InputError(
            "recursions know no missing samples",
            why="each answer is made of all samples of a line",
            next="kernelkit.filtering.apply.apply with a Gaussian kernel and the mask",
        )
    lines = _lines(array.ndim, sigma, order, axis, spacing)
    result = output_for(out, array.shape, array)
    work = result if result.flags.carray else aligned(result.shape, result.dtype)
    for line in lines:
        if line.samples < NARROW:
            kernel = _taps(line.samples, line.order)
            array = apply(kernel, array, axis=line.axis, spacing=line.spacing, boundary=boundary)
    for line in lines:
        if line.samples >= NARROW:
            _filter(array, line, boundary, work)
            array = work
    if array is not result:
        result[...] = array
    return result


class Line(NamedTuple):
    """What happens along one axis; the width is in samples."""

    axis: int
    samples: float
    order: int
    spacing: float


def _lines(
    count: int,
    sigma: float | Sequence[float],
    order: int | Sequence[int],
    axis: Axis,
    spacing: float | Sequence[float],
) -> list[Line]:
    chosen = tuple(range(count)) if axis is None else as_tuple(axis)
    chosen = chosen if isinstance(chosen, tuple) else (chosen,)
    axes = axes_of(Kernel({(0,) * max(len(chosen), 1): 1}), (1,) * count, chosen)
    sigmas, steps = _positive("sigma", sigma, len(axes)), _positive("spacing", spacing, len(axes))
    orders = each("values of order", order, len(axes))
    if not all(isinstance(one, SupportsIndex) and 0 <= one.__index__() <= 2 for one in orders):
        raise InputError(f"an order is 0, 1 or 2, or one an axis, not {order!r}", next="order=1")
    lines = [
        Line(place, width / step, one.__index__(), step)
        for place, width, one, step in zip(axes, sigmas, orders, steps, strict=True)
    ]
    widest = max(line.samples for line in lines)
    if widest > WIDEST:
        raise LimitError(
            f"a sigma of {widest:g} samples is too large for recursions",
            why=f"the limit is {WIDEST:g} samples",
            next="smooth and subsample first",
        )
    if not all(LEAST <= step <= MOST for step in steps):
        raise LimitError(
            "the spacing is so small, or so large, that results leave the range of numbers",
            next="a unit in which the spacing is nearer to 1",
        )
    return lines


def _positive(name: str, given: object, count: int) -> tuple[float, ...]:
    found = positive(each(f"values of {name}", given, count))
    if found is None:
        raise InputError(f"{name} is a positive number, or one an axis, not {given!r}", next=f"{name}=2.5")
    return found


@lru_cache(64)
def _taps(sigma: float, order: int) -> Kernel:
    return gaussian_kernel("x" * order, sigma=Fraction(sigma), form="sampled").kernel


def _filter(image: Array, line: Line, extension: str, out: Array) -> None:
    """Fill out, which may be the image itself, by recursions along one axis."""
    import numpy as np

    recursion, table, beyond = _told(line, image.shape[line.axis], extension, out.dtype.char)
    with np.errstate(all="ignore"):  # what is infinite or no number stays so, in silence
        if not native_engine.recursive(image, line.axis, table, beyond, out):
            _by_scipy(image, line, recursion, extension, out)


@lru_cache(64)
def _told(
    line: Line, samples: int, extension: str, precision: str
) -> tuple[Recursion, Array, tuple[Array, Array]]:
    """Return the recursion of a line; its numbers, in units of the spacing; and the samples beyond both ends."""
    import numpy as np

    found, unit = _recursion(line.samples, line.order, precision), line.spacing**line.order
    poles, weights, reach = found.poles, found.weights / unit, math.ceil(REACH * line.samples)
    pairs = np.transpose([poles.real, poles.imag, weights.real, weights.imag])
    return (
        found,
        np.concatenate([[found.centre / unit, found.sign, line.order == 0], pairs.ravel()]),
        (sources(extension, samples, -reach, 0), sources(extension, samples, samples, samples + reach)),
    )


class Recursion(NamedTuple):
    """``out = centre x + Re sum weights (z_above + sign z_below)``, where the states remember all samples on a side."""

    centre: float
    sign: float
    poles: Array
    weights: Array


@lru_cache(256)
def _recursion(sigma: float, order: int, precision: str) -> Recursion:
    """Fit a recursion to the sampled Gaussian or its derivative: taps nearest in least squares whose gains are exact.

    Poles are rounded to the precision they are used in first, so that the weights know what they are.
    """
    import numpy as np

    exact = np.exp(-_exponents(order) / sigma)
    poles = exact.real.astype(precision) + 1j * exact.imag.astype(precision).astype(float)
    half = np.arange(1, math.ceil(REACH * sigma) + 1)
    bell = np.exp(-0.5 * (half / sigma) ** 2)
    top = 1 / (1 + 2 * bell.sum())
    centre = (top, 0.0, -top / sigma**2)[order]
    # in units of sigma, in which all numbers are near 1
    wanted = top * sigma * bell * (half**0, half / sigma, (half / sigma) ** 2 - 1)[order]
    powers = poles ** (half[:, None] - 1)
    sums = [
        1 / (1 - poles) / sigma,
        1 / (1 - poles) ** 2 / sigma**2,
        (1 + poles) / (1 - poles) ** 3 / sigma**3,
    ]
    gains, values = (
        ([sums[0]], [(1 - centre) / 2]),
        ([sums[1]], [0.5]),
        ([sums[0], sums[2]], [-centre * sigma**2 / 2, 1.0]),
    )[order]
    parts = _nearest(_split(powers), wanted, _split(np.array(gains)), np.array(values))
    weights = (parts[: len(poles)] + 1j * parts[len(poles) :]) / sigma ** (order + 1)
    return Recursion(centre, -1.0 if order == 1 else 1.0, poles, weights)


def _split(factors: Array) -> Array:
    """Return the real matrix that gives, of real and imaginary parts, the real part of what a complex one gives."""
    import numpy as np

    return np.hstack([factors.real, -factors.imag])


def _nearest(matrix: Array, wanted: Array, conditions: Array, values: Array) -> Array:
    """Return the least squares solution under conditions."""
    import numpy as np

    basis, triangle = np.linalg.qr(matrix)
    turned = np.linalg.solve(triangle.T, conditions.T).T
    free = basis.T @ wanted
    return np.linalg.solve(triangle, free + np.linalg.pinv(turned) @ (values - turned @ free))


@lru_cache
def _exponents(order: int) -> Array:
    """Return the exponents, in units of sigma, whose exponentials make up one side of a Gaussian or its derivative.

    They are those by which the largest singular vectors of the Hankel matrix of its samples go on (Kung 1978), one of
    each conjugate pair.
    """
    import numpy as np

    size, kept = math.ceil(FINE * REACH), 2 * PAIRS[order]
    u = (np.arange(2 * size - 1) + 0.5) / FINE
    side = np.exp(-0.5 * u**2) * (u**0, u, u**2 - 1)[order]
    vectors = np.linalg.svd(np.lib.stride_tricks.sliding_window_view(side, size))[0][:, :kept]
    found = -FINE * np.log(np.linalg.eigvals(np.linalg.lstsq(vectors[:-1], vectors[1:])[0]).astype(complex))
    return np.sort_complex(found[found.imag > 0])


def _by_scipy(image: Array, line: Line, recursion: Recursion, extension: str, out: Array) -> None:
    """Filter where there is no extension."""
    import numpy as np
    from scipy import signal  # type: ignore[import-untyped]  # scipy ships no types

    samples, reach = image.shape[line.axis], math.ceil(REACH * line.samples)
    wide = np.moveaxis(
        extended_along(image, line.axis, extension, -reach, samples + reach), line.axis, -1
    ).astype(float)
    first = wide[..., reach, None].copy()
    wide -= first
    below, above = slice(reach - 1, reach - 1 + samples), slice(reach + 1, reach + 1 + samples)
    whole = recursion.centre * wide[..., reach : reach + samples]
    for pole, weight in zip(recursion.poles, recursion.weights, strict=True):
        there, back = (
            signal.lfilter([1], [1, -pole], way, zi=pole / (1 - pole) * way[..., :1])[0]
            for way in (wide, wide[..., ::-1])
        )
        whole += (weight * (back[..., ::-1][..., above] + recursion.sign * there[..., below])).real
    whole /= line.spacing**line.order
    if line.order == 0:
        whole += first
    np.moveaxis(out, line.axis, -1)[...] = whole
