"""What applying a kernel comes to, whatever the image: taps, their factors, what sums are divided by, the border."""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Literal, SupportsIndex, TypedDict, get_args

from kernelkit.catalogue.entry import Entry
from kernelkit.catalogue.named import named
from kernelkit.errors import InputError, LimitError, ShapeError, UnknownNameError
from kernelkit.exact.kernel import Kernel
from kernelkit.exact.rational import counted
from kernelkit.filtering.boundary import EXTENSIONS, Extension
from kernelkit.filtering.meaning import Scale, meaning, window_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kernelkit.exact.kernel import SupportsToList, Table
    from kernelkit.filtering.meaning import Meaning

    Array = NDArray[Any]
    AnyKernel = Kernel | Entry | str | Table | SupportsToList

Boundary = Literal["one-sided"] | Extension
Operation = Literal["correlate", "convolve"]
Axis = SupportsIndex | Sequence[SupportsIndex] | None


class Conventions(TypedDict, total=False):
    """Words and numbers that `kernelkit.filtering.apply.apply` takes by name, whatever the library of the image."""

    boundary: Boundary | None
    scale: Scale
    operation: Operation
    dilation: int | Sequence[int]


class Spaced(Conventions, total=False):
    """The same, with spacings as numbers."""

    spacing: float | Sequence[float]


BOUNDARIES: tuple[str, ...] = ("one-sided", *EXTENSIONS)

LARGEST_WINDOW = 2**26
"""Samples of a window that is filled; a larger one is refused."""

LEAST, MOST = Fraction(2) ** -900, Fraction(2) ** 900
"""What sums are divided by, at least and at most, in magnitude."""

LARGEST_WHOLE = 2**20
"""Whole taps of a factor up to this are kept."""

ROUNDED = 2.0**-51
"""How exactly, relatively, taps have to be products to be taken for products that were rounded."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How a kernel is applied.

    Attributes
    ----------
    known
        The taps that are summed, and what they compute.
    divisor
        What the sums are divided by; 1.0 where the taps say it already.
    boundary
        One of `BOUNDARIES`.
    lines
        One kernel an axis, whose product the taps are; None where there are none.
    tables
        Of each line, or of the kernel: its taps in a window that holds offset 0, and where in it offset 0 stands.
    """

    known: Meaning
    divisor: float
    boundary: str
    lines: tuple[Kernel, ...] | None
    tables: tuple[tuple[Array, tuple[int, ...]], ...]

    @property
    def sizes(self) -> tuple[int, ...]:
        """Sides of the window that holds the taps and offset 0."""
        return sizes_of(self.known.kernel)

    def shape_for(self, shape: Sequence[int], axes: Sequence[int]) -> tuple[int, ...]:
        """Return the shape of the result, before strides, for an image of a shape that is filtered along some axes.

        Raises
        ------
        ShapeError
            An image in which the window fits nowhere, for ``valid``.
        """
        sides = list(shape)
        if self.boundary == "valid":
            for axis, size in zip(axes, self.sizes, strict=True):
                sides[axis] -= size - 1
        if min(sides) < 1:
            raise ShapeError(
                f"a kernel of {' x '.join(map(str, self.sizes))} fits nowhere in an image of "
                f"{' x '.join(map(str, shape))}",
                next="another boundary than valid",
            )
        return tuple(sides)


@functools.lru_cache(maxsize=256, typed=True)
def plan(
    kernel: Kernel,
    *,
    boundary: Boundary | None = None,
    spacing: float | tuple[float, ...] = 1.0,
    scale: Scale = "unit",
    operation: Operation = "correlate",
    dilation: int | tuple[int, ...] = 1,
    masked: bool = False,
) -> Plan:
    """Check conventions, and say what they come to.

    Raises
    ------
    InputError
        A kernel without taps, spacings or dilations that are not positive, a mask with an extension.
    ShapeError
        Another number of spacings or dilations than axes.
    UnknownNameError
        A word that is none.
    """
    if operation not in get_args(Operation):
        raise UnknownNameError(f"no operation is called {operation!r}", next="correlate or convolve")
    known = meaning(dilated(kernel.flipped() if operation == "convolve" else kernel, dilation))
    divisor = known.divisor(scale, _spacings(spacing, kernel.ndim))
    chosen = boundary or ("one-sided" if known.order > 0 else "reflect")
    if chosen not in BOUNDARIES:
        raise UnknownNameError(f"no boundary is called {chosen!r}", next=f"one of {', '.join(BOUNDARIES)}")
    if masked and chosen != "one-sided":
        if boundary is not None:
            raise InputError(
                f"a mask and the boundary {boundary} contradict each other",
                why="around missing samples, and at the border, the operator is fitted to those that are there",
                next='boundary="one-sided"',
            )
        chosen = "one-sided"
    check_window(known.kernel)
    if not LEAST <= abs(divisor) <= MOST:
        raise LimitError(
            "the spacing is so small, or so large, that results leave the range of numbers",
            next="a unit in which the spacing is nearer to 1",
        )
    if _is_power_of_two(divisor):  # no digit is lost, and one pass over the result is saved
        known, divisor = replace(known, kernel=known.kernel / divisor, gain=known.gain / divisor), Fraction(1)
    lines = lines_of(known.kernel)
    return Plan(known, float(divisor), chosen, lines, tuple(map(table_of, lines or [known.kernel])))


