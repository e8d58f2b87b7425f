"""Choosing among kernels where taps stay free, by the rules of `preferences`."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction
from typing import TYPE_CHECKING

from kernelkit.errors import LimitError, UnderdeterminedError, UnsolvableError
from kernelkit.exact import linear
from kernelkit.exact.certify import certify
from kernelkit.exact.derive import highest_degree, moment_system, unsolvable
from kernelkit.exact.fewest import best_first, fewest_taps
from kernelkit.exact.isotropy import isotropic_defects
from kernelkit.exact.kernel import Kernel
from kernelkit.exact.moments import axis_scales, of_degree, through_degree
from kernelkit.exact.obstruct import Obstruction, required_degree
from kernelkit.exact.polynomial import primitive
from kernelkit.exact.preferences import RULES, check_preference
from kernelkit.exact.symmetry import Orbit, orbits

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kernelkit.exact.functional import Functional
    from kernelkit.exact.offsets import Stencil

MOST_CHOICES = 4000
"""Ways of setting free taps to zero that are tried in search of the fewest symmetric ones."""


def preferred(target: Functional, stencil: Stencil, accuracy: int | None, prefer: str) -> Kernel:
    """Return the kernel on a stencil that a preference singles out.

    Parameters
    ----------
    target, stencil
        What is to be computed, and where.
    accuracy
        The accuracy asked for; None for the highest that the stencil allows.
    prefer
        A key of `RULES`.

    Raises
    ------
    UnknownNameError
        No such preference.
    UnsolvableError
        No kernel on the stencil reaches the accuracy, or none has an isotropic error.
    LimitError
        The search would be too long.
    """
    check_preference(prefer)
    rule = RULES[prefer]
    degree = highest_degree(target, stencil) if accuracy is None else required_degree(target, accuracy)
    if rule.isotropic and (degree - target.order + 1) % 2:
        raised = accuracy is not None or degree == required_degree(target, 1)
        degree += 1 if raised else -1
    if rule.least == "norm":
        return _least_norm(target, stencil, degree)
    if rule.symmetric:
        return _fewest_symmetric(target, stencil, degree, isotropic=rule.isotropic)
    rows, right = moment_system(target, stencil, degree)
    if linear.solve(rows, right) is None:
        raise unsolvable(target, stencil, degree - target.order + 1)
    searched = fewest_taps(target, stencil, degree)
    if not searched.kernels:
        raise LimitError(
            f"no kernel on {len(stencil)} points has {searched.through} taps or fewer, and the search for more "
            "is above the work limit",
            next="take fewer points, or prefer symmetric (--prefer symmetric)",
        )
    return searched.kernels[0]


def _least_norm(target: Functional, stencil: Stencil, degree: int) -> Kernel:
    rows, right = moment_system(target, stencil, degree)
    taps = linear.least_norm(rows, right)
    if taps is None:
        raise unsolvable(target, stencil, degree - target.order + 1)
    return Kernel.from_ordered(target.ndim, zip(stencil.offsets, taps, strict=True))


def _fewest_symmetric(target: Functional, stencil: Stencil, degree: int, *, isotropic: bool) -> Kernel:
    groups = orbits(target, stencil)
    rows, right = moment_system(target, stencil, degree)
    error: list[Fraction] = []
    if isotropic:
        rows, right, error = _with_isotropy(target, stencil, degree)
    places = {offset: i for i, offset in enumerate(stencil.offsets)}
    by_orbit = [
        [sum(sign * row[places[x]] for x, sign in zip(g.offsets, g.signs, strict=True)) for g in groups]
        for row in rows
    ]
    scale = math.lcm(*(x.denominator for x in error)) if error else 1
    system = [[*row, int(-x * scale)] for row, x in zip(by_orbit, error, strict=True)] if error else by_orbit
    solutions = linear.solve(system, right) if groups else None
    if solutions is None:
        raise _no_symmetric(target, stencil, degree, rows, right, error)
    kernels = {
        _from_orbits(target.ndim, groups, taps)
        for taps in _basic_solutions(system, right, len(groups), solutions.freedom)
    }
    if isotropic:
        # where the constant of the isotropic error came out as 0, the next error is leading and need not be
        kernels = {kernel for kernel in kernels if certify(kernel, target).isotropic}
        constants = [solutions.particular[-1], *(direction[-1] for direction in solutions.directions())]
        if not kernels and not any(constants):
            # it is always 0: every kernel is more accurate, and isotropy is a matter of the next error
            return _fewest_symmetric(target, stencil, degree + 2, isotropic=True)
        if not kernels:
            raise UnderdeterminedError(
                f"none of the smallest kernels for {target.name} on these {len(stencil)} points has an isotropic error",
                freedom=solutions.freedom,
                next="take fewer points, or another accuracy",
            )
    fewest = min(map(len, kernels))
    return best_first([kernel for kernel in kernels if len(kernel) == fewest], target)[0]


def _basic_solutions(
    system: Sequence[Sequence[int]], right: Sequence[Fraction], taps: int, freedom: int
) -> Iterator[list[Fraction]]:
    """Yield the solutions with as many zeros as there are free unknowns.

    The columns of a smallest solution are independent, so they are part of a basis, and the solution is what
    remains when the columns outside that basis are set to zero: all smallest solutions are among these.
    """
    if math.comb(taps, freedom) > MOST_CHOICES:
        raise LimitError(
            f"{taps} groups of equivalent points leave {freedom} taps free: more than {MOST_CHOICES} choices",
            next="take fewer points, a higher accuracy, or prefer least-norm",
        )
    for zeros in itertools.combinations(range(taps), freedom):
        kept = [i for i in range(len(system[0])) if i not in zeros]
        found = linear.solve([[row[i] for i in kept] for row in system], right)
        if found is not None:
            solution = dict(zip(kept, found.particular, strict=True))
            yield [solution.get(i, Fraction(0)) for i in range(taps)]


def _from_orbits(ndim: int, groups: Sequence[Orbit], taps: Sequence[Fraction]) -> Kernel:
    pairs = [
        (offset, sign * tap)
        for group, tap in zip(groups, taps, strict=True)
        for offset, sign in zip(group.offsets, group.signs, strict=True)
    ]
    return Kernel.from_ordered(ndim, sorted(pairs))


def _with_isotropy(
    target: Functional, stencil: Stencil, degree: int
) -> tuple[list[list[int]], list[Fraction], list[Fraction]]:
    """Return the moment system through degree + 1 and the column of an isotropic error of unknown size."""
    rows, right = moment_system(target, stencil, degree + 1)
    form = isotropic_defects(target, degree - target.order + 1)
    scales = axis_scales(stencil.offsets)
    error = []
    for alpha in through_degree(target.ndim, degree + 1):
        entry = form.get(alpha, Fraction(0)) if sum(alpha) == degree + 1 else Fraction(0)
        for scale, k in zip(scales, alpha, strict=True):
            entry *= scale**k
        error.append(entry)
    return rows, right, error


def _no_symmetric(
    target: Functional,
    stencil: Stencil,
    degree: int,
    rows: Sequence[Sequence[int]],
    right: Sequence[Fraction],
    error: Sequence[Fraction],
) -> UnsolvableError:
    """Return the error for an accuracy out of reach, or for an isotropic error out of reach."""
    if (
        not error
        or linear.solve(moment_system(target, stencil, degree)[0], right[: _count(target, degree)]) is None
    ):
        return unsolvable(target, stencil, degree - target.order + 1)
    # a combination of the conditions that no taps and no isotropic error meet
    scale = math.lcm(*(x.denominator for x in error))
    conditions = [[*row, int(-x * scale)] for row, x in zip(rows, error, strict=True)]
    scales = axis_scales(stencil.offsets)
    proofs = linear.null_space(list(zip(*conditions, strict=True)))
    proof = next(d for d in proofs if sum(c * b for c, b in zip(d, right, strict=True)))
    terms = [
        (alpha, c * math.prod(s**k for s, k in zip(scales, alpha, strict=True)))
        for alpha, c in zip(through_degree(target.ndim, degree + 1), proof, strict=True)
    ]
    return UnsolvableError(
        f"no kernel on these {len(stencil)} points computes {target.name} with an isotropic error of "
        f"order h^{degree - target.order + 1}",
        obstruction=Obstruction(target, stencil, primitive(terms)),
        also=", and an isotropic error adds 0 to that",
        next="take more points, a lower accuracy, or equal spacings",
    )


def _count(target: Functional, degree: int) -> int:
    return sum(1 for k in range(degree + 1) for _ in of_degree(target.ndim, k))
