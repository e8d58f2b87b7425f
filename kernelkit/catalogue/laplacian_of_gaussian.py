"""Laplacians of Gaussians and differences of Gaussians, with zero sum and known second moments."""

from __future__ import annotations

import itertools
from fractions import Fraction
from typing import TYPE_CHECKING

from kernelkit.catalogue.entry import Entry
from kernelkit.catalogue.family import DIM, MOST_TAPS, Family, Parameter, check_odd_size
from kernelkit.catalogue.gaussian import LARGEST_SIGMA, gaussian, variance_of
from kernelkit.catalogue.gaussian_taps import reach_beyond_tail
from kernelkit.catalogue.irrational import UNIT, ball, rounded, working_precision
from kernelkit.catalogue.member_name import member_name
from kernelkit.catalogue.tail import DEFAULT_TAIL
from kernelkit.errors import InputError, LimitError
from kernelkit.exact.derive import derive
from kernelkit.exact.functional import laplacian
from kernelkit.exact.kernel import Kernel
from kernelkit.exact.offsets import box
from kernelkit.exact.rational import Exact, rational, whole, written

if TYPE_CHECKING:
    from flint import arb

    from kernelkit.exact.offsets import Offset

LOG_FORMS = ("sampled", "discrete", "isotropic")
DOG_FORMS = ("discrete", "sampled", "integrated")

MOST_AXES = 3

_USUAL_RATIO = Fraction(8, 5)
"""Of the deviations of two Gaussians: with it their difference is nearest to a Laplacian of Gaussian."""

_MARR = "Marr and Hildreth, Theory of edge detection, Proc. R. Soc. Lond. B 207 (1980), pp. 187-217"
_LINDEBERG = "Lindeberg, Scale-space for discrete signals, IEEE PAMI 12 (1990), pp. 234-254"


def log(*, sigma: Exact = 1, size: int | None = None, form: str = "sampled", dim: int = 2) -> Entry:
    """Return the Laplacian of a Gaussian: +4 for x^2 + y^2, 0 for anything flat, at every sigma.

    ``sampled``
        Samples of (r^2 - dim sigma^2)/sigma^4 exp(-r^2/(2 sigma^2)) over the sum of the exponentials, less
        their mean.  `Entry.kernel` divides by half of the sum of x^2 k, never by the sum of k, which is 0.
        Below a sigma of about 2/3 the mean is large, and spreads over the whole window: take ``discrete`` there.
    ``discrete``
        The Laplacian of 2 dim + 1 points applied to the discrete Gaussian: unit gain as it stands.
    ``isotropic``
        The isotropic Laplacian of 3^dim points applied to it.

    Parameters
    ----------
    sigma
        Standard deviation in samples, from 1e-9 to 64; in the plane about 20, for the number of taps.
    size
        Odd number of samples along an axis; left out, less than 1e-12 of the Gaussian is cut off.
    form
        ``sampled``, ``discrete`` or ``isotropic``.
    dim
        Number of axes, 1 to 3.

    Raises
    ------
    InputError
        An even size, or one without room for the discrete Gaussian.
    LimitError
        Too many taps.

    References
    ----------
    Marr and Hildreth, Theory of edge detection, Proc. R. Soc. Lond. B 207 (1980), pp. 187-217.

    Examples
    --------
    >>> taps = log(sigma="1/2", size=5).kernel
    >>> taps.moment((0, 0)), taps.moment((0, 2)), taps.moment((2, 0))
    (Fraction(0, 1), Fraction(2, 1), Fraction(2, 1))
    """
    t = variance_of(sigma)
    axes = _checked_axes(dim)
    if form not in LOG_FORMS:
        raise InputError(
            f"{form!r} is no form of a Laplacian of Gaussian", next=f"forms: {', '.join(LOG_FORMS)}"
        )
    radius = _chosen(form, t, axes) if size is None else _half(size, axes)
    if form == "sampled":
        published, precision = _sampled_log(t, radius, axes), UNIT
        remarks: tuple[str, ...] = (
            "samples less their mean: their plain sum is not 0, and answers flat images",
        )
    else:
        smooth = gaussian(sigma=sigma, radius=radius - 1, dim=axes)
        difference = _difference(form, axes)
        published = difference @ smooth.published
        precision = (smooth.precision or UNIT) * difference.l1_norm
        remarks = smooth.remarks
    return Entry(
        name=member_name(
            "log" if size is None else f"log-{size}",
            "",
            (
                ("sigma", rational(sigma), 1),
                ("form", form, "sampled"),
                ("dim", axes, 2),
            ),
        ),
        title=f"Laplacian of Gaussian, sigma {written(rational(sigma))}, {form}, size {2 * radius + 1}",
        published=published,
        target=laplacian(axes),
        source=_MARR if form == "sampled" else _LINDEBERG,
        family="log",
        remarks=remarks,
        precision=precision,
    )


