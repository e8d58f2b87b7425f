"""Problems and answers: text whose every number is a named, computed fact.

A problem is a module with ``PROBLEM``, a `Problem`, and ``solve(...)``, which returns an `Answer`; an optional
``QUICK`` holds arguments of ``solve`` that make it small.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from kernelkit.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from matplotlib.figure import Figure as Drawn

Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = ("en", "zh")

Words = Mapping[str, str]
"""The same text by language."""

Group = Literal["post", "textbook", "errata", "own"]
GROUPS: dict[Group, Words] = {
    "post": {"en": "Questions of the post", "zh": "博客中的问题"},
    "textbook": {"en": "Exercises of the textbook", "zh": "教材习题"},
    "errata": {"en": "Errata", "zh": "勘误"},
    "own": {"en": "Further problems", "zh": "其他问题"},
}
"""Where exercises come from, in the order of the index."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """An exercise.

    Attributes
    ----------
    slug
        Its name in commands and file names: small letters, digits and hyphens.
    title, question, source
        Text by language, for every language of `LANGUAGES`.
    group
        Where it stands in the index.
    rank
        Its place in the group; equal ones are sorted by slug.
    """

    slug: str
    title: Words
    question: Words
    source: Words
    group: Group = "own"
    rank: int = 0

    def __post_init__(self) -> None:
        if not re.fullmatch("[a-z0-9][a-z0-9-]*", str(self.slug)) or self.slug == "index":
            raise InputError(
                f"{self.slug!r} is no slug",
                why="it names files: small letters, digits and hyphens, and not index, which is the list",
                next='slug="second-derivative"',
            )
        if self.group not in GROUPS:
            raise InputError(f"{self.group!r} is no group of problems", next=f"one of {', '.join(GROUPS)}")
        for name in ("title", "question", "source"):
            in_every_language(getattr(self, name), what=f"the {name} of {self.slug}")


@dataclass(frozen=True, slots=True)
class Check:
    """A statement of an answer, with the outcome of testing it.

    Attributes
    ----------
    statement
        By language; it may have placeholders, as the text.
    holds
        Whether it was found true.
    """

    statement: Words
    holds: bool


@dataclass(frozen=True, slots=True)
class Tex:
    """A formula in LaTeX, without dollar signs.  It is set apart where its placeholder is a paragraph."""

    source: str


@dataclass(frozen=True, slots=True)
class Code:
    """Lines of a program or of its output."""

    text: str
    language: str = "python"


@dataclass(frozen=True, slots=True)
class Table:
    """A table.

    Attributes
    ----------
    columns
        Heads by language.
    rows
        Cells: whatever a placeholder takes that is no block.
    """

    columns: Mapping[str, Sequence[str]]
    rows: Sequence[Sequence[object]]


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure.

    Attributes
    ----------
    caption
        By language; it may have placeholders, as the text.
    draw
        Returns the figure with its labels in a language.
    """

    caption: Words
    draw: Callable[[Language], Drawn]


@dataclass(frozen=True, slots=True)
class Answer:
    r"""The answer to a problem.

    Attributes
    ----------
    text
        Markdown by language: paragraphs, lists, ``## headings``, ``**strong**``, ``code``, and formulas between dollar
        signs.  A placeholder ``{name}`` or ``{name:.3f}`` stands for a fact.  A table, a figure and code are
        paragraphs of their own; a kernel or a formula that is one is set apart.  Between dollar signs and in ``code``
        braces are LaTeX's and the code's own: a formula with computed numbers is a fact, `Tex`.
    facts
        Computed values by name; every one is used in every language.  Whole numbers, fractions, kernels, arrays, text,
        `Words`, `Tex`, `Code`, `Table`, `Figure`; floating-point numbers with a format.
    checks
        Statements that were tested; at least one.

    Examples
    --------
    >>> answer = Answer(
    ...     text={"en": "Half of {whole} is {half}.", "zh": "{whole} 的一半是 {half}。"},
    ...     facts={"whole": 6, "half": 3},
    ...     checks=(Check({"en": "twice {half} is {whole}", "zh": "{half} 的两倍是 {whole}"}, holds=2 * 3 == 6),),
    ... )
    """

    text: Words
    facts: Mapping[str, object]
    checks: Sequence[Check] = field(default=())


def in_every_language(words: object, *, what: str) -> None:
    """Refuse words that a language lacks.

    Raises
    ------
    InputError
        Not text by language, or a language without text.
    """
    if not isinstance(words, Mapping) or any(not words.get(language) for language in LANGUAGES):
        raise InputError(
            f"{what} is not there in every language", next=f"a mapping with {' and '.join(LANGUAGES)}"
        )
