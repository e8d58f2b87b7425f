"""Symmetries of a kernel: under which reflections and exchanges of axes its taps stay, or change sign."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, TypeVar

from kernelkit.exact.names import axis_names
from kernelkit.exact.symmetry import Motion, motions
from kernelkit.identification.grid import marks, tap_numbers

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

    from kernelkit.exact.kernel import Kernel
    from kernelkit.exact.offsets import Offset

    Number = TypeVar("Number", bound=np.generic)


@dataclass(frozen=True, slots=True)
class Symmetries:
    """What a kernel keeps, about the middle of its support.

    Attributes
    ----------
    centre
        The middle of the support, in samples: what motions are taken about.
    axes
        ``"even"``, ``"odd"`` or ``"none"`` under reflection of each axis, in array order.
    point
        The same under reflection through the centre.
    exchange
        The same under every exchange of two axes.
    order
        Number of signed exchanges of axes that keep the kernel up to its sign; all are 2, 8 and 48 on one, two
        and three axes.
    """

    centre: Offset
    axes: tuple[str, ...]
    point: str
    exchange: str
    order: int


def symmetries_of(kernel: Kernel, *, tolerance: Fraction = Fraction(0)) -> Symmetries:
    """Return the symmetries of a kernel about the middle of its support.

    Parameters
    ----------
    kernel
        The taps.
    tolerance
        Taps that differ by no more than twice this count as equal.

    Examples
    --------
    >>> from kernelkit.exact.kernel import Kernel
    >>> symmetries_of(Kernel.from_array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])).axes
    ('even', 'odd')
    """
    low, width = kernel.origin, kernel.width
    centre = tuple(a + w / 2 for a, w in zip(low, width, strict=True))
    array = marks(kernel, tolerance)
    of = _array_parity(array) if array is not None else _tap_parity(kernel, centre, tolerance)
    unit, plus = tuple(range(kernel.ndim)), (1,) * kernel.ndim
    axes = tuple(of(Motion(unit, tuple(-1 if i == axis else 1 for i in unit))) for axis in range(kernel.ndim))
    exchanges = [
        of(Motion(tuple(j if k == i else i if k == j else k for k in unit), plus))
        for i in unit
        for j in range(i)
    ]
    same = exchanges[0] if exchanges and len(set(exchanges)) == 1 else "none"
    order = sum(of(motion) != "none" for motion in motions(kernel.ndim))
    return Symmetries(centre, axes, of(Motion(unit, (-1,) * kernel.ndim)), same, order)


def moved_array(array: NDArray[Number], motion: Motion) -> NDArray[Number]:
    """Return the array of taps after a motion about the middle of its box."""
    flipped = array.transpose(motion.axes)
    return flipped[tuple(slice(None, None, sign) for sign in motion.signs)]


def _array_parity(array: NDArray[np.int64]) -> Callable[[Motion], str]:
    def parity(motion: Motion) -> str:
        image = moved_array(array, motion)
        if image.shape != array.shape:
            return "none"
        if (image == array).all():
            return "even"
        return "odd" if (image == -array).all() else "none"

    return parity


def _tap_parity(kernel: Kernel, centre: Offset, tolerance: Fraction) -> Callable[[Motion], str]:
    numbers = tap_numbers(kernel, tolerance)
    taps = {offset: numbers[abs(tap)] * (1 if tap > 0 else -1) for offset, tap in kernel.taps}

    def parity(motion: Motion) -> str:
        images = {motion.about(centre, offset): number for offset, number in taps.items()}
        if images == taps:
            return "even"
        return "odd" if images == {offset: -number for offset, number in taps.items()} else "none"

    return parity


def symmetry_text(symmetries: Symmetries) -> str:
    """Say the symmetries in words, x first.

    Examples
    --------
    >>> from kernelkit.exact.kernel import Kernel
    >>> symmetry_text(symmetries_of(Kernel.from_array([[0, 1, 0], [1, -4, 1], [0, 1, 0]])))
    'even in x and y, the same along all axes'
    """
    names = list(reversed(list(zip(axis_names(len(symmetries.axes)), symmetries.axes, strict=True))))
    parts = []
    for word in ("even", "odd"):
        along = [name for name, parity in names if parity == word]
        if along:
            parts.append(f"{word} in {' and '.join([', '.join(along[:-1])] * (len(along) > 1) + along[-1:])}")
    if not parts and symmetries.point != "none":
        parts.append(f"{symmetries.point} under reflection through its middle")
    if symmetries.exchange == "even":
        parts.append("the same along all axes")
    elif symmetries.exchange == "odd":
        parts.append("changes sign when two axes are exchanged")
    return ", ".join(parts) or "none"
