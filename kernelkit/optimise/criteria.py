"""Criteria by which kernels are designed: what each makes small, and what it is for a given kernel."""

from __future__ import annotations

import difflib
import math
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from kernelkit.analysis.noise import noise_gain
from kernelkit.errors import InputError, UnknownNameError
from kernelkit.exact.factor import Point
from kernelkit.exact.rational import rational, written
from kernelkit.optimise.gradient import gradient_axis, gradient_symbols
from kernelkit.optimise.largest_values import largest_value, relative_sizes
from kernelkit.optimise.wave_samples import across, ideal, quadrature, symbol_at

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from kernelkit.exact.functional import Functional
    from kernelkit.exact.kernel import Kernel
    from kernelkit.optimise.band import Band


class Rule(NamedTuple):
    """One criterion: what is made small over which waves, in which unit, and whether it is a mean of squares."""

    words: str
    unit: str
    squares: bool
    gradient: bool = False


RULES = {
    "noise": Rule("root of the sum of squared taps (the noise gain)", "", squares=True),
    "band": Rule("root mean square of the error of the symbol over |w| <= {band}{each}", "", squares=True),
    "rotation": Rule(
        "root mean square of the part of the gradient's response across the wave over |w| <= {band}{each}",
        "",
        squares=True,
        gradient=True,
    ),
    "minimax": Rule("largest error of the symbol over |w| <= {band}{each}", "", squares=False),
    "relative": Rule("largest relative error of the symbol over |w| <= {band}{each}", "", squares=False),
    "direction": Rule(
        "largest direction error of the gradient over |w| <= {band}",
        "degrees",
        squares=False,
        gradient=True,
    ),
}
"""The symbol is ``K^(w) = sum tap exp(i w . offset)``, its error the difference from that of the target."""


@dataclass(frozen=True, slots=True)
class Criterion:
    """A criterion, or a weighted sum of squares of several, over one band.

    Attributes
    ----------
    parts
        Weights and keys of `RULES`.
    band
        The waves that count: on each axis alone, except for ``direction``, which takes all waves of a length.
    """

    parts: tuple[tuple[Fraction, str], ...]
    band: Band

    @property
    def name(self) -> str:
        """The criterion as it is asked for: ``band``, or ``noise:1,band:10``."""
        if len(self.parts) == 1:
            return self.parts[0][1]
        return ",".join(f"{name}:{written(weight)}" for weight, name in self.parts)

    @property
    def squares(self) -> bool:
        """Whether it is a sum of squares, so that its least value is found in closed form."""
        return all(RULES[name].squares for _, name in self.parts)

    @property
    def gradient(self) -> bool:
        """Whether it is about a first derivative together with its versions along the other axes."""
        return any(RULES[name].gradient for _, name in self.parts)

    @property
    def unit(self) -> str:
        """The unit of its value; empty for that of the taps."""
        return RULES[self.parts[0][1]].unit if len(self.parts) == 1 else ""

    def words(self, ndim: int) -> str:
        """Say what is made small."""
        each = " on each axis" if ndim > 1 else ""
        texts = [RULES[name].words.format(band=self.band.text, each=each) for _, name in self.parts]
        if len(texts) == 1:
            return texts[0]
        terms = [f"{written(weight)} {name}^2" for weight, name in self.parts]
        meanings = "; ".join(f"{name}: {text}" for (_, name), text in zip(self.parts, texts, strict=True))
        return f"root of {' + '.join(terms)}, with {meanings}"


