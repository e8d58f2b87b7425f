"""The class of a filter: exactly one of a fixed table, by rules in a fixed order, with the numbers that decided."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from kernelkit.inspection.measures import DEAD, Filter
from kernelkit.inspection.pairs import GOOD_FIT

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np
    from numpy.typing import NDArray

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


FEWEST_TOLD = 9
"""Taps, on two axes, from which on white noise has a limit: of 2 x 2, every second plane of it is nearly a ramp."""


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
        "colour-opponent",
        "one colour against another",
        "three channels; less than half of the energy in their mean; the mix has channels of both signs",
        "more of it is lost in a grey picture than is kept; more than half of random filters are so, and flagged noise",
    ),
    Rule(
        "DC",
        "a mean over the window",
        f"{CONSTANT:g} or more of the plane's energy is its mean",
        "a Gaussian whose deviation is a fifth of its window, which is a blob, has 0.48",
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
        "noise",
        "no more of a shape than white noise has",
        "Gabor R^2 below that of 99 of 100 planes of white noise; where none is fitted, from "
        f"{FEWEST_TOLD} taps on, the even or odd share about the plane's own centre below theirs",
        "the fit has eight numbers: on 5 x 5 it reaches 0.74 of noise, on 7 x 7 0.47, on 11 x 11 0.24; below 5 x 5 it "
        "reaches anything, and up to 0.98 of white noise on 3 x 3 is even or odd, on 4 x 4 0.92",
    ),
    Rule(
        "bar",
        "a line: even across its direction",
        "half or more of the energy is even about the plane's own centre",
        "the centre of the window need not be that of the filter, and a fit can trade its centre for its phase",
    ),
    Rule(
        "edge",
        "a step: odd across its direction",
        "more than half of the energy is odd about the plane's own centre",
        "as for bars",
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
        What else is to be said, each a few words: ``noise`` for the shape of a colour-opponent; ``equal to 3`` or
        ``negative of 3``, up to a factor; ``colour-opponent`` or ``coloured``; ``weak`` (no good fit);
        ``blind to flat``; ``aliased``; ``phase pair with 5``.
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


def symmetry_limit(taps: int) -> float:
    """Return the even or odd share about their own centres that 99 of 100 planes of white noise stay below.

    Measured on 12,000 planes each of eleven shapes from 3 x 3 (0.972) over 4 x 4 (0.925) to 4 x 6 (0.887);
    ``0.76 + 0.65 / sqrt n``, for n taps, is reached by 0.6 to 1.5 of 100 planes of each.

    Examples
    --------
    >>> [round(symmetry_limit(taps), 2) for taps in (9, 16, 24)]
    [0.98, 0.92, 0.89]
    """
    return 0.76 + 0.65 / math.sqrt(taps)


def tells_noise(plane: NDArray[np.float64]) -> bool:
    """Return whether a plane has taps enough, on two axes, for a limit of white noise."""
    return plane.size >= FEWEST_TOLD and min(plane.shape) > 1


def classify(filters: Sequence[Filter]) -> tuple[Verdict, ...]:
    """Return the class of every filter of a layer, with evidence and flags."""
    return tuple(_verdict(found) for found in filters)


def _verdict(found: Filter) -> Verdict:
    for name, test in _TESTS.items():
        evidence = test(found)
        if evidence:
            return Verdict(name, evidence, () if name == "dead" else _flags(found, name))
    raise AssertionError("every filter is a bar or an edge, if nothing before")  # pragma: no cover


def _dead(found: Filter) -> str:
    return f"norm {found.relative_norm:.2g} of the largest" if found.is_dead else ""


def _opponent(found: Filter) -> str:
    if found.split.chroma != "colour-opponent":
        return ""
    mix = ", ".join(f"{weight:+.2f}" for weight in found.split.mix)
    return f"mix ({mix}), grey share {found.split.grey_share:.2f}"


def _constant(found: Filter) -> str:
    return f"mean has {found.dc_share:.2f} of the energy" if found.dc_share >= CONSTANT else ""


def _gradient(found: Filter) -> str:
    return f"ramp has {found.ramp_share:.2f} of the energy" if found.ramp_share >= RAMP else ""


def _blob(found: Filter) -> str:
    return f"rings have {found.round_share:.2f} of the energy" if found.round_share >= ROUND else ""


def _noise(found: Filter) -> str:
    plane = found.split.plane
    if any(shape(found) for shape in (_constant, _gradient, _blob)) or not tells_noise(plane):
        return ""
    if found.gabor is not None:
        what, share, limit = "Gabor R^2", found.gabor.r_squared, noise_limit(plane.size)
    else:
        what, share, limit = found.symmetry.parity, found.symmetry.share, symmetry_limit(plane.size)
    return f"{what} {share:.2f}, white noise up to {limit:.2f}" if share < limit else ""


def _bar(found: Filter) -> str:
    return _edge(found) if found.symmetry.parity == "even" else ""


def _edge(found: Filter) -> str:
    at = found.symmetry
    return f"{at.share:.2f} of the energy is {at.parity} about (x, y) = ({at.x:+.2f}, {at.y:+.2f})"


_TESTS: dict[str, Callable[[Filter], str]] = {
    "dead": _dead,
    "colour-opponent": _opponent,
    "DC": _constant,
    "gradient": _gradient,
    "blob": _blob,
    "noise": _noise,
    "bar": _bar,
    "edge": _edge,
}


def _flags(found: Filter, name: str) -> tuple[str, ...]:
    flags = ["noise"] if name == "colour-opponent" and _noise(found) else []
    near = found.neighbour
    if near is not None and near.relation != "other":
        flags.append(f"{'equal to' if near.relation == 'equal' else 'negative of'} {near.other}")
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
    if found.partner is not None:
        flags.append(f"phase pair with {found.partner}")
    return tuple(flags)
