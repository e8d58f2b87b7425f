"""Design by criterion: the best kernel of an accuracy on given points, with all moments exact."""

from __future__ import annotations

import math
import operator
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from kernelkit.errors import InputError, UnknownNameError
from kernelkit.exact.certify import Certificate, certify
from kernelkit.exact.derive import DEFAULT_ACCURACY
from kernelkit.exact.obstruct import check_target
from kernelkit.exact.offsets import Points, Stencil
from kernelkit.exact.prefer import preferred
from kernelkit.exact.rational import whole
from kernelkit.exact.symmetry import motions
from kernelkit.optimise.band import Band, read_band
from kernelkit.optimise.comparison import DESIGN, Ranked, Rival, ranked, rivals
from kernelkit.optimise.criteria import Criterion, objective_of, read_criterion, rounding_of
from kernelkit.optimise.forms import FORMS, Form, form_of
from kernelkit.optimise.gradient import gradient_axis
from kernelkit.optimise.largest_criteria import Least, check_freedom, least_largest
from kernelkit.optimise.squared_criteria import least_square_taps
from kernelkit.optimise.wave_samples import check_reach

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import SupportsIndex

    import numpy as np
    from numpy.typing import NDArray

    from kernelkit.exact.functional import Functional
    from kernelkit.exact.kernel import Kernel
    from kernelkit.exact.rational import Exact

FINEST = 10**24
"""Free taps that are known to any number of digits are multiples of one part in this."""

HALF = "1/2"
"""The band when none is given: half of all waves on the grid."""


@dataclass(frozen=True, slots=True)
class Design:
    """The best kernel by a criterion.

    Attributes
    ----------
    target, stencil, criterion, accuracy, form
        What was asked for.
    freedom
        Number of values that `conditions` leave free; with 0 there was nothing to choose.
    conditions
        What determines the other taps: moments, symmetry, and for ``direction`` up to pi the wave pi.
    kernel
        Exact taps; all conditions hold exactly.
    factors
        Smoother and derivative of a separable kernel; else empty.
    objective
        The value of the criterion for ``kernel``, computed from its taps.
    best
        Its value before free taps were rounded to the denominator asked for.
    optimum
        The kernel before that rounding.
    gap
        The part of ``best`` by which it may be above the least possible value; 0 in closed form.  Of
        separable kernels the least possible is that of the neighbourhood.
    most_noise
        The noise gain that was not exceeded; infinite where noise was not bounded.
    rounding
        What rounding in floating point may add to ``objective``.
    certificate
        What ``kernel`` computes, proved.
    comparison
        This design and the kernels of the catalogue for the same target that are no larger, best first.
    """

    target: Functional
    stencil: Stencil
    criterion: Criterion
    accuracy: int
    form: str
    freedom: int
    conditions: tuple[str, ...]
    kernel: Kernel
    factors: tuple[Kernel, ...]
    objective: float
    best: float
    optimum: Kernel
    gap: float
    most_noise: float
    rounding: float
    certificate: Certificate
    comparison: tuple[Ranked, ...]

    @property
    def floats(self) -> NDArray[np.float64]:
        """The taps as an array, each rounded once; zeros between them filled in."""
        import numpy as np

        return np.array(self.kernel.dense(), dtype=np.float64)


