"""An answer as one Markdown document in one language, its numbers filled in; what is not proved is refused."""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kernelkit.errors import ReportError
from kernelkit.exact.kernel import Kernel
from kernelkit.report.model import Figure, Tex, in_every_language
from kernelkit.report.shown import BLOCKS, block, escaped, inline

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kernelkit.report.model import Answer, Language, Problem, Words

HEADINGS: dict[str, Words] = {
    "question": {"en": "Question", "zh": "问题"},
    "answer": {"en": "Answer", "zh": "解答"},
    "checks": {"en": "Checked while this page was made", "zh": "生成本页时验证过的结论"},
    "source": {"en": "Source", "zh": "出处"},
}
COLON: Words = {"en": ": ", "zh": "\uff1a"}

_VERBATIM = re.compile(r"(\$\$.+?\$\$|\$[^$\n]+\$|`[^`]+`)", re.DOTALL)
"""Formulas and code, whose braces are their own."""

_PICTURE = re.compile(r"!\[[^\]]*\]\((?!figure:)")
_PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)(?::([^{}]*))?\}")
_CHINESE = "\u3000-\u303f\u3400-\u9fff\uff00-\uffef\u2018-\u201d\u2014\u2026"
_FULL_WIDTH = "\u3001\u3002\u300b\uff01\uff09\uff0c\uff1a\uff1b\uff1f"
_BROKEN_CHINESE = re.compile(
    rf"(?<=[{_CHINESE}])\n[ ]*(?=[{_CHINESE}])|(?<=[{_FULL_WIDTH}])\n(?! *(?:[-*+] |\d+\. |[|#>]))[ ]*"
)
"""A line that was folded inside Chinese text: a browser would show a gap there."""

_STRONG = re.compile(r"\*\*([^*\n]+)\*\*[ ]?")
_STRONG_CHINESE = re.compile(r"\*\*(.+?)([\u3001\u3002\uff01\uff0c\uff1a\uff1b\uff1f]+)\*\*[ ]?")
"""Strong text that ends in Chinese punctuation: where a character follows, Markdown does not see its end."""


@dataclass(frozen=True, slots=True)
class Document:
    """A problem with its answer in one language.

    Attributes
    ----------
    problem
        What was asked.
    language
        Of all text.
    body
        Markdown of the answer alone; figures are ``![caption](figure:name)``.
    checks
        Statements that hold, Markdown.
    figures
        By name.
    """

    problem: Problem
    language: Language
    body: str
    checks: tuple[str, ...]
    figures: Mapping[str, Figure]

    def markdown(self) -> str:
        """Return the whole page as Markdown."""
        problem, language, colon = self.problem, self.language, COLON[self.language]
        words = {name: heading[language] for name, heading in HEADINGS.items()}
        checks = "\n".join(f"- ✓ {check}" for check in self.checks)
        return (
            f"# {escaped(problem.title[language])}\n\n"
            f"**{words['question']}{colon.strip()}** {escaped(problem.question[language])}\n\n"
            f"*{words['source']}{colon}{escaped(problem.source[language])}*\n\n{self.body}\n\n"
            f"## {words['checks']}\n\n{checks}\n"
        )