def kernel_of(kernel: AnyKernel, scale: Scale = "unit") -> Kernel:
    """Return the kernel that a name, an entry or a table of taps stands for.

    A name stands for the consistent kernel, and at raw scale for the taps as they were published.

    Raises
    ------
    UnknownNameError
        A name that the catalogue does not know.
    """
    if isinstance(kernel, str):
        kernel = _named(kernel)
    if isinstance(kernel, Entry):
        return kernel.published if scale == "raw" else kernel.kernel
    if isinstance(kernel, Kernel):
        return kernel
    if hasattr(kernel, "tobytes"):  # an array of NumPy's: many floats take longer to read than to apply
        import numpy as np

        array = np.asarray(kernel)
        if array.dtype.kind == "f":
            return _read(array.tobytes(), array.dtype.str, array.shape)
    return Kernel.from_array(kernel)


@functools.lru_cache(maxsize=64)
def _read(taps: bytes, dtype: str, shape: tuple[int, ...]) -> Kernel:
    import numpy as np

    return Kernel.from_array(np.frombuffer(taps, dtype).reshape(shape))


@functools.lru_cache(maxsize=256)
def _named(name: str) -> Entry:
    return named(name)


def lines_of(kernel: Kernel) -> tuple[Kernel, ...] | None:
    """Return one kernel an axis whose product the kernel is, to the last digit or as rounding left it.

    Small whole taps stay whole, so that sums of whole samples are exact; others are divided by the largest.
    """
    from kernelkit.analysis.separable import separate

    if kernel.ndim == 1:
        return (kernel,)
    found = separate(kernel)
    if found.factors is None:
        return _rounded_lines(kernel)
    scale, balanced = found.scale, []
    for factor in found.factors:
        largest = max(abs(tap) for _, tap in factor.taps)
        unit = largest if largest > LARGEST_WHOLE else Fraction(1)
        balanced.append(factor / unit)
        scale *= unit
    return (balanced[0] * scale, *balanced[1:])


def _rounded_lines(kernel: Kernel) -> tuple[Kernel, ...] | None:
    """Return the factors of a kernel whose taps are products that were rounded to floats."""
    import numpy as np

    rest, anchor = table_of(kernel)
    factors = []
    for axis in range(kernel.ndim - 1):
        table = rest.reshape(rest.shape[0], -1)
        row, column = np.unravel_index(np.argmax(np.abs(table)), table.shape)
        across, along = table[:, column], table[row] / table[row, column]
        if (abs(np.outer(across, along) - table) > ROUNDED * (axis + 1) * abs(table)).any():
            return None
        factors.append(across)
        rest = along.reshape(rest.shape[1:])
    return tuple(
        Kernel({step - place: Fraction(tap) for step, tap in enumerate(factor.tolist())})
        for factor, place in zip([*factors, rest], anchor, strict=True)
    )


def table_of(kernel: Kernel) -> tuple[Array, tuple[int, ...]]:
    """Return the taps in a window that holds offset 0, and where in it offset 0 stands."""
    import numpy as np

    first = [low for low, _ in window_of(kernel)]
    weights = np.zeros(sizes_of(kernel))
    try:
        for offset, tap in kernel.taps:
            weights[tuple(int(place) - start for place, start in zip(offset, first, strict=True))] = float(
                tap
            )
    except OverflowError as huge:
        raise LimitError("a tap is beyond the largest float, 1.8e308", next="smaller taps") from huge
    return weights, tuple(-start for start in first)


def check_window(kernel: Kernel) -> None:
    """Refuse a kernel whose window is too large to be filled.

    Raises
    ------
    LimitError
        More than `LARGEST_WINDOW` samples.
    """
    sizes = sizes_of(kernel)
    if math.prod(sizes) > LARGEST_WINDOW:
        raise LimitError(
            f"a window of {' x '.join(map(str, sizes))} samples is too large",
            why=f"the limit is {LARGEST_WINDOW:,} samples",
            next="a smaller dilation, or a smaller kernel",
        )


