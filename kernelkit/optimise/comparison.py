"""Designs among known kernels: those of the catalogue for the same target, and their ranks by a criterion."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kernelkit.catalogue.named import entries
from kernelkit.optimise.criteria import objective_of, rounding_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kernelkit.exact.functional import Functional
    from kernelkit.exact.kernel import Kernel
    from kernelkit.exact.offsets import Stencil
    from kernelkit.optimise.criteria import Criterion

DESIGN = "this design"
"""The name of a design among the others."""

_EQUAL = 1e-12
_NAMED_LAST = ("compass", "basis")
_LEFT_OUT = "misprint"


@dataclass(frozen=True, slots=True)
class Rival:
    """A kernel by name, how accurate it is (None: exact), and the value of a criterion for it."""

    name: str
    kernel: Kernel
    accuracy: int | None
    objective: float


@dataclass(frozen=True, slots=True)
class Ranked:
    """One row of a comparison.

    Attributes
    ----------
    name
        The name of the kernel, or `DESIGN`.
    accuracy
        The p of its error O(h^p); None where it has no error.
    objective
        The value of the criterion.
    rank
        The place from 1 on; values that differ by no more than rounding share one.
    """

    name: str
    accuracy: int | None
    objective: float
    rank: int


def rivals(criterion: Criterion, target: Functional, stencil: Stencil) -> list[Rival]:
    """Return the kernels of the catalogue for a target that reach no further than a stencil, each once.

    Of equal kernels the one with the best-known name is taken: masks of the eight directions of a compass and
    of orthogonal bases give theirs last.  Misprints are no rivals.
    """
    columns = list(zip(*stencil.offsets, strict=True))
    extent = [max(column) - min(column) for column in columns]
    found: dict[Kernel, Rival] = {}
    for entry in sorted(entries(), key=lambda entry: entry.family in _NAMED_LAST):
        if entry.target != target or entry.family == _LEFT_OUT:
            continue
        kernel = entry.kernel
        small = all(w <= e for w, e in zip(kernel.width, extent, strict=True))
        if not small or kernel in found or (criterion.gradient and kernel.symmetry != "odd"):
            continue
        value = objective_of(criterion, kernel, target)
        found[kernel] = Rival(entry.name, kernel, entry.certificate.accuracy, value)
    return list(found.values())


def ranked(
    design: Rival, others: Sequence[Rival], criterion: Criterion, target: Functional
) -> tuple[Ranked, ...]:
    """Rank a design among its rivals, the smallest value first, and the design first among equals."""
    rows = sorted([design, *others], key=lambda row: row.objective)
    table: list[Ranked] = []
    while rows:
        least = rows[0].objective
        equal = [row for row in rows if _level(row, least, criterion, target)]
        rows = [row for row in rows if row not in equal]
        equal.sort(key=lambda row: row is not design)
        place = len(table) + 1
        table += [Ranked(row.name, row.accuracy, row.objective, place) for row in equal]
    return tuple(table)


def _level(row: Rival, least: float, criterion: Criterion, target: Functional) -> bool:
    """Whether a value is above the least by no more than rounding."""
    above = row.objective - least
    return above <= _EQUAL * least or above <= rounding_of(criterion, row.kernel, target)
