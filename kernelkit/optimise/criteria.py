"""Criteria by which kernels are designed: what each makes small, and what it is for a given kernel."""

from __future__ import annotations

import difflib
import math
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from kernelkit.analysis.noise import noise_gain
from kernelkit.analysis.symbol import symbol
from kernelkit.errors import InputError, ShapeError, UnknownNameError
from kernelkit.exact.factor import Point
from kernelkit.exact.rational import rational, written
from kernelkit.optimise.wave_samples import (
    across,
    box_grid,
    disc_grid,
    exchanged,
    from_polar,
    ideal,
    largest_on,
    quadrature,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from kernelkit.exact.functional import Functional
    from kernelkit.exact.kernel import Kernel
    from kernelkit.optimise.band import Band

NEGLIGIBLE = 1e-3
"""Relative errors are not looked at where the ideal symbol is below this part of its largest value on the band:
there the moments already hold them down."""


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
        A weight that is not positive, a criterion named twice, or one in a mixture that is no mean of squares.

    Examples
    --------
    >>> from kernelkit.optimise.band import read_band
    >>> read_criterion("noise:1,band:10", read_band("1/2")).words(1)[:42]
    'root of 1 noise^2 + 10 band^2, with noise:'
    """
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


def gradient_axis(target: Functional) -> int:
    """Return the axis of a first derivative in two or more dimensions.

    Raises
    ------
    ShapeError
        The target has one axis, or more than three.
    InputError
        It is no first derivative along one axis at the origin, on a grid of equal spacing.
    """
    if not 2 <= target.ndim <= 3:
        raise ShapeError(
            f"a gradient has a direction in 2 or 3 dimensions, not in {target.ndim}",
            next="take derivative((0, 1)) (--order 0,1), the derivative along x in the plane",
        )
    if len(target.terms) == 1 and len(set(target.spacing)) == 1:
        factors = target.terms[0][1]
        orders = [f.order for f in factors]
        at_origin = all(isinstance(f, Point) and not f.at for f in factors)
        if at_origin and sorted(orders) == [0] * (target.ndim - 1) + [1]:
            return orders.index(1)
    raise InputError(
        f"{target.name} is no first derivative along one axis on a grid of equal spacing",
        why="the direction of a gradient is that of its first derivatives",
        next="take derivative((0, 1)) (--order 0,1)",
    )


def objective_of(criterion: Criterion, kernel: Kernel, target: Functional) -> float:
    """Return the value of a criterion for a kernel, computed from its taps alone.

    Mean squares come from a quadrature, largest values from a grid of waves that is made finer around the
    largest one.  For a gradient the kernels along the other axes are those with the axes exchanged.
    """
    if not criterion.squares:
        return _LARGEST[criterion.name](kernel, target, criterion.band)
    if criterion.name == "noise":
        return noise_gain(kernel)
    total = 0.0
    for weight, name in criterion.parts:
        if name == "noise":
            total += float(weight * kernel.noise_gain_squared)
        else:
            total += float(weight) * _mean_square(name, kernel, target, criterion.band)
    return math.sqrt(total)


def _mean_square(name: str, kernel: Kernel, target: Functional, band: Band) -> float:
    reach = max((abs(float(x)) for offset, _ in kernel.taps for x in offset), default=0.0)
    reach = max(reach, *_places(target))
    waves, weights = quadrature(band.radians, reach, kernel.ndim)
    if name == "band":
        return float(weights @ abs(_symbol(kernel, waves) - ideal(target, waves)) ** 2)
    return float(sum(weights @ abs(turn) ** 2 for turn in _turns(kernel, gradient_axis(target), waves)))


def _places(target: Functional) -> list[float]:
    found = [0.0]
    for _, factors in target.terms:
        for factor, step in zip(factors, target.spacing, strict=True):
            ends = (factor.at,) if isinstance(factor, Point) else (factor.lower, factor.upper)
            found += [abs(float(x / step)) for x in ends]
    return found


def _size(values: NDArray[np.complex128]) -> NDArray[np.float64]:
    import numpy as np

    return np.abs(values)


def _symbol(kernel: Kernel, waves: NDArray[np.float64]) -> NDArray[np.complex128]:
    return symbol(kernel, waves if kernel.ndim > 1 else waves[:, 0])


def gradient_symbols(kernel: Kernel, axis: int, waves: NDArray[np.float64]) -> list[NDArray[np.complex128]]:
    """Return the symbols of the kernels along all axes, made from that along one by exchanging axes."""
    return [_symbol(kernel, exchanged(waves, axis, other)) for other in range(kernel.ndim)]


def _turns(kernel: Kernel, axis: int, waves: NDArray[np.float64]) -> list[NDArray[np.complex128]]:
    """Return the components of the cross product of wave and response."""
    responses = gradient_symbols(kernel, axis, waves)
    return [waves[:, a] * responses[b] - waves[:, b] * responses[a] for a, b in across(kernel.ndim)]


def _largest_error(kernel: Kernel, target: Functional, band: Band) -> float:
    def error(waves: NDArray[np.float64]) -> NDArray[np.float64]:
        return _size(_symbol(kernel, waves) - ideal(target, waves))

    return largest_on(box_grid(band.radians, kernel.ndim), error)


def _largest_relative_error(kernel: Kernel, target: Functional, band: Band) -> float:
    grid = box_grid(band.radians, kernel.ndim)
    floor = NEGLIGIBLE * largest_on(grid, lambda waves: _size(ideal(target, waves)))

    def error(waves: NDArray[np.float64]) -> NDArray[np.float64]:
        import numpy as np

        wanted = ideal(target, waves)
        size = _size(wanted)
        relative = _size(_symbol(kernel, waves) - wanted) / np.maximum(size, floor)
        return np.where(size >= floor, relative, 0.0)

    return largest_on(grid, error)


def _largest_direction_error(kernel: Kernel, target: Functional, band: Band) -> float:
    axis = gradient_axis(target)

    def degrees(polar: NDArray[np.float64]) -> NDArray[np.float64]:
        import numpy as np

        waves = from_polar(polar)
        responses = [response.imag for response in gradient_symbols(kernel, axis, waves)]
        along = sum(w * response for w, response in zip(waves.T, responses, strict=True))
        turned = [waves[:, a] * responses[b] - waves[:, b] * responses[a] for a, b in across(kernel.ndim)]
        found: NDArray[np.float64] = np.degrees(np.arctan2(np.linalg.norm(turned, axis=0), along))
        return found

    return largest_on(disc_grid(band.radians, kernel.ndim), degrees)


_LARGEST = {
    "minimax": _largest_error,
    "relative": _largest_relative_error,
    "direction": _largest_direction_error,
}
