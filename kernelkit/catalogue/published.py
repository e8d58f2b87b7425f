"""Fixed kernels: masks as published, read from a table of taps, targets and sources.

The table holds facts only.  What the taps compute, and with which gain, `Entry` proves from the taps.
"""

from __future__ import annotations

import functools
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple, NotRequired, TypedDict

from kernelkit.catalogue.entry import Entry
from kernelkit.catalogue.family import LETTERS
from kernelkit.catalogue.masks import product, swapped, transposed
from kernelkit.exact.functional import from_polynomial
from kernelkit.exact.kernel import Kernel
from kernelkit.exact.rational import rational

if TYPE_CHECKING:
    from kernelkit.exact.kernel import Table


class Row(TypedDict):
    """One kernel of the table; the file says how its entries are meant."""

    name: str
    title: str
    family: str
    source: str
    target: list[tuple[int | str, list[int]]]
    taps: NotRequired[Table]
    factors: NotRequired[list[list[int | str]]]
    centre: NotRequired[list[str]]
    decimals: NotRequired[int]
    aliases: NotRequired[list[str]]
    remarks: NotRequired[list[str]]


class _Place(NamedTuple):
    """Where a kernel is found: the row of the table, and the axis that takes the place of x."""

    row: Row
    letter: str

    @property
    def name(self) -> str:
        """The name of the kernel along its axis."""
        return _turned(self.row["name"], self.letter) or self.row["name"]

    @property
    def aliases(self) -> tuple[str, ...]:
        """Its other names; along other axes than x only those that tell the axis."""
        aliases = self.row.get("aliases", [])
        if self.letter == "x":
            return tuple(aliases)
        return tuple(turned for alias in aliases if (turned := _turned(alias, self.letter)))


def published(name: str) -> Entry | None:
    """Return the fixed kernel of a name or alias, or None where the table has none.

    Names are compared as `folded` leaves them.  A kernel along x has a twin along every other axis,
    ``scharr-3-y`` for ``scharr-3-x``, with the axes exchanged.

    Examples
    --------
    >>> entry = published("scharr-3-y")
    >>> entry.published.dense() == [[-3, -10, -3], [0, 0, 0], [3, 10, 3]], entry.gain
    (True, Fraction(32, 1))
    """
    place = _by_name().get(folded(name))
    return None if place is None else _entry(place)


def published_names() -> tuple[str, ...]:
    """Return the names of all fixed kernels, in the order of the table, without aliases."""
    return tuple(place.name for place in _places())


def published_aliases() -> tuple[str, ...]:
    """Return the other names of all fixed kernels."""
    return tuple(alias for place in _places() for alias in place.aliases)


def published_entries() -> tuple[Entry, ...]:
    """Return all fixed kernels, in the order of the table."""
    return tuple(map(_entry, _places()))


def folded(name: str) -> str:
    """Return a name as it is looked up: lower case, no blanks, hyphens for underscores.

    Examples
    --------
    >>> folded(" Scharr_3 - X")
    'scharr-3-x'
    """
    return "".join(name.split()).lower().replace("_", "-")


@functools.cache
def _table() -> list[Row]:
    import json
    import pkgutil  # importlib.resources would take 5 ms more

    data = pkgutil.get_data(__package__, "published.json")
    assert data is not None  # the table is part of the package
    rows: list[Row] = json.loads(data)["kernels"]
    return rows


@functools.cache
def _places() -> tuple[_Place, ...]:
    """Return all kernels, a row along x once for every axis of its array."""
    return tuple(
        _Place(row, letter)
        for row in _table()
        for letter in (LETTERS[: len(row["target"][0][1])] if _turned(row["name"], "x") else "x")
    )


@functools.cache
def _by_name() -> dict[str, _Place]:
    return {folded(name): place for place in _places() for name in (place.name, *place.aliases)}


def _turned(name: str, letter: str) -> str | None:
    """Return a name with its part made of x written with another letter; None where it has no such part."""
    parts = name.split("-")
    if not any(part and not part.strip("x") for part in parts):
        return None
    return "-".join(letter * len(part) if part and not part.strip("x") else part for part in parts)


def _entry(place: _Place) -> Entry:
    row, letter = place.row, place.letter
    taps = _taps(row)
    axis = taps.ndim - 1 - LETTERS.index(letter)
    terms = {tuple(alpha): rational(coefficient) for coefficient, alpha in row["target"]}
    remarks = tuple(row.get("remarks", ()))
    if letter != "x":
        taps = transposed(taps, axis)
        terms = {swapped(alpha, axis): coefficient for alpha, coefficient in terms.items()}
        remarks = (f"transpose of {row['name']}", *remarks)
    decimals = row.get("decimals")
    return Entry(
        name=place.name,
        title=row["title"].replace("dx", f"d{letter}"),
        published=taps,
        target=from_polynomial(terms, taps.ndim),
        source=row["source"],
        family=row["family"],
        aliases=place.aliases,
        remarks=remarks,
        precision=None if decimals is None else Fraction(1, 2 * 10**decimals),
    )


def _taps(row: Row) -> Kernel:
    if "factors" in row:
        return product(Kernel.from_array(factor) for factor in row["factors"])
    return Kernel.from_array(row["taps"], centre=row.get("centre"))
