"""Kernels: exact taps at exact offsets, and their algebra."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Protocol

from kernelkit.errors import InputError, LimitError, OffGridError, ShapeError
from kernelkit.exact.offsets import Offset, Stencil, offset_text, read_offset
from kernelkit.exact.rational import Exact, rational, written
from kernelkit.notebook import Formula

if TYPE_CHECKING:
    from kernelkit.exact.factor import MultiIndex

Tap = tuple[Offset, Fraction]
Table = Sequence["Exact | Table"]
"""Nested sequences of numbers, one level an axis."""

DEEPEST = 16
"""Axes of an array of taps; lists nested deeper, or in themselves, are refused."""

LARGEST_TABLE = 1_000_000
"""Entries of a dense table; a kernel spread wider is refused."""


class SupportsToList(Protocol):
    """An array of any library: it can turn itself into nested lists."""

    def tolist(self) -> object:
        """Return the array as nested lists."""


@dataclass(frozen=True, slots=True, init=False)
class Kernel(Formula):
    """A finite set of exact taps, in the correlation convention: ``(K f)(x) = sum tap * f(x + offset)``.

    Two kernels are equal exactly when they compute the same thing: taps are ordered by offset and zero taps
    are dropped.

    Parameters
    ----------
    taps
        Tap by offset: ``{-1: 1, 0: -2, 1: 1}``, with tuples for offsets in several dimensions, or pairs.
    ndim
        Number of axes; needed only for a kernel without taps.

    Attributes
    ----------
    ndim
        Number of axes, in array order: the last axis is x.
    taps
        ``((offset, tap), ...)``, offsets ascending.

    Examples
    --------
    >>> Kernel({-1: 1, 0: -2, 1: 1})
    Kernel({-1: 1, 0: -2, 1: 1})
    >>> Kernel({-1: 1, 0: -2, 1: 1}) == Kernel({-1: -1, 0: 1}) @ Kernel({0: -1, 1: 1})
    True
    """

    ndim: int
    taps: tuple[Tap, ...]

    def __init__(
        self,
        taps: Mapping[Any, Exact] | Iterable[tuple[Exact | Sequence[Exact], Exact]],
        *,
        ndim: int | None = None,
    ) -> None:
        pairs = taps.items() if isinstance(taps, Mapping) else taps
        read: dict[Offset, Fraction] = {}
        for pair in pairs:
            if not isinstance(pair, tuple | list) or len(pair) != 2:
                raise InputError(
                    f"a kernel is made of pairs of offset and tap, not of {pair!r}"[:200],
                    next="Kernel({-1: 1, 0: -2, 1: 1}), or Kernel.from_array([1, -2, 1])",
                )
            place, tap = pair
            offset = read_offset(place)
            if offset in read:
                raise InputError(f"the offset {offset_text(offset)} has two taps", next="add them up first")
            read[offset] = rational(tap, what="a tap")
        dimensions = {len(offset) for offset in read} | ({ndim} if ndim is not None else set())
        if not dimensions:
            raise ShapeError("a kernel without taps needs its number of axes", next="Kernel({}, ndim=1)")
        if len(dimensions) > 1:
            raise ShapeError(f"offsets of dimension {min(dimensions)} and {max(dimensions)} cannot be mixed")
        if min(dimensions) < 1:
            raise ShapeError("a kernel needs at least one axis")
        object.__setattr__(self, "ndim", dimensions.pop())
        object.__setattr__(self, "taps", tuple(sorted((x, tap) for x, tap in read.items() if tap)))

    @classmethod
    def from_ordered(cls, ndim: int, taps: Iterable[Tap]) -> Kernel:
        """Make a kernel of exact taps at distinct, ascending offsets; nothing is checked, zeros are dropped."""
        kernel = object.__new__(cls)
        object.__setattr__(kernel, "ndim", ndim)
        object.__setattr__(kernel, "taps", tuple(pair for pair in taps if pair[1]))
        return kernel

    @classmethod
    def _summed(cls, ndim: int, pairs: Iterable[Tap]) -> Kernel:
        sums: dict[Offset, Fraction] = {}
        for offset, tap in pairs:
            sums[offset] = sums.get(offset, Fraction(0)) + tap
        return cls.from_ordered(ndim, sorted(sums.items()))

    @classmethod
    def from_array(
        cls, array: Table | SupportsToList, *, centre: Exact | Sequence[Exact] | None = None
    ) -> Kernel:
        """Read taps from nested lists or an array of any library.

        Parameters
        ----------
        array
            One level an axis.  Floats are taken at their exact binary value: that is what multiplies.
        centre
            Index that becomes offset 0, one number an axis.  Left out, it is ``(size - 1) // 2`` on each
            axis: the middle of an odd size, the sample before the middle of an even one.

        Raises
        ------
        ShapeError
            Ragged rows, or a centre that does not fit.

        Examples
        --------
        >>> Kernel.from_array([1, -2, 1])
        Kernel({-1: 1, 0: -2, 1: 1})
        """
        nested: object = array
        if not isinstance(array, Sequence) and hasattr(array, "tolist"):
            nested = array.tolist()
        shape = _shape(nested)
        if centre is None:
            middle: Offset = tuple(Fraction((size - 1) // 2) for size in shape)
        else:
            middle = read_offset(centre)
        if len(middle) != len(shape):
            raise ShapeError(
                f"a centre with {len(middle)} indices does not fit an array of {len(shape)} axes"
            )
        pairs: list[Tap] = []
        for index, tap in _entries(nested, shape):
            offset = tuple(Fraction(i) - c for i, c in zip(index, middle, strict=True))
            pairs.append(
                (offset, Fraction(tap) if isinstance(tap, float) and tap - tap == 0 else rational(tap))
            )
        return cls.from_ordered(len(shape), pairs)

    def moment(self, alpha: MultiIndex) -> Fraction:
        """Return ``sum tap * offset**alpha``, without a factorial."""
        if len(alpha) != self.ndim:
            raise ShapeError(f"a moment of a {self.ndim}-dimensional kernel needs {self.ndim} exponents")
        total = Fraction(0)
        for offset, tap in self.taps:
            product = tap
            for x, k in zip(offset, alpha, strict=True):
                if k:
                    product *= x**k
            total += product
        return total

    @property
    def support(self) -> Stencil:
        """The offsets that carry taps.

        Raises
        ------
        InputError
            The kernel has no taps.
        """
        return Stencil.of([offset for offset, _ in self.taps])

    @property
    def width(self) -> tuple[Fraction, ...]:
        """Extent of the support on each axis: largest offset minus smallest."""
        if not self.taps:
            return (Fraction(0),) * self.ndim
        columns = list(zip(*(offset for offset, _ in self.taps), strict=True))
        return tuple(max(column) - min(column) for column in columns)

    @property
    def symmetry(self) -> str:
        """``"even"``, ``"odd"`` or ``"none"`` under reflection through the origin."""
        mirrored = self.flipped()
        if mirrored == self:
            return "even"
        return "odd" if mirrored == -self else "none"

    @property
    def noise_gain_squared(self) -> Fraction:
        """Sum of squared taps: the variance of the output for white noise of variance 1."""
        return sum((tap * tap for _, tap in self.taps), Fraction(0))

    @property
    def l1_norm(self) -> Fraction:
        """Sum of the absolute taps: the most that errors of size 1 in the samples can add up to."""
        return sum((abs(tap) for _, tap in self.taps), Fraction(0))

    def flipped(self) -> Kernel:
        """Return the kernel reflected through the origin: its convolution mask, and its adjoint."""
        return Kernel.from_ordered(
            self.ndim, [(tuple(-x for x in offset), tap) for offset, tap in reversed(self.taps)]
        )

    def shifted(self, by: Exact | Sequence[Exact]) -> Kernel:
        """Return the kernel that reads its samples ``by`` further along.

        Examples
        --------
        >>> Kernel({-1: 1, 0: -2, 1: 1}).shifted(1)
        Kernel({0: 1, 1: -2, 2: 1})
        """
        step = read_offset(by)
        if len(step) != self.ndim:
            raise ShapeError(f"a shift with {len(step)} coordinates does not fit {self.ndim} axes")
        return Kernel.from_ordered(
            self.ndim,
            [(tuple(x + s for x, s in zip(offset, step, strict=True)), tap) for offset, tap in self.taps],
        )

    def dilated(self, factor: Exact) -> Kernel:
        """Return the kernel with all offsets multiplied by a positive factor; the taps stay."""
        scale = rational(factor, what="a dilation")
        if scale <= 0:
            raise InputError(
                f"a dilation must be positive, not {written(scale)}", next="flipped() reflects a kernel"
            )
        return Kernel.from_ordered(
            self.ndim, [(tuple(x * scale for x in offset), tap) for offset, tap in self.taps]
        )

    def outer(self, other: Kernel) -> Kernel:
        """Return the kernel on the axes of both: ``other`` acts along the later axes."""
        return Kernel.from_ordered(
            self.ndim + other.ndim, [(a + b, s * t) for a, s in self.taps for b, t in other.taps]
        )

    @property
    def origin(self) -> Offset:
        """The offset of the first entry of `dense`: the lowest offset on each axis."""
        if not self.taps:
            return (Fraction(0),) * self.ndim
        return tuple(map(min, zip(*(offset for offset, _ in self.taps), strict=True)))

    def dense(self) -> list[object]:
        """Return the taps as nested lists of `Fraction`, one level an axis, zeros filled in.

        The first entry sits at the offset `origin`.  ``numpy.array(kernel.dense(), dtype=float)`` rounds
        each tap once, correctly.

        Raises
        ------
        OffGridError
            Some offsets differ by less than a whole step.
        LimitError
            The table would have more than `LARGEST_TABLE` entries.
        """
        start = self.origin
        sizes = [int(extent) + 1 for extent in self.width]
        entries = 1
        for size in sizes:
            entries *= size
        if entries > LARGEST_TABLE:
            raise LimitError(
                f"the taps are spread over a table of more than {LARGEST_TABLE} entries",
                next="json, csv and python keep taps and offsets without the zeros between",
            )
        places: dict[tuple[int, ...], Fraction] = {}
        for offset, tap in self.taps:
            steps = [x - s for x, s in zip(offset, start, strict=True)]
            if any(step.denominator != 1 for step in steps):
                raise OffGridError(
                    f"the offset {offset_text(offset)} is no whole number of steps from {offset_text(start)}",
                    why="an array holds taps one step apart",
                    next="json, csv and python keep the exact offsets",
                )
            places[tuple(map(int, steps))] = tap
        return _nested(places, sizes, ())

    def __add__(self, other: Kernel) -> Kernel:
        if not isinstance(other, Kernel):
            return NotImplemented
        self._same_axes(other)
        return Kernel._summed(self.ndim, self.taps + other.taps)

    def __neg__(self) -> Kernel:
        return Kernel.from_ordered(self.ndim, [(offset, -tap) for offset, tap in self.taps])

    def __sub__(self, other: Kernel) -> Kernel:
        if not isinstance(other, Kernel):
            return NotImplemented
        return self + -other

    def __mul__(self, factor: Exact) -> Kernel:
        if isinstance(factor, Kernel):
            return NotImplemented
        scale = rational(factor, what="a factor")
        return Kernel.from_ordered(self.ndim, [(offset, tap * scale) for offset, tap in self.taps])

    __rmul__ = __mul__

    def __truediv__(self, divisor: Exact) -> Kernel:
        scale = rational(divisor, what="a divisor")
        if not scale:
            raise InputError("a kernel cannot be divided by zero")
        return self * (1 / scale)

    def __matmul__(self, other: Kernel) -> Kernel:
        """Return the composition: ``(A @ B) f = A (B f)``."""
        if not isinstance(other, Kernel):
            return NotImplemented
        self._same_axes(other)
        return Kernel._summed(
            self.ndim,
            [
                (tuple(x + y for x, y in zip(a, b, strict=True)), s * t)
                for a, s in self.taps
                for b, t in other.taps
            ],
        )

    def __len__(self) -> int:
        return len(self.taps)

    def __repr__(self) -> str:
        body = ", ".join(f"{offset_text(offset)}: {written(tap)}" for offset, tap in self.taps)
        return f"Kernel({{{body}}}{', ndim=' + str(self.ndim) if not self.taps else ''})"

    def _same_axes(self, other: Kernel) -> None:
        if self.ndim != other.ndim:
            raise ShapeError(
                f"kernels on {self.ndim} and {other.ndim} axes cannot be combined",
                next="outer() puts kernels on different axes together",
            )


def _shape(nested: object) -> tuple[int, ...]:
    shape: list[int] = []
    level = nested
    while isinstance(level, list | tuple):
        if not level:
            raise ShapeError("an array of taps must not be empty")
        if len(shape) == DEEPEST:
            raise LimitError(
                f"an array of taps has at most {DEEPEST} axes", next="take a kernel of fewer axes"
            )
        shape.append(len(level))
        level = level[0]
    if not shape:
        raise ShapeError("taps come as a list, or nested lists of equal length")
    return tuple(shape)


def _entries(nested: object, shape: tuple[int, ...]) -> Iterable[tuple[tuple[int, ...], Exact]]:
    if not shape:
        if isinstance(nested, list | tuple):
            raise ShapeError(
                "the rows of an array of taps must have equal length and depth",
                next="fill short rows with zeros",
            )
        yield (), nested  # type: ignore[misc]  # checked by rational()
        return
    if not isinstance(nested, list | tuple) or len(nested) != shape[0]:
        raise ShapeError(
            "the rows of an array of taps must have equal length and depth", next="fill short rows with zeros"
        )
    for i, level in enumerate(nested):
        for index, tap in _entries(level, shape[1:]):
            yield (i, *index), tap


def _nested(
    places: Mapping[tuple[int, ...], Fraction], sizes: list[int], index: tuple[int, ...]
) -> list[object]:
    if len(sizes) == 1:
        return [places.get((*index, i), Fraction(0)) for i in range(sizes[0])]
    return [_nested(places, sizes[1:], (*index, i)) for i in range(sizes[0])]
