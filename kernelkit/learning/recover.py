"""Recovery: the rational kernel that learned taps stand for, with a certificate, and how sure that is."""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from kernelkit.catalogue.named import entries
from kernelkit.exact.certify import certify
from kernelkit.exact.factor import Point
from kernelkit.exact.kernel import Kernel
from kernelkit.exact.rational import written
from kernelkit.exact.symmetry import Motion, motions
from kernelkit.identification.identify import identify
from kernelkit.identification.matches import motion_text
from kernelkit.learning.operators import SIMPLE, operators_of, simplest_between
from kernelkit.learning.region import region_of
from kernelkit.learning.statistics import Estimate, estimate

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from kernelkit.catalogue.entry import Entry
    from kernelkit.exact.certify import Certificate
    from kernelkit.exact.functional import Functional
    from kernelkit.exact.offsets import Offset
    from kernelkit.identification.identify import Identification
    from kernelkit.identification.matches import Match
    from kernelkit.identification.reading import Reading
    from kernelkit.learning.pairs import Offsets
    from kernelkit.learning.region import Candidate, Region
    from kernelkit.learning.run import Run

LARGEST_DENOMINATOR = 5040
"""Common denominator of taps up to which fractions are tried."""

CHANCE = 0.05
"""Expected number of accidental hits up to which a common denominator counts as found."""

CONFIDENCE = 0.999
"""Of the joint region: the true kernel is missed once in a thousand times."""

MOST_ALTERNATIVES = 5
"""Other kernels that are listed."""


@dataclass(frozen=True, slots=True, eq=False)
class Recovery:
    """What was learned, as an exact kernel.

    Attributes
    ----------
    learned
        The taps as floats, at their exact value.
    best
        The kernel that they are taken for; None where no rational kernel lies in the region.
    alternatives
        Other kernels that the data do not exclude.
    chance
        Number of common denominators up to that of ``best`` that taps drawn at random would be expected to fit: near
        0, the fractions are no accident; 1 and more, they say nothing.
    confidence
        Of the intervals and of the joint region.
    certificate
        What the best kernel computes, proved; None where there is none.
    identification
        The best kernel identified.
    decided
        ``"yes"`` where the data single out what is said of the best kernel: its fractions are no accident, or every
        other kernel that is not excluded computes the same operator with the same accuracy; else ``"no"``.
    factor
        Interval of the factor from a known kernel to the learned taps, where they are a multiple of it and the
        data do not tell which; None for kernels as published, of unit gain, or at a fraction that is no accident.
    """

    learned: Kernel
    best: Candidate | None
    alternatives: tuple[Candidate, ...]
    chance: float
    confidence: float
    certificate: Certificate | None
    identification: Identification | None
    decided: str
    factor: tuple[float, float] | None = None

    @property
    def is_decided(self) -> bool:
        """Whether the data tell which kernel it is, or at least what it computes."""
        return self.decided == "yes"

    @property
    def is_accident(self) -> bool:
        """Whether nothing is known of the best kernel but fractions that may be an accident."""
        return self.best is not None and self.best.how == "fractions" and self.chance > CHANCE

    @property
    def statement(self) -> str:
        """What was learned, in a sentence."""
        if self.best is None:
            return "no rational kernel with small denominators lies within the intervals"
        if self.identification is None or self.certificate is None:
            return "no tap differs from zero within its noise"
        others = ", ".join(other.name for other in self.alternatives)
        if self.alternatives and not self.is_decided:
            return f"the data do not tell which kernel: compatible with {self.best.name}, {others}"
        excluded = f"; not excluded: {others}" if others else ""
        if self.factor is not None:
            return _multiple_text(self.identification, self.certificate.target.name, self.factor) + excluded
        if self.is_accident:
            return "no known kernel and no operator fits, nor fractions that are no accident"
        text = {"operator": "within its noise, the kernel computes "}.get(self.best.how, "learned ")
        if self.best.how == "catalogue" and self.alternatives:
            text = "the nearest known kernel is "
        text += title_of(self.identification, named(self.certificate.target))
        accuracy = self.certificate.accuracy
        text += ", without any error" if accuracy is None else f", accuracy {accuracy}"
        return text + excluded


