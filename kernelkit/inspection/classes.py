"""The class of a filter: exactly one of a fixed table, by rules in a fixed order, with the numbers that decided."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from kernelkit.inspection.gabor import FEWEST_TAPS
from kernelkit.inspection.measures import DEAD, Filter
from kernelkit.inspection.pairs import GOOD_FIT, SAME

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

CONSTANT = 0.8
"""Share of a plane's energy in its mean from which on it is a mean and nothing else; a Gaussian whose deviation is a
fifth of its window has 0.48."""

RAMP = 0.8
"""Share in a ramp from which on a plane is a gradient of the whole window: Prewitt has 1, Sobel 0.89, a step
in the middle of 7 x 7 0.86, one period of a sine 0.66."""

ROUND = 0.85
"""Share in rings from which on a plane is round: a Gaussian twice as long as wide has 0.89, three times 0.77."""

OFF_BALANCE = 0.1
"""``|sum| / sum of absolute taps`` below which a filter is called blind to flat pictures."""

MUCH_ALIASED = 0.25
"""Share of the energy beyond the stride's limit from which on a filter is said to alias."""


class Rule(NamedTuple):
    """A class: its name, what it means, when a filter belongs to it, and why the threshold is what it is."""

    name: str
    meaning: str
    condition: str
    reason: str


RULES = (
    Rule(
        "dead",
        "next to no taps",
        f"norm below {DEAD:g} of the layer's largest",
        "on pictures of equal contrast its answers are below a hundredth of the strongest filter's",
    ),
    Rule(
        "duplicate",
        "an earlier filter, or its negative, up to a factor",
        f"|cosine| with an earlier living filter is {SAME:g} or more",
        "at 0.95 they share nine tenths of their energy; independent 3 x 7 x 7 filters stay below 0.4",
    ),
    Rule(
        "colour-opponent",
        "one colour against another",
        "three channels; less than half of the energy in their mean; the mix has channels of both signs",
        "more of it is lost in a grey picture than is kept",
    ),
    Rule(
        "DC",
        "a mean over the window",
        f"{CONSTANT:g} or more of the plane's energy is its mean",
        "a Gaussian whose deviation is a fifth of its window, which is a blob, has 0.48",
    ),
    Rule(
        "noise",
        "nothing that one wave explains",
        f"window of {FEWEST_TAPS} taps or more; Gabor R^2 below that of 99 of 100 planes of white noise",
        "the fit has eight numbers: on 5 x 5 it reaches 0.74 of noise, on 7 x 7 0.47, on 11 x 11 0.24",
    ),
    Rule(
        "gradient",
        "a ramp over the whole window",
        f"{RAMP:g} or more of the plane's energy is a x + b y",
        "Prewitt has 1, Sobel 0.89, a step in the middle of 7 x 7 0.86, one period of a sine 0.66",
    ),
    Rule(
        "blob",
        "a round spot, or a spot with a surround",
        f"{ROUND:g} or more of the plane's energy is in rings about a centre",
        "a Gaussian twice as long as wide has 0.89, three times 0.77; white noise on 7 x 7 0.15",
    ),
    Rule(
        "bar",
        "a line: even across its direction",
        "Gabor phase within 45 degrees of 0 or 180; in small windows half or more of the energy even",
        "the nearer of the two parities",
    ),
    Rule(
        "edge",
        "a step: odd across its direction",
        "Gabor phase within 45 degrees of 90 or -90; in small windows more than half of the energy odd",
        "the nearer of the two parities",
    ),
)
"""Classes in the order in which they are tried; the first that fits is the class.  Each says why."""

NAMES = tuple(rule.name for rule in RULES)


@dataclass(frozen=True, slots=True)
class Verdict:
    """The class of a filter.

    Attributes
    ----------
    name
        One of `NAMES`.
    evidence
        The numbers that decided, as a sentence without a full stop.
    flags
        What else is to be said, each a few words: ``colour-opponent`` or ``coloured``, ``weak`` (no good fit),
        ``blind to flat``, ``aliased``, ``equal to 3``, ``negative of 3``, ``phase pair with 5``.
    """

    name: str
    evidence: str
    flags: tuple[str, ...]


