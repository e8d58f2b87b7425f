"""Gabor kernels: a wave under a Gaussian, without an answer to flat images."""

from __future__ import annotations

import itertools
import math
from collections import Counter
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from kernelkit.catalogue.entry import Entry
from kernelkit.catalogue.family import Family, Parameter, check_odd_size
from kernelkit.catalogue.gaussian import LARGEST_SIGMA
from kernelkit.catalogue.irrational import HALF_UNIT, UNIT, ball, rounded, working_precision
from kernelkit.catalogue.member_name import member_name
from kernelkit.errors import InputError, LimitError
from kernelkit.exact.functional import from_polynomial
from kernelkit.exact.kernel import Kernel
from kernelkit.exact.kernel_moments import Moments
from kernelkit.exact.moments import factorial
from kernelkit.exact.nearest import nearest
from kernelkit.exact.rational import Exact, rational, whole, written

if TYPE_CHECKING:
    from kernelkit.exact.functional import Functional

MEANS = ("zero", "kept")
"""What is done about the answer to flat images."""

LARGEST_SIZE = 201
"""Samples along an axis."""

LARGEST_DEGREE = 16
"""Degree through which the moments of a kernel are looked at."""


@dataclass(frozen=True, slots=True)
class _Wave:
    """The numbers of a Gabor function: lengths in samples, angles in degrees."""

    wavelength: Fraction
    sigma: Fraction
    theta: Fraction
    gamma: Fraction
    psi: Fraction


def gabor(
    *,
    wavelength: Exact = 8,
    sigma: Exact = 4,
    theta: Exact = 0,
    gamma: Exact = Fraction(1, 2),
    psi: Exact = 0,
    size: int | None = None,
    mean: str = "zero",
) -> Entry:
    """Return a Gabor kernel in the plane.

    With u along the wave and v across it, the tap at an offset is
    ``exp(-(u^2 + gamma^2 v^2) / (2 sigma^2)) cos(2 pi u / wavelength - psi)``.

    A band-pass filter has no derivative to compute.  What it does to a smooth image is told by the first
    moments that are not zero, so `Entry.target` is the operator made of those, read from the taps: the gain
    is 1 and `Entry.kernel` the published taps themselves.

    Parameters
    ----------
    wavelength
        In samples, at least 2.
    sigma
        Deviation of the Gaussian along the wave, in samples, above 0 and at most 64.
    theta
        Direction in which the wave runs, in degrees from x towards y; y points down.
    gamma
        Deviation along the wave over that across it; 1 is round.
    psi
        Phase in degrees: 0 is even, 90 odd and positive where the signal rises along the wave.
    size
        Odd number of samples along both axes, at most 201; left out, it holds three deviations in every direction.
    mean
        ``zero`` takes the Gaussian times a constant away from the even part, so that flat images answer 0;
        ``kept`` leaves the samples as they are, which is what OpenCV's ``getGaborKernel`` returns.

    Raises
    ------
    InputError
        A wave shorter than two samples, an even size, or nothing left once the mean is gone.
    LimitError
        A sigma or size beyond the limits.

    References
    ----------
    Daugman, Uncertainty relation for resolution in space, spatial frequency, and orientation optimized by
    two-dimensional visual cortical filters, J. Opt. Soc. Am. A 2 (1985), pp. 1160-1169.

    Examples
    --------
    >>> odd = gabor(wavelength=4, sigma=1, psi=90, size=5)
    >>> odd.published.moment((0, 0)), odd.published.moment((0, 1)) > 0
    (Fraction(0, 1), True)
    """
    wave = _checked(wavelength, sigma, theta, gamma, psi)
    if mean not in MEANS:
        raise InputError(f"{mean!r} is nothing to do about a mean", next="mean='zero', or mean='kept'")
    radius = _radius(size, wave)
    envelope, even, odd = _sampled(wave, radius)
    published, precision = even + odd, UNIT
    if not published.taps:
        raise InputError(
            f"a wave of wavelength {written(wave.wavelength)} and phase {written(wave.psi)} is zero at all samples",
            why="it crosses zero at each of them, or its Gaussian is too narrow to reach one off the centre",
            next="psi=0 is even and not zero at the centre; longer waves are not zero everywhere at any phase",
        )
    if mean == "zero":
        mass = envelope.moment((0, 0))
        share = even.moment((0, 0)) / mass
        published -= envelope * share
        # the share is off by what all taps of both sums are off by, over the mass
        off = HALF_UNIT * abs(share) + (1 + abs(share)) * HALF_UNIT * (2 * radius + 1) ** 2 / mass
        precision += math.ceil(off / UNIT) * UNIT
    if all(abs(tap) <= precision for _, tap in published.taps):
        raise InputError(
            "nothing is left of the kernel without its mean",
            why="the wave is the same at all samples that its Gaussian reaches",
            next="take a larger sigma, or mean=kept",
        )
    target = leading_operator(published, precision)
    # what is left of terms that symmetry forbids is rounding: it goes with the least change of taps
    published = nearest(published, target)
    return Entry(
        name=member_name(
            "gabor" if size is None else f"gabor-{size}",
            "",
            (
                ("wavelength", wave.wavelength, 8),
                ("sigma", wave.sigma, 4),
                ("theta", wave.theta, 0),
                ("gamma", wave.gamma, Fraction(1, 2)),
                ("psi", wave.psi, 0),
                ("mean", mean, "zero"),
            ),
        ),
        title=f"Gabor kernel, wavelength {written(wave.wavelength)} at {written(wave.theta)} degrees",
        published=published,
        target=target,
        source="Daugman, J. Opt. Soc. Am. A 2 (1985), pp. 1160-1169",
        family="gabor",
        remarks=(
            "a band-pass filter: its target is the first operator in its Taylor series",
            "the Gaussian-weighted mean is subtracted"
            if mean == "zero"
            else "as sampled: flat images answer",
        ),
        precision=precision,
    )