def named(target: Functional) -> str:
    """Name an operator in a sentence.

    Examples
    --------
    >>> from kernelkit import derivative
    >>> named(derivative(1)), named(3 * derivative(0, at=1))
    ('d/dx', '3 times the value at x = 1')
    """
    before, found, after = target.name.partition("value")
    if not found:
        return target.name
    return f"{before.strip()} times the value{after}" if before else f"the value{after}"


def recover(
    learned: Estimate | Run, *, confidence: float = CONFIDENCE, output: int = 0, channel: int = 0
) -> Recovery:
    """Find the rational kernel that learned taps stand for, prove what it computes, and name it.

    Three kinds of kernels are looked for within the joint confidence region of the taps: those with the smallest
    common denominator, taken when that is no accident; kernels of the catalogue, as published, at unit gain, or at
    the simplest scale that fits; and the exact kernel of the operator that the taps compute, nearest to them.

    Parameters
    ----------
    learned
        From `kernelkit.learning.statistics.estimate` or `kernelkit.learning.statistics.stated`; or a run, whose images
        and labels are then taken.
    confidence
        Of the intervals and of the joint region.
    output, channel
        Which kernel of a layer.

    Raises
    ------
    InputError
        A confidence outside (0, 1), or channels that were not learned.

    Examples
    --------
    >>> import numpy as np
    >>> from kernelkit.learning.pairs import pairs
    >>> from kernelkit.learning.statistics import estimate
    >>> image = np.random.default_rng(0).normal(size=(12, 12))
    >>> inner = image[1:-1, 1:-1]
    >>> labels = image[:-2, 1:-1] + image[2:, 1:-1] + image[1:-1, :-2] + image[1:-1, 2:] - 4 * inner
    >>> recover(estimate(pairs(image, labels, (3, 3)))).statement
    'learned the five-point Laplacian: d^2/dx^2 + d^2/dy^2, accuracy 2'
    """
    found = learned if isinstance(learned, Estimate) else estimate(learned.pairs)
    region = region_of(found, confidence, output, channel)
    kernel = found.kernel(output, channel)
    fractions, chance = _fractions(region)
    known = _known(region)
    simplest = [] if fractions is None else [fractions]
    sure = fractions is not None and chance <= CHANCE
    near = [] if sure else [*known, *operators_of(region, kernel)]
    ranked = [*near, *simplest, *known]
    if not ranked:
        return Recovery(kernel, None, (), chance, confidence, None, None, "no")
    best = ranked[0]
    rest = tuple(candidate for candidate in known if candidate.kernel != best.kernel)
    identified = identify(best.kernel, tolerance=0)
    reading = _reading(identified, found.offsets)
    proof = None if reading is None else certify(best.kernel, reading.scale * reading.target)
    decided = proof is not None and (sure or (best.how != "fractions" and _agree(rest, proof)))
    return Recovery(
        kernel,
        best,
        rest[:MOST_ALTERNATIVES],
        chance,
        confidence,
        proof,
        identified,
        "yes" if decided else "no",
        _factor(region, best.kernel, identified),
    )


def _agree(others: tuple[Candidate, ...], proof: Certificate) -> bool:
    """Whether all that is said of the best kernel, operator and accuracy, holds for the others as well."""
    proofs = (certify(other.kernel, proof.target) for other in others)
    return all(other.consistent and other.accuracy == proof.accuracy for other in proofs)


def _factor(region: Region, kernel: Kernel, identified: Identification) -> tuple[float, float] | None:
    """Return the interval of the factor to a known kernel; None for natural factors, and for fractions that are sure.

    A multiple of a known kernel has one unknown, so the intervals of its other taps are no further evidence for a
    fraction.  One is believed where an accident is no likelier than missing the true taps.
    """
    scale = _factor_of(identified)
    if scale is None:
        return None
    white = region.whitener @ region.dense(kernel / scale)
    size = float(white @ white)
    middle = float(white @ region.whitener @ region.taps) / size
    width = region.found.factor(region.confidence) / math.sqrt(size)
    accidents = sum(min(1.0, 2 * width * bottom) for bottom in range(1, scale.denominator + 1))
    if accidents <= 1 - region.confidence:
        return None
    # the joint region reaches further than the interval of the factor alone
    return min(middle - width, float(scale)), max(middle + width, float(scale))