def read_criterion(text: str, band: Band) -> Criterion:
    """Read ``band``, or a mixture such as ``noise:1,band:10``: a weighted sum of squares.

    Raises
    ------
    UnknownNameError
        No such criterion.
    InputError
        No text, a weight that is not positive, a criterion named twice, or one in a mixture that is no mean of squares.

    Examples
    --------
    >>> from kernelkit.optimise.band import read_band
    >>> read_criterion("noise:1,band:10", read_band("1/2")).words(1)[:42]
    'root of 1 noise^2 + 10 band^2, with noise:'
    """
    if not isinstance(text, str):
        raise InputError(
            f"a criterion is text, not {type(text).__name__}", next=f"criteria are {', '.join(RULES)}"
        )
    parts = []
    for entry in text.split(","):
        name, colon, weight = (part.strip() for part in entry.partition(":"))
        if name not in RULES:
            near = difflib.get_close_matches(name, RULES, n=1)
            hint = f"did you mean {near[0]}? " if near else ""
            raise UnknownNameError(
                f"no criterion is called {name[:40]!r}", next=f"{hint}criteria are {', '.join(RULES)}"
            )
        parts.append((rational(weight, what="a weight") if colon else Fraction(1), name))
    if any(weight <= 0 for weight, _ in parts):
        raise InputError("the weights of a mixture must be positive", next="noise:1,band:10")
    names = [name for _, name in parts]
    if len(set(names)) < len(names):
        raise InputError("a criterion is named twice", next="add its weights up")
    unmixed = [name for name in names if not RULES[name].squares]
    if len(parts) > 1 and unmixed:
        raise InputError(
            f"{unmixed[0]} cannot be mixed with others",
            why="it is a largest value, and mixtures are sums of squares",
            next=f"mix {', '.join(name for name, rule in RULES.items() if rule.squares)}",
        )
    if len(parts) == 1:
        parts = [(Fraction(1), names[0])]
    return Criterion(tuple(parts), band)


def objective_of(criterion: Criterion, kernel: Kernel, target: Functional) -> float:
    """Return the value of a criterion for a kernel, computed from its taps alone.

    Mean squares come from a quadrature, largest values from a grid of waves that is made finer around the
    largest one.  For a gradient the kernels along the other axes are those with the axes exchanged.
    """
    if not criterion.squares:
        return largest_value(criterion.name, kernel, target, criterion.band)
    if criterion.name == "noise":
        return noise_gain(kernel)
    total = 0.0
    for weight, name in criterion.parts:
        if name == "noise":
            total += float(weight * kernel.noise_gain_squared)
        else:
            total += float(weight) * _mean_square(name, kernel, target, criterion.band)
    return math.sqrt(total)


def rounding_of(criterion: Criterion, kernel: Kernel, target: Functional) -> float:
    """Return about how much of a value by `objective_of` may be rounding: values this close are equal."""
    import numpy as np

    size, reach = float(kernel.l1_norm), _reach(kernel)
    if kernel.symmetry == "odd":
        size *= min(1.0, reach * criterion.band.radians)  # sines of small angles are small, and exact in part
    unit = 8 * float(np.finfo(float).eps)
    if criterion.name == "direction":
        slope = abs(float(kernel.moment(tuple(int(a == gradient_axis(target)) for a in range(kernel.ndim)))))
        return math.degrees(unit * float(kernel.l1_norm) * max(1.0, reach) / slope)
    end = np.full((1, kernel.ndim), criterion.band.radians)
    symbols = unit * max(size, float(abs(ideal(target, end)[0])))
    if criterion.name == "relative":
        return symbols / float(relative_sizes(target, criterion.band, np.zeros_like(end))[0])
    return symbols * math.sqrt(float(sum(weight for weight, _ in criterion.parts)))


def _reach(kernel: Kernel) -> float:
    return max((abs(float(x)) for offset, _ in kernel.taps for x in offset), default=0.0)


def _mean_square(name: str, kernel: Kernel, target: Functional, band: Band) -> float:
    waves, weights = quadrature(band.radians, max(_reach(kernel), *_places(target)), kernel.ndim)
    if name == "band":
        return float(weights @ abs(symbol_at(kernel, waves) - ideal(target, waves)) ** 2)
    return float(sum(weights @ abs(turn) ** 2 for turn in _turns(kernel, gradient_axis(target), waves)))


def _places(target: Functional) -> list[float]:
    found = [0.0]
    for _, factors in target.terms:
        for factor, step in zip(factors, target.spacing, strict=True):
            ends = (factor.at,) if isinstance(factor, Point) else (factor.lower, factor.upper)
            found += [abs(float(x / step)) for x in ends]
    return found


def _turns(kernel: Kernel, axis: int, waves: NDArray[np.float64]) -> list[NDArray[np.complex128]]:
    """Return the components of the cross product of wave and response."""
    responses = gradient_symbols(kernel, axis, waves)
    return [waves[:, a] * responses[b] - waves[:, b] * responses[a] for a, b in across(kernel.ndim)]