def leading_operator(kernel: Kernel, precision: Fraction = Fraction(0)) -> Functional:
    """Return the first part of a kernel's Taylor series that is not zero.

    Parameters
    ----------
    kernel
        The taps.
    precision
        How far each tap may be off by rounding: terms that such a change explains are left out.

    Raises
    ------
    InputError
        All moments through degree `LARGEST_DEGREE` are zero.

    Examples
    --------
    >>> leading_operator(Kernel.from_array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])).name
    '8 d/dx'
    """
    moments, reaches = Moments(kernel), Moments(_spread(kernel))
    for degree in range(LARGEST_DEGREE + 1):
        terms = {
            alpha: moment / factorial(alpha)
            for (alpha, moment), (_, reach) in zip(moments[degree], reaches[degree], strict=True)
            if abs(moment) > precision * reach
        }
        if terms:
            return from_polynomial(terms, kernel.ndim)
    raise InputError(
        "nothing is left of the kernel", why="its moments are zero", next="take a larger size or sigma"
    )


def _spread(kernel: Kernel) -> Kernel:
    """Return the kernel whose moments say by how much those of another one move when each of its taps moves by 1."""
    counts = Counter(tuple(map(abs, offset)) for offset, _ in kernel.taps)
    return Kernel.from_ordered(kernel.ndim, sorted((place, Fraction(n)) for place, n in counts.items()))


def _checked(wavelength: Exact, sigma: Exact, theta: Exact, gamma: Exact, psi: Exact) -> _Wave:
    wave = _Wave(
        rational(wavelength, what="a wavelength"),
        rational(sigma, what="sigma"),
        rational(theta, what="an angle"),
        rational(gamma, what="gamma"),
        rational(psi, what="a phase"),
    )
    if wave.wavelength < 2:
        raise InputError(
            f"a wavelength of {written(wave.wavelength)} samples cannot be sampled",
            why="a wave shorter than two samples looks like a longer one",
            next="take wavelength=2 or more",
        )
    if wave.sigma <= 0 or wave.gamma <= 0:
        raise InputError("sigma and gamma of a Gabor kernel must be positive", next="sigma=4, gamma='1/2'")
    if wave.sigma > LARGEST_SIGMA:
        raise LimitError(f"sigma must not be above {LARGEST_SIGMA} samples", next="subsample the image first")
    return wave


def _radius(size: int | None, wave: _Wave) -> int:
    if size is None:
        radius = math.ceil(3 * max(wave.sigma, wave.sigma / wave.gamma))
        samples = 2 * radius + 1
    else:
        samples = whole(size, what="a size")
    if samples > LARGEST_SIZE:
        raise LimitError(
            f"a Gabor kernel has at most {LARGEST_SIZE} samples on a side, not {samples:,}"[:200],
            why="so many hold three deviations of its Gaussian" if size is None else "",
            next=f"size={LARGEST_SIZE} is the largest; a smaller sigma, or a larger gamma, needs less",
        )
    return check_odd_size(samples, 2, what="a Gabor kernel") // 2


def _sampled(wave: _Wave, radius: int) -> tuple[Kernel, Kernel, Kernel]:
    """Return the Gaussian and the even and odd part of the wave under it, mirrored exactly."""
    from flint import arb, fmpq

    def turned(degrees: Fraction) -> tuple[arb, arb]:
        turn = fmpq(degrees.numerator, 180 * degrees.denominator)
        return arb.cos_pi_fmpq(turn), arb.sin_pi_fmpq(turn)

    parts: list[dict[tuple[int, int], Fraction]] = [{}, {}, {}]
    with working_precision():
        (along_x, along_y), (cosine, sine) = turned(wave.theta), turned(wave.psi)
        narrow = ball(2 * wave.sigma**2)
        squeeze, turns = ball(wave.gamma**2), ball(2 / wave.wavelength)
        for y, x in itertools.product(range(-radius, 1), range(-radius, radius + 1)):
            if y == 0 and x > 0:
                break
            u, v = x * along_x + y * along_y, y * along_x - x * along_y
            gaussian = (-(u * u + squeeze * v * v) / narrow).exp()
            phase = u * turns
            values = (
                gaussian,
                gaussian * phase.cos_pi() * cosine,
                gaussian * phase.sin_pi() * sine,
            )
            for part, value, sign in zip(parts, map(rounded, values), (1, 1, -1), strict=True):
                part[-y, -x] = sign * value
                part[y, x] = value
    envelope, even, odd = (
        Kernel.from_ordered(2, (((Fraction(y), Fraction(x)), tap) for (y, x), tap in sorted(part.items())))
        for part in parts
    )
    return envelope, even, odd


FAMILIES = (
    Family(
        name="gabor",
        summary="a wave under a Gaussian in the plane, without an answer to flat images",
        build=gabor,
        parameters=(
            Parameter("wavelength", "number", "length of the wave in samples, at least 2"),
            Parameter("sigma", "number", "deviation of the Gaussian along the wave, in samples, at most 64"),
            Parameter("theta", "number", "direction of the wave in degrees, from x towards y (down)"),
            Parameter("gamma", "number", "deviation along the wave over that across it"),
            Parameter("psi", "number", "phase in degrees: 0 even, 90 odd"),
            Parameter("size", "whole", f"odd number of samples along both axes, at most {LARGEST_SIZE}"),
            Parameter("mean", "word", "whether flat images answer 0, or as sampled", MEANS),
        ),
        members=("gabor-13:sigma=2", "gabor-13:sigma=2,psi=90"),
    ),
)
"""The family of this file."""
