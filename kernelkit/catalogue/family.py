"""Families: kernels with parameters, and the names by which their members are asked for."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from kernelkit.errors import InputError, LimitError
from kernelkit.exact.functional import Functional, derivative, value
from kernelkit.exact.rational import whole

if TYPE_CHECKING:
    from collections.abc import Callable

    from kernelkit.catalogue.entry import Entry

Value = int | Fraction | str

LETTERS = "xyz"
"""The axes by name: x is the last one of an array, y the one before it, then z."""

LARGEST_SIZE = 255
"""Samples on a side of a kernel that is asked for by name; more is refused."""

MOST_TAPS = 100_000
"""Taps of a kernel that is asked for by name; more is refused."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a family.

    Attributes
    ----------
    name
        As it is written in a name: ``size`` in ``sobel-x:size=5``.
    kind
        ``whole``, ``number`` (an exact rational) or ``word``.
    help
        One line: what it is, and in which unit.
    words
        The words allowed, where ``kind`` is ``word``.
    """

    name: str
    kind: str
    help: str
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Family:
    """A kind of kernel with parameters.

    Attributes
    ----------
    name
        What its names begin with: ``sobel``.
    summary
        One line.
    build
        Makes a member: called with the parameters given, by keyword; those left out take its defaults.
    parameters
        The parameters it takes.
    letters
        Whether names end with the axes of the derivative, as in ``sobel-xy``; then ``build`` takes ``axes``.
    members
        Names of the members that are listed, compared and identified.
    aliases
        Other names of the family: ``cv-sobel-5-x`` is ``sobel-5-x``.
    """

    name: str
    summary: str
    build: Callable[..., Entry]
    parameters: tuple[Parameter, ...] = ()
    letters: bool = False
    members: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()


SIZE = Parameter("size", "whole", "samples on a side")
DIM = Parameter("dim", "whole", "number of axes, 1 to 3")


def orders_of(axes: str, dim: int) -> tuple[int, ...]:
    """Return the order of the derivative on each axis, in array order, for letters such as ``xxy``.

    Raises
    ------
    InputError
        Letters that name no axis, or one beyond ``dim``.
    LimitError
        ``dim`` is not 1, 2 or 3.

    Examples
    --------
    >>> orders_of("xxy", 2), orders_of("", 1)
    ((1, 2), (0,))
    """
    if not isinstance(axes, str) or set(axes) - set(LETTERS):
        raise InputError(
            f"{axes!r} names no axes", next="axes are x, y and z: xx is the second derivative along x"
        )
    dim = whole(dim, what="a number of axes")
    if not 1 <= dim <= len(LETTERS):
        raise LimitError(
            f"kernels by name have 1 to {len(LETTERS)} axes, not {dim}", next="dim=2 is the plane"
        )
    if any(LETTERS.index(letter) >= dim for letter in axes):
        raise InputError(
            f"{axes!r} names an axis beyond {dim}", next=f"take dim={LETTERS.index(max(axes)) + 1}"
        )
    return tuple(axes.count(letter) for letter in reversed(LETTERS[:dim]))


def target_along(axes: str, dim: int) -> Functional:
    """Return the derivative that letters name; the value where there are none."""
    orders = orders_of(axes, dim)
    return derivative(orders) if any(orders) else value(ndim=dim)


def kind_along(axes: str) -> str:
    """Return the word for the kind of a derivative along axes: ``gradient``, ``second``, ``mixed``, ...

    Examples
    --------
    >>> kind_along("x"), kind_along("yy"), kind_along("xy"), kind_along("")
    ('gradient', 'second', 'mixed', 'smoothing')
    """
    if len(set(axes)) > 1:
        return "mixed"
    words = ("smoothing", "gradient", "second", "third", "fourth")
    return words[len(axes)] if len(axes) < len(words) else "higher"


def side_text(size: int, dim: int) -> str:
    """Write the shape of a window: ``5 points`` on a line, ``5x5`` in the plane."""
    return f"{size} points" if dim == 1 else "x".join([str(size)] * dim)


def check_size(size: int, dim: int, *, what: str) -> int:
    """Return a size on each of ``dim`` axes, within the limits of kernels by name.

    Raises
    ------
    InputError
        No whole number, or less than 1.
    LimitError
        A side above `LARGEST_SIZE`, or more than `MOST_TAPS` taps.
    """
    size = whole(size, what="a size")
    if size < 1:
        raise InputError(
            f"{what} has a size of at least 1, not {size}", next="size=5 is five samples on a side"
        )
    if size > LARGEST_SIZE:
        raise LimitError(
            f"{what} has at most {LARGEST_SIZE} samples on a side", next="ask for a smaller size"
        )
    if size**dim > MOST_TAPS:
        raise LimitError(
            f"{what} of size {size} in {dim} dimensions has {size**dim:,} taps, more than {MOST_TAPS:,}",
            next="ask for a smaller size",
        )
    return size


def check_odd_size(size: int, dim: int, *, what: str) -> int:
    """Return an odd size within the limits of kernels by name.

    Raises
    ------
    InputError
        The size is even.
    """
    size = check_size(size, dim, what=what)
    if size % 2 == 0:
        raise InputError(
            f"{what} has an odd size, not {size}",
            why="it is centred on a sample",
            next=f"size={size + 1} and size={size - 1} are sizes",
        )
    return size