def _factor_of(identified: Identification) -> Fraction | None:
    """Return the factor from a known kernel, or from a single tap of 1; None where it is natural or there is none."""
    same = [match for match in identified.matches if not match.differences]
    if len(identified.kernel) == 1:
        ((_, tap),) = identified.kernel.taps
        return None if abs(tap) == 1 else tap
    if not same:
        return None
    known = {entry.name: entry for entry in entries()}
    natural = any(abs(match.scale) in {1, abs(_unit(known[match.name]))} for match in same)
    return None if natural else same[0].scale


def _reading(identified: Identification, offsets: Offsets) -> Reading | None:
    """Return the best reading as an operator at a place within the window: one beyond it explains nothing."""
    corners = [(min(column), max(column)) for column in zip(*offsets, strict=True)]
    for reading in identified.readings:
        places = [
            (factor.at if isinstance(factor, Point) else factor.lower, side)
            for _, factors in reading.target.terms
            for factor, side in zip(factors, corners, strict=True)
        ]
        if all(low <= x <= high and x.denominator <= SIMPLE for x, (low, high) in places):
            return reading
    return identified.best


def _fractions(region: Region) -> tuple[Candidate | None, float]:
    """Return the kernel of the smallest common denominator within the region, and how likely such a hit is by chance.

    Of a tap drawn at random, an interval of half-width r holds a multiple of 1/D with the chance ``min(1, 2 r D)``.
    """
    import numpy as np

    bottoms = np.arange(1, LARGEST_DENOMINATOR + 1)
    reach = _different(region)
    chances = np.prod(np.minimum(1.0, 2 * reach * bottoms[:, None]), axis=1)
    for bottom, chance in zip(bottoms.tolist(), np.cumsum(chances).tolist(), strict=True):
        tops = np.rint(region.taps * bottom)
        if np.all(np.abs(tops / bottom - region.taps) <= region.reach) and region.holds(tops / bottom):
            taps = (Fraction(int(top), bottom) for top in tops)
            kernel = Kernel(zip(region.offsets, taps, strict=True), ndim=len(region.offsets[0]))
            return region.candidate(kernel, "fractions"), chance
    return None, 0.0


def _different(region: Region) -> NDArray[np.float64]:
    """Return the half-widths of taps that are different numbers: not zero, and not equal up to sign.

    A kernel with a symmetry hits a fraction with all equal taps at once, which is one accident and not many.
    """
    import numpy as np

    found: list[float] = []
    last = 0.0
    for i in np.argsort(np.abs(region.taps)).tolist():
        size, reach = abs(float(region.taps[i])), float(region.reach[i])
        if size - last > reach:
            found.append(reach)
        elif found:
            found[-1] = max(found[-1], reach)
        last = size if size - last > reach else last
    return np.array(found)


def _known(region: Region) -> list[Candidate]:
    """Return the kernels of the catalogue in the region, plain and likely ones first, each kernel once."""
    import numpy as np

    places = {offset: i for i, offset in enumerate(region.offsets)}
    ndim = len(region.offsets[0])
    found: dict[Kernel, Candidate] = {}
    unit = region.candidate(Kernel({(0,) * ndim: 1}), "catalogue", "identity")
    if unit is not None:
        found[unit.kernel] = unit
    for entry, motion, published in oriented(ndim):
        numbers = [(places.get(tuple(map(int, offset))), float(tap)) for offset, tap in published.taps]
        if any(place is None for place, _ in numbers):
            continue
        taps = np.zeros(len(places))
        for place, tap in numbers:
            taps[place] = tap
        scale = _scale(region, taps, entry)
        candidate = None if scale is None else region.candidate(published * scale, "catalogue", entry.name)
        if candidate is not None and (candidate.kernel not in found or not motion_text(motion)):
            found[candidate.kernel] = candidate
    return sorted(found.values(), key=region.rank)


