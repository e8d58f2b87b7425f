"""What is drawn: kernels under names, checked before anything is drawn."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from fractions import Fraction

from kernelkit.errors import InputError, LimitError, ShapeError
from kernelkit.exact.kernel import Kernel
from kernelkit.exact.rational import counted

MOST_KERNELS = 12
"""Kernels in one figure: as many as can be told apart in greyscale."""

LONGEST_NAME = 60
"""Characters of a name in a legend; more leave no room for the figure."""

LARGEST_VALUE = Fraction(10) ** 100
"""Values drawn are below this, and the largest above its inverse: axes of more than that overflow."""


def named_kernels(
    kernels: Mapping[str, Kernel] | Kernel, *, ndim: Collection[int], next: str
) -> dict[str, Kernel]:
    """Return kernels under their names; one given without a name stands under the empty name.

    Parameters
    ----------
    kernels
        One kernel, or kernels by name, all on the same number of axes.
    ndim
        Numbers of axes that can be drawn.
    next
        A way out for kernels on other numbers of axes.

    Raises
    ------
    InputError
        No kernel, a value that is none, a kernel without taps, a name that cannot be drawn, or taps far
        beyond or below 1.
    ShapeError
        A kernel on another number of axes, or kernels on different ones.
    LimitError
        More than `MOST_KERNELS`.
    """
    if isinstance(kernels, Kernel):
        found = {"": kernels}
    else:
        check_names(kernels, "kernels", 'give {"Sobel": kernel}, or one kernel')
        found = dict(kernels)
    for name, kernel in found.items():
        check_kernel(kernel, ndim=ndim, next=next, name=name)
    dimensions = sorted({kernel.ndim for kernel in found.values()})
    if len(dimensions) > 1:
        raise ShapeError(
            f"kernels on {dimensions[0]} and {dimensions[1]} axes do not fit into one figure",
            next="draw a figure for each",
        )
    return found


def check_names(given: object, what: str, next: str) -> None:
    """Refuse anything but a mapping of 1 to `MOST_KERNELS` names that fit into a legend.

    Raises
    ------
    InputError
        No mapping, an empty one, or a name that is no short printable text.
    LimitError
        More than `MOST_KERNELS` names.
    """
    if not isinstance(given, Mapping):
        raise InputError(f"{what} come as a mapping from names, not as {type(given).__name__}", next=next)
    if not given:
        raise InputError(f"there are no {what} to draw", next=next)
    if len(given) > MOST_KERNELS:
        raise LimitError(
            f"{len(given)} {what} are too many for one figure",
            why=f"more than {MOST_KERNELS} cannot be told apart",
            next="draw several figures",
        )
    for name in given:
        if not isinstance(name, str) or not name.strip() or not name.isprintable():
            raise InputError(f"a name is printable text, not {name!r}"[:200], next=next)
        if len(name) > LONGEST_NAME:
            raise LimitError(f"a name of {len(name)} characters leaves no room; at most {LONGEST_NAME} fit")


def check_kernel(kernel: object, *, ndim: Collection[int], next: str, name: str = "") -> None:
    """Refuse what is no kernel that can be drawn; the refusals are those of `named_kernels`."""
    label = f"the kernel {name!r}" if name else "the kernel"
    if not isinstance(kernel, Kernel):
        raise InputError(
            f"{label} is not a Kernel but {type(kernel).__name__}", next="Kernel.from_array([1, -2, 1])"
        )
    if not kernel.taps:
        raise InputError(
            f"{label} has no taps: there is nothing to draw", next="[1, -2, 1] is a kernel with taps"
        )
    if kernel.ndim not in ndim:
        raise ShapeError(
            f"this figure is of kernels on {' or '.join(counted(n, 'axis') for n in sorted(ndim))}, "
            f"not on {counted(kernel.ndim, 'axis')}",
            next=next,
        )
    largest = max(abs(tap) for _, tap in kernel.taps)
    if largest <= 1 / LARGEST_VALUE or kernel.l1_norm >= LARGEST_VALUE:
        raise InputError(
            f"the taps of {label} are too large or too small to be drawn",
            next="divide them by a common factor first",
        )
