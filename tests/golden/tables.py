"""Reading the golden tables: rows by file and kind, and the kernels and targets they describe."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

from kernelkit.exact.certify import ErrorTerm
from kernelkit.exact.functional import Functional, derivative
from kernelkit.exact.kernel import Kernel

HERE = Path(__file__).parent


def read(name: str) -> dict:
    """Return a whole table."""
    return json.loads((HERE / f"{name}.json").read_text(encoding="utf-8"))


def rows(name: str, *kinds: str, key: str = "kind") -> list[dict]:
    """Return the rows of a table, of the given kinds only."""
    return [row for row in read(name)["rows"] if not kinds or row[key] in kinds]


def ids(row: dict) -> str:
    """Name a parametrised test after its row."""
    return row["id"]


def kernel_of(row: dict, taps: str = "taps", ndim: int | None = None) -> Kernel:
    """Return the kernel that a row lists."""
    return Kernel(zip(map(offset_of, row["offsets"]), row[taps], strict=True), ndim=ndim)


def offset_of(entry: str | list[str]) -> tuple[Fraction, ...]:
    """Return an offset written as a rational or as a list of them."""
    return tuple(map(Fraction, [entry] if isinstance(entry, str) else entry))


def offsets_of(row: dict) -> list[tuple[Fraction, ...]]:
    """Return the offsets of a row."""
    return [offset_of(entry) for entry in row["offsets"]]


def target_of(terms: list[dict]) -> Functional:
    """Return the differential operator that a row describes by its terms."""
    parts = [derivative(tuple(term["multi_index"])) * term["coefficient"] for term in terms]
    total = parts[0]
    for part in parts[1:]:
        total += part
    return total


def errors_of(terms: list[dict], h_power: int) -> set[ErrorTerm]:
    """Return the error terms that a row lists."""
    return {ErrorTerm(Fraction(term["coefficient"]), tuple(term["multi_index"]), h_power) for term in terms}


def polynomial_of(terms: list[dict]) -> dict[tuple[int, ...], Fraction]:
    """Return a polynomial as coefficients by multi-index."""
    return {tuple(term["multi_index"]): Fraction(term["coefficient"]) for term in terms}
