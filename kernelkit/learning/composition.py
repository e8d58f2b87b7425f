"""Composition: two layers without a nonlinearity are one, and which kernels are such a product."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from kernelkit.errors import InputError, LimitError
from kernelkit.exact.kernel import Kernel
from kernelkit.exact.names import axis_names
from kernelkit.exact.rational import counted

if TYPE_CHECKING:
    from flint import fmpz_mpoly

    from kernelkit.exact.offsets import Offset

MOST_TAPS = 400
"""Cells of the smallest box around the taps of a kernel that is split."""


class Factor(NamedTuple):
    """An irreducible factor of a polynomial in one axis, and how often it occurs."""

    coefficients: tuple[int, ...]
    times: int


@dataclass(frozen=True, slots=True)
class Split:
    """A kernel as a composition of smaller ones.

    A kernel is ``scale`` times the composition of its factors, moved by ``shift``; composition multiplies the
    polynomials ``sum tap * x^i y^j``.

    Attributes
    ----------
    kernel
        The taps.
    scale
        A fraction.
    factors
        Kernels with whole taps without a common divisor, lowest offsets 0, that split no further over the rationals;
        as many copies as there are.
    shift
        Offset of the lowest corner of the taps.
    axis
        Of a single factor on two axes: the axis in which it has degree 2 and so a discriminant that decides; else
        empty.
    discriminant
        Irreducible factors of that discriminant, ascending coefficients in the other axis.
    irreducible
        ``"no"`` for compositions and single taps; ``"over the complex numbers"`` where no taps of any kind split it;
        ``"over the rationals"`` where only that is proved.
    """

    kernel: Kernel
    scale: Fraction
    factors: tuple[Kernel, ...]
    shift: Offset
    axis: str
    discriminant: tuple[Factor, ...]
    irreducible: str

    @property
    def statement(self) -> str:
        """The verdict in one sentence."""
        if not self.factors:
            return "is a single tap"
        if self.irreducible == "no":
            return f"splits into {counted(len(self.factors), 'kernel')}"
        why = f": its discriminant in {self.axis} is no square" if self.discriminant else ""
        return f"is no composition of smaller kernels {self.irreducible}{why}"


def split(kernel: Kernel) -> Split:
    """Split a kernel into a composition of smaller ones, over the rationals, or prove that none exists.

    In several dimensions most kernels do not split, although every stack of layers without a nonlinearity is one
    layer.  On a line, every kernel of more than three taps splits over the reals.

    Raises
    ------
    InputError
        A kernel without taps, or taps that are no whole steps apart.
    LimitError
        A box of more than `MOST_TAPS` cells.

    Examples
    --------
    >>> split(Kernel.from_array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])).statement
    'splits into 4 kernels'
    >>> split(Kernel.from_array([[0, 1, 0], [1, -4, 1], [0, 1, 0]])).statement
    'is no composition of smaller kernels over the complex numbers: its discriminant in y is no square'
    """
    from flint import fmpz_mpoly_ctx

    if not kernel.taps:
        raise InputError("a kernel without taps splits into anything", next="split(Kernel({0: 1, 1: 1}))")
    if math.prod(int(width) + 1 for width in kernel.width) > MOST_TAPS:
        raise LimitError(
            f"the taps lie in a box of more than {MOST_TAPS} cells", next="split a smaller kernel"
        )
    bottom = math.lcm(*(tap.denominator for _, tap in kernel.taps))
    places = {}
    for offset, tap in kernel.taps:
        steps = [x - low for x, low in zip(offset, kernel.origin, strict=True)]
        if any(step.denominator != 1 for step in steps):
            raise InputError(
                "the taps are no whole steps apart", next="kernel.dilated(2) doubles all offsets"
            )
        places[tuple(map(int, steps))] = int(tap * bottom)
    context = fmpz_mpoly_ctx.get(axis_names(kernel.ndim), "lex")
    content, found = context.from_dict(places).factor()
    factors = [
        Kernel({place: int(c) for place, c in factor.to_dict().items()}, ndim=kernel.ndim)
        for factor, times in found
        for _ in range(int(times))
    ]
    scale = Fraction(int(content), bottom)
    axis, discriminant = ("", ()) if len(factors) != 1 else _discriminant(found[0][0], kernel.ndim)
    odd = any(factor.times % 2 and len(factor.coefficients) > 1 for factor in discriminant)
    proved = odd or (len(factors) == 1 and 1 in found[0][0].degrees())
    words = "no" if len(factors) != 1 else "over the complex numbers" if proved else "over the rationals"
    return Split(
        kernel, scale, tuple(factors), kernel.origin, axis if odd else "", discriminant if odd else (), words
    )


def _discriminant(polynomial: fmpz_mpoly, ndim: int) -> tuple[str, tuple[Factor, ...]]:
    """Return the axis in which a polynomial on two axes has degree 2, and its factored discriminant in it.

    A polynomial of degree 2 in y without factors in x alone splits over the complex numbers exactly where its
    discriminant is a square: where every root of it has even multiplicity.
    """
    names = axis_names(ndim)
    quadratic = [i for i, degree in enumerate(polynomial.degrees()) if degree == 2]
    if ndim != 2 or not quadratic:
        return "", ()
    axis = quadratic[0]
    _, found = polynomial.discriminant(names[axis]).factor()
    factors = []
    for factor, times in found:
        table = {place[1 - axis]: int(c) for place, c in factor.to_dict().items()}
        coefficients = tuple(table.get(k, 0) for k in range(max(table) + 1))
        factors.append(Factor(coefficients, int(times)))
    return names[axis], tuple(sorted(factors, key=lambda f: (f.times, f.coefficients)))