def _scale(region: Region, taps: NDArray[np.float64], entry: Entry) -> Fraction | None:
    """Return the plainest scale at which a known kernel lies in the region: 1, unit gain, or the simplest fraction."""
    white, learned = region.whitener @ taps, region.whitener @ region.taps
    size = float(white @ white)
    best = float(white @ learned) / size
    if not best or not region.holds(best * taps):
        return None
    unit = _unit(entry)
    natural = [Fraction(1), Fraction(-1), unit, -unit]
    width = region.found.factor(region.confidence) / math.sqrt(size)
    simple = simplest_between(Fraction(best - width), Fraction(best + width))
    tried = [*natural, *([simple] if simple.denominator <= LARGEST_DENOMINATOR else [])]
    return next((s for s in tried if s and region.holds(float(s) * taps)), None)


def _unit(entry: Entry) -> Fraction:
    """Return the factor from the published taps of a known kernel to those of unit gain."""
    return next(
        (k / p for (x, p) in entry.published.taps for (y, k) in entry.kernel.taps if x == y), Fraction(1)
    )


@functools.cache
def oriented(ndim: int) -> tuple[tuple[Entry, Motion, Kernel], ...]:
    """Return the catalogue in all orientations, offsets between samples moved up to the next sample."""
    found = []
    seen: set[Kernel] = set()
    ordered = sorted(motions(ndim), key=lambda motion: bool(motion_text(motion)))
    for motion in ordered:
        for entry in entries():
            if entry.published.ndim != ndim or entry.family == "misprint":
                continue
            taps: list[tuple[Offset, Fraction]] = [
                (motion.moved(offset), tap) for offset, tap in entry.published.taps
            ]
            low = [min(column) for column in zip(*(offset for offset, _ in taps), strict=True)]
            step = [Fraction(math.ceil(x)) - x for x in low]
            kernel = Kernel(
                [(tuple(x + s for x, s in zip(offset, step, strict=True)), tap) for offset, tap in taps],
                ndim=ndim,
            )
            whole = all(x.denominator == 1 for offset, _ in kernel.taps for x in offset)
            if whole and kernel not in seen and -kernel not in seen:
                seen.add(kernel)
                found.append((entry, motion, kernel))
    return tuple(found)


def title_of(identified: Identification, operator: str) -> str:
    """Write what an exact kernel is: the title of a known one, and its operator with its factor."""
    same = [match for match in identified.matches if not match.differences]
    if identified.kind == "identity":
        return f"{operator} at the output point itself"
    title = operator
    if same:
        times = "" if same[0].scale == 1 else f"{written(same[0].scale)} times "
        title = f"{times}{_known_title(same[0])}"
    if identified.kind != "smoothing":
        return f"{title}: {operator}" if same else operator
    total = sum((tap for _, tap in identified.kernel.taps), Fraction(0))
    mean = "a mean" if total == 1 else f"{written(total)} times a mean"
    return f"{title}: {mean} of the samples" if same else f"{mean} of the samples"


def _multiple_text(identified: Identification, operator: str, factor: tuple[float, float]) -> str:
    """Write of which kernel an exact one is a multiple, and between which factors."""
    low, high = factor
    digits = max(3, 2 + math.ceil(math.log10(max(map(abs, factor)) / (high - low))))
    simplest = written(simplest_between(Fraction(low), Fraction(high)))
    single = len(identified.kernel) == 1
    name = "the value" + operator.partition("value")[2] if single else _known_title(identified.matches[0])
    ends = f"{low:.{digits}g} to {high:.{digits}g}"
    return f"a multiple of {name}, factor {ends} within the intervals; {simplest} is the simplest"


def _known_title(match: Match) -> str:
    title = next(entry.title for entry in entries() if entry.name == match.name)
    if title.startswith(_DESCRIBED):
        title = f"the {title[0].lower()}{title[1:]}"
    return f"{title}, {match.motion}" if match.motion else title


_DESCRIBED = (
    "Binomial",
    "Central",
    "Eight",
    "Extended",
    "Facet",
    "Five",
    "Isotropic",
    "Nine",
    "Seven",
    "Thirteen",
)
"""First words of titles that describe; the others are names."""
