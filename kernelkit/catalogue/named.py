"""Kernels by name: one register of all fixed kernels and all families."""

from __future__ import annotations

import functools
import importlib
from dataclasses import replace
from typing import TYPE_CHECKING

from kernelkit.catalogue.grammar import read_member
from kernelkit.catalogue.published import (
    folded,
    published,
    published_aliases,
    published_entries,
    published_names,
)
from kernelkit.errors import InputError, LimitError, UnknownNameError

if TYPE_CHECKING:
    from kernelkit.catalogue.entry import Entry
    from kernelkit.catalogue.family import Family

LONGEST_NAME = 200
"""Characters of a name; more is refused unread."""

MOST_NEAR = 4
"""Names that are offered where a name is unknown."""

_HOMES = {
    # family, or another name of one: the file that holds it, so that a name loads one file and no other
    "average": "means",
    "binomial": "smoothed_difference",
    "box": "means",
    "central": "central_difference",
    "cv-sobel": "smoothed_difference",
    "deriche": "recursive",
    "deriche-smooth": "recursive",
    "difference-of-gaussians": "laplacian_of_gaussian",
    "disc": "means",
    "disk": "means",
    "dog": "laplacian_of_gaussian",
    "extended-sobel": "inverse_distance",
    "gabor": "gabor",
    "gaussian": "gaussian",
    "holoborodko": "flat_at_pi",
    "lanczos": "polynomial_fit",
    "laplacian-of-gaussian": "laplacian_of_gaussian",
    "log": "laplacian_of_gaussian",
    "mean": "means",
    "motion": "means",
    "motion-blur": "means",
    "pillbox": "means",
    "prewitt": "polynomial_fit",
    "savgol": "polynomial_fit",
    "savitzky-golay": "polynomial_fit",
    "sharpen": "sharpening",
    "sobel": "smoothed_difference",
    "steerable-g2": "steerable",
    "uniform": "means",
    "unsharp": "sharpening",
    "unsharp-mask": "sharpening",
}

_ALSO_FIXED = ("steerable",)
"""Files with fixed kernels of their own, beside the table of published ones."""

_ALIASES = {
    # names in use elsewhere, and members of families
    "central-difference": "central-x",
    "central-difference-x": "central-x:dim=2",
    "central-difference-y": "central-y:dim=2",
    "sg-5-deg2-d1": "savgol-5-x",
    "sg-5-deg2-d2": "savgol-5-xx",
    "sg-5-deg3-d3": "savgol-5-xxx:degree=3",
    "sg2d-3-deg2-xx": "savgol-3-xx:dim=2",
    "sg2d-5-deg2-xx": "savgol-5-xx:dim=2",
    "sg2d-5-deg2-xy": "savgol-5-xy:dim=2",
    "deriche-derivative-1": "deriche",
    "deriche-derivative-1-2": "deriche:alpha=1/2",
    "deriche-smooth-1": "deriche-smooth",
    "deriche-smooth-1-2": "deriche-smooth:alpha=1/2",
    "holoborodko-n2-5": "holoborodko-5-x",
    "holoborodko-n2-7": "holoborodko-7-x",
    "holoborodko-n2-9": "holoborodko-9-x",
    "holoborodko-n2-11": "holoborodko-11-x",
    "holoborodko-n4-7": "holoborodko-7-x:exact=4",
    "holoborodko-n4-9": "holoborodko-9-x:exact=4",
    "holoborodko-n4-11": "holoborodko-11-x:exact=4",
}


def named(text: str) -> Entry:
    """Return the kernel of a name.

    Parameters
    ----------
    text
        A fixed name or an alias, ``scharr-3-x``; or a member of a family,
        ``FAMILY[-SIZE][-LETTERS][:key=value,...]``: ``sobel-x``, ``sobel-5-xy``, ``savgol-xx:size=7,dim=2``.
        Upper and lower case, blanks, and hyphens or underscores make no difference.

    Raises
    ------
    UnknownNameError
        No kernel, parameter or word of that name; the nearest ones are offered.
    InputError
        No text, or values that mean nothing for the family.
    LimitError
        A text of more than `LONGEST_NAME` characters, or a kernel beyond the limits of its family.

    Examples
    --------
    >>> named("Sobel_5 - xy").name, named("laplacian").published == named("laplacian-5pt").published
    ('sobel-5-xy', True)
    """
    entry = find(text)
    if entry is not None:
        return entry
    near = names_like(text)
    raise UnknownNameError(
        f"no kernel is called {text!r}",
        next=f"names like it: {', '.join(near)}"
        if near
        else "from kernelkit.catalogue.named import names; names() lists them",
    )