def document(problem: Problem, answer: Answer, language: Language) -> Document:
    """Fill an answer's text.

    Raises
    ------
    ReportError
        A check failed, or there is none; a fact that is not used, a placeholder without a fact, a block inside a
        sentence.

    Examples
    --------
    >>> from kernelkit.report.model import Answer, Check, Problem
    >>> both = {"en": "Six", "zh": "六"}
    >>> problem = Problem(slug="six", title=both, question=both, source=both)
    >>> check = Check({"en": "a half of six exists", "zh": "六的一半存在"}, holds=True)
    >>> answer = Answer({"en": "Its half is {half}.", "zh": "它的一半是 {half}。"}, {"half": 3}, (check,))
    >>> document(problem, answer, "en").body
    'Its half is 3.'
    """
    slug = problem.slug
    in_every_language(answer.text, what=f"the answer of {slug}")
    if not answer.checks:
        raise ReportError(f"the answer of {slug} checks nothing", next="give it at least one Check")
    used: set[str] = set()
    filling = _Filling(slug, answer.facts, language, used)
    checks = []
    for check in answer.checks:
        in_every_language(check.statement, what=f"a check of {slug}")
        checks.append(filling.sentence(check.statement[language]))
        if not _true(check.holds, slug):
            raise ReportError(f"a check of {slug} failed: {checks[-1]}")
    body = filling.text(answer.text[language])
    if unused := set(answer.facts) - used:
        raise ReportError(
            f"facts of {slug} that its text in {language!r} does not use: {', '.join(sorted(unused))}"
        )
    if _PICTURE.search(body):
        raise ReportError(f"the text of {slug} names a picture outside itself", next="a Figure is a fact")
    figures = {name: fact for name, fact in answer.facts.items() if isinstance(fact, Figure)}
    return Document(problem, language, body, tuple(checks), figures)


@dataclass(frozen=True, slots=True)
class _Filling:
    """Puts facts where their names stand, and remembers which ones."""

    slug: str
    facts: Mapping[str, object]
    language: Language
    used: set[str]

    def text(self, template: str) -> str:
        """Fill paragraphs."""
        text = textwrap.dedent(template).strip()
        if self.language == "zh":
            text = _joined(text)
        return "\n\n".join(self.paragraph(part) for part in re.split(r"\n\s*\n", text))

    def paragraph(self, text: str) -> str:
        """Fill a paragraph, which may be one block."""
        alone = _PLACEHOLDER.fullmatch(text.strip())
        if alone is not None:
            fact = self.fact(alone[1])
            if isinstance(fact, Figure):
                caption: Words = {self.language: self.sentence(fact.caption[self.language])}
                fact = Figure(caption, fact.draw)
            if isinstance(fact, (*BLOCKS, Kernel, Tex)):
                return block(fact, self.language, name=alone[1])
        return self.sentence(text)

    def sentence(self, text: str) -> str:
        """Fill a sentence; formulas and code stay as they are."""
        parts = _VERBATIM.split(text)
        for part in parts[::2]:
            if re.search(r"[{}]", _PLACEHOLDER.sub("", part)):
                raise ReportError(
                    f"a brace in the text of {self.slug} is no placeholder: {part.strip()[:80]!r}"
                )
        parts[::2] = [_PLACEHOLDER.sub(self.filled, part) for part in parts[::2]]
        return "".join(parts)

    def filled(self, match: re.Match[str]) -> str:
        """Return what stands for a placeholder."""
        return inline(self.fact(match[1]), match[2] or "", self.language)

    def fact(self, name: str) -> object:
        """Return a fact and remember it."""
        if name not in self.facts:
            raise ReportError(
                f"the text of {self.slug} in {self.language!r} names no fact: {name}",
                next=f"facts are {', '.join(sorted(self.facts))}"[:200],
            )
        self.used.add(name)
        return self.facts[name]


def _true(holds: object, slug: str) -> bool:
    """Return the outcome of a check: True or False of Python or of NumPy, and nothing that merely counts as true."""
    found = holds.item() if hasattr(holds, "item") and getattr(holds, "ndim", 1) == 0 else holds
    if not isinstance(found, bool):
        raise ReportError(
            f"a check of {slug} holds {type(holds).__name__}, which is neither true nor false",
            next="holds=bool(...)",
        )
    return found


def _joined(text: str) -> str:
    """Join folded Chinese lines without gaps, and end strong text before its punctuation."""
    paragraphs = re.split(r"(\n\s*\n)", text)
    paragraphs[::2] = [_BROKEN_CHINESE.sub("", part) for part in paragraphs[::2]]
    return _STRONG.sub(lambda strong: _STRONG_CHINESE.sub(r"**\1**\2", strong[0]), "".join(paragraphs))