def design(
    target: Functional,
    offsets: Points | Stencil,
    *,
    criterion: str = "band",
    band: Exact | Band = HALF,
    accuracy: SupportsIndex = DEFAULT_ACCURACY,
    form: str = "full",
    denominator: SupportsIndex | None = None,
) -> Design:
    """Return the kernel that is best by a criterion among those of an accuracy.

    All moments of the accuracy hold exactly, and so do the symmetries that target and points share; the
    optimiser chooses only the taps that these leave free.

    Parameters
    ----------
    target
        What is to be computed.
    offsets
        Where samples are taken.
    criterion
        A key of `kernelkit.optimise.criteria.RULES`, or a mixture such as ``"noise:1,band:10"``: a weighted
        sum of squares.  ``noise``, ``band``, ``rotation`` and mixtures are least squares, solved in closed
        form.  ``minimax``, ``relative`` and ``direction`` make a largest value over all waves least, by
        linear programs over more and more of them.  They start from least squares (``rotation`` or ``band``),
        or from a better kernel of the catalogue that fits, and end no worse.  ``direction`` keeps the noise
        gain at or below that of the two-point difference, unless it starts above.
    band
        The waves that count: a fraction of pi, or radians as in ``"1.1 rad"``.
    accuracy
        The p of an error O(h^p) that is reached at least.
    form
        ``full``, or ``separable`` for the criterion ``direction``: a product of a smoother and a derivative.
        Their product is not linear in the taps, so the best one is a local optimum, found from the pair whose
        mean square error of matching is least.
    denominator
        Free taps become the nearest multiples of ``1 / denominator``; left out, they have 24 decimals
        (15 where they come from floating point).

    Raises
    ------
    UnknownNameError
        No such criterion or form.
    UnsolvableError
        No kernel on the offsets reaches the accuracy.
    InputError, ShapeError, LimitError
        Arguments that do not fit together, or too much work.

    References
    ----------
    Tam and Webb, Dispersion-relation-preserving finite difference schemes, J. Comput. Phys. 107 (1993) 262-281:
    ``band`` for a first derivative.  Savitzky and Golay: ``noise``.

    Examples
    --------
    >>> from kernelkit import derivative, line
    >>> found = design(derivative(1), line(-3, 3), criterion="band", accuracy=4)
    >>> [round(float(tap), 8) for tap in found.floats[4:]]
    [0.79926643, -0.18941314, 0.02651995]
    """
    check_target(target)
    stencil = Stencil.of(offsets)
    asked = read_criterion(criterion, read_band(band))
    unit = None if denominator is None else whole(denominator, what="a denominator")
    if unit is not None and not 1 <= unit <= FINEST:
        raise InputError("a denominator is between 1 and 10^24", next="denominator=10**6")
    _check_form(form, asked)
    if asked.gradient:
        _check_turns(target, stencil)
    if not asked.squares:
        check_reach(stencil.offsets, asked.band.radians, stencil.ndim)
    wanted = whole(accuracy, what="an accuracy")
    kernels = form_of(form, asked, target, stencil, wanted)
    others = rivals(asked, target, stencil)
    found = _least(asked, kernels, others)
    optimum, factors = kernels.kernels(found.free)
    kernel, objective = optimum, found.value
    if unit is not None:
        kernel, factors, objective = _rounded(asked, kernels, others, found, unit)
    rounding = rounding_of(asked, kernel, target)
    certificate = certify(kernel, target)
    own = Rival(DESIGN, kernel, certificate.accuracy, objective)
    return Design(
        target=target,
        stencil=stencil,
        criterion=asked,
        accuracy=wanted,
        form=form,
        freedom=kernels.freedom,
        conditions=kernels.conditions,
        kernel=kernel,
        factors=factors,
        objective=objective,
        best=found.value,
        optimum=optimum,
        gap=0.0 if found.value <= rounding else max(0.0, 1 - found.bound / found.value),
        most_noise=found.most_noise,
        rounding=rounding,
        certificate=certificate,
        comparison=ranked(own, others, asked, target),
    )


def _check_form(form: str, criterion: Criterion) -> None:
    if form not in FORMS:
        raise UnknownNameError(f"no form is called {form!r}", next=f"forms are {', '.join(FORMS)}")
    if form == "separable" and criterion.name != "direction":
        raise InputError(
            f"separable kernels are designed by direction, not by {criterion.name}",
            next='criterion="direction" (--criterion direction)',
        )


def _check_turns(target: Functional, stencil: Stencil) -> None:
    """Refuse points that a reflection or an exchange of axes moves: the kernel along another axis would not fit."""
    gradient_axis(target)
    points = set(stencil.offsets)
    if any(motion.moved(x) not in points for x in points for motion in motions(stencil.ndim)):
        raise InputError(
            "the points are not the same along all axes",
            why="the direction of a gradient needs the kernel along each axis",
            next="take box(2) (--size 5)",
        )


def _least(asked: Criterion, kernels: Form, others: Sequence[Rival]) -> Least:
    """Return the free values that are best by the criterion."""
    family = kernels.family
    if asked.squares or not kernels.freedom:
        free: list[Fraction] = _least_square(asked, kernels) if kernels.freedom else []
        value = objective_of(asked, kernels.kernels(free)[0], family.target)
        return Least(free, value, value, math.inf)
    check_freedom(asked, kernels)
    near = kernels.least_squares(asked, FINEST)
    kernel = kernels.kernels(near)[0]
    least = objective_of(asked, kernel, family.target) - rounding_of(asked, kernel, family.target)
    known = [(r.objective, taps) for r in others if (taps := kernels.free_of(r.kernel)) is not None]
    best = min((pair for pair in known if pair[0] < least), default=(least, near))[1]
    begun = [best] if kernels.pair is None or best is near else [best, near]
    return min((least_largest(asked, kernels, start) for start in begun), key=operator.attrgetter("value"))


def _least_square(asked: Criterion, kernels: Form) -> list[Fraction]:
    family = kernels.family
    if asked.name != "noise":
        return least_square_taps(asked.parts, family, asked.band, FINEST)
    free = family.free_of(preferred(family.target, family.stencil, family.accuracy, "least-norm"))
    assert free is not None  # the kernel of least norm is the only one, so it has all symmetries
    return free


def _rounded(
    asked: Criterion, kernels: Form, others: Sequence[Rival], found: Least, unit: int
) -> tuple[Kernel, tuple[Kernel, ...], float]:
    """Return the kernel of free taps rounded to multiples of a part; or a known one of such taps that is better."""
    free = [Fraction(round(x * unit), unit) for x in found.free]
    value = objective_of(asked, kernels.kernels(free)[0], kernels.family.target)
    for rival in others:
        known = kernels.free_of(rival.kernel) if rival.objective < value else None
        if known is not None and all(unit % x.denominator == 0 for x in known):
            free, value = known, rival.objective
    return (*kernels.kernels(free), value)