def find(text: str) -> Entry | None:
    """Return the kernel of a name, or None where nothing is called so; refusals are those of `named`.

    Examples
    --------
    >>> find("sobel-x").gain, find("nobel-x")
    (Fraction(8, 1), None)
    """
    if not isinstance(text, str):
        raise InputError(f"a name is text, not {type(text).__name__}", next='"sobel-x" is a name')
    if len(text) > LONGEST_NAME:
        raise LimitError(
            f"a name of {len(text):,} characters is not read; it has at most {LONGEST_NAME}",
            next="sobel-x:size=5 is a name",
        )
    name = folded(text)
    if not name:
        raise InputError("the name of a kernel is empty", next="sobel-x is a name")
    fixed = published(name)
    if fixed is not None:
        return fixed
    member = read_member(_ALIASES.get(name, name), _family)
    if member is not None:
        return _with_aliases(member.family.build(**member.arguments), member.family)
    return next((entry for entry in _also_fixed() if entry.name == name), None)


def names_like(text: str) -> list[str]:
    """Return up to four names, nearest first, that are spelled like a text or hold it.

    Examples
    --------
    >>> "sobel-3-x" in names_like("sobl-x")
    True
    """
    import difflib

    name = folded(text)
    known = sorted({*names(), *map(folded, published_aliases()), *_ALIASES, *_HOMES})
    # below this ratio two words of six letters share little more than chance
    near = difflib.get_close_matches(name, known, n=MOST_NEAR, cutoff=0.6)
    parts = set(name.split("-"))
    alike = [word for word in known if word.split("-")[0] in parts]
    return list(dict.fromkeys([*near, *alike]))[:MOST_NEAR]


def names() -> tuple[str, ...]:
    """Return the names of all kernels that are listed: fixed ones, then members of families.

    Families have more members than are listed: other sizes, orders and parameters.

    Examples
    --------
    >>> "roberts-1" in names(), "sobel-3-x" in names()
    (True, True)
    """
    return (
        *published_names(),
        *(entry.name for entry in _also_fixed()),
        *(name for family in _families().values() for name in family.members),
    )


@functools.cache
def entries() -> tuple[Entry, ...]:
    """Return all kernels that are listed, in the order of `names`.

    Examples
    --------
    >>> len(entries()) == len(names())
    True
    """
    members = (named(name) for family in _families().values() for name in family.members)
    return (*published_entries(), *_also_fixed(), *members)


def families() -> dict[str, Family]:
    """Return all families by name.

    Examples
    --------
    >>> [parameter.name for parameter in families()["sobel"].parameters]
    ['size', 'dim']
    """
    return dict(_families())


@functools.cache
def _families() -> dict[str, Family]:
    return {family.name: family for name in _HOMES if (family := _family(name)) is not None}


@functools.cache
def _family(name: str) -> Family | None:
    """Return the family of a name, its own or another one; only the file that holds it is loaded."""
    if name not in _HOMES:
        return None
    home = importlib.import_module(f"kernelkit.catalogue.{_HOMES[name]}")
    held: dict[str, Family] = {
        word: family for family in home.FAMILIES for word in (family.name, *family.aliases)
    }
    return held[name]


@functools.cache
def _also_fixed() -> tuple[Entry, ...]:
    homes = (importlib.import_module(f"kernelkit.catalogue.{name}") for name in _ALSO_FIXED)
    return tuple(entry for home in homes for entry in home.entries())


def _with_aliases(entry: Entry, family: Family) -> Entry:
    """Add the names that the table above and the other names of the family give to a member."""
    spelled = [alias + entry.name.removeprefix(family.name) for alias in family.aliases]
    more = [*spelled, *(alias for alias, name in _ALIASES.items() if name == entry.name)]
    return replace(entry, aliases=(*entry.aliases, *more)) if more else entry