def dog(
    *,
    sigma: Exact = 1,
    ratio: Exact = _USUAL_RATIO,
    size: int | None = None,
    form: str = "discrete",
    dim: int = 2,
) -> Entry:
    """Return a difference of Gaussians: the wider less the narrower, which is near a Laplacian of Gaussian.

    As published its gain is half the difference of the variances: (ratio^2 - 1) sigma^2 / 2, exactly so for
    the form ``discrete``, because Gaussians solve the heat equation.

    Parameters
    ----------
    sigma
        Standard deviation of the narrower Gaussian, in samples.
    ratio
        Deviation of the wider over that of the narrower, above 1; Marr and Hildreth take 1.6.
    size
        Odd number of samples along an axis; left out, each Gaussian has its own.
    form
        ``discrete``, ``sampled`` or ``integrated``, as for `gaussian`.
    dim
        Number of axes, 1 to 3.

    Raises
    ------
    InputError
        A ratio of 1 or less, an even size, or a size without room for the wider Gaussian.
    LimitError
        A Gaussian beyond the limits of `gaussian`.

    References
    ----------
    Marr and Hildreth, Theory of edge detection, Proc. R. Soc. Lond. B 207 (1980), pp. 187-217.

    Examples
    --------
    >>> dog(sigma=1, ratio=2).gain
    Fraction(3, 2)
    """
    axes = _checked_axes(dim)
    narrow, wider = rational(sigma, what="sigma"), rational(ratio, what="a ratio")
    if wider <= 1:
        raise InputError(
            "the ratio of the two deviations must be above 1", next="ratio='8/5' is the usual one"
        )
    if narrow <= LARGEST_SIGMA < narrow * wider:
        raise LimitError(
            f"the wider Gaussian has a deviation of {written(narrow * wider)} samples, more than {LARGEST_SIGMA}",
            why=f"it is {written(wider)} times as wide as the narrower, of {written(narrow)}",
            next="ratio=8/5 is the usual one" if wider > _USUAL_RATIO else "sigma=10 is narrow enough",
        )
    radius = None if size is None else _half(size, axes)
    inner = gaussian(sigma=narrow, form=form, radius=radius, dim=axes)
    outer = gaussian(sigma=narrow * wider, form=form, radius=radius, dim=axes)
    return Entry(
        name=member_name(
            "dog" if size is None else f"dog-{size}",
            "",
            (
                ("sigma", narrow, 1),
                ("ratio", wider, _USUAL_RATIO),
                ("form", form, "discrete"),
                ("dim", axes, 2),
            ),
        ),
        title=f"difference of Gaussians, sigma {written(narrow * wider)} less {written(narrow)}, {form}",
        published=outer.kernel - inner.kernel,
        target=laplacian(axes),
        source=_MARR,
        family="log",
        remarks=("many texts subtract the other way round, which gives minus a Laplacian",),
        precision=(inner.precision or UNIT) + (outer.precision or UNIT),
    )


def _checked_axes(dim: int) -> int:
    axes = whole(dim, what="a number of axes")
    if not 1 <= axes <= MOST_AXES:
        raise LimitError(f"a Laplacian of Gaussian has 1 to {MOST_AXES} axes", next="dim=2 is the plane")
    return axes


def _chosen(form: str, variance: Fraction, axes: int) -> int:
    own = "sampled" if form == "sampled" else "discrete"
    radius = 1 + reach_beyond_tail(own, variance, DEFAULT_TAIL)
    if (2 * radius + 1) ** axes > MOST_TAPS:
        raise LimitError(
            f"{2 * radius + 1} samples along each of {axes} axes are more than {MOST_TAPS:,} taps",
            next="smooth with gaussian (dim=1) along one axis after the other, then take laplacian-5pt",
        )
    return radius


def _half(size: int, axes: int) -> int:
    samples = check_odd_size(size, axes, what="a Laplacian of Gaussian")
    if samples < 3:
        raise InputError("one sample holds no Laplacian", next="leave size out, and it is chosen by sigma")
    return samples // 2


def _sampled_log(variance: Fraction, radius: int, axes: int) -> Kernel:
    """Sample one place out of all that symmetry makes equal, and subtract the mean exactly."""
    taps: dict[Offset, Fraction] = {}
    with working_precision():
        powers = [ball(-Fraction(n * n) / (2 * variance)).exp() for n in range(radius + 1)]
        total = (powers[0] + 2 * sum(powers[1:])) ** axes
        known: dict[tuple[int, ...], Fraction] = {}
        for place in itertools.product(range(-radius, radius + 1), repeat=axes):
            alike = tuple(sorted(map(abs, place)))
            if alike not in known:
                known[alike] = rounded(_log_at(alike, variance, powers) / total)
            taps[tuple(map(Fraction, place))] = known[alike]
    mean = sum(taps.values(), Fraction(0)) / len(taps)
    return Kernel.from_ordered(axes, ((place, tap - mean) for place, tap in taps.items()))


def _log_at(place: tuple[int, ...], variance: Fraction, powers: list[arb]) -> arb:
    sampled = ball((sum(n * n for n in place) - len(place) * variance) / variance**2)
    for n in place:
        sampled *= powers[n]
    return sampled


def _difference(form: str, axes: int) -> Kernel:
    """Return the Laplacian of 3 samples along an axis."""
    if form == "isotropic" and axes > 1:
        return derive(laplacian(axes), box(1, ndim=axes), prefer="isotropic")
    return derive(laplacian(axes), accuracy=2)


FAMILIES = (
    Family(
        name="log",
        summary="Laplacian of Gaussian with zero sum and exact second moments",
        build=log,
        parameters=(
            Parameter("sigma", "number", "standard deviation in samples, at most 64; about 20 in the plane"),
            Parameter("size", "whole", "odd number of samples along an axis"),
            Parameter("form", "word", "samples, or a Laplacian of the discrete Gaussian", LOG_FORMS),
            DIM,
        ),
        members=("log", "log:form=discrete"),
        aliases=("laplacian-of-gaussian",),
    ),
    Family(
        name="dog",
        summary="difference of two Gaussians, which approximates a Laplacian of Gaussian",
        build=dog,
        parameters=(
            Parameter("sigma", "number", "standard deviation of the narrower Gaussian, in samples"),
            Parameter("ratio", "number", "deviation of the wider over the narrower, above 1"),
            Parameter("size", "whole", "odd number of samples along an axis"),
            Parameter("form", "word", "what stands in for the continuous Gaussian", DOG_FORMS),
            DIM,
        ),
        members=("dog",),
        aliases=("difference-of-gaussians",),
    ),
)
"""The families of this file."""
