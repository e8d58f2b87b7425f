"""Constraints: exact linear conditions on the taps of a kernel, and what they leave free."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from kernelkit.errors import InputError, LimitError, ShapeError
from kernelkit.exact import linear
from kernelkit.exact.moments import through_degree
from kernelkit.exact.names import axis_names
from kernelkit.exact.rational import Exact, counted, rational, whole

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kernelkit.exact.factor import MultiIndex
    from kernelkit.exact.functional import Functional

MOST_TAPS = 1000
"""Taps of a window that conditions are put on."""

HIGHEST_DEGREE = 40
"""Degree of moments that are fixed."""

Place = tuple[int, ...]
Row = tuple[tuple[Fraction, ...], Fraction]


@dataclass(frozen=True, slots=True)
class Constraints:
    """Exact linear conditions on the taps of one kernel; ``a + b`` asks for both.

    Attributes
    ----------
    size
        Window, one number an axis; taps are numbered row by row, offsets count from the centre ``(size - 1) // 2``.
    rows
        ``(coefficients, value)``: the taps times the coefficients add up to the value.
    """

    size: tuple[int, ...]
    rows: tuple[Row, ...]

    def __add__(self, other: Constraints) -> Constraints:
        if not isinstance(other, Constraints):
            return NotImplemented
        if self.size != other.size:
            raise ShapeError(f"conditions on windows {self.size} and {other.size} cannot be put together")
        return Constraints(self.size, self.rows + other.rows)

    def solutions(self) -> linear.Solutions:
        """Return all taps that meet the conditions: one solution, and a basis of what can be added.

        Raises
        ------
        InputError
            They contradict each other.
        """
        rows, right = [], []
        for coefficients, value in self.rows or (((Fraction(0),) * math.prod(self.size), Fraction(0)),):
            scale = math.lcm(*(c.denominator for c in coefficients))
            rows.append([int(c * scale) for c in coefficients])
            right.append(value * scale)
        found = linear.solve(rows, right)
        if found is None:
            raise InputError(
                f"no taps on a window {self.size} meet all {counted(len(self.rows), 'condition')}",
                why="they contradict each other",
                next="leave some out, or learn a larger window",
            )
        return found

    @property
    def fixed(self) -> int:
        """Directions of the taps that are fixed: the rank of the conditions."""
        return self.solutions().rank

    @property
    def free(self) -> int:
        """Directions that stay free to be learned."""
        return self.solutions().freedom


def moments_of(target: Functional, size: Sequence[int], degree: int) -> Constraints:
    """Fix all moments through a total degree to those of an operator: the taps compute it exactly so far.

    Examples
    --------
    >>> from kernelkit.exact.functional import derivative
    >>> found = moments_of(derivative((0, 1)), (5, 5), 2)
    >>> found.fixed, found.free
    (6, 19)
    """
    window = _window(size)
    if target.ndim != len(window):
        raise ShapeError(f"{target.name} has {counted(target.ndim, 'axis')}, the window {len(window)}")
    exponents = through_degree(len(window), _degree(degree))
    return Constraints(window, tuple(_moment_row(window, alpha, target.moment(alpha)) for alpha in exponents))


def moment(size: Sequence[int], alpha: MultiIndex, value: Exact = 0) -> Constraints:
    """Fix one moment ``sum tap * offset**alpha``; to vanish where no value is given.

    Examples
    --------
    >>> moment((3,), (0,)).rows
    (((Fraction(1, 1), Fraction(1, 1), Fraction(1, 1)), Fraction(0, 1)),)
    """
    window = _window(size)
    if len(alpha) != len(window):
        raise ShapeError(f"a moment on {counted(len(window), 'axis')} has as many exponents, unlike {alpha}")
    for power in alpha:
        _degree(power)
    return Constraints(window, (_moment_row(window, alpha, rational(value, what="a moment")),))


def total(size: Sequence[int], value: Exact) -> Constraints:
    """Fix the sum of the taps: 1 keeps brightness, 0 ignores it."""
    return moment(size, (0,) * len(_window(size)), value)


def symmetric(size: Sequence[int], how: str) -> Constraints:
    """Ask for a symmetry about the middle of the window.

    Parameters
    ----------
    size
        Window.
    how
        ``"even"`` or ``"odd"`` under reflection through the middle; ``"even-x"``, ``"odd-y"`` and so on under that of
        one axis; ``"exchange"`` of all axes, on windows of equal sides.

    Raises
    ------
    InputError
        Another word, or an exchange of unequal sides.

    Examples
    --------
    >>> symmetric((3, 3), "even").free, (symmetric((3, 3), "odd-x") + symmetric((3, 3), "even-y")).free
    (5, 2)
    """
    window = _window(size)
    names = axis_names(len(window))
    words = [f"{sign}-{name}" for sign in ("even", "odd") for name in names]
    if how == "exchange" and len(set(window)) == 1:
        images: list[Iterable[Place]] = [
            [_exchanged(place, i) for place in _places(window)] for i in range(len(window) - 1)
        ]
        sign = 1
    elif how in {"even", "odd", *words}:
        word, _, name = how.partition("-")
        axes = [names.index(name)] if name else list(range(len(window)))
        images = [[_reflected(place, window, axes) for place in _places(window)]]
        sign = 1 if word == "even" else -1
    else:
        raise InputError(
            f"{how!r} is no symmetry of a window {window}",
            next=f"symmetries are even, odd, {', '.join(words)}, and exchange where all sides are equal",
        )
    number = {place: i for i, place in enumerate(_places(window))}
    rows = []
    for image in images:
        for place, partner in zip(_places(window), image, strict=True):
            row = [Fraction(0)] * len(number)
            row[number[place]] += 1
            row[number[partner]] -= sign
            if any(row) and number[partner] >= number[place]:
                rows.append((tuple(row), Fraction(0)))
    return Constraints(window, tuple(rows))


def only_at(size: Sequence[int], offsets: Iterable[Exact | Sequence[int]]) -> Constraints:
    """Let taps stand at some offsets only; all others are zero.

    Examples
    --------
    >>> only_at((3, 3), [(0, 0), (0, 1), (0, -1), (1, 0), (-1, 0)]).free
    5
    """
    window = _window(size)
    places = list(_places(window))
    middle = [(n - 1) // 2 for n in window]
    kept = set()
    for offset in offsets:
        numbers = tuple(offset) if isinstance(offset, tuple | list) else (offset,)
        place = tuple(whole(x, what="an offset") + c for x, c in zip(numbers, middle, strict=False))
        if place not in places or len(numbers) != len(window):
            raise InputError(f"the offset {numbers} lies outside the window {window}", next="a larger window")
        kept.add(place)
    rows = []
    for i, place in enumerate(places):
        if place not in kept:
            rows.append((tuple(Fraction(int(j == i)) for j in range(len(places))), Fraction(0)))
    return Constraints(window, tuple(rows))


def _window(size: Sequence[int]) -> tuple[int, ...]:
    window = tuple(whole(n, what="a size") for n in size)
    if not window or min(window) < 1:
        raise InputError(f"a window has sizes from 1 on, unlike {window}", next="(3, 3)")
    if math.prod(window) > MOST_TAPS:
        raise LimitError(f"a window {window} has more than {MOST_TAPS} taps", next="a smaller window")
    return window


def _degree(degree: int) -> int:
    found = whole(degree, what="a degree")
    if not 0 <= found <= HIGHEST_DEGREE:
        raise InputError(f"a degree lies between 0 and {HIGHEST_DEGREE}, unlike {degree}", next="degree=2")
    return found


def _places(window: Sequence[int]) -> Iterable[Place]:
    return itertools.product(*map(range, window))


def _moment_row(window: tuple[int, ...], alpha: MultiIndex, value: Fraction) -> Row:
    middle = [(n - 1) // 2 for n in window]
    return (
        tuple(
            Fraction(math.prod((i - c) ** k for i, c, k in zip(place, middle, alpha, strict=True)))
            for place in _places(window)
        ),
        value,
    )


def _reflected(place: Place, window: tuple[int, ...], axes: Sequence[int]) -> Place:
    return tuple(window[a] - 1 - i if a in axes else i for a, i in enumerate(place))


def _exchanged(place: Place, axis: int) -> Place:
    swapped = list(place)
    swapped[axis], swapped[axis + 1] = swapped[axis + 1], swapped[axis]
    return tuple(swapped)
