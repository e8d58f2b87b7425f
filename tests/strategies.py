"""What the laws are tested on: random rationals, offsets, stencils, kernels and functionals."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from kernelkit.exact.functional import Functional, derivative, integral, value
from kernelkit.exact.kernel import Kernel
from kernelkit.exact.offsets import Offset, Stencil

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy


def rationals(
    largest: int = 6, *, denominators: tuple[int, ...] = (1, 1, 1, 2, 3, 5)
) -> SearchStrategy[Fraction]:
    """Small rationals, every second one whole."""
    return st.builds(Fraction, st.integers(-largest, largest), st.sampled_from(denominators))


def nonzero(largest: int = 6) -> SearchStrategy[Fraction]:
    """Small rationals other than zero."""
    return rationals(largest).filter(bool)


def positive(largest: int = 6) -> SearchStrategy[Fraction]:
    """Small positive rationals."""
    return rationals(largest).map(abs).filter(bool)


def offsets(ndim: int = 1, *, largest: int = 4, whole: bool = False) -> SearchStrategy[Offset]:
    """Offsets; on the lattice where ``whole``."""
    coordinate = st.integers(-largest, largest).map(Fraction) if whole else rationals(largest)
    return st.tuples(*[coordinate] * ndim)


def point_sets(
    ndim: int = 1, *, fewest: int = 1, most: int = 7, largest: int = 4, whole: bool = False
) -> SearchStrategy[list[Offset]]:
    """Distinct offsets."""
    return st.lists(offsets(ndim, largest=largest, whole=whole), min_size=fewest, max_size=most, unique=True)


def stencils(
    ndim: int = 1, *, fewest: int = 1, most: int = 7, whole: bool = False
) -> SearchStrategy[Stencil]:
    """Stencils of distinct offsets."""
    return point_sets(ndim, fewest=fewest, most=most, whole=whole).map(Stencil.of)


def kernels(ndim: int = 1, *, most: int = 5, fewest: int = 0, whole: bool = False) -> SearchStrategy[Kernel]:
    """Kernels; the empty one among them unless ``fewest`` is positive."""
    taps = st.dictionaries(offsets(ndim, whole=whole), nonzero(), min_size=fewest, max_size=most)
    return taps.map(lambda read: Kernel(read, ndim=ndim))


def operators(
    ndim: int, orders: tuple[int, ...] = (1, 2, 3), *, most: int = 3
) -> SearchStrategy[dict[tuple[int, ...], Fraction]]:
    """Homogeneous constant-coefficient operators, as coefficients by multi-index."""

    def of_order(order: int) -> SearchStrategy[dict[tuple[int, ...], Fraction]]:
        indices = _compositions(ndim, order)
        return st.dictionaries(st.sampled_from(indices), nonzero(4), min_size=1, max_size=most)

    return st.sampled_from(orders).flatmap(of_order)


def _compositions(ndim: int, order: int) -> list[tuple[int, ...]]:
    if ndim == 1:
        return [(order,)]
    return [(first, *rest) for first in range(order + 1) for rest in _compositions(ndim - 1, order - first)]


def as_functional(operator: dict[tuple[int, ...], Fraction], at: Offset | int = 0) -> Functional:
    """Return the functional of an operator given by coefficients."""
    parts = [derivative(alpha, at=at) * c for alpha, c in operator.items()]
    total = parts[0]
    for part in parts[1:]:
        total += part
    return total


def functionals(ndim: int = 1) -> SearchStrategy[Functional]:
    """Draw derivatives, values and integrals at random places, and sums of two; never the zero functional."""
    orders = st.tuples(*[st.integers(0, 3)] * ndim)
    derivatives = st.builds(lambda d, at: derivative(d, at=at), orders, offsets(ndim, largest=2))
    values = st.builds(lambda at: value(at=at), offsets(ndim, largest=2))
    sides = st.tuples(rationals(3), positive(3)).map(lambda pair: (pair[0], pair[0] + pair[1]))
    integrals = st.tuples(*[sides] * ndim).map(integral)
    simple = st.one_of(derivatives, values, integrals)
    scaled = st.builds(lambda f, c: f * c, simple, nonzero(3))
    sums = st.builds(lambda f, g: f + g, scaled, scaled).filter(lambda f: f.terms)
    return st.one_of(simple, scaled, sums)
