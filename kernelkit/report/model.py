"""Problems and answers: text whose every number is a named, computed fact."""

from __future__ import annotations

import string
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kernelkit.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping

LANGUAGES = ("en", "zh")


@dataclass(frozen=True, slots=True)
class Problem:
    """An exercise, in every language of `LANGUAGES`.

    Attributes
    ----------
    slug
        Its name in commands and file names.
    title, question
        Text by language.
    source
        Where the exercise comes from.
    """

    slug: str
    title: Mapping[str, str]
    question: Mapping[str, str]
    source: str


@dataclass(frozen=True, slots=True)
class Check:
    """A statement of an answer, with the outcome of testing it."""

    statement: str
    holds: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to a problem.

    Attributes
    ----------
    text
        Text by language, with ``{placeholders}`` for facts.
    facts
        Computed values by name; every one is used in every language.
    checks
        Statements that were tested.
    """

    text: Mapping[str, str]
    facts: Mapping[str, object]
    checks: tuple[Check, ...] = field(default=())

    def filled(self, language: str) -> str:
        """Return the text of one language with its facts filled in.

        Raises
        ------
        InputError
            A check failed, a placeholder has no fact, a fact is not used, or the language is missing: an
            answer that is not wholly computed is not shown.

        Examples
        --------
        >>> Answer({"en": "The kernel has {taps} taps."}, {"taps": 3}).filled("en")
        'The kernel has 3 taps.'
        """
        failed = [check.statement for check in self.checks if not check.holds]
        if failed:
            raise InputError(f"a check of this answer failed: {failed[0]}")
        if language not in self.text:
            raise InputError(
                f"the answer has no text in {language!r}", next=f"languages are {', '.join(self.text)}"
            )
        template = self.text[language]
        named = {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}
        if named != set(self.facts):
            odd = sorted(named ^ set(self.facts))
            raise InputError(f"text and facts of this answer do not match: {', '.join(odd)}")
        return template.format(**self.facts)