def sizes_of(kernel: Kernel) -> tuple[int, ...]:
    """Return the sides of the window that holds the taps and offset 0."""
    return tuple(high - low + 1 for low, high in window_of(kernel))


def as_tuple(steps: object) -> Any:  # noqa: ANN401 - numbers of any library
    """Return several numbers as a tuple; one number, or a word, as it is."""
    if isinstance(steps, str | bytes) or not hasattr(steps, "__iter__"):
        return steps
    if getattr(steps, "ndim", 1) == 0:
        return float(steps)  # type: ignore[arg-type]  # an array of one number
    return tuple(steps)


def each(what: str, given: object, count: int) -> tuple[Any, ...]:
    """Return one value an axis: several as they are, one for all.

    Raises
    ------
    ShapeError
        Another number of them; ``what`` they are is said.
    """
    found = as_tuple(given)
    found = found if isinstance(found, tuple) else (found,) * count
    if len(found) != count:
        raise ShapeError(f"{len(found)} {what} for {count} axes", next="one number, or one an axis")
    return found


def positive(numbers: tuple[Any, ...]) -> tuple[float, ...] | None:
    """Return numbers as floats, if they are positive and finite; else None."""
    try:
        found = tuple(map(float, numbers))
    except (OverflowError, TypeError, ValueError):
        return None
    return found if all(number > 0 and math.isfinite(number) for number in found) else None


def axes_of(kernel: Kernel, shape: Sequence[int], axis: Axis) -> tuple[int, ...]:
    """Return the axes of an image that the kernel's axes go along, counted from 0.

    Raises
    ------
    ShapeError
        Axes that the image does not have, or another number than the kernel's.
    """
    count = len(shape)
    if axis is None:
        if kernel.ndim != count:
            raise ShapeError(
                f"a kernel of {counted(kernel.ndim, 'axis')} does not say where it goes in an image of "
                f"{counted(count, 'axis')}",
                next=f"axis={tuple(range(count))[-kernel.ndim :] if kernel.ndim > 1 else 0}",
            )
        return tuple(range(count))
    given = as_tuple(axis)
    if given == ():
        raise ShapeError("a kernel goes along one axis at least", next="axis=0")
    found = []
    for one in given if isinstance(given, tuple) else (given,):
        if not isinstance(one, SupportsIndex):
            raise InputError(f"an axis is a whole number, not {one!r}", next=f"axis={count - 1}")
        place = one.__index__()
        if not -count <= place < count:
            raise ShapeError(f"an image of {counted(count, 'axis')} has no axis {place}")
        found.append(place % count)
    if len(found) != kernel.ndim or len(set(found)) != len(found):
        raise ShapeError(
            f"axes {tuple(found)} cannot serve a kernel of {counted(kernel.ndim, 'axis')}",
            next="name as many axes as the kernel has, each once",
        )
    return tuple(found)


def steps_of(name: str, steps: int | Sequence[int], count: int) -> tuple[int, ...]:
    """Return whole steps, one an axis.

    Raises
    ------
    InputError
        Steps that are not positive whole numbers.
    ShapeError
        Another number of them.
    """
    found = each(f"steps of {name}", steps, count)
    if not all(isinstance(step, SupportsIndex) and step.__index__() > 0 for step in found):
        raise InputError(
            f"a {name} is a positive whole number, or one an axis, not {steps}", next=f"{name}=2"
        )
    return tuple(step.__index__() for step in found)


def dilated(kernel: Kernel, dilation: int | tuple[int, ...]) -> Kernel:
    """Return a kernel whose taps are so many times as far apart, one number or one an axis.

    Raises
    ------
    InputError, ShapeError
        As `steps_of`.
    """
    steps = steps_of("dilation", dilation, kernel.ndim)
    if set(steps) == {1}:
        return kernel
    return Kernel(
        [
            (tuple(place * step for place, step in zip(offset, steps, strict=True)), tap)
            for offset, tap in kernel.taps
        ],
        ndim=kernel.ndim,
    )


def _spacings(spacing: float | Sequence[float], count: int) -> tuple[Fraction, ...]:
    found = positive(each("spacings", spacing, count))
    if found is None:
        raise InputError(
            f"spacings are positive numbers, not {spacing!r}", next="spacing=0.5, or one an axis"
        )
    return tuple(map(Fraction, found))


def _is_power_of_two(number: Fraction) -> bool:
    return all(part.bit_count() == 1 for part in (abs(number.numerator), number.denominator))