def noise_limit(taps: int) -> float:
    """Return the Gabor R^2 that 99 of 100 planes of white noise with so many taps stay below.

    Measured on 300 planes each of 5 x 5 (0.74), 7 x 7 (0.47), and 200 of 9 x 9 (0.36) and 11 x 11 (0.23); between
    them by ``(6.5 ln n - 2.3) / n``, which meets all four within 0.05.

    Examples
    --------
    >>> [round(noise_limit(n * n), 2) for n in (5, 7, 9, 11)]
    [0.74, 0.47, 0.32, 0.24]
    """
    return min(1.0, (6.5 * math.log(taps) - 2.3) / taps)


def classify(filters: Sequence[Filter]) -> tuple[Verdict, ...]:
    """Return the class of every filter of a layer, with evidence and flags."""
    return tuple(_verdict(found, filters) for found in filters)


def _verdict(found: Filter, filters: Sequence[Filter]) -> Verdict:
    for name, test in _TESTS.items():
        evidence = test(found, filters)
        if evidence:
            return Verdict(name, evidence, () if name == "dead" else _flags(found, name))
    raise AssertionError("every filter is a bar or an edge, if nothing before")  # pragma: no cover


def _dead(found: Filter, _: Sequence[Filter]) -> str:
    return f"norm {found.relative_norm:.2g} of the largest" if found.is_dead else ""


def _duplicate(found: Filter, filters: Sequence[Filter]) -> str:
    near = found.neighbour
    # of several copies the first is no duplicate
    if near is None or near.relation == "other" or near.other > found.number or filters[near.other].is_dead:
        return ""
    return f"{near.relation} to {near.other}, cosine {near.cosine:.3f}"


def _opponent(found: Filter, _: Sequence[Filter]) -> str:
    if found.split.chroma != "colour-opponent":
        return ""
    mix = ", ".join(f"{weight:+.2f}" for weight in found.split.mix)
    return f"mix ({mix}), grey share {found.split.grey_share:.2f}"


def _constant(found: Filter, _: Sequence[Filter]) -> str:
    return f"mean has {found.dc_share:.2f} of the energy" if found.dc_share >= CONSTANT else ""


def _noise(found: Filter, _: Sequence[Filter]) -> str:
    size = found.split.plane.size
    if found.gabor is None or found.gabor.r_squared >= noise_limit(size):
        return ""
    return f"Gabor R^2 {found.gabor.r_squared:.2f}, white noise up to {noise_limit(size):.2f}"


def _gradient(found: Filter, _: Sequence[Filter]) -> str:
    return f"ramp has {found.ramp_share:.2f} of the energy" if found.ramp_share >= RAMP else ""


def _blob(found: Filter, _: Sequence[Filter]) -> str:
    return f"rings have {found.round_share:.2f} of the energy" if found.round_share >= ROUND else ""


def _bar(found: Filter, _: Sequence[Filter]) -> str:
    if found.gabor is None:
        return f"even part has {found.even_share:.2f} of the energy" if found.even_share >= 0.5 else ""
    return _wave(found) if found.gabor.parity == "even" else ""


def _edge(found: Filter, _: Sequence[Filter]) -> str:
    if found.gabor is None:
        return f"odd part has {1 - found.even_share:.2f} of the energy"
    return _wave(found)


def _wave(found: Filter) -> str:
    assert found.gabor is not None
    return f"Gabor R^2 {found.gabor.r_squared:.2f}, {found.gabor.parity} phase ({found.gabor.phase:+.0f})"


_TESTS: dict[str, Callable[[Filter, Sequence[Filter]], str]] = {
    "dead": _dead,
    "duplicate": _duplicate,
    "colour-opponent": _opponent,
    "DC": _constant,
    "noise": _noise,
    "gradient": _gradient,
    "blob": _blob,
    "bar": _bar,
    "edge": _edge,
}


def _flags(found: Filter, name: str) -> tuple[str, ...]:
    flags = []
    if found.split.chroma not in {"grey", name}:
        flags.append(found.split.chroma)
    if (
        found.gabor is not None
        and found.gabor.r_squared < GOOD_FIT
        and name not in {"noise", "DC", "gradient"}
    ):
        flags.append("weak")
    if found.balance < OFF_BALANCE:
        flags.append("blind to flat")
    if found.aliased is not None and found.aliased >= MUCH_ALIASED:
        flags.append("aliased")
    near = found.neighbour
    if near is not None and near.relation != "other" and name != "duplicate":
        flags.append(f"{'equal to' if near.relation == 'equal' else 'negative of'} {near.other}")
    if found.partner is not None:
        flags.append(f"phase pair with {found.partner}")
    return tuple(flags)
