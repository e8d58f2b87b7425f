"""Design by criterion: the best kernel of an accuracy on given points, with all moments exact."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from kernelkit.errors import InputError, LimitError, UnknownNameError
from kernelkit.exact.certify import Certificate, certify
from kernelkit.exact.derive import DEFAULT_ACCURACY
from kernelkit.exact.obstruct import check_target
from kernelkit.exact.offsets import Points, Stencil
from kernelkit.exact.prefer import preferred
from kernelkit.exact.rational import whole
from kernelkit.exact.symmetry import motions
from kernelkit.optimise import matched_pair
from kernelkit.optimise.band import Band, read_band
from kernelkit.optimise.criteria import Criterion, gradient_axis, objective_of, read_criterion
from kernelkit.optimise.squared_criteria import least_square_taps
from kernelkit.optimise.symmetric_family import SymmetricFamily, symmetric_family
from kernelkit.optimise.wave_samples import check_reach

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import SupportsIndex

    import numpy as np
    from numpy.typing import NDArray

    from kernelkit.exact.functional import Functional
    from kernelkit.exact.kernel import Kernel
    from kernelkit.exact.rational import Exact

FORMS = ("full", "separable")

FINEST = 10**24
"""Free taps that are known to any number of digits are multiples of one part in this."""

FINEST_FLOAT = 10**15
"""Free taps found in floating point are multiples of one part in this."""

MOST_PROGRAMMED = 60
"""Free taps of a linear program."""

HALF = "1/2"
"""The band when none is given: half of all waves on the grid."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """One row of a comparison: a kernel by name, the value of the criterion, and the place from 1 on."""

    name: str
    objective: float
    rank: int


@dataclass(frozen=True, slots=True)
class Design:
    """The best kernel by a criterion.

    Attributes
    ----------
    target, stencil, criterion, form
        What was asked for.
    freedom
        Number of taps that moments and symmetry leave free; with 0 there was nothing to choose.
    kernel
        Exact taps; all moments of the accuracy and all symmetries hold exactly.
    factors
        Smoother and derivative of a separable kernel; else empty.
    objective
        The value of the criterion for ``kernel``, computed from its taps.
    best
        Its value before free taps were rounded to the denominator asked for.
    optimum
        The kernel before that rounding.
    certificate
        What ``kernel`` computes, proved.
    comparison
        This design and the kernels of the catalogue for the same target that are no larger, best first.
    """

    target: Functional
    stencil: Stencil
    criterion: Criterion
    form: str
    freedom: int
    kernel: Kernel
    factors: tuple[Kernel, ...]
    objective: float
    best: float
    optimum: Kernel
    certificate: Certificate
    comparison: tuple[Ranked, ...]

    @property
    def floats(self) -> NDArray[np.float64]:
        """The taps of the optimum as an array, each rounded once; zeros between them filled in."""
        import numpy as np

        return np.array(self.optimum.dense(), dtype=np.float64)


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
        form.  ``minimax``, ``relative`` and ``direction`` make a largest value over sampled waves least, by
        linear programs; ``direction`` keeps the noise gain at or below that of the two-point difference,
        unless least squares (``rotation``), from which it starts, are already above.
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
        raise InputError(f"a denominator is between 1 and 10^24, not {unit}", next="denominator=10**6")
    _check_form(form, asked)
    if asked.gradient:
        _check_turns(target, stencil)
    if not asked.squares:
        check_reach(stencil.offsets, asked.band.radians, stencil.ndim)
    family = symmetric_family(target, stencil, whole(accuracy, what="an accuracy"))
    pair = matched_pair.pair_family(stencil, family.accuracy) if form == "separable" else None
    freedom = family.freedom if pair is None else pair.freedom
    free = _best_free(asked, family, pair) if freedom else []
    optimum, factors = _kernels(family, pair, free)
    kernel = optimum
    if unit is not None:
        rounded = [Fraction(round(x * unit), unit) for x in free]
        kernel, factors = _kernels(family, pair, rounded)
    best = objective_of(asked, optimum, target)
    objective = best if kernel == optimum else objective_of(asked, kernel, target)
    return Design(
        target=target,
        stencil=stencil,
        criterion=asked,
        form=form,
        freedom=freedom,
        kernel=kernel,
        factors=factors,
        objective=objective,
        best=best,
        optimum=optimum,
        certificate=certify(kernel, target),
        comparison=_compared(asked, target, stencil, objective),
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


def _best_free(
    asked: Criterion, family: SymmetricFamily, pair: matched_pair.PairFamily | None
) -> list[Fraction]:
    """Return the free taps that are best by the criterion."""
    if asked.name == "noise":
        return _free_taps(family, preferred(family.target, family.stencil, family.accuracy, "least-norm"))
    if asked.squares:
        return least_square_taps(asked.parts, family, asked.band, FINEST)
    freedom = family.freedom if pair is None else pair.freedom
    if freedom > MOST_PROGRAMMED:
        raise LimitError(
            f"linear programs for {freedom} free taps would take minutes; {MOST_PROGRAMMED} are the limit",
            next=f"take fewer points, or least squares: {'rotation' if asked.gradient else 'band'}",
        )
    import numpy as np

    from kernelkit.optimise.sampled_ratios import ratio_for
    from kernelkit.optimise.smallest_maximum import smallest_maximum

    directions = np.array(family.directions, dtype=float).T
    particular = np.array(family.particular, dtype=float)

    def taps(free: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        if pair is not None:
            return matched_pair.product_taps(pair, family.orbits, gradient_axis(family.target), free)
        return particular + directions @ free, directions

    if pair is not None:
        start = matched_pair.least_square_pair(pair, asked.band, FINEST)
    else:
        near = "rotation" if asked.gradient else "band"
        start = least_square_taps([(Fraction(1), near)], family, asked.band, FINEST)
    ratio = ratio_for(asked, family)
    begun = np.array(start, dtype=float)
    ratio = ratio.with_noise_of(taps(begun)[0])
    found = smallest_maximum(ratio, taps, begun)
    if (found == begun).all():
        return start
    return [Fraction(round(Fraction(x) * FINEST_FLOAT), FINEST_FLOAT) for x in found.tolist()]


def _free_taps(family: SymmetricFamily, kernel: Kernel) -> list[Fraction]:
    """Return the free taps of a kernel of the family."""
    taps = dict(kernel.taps)
    found = []
    for direction in family.directions:
        # in its own free tap a direction is 1 and all others are 0
        index = next(
            i
            for i, step in enumerate(direction)
            if step == 1
            and sum(other[i] != 0 for other in family.directions) == 1
            and not family.particular[i]
        )
        orbit = family.orbits[index]
        found.append(taps.get(orbit.offsets[0], Fraction(0)) * orbit.signs[0])
    return found


def _kernels(
    family: SymmetricFamily,
    pair: matched_pair.PairFamily | None,
    free: Sequence[Fraction],
) -> tuple[Kernel, tuple[Kernel, ...]]:
    """Return the kernel for some free taps, and its factors if it is a product."""
    if pair is None:
        return family.kernel(free), ()
    factors = pair.kernels(free)
    axis = gradient_axis(family.target)
    return matched_pair.product(factors, family.target.ndim, axis), factors


def _compared(
    criterion: Criterion, target: Functional, stencil: Stencil, objective: float
) -> tuple[Ranked, ...]:
    """Rank the design among the kernels of the catalogue for the same target that are no larger."""
    from kernelkit.catalogue.named import entries

    columns = list(zip(*stencil.offsets, strict=True))
    extent = [max(column) - min(column) for column in columns]
    rows = [("this design", objective)]
    seen: set[Kernel] = set()
    for entry in entries():
        if entry.target != target:
            continue
        kernel = entry.kernel
        small = all(w <= e for w, e in zip(kernel.width, extent, strict=True))
        if not small or kernel in seen or (criterion.gradient and kernel.symmetry != "odd"):
            continue
        seen.add(kernel)
        rows.append((entry.name, objective_of(criterion, kernel, target)))
    rows.sort(key=lambda row: row[1])
    return tuple(Ranked(name, value, place) for place, (name, value) in enumerate(rows, 1))
